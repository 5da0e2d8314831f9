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

"""Kinds of image: the table of what a list could treat differently."""

import dataclasses
import struct

# Declared raw, and of no format that Glance would recognise: it inspects
# what is uploaded since 2025.1.
RAW = b'Made by glance-ossn-tests to see whose image lists show it.\n' * 16
# Version 3, a disk of 1 MiB, no feature, no backing file. Source:
# https://www.qemu.org/docs/master/interop/qcow2.html
QCOW2 = struct.pack('>4sIQIIQIIQQIIQQQQII', b'QFI\xfb', 3, 0, 0, 16, 1 << 20,
                    0, 1, 3 << 16, 1 << 16, 1, 0, 0, 0, 0, 0, 4,
                    104).ljust(1 << 18, b'\0')
# The primary volume descriptor is in the sector 16 of 2 KiB (ECMA-119).
ISO = (b'\0' * (16 * 2048) + b'\1CD001\1').ljust(40 * 1024, b'\0')


@dataclasses.dataclass(frozen=True)
class Kind:
    """A kind of image.

    :param name: what the report calls it
    :param data: its bytes, None to leave it queued
    :param disk_format: its disk format
    :param labelled: whether it has a property and, with v2, a tag
    :param protected: whether it must not be deleted
    :param hidden: whether lists leave it out unless asked (os_hidden)
    :param deactivated: whether its data cannot be downloaded
    :param namesake: whether it bears the name of a public image of the cloud
    :param v1: whether v1 can make it
    :param since: the v2 version that can make it, (2, minor)
    :param histories: whether it goes through all histories or is just
        accepted and pending
    """

    name: str
    data: bytes | None = RAW
    disk_format: str = 'raw'
    labelled: bool = False
    protected: bool = False
    hidden: bool = False
    deactivated: bool = False
    namesake: bool = False
    v1: bool = True
    since: tuple = (2, 0)
    histories: bool = False

    @property
    def status(self):
        """The image's status, as the API spells it."""
        if self.data is None:
            return 'queued'
        return 'deactivated' if self.deactivated else 'active'


ACTIVE = Kind('active', histories=True)
QUEUED = Kind('queued', data=None, histories=True)

KINDS = (
    ACTIVE,
    QUEUED,
    Kind('qcow2', data=QCOW2, disk_format='qcow2'),
    Kind('iso', data=ISO, disk_format='iso'),
    Kind('labelled', data=None, labelled=True),
    Kind('protected', data=None, protected=True),
    Kind('hidden', data=None, hidden=True, v1=False, since=(2, 7)),
    # Not by v1, whose headers do not take every name.
    Kind('namesake', data=None, namesake=True, v1=False),
    Kind('deactivated', deactivated=True, v1=False, since=(2, 3)),
)


def missing(kind, api, versions, public_name=None):
    """Why an API cannot make a kind of image.

    :param kind: a :class:`Kind`
    :param api: 'v1' or 'v2'
    :param versions: the versions that the cloud advertises
    :param public_name: the name of a public image of the cloud, if any
    :returns: the reason, None if it can
    """
    if kind.namesake and not public_name:
        return 'the cloud has no public image whose name another could bear'
    if api == 'v1' and not kind.v1:
        return 'Image API v1 knows no %s images' % kind.name
    if api == 'v2' and max(versions, default=(2, 0)) < kind.since:
        return 'Image API v2.%d is not advertised, which brought %s images' % (
            kind.since[1], kind.name)
    return None
