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

"""A proxy in front of a cloud's Glance that lets faults happen.

    with proxy.Proxy(a_cloud.image_url) as front:
        front.fault = some_function
        ... front.url ...

A fault is a function of a :class:`Request` and of a function that sends a
request on; it returns a :class:`Reply`, or None to hang up.
"""

import contextlib
import dataclasses
import http.client
import http.server
import re
import socket
import ssl
import struct
import threading
from urllib import parse

_OURS = ('connection', 'transfer-encoding', 'content-length', 'keep-alive')


@dataclasses.dataclass(frozen=True)
class Request:
    """What the proxy is asked.

    :param method: HTTP method
    :param target: path and query as they were sent
    :param headers: list of pairs
    :param body: bytes
    :param number: how many requests came, this one included
    :param made: how many images were made before
    """

    method: str
    target: str
    headers: list
    body: bytes
    number: int
    made: int

    @property
    def path(self):
        return self.target.partition('?')[0]

    @property
    def query(self):
        return dict(parse.parse_qsl(self.target.partition('?')[2]))

    def header(self, wanted):
        """The value of a header, empty if there is none."""
        return {name.lower(): value for name, value in self.headers}.get(
            wanted.lower(), '')

    @property
    def token(self):
        return self.header('X-Auth-Token')

    @property
    def is_list(self):
        """Whether it asks for a list of images."""
        return self.method == 'GET' and self.path.rstrip('/').endswith(
            ('/images', '/images/detail'))


@dataclasses.dataclass
class Reply:
    """What the proxy answers.

    :param status: HTTP status
    :param body: bytes
    :param headers: list of pairs
    :param sent: how many bytes of the body to send before hanging up, None
        for all
    """

    status: int
    body: bytes = b''
    headers: list = dataclasses.field(
        default_factory=lambda: [('Content-Type', 'application/json')])
    sent: int | None = None


class _Handler(http.server.BaseHTTPRequestHandler):

    protocol_version = 'HTTP/1.1'

    def log_message(self, *args):
        pass

    def _read(self):
        if 'chunked' in self.headers.get('Transfer-Encoding', ''):
            chunks = []
            while size := int(self.rfile.readline().split(b';')[0], 16):
                chunks.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b''.join(chunks)
        return self.rfile.read(int(self.headers.get('Content-Length', 0)))

    def _answer(self):
        self.close_connection = True
        body = self._read()
        # Not self.path: it has lost what the path may begin with.
        reply = self.server.front.answer(
            self.command, self.requestline.split()[1],
            self.headers.items(), body)
        if reply is None:
            self._hang_up()
            return
        self.send_response_only(reply.status)
        for name, value in reply.headers:
            if name.lower() not in _OURS:
                self.send_header(name, value)
        if reply.status != 204 and self.command != 'HEAD':
            self.send_header('Content-Length', str(len(reply.body)))
        self.send_header('Connection', 'close')
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(reply.body[:reply.sent])
        if reply.sent is not None:
            self.wfile.flush()
            self._hang_up()

    def _hang_up(self):
        # With a reset, as when the process behind dies.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                   struct.pack('ii', 1, 0))
        self.connection.close()

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _answer


class _Server(http.server.ThreadingHTTPServer):

    daemon_threads = True
    # Not to hold the test up where a client gave up.
    block_on_close = False

    def handle_error(self, request, client_address):
        """Say nothing of clients that hung up."""


class Proxy:
    """A proxy on loopback, on from :meth:`__enter__` to :meth:`__exit__`.

    :param target: URL of the service behind it
    :param certificate: paths of certificate and key, to be asked by TLS
    :ivar fault: function that answers; by default all is sent on
    :ivar tokens: the tokens that it was sent, and those it gave out
    :ivar passwords: the passwords that it was sent
    :ivar statuses: dict of status, None for none, to how often it was the
        answer
    """

    def __init__(self, target, certificate=None):
        self.aim(target)
        self.certificate = certificate
        self.fault = None
        self.tokens = set()
        self.passwords = set()
        self._lock = threading.Lock()
        self.forget()

    def aim(self, target):
        """Send requests there from now on.

        :param target: URL of the service behind it
        """
        self.target = parse.urlsplit(target)

    def forget(self):
        """Start to count anew."""
        self._number = self._made = 0
        self.statuses = {}

    def __enter__(self):
        self._server = _Server(('127.0.0.1', 0), _Handler)
        self._server.front = self
        if self.certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*self.certificate)
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True,
                # Each in its own thread, or one client holds up all.
                do_handshake_on_connect=False)
        threading.Thread(target=self._server.serve_forever,
                         kwargs={'poll_interval': 0.05}, daemon=True).start()
        return self

    def __exit__(self, *failure):
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self):
        return '%s://127.0.0.1:%d' % ('https' if self.certificate else 'http',
                                      self._server.server_port)

    def answer(self, method, target, headers, body):
        """Answer a request, as the fault wants it.

        :returns: :class:`Reply`, None to hang up
        """
        with self._lock:
            self._number += 1
            request = Request(method, target, headers, body, self._number,
                              self._made)
            if request.token:
                self.tokens.add(request.token)
            self.passwords.update(
                found.decode() for found in re.findall(
                    rb'"password": *"([^"]+)"', body))
        reply = (self.fault(request, self.forward) if self.fault
                 else self.forward(request))
        status = reply.status if reply else None
        with self._lock:
            self.tokens.update(
                value for name, value in (reply.headers if reply else ())
                if name.lower() == 'x-subject-token')
            self.statuses[status] = self.statuses.get(status, 0) + 1
            if status == 201 and method == 'POST' and (
                    request.path.endswith('/images')):
                self._made += 1
        return reply

    def forward(self, request):
        """Send a request on.

        :param request: :class:`Request`
        :returns: :class:`Reply`; 502 if the service is not there
        """
        with contextlib.closing(http.client.HTTPConnection(
                self.target.hostname, self.target.port, timeout=60)) as behind:
            try:
                behind.putrequest(request.method, request.target,
                                  skip_host=True, skip_accept_encoding=True)
                for name, value in request.headers:
                    if name.lower() not in _OURS:
                        behind.putheader(name, value)
                behind.putheader('Content-Length', str(len(request.body)))
                behind.endheaders(request.body)
                response = behind.getresponse()
                return Reply(response.status, response.read(),
                             response.getheaders())
            except (OSError, http.client.HTTPException) as error:
                return Reply(502, str(error).encode(),
                             [('Content-Type', 'text/plain')])
