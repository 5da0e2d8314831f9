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

"""A loosened policy exposes images without any v1: the suite is red."""

from ossn_sandbox import releases
from selftests.functional import base
from selftests.functional import test_verdicts


class TestPolicies(base.CloudTest):

    def run_on(self, rule, check):
        """Run the suite on a cloud with one rule of its policy overridden.

        :param rule: the rule's name
        :param check: what it is to be
        :returns: :class:`selftests.functional.base.Outcome`
        """
        a_cloud = self.box.up(releases.NEWEST, policy={rule: check})
        # No other test uses it.
        self.addCleanup(self.box.stop, a_cloud.name)
        before = self.holdings(a_cloud)
        outcome = base.run_tempest(a_cloud.workspace, a_cloud.config)
        self.assertNotEqual(0, outcome.status, outcome.output)
        self.assertEqual(before, self.holdings(a_cloud))
        return outcome

    def assert_exposed(self, outcome, test, claim, *histories, also=()):
        """One test is red for what it saw, all others are as ever.

        :param outcome: of :meth:`run_on`
        :param test: the test's name
        :param claim: its claim
        :param histories: those of images that must have been seen
        :param also: names of other tests that see it, too
        """
        self.assertEqual({**test_verdicts.SAFE,
                          **dict.fromkeys((test, *also), 'fail')},
                         outcome.tests, outcome.output)
        self.assertEqual('EXPOSED', outcome.claims[claim]['verdict'])
        self.assertLessEqual(set(histories), {
            cell['history'] for cell in outcome.cells(
                claim, verdict='EXPOSED')})

    @base.extended
    def test_members_may_modify_any_membership(self):
        self.assert_exposed(
            self.run_on('modify_member', 'role:member'),
            test_verdicts.CONSENT, 'consent', 'accepted by the producer')

    @base.extended
    def test_anybody_may_modify_memberships(self):
        self.assert_exposed(
            self.run_on('modify_member', ''),
            test_verdicts.CONSENT, 'consent', 'accepted by the producer',
            also=[test_verdicts.READER])

    @base.extended
    def test_members_may_share_what_is_shared_with_them(self):
        self.assert_exposed(
            self.run_on('add_member', 'role:member'),
            test_verdicts.CONSENT, 'consent', 'passed on by the consumer',
            # It finds itself among those to whom the image is offered.
            also=[test_verdicts.THIRD])

    @base.extended
    def test_members_may_publish(self):
        outcome = self.run_on('publicize_image', 'role:member')
        self.assert_exposed(outcome, test_verdicts.PUBLISHED, 'published',
                            'created as public', 'made public')
        self.assertIn('OSSN-0015 EXPOSED', outcome.output)
        self.assertIn('"publicize_image": "role:admin"', outcome.output)

    @base.extended
    def test_members_are_admins(self):
        # An admin's list is of all images: it says nothing about shares.
        outcome = self.run_on('context_is_admin', 'role:member')
        self.assertEqual(
            {'setUpClass': 'fail', test_verdicts.USER_V2: 'fail',
             test_verdicts.USER_V1: 'skip'}, outcome.tests, outcome.output)
        self.assertIn('check context_is_admin in policy.yaml',
                      ' '.join(outcome.output.split()))
