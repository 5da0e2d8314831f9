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


"""What a command shows while it works: alive on a terminal, lines elsewhere.

Never silent for more than two seconds on a terminal; in a pipe a line for
each phase, and one every ten seconds.
"""

import contextlib
import sys
import threading
import time

from rich import console as consoles
from rich import progress

# Seconds between lines where nothing can be drawn over.
_SELDOM = 10


def clock(seconds):
    """Write a time as people do.

    :param seconds: how many
    :returns: text, e.g. '1:05'
    """
    return '%d:%02d' % divmod(max(int(seconds), 0), 60)


class _Remaining(progress.ProgressColumn):
    """What is left to wait, as far as one can tell."""

    def render(self, task):
        left = task.fields.get('left')
        return '' if left is None else 'about %s left' % clock(left)


class _Count(progress.ProgressColumn):
    """A bar, where something is counted."""

    def __init__(self):
        super().__init__()
        self._bar = progress.BarColumn(20)

    def render(self, task):
        return '' if task.total is None else self._bar.render(task)


class Live:
    """Shows what is under way.

    :param stream: text stream, by default the standard error
    :ivar began: when, by :func:`time.monotonic`
    """

    def __init__(self, stream=None):
        self.stream = sys.stderr if stream is None else stream
        self.began = time.monotonic()
        self.console = consoles.Console(
            file=self.stream, markup=False, highlight=False, emoji=False,
            legacy_windows=False)
        self._shown = self._task = None
        self._text, self._left, self._phase = '', None, None
        self._last = self.began
        self._over = threading.Event()
        self._lock = threading.Lock()

    def __enter__(self):
        if self.console.is_terminal:
            self._shown = progress.Progress(
                progress.SpinnerColumn('line'),
                progress.TextColumn('{task.description}', markup=False),
                _Count(), progress.TimeElapsedColumn(), _Remaining(),
                console=self.console, transient=True, refresh_per_second=4)
            self._task = self._shown.add_task('', total=None, left=None)
            self._shown.start()
        else:
            threading.Thread(target=self._remind, daemon=True).start()
        return self

    def __exit__(self, *args):
        self._over.set()
        if self._shown:
            self._shown.stop()

    @property
    def elapsed(self):
        """Seconds since it began."""
        return time.monotonic() - self.began

    def tell(self, text, phase=None, done=0, total=0, left=None):
        """Show what is under way.

        :param text: what
        :param phase: the phase that it is part of, by default one of its own
        :param done: how many of several are done
        :param total: how many there are, 0 if that is not known
        :param left: seconds that remain, None if that is not known
        """
        phase = text if phase is None else phase
        with self._lock:
            self._text, self._left = text, left
            if self._shown:
                if phase != self._phase:
                    # What is done stays to be read.
                    self._shown.reset(self._task, start=False)
                    self._shown.tasks[0].start_time = (
                        self._shown.get_time() - self.elapsed)
                self._shown.update(self._task, description=text,
                                   completed=done, total=total or None,
                                   left=left)
            elif phase != self._phase:
                self._line()
            self._phase = phase

    def say(self, text):
        """Show a line that stays.

        :param text: what
        """
        if self._shown:
            self._shown.console.print(text, soft_wrap=True)
        else:
            self._write(text)

    def _remind(self):
        while not self._over.wait(.5):
            with self._lock:
                if time.monotonic() - self._last >= _SELDOM:
                    self._line()

    def _line(self):
        self._write('%s %s%s' % (
            clock(self.elapsed), self._text, '' if self._left is None else
            ', about %s left' % clock(self._left)))

    def _write(self, text):
        self._last = time.monotonic()
        # Who no longer reads along does not end the run.
        with contextlib.suppress(OSError, ValueError):
            self.stream.write(text + '\n')
            self.stream.flush()
