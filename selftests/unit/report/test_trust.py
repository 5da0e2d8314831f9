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

"""What is read and written may be anything: one line says so."""

import json
import os
import subprocess
import sys
import types

import fixtures

from glance_ossn_tests.commands import judging
from glance_ossn_tests.report import accepted
from glance_ossn_tests.report import failure
from glance_ossn_tests.report import record
from glance_ossn_tests.report import result
from glance_ossn_tests.report import view
from selftests.unit.report import base
from selftests.unit.report import test_endings


class TestInput(base.ReportTest):

    def test_a_report_that_somebody_changed(self):
        whole = json.dumps(base.read('2026.2').as_dict())
        self.assertEqual(base.read('2026.2').counts,
                         record.read(whole.encode()).counts)
        for path, value in (
                (('cloud', 'remarks'), 'text'), (('run', 'start'), 7),
                (('counts',), []), (('notes', 0, 'claims', 0, 'why'), None),
                (('notes', 0, 'claims', 0, 'detail', 'evidence', 0), ['x']),
                (('left_behind',), 'nothing'), (('more',), 1)):
            data = place = json.loads(whole)
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = value
            error = self.assertRaises(result.Unreadable, record.read,
                                      json.dumps(data).encode())
            self.assertNotIn('\n', str(error))
            self.assertIn('is wrong', str(error))

    def test_a_closed_standard_input(self):
        self.useFixture(fixtures.MonkeyPatch('sys.stdin', None))
        error = self.assertRaises(judging.Wrong, judging.load, '-')
        self.assertIn('is closed', str(error))


class TestKept(test_endings.Folder):

    def test_the_file_that_stestr_keeps(self):
        self.record(base.everything())
        self.assertEqual(record.read(base.everything()).counts,
                         judging.load('.stestr/0').counts)


class TestOutput(base.ReportTest):

    def test_a_table_for_a_full_device(self):
        path = self.create_tempfiles([
            ('report', json.dumps(base.read('broken').as_dict()))])[0]
        with open('/dev/full', 'w') as full:
            done = subprocess.run(
                [sys.executable, '-m', 'glance_ossn_tests', 'report',
                 '--subunit', path], stdout=full, stderr=subprocess.PIPE,
                text=True)
        self.assertEqual(2, done.returncode)
        self.assertIn('cannot be written', done.stderr)
        self.assertNotIn('Traceback', done.stderr)

    def test_a_full_device(self):
        self.assertRaises(judging.Wrong, judging.write, 'text', '/dev/full')
        # It is not replaced by a file.
        self.assertFalse(os.path.isfile('/dev/full'))
        judging.write('text', '/dev/null')
        self.assertFalse(os.path.isfile('/dev/null'))
        with open('/dev/full', 'w') as full:
            done = subprocess.run(
                [sys.executable, '-c',
                 'from glance_ossn_tests.commands import judging\n'
                 'try:\n    judging.write("text", None)\n'
                 'except judging.Wrong as error:\n'
                 '    import sys; print(error, file=sys.stderr)'],
                stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual(0, done.returncode)
        self.assertIn('cannot be written', done.stderr)
        self.assertNotIn('Traceback', done.stderr)

    def test_a_closed_standard_output(self):
        self.useFixture(fixtures.MonkeyPatch('sys.stdout', None))
        self.assertRaises(judging.Wrong, judging.write, 'text', None)


class TestBrief(base.ReportTest):

    def test_a_failure_is_short(self):
        for found in base.read('pike').results:
            if found.verdict == 'EXPOSED':
                text = failure.tell(found.claim, found.evidence, failure.FEW)
                self.assertLess(len(text.splitlines()), 20, text)
                self.assertIn('What to change', text)
                self.assertIn('tempest ossn report', text)


class TestWaived(base.ReportTest):

    def report(self, until, *verdicts):
        report = record.read(base.everything(*(
            base.a_test(claim, verdict, base.a_pair(
                'EXPOSED' if verdict == 'WAIVED' else 'SAFE'), status='skip')
            for claim, verdict in verdicts)))
        report.run.update(end='2026-11-27T12:00:00+00:00', waivers=[
            '%s until %s because we said so' % (name, until)
            for name, _ in verdicts])
        return report

    def test_one_line_of_what_is_waived(self):
        waiver = types.SimpleNamespace(__str__=None)
        claim = base.CLAIMS['published']
        text = failure.tell_waived(
            claim, 'WAIVED', 'published is waived until 2027-01-01 because '
            'we. said so', [base.a_pair('EXPOSED')], 'all the evidence')
        self.assertNotIn('evidence', text)
        line = accepted.line(result.Result(claim, waiver, text))
        self.assertEqual('published is waived until 2027-01-01 because we. '
                         'said so (0 exposed)', line)

    def test_the_headline_counts_what_holds(self):
        report = self.report('2027-12-31', ('published', 'WAIVED'))
        self.assertIn('WAIVED: %d of %d claims hold, 1 waived' % (
            len(base.CLAIMS) - 1, len(base.CLAIMS)),
                      view.headline(report))
        self.assertEqual([], view.run_remarks(report))

    def test_one_that_is_not_needed(self):
        line, = view.run_remarks(self.report('2027-12-31',
                                             ('published', 'SAFE')))
        self.assertIn('remove the waiver', line)

    def test_one_that_ends_soon(self):
        line, = view.run_remarks(self.report('2026-12-01',
                                             ('published', 'WAIVED')))
        self.assertIn('ends in 4 days', line)
