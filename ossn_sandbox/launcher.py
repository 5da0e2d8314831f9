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

"""Start the processes of a sandbox, wait for them, and stop them."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse

import requests

from ossn_sandbox import errors
from ossn_sandbox import processes

_DEADLINE_SECONDS = 120
_POLL_SECONDS = 0.05
_GRACE_SECONDS = 10


def _size(log):
    return log.stat().st_size if log.exists() else 0


def get(url, **kwargs):
    """Send a request to a service, past any proxy.

    :param url: the URL
    :param kwargs: what else :func:`requests.get` takes
    :returns: the answer
    """
    with requests.Session() as direct:
        direct.trust_env = False
        return direct.get(url, timeout=30, **kwargs)


def answers(url):
    """Tell whether a service answers.

    :param url: its URL
    """
    where = urllib.parse.urlsplit(url)
    try:
        # Much cheaper than a request, while nobody listens yet.
        socket.create_connection((where.hostname, where.port)).close()
        return get(url).status_code < 500
    except (OSError, requests.RequestException):
        return False


def _await_end(child, seconds=None):
    """Wait for a child's end, but leave it a zombie: its id stays its own."""
    deadline = seconds and time.monotonic() + seconds
    while not os.waitid(os.P_PID, child.pid,
                        os.WEXITED | os.WNOWAIT | os.WNOHANG):
        if deadline and time.monotonic() > deadline:
            return
        time.sleep(_POLL_SECONDS)


class Launcher:
    """The processes of one sandbox.

    :param state: the sandbox's :class:`.state.State`
    :param tied: whether the processes die with this one
    """

    def __init__(self, state, tied):
        self._state = state
        # Nobody writes into it: its reading end, which the services
        # inherit, ends when this process does.
        self._leash, self._hand = os.pipe() if tied else (None, None)
        self._started = []
        self._cancelled = threading.Event()

    # What runs.

    def find(self):
        """Find all of them, whoever started them.

        :returns: a list of :class:`.processes.Process`
        """
        return processes.find(self._state.home)

    def running(self):
        """Find all of them by cloud and role.

        :returns: dict of these to :class:`.processes.Process`
        """
        return {(process.name, process.role): process
                for process in self.find()}

    def is_mine(self, process):
        """Tell whether this object started a process.

        :param process: the :class:`.processes.Process`
        """
        return process.pid in {child.pid for child in self._started}

    def cancel(self):
        """Let every thread that waits for a process give up."""
        self._cancelled.set()

    @contextlib.contextmanager
    def all_or_nothing(self):
        """Kill what was started within, should it end with an error."""
        before = list(self._started)
        try:
            yield
        except BaseException:
            self.cancel()
            for child in [child for child in self._started
                          if child not in before]:
                child.kill()
                child.wait()
                self._started.remove(child)
            self._cancelled.clear()
            raise

    # Start.

    def _spawn(self, python, name, role, log, *arguments, **environment):
        words = processes.command(python, self._state.home, name, role,
                                  *arguments, leash=self._leash)
        child = processes.start(words, log, self._leash, **environment)
        self._started.append(child)
        return child

    def finish(self, python, name, role, *arguments):
        """Run a process to its end.

        :param python: the interpreter
        :param name: the cloud's name
        :param role: what the process is to be
        :param arguments: the role's own arguments
        :raises SandboxError: when it fails
        """
        log = self._state.log(name, role)
        offset = _size(log)
        child = self._spawn(
            python, name, role, log, *arguments,
            OSSN_SANDBOX_ADMIN_PASSWORD=self._state.admin['password'])
        deadline = time.monotonic() + _DEADLINE_SECONDS
        while child.poll() is None:
            self._tick(deadline, f'{role} of {name} did not end', log, offset)
        self._started.remove(child)
        if child.returncode:
            raise errors.from_log(f'{role} of {name} failed', log, offset)

    def serve(self, python, name, roles, folder, fault=None,
              manners=None):
        """Start services of a cloud and await their first answers.

        :param python: the interpreter
        :param name: the cloud's name
        :param roles: what the processes are to be
        :param folder: where their configuration is
        :param fault: the name of the fault that breaks them, if any
        :param manners: the name of the release they are disguised as, if any
        :raises SandboxError: when one does not answer
        """
        launched = []
        environment = {name: value for name, value in (
            ('OSSN_SANDBOX_FAULT', fault),
            ('OSSN_SANDBOX_MANNERS', manners)) if value}
        for role in roles:
            log = self._state.log(name, role)
            offset = _size(log)
            launched.append((self._spawn(
                python, name, role, log, folder,
                self._state.ports[f'{name}/{role}'],
                OSSN_SANDBOX_REQUESTS=str(
                    self._state.log(name, role, 'requests')),
                **environment),
                role, log, offset))
        for child, role, log, offset in launched:
            self._await(child, name, role, log, offset)

    def _await(self, child, name, role, log, offset):
        deadline = time.monotonic() + _DEADLINE_SECONDS
        what = role if role == name else f'{role} of {name}'
        while True:
            answering = answers(self._state.url(name, role))
            # Somebody else may be answering on the port.
            if child.poll() is not None:
                raise errors.from_log(f'{what} did not start', log, offset)
            if answering:
                return
            self._tick(deadline, f'{what} did not answer', log, offset)

    def _tick(self, deadline, what, log, offset):
        if self._cancelled.wait(_POLL_SECONDS):
            raise errors.SandboxError(f'{what} before it was interrupted')
        if time.monotonic() > deadline:
            raise errors.from_log(
                f'{what} within {_DEADLINE_SECONDS} seconds', log, offset)

    def tempest(self, name, workspace, arguments):
        """Run Tempest until it ends.

        :param name: the cloud's name
        :param workspace: the folder to run it in
        :param arguments: Tempest's arguments
        :returns: its exit code
        """
        words = processes.command(
            sys.executable, self._state.home, name, 'tempest', *arguments,
            leash=self._leash)
        # A process group of its own, its workers' too.
        child = subprocess.Popen(
            words, cwd=workspace, process_group=0,
            env=processes.environment('TEMPEST_CONFIG'),
            pass_fds=(self._leash,) if self._leash is not None else ())
        try:
            _await_end(child)
        except BaseException:
            os.killpg(child.pid, signal.SIGINT)
            _await_end(child, _GRACE_SECONDS)
            raise
        finally:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        return child.returncode

    # Stop.

    def stop(self, which=lambda process: True):
        """Stop processes, by default all of them.

        :param which: predicate over :class:`.processes.Process`
        :returns: how many there were
        """
        found = [process for process in self.find() if which(process)]
        processes.stop(found, self._state.home)
        for child in list(self._started):
            if child.poll() is not None:
                self._started.remove(child)
        return len(found)
