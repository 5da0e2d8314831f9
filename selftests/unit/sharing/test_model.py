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

"""The model of consent, against what the API reference says."""

from oslotest import base

from glance_ossn_tests.sharing import histories
from glance_ossn_tests.sharing import listings
from glance_ossn_tests.sharing import model
from glance_ossn_tests.sharing import steps as s

MEMBER = model.State(consumer=s.PENDING)
DEFAULT = listings.Listing('v2')


def by_query(*query, **fields):
    return listings.Listing('v2', query=query, **fields)


class TestStep(base.BaseTestCase):

    def assert_step(self, before, act, allowed, after=None, api='v2'):
        self.assertEqual((after or before, allowed),
                         model.step(before, act, api))

    def test_a_new_member_waits(self):
        self.assert_step(model.START, s.SHARE, True, model.State(
            consumer=s.PENDING, was_member=True))

    def test_a_member_is_added_once(self):
        for status in (s.PENDING, s.ACCEPTED, s.REJECTED):
            self.assert_step(model.State(consumer=status), s.SHARE, False)
            # v1 says 204, and changes nothing.
            self.assert_step(model.State(consumer=status), s.SHARE, True,
                             api='v1')

    def test_only_shared_images_have_members(self):
        for visibility in (model.PRIVATE, model.COMMUNITY):
            state = model.State(visibility)
            self.assert_step(state, s.SHARE, False)
            member = model.State(visibility, s.REJECTED)
            for act in (s.ACCEPT, s.REJECT, s.RESET, s.REMOVE):
                self.assert_step(member, act, False)

    def test_v1_adds_a_member_to_a_private_image(self):
        self.assert_step(
            model.State(model.PRIVATE), s.SHARE, True,
            model.State(model.PRIVATE, s.PENDING, was_member=True,
                        latent=True), api='v1')

    def test_what_is_not_known_of_a_private_image(self):
        state, allowed = model.step(model.State(model.PRIVATE), s.TRY_SHARE)
        self.assertEqual((s.ANY, False), (state.consumer, allowed))

    def test_each_answer_from_each_status(self):
        for before in (s.PENDING, s.ACCEPTED, s.REJECTED):
            for act, after in ((s.ACCEPT, s.ACCEPTED), (s.REJECT, s.REJECTED),
                               (s.RESET, s.PENDING)):
                self.assert_step(model.State(consumer=before), act, True,
                                 model.State(consumer=after))

    def test_only_a_member_answers(self):
        for act in (s.ACCEPT, s.REJECT, s.RESET, s.BYSTANDER_ACCEPTS):
            self.assert_step(model.START, act, False)

    def test_what_ends_leaves_no_consent(self):
        self.assert_step(
            model.State(consumer=s.ACCEPTED), s.REMOVE, True,
            model.State(withdrawn=True))
        self.assert_step(MEMBER, s.REMOVE, True, model.State())
        self.assert_step(model.START, s.REMOVE, False)
        again, _ = model.step(model.State(withdrawn=True), s.SHARE, 'v2')
        self.assertEqual((s.PENDING, True), (again.consumer,
                                             again.withdrawn))

    def test_visibility_leaves_members_as_they_are(self):
        state = model.State(consumer=s.REJECTED, bystander=s.ACCEPTED)
        self.assertEqual(state, model.run(
            (s.PRIVATE, s.SHARED, s.COMMUNITY, s.SHARED), state))

    def test_data(self):
        self.assert_step(model.START, s.UPLOAD, True, model.State(data=True))
        self.assert_step(model.State(data=True), s.UPLOAD, False)
        self.assert_step(model.START, s.DEACTIVATE, False)

    def test_the_same_id_is_another_image(self):
        state = model.State(model.COMMUNITY, s.ACCEPTED, data=True,
                            withdrawn=True)
        self.assert_step(state, s.RECREATE, True, model.START)
        self.assert_step(model.State(protected=True), s.RECREATE, False)

    def test_tries_change_nothing(self):
        for act in (s.TRY_OWNER_ACCEPTS, s.TRY_BYSTANDER_ACCEPTS, s.TRY_JOIN,
                    s.TRY_PASS_ON, s.TRY_READER_ACCEPTS, s.TRY_UNKNOWN,
                    s.TRY_PUBLIC, s.TRY_ADD_OWNER):
            self.assert_step(MEMBER, act, False)


class TestWhatIsSeen(base.BaseTestCase):

    def test_who_may_list(self):
        # Source: "Show images" of the API reference: visibility and
        # member_status.
        pending = by_query(('visibility', 'shared'),
                           ('member_status', 'pending'), asks_for='pending')
        everything = by_query(('visibility', 'all'))
        community = by_query(visibility='community')
        for state, may in (
                (model.State(), ()),
                (model.State(consumer=s.PENDING), (pending,)),
                (model.State(consumer=s.REJECTED), (pending,)),
                (model.State(consumer=s.ACCEPTED),
                 (DEFAULT, pending, everything, community)),
                (model.State(model.PRIVATE, s.ACCEPTED), ()),
                (model.State(model.COMMUNITY, s.REJECTED),
                 (everything, community)),
                (model.State(bystander=s.ACCEPTED), ())):
            for listing in (DEFAULT, pending, everything, community):
                self.assertEqual(
                    listing in may,
                    model.may_list(state, 'consumer', listing),
                    (state, listing.name))

    def test_what_must_be_listed(self):
        state = model.State(consumer=s.ACCEPTED)
        self.assertTrue(model.must_list(state, 'consumer'))
        self.assertFalse(model.must_list(state, 'consumer', s.PENDING))
        self.assertFalse(model.must_list(state, 'consumer', hidden=True))
        self.assertFalse(model.must_list(
            model.State(model.PRIVATE, s.ACCEPTED), 'consumer'))

    def test_who_may_read(self):
        for state, may in ((model.State(), False),
                           (model.State(consumer=s.REJECTED), True),
                           (model.State(model.PRIVATE, s.ACCEPTED), False),
                           (model.State(model.COMMUNITY), True)):
            self.assertEqual(may, model.may_read(state, 'consumer'))
        self.assertFalse(model.may_download(
            model.State(consumer=s.ACCEPTED, data=True, deactivated=True),
            'consumer'))
        self.assertTrue(model.may_download(
            model.State(consumer=s.PENDING, data=True), 'consumer'))


class TestHistories(base.BaseTestCase):

    def test_their_statuses_come_out_of_it(self):
        for history in histories.HISTORIES:
            state = model.run(step for step in history.steps
                              if step is not s.LISTED)
            self.assertEqual(
                (state.consumer, state.bystander),
                (history.status, history.bystander), history.name)

    def test_some_of_them(self):
        known = {history.name: history for history in histories.HISTORIES}
        for name, status, bystander in (
                ('accepted', s.ACCEPTED, None),
                ('accepted, removed, shared again', s.PENDING, None),
                ('rejected, made private and shared again', s.REJECTED, None),
                ('accepted, made private and shared again', s.ACCEPTED, None),
                ('shared while private, then made shared', s.ANY, None),
                ('rejected, then shared again', s.REJECTED, None),
                ('accepted by another member', s.PENDING, s.ACCEPTED),
                ('replaced members', s.PENDING, None),
                ('removed', None, None), ('joined by the consumer', None,
                                          None)):
            self.assertEqual((status, bystander), (known[name].status,
                                                   known[name].bystander))
