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

"""Faults of sequences: what no single act shows, whatever was before it."""

from ossn_sandbox.faults import _seed


@_seed.fault()
def admission_after_any_consent():
    """To share again accepts for whoever accepted at any time before.

    Realistic: "trusts this producer" is kept with the row and outlives a
    later rejection.
    """
    def change(row, values, new):
        if not new and row.deleted and row.can_share:
            values['status'] = 'accepted'
        elif values.get('status') == 'accepted':
            values['can_share'] = True

    _seed.membership(change)


@_seed.fault()
def community_forgets_rejection():
    """What was rejected is accepted when a community image is shared again.

    Realistic: while it is open to all there is nothing to reject, and the
    way back restores what is left.
    """
    _seed.on_update(lambda old, new: (
        old['visibility'] == 'community' and new['visibility'] == 'shared'),
        status='rejected')


@_seed.fault()
def other_consent_lifts_rejection():
    """When a member accepts, those who rejected the image accept, too.

    Realistic: answers are counted by image.
    """
    from glance.api.v2 import image_members
    controller = image_members.ImageMembersController
    sound = controller.update

    def update(self, req, image_id, member_id, status):
        member = sound(self, req, image_id, member_id, status)
        if status == 'accepted':
            with _seed.writing() as session:
                _seed.store_status(session, image_id, status='rejected')
        return member
    controller.update = update


@_seed.fault()
def owner_answers_after_rejection():
    """Once a member rejected an image, its owner may answer for it.

    Realistic: an appeal, whose check of who asks is another one.
    """
    from glance.api.v2 import image_members
    from glance.db.sqlalchemy import api
    controller = image_members.ImageMembersController
    sound = controller.update

    def update(self, req, image_id, member_id, status):
        admin = req.context.elevated()
        rows = api.image_member_find(admin, image_id, member=member_id)
        image = self._lookup_image(req, image_id)
        if image.owner == req.context.owner and rows and (
                rows[0]['status'] == 'rejected'):
            with _seed.writing() as session:
                _seed.store_status(session, image_id, status,
                                   member=member_id)
        return sound(self, req, image_id, member_id, status)
    controller.update = update


@_seed.fault()
def patch_of_visibility_accepts():
    """A change of visibility in the newer patch format accepts for members.

    Realistic: each format has code of its own, and one writes members back.
    """
    from glance.api.v2 import images
    controller = images.ImagesController
    sound = controller.update

    def update(self, req, image_id, changes):
        result = sound(self, req, image_id, changes)
        if 'v2.1' in req.content_type and any(
                change['path'] == ['visibility'] for change in changes):
            with _seed.writing() as session:
                _seed.store_status(session, image_id)
        return result
    controller.update = update


@_seed.fault()
def recreated_image_keeps_members():
    """An image with the id of a deleted one has the members of that one.

    Realistic: deleted images are purged at once, their members later.
    """
    from glance.db.sqlalchemy import api
    from glance.db.sqlalchemy import models
    sound = api.image_create
    tables = (models.ImageMember, models.ImageProperty, models.ImageTag,
              models.ImageLocation)

    def forget(image_id):
        """Purge a deleted image, and return what its members were."""
        with _seed.writing() as session:
            image = session.query(models.Image).filter_by(
                id=image_id, deleted=True).first()
            if not image:
                return []
            kept = [(row.member, row.status) for row in session.query(
                models.ImageMember).filter_by(image_id=image_id)
                if row.deleted_at >= image.deleted_at]
            for table in tables:
                session.query(table).filter_by(image_id=image_id).delete()
            session.query(models.Image).filter_by(id=image_id).delete()
        return kept

    def image_create(context, values, *args, **kwargs):
        kept = forget(values.get('id'))
        result = sound(context, values, *args, **kwargs)
        for member, status in kept:
            api.image_member_create(context, {
                'image_id': values['id'], 'member': member, 'status': status})
        return result
    api.image_create = image_create


@_seed.fault()
def unprotecting_forgets_rejection():
    """What was rejected is accepted when its protection is lifted.

    Realistic: a state before a lock is restored, and one field with it.
    """
    _seed.on_update(lambda old, new: (
        old['protected'] and not new['protected']), status='rejected')


@_seed.fault()
def unhiding_forgets_rejection():
    """What was rejected is accepted when a hidden image is shown again.

    Realistic: an image that comes back to lists is announced to all whom it
    is shared with.
    """
    _seed.on_update(lambda old, new: (
        old['os_hidden'] and not new['os_hidden']), status='rejected')
