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
Glance is imported when a fault is applied, so that one can read of the
faults where there is none.
"""

import collections.abc
import contextlib
import dataclasses
import inspect
import itertools
import threading
import types
from urllib import parse


@dataclasses.dataclass(frozen=True)
class Fault:
    """A fault that can be seeded into a release.

    :ivar name: what it is called
    :ivar text: what it does, and why it is realistic
    :ivar axis: along what it was thought of, the name of its module
    :ivar release: name of the release that it is for, None for the newest
    :ivar hides: whether it only hides what is exposed there all the same,
        and must be found
    :ivar apply: called without arguments, changes Glance in this process
    :ivar mends: whether it is none, but mends one that every Glance has
    :ivar needs: what shows it alone, of a cloud or a run that is configured
        so, None where any does
    """

    name: str
    text: str
    axis: str
    release: str | None
    hides: bool
    apply: collections.abc.Callable
    mends: bool = False
    needs: str | None = None


def fault(release=None, hides=False, mends=False, needs=None):
    """Make a fault of a function, which its name and docstring describe.

    :param release: name of the release that it is for, None for the newest
    :param hides: whether it only hides what is exposed there all the same
    :param mends: whether it mends one that every Glance has
    :param needs: what shows it alone, None where any cloud and run does
    :returns: the decorator
    """
    return lambda apply: Fault(
        apply.__name__.replace('_', '-'), inspect.getdoc(apply),
        apply.__module__.rpartition('.')[2], release, hides, apply,
        mends, needs)


_request = threading.local()
_requests = itertools.count(1)


def target(environ):
    """Read path and query as the client wrote them.

    The server tidies what it hands on.

    :param environ: the request's WSGI environment
    :returns: the path, and a dict of the query
    """
    path, _, query = environ['REQUEST_URI'].partition('?')
    return path, dict(parse.parse_qsl(query))


def _watch_requests():
    """Remember the request at hand."""
    from glance.api.middleware import version_negotiation
    sound = version_negotiation.VersionNegotiationFilter.process_request

    def process_request(self, req):
        _request.path, _request.query = target(req.environ)
        _request.accept = str(req.accept)
        # What comes behind adds to it: who asks, by which token.
        _request.environ = req.environ
        return sound(self, req)
    version_negotiation.VersionNegotiationFilter.process_request = (
        process_request)


def leak(when):
    """Let lists show shares in every status.

    :param when: predicate over what is asked: context, filters, marker,
        limit, sort_key, sort_dir, path, query, accept, environ and the
        list's number
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
            accept=getattr(_request, 'accept', ''),
            environ=getattr(_request, 'environ', {}), number=next(_requests))
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


def mine(me, *conditions):
    """Select the asking project's living membership.

    :param me: the project's id
    :param conditions: further ones
    :returns: the condition
    """
    from glance.db.sqlalchemy import models
    from sqlalchemy import and_
    return and_(models.ImageMember.member == me,
                models.ImageMember.deleted.is_(False), *conditions)


def also(which, asked='accepted'):
    """Let lists show more images.

    :param which: function of the model of images, the asking project and
        the model of members to a condition
    :param asked: the members' status in the lists that do
    """
    from glance.db.sqlalchemy import api
    from glance.db.sqlalchemy import models
    from sqlalchemy import and_
    sound = api._select_images_query

    def select(context, *others):
        # Before the conditions there is a session, since 2023.1.
        conditions, _, member_status, _ = others[-4:]
        query = sound(context, *others)
        if context.is_admin or member_status != asked:
            return query
        return query.union(query.session.query(models.Image).filter(
            and_(True, *conditions)).filter(which(
                models.Image, context.owner, models.ImageMember)))
    api._select_images_query = select


def reach(when):
    """Let images be found by id by whom they are not for.

    :param when: predicate over the asking project, the image, and its
        memberships of that project, the deleted ones too
    """
    from glance.db.sqlalchemy import api
    sound = api.is_image_visible

    def is_image_visible(context, image, status=None):
        return sound(context, image, status) or bool(
            context.owner is not None and when(
                context.owner, image, api.image_member_find(
                    context, image['id'], context.owner,
                    include_deleted=True)))
    api.is_image_visible = is_image_visible


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
    """Open a session of the database that can write, in any release."""
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


def after_update(when, then):
    """Let a change of an image do more.

    :param when: predicate over the image before and the new values
    :param then: function of a session of the database and the image's id
    """
    from glance.db.sqlalchemy import api
    sound = api.image_update

    def image_update(context, image_id, values, *args, **kwargs):
        hit = when(api.image_get(context, image_id), dict(values))
        result = sound(context, image_id, values, *args, **kwargs)
        if hit:
            with writing() as session:
                then(session, image_id)
        return result
    api.image_update = image_update


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


def on_update(when, **which):
    """Let a change of an image accept for members.

    :param when: predicate over the image's fields before and after it, two
        dicts
    :param which: values that tell which of its memberships, none for all
    """
    from glance.db.sqlalchemy import api
    sound = api.image_update
    fields = 'visibility', 'protected', 'os_hidden'

    def read(context, image_id):
        image = api.image_get(context.elevated(), image_id)
        return {name: image[name] for name in fields}

    def image_update(context, image_id, *args, **kwargs):
        before = read(context, image_id)
        result = sound(context, image_id, *args, **kwargs)
        if when(before, read(context, image_id)):
            with writing() as session:
                store_status(session, image_id, **which)
        return result
    api.image_update = image_update


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
