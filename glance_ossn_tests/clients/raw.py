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

"""One request, one answer, nothing interpreted on the way.

Tempest's clients raise for 4xx and 5xx but take Glance's 300, its way to
say that a version is not there, for success. To judge what a cloud lists,
every answer must be looked at as it came.
"""

import dataclasses
import functools
import json
import re
from urllib import parse

from tempest.lib.common import rest_client
import urllib3

from glance_ossn_tests.clients import errors

# Of a URL in texts; one with many ids hides what matters.
LONGEST = 200

MEDIA_TYPE = 'application/vnd.openstack.images-'


@dataclasses.dataclass(frozen=True)
class Form:
    """One way to address the API.

    :param version: the version's name, e.g. 'v1.1'
    :param by_accept: whether the Accept header chooses the version, on a
        path without a prefix, instead of the prefix
    :param detour: a prefix that is written in another way
    :param guessed: whether the cloud does not advertise the version
    """

    version: str
    by_accept: bool = False
    detour: str | None = None
    guessed: bool = False

    @property
    def prefix(self):
        if self.detour:
            return self.detour
        return '' if self.by_accept else self.version

    @property
    def odd(self):
        """Whether it is a way around, of use only to ask for lists."""
        return self.detour is not None or (
            self.by_accept and self.version.startswith('v2'))

    @property
    def accept(self):
        return MEDIA_TYPE + self.version if self.by_accept else (
            'application/json')

    @property
    def name(self):
        if self.by_accept:
            return '(Accept: %s)' % self.accept
        return '/' + self.prefix


@dataclasses.dataclass
class Answer:
    """What came back for one request.

    :param url: the URL asked
    :param status: HTTP status, None if no answer came
    :param headers: headers by their lower-case names
    :param body: bytes of the body
    :param error: why no answer came, else None
    :param method: HTTP method of the request
    """

    url: str
    status: int | None = None
    headers: dict = dataclasses.field(default_factory=dict)
    body: bytes = b''
    error: str | None = None
    method: str = 'GET'

    @functools.cached_property
    def json(self):
        """The body as JSON, None if it is not."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @functools.cached_property
    def images(self):
        """The images of a list, None if the answer is not one.

        Glance's own 300 carries JSON too, a proxy may say 200 with HTML: a
        list is a 200 whose body has a list of images, each with its id.
        """
        body = self.json
        if self.status != 200 or not isinstance(body, dict):
            return None
        images = body.get('images')
        if images is None and isinstance(body.get('shared_images'), list):
            # What v1 says is shared with a project: ids alone.
            images = [dict(i, id=i.get('image_id'))
                      for i in body['shared_images'] if isinstance(i, dict)]
        if not isinstance(images, list) or not all(
                isinstance(i, dict) and i.get('id') for i in images):
            return None
        return images

    @property
    def is_page(self):
        """Whether it is a page for people, such as one to log in at."""
        return 'html' in self.headers.get('content-type', '') or (
            self.body.lstrip()[:1] == b'<')

    @property
    def request_id(self):
        return self.headers.get('x-openstack-request-id')

    @property
    def said(self):
        """What Glance says in a refusal, on one line."""
        return errors.said(self.json if isinstance(self.json, dict) else
                           self.body.decode(errors='replace'))

    def __str__(self):
        url = self.url
        if len(url) > LONGEST:
            url = url[:LONGEST] + '...'
        if self.error:
            return '%s %s: no answer: %s' % (self.method, url, self.error)
        text = '%s %s: %s' % (self.method, url, self.status)
        if self.request_id:
            text += ' (%s)' % self.request_id
        return text


def roots(url):
    """Return the URLs that the versions of an endpoint's API may go on.

    Catalogs name endpoints with a version, with a project behind it, or
    with something that merely looks like a version.

    :param url: URL of an endpoint
    :returns: list of URLs without a slash at their end, the likeliest first
    """
    parts = parse.urlsplit(url)
    whole = parts.path.rstrip('/')
    paths = [whole[:match.start()] for match in reversed(list(re.finditer(
        r'/v\d+(\.\d+)?(?=/|$)', whole)))] + [whole]
    return [parse.urlunsplit((parts.scheme, parts.netloc, path, '', ''))
            for path in dict.fromkeys(paths)]


def strip_version(url):
    """Take the version and what follows from the URL of an endpoint.

    :param url: URL, perhaps with a version in it
    :returns: URL without it, and without a slash at its end
    """
    return roots(url)[0]


class RawImageClient(rest_client.RestClient):
    """Asks the image endpoint of the catalog in any form of its API.

    :cvar endpoint: URL without a version to ask instead; set it on an
        instance
    :cvar given: the token to ask with, '' for none; None for the account's
    :cvar renew: function that gets another such token when one has ended
    """

    endpoint = None
    given = None
    renew = None

    @property
    def root(self):
        """The endpoint without a version: what a version prefix goes on."""
        return self.endpoint or strip_version(self.base_url)

    def ask(self, form, path, query=(), token=True, further=(), method='GET',
            body=None):
        """Ask for a path of the API.

        :param form: the :class:`Form` of the API, None for no version
        :param path: path below the version
        :param query: pairs or dict of query parameters, or a query string
        :param token: whether to send the token
        :param further: pairs of headers to send besides
        :param method: HTTP method
        :param body: bytes of the body, None for none
        :returns: :class:`Answer`, whatever came back
        """
        form = form or Form('')
        url = '/'.join(part for part in (self.root, form.prefix, path)
                       if part)
        if not path:
            url += '/'
        if query:
            url += '?' + (query if isinstance(query, str)
                          else parse.urlencode(query))
        headers = {'Accept': form.accept, **dict(further)}
        if token and self.given != '':
            headers['X-Auth-Token'] = self.given or self.token
        answer = self._send(method, url, headers, body)
        if answer.status == 401 and token and self.renew:
            self.given = headers['X-Auth-Token'] = self.renew()
            answer = self._send(method, url, headers, body)
        return answer

    def _send(self, method, url, headers, body):
        try:
            response, data = self.raw_request(url, method, headers=headers,
                                              body=body)
        except urllib3.exceptions.HTTPError as error:
            return Answer(url, error=str(error), method=method)
        return Answer(url, response.status, dict(response), data,
                      method=method)


class AnyFormClient(rest_client.RestClient):
    """A client whose form of the API can be chosen.

    :cvar form: the :class:`Form`; set it on an instance
    """

    form = Form('v1')

    @property
    def api_version(self):
        # Not None: Tempest then takes a version in the catalog's URL away.
        return self.form.prefix

    def get_headers(self, *args, **kwargs):
        headers = super().get_headers(*args, **kwargs)
        headers['Accept'] = self.form.accept
        return headers
