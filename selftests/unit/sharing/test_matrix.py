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

"""The rules for a verdict, cell by cell."""

import dataclasses

from oslotest import base

from glance_ossn_tests import notes
from glance_ossn_tests.notes import ossn_0005
from glance_ossn_tests.report import failure
from glance_ossn_tests.sharing import histories
from glance_ossn_tests.sharing import kinds
from glance_ossn_tests.sharing import listings
from glance_ossn_tests.sharing import matrix
from glance_ossn_tests.sharing import verdicts

HISTORY = {h.name: h for h in histories.HISTORIES}
LISTING = listings.Listing('v2', form='/v2')


def share(history='pending', image_id='shared', kind=kinds.QUEUED,
          api='v2', plan=None, **known):
    row = histories.Plan(HISTORY[history], kind, api, '/' + api,
                         **(plan or {}))
    return matrix.Share(row, image_id, **known)


def judge(looks, shares=None, controls=None):
    """A matrix with one pending share and its controls, unless given."""
    return matrix.Matrix(
        shares or [share(), share('accepted', 'accepted')],
        controls if controls is not None else
        [matrix.Control(kinds.QUEUED, 'own')],
        looks)


def look(*seen, listing=LISTING, **known):
    return matrix.Reading(listing, {i: 'page 1' for i in seen}, **known)


class TestVerdictOfACell(base.BaseTestCase):

    def assert_cell(self, verdict, why, cells):
        self.assertEqual(1, len(cells))
        self.assertIs(verdict, cells[0].verdict)
        self.assertIn(why, cells[0].why)

    def test_absent_in_a_complete_listing_with_controls_is_safe(self):
        cells = judge([look('own', 'accepted')]).evidence
        self.assert_cell(verdicts.SAFE, 'absent', cells)

    def test_seen_is_exposed(self):
        cells = judge([look('own', 'accepted', 'shared')]).evidence
        self.assert_cell(verdicts.EXPOSED, 'page 1', cells)

    def test_seen_is_exposed_though_the_listing_broke_off(self):
        cells = judge([look('shared', problem='503')]).evidence
        self.assert_cell(verdicts.EXPOSED, 'page 1', cells)

    def test_seen_is_exposed_though_the_membership_is_not_as_planned(self):
        # A cloud that accepts on the consumer's behalf says "accepted".
        shares = [share(unconfirmed='the member list says accepted'),
                  share('accepted', 'accepted')]
        cells = judge([look('own', 'accepted', 'shared')], shares).evidence
        self.assert_cell(verdicts.EXPOSED, 'page 1', cells)

    def test_seen_after_a_failed_step_proves_nothing(self):
        # It was accepted, and to reject it failed: of course it is listed.
        shares = [share('accepted, then rejected', failed='409 on reject'),
                  share('accepted', 'accepted')]
        cells = judge([look('own', 'accepted', 'shared')], shares).evidence
        self.assert_cell(verdicts.NOT_TESTED, '409 on reject', cells)

    def test_incomplete_listing_is_not_tested(self):
        cells = judge([look('own', 'accepted', problem='503')]).evidence
        self.assert_cell(verdicts.NOT_TESTED, '503', cells)

    def test_unconfirmed_share_is_not_tested(self):
        shares = [share(unconfirmed='no member'),
                  share('accepted', 'accepted')]
        cells = judge([look('own', 'accepted')], shares).evidence
        self.assert_cell(verdicts.NOT_TESTED, 'no member', cells)

    def test_what_is_asked_for_is_told(self):
        asks = listings.Listing('v2', form='/v2', asks_for='pending')
        self.assertEqual([], judge([look('shared', listing=asks)]).evidence)
        # Not even then what is shared no longer.
        shares = [share('removed', 'gone'), share('accepted', 'accepted')]
        cells = judge([look('own', 'gone', listing=asks)], shares).evidence
        self.assert_cell(verdicts.EXPOSED, 'page 1', cells)
        cells = judge([look('own', listing=asks)], shares).evidence
        self.assert_cell(verdicts.SAFE, 'absent', cells)

    def test_what_changes_later_is_judged_later(self):
        shares = [share('listed, then rejected'),
                  share('accepted', 'accepted')]
        self.assertEqual([], judge([look('shared')], shares).evidence)
        late = listings.Listing('v2', form='/v2', late=True)
        for seen, verdict, why in (
                ((), verdicts.SAFE, 'absent'),
                (('shared',), verdicts.EXPOSED, 'page 1')):
            self.assert_cell(verdict, why, judge(
                [look('own', 'accepted', *seen, listing=late)],
                shares).evidence)

    def test_retained_consent_is_no_control(self):
        shares = [share(), share('accepted', 'accepted'),
                  share('accepted, made private and shared again', 'kept')]
        cells = judge([look('own', 'accepted')], shares).evidence
        self.assert_cell(verdicts.SAFE, 'absent', cells)
        self.assertEqual([], judge([look('own')], shares).remarks)
        remark, = judge([look('kept')], shares).remarks
        self.assertIn('By design', remark)
        self.assertIn('kept', remark)

    def test_other_members(self):
        others = listings.OTHER_MEMBERS
        shares = [share(), share('accepted by another member', 'two')]
        for seen, problem, verdict in (
                ((), None, verdicts.SAFE),
                (('two',), None, verdicts.EXPOSED),
                ((), '403', verdicts.NOT_TESTED)):
            cells = judge([look(*seen, listing=others, problem=problem)],
                          shares).evidence
            self.assertEqual([verdict], [c.verdict for c in cells])

    def test_own_control_missing_is_not_tested(self):
        cells = judge([look('accepted')]).evidence
        self.assert_cell(verdicts.NOT_TESTED, 'own', cells)

    def test_own_control_behind_which_reading_started_is_not_missing(self):
        cells = judge([look('accepted', marker='own')]).evidence
        self.assert_cell(verdicts.SAFE, 'absent', cells)

    def test_accepted_control_missing_is_not_tested(self):
        cells = judge([look('own')]).evidence
        self.assert_cell(verdicts.NOT_TESTED, 'accepted', cells)

    def test_accepted_control_that_could_not_be_made_is_not_tested(self):
        shares = [share(), share('accepted', 'accepted', failed='403')]
        cells = judge([look('own')], shares).evidence
        self.assert_cell(verdicts.NOT_TESTED, '403', cells)

    def test_own_control_that_could_not_be_made_is_not_tested(self):
        controls = [matrix.Control(kinds.QUEUED, 'own', failed='413')]
        cells = judge([look('accepted')], controls=controls).evidence
        self.assert_cell(verdicts.NOT_TESTED, '413', cells)

    def test_controls_of_another_kind_do_not_count(self):
        controls = [matrix.Control(kinds.ACTIVE, 'own')]
        cells = judge([look('own', 'accepted')], controls=controls).evidence
        self.assert_cell(verdicts.NOT_TESTED, 'no queued', cells)

    def test_without_a_consent_api_own_controls_suffice(self):
        shares = [share(api='v1'),
                  share('accepted', None, plan={'not_offered': 'no v2'})]
        cells = judge([look('own')], shares).evidence
        self.assert_cell(verdicts.SAFE, 'absent', cells)

    def test_a_share_that_is_not_offered(self):
        # As the versions tell, or as it turned out when it was tried.
        for known in ({'plan': {'not_offered': 'v1 was refused'}},
                      {'not_offered': '"share" was refused'}):
            cells = judge([look()], [share(**known)]).evidence
            self.assert_cell(verdicts.NOT_OFFERED, 'refused', cells)

    def test_claims_that_need_no_share_stand_alone(self):
        # Nobody may share: what was never shared is judged all the same.
        shares = [share('never shared'),
                  share('accepted', None, not_offered='403'),
                  share(not_offered='403')]
        whole = judge([look('own')], shares)
        self.assertEqual(
            [(verdicts.SAFE, 'never shared')],
            [(found.verdict, found.what.attributes['history'])
             for found in whole.evidence
             if found.verdict is not verdicts.NOT_OFFERED])
        cells = judge([look('own', 'shared')], shares[:2]).evidence
        self.assert_cell(verdicts.EXPOSED, 'page 1', cells)

    def test_own_control_that_is_not_offered(self):
        controls = [matrix.Control(kinds.QUEUED, 'own', not_offered='403')]
        cells = judge([look('accepted')], controls=controls).evidence
        self.assert_cell(verdicts.NOT_OFFERED, '403', cells)
        cells = judge([look('shared')], controls=controls).evidence
        self.assert_cell(verdicts.EXPOSED, 'page 1', cells)

    def test_accepting_that_is_not_offered(self):
        shares = [share(), share('accepted', 'accepted', not_offered='403')]
        # A list that shows images of one's own is proved by them ...
        cells = judge([look('own')], shares).evidence
        self.assert_cell(verdicts.SAFE, 'absent', cells)
        # ... and one that shows none by nothing.
        listing = dataclasses.replace(LISTING, own=False)
        cells = judge([look('own', listing=listing)], shares).evidence
        self.assert_cell(verdicts.NOT_OFFERED, '403', cells)

    def test_what_is_not_known_of_v1_does_not_spoil_v2(self):
        unknown = share('accepted', None, api='v1', plan={'problem': '500'})
        shares = [share(), share('accepted', 'accepted'), unknown]
        cells = judge([look('own', 'accepted')], shares).evidence
        self.assert_cell(verdicts.SAFE, 'absent', cells)
        # Where the other is missing, or is not to be had, it does not help.
        cells = judge([look('own')], shares).evidence
        self.assert_cell(verdicts.NOT_TESTED, 'missing', cells)
        shares[1] = share('accepted', None, plan={'not_offered': 'no v2'})
        cells = judge([look('own')], shares).evidence
        self.assert_cell(verdicts.NOT_TESTED, '500', cells)

    def test_a_listing_that_is_not_offered(self):
        for absent in (look(not_offered='400'), look(
                listing=dataclasses.replace(LISTING, not_offered='400'))):
            cells = judge([absent]).evidence
            self.assert_cell(verdicts.NOT_OFFERED, '400', cells)

    def test_doors_not_known_to_be_open_are_not_tested(self):
        listing = dataclasses.replace(LISTING, problem='500 on /v2.7')
        cells = judge([look(listing=listing)]).evidence
        self.assert_cell(verdicts.NOT_TESTED, '/v2.7', cells)
        shares = [share(image_id=None, plan={'problem': '500 on /v2.7'})]
        cells = judge([look('own')], shares).evidence
        self.assert_cell(verdicts.NOT_TESTED, '/v2.7', cells)

    def test_what_a_query_does_not_select_counts_only_when_seen(self):
        listing = dataclasses.replace(LISTING, selects=lambda kind: False)
        self.assertEqual([], judge([look(listing=listing)]).evidence)
        cells = judge([look('shared', listing=listing)]).evidence
        self.assert_cell(verdicts.EXPOSED, 'page 1', cells)

    def test_a_list_without_own_images_needs_an_accepted_one(self):
        listing = dataclasses.replace(LISTING, own=False)
        cells = judge([look('accepted', listing=listing)],
                      controls=[]).evidence
        self.assert_cell(verdicts.SAFE, 'absent', cells)
        cells = judge([look(listing=listing)], [share()]).evidence
        self.assert_cell(verdicts.NOT_TESTED, 'no accepted', cells)

    def test_a_list_of_one_visibility_has_controls_of_it(self):
        listing = dataclasses.replace(LISTING, visibility='private')
        controls = [matrix.Control(kinds.QUEUED, 'own'), matrix.Control(
            kinds.QUEUED, 'private', visibility='private')]
        cells = judge([look('private', listing=listing)],
                      controls=controls).evidence
        self.assert_cell(verdicts.SAFE, 'absent', cells)
        cells = judge([look('own', listing=listing)],
                      controls=controls).evidence
        self.assert_cell(verdicts.NOT_TESTED, 'missing', cells)

    def test_silence_of_a_list_of_public_images_is_no_proof(self):
        listing = dataclasses.replace(LISTING, visibility='public')
        cells = judge([look(listing=listing)]).evidence
        self.assert_cell(verdicts.NOT_OFFERED, 'prove', cells)
        cells = judge([look('shared', listing=listing)]).evidence
        self.assert_cell(verdicts.EXPOSED, 'page 1', cells)

    def test_a_community_image_may_be_where_one_asks_for_it(self):
        image = share('community')
        for query, visibility, bears in (
                ((('visibility', 'all'),), None, False),
                ((('visibility', 'community'),), 'community', False),
                ((), None, True)):
            listing = dataclasses.replace(LISTING, query=query,
                                          visibility=visibility)
            self.assertEqual(bears, bool(judge(
                [look('shared', listing=listing)], [image]).evidence))

    def test_a_bystander_may_list_what_it_accepted_and_nothing_else(self):
        listing = dataclasses.replace(LISTING, viewer=listings.BYSTANDER)
        controls = [matrix.Control(kinds.QUEUED, 'own', listings.BYSTANDER)]
        shares = [share('accepted', 'accepted', membership='accepted'),
                  share('accepted by another member', 'other')]
        cells = judge([look('own', listing=listing)], shares,
                      controls).evidence
        self.assert_cell(verdicts.SAFE, 'absent', cells)
        cells = judge([look('own', 'accepted', 'other', listing=listing)],
                      shares, controls).evidence
        self.assert_cell(verdicts.EXPOSED, 'page 1', cells)

    def test_the_bystander_does_not_care_what_the_consumer_answered(self):
        listing = dataclasses.replace(LISTING, viewer=listings.BYSTANDER)
        controls = [matrix.Control(kinds.QUEUED, 'own', listings.BYSTANDER)]
        for membership, verdict in (('accepted', verdicts.SAFE),
                                    (None, verdicts.NOT_TESTED)):
            cells = judge(
                [look('own', listing=listing)],
                [share(membership=membership, unconfirmed='not pending')],
                controls).evidence
            self.assertIs(verdict, cells[0].verdict)

    def test_members_that_were_never_added(self):
        image = share('passed on by the consumer')
        members = look(listing=listings.MEMBERS)
        cells = judge([members], [image, share()]).evidence
        self.assert_cell(verdicts.SAFE, 'absent', cells)
        members.seen['shared'] = 'its producer never added the member X'
        cells = judge([members], [image]).evidence
        self.assert_cell(verdicts.EXPOSED, 'never added', cells)

    def test_what_the_consumer_asks_for_is_no_exposure(self):
        listing = dataclasses.replace(LISTING, asks_for='pending')
        self.assertEqual([], judge([look('shared', listing=listing)]).evidence)


class TestVerdicts(base.BaseTestCase):

    def test_the_worst_counts(self):
        v = verdicts
        for expected, found in (
                (v.EXPOSED, (v.SAFE, v.EXPOSED, v.NOT_TESTED)),
                (v.NOT_TESTED, (v.SAFE, v.NOT_TESTED, v.NOT_OFFERED)),
                (v.NOT_TESTED, (v.WAIVED, v.NOT_TESTED)),
                (v.WAIVED, (v.SAFE, v.WAIVED)),
                (v.SAFE, (v.NOT_OFFERED, v.SAFE)),
                (v.NOT_OFFERED, (v.NOT_OFFERED,)),
                (v.NOT_TESTED, ())):
            self.assertIs(expected, verdicts.worst(found))
            self.assertIs(expected, verdicts.worst(reversed(found)))

    def test_they_are_counted_worst_first(self):
        v = verdicts
        self.assertEqual(
            [(v.EXPOSED, 1), (v.SAFE, 2)],
            list(v.count([v.SAFE, v.EXPOSED, v.SAFE]).items()))

    def test_an_answer_is_an_exposure_where_nothing_should_answer(self):
        self.assertEqual(
            {'answers': 'EXPOSED', 'takes changes': 'EXPOSED',
             'refused': 'SAFE', 'not known': 'NOT TESTED'},
            {reach: reach.verdict for reach in verdicts.Reach})

    def test_an_image_is_the_same_by_all_that_is_known_of_it(self):
        one, other = (matrix.image_of(share(image_id=image_id))
                      for image_id in ('1', '2'))
        self.assertEqual(one.name, other.name)
        self.assertEqual(2, len({one, other, matrix.image_of(
            share(image_id='1'))}))


class TestClaims(base.BaseTestCase):

    def select(self, claim, shares, looks):
        return judge(looks, shares).select(claim.shares, claim.listings)

    def test_every_cell_bears_on_exactly_one_claim(self):
        shares = [share(name, image_id=name + api, api=api)
                  for name, history in HISTORY.items()
                  for api in history.apis]
        looks = [look(listing=listings.Listing(
            api, form='/' + api, viewer=viewer)) for api in ('v1', 'v2')
            for viewer in (listings.CONSUMER, listings.BYSTANDER)]
        looks.append(look(listing=listings.MEMBERS))
        whole = judge(looks, shares)
        found = [(cell.what, cell.where) for claim in notes.CLAIMS
                 if claim not in (ossn_0005.V1_UNREACHABLE,
                                  *ossn_0005.CLIENT) and not claim.checks
                 for cell in whole.select(claim.shares, claim.listings)]
        self.assertEqual(len(whole.evidence), len(found))
        self.assertEqual(len(found), len(set(found)))

    def test_names_are_unique(self):
        names = [claim.name for claim in notes.CLAIMS]
        self.assertEqual(len(names), len(set(names)))

    def test_text_of_an_exposure_says_what_where_why_and_what_to_do(self):
        cells = self.select(
            ossn_0005.V2_SHARE_V2_LIST,
            [share(membership='pending'), share('accepted', 'accepted')],
            [look('own', 'accepted', 'shared')])
        text = failure.tell(ossn_0005.V2_SHARE_V2_LIST, cells)
        for part in ('OSSN-0005 EXPOSED', '- shared: pending',
                     '/v2/images', 'page 1', 'What it allows',
                     'policy.yaml', 'https://wiki.openstack.org'):
            self.assertIn(part, text)

    def test_text_of_the_note_names_option_section_and_file(self):
        text = '\n'.join(failure.advice(ossn_0005.V1_SHARE_V1_LIST))
        for part in ('enable_v1_api = False', '[DEFAULT]',
                     'glance-api.conf'):
            self.assertIn(part, text)

    def test_text_of_not_tested_names_each_reason_once(self):
        looks = [look(problem='503'), look(problem='503'),
                 look('own')]
        cells = self.select(ossn_0005.V2_SHARE_V2_LIST, None, looks)
        text = failure.tell(ossn_0005.V2_SHARE_V2_LIST, cells)
        self.assertIn('OSSN-0005 NOT TESTED', text)
        self.assertEqual(1, text.count('503'))
        self.assertIn('3 of 3 pairs', text)

    def test_text_of_no_cells(self):
        self.assertIn('nothing that bears on it',
                      failure.tell(ossn_0005.V2_SHARE_V2_LIST, []))

    def test_a_long_text_is_cut_and_says_so(self):
        shares = [share(image_id='image-%d' % n) for n in range(40)]
        cells = judge([look(*(s.image_id for s in shares))], shares).evidence
        text = failure.tell(ossn_0005.V2_SHARE_V2_LIST, cells)
        self.assertIn('40 of 40 pairs', text)
        self.assertIn('more', text)
        self.assertNotIn('image-39', text)
