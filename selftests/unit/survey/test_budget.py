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

from oslotest import base

from glance_ossn_tests.survey import quota
from glance_ossn_tests.survey import trial
from selftests.unit import fakes
from selftests.unit.survey import base as scenes


class TestLeft(base.BaseTestCase):

    def left(self, answer):
        scene = scenes.Scene()
        for party in scene.work.parties.values():
            party.raw = fakes.FakeRaw({'/v2 info/usage': answer})
        return quota.left(scene.work, scene.found)

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


class TestCheck(base.BaseTestCase):

    def test_what_no_run_does_without(self):
        needed = {'producer': (12, 110), 'bystander': (1, 1)}
        quota.check({}, needed)
        quota.check({'producer': 12, 'bystander': 1, 'consumer': 0}, needed)
        for numbers in ({'producer': 11}, {'bystander': 0}):
            (role, number), = numbers.items()
            error = self.assertRaises(trial.CannotCreate, quota.check,
                                      numbers, needed)
            for part in ('quota of the %s leaves it %d' % (role, number),
                         'takes %d, and %d at least' % needed[role][::-1],
                         'image_count_total'):
                self.assertIn(part, str(error))
