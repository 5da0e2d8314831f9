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

"""How often a request is sent again, and how long is waited before."""

import contextlib
import dataclasses
import datetime
from email import utils
import threading
import time
from urllib import parse

import requests
from requests import adapters
import urllib3

from glance_ossn_tests import config

# What a service or a proxy says when it could not serve, whatever was asked.
STATUSES = (408, 429, 500, 502, 503, 504)

MOST_PARALLEL = config.MOST_PARALLEL

# The longest time that a limiter makes all requests wait, in seconds.
LONGEST_PACE = 60
# How long a clean-up goes on without success, in seconds: where a limiter
# lets nothing through, and where the service is gone.
LIMITED = 900
GONE = 60

# The seconds that an endpoint may take that is no business of the run's.
PROBE_TIMEOUT = 5


class Pace:
    """The time before which nobody sends a request, as a limiter wishes.

    One wait for all: who is told to be slower holds up the others, too.
    The wait doubles each time that nothing got through in between.
    """

    def __init__(self):
        self._lock = threading.Lock()
        self._until = 0
        self._wait = 0
        self._success = time.monotonic()
        self._turn = threading.Condition(self._lock)
        self._most = MOST_PARALLEL
        self._under_way = 0

    @contextlib.contextmanager
    def turn(self):
        """Send a request when no more are under way than the service bears.

        :returns: context manager of this object
        """
        with self._turn:
            self._turn.wait_for(lambda: self._under_way < self._most)
            self._under_way += 1
        try:
            yield self
        finally:
            with self._turn:
                self._under_way -= 1
                self._turn.notify()

    def crowded(self):
        """Take note that one of several at a time was answered by 500.

        Some databases, SQLite among them, fail where others would wait:
        from now on fewer are sent at a time.
        """
        with self._lock:
            if self._under_way > 1:
                self._most = max(1, min(self._most, self._under_way) // 2)

    def wait(self):
        """Sleep until requests may be sent again."""
        while True:
            with self._lock:
                left = self._until - time.monotonic()
            if left <= 0:
                return
            time.sleep(left)

    def slow_down(self, first, wish=None):
        """Have everybody wait.

        :param first: seconds to wait the first time
        :param wish: seconds that the limiter asks for, None if it does not
        :returns: seconds that there are to wait
        """
        with self._lock:
            now = time.monotonic()
            if now >= self._until:
                self._wait = min(max(2 * self._wait, first), LONGEST_PACE)
            wait = max(self._wait, min(wish or 0, LONGEST_PACE))
            self._until = max(self._until, now + wait)
            return self._until - now

    def succeed(self):
        """Take note that a request got through."""
        with self._lock:
            self._wait /= 2
            self._success = time.monotonic()

    @property
    def idle(self):
        """Seconds since a request got through."""
        return time.monotonic() - self._success


class _Adapter(adapters.HTTPAdapter):
    """Makes the location of a redirect a whole URL, as keystoneauth asks."""

    def send(self, request, **options):
        response = super().send(request, **options)
        if response.headers.get('location'):
            response.headers['location'] = parse.urljoin(
                request.url, response.headers['location'])
        return response


@dataclasses.dataclass(frozen=True)
class Policy:
    """How often to send a request again, and how long to wait before.

    :param retries: how often at most
    :param wait: seconds before the first time; each further wait is twice
        as long, unless the answer names the time in Retry-After
    :param wait_max: seconds that no wait exceeds, whatever the answer says
    :param pace: the :class:`Pace` of all who keep to this policy
    """

    retries: int = 3
    wait: float = 1.0
    wait_max: float = 30.0
    pace: Pace = dataclasses.field(default_factory=Pace, compare=False)

    def session(self, proxy_url=None):
        """Make a session for clients that are not Tempest's.

        It goes Tempest's way: by the proxy that it is configured with, and
        by none that the environment names.

        :param proxy_url: [service-clients] proxy_url
        :returns: requests.Session that keeps to this policy
        """
        longest = self.wait_max

        class Bounded(urllib3.util.Retry):

            DEFAULT_BACKOFF_MAX = longest

            def get_retry_after(self, response):
                seconds = super().get_retry_after(response)
                return seconds and min(seconds, longest)

        session = requests.Session()
        session.trust_env = False
        if proxy_url:
            session.proxies = dict.fromkeys(('http', 'https'), proxy_url)
        for scheme in ('http://', 'https://'):
            session.mount(scheme, _Adapter(max_retries=Bounded(
                total=self.retries, status_forcelist=STATUSES,
                allowed_methods=None, backoff_factor=self.wait,
                raise_on_status=False)))
        return session

    def pause(self, number, answer=None):
        """Tell how long to wait.

        :param number: how often the request was sent again already
        :param answer: dict of the answer's headers, None if there is none
        :returns: seconds
        """
        wish = seconds((answer or {}).get('retry-after'))
        if wish is None:
            wish = self.wait * 2 ** number
        return max(0, min(wish, self.wait_max))


def seconds(retry_after):
    """Read what Retry-After says.

    :param retry_after: seconds or a date
    :returns: seconds, None if it makes no sense
    """
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
