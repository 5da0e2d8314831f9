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


"""Tempest as a process of its own, watched: its output goes to a log."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

from glance_ossn_tests.accounts import progress

# How much of a run each phase is, where it is known to go through it.
_WEIGHTS = {'accounts': 6, 'discovery': 4, 'trial': 3, 'sharing': 45,
            'looking': 22, 'judging': 4, 'cleanup': 12,
            'accounts-cleanup': 4}
# Seconds between looks at what is told.
_POLL = .2
# Seconds that an interrupted run may take to end by itself.
_GRACE = 60


class Interrupted(Exception):
    """The user had enough."""


def command(name):
    """Find a command of the environment of this process.

    :param name: its name
    :returns: its path
    """
    beside = pathlib.Path(sys.executable).parent / name
    return str(beside) if beside.exists() else shutil.which(name) or name


class Run:
    """A run of Tempest in a workspace.

    :param folder: the workspace
    :param log: path of the file for its output
    :param live: :class:`glance_ossn_tests.commands.live.Live`
    :param seconds: about how long it takes, 0 if that is not known
    :ivar made: what it told that it made: pairs of what it is and its id
    :ivar ended: whether each worker told that it had cleaned up
    """

    def __init__(self, folder, log, live, seconds=0):
        self.folder = pathlib.Path(folder)
        self.log = log
        self.live = live
        self.seconds = seconds
        self.made = []
        self._open = set()
        self._told = self.folder / 'progress'
        self._read = 0
        # The worker that shares, and how much of its way it went.
        self._main, self._done, self._phase = None, 0, None
        self._began = None

    def run(self, arguments):
        """Run Tempest to its end.

        :param arguments: its arguments
        :returns: its exit code
        :raises Interrupted: if the user ended it
        """
        self._told.touch(mode=0o600)
        self._began = time.monotonic()
        self.live.tell('starting Tempest', left=self.seconds or None)
        with open(self.log, 'ab') as log:
            # In a group of its own: Ctrl-C is for this process to pass on.
            child = subprocess.Popen(
                [command('tempest'), *arguments], cwd=self.folder,
                stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True,
                env={**os.environ, progress.VARIABLE: str(self._told)})
            try:
                while child.poll() is None:
                    self._follow()
                    time.sleep(_POLL)
            except KeyboardInterrupt:
                self._stop(child)
                raise Interrupted from None
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
                child.wait()
                self._follow()
        return child.returncode

    def _stop(self, child):
        """Let the run end by itself; who is in a hurry interrupts again."""
        self.live.say('Interrupted: the run is being stopped, and what it '
                      'made removed. Once more kills it.')
        with contextlib.suppress(KeyboardInterrupt, ProcessLookupError):
            os.killpg(child.pid, signal.SIGINT)
            end = time.monotonic() + _GRACE
            while time.monotonic() < end:
                child.poll()
                # Its workers may go on when it has ended.
                os.killpg(child.pid, 0)
                self._follow()
                time.sleep(_POLL)

    def _follow(self):
        """Show what the workers told since the last time."""
        with open(self._told, 'rb') as file:
            file.seek(self._read)
            lines = file.read()
        # The last one may not be whole yet.
        lines = lines[:lines.rfind(b'\n') + 1]
        self._read += len(lines)
        for line in lines.splitlines():
            with contextlib.suppress(ValueError, KeyError):
                self._take(json.loads(line))

    @property
    def ended(self):
        return not self._open

    def _take(self, told):
        if 'over' in told:
            self._open.discard(told['worker'])
        elif 'run' in told:
            self.made.append(('run', told['run']))
            self._open.add(told['worker'])
        elif 'made' in told:
            self.made.append((told['made'], told['id']))
            self._open.add(told['worker'])
        else:
            self._show(told)

    def _show(self, told):
        phase, done, total = told['phase'], told['done'], told['total']
        if phase in ('discovery', 'sharing', 'looking', 'members'):
            self._main = told['worker']
        if told['worker'] != (self._main or told['worker']):
            # What another worker does besides is not what takes the time.
            return
        if phase != self._phase:
            self._done += _WEIGHTS.get(self._phase, 0)
            self._phase = phase
        self.live.tell(
            progress.tell(phase, told['what'], done, total), phase, done,
            total, self._left(done / total if total else 0))

    def _left(self, part):
        """Tell how many seconds remain, None if that is not known."""
        taken = time.monotonic() - self._began
        done = self._done + part * _WEIGHTS.get(self._phase, 0)
        if self._phase in ('sharing', 'looking') and done > 20:
            return taken * max(sum(_WEIGHTS.values()) - done, 0) / done
        # What was expected and is over tells nothing.
        return self.seconds - taken if self.seconds > taken else None
