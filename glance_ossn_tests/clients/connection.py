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

"""How requests are sent: again after a fault, on few connections.

Requests are sent again when a fault that may pass kept them from success.

Only what says that the service could not serve counts as such a fault: no
answer, a few statuses, a list that broke off, a token that is no longer
valid. Whatever else comes back is the cloud's answer, the first time.
"""

import collections.abc
import contextlib
import json
import threading
import time
from urllib import parse

from oslo_log import log as logging
from tempest.lib import exceptions as lib_exc
import urllib3

from glance_ossn_tests.clients import patience

LOG = logging.getLogger(__name__)

# What a proxy or a gateway says to send a client elsewhere.
REDIRECTS = (301, 302, 303, 307, 308)


def _broke_off(method, response, body):
    """Tell whether JSON ends in the middle, e.g. as a proxy was stopped."""
    if method != 'GET' or response.status != 200 or (
            'json' not in response.get('content-type', '')):
        return False
    try:
        json.loads(body)
    except ValueError:
        return True
    return False


def _same_place(url, response):
    """Where a redirect leads, if that is the same but for a slash.

    Whatever leads elsewhere is an answer: a login page is no image list.

    :param url: the URL that was asked
    :param response: what came
    :returns: URL to ask instead, else None
    """
    if response.status not in REDIRECTS:
        return None
    there = parse.urljoin(url, response.get('location') or '')
    asked, meant = parse.urlsplit(url), parse.urlsplit(there)
    if (asked.netloc, asked.path.rstrip('/')) != (
            meant.netloc, meant.path.rstrip('/')) or there == url:
        return None
    if meant.scheme not in (asked.scheme, 'https'):
        # The token would go unencrypted.
        return None
    return parse.urlunsplit(meant._replace(query=meant.query or asked.query))


class Connection:
    """How one account reaches the service: its token, and our patience.

    A request that failed in spite of all retries ends the patience: others
    are sent once, until one succeeds. So the wait for a service that is gone
    does not grow with the number of requests. A limiter (429) slows all
    down. Any number of threads may send requests at a time.

    :param auth_provider: Tempest's auth provider of the account
    :param policy: :class:`glance_ossn_tests.clients.patience.Policy`
    :ivar requests: how many requests were sent
    """

    def __init__(self, auth_provider, policy):
        self.auth_provider = auth_provider
        self.policy = policy
        self.requests = 0
        self._patient = True
        self._persistent = False
        self._timeout = None
        self._refused = None
        self._http = None
        self._lock = threading.Lock()
        self._last = threading.local()

    @property
    def again(self):
        """Whether this thread's last request was sent more than once.

        What it shall do may have been done by the first.
        """
        return getattr(self._last, 'again', False)

    @again.setter
    def again(self, value):
        self._last.again = value

    def connect(self, client):
        """Send a client's requests this way.

        :param client: a client of Tempest's
        """
        send = client.raw_request
        if not self._http:
            self._http = client.http_obj
            self._leave_retries_to_us(self._http)
            self._keep_connections(self._http)
        client.http_obj = self._http

        def raw_request(url, method, headers=None, body=None, **options):
            if isinstance(body, collections.abc.Iterator):
                # Read once, it could not be sent again.
                body = list(body)
            if headers is None:
                headers = client.get_headers()
            return self._request(send, url, method, headers, body, options)

        client.raw_request = raw_request
        # What was done shows in what is there afterwards: gateways and older
        # releases say 200 for 204, and the like.
        client.expected_success = self._expect_success

    @staticmethod
    def _expect_success(expected, status):
        if not 200 <= int(status) < 300:
            raise lib_exc.InvalidHttpSuccessCode(
                'the answer is %s, which is no success' % status)

    def _leave_retries_to_us(self, http):
        """Have urllib3 send once.

        Tempest lets it try eleven times, without a pause or, where there is
        a Retry-After, with one of any length; and go wherever it is sent.
        """
        http.follow_redirects = False
        urlopen = http.urlopen

        def once(method, url, **options):
            if self._timeout:
                options['timeout'] = self._timeout
            # Tempest has the server close the connection each time.
            options['headers'].pop('connection', None)
            if isinstance(options.get('retries'), urllib3.util.Retry):
                options['retries'] = options['retries'].new(
                    connect=0, read=0, status=0, other=0,
                    respect_retry_after_header=False)
            return urlopen(method, url, **options)

        http.urlopen = once

    @staticmethod
    def _keep_connections(http):
        """Have connections serve many requests.

        Tempest forgets each when its answer has come.
        """
        http.clear = lambda: None
        http.connection_pool_kw['maxsize'] = patience.MOST_PARALLEL

    def _request(self, send, url, method, headers, body, options):
        self.again = False
        pace, number, limited = self.policy.pace, 0, 0
        # One by another client of the account, one of our own.
        renewals = 2
        redirected = False
        while True:
            pace.wait()
            with self._lock:
                self.requests += 1
            response = data = error = None
            try:
                # A copy, as Tempest's debug log puts "<omitted>" in place of
                # the token.
                with pace.turn() as turn:
                    response, data = send(url, method, headers=dict(headers),
                                          body=body, **options)
                    if response.status == 500 and not getattr(
                            self._last, 'once', False):
                        turn.crowded()
            except urllib3.exceptions.HTTPError as failure:
                error = failure
            else:
                if response.status == 401 and renewals and (
                        self._renew(headers)):
                    renewals -= 1
                    headers = dict(headers, **{'X-Auth-Token': self._token})
                    LOG.info('%s %s: the token is no longer valid, sent '
                             'again with a new one', method, url)
                    continue
                there = not redirected and _same_place(url, response)
                if there:
                    url, redirected = there, True
                    continue
                if response.status not in patience.STATUSES and not _broke_off(
                        method, response, data):
                    self._patient = True
                    pace.succeed()
                    if response.status != 401:
                        self._refused = None
                    return self._readable(response), data
            if getattr(self._last, 'once', False) and (
                    error or response.status == 500):
                # Of this alone it is an answer.
                if error:
                    raise error
                return self._readable(response), data
            slowed = response is not None and response.status == 429
            if not (self._may_wait(limited) if slowed
                    else self._may_retry(number)):
                self._patient = False
                if error:
                    raise error
                return self._readable(response), data
            if slowed:
                wait = pace.slow_down(self.policy.wait, patience.seconds(
                    response.get('retry-after')))
                limited += wait
                LOG.warning('%s %s: the cloud limits how often it may be '
                            'asked (429); all wait %.1f seconds', method,
                            url, wait)
            else:
                wait = self.policy.pause(number, response)
                number += 1
                LOG.warning('%s %s: %s; sent again (%d of %d) in %.1f '
                            'seconds', method, url, error or response.status,
                            number, self.policy.retries, wait)
                time.sleep(wait)
            self.again = True

    def _may_wait(self, limited):
        """Tell whether to wait for a limiter once more.

        :param limited: how long it was waited for already, in seconds
        """
        if self._persistent:
            return self.policy.pace.idle < patience.LIMITED
        return (self._patient and self.policy.retries and
                limited < 2 * self.policy.wait_max)

    def _may_retry(self, number):
        """Tell whether to send once more what met a fault.

        :param number: how often it was sent again already
        """
        patient = self._patient or (
            self._persistent and self.policy.pace.idle < patience.GONE)
        return number < (self.policy.retries if patient else 0)

    @staticmethod
    def _readable(response):
        """Let Tempest read a refusal whatever its content type.

        It takes one that it does not know for a fault of its own kind, and
        a refusal by a proxy for none.
        """
        if response.status >= 400 and 'json' not in response.get(
                'content-type', ''):
            response['content-type'] = 'text/plain; charset=UTF-8'
        return response

    @contextlib.contextmanager
    def without_retries(self, timeout=None):
        """Waste no time on a service that may be out of reach.

        It is asked once, until it answers; what comes of it has no bearing
        on the patience with others.

        :param timeout: seconds that an answer may take, None for the usual
        """
        before, self._patient = self._patient, False
        self._timeout = timeout
        try:
            yield
        finally:
            self._patient, self._timeout = before, None

    @contextlib.contextmanager
    def once(self):
        """Take a 500, or no answer, for the answer it is in some releases.

        It costs neither time nor the patience with others.
        """
        before, self._last.once = getattr(self._last, 'once', False), True
        try:
            yield
        finally:
            self._last.once = before

    @contextlib.contextmanager
    def persistence(self):
        """Be as patient as the removal of what was made deserves.

        What failed before does not count, and a limiter is waited for.
        """
        self._persistent = True
        self.policy.pace.succeed()
        try:
            yield
        finally:
            self._persistent = False

    @property
    def _token(self):
        return self.auth_provider.auth_data[0]

    def _renew(self, headers):
        """Get another token than the one that was refused.

        :returns: whether there is one that was not refused yet
        """
        refused = headers.get('X-Auth-Token')
        with self._lock:
            if not refused or refused == self._refused:
                return False
            try:
                if self._token == refused:
                    # A new one that is refused, too, is the last.
                    self.auth_provider.clear_auth()
                    self._refused = self._token
                return True
            except (lib_exc.TempestException,
                    urllib3.exceptions.HTTPError) as error:
                LOG.warning('No new token: %s', error)
                return False
