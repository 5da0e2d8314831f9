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
"""The guard against creeping cost, seen red."""

from oslotest import base
import yaml

from selftests.functional import meter


class TestBudget(base.BaseTestCase):

    def setUp(self):
        super().setUp()
        self.budget = yaml.safe_load(meter.BUDGET.read_text())['newest']

    def check(self, **changes):
        return meter.check('newest', {**self.budget, **changes})

    def test_within_it(self):
        self.assertEqual([], self.check())
        self.assertEqual([], self.check(
            sharing=self.budget['sharing'] - 10))

    def test_one_more_request(self):
        line, = self.check(looking=self.budget['looking'] + 1)
        self.assertIn('newest, looking: %d requests, and the budget is %d'
                      % (self.budget['looking'] + 1, self.budget['looking']),
                      line)

    def test_far_fewer(self):
        line, = self.check(cleanup=self.budget['cleanup'] // 2)
        self.assertIn('Lower it in budget.yaml', line)

    def test_phases_that_are_not_there(self):
        self.assertIn('there are the phases', meter.check(
            'pike', {'sharing': 1})[0])
