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

"""Checks of notes: what keeps them from looking is no verdict."""

import functools
import types
from unittest import mock

from oslotest import base

from glance_ossn_tests import notes
from glance_ossn_tests.notes import checks
from glance_ossn_tests.notes import ossa_2012_017
from glance_ossn_tests.notes import ossa_2013_007
from glance_ossn_tests.notes import ossa_2015_019
from glance_ossn_tests.notes import ossa_2026_004
from glance_ossn_tests.notes import ossn_0048
from glance_ossn_tests.notes import ossn_0060
from glance_ossn_tests.notes import ossn_0075
from glance_ossn_tests.notes import ossn_0076
from glance_ossn_tests.notes import ossn_0078
from glance_ossn_tests.notes import ossn_0105
from glance_ossn_tests.notes import unnumbered
from glance_ossn_tests.notes import untestable
from glance_ossn_tests.sharing import kinds
from glance_ossn_tests.sharing import verdicts
from glance_ossn_tests.survey import bench
from selftests.unit import fakes

SURE = {verdicts.SAFE, verdicts.EXPOSED}


class FakeBench(bench.Bench):
    """Makes what it likes, and is answered as it is told.

    :param answer: function of method, path, and who asks
    :param conf: options of the plugin
    """

    def __init__(self, answer, main_api='v2', **conf):
        found = mock.Mock(
            main_api=main_api, problem=None, advertised=[(2, 17)], abilities=(
                types.SimpleNamespace(no_members=None, base='raw', left={})))
        work = mock.Mock(parties=dict.fromkeys(
            ('producer', 'consumer', 'bystander', 'admin'), mock.Mock(
                endpoints=lambda *args: ['http://swift.example/v1'])))
        super().__init__(work, found, types.SimpleNamespace(**{
            'protected_property': 'secret', 'image_size_cap': 4096,
            'retired_image_ids': ['6f9619ff-8b86-4011-b42d-00c04fc964ff'],
            'intrusive': True, **conf}))
        work.name = 'ossn'
        self.name = 'ossn'
        self.answer = answer
        self.asked = []

    def ask(self, who, method, path, body=None, **others):
        self.asked.append((who, method, path, others.get('tries')))
        return self.answer(method, path, who)

    def elsewhere(self, url, method, path):
        return self.answer(method, path, None)

    def form(self, api='v2'):
        return api

    def project(self, who):
        return who

    def image(self, who='producer', **properties):
        return 'i1'


def judge(check, answer, **options):
    """Judge by one check.

    :returns: list of verdicts
    """
    subject = FakeBench(answer if callable(answer) else
                        lambda *args: answer, **options)
    return [each.verdict for each in subject._look(check)]


class TestWhatKeepsFromLooking(base.BaseTestCase):

    def judge(self, answer, **options):
        """All verdicts of all checks: dict of claim to a set."""
        return {claim.name: {
            verdict for check in claim.checks
            for verdict in judge(check, answer, **options)}
            for claim in notes.CLAIMS if claim.checks}

    def test_errors_are_no_verdicts(self):
        for answer in (fakes.answer(500, {}), fakes.answer(503, b'busy'),
                       fakes.answer(error='reset')):
            for api in ('v1', 'v2'):
                for name, found in self.judge(answer, main_api=api).items():
                    if name == 'images-limited' and answer.status == 503:
                        # So does a limiter answer a burst.
                        continue
                    self.assertEqual(set(), found & SURE, (name, answer))
                    self.assertNotEqual(set(), found, name)

    def test_who_is_refused_everything_exposes_nothing(self):
        for status in (401, 403, 404, 429):
            for name, found in self.judge(fakes.answer(status, {})).items():
                self.assertNotIn(verdicts.EXPOSED, found, (name, status))

    def test_a_refusal_counts_where_something_else_is_allowed(self):
        # Whatever is asked for first is, too.
        found = self.judge(fakes.answer(403, {}))
        self.assertEqual(
            {'tasks-filtered', 'locations-hidden', 'http-locations',
             'sheepdog-refused', 'files-refused'},
            {name for name, all_ in found.items() if verdicts.SAFE in all_})


class TestChecks(base.BaseTestCase):

    def test_what_is_deleted_by_a_member(self):
        check = ossa_2012_017.KEPT.checks[0]

        def cloud(*data):
            left = list(data)
            return lambda method, path, who: (
                left.pop(0) if path.endswith('/file') else
                fakes.answer(403 if method == 'DELETE' else 200, {}))
        whole, gone = fakes.answer(200, kinds.RAW), fakes.answer(404, b'')
        for after, verdict in ((whole, 'SAFE'), (gone, 'EXPOSED'),
                               (fakes.answer(200, b'other'), 'EXPOSED'),
                               (fakes.answer(204, b''), 'EXPOSED'),
                               (fakes.answer(500, b''), 'NOT TESTED'),
                               (fakes.answer(error='x'), 'NOT TESTED')):
            self.assertEqual([verdict], judge(check, cloud(whole, after)))
        # Who never read them has nothing to miss.
        for before, verdict in ((gone, 'NOT OFFERED'),
                                (fakes.answer(200, b'other'), 'NOT TESTED')):
            self.assertEqual([verdict], judge(check, cloud(before, gone)))

    def test_headers_of_locations(self):
        for header, verdict in (('content-location', 'SAFE'),
                                ('x-image-meta-location', 'EXPOSED'),
                                ('x-image-meta-location-data', 'EXPOSED')):
            self.assertEqual({verdict}, set(judge(
                ossa_2013_007._v1, raw_answer(header))), header)

    def test_the_status_counts_not_the_answer(self):
        for status, verdict in (('active', 'SAFE'), ('queued', 'EXPOSED'),
                                (None, 'NOT TESTED')):
            self.assertEqual(verdict, ossa_2015_019._judge(
                'x', fakes.answer(500, {}), status).verdict)

    def test_an_import_is_refused_by_the_filter_alone(self):
        filtered = fakes.answer(400, {'message': 'does not pass filtering'})

        def cloud(answer, control=filtered):
            answers = [fakes.answer(200, {
                'import-methods': {'value': ['web-download']}}), control]
            return lambda *args: answers.pop(0) if answers else answer
        for answer, verdict in (
                (filtered, 'SAFE'),
                (fakes.answer(400, {'message': 'Invalid'}), 'NOT TESTED'),
                (fakes.answer(202, {}), 'EXPOSED')):
            self.assertEqual({verdict}, set(judge(ossa_2026_004._import,
                                                  cloud(answer))))
        taken = fakes.answer(202, {})
        self.assertEqual(['NOT TESTABLE HERE'], judge(
            ossa_2026_004._import, cloud(taken, taken)))
        self.assertEqual(['NOT OFFERED'], judge(
            ossa_2026_004._import, fakes.answer(200, {'import-methods': {
                'value': ['glance-direct']}})))

    def test_data_by_another_method(self):
        def cloud(method, path, who):
            return fakes.answer(200, kinds.RAW)
        self.assertEqual(['EXPOSED', 'SAFE'], judge(ossn_0048._v2, cloud))

    def test_who_lists_by_v1_what_is_not_public(self):
        def cloud(images):
            def answer(method, path, who):
                if path == 'images/detail':
                    return fakes.answer(200, {'images': images})
                if who == 'producer':
                    return fakes.answer(
                        200, b'', **{'x-image-meta-name': 'ossn'})
                return fakes.answer(404, b'')
            return answer
        self.assertEqual(['SAFE'] * 3, judge(ossn_0060._v1, cloud([])))
        self.assertEqual(['SAFE', 'SAFE', 'EXPOSED'], judge(
            ossn_0060._v1, cloud([{'id': 'i1'}])))

    def test_an_id_is_asked_for_once(self):
        """Its second try would be refused for the first one's sake."""
        def cloud(method, path, who):
            if who == 'consumer':
                return fakes.answer(409, {})
            return fakes.answer(201 if method == 'POST' else 204, {})
        subject = FakeBench(cloud)
        found = subject._look(ossn_0075._deleted)
        self.assertEqual(['SAFE'], [each.verdict for each in found])
        self.assertEqual([1], [tries for who, _, _, tries in subject.asked
                               if who == 'consumer'])
        self.assertEqual(['NOT TESTED'], judge(
            ossn_0075._deleted, lambda method, path, who: fakes.answer(
                error='lost') if who == 'consumer' else fakes.answer(
                    201 if method == 'POST' else 204, {})))

    def test_a_burst(self):
        def cloud(limit, status):
            made = []

            def answer(method, path, who):
                if path == 'info/usage':
                    return fakes.answer(404, {})
                made.append(path)
                return fakes.answer(201 if len(made) <= limit else status,
                                    {})
            return answer
        for limit, status, verdict in ((10, 429, 'SAFE'), (10, 413, 'SAFE'),
                                       (10, 500, 'NOT TESTED'),
                                       (60, 429, 'EXPOSED')):
            self.assertEqual([verdict], judge(ossn_0076._limit,
                                              cloud(limit, status)))
        self.assertEqual(['NOT TESTABLE HERE'], judge(
            ossn_0076._limit, cloud(60, 429), intrusive=False))
        for limit, verdict in ((0, 'SAFE'), (100, 'SAFE'),
                               (-1, 'NOT TESTABLE HERE')):
            self.assertEqual([verdict], judge(
                ossn_0076._limit, fakes.answer(200, {'usage': {
                    'image_count_total': {'limit': limit}}}),
                intrusive=False))

    def test_what_v1_fetches(self):
        def cloud(second):
            answers = [fakes.answer(201, {}), second]
            return lambda *args: answers.pop(0)
        for status, verdict in ((403, 'SAFE'), (400, 'EXPOSED'),
                                (404, 'EXPOSED'), (201, 'EXPOSED'),
                                (500, 'NOT TESTED')):
            self.assertEqual([verdict], judge(
                ossn_0078._copy_from, cloud(fakes.answer(status, {}))))

    def test_tasks(self):
        closed = fakes.answer(403, {})
        self.assertEqual(['SAFE', 'SAFE'], judge(ossn_0105._user, closed))
        filtered = fakes.answer(400, {'message': 'does not pass filtering'})
        self.assertEqual(['SAFE'], judge(ossn_0105._user, filtered))
        self.assertEqual(['NOT TESTED'], judge(
            ossn_0105._user, filtered, intrusive=False))
        self.assertEqual(['NOT TESTABLE HERE'], judge(
            ossn_0105._admin, filtered, intrusive=False))
        for answer, verdict in ((filtered, 'SAFE'),
                                (fakes.answer(201, {}), 'EXPOSED'),
                                (fakes.answer(400, {'message': 'bad'}),
                                 'NOT TESTED')):
            self.assertEqual([verdict], judge(ossn_0105._admin, answer))

    def test_lists_that_cannot_show_what_they_must(self):
        self.assertEqual(['NOT TESTED'], judge(
            unnumbered._private, fakes.answer(200, {'images': []})))
        self.assertEqual(['EXPOSED'], judge(
            unnumbered._private, fakes.answer(200, {
                'images': [{'id': 'i1'}]})))


def raw_answer(header):
    return fakes.answer(200, b'', **{header: 'file:///x'})


class TestUntestable(base.BaseTestCase):

    def test_no_note_is_judged_and_not_testable(self):
        judged = {name for claim in notes.CLAIMS
                  for name in claim.note.names}
        names = [row.name for row in untestable.ROWS]
        self.assertEqual(sorted(set(names)), sorted(names))
        self.assertEqual(set(), judged & {*names, *(
            cve for row in untestable.ROWS for cve in row.cve)})

    def test_a_name_of_each_check(self):
        """It is what the report calls what it could not look at."""
        for claim in notes.CLAIMS:
            for check in claim.checks:
                while isinstance(check, functools.partial):
                    check = check.func
                self.assertTrue(check.__doc__, claim.name)

    def test_a_refused_control_is_no_refusal(self):
        self.assertRaises(checks.Unjudged, checks.expect,
                          fakes.answer(409, {}), 201)
