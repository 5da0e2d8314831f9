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

"""How refusals are told, whoever refused and however it is said."""

from oslotest import base
from tempest.lib import exceptions as lib_exc
import urllib3

from glance_ossn_tests.clients import errors
from selftests.unit import fakes

IMAGE = '0a1b2c3d-0000-4111-8222-333344445555'
PROJECT = IMAGE.replace('-', '')


def error(status, body=None, kind=lib_exc.Forbidden):
    """An error as Tempest raises it."""
    return kind(*([body] if body else []), resp=fakes.response(status))


class TestReason(base.BaseTestCase):

    def test_what_is_said(self):
        for body, said in (
                # Glance, by its API's default of HTML and as JSON.
                ('<html>\n <head>\n  <title>403 Forbidden</title>\n </head>'
                 '\n <body>\n  <h1>403 Forbidden</h1>\n  You are not '
                 'authorized to complete add_image action.<br /><br />\n\n'
                 '\n </body>\n</html>',
                 'You are not authorized to complete add_image action.'),
                ({'message': 'Property &lt; is protected', 'code': '403',
                  'title': 'Forbidden'}, 'Property < is protected'),
                # Keystone.
                ({'error': {'code': 403, 'message': 'You are not authorized',
                            'title': 'Forbidden'}},
                 'You are not authorized'),
                # Proxies.
                (b'<html><style>p {}</style><body><h1>Denied</h1>\n\n by '
                 b'<b>WAF</b></body></html>', 'Denied by WAF'),
                ('403 Forbidden\n\nAccess was denied to this resource.\n\n',
                 'Access was denied to this resource.'),
                ({'reason': 'policy'}, "{'reason': 'policy'}"),
                (b'\xff', '\ufffd'),
                ('<html></html>', 'no more is said')):
            self.assertEqual('403: ' + said, errors.reason(error(403, body)))
        self.assertIn('403: Forbidden', errors.reason(error(403)))

    def test_a_long_page_is_cut(self):
        self.assertLess(len(errors.reason(error(403, 'word ' * 1000))), 320)

    def test_one_cause_reads_alike(self):
        self.assertEqual(
            '404: No image ID of ID',
            errors.reason(error(404, {'message': 'No image %s of %s' % (
                IMAGE, PROJECT)}, lib_exc.NotFound)))
        # No id, and not to be taken for one.
        for text in ('0a1b2c3d', 'x' + PROJECT, PROJECT + '0'):
            self.assertEqual(text, errors.without_ids(text))

    def test_a_limiter_is_named_with_the_options(self):
        text = errors.reason(error(429, 'Slow down',
                                   lib_exc.RateLimitExceeded))
        for part in ('429', 'limits how often', 'parallel_requests',
                     'retry_wait_max'):
            self.assertIn(part, text)

    def test_no_answer(self):
        self.assertEqual('reset', errors.reason(
            urllib3.exceptions.ProtocolError('reset')))
        self.assertEqual('KeyError', errors.reason(KeyError()))


class TestCertificateHint(base.BaseTestCase):

    def test_what_stood_in_the_way(self):
        failed = 'CERTIFICATE_VERIFY_FAILED] certificate verify failed: '
        for text, part in (
                (failed + 'unable to get local issuer', 'ca_certificates'),
                (failed + 'certificate has expired', 'out of date'),
                (failed + "Hostname mismatch, certificate is not valid for "
                 "'x'", 'for another host')):
            self.assertIn(part, errors.certificate_hint(text))
        self.assertEqual('', errors.certificate_hint('refused'))


class TestIsRefusal(base.BaseTestCase):

    def test_by_status(self):
        for status, refused in (
                (300, True), (302, True), (400, True), (403, True),
                (404, True), (405, True), (409, True), (413, True),
                (415, True), (501, True), (401, False), (408, False),
                (429, False), (500, False), (502, False), (503, False)):
            self.assertEqual(refused, errors.is_refusal(error(status)),
                             status)

    def test_without_an_answer(self):
        for met, refused in (
                (errors.NeverDone('queued'), True),
                (lib_exc.Conflict('x'), True),
                (lib_exc.InvalidHttpSuccessCode('302'), True),
                (lib_exc.Unauthorized('x'), False),
                (lib_exc.OverLimit('x'), False),
                (lib_exc.RateLimitExceeded('x'), False),
                (lib_exc.ServerFault('x'), False),
                (urllib3.exceptions.ProtocolError('x'), False),
                (ValueError('x'), False)):
            self.assertEqual(refused, errors.is_refusal(met), met)
