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

import dataclasses
import json
import pathlib
import sys

import fixtures
from oslotest import base

from ossn_sandbox import environments
from ossn_sandbox import errors
from ossn_sandbox import releases

# It does as it is told by files beside it, and writes down how it was called.
FAKE_UV = '''#!/bin/sh
here=$(dirname "$0")
echo "$@" >> "$here/calls"
if [ -e "$here/broken" ]; then
    echo "error: no such host" >&2
    exit 2
fi
for home; do :; done
if [ "$1" = venv ]; then mkdir "$home" || exit 1; fi
'''


class TestKey(base.BaseTestCase):

    def test_variants_share_an_environment(self):
        self.assertEqual(
            environments.key(releases.get('pike')),
            environments.key(releases.get('pike', v1=False)))

    def test_all_that_is_installed_counts(self):
        release = releases.get('pike')
        keys = {environments.key(each) for each in (
            release,
            dataclasses.replace(release, version='15.0.1'),
            dataclasses.replace(release, pins=()),
            dataclasses.replace(release, overrides=()),
            dataclasses.replace(release, etc=None))}
        self.assertEqual(5, len(keys))


class TestEnvironments(base.BaseTestCase):

    def setUp(self):
        super().setUp()
        self.home = pathlib.Path(self.useFixture(fixtures.TempDir()).path)
        self.uv = self.home / 'uv'
        self.uv.write_text(FAKE_UV)
        self.uv.chmod(0o700)
        self.patch(environments, '_uv', lambda: self.uv)
        self.said = []
        self.envs = environments.Environments(self.home / 'envs',
                                              self.said.append)
        self.pike = releases.get('pike')

    def calls(self):
        return (self.home / 'calls').read_text().splitlines()

    def test_built_once(self):
        self.envs.ensure(self.pike)
        venv, install, released = self.calls()
        self.assertIn(f'--python {sys.executable}', venv)
        self.assertIn('--override', install)
        for each in self.pike.requirements:
            self.assertIn(each, install)
        self.assertTrue(released.endswith('glance==17.0.1'))
        self.assertEqual(1, len(self.said))
        self.envs.ensure(self.pike)
        self.assertEqual(3, len(self.calls()))

    def test_half_built_is_built_again(self):
        broken = self.home / 'broken'
        broken.touch()
        error = self.assertRaises(errors.SandboxError, self.envs.ensure,
                                  self.pike)
        self.assertIn('error: no such host', str(error))
        self.assertIn('package index', str(error))
        self.assertIn('install.log', str(error))
        broken.unlink()
        self.envs.python(self.pike).parent.mkdir(parents=True)
        self.envs.ensure(self.pike)
        self.assertEqual(4, len(self.calls()))

    def test_policy_and_paste_files(self):
        for name, where in (('pike', 'released'), ('rocky', '')):
            release = releases.get(name)
            self.assertEqual(
                self.home / 'envs' / environments.key(release) / where
                / 'etc' / 'glance', self.envs.etc(release))

    def judged(self, name, policy, **answer):
        """What a Glance that answers so makes of overridden rules."""
        release = releases.get(name, policy=policy)
        python = self.envs.python(release)
        python.parent.mkdir(parents=True, exist_ok=True)
        python.write_text(f"#!/bin/sh\necho '{json.dumps(answer)}'\n")
        python.chmod(0o700)
        self.envs.etc(release).mkdir(parents=True, exist_ok=True)
        if name == 'pike':
            (self.envs.etc(release) / 'policy.json').write_text(
                '{"add_member": ""}')
        return str(self.assertRaises(errors.SandboxError,
                                     self.envs.check_policy, release))

    def test_policy_rules_of_the_code_and_of_the_file(self):
        for name, known in ((releases.NEWEST, ['add_member']), ('pike', [])):
            error = self.judged(name, {'add_members': 'role:x'},
                                known=known, bad=[])
            self.assertIn('--policy add_members=role:x', error)
            self.assertIn('is it add_member?', error)
            error = self.judged(name, {'add_member': 'x'}, known=known,
                                bad=['add_member'])
            self.assertIn('does not understand the check', error)

    def test_unusable_folder(self):
        envs = environments.Environments(self.uv / 'envs', self.said.append)
        error = self.assertRaises(errors.SandboxError, envs.ensure, self.pike)
        self.assertIn('--envs', str(error))


class TestUv(base.BaseTestCase):

    def test_missing(self):
        self.useFixture(fixtures.MonkeyPatch('sys.modules', {
            **sys.modules, 'uv': None}))
        error = self.assertRaises(errors.SandboxError, environments._uv)
        self.assertIn('pip install ./ossn_sandbox', str(error))
