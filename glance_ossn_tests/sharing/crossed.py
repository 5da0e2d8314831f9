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

"""Kinds of image that differ in several ways at once.

A list may treat an image otherwise that is protected *and* has data, or is
hidden *and* of another format. So the kinds that Image API v2 can make are
rows of a covering array: every pair of values occurs in one of them, and
without being hidden, which would mask the other two. What a cloud does not
offer is left out before the rows are made, so that the rest is covered.
"""

import functools

from glance_ossn_tests.sharing import cover
from glance_ossn_tests.sharing import kinds

# Values that stand for several, of which each row that has it takes the
# next one: to cross all formats with all else would take a row for each
# pair.
DISKS = {'raw': ('raw',), 'qcow2': ('qcow2',), 'iso': ('iso',),
         'other': ('vmdk', 'ami', 'vhd', 'aki', 'vdi', 'ari', 'vhdx',
                   'ploop')}
CONTAINERS = {'bare': ('bare',),
              'packed': ('ovf', 'ova', 'docker', 'compressed')}
# Disk formats that come in the container of their name.
_PARTS = ('ami', 'aki', 'ari')

_MIB = kinds.RAW.ljust((1 << 20) + 1, b'\n')
# The bytes by a word, and the disk formats that have them.
_DATA = {'queued': None, 'uploading': None, 'empty': ('raw',),
         'data': ('raw', 'qcow2', 'iso'), 'large': ('raw',),
         'second-store': ('raw',)}

# As real images have them: what Nova reads, what tells of the system in it,
# what Nova writes to a snapshot, of encrypted volumes, of signatures.
PROPERTIES = {
    'hw': (('hw_disk_bus', 'scsi'), ('hw_qemu_guest_agent', 'yes'),
           ('architecture', 'x86_64')),
    'os': (('os_type', 'linux'), ('os_distro', 'debian'),
           ('os_version', '13')),
    'snapshot': (('image_type', 'snapshot'), ('image_location', 'snapshot'),
                 ('base_image_ref', '1b3e5d7f-5c1c-4c8a-9d77-0a6f0c2b8e11')),
    # Nobody's key: whoever deletes the image shall leave it alone.
    'encrypted': (('cinder_encryption_key_id',
                   '4f1d2f0e-0f55-4f4c-8f43-1f6a5a1f7c22'),
                  ('cinder_encryption_key_deletion_policy',
                   'do_not_delete')),
    'signed': (('img_signature', 'bm90IGEgc2lnbmF0dXJl'),
               ('img_signature_hash_method', 'SHA-256'),
               ('img_signature_key_type', 'RSA-PSS'),
               ('img_signature_certificate_uuid',
                '7b7f6ad2-0d0e-4a57-9a5b-5d2d5c0f3a33')),
    # What else there is, of which few images have all.
    'usual': (('hw_boot_menu', 'no'), ('hw_cdrom_bus', 'sata'),
              ('hw_cpu_cores', '2'), ('hw_cpu_policy', 'shared'),
              ('hw_firmware_type', 'uefi'), ('hw_machine_type', 'q35'),
              ('hw_mem_page_size', 'small'), ('hw_rng_model', 'virtio'),
              ('hw_scsi_model', 'virtio-scsi'), ('hw_tpm_model', 'tpm-crb'),
              ('hw_video_model', 'virtio'), ('hw_vif_model', 'virtio'),
              ('hw_vif_multiqueue_enabled', 'yes'),
              ('os_admin_user', 'root'), ('os_require_quiesce', 'no'),
              ('os_secure_boot', 'disabled'), ('description', 'of nothing'),
              ('hypervisor_type', 'kvm'), ('vm_mode', 'hvm'),
              ('img_config_drive', 'optional'),
              ('img_hide_hypervisor_id', 'no'),
              ('kernel_id', '8f0a3f0e-7a1b-4b8e-9b1d-3c2e1d0f9a10'),
              ('ramdisk_id', '2d9b7c61-0e5f-4d3a-8c7b-6a5f4e3d2c1b'),
              ('instance_uuid', '5a0f9d44-8a3e-4a39-8c0b-6d4f5a1f9b02'),
              ('user_id', 'c1f2a9e0b7d84c6fa5e3d2b1a0987654'),
              ('owner_specified.openstack.object', 'images/nothing'),
              ('trait:CUSTOM_OSSN', 'required')),
}
_NEEDS = {'min_ram': (('min_ram', 64),), 'min_disk': (('min_disk', 1),),
          **PROPERTIES}
_FLAGS = {'unnamed': 'unnamed', 'accented': 'accented',
          'protected': 'protected', 'tags': 'labelled', 'hidden': 'hidden'}

# So many properties take a database long: a few images have them.
USUAL = 'usual'
_USUAL = 4

# Tempest names them only where an operator does.
_RARE = ('ploop', 'docker', 'compressed')

# The first value of each is what an image has if nothing is said.
DIMENSIONS = {
    'disk': tuple(DISKS), 'data': tuple(_DATA),
    'container': tuple(CONTAINERS),
    'name': ('', 'unnamed', 'accented'),
    **{word: ('', word) for word in ('protected', 'tags', *_NEEDS)
       if word != USUAL}}
HIDDEN = 'hidden'


def _fits(row):
    """Tell whether an image can have some values at once."""
    disk, data = row.get('disk'), row.get('data')
    if data is None or not _DATA[data]:
        return True
    # Glance looks into what is not in another container, and verifies
    # signatures.
    return (row.get('container') != 'packed' and not row.get('signed') and
            (disk is None or disk in _DATA[data]))


def kind_of(words):
    """Return the kind of image that some values make.

    :param words: values, as :data:`DIMENSIONS` and the disk and container
        formats name them
    :returns: :class:`glance_ossn_tests.sharing.kinds.Kind`
    :raises ValueError: if one of them is unknown
    """
    fields, properties = {'data': None}, ()
    for word in words:
        if word in sum(DISKS.values(), ()):
            fields['disk_format'] = word
            if word in _PARTS:
                fields['container_format'] = word
        elif word in sum(CONTAINERS.values(), ()):
            fields['container_format'] = word
        elif word in _DATA:
            fields['data'] = _bytes(word, words)
            fields['staged'] = word == 'uploading'
            fields['stored'] = word == 'second-store'
        elif word in _NEEDS:
            properties += _NEEDS[word]
        elif word in _FLAGS:
            fields[_FLAGS[word]] = True
        else:
            raise ValueError('there is no %s image' % word)
    return kinds.Kind('+'.join(words), v1=False, crossed=True, since=(
        (2, 7) if fields.get('hidden') else (2, 0)), properties=properties,
        **fields)


def _bytes(word, words):
    return {'empty': b'', 'large': _MIB, 'second-store': kinds.RAW,
            'data': kinds.DATA.get(words[0])}.get(word)


def find(name):
    """Return the kind of image of a name.

    :param name: name of a row of the table or of an array
    :returns: :class:`glance_ossn_tests.sharing.kinds.Kind`
    :raises ValueError: if there is none
    """
    for kind in kinds.KINDS:
        if kind.name == name:
            return kind
    return kind_of(name.split('+'))


def absent(abilities):
    """Tell what a cloud does not offer of the values.

    :param abilities: the cloud's
        :class:`glance_ossn_tests.sharing.forms.Abilities`
    :returns: dict of value to the reason
    """
    gone = {}
    for formats, option in ((DISKS, 'disk_formats'),
                            (CONTAINERS, 'container_formats')):
        known = getattr(abilities, option)
        for word in sum(formats.values(), ()):
            if known is not None and word not in known and (
                    word not in ('raw', 'bare')):
                gone[word] = kinds.unknown(word, option)
    if abilities.container_formats is not None:
        for word in _PARTS:
            if word not in abilities.container_formats:
                gone[word] = kinds.unknown(word, 'container_formats')
    if abilities.unprotectable:
        gone['protected'] = abilities.unprotectable
    for word, since in ((HIDDEN, (2, 7)), ('uploading', (2, 15))):
        why = abilities.lacks(since, '%s images' % word)
        if why:
            gone[word] = why
    if abilities.no_import:
        gone['uploading'] = abilities.no_import
    if not (abilities.second_store or abilities.store_problem):
        gone['second-store'] = 'the cloud has no second store'
    return {**gone, **abilities.refused}


def crossed(abilities):
    """Return the kinds of image that a cloud offers, crossed.

    :param abilities: the cloud's
        :class:`glance_ossn_tests.sharing.forms.Abilities`
    :returns: tuple of :class:`glance_ossn_tests.sharing.kinds.Kind`, those
        last that it does not offer, of one value each
    """
    gone = absent(abilities)
    return _array(frozenset(gone)) + tuple(
        kind_of(_alone(word)) for word in gone if word not in _RARE)


def _alone(word):
    """Return the values of an image that has one unusual value."""
    if word in sum(DISKS.values(), ()):
        return [word, 'queued']
    return ['raw', word] if word in _DATA else ['raw', 'queued', word]


def missing(kind, api, abilities):
    """Tell why an API cannot make a kind of image, of whichever table.

    :param kind: a :class:`glance_ossn_tests.sharing.kinds.Kind`
    :param api: 'v1' or 'v2'
    :param abilities: the cloud's
        :class:`glance_ossn_tests.sharing.forms.Abilities`
    :returns: the reason, None if it can
    """
    gone = absent(abilities) if kind.crossed else {}
    return next((gone[word] for word in kind.name.split('+')
                 if word in gone), None) or kinds.missing(kind, api, abilities)


@functools.lru_cache
def _array(gone):
    """Make the rows of what is left."""
    formats = {word: [each for each in some if each not in gone]
               for word, some in (DISKS | CONTAINERS).items()}
    dimensions = {
        name: [value for value in values
               if value not in gone and formats.get(value, True)]
        for name, values in DIMENSIONS.items()}
    only_parts = set(formats['other']) <= set(_PARTS)

    def fits(row):
        return _fits(row) and not (
            only_parts and row.get('disk') == 'other' and
            row.get('container') == 'packed')
    # The first row, of which nothing is to be said, is in the table.
    rows = cover.cover(dimensions, fits, even=True)[1:]
    if HIDDEN not in gone:
        rows += cover.cover({**dimensions, HIDDEN: (HIDDEN,)}, fits, HIDDEN,
                            even=True)
    words = [_words(row, formats) for row in rows]
    used = set().union(*words)
    # Formats that were never the next, with every other flag by turns.
    flags = [values[-1] for name, values in dimensions.items()
             if name not in ('disk', 'data', 'container') and values[-1]]
    words += [[word, 'queued', *flags[number % 2::2]] for number, word
              in enumerate(word for word in formats.get('other', ())
                           if word not in used)]
    if USUAL not in gone:
        _add_usual(words)
    return tuple(map(kind_of, words))


def _add_usual(words):
    """Give the usual properties to images that differ most from others."""
    chosen = {}
    for row in sorted(words, key=len, reverse=True):
        # One of them all is enough that is hidden.
        chosen.setdefault(HIDDEN if HIDDEN in row else row[1], row)
    for row in list(chosen.values())[:_USUAL]:
        row.append(USUAL)


def _words(row, formats):
    """Spell a row, each value that stands for several as the next of them."""
    def take(name, fits=lambda word: True):
        some = formats[row[name]]
        word = next(filter(fits, some), kinds.BASE)
        if word in some:
            some.append(some.pop(some.index(word)))
        return word
    container = take('container')
    disk = take('disk', lambda word: (
        container == 'bare' or word not in _PARTS))
    return [disk, row['data'], *([container] if container != 'bare' else []),
            *(value for name, value in row.items()
              if value and name not in ('disk', 'container', 'data'))]
