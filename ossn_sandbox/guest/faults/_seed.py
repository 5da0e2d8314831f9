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

"""What the faults are made of: changes of the real service.

Each function changes Glance in this process; a fault says where or when.
"""

import contextlib
import itertools
import json
import re
import threading
import types
from urllib import parse

_request = threading.local()
_requests = itertools.count(1)


def _target(environ):
    """Path and query as the client wrote them, which the server tidies."""
    path, _, query = environ['REQUEST_URI'].partition('?')
    return path, dict(parse.parse_qsl(query))


def _watch_requests():
    """Remember target and Accept header of the request at hand."""
    from glance.api.middleware import version_negotiation
    sound = version_negotiation.VersionNegotiationFilter.process_request

    def process_request(self, req):
        _request.path, _request.query = _target(req.environ)
        _request.accept = str(req.accept)
        return sound(self, req)
    version_negotiation.VersionNegotiationFilter.process_request = (
        process_request)


def leak(when):
    """Let lists show shares in every status.

    :param when: predicate over what is asked: context, filters, marker,
        limit, sort_key, sort_dir, path, query, accept and the list's number
    """
    from glance.db.sqlalchemy import api
    sound = api.image_get_all
    _watch_requests()

    def image_get_all(context, filters=None, marker=None, limit=None,
                      sort_key=None, sort_dir=None, member_status='accepted',
                      **others):
        ask = types.SimpleNamespace(
            context=context, filters=filters or {}, marker=marker,
            limit=limit, sort_key=sort_key or [], sort_dir=sort_dir or [],
            path=getattr(_request, 'path', ''),
            query=getattr(_request, 'query', {}),
            accept=getattr(_request, 'accept', ''), number=next(_requests))
        if member_status == 'accepted' and when(ask):
            member_status = 'all'
        return sound(context, filters, marker, limit, sort_key, sort_dir,
                     member_status, **others)
    api.image_get_all = image_get_all


def widen(asked, *shown, member_status='accepted'):
    """Let lists of one visibility show others, too.

    :param asked: the visibility that is asked for, None for the default
    :param shown: the further ones; none for all
    :param member_status: the one of shares among them
    """
    from glance.db.sqlalchemy import api
    from glance.db.sqlalchemy import models
    sound, sound_select = api.image_get_all, api._select_images_query

    def select(context, session, conditions, *others):
        if getattr(_request, 'wide', False):
            conditions = [*conditions, models.Image.visibility.in_(
                (asked, *shown))]
        return sound_select(context, session, conditions, *others)

    def image_get_all(context, filters=None, marker=None, limit=None,
                      sort_key=None, sort_dir=None, status='accepted',
                      **others):
        status = others.pop('member_status', status)
        if (filters or {}).get('visibility') == asked and (
                not context.is_admin):
            filters = {**(filters or {}), 'visibility': 'all'}
            status, _request.wide = member_status, bool(shown)
        try:
            return sound(context, filters, marker, limit, sort_key, sort_dir,
                         status, **others)
        finally:
            _request.wide = False
    api._select_images_query, api.image_get_all = select, image_get_all


def remember():
    """Remember which images each project once had in a list.

    :returns: function of a project to their ids
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
    return lambda project: sorted(seen.get(project, ()))


def mine(me, *conditions):
    """The asking project's living membership, with further conditions."""
    from glance.db.sqlalchemy import models
    from sqlalchemy import and_
    return and_(models.ImageMember.member == me,
                models.ImageMember.deleted.is_(False), *conditions)


def also(which):
    """Let lists show more images.

    :param which: function of the model of images, the asking project and
        the model of members to a condition
    """
    from glance.db.sqlalchemy import api
    from glance.db.sqlalchemy import models
    from sqlalchemy import and_
    sound = api._select_images_query

    def select(context, session, conditions, admin_as_user, member_status,
               visibility):
        query = sound(context, session, conditions, admin_as_user,
                      member_status, visibility)
        if context.is_admin or member_status != 'accepted':
            return query
        return query.union(session.query(models.Image).filter(
            and_(True, *conditions)).filter(which(
                models.Image, context.owner, models.ImageMember)))
    api._select_images_query = select


def membership(change):
    """Change what is stored of a membership.

    :param change: function of the row, the new values, which it may change,
        and whether the row is new
    """
    from glance.db.sqlalchemy import api
    sound = api._image_member_update

    def update(context, session, row, values):
        change(row, values, row.id is None)
        return sound(context, session, row, values)
    api._image_member_update = update


@contextlib.contextmanager
def writing():
    """A session of the database that can write, in any release."""
    from glance.db.sqlalchemy import api
    if hasattr(api, 'session_for_write'):
        with api.session_for_write() as session:
            yield session
    else:
        session = api.get_session()
        with session.begin():
            yield session


def store_status(session, image_id, new='accepted', **which):
    """Store a status of memberships.

    :param image_id: the image's id
    :param new: the status
    :param which: values that tell which of its memberships, none for all
    """
    from glance.db.sqlalchemy import models
    session.query(models.ImageMember).filter_by(
        image_id=image_id, deleted=False, **which).update({'status': new})


def on_update(when, **which):
    """Let a change of an image accept its shares.

    :param when: predicate over the image before and the new values
    :param which: values that tell which of its memberships, none for all
    """
    from glance.db.sqlalchemy import api
    sound = api.image_update

    def image_update(context, image_id, values, *args, **kwargs):
        hit = when(api.image_get(context, image_id), dict(values))
        result = sound(context, image_id, values, *args, **kwargs)
        if hit:
            with writing() as session:
                store_status(session, image_id, **which)
        return result
    api.image_update = image_update


def on_tags(when):
    """Let a change of an image's tags accept its shares.

    :param when: predicate over the sets of tags before and after
    """
    from glance.db.sqlalchemy import api
    sound = api.image_tag_set_all

    def image_tag_set_all(context, image_id, tags):
        hit = when(set(api.image_tag_get_all(context, image_id)), set(tags))
        sound(context, image_id, tags)
        if hit:
            with writing() as session:
                store_status(session, image_id)
    api.image_tag_set_all = image_tag_set_all


def on_reading(module, controller, action):
    """Let a request for an image accept for the project that sends it.

    :param module: name of the module in glance.api.v2
    :param controller: name of the class
    :param action: name of the method
    """
    import importlib
    module = importlib.import_module('glance.api.v2.' + module)
    controller = getattr(module, controller)
    sound = getattr(controller, action)

    def act(self, req, image_id, *args, **kwargs):
        result = sound(self, req, image_id, *args, **kwargs)
        with writing() as session:
            store_status(session, image_id, member=req.context.owner)
        return result
    setattr(controller, action, act)


def answer_for(when):
    """Let others answer for a member, though they are refused.

    :param when: predicate over the image's owner, its members and the
        asking project
    """
    from glance.api.v2 import image_members
    from glance.db.sqlalchemy import api
    controller = image_members.ImageMembersController
    sound = controller.update

    def update(self, req, image_id, member_id, status):
        me, admin = req.context.owner, req.context.elevated()
        members = [row['member'] for row in api.image_member_find(
            admin, image_id)]
        if me != member_id and member_id in members and when(
                api.image_get(admin, image_id)['owner'], members, me):
            with writing() as session:
                store_status(session, image_id, status, member=member_id)
        return sound(self, req, image_id, member_id, status)
    controller.update = update


def answer_creates():
    """Let the owner's answer for a member that is none create it."""
    from glance.api.v2 import image_members
    from glance.db.sqlalchemy import api
    import webob.exc
    controller = image_members.ImageMembersController
    sound = controller.update

    def update(self, req, image_id, member_id, status):
        image = self._lookup_image(req, image_id)
        if image.owner == req.context.owner and not api.image_member_find(
                req.context, image_id, member_id):
            self.create(req, image_id, member_id)
            with writing() as session:
                store_status(session, image_id, status, member=member_id)
            raise webob.exc.HTTPCreated()
        return sound(self, req, image_id, member_id, status)
    controller.update = update


def link_all():
    """Let the link to a list's next page ask for shares in every status."""
    from glance.api.v2 import images
    sound = images.ResponseSerializer.index

    def index(self, response, result):
        sound(self, response, result)
        body = json.loads(response.body)
        if 'member_status' not in body.get('next', 'member_status'):
            body['next'] += '&member_status=all'
            response.body = json.dumps(body).encode()
    images.ResponseSerializer.index = index


def on_removal(keep=False, accept_others=False):
    """Change what the removal of a member does.

    :param keep: whether the row stays
    :param accept_others: whether the other members accept by it
    """
    from glance.db.sqlalchemy import api
    sound = api._image_member_delete

    def delete(context, session, row):
        if not keep:
            sound(context, session, row)
        if accept_others:
            store_status(session, row.image_id)
    api._image_member_delete = delete


def on_create(change):
    """Change what is stored of a new image.

    :param change: function of the values, which it may change
    """
    from glance.db.sqlalchemy import api
    sound = api.image_create

    def image_create(context, values, *args, **kwargs):
        change(values)
        return sound(context, values, *args, **kwargs)
    api.image_create = image_create


def allow(policy_class, check, when=lambda policy: True):
    """Let a check of the policy allow everything.

    :param policy_class: name of the class in glance.api.v2.policy
    :param check: name of its method
    :param when: predicate over the object, which knows the target
    """
    from glance.api.v2 import policy
    policy_class = getattr(policy, policy_class)
    sound = getattr(policy_class, check)

    def method(self, *args, **kwargs):
        if not when(self):
            sound(self, *args, **kwargs)
    setattr(policy_class, check, method)


def own_ownerless():
    """Let everybody change what nobody owns."""
    from glance.db.sqlalchemy import api
    sound = api.is_image_mutable
    api.is_image_mutable = lambda context, image: (
        image['owner'] is None or sound(context, image))


def forged_status():
    """Store the status that the request to share names."""
    from glance.api.v2 import image_members
    controller = image_members.ImageMembersController
    sound = controller.create

    def create(self, req, image_id, member_id):
        member = sound(self, req, image_id, member_id)
        status = req.json_body.get('status')
        if status:
            member.status = status
            self._get_member_repo(req, self._lookup_image(
                req, image_id)).save(member)
        return member
    controller.create = create


def change_owner(op, refuse):
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
        with writing() as session:
            session.query(models.Image).filter_by(id=image.image_id).update(
                {'owner': change['value']})
        if refuse:
            raise webob.exc.HTTPForbidden("Owner can't be updated.")
        image.owner = change['value']
    setattr(controller, name, change)


def keep_lists():
    """Keep lists for a while, for whoever asks the same."""
    from glance.api.v2 import images
    controller = images.ImagesController
    sound = controller.index
    kept = {}

    def index(self, req, *args, **kwargs):
        # The default list alone: with all of them kept, no control would
        # be found any more.
        if req.query_string:
            return sound(self, req, *args, **kwargs)
        result = kept.pop('list', None)
        if result is None:
            result = kept['list'] = sound(self, req, *args, **kwargs)
        return result
    controller.index = index


def v1_forged_status():
    """Store the status that a request of v1 to share names."""
    from glance.api.v1 import members
    sound = members.Controller.update

    def update(self, req, image_id, id, body=None):
        result = sound(self, req, image_id, id, body)
        status = (body or {}).get('member', {}).get('status')
        if status:
            with writing() as session:
                store_status(session, image_id, status, member=id)
        return result
    members.Controller.update = update


def v1_change_owner():
    """Let v1 change the owner."""
    from glance.api.v1 import images
    from glance.db.sqlalchemy import models
    sound = images.Controller.update

    def update(self, req, id, image_meta, image_data):
        owner = image_meta.get('owner')
        result = sound(self, req, id, image_meta, image_data)
        if owner:
            with writing() as session:
                session.query(models.Image).filter_by(id=id).update(
                    {'owner': owner})
        return result
    images.Controller.update = update


def hide_versions(pattern):
    """Leave versions out of the version document.

    :param pattern: regular expression that matches their names
    """
    from glance.api import versions
    sound = versions.Controller.index

    def index(self, req, explicit=False):
        response = sound(self, req, explicit)
        body = json.loads(response.body)
        body['versions'] = [version for version in body['versions']
                            if not re.fullmatch(pattern, version['id'])]
        response.body = json.dumps(body).encode()
        return response
    versions.Controller.index = index


def block_paths(pattern, accept=False, spelled=False):
    """Answer 404 in front of Glance, as a proxy might.

    :param pattern: regular expression that matches from the path's start
    :param accept: whether the media type of v1 is blocked, too
    :param spelled: whether it is the path as the client spelled it
    """
    import serve
    sound = serve.glance_api

    def glance_api(folder):
        application = sound(folder)

        def proxy(environ, start_response):
            path = _target(environ)[0] if spelled else environ['PATH_INFO']
            if re.match(pattern, path) or accept and (
                    'images-v1' in environ.get('HTTP_ACCEPT', '')):
                start_response('404 Not Found', [('Content-Type',
                                                  'text/plain')])
                return [b'blocked']
            return application(environ, start_response)
        return proxy
    serve.glance_api = glance_api
