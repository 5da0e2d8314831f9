# Licensed under the Apache License, Version 2.0 (the "License"); you may
# not use this file except in compliance with the License. You may obtain
# a copy of the License at
#
#     http://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software
# distributed under the License is distributed on an "AS IS" BASIS, WITHOUT
# WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See the
# License for the specific language governing permissions and limitations
# under the License.

"""How many images may be made, and what is done with fewer."""

from unittest import mock

from oslotest import base

from glance_ossn_tests.sharing import histories
from glance_ossn_tests.survey import budget
from glance_ossn_tests.survey import trial
from selftests.unit import fakes
from selftests.unit.survey import base as scenes


class TestLeft(base.BaseTestCase):

    def left(self, answer):
        scene = scenes.Scene()
        for party in scene.work.parties.values():
            party.raw = fakes.FakeRaw({'/v2 info/usage': answer})
        return budget.left(scene.work, scene.found)

    @staticmethod
    def usage(limit, usage):
        return fakes.answer(200, {'usage': {'image_count_total': {
            'limit': limit, 'usage': usage}}})

    def test_what_is_bounded(self):
        for limit, usage, number in ((100, 30, 70), (10, 12, 0), (0, 0, 0)):
            self.assertEqual(
                dict.fromkeys(('producer', 'consumer', 'bystander'), number),
                self.left(self.usage(limit, usage)))

    def test_what_is_not(self):
        for answer in (self.usage(-1, 3), fakes.answer(404, b''),
                       fakes.answer(403, b'<html>'), fakes.answer(200, {}),
                       fakes.answer(200, {'usage': {}}),
                       self.usage(None, 1), self.usage('much', 1),
                       fakes.answer(error='reset')):
            self.assertEqual({}, self.left(answer))


class TestQuota(base.BaseTestCase):

    def prepare(self, **left):
        scene = scenes.Scene()
        for role, party in scene.work.parties.items():
            usage = {'limit': left.get(role, -1), 'usage': 0}
            party.raw = fakes.FakeRaw({'/v2 info/usage': fakes.answer(
                200, {'usage': {'image_count_total': usage}})})
        scene.work.created.remover = None
        with mock.patch.object(trial, 'prove', return_value={}):
            self.found = trial.prepare(scene.work, scene.found)
        return self.found.abilities, [
            plan for plan in budget.plan(self.found)
            if not (plan.problem or plan.not_offered)]

    def test_what_is_not_bounded(self):
        abilities, made = self.prepare()
        self.assertEqual(({}, {}), (abilities.left, abilities.without))
        self.assertGreater(len(made), 100)
        # Without an admin, none that only an admin could delete.
        self.assertIsNotNone(abilities.no_remover)
        self.assertNotIn('created without an owner',
                         {plan.history.name for plan in made})

    def test_as_many_as_there_may_be(self):
        _, made = self.prepare(producer=50)
        self.assertEqual(50, len(made))
        self.assertEqual({history.topic for history in histories.HISTORIES},
                         {plan.history.topic for plan in made})

    def test_controls_that_are_left_out(self):
        abilities, made = self.prepare(consumer=12)
        self.assertNotEqual({}, abilities.without)
        self.assertIn('quota of the consumer',
                      list(abilities.without.values())[0])
        self.assertFalse({plan.kind.name for plan in made} &
                         set(abilities.without))

    def test_too_few(self):
        for role in ('producer', 'consumer', 'bystander'):
            self.prepare(**{role: 0})
            for part in ('quota of the %s leaves it 0' % role,
                         'at least', 'image_count_total'):
                self.assertIn(part, self.found.problem)
