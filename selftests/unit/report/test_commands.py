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

"""The commands: exit codes, files, output that is always whole."""

import contextlib
import io
import json
import os
import pathlib
import stat
import subprocess
import sys

import fixtures

from glance_ossn_tests.commands import app
from glance_ossn_tests.commands import codes
from glance_ossn_tests.commands import list as listing
from glance_ossn_tests.commands import report as commands
from glance_ossn_tests import notes
from glance_ossn_tests.report import result
from glance_ossn_tests.sharing import verdicts
from selftests.unit.report import base


class TestExitCode(base.ReportTest):

    def test_table(self):
        exposed, untested = verdicts.EXPOSED, verdicts.NOT_TESTED
        for found, expected in (
                (set(), (0, 0, 0)), ({verdicts.WAIVED}, (0, 0, 0)),
                ({exposed}, (1, 1, 0)), ({untested}, (0, 3, 0)),
                ({exposed, untested}, (1, 1, 0))):
            self.assertEqual(expected, tuple(
                codes.of(found, fail_on) for fail_on in codes.FAIL_ON))

    def test_no_results_are_not_clean(self):
        self.assertEqual(codes.NOT_TESTED, codes.of({
            result.Report([]).verdict}))


class TestCommands(base.ReportTest):

    def setUp(self):
        super().setUp()
        self.folder = pathlib.Path(self.useFixture(fixtures.TempDir()).path)
        for name in base.RUNS:
            self.file(name, base.recorded(name))

    def file(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        return str(path)

    def run_command(self, *words):
        """Run the command in this process.

        :returns: (exit code, output, errors)
        """
        out, err = io.TextIOWrapper(io.BytesIO(), 'utf-8'), io.StringIO()
        with contextlib.redirect_stdout(out), (
                contextlib.redirect_stderr(err)):
            try:
                code = app.main(list(words))
            except SystemExit as end:
                code = end.code
        out.seek(0)
        return code, out.read(), err.getvalue()

    def report(self, name, *words):
        return self.run_command('report', '--subunit',
                                str(self.folder / name), *words)

    def test_exit_codes(self):
        for name, code in (('pike', 1), ('2026.2', 1), ('broken', 3)):
            self.assertEqual(code, self.report(name)[0])
        # Of the notes all holds there.
        self.assertEqual(0, self.report('2026.2', '--note', 'OSSN-0005')[0])
        self.assertEqual(0, self.report('broken', '--fail-on', 'exposed')[0])
        self.assertEqual(0, self.report('pike', '--fail-on', 'never')[0])
        self.assertEqual(1, self.report('pike', '--fail-on', 'exposed')[0])

    def test_every_format_says_the_same_by_its_exit_code(self):
        for name in commands.FORMATS:
            code, out, _ = self.report('pike', '--format', name)
            self.assertEqual(1, code)
            self.assertIn('OSSN-0005', out)

    def test_one_note(self):
        code, out, _ = self.report('pike', '--note', 'ossn-0015')
        self.assertEqual(0, code)
        self.assertNotIn('OSSN-0005', out)

    def test_wrong_usage_is_2_and_says_what_to_do(self):
        nothing = self.file('nothing', b'hello')
        for words, said in (
                (('report', '--subunit', '/nonexistent'), 'cannot be read'),
                (('report', '--subunit', nothing), 'no recorded run'),
                (('report', '--subunit', str(self.folder)), 'cannot be read'),
                (('report', '--format', 'pdf'), 'invalid choice'),
                (('report', '--note', 'OSSN-9'), 'invalid choice'),
                (('diff', str(self.folder / 'pike')), 'required'),
                (('diff', nothing, nothing), 'no recorded run'),
                (('report', '--subunit', str(self.folder / 'pike'),
                  '--output', '/nonexistent/x'), '--output'),
                (('list', 'nonsense'), 'no nonsense to list')):
            code, out, err = self.run_command(*words)
            self.assertEqual(2, code, words)
            self.assertIn(said, err)
            self.assertEqual('', out)

    def test_an_internal_error_is_2_not_exposed(self):
        self.useFixture(fixtures.MockPatch(
            'glance_ossn_tests.report.record.read', side_effect=KeyError))
        self.assertEqual(2, self.report('pike')[0])

    def test_a_file_is_written_as_a_whole_or_not_at_all(self):
        path = self.folder / 'report.html'
        code, out, _ = self.report('pike', '-f', 'html', '--output',
                                   str(path))
        self.assertEqual((1, ''), (code, out))
        before = path.read_text()
        self.assertTrue(before.endswith('</html>\n'))
        self.useFixture(fixtures.MockPatch('os.replace',
                                           side_effect=OSError(28, 'full')))
        code, _, err = self.report('2026.2', '-f', 'html', '--output',
                                   str(path))
        self.assertEqual(2, code)
        self.assertIn('full', err)
        self.assertEqual(before, path.read_text())
        self.assertEqual([], list(self.folder.glob('.*')))

    def test_others_may_read_a_file(self):
        path = self.folder / 'report.json'
        umask = os.umask(0o022)
        self.addCleanup(os.umask, umask)
        self.report('pike', '-f', 'json', '--output', str(path))
        self.assertEqual(0o644, stat.S_IMODE(path.stat().st_mode))

    def test_the_last_run_of_the_folder(self):
        before = os.getcwd()
        self.addCleanup(os.chdir, before)
        os.chdir(self.folder)
        code, _, err = self.run_command('report')
        self.assertEqual(2, code)
        self.assertIn('no last run', err)
        stestr = pathlib.Path(sys.executable).parent / 'stestr'
        pathlib.Path('.stestr.conf').write_text('[DEFAULT]\ntest_path=.\n')
        subprocess.run([stestr, 'init'], check=True)
        code, out, _ = self.run_command('report')
        self.assertEqual(3, code)
        self.assertIn('NOT TESTED: {0} of {0}'.format(len(base.CLAIMS)),
                      out)
        for name, code in (('2026.2', 1), ('pike', 1)):
            subprocess.run([stestr, 'load', name],
                           stdout=subprocess.DEVNULL)
            self.assertEqual((code, self.report(name)[1]),
                             self.run_command('report')[:2])

    def test_a_report_in_json_is_read_again(self):
        code, text, _ = self.report('pike', '-f', 'json')
        self.file('pike.json', text.encode())
        self.assertEqual(self.report('pike'), self.report('pike.json'))

    def test_diff(self):
        for old, new, code in (('pike', '2026.2', 1), ('2026.2', 'pike', 1),
                               ('2026.2', 'broken', 3), ('pike', 'pike', 0)):
            words = [str(self.folder / name) for name in (old, new)]
            found, out, _ = self.run_command('diff', *words)
            self.assertEqual(code, found)
            found, out, _ = self.run_command('diff', *words, '-f', 'json')
            self.assertEqual(code, found)
            self.assertEqual(1, json.loads(out)['schema'])

    def test_list(self):
        code, out, _ = self.run_command('list', '-f', 'json')
        self.assertEqual(0, code)
        rows = json.loads(out)
        self.assertEqual(set(listing.List.ROWS),
                         {row['What'] for row in rows})
        self.assertLessEqual(
            {claim.name for claim in notes.CLAIMS},
            {row['Id'] for row in rows if row['What'] == 'claim'})

    def test_without_arguments_it_helps(self):
        code, out, _ = self.run_command()
        self.assertEqual(0, code)
        self.assertIn('report', out)


class TestProcess(base.ReportTest):
    """As a process of its own: pipes, encodings, colors."""

    def setUp(self):
        super().setUp()
        folder = pathlib.Path(self.useFixture(fixtures.TempDir()).path)
        self.pike = folder / 'pike'
        self.pike.write_bytes(base.recorded('pike'))

    def command(self, *words, **environment):
        return subprocess.Popen(
            [sys.executable, '-m', 'glance_ossn_tests', 'report', *words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env={**os.environ, **environment})

    def test_the_standard_input(self):
        out, err = self.command('--subunit', '-').communicate(
            base.recorded('pike'))
        self.assertIn(b'EXPOSED: 13 of %d' % len(base.CLAIMS), out)

    def test_an_encoding_without_symbols(self):
        done = self.command('--subunit', str(self.pike),
                            PYTHONIOENCODING='ascii')
        out, err = done.communicate()
        self.assertEqual((1, b''), (done.returncode, err))
        self.assertTrue(out.startswith(b'X EXPOSED'), out[:50])

    def test_a_pipe_that_closes_early_changes_no_exit_code(self):
        done = self.command('--subunit', str(self.pike), '--full')
        done.stdout.read(10)
        done.stdout.close()
        err = done.stderr.read()
        done.stderr.close()
        done.stdin.close()
        self.assertEqual((1, b''), (done.wait(), err))

    def test_no_color(self):
        for environment, expected in (
                ({'FORCE_COLOR': '1', 'TERM': 'xterm'}, True),
                ({'FORCE_COLOR': '1', 'TERM': 'xterm', 'NO_COLOR': '1'},
                 False), ({}, False)):
            out, _ = self.command('--subunit', str(self.pike),
                                  **environment).communicate()
            self.assertEqual(expected, b'\x1b[1;31m' in out)
