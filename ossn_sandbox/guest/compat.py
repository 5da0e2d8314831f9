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

"""What an old Glance, or SQLite, needs on today's Python and libraries.

Each patch says what broke and why. All are applied from here, before the
service is built; no file of an environment is changed, and each is without
effect where its cause is absent.
"""

import argparse
import collections
import collections.abc
import concurrent.futures
import hashlib
import importlib
import re
import sqlite3

import sqlalchemy.engine
import sqlalchemy.event
import sqlalchemy.pool

# Statements that need no write lock. All others get one first.
_READS = re.compile(r'\s*(?:SELECT|PRAGMA|EXPLAIN|BEGIN|COMMIT|ROLLBACK)\b',
                    re.IGNORECASE)
BUSY_TIMEOUT_MS = 30000


def _optional(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def abstract_collections():
    """Give collections the names that left it for collections.abc.

    Pike to Stein use them, Python 3.10 dropped them.
    """
    for name in collections.abc.__all__:
        if not hasattr(collections, name):
            setattr(collections, name, getattr(collections.abc, name))


def repeated_subcommands():
    """Let the last of several sub-commands of one name win.

    Pike's glance-manage registers some twice, which argparse refuses since
    Python 3.11.
    """
    add_parser = argparse._SubParsersAction.add_parser

    def add_last(self, name, **kwargs):
        self._name_parser_map.pop(name, None)
        return add_parser(self, name, **kwargs)
    argparse._SubParsersAction.add_parser = add_last


def md5():
    """Give oslo.utils md5, which it dropped, for Yoga to 2024.1.

    Hashlib's has had the same signature since Python 3.9.
    """
    secretutils = _optional('oslo_utils.secretutils')
    if secretutils and not hasattr(secretutils, 'md5'):
        secretutils.md5 = hashlib.md5


def extra_properties():
    """Keep Pike's ExtraProperties from recursing for ever in dict(self).

    It is a dict that overrides keys(), len() and iter() through dict(self),
    and Python 3's dict() asks a mapping for just those.
    """
    domain = _optional('glance.domain')
    extra = getattr(domain, 'ExtraProperties', None)
    if extra:
        for name in ('keys', '__len__', '__iter__'):
            if name in vars(extra):
                setattr(extra, name, getattr(dict, name))


def response_exceptions():
    """Let Pike's v1 answer 204, not 200, to a member's PUT and DELETE.

    The handler returns webob's HTTPNoContent, which the serializer is to
    refuse with a TypeError so that it is sent as it is; today's
    oslo.serialization turns any exception into JSON instead.
    """
    wsgi = _optional('glance.common.wsgi')
    serializer = getattr(wsgi, 'JSONResponseSerializer', None)
    if serializer is None:
        return
    to_json = serializer.to_json

    def refuse(self, data):
        if isinstance(data, Exception):
            raise TypeError(f'{data!r} is not JSON')
        return to_json(self, data)
    serializer.to_json = refuse


class _Threads(concurrent.futures.ThreadPoolExecutor):

    def spawn_n(self, function, *args, **kwargs):
        self.submit(function, *args, **kwargs)


def green_threads():
    """Start background work (copy_from, tasks), which up to Ussuri waits.

    It is spawned as a green thread, which waits for eventlet's hub to run;
    a threaded server never runs it. Later releases choose by themselves.
    """
    wsgi = _optional('glance.common.wsgi')
    if hasattr(wsgi, 'get_asynchronous_eventlet_pool'):
        wsgi.get_asynchronous_eventlet_pool = (
            lambda size=1000: _Threads(min(size, 8)))


class _SQLitePool(sqlalchemy.pool.QueuePool):

    def __init__(self, creator, **options):
        # Two for each of the server's threads are enough for all releases.
        super().__init__(creator, **{**options, 'pool_size': 32})


def sqlite_connections():
    """Keep connections to SQLite, as oslo.db does to any other database.

    It opens one for each transaction, and each parses the whole schema and,
    as the last to be closed, writes the log back: half of a request's time.
    """
    sqlalchemy.pool.NullPool = _SQLitePool

    @sqlalchemy.event.listens_for(sqlalchemy.engine.Engine, 'do_connect')
    def do_connect(dialect, record, arguments, options):
        if dialect.name == 'sqlite':
            # Any thread may get any of them, one at a time.
            options['check_same_thread'] = False


def sqlite_transactions():
    """Keep SQLite from answering "database is locked".

    oslo.db opens each transaction by a plain BEGIN, at the first read. The
    first write must then trade its read lock for the write lock, and when
    another transaction has written meanwhile SQLite refuses at once,
    whatever the busy timeout. So reads run without a transaction here, and
    the first write is preceded by BEGIN IMMEDIATE, which does wait. (Not
    every transaction may begin so: some Glance releases hold two at once.)
    """
    engine = sqlalchemy.engine.Engine

    @sqlalchemy.event.listens_for(sqlalchemy.pool.Pool, 'connect')
    def connect(connection, record):
        if isinstance(connection, sqlite3.Connection):
            connection.execute(f'PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}')
            connection.execute('PRAGMA journal_mode = WAL')

    # Listeners on the class run before oslo.db's on the instance, which
    # sends no BEGIN when it finds this marker.
    @sqlalchemy.event.listens_for(engine, 'begin')
    def begin(connection):
        if connection.dialect.name == 'sqlite':
            connection.info['in_transaction'] = True

    @sqlalchemy.event.listens_for(engine, 'before_cursor_execute')
    def execute(connection, cursor, statement, parameters, context, many):
        if (connection.dialect.name == 'sqlite'
                and not cursor.connection.in_transaction
                and not _READS.match(statement)):
            cursor.execute('BEGIN IMMEDIATE')


def own_files():
    """Let oslo.config look for files where the service's own are, only.

    It looks for each file that is named by its name alone, and for folders
    of further configuration, in the home and in /etc as well: the machine may
    have an OpenStack of its own, whose policy would be the sandbox's.
    """
    cfg = importlib.import_module('oslo_config.cfg')
    # One that has it no more would read them without a word.
    cfg._get_config_dirs.__name__
    cfg._get_config_dirs = lambda project=None: []


def apply():
    """Apply every patch; call it before the service is imported."""
    own_files()
    abstract_collections()
    repeated_subcommands()
    md5()
    sqlite_connections()
    sqlite_transactions()
    extra_properties()
    response_exceptions()
    green_threads()
