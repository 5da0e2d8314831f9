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


"""Faults of consent that come of several acts in a row."""

from ossn_sandbox.faults import _seed


def _key(row, values):
    """Tell which image and member a row of memberships is about."""
    return (row.image_id or values.get('image_id'),
            row.member or values.get('member'))


def _remember(change):
    """Change what is stored by what was stored before.

    :param change: function of the row, the new values, and the earlier
        statuses of the same image and member
    """
    told = {}

    def remember(row, values, new):
        before = told.setdefault(_key(row, values), [])
        change(row, values, before)
        if 'status' in values:
            before.append(values['status'])
    _seed.membership(remember)
    return told


def _bring_back(session, image_id, **which):
    """Undelete the memberships of an image."""
    from glance.db.sqlalchemy import models
    session.query(models.ImageMember).filter_by(
        image_id=image_id, deleted=True, **which).update(
            {'deleted': False, 'deleted_at': None})


@_seed.fault()
def consent_before_rejection_revives():
    """What was accepted, rejected and removed is accepted if shared again.

    Realistic: that somebody consented once is looked up in a history.
    """
    def change(row, values, before):
        if row.deleted and row.status == 'rejected' and 'accepted' in before:
            values['status'] = 'accepted'

    _remember(change)


@_seed.fault()
def reset_restores_first_answer():
    """To reset a rejection brings the consent before it back.

    Realistic: "undo" is taken for "one step back".
    """
    def change(row, values, before):
        if (values.get('status'), row.status) == ('pending', 'rejected') and (
                not row.deleted and before[-2:] == ['accepted', 'rejected']):
            values['status'] = 'accepted'

    _remember(change)


@_seed.fault()
def third_sharing_accepts():
    """What is shared for the third time is accepted.

    Realistic: a row that is used again and again keeps what its counter
    says.
    """
    def change(row, values, before):
        if row.deleted and before.count('pending') > 1:
            values['status'] = 'accepted'

    _remember(change)


@_seed.fault()
def removal_from_protected_keeps_row():
    """From a protected image no member can be removed, though it seems so.

    Realistic: protection means that nothing is deleted.
    """
    from glance.db.sqlalchemy import api
    sound = api._image_member_delete

    def delete(context, session, row):
        if not row.image.protected:
            sound(context, session, row)
    api._image_member_delete = delete


@_seed.fault()
def upload_restores_consent():
    """Data uploaded after a change of mind bring the consent back.

    Realistic: an upload saves the image and its members as it found them.
    """
    told = _remember(lambda row, values, before: None)

    def restore(session, image_id):
        for (image, member), before in told.items():
            if image == image_id and 'accepted' in before:
                _seed.store_status(session, image, member=member,
                                   status='rejected')

    _seed.after_update(lambda before, values: (
        before['status'] == 'saving' and values.get('status') == 'active'),
        restore)


@_seed.fault()
def renaming_brings_members_back():
    """To rename an image brings members back who were removed.

    Realistic: the image is written back with its members as they were read.
    """
    _seed.after_update(lambda before, values: (
        values.get('name', before['name']) != before['name']), _bring_back)


@_seed.fault()
def sharing_again_brings_members_back():
    """An image that is private, then shared, has its removed members again.

    Realistic: what a change of the visibility put aside is taken out again.
    """
    _seed.after_update(lambda before, values: (
        before['visibility'] == 'private'
        and values.get('visibility') == 'shared'), _bring_back)


@_seed.fault()
def private_after_consent_is_listed():
    """What was accepted stays in lists when the image becomes private.

    Realistic: members stay, and a query that begins with the members does
    not look at the visibility.
    """
    _seed.also(lambda image, me, member: (image.visibility == 'private')
               & image.members.any(_seed.mine(
                   me, member.status == 'accepted')))
    # Each image of a list is checked once more since Xena.
    _seed.allow('ImageAPIPolicy', 'get_image', lambda policy: (
        policy.is_created and policy._image.visibility == 'private'))


@_seed.fault()
def community_and_back_accepts_rejected():
    """A community image that becomes shared is accepted by who rejected it.

    Realistic: who could list it meanwhile is kept from losing it.
    """
    _seed.after_update(
        lambda before, values: (before['visibility'] == 'community'
                                and values.get('visibility') == 'shared'),
        lambda session, image_id: _seed.store_status(
            session, image_id, status='rejected'))


@_seed.fault()
def unprotecting_accepts_rejected():
    """An image that is protected no longer is accepted by who rejected it.

    Realistic: a change of a flag writes the members anew.
    """
    _seed.after_update(
        lambda before, values: (before['protected']
                                and values.get('protected') is False),
        lambda session, image_id: _seed.store_status(
            session, image_id, status='rejected'))


@_seed.fault()
def deactivation_accepts():
    """An image that is deactivated is accepted by its members.

    Realistic: a change of the status writes the members anew.
    """
    _seed.after_update(lambda before, values: (
        before['status'] == 'active'
        and values.get('status') == 'deactivated'),
        _seed.store_status)


@_seed.fault()
def second_sharing_accepts():
    """To share twice is refused the second time, and accepts.

    Realistic: a conflict is resolved by writing what is there again.
    """
    from glance.api.v2 import image_members
    import webob.exc
    controller = image_members.ImageMembersController
    sound = controller.create

    def create(self, req, image_id, member_id):
        try:
            return sound(self, req, image_id, member_id)
        except webob.exc.HTTPConflict:
            with _seed.writing() as session:
                _seed.store_status(session, image_id, member=member_id)
            raise
    controller.create = create


@_seed.fault()
def mutual_sharing_accepts():
    """Who accepted an image of a project has its own accepted by that one.

    Realistic: two projects that share with each other are partners.
    """
    def change(row, values, new):
        from glance.db.sqlalchemy import api
        from glance.db.sqlalchemy import models
        if not new:
            return
        with api.session_for_read() as session:
            owner = session.get(models.Image, values['image_id']).owner
            if session.query(models.ImageMember).join(models.Image).filter(
                    models.Image.owner == values['member'],
                    _seed.mine(owner, models.ImageMember.status
                               == 'accepted')).first():
                values['status'] = 'accepted'

    _seed.membership(change)


@_seed.fault()
def new_member_is_like_the_last():
    """A new member has the status that the last one has by then.

    Realistic: a row is made by copying one.
    """
    def change(row, values, new):
        from glance.db.sqlalchemy import api
        from glance.db.sqlalchemy import models
        if not new:
            return
        with api.session_for_read() as session:
            last = session.query(models.ImageMember).filter_by(
                image_id=values['image_id'], deleted=False).order_by(
                    models.ImageMember.id.desc()).first()
            if last:
                values['status'] = last.status

    _seed.membership(change)


@_seed.fault()
def recreated_image_finds_its_members():
    """An image with the id of a deleted one has that one's members.

    Realistic: the id gets free again, and rows that name it stay.
    """
    from glance.db.sqlalchemy import api
    from glance.db.sqlalchemy import models
    sound = api.image_create

    def image_create(context, values, *args, **kwargs):
        with _seed.writing() as session:
            old = session.query(models.Image).filter_by(
                id=values.get('id'), deleted=True,
                owner=context.owner).first()
            if old:
                gone = old.deleted_at
                for child in (models.ImageProperty, models.ImageTag,
                              models.ImageLocation):
                    session.query(child).filter_by(image_id=old.id).delete()
                old.deleted, old.deleted_at = False, None
        if not old:
            return sound(context, values, *args, **kwargs)
        with _seed.writing() as session:
            _bring_back(session, values['id'], deleted_at=gone)
        return api.image_update(context, values['id'], {
            'checksum': None, 'os_hash_value': None, 'size': None, **values})
    api.image_create = image_create


@_seed.fault(release='pike')
def v1_second_sharing_accepts():
    """To share once more by v1 accepts.

    Realistic: PUT writes the row again, as new ones were for v1.
    """
    from glance.registry.api.v1 import members
    controller = members.Controller
    sound = controller.update

    def update(self, req, image_id, id, body=None):
        known = self.db_api.image_member_find(
            req.context, image_id=image_id, member=id)
        result = sound(self, req, image_id, id, body)
        if known:
            with _seed.writing() as session:
                _seed.store_status(session, image_id, member=id)
        return result
    controller.update = update


@_seed.fault(release='pike')
def v1_change_brings_members_back():
    """A change of an image by v1 brings members back who were removed.

    Realistic: v1 writes an image as a whole.
    """
    from glance.registry.api.v1 import images
    controller = images.Controller
    sound = controller.update

    def update(self, req, id, body):
        result = sound(self, req, id, body)
        with _seed.writing() as session:
            _bring_back(session, id)
        return result
    controller.update = update


@_seed.fault(needs='[glance_ossn] intrusive')
def withdrawal_accepts():
    """What was public and is no longer stays with all it was shared with.

    Realistic: who could use an image yesterday shall not lose it today.
    """
    _seed.on_update(lambda old, new: (
        old['visibility'] == 'public' and new['visibility'] == 'shared'))


@_seed.fault(needs='[glance_ossn] intrusive')
def withdrawal_is_not_stored():
    """What was public stays so, though it is told to be private.

    Realistic: servers of the image run, and so it is withdrawn later.
    """
    from glance.db.sqlalchemy import models
    _seed.after_update(
        lambda before, values: before['visibility'] == 'public' and
        values.get('visibility') == 'private',
        lambda session, image_id: session.query(models.Image).filter_by(
            id=image_id).update({'visibility': 'public'}))
