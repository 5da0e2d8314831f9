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


"""A database server for Glance, from the system's own packages."""

import os
import pathlib
import re
import secrets
import shutil
import signal
import socket
import subprocess
import time

import fixtures

from ossn_sandbox import databases

# Debian keeps a server's programs of each version apart.
_FOLDERS = (os.environ.get('PATH', ''), *map(str, sorted(
    pathlib.Path('/usr/lib/postgresql').glob('*/bin'), reverse=True)))
_USER = 'glance'
_DEADLINE_SECONDS = 60


def _program(name):
    return shutil.which(name, path=os.pathsep.join(_FOLDERS))


def missing():
    """Tell which of the programs are not installed.

    :returns: their names
    """
    return [name for name in ('initdb', 'postgres', 'psql', 'setpriv')
            if not _program(name)]


class PostgreSQL(fixtures.Fixture):
    """A server on loopback, and :class:`.databases.SQLite`'s stand-in."""

    drivers = ('psycopg2-binary',)
    in_a_file = False

    def _setUp(self):
        # Not in a test's own folder: who runs the server may not enter it.
        folder = pathlib.Path(self.useFixture(
            fixtures.TempDir(rootdir='/tmp')).path)
        self._password = secrets.token_urlsafe(12)
        password = folder / 'password'
        password.write_text(self._password)
        # It refuses to run as root. And it is not to outlive us.
        self._as_nobody = ['setpriv', '--pdeathsig', 'INT']
        if os.geteuid() == 0:
            self._as_nobody += ['--reuid=nobody', '--regid=nogroup',
                                '--clear-groups']
            for path in (folder, password):
                shutil.chown(path, 'nobody', 'nogroup')
        data = folder / 'data'
        self._run('initdb', '--pgdata', data, '--username', _USER,
                  '--auth', 'scram-sha-256', '--pwfile', password,
                  '--encoding', 'UTF8', '--locale', 'C', '--no-sync')
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            self._port = probe.getsockname()[1]
        with open(folder / 'log', 'w') as log:
            server = subprocess.Popen(
                [*self._as_nobody, _program('postgres'), '-D', data,
                 '-p', str(self._port), '-c', 'fsync=off',
                 '-c', 'listen_addresses=127.0.0.1',
                 '-c', 'unix_socket_directories='],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd='/')
        self.addCleanup(server.wait)
        # At once: SIGTERM has it wait for its clients.
        self.addCleanup(server.send_signal, signal.SIGINT)
        deadline = time.monotonic() + _DEADLINE_SECONDS
        while True:
            try:
                self._sql('postgres', 'SELECT 1')
                return
            except RuntimeError as error:
                if (server.poll() is not None
                        or time.monotonic() > deadline):
                    raise RuntimeError('PostgreSQL did not start: %s %s' % (
                        error, (folder / 'log').read_text()))
                time.sleep(0.2)

    def _run(self, program, *arguments):
        done = subprocess.run(
            [*self._as_nobody, _program(program), *map(str, arguments)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            cwd='/', env={**os.environ, 'PGPASSWORD': self._password})
        if done.returncode:
            raise RuntimeError('%s failed: %s' % (program, done.stderr))
        return done.stdout

    def _sql(self, database, *statements):
        commands = [word for statement in statements
                    for word in ('-c', statement)]
        return self._run('psql', '-X', '-v', 'ON_ERROR_STOP=1', '-At',
                         '-h', '127.0.0.1', '-p', self._port, '-U', _USER,
                         '-d', database, *commands)

    def _name(self, folder):
        return re.sub(r'\W', '_', folder.name)

    def where(self, folder):
        return (f'postgresql+psycopg2://{_USER}:{self._password}@127.0.0.1:'
                f'{self._port}/{self._name(folder)}')

    def section(self, folder):
        return {'connection': self.where(folder)}

    def create(self, folder, template='template0'):
        name = self._name(folder)
        self._sql('postgres', f'DROP DATABASE IF EXISTS "{name}"',
                  f'CREATE DATABASE "{name}" TEMPLATE "{template}"')

    def copy(self, old, new):
        self.create(new, self._name(old))

    def move_images(self, folder, old, new):
        self._sql(self._name(folder), databases.MOVE_IMAGES % (old, new))

    def read(self, folder, statement):
        """Ask a cloud's database something.

        :param folder: the cloud's folder
        :param statement: the SQL
        :returns: list of lines, columns set apart by ``|``
        """
        return self._sql(self._name(folder), statement).splitlines()
