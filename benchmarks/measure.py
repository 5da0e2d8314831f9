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

"""Run a command, and take what it costs it and the servers."""

import dataclasses
import datetime
import json
import os
import pathlib
import platform
import re
import signal
import statistics
import subprocess
import sys
import tempfile

from selftests.functional import meter

_RUNNER = pathlib.Path(__file__).with_name('runner.py')
_TICKS = os.sysconf('SC_CLK_TCK')

# What the log of a run says of where it is; its phases say it as they end.
_LINE = re.compile(r'(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) (.*)')
_BEGUN = 'Using tempest config file'
_REQUEST = re.compile(
    r'Request \(ImageSharingTest:setUpClass\): \d+ \w+ (\S+)')
PHASES = ('process start', 'credentials', 'discovery', 'sharing', 'looking',
          'judging', 'cleanup', 'the rest')


class Broken(Exception):
    """What was to be measured did not do what it is measured for."""


@dataclasses.dataclass(frozen=True)
class Account:
    """What a service says of the requests of a run.

    :ivar requests: how many there were
    :ivar wall: the sum of the seconds from each one's coming to its answer
    :ivar cpu: the sum of the seconds that the processor was at them
    """

    requests: int = 0
    wall: float = 0.0
    cpu: float = 0.0


def account(text):
    """Read the lines that a service wrote during a run.

    :param text: the lines, see
        :func:`ossn_sandbox.guest.serve.accounting`
    :returns: :class:`Account`
    """
    rows = [line.split('\t') for line in text.splitlines()]
    return Account(len(rows), sum(float(row[1]) for row in rows),
                   sum(float(row[2]) for row in rows))


def processor_seconds(stat):
    """Read the processor time of a process and its threads.

    :param stat: text of /proc/PID/stat
    :returns: seconds
    """
    # Behind the command's name, which may have blanks in it.
    fields = stat.rpartition(')')[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _busy(pids):
    return sum(processor_seconds(
        pathlib.Path('/proc/%d/stat' % pid).read_text()) for pid in pids)


def run(words, folder, requests, pids):
    """Run a command to its end.

    :param words: the command line
    :param folder: where it runs
    :param requests: dict of a service's role to the path of its account
    :param pids: ids of the services' processes
    :returns: dict of began (seconds since the epoch), status, wall, client
        and servers (seconds of processor time), memory (MiB of the largest
        process), requests and served (seconds of processor time of the
        requests alone) by role, and output
    """
    sizes = {role: meter.size(path) for role, path in requests.items()}
    worked = _busy(pids)
    with tempfile.NamedTemporaryFile('r') as told:
        child = subprocess.Popen(
            [sys.executable, '-I', '-S', str(_RUNNER), told.name, *words],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, process_group=0)
        try:
            output = child.communicate()[0]
        except BaseException:
            # Its workers, too.
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            raise
        taken = json.load(told)
    accounts = {role: account(meter.appended(path, sizes[role]))
                for role, path in requests.items()}
    return {
        **taken, 'servers': _busy(pids) - worked,
        'requests': {role: each.requests for role, each in accounts.items()},
        'served': {role: each.cpu for role, each in accounts.items()},
        'output': output}


def phases(log, began, wall, keystone):
    """Tell from the log of a run where its time went.

    :param log: text of tempest.log, of this run alone
    :param began: when the command was started, seconds since the epoch
    :param wall: how long it took, in seconds
    :param keystone: beginning of the URL that the Identity service has
    :returns: dict of each of :data:`PHASES` to its seconds
    :raises Broken: if the log lacks one
    """
    ends, looks = {}, False
    for line in log.splitlines():
        found = _LINE.match(line)
        if not found:
            continue
        when = datetime.datetime.fromisoformat(found[1]).timestamp() - began
        if _BEGUN in found[2] and 'credentials' not in ends:
            # The process of the tests, not that which lists them before.
            ends['process start'] = when
        phase = meter.PHASE.search(found[2])
        if phase:
            ends.setdefault(phase[1], when)
        request = _REQUEST.search(found[2])
        if request and not looks:
            looks = not request[1].startswith(keystone)
            if not looks:
                ends['credentials'] = when
    ends['the rest'] = wall
    missing = [name for name in PHASES if name not in ends]
    if missing:
        raise Broken('The log of the run does not tell the end of: %s. Is '
                     'the level of [DEFAULT] log_level INFO, and did the '
                     'run end well?' % ', '.join(missing))
    spent, before = {}, 0.0
    for name in PHASES:
        spent[name] = ends[name] - before
        before = ends[name]
    return spent


def spread(values):
    """The middle of some values, the least and the most.

    :param values: list of numbers
    :returns: (median, least, most)
    """
    return statistics.median(values), min(values), max(values)


def ratios(ours, theirs):
    """Compare what was measured in pairs, one after the other.

    :param ours: list of numbers
    :param theirs: list of as many, of the same rounds
    :returns: (median, least, most) of the ratios of the pairs
    """
    return spread([one / other for one, other in
                   zip(ours, theirs, strict=True)])


def machine():
    """Describe the machine, without a name or a path of it.

    :returns: dict
    """
    model = re.search(r'model name\s*: (.*)', pathlib.Path(
        '/proc/cpuinfo').read_text())
    try:
        system = platform.freedesktop_os_release()['PRETTY_NAME']
    except OSError:
        system = platform.system()
    return {'processor': model[1].strip() if model else platform.machine(),
            'cores': len(os.sched_getaffinity(0)),
            'memory_gib': round(os.sysconf('SC_PAGE_SIZE') * os.sysconf(
                'SC_PHYS_PAGES') / 2 ** 30, 1),
            'system': system, 'kernel': platform.release().split('-')[0],
            'python': platform.python_version()}
