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

"""What a run's accounts could not ask is said, in every format."""

from glance_ossn_tests.report import junit
from glance_ossn_tests.report import record
from glance_ossn_tests.report import view
from glance_ossn_tests.sharing import forms
from glance_ossn_tests.sharing import histories
from glance_ossn_tests.sharing import listings
from glance_ossn_tests.sharing import steps
from selftests.unit.report import base

WHY = forms.Abilities().nobody(listings.READER)


class TestPlans(base.ReportTest):

    def offers(self):
        return {api: forms.offer(api, ['/' + api], {}, 'no')
                for api in ('v1', 'v2')}

    def test_who_is_not_there_asks_nothing(self):
        with_all = forms.Abilities(((1, 1), (2, 17)), parties=(
            'producer', 'consumer', 'bystander', 'reader', 'admin'))
        without = forms.Abilities(((1, 1), (2, 17)))
        asked, others = (listings.plan(self.offers(), each)
                         for each in (with_all, without))
        self.assertEqual([each.name for each in asked],
                         [each.name for each in others])
        for each in others:
            self.assertEqual(each.viewer == listings.READER,
                             each.not_offered == WHY, each.name)
        self.assertNotIn(WHY, [each.not_offered for each in asked])

    def test_who_is_not_there_does_nothing(self):
        plans = histories.plan(self.offers(), forms.Abilities(((2, 17),)))
        for plan in plans:
            if steps.ADMIN_SHARES in plan.history.steps:
                self.assertTrue(plan.not_offered.startswith(
                    forms.NO_ACCOUNT))


class TestFormats(base.ReportTest):

    def setUp(self):
        super().setUp()
        self.report = record.read(base.everything(base.a_test(
            'v2-share-v2-list', 'SAFE', base.a_pair(),
            base.a_pair('NOT OFFERED', '/v2/images of the reader', WHY),
            base.a_pair('NOT OFFERED', '/v2/images?x=y', 'not known'))))

    def test_it_is_counted(self):
        result = self.result(self.report, 'v2-share-v2-list')
        self.assertEqual({WHY: 1}, result.not_asked)
        self.assertEqual('complete: 1 of 1, 1 not asked',
                         view.looked([result]))

    def test_every_format_says_so(self):
        for name, render in base.FORMATS.items():
            text = ' '.join(render(self.report).split())
            self.assertIn('no account of the reader', text, name)
            if name != 'sarif':
                self.assertIn('1 not asked', text, name)
        self.assertIn('1 not asked', junit.render(self.report))
        claims = [claim for note in self.report.as_dict()['notes']
                  for claim in note['claims']]
        self.assertEqual(1, sum(claim['not_asked'] for claim in claims))
