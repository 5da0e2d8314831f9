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


"""One command for a verdict, on real clouds, in a terminal."""

import json
import pathlib
import subprocess

import fixtures

from ossn_sandbox import releases
from selftests.functional import base
from selftests.functional import terminal

# Seconds without a sign of life, and until the first one: Python takes its
# time to start where others work on the same machine.
SILENCE = 2
START = 4


class TestCheck(base.CloudTest):

    def setUp(self):
        super().setUp()
        self.cloud = self.up(releases.NEWEST)
        self.before = self.holdings(self.cloud)
        self.home = pathlib.Path(self.useFixture(fixtures.TempDir()).path)
        self.clouds = self.cloud.config.with_name('clouds.yaml')
        self.variables = {'OS_CLIENT_CONFIG_FILE': str(self.clouds),
                          'XDG_STATE_HOME': str(self.home)}

    def start(self, *words):
        return terminal.Terminal(
            [base.command('glance-ossn-tests'), 'check', *words],
            **self.variables)

    def check(self, *words):
        """Check without a terminal.

        :returns: the exit code, and what was said on both streams
        """
        done = subprocess.run(
            [base.command('glance-ossn-tests'), 'check', *words],
            env={'PATH': '/usr/bin:/bin', 'HOME': str(self.home),
                 **self.variables},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        return done.returncode, done.stdout, done.stderr

    def assert_nothing_was_made(self):
        self.assertEqual(self.before, self.holdings(self.cloud))

    def test_by_clouds_yaml(self):
        mine = self.home / 'mine.json'
        # Walks only take longer.
        shown = self.start('--os-cloud', 'admin', '--depth', '0',
                           '--output', str(mine))
        shown.read()
        found = json.loads(mine.read_text())
        # What is exposed or not tested there is for other tests to say.
        self.assertEqual({'EXPOSED': 1, 'NOT TESTED': 3}.get(
            found['verdict'], 0), shown.code, shown.text)
        last = shown.text.rstrip().splitlines()[-1]
        self.assertIn('Exit code %d.' % shown.code, last)
        self.assertIn(str(mine), last)
        for part in ('sharing 1', ' of ', 'images', 'about', 'reading',
                     'removing', 'OSSN-0005'):
            self.assertIn(part, shown.text)
        self.assertLess(shown.first, START + shown.lag)
        self.assertLess(shown.silence, SILENCE + shown.lag)
        self.assert_nothing_was_made()

    def test_interrupted(self):
        shown = self.start('--os-cloud', 'admin', '--depth', '0')
        shown.read('sharing 1')
        shown.type(b'\x03')
        shown.read()
        self.assertEqual(2, shown.code, shown.text)
        last = shown.text.rstrip().splitlines()[-1]
        self.assertIn('INTERRUPTED: no verdict.', last)
        self.assertIn('Left behind: nothing.', last)
        self.assertLess(shown.silence, SILENCE + shown.lag)
        self.assert_nothing_was_made()

    def test_before_anything_is_made(self):
        code, said, _ = self.check('--os-cloud', 'admin', '--config-only')
        self.assertEqual(0, code, said)
        for part in ('user admin', 'images', 'requests', 'OSSN-0005',
                     self.cloud.image_url, 'nothing was made'):
            self.assertIn(part, said)
        user = self.cloud.accounts[0]['username']
        code, _, said = self.check('--os-cloud', user)
        self.assertEqual(2, code, said)
        self.assertIn('is no admin', said)
        self.assertIn('--accounts FILE, or --os-cloud three times', said)
        # Nobody listens there.
        code, said, _ = self.check('--os-cloud', 'admin', '--os-auth-url',
                                   'http://127.0.0.1:1/v3')
        self.assertEqual(3, code, said)
        self.assertIn('no answer from the Identity service', said)
        self.assertNotIn(' SAFE', said)
        self.assertIn('Exit code 3', said.splitlines()[-1])
        self.assert_nothing_was_made()

    @base.extended
    def test_by_accounts(self):
        users = [word for user in self.cloud.accounts[:3]
                 for word in ('--os-cloud', user['username'])]
        for words in (users, (
                '--os-cloud', 'admin', '--accounts',
                str(self.cloud.config.with_name('accounts.yaml')))):
            code, said, told = self.check('--select', 'OSSN-0015', *words)
            self.assertEqual(0, code, said + told)
            self.assertIn('published', said)
            self.assert_nothing_was_made()
