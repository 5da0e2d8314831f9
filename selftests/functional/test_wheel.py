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
import zipfile

import uv

from glance_ossn_tests import notes
from ossn_sandbox import releases
from selftests.functional import base

ROOT = pathlib.Path(__file__).parents[2]

# Each claim has its test.
TESTS = len(notes.CLAIMS + notes.UPGRADE)
# What an operator installs is small.
FILES, BYTES = 160, 360 * 1024
# Folders of what it must not get.
FOREIGN = {'unit', 'functional', 'selftests', 'data', 'golden', 'faults',
           'guest', 'ossn_sandbox'}


class TestWheel(base.CloudTest):

    def run_in(self, folder, *words, status=0):
        done = subprocess.run([str(w) for w in words], cwd=folder,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        self.assertEqual(status, done.returncode, done.stdout)
        return done.stdout

    def build(self, folder):
        """Build the wheels of the plugin and of the sandbox."""
        # From a copy of what git knows: a build in place leaves traces.
        source = folder / 'source'
        self.run_in(ROOT, 'git', 'clone', '--quiet', ROOT, source)
        for place in (source, source / 'ossn_sandbox'):
            out = folder / 'dist' / place.name
            self.run_in(folder, uv.find_uv_bin(), 'build', '--quiet',
                        '--wheel', '--out-dir', out, place)
            wheel, = out.glob('*.whl')
            yield wheel

    @staticmethod
    def folders(wheel):
        """What a wheel installs, besides what tells of itself."""
        with zipfile.ZipFile(wheel) as opened:
            return {'/'.join(name.split('/')[:2])
                    for name in opened.namelist()
                    if '.dist-info/' not in name}

    def test_each_wheel_holds_its_own_and_nothing_else(self):
        folder = pathlib.Path(self.create_tempfiles([('x', '')])[0]).parent
        plugin, sandbox = self.build(folder)
        for wheel, source in ((plugin, ROOT / 'glance_ossn_tests'),
                              (sandbox, ROOT / 'ossn_sandbox')):
            tracked = self.run_in(source, 'git', 'ls-files', '.')
            self.assertEqual(
                {'%s/%s' % (source.name, name.partition('/')[0])
                 for name in tracked.splitlines()
                 if name != 'pyproject.toml'}, self.folders(wheel))
        with zipfile.ZipFile(plugin) as opened:
            names = opened.namelist()
        self.assertLess(len(names), FILES)
        self.assertLess(plugin.stat().st_size, BYTES)
        self.assertEqual([], [name for name in names
                              if FOREIGN & set(name.split('/'))])

    def test_tempest_finds_the_plugin_and_the_cloud_tests_alone(self):
        a_cloud = self.up(releases.NEWEST)
        folder = pathlib.Path(self.create_tempfiles([('x', '')])[0]).parent
        environment = folder / 'environment'
        commands = environment / 'bin'
        plugin, sandbox = self.build(folder)
        install = (uv.find_uv_bin(), 'pip', 'install', '--quiet',
                   '--python', commands / 'python')
        self.run_in(folder, uv.find_uv_bin(), 'venv', '--quiet', environment)
        self.run_in(folder, *install, plugin)
        self.assertFalse((commands / 'ossn-sandbox').exists())

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
            self.assertRegex(test, r'\[.*(oss[na]-\d{4}|lp-\d+|no-number|'
                             'beyond-notes)')

        self.run_in(workspace, 'env', 'TEMPEST_CONFIG=tempest.conf',
                    'TEMPEST_CONFIG_DIR=%s' % a_cloud.config.parent,
                    commands / 'tempest', 'verify-config')

        self.run_in(folder, *install, sandbox)
        self.assertIn('loopback', self.run_in(
            folder, commands / 'ossn-sandbox', '--help'))
        self.assertIn(releases.NEWEST, self.run_in(
            folder, commands / 'ossn-sandbox', 'releases'))

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
