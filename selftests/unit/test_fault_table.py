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
import csv
import io
import pathlib
from unittest import mock

import fixtures
from oslotest import base
import yaml

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

        def seed(box, fault, depth, regex, catalogue):
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

    def test_what_is_kept_is_counted(self):
        found = yaml.safe_load(test_faults.RESULTS.read_text())
        self.assertLessEqual(set(found), set(faults.FAULTS))
        for name, result in found.items():
            self.assertEqual(result['depth'] is None, not result['claims'],
                             name)
        self.assertEqual(test_faults.TABLE.read_text(),
                         test_faults.table(found))

    def test_keep_adds_to_what_is_known(self):
        folder = self.useFixture(fixtures.TempDir())
        with mock.patch.multiple(
                test_faults,
                RESULTS=pathlib.Path(folder.join('faults.yaml')),
                TABLE=pathlib.Path(folder.join('faults.csv'))):
            test_faults.keep('removed-is-downloaded', None, [])
            test_faults.keep('removed-is-shown-by-id', 0, ['reachable-by-id'])
            test_faults.keep('list-shows-all', 2, ['consent'], 1001)
            self.assertEqual(
                {'list-shows-all': {'claims': ['consent'], 'depth': 2,
                                    'catalogue': 1001},
                 'removed-is-downloaded': {'claims': [], 'depth': None},
                 'removed-is-shown-by-id': {'claims': ['reachable-by-id'],
                                            'depth': 0}},
                yaml.safe_load(test_faults.RESULTS.read_text()))
            rows = {row['Axis']: row for row in csv.DictReader(
                test_faults.TABLE.read_text().splitlines())}
        self.assertEqual(
            ('2', '1', '1', 'removed-is-downloaded'),
            tuple(rows['ids'][column] for column in (
                'Tried', 'Caught', 'Of these at depth 0', 'Missed')))
        self.assertEqual(
            ('3', '2', '1', '1'),
            tuple(rows['all'][column] for column in (
                'Tried', 'Caught', 'Of these at depth 0', 'Missed')))

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
        for half in (['--keep'], ['--keep', '--core', '--depth', '0']):
            self.assertRaises(SystemExit, self.complain, half)

    def complain(self, arguments):
        with contextlib.redirect_stderr(io.StringIO()):
            test_faults.main(arguments)
