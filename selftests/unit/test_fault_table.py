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
from unittest import mock

from oslotest import base

from ossn_sandbox import faults
from selftests.functional import test_faults


class TestTable(base.BaseTestCase):

    def test_faults_are_chosen_by_name_and_by_axis(self):
        self.assertEqual(['list-shows-all'],
                         test_faults.choose(['list-shows-all']))
        of_ids = test_faults.choose(axes=['ids'])
        self.assertIn('removed-is-downloaded', of_ids)
        self.assertEqual({'ids'}, {faults.FAULTS[name].axis
                                   for name in of_ids})
        self.assertEqual(sorted(name for name, fault in faults.FAULTS.items()
                                if not (fault.mends or fault.needs)),
                         test_faults.choose())

    def test_what_is_missed_is_told_by_axis(self):
        results = {'removed-is-downloaded': None, 'list-shows-all': 0,
                   'removed-is-shown-by-id': 1}
        self.assertEqual(
            ['axis         faults depth 0 depth 2  missed',
             'ids               2       0       1  removed-is-downloaded',
             'lists             1       1       1',
             'all               3       1       2'],
            test_faults.summary(results, [0, 2]))
        self.assertEqual('axis         faults  caught  missed',
                         test_faults.summary(results)[0])

    def test_a_depth_is_for_what_the_former_do_not_catch(self):
        tried = []

        def seed(box, fault, depth, regex):
            tried.append(depth)
            return depth

        with mock.patch.multiple(
                test_faults, seed=seed, base=mock.DEFAULT,
                judge=lambda fault, depth: ['v2-unaccepted'] * (depth == 2),
                describe=lambda fault, depth: 'MISSED at %d' % depth):
            self.assertEqual(
                ('list-shows-all', 1, 'v2-unaccepted'),
                test_faults._try('list-shows-all', [0, 2, 3], 'ossn'))
            self.assertEqual([0, 2], tried)
            self.assertEqual(
                ('list-shows-all', None, 'MISSED at 1'),
                test_faults._try('list-shows-all', [0, 1], 'ossn'))

    def test_the_list_runs_nothing(self):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            self.assertEqual(0, test_faults.main(
                ['--list', '--axis', 'writes']))
        self.assertIn('writes       v1-change-publishes', out.getvalue())
        self.assertIn(' pike       Everybody', out.getvalue())
        self.assertNotIn('list-shows-all', out.getvalue())

    def test_unknown(self):
        self.assertRaises(SystemExit, self.complain, ['nonsense'])
        self.assertRaises(SystemExit, self.complain, ['--axis', 'nonsense'])

    def complain(self, arguments):
        with contextlib.redirect_stderr(io.StringIO()):
            test_faults.main(arguments)
