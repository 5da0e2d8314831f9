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


import contextlib
import pathlib
import sqlite3

import fixtures
from oslotest import base

from ossn_sandbox import databases
from ossn_sandbox import errors

SCHEMA = """
    CREATE TABLE images (id, visibility, deleted BOOLEAN);
    CREATE TABLE image_members (
        image_id, member, status, deleted BOOLEAN, deleted_at);
    CREATE TABLE image_locations (value);
"""


class TestSQLite(base.BaseTestCase):

    def setUp(self):
        super().setUp()
        self.home = pathlib.Path(self.useFixture(fixtures.TempDir()).path)
        self.old, self.new = self.home / 'old', self.home / 'new'
        for folder in (self.old, self.new):
            folder.mkdir()
        self.database = databases.SQLite()
        self.path = self.database.where(self.old)

    def make(self, script=''):
        with contextlib.closing(sqlite3.connect(self.path)) as database:
            database.executescript(SCHEMA + script)

    def rows(self, path, query):
        with contextlib.closing(sqlite3.connect(path)) as database:
            return database.execute(query).fetchall()

    def test_copy_has_what_is_not_in_the_file_yet(self):
        with contextlib.closing(sqlite3.connect(self.path)) as database:
            # Readers keep SQLite from moving the log into the file.
            database.execute('PRAGMA journal_mode = WAL')
            database.executescript(SCHEMA)
            database.execute("INSERT INTO image_locations VALUES ('file:///"
                             "old/a'), ('http://e/old/a')")
            database.commit()
            self.database.copy(self.old, self.new)
        copy = self.database.where(self.new)
        self.database.move_images(self.new, '/old', '/new')
        query = 'SELECT value FROM image_locations'
        self.assertEqual([('file:///new/a',), ('http://e/old/a',)],
                         self.rows(copy, query))
        self.assertEqual([('file:///old/a',), ('http://e/old/a',)],
                         self.rows(self.path, query))

    def test_create_removes_all_there_is(self):
        for suffix in ('', '-wal', '-shm'):
            (self.old / f'glance.db{suffix}').touch()
        (self.old / 'other').touch()
        self.database.create(self.old)
        self.assertEqual(['other'], [
            each.name for each in self.old.iterdir()])

    def test_faults(self):
        images = 'SELECT id, visibility FROM images'
        members = ('SELECT image_id, member, status FROM image_members '
                   'WHERE NOT deleted')
        rows = """
            INSERT INTO images VALUES
                ('s', 'shared', 0), ('t', 'shared', 0), ('p', 'private', 0),
                ('d', 'shared', 1);
            INSERT INTO image_members VALUES
                ('s', 'a', 'pending', 0, NULL),
                ('s', 'b', 'accepted', 0, NULL),
                ('s', 'b', 'rejected', 1, 'then'),
                ('t', 'a', 'accepted', 1, 'then'),
                ('d', 'a', 'accepted', 1, 'then');
        """
        before = {('s', 'shared'), ('t', 'shared'), ('p', 'private'),
                  ('d', 'shared')}
        given = {('s', 'a', 'pending'), ('s', 'b', 'accepted')}
        for name, visibility, memberships in (
                ('members-accepted', 'shared',
                 {('s', 'a', 'accepted'), ('s', 'b', 'accepted')}),
                ('shared-made-public', 'public', given),
                ('shared-made-community', 'community', given),
                ('memberships-revived', 'shared',
                 {*given, ('t', 'a', 'accepted')})):
            self.database.create(self.old)
            self.make(rows)
            databases.fault(name)(self.path)
            self.assertEqual({('s', visibility), *(before - {
                ('s', 'shared')})}, set(self.rows(self.path, images)), name)
            self.assertEqual(sorted(memberships), sorted(
                self.rows(self.path, members)), name)

    def test_a_fault_that_changes_nothing(self):
        self.make()
        for name in databases.FAULTS:
            error = self.assertRaises(errors.SandboxError,
                                      databases.fault(name), self.path)
            self.assertIn(f'--fault {name} would change nothing', str(error))
