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

from oslotest import base

from selftests.functional import base as functional
from selftests.functional import releases
from selftests.functional import test_verdicts

VERSIONS = {'plugin': '1', 'tempest': '2', 'keystone': 'Keystone 3'}


def cell(number, verdict, listing='/v2/images'):
    return {'image_id': number, 'viewer': 'consumer', 'listing': listing,
            'verdict': verdict}


def row(name, tests, **verdicts):
    return releases.Row(name, ['v1.0', 'v2.0', 'v2.9', 'v2.10'],
                        functional.Outcome(0, '', tests, {
                            claim: {'note': 'OSSN-%s' % claim[-4:],
                                    'verdict': verdict, 'cells': [
                                        cell(1, verdict), cell(2, verdict),
                                        {'form': '/v1', 'why': ''}]}
                            for claim, verdict in verdicts.items()}))


class TestReleasesPage(base.BaseTestCase):

    def test_deviations(self):
        self.assertEqual([], releases.deviations(
            row('zed', test_verdicts.SAFE)))
        self.assertEqual([], releases.deviations(
            row('pike', test_verdicts.EXPOSED)))
        for name, tests in (('zed', test_verdicts.EXPOSED),
                            ('pike', test_verdicts.SAFE),
                            ('pike-no-v1', test_verdicts.EXPOSED),
                            ('zed', {}),
                            ('zed', {**test_verdicts.SAFE, 'new': 'fail'})):
            self.assertNotEqual([], releases.deviations(row(name, tests)))

    def test_to_fail_for_another_reason_deviates(self):
        self.assertEqual(['c0005: NOT TESTED'], releases.deviations(
            row('pike', test_verdicts.EXPOSED, c0005='NOT TESTED')))

    def test_pairs(self):
        self.assertEqual(2, row('zed', {}, c0005='SAFE', d0005='EXPOSED',
                                e0005='NOT OFFERED').pairs)

    def test_page(self):
        tests = {'SomeScenario.test_users': 'success'}
        text = releases.page([
            row('pike', tests, c0005='EXPOSED', b0005='SAFE', a0015='SAFE'),
            row('zed', {}, c0005='NOT OFFERED')], **VERSIONS)
        self.assertIn('Tempest 2 and Keystone 3', text)
        self.assertIn('   * - pike\n     - 15.0.2\n     - v1.0, v2.0 to v2.10'
                      '\n     - 2\n', text)
        # The columns are the claims that were found, by note.
        self.assertIn('''
OSSN-0005
=========

.. list-table::
   :header-rows: 1

   * - Release
     - b0005
     - c0005
   * - pike
     - SAFE
     - EXPOSED
   * - zed
     - NOT TESTED
     - NOT OFFERED

OSSN-0015
=========
''', text)
        self.assertIn('''
   * - Release
     - test_users
   * - pike
     - passed
   * - zed
     - not run
''', text)
        self.assertTrue(text.endswith('not run\n'))
