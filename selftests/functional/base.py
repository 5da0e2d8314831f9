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

"""Real clouds for the tests, and Tempest run on them as users run it."""

import configparser
import contextlib
import dataclasses
import io
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

from oslotest import base
import subunit
import testtools

from glance_ossn_tests.report import detail as details
from ossn_sandbox import cloud

# oslotest moves the home of each test; what is built once stays in ours.
ENVIRONMENTS = os.environ.get('OSSN_SANDBOX_ENVS') or str(
    cloud.cache() / 'environments')

# What takes longer than a change should wait for.
extended = testtools.skipUnless(
    os.environ.get('OSSN_FUNCTIONAL_ALL'), 'one of many of its kind, which '
    '"tox -e lab -- all" runs all of')

_SANDBOX = []
# Seconds for a million products, by estimate: a machine on which runs took
# three times what the cost page says took 0.08 to 0.11, when idle or not.
_PACE = 0.04


def sandbox():
    """The sandbox that all functional tests share.

    Its services end with this process. OSSN_SANDBOX_DIR names its folder,
    else it is a temporary one.
    """
    if not _SANDBOX:
        folder = os.environ.get('OSSN_SANDBOX_DIR') or tempfile.mkdtemp(
            prefix='ossn-functional-')
        _SANDBOX.append(cloud.Sandbox(
            folder, ENVIRONMENTS,
            tell=lambda text: print(text, file=sys.stderr), tied=True))
    return _SANDBOX[0]


@dataclasses.dataclass
class Outcome:
    """What a run of Tempest came to.

    :param status: its exit status
    :param output: all that it printed
    :param tests: dict of short test name to 'success', 'fail' or 'skip'
    :param claims: dict of claim to the detail that its test attached
    :param stream: the subunit stream of the run
    """

    status: int
    output: str
    tests: dict
    claims: dict
    stream: bytes = b''

    def cells(self, claim, **wanted):
        """Cells of a claim with the given values.

        :param claim: the claim's name
        :returns: list of dicts
        """
        return [cell for cell in self.claims[claim]['cells']
                if all(cell[key] == value for key, value in wanted.items())]


def _short(test_id):
    """'ImageSharingTest.test_x', or 'setUpClass (...)' as it is."""
    if test_id.startswith('setUpClass'):
        return 'setUpClass'
    return '.'.join(test_id.partition('[')[0].split('.')[-2:])


def _flat(evidence):
    """Evidence as one dict; of images in lists with the names of old."""
    what, where = evidence.what, evidence.where
    told = {'verdict': evidence.verdict, 'why': evidence.why,
            what.type: what.name}
    if what.type != 'image':
        return told
    image, listing = what.attributes, where.attributes
    return {**told, **image, 'share_api': image['api'],
            'share_form': image['form'], 'listing': where.name,
            'list_api': listing['api'], 'viewer': listing['viewer']}


def _read(stream):
    tests, claims = {}, {}

    def note(test):
        if test['status'] in ('exists', 'inprogress'):
            return
        if test['status'] == 'skip' and test['id'].startswith(
                'setUpClass') and 'Upgrade' in test['id']:
            # Of a run to which no upgrade belongs.
            return
        if test['id'].startswith('tearDownClass') and (
                test['status'] == 'success'):
            # No test, but the word that the tear-down ran.
            return
        tests[_short(test['id'])] = test['status']
        if details.NAME in test['details']:
            detail = details.parse(b''.join(
                test['details'][details.NAME].iter_bytes()))
            cells = [_flat(each) for each in details.expand(detail)]
            # The scenario's test of a claim looks at one pair alone.
            known = claims.get(detail['claim'], {'cells': ()})
            if len(cells) >= len(known['cells']):
                claims[detail['claim']] = {**detail, 'cells': cells}

    result = testtools.StreamToDict(note)
    result.startTestRun()
    subunit.ByteStreamToStreamResult(stream, 'stdout').run(result)
    result.stopTestRun()
    return tests, claims


def command(name):
    """The path of a command of the environment that runs the tests."""
    return str(pathlib.Path(sys.executable).parent / name)


def pace():
    """Tell how slow this machine is at the moment.

    What a run takes depends on it threefold and more, with nothing wrong.

    :returns: how many times as long some work takes as on the machine for
        which limits of time were chosen, at least 1
    """
    began = time.perf_counter()
    sum(number * number for number in range(1000000))
    return max(1, (time.perf_counter() - began) / _PACE)


@contextlib.contextmanager
def _without_walks(config):
    """A copy of a tempest.conf, which tries no sequences of acts."""
    # Put before all else, as a value that is there counts more.
    text = '[glance_ossn]\ndepth = 0\n' + pathlib.Path(config).read_text()
    handle, path = tempfile.mkstemp(suffix='.conf',
                                    dir=pathlib.Path(config).parent)
    try:
        with open(handle, 'w') as copy:
            copy.write(text)
        yield path
    finally:
        os.unlink(path)


def run_tempest(workspace, config, *arguments, walks=False):
    """Run the suite as a user does.

    :param workspace: folder with .stestr.conf
    :param config: path of tempest.conf
    :param arguments: further arguments of "tempest run"
    :param walks: whether to try sequences of acts, too, which takes a third
        of the time more
    :returns: :class:`Outcome`
    """
    if not walks:
        with _without_walks(config) as quick:
            return run_tempest(workspace, quick, *arguments, walks=True)
    with contextlib.suppress(FileNotFoundError):
        # The last run, which a run that finds no tests would leave there.
        for old in (workspace / '.stestr').iterdir():
            if old.is_file():
                old.unlink()
        (workspace / '.stestr').rmdir()
    done = subprocess.run(
        [command('tempest'), 'run', '--config-file', str(config),
         '--regex', 'ossn', '--concurrency', '2', *arguments],
        cwd=workspace, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True)
    last = subprocess.run(
        [command('stestr'), 'last', '--subunit'], cwd=workspace,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return outcome(done.returncode, done.stdout, last.stdout)


def outcome(status, output, stream):
    """Read what a run came to.

    :param status: the exit code of "tempest run"
    :param output: what it printed
    :param stream: its subunit stream, as bytes
    :returns: :class:`Outcome`
    """
    return Outcome(status, output, *_read(io.BytesIO(stream)), stream)


def holdings(a_cloud):
    """What there is in a cloud, to be compared before and after.

    :param a_cloud: :class:`ossn_sandbox.cloud.Cloud`
    :returns: dict of names or numbers
    """
    keystone = a_cloud.session()
    found = {
        kind: sorted(one['name'] for one in keystone.get(
            '%s/%s' % (a_cloud.auth_url, kind)).json()[kind])
        for kind in ('projects', 'users', 'domains')}
    with contextlib.closing(sqlite3.connect(a_cloud.database)) as glance:
        for table in ('images', 'image_members'):
            found[table] = glance.execute(
                'SELECT count(*) FROM %s WHERE NOT deleted' % table
            ).fetchone()[0]
        found['namespaces'] = glance.execute(
            'SELECT count(*) FROM metadef_namespaces').fetchone()[0]
    found['files'] = sorted(
        path.name for path in a_cloud.images.iterdir())
    return found


class CloudTest(base.BaseTestCase):
    """A test on real clouds."""

    def setUp(self):
        # A run takes its time; oslotest's captured output would hide how
        # far it is.
        super().setUp()
        # What was started in the background of a shell ignores it, and so
        # would every run that is interrupted here.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self.box = sandbox()

    def up(self, release, v1=True):
        """A cloud, running.

        :param release: name of the release
        :param v1: whether its v1 API is on, where it has one
        :returns: :class:`ossn_sandbox.cloud.Cloud`
        """
        return self.box.up(release, v1=v1)

    holdings = staticmethod(holdings)

    def changed(self, config, **sections):
        """A copy of a tempest.conf with other values.

        :param config: path of the original
        :param sections: dicts of option to value by section
        :returns: path of the copy
        """
        parser = configparser.RawConfigParser(default_section='none')
        parser.read(config)
        for section, options in sections.items():
            if not parser.has_section(section):
                parser.add_section(section)
            for option, value in options.items():
                parser.set(section, option, value)
        handle, path = tempfile.mkstemp(suffix='.conf',
                                        dir=config.parent)
        self.addCleanup(os.unlink, path)
        with open(handle, 'w') as copy:
            parser.write(copy)
        return pathlib.Path(path)

    def waiving(self, config, *names, because='the billing needs it still'):
        """A copy of a tempest.conf that accepts exposures.

        :param config: path of the original
        :param names: of claims and notes
        :param because: why
        :returns: path of the copy
        """
        path = self.changed(config)
        with open(path, 'a') as file:
            file.write('[glance_ossn]\n' + ''.join(
                'waivers = %s until 2999-12-31 because %s\n' % (name, because)
                for name in names))
        return path
