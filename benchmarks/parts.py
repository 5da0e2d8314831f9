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

"""The parts of the benchmark: each measures, and returns what JSON holds."""

import importlib.resources
import importlib.util
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import requests
from stestr.repository import file as repository

from benchmarks import clouds
from benchmarks import measure
from glance_ossn_tests.report import record
from ossn_sandbox import cloud
from ossn_sandbox import environments
from ossn_sandbox import faults
from ossn_sandbox import processes
from ossn_sandbox import releases
from ossn_sandbox import settings
from selftests.functional import base
from selftests.functional import servers
from selftests.functional import test_faults

OURS = 'ossn'
CORE = 'ossn.*smoke'
THEIRS = 'tempest.api.image.v2.test_images_member'
# The best there is for Glance: all of Tempest's own tests of images, and
# those of glance-tempest-plugin, some of which ask for what is not there.
PEERS = r'^(tempest\.api\.image|glance_tempest_plugin)\.'
# How often Tempest's eight tests say that an image is, or is not, in a list
# (share_accept 2, share_reject 2, get_member 1, remove_member 2,
# cannot_accept 2): what a pair is for the suite, too.
THEIR_CELLS = 9
CONCURRENCIES = (1, 2, 4)
API_WORKERS = (1, 2, 4)

_JUDGED = ('SAFE', 'EXPOSED', 'WAIVED')
# A test that failed, as stestr tells it while it runs.
_FAILED = re.compile(r'^\{\d+\} (\S+) .*FAILED$', re.M)
_POLL_SECONDS = 0.01
_DEADLINE_SECONDS = 120


class Bench:
    """A sandbox, and the clouds in it.

    :param folder: an empty folder for all of it
    :param tell: called with a text at each step worth showing
    :param rounds: how often to measure, None for each part's default
    """

    def __init__(self, folder, tell, rounds=None):
        self.folder = pathlib.Path(folder)
        self.tell = tell
        self.rounds = rounds
        self.folder.mkdir(exist_ok=True)
        self.box = cloud.Sandbox(self.folder / 'clouds', tell=tell, tied=True)
        self._warm = []

    def up(self, release=None):
        """A cloud, running, and used once.

        :param release: :class:`ossn_sandbox.releases.Release`
        :returns: :class:`ossn_sandbox.cloud.Cloud`
        """
        a_cloud = self.box.start([release or releases.get(clouds.RELEASE)])[0]
        pids = self._pids(a_cloud)
        if pids not in self._warm:
            self.tell('Warming up')
            self.tempest(a_cloud, THEIRS)
            self.ours(a_cloud)
            self._warm.append(pids)
        return a_cloud

    def _pids(self, a_cloud):
        return [service.pid for service in self.box.status()
                if service.pid and service.cloud in ('keystone',
                                                     a_cloud.name)]

    def tempest(self, a_cloud, regex, config=None, concurrency=1,
                may_fail=False):
        """Run tests of Tempest, all of which must pass.

        :param a_cloud: :class:`ossn_sandbox.cloud.Cloud`
        :param regex: which
        :param config: path of tempest.conf, by default that with an admin
        :param concurrency: number of workers
        :param may_fail: whether tests may fail, as those of peers always may
        :returns: dict of :func:`benchmarks.measure.run`
        :raises Broken: if one does not pass that has to
        """
        folder = a_cloud.workspace
        if regex in (THEIRS, PEERS):
            folder = self.folder / 'theirs'
            folder.mkdir(exist_ok=True)
            home = importlib.resources.files('tempest')
            (folder / '.stestr.conf').write_text(settings.render({
                'DEFAULT': {**settings.stestr()['DEFAULT'],
                            'test_path': str(home / 'test_discover'),
                            'top_dir': str(home.parent)}}))
        # A run does not read, nor write behind, what former ones left.
        shutil.rmtree(folder / '.stestr', ignore_errors=True)
        repository.RepositoryFactory().initialise(str(folder))
        self.log(a_cloud).unlink(missing_ok=True)
        found = measure.run(
            [_command('tempest'), 'run', '--config-file',
             str(config or a_cloud.config), '--regex', regex,
             '--concurrency', str(concurrency)],
            folder, a_cloud.requests, self._pids(a_cloud))
        if found['status'] and regex != PEERS and not may_fail:
            raise measure.Broken('Tests failed on a cloud on which all must '
                                 'pass:\n%s' % found['output'][-2000:])
        return found

    def ours(self, a_cloud, regex=OURS, **how):
        """Run the suite.

        :param a_cloud: :class:`ossn_sandbox.cloud.Cloud`
        :param regex: which of its tests
        :param how: further arguments of :meth:`tempest`
        :returns: its dict, with cells, the number of pairs judged
        """
        found = self.tempest(a_cloud, regex, **how)
        found['cells'] = judged(record.read(_stream(a_cloud)))
        return found

    @staticmethod
    def log(a_cloud):
        """The path of the log of runs on a cloud."""
        return a_cloud.workspace / 'logs' / 'tempest.log'


def _command(name):
    return str(pathlib.Path(sys.executable).parent / name)


def _stream(a_cloud):
    """Read the subunit stream of the suite's last run on a cloud."""
    return subprocess.run(
        [_command('stestr'), 'last', '--subunit'], cwd=a_cloud.workspace,
        stdout=subprocess.PIPE).stdout


def judged(report):
    """Count the pairs of image and list that a run judged, each once.

    :param report: :class:`glance_ossn_tests.report.result.Report`
    :returns: how many
    """
    return len({(each.what, each.where)
                for result in report.results for each in result.evidence
                if each.where and each.verdict in _JUDGED})


def _kept(found):
    """What of a run goes into the results."""
    return {key: round(value, 4) if isinstance(value, float) else value
            for key, value in found.items()
            if key not in ('began', 'status', 'output')}


def compare(bench):
    """The suite, its core and what others test of images, by turns.

    :param bench: :class:`Bench`
    :returns: list of dicts of concurrency and rounds
    """
    a_cloud, found = bench.up(), []
    for concurrency in CONCURRENCIES:
        rounds = []
        for number in range(bench.rounds or 3):
            bench.tell('Compare: concurrency %d, round %d' % (
                concurrency, number + 1))
            pair = {}
            names = ['ours', 'core', 'theirs']
            if concurrency == 1 and _has_peers():
                names.append('peers')
            for name in names[::-1 if number % 2 else 1]:
                if name in ('ours', 'core'):
                    run = bench.ours(
                        a_cloud, CORE if name == 'core' else OURS,
                        concurrency=concurrency)
                elif name == 'peers':
                    run = bench.tempest(a_cloud, PEERS)
                    run['passed'] = int(re.search(
                        r' - Passed: (\d+)\n', run['output'])[1])
                else:
                    run = bench.tempest(a_cloud, THEIRS,
                                        concurrency=concurrency)
                    if ' - Passed: 8\n' not in run['output']:
                        raise measure.Broken(
                            '%s are no longer eight tests; count anew what '
                            'they judge.' % THEIRS)
                    run['cells'] = THEIR_CELLS
                pair[name] = _kept(run)
            rounds.append(pair)
        found.append({'concurrency': concurrency, 'rounds': rounds})
    return found


def _has_peers():
    """Tell whether glance-tempest-plugin is installed."""
    return importlib.util.find_spec('glance_tempest_plugin') is not None


def catalogue(bench):
    """The suite on clouds with more and more images of others.

    :param bench: :class:`Bench`
    :returns: list of dicts of series, and of rounds: dicts of the number of
        images to the run, with the seconds that Tempest's tests took there
    """
    a_cloud = bench.up()
    members = clouds.projects(a_cloud)
    file = a_cloud.preprovisioned_config
    found = [_growth(bench, a_cloud, 'public', (0, 1000, 10000, 100000)),
             _growth(bench, a_cloud, 'accepted', (0, 10000), members,
                     config=file)]
    bench.box.stop(a_cloud.name)
    a_cloud = bench.up(clouds.with_pages_of_one())
    found.append(_growth(bench, a_cloud, 'public, limit_param_default = 1',
                         (0, 10000)))
    return found


def _growth(bench, a_cloud, series, sizes, members=(), **how):
    rounds = []
    try:
        for number in range(bench.rounds or 2):
            runs = {}
            for size in sizes[::-1 if number % 2 else 1]:
                bench.tell('Catalogue: %s, %d images, round %d' % (
                    series, size, number + 1))
                clouds.seed(a_cloud.database, size, members)
                runs[str(size)] = _kept(bench.ours(a_cloud, **how))
                # As a control: what the cloud alone costs anybody.
                runs[str(size)]['theirs'] = bench.tempest(
                    a_cloud, THEIRS)['wall']
            rounds.append({str(size): runs[str(size)] for size in sizes})
    finally:
        clouds.clear(a_cloud.database)
    return {'series': series, 'rounds': rounds}


def tables(bench):
    """A survey with our own tables, and with them doubled.

    :param bench: :class:`Bench`
    :returns: list of two dicts, see :func:`benchmarks.tables.cost`
    """
    a_cloud = bench.up()
    bench.tell('Tables: as they are, and doubled')
    done = subprocess.run(
        [sys.executable, '-m', 'benchmarks.tables', str(a_cloud.config)],
        cwd=pathlib.Path(__file__).parents[1], stdout=subprocess.PIPE,
        text=True)
    if done.returncode:
        raise measure.Broken('The survey of the tables failed; see above.')
    return json.loads(done.stdout.splitlines()[-1])


def phases(bench):
    """Where the time of a run goes, and what the servers need of it.

    :param bench: :class:`Bench`
    :returns: list of dicts of the run, with phases
    """
    a_cloud, found = bench.up(), []
    for number in range(bench.rounds or 3):
        bench.tell('Phases: round %d' % (number + 1))
        run = bench.ours(a_cloud)
        spent = measure.phases(bench.log(a_cloud).read_text(), run['began'],
                               run['wall'], a_cloud.auth_url)
        found.append({**_kept(run), 'phases': {
            name: round(seconds, 3) for name, seconds in spent.items()}})
    return found


def workers(bench):
    """The suite on clouds with one and with more API workers.

    These are on PostgreSQL: SQLite lets nobody read while one writes.

    :param bench: :class:`Bench`
    :returns: list of dicts of the number of workers to the run
    :raises Broken: if PostgreSQL is not installed
    """
    if servers.missing():
        raise measure.Broken('PostgreSQL is not installed: %s not found'
                             % ', '.join(servers.missing()))
    # Not beside the others.
    bench.box.down()
    found = []
    with servers.PostgreSQL() as database:
        for number in range(bench.rounds or 2):
            runs = {}
            for count in API_WORKERS[::-1 if number % 2 else 1]:
                bench.tell('Workers: %d, round %d' % (count, number + 1))
                other = Bench(bench.folder / ('workers-%d-%d' % (
                    count, number)), bench.tell)
                other.box = cloud.Sandbox(other.folder / 'clouds',
                                          tied=True, database=database)
                try:
                    a_cloud = other.up(clouds.with_workers(count))
                    runs[str(count)] = _kept(other.ours(a_cloud))
                finally:
                    other.box.down()
            found.append({str(count): runs[str(count)]
                          for count in API_WORKERS})
    return found


def found(bench):
    """What the suite, its core and the peers find of seeded faults.

    :param bench: :class:`Bench`
    :returns: list of dicts of the fault's name, and of each of them to
        whether it was found and the seconds that took
    """
    names = [name for name in test_faults.choose()
             if not (faults.find(name).release or faults.find(name).hides)]
    names = names[::len(names) // (bench.rounds or 3) // 4]
    regexes = {'ours': OURS, 'core': CORE}
    if _has_peers():
        regexes['peers'] = PEERS
    usual, told = set(), []
    for name in (None, *names):
        bench.tell('Found: %s' % (name or 'without any fault'))
        a_cloud = bench.box.start([releases.get('~'.join(filter(
            None, (releases.NEWEST, name))))])[0]
        row = {'fault': name}
        for what, regex in regexes.items():
            if not name and what != 'peers':
                continue
            run = bench.tempest(a_cloud, regex, may_fail=True)
            if what == 'peers':
                failed = set(_FAILED.findall(run['output']))
                seen = bool(failed - usual)
                usual = usual if name else failed
            else:
                seen = bool(test_faults.judge(faults.find(name), base.outcome(
                    run['status'], run['output'], _stream(a_cloud))))
            row[what] = {'found': seen, 'wall': round(run['wall'], 2)}
        bench.box.stop(a_cloud.name)
        told += [row] * bool(name)
    return told


def sandbox(bench):
    """A cloud's way up, and each unavoidable step of it alone.

    :param bench: :class:`Bench`
    :returns: list of dicts of up, and of each step's seconds
    """
    found = []
    # Not beside the others.
    bench.box.down()
    for number in range(bench.rounds or 3):
        bench.tell('Sandbox: round %d' % (number + 1))
        home = bench.folder / ('up-%d' % number)
        box = cloud.Sandbox(home, tied=True)
        began = time.perf_counter()
        try:
            a_cloud = box.up(clouds.RELEASE)
            up = time.perf_counter() - began
            box.down()
            found.append({'up': round(up, 3), **_steps(box.home, a_cloud)})
        finally:
            box.down()
    return found


def _steps(home, a_cloud):
    """Bring the same cloud up again from nothing, a step at a time."""
    envs = environments.Environments(
        pathlib.Path(os.environ.get('OSSN_SANDBOX_ENVS')
                     or cloud.cache() / 'environments'), print)
    keystone, glance = home / 'keystone', home / 'glance' / a_cloud.name
    for path in (*keystone.glob('*.db*'), *glance.glob('*.db*')):
        path.unlink()
    for path in keystone.glob('*-keys'):
        shutil.rmtree(path)
    log, served = home / 'logs' / 'steps.log', home / 'logs' / 'steps'
    spent = {}

    def step(what, release, name, role, *arguments, url=None):
        began = time.perf_counter()
        child = processes.start(processes.command(
            envs.python(release), home, name, role, *arguments), log,
            OSSN_SANDBOX_ADMIN_PASSWORD=a_cloud.admin['password'],
            OSSN_SANDBOX_REQUESTS=str(served))
        try:
            while not url or not _answers(url):
                if child.poll() is not None:
                    break
                if time.perf_counter() - began > _DEADLINE_SECONDS:
                    break
                time.sleep(_POLL_SECONDS)
            spent[what] = round(time.perf_counter() - began, 3)
            if child.poll() != (None if url else 0):
                raise measure.Broken('%s failed; see the end of:\n%s' % (
                    what, log.read_text()[-2000:]))
        finally:
            child.kill()
            child.wait()

    step('keystone schema', releases.KEYSTONE, 'keystone', 'keystone-setup',
         keystone)
    step('keystone import', releases.KEYSTONE, 'keystone', 'keystone',
         keystone, _port(a_cloud.auth_url), url=a_cloud.auth_url)
    name, release = a_cloud.name, a_cloud.release
    step('glance schema', release, name, 'glance-manage', glance / 'etc',
         'db', 'sync')
    step('glance import', release, name, 'glance-api', glance / 'etc',
         _port(a_cloud.image_url), url=a_cloud.image_url)
    return spent


def _port(url):
    return int(url.split(':')[2].partition('/')[0])


def _answers(url):
    with requests.Session() as direct:
        direct.trust_env = False
        try:
            return direct.get(url, timeout=30).status_code < 500
        except requests.RequestException:
            return False


def install(bench):
    """Install a release and Keystone, with an empty cache and a full one.

    :param bench: :class:`Bench`
    :returns: dict of cold and warm to seconds
    """
    spent = {}
    with tempfile.TemporaryDirectory(dir=bench.folder) as cache:
        before = os.environ.get('UV_CACHE_DIR')
        os.environ['UV_CACHE_DIR'] = cache
        try:
            for name in ('cold', 'warm'):
                bench.tell('Install: with a %s cache' % name)
                began = time.perf_counter()
                envs = environments.Environments(bench.folder / name,
                                                 bench.tell)
                for each in releases.KEYSTONE, releases.get(clouds.RELEASE):
                    envs.ensure(each)
                spent[name] = round(time.perf_counter() - began, 1)
        finally:
            if before is None:
                del os.environ['UV_CACHE_DIR']
            else:
                os.environ['UV_CACHE_DIR'] = before
    return spent


PARTS = {each.__name__: each for each in (
    compare, catalogue, tables, phases, workers, found, sandbox, install)}
# Downloads, and says more about the network than about anything else.
DEFAULT = tuple(name for name in PARTS if name != 'install')
