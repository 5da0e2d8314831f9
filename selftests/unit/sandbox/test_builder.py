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

"""What is made for the clouds of a sandbox."""

import pathlib
import sqlite3
from unittest import mock

import fixtures
from oslotest import base

from ossn_sandbox import builder
from ossn_sandbox import databases
from ossn_sandbox import environments
from ossn_sandbox import errors
from ossn_sandbox import releases


class FakeState:

    def __init__(self, folder):
        self.path = folder
        self.ready = set()

    def folder(self, name):
        return self.path / name

    def is_ready(self, name):
        return name in self.ready

    def mark_ready(self, name):
        self.ready.add(name)


class TestEmptyDatabases(base.BaseTestCase):

    def setUp(self):
        super().setUp()
        self.path = pathlib.Path(
            self.useFixture(fixtures.TempDir()).path)
        self.state = FakeState(self.path)
        self.database = databases.SQLite()
        self.synced, self.told = [], []

    def sync(self, python, name, role, *arguments):
        """Do as "glance-manage db sync" does."""
        self.synced.append(name)
        with sqlite3.connect(self.path / name / 'glance.db') as there:
            there.execute('CREATE TABLE images (id TEXT)')
        there.close()

    def start(self, name):
        """Start a cloud, and return the names of its tables."""
        release = releases.get(name)
        envs = environments.Environments(self.path / 'envs',
                                         self.told.append)
        envs.home(release).mkdir(parents=True, exist_ok=True)
        launcher = mock.Mock(finish=self.sync)
        made = builder.Builder(self.state, launcher, envs, self.database,
                               self.told.append)
        with mock.patch.object(
                made, '_configure', side_effect=lambda release, folder:
                folder.mkdir(exist_ok=True)):
            made.start_glance(release, ['glance-api'])
        launcher.serve.assert_called_once()
        there = sqlite3.connect(self.path / name / 'glance.db')
        tables = [row[0] for row in there.execute(
            'SELECT name FROM sqlite_master')]
        there.close()
        return tables

    def test_what_was_made_once_is_copied(self):
        names = ['2026.2', '2026.2~list-shows-all', '2026.2']
        for name in names:
            self.assertEqual(['images'], self.start(name))
        self.assertEqual(['2026.2'], self.synced)
        self.assertEqual(set(names), self.state.ready)

    def test_another_release_has_its_own(self):
        self.start('2026.2')
        self.start('2026.1')
        self.assertEqual(['2026.2', '2026.1'], self.synced)

    def test_what_did_not_end_is_not_copied(self):
        with mock.patch.object(self, 'sync',
                               side_effect=errors.SandboxError('full')):
            self.assertRaises(errors.SandboxError, self.start, '2026.2')
        self.assertEqual(['images'], self.start('2026.2'))
        self.assertEqual(['2026.2'], self.synced)

    def test_a_server_makes_each(self):
        self.database.in_a_file = False
        self.start('2026.2')
        self.start('2026.2~list-shows-all')
        self.assertEqual(['2026.2', '2026.2~list-shows-all'], self.synced)
