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

"""What the machine says of a cloud of its own is not the sandbox's."""

import json
import os
import pathlib
import shutil
import subprocess

import fixtures
from oslotest import base as oslotest_base
import requests

from ossn_sandbox import cloud
from ossn_sandbox import releases
from selftests.functional import base

# Who is what, by the machine's own files: a member sees all, nobody may ask
# Keystone for anything, and there are no images.
POISON = {
    'glance/policy.yaml': '"context_is_admin": "role:member"\n',
    'glance/policy.d/all.yaml': '"publicize_image": "@"\n',
    'glance/glance-api.conf.d/poison.conf':
        '[DEFAULT]\nenabled_import_methods = poison\n',
    'glance/schema-image.json': '{"poison": {"type": "string"}}',
    'glance/property-protections.conf': '[.*]\ncreate = !\nread = !\n',
    'keystone/policy.yaml': '"identity:list_projects": "!"\n',
    'keystone/policy.d/all.yaml': '"identity:create_project": "!"\n',
    'keystone/keystone.conf.d/poison.conf': '[token]\nexpiration = 0\n',
}
ENVIRONMENT = {
    'OS_DATABASE__CONNECTION': 'sqlite:////nonexistent/poison.db',
    'OS_DEFAULT__ENABLED_IMPORT_METHODS': 'poison',
    'OS_USERNAME': 'poison', 'OS_CLOUD': 'poison',
    'OS_GLANCE_CONFIG_DIR': '/etc/glance',
    'http_proxy': 'http://127.0.0.1:9', 'ALL_PROXY': 'http://127.0.0.1:9'}
_MOUNT = 'mount --bind "$1" /etc && shift && exec "$@"'


def unshared():
    """How to run something with mounts of its own.

    :returns: list of words, None where that is refused
    """
    for words in (['unshare', '-m'], ['unshare', '-r', '-m']):
        try:
            if not subprocess.run([*words, 'mount', '--bind', '/etc', '/etc'],
                                  stderr=subprocess.DEVNULL).returncode:
                return words
        except FileNotFoundError:
            return None
    return None


class TestIsolation(oslotest_base.BaseTestCase):

    def setUp(self):
        super().setUp()
        self.words = unshared()
        if not self.words:
            self.skipTest('mounts of its own (unshare -m) are refused here')
        self.home = self.create_folder('home')
        self.box = self.create_folder('box')
        self.etc = self.poison(self.create_folder('etc'))

    def create_folder(self, name):
        path = pathlib.Path(self.useFixture(
            fixtures.TempDir()).path, name)
        path.mkdir()
        return path

    def poison(self, etc):
        """Make an /etc like the machine's, with a cloud's files in it."""
        subprocess.run(['cp', '-a', '/etc/.', str(etc)],
                       stderr=subprocess.DEVNULL)
        for folder, prefix in ((etc, ''), (self.home, '.')):
            for name in ('glance', 'keystone'):
                shutil.rmtree(folder / (prefix + name), ignore_errors=True)
            for name, text in POISON.items():
                path = folder / (prefix + name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
        return etc

    def sandbox(self, *arguments):
        done = subprocess.run(
            [*self.words, 'sh', '-c', _MOUNT, 'sh', str(self.etc),
             base.command('ossn-sandbox'), '--dir', str(self.box), '--envs',
             base.ENVIRONMENTS, *arguments],
            env={**os.environ, **ENVIRONMENT, 'HOME': str(self.home)},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual(0, done.returncode, done.stdout)
        return done.stdout

    def test_the_machine_has_a_cloud(self):
        self.addCleanup(cloud.Sandbox(self.box, base.ENVIRONMENTS).down)
        self.sandbox('up', releases.NEWEST)
        # It is up, and so the same object as outside.
        target = cloud.Sandbox(self.box, base.ENVIRONMENTS).up(
            releases.NEWEST)
        own, other = (target.session(account)
                      for account in target.accounts[:2])
        images = target.image_url + '/v2/images'
        made = own.post(images, json={'name': 'private'}).json()['id']
        self.assertNotIn(made, [image['id'] for image in other.get(
            images).json()['images']])
        self.assertEqual(403, own.post(
            images, raise_exc=False,
            json={'visibility': 'public'}).status_code)
        self.assertNotIn('poison', json.dumps(
            own.get(target.image_url + '/v2/schemas/image').json()))
        self.assertNotIn('poison', json.dumps(
            own.get(target.image_url + '/v2/info/import').json()))
        self.assertEqual(200, requests.get(
            images, headers={'X-Auth-Token': own.get_token()},
            timeout=60).status_code)
        self.assertIn('1 processes stopped',
                      self.sandbox('down', releases.NEWEST))
        self.assertIn('1 processes stopped', self.sandbox('down'))
