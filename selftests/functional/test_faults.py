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

"""Faults seeded into a real Glance: which claim catches each of them.

"python -m selftests.functional.test_faults [FAULT...]" prints the
table; the tests take a sample of it. Besides those that somebody thought of,
"--drawn 100" tries a hundred that are drawn by lot.
"""

import argparse
import collections
import concurrent.futures
import configparser
import csv
import io
import multiprocessing
import os
import pathlib
import subprocess
import sys

import yaml

from benchmarks import clouds
from glance_ossn_tests.sharing import listings
from ossn_sandbox import environments
from ossn_sandbox import errors
from ossn_sandbox import faults
from ossn_sandbox import processes
from ossn_sandbox import releases
from selftests.functional import base
from selftests.functional import test_notes

# What is exposed without any fault, so that it tells nothing of one.
EXPOSED = {'pike': {'v1-unreachable', 'v1-share-v1-list', 'v2-share-v1-list',
                    'revived-consent', 'latent-share', 'third-project',
                    'client-v1', 'unscoped-list', 'given-away',
                    'accepted-content', *(
                        name for name, verdict in test_notes.PIKE.items()
                        if verdict == test_notes.EXPOSED)}}
# What of these only a fault exposes: words of the request that shows it.
BEYOND = {'metadefs-closed': 'private namespace'}
# Of the newest: the histories that are.
ALWAYS = {'given-away': {
    'owner added by v2.1', 'owner added among other changes',
    'community, then owner added', 'its own member, then owner added'},
    'accepted-content': {
        'accepted, then replaced by v2.0', 'accepted, then replaced by v2.1',
        'accepted, deactivated by an admin, then replaced'}}
# What a run says that stops as one of the parties sees too much.
PREMISE = 'which nobody ever shared with it'
# Apply each fault in a process with the Glance that it changes, which is
# imported once; prints what does not apply.
APPLY = '''
import os
import sys
import traceback
sys.path[0] = sys.argv[1]
import compat
compat.apply()
import main
import glance.api.v2.router
import glance.db.sqlalchemy.api
faults = main.load("faults")
for name in sys.argv[2:]:
    child = os.fork()
    if not child:
        try:
            faults.find(name).apply()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        print(name)
'''


# What came of each fault so far, and what the documentation counts of it.
RESULTS = pathlib.Path(__file__).with_name('faults.yaml')
TABLE = pathlib.Path(__file__).parents[2] / 'doc' / 'source' / 'faults.csv'

# All of the class, and what is run where little time is.
WHOLE, CORE = 'ossn.*ImageSharingTest', 'ossn.*ImageSharingTest.*smoke'


def release(fault):
    """Tell which release a fault is for.

    :param fault: :class:`ossn_sandbox.faults._seed.Fault`
    :returns: the release's name
    """
    return fault.release or releases.NEWEST


def _deepen(config, depth):
    """Let a tempest.conf ask for sequences of a length.

    :param config: its path
    :param depth: how many acts
    """
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read(config)
    if not parser.has_section('glance_ossn'):
        parser.add_section('glance_ossn')
    parser.set('glance_ossn', 'depth', str(depth))
    with config.open('w') as stream:
        parser.write(stream)


def seed(box, fault, depth=None, regex=WHOLE, catalogue=0):
    """Run the suite on a cloud with a fault.

    :param box: :class:`ossn_sandbox.cloud.Sandbox`
    :param fault: :class:`ossn_sandbox.faults._seed.Fault`
    :param depth: how many acts in a row are tried, None for the default
    :param regex: which of its tests
    :param catalogue: how many public images of others there are
    :returns: :class:`selftests.functional.base.Outcome`
    :raises ossn_sandbox.errors.SandboxError: when the cloud
        does not come up
    """
    a_cloud = box.up('%s~%s' % (release(fault), fault.name))
    try:
        if depth is not None:
            _deepen(a_cloud.config, depth)
        if catalogue:
            clouds.seed(a_cloud.database, catalogue)
        return base.run_tempest(a_cloud.workspace, a_cloud.config,
                                '--regex', regex, walks=True)
    finally:
        box.stop(a_cloud.name)


def judge(fault, outcome):
    """Tell which claims caught a fault.

    :param fault: :class:`ossn_sandbox.faults._seed.Fault`
    :param outcome: :class:`selftests.functional.base.Outcome`
    :returns: list of their names
    """
    caught = {name for name, detail in outcome.claims.items()
              if detail['verdict'] == 'EXPOSED'}
    if not fault.hides:
        caught -= {name for name in caught & EXPOSED.get(
            release(fault), set()) if name not in BEYOND or not any(
                BEYOND[name] in cell.get('request', '')
                for cell in outcome.cells(name, verdict='EXPOSED'))}
    if release(fault) == releases.NEWEST:
        caught -= {name for name in caught & set(ALWAYS)
                   if {cell['history'] for cell in outcome.cells(
                       name, verdict='EXPOSED')} <= ALWAYS[name]}
    if PREMISE in outcome.output:
        # Not a verdict, but the run says that it could trust none.
        caught.add('the premise')
    return sorted(caught)


def describe(fault, outcome):
    """Tell what came of a fault that no claim caught.

    :param fault: :class:`ossn_sandbox.faults._seed.Fault`
    :param outcome: :class:`selftests.functional.base.Outcome`
    :returns: text
    """
    unsure = sorted(name for name, detail in outcome.claims.items()
                    if detail['verdict'] == 'NOT TESTED')
    if not outcome.claims:
        return 'MISSED, nothing was judged: %s' % next(
            (line.strip() for line in outcome.output.splitlines()
             if 'SetUpFailed: ' in line), outcome.output[-200:])
    return 'MISSED' + (', not tested: ' + ', '.join(unsure) if unsure else '')


class TestSample(base.CloudTest):

    def sees(self, name, claims, depth):
        fault = faults.find(name)
        outcome = seed(self.box, fault, depth)
        self.assertLessEqual(claims, set(judge(fault, outcome)),
                             outcome.output)

    def test_one_look_shows_it(self):
        self.sees('list-by-format-forgets-status', {'v2-share-v2-list'}, 0)

    @base.extended
    def test_a_sequence_shows_it(self):
        self.sees('owner-answers-after-rejection', {'consent'}, 2)


class TestAll(base.CloudTest):

    def test_each_applies_to_its_release(self):
        there = environments.Environments(
            pathlib.Path(base.ENVIRONMENTS), print)
        for name in {release(fault) for fault in faults.FAULTS.values()}:
            wanted = [each for each, fault in faults.FAULTS.items()
                      if release(fault) == name]
            if name == releases.NEWEST:
                wanted += ['drawn-%d' % number for number in range(1, 101)]
            glance = releases.get(name)
            there.ensure(glance)
            done = subprocess.run(
                [there.python(glance), '-E', '-c', APPLY,
                 processes.GUEST.parent, *wanted],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            self.assertEqual((0, ''), (done.returncode, done.stdout),
                             done.stderr)


def choose(names=(), axes=()):
    """Choose faults.

    :param names: names of faults
    :param axes: names of axes, all of whose faults are chosen, too
    :returns: list of their names; of all where nothing is named
    """
    return sorted(name for name, fault in faults.FAULTS.items()
                  if not fault.needs and (fault.axis in axes or not (
                      names or axes or fault.mends))) + [
        name for name in names if faults.find(name).axis not in axes]


def _part():
    """Give this process a sandbox of its own, as one folder is for one."""
    os.environ.pop('OSSN_SANDBOX_DIR', None)


def _try(name, depths, regex, catalogue=0):
    """Run the suite on a cloud with a fault, in a process of its own.

    :param name: of the fault
    :param depths: how many acts in a row are tried, None for the default;
        each further one where the former ones did not catch it, as a greater
        depth tries all that a smaller one does
    :param regex: as of :func:`seed`
    :param catalogue: as of :func:`seed`
    :returns: the name, at which of the depths it was caught, as an index, or
        None, and what to print
    """
    fault = faults.find(name)
    for number, depth in enumerate(depths):
        try:
            outcome = seed(base.sandbox(), fault, depth, regex, catalogue)
        except errors.SandboxError as error:
            return name, None, 'BROKEN: %s' % error
        caught = judge(fault, outcome)
        if caught:
            return name, number, ', '.join(caught)
    return name, None, describe(fault, outcome)


def summary(results, depths=(None,)):
    """Count by axis what was caught.

    :param results: dict of fault to the first of the depths at which it was
        caught, as an index, or None
    :param depths: the depths, None for the default
    :returns: lines of text
    """
    axes = collections.defaultdict(list)
    for name in results:
        axes[faults.find(name).axis].append(name)
    axes = dict(sorted(axes.items()), all=list(results))
    titles = ['caught' if depth is None else 'depth %d' % depth
              for depth in depths]
    lines = [' '.join(['%-12s %6s' % ('axis', 'faults'), *(
        '%7s' % title for title in titles), ' missed'])]
    for axis, names in axes.items():
        missed = [name for name in names if results[name] is None]
        counts = [sum(results[name] is not None and results[name] <= number
                      for name in names) for number in range(len(depths))]
        lines.append(' '.join(['%-12s %6d' % (axis, len(names)), *(
            '%7d' % count for count in counts), '', (
                '' if axis == 'all' else ', '.join(sorted(missed)))]).rstrip())
    return lines


def table(found):
    """Count what the documentation shows of what came of faults.

    :param found: dict of fault to a dict with its depth, None if it was
        missed; see :data:`RESULTS`
    :returns: CSV
    """
    axes = {}
    for name in choose():
        axes.setdefault(faults.FAULTS[name].axis, []).append(name)
    rows = [('Axis', 'Faults', 'Tried', 'Caught', 'Of these at depth 0',
             'Missed')]
    for axis, names in [*sorted(axes.items()),
                        ('all', [name for some in axes.values()
                                 for name in some])]:
        tried = [name for name in names if name in found]
        depths = [found[name]['depth'] for name in tried]
        rows.append((
            axis, len(names), len(tried), len(depths) - depths.count(None),
            depths.count(0), ', '.join(
                name for name, depth in zip(tried, depths, strict=True)
                if depth is None) if axis != 'all' else depths.count(None)))
    out = io.StringIO()
    csv.writer(out, lineterminator='\n').writerows(rows)
    return out.getvalue()


def _known():
    return yaml.safe_load(RESULTS.read_text()) if RESULTS.exists() else {}


def keep(name, depth, claims, catalogue=0):
    """Add what came of a fault to what is known, and count it.

    :param name: the fault's
    :param depth: the least depth tried at which it was caught, None if it
        was at none
    :param claims: names of the claims that caught it
    :param catalogue: how many public images of others there were
    """
    found = _known()
    found[name] = {'depth': depth, 'claims': claims}
    if catalogue:
        found[name]['catalogue'] = catalogue
    RESULTS.write_text(yaml.safe_dump(found, width=79))
    TABLE.write_text(table(found))


def main(arguments=None):
    """Print which claim catches which fault.

    :param arguments: the command line, by default the process's
    :returns: how many were missed
    """
    known = sorted({fault.axis for fault in faults.FAULTS.values()})
    parser = argparse.ArgumentParser(
        prog='tox -e lab -- faults', description='Print which claim catches '
        'which seeded fault, and how many are caught along each axis.')
    parser.add_argument('names', nargs='*', metavar='FAULT',
                        help='names of faults, by default all')
    parser.add_argument('--axis', action='append', default=[], choices=known,
                        help='all faults of an axis; can be repeated')
    parser.add_argument('--drawn', type=int, default=0, metavar='N',
                        help='also the first N that are drawn by lot')
    parser.add_argument('--processes', type=int, default=1, metavar='N',
                        help='how many clouds at a time, by default one')
    parser.add_argument('--depth', type=int, action='append', metavar='N',
                        help='how many acts in a row are tried, by default '
                        "as many as the suite's own default; repeated, a "
                        'further one is for what is not caught before')
    parser.add_argument('--core', action='store_const', const=CORE,
                        default=WHOLE, dest='regex',
                        help='with the smoke tests alone')
    parser.add_argument('--catalogue', type=int, default=0, metavar='N',
                        help='how many public images of others there are; '
                        'with more than %d, lists are asked in another way'
                        % listings.LARGE)
    parser.add_argument('--keep', action='store_true',
                        help='add what is found to %s, of which the '
                        'documentation has a table' % RESULTS.name)
    parser.add_argument('--untried', action='store_true',
                        help='only those that are not in that file')
    parser.add_argument('--list', action='store_true',
                        help='print which faults there are, run nothing')
    options = parser.parse_args(arguments)
    options.names += ['drawn-%d' % number for number in range(
        1, options.drawn + 1)]
    for name in options.names:
        if not faults.find(name):
            parser.error('no fault %s' % name)
    if options.keep and (options.regex != WHOLE or not options.depth):
        parser.error('--keep is for all tests, not --core, and needs --depth')
    names, results = choose(options.names, options.axis), {}
    if options.untried:
        known = _known()
        names = [name for name in names if name not in known]
    depths = options.depth or [None]
    if options.list:
        for name in names:
            fault = faults.find(name)
            print('%-12s %-44s %-10s %s' % (
                fault.axis, name, release(fault),
                fault.text.splitlines()[0]))
        return 0
    # A process has a sandbox of its own, with a Keystone; both end with it.
    with concurrent.futures.ProcessPoolExecutor(
            options.processes,
            mp_context=multiprocessing.get_context('spawn'),
            initializer=_part if options.processes > 1 else None) as pool:
        for done in concurrent.futures.as_completed(
                pool.submit(_try, name, depths, options.regex,
                            options.catalogue)
                for name in names):
            name, caught, what = done.result()
            results[name] = caught
            # What does not come up tells nothing of the fault.
            if (options.keep and not what.startswith('BROKEN') and
                    faults.find(name).axis != 'drawn'):
                keep(name, None if caught is None else depths[caught],
                     [] if caught is None else what.split(', '),
                     options.catalogue)
            print('%-12s %-44s %-10s %s' % (
                faults.find(name).axis, name,
                release(faults.find(name)), what), flush=True)
            if faults.find(name).axis == 'drawn':
                print(' ' * 12, faults.find(name).text, flush=True)
    print(*summary(results, depths), sep='\n')
    return sum(caught is None for caught in results.values())


if __name__ == '__main__':
    sys.exit(min(main(), 1))
