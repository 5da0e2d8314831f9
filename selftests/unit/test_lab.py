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

import contextlib
import io
import sys
import types
from unittest import mock

from oslotest import base

from selftests.functional import __main__ as lab


class TestLab(base.BaseTestCase):

    def call(self, *arguments, statuses=()):
        """The commands that are run, and the exit status."""
        ended = [types.SimpleNamespace(returncode=code) for code in statuses]
        with mock.patch.object(lab.subprocess, 'run',
                               side_effect=ended) as run:
            status = lab.main(list(arguments))
        return [call.args[0] for call in run.call_args_list], status

    def test_a_command_runs_its_module(self):
        self.assertEqual(
            ([[sys.executable, '-m', 'selftests.functional.test_faults',
               'list-shows-all']], 3),
            self.call('faults', 'list-shows-all', statuses=[3]))
        # What looks like an option is the module's, too.
        commands, status = self.call('releases', '--render', statuses=[0])
        self.assertEqual('--render', commands[0][-1])
        self.assertEqual(0, status)

    def test_all(self):
        commands, status = self.call('all', statuses=[0, 1])
        self.assertEqual(['stestr', '-m'], [commands[0][0], commands[1][1]])
        self.assertEqual(1, status)

    def test_all_ends_where_the_tests_fail(self):
        commands, status = self.call('all', statuses=[2])
        self.assertEqual((1, 2), (len(commands), status))

    def test_none_tells_what_there_is(self):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            self.assertEqual(([], 0), self.call())
        for name in (*lab.COMMANDS, 'all'):
            self.assertIn('\n  %s ' % name, out.getvalue())

    def test_unknown(self):
        complaint = io.StringIO()
        with contextlib.redirect_stderr(complaint):
            self.assertRaises(SystemExit, self.call, 'nonsense')
        self.assertIn("'nonsense'", complaint.getvalue())
