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

from ossn_sandbox import errors
from ossn_sandbox import state


class TestState(base.BaseTestCase):

    def setUp(self):
        super().setUp()
        self.home = pathlib.Path(self.useFixture(fixtures.TempDir()).path)
        self.state = state.State(self.home)

    def load(self):
        """Load it, and tell whether what is there was of no use."""
        stopped = []
        self.state.load(lambda: stopped.append(True))
        return bool(stopped)

    def test_a_folder_with_other_files_is_refused(self):
        (self.home / 'letter.txt').touch()
        error = self.assertRaises(errors.SandboxError, self.state.open)
        self.assertIn('--dir', str(error))
        self.assertEqual(['letter.txt'], os.listdir(self.home))

    def test_a_file_is_refused(self):
        (self.home / 'letter.txt').touch()
        error = self.assertRaises(
            errors.SandboxError, state.State(self.home / 'letter.txt').open)
        self.assertIn('--dir', str(error))

    def test_it_is_kept(self):
        self.state.open()
        self.assertTrue(self.load())
        self.state.choose_port('pike', 'glance-api')
        self.state.save()
        other = state.State(self.home)
        other.open()
        other.load(self.fail)
        self.assertEqual(self.state.ports, other.ports)
        self.assertEqual(self.state.admin, other.admin)
        self.assertEqual(self.state.accounts, other.accounts)
        self.assertEqual(0o600, 0o777 & os.stat(
            self.home / 'state.json').st_mode)

    def test_a_spoilt_one_is_begun_anew(self):
        self.state.open()
        for text in ('', '[]', '{"ports": 3}', '{"ports": {}}'):
            (self.home / 'state.json').write_text(text)
            (self.home / 'glance' / 'pike').mkdir(parents=True)
            self.assertTrue(self.load())
            self.assertEqual('admin', self.state.admin['username'])
            self.assertFalse((self.home / 'glance').exists())
            json.loads((self.home / 'state.json').read_text())

    def test_an_older_one_has_fewer_users(self):
        self.state.open()
        (self.home / 'state.json').write_text(
            '{"ports": {}, "passwords": {"admin": "x"}}')
        self.assertFalse(self.load())
        self.assertEqual('x', self.state.admin['password'])
        self.assertEqual(6, len({each['password']
                                 for each in self.state.accounts}))

    def test_ports(self):
        self.assertIsNone(self.state.url('pike', 'glance-api'))
        self.assertTrue(self.state.choose_port('pike', 'glance-api'))
        port = self.state.ports['pike/glance-api']
        self.assertFalse(self.state.choose_port('pike', 'glance-api'))
        self.assertEqual(f'http://127.0.0.1:{port}',
                         self.state.url('pike', 'glance-api'))
        self.patch(state, '_free', lambda other: other != port)
        self.assertTrue(self.state.choose_port('pike', 'glance-api'))
