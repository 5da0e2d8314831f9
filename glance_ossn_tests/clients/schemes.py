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


"""See that what a URL says to speak TLS does.

A server of plain HTTP waits for the rest of what it takes for a request, and
each request to it for its time-out.
"""

import http.client
import socket
import ssl
from urllib import parse

from tempest.lib import exceptions as lib_exc

# Seconds for each of the two tries.
_TIMEOUT = 2


def check(url, what, conf):
    """See that an endpoint speaks TLS, if its URL says so.

    :param url: URL of the endpoint
    :param what: what names it, for the message
    :param conf: Tempest's configuration; what goes through a proxy is not
        looked at
    :raises tempest.lib.exceptions.InvalidConfiguration: if it speaks plain
        HTTP instead
    """
    parts = parse.urlsplit(url or '')
    if parts.scheme != 'https' or conf.service_clients.proxy_url:
        return
    where = parts.hostname, parts.port or 443
    if not _speaks_tls(*where) and _speaks_http(*where):
        raise lib_exc.InvalidConfiguration(
            '%s is %s, and plain HTTP is spoken there: it must begin with '
            'http://, or TLS is not set up at that port.' % (
                what, parse.urlunsplit(parts._replace(
                    netloc=parts.netloc.rpartition('@')[2]))))


def _speaks_tls(host, port):
    """Tell whether TLS is spoken, or nobody can tell."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # Whom it belongs to is for others to see.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        plain = socket.create_connection((host, port), _TIMEOUT)
    except OSError:
        return True
    with plain:
        try:
            with context.wrap_socket(plain, server_hostname=host):
                return True
        except OSError:
            return False


def _speaks_http(host, port):
    connection = http.client.HTTPConnection(host, port, timeout=_TIMEOUT)
    try:
        connection.request('GET', '/')
        return bool(connection.getresponse().status)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
