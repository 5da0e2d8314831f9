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

"""Faults that nobody thought of: drawn by lot from what Glance knows.

Who writes faults has in mind what the suite looks at. These are drawn from
the columns, properties, questions and acts of Image API v2 itself, one or
two conditions each, so that what is found of a hundred tells what will be
found of the next hundred.
"""

import random

from ossn_sandbox.faults import _seed

PREFIX = 'drawn-'

# As the API reference and the useful properties of images name them.
DISKS = ('ami', 'ari', 'aki', 'vhd', 'vhdx', 'vmdk', 'raw', 'qcow2', 'vdi',
         'ploop', 'iso')
CONTAINERS = ('ami', 'ari', 'aki', 'bare', 'ovf', 'ova', 'docker',
              'compressed')
PROPERTIES = (
    'architecture', 'base_image_ref', 'cinder_encryption_key_id',
    'hw_boot_menu', 'hw_cdrom_bus', 'hw_cpu_cores', 'hw_cpu_policy',
    'hw_disk_bus', 'hw_firmware_type', 'hw_machine_type', 'hw_mem_page_size',
    'hw_qemu_guest_agent', 'hw_rng_model', 'hw_scsi_model', 'hw_tpm_model',
    'hw_video_model', 'hw_vif_model', 'hw_vif_multiqueue_enabled',
    'hypervisor_type', 'image_location', 'image_type', 'img_config_drive',
    'img_hide_hypervisor_id', 'img_signature', 'instance_uuid', 'kernel_id',
    'os_admin_user', 'os_distro', 'os_require_quiesce', 'os_secure_boot',
    'os_type', 'os_version', 'owner_specified.openstack.object',
    'ramdisk_id', 'trait:CUSTOM_OSSN', 'user_id', 'vm_mode')
COLUMNS = ('name', 'status', 'disk_format', 'container_format', 'min_ram',
           'min_disk', 'protected', 'os_hidden', 'checksum', 'os_hash_algo',
           'os_hash_value', 'size', 'virtual_size', 'created_at',
           'updated_at', 'id', 'owner')
FILTERS = ('name', 'status', 'disk_format', 'container_format', 'min_ram',
           'min_disk', 'protected', 'os_hidden', 'checksum', 'os_hash_algo',
           'os_hash_value', 'size_min', 'size_max', 'created_at',
           'updated_at', 'id', 'owner', 'tag')
SORTS = ('name', 'status', 'container_format', 'disk_format', 'size', 'id',
         'created_at', 'updated_at')


def _of_image(rng):
    """Draw a condition on an image.

    :returns: what it is about, text, and function of the model of images
    """
    def column(name, value):
        return '%s %s' % (name, value), lambda image: (
            getattr(image, name) == value)
    kind = rng.choice(('disk', 'container', 'property', 'property', 'flag',
                       'number', 'status', 'tags', 'name', 'history'))
    if kind == 'disk':
        return (kind, *column('disk_format', rng.choice(DISKS)))
    if kind == 'container':
        return (kind, *column('container_format', rng.choice(CONTAINERS)))
    if kind == 'property':
        name = rng.choice(PROPERTIES)
        return (kind + name, 'property ' + name,
                lambda image: image.properties.any(name=name))
    if kind == 'flag':
        name = rng.choice(('protected', 'os_hidden'))
        return (kind + name, *column(name, True))
    if kind == 'status':
        return (kind, *column('status', rng.choice((
            'queued', 'active', 'deactivated', 'uploading'))))
    if kind == 'number':
        return (kind, *rng.choice((
            ('with min_ram', lambda image: image.min_ram > 0),
            ('with min_disk', lambda image: image.min_disk > 0),
            ('of a size', lambda image: image.size.isnot(None)),
            ('of no bytes', lambda image: image.size == 0),
            ('over 100 kB', lambda image: image.size > 100000),
            ('below 100 kB', lambda image: image.size < 100000),
            ('with a checksum', lambda image: image.checksum.isnot(None)))))
    if kind == 'tags':
        return kind, 'with a tag', lambda image: image.tags.any()
    if kind == 'name':
        return (kind, *rng.choice((
            ('without a name', lambda image: image.name.is_(None)),
            ('with a long name', lambda image: image.name.like('_' * 41 +
                                                               '%')),
            ('with a foreign name', lambda image: image.name.op('GLOB')(
                '*[^ -~]*')))))
    return (kind, *rng.choice((
        ('changed since', lambda image: image.updated_at > image.created_at),
        ('never changed', lambda image: (
            image.updated_at == image.created_at)))))


def _of_question(rng):
    """Draw a condition on what a list is asked for.

    :returns: what it is about, text, and predicate over what is asked
    """
    kind = rng.choice(('filter', 'filter', 'filter', 'property', 'sort',
                       'order', 'visibility', 'limit', 'page', 'operator'))
    if kind == 'filter':
        name = rng.choice(FILTERS)
        return (kind + name, 'by ' + name, lambda ask: name in ask.query)
    if kind == 'property':
        name = rng.choice(PROPERTIES)
        return (kind + name, 'by ' + name, lambda ask: name in ask.query)
    if kind == 'sort':
        name = rng.choice(SORTS)
        return ('sort', 'in order of ' + name, lambda ask: (
            ask.sort_key[:1] == [name] and (
                {'sort', 'sort_key'} & ask.query.keys())))
    if kind == 'order':
        return (kind, *rng.choice((
            ('ascending', lambda ask: ask.sort_dir[:1] == ['asc']),
            ('in two orders', lambda ask: ',' in ask.query.get('sort', '')),
            ('in the older way', lambda ask: 'sort_key' in ask.query),
            ('in the newer way', lambda ask: 'sort' in ask.query))))
    if kind == 'visibility':
        # Of other visibilities no share is, whatever its status.
        word = rng.choice(('shared', 'all'))
        return (kind, 'of visibility ' + word,
                lambda ask: ask.query.get('visibility') == word)
    if kind == 'limit':
        return (kind, *rng.choice((
            ('without limit', lambda ask: 'limit' not in ask.query),
            ('with a limit', lambda ask: 'limit' in ask.query),
            ('of short pages', lambda ask: int(ask.query.get(
                'limit', 99)) < 10),
            ('of long pages', lambda ask: int(ask.query.get(
                'limit', 0)) > 99))))
    if kind == 'page':
        return (kind, *rng.choice((
            ('on the first page', lambda ask: not ask.marker),
            ('behind a marker', lambda ask: bool(ask.marker)))))
    word = rng.choice(('in', 'gt', 'gte', 'lt', 'lte', 'neq'))
    return (kind, 'with ' + word, lambda ask: any(
        value.startswith(word + ':') for value in ask.query.values()))


def _both(rng, draw):
    """Draw one or two conditions that are about different things.

    :param rng: random.Random
    :param draw: function that draws one
    :returns: text, and list of one or two functions
    """
    chosen = {}
    while len(chosen) < rng.choice((1, 2, 2)):
        about, text, when = draw(rng)
        chosen.setdefault(about, (text, when))
    return (' and '.join(text for text, _ in chosen.values()),
            [when for _, when in chosen.values()])


def _questions(rng):
    text, conditions = _both(rng, _of_question)
    return 'lists %s forget the status' % text, lambda: _seed.leak(
        lambda ask: ask.path.rstrip('/').endswith('/images') and
        all(when(ask) for when in conditions))


def _images(rng):
    text, conditions = _both(rng, _of_image)
    status = rng.choice(('pending', 'rejected', 'removed'))

    def which(image, me, member):
        mine = (member.member == me) & (
            member.deleted if status == 'removed' else
            (member.status == status) & member.deleted.is_(False))
        found = (image.visibility == 'shared') & image.members.any(mine)
        for when in conditions:
            found &= when(image)
        return found
    return 'what is %s and %s is listed' % (status, text), (
        lambda: _seed.also(which))


def _answers(rng):
    old, new = rng.choice((
        (None, 'pending'), ('removed', 'pending'), ('pending', 'rejected'),
        ('accepted', 'rejected'), ('accepted', 'pending'),
        ('rejected', 'pending'), ('rejected', 'rejected'),
        ('pending', 'pending')))
    text, conditions = rng.choice((
        ('', []), (' once the image has data', [
            lambda image: image.status == 'active']),
        (' of a queued image', [lambda image: image.status == 'queued']),
        (' of a protected image', [lambda image: image.protected]),
        (' of a hidden image', [lambda image: image.os_hidden]),
        (' of an image with another member', [
            lambda image: len({row.member for row in image.members
                               if not row.deleted}) > 1]),
        (' of an image with a property', [
            lambda image: bool(image.properties)])))

    def change(row, values, fresh):
        before = (None if fresh else 'removed' if row.deleted
                  else row.status)
        if before != old or values.get('status', 'pending') != new:
            return
        from glance.db.sqlalchemy import models
        with _seed.writing() as session:
            image = session.get(models.Image, row.image_id or
                                values.get('image_id'))
            hit = image is not None and all(
                when(image) for when in conditions)
        if hit:
            values['status'] = 'accepted'
    return 'from %s to %s%s accepts' % (old, new, text), (
        lambda: _seed.membership(change))


def _changes(rng):
    name = rng.choice(('name', 'min_ram', 'min_disk', 'protected',
                       'visibility', 'os_hidden', 'properties', 'status',
                       'checksum', 'size', 'disk_format'))
    old = rng.choice(('pending', 'rejected', 'removed'))
    value = {'protected': (True, False), 'os_hidden': (True, False),
             'visibility': ('private', 'shared', 'community'),
             'status': ('active', 'deactivated', 'uploading')}.get(name)
    value = rng.choice(value) if value else None

    def when(before, values):
        return name in values and values[name] != before.get(name) and (
            value is None or values[name] == value)

    def then(session, image_id):
        from glance.db.sqlalchemy import models
        if old != 'removed':
            _seed.store_status(session, image_id, status=old)
        else:
            session.query(models.ImageMember).filter_by(
                image_id=image_id, deleted=True).update(
                    {'deleted': False, 'deleted_at': None,
                     'status': 'accepted'})
    return 'a change of %s%s accepts what is %s' % (
        name, '' if value is None else ' to %s' % value, old), (
            lambda: _seed.after_update(when, then))


def _reach(rng):
    # What is private is kept by the policies, too.
    status = rng.choice(('removed', 'never'))
    about, text, when = rng.choice((
        ('data', 'with data', lambda image: image['status'] == 'active'),
        ('queued', 'without data', lambda image: (
            image['status'] == 'queued')),
        ('hidden', 'hidden', lambda image: image['os_hidden']),
        ('protected', 'protected', lambda image: image['protected']),
        ('all', 'any', lambda image: True)))

    def reached(me, image, rows):
        if not when(image) or image['owner'] == me:
            return False
        if status == 'never':
            return image['visibility'] == 'shared' and not rows
        return bool(rows) and all(row['deleted'] for row in rows)
    return 'by id: %s, %s' % (status, text), lambda: _seed.reach(reached)


_DRAWN = (_questions, _questions, _questions, _images, _images, _images,
          _answers, _changes, _changes, _reach)


def draw(name):
    """Draw a fault.

    :param name: 'drawn-' and the number that it is drawn by
    :returns: :class:`ossn_sandbox.faults._seed.Fault`, None where the name
        is of none
    """
    number = name.removeprefix(PREFIX)
    if name == number or not number.isdigit():
        return None
    rng = random.Random(int(number))
    text, apply = rng.choice(_DRAWN)(rng)
    return _seed.Fault(name, text[0].upper() + text[1:] + '.', 'drawn', None,
                       False, apply)
