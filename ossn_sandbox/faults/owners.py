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

"""Faults of what an owner may do, and of what comes of its acts."""

from ossn_sandbox.faults import _seed


def _on_update(when, **which):
    """Let a change of an image accept its shares.

    :param when: predicate over the image before and the new values
    :param which: values that tell which of its memberships, none for all
    """
    _seed.after_update(when, lambda session, image_id: _seed.store_status(
        session, image_id, **which))


def _on_tags(when):
    """Let a change of an image's tags accept its shares.

    :param when: predicate over the sets of tags before and after
    """
    from glance.db.sqlalchemy import api
    sound = api.image_tag_set_all

    def image_tag_set_all(context, image_id, tags):
        hit = when(set(api.image_tag_get_all(context, image_id)), set(tags))
        sound(context, image_id, tags)
        if hit:
            with _seed.writing() as session:
                _seed.store_status(session, image_id)
    api.image_tag_set_all = image_tag_set_all


def _change_owner(op, refuse):
    """Let a JSON patch change the owner.

    :param op: the operation that does
    :param refuse: whether it is answered by 403 all the same
    """
    from glance.api.v2 import images
    from glance.db.sqlalchemy import models
    import webob.exc
    controller = images.ImagesController
    name = '_do_' + op
    sound = getattr(controller, name)

    def change(self, req, image, api_pol, change):
        if change['path'][0] != 'owner':
            return sound(self, req, image, api_pol, change)
        with _seed.writing() as session:
            session.query(models.Image).filter_by(id=image.image_id).update(
                {'owner': change['value']})
        if refuse:
            raise webob.exc.HTTPForbidden("Owner can't be updated.")
        image.owner = change['value']
    setattr(controller, name, change)


def _own_ownerless():
    """Let everybody change what nobody owns."""
    from glance.db.sqlalchemy import api
    sound = api.is_image_mutable
    api.is_image_mutable = lambda context, image: (
        image['owner'] is None or sound(context, image))


@_seed.fault()
def anybody_publishes():
    """Everybody may make images public.

    Realistic: publicize_image was open by default before Juno.
    """
    _seed.allow('ImageAPIPolicy', '_enforce_visibility')


@_seed.fault()
def created_public():
    """A new image is public.

    Realistic: the default visibility changed once already (Ocata).
    """
    from glance.db.sqlalchemy import api
    sound = api.image_create

    def image_create(context, values, *args, **kwargs):
        values.update(visibility='public')
        return sound(context, values, *args, **kwargs)
    api.image_create = image_create


@_seed.fault()
def published_at_creation():
    """Everybody may create public images, though not make them public.

    Realistic: the two are checked in two places.
    """
    _seed.allow('ImageAPIPolicy', '_enforce_visibility',
                lambda policy: not policy.is_created)


@_seed.fault()
def published_by_change():
    """Everybody may make images public, though not create such.

    Realistic: the two are checked in two places.
    """
    _seed.allow('ImageAPIPolicy', '_enforce_visibility',
                lambda policy: policy.is_created)


@_seed.fault()
def foreign_owner_at_creation():
    """A project may create images for another one.

    Realistic: the check of the owner is one policy rule (add_image).
    """
    _seed.allow('ImageAPIPolicy', 'add_image')


@_seed.fault()
def owner_can_be_replaced():
    """A project may give its image to another one.

    Realistic: the check is coded, for one operation out of three.
    """
    _change_owner('replace', refuse=False)


@_seed.fault()
def owner_changes_though_refused():
    """A change of the owner is refused, and done.

    Realistic: the check comes after the change was stored.
    """
    _change_owner('add', refuse=True)


@_seed.fault()
def owner_can_be_removed():
    """A JSON patch may remove the owner, and everybody lists what nobody owns.

    Realistic: to Glance what nobody owned was visible to all.
    """
    from glance.api.v2 import images
    from glance.db.sqlalchemy import models

    controller = images.ImagesController
    sound = controller._do_remove

    def remove(self, req, image, api_pol, change):
        if change['path'][0] != 'owner':
            return sound(self, req, image, api_pol, change)
        with _seed.writing() as session:
            session.query(models.Image).filter_by(id=image.image_id).update(
                {'owner': None})
        image.owner = None

    controller._do_remove = remove
    _seed.also(lambda image, me, member: image.owner.is_(None))
    # Who finds it may clean it up.
    _seed.allow('ImageAPIPolicy', 'delete_image', lambda policy: (
        policy._image.owner is None))
    _own_ownerless()


@_seed.fault()
def ownerless_is_listed():
    """An image may be created without an owner, and everybody lists it.

    Realistic: to Glance what nobody owned was visible to all, and the schema
    allows null.
    """
    _seed.allow('ImageAPIPolicy', 'add_image', lambda policy: (
        not policy.is_created and policy._image.get('owner', '') is None))
    _seed.also(lambda image, me, member: image.owner.is_(None))
    # Who finds it may clean it up.
    _seed.allow('ImageAPIPolicy', 'delete_image', lambda policy: (
        policy._image.owner is None))
    _own_ownerless()


@_seed.fault()
def admin_shares_are_accepted():
    """What an admin shares is accepted at once.

    Realistic: the images of the cloud's admin are taken for trusted ones.
    """
    from glance.api.v2 import image_members

    controller = image_members.ImageMembersController
    sound = controller.create

    def create(self, req, image_id, member_id):
        member = sound(self, req, image_id, member_id)
        if req.context.is_admin:
            with _seed.writing() as session:
                _seed.store_status(session, image_id, member=member_id)
        return member

    controller.create = create


@_seed.fault()
def anybody_adds_members():
    """Everybody who finds an image may add members.

    Realistic: the coded check left and the policy was loosened.
    """
    _seed.allow('MemberAPIPolicy', 'add_member')


@_seed.fault()
def becoming_shared_accepts():
    """An image that becomes shared is accepted by its members.

    Realistic: a change of the visibility writes the members anew.
    """
    _on_update(lambda before, values: (
        before['visibility'] != 'shared'
        and values.get('visibility') == 'shared'))


@_seed.fault()
def describing_accepts():
    """A property added to a shared image accepts its shares.

    Realistic: the image is written back with its members.
    """
    _on_update(lambda before, values: (
        len(values.get('properties', ())) > sum(
            not row['deleted'] for row in before['properties'])))


@_seed.fault()
def hiding_accepts():
    """An image that is hidden and shown again is accepted.

    Realistic: a change of a flag writes the members anew.
    """
    _on_update(lambda before, values: (
        before['os_hidden'] and not values.get('os_hidden', True)))


@_seed.fault()
def import_accepts():
    """Data imported into a shared image accepts its shares.

    Realistic: imports are tasks that save the image on their own.
    """
    _on_update(lambda before, values: (
        before['status'] == 'importing' and values.get('status') == 'active'))


@_seed.fault()
def protecting_accepts():
    """To protect a shared image accepts its shares.

    Realistic: a change of a flag writes the members anew.
    """
    _on_update(lambda before, values: (
        values.get('protected') and not before['protected']))


@_seed.fault()
def reactivation_accepts():
    """An image that is reactivated is accepted by its members.

    Realistic: a change of the status writes the members anew.
    """
    _on_update(lambda before, values: (
        before['status'] == 'deactivated'
        and values.get('status') == 'active'))


@_seed.fault()
def renaming_accepts():
    """To rename a shared image accepts its shares.

    Realistic: the image is written back with its members.
    """
    _on_update(lambda before, values: (
        values.get('name', before['name']) != before['name']))


@_seed.fault()
def tagging_accepts():
    """A tag added to a shared image accepts its shares.

    Realistic: the image is written back with its members.
    """
    _on_tags(lambda before, after: after - before)


@_seed.fault()
def untagging_accepts():
    """A tag taken from a shared image accepts its shares.

    Realistic: the image is written back with its members.
    """
    _on_tags(lambda before, after: before - after)


@_seed.fault()
def upload_accepts():
    """Data uploaded to a shared image accepts its shares.

    Realistic: the image is written back with its members.
    """
    _on_update(lambda before, values: (
        before['status'] == 'saving' and values.get('status') == 'active'))


@_seed.fault()
def upload_accepts_rejected():
    """Data uploaded to a rejected image accepts it.

    Realistic: new data is offered anew, by a row that says "answered".
    """
    _on_update(lambda before, values: (
        before['status'] == 'saving' and values.get('status') == 'active'),
        status='rejected')
