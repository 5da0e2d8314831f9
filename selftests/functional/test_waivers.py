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

"""What an operator accepts, and what is red in spite of it."""

from ossn_sandbox import releases
from selftests.functional import base
from selftests.functional import test_verdicts as verdicts

REASON = 'billing, until May, needs v1'


class TestWaivers(base.CloudTest):

    def run_waiving(self, *names):
        cloud = self.up('pike')
        before = self.holdings(cloud)
        outcome = base.run_tempest(cloud.workspace,
                                   self.waiving(
                                       cloud.config, *names, because=REASON))
        self.assertEqual(before, self.holdings(cloud))
        return outcome

    @base.extended
    def test_all_that_is_exposed(self):
        expected = {test: 'skip' if status == 'fail' else status
                    for test, status in verdicts.EXPOSED.items()}
        outcome = self.run_waiving('OSSN-0005', 'BEYOND-NOTES')
        self.assertEqual(expected, outcome.tests, outcome.output)
        self.assertEqual(0, outcome.status, outcome.output)
        for claim in ('v1-unreachable', 'v1-share-v1-list', 'third-project'):
            self.assertEqual('WAIVED', outcome.claims[claim]['verdict'])
        # What was seen stays in the detail.
        self.assertTrue(outcome.cells('v1-share-v1-list', verdict='EXPOSED'))
        self.assertEqual('SAFE',
                         outcome.claims['v2-share-v2-list']['verdict'])
        self.assertIn('WAIVED', outcome.output)
        self.assertIn(REASON, outcome.output)

    @base.extended
    def test_one_claim(self):
        outcome = self.run_waiving('v2-share-v1-list')
        self.assertEqual(dict(verdicts.EXPOSED, **{verdicts.V2_V1: 'skip'}),
                         outcome.tests, outcome.output)
        self.assertNotEqual(0, outcome.status)

    @base.extended
    def test_another_note_waives_nothing(self):
        outcome = self.run_waiving('OSSN-0015')
        self.assertEqual(verdicts.EXPOSED, outcome.tests, outcome.output)


class TestStrict(base.CloudTest):

    def run_with(self, **options):
        cloud = self.up(releases.NEWEST)
        # Nobody answers there: what it lists is not known.
        return base.run_tempest(cloud.workspace, self.changed(
            cloud.config, glance_ossn=dict(
                endpoints='http://127.0.0.1:9', **options)),
            '--regex', 'ossn-0005')

    @base.extended
    def test_what_is_not_tested(self):
        outcome = self.run_with()
        self.assertEqual('fail', outcome.tests[verdicts.V2_V2])
        self.assertNotEqual(0, outcome.status)
        lenient = self.run_with(strict='false')
        self.assertEqual({'skip', 'success'}, set(lenient.tests.values()),
                         lenient.output)
        self.assertEqual(0, lenient.status, lenient.output)
        for found in (outcome, lenient):
            self.assertEqual(
                'NOT TESTED', found.claims['v2-share-v2-list']['verdict'])
            self.assertIn('NOT TESTED', found.output)
            self.assertIn('http://127.0.0.1:9', found.output)
