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

import itertools
import re
import threading
import types

_request = threading.local()
_requests = itertools.count(1)


def _watch_requests():
    """Remember path and Accept header of the request at hand."""
    from glance.api.middleware import version_negotiation
    sound = version_negotiation.VersionNegotiationFilter.process_request

    def process_request(self, req):
        _request.path, _request.accept = req.path_info, str(req.accept)
        return sound(self, req)
    version_negotiation.VersionNegotiationFilter.process_request = (
        process_request)


def leak(when):
    """Let lists show shares in every status.

    :param when: predicate over what is asked: context, filters, marker,
        limit, sort_key, sort_dir, path, accept and the list's number
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
            accept=getattr(_request, 'accept', ''), number=next(_requests))
        if member_status == 'accepted' and when(ask):
            member_status = 'all'
        return sound(context, filters, marker, limit, sort_key, sort_dir,
                     member_status, **others)
    api.image_get_all = image_get_all


def ask_for_all():
    """Take a list of no visibility for one of all."""
    from glance.db.sqlalchemy import api
    sound = api.image_get_all

    def image_get_all(context, filters=None, *args, **kwargs):
        return sound(context, {'visibility': 'all', **(filters or {})},
                     *args, **kwargs)
    api.image_get_all = image_get_all


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


def _accept_all(session, image_id):
    from glance.db.sqlalchemy import models
    session.query(models.ImageMember).filter_by(
        image_id=image_id, deleted=False).update({'status': 'accepted'})


def on_update(when):
    """Let a change of an image accept its shares.

    :param when: predicate over the image before and the new values
    """
    from glance.db.sqlalchemy import api
    sound = api.image_update

    def image_update(context, image_id, values, *args, **kwargs):
        hit = when(api.image_get(context, image_id), dict(values))
        result = sound(context, image_id, values, *args, **kwargs)
        if hit:
            with api.session_for_write() as session:
                _accept_all(session, image_id)
        return result
    api.image_update = image_update


def on_tag():
    """Let a tag accept an image's shares."""
    from glance.db.sqlalchemy import api
    sound = api.image_tag_set_all

    def image_tag_set_all(context, image_id, tags):
        sound(context, image_id, tags)
        with api.session_for_write() as session:
            _accept_all(session, image_id)
    api.image_tag_set_all = image_tag_set_all


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
            _accept_all(session, row.image_id)
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


def allow(policy_class, check):
    """Let a check of the policy allow everything.

    :param policy_class: name of the class in glance.api.v2.policy
    :param check: name of its method
    """
    from glance.api.v2 import policy
    setattr(getattr(policy, policy_class), check,
            lambda self, *args, **kwargs: None)


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
    from glance.db.sqlalchemy import api
    from glance.db.sqlalchemy import models
    import webob.exc
    controller = images.ImagesController
    name = '_do_' + op
    sound = getattr(controller, name)

    def change(self, req, image, api_pol, change):
        if change['path'][0] != 'owner':
            return sound(self, req, image, api_pol, change)
        with api.session_for_write() as session:
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


def hide_v1():
    """Leave v1 out of the version document."""
    from glance.api import versions
    sound = versions.Controller.index

    def index(self, req, explicit=False):
        response = sound(self, req, explicit)
        body = response.json_body
        body['versions'] = [version for version in body['versions']
                            if not version['id'].startswith('v1')]
        response.json_body = body
        return response
    versions.Controller.index = index


def block_paths(pattern):
    """Answer 404 in front of Glance, as a proxy might.

    :param pattern: regular expression that matches from the path's start
    """
    import serve
    sound = serve.glance_api

    def glance_api(folder):
        application = sound(folder)

        def proxy(environ, start_response):
            if re.match(pattern, environ['PATH_INFO']):
                start_response('404 Not Found', [('Content-Type',
                                                  'text/plain')])
                return [b'blocked']
            return application(environ, start_response)
        return proxy
    serve.glance_api = glance_api
