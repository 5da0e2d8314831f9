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


# The disk format of all images that are of none in particular, and what
# stands for it where a cloud does not take it.
BASE = 'raw'
BASES = (BASE, 'qcow2', 'iso', 'vmdk', 'vhd')
DATA = {BASE: RAW, 'qcow2': QCOW2, 'iso': ISO}


@dataclasses.dataclass(frozen=True)
class Kind:
    """A kind of image.

    :param name: what the report calls it
    :param data: its bytes, None to leave it queued
    :param disk_format: its disk format
    :param container_format: its container format
    :param staged: whether it is left with its data on their way
    :param stored: whether its data are in the second store
    :param unnamed: whether it has no name
    :param accented: whether its name is more than ASCII
    :param labelled: whether it has a property and, with v2, tags
    :param properties: pairs of further properties, as v2 names them
    :param protected: whether it must not be deleted
    :param hidden: whether lists leave it out unless asked (os_hidden)
    :param deactivated: whether its data cannot be downloaded
    :param namesake: whether it bears the name of a public image of the cloud
    :param v1: whether v1 can make it
    :param since: the v2 version that can make it, (2, minor)
    :param histories: whether it goes through all histories or is just
        accepted, pending and rejected
    :param crossed: whether it is a row of an array, of which each is also
        accepted and removed
    """

    name: str
    data: bytes | None = dataclasses.field(default=RAW, repr=False)
    disk_format: str = 'raw'
    container_format: str = 'bare'
    staged: bool = False
    stored: bool = False
    unnamed: bool = False
    accented: bool = False
    labelled: bool = False
    properties: tuple = ()
    protected: bool = False
    hidden: bool = False
    deactivated: bool = False
    namesake: bool = False
    v1: bool = True
    since: tuple = (2, 0)
    histories: bool = False
    crossed: bool = False

    @property
    def status(self):
        """The image's status, as the API spells it."""
        if self.data is None:
            return 'uploading' if self.staged else 'queued'
        return 'deactivated' if self.deactivated else 'active'

    def has(self, name):
        """Tell whether it has a further property."""
        return name in dict(self.properties)


ACTIVE = Kind('active', histories=True)
QUEUED = Kind('queued', data=None, histories=True)

KINDS = (
    ACTIVE,
    QUEUED,
    Kind('qcow2', data=QCOW2, disk_format='qcow2'),
    Kind('iso', data=ISO, disk_format='iso'),
    Kind('labelled', data=None, labelled=True),
    Kind('protected', data=None, protected=True),
    # As a server's snapshot is: what it is of, and what it needs.
    Kind('snapshot', data=None, properties=(
        ('image_type', 'snapshot'), ('architecture', 'x86_64'),
        ('min_disk', 1))),
    Kind('unnamed', data=None, unnamed=True),
    Kind('ami', data=None, disk_format='ami', container_format='ami'),
    # v1 takes no bytes for no data.
    Kind('empty', data=b'', v1=False),
    Kind('hidden', data=None, hidden=True, v1=False, since=(2, 7)),
    # Not by v1, whose headers do not take every name.
    Kind('namesake', data=None, namesake=True, v1=False),
    Kind('deactivated', deactivated=True, v1=False, since=(2, 3)),
)

# Of these, v2 makes the ones that stand for themselves; what the others have
# it gets crossed, see :mod:`glance_ossn_tests.sharing.crossed`.
V2_KINDS = tuple(kind for kind in KINDS if kind.histories or kind.namesake or
                 kind.deactivated)
# Bytes that an image has at most for a list of small ones.
MOST = 1000000
# What an image is called that has more than ASCII in its name.
ACCENTED = '%s für 東京'


def shape(kind, base):
    """Make a kind of image one that a cloud takes.

    :param kind: a :class:`Kind`
    :param base: the disk format of images that are of none in particular
    :returns: :class:`Kind`
    """
    if kind.disk_format != BASE or base == BASE:
        return kind
    return dataclasses.replace(kind, disk_format=base, data=DATA.get(
        base, RAW).ljust(len(kind.data), b'\0')
        if kind.data and kind.data.startswith(RAW) else kind.data)


def unknown(word, option):
    """Tell that a format is not among those that a cloud is said to take.

    :param word: the format
    :param option: the option that names those
    :returns: text
    """
    return '[image] %s of tempest.conf does not name %s' % (option, word)


def missing(kind, api, abilities):
    """Tell why an API cannot make a kind of image.

    :param kind: a :class:`Kind`
    :param api: 'v1' or 'v2'
    :param abilities: the cloud's
        :class:`glance_ossn_tests.sharing.forms.Abilities`
    :returns: the reason, None if it can
    """
    if kind.name in abilities.without:
        return abilities.without[kind.name]
    if kind.protected and abilities.unprotectable:
        return abilities.unprotectable
    if kind.namesake and not abilities.public_name:
        return 'the cloud has no public image whose name another could bear'
    kind = shape(kind, abilities.base)
    for value, option in ((kind.disk_format, 'disk_formats'),
                          (kind.container_format, 'container_formats')):
        known = getattr(abilities, option)
        if known is not None and value not in known:
            return unknown(value, option)
    if api == 'v1':
        return None if kind.v1 else (
            'Image API v1 knows no %s images' % kind.name)
    if kind.data is not None and abilities.no_data:
        return abilities.no_data
    return abilities.lacks(kind.since, '%s images' % kind.name)


# Which kinds of image a query selects.

def shown(kind):
    """Tell whether lists show a kind unless asked for hidden images."""
    return not kind.hidden


def named(kind):
    """Tell whether a kind bears the name of the run."""
    return not (kind.hidden or kind.namesake or kind.unnamed or
                kind.accented)


def nothing(kind):
    """Select nothing: the answer should be empty, and what it shows counts."""
    return False


def sized(kind):
    """Tell whether a kind has data, if no bytes, and is not large."""
    return (kind.data is not None and len(kind.data) <= MOST and
            not kind.hidden)


def has_data(kind):
    """Tell whether a kind has bytes."""
    return bool(kind.data) and not kind.hidden


def raw_data(kind):
    """Tell whether a kind has the data of most images."""
    return kind.data == RAW and not kind.hidden


def of_status(status):
    """Select the kinds of a status."""
    return lambda kind: kind.status == status and not kind.hidden


def of_format(name):
    """Select the kinds of a disk format."""
    return lambda kind: kind.disk_format == name and not kind.hidden


def bare(kind):
    """Tell whether a kind has no container."""
    return kind.container_format == 'bare' and not kind.hidden


def having(name):
    """Select the kinds with a further property."""
    return lambda kind: kind.has(name) and not kind.hidden


def lacking(name):
    """Select the kinds without a further property."""
    return lambda kind: not (kind.has(name) or kind.hidden)


def labelled(kind):
    """Tell whether a kind has the label of the run."""
    return kind.labelled and not kind.hidden


def protected(kind):
    """Tell whether a kind must not be deleted."""
    return kind.protected and not kind.hidden
