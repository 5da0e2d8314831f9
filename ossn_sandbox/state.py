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

"""What a sandbox must know the next time, and where in its folder things are.

A service is named by its cloud and its role, such as ``pike`` and
``glance-api``; Keystone's are both ``keystone``.
"""

import json
import random
import secrets
import shutil
import socket

from ossn_sandbox import errors
from ossn_sandbox import files

KEYSTONE = ('keystone', 'keystone')

# Below the range from which the kernel takes ports for connections.
_PORTS = range(20000, 32000)
_MARKER = '.ossn-sandbox'
# Two for each of two workers.
_USERS = tuple(f'ossn-user-{number}' for number in range(1, 7))


def _free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(('127.0.0.1', port))
        except OSError:
            return False
    return True


class State:
    """The ports and passwords of a sandbox.

    :param home: the sandbox's folder
    :ivar ports: dict of ``CLOUD/ROLE`` to the port it had or has
    """

    def __init__(self, home):
        self.home = home
        self.ports = {}
        self._passwords = {}

    # What is where.

    def url(self, name, role):
        """Tell where a service answers.

        :returns: the URL, None before it was given a port
        """
        port = self.ports.get(f'{name}/{role}')
        return f'http://127.0.0.1:{port}' if port else None

    @property
    def auth_url(self):
        """Keystone's URL with the version."""
        return f'{self.url(*KEYSTONE)}/v3'

    def log(self, name, role, kind='log'):
        """Tell where a service's log is, or a file of another kind."""
        file = role if name == role else f'{name}-{role}'
        return self.home / 'logs' / f'{file}.{kind}'

    def folder(self, name):
        """Tell where a cloud's data are, or Keystone's."""
        return self.home / ('keystone' if name == 'keystone'
                            else f'glance/{name}')

    def workspace(self, name):
        """Tell where Tempest can be run against a cloud."""
        return self.home / 'workspaces' / name

    def is_ready(self, name):
        """Tell whether a cloud's data are complete."""
        return (self.folder(name) / 'ready').exists()

    def mark_ready(self, name):
        """Note that a cloud's data are complete."""
        (self.folder(name) / 'ready').touch()

    def credentials(self, username, project_name):
        """Look a user's credentials up.

        :returns: dict of username, password and project_name
        """
        return {'username': username, 'project_name': project_name,
                'password': self._passwords[username]}

    @property
    def admin(self):
        """The admin's credentials."""
        return self.credentials('admin', 'admin')

    @property
    def glance(self):
        """The credentials of Glance's own user."""
        return self.credentials('glance', 'service')

    @property
    def accounts(self):
        """The credentials of ordinary users, each with its own project."""
        return [self.credentials(user, f'{user}-project')
                for user in _USERS]

    # What is kept.

    def open(self):
        """Make sure that the folder is a sandbox, or can become one.

        :raises SandboxError: when it cannot
        """
        marker = self.home / _MARKER
        try:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not marker.exists():
                if any(entry.name != _MARKER
                       for entry in self.home.iterdir()):
                    raise errors.SandboxError(
                        f'--dir {self.home} has files in it and is not a '
                        'sandbox; choose a new or empty folder.')
                marker.touch()
        except OSError as error:
            raise errors.SandboxError(
                f'--dir {self.home} cannot be used: {error.strerror}; '
                'choose another folder.')

    def read(self):
        """Read what was saved.

        :returns: whether there is something that can be used
        """
        try:
            state = json.loads((self.home / 'state.json').read_text())
            self.ports, self._passwords = (
                dict(state['ports']), dict(state['passwords']))
        except (OSError, ValueError, KeyError, TypeError):
            self.ports, self._passwords = {}, {}
            return False
        return True

    def load(self, stop):
        """Read what was saved, or begin anew.

        :param stop: called when nothing can be used, before all data are
            removed
        """
        if not self.read():
            # Without its ports and passwords nothing that is there can be
            # used any more.
            stop()
            for name in ('keystone', 'glance', 'workspaces'):
                shutil.rmtree(self.home / name, ignore_errors=True)
        # An older sandbox may have fewer users.
        for user in ('admin', 'glance', *_USERS):
            self._passwords.setdefault(user, secrets.token_urlsafe(12))
        self.save()

    def save(self):
        """Write all of it down."""
        files.write(self.home / 'state.json', json.dumps({
            'ports': self.ports, 'passwords': self._passwords}))

    def choose_port(self, name, role):
        """Keep the port of a service that is to start, if it is free.

        :returns: whether it is another than before
        """
        key = f'{name}/{role}'
        port = before = self.ports.get(key)
        while port is None or not _free(port):
            port = random.choice(_PORTS)
            if port in self.ports.values():
                port = None
        self.ports[key] = port
        return port != before
