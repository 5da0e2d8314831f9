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


"""The suite on a real Pike with the manners of older releases.

It is a disguise: images, members and lists are Pike's own.
"""

from selftests.functional import base

EXPOSED, SAFE, ABSENT = 'EXPOSED', 'SAFE', 'NOT OFFERED'

# What is right of releases, by their facts: claims to verdicts.
_V1 = dict.fromkeys(('v1-unreachable', 'v1-share-v1-list', 'client-v1',
                     'published', 'third-project'), EXPOSED)
_ALWAYS = {'foreign-owner': SAFE, 'revived-consent': ABSENT}
_V1_OFF = {'v1-unreachable': SAFE, 'v1-share-v1-list': ABSENT,
           'client-v1': ABSENT, 'published': EXPOSED, 'third-project': SAFE,
           'v2-share-v1-list': ABSENT, 'v1-share-v2-list': ABSENT,
           'never-shared': SAFE}
_NO_CONSENT = dict.fromkeys(('v2-share-v1-list', 'v2-share-v2-list',
                             'other-members', 'client-v2'), ABSENT)
_CONSENT = dict.fromkeys(('v2-share-v2-list', 'other-members', 'client-v2',
                          'removed-share', 'consent'), SAFE)

_DIABLO = {**_ALWAYS, **_V1, **_NO_CONSENT, 'v1-share-v2-list': ABSENT,
           'removed-share': SAFE, 'never-shared': ABSENT, 'consent': SAFE}
_GRIZZLY = {**_ALWAYS, **_V1, **_CONSENT, 'v2-share-v1-list': EXPOSED,
            'v1-share-v2-list': SAFE, 'never-shared': SAFE}
_GRIZZLY_OFF = {**_ALWAYS, **_V1_OFF, **_CONSENT}

VERDICTS = {
    'diablo~manners': _DIABLO,
    'essex~manners': _DIABLO,
    'folsom~manners': {
        **_ALWAYS, **_V1, **_NO_CONSENT, 'v1-share-v2-list': EXPOSED,
        'removed-share': SAFE, 'never-shared': SAFE, 'consent': SAFE},
    'folsom-no-v1~manners': {
        **_ALWAYS, **_V1_OFF, **_NO_CONSENT, 'removed-share': ABSENT,
        'consent': ABSENT},
    'grizzly~manners': _GRIZZLY,
    'grizzly-no-v1~manners': _GRIZZLY_OFF,
    'havana~manners': _GRIZZLY,
    'havana-no-v1~manners': _GRIZZLY_OFF,
    'kilo~manners': {**_GRIZZLY, 'published': SAFE},
    'kilo-no-v1~manners': {**_GRIZZLY_OFF, 'published': SAFE},
}


class TestHistoric(base.CloudTest):

    def judge(self, name):
        """Judge a release, and see that nothing is left."""
        a_cloud = self.up(name)
        self.addCleanup(self.box.stop, name)
        before = self.holdings(a_cloud)
        outcome = base.run_tempest(a_cloud.workspace, a_cloud.config)
        found = {claim: str(detail['verdict'])
                 for claim, detail in outcome.claims.items()}
        self.assertEqual(VERDICTS[name], {
            claim: found.get(claim) for claim in VERDICTS[name]},
            outcome.output)
        self.assertNotIn('NOT TESTED', found.values(), outcome.output)
        self.assertEqual(before, self.holdings(a_cloud))

    def test_diablo(self):
        self.judge('diablo~manners')

    @base.extended
    def test_essex(self):
        self.judge('essex~manners')

    @base.extended
    def test_folsom(self):
        self.judge('folsom~manners')

    @base.extended
    def test_folsom_without_v1(self):
        self.judge('folsom-no-v1~manners')

    @base.extended
    def test_grizzly(self):
        self.judge('grizzly~manners')

    @base.extended
    def test_grizzly_without_v1(self):
        self.judge('grizzly-no-v1~manners')

    @base.extended
    def test_havana(self):
        self.judge('havana~manners')

    @base.extended
    def test_havana_without_v1(self):
        self.judge('havana-no-v1~manners')

    @base.extended
    def test_kilo(self):
        self.judge('kilo~manners')

    @base.extended
    def test_kilo_without_v1(self):
        self.judge('kilo-no-v1~manners')
