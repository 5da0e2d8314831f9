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

"""When a refusal is an answer, and when it is a failure."""

from oslotest import base
from tempest.lib import exceptions as lib_exc

from glance_ossn_tests.clients import errors
from glance_ossn_tests.sharing import kinds
from glance_ossn_tests.survey import refusals
from selftests.unit import fakes

QUEUED, ACTIVE = kinds.QUEUED, kinds.ACTIVE


def met(status):
    return lib_exc.RestClientException(resp=fakes.response(status))


class TestAttempts(base.BaseTestCase):

    def refused(self, *attempts, asked=('share', 'v2', QUEUED)):
        subject = refusals.Attempts()
        for attempt in attempts:
            subject.note(*attempt)
        return subject.refused(*asked)

    def test_what_all_met(self):
        for error in (*(met(status) for status in (
                400, 403, 405, 409, 413, 415, 501)), errors.NeverDone('x')):
            self.assertTrue(self.refused(('share', 'v2', QUEUED, error),
                                         ('share', 'v1', ACTIVE, error)))

    def test_what_is_no_refusal(self):
        for error in (met(401), met(404), met(408), met(429), met(500),
                      met(503), lib_exc.Forbidden('without an answer'),
                      KeyError('id')):
            self.assertFalse(self.refused(('share', 'v2', QUEUED, error)))

    def test_what_was_done_once_is_offered(self):
        for api, kind in (('v2', QUEUED), ('v2', QUEUED)):
            self.assertFalse(self.refused(
                ('share', 'v2', QUEUED, met(403)), ('share', api, kind)))

    def test_different_answers_to_the_same_are_a_failure(self):
        for other in (met(409), met(500)):
            self.assertFalse(self.refused(('share', 'v2', QUEUED, met(403)),
                                          ('share', 'v2', QUEUED, other)))

    def test_by_api_or_by_kind(self):
        attempts = [('share', 'v1', QUEUED, met(403)),
                    ('share', 'v1', ACTIVE, met(403)),
                    ('share', 'v2', QUEUED), ('share', 'v2', ACTIVE)]
        self.assertTrue(self.refused(*attempts,
                                     asked=('share', 'v1', QUEUED)))
        self.assertFalse(self.refused(*attempts,
                                      asked=('share', 'v2', QUEUED)))
        attempts = [('create', 'v1', QUEUED, met(415)),
                    ('create', 'v2', QUEUED, met(415)),
                    ('create', 'v1', ACTIVE), ('create', 'v2', ACTIVE)]
        self.assertTrue(self.refused(*attempts,
                                     asked=('create', 'v2', QUEUED)))

    def test_nothing_was_attempted(self):
        self.assertFalse(self.refused())
