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

"""What comes of walks where a cloud does otherwise, or fails."""

from oslotest import base
from tempest.lib import exceptions as lib_exc

from glance_ossn_tests.sharing import doors
from glance_ossn_tests.sharing import kinds
from glance_ossn_tests.sharing import listings
from glance_ossn_tests.sharing import matrix
from glance_ossn_tests.sharing import model
from glance_ossn_tests.sharing import steps as s
from glance_ossn_tests.sharing import verdicts
from glance_ossn_tests.sharing import walks
from glance_ossn_tests.survey import lockstep
from glance_ossn_tests.survey import walk
from selftests.unit import fakes
from selftests.unit.survey import base as scenes

WAYS = doors.Ways(['/v2'])
DEFAULT = listings.Listing('v2', limit=None, form='/v2')
PENDING = listings.Listing(
    'v2', query=(('visibility', 'shared'), ('member_status', 'pending')),
    asks_for='pending', form='/v2')


class Sender(scenes.FakeParty):
    """A party whose requests are answered as it is told."""

    def send(self, form, method, path, body=None, media=None):
        self._do(method)
        return 200


def acts(*steps):
    return tuple(walks.Act(step.name, tuple(
        (step, request) for request in WAYS.door(step, 0)))
        for step in steps)


def refusal(status=403):
    error = lib_exc.Forbidden(resp=fakes.response(status))
    error.resp_body = 'no'
    return error


class TestLockstep(base.BaseTestCase):

    def walk(self, steps, seen=None, producer=None, consumer=None, done=1):
        """Take a walker so far, and confirm what it shows."""
        raw = fakes.FakeRaw(lambda form, path, query: fakes.answer(body={
            'images': []}))
        scene = scenes.Scene(Sender('P', producer, raw),
                             Sender('C', consumer, raw))
        scene.work.parties['bystander'] = Sender('B')
        self.group = lockstep.Lockstep(scene.work, scene.found,
                                       [DEFAULT, PENDING])
        walker = lockstep.Walker(acts(*steps))
        self.group._begin(walker)
        for _ in range(done):
            self.group._act(walker)
        readings = [matrix.Reading(place, {walker.image_id: 'page 1'}
                                   if place in (seen or ()) else {})
                    for place in (DEFAULT, PENDING)]
        self.group._confirm(walker, readings, {})
        return walker

    def test_what_is_done_is_done_by_the_model(self):
        walker = self.walk((s.SHARE, s.REJECT), [PENDING])
        self.assertEqual(s.PENDING, walker.state.consumer)
        self.assertIsNone(walker.unconfirmed)
        self.assertEqual(
            '2. the producer: POST /v2/images/{image}/members '
            '{"member": "{consumer}"}: 200', walker.sent[-1])

    def test_what_is_not_where_it_should_be_is_not_confirmed(self):
        walker = self.walk((s.SHARE,))
        self.assertIn('after "share": its consumer does not find it in '
                      '/v2/images?visibility=shared&member_status=pending',
                      walker.unconfirmed)
        cell = self.cell(walker, DEFAULT)
        self.assertIs(verdicts.NOT_TESTED, cell.verdict)

    def cell(self, walker, place, *seen):
        controls = [matrix.Control(walks.WALKED, 'own')]
        accepted = matrix.Share(self.group_accepted().plan, 'accepted')
        return matrix.Matrix(
            [walker.share(2, '/v2'), accepted], controls,
            [matrix.Reading(place, dict.fromkeys(
                ['own', 'accepted', *seen], 'page 1'))]).evidence[0]

    def group_accepted(self):
        share = self.walk((s.SHARE, s.ACCEPT), [DEFAULT], done=2).share(
            2, '/v2')
        return share

    def test_what_is_seen_without_consent_is_exposed(self):
        walker = self.walk((s.SHARE,), [PENDING])
        cell = self.cell(walker, DEFAULT, walker.image_id)
        self.assertIs(verdicts.EXPOSED, cell.verdict)
        self.assertEqual('share', cell.what.attributes['history'])

    def test_a_refusal_leaves_the_state(self):
        walker = self.walk((s.SHARE,), producer={'POST': refusal()})
        self.assertEqual(model.START, walker.state)
        self.assertIsNone(walker.failed)
        self.assertIn('share', self.group.refused)

    def test_what_fails_proves_nothing_more(self):
        walker = self.walk((s.SHARE, s.REJECT),
                           producer={'POST': refusal(500)}, done=2)
        self.assertIn('"share" failed: 500', walker.failed)
        cell = self.cell(walker, DEFAULT, walker.image_id)
        self.assertIs(verdicts.NOT_TESTED, cell.verdict)

    def test_an_image_that_cannot_be_made(self):
        walker = self.walk((s.SHARE,), producer={'create': refusal(500)})
        self.assertIn('could not be made', walker.failed)
        self.assertEqual(1, len(self.group.work.created.cleanups))

    def test_who_accepts_what_it_should_not_have_agrees_all_the_same(self):
        walker = self.walk((s.ACCEPT,), [DEFAULT])
        self.assertIn('let the consumer accept', walker.odd)
        cell = self.cell(walker, DEFAULT, walker.image_id)
        self.assertIs(verdicts.NOT_TESTED, cell.verdict)
        # Unless nothing came of it.
        self.assertIsNone(self.walk((s.ACCEPT,)).odd)

    def test_v1_shares_again_with_the_former_status(self):
        rejected = listings.Listing('v2', query=(), asks_for='rejected')
        for api, unconfirmed in (('v1', False), ('v2', True)):
            walker = self.walk((s.SHARE,), [PENDING])
            walker.api = api
            self.group._confirm(walker, [
                matrix.Reading(PENDING), matrix.Reading(
                    rejected, {walker.image_id: 'page 1'})], {})
            self.assertEqual(unconfirmed, bool(walker.unconfirmed))

    def test_another_visibility_is_told(self):
        walker = self.walk((s.SHARE,), [PENDING])
        self.group._confirm(walker, [], {walker.image_id: {
            'visibility': 'private'}})
        self.assertIn('its visibility is private, and should be shared',
                      walker.unconfirmed)
        self.group._confirm(walker, [], 'no list')
        self.assertIn('no list', walker.unconfirmed)

    def test_what_was_told_counts_as_accepted_from_then_on(self):
        walker = self.walk((s.SHARE,), [PENDING])
        lockstep.rebase(walker)
        self.assertEqual(s.ACCEPTED, walker.state.consumer)
        walker = self.walk((s.SHARE, s.PRIVATE), done=2)
        lockstep.rebase(walker)
        self.assertEqual(s.PENDING, walker.state.consumer)


class TestWalk(base.BaseTestCase):

    def test_how_many_the_quotas_leave(self):
        for left, most in (({}, None), ({'producer': 9}, 8),
                           ({'consumer': 1}, 0), ({'bystander': 0}, 0),
                           ({'producer': 5, 'consumer': 2}, 4)):
            scene = scenes.Scene()
            scene.found.abilities.left.update(left)
            self.assertEqual(most, walk._Walks(*scene.all)._most())

    def test_where_there_are_none(self):
        scene = scenes.Scene()
        for depth, text in ((0, 'depth is 0'), (2, 'leave no images')):
            scene.work.depth = depth
            scene.found.abilities.left['producer'] = 1
            walked = walk.walk(*scene.all)
            self.assertEqual([], walked.pairs)
            self.assertIn(text, walked.remarks[0])

    def test_what_a_cloud_refuses_to_everybody(self):
        scene = scenes.Scene()
        error = refusal()
        scene.made.attempts.note('hide', 'v2', kinds.QUEUED, error)
        walking = walk._Walks(*scene.all)
        self.assertIn('hide', walking._refuses(s.HIDE))
        self.assertIsNone(walking._refuses(s.SHARE))
