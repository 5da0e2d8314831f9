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


"""Faults of lists that come of what an image is like."""

from ossn_sandbox.faults import _seed


def _listed(status, which, deleted=False):
    """Let lists show images that one is a member of, or was.

    :param status: the membership's status
    :param which: function of the model of images to a further condition
    :param deleted: whether the membership was removed
    """
    _seed.also(lambda image, me, member: (image.visibility == 'shared')
               & which(image) & image.members.any(
                   (member.member == me) & (member.status == status)
                   & member.deleted.is_(deleted)))


@_seed.fault()
def pending_large_is_listed():
    """A pending share is listed if the image has a MiB or more.

    Realistic: sizes that would not fit into an integer take another way.
    """
    _listed('pending', lambda image: image.size >= 2 ** 20)


@_seed.fault()
def pending_disk_of_a_hypervisor_is_listed():
    """A pending share is listed if it is a disk of another hypervisor.

    Realistic: formats that need a conversion are looked up for it.
    """
    _listed('pending', lambda image: image.disk_format.in_(
        ('vmdk', 'vhd', 'vhdx', 'vdi', 'ploop')))


@_seed.fault()
def pending_container_is_listed():
    """A pending share is listed if the image comes in a container.

    Realistic: containers are opened by code of their own.
    """
    _listed('pending', lambda image: image.container_format.in_(
        ('ova', 'ovf', 'docker', 'compressed')))


@_seed.fault()
def pending_for_hardware_is_listed():
    """A pending share is listed if a property asks for hardware.

    Realistic: properties come from another table, by a join that forgets a
    condition.
    """
    from glance.db.sqlalchemy import models
    _listed('pending', lambda image: image.properties.any(
        models.ImageProperty.name.startswith('hw_')))


@_seed.fault()
def pending_with_foreign_name_is_listed():
    """A pending share is listed if its name is not ASCII.

    Realistic: what a database would sort wrongly is sorted by code.
    """
    _listed('pending', lambda image: image.name.op('GLOB')('*[^ -~]*'))


@_seed.fault()
def pending_staged_is_listed():
    """A pending share is listed while its data wait for an import.

    Realistic: what is on its way is looked up by status alone.
    """
    _listed('pending', lambda image: image.status.in_(
        ('uploading', 'importing')))


@_seed.fault()
def rejected_snapshot_is_listed():
    """A rejected share is listed if the image is a snapshot.

    Realistic: an optimisation for one kind of image knows one status of two.
    """
    _listed('rejected', lambda image: image.properties.any(
        name='image_type', value='snapshot'))


@_seed.fault()
def rejected_queued_is_listed():
    """A rejected share is listed if the image has no data yet.

    Realistic: what cannot be used needs no consent, it seems.
    """
    _listed('rejected', lambda image: image.status == 'queued')


@_seed.fault()
def removed_protected_is_listed():
    """What is shared no longer is listed if the image is protected.

    Realistic: what is protected cannot be deleted, so nothing of it is taken
    for deleted.
    """
    _listed('accepted', lambda image: image.protected, deleted=True)


@_seed.fault()
def removed_hidden_is_listed():
    """What is shared no longer is in the list of hidden images.

    Realistic: a list that few ask for has a query that nobody mends.
    """
    _listed('accepted', lambda image: image.os_hidden, deleted=True)


@_seed.fault(release='pike')
def pike_pending_with_memory_is_listed():
    """A pending share is listed in Pike if the image needs memory.

    Realistic: what a server must have is checked by a join of its own.
    """
    _listed('pending', lambda image: image.min_ram > 0)
