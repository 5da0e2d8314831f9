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

"""Faults by which lists show kinds of images that they must not show."""

from ossn_sandbox.faults import _seed


def _listed(status, which):
    """Let lists show images of which one is a member of a status.

    :param status: the membership's status
    :param which: function of the model of images to a further condition
    """
    _seed.also(lambda image, me, member: which(image) & image.members.any(
        _seed.mine(me, member.status == status)))


@_seed.fault()
def pending_active_is_listed():
    """A pending share is listed if the image is active.

    Realistic: an optimisation for one kind of image has a query of its own.
    """
    _listed('pending', lambda image: image.status == 'active')


@_seed.fault()
def pending_ami_is_listed():
    """A pending share is listed if the image is of several parts.

    Realistic: kernel and ramdisk of an image are looked up along with it.
    """
    _listed('pending', lambda image: image.container_format == 'ami')


@_seed.fault()
def pending_deactivated_is_listed():
    """A pending share is listed if the image is deactivated.

    Realistic: an optimisation for one kind of image has a query of its own.
    """
    _listed('pending', lambda image: image.status == 'deactivated')


@_seed.fault()
def pending_empty_is_listed():
    """A pending share is listed if the image has no bytes.

    Realistic: an optimisation for one kind of image has a query of its own.
    """
    _listed('pending', lambda image: image.size == 0)


@_seed.fault()
def pending_hidden_is_listed():
    """A pending share is listed if the image is hidden.

    Realistic: what lists do not show needs no consent, it seems.
    """
    _listed('pending', lambda image: image.os_hidden)


@_seed.fault()
def pending_is_listed():
    """A pending share is listed.

    Realistic: the condition on the status got lost.
    """
    _seed.also(lambda image, me, member: image.members.any(_seed.mine(
        me, member.status == 'pending')))


@_seed.fault()
def pending_iso_is_listed():
    """A pending share is listed if the image is iso.

    Realistic: an optimisation for one kind of image has a query of its own.
    """
    _listed('pending', lambda image: image.disk_format == 'iso')


@_seed.fault()
def pending_private_is_listed():
    """A pending share is listed if the image became private.

    Realistic: the members of what was shared stay behind, and may be
    forgotten.
    """
    _seed.also(lambda image, me, member: (image.visibility == 'private')
               & image.members.any(_seed.mine(me, member.status == 'pending')))
    # Each image of a list is checked once more since Xena.
    _seed.allow('ImageAPIPolicy', 'get_image', lambda policy: (
        policy.is_created and policy._image.visibility == 'private'))


@_seed.fault()
def pending_protected_is_listed():
    """A pending share is listed if the image is protected.

    Realistic: an optimisation for one kind of image has a query of its own.
    """
    _listed('pending', lambda image: image.protected)


@_seed.fault()
def pending_qcow2_is_listed():
    """A pending share is listed if the image is qcow2.

    Realistic: an optimisation for one kind of image has a query of its own.
    """
    _listed('pending', lambda image: image.disk_format == 'qcow2')


@_seed.fault()
def pending_queued_is_listed():
    """A pending share is listed if the image is queued.

    Realistic: an optimisation for one kind of image has a query of its own.
    """
    _listed('pending', lambda image: image.status == 'queued')


@_seed.fault()
def pending_snapshot_is_listed():
    """A pending share is listed if the image is a snapshot.

    Realistic: snapshots of servers are listed apart by many clients.
    """
    _listed('pending', lambda image: image.properties.any(name='image_type'))


@_seed.fault()
def pending_tagged_is_listed():
    """A pending share is listed if the image has a tag.

    Realistic: tags come from another table, by a join that forgets a
    condition.
    """
    _listed('pending', lambda image: image.tags.any())


@_seed.fault()
def pending_unnamed_is_listed():
    """A pending share is listed if the image has no name.

    Realistic: an optimisation for one kind of image has a query of its own.
    """
    _listed('pending', lambda image: image.name.is_(None))


@_seed.fault()
def pending_with_min_disk_is_listed():
    """A pending share is listed if the image needs a disk.

    Realistic: an optimisation for one kind of image has a query of its own.
    """
    _listed('pending', lambda image: image.min_disk > 0)


@_seed.fault()
def pending_with_property_is_listed():
    """A pending share is listed if the image has a property.

    Realistic: properties come from another table, by a join that forgets a
    condition.
    """
    _listed('pending', lambda image: image.properties.any())


@_seed.fault()
def rejected_is_listed():
    """A rejected share is listed.

    Realistic: "answered" is taken for "accepted".
    """
    _seed.also(lambda image, me, member: image.members.any(_seed.mine(
        me, member.status == 'rejected')))


@_seed.fault()
def rejected_protected_is_listed():
    """A rejected share is listed if the image is protected.

    Realistic: an optimisation for one kind of image knows one status of two.
    """
    _listed('rejected', lambda image: image.protected)


@_seed.fault()
def rejected_tagged_is_listed():
    """A rejected share is listed if the image has a tag.

    Realistic: an optimisation for one kind of image knows one status of two.
    """
    _listed('rejected', lambda image: image.tags.any())


@_seed.fault()
def removed_is_listed():
    """A membership that was deleted still counts.

    Realistic: rows are only marked as deleted, and each query must say so.
    """
    _seed.also(lambda image, me, member: image.members.any(
        (member.member == me) & member.deleted
        & (member.status == 'accepted')))


@_seed.fault()
def removed_after_rejection_is_listed():
    """What was rejected, then no longer shared, is listed.

    Realistic: a query that looks for "not rejected" finds no row and is
    content.
    """
    _seed.also(lambda image, me, member: image.members.any(
        (member.member == me) & member.deleted & (member.status == 'rejected'))
        & ~image.members.any(_seed.mine(me)))


@_seed.fault()
def seen_stays_listed():
    """What a project once had in its list stays there while it has a row.

    Realistic: caches are emptied by what their project does, not by others.
    """
    from glance.db.sqlalchemy import api
    sound, seen = api.image_get_all, {}

    def image_get_all(context, filters=None, marker=None, limit=None,
                      sort_key=None, sort_dir=None, member_status='accepted',
                      **others):
        images = sound(context, filters, marker, limit, sort_key, sort_dir,
                       member_status, **others)
        if member_status == 'accepted':
            seen.setdefault(context.owner, set()).update(
                image['id'] for image in images)
        return images
    api.image_get_all = image_get_all
    _seed.also(lambda image, me, member: image.id.in_(
        sorted(seen.get(me, ())))
               & image.members.any(member.member == me))


@_seed.fault()
def any_member_counts():
    """What any member accepted is in every member's list.

    Realistic: the join finds a member, not the one that asks.
    """
    _seed.also(lambda image, me, member: image.members.any(_seed.mine(me))
               & image.members.any(member.status == 'accepted'))


@_seed.fault()
def members_accept_for_all():
    """What one project accepted is listed by every project.

    Realistic: the join leaves the member out.
    """
    _seed.also(lambda image, me, member: image.members.any(
        ~member.deleted & (member.status == 'accepted')))


@_seed.fault()
def one_consent_is_for_all():
    """Who accepted one image of a project lists all that it shares.

    Realistic: "trusted producers" is a feature that users ask for.
    """
    def trusted(image, me, member):
        from sqlalchemy import orm
        other = orm.aliased(image)
        return image.members.any(_seed.mine(me)) & image.owner.in_(
            orm.Query(other.owner).filter(other.members.any(_seed.mine(
                me, member.status == 'accepted'))).subquery())

    _seed.also(trusted)


@_seed.fault()
def strangers_private_listed():
    """Private images of other projects are listed.

    Realistic: a condition on the owner is missing in one branch of the query.
    """
    _seed.also(lambda image, me, member: image.visibility == 'private')
    # Each image of a list is checked once more since Xena.
    _seed.allow('ImageAPIPolicy', 'get_image')


@_seed.fault()
def strangers_shared_listed():
    """Images are listed that a project shares with nobody.

    Realistic: "shared" is the default visibility since Ocata, and reads like
    consent.
    """
    _seed.also(lambda image, me, member: (image.visibility == 'shared')
               & ~image.members.any(~member.deleted))


@_seed.fault()
def community_counts_as_public():
    """Community images are in the list of public images.

    Realistic: everybody may use both, and the same code selects both.
    """
    _seed.widen('public', 'community')


@_seed.fault()
def community_counts_as_shared():
    """Community images are in the list of shared images.

    Realistic: both are of other projects and not public.
    """
    _seed.widen('shared', 'community')


@_seed.fault()
def community_is_listed():
    """Community images are in the list of everybody.

    Realistic: one condition at the end of the query takes them out again.
    """
    _seed.widen(None)


@_seed.fault()
def list_by_visibility_all_forgets_status():
    """A list of all visibilities shows shares in every status.

    Realistic: each filter changes the query in a place of its own.
    """
    _seed.leak(lambda ask: ask.filters.get('visibility') == 'all')


@_seed.fault()
def list_by_visibility_community_forgets_status():
    """A list of community images shows shares in every status.

    Realistic: visibilities are more than there were, and some conditions know
    two.
    """
    _seed.widen('community', 'shared', member_status='all')


@_seed.fault()
def list_by_visibility_private_forgets_status():
    """A list of private images shows shares in every status.

    Realistic: visibilities are more than there were, and some conditions know
    two.
    """
    _seed.widen('private', 'shared', member_status='all')


@_seed.fault()
def list_by_visibility_public_forgets_status():
    """A list of public images shows shares in every status.

    Realistic: visibilities are more than there were, and some conditions know
    two.
    """
    _seed.widen('public', 'shared', member_status='all')


@_seed.fault()
def list_by_visibility_shared_forgets_status():
    """A list of shared images shows shares in every status.

    Realistic: each filter changes the query in a place of its own.
    """
    _seed.leak(lambda ask: ask.filters.get('visibility') == 'shared')


@_seed.fault(needs='a second store')
def second_store_forgets_status():
    """What is shared and in another than the default store is listed at once.

    Realistic: lists that join the locations, to show the stores of images.
    """
    from glance.db.sqlalchemy import models
    from sqlalchemy import select
    _seed.also(lambda image, me, member: image.id.in_(
        select(member.image_id).where(_seed.mine(me))) & image.id.in_(
            select(models.ImageLocation.image_id).where(
                models.ImageLocation.value.like('%/slow/%'))))
