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

import json
import os
import pathlib

import fixtures
from oslotest import base

from ossn_sandbox import cloud
from ossn_sandbox import errors
from ossn_sandbox import files
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

    def test_a_folder_with_other_files_is_refused(self):
        (self.home / 'letter.txt').touch()
        error = self.assertRaises(errors.SandboxError, self.box._open)
        self.assertIn('--dir', str(error))
        self.assertEqual(['letter.txt'], os.listdir(self.home))

    def test_a_file_is_refused(self):
        (self.home / 'letter.txt').touch()
        box = cloud.Sandbox(self.home / 'letter.txt')
        error = self.assertRaises(errors.SandboxError, box._open)
        self.assertIn('--dir', str(error))

    def test_state_is_kept(self):
        self.box._open()
        self.box._load()
        self.box._choose_port('pike', 'glance-api')
        self.box._save()
        other = cloud.Sandbox(self.home)
        other._open()
        other._load()
        self.assertEqual(self.box._state, other._state)
        self.assertEqual(0o600, 0o777 & os.stat(
            self.home / 'state.json').st_mode)

    def test_spoilt_state_is_begun_anew(self):
        self.box._open()
        for text in ('', '[]', '{"ports": 3}', '{"ports": {}}'):
            (self.home / 'state.json').write_text(text)
            (self.home / 'glance' / 'pike').mkdir(parents=True)
            self.box._load()
            self.assertIn('admin', self.box._state['passwords'])
            self.assertFalse((self.home / 'glance').exists())
            json.loads((self.home / 'state.json').read_text())

    def test_ports(self):
        self.box._load()
        self.assertTrue(self.box._choose_port('pike', 'glance-api'))
        port = self.box._state['ports']['pike/glance-api']
        self.assertFalse(self.box._choose_port('pike', 'glance-api'))
        self.patch(cloud, '_free', lambda other: other != port)
        self.assertTrue(self.box._choose_port('pike', 'glance-api'))

    def test_workspace_of_a_cloud_never_up(self):
        error = self.assertRaises(errors.SandboxError, self.box.workspace,
                                  releases.get('pike'))
        self.assertIn('ossn-sandbox up pike', str(error))

    def test_status_of_nothing(self):
        self.assertEqual([], self.box.status())

    def test_down_of_nothing(self):
        self.assertEqual(0, self.box.down())


class TestFiles(base.BaseTestCase):

    def setUp(self):
        super().setUp()
        self.path = pathlib.Path(
            self.useFixture(fixtures.TempDir()).path) / 'a' / 'b'

    def test_write_is_private(self):
        for _ in range(2):
            files.write(self.path, 'text')
        self.assertEqual('text', self.path.read_text())
        self.assertEqual(0o600, 0o777 & self.path.stat().st_mode)
        self.assertEqual(['b'], os.listdir(self.path.parent))

    def test_lock(self):
        said = []
        with files.lock(self.path, said.append):
            pass
        with files.lock(self.path, said.append):
            self.assertEqual([], said)
