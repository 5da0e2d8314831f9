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

"""What is sent again, how often, after how long, and with what."""

import concurrent.futures
import datetime
from email import utils
from unittest import mock

from oslotest import base
from tempest.lib import exceptions as lib_exc
import urllib3

from glance_ossn_tests.clients import connection
from glance_ossn_tests.clients import patience
from selftests.unit import fakes

LOST = urllib3.exceptions.ProtocolError('Connection aborted.')
JSON = 'application/json'


class FakeAuth:
    """Gives out tokens t1, t2 ..., or fails."""

    def __init__(self, error=None):
        self.number = 1
        self.error = error

    @property
    def auth_data(self):
        if self.number > 1 and self.error:
            raise self.error
        return 't%d' % self.number, {}

    def clear_auth(self):
        self.number += 1


class RetryTest(base.BaseTestCase):

    def setUp(self):
        super().setUp()
        self.clock = self.useFixture(fakes.Clock())
        self.pauses = self.clock.pauses

    def connect(self, *answers, auth=None, **policy):
        """A client that gives these answers: errors or (response, body)."""
        self.sent = []
        self.urls = []

        def send(url, method, headers=None, body=None, **options):
            if isinstance(body, list):
                body = b''.join(body)
            self.urls.append(url)
            self.sent.append((headers.get('X-Auth-Token'), body))
            # As Tempest does in debug mode.
            headers['X-Auth-Token'] = '<omitted>'
            answer = answers[min(len(self.sent), len(answers)) - 1]
            if isinstance(answer, Exception):
                raise answer
            return answer

        self.client = mock.Mock(
            raw_request=send, http_obj=mock.Mock(connection_pool_kw={}))
        self.connection = connection.Connection(
            auth or FakeAuth(), patience.Policy(**policy))
        self.connection.connect(self.client)
        return self

    def ask(self, method='GET', body=None, token='t1',
            url='http://g/v2/images'):
        return self.client.raw_request(
            url, method, body=body,
            headers={'X-Auth-Token': token} if token else {})[0].status


def answer(status, body=b'', **headers):
    return fakes.response(status, **headers), body


class TestAgain(RetryTest):

    def test_faults_that_pass(self):
        for fault in [answer(status) for status in patience.STATUSES] + [
                LOST, answer(200, b'{"images": [', content_type=JSON)]:
            self.connect(fault, answer(200))
            self.assertEqual(200, self.ask())
            self.assertEqual(['t1', 't1'], [token for token, _ in self.sent])
            self.assertTrue(self.connection.again)
            self.assertEqual(2, self.connection.requests)

    def test_answers_stay_what_they_are(self):
        for status in (200, 204, 300, 400, 403, 404, 409, 410, 413, 501):
            self.connect(answer(status), answer(200))
            self.assertEqual(status, self.ask())
            self.assertEqual(1, len(self.sent))
            self.assertFalse(self.connection.again)
        self.connect(answer(200, b'<html>', content_type='text/html'))
        self.assertEqual(200, self.ask())
        self.assertEqual(1, len(self.sent))

    def test_the_last_failure_is_told(self):
        self.connect(answer(503))
        self.assertEqual(503, self.ask())
        self.assertEqual(4, len(self.sent))
        self.connect(LOST)
        self.assertRaises(urllib3.exceptions.ProtocolError, self.ask)
        self.assertEqual(4, len(self.sent))

    def test_none(self):
        self.connect(answer(503), retries=0)
        self.assertEqual(503, self.ask())
        self.assertEqual((1, []), (len(self.sent), self.pauses))

    def test_a_body_that_is_read_once(self):
        self.connect(answer(503), answer(204))
        self.assertEqual(204, self.ask('PUT', iter([b'da', b'ta'])))
        self.assertEqual([b'data', b'data'], [body for _, body in self.sent])

    def test_each_thread_knows_of_its_own_requests(self):
        self.connect(answer(503), answer(200))
        self.ask()
        with concurrent.futures.ThreadPoolExecutor(1) as other:
            self.assertFalse(other.submit(
                lambda: self.connection.again).result())
            other.submit(self.ask).result()
        self.assertTrue(self.connection.again)
        self.assertEqual(3, self.connection.requests)

    def test_patience_ends_and_comes_back(self):
        self.connect(*[answer(503)] * 6, answer(200), answer(503),
                     answer(200))
        self.assertEqual([503, 503, 503, 200, 200],
                         [self.ask() for _ in range(5)])
        self.assertEqual(9, len(self.sent))

    def test_haste_has_no_bearing_on_others(self):
        self.connect(LOST, LOST, answer(200))
        with self.connection.without_retries():
            self.assertRaises(urllib3.exceptions.ProtocolError, self.ask)
        self.assertEqual(1, len(self.sent))
        self.assertEqual(200, self.ask())
        self.assertEqual(3, len(self.sent))


class TestPause(RetryTest):

    def test_twice_as_long_each_time_up_to_a_bound(self):
        self.connect(answer(503), retries=5, wait=0.5, wait_max=3)
        self.ask()
        self.assertEqual([0.5, 1, 2, 3, 3], self.pauses)

    def test_retry_after_is_followed_up_to_a_bound(self):
        later = utils.format_datetime(
            datetime.datetime.now(datetime.timezone.utc) +
            datetime.timedelta(hours=1), usegmt=True)
        past = 'Mon, 01 Jan 2024 00:00:00 GMT'
        for status, value, pause in (
                (503, '7', 7), (503, '3600', 30), (503, later, 30),
                (503, '-5', 0), (503, '0', 0), (503, 'soon', 1),
                (503, past, 0),
                # A limiter's wish is more than a hint.
                (429, '7', 7), (429, '3600', 60), (429, later, 60),
                (429, '-5', 1), (429, '0', 1), (429, 'soon', 1),
                (429, past, 1)):
            self.connect(answer(status, retry_after=value), answer(200))
            before = self.clock.now
            self.assertEqual(200, self.ask())
            self.assertEqual(pause, self.clock.now - before, (status, value))

    def test_clients_that_are_not_of_tempest(self):
        session = patience.Policy(5, 2, 30).session()
        # The proxy of the shell is not Tempest's.
        self.assertFalse(session.trust_env)
        self.assertEqual({}, session.proxies)
        retries = session.get_adapter('https://g').max_retries
        self.assertEqual((5, 2, None), (
            retries.total, retries.backoff_factor, retries.allowed_methods))
        for value, seconds in (('3600', 30), ('7', 7), (None, None)):
            response = mock.Mock(headers={'Retry-After': value})
            # What it is copied to at each attempt keeps the bound, too.
            self.assertEqual(seconds, retries.new().get_retry_after(response))

    def test_the_proxy_of_tempest(self):
        session = patience.Policy().session('http://proxy:3128')
        self.assertFalse(session.trust_env)
        self.assertEqual({'http': 'http://proxy:3128',
                          'https': 'http://proxy:3128'}, session.proxies)

    def test_urllib3_adds_none_of_its_own(self):
        http = urllib3.PoolManager()
        seen = []
        http.urlopen = lambda method, url, **options: seen.append(
            (options.get('retries'), options.get('timeout')))
        subject = connection.Connection(None, patience.Policy())
        subject._leave_retries_to_us(http)
        self.assertFalse(http.follow_redirects)
        http.request('GET', 'http://g', retries=urllib3.util.Retry(
            raise_on_redirect=False, redirect=5))
        retries, timeout = seen[0]
        self.assertEqual((0, 0, 0, 5, False, None), (
            retries.connect, retries.read, retries.status, retries.redirect,
            retries.respect_retry_after_header, timeout))
        # What may be out of reach gets its own time, and only for a while.
        with subject.without_retries(5):
            http.request('GET', 'http://g')
        http.request('GET', 'http://g')
        self.assertEqual([5, None], [timeout for _, timeout in seen[1:]])


class TestLimiter(RetryTest):

    def test_the_wait_doubles_up_to_a_minute(self):
        pace = patience.Pace()
        for wait in (1, 2, 4, 8, 16, 32, 60, 60):
            self.assertEqual(wait, pace.slow_down(1))
            # Those that were under way then are told the same once more.
            self.assertEqual(wait, pace.slow_down(1))
            pace.wait()
        self.assertEqual([1, 2, 4, 8, 16, 32, 60, 60], self.pauses)
        for _ in range(10):
            pace.succeed()
        self.assertEqual(1, pace.slow_down(1))

    def test_all_wait(self):
        policy = patience.Policy()
        self.connect(answer(200))
        self.connection.policy = policy
        policy.pace.slow_down(1, 10)
        self.assertEqual(200, self.ask())
        self.assertEqual([10], self.pauses)
        self.assertFalse(self.connection.again)

    def test_not_for_ever(self):
        self.connect(answer(429), wait_max=3)
        self.assertEqual(429, self.ask())
        # Up to twice that, or a run of many requests would not end.
        self.assertEqual([1, 2, 4], self.pauses)
        self.assertEqual(429, self.ask())
        self.assertEqual(5, len(self.sent))

    def test_not_where_nothing_is_sent_again(self):
        self.connect(answer(429), retries=0)
        self.assertEqual(429, self.ask())
        self.assertEqual(1, len(self.sent))


class TestPersistence(RetryTest):

    def test_a_limiter_is_waited_for(self):
        self.connect(*[answer(429)] * 20, answer(204), wait_max=1)
        with self.connection.persistence():
            self.assertEqual(204, self.ask('DELETE'))
        self.assertGreater(self.clock.now, 600)

    def test_a_limiter_that_lets_nothing_through(self):
        self.connect(answer(429))
        with self.connection.persistence():
            self.assertEqual(429, self.ask('DELETE'))
            self.assertGreaterEqual(self.clock.now, patience.LIMITED)
            self.assertLess(self.clock.now, patience.LIMITED + 120)
            # The others do not wait as long once more.
            before = len(self.sent)
            self.ask('DELETE')
            self.assertEqual(1, len(self.sent) - before)

    def test_what_failed_before_does_not_count(self):
        self.connect(*[answer(503)] * 5, answer(204), wait=20)
        self.ask()
        self.assertEqual(4, len(self.sent))
        with self.connection.persistence():
            self.assertEqual(204, self.ask('DELETE'))
        self.assertEqual(6, len(self.sent))

    def test_a_service_that_is_gone(self):
        self.connect(LOST)
        counts = []
        with self.connection.persistence():
            for _ in range(12):
                before = len(self.sent)
                self.assertRaises(urllib3.exceptions.ProtocolError, self.ask,
                                  'DELETE')
                counts.append(len(self.sent) - before)
        # Each is tried again while it may come back, and after that once.
        self.assertEqual([4] * 9 + [1] * 3, counts)
        self.assertLess(self.clock.now, patience.GONE + 10)


class TestAnswers(RetryTest):

    def test_a_redirect_to_the_same_place_is_followed(self):
        for url, location, there in (
                ('http://g/v2/images', 'http://g/v2/images/',
                 'http://g/v2/images/'),
                ('http://g/v2/images', '/v2/images/', 'http://g/v2/images/'),
                ('http://g/v2/images?limit=1', '/v2/images/',
                 'http://g/v2/images/?limit=1'),
                ('http://g/v2/', 'http://g/v2', 'http://g/v2'),
                ('http://g/v2', 'https://g/v2/', 'https://g/v2/')):
            self.connect(answer(301, location=location), answer(200))
            self.assertEqual(200, self.ask(url=url))
            self.assertEqual([url, there], self.urls)
            self.assertEqual(['t1', 't1'], [token for token, _ in self.sent])

    def test_a_redirect_to_another_place_is_the_answer(self):
        # The token is not for whoever is there.
        for location in ('http://login/', 'http://g:8080/v2/images/',
                         '/login?next=/v2/images', 'http://g/v2/images',
                         None):
            headers = {'location': location} if location else {}
            self.connect(answer(302, **headers), answer(200))
            self.assertEqual(302, self.ask())
            self.assertEqual(['http://g/v2/images'], self.urls)
        self.connect(answer(302, location='http://g/v2/images'), answer(200))
        self.assertEqual(302, self.ask(url='https://g/v2/images/'))
        self.assertEqual(1, len(self.sent))

    def test_a_redirect_in_circles(self):
        self.connect(answer(301, location='/v2/images/'),
                     answer(301, location='/v2/images'))
        self.assertEqual(301, self.ask())
        self.assertEqual(2, len(self.sent))

    def test_a_refusal_is_readable_whatever_its_content_type(self):
        for status, told, kept in (
                (403, 'text/html', 'text/plain; charset=UTF-8'),
                (403, None, 'text/plain; charset=UTF-8'),
                (503, 'text/html', 'text/plain; charset=UTF-8'),
                (403, JSON, JSON), (200, 'text/html', 'text/html')):
            headers = {'content_type': told} if told else {}
            self.connect(answer(status, b'<h1>No', **headers), retries=0)
            response, _ = self.client.raw_request('http://g', 'GET',
                                                  headers={})
            self.assertEqual(kept, response['content-type'])

    def test_any_2xx_is_success(self):
        self.connect()
        for status in (200, 201, 202, 204, '204'):
            self.client.expected_success(204, status)
        for status in (300, 302, 304, 400, 500):
            self.assertRaises(lib_exc.InvalidHttpSuccessCode,
                              self.client.expected_success, 200, status)


class TestToken(RetryTest):

    def tokens(self):
        return [token for token, _ in self.sent]

    def test_renewed_once(self):
        self.connect(answer(401), answer(200))
        self.assertEqual(200, self.ask())
        self.assertEqual(['t1', 't2'], self.tokens())
        # Not that the first did anything.
        self.assertFalse(self.connection.again)

    def test_refused_in_spite_of_it(self):
        self.connect(answer(401))
        self.assertEqual([401, 401], [self.ask(), self.ask(token='t2')])
        self.assertEqual(['t1', 't2', 't2'], self.tokens())

    def test_again_when_the_new_one_ends(self):
        self.connect(answer(401), answer(200), answer(401), answer(200))
        self.assertEqual([200, 200], [self.ask(), self.ask(token='t2')])
        self.assertEqual(['t1', 't2', 't2', 't3'], self.tokens())

    def test_another_client_renewed_it(self):
        auth = FakeAuth()
        auth.clear_auth()
        self.connect(answer(401), answer(200), auth=auth)
        self.assertEqual(200, self.ask())
        self.assertEqual(['t1', 't2'], self.tokens())

    def test_none_to_be_had(self):
        for error in (lib_exc.Unauthorized('disabled'), LOST):
            self.connect(answer(401), auth=FakeAuth(error))
            self.assertEqual(401, self.ask())
            self.assertEqual(['t1'], self.tokens())

    def test_what_is_asked_without_a_token(self):
        self.connect(answer(401), answer(200))
        self.assertEqual(401, self.ask(token=None))
