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

"""Marks of runs in a workspace: what began there and did not come to its end.

A worker whose tests are killed can say nothing any more, and Tempest's record
of the run may not even show that there was one. So each worker marks, in the
folder of that record, what it begins, holds the lock of its mark as long as
it lives, and takes the mark away in the end.
"""

import dataclasses
import datetime
import fcntl
import json
import os
import pathlib
import time

# Where stestr records runs, in the folder that it is called in.
FOLDER = '.stestr'
_PREFIX = 'glance-ossn-'


def moment(seconds):
    """Tell a time as text with the offset.

    :param seconds: since the epoch
    """
    return datetime.datetime.fromtimestamp(
        seconds, datetime.timezone.utc).isoformat(timespec='seconds')


def now():
    """Return the time, as text with the offset."""
    return moment(time.time())


@dataclasses.dataclass
class Begun:
    """What a test class began.

    :param run: the id of its run, which its images bear; None before that
    :param projects: ids of the projects that it made
    :param left: what stays of an interrupted one, list of texts; None if
        that is not known
    :param ended: whether its tear-down ran
    :param why: what stopped its set-up, None if nothing did
    """

    run: str | None = None
    projects: list = dataclasses.field(default_factory=list)
    left: list | None = None
    ended: bool = False
    why: str | None = None


@dataclasses.dataclass
class Mark:
    """What a worker began.

    :param path: of its file
    :param start: when, as text
    :param group: id of its group of processes: that of its run
    :param selected: the tests that it was asked for, 'Class.method' each;
        None if that is not known
    :param alive: whether it still runs
    :param classes: dict of the names of test classes to :class:`Begun`
    """

    path: pathlib.Path
    start: str = ''
    group: int = 0
    selected: list | None = None
    alive: bool = False
    classes: dict = dataclasses.field(default_factory=dict)

    @property
    def open(self):
        """The classes of which nobody knows what they left: name to run."""
        return {name: begun.run for name, begun in self.classes.items()
                if not begun.ended and begun.left is None}

    def remove(self):
        """Forget it."""
        self.path.unlink(missing_ok=True)


def _alive(stream):
    try:
        fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def _read(path):
    mark = Mark(path)
    with open(path, encoding='utf-8', errors='replace') as stream:
        mark.alive = _alive(stream)
        for line in stream:
            try:
                said = json.loads(line)
                name = said.pop('class', None)
                if name:
                    vars(mark.classes.setdefault(name, Begun())).update(said)
                else:
                    vars(mark).update(said)
            except (ValueError, TypeError, AttributeError):
                # What it wrote last when it was killed.
                continue
    return mark


def read(folder='.'):
    """Read the marks of a workspace.

    :param folder: path of the workspace
    :returns: list of :class:`Mark`, the oldest first
    """
    found = []
    for path in pathlib.Path(folder, FOLDER).glob(_PREFIX + '*'):
        try:
            found.append(_read(path))
        except OSError:
            # Its worker came to its end meanwhile.
            continue
    return sorted(found, key=lambda mark: mark.start)


class Marker:
    """Marks what this process begins.

    :param selected: the tests that it was asked for; None if not known
    :param folder: path of the workspace; where nothing is recorded, nothing
        is marked
    """

    def __init__(self, selected=None, folder='.'):
        self._stream = None
        self.start = now()
        self._names = set()
        place = pathlib.Path(folder, FOLDER)
        if not place.is_dir():
            return
        for mark in read(folder):
            # Of them nobody need be told any more.
            if not (mark.alive or mark.open):
                mark.remove()
        self.path = place / ('%s%d' % (_PREFIX, os.getpid()))
        try:
            self._stream = open(self.path, 'a', encoding='utf-8')
            fcntl.flock(self._stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._stream = None
            return
        self._write(start=self.start, group=os.getpgrp(), selected=selected)

    def _write(self, **said):
        if self._stream and not self._stream.closed:
            # One write a line: a kill cuts off the last one at most.
            self._stream.write(json.dumps(said) + '\n')
            self._stream.flush()

    def note(self, name, **said):
        """Note something of a test class.

        :param name: of the class
        :param said: fields of :class:`Begun`
        """
        if said.get('ended'):
            self._names.discard(name)
        else:
            self._names.add(name)
        self._write(**{'class': name}, **said)

    def close(self):
        """Take the mark away, unless something did not come to its end."""
        if self._stream and not self._names:
            self.path.unlink(missing_ok=True)
        if self._stream:
            self._stream.close()

    def siblings(self, folder='.'):
        """Read the marks of the workers of the same run, and its own.

        :param folder: path of the workspace
        :returns: list of :class:`Mark`
        """
        if not self._stream:
            return []
        began = datetime.datetime.fromisoformat(self.start)
        # Those that were killed are among them, of former runs none.
        return [mark for mark in read(folder)
                if mark.group == os.getpgrp() and mark.start and abs(
                    datetime.datetime.fromisoformat(mark.start) -
                    began) < datetime.timedelta(minutes=1)]
