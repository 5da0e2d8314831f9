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

"""What a run left is called nothing only where it is known."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from unittest import mock

import fixtures
from stestr.repository import file as repository

from glance_ossn_tests.cleanup import endings
from glance_ossn_tests.commands import judging
from glance_ossn_tests.report import detail
from glance_ossn_tests.report import marks
from glance_ossn_tests.report import record
from glance_ossn_tests.report import view
from selftests.unit.report import base

API = 'ImageSharingTest'
SCENARIO = 'ImageSharingScenario'
RUN = 'a' * 32


def a_test(claim, verdict='SAFE', **run):
    """A test's result in the stream of a worker that tells its end."""
    made = base.CLAIMS[claim]
    told = {'ends': True, 'id': RUN, 'selected': [
        each.test for each in base.CLAIMS.values()], **run}
    return base.test_id(made), 'success', {detail.NAME: detail.dump(
        detail.build(made, verdict, [base.a_pair()], '', run=told))}


def torn_down(name, status='success', **attached):
    """The result of a tear-down in a stream."""
    return ('tearDownClass (%s%s)' % (base.MODULES[name], name), status,
            attached)


def whole(**run):
    return [a_test(claim, **run) for claim in base.CLAIMS]


class TestStream(base.ReportTest):

    def read(self, *tests, **more):
        return record.read(base.a_stream(*tests), **more)

    def test_all_were_torn_down(self):
        report = self.read(*whole(), torn_down(API), torn_down(SCENARIO))
        self.assertEqual(([], {}, 'SAFE'), (
            report.left_behind, report.not_ended, report.verdict))

    def test_one_was_not(self):
        report = self.read(*whole(), torn_down(SCENARIO))
        self.assertEqual((None, {API: RUN}, 'NOT TESTED'), (
            report.left_behind, report.not_ended, report.verdict))
        self.assertIn('run "tempest ossn cleanup --run %s"' % RUN,
                      view.left_behind(report))
        self.assertIn('what it left behind is not known',
                      view.headline(report))

    def test_a_tear_down_that_failed_tells_what_stays(self):
        report = self.read(*whole(), torn_down(SCENARIO), torn_down(
            API, 'fail', traceback='E: image 7 stays'))
        self.assertEqual(['%s: image 7 stays' % API], report.left_behind)

    def test_a_class_that_is_not_there_and_was_asked_for(self):
        tests = [a_test(claim) for claim in ('client-v1', 'client-v2')]
        report = self.read(*tests, torn_down(SCENARIO))
        self.assertEqual({API: None}, report.not_ended)
        self.assertEqual('NOT TESTED',
                         self.result(report, 'published').verdict)

    def test_a_class_that_was_not_asked_for(self):
        test = base.CLAIMS['published'].test
        report = self.read(a_test('published', selected=[test]),
                           torn_down(API))
        self.assertEqual(([], 'SAFE'), (report.left_behind, report.verdict))

    def test_nothing_but_a_class_that_is_skipped(self):
        # All that stestr keeps of a run that was interrupted early.
        report = self.read(('setUpClass (%sImageSharingUpgradeTest)'
                            % base.MODULES[API], 'skip', {'reason': 'no'}))
        self.assertIsNone(report.left_behind)
        self.assertEqual({API, SCENARIO}, set(report.not_ended))

    def test_a_former_version_did_not_tell(self):
        report = record.read(base.everything())
        self.assertEqual(([], 'SAFE'), (report.left_behind, report.verdict))

    def test_a_worker_that_was_killed(self):
        tests = [a_test(claim) for claim in ('client-v1', 'client-v2')]
        mark = marks.Mark('path', selected=[
            base.CLAIMS['published'].test], classes={
                API: marks.Begun(run=RUN)})
        report = self.read(*tests, torn_down(SCENARIO), marked=[mark])
        self.assertEqual({API: RUN}, report.not_ended)
        mark.classes[API].left = []
        report = self.read(*tests, torn_down(SCENARIO), marked=[mark])
        self.assertEqual([], report.left_behind)
        self.assertEqual('NOT TESTED', report.verdict)
        mark.classes[API].left = ['image 7 stays']
        report = self.read(*tests, torn_down(SCENARIO), marked=[mark])
        self.assertEqual(['%s: image 7 stays' % API], report.left_behind)
        # It did not come to it.
        mark.classes.clear()
        report = self.read(*tests, torn_down(SCENARIO), marked=[mark])
        self.assertEqual([], report.left_behind)


class Folder(base.ReportTest):

    def setUp(self):
        super().setUp()
        self.folder = self.useFixture(fixtures.TempDir()).path
        before = os.getcwd()
        os.chdir(self.folder)
        self.addCleanup(os.chdir, before)
        self.repository = repository.RepositoryFactory().initialise(
            self.folder)

    def record(self, data):
        inserter = self.repository.get_inserter()
        inserter.startTestRun()
        record.subunit.ByteStreamToStreamResult(record.io.BytesIO(data)).run(
            inserter)
        inserter.stopTestRun()

    def worker(self, *steps, then='pass'):
        """Let another process mark something, and end."""
        done = subprocess.run([sys.executable, '-c', '\n'.join((
            'import os, signal',
            'from glance_ossn_tests.report import marks',
            'marker = marks.Marker(["%s"])' % base.CLAIMS['published'].test,
            *('marker.note(%r, **%r)' % step for step in steps), then))])
        return done.returncode


class TestMarks(Folder):

    KILL = 'os.kill(os.getpid(), signal.SIGKILL)'

    def test_who_comes_to_an_end_leaves_none(self):
        self.worker((API, {}), (API, {'run': RUN}), (API, {'ended': True}),
                    then='marker.close()')
        self.assertEqual([], marks.read())

    def test_who_is_killed_leaves_one(self):
        self.worker((API, {}), (API, {'run': RUN, 'projects': ['p']}),
                    then=self.KILL)
        mark, = marks.read()
        self.assertFalse(mark.alive)
        self.assertEqual({API: RUN}, mark.open)
        self.assertEqual(['p'], mark.classes[API].projects)
        self.assertEqual([base.CLAIMS['published'].test], mark.selected)
        # The next run leaves it, as nobody knows what there is.
        marks.Marker().close()
        self.assertEqual([RUN], [each.classes[API].run
                                 for each in marks.read()])

    def test_what_was_removed_need_not_be_kept(self):
        self.worker((API, {}), (API, {'left': []}), then='marker.close()')
        self.assertEqual({}, marks.read()[0].open)
        marks.Marker().close()
        self.assertEqual([], marks.read())

    def test_a_line_that_was_cut_off(self):
        self.worker((API, {'run': RUN}), then=self.KILL)
        with open(marks.read()[0].path, 'a') as file:
            file.write('{"class": "ImageSha')
        self.assertEqual({API: RUN}, marks.read()[0].open)

    def test_who_lives(self):
        marker = marks.Marker([])
        self.addCleanup(marker.close)
        mark, = marks.read()
        self.assertTrue(mark.alive)
        self.assertEqual([mark.path], [
            each.path for each in marker.siblings()])

    def test_where_nothing_is_recorded_nothing_is_marked(self):
        empty = self.useFixture(fixtures.TempDir()).path
        marks.Marker([], empty).note(API)
        self.assertEqual([], os.listdir(empty))


class TestLastRun(Folder):

    def test_a_later_run_that_was_killed(self):
        self.record(base.everything())
        self.assertEqual('SAFE', judging.load(None).verdict)
        time.sleep(1)
        self.worker((API, {'run': RUN}), then=TestMarks.KILL)
        report = judging.load(None)
        self.assertEqual('NOT TESTED', report.verdict)
        problem, = report.problems
        for text in ('did not come to its end', 'what was recorded before',
                     'tempest ossn cleanup --run ' + RUN):
            self.assertIn(text, problem)

    def test_a_later_run_that_was_interrupted(self):
        time.sleep(1)
        self.worker((API, {'left': []}), then='marker.close()')
        self.assertIn('It left behind nothing.',
                      judging.load(None).problems[0])

    def test_a_run_in_progress(self):
        self.record(base.everything())
        time.sleep(1)
        marker = marks.Marker([])
        self.addCleanup(marker.close)
        self.assertIn('is in progress', judging.load(None).problems[0])

    def test_a_worker_of_the_run_that_was_killed(self):
        self.worker((API, {'run': RUN}), then=TestMarks.KILL)
        self.record(base.a_stream(
            a_test('client-v1'), a_test('client-v2'), torn_down(SCENARIO)))
        report = judging.load(None)
        self.assertEqual(([], {API: RUN}), (report.problems,
                                            report.not_ended))


class TestEnding(Folder):
    """An interruption removes what was made; the end is told once."""

    SCRIPT = '''
import os, signal, sys, time
from unittest import mock
sys.argv = ['x/stestr/subunit_runner/run.py', '--load-list', 'list']
from glance_ossn_tests.cleanup import endings
class Case:
    clean_up = staticmethod(lambda: print('cleaned', file=sys.stderr) or [])
endings.worker()
ending = endings.Ending(Case)
%s
'''

    def run_it(self, *steps):
        with open('list', 'w') as file:
            file.write('glance_ossn_tests.tests.api.x.%s[id-1]\n'
                       % base.CLAIMS['published'].test)
        return subprocess.run(
            [sys.executable, '-c', self.SCRIPT % '\n'.join(steps)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def test_an_interruption(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            done = self.run_it('os.kill(os.getpid(), %d)' % number,
                               'time.sleep(9)')
            self.assertIn(b'cleaned', done.stderr)
            self.assertIn(b'Case: left behind: nothing.', done.stderr)
            mark, = marks.read()
            self.assertEqual([], mark.classes['Case'].left)
            mark.remove()

    def test_an_end(self):
        done = self.run_it('ending.tell()')
        self.assertIn(b'tearDownClass (__main__.Case)', done.stdout)
        self.assertNotIn(b'cleaned', done.stderr)
        self.assertEqual([], marks.read())

    def test_what_stops_several_is_said_once(self):
        """Each that comes after the first refers to it; others say theirs."""
        done = self.run_it(
            'for name, text in (("%s", "No. Left behind: nothing."), '
            '("%s", "No. Left behind: p1."), ("%s", "No. Left behind: x."), '
            '("Other", "Yes.")):' % (API, SCENARIO, API),
            '    print(endings.once(name, text))')
        self.assertEqual([
            'No. Left behind: nothing.',
            'Stopped by the same as %s, which says what it is. Left behind: '
            'p1.' % API, 'No. Left behind: x.', 'Yes.'],
            done.stdout.decode().splitlines())

    def test_who_writes_no_stream_tells_nothing(self):
        done = self.run_it('sys.argv[0] = "pytest"', 'ending.tell()')
        self.assertEqual(b'', done.stdout)

    def test_at_the_exit_there_are_no_threads(self):
        case = mock.Mock(__name__='Case')
        case.clean_up.return_value = ['image 7 stays']
        with mock.patch.object(endings, '_marker'), (
                contextlib.redirect_stderr(record.io.StringIO())) as said:
            ending = endings.Ending(case)
            ending.exit()
        self.assertEqual(1, case.created.workers)
        self.assertIn('left behind: image 7 stays.', said.getvalue())
