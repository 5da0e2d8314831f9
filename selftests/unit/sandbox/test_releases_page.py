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

import re

from oslotest import base
import yaml

from glance_ossn_tests import notes
from selftests.functional import base as functional
from selftests.functional import releases
from selftests.functional import test_historic
from selftests.functional import test_verdicts

VERSIONS = {'plugin': '1', 'tempest': '2', 'keystone': '3'}


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
            row('2026.1', releases.expected('2026.1'))))
        self.assertEqual([], releases.deviations(
            row('zed', releases.expected('zed'))))
        self.assertEqual([], releases.deviations(row(
            'folsom~manners', {}, **test_historic.VERDICTS['folsom~manners'])))
        self.assertEqual(
            ['published: SAFE, expected EXPOSED'], releases.deviations(row(
                'folsom~manners', {}, **{
                    **test_historic.VERDICTS['folsom~manners'],
                    'published': 'SAFE'})))
        self.assertEqual([], releases.deviations(
            row('pike', test_verdicts.EXPOSED)))
        for name, tests in (('zed', test_verdicts.EXPOSED),
                            ('pike', test_verdicts.SAFE),
                            ('pike-no-v1', test_verdicts.EXPOSED),
                            ('zed', {}),
                            ('zed', releases.expected('2026.1')),
                            ('zed', {**releases.expected('zed'),
                                     'new': 'fail'})):
            self.assertNotEqual([], releases.deviations(row(name, tests)))

    def test_to_fail_for_another_reason_deviates(self):
        self.assertEqual(['c0005: NOT TESTED'], releases.deviations(
            row('pike', test_verdicts.EXPOSED, c0005='NOT TESTED')))

    def test_pairs(self):
        self.assertEqual(2, row('zed', {}, c0005='SAFE', d0005='EXPOSED',
                                e0005='NOT OFFERED').pairs)

    def page(self, *rows):
        # As from the file.
        return releases.page(yaml.safe_load(releases.store(
            releases.results(rows, **VERSIONS))))

    def test_releases(self):
        text = self.page(row('pike', {}, c0005='EXPOSED', b0005='SAFE'))
        self.assertIn('Tempest 2 and Keystone 3', text)
        self.assertIn('   "pike","15.0.2","v1.0, v2.0 to v2.10","2"\n', text)

    def test_what_differs(self):
        text = self.page(
            row('pike', {}, a0005='SAFE', b0005='EXPOSED', c0005='SAFE'),
            row('zed', {}, a0005='SAFE', b0005='SAFE', c0005='NOT OFFERED'),
            row('2026.2', {}, a0005='SAFE', b0005='SAFE',
                c0005='NOT OFFERED'))
        self.assertIn('''
   "Claim","Most releases","Others"
   "b0005","SAFE","pike: EXPOSED"
   "c0005","NOT OFFERED","pike: SAFE"

SAFE on every release: ``a0005``.
''', text)

    def test_what_was_not_looked_at_is_not_safe(self):
        text = self.page(row('pike', {}, a0005='SAFE'),
                         row('2026.2', {}, a0005='SAFE'), row('zed', {}))
        self.assertIn('   "a0005","SAFE","zed: NOT TESTED"\n', text)
        self.assertNotIn('on every release', text)

    def test_all_alike(self):
        text = self.page(row('pike', {}, a0005='SAFE'))
        self.assertNotIn('Most releases', text)
        self.assertIn('every release: ``a0005``.\n', text)

    def test_each_note_of_each_release(self):
        text = self.page(row('zed', {}, **{
            claim.name: 'SAFE' if claim.name != 'copy-from' else 'EXPOSED'
            for claim in notes.CLAIMS}), row('pike', {}))
        zed = text.partition('\nzed\n---')[2]
        self.assertIn('\nEXPOSED\n   OSSN-0078 (``copy-from``)\n', zed)
        for note in {claim.note for claim in notes.CLAIMS}:
            for name in (note.name, *note.also):
                self.assertEqual(1, len(re.findall(r'\b%s\b' % name, zed)))
        self.assertIn('\npike\n----\n\nNOT TESTED\n', text)

    def test_the_page_is_that_of_the_results(self):
        self.assertEqual(
            releases.page(yaml.safe_load(releases.RESULTS.read_text())),
            releases.PAGE.read_text(),
            'Run: python -m selftests.functional.releases --render')
