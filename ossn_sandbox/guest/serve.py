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

"""Build a service's WSGI application and serve it on loopback."""

import configparser
import os
import re
import socket
import time

import waitress
from waitress import channel
from waitress import parser

# A test run's workers each keep a connection; more threads than that only
# compete for the interpreter.
THREADS = 8


class _Parser(parser.HTTPRequestParser):

    def parse_header(self, header_plus):
        # Waitress drops headers with an underscore in their name, and v1's
        # x-image-meta-disk_format and is_public are such. A WSGI
        # application cannot tell it from a dash.
        super().parse_header(re.sub(
            rb'^[^:\s]+:', lambda name: name[0].replace(b'_', b'-'),
            header_plus, flags=re.MULTILINE))


class _Channel(channel.HTTPChannel):
    parser_class = _Parser


def accounting(application, path):
    """Log each request in a line, as any web server does.

    :param application: the WSGI application
    :param path: file that the lines are appended to: when it came (seconds
        since the epoch), how long it took, how much of the processor (both
        in seconds), status, method, path; separated by tabs
    :returns: the WSGI application
    """
    # A line is written in one go, so threads do not mix theirs.
    log = open(path, 'a', buffering=1)

    def account(environ, start_response):
        came, began = time.time(), time.perf_counter()
        worked = time.thread_time()
        # The application changes it while it finds its way.
        path_info, status = environ['PATH_INFO'], ['-']

        def start(line, *rest):
            status[0] = line.partition(' ')[0]
            return start_response(line, *rest)

        body = application(environ, start)
        try:
            yield from body
        finally:
            if hasattr(body, 'close'):
                body.close()
            log.write('%.6f\t%.6f\t%.6f\t%s\t%s\t%s\n' % (
                came, time.perf_counter() - began,
                time.thread_time() - worked, status[0],
                environ['REQUEST_METHOD'], path_info))
    return account


def keystone(folder):
    """Build Keystone.

    :param folder: where keystone.conf is
    :returns: the WSGI application
    """
    os.environ['OS_KEYSTONE_CONFIG_DIR'] = folder
    from keystone.server import wsgi
    return wsgi.initialize_public_application()


def glance_api(folder):
    """Build glance-api.

    :param folder: where glance-api.conf is
    :returns: the WSGI application
    """
    os.environ['OS_GLANCE_CONFIG_DIR'] = folder
    from glance.common import wsgi_app
    return wsgi_app.init_app()


def glance_registry(folder):
    """Build glance-registry, which never had a WSGI entry point.

    :param folder: where glance-registry.conf is
    :returns: the WSGI application
    """
    from glance.common import config
    from oslo_config import cfg
    from oslo_log import log
    cfg.CONF.import_group('profiler', 'glance.common.wsgi')
    log.register_options(cfg.CONF)
    config.parse_args([], default_config_files=[
        os.path.join(folder, 'glance-registry.conf')])
    log.setup(cfg.CONF, 'glance')
    return config.load_paste_app('glance-registry')


def workers(role, folder):
    """Read how many processes a service's configuration asks for.

    :param role: keystone, glance-api or glance-registry
    :param folder: where the configuration is
    :returns: number, 1 where it does not say
    """
    config = configparser.RawConfigParser(strict=False)
    config.read(os.path.join(folder, role + '.conf'))
    return int(config.defaults().get('workers', 1))


def main(role, folder, port):
    """Serve until killed.

    :param role: keystone, glance-api or glance-registry
    :param folder: where the configuration is
    :param port: the TCP port
    """
    listening = socket.create_server(('127.0.0.1', int(port)), backlog=1024)
    # Each builds its own application: connections to a database are not to
    # be shared. They take turns at the same socket.
    for _ in range(workers(role, folder) - 1):
        if not os.fork():
            break
    application = {'keystone': keystone, 'glance-api': glance_api,
                   'glance-registry': glance_registry}[role](folder)
    application = accounting(application, os.environ['OSSN_SANDBOX_REQUESTS'])
    server = waitress.create_server(
        application, sockets=[listening], threads=THREADS, ident=None)
    server.channel_class = _Channel
    server.run()
