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

"""What is made, and what comes of a step that fails."""

from oslotest import base
from tempest.lib import exceptions as lib_exc

from glance_ossn_tests.clients import errors
from glance_ossn_tests.sharing import forms
from glance_ossn_tests.sharing import kinds
from glance_ossn_tests.sharing import listings
from glance_ossn_tests.sharing import matrix
from glance_ossn_tests.survey import confirm
from glance_ossn_tests.survey import share
from selftests.unit import fakes
from selftests.unit.survey import base as scenes


class TestShare(base.BaseTestCase):

    def make(self, name, producer=None, consumer=None):
        self.scene = scenes.Scene(producer, consumer)
        made = scenes.a_share(name)
        self.scene.maker.make_share(made)
        self.scene.made.shares.append(made)
        return made

    def test_as_planned(self):
        made = self.make('pending')
        self.assertIsNone(made.failed or made.unconfirmed)
        self.assertEqual('pending', made.membership)

    def test_a_failed_step_is_named(self):
        for step, name in (('create', 'pending'), ('share', 'pending'),
                           ('remove', 'removed, then shared again')):
            for error in (lib_exc.Forbidden('no'), lib_exc.ServerFault('no'),
                          lib_exc.TimeoutException('late')):
                made = self.make(name, scenes.FakeParty('P', {step: error}))
                self.assertIn('"%s"' % step, made.failed)
        made = self.make('accepted', consumer=scenes.FakeParty(
            'C', {'accepted': lib_exc.Forbidden('no')}))
        self.assertIn('"accept"', made.failed)

    def test_cleanup_is_registered_before_an_image_is_created(self):
        producer = scenes.FakeParty('P', {'create': lib_exc.ServerFault('no')})
        made = self.make('pending', producer)
        for function, args in self.scene.created.cleanups:
            function(*args)
        self.assertEqual([made.image_id], producer.deleted)

    def test_an_image_whose_data_breaks_off_is_made_anew(self):
        producer = scenes.FakeParty('P')
        created, create = [], producer.create_image

        def break_off(form, image_id, *args, **properties):
            created.append(image_id)
            if len(created) == 1:
                raise errors.BrokeOff('saving')
            return create(form, image_id, *args, **properties)
        producer.create_image = break_off
        made = self.make('pending', producer)
        self.assertIsNone(made.failed)
        self.assertEqual(2, len(created))
        self.assertEqual(made.image_id, created[1])
        self.assertEqual(created[0][:8], created[1][:8])
        # Both are deleted in the end.
        self.assertEqual(created, [args[1] for _, args in
                                   self.scene.created.cleanups])
        # Not without end.
        producer.create_image = lambda *args, **properties: (
            self.raise_broken())
        self.assertIn('saving', self.make('pending', producer).failed)

    @staticmethod
    def raise_broken():
        raise errors.BrokeOff('saving')

    def test_a_member_list_that_says_otherwise(self):
        producer = scenes.FakeParty('P')
        # The cloud accepts on behalf of the consumer.
        producer.add_member = lambda form, image_id, member: (
            producer.members.update({image_id: [
                {'member_id': member, 'status': 'accepted'}]}))
        made = self.make('pending', producer)
        self.assertIn('accepted where pending', made.unconfirmed)
        # Another project's membership is not the consumer's.
        producer.add_member = lambda form, image_id, member: (
            producer.members.update({image_id: [
                {'member_id': 'X', 'status': 'pending'}]}))
        made = self.make('pending', producer)
        self.assertIn('no member where pending', made.unconfirmed)
        # A removal that removes nothing.
        producer = scenes.FakeParty('P')
        producer.remove_member = lambda *args: None
        made = self.make('accepted, then removed', producer)
        self.assertIn('where no member', made.unconfirmed)

    def test_what_must_be_refused_may_be_refused(self):
        producer = scenes.FakeParty('P', {'accepted': lib_exc.Forbidden('no')})
        made = self.make('accepted by the producer', producer)
        self.assertIsNone(made.failed or made.unconfirmed)
        # A fault of the server is no refusal.
        producer = scenes.FakeParty(
            'P', {'accepted': lib_exc.ServerFault('no')})
        made = self.make('accepted by the producer', producer)
        self.assertIn('the producer tries to accept', made.failed)

    def test_what_says_nothing_about_the_step_is_no_refusal(self):
        for error in (lib_exc.Unauthorized('late'), lib_exc.OverLimit('full'),
                      lib_exc.RateLimitExceeded('busy'),
                      lib_exc.UnexpectedResponseCode('408'),
                      lib_exc.UnexpectedResponseCode('429')):
            made = self.make('accepted by the producer',
                             scenes.FakeParty('P', {'accepted': error}))
            self.assertIn('the producer tries to accept', made.failed)
            made = self.make('created with a foreign owner',
                             scenes.FakeParty('P', {'create': error}))
            self.assertIn('"create"', made.failed)

    def test_an_unusual_image_that_is_refused_is_still_looked_for(self):
        producer = scenes.FakeParty('P', {'create': lib_exc.Forbidden('no')})
        made = self.make('created with a foreign owner', producer)
        self.assertIsNone(made.failed)
        self.assertIn(made.image_id, self.scene.made.ours)
        # Whoever has it in the end deletes it.
        self.assertEqual(2, len(self.scene.created.cleanups))

    def test_a_member_that_the_producer_never_added(self):
        producer = scenes.FakeParty('P')
        producer.add_member = lambda form, image_id, member: (
            producer.members.update({image_id: [
                {'member_id': member, 'status': 'pending'},
                {'member_id': 'X', 'status': 'pending'}]}))
        made = self.make('passed on by the consumer', producer)
        reading = confirm.strangers(self.scene.found, self.scene.made)
        self.assertIn('never added the member X',
                      reading.seen[made.image_id])

    def test_a_member_list_that_fails(self):
        made = self.make('pending', scenes.FakeParty(
            'P', {'members': lib_exc.ServerFault('no')}))
        self.assertIn('the member list', made.unconfirmed)

    def test_an_owner_that_is_not_told(self):
        producer = scenes.FakeParty('P')
        create = producer.create_image

        def silent(*args, **properties):
            image = create(*args, **properties)
            del image['owner']
            return image
        producer.create_image = silent
        self.assertIsNone(self.make('pending', producer).failed)

    def test_an_owner_that_is_no_project(self):
        for owner in ('a-user', None):
            producer = scenes.FakeParty('P')
            producer.owner = owner
            error = self.assertRaises(lib_exc.InvalidConfiguration,
                                      self.make, 'pending', producer)
            self.assertIn('owner_is_tenant', str(error))

    def test_a_control_that_cannot_be_made(self):
        scene = scenes.Scene(consumer=scenes.FakeParty(
            'C', {'create': lib_exc.Forbidden('no')}))
        scene.maker.make_newest_controls()
        self.assertEqual(2, len(scene.created.cleanups))
        for control in scene.made.controls:
            self.assertIn('no', control.failed)

    def test_controls_bracket_the_images_of_their_second(self):
        scene = scenes.Scene()
        scene.found.abilities = forms.Abilities(
            ((2, 17),), public_name='cirros')
        maker = scene.maker
        maker.make_oldest_controls()
        maker.make_newest_controls()
        controls = scene.made.controls
        ids = [control.image_id for control in controls]
        self.assertEqual(sorted(ids), ids)
        self.assertTrue(ids[-3] < '00000020' and ids[-2] > 'fffffff', ids)
        for kind in kinds.V2_KINDS:
            self.assertIn(('consumer', kind), {
                (c.viewer, c.kind) for c in controls})
        self.assertEqual({None, 'private', 'community'},
                         {c.visibility for c in controls})


class TestSettle(base.BaseTestCase):
    """What is refused to everybody is not offered, all else failed."""

    REFUSED = lib_exc.Forbidden('no', resp=fakes.response(403))

    def make(self, *names, fails=None):
        self.scene = scenes.Scene(scenes.FakeParty('P', fails))
        maker = self.scene.maker
        self.scene.made.shares = [scenes.a_share(name) for name in names]
        for each in self.scene.made.shares:
            maker.make_share(each)
        return maker

    def test_sharing_that_is_refused_to_all(self):
        maker = self.make('pending', 'rejected', 'never shared',
                          fails={'share': self.REFUSED})
        maker.settle()
        pending, rejected, never = self.scene.made.shares
        for each in (pending, rejected):
            self.assertIsNone(each.failed)
            self.assertIn('"share" failed: 403', each.not_offered)
        # What needs no share does not depend on it.
        self.assertIsNone(never.failed or never.not_offered)

    def test_sharing_that_is_refused_now_and_then(self):
        maker = self.make('pending', 'rejected')
        late = scenes.a_share('pending')
        self.scene.work.producer.fails['share'] = self.REFUSED
        maker.make_share(late)
        self.scene.made.shares.append(late)
        maker.settle()
        self.assertIn('403', late.failed)
        self.assertIsNone(late.not_offered)

    def test_what_fails_is_not_called_refused(self):
        for error in (lib_exc.ServerFault('no', resp=fakes.response(500)),
                      lib_exc.RateLimitExceeded(
                          'no', resp=fakes.response(429)),
                      lib_exc.TimeoutException('late')):
            self.make('pending', fails={'share': error}).settle()
            self.assertIsNotNone(self.scene.made.shares[0].failed)
            self.assertIsNone(self.scene.made.shares[0].not_offered)

    def test_controls(self):
        scene = scenes.Scene(consumer=scenes.FakeParty(
            'C', {'create': self.REFUSED}))
        maker = scene.maker
        maker.make_newest_controls()
        maker.settle()
        for control in scene.made.controls:
            self.assertIsNone(control.failed)
            self.assertIn('403', control.not_offered)


class TestNothingCanBeMade(base.BaseTestCase):

    def test_none_is_tried(self):
        scene = scenes.Scene()
        scene.found.problem = 'a reason'
        made = share.share(scene.work, scene.found)
        self.assertEqual(([], set()), (scene.created.cleanups, made.ours))
        self.assertEqual({'a reason'}, {each.failed for each in made.shares})


class TestLate(base.BaseTestCase):

    def go_on(self, seen, **fails):
        producer = scenes.FakeParty('P')
        scene = scenes.Scene(producer, scenes.FakeParty('C', fails))
        made = scenes.a_share('listed, then rejected', 'shared')
        scene.made.shares = [made]
        producer.members['shared'] = [{'member_id': 'C',
                                       'status': 'rejected'}]
        share.go_on(*scene.all, [matrix.Reading(
            listings.Listing('v2', form='/v2'), dict.fromkeys(seen))])
        return made

    def test_what_was_listed_before(self):
        made = self.go_on(['shared'])
        self.assertIsNone(made.failed or made.unconfirmed)
        self.assertEqual('rejected', made.membership)

    def test_what_was_not(self):
        self.assertIn('was in no list', self.go_on([]).failed)

    def test_what_was_refused_before_stays_so(self):
        scene = scenes.Scene(scenes.FakeParty('P', {
            'remove': lib_exc.Forbidden('no', resp=fakes.response(403))}))
        early = scenes.a_share('removed')
        scene.made.shares = [early]
        scene.maker.make_share(early)
        scene.maker.settle()
        self.assertIn('no', early.not_offered)
        late = scenes.a_share('listed, then removed', 'late')
        scene.made.shares = [early, late]
        share.go_on(*scene.all, [matrix.Reading(
            listings.Listing('v2', form='/v2'), {'late': 'page 1'})])
        for each in (early, late):
            self.assertIn('no', each.not_offered)
            self.assertIsNone(each.failed)

    def test_a_step_that_fails(self):
        made = self.go_on(['shared'], rejected=lib_exc.Conflict('no'))
        self.assertIn('"reject" failed', made.failed)
