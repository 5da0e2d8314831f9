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

import io

import fixtures
from oslotest import base

from ossn_sandbox import cli
from ossn_sandbox import cloud
from ossn_sandbox import releases

NEWEST = releases.NEWEST
VERSION = releases.get(NEWEST).version


class TestTempestArguments(base.BaseTestCase):

    def test_default(self):
        self.assertEqual(
            ['run', '--config-file', '/c', '--regex', 'ossn'],
            cli.tempest_arguments('/c', []))

    def test_extended(self):
        self.assertEqual(
            ['run', '--config-file', '/c', '--regex', 'ossn', '--serial'],
            cli.tempest_arguments('/c', ['--serial']))

    def test_replaced(self):
        for extra in (['--regex', 'x'], ['--regex=x'], ['-r', 'x'],
                      ['--smoke'], ['--load-list', 'x']):
            self.assertEqual(['run', '--config-file', '/c', *extra],
                             cli.tempest_arguments('/c', extra))


class TestCommand(base.BaseTestCase):

    def setUp(self):
        super().setUp()
        self.home = self.useFixture(fixtures.TempDir()).path
        self.patch(cli.signal, 'signal', lambda *args: None)
        self.started = []

        def start(box, wanted, clean=False):
            self.started.append(([each.name for each in wanted], clean))
            return [cloud.Cloud(
                each, '', '', None, {}, [], box.home, box.home, box.home, {},
                {})
                for each in wanted]
        self.patch(cloud.Sandbox, 'start', start)

    def run_command(self, *words):
        out = io.StringIO()
        err = io.StringIO()
        self.patch(cli.sys, 'stdout', out)
        self.patch(cli.sys, 'stderr', err)
        code = cli.main(['--dir', self.home, *words])
        return code, out.getvalue(), err.getvalue()

    def test_releases(self):
        code, out, _ = self.run_command('releases', '-f', 'value')
        self.assertEqual(0, code)
        self.assertIn(f'{NEWEST} {VERSION}', out)

    def test_down(self):
        stopped = []
        self.patch(cloud.Sandbox, 'down', lambda box: stopped.append('all'))
        self.patch(cloud.Sandbox, 'stop',
                   lambda box, name: stopped.append(name) or 2)
        self.patch(cloud.Sandbox, 'workspace', lambda box, release: '')
        self.run_command('down')
        self.run_command('down', 'pike', 'zed', '--no-v1')
        self.assertEqual(['all', 'pike-no-v1', 'zed'], stopped)

    def test_down_of_what_was_never_up(self):
        code, out, err = self.run_command('down', NEWEST)
        self.assertNotEqual(0, code)
        self.assertIn('has not been brought up', out + err)

    def test_up_several(self):
        self.assertEqual(0, self.run_command('up', 'pike', 'zed')[0])
        self.assertEqual([(['pike', 'zed'], False)], self.started)

    def test_up_without_v1(self):
        self.run_command('up', 'pike', NEWEST, '--no-v1')
        self.assertEqual([(['pike-no-v1', NEWEST], False)], self.started)

    def test_up_with_another_policy(self):
        self.run_command('up', 'pike', NEWEST, '--no-v1', '--policy',
                         'modify_member=', '--policy', 'add_member=role:x')
        self.assertEqual([([
            'pike-no-v1~add_member=role:x~modify_member=',
            f'{NEWEST}~add_member=role:x~modify_member='], False)],
            self.started)

    def test_up_with_an_option(self):
        self.run_command('up', '2026.2', '--option',
                         'image_format.disk_formats=raw', '--policy',
                         'add_member=')
        self.assertEqual([([
            '2026.2~add_member=~image_format.disk_formats=raw'], False)],
            self.started)

    def test_up_with_a_bad_option(self):
        code, _, err = self.run_command('up', '2026.2', '--option', 'x=y')
        self.assertNotEqual(0, code)
        self.assertIn("--option 'x=y' is not of the form SECTION.NAME=VALUE",
                      err)
        self.assertEqual([], self.started)

    def test_up_with_a_bad_policy(self):
        code, _, err = self.run_command('up', 'pike', '--policy', 'x')
        self.assertNotEqual(0, code)
        self.assertIn("--policy 'x' is not of the form RULE=CHECK", err)
        self.assertNotIn('Traceback', err)
        self.assertEqual([], self.started)

    def test_up_without_v1_where_there_is_none(self):
        code, _, err = self.run_command('up', 'zed', NEWEST, '--no-v1')
        self.assertNotEqual(0, code)
        self.assertIn('--no-v1 does not apply to zed', err)

    def test_up_unknown(self):
        code, _, err = self.run_command('up', 'diablo')
        self.assertNotEqual(0, code)
        self.assertIn("RELEASE 'diablo' is unknown", err)
        self.assertNotIn('Traceback', err)

    def test_upgrade(self):
        seen = []

        def upgrade(box, *args):
            seen.append(args)
            release = releases.get(f'{NEWEST}~from-pike')
            return cloud.Cloud(release, '', 'http://g', None, {}, [],
                               box.home, box.home, box.home, {}, {})
        self.patch(cloud.Sandbox, 'upgrade', upgrade)
        code, out, _ = self.run_command(
            'upgrade', 'pike', NEWEST, '--hop', 'rocky', '--hop', 'zed',
            '--fault', 'members-accepted', '-f', 'value')
        self.assertEqual(0, code)
        self.assertIn(f'{NEWEST}~from-pike {VERSION} http://g', out)
        self.assertEqual(('pike', NEWEST, ['rocky', 'zed']), seen[0][:3])
        self.assertTrue(callable(seen[0][3]))
        self.run_command('upgrade', 'pike', NEWEST)
        self.assertEqual(('pike', NEWEST, None, None), seen[1])

    def test_upgrade_of_a_cloud_never_up(self):
        code, _, err = self.run_command('upgrade', 'pike', NEWEST)
        self.assertEqual(1, code)
        self.assertIn('run "ossn-sandbox up pike" first', err)

    def test_upgrade_with_an_unknown_fault(self):
        code, _, err = self.run_command('upgrade', 'pike', NEWEST,
                                        '--fault', 'flood')
        self.assertEqual(1, code)
        self.assertIn("--fault 'flood' is unknown; choose one of "
                      'members-accepted', err)

    def test_conf_of_a_cloud_never_up(self):
        code, _, err = self.run_command('conf', 'pike')
        self.assertNotEqual(0, code)
        self.assertIn('ossn-sandbox up pike', err)

    def test_run(self):
        ran = []
        self.patch(cloud.Sandbox, 'tempest',
                   lambda box, target, arguments: ran.append(arguments) or 3)
        code, _, _ = self.run_command(
            'run', 'pike', '--no-v1', '--preprovisioned', '--', '--serial')
        self.assertEqual(3, code)
        self.assertEqual([(['pike-no-v1'], True)], self.started)
        self.assertEqual('--serial', ran[0][-1])
        self.assertIn('tempest-preprovisioned.conf', ran[0][2])

    def test_run_of_the_newest(self):
        self.patch(cloud.Sandbox, 'tempest', lambda *args: 0)
        self.assertEqual(0, self.run_command('run')[0])
        self.assertEqual([([NEWEST], True)], self.started)
