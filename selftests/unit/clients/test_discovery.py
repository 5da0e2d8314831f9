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

"""What is there, what is not, and what is not known."""

from oslotest import base

from glance_ossn_tests.clients import discovery
from glance_ossn_tests.clients import raw
from glance_ossn_tests.sharing import verdicts
from selftests.unit import fakes

V1 = raw.Form('v1')
V2 = raw.Form('v2')
V1_LIST = fakes.answer(200, {'images': []})
V2_LIST = fakes.answer(200, {'images': [], 'schema': '/v2/schemas/images'})


class TestVersions(base.BaseTestCase):

    def advertised(self, *answers):
        return discovery.advertised(fakes.FakeRaw(
            dict(zip((' versions', ' '), answers))))

    def test_versions_are_numbers_with_gaps(self):
        document = fakes.versions('v2.9', 'v2.15', 'v2.0', 'v1.1')
        self.assertEqual(
            [(1, 1), (2, 0), (2, 9), (2, 15)],
            self.advertised(fakes.answer(200, document),
                            fakes.answer(300, document)))

    def test_either_place_counts(self):
        self.assertEqual([(1, 0), (2, 2)], self.advertised(
            fakes.answer(300, fakes.versions('v2.2')),
            fakes.answer(300, fakes.versions('v1.0'))))

    def test_one_place_is_enough(self):
        self.assertEqual([(2, 2)], self.advertised(
            fakes.answer(404, b'<html>'),
            fakes.answer(300, fakes.versions('v2.2'))))

    def test_no_version_document(self):
        for bad in (fakes.answer(200, b'<html>welcome</html>'),
                    fakes.answer(200, {'versions': 'v2'}),
                    fakes.answer(200, {'versions': [{'id': 'two'}]}),
                    fakes.answer(200, {'versions': [{}]}),
                    fakes.answer(200, ['v2.0']),
                    fakes.answer(200, {'versions': None}),
                    fakes.answer(503, fakes.versions('v2.0')),
                    fakes.answer(200, fakes.versions()),
                    fakes.answer(error='connection refused')):
            error = self.assertRaises(discovery.Undiscoverable,
                                      self.advertised, bad, bad)
            self.assertIn(fakes.ROOT, str(error))

    def test_v2_forms(self):
        self.assertEqual(
            ['/v2'] + ['/v2.%d' % minor for minor in range(26)] +
            ['(Accept: application/vnd.openstack.images-v2)',
             '(Accept: application/vnd.openstack.images-v2.22)', '//v2',
             '/%76%32'],
            [form.name for form in discovery.v2_forms([(2, 22), (2, 0),
                                                       (1, 1)])])
        self.assertEqual(
            {'v2', 'v2.0', 'v2.22'},
            {form.version for form in discovery.v2_forms([(2, 22), (2, 0)])
             if not form.guessed})

    def test_releases_to_come_are_asked_for_what_they_do_not_advertise(self):
        for newest in (0, 9, 17, 18, 19, 40):
            versions = [(2, minor) for minor in range(newest + 1)]
            tried = {form.version for form in discovery.v2_forms(versions)}
            beyond = max(newest, discovery.NEWEST) + discovery.BEYOND
            self.assertIn('v2.%d' % beyond, tried)
            self.assertNotIn('v2.%d' % (beyond + 1), tried)
        self.assertIn('v2.18', {form.version
                                for form in discovery.v2_forms([])})


class TestProbe(base.BaseTestCase):

    def reach(self, form, answer, blind=None):
        probe = discovery.probe(fakes.FakeRaw({
            form.name + ' images': answer,
            form.name + ' images without token': blind}), form)
        self.assertIn(fakes.ROOT, probe.evidence)
        return probe.reach

    def test_answers(self):
        self.assertIs(verdicts.Reach.ANSWERS, self.reach(V1, V1_LIST))
        self.assertIs(verdicts.Reach.ANSWERS, self.reach(V2, V2_LIST))

    def test_changes_that_are_taken_where_lists_are_refused(self):
        def try_it(text, status=404, listed=403):
            def answer(form, path, query):
                self.assertTrue(path.endswith('/members'), path)
                uid = path.split('/')[1]
                return fakes.answer(status, (text % uid).encode())
            return discovery.try_changes(
                fakes.FakeRaw(answer), discovery.Probe(
                    V1, verdicts.Reach.REFUSED, 'GET: 403', listed)).reach
        self.assertIs(verdicts.Reach.WRITES,
                      try_it('No image found with ID %s'))
        for told in (try_it('/v1/images/%s/members was not found here'),
                     try_it('%s', 403), try_it('no %.0s'),
                     # Nothing is tried where Glance has no such version.
                     try_it('No image found with ID %s', listed=300)):
            self.assertIs(verdicts.Reach.REFUSED, told)
        self.assertEqual('EXPOSED', verdicts.Reach.WRITES.verdict)

    def test_any_list_of_v1_will_do(self):
        refused = fakes.answer(300, fakes.versions('v2.0'))
        paths = discovery.v1_paths('c')
        shared = fakes.answer(200, {'shared_images': []})
        for answer, reach in ((shared, verdicts.Reach.ANSWERS),
                              (fakes.answer(500, b''),
                               verdicts.Reach.UNKNOWN),
                              (refused, verdicts.Reach.REFUSED)):
            client = fakes.FakeRaw(lambda form, path, query: (
                answer if path == 'shared-images/c' else refused))
            probe = discovery.probe(client, V1, paths)
            self.assertIs(reach, probe.reach)
            self.assertEqual(3, len(client.asked))

    def test_refused_by_glance(self):
        self.assertIs(verdicts.Reach.REFUSED, self.reach(
            V1, fakes.answer(300, fakes.versions('v2.0'))))

    def test_refused_by_something_in_front(self):
        for status in (404, 410, 501):
            self.assertIs(verdicts.Reach.REFUSED,
                          self.reach(V1, fakes.answer(status, b'')))

    def test_a_spelling_that_is_not_understood_is_refused(self):
        bad = fakes.answer(400, b'')
        self.assertIs(verdicts.Reach.REFUSED,
                      self.reach(raw.Form('v1', detour='/v1'), bad))
        self.assertIs(verdicts.Reach.REFUSED,
                      self.reach(raw.Form('v2.8', guessed=True), bad))
        self.assertIs(verdicts.Reach.UNKNOWN, self.reach(V1, bad))

    def test_blocked_for_everybody_is_refused(self):
        self.assertIs(verdicts.Reach.REFUSED, self.reach(
            V1, fakes.answer(403, b''), fakes.answer(403, b'')))

    def test_forbidden_to_this_account_is_not_known(self):
        self.assertIs(verdicts.Reach.UNKNOWN, self.reach(
            V1, fakes.answer(403, b''), fakes.answer(401, b'')))

    def test_the_other_version_under_this_name_is_refused(self):
        self.assertIs(verdicts.Reach.REFUSED, self.reach(V1, V2_LIST))

    def test_what_is_not_for_programs_is_refused(self):
        for page in (fakes.answer(200, b'\n<!DOCTYPE html><form>'),
                     fakes.answer(200, b'Log in', **{
                         'content-type': 'text/html'}),
                     *(fakes.answer(status, b'', location='http://login/')
                       for status in (301, 302, 303, 307, 308))):
            self.assertIs(verdicts.Reach.REFUSED, self.reach(V1, page))
        probe = discovery.probe(fakes.FakeRaw({'/v1 images': page}), V1)
        self.assertIn('leads elsewhere: http://login/', probe.evidence)

    def test_all_else_is_not_known(self):
        for answer in (fakes.answer(200, b'Welcome'),
                       fakes.answer(500, b'<html>'),
                       fakes.answer(503, b'<html>'),
                       fakes.answer(200, {}),
                       fakes.answer(200, {'images': None}),
                       fakes.answer(200, {'images': [{}]}),
                       fakes.answer(300, b'<html>'),
                       fakes.answer(300, {'images': []}),
                       fakes.answer(401, b''),
                       fakes.answer(500, b''),
                       fakes.answer(503, b''),
                       fakes.answer(error='reset')):
            self.assertIs(verdicts.Reach.UNKNOWN, self.reach(V1, answer))


class TestListsImages(base.BaseTestCase):

    def test_either_version_will_do(self):
        gone = fakes.answer(404, b'')
        for v2, v1, lists in ((V2_LIST, gone, True), (gone, V1_LIST, True),
                              (gone, gone, False), (V1_LIST, gone, False),
                              (fakes.answer(401, b''), gone, False)):
            self.assertEqual(lists, discovery.lists_images(fakes.FakeRaw(
                {'/v2 images': v2, '/v1 images': v1})))


class TestDeduceVersion(base.BaseTestCase):

    def deduce(self, schema, usage=404):
        return discovery.deduce_version(fakes.FakeRaw({
            '/v2 schemas/image': fakes.answer(200, schema),
            '/v2 info/usage': fakes.answer(usage, {})}), V2)

    def test_what_came_with_versions(self):
        def schema(*visibilities, **further):
            return {'properties': {'visibility': {'enum': visibilities},
                                   **further}}
        old, new = ('public', 'private'), ('public', 'shared', 'community')
        self.assertEqual((2, 0), self.deduce(schema(*old)))
        self.assertEqual((2, 5), self.deduce(schema(*new)))
        self.assertEqual((2, 7), self.deduce(schema(*new, os_hidden={})))
        self.assertEqual((2, 15), self.deduce(schema(*new, os_hidden={}),
                                              200))

    def test_no_schema(self):
        for bad in (None, [], {}, {'properties': {}}, {'properties': None}):
            self.assertEqual((2, 0), self.deduce(bad, 200))
