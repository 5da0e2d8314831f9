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

"""The plugin of Grenade with the real commands, on a real cloud."""

import os
import pathlib
import subprocess

import fixtures

from ossn_sandbox import releases
from selftests.functional import base
from selftests.unit import test_devstack as stubs


class TestGrenade(base.CloudTest):

    def setUp(self):
        super().setUp()
        self.cloud = self.up(releases.NEWEST)
        self.work = pathlib.Path(self.useFixture(fixtures.TempDir()).path)
        grenade = self.work / 'grenade'
        grenade.mkdir()
        (grenade / 'grenaderc').write_text(stubs.GRENADERC)
        (grenade / 'functions').write_text(stubs.GRENADE_FUNCTIONS)
        # The Tempest of the base release, as DevStack lays it out.
        tempest = self.work / 'old' / 'tempest'
        (tempest / 'etc').mkdir(parents=True)
        (tempest / 'etc' / 'tempest.conf').symlink_to(self.cloud.config)
        (tempest / '.tox').mkdir()
        (tempest / '.tox' / 'tempest').symlink_to(
            pathlib.Path(base.command('tempest')).parents[1])
        self.state = self.work / 'save' / 'glance-ossn-tests.json'
        self.state.parent.mkdir()

    def phase(self, *words, status=0):
        done = subprocess.run(
            [stubs.DEVSTACK / 'upgrade' / 'resources.sh', *words],
            env=dict(os.environ, WORK=str(self.work),
                     GRENADE_DIR=str(self.work / 'grenade')),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual(status, done.returncode, done.stdout)

    def test_all_phases(self):
        before = self.holdings(self.cloud)
        self.addCleanup(self.phase, 'destroy')
        self.phase('create')
        made = self.holdings(self.cloud)
        self.assertLess(before['images'], made['images'])
        self.assertLess(before['image_members'], made['image_members'])
        self.assertEqual(0o600, self.state.stat().st_mode & 0o777)
        self.phase('verify', 'pre-upgrade')
        self.phase('verify_noapi', 'pre-upgrade')
        self.phase('verify', 'post-upgrade')
        self.assertEqual(made, self.holdings(self.cloud))
        self.phase('destroy')
        self.assertEqual(before, self.holdings(self.cloud))
