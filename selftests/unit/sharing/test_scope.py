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


"""What a run makes and reads of what its claims need."""

from unittest import mock

import fixtures
from oslotest import base

from glance_ossn_tests.cleanup import endings
from glance_ossn_tests.clients import raw
from glance_ossn_tests import notes
from glance_ossn_tests.notes import beyond
from glance_ossn_tests.notes import ossn_0005
from glance_ossn_tests.sharing import forms
from glance_ossn_tests.sharing import histories
from glance_ossn_tests.sharing import listings
from glance_ossn_tests.sharing import scope
from glance_ossn_tests.survey import acts
from glance_ossn_tests.tests import base as cloud_tests

_OFFERS = {
    'v1': forms.offer('v1', ['/v1'], {}, 'no v1', set()),
    'v2': forms.offer('v2', ['/v2', '/v2.5', '/v2.7'], {}, 'no v2', set())}
_ABILITIES = forms.Abilities(
    versions=((2, 0), (2, 16)), public_name='a public image',
    parties=('producer', 'consumer', 'bystander', 'reader', 'admin'))
PLANS = histories.plan(_OFFERS, _ABILITIES)
ROWS = listings.plan(_OFFERS, _ABILITIES)
CORE = scope.Scope(tuple(claim for claim in notes.CLAIMS if claim.core))


class TestScope(base.BaseTestCase):

    def test_all(self):
        self.assertIs(PLANS, scope.Scope().plans(PLANS))
        self.assertIs(ROWS, scope.Scope().listings(ROWS))
        self.assertFalse(scope.Scope().core)

    def test_all_claims_together_leave_nothing_out(self):
        every = scope.Scope(notes.CLAIMS)
        self.assertFalse(every.core)
        # What is retained by design is no claim, but told beside one.
        self.assertEqual(
            [plan for plan in PLANS
             if plan.history.topic != histories.RETAINED],
            [plan for plan in every.plans(PLANS)
             if plan.history.topic != histories.RETAINED])
        self.assertEqual(ROWS, every.listings(ROWS))

    def test_a_claim_gets_what_it_is_about(self):
        for claim in notes.CLAIMS:
            if claim.shares is None or claim.core:
                continue
            alone = scope.Scope((claim,))
            self.assertEqual(
                [plan for plan in PLANS if claim.shares(plan)],
                [plan for plan in alone.plans(PLANS)
                 if claim.shares(plan)], claim.name)
            self.assertEqual(
                [row for row in ROWS
                 if not claim.listings or claim.listings(row)],
                [row for row in alone.listings(ROWS)
                 if not claim.listings or claim.listings(row)], claim.name)

    def test_it_gets_no_more(self):
        plans = scope.Scope((beyond.OPEN,)).plans(PLANS)
        self.assertEqual(
            {histories.OPEN, histories.CONTROL, histories.UNSHARED},
            {plan.history.topic for plan in plans})
        self.assertLess(len(plans), 10)
        self.assertEqual({plan.kind for plan in plans
                          if plan.history.topic == histories.OPEN},
                         {plan.kind for plan in plans})

    def test_a_claim_about_no_image_makes_none(self):
        alone = scope.Scope((ossn_0005.V1_UNREACHABLE,))
        self.assertEqual([], alone.plans(PLANS))

    def test_what_tells_that_a_share_is_there_is_always_asked(self):
        every = self.questions(ROWS)
        self.assertEqual({'pending', 'rejected', 'all'},
                         {row.asks_for for row in every})
        for claim in notes.CLAIMS:
            found = self.questions(scope.Scope((claim,)).listings(ROWS))
            if claim.core:
                # Each once.
                self.assertEqual(['pending', 'rejected', 'all'],
                                 [row.asks_for for row in found])
            else:
                self.assertEqual(every, found)

    def questions(self, rows):
        return [row for row in rows if row.asks_for and
                row.viewer == listings.CONSUMER]


class TestCore(base.BaseTestCase):

    def test_it_is_small(self):
        self.assertTrue(CORE.core)
        plans = [plan for plan in CORE.plans(PLANS) if plan.api == 'v2']
        self.assertLess(len(plans), 20)
        self.assertEqual({'/v2'}, {plan.form for plan in plans})
        self.assertEqual({'active', 'queued'},
                         {plan.kind.name for plan in plans})

    def test_it_judges_a_thousand_pairs(self):
        rows = [row for row in CORE.listings(ROWS) if row.api == 'v2']
        self.assertLess(len(rows), 80)
        self.assertGreater(len([
            1 for plan in CORE.plans(PLANS) for row in rows
            if plan.api == 'v2' and row.selects(plan.kind) and
            plan.history.topic == histories.UNACCEPTED and
            not row.asks_for]), 1000)

    def test_it_has_the_histories_of_the_note(self):
        self.assertLessEqual(
            {'accepted', 'pending', 'rejected', 'never shared'},
            {plan.history.name for plan in CORE.plans(PLANS)})

    def test_it_does_without_a_third_project(self):
        parties = {role: mock.Mock() for role in ('producer', 'consumer')}
        for plan in CORE.plans(PLANS):
            on = acts.Context(
                parties, parties['producer'], 'i', plan.kind, 'name',
                raw.Form('v1'), raw.Form('v1'), raw.Form('v2'), 's')
            for step in plan.history.steps:
                acts.ACTS[step](on)

    def test_another_claim_beside_it_gets_all_it_needs(self):
        both = scope.Scope((*CORE.claims, ossn_0005.REMOVED))
        self.assertFalse(both.core)
        self.assertLess(len(CORE.plans(PLANS)), len(both.plans(PLANS)))


class TestSelected(base.BaseTestCase):
    """From the tests of a process to the claims that they judge."""

    def claims_of(self, *names):
        self.useFixture(fixtures.MockPatchObject(
            endings, 'asked', lambda: sorted(names) or None))
        return type('ImageSharingTest', (cloud_tests.TwoProjectsTest,),
                    {}).claims()

    def test_all(self):
        self.assertIsNone(self.claims_of())

    def test_some(self):
        self.assertEqual(
            (ossn_0005.REMOVED, beyond.OPEN), self.claims_of(
                ossn_0005.REMOVED.test, beyond.OPEN.test,
                ossn_0005.CLIENT_V2.test))

    def test_what_a_test_needs_is_not_known(self):
        self.assertIsNone(self.claims_of(
            beyond.OPEN.test, 'ImageSharingTest.test_something_new'))
