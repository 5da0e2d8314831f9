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
import dataclasses
import datetime
from email import utils
import json
import threading
import time

from oslo_log import log as logging
import requests
from requests import adapters
from tempest.lib import exceptions as lib_exc
import urllib3

LOG = logging.getLogger(__name__)

# What a service or a proxy says when it could not serve, whatever was asked.
STATUSES = (408, 429, 500, 502, 503, 504)

# How many requests may be under way at a time, and connections be kept.
MOST_PARALLEL = 32


@dataclasses.dataclass(frozen=True)
class Policy:
    """How often to send a request again, and how long to wait before.

    :param retries: how often at most
    :param wait: seconds before the first time; each further wait is twice
        as long, unless the answer names the time in Retry-After
    :param wait_max: seconds that no wait exceeds, whatever the answer says
    """

    retries: int = 3
    wait: float = 1.0
    wait_max: float = 30.0

    def session(self):
        """A session for clients that are not Tempest's.

        :returns: requests.Session that keeps to this policy
        """
        longest = self.wait_max

        class Bounded(urllib3.util.Retry):

            DEFAULT_BACKOFF_MAX = longest

            def get_retry_after(self, response):
                seconds = super().get_retry_after(response)
                return seconds and min(seconds, longest)

        session = requests.Session()
        for scheme in ('http://', 'https://'):
            session.mount(scheme, adapters.HTTPAdapter(max_retries=Bounded(
                total=self.retries, status_forcelist=STATUSES,
                allowed_methods=None, backoff_factor=self.wait,
                raise_on_status=False)))
        return session

    def pause(self, number, answer=None):
        """How long to wait.

        :param number: how often the request was sent again already
        :param answer: dict of the answer's headers, None if there is none
        :returns: seconds
        """
        seconds = _seconds((answer or {}).get('retry-after'))
        if seconds is None:
            seconds = self.wait * 2 ** number
        return max(0, min(seconds, self.wait_max))


def _seconds(retry_after):
    """What Retry-After says: seconds or a date; None if it makes no sense."""
    try:
        return int(retry_after)
    except (TypeError, ValueError):
        pass
    try:
        when = utils.parsedate_to_datetime(retry_after)
        return (when - datetime.datetime.now(datetime.timezone.utc)
                ).total_seconds()
    except (TypeError, ValueError):
        return None


def _broke_off(method, response, body):
    """Whether JSON ends in the middle, e.g. as a proxy was stopped."""
    if method != 'GET' or response.status != 200 or (
            'json' not in response.get('content-type', '')):
        return False
    try:
        json.loads(body)
    except ValueError:
        return True
    return False


class Connection:
    """How one account reaches the service: its token, and our patience.

    A request that failed in spite of all retries ends the patience: others
    are sent once, until one succeeds. So the wait for a service that is gone
    does not grow with the number of requests. Any number of threads may send
    requests at a time.

    :param auth_provider: Tempest's auth provider of the account
    :param policy: :class:`Policy`
    :ivar requests: how many requests were sent
    """

    def __init__(self, auth_provider, policy):
        self.auth_provider = auth_provider
        self.policy = policy
        self.requests = 0
        self._patient = True
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

    @staticmethod
    def _leave_retries_to_us(http):
        """Have urllib3 send once.

        Tempest lets it try eleven times, without a pause or, where there is
        a Retry-After, with one of any length.
        """
        urlopen = http.urlopen

        def once(method, url, **options):
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
        http.connection_pool_kw['maxsize'] = MOST_PARALLEL

    def _request(self, send, url, method, headers, body, options):
        self.again = False
        retries = self.policy.retries if self._patient else 0
        number = 0
        # One by another client of the account, one of our own.
        renewals = 2
        while True:
            with self._lock:
                self.requests += 1
            response = data = error = None
            try:
                # A copy, as Tempest's debug log puts "<omitted>" in place of
                # the token.
                response, data = send(url, method, headers=dict(headers),
                                      body=body, **options)
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
                if response.status not in STATUSES and not _broke_off(
                        method, response, data):
                    self._patient = True
                    if response.status != 401:
                        self._refused = None
                    return response, data
            if number == retries:
                self._patient = False
                if error:
                    raise error
                return response, data
            pause = self.policy.pause(number, response)
            number += 1
            LOG.warning('%s %s: %s; sent again (%d of %d) in %.1f seconds',
                        method, url, error or response.status, number,
                        retries, pause)
            time.sleep(pause)
            self.again = True

    @contextlib.contextmanager
    def without_retries(self):
        """Waste no time on a service that may be out of reach.

        It is asked once, until it answers; what comes of it has no bearing
        on the patience with others.
        """
        before, self._patient = self._patient, False
        try:
            yield
        finally:
            self._patient = before

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
