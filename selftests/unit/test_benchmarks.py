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

"""The pure parts of the benchmark: reading, comparing, rendering."""

import contextlib
import copy
import datetime
import io
import json
import pathlib
import resource
import runpy
import sqlite3
import sys
import types
from unittest import mock

from oslotest import base
import rich.console

# It is in the checkout alone.
sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))

from benchmarks import __main__ as command  # noqa: E402
from benchmarks import clouds  # noqa: E402
from benchmarks import measure  # noqa: E402
from benchmarks import parts  # noqa: E402
from benchmarks import render  # noqa: E402
from benchmarks import tables  # noqa: E402
from glance_ossn_tests.sharing import forms  # noqa: E402
from glance_ossn_tests.sharing import histories  # noqa: E402
from glance_ossn_tests.sharing import listings  # noqa: E402
from glance_ossn_tests.sharing import verdicts  # noqa: E402
from ossn_sandbox import processes  # noqa: E402

RESULTS = render.ROOT / 'benchmarks' / 'results.json'
KEYSTONE = 'http://127.0.0.1:1/v3'

LOG = '''\
2026-01-01 10:00:02.000 7 INFO tempest [-] Using tempest config file /x
2026-01-01 10:00:02.500 7 INFO c [-] Request (ImageSharingTest:setUpClass): \
201 POST http://127.0.0.1:1/v3/auth/tokens 0.01s
2026-01-01 10:00:03.000 7 INFO c [-] Request (ImageSharingTest:setUpClass): \
201 POST http://127.0.0.1:1/v3/projects 0.01s
2026-01-01 10:00:03.100 7 INFO c [-] Request (ImageSharingTest:setUpClass): \
200 GET http://127.0.0.1:2/versions 0.01s
    a line of a body
2026-01-01 10:00:03.200 7 INFO c [-] Request (ImageSharingTest:setUpClass): \
201 POST http://127.0.0.1:1/v3/auth/tokens 0.01s
2026-01-01 10:00:04.000 7 INFO s [-] Phase discovery took 50 requests
2026-01-01 10:00:06.000 7 INFO s [-] Phase sharing took 400 requests
2026-01-01 10:00:08.000 7 INFO s [-] Phase looking took 200 requests
2026-01-01 10:00:08.250 7 INFO s [-] Phase judging took 0 requests
2026-01-01 10:00:09.000 8 INFO tempest [-] Using tempest config file /x
2026-01-01 10:00:10.000 7 INFO s [-] Phase cleanup took 140 requests
'''
BEGAN = datetime.datetime(2026, 1, 1, 10).timestamp()


def run(wall=2.0, requests=100, cells=1000, memory=80.0):
    return {'wall': wall, 'client': 1.0, 'servers': 1.5, 'memory': memory,
            'requests': {'keystone': 10, 'glance-api': requests - 10},
            'served': {'keystone': 0.25, 'glance-api': 0.75},
            'cells': cells, 'theirs': 4.0}


def accounting():
    """The services' own code, which imports what only they have."""
    server = types.ModuleType('waitress')
    server.channel = types.SimpleNamespace(HTTPChannel=object)
    server.parser = types.SimpleNamespace(HTTPRequestParser=object)
    with mock.patch.dict(sys.modules, waitress=server):
        return runpy.run_path(processes.GUEST.with_name('serve.py'))[
            'accounting']


def compared(ours, theirs):
    return {'compare': [{'concurrency': 1, 'rounds': [
        {'core': one, 'theirs': other}
        for one, other in zip(ours, theirs)]}]}


def row(results, what):
    return next(ratio.cells[1:] for ratio in render.ratios(results)
                if ratio.what.startswith(what + ': '))


class TestMeasure(base.BaseTestCase):

    def test_account(self):
        path = self.create_tempfiles([('requests', '')])[0]

        def application(environ, start_response):
            start_response('200 OK', [])
            return [b'x']

        accounted = accounting()(application, path)
        for _ in range(3):
            list(accounted({'PATH_INFO': '/v2/images',
                            'REQUEST_METHOD': 'GET'}, lambda *args: None))
        found = measure.account(pathlib.Path(path).read_text())
        self.assertEqual(3, found.requests)
        self.assertGreater(found.wall, 0)
        self.assertEqual(measure.Account(2, 1.5, 0.75), measure.account(
            '1.0\t1.0\t0.5\t200\tGET\t/a b\n'
            '2.0\t0.5\t0.25\t-\tGET\t/\n'))
        self.assertEqual(measure.Account(), measure.account(''))

    def test_processor_seconds(self):
        fields = ['0'] * 40
        fields[11:13] = ['250', '50']
        self.assertEqual(
            300 / measure._TICKS,
            measure.processor_seconds('7 (a) b) ' + ' '.join(fields)))

    def test_a_command(self):
        folder = pathlib.Path(self.create_tempfiles([('requests', '')])[0])
        folder.write_text('1.0\t1.0\t0.5\t200\tGET\t/before\n')
        found = measure.run(
            [sys.executable, '-c', 'import sys; open(sys.argv[1], "a").write('
             '"2.0\\t1.0\\t0.5\\t200\\tGET\\t/\\n"); print("said"); '
             'sys.exit(3)', str(folder)], folder.parent, {'it': folder}, [])
        self.assertEqual(3, found['status'])
        self.assertEqual('said\n', found['output'])
        self.assertEqual({'it': 1}, found['requests'])
        self.assertEqual({'it': 0.5}, found['served'])
        self.assertGreater(found['wall'], 0)
        self.assertGreater(found['client'], 0)
        # Its own, not that of this process.
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        self.assertTrue(1 < found['memory'] < own, (found['memory'], own))

    def test_phases(self):
        found = measure.phases(LOG, BEGAN, 12.0, KEYSTONE)
        self.assertEqual(list(measure.PHASES), list(found))
        self.assertEqual([2.0, 1.0, 1.0, 2.0, 2.0, 0.25, 1.75, 2.0],
                         [round(each, 3) for each in found.values()])

    def test_a_phase_is_missing(self):
        log = LOG.replace('Phase looking', 'Face looking')
        error = self.assertRaises(measure.Broken, measure.phases, log, BEGAN,
                                  12.0, KEYSTONE)
        self.assertIn('the end of: looking.', str(error))

    def test_ratios(self):
        self.assertEqual((2.0, 1.0, 4.0),
                         measure.ratios([2, 4, 3], [2, 1, 1.5]))
        self.assertRaises(ValueError, measure.ratios, [1], [1, 2])

    def test_the_machine_is_not_named(self):
        self.assertEqual({'processor', 'cores', 'memory_gib', 'system',
                          'kernel', 'python'}, set(measure.machine()))

    def test_pairs_are_counted_once(self):
        def pair(number, listing, verdict):
            return verdicts.Evidence(
                verdicts.Item('image', str(number)),
                listing and verdicts.Item('list', listing), verdict, 'why')

        pairs = [pair(1, '/v2/images', verdicts.SAFE),
                 pair(1, '/v2.9/images', verdicts.SAFE),
                 pair(1, None, verdicts.SAFE),
                 pair(2, '/v2/images', verdicts.NOT_TESTED),
                 pair(3, '/v2/images', verdicts.NOT_OFFERED)]
        report = types.SimpleNamespace(results=[
            types.SimpleNamespace(evidence=pairs),
            types.SimpleNamespace(evidence=pairs[:1])])
        self.assertEqual(2, parts.judged(report))


class TestClouds(base.BaseTestCase):

    def test_seeds(self):
        path = self.create_tempfiles([('glance', '')])[0]
        with contextlib.closing(sqlite3.connect(path)) as glance:
            glance.executescript(
                'CREATE TABLE images (id PRIMARY KEY, name, status, '
                'created_at, updated_at, deleted, min_disk, min_ram, '
                'protected, os_hidden, owner, visibility, disk_format, '
                'container_format, size); CREATE TABLE image_members (id '
                'INTEGER PRIMARY KEY, image_id, member, can_share, '
                "created_at, updated_at, deleted, status); INSERT INTO "
                "images (id, name) VALUES ('1', 'other')")

            def count(table):
                return glance.execute('SELECT count(*) FROM %s'
                                      % table).fetchone()[0]

            for size, members in ((5, ()), (3, ('a', 'b')), (2, ())):
                clouds.seed(path, size, members)
                self.assertEqual(1 + size, count('images'))
                self.assertEqual(size * len(members), count('image_members'))
            clouds.clear(path)
            self.assertEqual((1, 0), (count('images'),
                                      count('image_members')))

    def test_pages_of_one(self):
        release = clouds.with_pages_of_one()
        self.assertIn(('limit_param_default', '1'), release.options)
        self.assertNotEqual(clouds.RELEASE, release.name)


class TestTables(base.BaseTestCase):

    def planned(self):
        door = forms.offer('v2', ['/v2', '/v2.9'], {}, '', set())
        none = forms.offer('v1', [], {}, 'no', set())
        offered = {'v1': none, 'v2': door}
        abilities = forms.Abilities(parties=('producer', 'consumer',
                                             'bystander'), versions=((2, 9),))
        return (len(histories.plan(offered, abilities)),
                len(listings.plan(offered, abilities)))

    def test_all_is_doubled(self):
        before = self.planned()
        with contextlib.ExitStack() as stack:
            for patch in tables.doubled():
                stack.enter_context(patch)
            self.assertEqual(tuple(2 * each for each in before),
                             self.planned())
            names = [row.name for row in histories.HISTORIES]
            self.assertEqual(len(names), len(set(names)))
        self.assertEqual(before, self.planned())


class TestRender(base.BaseTestCase):

    def test_a_goal_is_met(self):
        found = compared(
            [run(wall=2.0), run(wall=3.0), run(wall=2.0)],
            [run(wall=4.0, cells=10), run(wall=3.0, cells=10),
             run(wall=2.5, cells=10)])
        self.assertEqual(
            ['2.00 s', '3.00 s', '0.80 (0.50 to 1.00)', 'at most 1.00',
             'met'], row(found, 'Wall time'))
        self.assertEqual(
            ['0.10', '10.0', '0.01', 'at most 0.02', 'met'],
            row(found, 'Requests for each pair judged'))

    def test_a_goal_is_missed(self):
        found = compared([run(wall=3.0)], [run(wall=2.0)])
        self.assertEqual('missed', row(found, 'Wall time')[-1])
        self.assertEqual('missed',
                         row(found, 'Requests for each pair judged')[-1])

    def test_all_tests_of_images(self):
        found = {'compare': [{'concurrency': 1, 'rounds': [
            {'ours': run(wall=3.0), 'peers': run(wall=6.0)}]}]}
        self.assertEqual(
            ['3.00 s', '6.00 s', '0.50', 'at most 1.00', 'met'],
            row(found, 'Wall time'))
        # What they judge is not known.
        self.assertEqual(2, len(render.ratios(found)))

    def test_catalogue(self):
        found = {'catalogue': [{'series': 'public', 'rounds': [
            {'0': run(wall=2.0), '1000': run(wall=9.0),
             '100000': run(wall=3.0, memory=84.0)}]}]}
        self.assertEqual(['3.00 s', '2.00 s', '1.50', 'at most 1.20',
                          'missed'], row(found, 'Wall time'))
        self.assertEqual(['100', '100', '1.00', 'at most 1.20', 'met'],
                         row(found, 'Requests'))
        self.assertEqual(
            ['84.0 MiB', '80.0 MiB', '1.05', 'at most 1.10', 'met'],
            row(found, 'Memory of the client'))
        self.assertEqual(['4.00 s', '4.00 s', '1.00', '', ''],
                         row(found, 'Wall time of the eight tests'))
        self.assertIn('100,000 public images', render.ratios(found)[0].what)

    def test_our_own_tables(self):
        self.assertEqual(
            ['100', '40', '2.50', 'at most 2.10', 'missed'],
            row({'tables': [{'requests': {'sharing': 40, 'judging': 0}},
                            {'requests': {'sharing': 100, 'judging': 0}}]},
                'Requests'))

    def test_phases(self):
        ratio, = render.ratios({'phases': [run(wall=12.0)]})
        self.assertEqual(
            ['12.0 s', '1.00 s', '12.0', 'at most 1.25', 'missed'],
            ratio.cells[1:])

    def test_sandbox(self):
        self.assertEqual(
            ['6.00 s', '5.00 s', '1.20', 'at most 1.50', 'met'],
            row({'sandbox': [{
                'up': 6.0, 'keystone schema': 2.0, 'keystone import': 3.0,
                'glance schema': 1.0, 'glance import': 0.5}]}, 'Wall time'))

    def test_workers(self):
        runs = {count: run(wall=wall) for count, wall in (
            ('1', 40.0), ('2', 30.0), ('4', 24.0))}
        two, four = render.ratios({'workers': [runs]})
        self.assertEqual(['30.0 s', '40.0 s', '0.75', '', ''], two.cells[1:])
        self.assertEqual(['24.0 s', '40.0 s', '0.60', 'at most 0.50',
                          'missed'], four.cells[1:])

    def found(self, peers):
        return [ratio.cells for ratio in render.ratios({'found': [{
            'fault': name, 'ours': {'found': True, 'wall': 40.0},
            'core': {'found': not number, 'wall': 5.0},
            'peers': {'found': peers > number, 'wall': 20.0}}
            for number, name in enumerate(('one', 'other'))]})]

    def test_what_was_found(self):
        self.assertEqual(
            [['2', '1', '2.00', '', ''], ['1.50', '1.50', '1.00', '', ''],
             ['1', '1', '1.00', '', ''], ['6.00', '1.50', '4.00', '', '']],
            [cells[1:] for cells in self.found(peers=1)])

    def test_who_found_nothing(self):
        self.assertEqual(['Faults found of 2: the suite beside all tests of '
                          'images', '2', '0', '', '', ''],
                         self.found(peers=0)[0])

    def test_the_page_is_that_of_the_results(self):
        self.assertEqual(render.page(json.loads(RESULTS.read_text())),
                         render.PAGE.read_text(),
                         'Run: python -m benchmarks --render %s'
                         % RESULTS.relative_to(render.ROOT))

    def test_the_page_has_all_parts(self):
        results = json.loads(RESULTS.read_text())
        for part in parts.DEFAULT:
            some = copy.copy(results)
            del some[part]
            error = self.assertRaises(ValueError, render.page, some)
            self.assertIn(part, str(error))

    def test_the_terminal_shows_all(self):
        out = io.StringIO()
        results = json.loads(RESULTS.read_text())
        render.show(results, rich.console.Console(file=out, width=200))
        for ratio in render.ratios(results):
            self.assertIn(ratio.cells[3], out.getvalue())


class TestCommand(base.BaseTestCase):

    def refused(self, *arguments):
        complaint = io.StringIO()
        with contextlib.redirect_stderr(complaint):
            self.assertRaises(SystemExit, command.main, list(arguments))
        return complaint.getvalue()

    def test_wrong_usage(self):
        self.assertIn('unknown PART fast', self.refused('fast'))
        self.assertIn('--rounds must be', self.refused('--rounds', '0'))
        self.assertIn('--render /none', self.refused('--render', '/none'))
