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

import dataclasses

from oslotest import base

from glance_ossn_tests.clients import errors
from glance_ossn_tests.survey import budget
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
        roles = 'producer', 'consumer', 'bystander'
        for limit, usage, number in ((50, 30, 20), (10, 12, 0), (0, 0, 0)):
            self.assertEqual(dict.fromkeys(roles, number),
                             self.left(self.usage(limit, usage)))

    def test_room_for_the_checks_of_notes(self):
        self.assertEqual({'producer': 67, 'consumer': 69, 'bystander': 70},
                         self.left(self.usage(100, 30)))

    def test_what_is_not(self):
        for answer in (self.usage(-1, 3), fakes.answer(404, b''),
                       fakes.answer(403, b'<html>'), fakes.answer(200, {}),
                       fakes.answer(200, {'usage': {}}),
                       self.usage(None, 1), self.usage('much', 1),
                       fakes.answer(error='reset')):
            self.assertEqual({}, self.left(answer))


class TestFit(base.BaseTestCase):

    def fit(self, **left):
        scene = scenes.Scene()
        found = scene.found
        found.abilities = dataclasses.replace(
            found.abilities, left=left,
            no_remover='only an admin could delete it')
        found = budget.fit(found)
        return found, [plan for plan in budget.plan(found)
                       if not (plan.problem or plan.not_offered)]

    def test_what_is_not_bounded(self):
        found, made = self.fit()
        self.assertEqual({}, found.abilities.without)
        self.assertGreater(len(made), 100)

    def test_as_many_as_there_may_be(self):
        _, whole = self.fit()
        found, made = self.fit(producer=50)
        self.assertEqual(50, len(made))
        self.assertEqual({plan.history.topic for plan in whole},
                         {plan.history.topic for plan in made})
        reasons = {plan.not_offered for plan in budget.plan(found)
                   if 'quota of the producer' in (plan.not_offered or '')}
        self.assertEqual(1, len(reasons))
        self.assertIn('all would be %d' % len(whole), reasons.pop())

    def test_controls_that_are_left_out(self):
        # As many as must be, whatever else the cloud cannot make.
        for number in range(budget.LEAST_CONTROLS, 18):
            found, made = self.fit(consumer=number)
            self.assertLessEqual(
                len(budget.controls(found)) + len(budget.NEWEST_KINDS),
                number)
            without = found.abilities.without
            self.assertFalse({plan.kind.name for plan in made} & set(without))
            for why in without.values():
                self.assertIn('quota of the consumer', why)

    def test_too_few(self):
        for role in ('producer', 'consumer', 'bystander'):
            error = self.assertRaises(errors.CannotCreate, self.fit,
                                      **{role: 0})
            for part in ('quota of the %s leaves it 0' % role, 'at least',
                         'image_count_total'):
                self.assertIn(part, str(error))
