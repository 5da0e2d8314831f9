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

"""Clouds to measure on, and what fills them: straight into the database."""

import contextlib
import dataclasses
import sqlite3
import uuid

from ossn_sandbox import releases

# Where all holds: a run that fails is not measured.
RELEASE = releases.NEWEST + '~owner-and-id-are-kept'

# Older than any run, so that they are behind its images in every list.
_WHEN = '2020-01-01 00:00:00'
_IMAGE = (
    'INSERT INTO images (id, name, status, created_at, updated_at, deleted, '
    'min_disk, min_ram, protected, os_hidden, owner, visibility, '
    'disk_format, container_format, size) VALUES '
    "(?, ?, 'active', '%s', '%s', 0, 0, 0, 0, 0, ?, ?, 'raw', 'bare', 0)"
    % (_WHEN, _WHEN))
_MEMBER = (
    'INSERT INTO image_members (image_id, member, can_share, created_at, '
    "updated_at, deleted, status) VALUES (?, ?, 0, '%s', '%s', 0, 'accepted')"
    % (_WHEN, _WHEN))
_SEEDED = "SELECT id FROM images WHERE name LIKE 'benchmark-%'"


def with_pages_of_one():
    """The release with the smallest default for the length of a page.

    :returns: :class:`ossn_sandbox.releases.Release`
    """
    return dataclasses.replace(
        releases.get(RELEASE), name=RELEASE + '~limit-1',
        options=(('limit_param_default', '1'),))


def with_workers(count):
    """The release with several processes of its API.

    :param count: how many
    :returns: :class:`ossn_sandbox.releases.Release`
    """
    return releases.get('%s~DEFAULT.workers=%d' % (RELEASE, count))


def seed(path, count, members=()):
    """Put images of a stranger into a cloud's database, in place of others.

    :param path: of Glance's SQLite database
    :param count: how many images
    :param members: ids of the projects that each was shared with, and that
        accepted; with none, the images are public
    """
    owner = uuid.uuid4().hex
    visibility = 'shared' if members else 'public'
    clear(path)
    ids = [str(uuid.uuid4()) for _ in range(count)]
    with contextlib.closing(sqlite3.connect(path, timeout=60)) as glance:
        with glance:
            glance.executemany(_IMAGE, (
                (image, 'benchmark-%06d' % number, owner, visibility)
                for number, image in enumerate(ids)))
            glance.executemany(_MEMBER, (
                (image, member) for image in ids for member in members))


def clear(path):
    """Remove all that was seeded.

    :param path: of Glance's SQLite database
    """
    with contextlib.closing(sqlite3.connect(path, timeout=60)) as glance:
        with glance:
            glance.execute(
                'DELETE FROM image_members WHERE image_id IN (%s)' % _SEEDED)
            glance.execute(
                "DELETE FROM images WHERE name LIKE 'benchmark-%'")


def projects(a_cloud):
    """The projects of a cloud's pre-provisioned accounts.

    :param a_cloud: :class:`ossn_sandbox.cloud.Cloud`
    :returns: list of ids
    """
    return [a_cloud.session(account).get_project_id()
            for account in a_cloud.accounts]
