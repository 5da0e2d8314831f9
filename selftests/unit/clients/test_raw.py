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

"""Where an endpoint's API begins, as catalogs name endpoints."""

from unittest import mock

from oslotest import base

from glance_ossn_tests.clients import account
from glance_ossn_tests.clients import raw


class TestRoots(base.BaseTestCase):

    def test_as_catalogs_have_them(self):
        for url, roots in (
                ('http://g:9292', ['http://g:9292']),
                ('http://g:9292/', ['http://g:9292']),
                ('http://g/v2', ['http://g', 'http://g/v2']),
                ('http://g/v2.9/', ['http://g', 'http://g/v2.9']),
                ('http://g/v2/0123', ['http://g', 'http://g/v2/0123']),
                ('http://g/image', ['http://g/image']),
                ('http://g/image/v2', ['http://g/image',
                                       'http://g/image/v2']),
                ('http://g/image/v2/', ['http://g/image',
                                        'http://g/image/v2']),
                # A gateway's own version comes first, Glance's last.
                ('http://g/api/v1/image', ['http://g/api',
                                           'http://g/api/v1/image']),
                ('http://g/api/v1/image/v2', [
                    'http://g/api/v1/image', 'http://g/api',
                    'http://g/api/v1/image/v2']),
                # No version, though it looks like one.
                ('http://g/v2image', ['http://g/v2image']),
                ('http://v2/image', ['http://v2/image'])):
            self.assertEqual(roots, raw.roots(url), url)
            self.assertEqual(roots[0], raw.strip_version(url))


class TestEndpointAuth(base.BaseTestCase):

    def setUp(self):
        super().setUp()
        self.provider = mock.Mock()
        self.provider.auth_request.return_value = (
            'http://g/v2/v2/0123/images', {'X-Auth-Token': 't'}, b'body')
        self.root = 'http://g/image'
        self.subject = account.EndpointAuth(self.provider,
                                            lambda: self.root)

    def test_paths_go_on_the_endpoint_without_a_version(self):
        for version, url in (('v2', 'http://g/image/v2/images'),
                             ('v2.9', 'http://g/image/v2.9/images'),
                             # What the Accept header chooses.
                             ('', 'http://g/image/images'),
                             (None, 'http://g/image/images')):
            self.assertEqual(
                (url, {'X-Auth-Token': 't'}, b'body'),
                self.subject.auth_request('GET', 'images', {}, b'body',
                                          {'api_version': version}))

    def test_the_endpoint_may_become_known_later(self):
        self.root = 'http://elsewhere'
        self.assertEqual('http://elsewhere/v2',
                         self.subject.base_url({'api_version': 'v2'}))

    def test_all_else_is_the_providers(self):
        self.assertIs(self.provider.auth_data, self.subject.auth_data)
        self.subject.clear_auth()
        self.provider.clear_auth.assert_called_once_with()
