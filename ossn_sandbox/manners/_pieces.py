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

"""What a disguise is made of: pieces of the manners of older releases.

A piece is a function of a webob request and of a function that sends it on,
to the next piece or in the end to the real Glance; it returns the response.
Images, members and lists stay Glance's own: what cannot be told by changing
questions and answers is looked up, or written, in its database.

They are read of where there is no Glance, so they import it when they are
called.
"""

import contextlib
import functools
import json
import re
import threading
from urllib import parse

_ACCEPT = 'application/vnd.openstack.images-'
_IMAGE = r'^/+v2[.\d]*/images/([^/]+)'
_LIST = r'^/+v2[.\d]*/images/*$'
_HTML_404 = '''<html>
 <head>
  <title>404 Not Found</title>
 </head>
 <body>
  <h1>404 Not Found</h1>
  The resource could not be found.<br /><br />
 </body>
</html>'''


def disguise(application, pieces):
    """Put pieces before a Glance.

    :param application: the real Glance, a WSGI application
    :param pieces: the first is the one that a user meets
    :returns: WSGI application
    """
    import webob

    def send(request):
        # A copy, as Glance changes it on its way.
        inner = request.copy()
        response = inner.get_response(application)
        request.environ['manners.project'] = inner.environ.get(
            'HTTP_X_PROJECT_ID')
        request.environ['manners.admin'] = 'admin' in inner.environ.get(
            'HTTP_X_ROLES', '').lower().split(',')
        return response

    for piece in reversed(pieces):
        send = functools.partial(piece, send=send)

    def disguised(environ, start_response):
        return send(webob.Request(environ))(environ, start_response)
    return disguised


def _reply(status, body='', kind='text/plain'):
    import webob
    return webob.Response(body, status, content_type=kind, charset='UTF-8')


def _ask(statement, **values):
    """Ask Glance's database, or change it.

    :returns: list of rows, if it has any
    """
    from glance.db.sqlalchemy import api
    import sqlalchemy
    with api.get_engine().begin() as connection:
        found = connection.execute(sqlalchemy.text(statement), **values)
        return found.fetchall() if found.returns_rows else []


def _data(request):
    try:
        return request.json_body
    except ValueError:
        return None


# Versions.

def versions(ids, routed, url_wins=False):
    """Tell the versions of the release, and answer to no others.

    :param ids: dict of the ids of versions, in their order, to statuses
    :param routed: those that are answered
    :param url_wins: whether the Accept header counts only where the path
        has no version
    :returns: the piece
    """
    routed = {*routed, *(name.partition('.')[0] for name in routed)}

    def document(request, real):
        known = {each['id'] for each in real.json['versions']}
        body = {'versions': [
            {'id': name, 'status': status, 'links': [
                {'rel': 'self', 'href': '%s/%s/' % (
                    request.host_url, name.partition('.')[0])}]}
            for name, status in ids.items() if name in known or
            name.startswith('v2') and any(each.startswith('v2')
                                          for each in known)]}
        return _reply(300, json.dumps(body), 'application/json')

    def act(request, send):
        path = request.path_info
        named = re.match(r'/+(v[\d.]+)(?=/|$)', path)
        accept = request.headers.get('Accept', '')
        asked = accept.startswith(_ACCEPT) and accept[len(_ACCEPT):]
        if url_wins and named:
            asked = None
            request.headers['Accept'] = 'application/json'
        elif url_wins and asked:
            # By the beginning of what is asked for.
            asked = re.match(r'v1(\.0)?(?![.\d])', asked)
            asked = asked and asked[0] or 'none'
            request.headers['Accept'] = _ACCEPT + asked
        unknown = [name for name in (named and named[1], asked)
                   if name and name not in routed]
        if unknown or re.match('/+versions', path):
            request = request.copy_get()
            request.path_info, request.headers['Accept'] = '/', '*/*'
        response = send(request)
        if response.status_int == 300 and (
                'versions' in (_body(response) or ())):
            return document(request, response)
        return response
    return act


def _body(response):
    try:
        return json.loads(response.body)
    except ValueError:
        return None


# What goes wrong.

def crash(text=''):
    """Answer 500, in no way that Glance has of saying so today.

    :param text: the body
    :returns: the response, after which the connection is closed
    """
    response = _reply(500, text)
    response.headers['Connection'] = 'close'
    return response


def crowd(most):
    """Fail where more requests change something at a time than SQLite bore.

    :param most: how many may be under way
    :returns: the piece
    """
    under_way = threading.BoundedSemaphore(most)

    def act(request, send):
        if request.method in ('GET', 'HEAD'):
            return send(request)
        if not under_way.acquire(blocking=False):
            return crash()
        with contextlib.ExitStack() as stack:
            stack.callback(under_way.release)
            return send(request)
    return act


def no_ids(pattern, text=''):
    """Fail where an id is chosen for an image.

    :param pattern: regular expression of the path
    :param text: what it says
    :returns: the piece
    """
    def act(request, send):
        if request.method == 'POST' and re.match(pattern, request.path_info):
            v1_id = request.headers.get('X-Image-Meta-Id')
            if v1_id or '/v2' in request.path_info and 'id' in (
                    _data(request) or ()):
                return crash(text)
        return send(request)
    return act


def no_sharing_again(request, send):
    """Fail where a project becomes a member that was one before.

    The row of the former membership is still there and must be unique.
    """
    found = re.match(r'^/+v[12][.\d]*/images/([^/]+)/members/?([^/]*)$',
                     request.path_info) or re.match(
        r'^/+images/([^/]+)/members/?([^/]*)$', request.path_info)
    if found and request.method in ('PUT', 'POST'):
        body = _data(request) or {}
        wanted = [found[2] or body.get('member')] + [
            each.get('member_id') for each in body.get('memberships', ())]
        former = {row[0] for row in _ask(
            'SELECT member FROM image_members WHERE image_id = :image '
            'AND deleted = 1', image=found[1])}
        if former & set(wanted):
            return crash()
    return send(request)


def no_member_twice(request, send):
    """Fail where a project is added that is a member already, by v2."""
    response = send(request)
    if response.status_int == 409 and request.method == 'POST' and (
            re.match(_IMAGE + '/members', request.path_info)):
        return crash()
    return response


# Members.

def no_members(request, send):
    """Know no members in v2."""
    if re.match(_IMAGE + '/(members|access)', request.path_info):
        return _reply(404, _HTML_404, 'text/html')
    return send(request)


def old_members(request, send, code=204):
    """Show no single member, and of each no more than is needed."""
    if re.match(_IMAGE + '/members/[^/]+$', request.path_info):
        if request.method == 'GET':
            return _reply(404, _HTML_404, 'text/html')
        response = send(request)
        if request.method == 'DELETE' and response.status_int == 204:
            return _reply(code)
        return response
    response = send(request)
    if re.match(_IMAGE + '/members$', request.path_info) and (
            request.method == 'GET' and response.status_int == 200):
        response.body = json.dumps({'members': [
            {'member_id': each['member_id'], 'status': each['status'],
             'image_id': each['image_id']}
            for each in response.json['members']]}).encode()
    return response


def tells_anybody(request, send):
    """Let anybody read what is shared with a project, by v1."""
    response = send(request)
    found = re.match(r'^(?:/+v1[.\d]*)?/+shared-images/([^/]+)$',
                     request.path_info)
    if found and response.status_int == 200:
        response.body = json.dumps({'shared_images': [
            {'image_id': row[0], 'can_share': bool(row[1])} for row in _ask(
                'SELECT m.image_id, m.can_share FROM image_members m JOIN '
                'images i ON i.id = m.image_id WHERE m.member = :member AND '
                'm.deleted = 0 AND i.deleted = 0', member=found[1])]}
        ).encode()
    return response


# Images of v2.

def uploads_stay_queued(request, send):
    """Take an image's data by v2, and leave it queued."""
    response = send(request)
    found = re.match(_IMAGE + '/file$', request.path_info)
    if found and request.method == 'PUT' and response.status_int == 204:
        _ask("UPDATE images SET status = 'queued' WHERE id = :image",
             image=found[1])
        return _reply(201)
    return response


def images(lacks=(), visibility='private'):
    """Tell and take images as they were.

    :param lacks: the fields that they have not yet
    :param visibility: of what Pike calls "shared"
    :returns: the piece
    """
    def strip(image):
        image = {key: value for key, value in image.items()
                 if key not in lacks}
        if image.get('visibility') == 'shared':
            image['visibility'] = visibility
        return image

    def act(request, send):
        if not re.match(r'^(/+v2[.\d]*)?/+images', request.path_info):
            return send(request)
        body = _data(request)
        if request.method == 'POST' and isinstance(body, dict):
            if body.get('visibility') in ('shared', 'community'):
                return _reply(400, 'visibility')
            if body.get('visibility') == 'private':
                del body['visibility']
                request.json_body = body
        response = send(request)
        told = response.status_int < 300 and _body(response)
        if not isinstance(told, dict):
            return response
        if 'images' in told and 'schema' in told:
            told['images'] = [strip(image) for image in told['images']]
        elif 'visibility' in told:
            told = strip(told)
        else:
            return response
        response.body = json.dumps(told).encode()
        return response
    return act


def lists(unknown, shared=True, everything=False, private_shared=False):
    """List images as they were listed.

    :param unknown: the queries that are taken for those about properties
    :param shared: whether a list of shared images can be asked for; it
        never shows those of one's own
    :param everything: whether consent is not asked for
    :param private_shared: whether what is shared with a project is in its
        list of private images
    :returns: the piece
    """
    allowed = {None, 'public', 'private', *(['shared'] if shared else [])}

    def keeps(asked, image, mine, admin):
        public = image['visibility'] == 'public'
        own = image.get('owner') == mine
        if asked == 'shared':
            return not own
        if asked == 'private':
            return not public and (own or admin or everything or
                                   private_shared)
        if asked == 'public':
            return public or everything and not own and not admin
        return not (everything and admin) or own or public

    def act(request, send):
        if request.method != 'GET' or not re.match(_LIST, request.path_info):
            return send(request)
        before = list(request.GET.items())
        asked = dict(before).get('visibility')
        if asked not in allowed:
            return _reply(400, 'Invalid visibility value')
        pairs = [('no_such_property' if key in unknown else key, value)
                 for key, value in before]
        if asked == 'private' or everything:
            pairs = [pair for pair in pairs if pair[0] != 'visibility']
        if everything:
            pairs.append(('member_status', 'all'))
        request = request.copy_get()
        request.query_string = parse.urlencode(pairs)
        response = send(request)
        if response.status_int != 200:
            return response
        body = response.json
        body['images'] = [image for image in body['images'] if keeps(
            asked, image, request.environ['manners.project'],
            request.environ['manners.admin'])]
        if 'next' in body:
            marker = dict(parse.parse_qsl(parse.urlsplit(
                body['next']).query))['marker']
            body['next'] = '/v2/images?' + parse.urlencode(
                [pair for pair in before if pair[0] != 'marker'] +
                [('marker', marker)])
        response.body = json.dumps(body).encode()
        return response
    return act


# Images of v1.

_lock = threading.Lock()
_UUID = '00000000-0000-0000-0000-%012d'
_NUMBERED = re.compile(r'00000000-0000-0000-0000-0*(\d+)')


def numbers(request, send):
    """Number the images, instead of giving them ids that are unique.

    Each has an id of which all but the end is zero; an image that was there
    before keeps its own.
    """
    if request.method == 'POST' and re.match(r'^(/+v1[.\d]*)?/+images/*$',
                                             request.path_info):
        with _lock:
            last = max([int(row[0][-12:]) for row in _ask(
                "SELECT id FROM images WHERE id LIKE "
                "'00000000-0000-0000-0000-%'") if row[0][-12:].isdigit()],
                default=0)
            request.headers['X-Image-Meta-Id'] = _UUID % (last + 1)
            return _numbered(send(request))
    request.path_info = re.sub(
        r'(?<=/images/)(\d+)(?=/|$)',
        lambda found: _UUID % int(found[1]), request.path_info)
    request.query_string = re.sub(
        r'(?<=marker=)(\d+)(?=&|$)',
        lambda found: _UUID % int(found[1]), request.query_string)
    return _numbered(send(request))


def _numbered(response):
    for name, value in list(response.headers.items()):
        if _NUMBERED.search(value):
            response.headers[name] = _NUMBERED.sub(r'\1', value)
    if 'json' in (response.content_type or ''):
        response.body = re.sub(
            rb'"%s"' % _NUMBERED.pattern.encode(), rb'\1', response.body)
    return response


def ignores(*names):
    """Overlook queries.

    :param names: of the queries
    :returns: the piece
    """
    def act(request, send):
        request.query_string = parse.urlencode(
            [pair for pair in request.GET.items() if pair[0] not in names])
        return send(request)
    return act
