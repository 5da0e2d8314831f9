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

"""What was shared before a real upgrade, judged after it."""

import json
import os
import subprocess

from ossn_sandbox import databases
from ossn_sandbox import releases
from selftests.functional import base

CLAIMS = ('upgrade-not-listed', 'upgrade-memberships', 'upgrade-accepted')
# The claims that each fault of a migration breaks, at least.
BROKEN = {
    'members-accepted': {'upgrade-not-listed', 'upgrade-memberships'},
    'shared-made-public': {'upgrade-not-listed'},
    # The images leave the lists of those who accepted them.
    'shared-made-community': {'upgrade-accepted'},
    'memberships-revived': {'upgrade-not-listed', 'upgrade-memberships'},
}


class UpgradeTest(base.CloudTest):

    def setUp(self):
        super().setUp()
        self.state = os.path.join(self.create_tempfiles(
            [('x', '')])[0].rpartition('/')[0], 'state')

    def upgrade(self, step, config, *arguments, status=0):
        done = subprocess.run(
            [base.command('tempest'), 'ossn', 'upgrade', step,
             '--config-file', str(config), '--state', self.state,
             *arguments], cwd=config.parents[1], text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(status, done.returncode, done.stdout + done.stderr)
        return done.stdout + done.stderr * bool(status)

    def verify(self, config, **status):
        """The claims with their verdicts, and the pairs that are exposed."""
        # What is said of the progress may follow.
        found, _ = json.JSONDecoder().raw_decode(self.upgrade(
            'verify', config, '--format', 'json', **status))
        claims = {claim['name']: claim for note in found['notes']
                  for claim in note['claims']}
        self.assertEqual(set(CLAIMS), set(claims))
        return {name: claim['verdict'] for name, claim in claims.items()}


class TestUpgrade(UpgradeTest):

    @base.extended
    def test_from_pike(self):
        pike = self.up('pike')
        self.addCleanup(self.box.stop, 'pike')
        before = self.holdings(pike)
        self.upgrade('prepare', pike.config)
        self.assertIn('upgrade destroy',
                      self.upgrade('prepare', pike.config, status=2))
        self.assertEqual(0o600, os.stat(self.state).st_mode & 0o777)
        # The endpoint stays, and so does what is configured.
        self.box.upgrade('pike', releases.NEWEST)
        self.assertEqual(dict.fromkeys(CLAIMS, 'SAFE'),
                         self.verify(pike.config))
        for name, broken in BROKEN.items():
            upgraded = self.box.upgrade(
                'pike', releases.NEWEST, after_migration=databases.fault(name))
            verdicts = self.verify(pike.config, status=1)
            self.assertLessEqual(
                broken, {claim for claim, verdict in verdicts.items()
                         if verdict == 'EXPOSED'}, '%s: %s' % (name,
                                                               verdicts))
        self.upgrade('destroy', pike.config)
        self.assertFalse(os.path.exists(self.state))
        self.assertEqual(before, self.holdings(upgraded))
        # It is as if it had never been there, and says so.
        self.assertIn('nothing to destroy',
                      self.upgrade('destroy', pike.config))

    @base.extended
    def test_without_an_admin(self):
        a_cloud = self.up(releases.NEWEST)
        config = a_cloud.preprovisioned_config
        before = self.holdings(a_cloud)
        self.upgrade('prepare', config)
        with open(self.state) as file:
            text = file.read()
        for account in a_cloud.accounts:
            self.assertNotIn(account['password'], text)
        self.assertEqual(dict.fromkeys(CLAIMS, 'SAFE'), self.verify(config))
        # A run of its own is neither in the way nor harmed.
        outcome = base.run_tempest(
            a_cloud.workspace, self.changed(config, glance_ossn={
                'upgrade_state': self.state}),
            '--regex', 'ossn.*Upgrade')
        self.assertEqual({'success'}, set(outcome.tests.values()),
                         outcome.output)
        self.upgrade('destroy', config)
        self.assertEqual(before, self.holdings(a_cloud))

    def test_a_prepare_that_fails_leaves_nothing(self):
        a_cloud = self.up(releases.NEWEST)
        before = self.holdings(a_cloud)
        config = self.changed(a_cloud.config, image={'region': 'nowhere'})
        self.assertIn('[image] region',
                      self.upgrade('prepare', config, status=2))
        self.assertFalse(os.path.exists(self.state))
        self.assertEqual(before, self.holdings(a_cloud))
