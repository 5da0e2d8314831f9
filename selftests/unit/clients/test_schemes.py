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


"""An https URL of a server that speaks plain HTTP is told in seconds."""

import http.server
import socket
import ssl
import threading
from unittest import mock

from oslotest import base
from tempest.lib import exceptions as lib_exc
import trustme

from glance_ossn_tests.clients import schemes


class TestCheck(base.BaseTestCase):

    def serve(self, tls=False):
        server = http.server.HTTPServer(
            ('127.0.0.1', 0), http.server.BaseHTTPRequestHandler)
        # Else one that waits for TLS's end holds up the next.
        server.timeout = 1
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            trustme.CA().issue_cert('127.0.0.1').configure_cert(context)
            server.socket = context.wrap_socket(server.socket,
                                                server_side=True)
        self.addCleanup(server.server_close)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        self.addCleanup(server.shutdown)
        return server.server_address[1]

    def check(self, scheme, port, proxy=None):
        schemes.check('%s://me:secret@127.0.0.1:%d/v3' % (scheme, port),
                      '[identity] uri_v3', mock.Mock(
                          service_clients=mock.Mock(proxy_url=proxy)))

    def test_what_is_as_it_says(self):
        self.check('https', self.serve(tls=True))
        self.check('http', self.serve())
        schemes.check(None, 'x', mock.Mock())

    def test_plain_http(self):
        error = self.assertRaises(lib_exc.InvalidConfiguration, self.check,
                                  'https', self.serve())
        self.assertIn('[identity] uri_v3 is https://127.0.0.1:', str(error))
        self.assertIn('plain HTTP is spoken there', str(error))
        self.assertNotIn('secret', str(error))

    def test_what_a_proxy_leads_to_is_not_looked_at(self):
        self.check('https', self.serve(), 'http://proxy:8080')

    def test_nobody_and_nothing_that_is_http(self):
        with socket.socket() as nobody:
            nobody.bind(('127.0.0.1', 0))
            # It does not listen.
            self.check('https', nobody.getsockname()[1])
            nobody.listen()
            with mock.patch.object(schemes, '_TIMEOUT', .2):
                self.check('https', nobody.getsockname()[1])
