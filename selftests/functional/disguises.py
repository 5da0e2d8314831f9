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

"""What stands between a user and a cloud's Glance, as small functions.

Each is, or makes, a layer: a function of a
:class:`selftests.functional.proxy.Request` and of a function that sends it
on, as :class:`selftests.functional.proxy.Proxy` takes for a fault.
:func:`chain` puts layers before one another.
"""

import contextlib
import dataclasses
import functools
import json
import re
import socket
import threading
import time
from urllib import parse

from selftests.functional import proxy

_HTML = [('Content-Type', 'text/html')]
CHANGES = ('POST', 'PUT', 'PATCH', 'DELETE')


def chain(*layers):
    """Put layers one behind the other.

    :param layers: the first is the one that a user meets
    :returns: the layer that they make together
    """
    def act(request, forward):
        for layer in reversed(layers):
            forward = functools.partial(layer, forward=forward)
        return forward(request)
    return act


def page(status, text, *headers):
    """Make a page for people.

    :param status: its HTTP status
    :param text: what it says
    :param headers: pairs, more of them
    :returns: :class:`selftests.functional.proxy.Reply`
    """
    return proxy.Reply(
        status, b'<html><head><title>%s</title></head><body>%s</body></html>'
        % (text.encode(), text.encode()), [*_HTML, *headers])


def _turned(request, pattern, to=''):
    """A request with another path."""
    return dataclasses.replace(request, target=re.sub(
        pattern, to, request.target, count=1))


# Ways in.

def below(prefix):
    """Serve Glance below a path, and 404 elsewhere.

    :param prefix: the path, e.g. '/image'
    :returns: the layer
    """
    def act(request, forward):
        if not (request.path + '/').startswith(prefix + '/'):
            return page(404, 'Not Found')
        return forward(_turned(request, '^%s/*' % prefix, '/'))
    return act


def routes(*patterns):
    """Route some paths only, as an ingress does.

    :param patterns: regular expressions of what a path begins with
    :returns: the layer
    """
    def act(request, forward):
        if any(re.match(pattern, request.path) for pattern in patterns):
            return forward(request)
        return page(404, 'default backend - 404')
    return act


def project_in_path(request, forward):
    """Take /v2/PROJECT_ID/images for /v2/images."""
    return forward(_turned(request, '(?<=^/v2)/[0-9a-f]{32}(?=[/?]|$)'))


def version_in_the_middle(request, forward):
    """Take /v2/image/v2/images for /v2/images."""
    return forward(_turned(request, '^/v2/image(?=/|$)'))


def refuses(status, *patterns, methods=None):
    """Refuse paths, as a web application firewall does.

    :param status: the HTTP status
    :param patterns: regular expressions of paths with their query
    :param methods: only these
    :returns: the layer
    """
    def act(request, forward):
        if (methods is None or request.method in methods) and any(
                re.search(pattern, request.target) for pattern in patterns):
            return page(status, 'Request blocked')
        return forward(request)
    return act


def no_lists_of_v1(request, forward):
    """Refuse whatever reads by v1, in any of its forms, and nothing else."""
    path = request.target.lower().lstrip('/')
    if request.method in ('GET', 'HEAD') and (
            path.startswith(('v1', '%76%31')) or
            'images-v1' in request.header('Accept')):
        return page(403, 'Request blocked')
    return forward(request)


def logs_in(*patterns):
    """Send whoever asks for some paths to a login page.

    :param patterns: regular expressions of paths with their query
    :returns: the layer
    """
    def act(request, forward):
        if request.path == '/login':
            return page(200, 'Please log in')
        if any(re.search(pattern, request.target) for pattern in patterns):
            return page(302, 'Moved', ('Location', '/login?next=x'))
        return forward(request)
    return act


def front_page(*patterns):
    """Answer all but some paths with a page and 200, as a web site does.

    :param patterns: regular expressions of paths that Glance gets
    :returns: the layer
    """
    def act(request, forward):
        if any(re.search(pattern, request.target) for pattern in patterns):
            return forward(request)
        return page(200, 'Welcome to the cloud')
    return act


def slash_redirect(status):
    """Redirect lists to where they have a slash at the end.

    :param status: the HTTP status
    :returns: the layer
    """
    def act(request, forward):
        path, mark, query = request.target.partition('?')
        if request.method == 'GET' and re.match(r'/v[12][.\d]*/images$',
                                                path):
            return proxy.Reply(status, b'', [
                ('Location', 'http://%s%s/%s' % (
                    request.header('Host'), path, mark + query))])
        return forward(dataclasses.replace(
            request, target=re.sub('/images/$', '/images', path) + mark +
            query))
    return act


def forwards(host):
    """Be a proxy that a client names in its configuration.

    :param host: name of the host that it takes for Glance's; others it asks
        themselves
    :returns: the layer
    """
    def act(request, forward):
        url = parse.urlsplit(request.target)
        request = dataclasses.replace(request, target=parse.urlunsplit(
            ('', '', url.path or '/', url.query, '')))
        if url.hostname in (host, None):
            return forward(request)
        return proxy.Proxy('http://' + url.netloc).forward(request)
    return act


# Limits.

def limiter(rate, methods=None, retry_after=None, burst=None):
    """Answer 429 to what comes faster than allowed.

    :param rate: how many requests a second it lets through
    :param methods: it counts only these
    :param retry_after: seconds that it asks to wait, None not to say
    :param burst: how many it lets through at once, by default a second's
    :returns: the layer
    """
    lock = threading.Lock()
    most = burst or max(rate, 1)
    state = {'left': most, 'at': time.monotonic()}

    def act(request, forward):
        if methods is None or request.method in methods:
            with lock:
                now = time.monotonic()
                state['left'] = min(most, state['left'] + rate * (
                    now - state['at']))
                state['at'] = now
                if state['left'] < 1:
                    return page(429, 'Too Many Requests', *(
                        [('Retry-After', str(retry_after))]
                        if retry_after is not None else []))
                state['left'] -= 1
        return forward(request)
    return act


# What Glance answers, said otherwise.

def codes(**changes):
    """Answer with other statuses.

    :param changes: of method to dicts of a status to the one in its place
    :returns: the layer
    """
    def act(request, forward):
        reply = forward(request)
        reply.status = changes.get(request.method, {}).get(
            reply.status, reply.status)
        return reply
    return act


def _strip(data, keys):
    if isinstance(data, list):
        return [_strip(each, keys) for each in data]
    if isinstance(data, dict):
        return {key: _strip(value, keys) for key, value in data.items()
                if key not in keys}
    return data


def without(keys, pattern):
    """Leave fields out of what Glance says.

    :param keys: names of the fields, at any depth
    :param pattern: regular expression of the paths
    :returns: the layer
    """
    def act(request, forward):
        reply = forward(request)
        if reply.status < 300 and re.search(pattern, request.path):
            with contextlib.suppress(ValueError):
                reply.body = json.dumps(_strip(json.loads(reply.body),
                                               keys)).encode()
        return reply
    return act


def accepts_and_forgets(pattern, method='POST', status=202):
    """Say yes to a request and do nothing.

    :param pattern: regular expression of the paths
    :param method: the method
    :param status: what it answers
    :returns: the layer
    """
    def act(request, forward):
        if request.method == method and re.search(pattern, request.path):
            return proxy.Reply(status)
        return forward(request)
    return act


@contextlib.contextmanager
def silent_port():
    """A port of loopback at which no connection is ever answered.

    As behind a firewall that drops packets: who connects waits.

    :returns: context manager of the port's number
    """
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(socket.socket())
        server.bind(('127.0.0.1', 0))
        # With its queue full, the kernel drops what asks to connect.
        server.listen(0)
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(server.getsockname())
        yield server.getsockname()[1]
