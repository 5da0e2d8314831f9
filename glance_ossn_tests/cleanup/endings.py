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

"""How a test class comes to its end, or is brought to it.

Whatever way a run goes, what it made goes with it, and what it says of that
is known: its tear-down is told in the stream, an interruption removes what
was made, and a kill leaves a mark, :mod:`glance_ossn_tests.report.marks`.
"""

import atexit
import functools
import signal
import sys
import threading

import subunit

from glance_ossn_tests.report import failure
from glance_ossn_tests.report import marks

# What a tear-down is called in the stream, as unittest calls one that fails.
TEAR_DOWN = 'tearDownClass (%s.%s)'


@functools.lru_cache
def asked():
    """Tell which tests of ours this process was asked for.

    :returns: sorted list of 'Class.method'; None where it was asked for
        whatever there is
    """
    arguments = sys.argv
    if '--load-list' not in arguments[:-1]:
        return None
    with open(arguments[arguments.index('--load-list') + 1]) as file:
        ids = [line.partition('[')[0].strip() for line in file]
    return sorted('.'.join(each.split('.')[-2:]) for each in ids
                  if each.startswith('glance_ossn_tests.'))


@functools.lru_cache
def _marker():
    """Mark that this process begins, and have it come to its end."""
    marker = marks.Marker(asked())
    atexit.register(marker.close)
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is signal.SIG_DFL:
                # As Ctrl-C: what was made is not to stay.
                signal.signal(number, signal.default_int_handler)
    return marker


def worker():
    """Mark that a worker began, if this process is one."""
    if asked():
        _marker()


def selected():
    """Tell what the run was asked for, whichever worker does it.

    :returns: dict to be added to what is told of a run; empty where it was
        asked for whatever there is
    """
    if asked() is None:
        return {}
    return {'selected': sorted({
        *asked(), *(name for mark in _marker().siblings()
                    for name in mark.selected or ())})}


def once(name, text):
    """Say what stops a class, unless another of this run has said the same.

    :param name: of the class
    :param text: what stops it, and what it leaves behind
    :returns: text
    """
    why, marker = failure.strip_left(text), _marker()
    for mark in marker.siblings():
        for other, begun in mark.classes.items():
            if begun.why == why and other != name:
                return failure.refer(other, text)
    marker.note(name, why=why, ended=True)
    return text


def _tells():
    """Tell whether this process writes a stream for stestr."""
    return sys.argv[0].replace('\\', '/').endswith(
        'stestr/subunit_runner/run.py')


class Ending:
    """Brings a test class to its end.

    :param case: the class
    """

    # Whether the stream will say that the tear-down ran.
    tells = property(lambda self: _tells())

    def __init__(self, case):
        self.case = case
        self.name = case.__name__
        self.note()
        atexit.register(self.exit)

    def note(self, **said):
        """Mark something.

        :param said: fields of :class:`glance_ossn_tests.report.marks.Begun`
        """
        _marker().note(self.name, **said)

    def forget(self):
        """Mark that what came of the class is told elsewhere."""
        atexit.unregister(self.exit)
        self.note(ended=True)

    def tell(self):
        """Say in the stream that all that was made is gone.

        unittest says so of a tear-down only if it fails: silence would say
        the same as a kill.
        """
        self.forget()
        if _tells():
            subunit.StreamResultToBytes(sys.stdout).status(
                test_id=TEAR_DOWN % (self.case.__module__, self.name),
                test_status='success')

    def exit(self):
        """Do so when the process ends before its class."""
        if getattr(self.case, 'created', None):
            # No thread can be begun any more.
            self.case.created.workers = 1
        self.interrupt()

    def interrupt(self):
        """Remove what an interrupted class made, and say so."""
        atexit.unregister(self.exit)
        self.case.ending = None
        self._say('interrupted; what it made is being removed. To interrupt '
                  'again leaves the rest to "tempest ossn cleanup".')
        left = self.case.clean_up()
        self.note(left=left)
        self._say('left behind: %s.' % ('; '.join(left) or 'nothing'))

    def _say(self, text):
        print('%s: %s' % (self.name, text), file=sys.stderr, flush=True)
