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

"""Faults that need several attributes of an image, or of a question."""

from ossn_sandbox.faults import _seed


def _listed(status, which):
    """Let lists show images of which one is a member of a status.

    :param status: the membership's status
    :param which: function of the model of images to a further condition
    """
    _seed.also(lambda image, me, member: which(image) & image.members.any(
        _seed.mine(me, member.status == status)))


@_seed.fault()
def pending_encrypted_is_listed():
    """A pending share is listed if the image is of an encrypted volume.

    Realistic: such images are useless without the key, and are let through
    by a check of their own.
    """
    _listed('pending', lambda image: image.properties.any(
        name='cinder_encryption_key_id'))


@_seed.fault()
def pending_hidden_with_data_is_listed():
    """A pending share is listed if it is hidden and has data.

    Realistic: what is superseded is looked for by those who boot from it.
    """
    _listed('pending', lambda image: image.os_hidden & (image.size > 0))


@_seed.fault()
def pending_named_in_other_letters_is_listed():
    """A pending share is listed if its name is more than ASCII.

    Realistic: names are compared folded, in a branch for what is no ASCII.
    """
    _listed('pending', lambda image: image.name.contains('\u4eac'))


@_seed.fault()
def pending_packed_is_listed():
    """A pending share is listed if the image is an appliance.

    Realistic: an OVA is unpacked into several images, which are listed with
    it.
    """
    _listed('pending', lambda image: image.container_format == 'ova')


@_seed.fault()
def pending_protected_with_data_is_listed():
    """A pending share is listed if it is protected and has data.

    Realistic: what nobody may delete looks like an image of the operator's.
    """
    _listed('pending', lambda image: image.protected & (image.size > 0))


@_seed.fault()
def pending_uploading_is_listed():
    """A pending share is listed while its data are on their way.

    Realistic: tasks look for the images they work on by status alone.
    """
    _listed('pending', lambda image: image.status == 'uploading')


@_seed.fault()
def rejected_for_hardware_is_listed():
    """A rejected share is listed if it has a property of virtual hardware.

    Realistic: a scheduler's list of what fits a host joins the properties.
    """
    _listed('rejected', lambda image: image.properties.any(
        name='hw_disk_bus'))


@_seed.fault()
def removed_tagged_is_listed():
    """A membership that was deleted still counts if the image has a tag.

    Realistic: a join with one more table forgets which rows are deleted.
    """
    _seed.also(lambda image, me, member: image.tags.any() & image.members.any(
        (member.member == me) & member.deleted
        & (member.status == 'accepted')))


@_seed.fault()
def list_by_hash_algorithm_by_size_forgets_status():
    """A list by hash algorithm in the order of size shows every share.

    Realistic: who looks for duplicates has a query of its own.
    """
    _seed.leak(lambda ask: 'os_hash_algo' in ask.filters and
               'size' in ask.sort_key)


@_seed.fault()
def list_by_virtual_size_forgets_status():
    """A list filtered by virtual size shows shares in every status.

    Realistic: columns that were added late take another way through the
    code.
    """
    _seed.leak(lambda ask: 'virtual_size' in ask.filters)


@_seed.fault()
def page_of_a_dashboard_forgets_status():
    """A sorted list in pages of a dashboard's size shows every share.

    Realistic: what one client always asks for gets cached without the
    condition.
    """
    _seed.leak(lambda ask: ask.query.get('limit') == '21' and
               ask.sort_key[:1] == ['name'])
