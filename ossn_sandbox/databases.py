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

"""Where the clouds keep Glance's database, and what can go wrong with it.

A database is named by the cloud's folder.
"""

import contextlib
import sqlite3

from ossn_sandbox import errors


# SQL that tells it that the file store is in another folder.
MOVE_IMAGES = '''
    UPDATE image_locations
    SET value = replace(value, 'file://%s/', 'file://%s/')'''


class SQLite:
    """A file in the cloud's folder.

    Another class with the same methods can stand in for it, to use a
    database server.

    :ivar drivers: what Glance needs installed to reach it
    :ivar in_a_file: whether to copy one takes no time
    """

    drivers = ()
    in_a_file = True

    def where(self, folder):
        """Tell what a program opens it by.

        :param folder: the cloud's folder
        :returns: the path; of a database on a server, the URL
        """
        return folder / 'glance.db'

    def section(self, folder):
        """Render the section of Glance's configuration.

        :param folder: the cloud's folder
        :returns: dict of options
        """
        # The data need not outlive the machine: no fsync.
        return {'connection': f'sqlite:///{self.where(folder)}',
                'sqlite_synchronous': 'False'}

    def create(self, folder):
        """Create an empty database in place of any other.

        :param folder: the cloud's folder
        """
        for path in folder.glob('glance.db*'):
            path.unlink()

    def copy(self, old, new):
        """Copy a database that nobody uses to another cloud.

        :param old: the folder it is in
        :param new: the folder it is to be in
        """
        with contextlib.closing(sqlite3.connect(self.where(old))) as source:
            with contextlib.closing(sqlite3.connect(self.where(new))) as copy:
                source.backup(copy)

    def move_images(self, folder, old, new):
        """Change the locations of images whose files were moved.

        :param folder: the cloud's folder
        :param old: path of the folder the locations are in
        :param new: path of the folder they are to be in
        """
        change(self.where(folder), MOVE_IMAGES % (old, new))


def change(path, statement):
    """Change an SQLite database that no Glance runs on.

    :param path: the database's path
    :param statement: the SQL
    :returns: how many rows it changed
    """
    with contextlib.closing(sqlite3.connect(path)) as database:
        with database:
            return database.execute(statement).rowcount


_SHARED = """
    UPDATE images SET visibility = '%s' WHERE visibility = 'shared'
    AND id IN (SELECT image_id FROM image_members WHERE NOT deleted)"""

# Faults of a migration, by name: each is SQL for the migrated database.
FAULTS = {
    # Before the status came, whoever was a member had the image listed. A
    # migration that takes "nothing changes for anybody" at its word gives
    # all old memberships the status that keeps it so.
    'members-accepted': """
        UPDATE image_members SET status = 'accepted'
        WHERE status <> 'accepted'""",
    # Ocata turned is_public into visibility, with "shared" for images that
    # are not public and have members. One condition the wrong way round,
    # and these are the public ones.
    'shared-made-public': _SHARED % 'public',
    # The same migration brought "community": usable by anybody who knows
    # the image, which some took "shared" for.
    'shared-made-community': _SHARED % 'community',
    # Removed rows stay in the table, marked as deleted. A migration that
    # builds the table anew, as SQLite makes it for most changes, and
    # forgets the mark, brings them back.
    'memberships-revived': """
        UPDATE image_members SET deleted = 0, deleted_at = NULL
        WHERE deleted AND NOT EXISTS (
            SELECT * FROM image_members AS other
            WHERE other.image_id = image_members.image_id
            AND other.member = image_members.member AND NOT other.deleted)
        AND image_id IN (SELECT id FROM images WHERE NOT deleted)""",
}


def fault(name):
    """Find a fault of a migration by its name.

    :param name: the fault's name
    :returns: a callable, for ``after_migration`` of
        :meth:`.cloud.Sandbox.upgrade`
    :raises SandboxError: when there is none
    """
    if name not in FAULTS:
        raise errors.SandboxError(
            f'--fault {name!r} is unknown; choose one of '
            f'{", ".join(FAULTS)}.')

    def spoil(path):
        if not change(path, FAULTS[name]):
            raise errors.SandboxError(
                f'--fault {name} would change nothing: the cloud has no '
                'shared image, or no membership, of the kind it spoils; '
                'share and unshare images before the upgrade.')
    return spoil
