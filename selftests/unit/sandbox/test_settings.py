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

import configparser
import json
import pathlib

from oslotest import base
import yaml

from ossn_sandbox import releases
from ossn_sandbox import settings

FOLDER = pathlib.Path('/box/glance/some')
AUTH_URL = 'http://127.0.0.1:1/v3'
DATABASE = {'connection': 'sqlite:///g.db'}
ADMIN = {'username': 'admin', 'password': '%(x)s;#', 'project_name': 'admin'}


def read(sections):
    parser = configparser.RawConfigParser(default_section=None)
    parser.read_string(settings.render(sections))
    return parser


class TestGlance(base.BaseTestCase):

    def api(self, name, v1=True, **kwargs):
        return read(settings.glance_api(
            releases.get(name, v1), FOLDER, AUTH_URL, 'secret', DATABASE,
            9292, **kwargs))

    def test_common(self):
        for release in releases.RELEASES:
            conf = self.api(release)
            self.assertEqual(release, conf['keystone_authtoken'][
                'region_name'])
            self.assertEqual('secret', conf['keystone_authtoken']['password'])
            self.assertEqual('sqlite:///g.db', conf['database']['connection'])
            self.assertEqual('keystone', conf['paste_deploy']['flavor'])
            self.assertNotIn('show_multiple_locations', conf['DEFAULT'])

    def test_v1_is_on_by_the_releases_own_default(self):
        self.assertNotIn('enable_v1_api', self.api('pike')['DEFAULT'])

    def test_v1_off(self):
        self.assertEqual('False', self.api('pike', v1=False)['DEFAULT'][
            'enable_v1_api'])

    def test_registry(self):
        conf = self.api('pike', registry_port=9191)
        self.assertEqual('9191', conf['DEFAULT']['registry_port'])
        self.assertNotIn('registry_port', self.api('rocky')['DEFAULT'])

    def test_policy_defaults_of_old_releases(self):
        for name, old in (('zed', True), ('2023.1', False)):
            self.assertEqual(
                old, 'enforce_scope' in self.api(name)['oslo_policy'])

    def test_policy_is_the_releases_own(self):
        policy = self.api(releases.NEWEST)['oslo_policy']
        for name in ('policy_file', 'policy_dirs'):
            self.assertEqual(FOLDER / 'etc',
                             pathlib.Path(policy[name]).parent)
        self.assertEqual(
            '/p.json',
            self.api('pike', policy='/p.json')['oslo_policy']['policy_file'])

    def test_registry_has_the_same_policy(self):
        conf = read(settings.glance_registry(
            releases.get('pike'), FOLDER, AUTH_URL, 'secret', DATABASE,
            '/p.json'))
        self.assertEqual('sqlite:///g.db', conf['database']['connection'])
        self.assertEqual('/p.json', conf['oslo_policy']['policy_file'])

    def test_overridden_policy(self):
        release = releases.get('pike', policy={'b': 'role:x', 'c': ''})
        self.assertEqual({'b': 'role:x', 'c': ''},
                         yaml.safe_load(settings.policy(release)))
        self.assertEqual(
            {'a': 'role:admin', 'b': 'role:x', 'c': ''},
            json.loads(settings.policy(
                release, '{"a": "role:admin", "b": "role:admin"}')))

    def test_options(self):
        conf = read(settings.glance_api(
            releases.get('2026.2', options={
                'image_format.disk_formats': 'raw',
                'DEFAULT.node_staging_uri': 'file:///x'}),
            FOLDER, AUTH_URL, 'secret', DATABASE, 9292))
        self.assertEqual('raw', conf['image_format']['disk_formats'])
        # They come after all else.
        self.assertEqual('file:///x', conf['DEFAULT']['node_staging_uri'])

    def test_worker_url(self):
        for name, new in (('2023.2', False), ('2024.1', True)):
            self.assertEqual(new, 'worker_self_reference_url' in
                             self.api(name)['DEFAULT'])

    def test_paste(self):
        text = ('# pipeline = healthcheck stays in a comment\n'
                '[pipeline:glance-api-keystone]\n'
                'pipeline = cors healthcheck versionnegotiation rootapp\n'
                '[composite:root]\n'
                '/healthcheck: healthcheck\n')
        self.assertEqual(
            text.replace('cors healthcheck', 'cors'), settings.paste(text))


class TestTempest(base.BaseTestCase):

    def test_dynamic(self):
        conf = read(settings.tempest(releases.get('pike'), FOLDER, AUTH_URL,
                                     admin=ADMIN))
        self.assertEqual('%(x)s;#', conf['auth']['admin_password'])
        self.assertNotIn('test_accounts_file', conf['auth'])
        self.assertEqual('pike', conf['identity']['region'])
        self.assertEqual('pike', conf['image']['region'])
        # An empty one makes Tempest stop at discovery.
        self.assertNotIn('images_manifest_file', conf['image'])
        self.assertEqual(['glance'], [
            name for name, value in conf['service_available'].items()
            if value == 'True'])

    def test_preprovisioned(self):
        conf = read(settings.tempest(releases.get('pike'), FOLDER, AUTH_URL,
                                     accounts='/accounts.yaml'))
        self.assertEqual({'use_dynamic_credentials': 'False',
                          'test_accounts_file': '/accounts.yaml',
                          'create_isolated_networks': 'False'},
                         dict(conf['auth']))

    def test_features(self):
        for name, has_import, inspects in (
                ('pike', 'False', 'False'), ('rocky', 'True', 'False'),
                ('2025.1', 'True', 'True')):
            features = read(settings.tempest(
                releases.get(name), FOLDER, AUTH_URL, admin=ADMIN))[
                    'image-feature-enabled']
            self.assertEqual(has_import, features['import_image'])
            self.assertEqual(inspects, features['image_format_enforcement'])

    def test_accounts(self):
        users = [{'username': f'u{number}', 'password': '-:#',
                  'project_name': f'p{number}'} for number in range(2)]
        accounts = yaml.safe_load(settings.accounts(users))
        self.assertEqual(['p0', 'p1'],
                         [each['project_name'] for each in accounts])
        for each in accounts:
            self.assertEqual(['member'], each['roles'])
            self.assertEqual('-:#', each['password'])
            # Tempest takes it for the scope of the account.
            self.assertNotIn('domain_name', each)

    def test_stestr(self):
        conf = read(settings.stestr())['DEFAULT']
        self.assertTrue(pathlib.Path(conf['test_path']).is_dir())
        self.assertEqual(
            pathlib.Path(conf['test_path']).parent.parent,
            pathlib.Path(conf['top_dir']))
