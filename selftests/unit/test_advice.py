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

"""What to change fits what was seen, and loosens no cloud."""

import re

from oslotest import base

from glance_ossn_tests import notes
from glance_ossn_tests.notes import beyond
from glance_ossn_tests.notes import ossn_0005
from glance_ossn_tests.notes import ossn_0015
from glance_ossn_tests.report import failure
from glance_ossn_tests.sharing import matrix
from glance_ossn_tests.sharing import verdicts

READER = {'history': "accepted by the consumer's reader"}
STRANGER = {'history': 'accepted by a stranger'}
# Where to change something, or whom to tell.
PLACE = re.compile(r'glance-api\.conf|policy\.yaml|policy file|'
                   r'Upgrade Glance|glance-manage|'
                   r'property_protection_file|security\.openstack\.org')
# What would make a cloud less strict.
LOOSE = re.compile(r'role:member"?$|: ""|enforce_\w+ = False|"@"|True: v1|'
                   r'enable_v1_api = True|disable', re.IGNORECASE)


class TestAdvice(base.BaseTestCase):

    def test_every_claim_says_what_to_change_and_loosens_nothing(self):
        for claim in notes.CLAIMS + notes.UPGRADE:
            every = claim.advise([]) + [cause.advice
                                        for cause in claim.causes]
            for advice in every:
                self.assertRegex(advice.remedy, PLACE, claim.name)
                self.assertNotRegex(advice.remedy, LOOSE, claim.name)
                self.assertTrue(advice.allows, claim.name)

    def test_v1_is_blamed_for_what_it_shows_alone(self):
        for claim in notes.CLAIMS + notes.UPGRADE:
            if not any('enable_v1_api' in cause.advice.remedy
                       for cause in claim.causes):
                continue
            by_v1, = claim.advise([{'list': 'v1', 'api': 'v1'}], ['v1.0'])
            self.assertIn('enable_v1_api', by_v1.remedy, claim.name)
            by_v2, = claim.advise([{'list': 'v2', 'api': 'v2'}], ['v2.17'])
            self.assertNotIn('v1', by_v2.remedy, claim.name)
        # A release that has no such option is not told to set it.
        old, = beyond.BYSTANDER.advise([{'list': 'v1'}], ['v1.0', 'v1.1'])
        self.assertNotIn('enable_v1_api =', old.remedy)

    def test_a_reader_that_accepts(self):
        advice, = ossn_0005.READER_CONSENT.advise([READER, READER])
        self.assertIn('enforce_new_defaults = True', advice.remedy)
        self.assertIn('[oslo_policy]', advice.remedy)
        self.assertIn('No other project can', advice.allows)
        # It is no matter of a vulnerability that nobody knows.
        self.assertNotIn('Vulnerability', advice.remedy)

    def test_a_stranger_that_accepts(self):
        advice, = ossn_0005.CONSENT.advise([STRANGER])
        self.assertIn('modify_member', advice.remedy)
        self.assertNotIn('enforce_new_defaults', advice.remedy)

    def test_v1_is_switched_off_where_it_is_the_cause(self):
        for claim in (ossn_0005.V1_UNREACHABLE, ossn_0005.V1_SHARE_V1_LIST,
                      ossn_0005.V2_SHARE_V1_LIST, ossn_0005.CLIENT_V1):
            advice, = claim.advise([{}])
            self.assertIn('enable_v1_api = False', advice.remedy, claim.name)
        for claim in (ossn_0005.V2_SHARE_V2_LIST, ossn_0005.CLIENT_V2,
                      ossn_0005.CONSENT):
            advice, = claim.advise([{}])
            self.assertNotIn('enable_v1_api', advice.remedy, claim.name)

    def test_remedies_are_those_that_a_release_knows(self):
        ids = {'Diablo, Essex': ['v1.0', 'v1.1'],
               'Folsom': ['v1.0', 'v1.1', 'v2.0'],
               'Grizzly': ['v1.0', 'v1.1', 'v2.0', 'v2.1'],
               'Havana': ['v1.0', 'v1.1', 'v2.0', 'v2.1', 'v2.2'],
               'Kilo': ['v1.0', 'v1.1', 'v2.0', 'v2.1', 'v2.2', 'v2.3'],
               'Pike': ['v1.0', 'v1.1', 'v2.0', 'v2.5'],
               'not known': []}
        for release, advertised in ids.items():
            v1, = ossn_0005.V1_SHARE_V1_LIST.advise([{}], advertised)
            public, = ossn_0015.PUBLISHED.advise([{}], advertised)
            if release == 'Diablo, Essex':
                self.assertNotIn('enable_v1_api =', v1.remedy)
                self.assertIn('upgraded', v1.remedy)
                self.assertIn('[["role:admin"]]', public.remedy)
                self.assertIn('Diablo has no such rule', public.remedy)
                continue
            self.assertIn('enable_v1_api = False', v1.remedy, release)
            self.assertEqual(release == 'Folsom',
                             'shared before stays' in v1.remedy, release)
            self.assertEqual(release == 'Folsom',
                             '[["role:admin"]]' in public.remedy, release)
            self.assertEqual(release != 'Folsom',
                             '"publicize_image": "role:admin"'
                             in public.remedy, release)

    def test_the_text_of_a_failure_takes_that_of_the_cause(self):
        evidence = [verdicts.Evidence(
            matrix.image(READER['history'], 'queued', '/v2', topic='consent',
                         api='v2', image_id='x', membership='accepted'),
            verdicts.Item('list', '/v2/images', {'api': 'v2',
                                                 'viewer': 'consumer'}),
            verdicts.EXPOSED, 'page 1')]
        text = failure.tell(ossn_0005.READER_CONSENT, evidence)
        self.assertIn('enforce_new_defaults', text)
        self.assertNotIn('Any project can put', text)
