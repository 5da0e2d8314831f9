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

"""The report of real runs, as a user asks for it."""

import json
import pathlib
import subprocess

import fixtures

from glance_ossn_tests.commands import report as commands
from glance_ossn_tests import notes
from ossn_sandbox import releases
from selftests.functional import base


class TestReport(base.CloudTest):

    def setUp(self):
        super().setUp()
        self.folder = pathlib.Path(self.useFixture(fixtures.TempDir()).path)

    def ossn(self, status, *words, workspace=None):
        """Run "tempest ossn".

        :param status: the exit code that it must have
        :param words: its arguments
        :param workspace: the folder to run it in
        :returns: what it printed
        """
        done = subprocess.run(
            [base.command('tempest'), 'ossn', *words], text=True,
            cwd=workspace or self.folder, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)
        self.assertEqual(status, done.returncode, done.stdout + done.stderr)
        return done.stdout

    def judge(self, a_cloud, status, config=None):
        """Run the suite, and see all formats of its report."""
        base.run_tempest(a_cloud.workspace, config or a_cloud.config)
        for name in commands.FORMATS:
            self.ossn(status, 'report', '--format', name, '--output',
                      str(self.folder / ('%s.%s' % (status, name))),
                      workspace=a_cloud.workspace)
        return json.loads((self.folder / ('%s.json' % status)).read_text())

    @base.extended
    def test_red_and_green(self):
        pike = self.up('pike')
        red = self.judge(pike, 1)
        self.assertEqual('EXPOSED', red['verdict'])
        self.assertEqual([pike.image_url], red['cloud']['endpoints'])
        self.assertEqual([], red['left_behind'])
        text = self.ossn(1, 'report', workspace=pike.workspace)
        self.assertIn('enable_v1_api = False',
                      text.partition('What to change')[2])

        patched = self.up('pike', v1=False)
        green = self.judge(patched, 0, self.waiving(patched.config,
                                                    'BEYOND-NOTES'))
        self.assertEqual('WAIVED', green['verdict'])
        self.assertIn('Fixed', self.ossn(0, 'diff', '1.json', '0.json'))
        self.assertIn('Newly exposed',
                      self.ossn(1, 'diff', '0.json', '1.json'))

    @base.extended
    def test_what_could_not_be_looked_at(self):
        a_cloud = self.up(releases.NEWEST)
        report = self.judge(a_cloud, 3, self.changed(
            a_cloud.config, image={'region': 'elsewhere'}))
        self.assertEqual({'NOT TESTED': len(notes.CLAIMS)},
                         report['counts'])
        for note in report['notes']:
            for claim in note['claims']:
                self.assertIn('elsewhere', claim['why'])

    @base.extended
    def test_a_part_of_the_suite(self):
        a_cloud = self.up(releases.NEWEST)
        base.run_tempest(a_cloud.workspace, self.waiving(
            a_cloud.config, 'BEYOND-NOTES'), '--exclude-regex', 'ossn-0005')
        text = self.ossn(3, 'report', workspace=a_cloud.workspace)
        self.assertIn('test_v1_is_not_reachable is not in the run',
                      ' '.join(text.split()))
        self.ossn(0, 'report', '--note', 'OSSN-0015',
                  workspace=a_cloud.workspace)
