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

"""The quick gate on real clouds: its exit code is the verdict."""

import json
import os
import pathlib
import shutil
import subprocess
from xml.etree import ElementTree

import fixtures

from ossn_sandbox import releases
from selftests.functional import base

GATE = pathlib.Path(__file__).parents[2] / 'tools' / 'gate.sh'


class TestGate(base.CloudTest):

    def gate(self, status, config, *words):
        """Run the gate on a copy of a tempest.conf.

        :param status: the exit code it must have
        :param config: the tempest.conf
        :returns: (what it printed, the test cases of JUnit)
        """
        folder = pathlib.Path(self.useFixture(fixtures.TempDir()).path)
        conf = folder / 'my.conf'
        shutil.copy(config, conf)
        commands = str(pathlib.Path(base.command('tempest')).parent)
        done = subprocess.run(
            [GATE, conf, '--concurrency', '2', *words], cwd=folder,
            env=dict(os.environ, PATH='%s:%s' % (commands,
                                                 os.environ['PATH'])),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual(status, done.returncode, done.stdout)
        self.assertEqual(
            {'my.conf', 'my-ossn.html', 'my-ossn.json', 'my-ossn.sarif',
             'my-ossn.xml'}, {path.name for path in folder.iterdir()})
        self.assertIn('<html', (folder / 'my-ossn.html').read_text())
        self.assertIn('runs', json.loads(
            (folder / 'my-ossn.sarif').read_text()))
        junit = ElementTree.parse(folder / 'my-ossn.xml')
        return done.stdout, junit.findall('.//testcase')

    def red(self, cases):
        return [case for case in cases if case.find('failure') is not None or
                case.find('error') is not None]

    def test_clean(self):
        a_cloud = self.up(releases.NEWEST)
        before = self.holdings(a_cloud)
        output, cases = self.gate(0, self.waiving(
            # Walks only take longer.
            self.changed(a_cloud.config, glance_ossn={'depth': '0'}),
            'given-away', 'accepted-content'))
        self.assertIn('OSSN-0005', output)
        self.assertNotEqual([], cases)
        self.assertEqual([], self.red(cases))
        self.assertEqual(before, self.holdings(a_cloud))

    @base.extended
    def test_exposed(self):
        a_cloud = self.up('pike')
        before = self.holdings(a_cloud)
        output, cases = self.gate(1, a_cloud.config)
        self.assertIn('enable_v1_api = False', output)
        self.assertNotEqual([], self.red(cases))
        self.assertLess(len(self.red(cases)), len(cases))
        self.assertEqual(before, self.holdings(a_cloud))

    @base.extended
    def test_not_tested(self):
        # Nobody listens there.
        config = self.changed(self.up(releases.NEWEST).config, identity={
            'uri_v3': 'http://127.0.0.1:1/v3'})
        output, cases = self.gate(3, config)
        self.assertIn('NOT TESTED', output)
        self.assertNotIn('SAFE', output)
        self.assertNotEqual([], self.red(cases))
