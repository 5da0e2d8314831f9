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


"""How far a run is, told while it runs.

To a file that whoever started the run reads, a line of JSON for each event;
else to the standard error, a line for each phase and one every ten seconds.
"""

import contextlib
import dataclasses
import json
import os
import sys
import threading
import time

# Names the file; each worker of Tempest appends to it.
VARIABLE = 'GLANCE_OSSN_PROGRESS'

# What a person is told of each phase.
WORDS = {
    'accounts': 'making projects and users',
    'discovery': 'asking what the cloud answers',
    'trial': 'trying that what is made can be removed',
    'sharing': 'sharing',
    'members': 'asking for members',
    'looking': 'reading image lists',
    'judging': 'judging',
    'cleanup': 'removing',
    'accounts-cleanup': 'removing projects and users',
}

# Seconds between lines on the standard error, and between those of a file.
_SELDOM = 10
_OFTEN = .1


def words(phase):
    """Return what a person is told of a phase.

    :param phase: its name in the log
    :returns: text
    """
    return WORDS.get(phase, phase)


def tell(phase, what='', done=0, total=0):
    """Tell in a line how far a phase is.

    :param phase: its name in the log
    :param what: what there are several of, e.g. 'images'
    :param done: how many of them are done
    :param total: how many there are, 0 if that is not known
    :returns: text, e.g. 'sharing 84 of 131 images'
    """
    if not total:
        return words(phase)
    if phase == 'looking':
        return 'reading %d of %d %s' % (done, total, what)
    return '%s %d of %d %s' % (words(phase), done, total, what)


@dataclasses.dataclass
class _Phase:
    """A part of the run.

    :param name: what the log calls it
    :param what: what there are several of, e.g. 'images'
    :param total: how many there are
    :param done: how many of them are done
    """

    name: str
    what: str = ''
    total: int = 0
    done: int = 0


class _Teller:
    """Tells of the phases of this process."""

    def __init__(self):
        self._phases = []
        self._lock = threading.Lock()
        self._last = 0
        self._began = time.monotonic()

    @contextlib.contextmanager
    def phase(self, name, what='', total=0):
        with self._lock:
            self._phases.append(_Phase(name, what, total))
            self._write(always=True)
        try:
            yield
        finally:
            with self._lock:
                self._phases.pop()

    def step(self, what):
        with self._lock:
            phase = next((each for each in reversed(self._phases)
                          if each.what == what), None)
            if phase:
                # A cloud may turn out to take more than was foreseen.
                phase.done = min(phase.done + 1, phase.total)
                self._write(always=False)

    def _write(self, always):
        phase, now = self._phases[-1], time.monotonic()
        path = os.environ.get(VARIABLE)
        always = always or path and phase.done == phase.total
        if not always and now - self._last < (_OFTEN if path else _SELDOM):
            return
        self._last = now
        if path:
            self._append(path, {'phase': phase.name, 'what': phase.what,
                                'done': phase.done, 'total': phase.total})
            return
        self._print('glance-ossn-tests: %d s: %s\n' % (
            now - self._began,
            tell(phase.name, phase.what, phase.done, phase.total)))

    def note(self, **facts):
        path = os.environ.get(VARIABLE)
        if path:
            with self._lock:
                self._append(path, facts)

    @staticmethod
    def _append(path, facts):
        # Who cannot tell goes on: this is not what the run is for.
        with contextlib.suppress(OSError):
            with open(path, 'a') as file:
                file.write(json.dumps({'worker': os.getpid(), **facts}) +
                           '\n')

    @staticmethod
    def _print(line):
        # Not sys.stderr, which Tempest captures for the result of a test.
        with contextlib.suppress(OSError, ValueError, AttributeError):
            sys.__stderr__.write(line)
            sys.__stderr__.flush()


_TELLER = _Teller()


def phase(name, what='', total=0):
    """Tell that a part of the run begins.

    :param name: what the log calls it
    :param what: what there are several of, e.g. 'images'
    :param total: how many there are, 0 if that is not known
    :returns: context manager
    """
    return _TELLER.phase(name, what, total)


def step(what):
    """Tell that one more is done in the present phase.

    :param what: what there are several of; others do not count
    """
    _TELLER.step(what)


def note(**facts):
    """Tell whoever started the run what it made, to be removed if it breaks.

    :param facts: e.g. the id of a run, or of a project
    """
    _TELLER.note(**facts)
