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

import os
import pathlib

import fixtures
from oslotest import base

from ossn_sandbox import files


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
