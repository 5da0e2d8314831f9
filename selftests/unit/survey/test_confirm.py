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

"""What is known of images besides all lists."""

from oslotest import base
from tempest.lib import exceptions as lib_exc

from glance_ossn_tests.clients import errors
from glance_ossn_tests.sharing import listings
from glance_ossn_tests.sharing import matrix
from glance_ossn_tests.survey import confirm
from glance_ossn_tests.survey import share as sharing
from selftests.unit import fakes
from selftests.unit.survey import base as scenes


class TestOtherMembers(base.BaseTestCase):

    def look(self, *members, fails=None, status=404):
        consumer = scenes.FakeParty('C', fails, fakes.FakeRaw(
            lambda form, path, query: fakes.answer(status, {})))
        consumer.members['shared'] = [{'member_id': m} for m in members]
        scene = scenes.Scene(consumer=consumer)
        share = scenes.a_share('accepted by another member', 'shared')
        share.membership = 'pending'
        scene.made.shares = [share]
        return confirm.other_members(*scene.all)

    def test_itself_alone(self):
        reading = self.look('C')
        self.assertEqual(({}, None), (reading.seen, reading.problem))

    def test_another_one(self):
        self.assertIn('sees B', self.look('B', 'C').seen['shared'])

    def test_another_one_by_its_id(self):
        self.assertIn('sees it by GET',
                      self.look('C', status=200).seen['shared'])
        self.assertIn('neither shown nor refused',
                      self.look('C', status=500).problem)

    def test_nothing_proves_nothing(self):
        self.assertIn('not find itself', self.look().problem)
        self.assertIn('no', self.look('C', fails={
            'members': lib_exc.ServerFault('no')}).problem)

    def test_told_to_nobody_is_an_answer(self):
        reading = self.look('C', fails={'members': lib_exc.Forbidden('no')})
        self.assertIn('no', reading.not_offered)
        self.assertIsNone(reading.problem)


class TestOverwritten(base.BaseTestCase):

    def test_what_may_stay_is_named(self):
        content = matrix.Reading(listings.CONTENT)
        other = matrix.Reading(listings.MEMBERS, {'i2': 'seen'})
        self.assertEqual([], confirm.overwritten([content, other]))
        content.seen['i1'] = 'queued instead of active'
        remark, = confirm.overwritten([content, other])
        self.assertIn('delayed_delete', remark)
        self.assertIn('i1', remark)
        self.assertNotIn('i2', remark)


class TestMembersThatNobodyIsTold(base.BaseTestCase):

    def ask(self, status, history, **seen):
        """Ask the consumer's questions, and say what each of them shows."""
        scene = scenes.Scene(scenes.FakeParty('P', {
            'members': lib_exc.Forbidden('no')}))
        share = scenes.a_share(history, 'shared')
        confirm.by_members(scene.work, scene.found, share)
        self.assertEqual(share.unconfirmed, share.unread)
        scene.made.shares = [share]
        confirm.by_question(scene.work, scene.found, scene.made, [
            matrix.Reading(listings.Listing('v2', form='/v2', asks_for=asked),
                           {'shared': 'page 1'} if shown else {},
                           problem=None if shown is not None else 'broken')
            for asked, shown in seen.items()])
        confirm.not_told(scene.made)
        return share

    def test_the_question_tells(self):
        for status, history, seen in (
                ('pending', 'pending', {'pending': True, 'all': True}),
                ('rejected', 'rejected', {'rejected': True}),
                ('accepted', 'accepted', {'pending': False, 'all': True}),
                (None, 'removed', {'pending': False, 'all': False})):
            share = self.ask(status, history, **seen)
            self.assertIsNone(share.unconfirmed or share.not_offered)
            self.assertEqual(status, share.membership)

    def test_the_question_does_not_tell(self):
        for history, seen in (
                ('pending', {'pending': False, 'all': True}),
                ('pending', {'pending': None}),
                ('accepted', {'pending': True, 'all': True}),
                ('removed', {'all': True}), ('removed', {'all': None}),
                ('removed', {'pending': False})):
            share = self.ask(None, history, **seen)
            self.assertIn('no', share.not_offered)
            self.assertIsNone(share.membership)


class TestStrangers(base.BaseTestCase):

    def check(self, **sees):
        scene = scenes.Scene()
        scene.maker.make_oldest_controls()
        scene.made.shares = [scenes.a_share('never shared', 'private')]
        for name, value in sees.items():
            party = scene.work.parties[name]
            if isinstance(value, Exception):
                party.fails['see'] = value
            else:
                party.sees = value
        confirm.nobody_is_admin(*scene.all)

    def test_neither_sees(self):
        self.check(producer=False, consumer=False)

    def test_either_sees(self):
        for name in ('producer', 'consumer'):
            error = self.assertRaises(lib_exc.InvalidConfiguration,
                                      self.check, **{name: True})
            self.assertIn('context_is_admin', str(error))
            self.assertIn('test_accounts_file', str(error))

    def test_it_cannot_be_found_out(self):
        error = self.assertRaises(errors.CannotLook, self.check,
                                  consumer=lib_exc.ServerFault('no'))
        self.assertIn('private', str(error))


class TestQuestion(base.BaseTestCase):

    def confirm(self, seen=(), **reading):
        made = sharing.Made('name')
        share = scenes.a_share('pending', 'shared')
        share.membership = 'pending'
        made.shares = [share]
        listing = listings.Listing('v2', form='/v2', asks_for='pending')
        confirm.by_question(None, None, made, [matrix.Reading(
            listing, dict.fromkeys(seen), **reading)])
        return share.unconfirmed

    def test_offered(self):
        self.assertIsNone(self.confirm(['shared'], problem='503'))

    def test_not_offered_to_the_consumer(self):
        self.assertIn('does not find image shared', self.confirm())
        self.assertIn('503', self.confirm(problem='503'))


class TestRefusals(base.BaseTestCase):
    """A list that a stranger is refused, beside one of the consumer's."""

    def confirm(self, **own):
        refused = matrix.Reading(listings.Listing(
            'v2', viewer=listings.UNSCOPED))
        confirm.refusals([refused, matrix.Reading(
            listings.Listing(own.pop('api', 'v2')), **own)])
        return refused.problem

    def test_the_consumer_is_shown_its_own(self):
        self.assertIsNone(self.confirm(seen={'image': 'page 1'}))

    def test_nobody_is_shown_anything(self):
        for own in ({}, {'seen': {'image': 'page 1'}, 'problem': '503'},
                    {'seen': {'image': 'page 1'}, 'api': 'v1'}):
            self.assertIn('says nothing', self.confirm(**own))
