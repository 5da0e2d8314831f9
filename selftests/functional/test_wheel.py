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

"""What is built and installed is what Tempest finds."""

import os
import pathlib
import re
import subprocess

import uv

from glance_ossn_tests.report import record
from ossn_sandbox import releases
from selftests.functional import base

ROOT = pathlib.Path(__file__).parents[2]

# Each claim has its test.
TESTS = len(record.CLAIMS + record.UPGRADE)


class TestWheel(base.CloudTest):

    def run_in(self, folder, *words, status=0):
        done = subprocess.run([str(w) for w in words], cwd=folder,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        self.assertEqual(status, done.returncode, done.stdout)
        return done.stdout

    def test_tempest_finds_the_plugin_and_the_cloud_tests_alone(self):
        a_cloud = self.up(releases.NEWEST)
        folder = pathlib.Path(self.create_tempfiles([('x', '')])[0]).parent
        environment = folder / 'environment'
        commands = environment / 'bin'
        # From a copy of what git knows: a build in place leaves traces.
        source = folder / 'source'
        self.run_in(ROOT, 'git', 'clone', '--quiet', ROOT, source)
        self.run_in(folder, uv.find_uv_bin(), 'build', '--quiet', '--wheel',
                    '--out-dir', folder / 'dist', source)
        wheel, = (folder / 'dist').glob('*.whl')
        self.run_in(folder, uv.find_uv_bin(), 'venv', '--quiet', environment)
        self.run_in(folder, uv.find_uv_bin(), 'pip', 'install', '--quiet',
                    '--python', commands / 'python', wheel)

        plugins = self.run_in(folder, commands / 'tempest', 'list-plugins')
        self.assertEqual(1, plugins.count('glance_ossn_tests '))

        workspace = folder / 'workspace'
        self.run_in(folder, commands / 'tempest', 'init', workspace,
                    '--workspace-path', folder / 'workspaces.yaml')
        # Nothing was run; the report needs its template, which is no module.
        self.run_in(workspace, commands / 'tempest', 'ossn', 'report',
                    '--format', 'html', '--output', 'report.html', status=3)
        self.assertIn('NOT TESTED', (workspace / 'report.html').read_text())
        self.run_in(workspace, commands / 'glance-ossn-tests', 'list')
        listed = self.run_in(
            workspace, commands / 'tempest', 'run', '--config-file',
            a_cloud.config, '--list-tests', '--regex', 'ossn')
        tests = re.findall(r'^glance_ossn_tests\.\S+', listed, re.MULTILINE)
        self.assertEqual(TESTS, len(tests), listed)
        for test in tests:
            self.assertTrue(test.startswith('glance_ossn_tests.tests.'))
            self.assertRegex(test, r'\[.*(ossn-\d{4}|beyond-notes)')

        self.run_in(workspace, 'env', 'TEMPEST_CONFIG=tempest.conf',
                    'TEMPEST_CONFIG_DIR=%s' % a_cloud.config.parent,
                    commands / 'tempest', 'verify-config')

    def test_the_checkout_is_a_workspace(self):
        folder = pathlib.Path(self.create_tempfiles([('x', '')])[0]).parent
        checkout = folder / 'checkout'
        self.run_in(ROOT, 'git', 'clone', '--quiet', ROOT, checkout)
        a_cloud = self.up(releases.NEWEST)
        os.symlink(a_cloud.config, checkout / 'etc' / 'tempest.conf')
        self.run_in(checkout, base.command('stestr'), 'init')
        listed = self.run_in(checkout, base.command('tempest'), 'run',
                             '--list-tests', '--regex', 'ossn')
        tests = re.findall(r'^glance_ossn_tests\.\S+', listed, re.MULTILINE)
        self.assertEqual(TESTS, len(tests), listed)
