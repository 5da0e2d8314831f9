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

"""What a listing shows, however it is answered."""

from urllib import parse

from oslotest import base

from glance_ossn_tests.clients import errors
from glance_ossn_tests.sharing import kinds
from glance_ossn_tests.sharing import listings
from glance_ossn_tests.sharing import matrix
from glance_ossn_tests.survey import look
from selftests.unit import fakes
from selftests.unit.survey import base as scenes

V1_DETAIL = listings.Listing('v1', 'images/detail', form='/v1')
V1_SHORT = listings.Listing('v1', form='/v1')
V2 = listings.Listing('v2', form='/v2')


def image(name, created=None):
    entry = {'id': name}
    if created is not None:
        entry['created_at'] = scenes.second(created)
    return entry


def page(*images, following=None):
    body = {'images': list(images)}
    if following:
        body['next'] = '/v2/images?limit=2&marker=%s' % following
    return fakes.answer(200, body)


class TestRead(base.BaseTestCase):

    def read(self, listing, pages, dates=None, **parameters):
        """Read the pages, given by the marker that leads to each."""
        def answer(form, path, query):
            pairs = dict(parse.parse_qsl(query) if isinstance(query, str)
                         else query)
            return pages[pairs.get('marker')]
        self.client = fakes.FakeRaw(answer)
        scene = scenes.Scene(
            consumer=scenes.FakeParty('C', raw_client=self.client),
            **parameters)
        scene.made.dates = {
            name: errors.moment(scenes.second(at))
            for name, at in (dates or {'ours': 20, 'own': 10}).items()}
        scene.made.ours = set(scene.made.dates)
        scene.made.controls = [matrix.Control(kinds.QUEUED, 'own')]
        scene.made.newest = [matrix.Control(kinds.QUEUED, 'newest')]
        return look.read(*scene.all, listing, {})

    def test_reads_until_older_than_all_of_ours(self):
        reading = self.read(V2, {
            None: page(image('new', 40), image('ours', 20), following='a'),
            'a': page(image('own', 10), image('old', 9), following='b')})
        self.assertIsNone(reading.problem)
        self.assertEqual({'ours', 'own'}, set(reading.seen))
        self.assertEqual(2, len(self.client.asked))

    def test_images_of_the_same_second_are_read(self):
        reading = self.read(V2, {
            None: page(image('own', 10), image('x', 10), following='a'),
            'a': page(image('ours', 10), image('old', 9), following='b')},
            {'own': 10, 'ours': 10})
        self.assertIn('ours', reading.seen)

    def test_full_walk_reads_all(self):
        self.read(V2, {
            None: page(image('own', 10), image('old', 9), following='a'),
            'a': page(image('older', 8))}, full_walk=True)
        self.assertEqual(2, len(self.client.asked))

    def test_an_order_that_is_not_newest_first_is_read_to_its_end(self):
        reading = self.read(V2, {
            None: page(image('old', 8), image('older', 9), following='a'),
            'a': page(image('older still', 7), following='b'),
            'b': page(image('ours', 20), image('own', 10))})
        self.assertEqual({'ours', 'own'}, set(reading.seen))

    def test_images_without_dates_are_read_to_the_end(self):
        reading = self.read(V2, {
            None: page(image('a'), {'id': 'b', 'created_at': 'soon'},
                       {'id': 'c', 'created_at': None}, following='a'),
            'a': page(image('own', 10))})
        self.assertIn('own', reading.seen)

    def test_a_page_that_fails(self):
        for bad in (fakes.answer(503, b''), fakes.answer(200, {}),
                    fakes.answer(200, b'<html>'),
                    fakes.answer(300, fakes.versions('v2.0')),
                    fakes.answer(error='reset')):
            reading = self.read(V2, {None: page(image('new', 40),
                                                following='a'), 'a': bad})
            self.assertIn('page 2 is no list of images', reading.problem)

    def test_a_refused_query_is_absent_only_where_releases_differ(self):
        refusal = {None: fakes.answer(400, b'')}
        self.assertIsNotNone(self.read(V2, refusal).problem)
        optional = listings.Listing('v2', form='/v2', optional=True)
        reading = self.read(optional, refusal)
        self.assertIsNotNone(reading.not_offered)
        self.assertIsNone(reading.problem)

    def test_a_listing_that_repeats_itself_ends(self):
        reading = self.read(V2, {
            None: page(image('new', 40), following='a'),
            'a': page(image('new', 40), following='a')})
        self.assertIn('repeats', reading.problem)

    def test_where_an_image_was_seen(self):
        reading = self.read(V2, {None: page(image('ours', 20))})
        self.assertIn('page 1 of GET http://image.example',
                      reading.seen['ours'])

    def test_v1_ends_with_an_empty_page_however_short_they_are(self):
        reading = self.read(V1_DETAIL, {
            None: page(image('ours', 20)), 'ours': page(image('own', 10)),
            'own': page()})
        self.assertIsNone(reading.problem)
        self.assertEqual({'ours', 'own'}, set(reading.seen))

    def test_v1_short_list_asks_for_the_date_of_a_pages_last_image(self):
        reading = self.read(V1_SHORT, {
            None: page(image('ours'), image('15')),
            '15': page(image('own'), image('09'))})
        self.assertEqual({'ours', 'own'}, set(reading.seen))
        self.assertEqual(2, len(self.client.asked))

    def test_oldest_first_starts_behind_the_oldest_ends_at_the_newest(self):
        oldest = listings.Listing('v2', form='/v2', order=listings.OLDEST)
        reading = self.read(oldest, {
            'own': page(image('ours', 20), image('newest', 30),
                        following='b')},
            {'ours': 20, 'own': 10, 'newest': 30})
        self.assertEqual('own', reading.marker)
        self.assertEqual({'ours', 'newest'}, set(reading.seen))

    def test_what_a_filter_makes_near_is_read_to_its_end(self):
        whole = listings.Listing('v2', form='/v2', order=listings.WHOLE)
        reading = self.read(whole, {
            None: page(image('old', 8), following='a'),
            'a': page(image('ours', 20))})
        self.assertEqual({'ours'}, set(reading.seen))

    def test_what_is_read_more_than_once_is_seen_if_any_reading_shows_it(
            self):
        often = listings.Listing('v2', form='/v2', repeated=True)
        readings = [page(), page(image('ours', 20)), page()]
        consumer = scenes.FakeParty('C', raw_client=fakes.FakeRaw(
            lambda form, path, query: readings.pop()))
        scene = scenes.Scene(consumer=consumer, reads=3)
        scene.made.ours = {'ours'}
        scene.made.dates = {'ours': errors.moment(scenes.second(20))}
        self.assertEqual({'ours'}, set(
            look.read(*scene.all, often, {}).seen))
        self.assertEqual([], readings)

    def test_v1_says_on_one_page_what_is_shared(self):
        shared = listings.Listing('v1', 'shared-images/{consumer}',
                                  form='/v1', limit=None)
        answer = fakes.answer(200, {'shared_images': [
            {'image_id': 'ours', 'can_share': False}]})
        consumer = scenes.FakeParty('C', raw_client=fakes.FakeRaw(
            lambda form, path, query: answer))
        scene = scenes.Scene(consumer=consumer)
        scene.made.ours = {'ours'}
        reading = look.read(*scene.all, shared, {'consumer': 'C'})
        self.assertEqual({'ours'}, set(reading.seen))
        self.assertEqual('shared-images/C', consumer.raw.asked[0][1])

    def test_an_order_in_which_only_one_page_is_complete(self):
        listing = listings.Listing('v2', form='/v2', one_page=True,
                                   order=listings.WHOLE)
        pages = {None: page(image('ours', 20), following='a'),
                 'a': page(image('own', 10))}
        reading = self.read(listing, pages)
        self.assertIn('sends 1 images a page', reading.not_offered)
        self.assertIsNone(reading.problem)
        # What the other pages show counts.
        self.assertEqual({'ours', 'own'}, set(reading.seen))
        reading = self.read(listing, {None: page(image('ours', 20))})
        self.assertIsNone(reading.not_offered)
        # To refuse a page is no way to keep a cloud from being judged.
        pages['a'] = fakes.answer(503, b'')
        self.assertIn('page 2', self.read(listing, pages).problem)

    def test_what_the_cloud_has_no_value_for_is_not_asked(self):
        listing = listings.Listing(
            'v2', form='/v2', query=(('os_hash_value', '{os_hash_value}'),))
        scene = scenes.Scene(consumer=scenes.FakeParty('C'))
        for values in ({}, {'os_hash_value': None}):
            reading = look.read(*scene.all, listing, values)
            self.assertIn('no os hash value to ask for', reading.not_offered)
            self.assertIsNone(reading.problem)
        self.assertEqual([], scene.work.consumer.raw.asked)

    def test_what_cannot_be_looked_at_is_not(self):
        listing = listings.Listing('v1', form='/v1', not_offered='no v1')
        self.read(listing, {})
        self.assertEqual([], self.client.asked)


class TestCatalogue(base.BaseTestCase):

    def warm_up(self, images, recent=('ours',), following='last',
                **parameters):
        """Tell whether a catalogue counts as large, and what was asked."""
        def answer(form, path, query):
            if 'created_at' in query:
                return page(*map(image, recent))
            return page(*(image('other-%d' % at) for at in range(images)),
                        following=following)
        client = fakes.FakeRaw(answer)
        scene = scenes.Scene(
            producer=scenes.FakeParty('P', raw_client=client), **parameters)
        scene.made.dates = {'ours': errors.moment(scenes.second(20))}
        scene.made.ours = {'ours'}
        return look.warm_up(*scene.all), len(client.asked)

    def test_more_than_the_longest_page_is_large(self):
        self.assertEqual((True, 3), self.warm_up(1000))

    def test_what_fits_on_a_page_is_not(self):
        self.assertEqual((False, 2), self.warm_up(1000, following=None))
        # Shorter pages tell nothing.
        self.assertEqual((False, 2), self.warm_up(25))
        self.assertEqual((False, 2), self.warm_up(0, following=None))

    def test_who_wants_all_gets_all(self):
        self.assertEqual((False, 2), self.warm_up(1000, full_walk=True))

    def test_a_cloud_that_does_not_list_by_time_is_asked_for_all(self):
        self.assertEqual((False, 3), self.warm_up(1000, recent=()))
        self.assertEqual((False, 3), self.warm_up(1000, recent=('other',)))


class TestValues(base.BaseTestCase):

    def test_a_value_means_itself(self):
        for value, with_operators in (
                ('Ubuntu 24.04', 'Ubuntu 24.04'), ('in:a,b', 'eq:in:a,b'),
                ('a:b', 'eq:a:b'), ('', ''), (None, None)):
            self.assertEqual(with_operators, look.filtered(value, True))
            self.assertEqual(value, look.filtered(value, False))

    def test_one_of_several_values(self):
        for value, written in (('a b', 'a b'), ('a,b', '"a,b"'),
                               ('12" disk', '"12\\" disk"'),
                               ('\\,', '"\\\\,"'), ('in:a', 'in:a')):
            self.assertEqual(written, look.quoted(value))
