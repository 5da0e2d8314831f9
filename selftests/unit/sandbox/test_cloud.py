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

import pathlib

import fixtures
from oslotest import base

from ossn_sandbox import cloud
from ossn_sandbox import errors
from ossn_sandbox import releases


class TestSandbox(base.BaseTestCase):

    def setUp(self):
        super().setUp()
        self.home = pathlib.Path(self.useFixture(fixtures.TempDir()).path)
        self.box = cloud.Sandbox(self.home)

    def test_default_folders_follow_the_users_cache(self):
        self.useFixture(fixtures.EnvironmentVariable(
            'XDG_CACHE_HOME', str(self.home)))
        self.assertEqual(self.home / 'glance-ossn-tests' / 'sandbox',
                         cloud.Sandbox().home)

    def test_workspace_of_a_cloud_never_up(self):
        error = self.assertRaises(errors.SandboxError, self.box.workspace,
                                  releases.get('pike'))
        self.assertIn('ossn-sandbox up pike', str(error))

    def test_status_of_nothing(self):
        self.assertEqual([], self.box.status())

    def test_down_of_nothing(self):
        self.assertEqual(0, self.box.down())
