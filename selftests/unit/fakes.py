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

"""Stand-ins for a cloud's answers, for the ways in which they can fail."""

import json
from unittest import mock

import fixtures

from glance_ossn_tests.clients import raw

ROOT = 'http://image.example'


def answer(status=200, body=None, error=None, **headers):
    """An answer of the image endpoint.

    :param status: HTTP status
    :param body: bytes, or what is sent as JSON
    :param error: why there is none
    """
    if error:
        return raw.Answer(ROOT, error=error)
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    return raw.Answer(ROOT, status, headers, body)


def versions(*names):
    return {'versions': [{'id': name} for name in names]}


class FakeResponse(dict):
    """What Tempest's clients return besides a body."""

    status = 200


def response(status=200, **headers):
    """A response of Tempest's clients.

    :param status: HTTP status
    :param headers: headers, with underscores for dashes
    """
    made = FakeResponse({name.replace('_', '-'): value
                         for name, value in headers.items()})
    made.status = status
    return made


class Clock(fixtures.Fixture):
    """Time that passes by sleeping only.

    :ivar now: seconds that have passed
    :ivar pauses: how long was slept each time
    """

    def _setUp(self):
        self.now = 0
        self.pauses = []
        for module in ('patience', 'connection', 'images'):
            self.useFixture(fixtures.MockPatch(
                'glance_ossn_tests.clients.%s.time' % module,
                mock.Mock(monotonic=lambda: self.now, sleep=self.sleep)))

    def sleep(self, seconds):
        self.pauses.append(seconds)
        self.now += seconds


class FakeRaw:
    """Answers from a table instead of a cloud.

    :param answers: dict of what is asked, a text of form, path and query,
        to an answer; or a function of the three
    :param base_url: the URL in the catalog
    :param routed: the roots without a version that are routed to it at all,
        None for any
    """

    endpoint = None

    def __init__(self, answers, base_url=ROOT, routed=None):
        self.answers = answers
        self.base_url = base_url
        self.routed = routed
        self.asked = []

    @property
    def root(self):
        return self.endpoint or raw.strip_version(self.base_url)

    def ask(self, form, path, query=(), token=True, further=(), method='GET',
            body=None):
        if self.routed is not None and self.root not in self.routed:
            return answer(404, b'')
        self.asked.append((form, path, query, token))
        if callable(self.answers):
            return self.answers(form, path, query)
        return self.answers[(form.name if form else '') + ' ' + path +
                            ('' if token else ' without token')]
