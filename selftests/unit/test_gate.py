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


"""The quick gate: how it calls the check."""

import os
import pathlib
import subprocess

import fixtures
from oslotest import base

GATE = pathlib.Path(__file__).parents[2] / 'tools' / 'gate.sh'

CHECK = r'''#!/bin/sh
printf '%s\n' "$@" >"$CALLS"
exit "${VERDICT:-0}"
'''


class TestGate(base.BaseTestCase):

    def setUp(self):
        super().setUp()
        self.work = pathlib.Path(self.useFixture(fixtures.TempDir()).path)
        (self.work / 'bin').mkdir()
        check = self.work / 'bin' / 'glance-ossn-tests'
        check.write_text(CHECK)
        check.chmod(0o755)
        # A space in the path, as folders of users have.
        self.folder = self.work / 'my cloud'
        self.folder.mkdir()
        self.conf = self.folder / 'tempest.conf'
        self.conf.write_text('')

    def gate(self, status, *words, **variables):
        done = subprocess.run(
            [GATE, *map(str, words)], cwd=self.folder, text=True,
            env={'PATH': '%s:%s' % (self.work / 'bin', os.environ['PATH']),
                 'CALLS': str(self.work / 'calls'), **variables},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual(status, done.returncode, done.stdout)
        return done.stdout

    def calls(self):
        return (self.work / 'calls').read_text().splitlines()

    def test_reports_are_next_to_the_configuration(self):
        self.gate(0, self.conf)
        report = str(self.folder / 'tempest-ossn')
        self.assertEqual(
            ['check', '--tempest-conf', str(self.conf),
             '--output', report + '.html', '--output', report + '.json',
             '--output', report + '.sarif', '--output', report + '.xml',
             '--'], self.calls())

    def test_relative_path_and_further_arguments(self):
        self.gate(0, 'tempest.conf', '--concurrency', '4')
        self.assertEqual(['--', '--concurrency', '4'], self.calls()[-3:])
        self.assertIn('tempest-ossn.html', self.calls())

    def test_status_is_the_verdict(self):
        for verdict in range(4):
            self.gate(verdict, self.conf, VERDICT=str(verdict))

    def test_earlier_reports_do_not_pass_for_this_one(self):
        for name in ('html', 'json', 'xml', 'sarif'):
            (self.folder / ('tempest-ossn.%s' % name)).write_text('old')
        self.gate(2, self.conf, VERDICT='2')
        self.assertEqual([self.conf], list(self.folder.iterdir()))

    def test_wrong_calls_say_what_is_wanted(self):
        for words in ((), ('nothing.conf',), (self.folder,)):
            self.assertIn('name the', self.gate(2, *words))
        self.assertFalse((self.work / 'calls').exists())
