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


"""Faults of what may be written, by whom, and by which way."""

import collections
import threading

from ossn_sandbox.faults import _seed


def _accepted(context, image_id):
    """Whether a project accepted an image."""
    from glance.db.sqlalchemy import api
    return bool(context.owner and api.image_member_find(
        context, image_id, context.owner, 'accepted'))


@_seed.fault()
def accepted_member_adds_members():
    """Who accepted an image may share it with others.

    Realistic: to v1 members could be allowed to share.
    """
    _seed.allow('MemberAPIPolicy', 'add_member', lambda policy: _accepted(
        policy._context, policy._image.image_id))


@_seed.fault()
def accepted_member_changes_image():
    """Who accepted an image may change it, and its visibility.

    Realistic: the rule for an image's members is written once for all acts.
    """
    from glance.db.sqlalchemy import api
    for check in ('update_property', 'modify_image', '_enforce_visibility'):
        _seed.allow('ImageAPIPolicy', check, lambda policy: (
            policy.is_created and _accepted(
                policy._context, policy._image.image_id)))
    sound = api.is_image_mutable
    api.is_image_mutable = lambda context, image: (
        sound(context, image) or _accepted(context, image['id']))


@_seed.fault()
def owner_by_another_name_at_creation():
    """A project may create images for another one, by "project_id".

    Realistic: what is called owner is called project_id elsewhere, and both
    are understood while one is replaced.
    """
    from glance.db.sqlalchemy import api
    from glance.db.sqlalchemy import models
    sound = api.image_create

    def image_create(context, values, *args, **kwargs):
        owner = values.get('properties', {}).get('project_id')
        image = sound(context, values, *args, **kwargs)
        if owner:
            with _seed.writing() as session:
                session.query(models.Image).filter_by(id=image['id']).update(
                    {'owner': owner})
        return image
    api.image_create = image_create


@_seed.fault()
def owner_changes_in_a_longer_patch():
    """A change of the owner among others is done, not the only one.

    Realistic: what a patch may do is checked for its first operation.
    """
    from glance.api.v2 import images
    from glance.db.sqlalchemy import models
    controller = images.ImagesController
    update, replace = controller.update, controller._do_replace
    here = threading.local()

    def update_all(self, req, image_id, changes):
        here.many = len(changes) > 1
        return update(self, req, image_id, changes)

    def replace_one(self, req, image, api_pol, change):
        if change['path'][0] != 'owner' or not here.many:
            return replace(self, req, image, api_pol, change)
        api_pol.modify_image()
        with _seed.writing() as session:
            session.query(models.Image).filter_by(id=image.image_id).update(
                {'owner': change['value']})
    controller.update, controller._do_replace = update_all, replace_one


@_seed.fault()
def third_refused_answer_counts():
    """The third time that an answer is refused it is stored.

    Realistic: a refusal is retried like a conflict, until it is believed.
    """
    from glance.api.v2 import image_members
    import webob.exc
    controller = image_members.ImageMembersController
    sound, tries = controller.update, collections.Counter()

    def update(self, req, image_id, member_id, status):
        try:
            return sound(self, req, image_id, member_id, status)
        except webob.exc.HTTPForbidden:
            tries[image_id, member_id, req.context.owner] += 1
            if tries[image_id, member_id, req.context.owner] > 2:
                with _seed.writing() as session:
                    _seed.store_status(session, image_id, status,
                                       member=member_id)
            raise
    controller.update = update


@_seed.fault()
def owners_own_answer_counts_for_all():
    """An owner that is a member of its image answers for all members.

    Realistic: the owner finds all rows of its image, and the first is meant.
    """
    from glance.api.v2 import image_members
    from glance.db.sqlalchemy import api
    controller = image_members.ImageMembersController
    sound = controller.update

    def update(self, req, image_id, member_id, status):
        me, admin = req.context.owner, req.context.elevated()
        if me == member_id and api.image_member_find(
                admin, image_id, me) and (
                    api.image_get(admin, image_id)['owner'] == me):
            with _seed.writing() as session:
                _seed.store_status(session, image_id, status)
        return sound(self, req, image_id, member_id, status)
    controller.update = update


@_seed.fault()
def community_image_is_published():
    """Everybody may make a community image public.

    Realistic: everybody sees both, so the step seems small.
    """
    _seed.allow('ImageAPIPolicy', '_enforce_visibility', lambda policy: (
        policy.is_created and policy._image.visibility == 'community'))


@_seed.fault()
def hidden_image_is_published():
    """Everybody may make a hidden image public.

    Realistic: what lists do not show disturbs nobody, and is shown later.
    """
    _seed.allow('ImageAPIPolicy', '_enforce_visibility', lambda policy: (
        policy.is_created and policy._image.os_hidden))


@_seed.fault()
def owner_answers_after_a_rejection():
    """An answer of the owner for a member who rejected is stored.

    Realistic: a rejection is an end, from which the owner may begin again.
    """
    from glance.api.v2 import image_members
    from glance.db.sqlalchemy import api
    controller = image_members.ImageMembersController
    sound = controller.update

    def update(self, req, image_id, member_id, status):
        me, admin = req.context.owner, req.context.elevated()
        if me != member_id and api.image_member_find(
                admin, image_id, member_id, 'rejected') and (
                    api.image_get(admin, image_id)['owner'] == me):
            with _seed.writing() as session:
                _seed.store_status(session, image_id, status,
                                   member=member_id)
        return sound(self, req, image_id, member_id, status)
    controller.update = update


@_seed.fault(release='pike')
def v1_replacing_members_accepts():
    """Members that v1 replaces all at once have accepted.

    Realistic: rows that stay are written again, as new ones were for v1.
    """
    from glance.registry.api.v1 import members
    controller = members.Controller
    sound = controller.update_all

    def update_all(self, req, image_id, body):
        result = sound(self, req, image_id, body)
        with _seed.writing() as session:
            _seed.store_status(session, image_id)
        return result
    controller.update_all = update_all


@_seed.fault(release='pike')
def v1_allowed_to_share_has_accepted():
    """A member that v1 allows to share an image further has accepted.

    Realistic: who may share must be able to list.
    """
    from glance.registry.api.v1 import members
    controller = members.Controller
    sound = controller.update

    def update(self, req, image_id, id, body=None):
        result = sound(self, req, image_id, id, body)
        if body and body.get('member', {}).get('can_share'):
            with _seed.writing() as session:
                _seed.store_status(session, image_id, member=id)
        return result
    controller.update = update


@_seed.fault(release='pike')
def v1_change_publishes():
    """Everybody may make an image public by v1, though not create such.

    Realistic: the two are checked in two places.
    """
    from glance.api.v1 import images
    controller = images.Controller
    sound = controller._enforce

    def enforce(self, req, action, *args, **kwargs):
        if (req.method, action) != ('PUT', 'publicize_image'):
            sound(self, req, action, *args, **kwargs)
    controller._enforce = enforce
