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

"""What is made of a cloud that does not answer as it should."""

import datetime

from oslotest import base
from tempest.lib import exceptions as lib_exc

from glance_ossn_tests.clients import errors
from glance_ossn_tests.notes import ossn_0005
from glance_ossn_tests.sharing import forms
from glance_ossn_tests.sharing import scope
from glance_ossn_tests.sharing import verdicts
from glance_ossn_tests.survey import discover
from selftests.unit import fakes
from selftests.unit.survey import base as scenes


class TestImports(base.BaseTestCase):

    def test_not_wished(self):
        scene = scenes.Scene(imports=False)
        self.assertIn('[image-feature-enabled] import_image',
                      discover.find_imports(*scene.all[:2])['no_import'])
        self.assertEqual([], scene.work.producer.raw.asked)

    def abilities(self, answer):
        scene = scenes.Scene(scenes.FakeParty('P', raw_client=fakes.FakeRaw(
            lambda form, path, query: answer)))
        return forms.Abilities(**discover.find_imports(scene.work,
                                                       scene.found))

    def test_what_the_answer_means(self):
        def methods(*names):
            return fakes.answer(200, {'import-methods': {'value': names}})
        able = self.abilities(methods('glance-direct', 'web-download'))
        self.assertIsNone(able.no_import or able.import_problem)
        self.assertIn('web-download',
                      self.abilities(methods('web-download')).no_import)
        for status in (403, 404, 405):
            refused = self.abilities(fakes.answer(status, b''))
            self.assertIn(str(status), refused.no_import)
        for bad in (fakes.answer(503, b''), fakes.answer(200, {})):
            self.assertIn('import methods',
                          self.abilities(bad).import_problem)


class TestStores(base.BaseTestCase):

    def second(self, answer):
        scene = scenes.Scene(scenes.FakeParty('P', raw_client=fakes.FakeRaw(
            lambda form, path, query: answer)))
        return discover._find_second_store(scene.work, scene.found)

    def test_the_first_that_users_may_choose(self):
        # Some releases say it in a text.
        for default in (True, 'true'):
            self.assertEqual(('slow', None), self.second(fakes.answer(200, {
                'stores': [{'id': 'fast', 'default': default},
                           {'id': 'web', 'read-only': 'true'},
                           {'id': 'slow'}, {'id': 'tape'}]})))

    def test_none(self):
        for answer in (fakes.answer(404, b''), fakes.answer(200, {}),
                       fakes.answer(200, []), fakes.answer(403, b''),
                       fakes.answer(200, {'stores': [{}, 'x']}),
                       fakes.answer(200, {'stores': [
                           {'id': 'fast', 'default': 'true'}]})):
            self.assertEqual((None, None), self.second(answer))

    def test_not_known(self):
        for answer in (fakes.answer(502, b''), fakes.answer(error='x')):
            second, problem = self.second(answer)
            self.assertIsNone(second)
            self.assertIn('does not tell the stores', problem)


class TestDiscover(base.BaseTestCase):

    def discover(self, answers, **how):
        consumer = scenes.FakeParty('C', raw_client=fakes.FakeRaw(answers))
        consumer.other_endpoints = lambda: []
        return discover.discover(scenes.Scene(
            scenes.FakeParty('P', raw_client=consumer.raw), consumer).work,
            **how)

    def in_core(self, which):
        """Discover for the core a cloud of which some forms answer."""
        def answers(form, path, query):
            if form and form.name in which:
                return fakes.answer(200, {'images': [], 'schema': 'x'})
            return fakes.answer(300, fakes.versions('v2.0', 'v2.3'))
        return self.discover(answers, wanted=scope.Scope(
            (ossn_0005.V2_SHARE_V2_LIST,)))

    def test_the_core_does_with_the_main_form(self):
        subject = self.in_core(['/v2', '/v2.0', '/v2.3'])
        self.assertTrue(subject.scope.core)
        self.assertEqual(['/v2'],
                         [p.form.name for p in subject.probes['v2']])
        # But whether v1 is reachable is asked of each form there is.
        self.assertLess(5, len(subject.probes['v1']))

    def test_the_core_finds_another_one_where_that_is_none(self):
        self.assertEqual('/v2.0',
                         self.in_core(['/v2.0']).offers['v2'].main.form)

    def test_no_version_document(self):
        error = self.assertRaises(
            lib_exc.InvalidConfiguration, self.discover,
            lambda form, path, query: fakes.answer(200, b'<html>'))
        self.assertIn('[image] region', str(error))

    def test_a_cloud_that_does_not_say_its_versions(self):
        def answers(form, path, query):
            if form and form.version == 'v2' and not form.odd:
                return fakes.answer(200, {'images': [], 'schema': 'x'})
            return fakes.answer(404, b'')
        subject = self.discover(answers)
        self.assertEqual([(2, 0)], subject.advertised)
        remark, = subject.remarks
        for part in ('does not say which versions it has', fakes.ROOT,
                     'at least v2.0'):
            self.assertIn(part, remark)

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
        error = self.assertRaises(errors.CannotLook, self.discover, answers)
        self.assertIn('503', str(error))


class TestRoot(base.BaseTestCase):

    def find(self, url, routed, document=True):
        """Find the root of an endpoint of which but some is routed.

        :returns: the root, and why the versions are not known
        """
        def answers(form, path, query):
            if form is None:
                return (fakes.answer(200, fakes.versions('v2.9')) if document
                        else fakes.answer(404, b''))
            if form.name == '/v2':
                return fakes.answer(200, {'images': [], 'schema': 'x'})
            return fakes.answer(404, b'')
        clients = [fakes.FakeRaw(answers, url, routed) for _ in range(2)]
        self.scene = scenes.Scene(scenes.FakeParty('P', None, clients[0]),
                                  scenes.FakeParty('C', None, clients[1]))
        self.scene.found.advertised = []
        why = discover.find_root(self.scene.work, self.scene.found)
        # All parties speak to the same.
        self.assertEqual({self.scene.found.root},
                         {client.root for client in clients})
        return self.scene.found.root, why

    def test_as_catalogs_name_it(self):
        for url, root in (('http://g/v2', 'http://g'),
                          ('http://g/v2/0123', 'http://g'),
                          ('http://g/image/v2/', 'http://g/image'),
                          ('http://g/api/v1/image', 'http://g/api/v1/image'),
                          ('http://g', 'http://g')):
            self.assertEqual((root, ''), self.find(url, [root]), url)
            self.assertEqual([(2, 9)], self.scene.found.advertised)

    def test_what_lists_images_will_do(self):
        # As where a gateway routes the versions alone.
        root, why = self.find('http://g/image/v2', ['http://g/image'], False)
        self.assertEqual('http://g/image', root)
        self.assertIn('GET', why)
        self.assertEqual([], self.scene.found.advertised)

    def test_nothing_answers(self):
        root, why = self.find('http://g/image/v2', [])
        self.assertEqual('http://g/image', root)
        self.assertIn('404', why)


class TestOtherEndpoints(base.BaseTestCase):

    def look(self, answers, endpoints=(), others=()):
        """Discover other endpoints, all of which give the same answers."""
        self.consumer = scenes.FakeParty('C',
                                         raw_client=fakes.FakeRaw(answers))
        self.consumer.other_endpoints = lambda: list(others)
        scene = scenes.Scene(consumer=self.consumer, endpoints=endpoints)
        scene.found.probes = {'v1': []}
        discover.find_other_endpoints(scene.work, scene.found)
        return scene.found

    def test_an_endpoint_with_v1(self):
        def answers(form, path, query):
            body = {'images': []}
            if form.version == 'v2':
                body['schema'] = 'x'
            return fakes.answer(200, body)
        subject = self.look(answers, others=['http://node-2'])
        self.assertEqual({verdicts.Reach.ANSWERS},
                         {p.reach for p in subject.probes['v1']})
        for row in subject.endpoint_listings:
            self.assertIsNone(row.problem or row.not_offered)
            self.assertIn('at http://node-2', row.name)

    def test_what_the_operator_names_must_be_reachable(self):
        def answers(form, path, query):
            return fakes.answer(error='refused')
        named = self.look(answers, ['http://node-2/v2'])
        self.assertEqual({verdicts.Reach.UNKNOWN},
                         {p.reach for p in named.probes['v1']})
        self.assertTrue(all(row.problem for row in named.endpoint_listings))
        self.assertIn('http://node-2', named.about()['endpoints'])
        self.assertEqual([], named.remarks)
        other = self.look(answers, others=['http://internal'])
        self.assertEqual([], other.probes['v1'])
        self.assertTrue(all(row.not_offered and not row.problem
                            for row in other.endpoint_listings))
        self.assertNotIn('http://internal', other.about()['endpoints'])
        remark, = other.remarks
        self.assertIn('http://internal of the catalog could not be reached',
                      remark)
        # It may be out of reach for good: asked once, as each takes long.
        self.assertEqual(1, len(self.consumer.raw.asked))

    def test_an_endpoint_that_fails_is_no_refusal(self):
        def answers(form, path, query):
            if form.version == 'v2':
                return fakes.answer(200, {'images': [], 'schema': 'x'})
            return fakes.answer(500, b'')
        subject = self.look(answers, others=['http://node-2'])
        self.assertEqual({'v1'}, {row.api for row in subject.endpoint_listings
                                  if row.problem})
        self.assertIn('http://node-2', subject.about()['endpoints'])
        self.assertEqual([], subject.remarks)


class TestMoment(base.BaseTestCase):

    def test_both_spellings_are_one_moment(self):
        utc = datetime.timezone.utc
        expected = datetime.datetime(2026, 11, 24, 8, 0, 1, tzinfo=utc)
        for text in ('2026-11-24T08:00:01Z', '2026-11-24T08:00:01.000000',
                     '2026-11-24T08:00:01.987654'):
            self.assertEqual(expected, errors.moment(text))
