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

"""What a run makes of a cloud that does not answer as it should."""

import datetime
import threading
import time
from urllib import parse

from oslotest import base
from tempest.lib import exceptions as lib_exc

from glance_ossn_tests.accounts import party
from glance_ossn_tests.clients import connection
from glance_ossn_tests.clients import discovery
from glance_ossn_tests.clients import raw
from glance_ossn_tests.sharing import forms
from glance_ossn_tests.sharing import histories
from glance_ossn_tests.sharing import kinds
from glance_ossn_tests.sharing import listings
from glance_ossn_tests.sharing import matrix
from glance_ossn_tests.survey import survey
from selftests.unit import fakes

V1_DETAIL = listings.Listing('v1', 'images/detail', form='/v1')
V1_SHORT = listings.Listing('v1', form='/v1')
V2 = listings.Listing('v2', form='/v2')


def a_share(name, image_id=None):
    history = {h.name: h for h in histories.HISTORIES}[name]
    return matrix.Share(
        histories.Plan(history, kinds.QUEUED, 'v2', '/v2'), image_id)


def second(number):
    return '2026-11-24T08:00:%02dZ' % number


def image(name, created=None):
    entry = {'id': name}
    if created is not None:
        entry['created_at'] = second(created)
    return entry


def page(*images, following=None):
    body = {'images': list(images)}
    if following:
        body['next'] = '/v2/images?limit=2&marker=%s' % following
    return fakes.answer(200, body)


class FakeParty:
    """Does as it is told, or fails as it is told."""

    def __init__(self, project_id, fails=None, raw_client=None):
        self.project_id = project_id
        self.role = {'P': 'producer', 'C': 'consumer'}.get(project_id,
                                                           'bystander')
        self.fails = fails or {}
        self.raw = raw_client
        self.deleted = []
        self.members = {}
        self.owner = project_id
        self.sees = False
        self.line = connection.Connection(None, connection.Policy())

    def _do(self, what):
        if what in self.fails:
            raise self.fails[what]

    def create_image(self, form, image_id, name, kind, label, data,
                     **properties):
        self._do('create')
        return {'id': image_id, 'owner': self.owner,
                'created_at': second(30)}

    def delete_image(self, form, image_id, kind=None):
        self.deleted.append(image_id)

    def add_member(self, form, image_id, member):
        self._do('share')
        self.members[image_id] = [{'member_id': member, 'status': 'pending'}]

    def remove_member(self, form, image_id, member):
        self._do('remove')
        del self.members[image_id]

    def list_members(self, form, image_id):
        self._do('members')
        return self.members.get(image_id, [])

    def answer_share(self, form, image_id, member, status):
        self._do(status)

    def can_see(self, form, image_id):
        self._do('see')
        return self.sees

    def creation_date(self, form, image_id):
        return party.moment(second(int(image_id)))


def a_survey(producer=None, consumer=None, **parameters):
    subject = survey.Survey(
        {'producer': producer or FakeParty('P'),
         'consumer': consumer or FakeParty('C'),
         'bystander': FakeParty('B')}, 'name',
        lambda function, *args: subject.cleanups.append((function, args)),
        **parameters)
    subject.cleanups = []
    subject.advertised = [(2, 0), (2, 17)]
    subject.abilities = forms.Abilities(tuple(subject.advertised))
    for api in ('v1', 'v2'):
        subject.forms['/' + api] = raw.Form(api)
        subject.offers[api] = forms.offer(api, ['/' + api], {}, None)
    return subject


class TestAtOnce(base.BaseTestCase):

    def test_results_come_in_the_order_of_the_things(self):
        for workers in (1, 4):
            self.assertEqual(list(range(0, 200, 2)), survey.in_parallel(
                workers, lambda number: 2 * number, range(100)))

    def test_no_more_at_a_time_than_it_may(self):
        # Each waits for two others, and no fourth may come.
        together = threading.Barrier(3)
        inside = threading.Semaphore(3)

        def act(number):
            self.assertTrue(inside.acquire(blocking=False))
            together.wait(10)
            inside.release()
            # None may begin anew while others are still to go.
            together.wait(10)
        survey.in_parallel(3, act, range(9))

    def test_after_an_error_no_more_is_begun(self):
        for workers in (1, 2):
            done = []

            def act(number):
                if number == 0:
                    raise ValueError('first')
                time.sleep(.05)
                done.append(number)
            error = self.assertRaises(ValueError, survey.in_parallel, workers,
                                      act, range(100))
            self.assertEqual('first', str(error))
            self.assertLess(len(done), 10)


class TestRemains(base.BaseTestCase):

    def test_all_are_tried_and_what_stays_is_named(self):
        tried = []

        def delete(form, image_id, kind):
            tried.append((form, image_id))
            if image_id in ('bad', 'worse'):
                raise party.LeftBehind('%s stays' % image_id)
        for workers in (1, 4):
            remains = survey.CreatedImages(workers=workers)
            for image_id in ('good', 'bad', 'better', 'worse', 'best'):
                remains.add(delete, 'v2', image_id)
            error = self.assertRaises(party.LeftBehind, remains.remove)
            self.assertIn('worse stays\nbad stays', str(error))
        self.assertEqual(10, len(tried))

    def test_two_ways_to_delete_an_image_come_one_by_one(self):
        ways = []
        remains = survey.CreatedImages(workers=4)
        for way in ('consumer', 'producer'):
            remains.add(lambda *args, way=way: ways.append(way), 'v2', 'id')
        remains.remove()
        self.assertEqual(['producer', 'consumer'], ways)


class TestRead(base.BaseTestCase):

    def read(self, listing, pages, dates=None, **parameters):
        """Read the pages, given by the marker that leads to each."""
        def answer(form, path, query):
            pairs = dict(parse.parse_qsl(query) if isinstance(query, str)
                         else query)
            return pages[pairs.get('marker')]
        self.client = fakes.FakeRaw(answer)
        subject = a_survey(consumer=FakeParty('C', raw_client=self.client),
                           **parameters)
        subject.dates = {name: party.moment(second(at)) for name, at in
                         (dates or {'ours': 20, 'own': 10}).items()}
        subject.ours = set(subject.dates)
        subject.controls = [matrix.Control(kinds.QUEUED, 'own')]
        subject.newest = [matrix.Control(kinds.QUEUED, 'newest')]
        return subject.look(listing)

    def test_reads_until_older_than_all_of_ours(self):
        look = self.read(V2, {
            None: page(image('new', 40), image('ours', 20), following='a'),
            'a': page(image('own', 10), image('old', 9), following='b')})
        self.assertIsNone(look.problem)
        self.assertEqual({'ours', 'own'}, set(look.seen))
        self.assertEqual(2, len(self.client.asked))

    def test_images_of_the_same_second_are_read(self):
        look = self.read(V2, {
            None: page(image('own', 10), image('x', 10), following='a'),
            'a': page(image('ours', 10), image('old', 9), following='b')},
            {'own': 10, 'ours': 10})
        self.assertIn('ours', look.seen)

    def test_full_walk_reads_all(self):
        self.read(V2, {
            None: page(image('own', 10), image('old', 9), following='a'),
            'a': page(image('older', 8))}, full_walk=True)
        self.assertEqual(2, len(self.client.asked))

    def test_an_order_that_is_not_newest_first_is_read_to_its_end(self):
        look = self.read(V2, {
            None: page(image('old', 8), image('older', 9), following='a'),
            'a': page(image('older still', 7), following='b'),
            'b': page(image('ours', 20), image('own', 10))})
        self.assertEqual({'ours', 'own'}, set(look.seen))

    def test_images_without_dates_are_read_to_the_end(self):
        look = self.read(V2, {
            None: page(image('a'), {'id': 'b', 'created_at': 'soon'},
                       {'id': 'c', 'created_at': None}, following='a'),
            'a': page(image('own', 10))})
        self.assertIn('own', look.seen)

    def test_a_page_that_fails(self):
        for bad in (fakes.answer(503, b''), fakes.answer(200, {}),
                    fakes.answer(200, b'<html>'),
                    fakes.answer(300, fakes.versions('v2.0')),
                    fakes.answer(error='reset')):
            look = self.read(V2, {None: page(image('new', 40),
                                             following='a'), 'a': bad})
            self.assertIn('page 2 is no list of images', look.problem)

    def test_a_refused_query_is_absent_only_where_releases_differ(self):
        refusal = {None: fakes.answer(400, b'')}
        self.assertIsNotNone(self.read(V2, refusal).problem)
        optional = listings.Listing('v2', form='/v2', optional=True)
        look = self.read(optional, refusal)
        self.assertIsNotNone(look.not_offered)
        self.assertIsNone(look.problem)

    def test_a_listing_that_repeats_itself_ends(self):
        look = self.read(V2, {
            None: page(image('new', 40), following='a'),
            'a': page(image('new', 40), following='a')})
        self.assertIn('repeats', look.problem)

    def test_where_an_image_was_seen(self):
        look = self.read(V2, {None: page(image('ours', 20))})
        self.assertIn('page 1 of GET http://image.example',
                      look.seen['ours'])

    def test_v1_ends_with_an_empty_page_however_short_they_are(self):
        look = self.read(V1_DETAIL, {
            None: page(image('ours', 20)), 'ours': page(image('own', 10)),
            'own': page()})
        self.assertIsNone(look.problem)
        self.assertEqual({'ours', 'own'}, set(look.seen))

    def test_v1_short_list_asks_for_the_date_of_a_pages_last_image(self):
        look = self.read(V1_SHORT, {
            None: page(image('ours'), image('15')),
            '15': page(image('own'), image('09'))})
        self.assertEqual({'ours', 'own'}, set(look.seen))
        self.assertEqual(2, len(self.client.asked))

    def test_oldest_first_starts_behind_the_oldest_ends_at_the_newest(self):
        oldest = listings.Listing('v2', form='/v2', order=listings.OLDEST)
        look = self.read(oldest, {
            'own': page(image('ours', 20), image('newest', 30),
                        following='b')},
            {'ours': 20, 'own': 10, 'newest': 30})
        self.assertEqual('own', look.marker)
        self.assertEqual({'ours', 'newest'}, set(look.seen))

    def test_what_a_filter_makes_near_is_read_to_its_end(self):
        whole = listings.Listing('v2', form='/v2', order=listings.WHOLE)
        look = self.read(whole, {
            None: page(image('old', 8), following='a'),
            'a': page(image('ours', 20))})
        self.assertEqual({'ours'}, set(look.seen))

    def test_what_is_read_more_than_once_is_seen_if_any_reading_shows_it(
            self):
        often = listings.Listing('v2', form='/v2', repeated=True)
        readings = [page(), page(image('ours', 20)), page()]
        consumer = FakeParty('C', raw_client=fakes.FakeRaw(
            lambda form, path, query: readings.pop()))
        subject = a_survey(consumer=consumer, reads=3)
        subject.ours = {'ours'}
        subject.dates = {'ours': party.moment(second(20))}
        self.assertEqual({'ours'}, set(subject.look(often).seen))
        self.assertEqual([], readings)

    def test_v1_says_on_one_page_what_is_shared(self):
        shared = listings.Listing('v1', 'shared-images/{consumer}',
                                  form='/v1', limit=None)
        answer = fakes.answer(200, {'shared_images': [
            {'image_id': 'ours', 'can_share': False}]})
        consumer = FakeParty('C', raw_client=fakes.FakeRaw(
            lambda form, path, query: answer))
        subject = a_survey(consumer=consumer)
        subject.ours = {'ours'}
        subject.values = {'consumer': 'C'}
        look = subject.look(shared)
        self.assertEqual({'ours'}, set(look.seen))
        self.assertEqual('shared-images/C', consumer.raw.asked[0][1])

    def test_what_cannot_be_looked_at_is_not(self):
        listing = listings.Listing('v1', form='/v1', not_offered='no v1')
        self.read(listing, {})
        self.assertEqual([], self.client.asked)


class TestShare(base.BaseTestCase):

    def make(self, name, producer=None, consumer=None):
        self.subject = a_survey(producer, consumer)
        share = a_share(name)
        self.members = matrix.Reading(listings.MEMBERS)
        self.subject._make_share(share, self.members)
        return share

    def test_as_planned(self):
        share = self.make('pending')
        self.assertIsNone(share.failed or share.unconfirmed)
        self.assertEqual('pending', share.membership)

    def test_a_failed_step_is_named(self):
        for step, name in (('create', 'pending'), ('share', 'pending'),
                           ('remove', 'removed, then shared again')):
            for error in (lib_exc.Forbidden('no'), lib_exc.ServerFault('no'),
                          lib_exc.TimeoutException('late')):
                share = self.make(name, FakeParty('P', {step: error}))
                self.assertIn('"%s"' % step, share.failed)
        share = self.make('accepted', consumer=FakeParty(
            'C', {'accepted': lib_exc.Forbidden('no')}))
        self.assertIn('"accept"', share.failed)

    def test_cleanup_is_registered_before_an_image_is_created(self):
        producer = FakeParty('P', {'create': lib_exc.ServerFault('no')})
        share = self.make('pending', producer)
        for function, args in self.subject.cleanups:
            function(*args)
        self.assertEqual([share.image_id], producer.deleted)

    def test_an_image_whose_data_breaks_off_is_made_anew(self):
        producer = FakeParty('P')
        created, create = [], producer.create_image

        def break_off(form, image_id, *args, **properties):
            created.append(image_id)
            if len(created) == 1:
                raise party.BrokeOff('saving')
            return create(form, image_id, *args, **properties)
        producer.create_image = break_off
        share = self.make('pending', producer)
        self.assertIsNone(share.failed)
        self.assertEqual(2, len(created))
        self.assertEqual(share.image_id, created[1])
        self.assertEqual(created[0][:8], created[1][:8])
        # Both are deleted in the end.
        self.assertEqual(created, [args[1] for _, args in
                                   self.subject.cleanups])
        # Not without end.
        producer.create_image = lambda *args, **properties: (
            self.raise_broken())
        self.assertIn('saving', self.make('pending', producer).failed)

    @staticmethod
    def raise_broken():
        raise party.BrokeOff('saving')

    def test_a_member_list_that_says_otherwise(self):
        producer = FakeParty('P')
        # The cloud accepts on behalf of the consumer.
        producer.add_member = lambda form, image_id, member: (
            producer.members.update({image_id: [
                {'member_id': member, 'status': 'accepted'}]}))
        share = self.make('pending', producer)
        self.assertIn('accepted where pending', share.unconfirmed)
        # Another project's membership is not the consumer's.
        producer.add_member = lambda form, image_id, member: (
            producer.members.update({image_id: [
                {'member_id': 'X', 'status': 'pending'}]}))
        share = self.make('pending', producer)
        self.assertIn('no member where pending', share.unconfirmed)
        # A removal that removes nothing.
        producer = FakeParty('P')
        producer.remove_member = lambda *args: None
        share = self.make('accepted, then removed', producer)
        self.assertIn('where no member', share.unconfirmed)

    def test_what_must_be_refused_may_be_refused(self):
        producer = FakeParty('P', {'accepted': lib_exc.Forbidden('no')})
        share = self.make('accepted by the producer', producer)
        self.assertIsNone(share.failed or share.unconfirmed)
        # A fault of the server is no refusal.
        producer = FakeParty('P', {'accepted': lib_exc.ServerFault('no')})
        share = self.make('accepted by the producer', producer)
        self.assertIn('the producer tries to accept', share.failed)

    def test_what_says_nothing_about_the_step_is_no_refusal(self):
        for error in (lib_exc.Unauthorized('late'), lib_exc.OverLimit('full'),
                      lib_exc.RateLimitExceeded('busy'),
                      lib_exc.UnexpectedResponseCode('408'),
                      lib_exc.UnexpectedResponseCode('429')):
            share = self.make('accepted by the producer',
                              FakeParty('P', {'accepted': error}))
            self.assertIn('the producer tries to accept', share.failed)
            share = self.make('created with a foreign owner',
                              FakeParty('P', {'create': error}))
            self.assertIn('"create"', share.failed)

    def test_an_unusual_image_that_is_refused_is_still_looked_for(self):
        producer = FakeParty('P', {'create': lib_exc.Forbidden('no')})
        share = self.make('created with a foreign owner', producer)
        self.assertIsNone(share.failed)
        self.assertIn(share.image_id, self.subject.ours)
        # Whoever has it in the end deletes it.
        self.assertEqual(2, len(self.subject.cleanups))

    def test_a_member_that_the_producer_never_added(self):
        producer = FakeParty('P')
        producer.add_member = lambda form, image_id, member: (
            producer.members.update({image_id: [
                {'member_id': member, 'status': 'pending'},
                {'member_id': 'X', 'status': 'pending'}]}))
        share = self.make('passed on by the consumer', producer)
        self.assertIn('never added the member X',
                      self.members.seen[share.image_id])

    def test_a_member_list_that_fails(self):
        share = self.make('pending', FakeParty(
            'P', {'members': lib_exc.ServerFault('no')}))
        self.assertIn('the member list', share.unconfirmed)

    def test_an_owner_that_is_no_project(self):
        for owner in ('a-user', None):
            producer = FakeParty('P')
            producer.owner = owner
            error = self.assertRaises(lib_exc.InvalidConfiguration,
                                      self.make, 'pending', producer)
            self.assertIn('owner_is_tenant', str(error))

    def test_a_control_that_cannot_be_made(self):
        subject = a_survey(consumer=FakeParty(
            'C', {'create': lib_exc.Forbidden('no')}))
        subject._make_newest_controls()
        self.assertEqual(2, len(subject.cleanups))
        for control in subject.controls:
            self.assertIn('no', control.failed)

    def test_controls_bracket_the_images_of_their_second(self):
        subject = a_survey()
        subject.abilities = forms.Abilities(
            ((2, 17),), public_name='cirros')
        subject._make_oldest_controls()
        subject._make_newest_controls()
        ids = [control.image_id for control in subject.controls]
        self.assertEqual(sorted(ids), ids)
        self.assertTrue(ids[-3] < '00000020' and ids[-2] > 'fffffff', ids)
        for kind in kinds.KINDS:
            self.assertIn(('consumer', kind), {
                (c.viewer, c.kind) for c in subject.controls})
        self.assertEqual({None, 'private', 'community'},
                         {c.visibility for c in subject.controls})


class TestLate(base.BaseTestCase):

    def go_on(self, seen, **fails):
        producer = FakeParty('P')
        subject = a_survey(producer, FakeParty('C', fails))
        share = a_share('listed, then rejected', 'shared')
        subject.shares = [share]
        producer.members['shared'] = [{'member_id': 'C',
                                       'status': 'rejected'}]
        subject.looks = [matrix.Reading(V2, dict.fromkeys(seen))]
        subject._go_on(matrix.Reading(listings.MEMBERS))
        return share

    def test_what_was_listed_before(self):
        share = self.go_on(['shared'])
        self.assertIsNone(share.failed or share.unconfirmed)
        self.assertEqual('rejected', share.membership)

    def test_what_was_not(self):
        self.assertIn('was in no list', self.go_on([]).failed)

    def test_a_step_that_fails(self):
        share = self.go_on(['shared'], rejected=lib_exc.Conflict('no'))
        self.assertIn('the step "reject"', share.failed)


class TestOtherMembers(base.BaseTestCase):

    def look(self, *members, fails=None):
        consumer = FakeParty('C', fails)
        consumer.members['shared'] = [{'member_id': m} for m in members]
        subject = a_survey(consumer=consumer)
        share = a_share('accepted by another member', 'shared')
        share.membership = 'pending'
        subject.shares = [share]
        look = matrix.Reading(listings.OTHER_MEMBERS)
        subject._look_at_other_members(look)
        return look

    def test_itself_alone(self):
        look = self.look('C')
        self.assertEqual(({}, None), (look.seen, look.problem))

    def test_another_one(self):
        self.assertIn('sees B', self.look('B', 'C').seen['shared'])

    def test_nothing_proves_nothing(self):
        self.assertIn('not find itself', self.look().problem)
        self.assertIn('no', self.look('C', fails={
            'members': lib_exc.Forbidden('no')}).problem)


class TestImports(base.BaseTestCase):

    def abilities(self, answer):
        subject = a_survey(FakeParty('P', raw_client=fakes.FakeRaw(
            lambda form, path, query: answer)))
        subject._find_imports()
        return subject.abilities

    def test_what_the_answer_means(self):
        def methods(*names):
            return fakes.answer(200, {'import-methods': {'value': names}})
        able = self.abilities(methods('glance-direct', 'web-download'))
        self.assertIsNone(able.no_import or able.import_problem)
        self.assertIn('web-download',
                      self.abilities(methods('web-download')).no_import)
        for bad in (fakes.answer(503, b''), fakes.answer(200, {})):
            self.assertIn('import methods',
                          self.abilities(bad).import_problem)


class TestStrangers(base.BaseTestCase):

    def check(self, **sees):
        subject = a_survey(FakeParty('P'), FakeParty('C'))
        subject._make_oldest_controls()
        subject.shares = [a_share('never shared', 'private')]
        for name, value in sees.items():
            party_ = getattr(subject, name)
            if isinstance(value, Exception):
                party_.fails['see'] = value
            else:
                party_.sees = value
        subject._check_strangers()

    def test_neither_sees(self):
        self.check(producer=False, consumer=False)

    def test_either_sees(self):
        for name in ('producer', 'consumer'):
            error = self.assertRaises(lib_exc.InvalidConfiguration,
                                      self.check, **{name: True})
            self.assertIn('context_is_admin', str(error))
            self.assertIn('test_accounts_file', str(error))

    def test_it_cannot_be_found_out(self):
        error = self.assertRaises(survey.CannotLook, self.check,
                                  consumer=lib_exc.ServerFault('no'))
        self.assertIn('private', str(error))


class TestQuestion(base.BaseTestCase):

    def confirm(self, seen=(), **look):
        subject = a_survey()
        share = a_share('pending', 'shared')
        share.membership = 'pending'
        subject.shares = [share]
        listing = listings.Listing('v2', form='/v2', asks_for='pending')
        subject.looks = [matrix.Reading(listing, dict.fromkeys(seen), **look)]
        subject._confirm_by_question()
        return share.unconfirmed

    def test_offered(self):
        self.assertIsNone(self.confirm(['shared'], problem='503'))

    def test_not_offered_to_the_consumer(self):
        self.assertIn('does not find image shared', self.confirm())
        self.assertIn('503', self.confirm(problem='503'))


class TestDiscover(base.BaseTestCase):

    def discover(self, answers):
        consumer = FakeParty('C', raw_client=fakes.FakeRaw(answers))
        subject = a_survey(consumer=consumer)
        subject.discover()
        return subject

    def test_no_version_document(self):
        error = self.assertRaises(
            lib_exc.InvalidConfiguration, self.discover,
            lambda form, path, query: fakes.answer(200, b'<html>'))
        self.assertIn('[image] region', str(error))

    def test_no_form_answers(self):
        def answers(form, path, query):
            return fakes.answer(300, fakes.versions('v2.0'))
        error = self.assertRaises(lib_exc.InvalidConfiguration,
                                  self.discover, answers)
        self.assertIn('in no form', str(error))

    def test_forms_by_what_they_answer(self):
        def answers(form, path, query):
            if form is None:
                return fakes.answer(300, fakes.versions('v2.0', 'v2.3'))
            if form.name in ('/v2', '/v2.0'):
                return fakes.answer(200, {'images': [], 'schema': 'x'})
            if form.name == '/v1.1':
                return fakes.answer(500, b'')
            # v2.3 is advertised but not routed, as from Kilo to Mitaka.
            return fakes.answer(300, fakes.versions('v2.0', 'v2.3'))
        subject = self.discover(answers)
        self.assertEqual(['/v2', '/v2.0'],
                         [d.form for d in subject.offers['v2'].doors])
        self.assertEqual([('/v1.1', None)],
                         [(d.form, d.not_offered)
                          for d in subject.offers['v1'].doors])
        self.assertIn('500', subject.offers['v1'].main.problem)
        self.assertEqual('v2', subject.main_api)

    def test_a_certificate_that_nobody_vouches_for(self):
        error = self.assertRaises(
            lib_exc.InvalidConfiguration, self.discover,
            lambda form, path, query: fakes.answer(
                error='[SSL: CERTIFICATE_VERIFY_FAILED] unknown'))
        self.assertIn('[identity] ca_certificates_file', str(error))

    def test_public_names_that_could_not_be_asked_for(self):
        def answers(form, path, query):
            if dict(query).get('visibility') == 'public':
                return fakes.answer(503, b'')
            if form is None:
                return fakes.answer(200, fakes.versions('v2.0'))
            return fakes.answer(200, {'images': [], 'schema': 'x'})
        subject = self.discover(answers)
        error = self.assertRaises(survey.CannotLook, subject._find_public_name)
        self.assertIn('503', str(error))


class TestElsewhere(base.BaseTestCase):

    def look(self, answers, endpoints=(), others=()):
        """Discover other endpoints, all of which give the same answers."""
        consumer = FakeParty('C', raw_client=fakes.FakeRaw(answers))
        consumer.other_endpoints = lambda: list(others)
        subject = a_survey(consumer=consumer, endpoints=endpoints)
        subject.probes = {'v1': []}
        subject._discover_elsewhere()
        return subject

    def test_an_endpoint_with_v1(self):
        def answers(form, path, query):
            body = {'images': []}
            if form.version == 'v2':
                body['schema'] = 'x'
            return fakes.answer(200, body)
        subject = self.look(answers, others=['http://node-2'])
        self.assertEqual({discovery.Reach.ANSWERS},
                         {p.reach for p in subject.probes['v1']})
        for row in subject.endpoint_listings:
            self.assertIsNone(row.problem or row.not_offered)
            self.assertIn('at http://node-2', row.name)

    def test_what_the_operator_names_must_be_reachable(self):
        def answers(form, path, query):
            return fakes.answer(error='refused')
        named = self.look(answers, ['http://node-2/v2'])
        self.assertEqual({discovery.Reach.UNKNOWN},
                         {p.reach for p in named.probes['v1']})
        self.assertTrue(all(row.problem for row in named.endpoint_listings))
        other = self.look(answers, others=['http://internal'])
        self.assertEqual([], other.probes['v1'])
        self.assertTrue(all(row.not_offered and not row.problem
                            for row in other.endpoint_listings))
        # It may be out of reach for good: asked once, as each takes long.
        self.assertEqual(1, len(other.consumer.raw.asked))

    def test_an_endpoint_that_fails_is_no_refusal(self):
        def answers(form, path, query):
            if form.version == 'v2':
                return fakes.answer(200, {'images': [], 'schema': 'x'})
            return fakes.answer(500, b'')
        subject = self.look(answers, others=['http://node-2'])
        self.assertEqual({'v1'}, {row.api for row in subject.endpoint_listings
                                  if row.problem})


class TestMoment(base.BaseTestCase):

    def test_both_spellings_are_one_moment(self):
        utc = datetime.timezone.utc
        expected = datetime.datetime(2026, 11, 24, 8, 0, 1, tzinfo=utc)
        for text in ('2026-11-24T08:00:01Z', '2026-11-24T08:00:01.000000',
                     '2026-11-24T08:00:01.987654'):
            self.assertEqual(expected, party.moment(text))
