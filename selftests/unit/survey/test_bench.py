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


"""Claims that are not about lists: from the answers of a cloud to verdicts."""

from unittest import mock

from oslotest import base
from tempest.lib import exceptions as lib_exc

from glance_ossn_tests.clients import errors
from glance_ossn_tests.notes import base as notes
from glance_ossn_tests.notes import checks
from glance_ossn_tests.notes import ossn_0065
from glance_ossn_tests.notes import ossn_0090
from glance_ossn_tests.sharing import verdicts
from glance_ossn_tests.survey import bench
from selftests.unit import fakes
from selftests.unit.survey import base as scenes

NOTE = notes.Note('OSSN-0000', 'x', 'x', 'x', 'x', ())


class FakeBench:
    """Answers as it is told, in order."""

    def __init__(self, *answers):
        self.answers = list(answers)

    def form(self, api='v2'):
        return api

    def image(self, **properties):
        return 'i1'

    def patch(self, *args):
        return self.answers.pop(0)


class TestImage(base.BaseTestCase):

    def verdict(self, there, status=413):
        """Let an image be refused that has data.

        :param there: whether it is there all the same, without them
        """
        producer = scenes.FakeParty('P', {'create': lib_exc.OverLimit(
            'storage', resp=fakes.response(status))})
        producer.sees = there
        scene = scenes.Scene(producer)
        subject = bench.Bench(scene.work, scene.found)
        subject.prepare = lambda: None
        return self.assertRaises(checks.Unjudged, subject.image).verdict

    def test_what_no_data_are_taken_of_is_not_offered(self):
        self.assertEqual(verdicts.NOT_OFFERED, self.verdict(there=True))

    def test_too_many_images_say_nothing(self):
        self.assertEqual(verdicts.NOT_TESTED, self.verdict(there=False))


class TestChecks(base.BaseTestCase):

    def test_what_should_be_refused(self):
        for status, verdict in ((403, 'SAFE'), (200, 'EXPOSED'),
                                (204, 'EXPOSED'), (500, 'NOT TESTED'),
                                (404, 'NOT TESTED')):
            self.assertEqual(verdict, checks.refused(
                'x', fakes.answer(status)).verdict, status)
        self.assertEqual('NOT TESTED', checks.refused(
            'x', fakes.answer(error='gone')).verdict)

    def test_a_control_that_fails(self):
        self.assertEqual(200, checks.expect(fakes.answer(200), 200).status)
        for status, verdict in ((403, verdicts.NOT_OFFERED),
                                (500, verdicts.NOT_TESTED)):
            why = self.assertRaises(checks.Unjudged, checks.expect,
                                    fakes.answer(status), 200)
            self.assertEqual(verdict, why.verdict)

    def test_locations_that_are_shown(self):
        for image, verdict in (
                ({'id': 'i1'}, 'SAFE'),
                ({'id': 'i1', 'locations': []}, 'EXPOSED'),
                ({'id': 'i1', 'direct_url': 'rbd://x'}, 'EXPOSED'),
                ({'id': 'i2'}, 'NOT TESTED'), ([], 'NOT TESTED')):
            self.assertEqual(verdict, ossn_0090._shown(
                'x', fakes.answer(200, image), 'i1').verdict)
        self.assertEqual('NOT TESTED', ossn_0090._shown(
            'x', fakes.answer(404, {}), 'i1').verdict)

    def test_locations_that_are_added(self):
        for status, said, verdict in (
                (403, 'The image locations are invisible', 'SAFE'),
                (400, 'Invalid location', 'EXPOSED'),
                (400, 'Invalid JSON', 'NOT TESTED'), (500, '', 'NOT TESTED')):
            found = list(ossn_0065._add(FakeBench(
                fakes.answer(200, {}), fakes.answer(
                    status, {'message': said}))))
            self.assertEqual([verdict], [each.verdict for each in found],
                             said)
        # One that is taken is dropped again.
        subject = FakeBench(*[fakes.answer(200, {})] * 3)
        found, = ossn_0065._add(subject)
        self.assertEqual(('EXPOSED', []), (found.verdict, subject.answers))


class TestBench(base.BaseTestCase):

    def judge(self, *functions):
        scene = scenes.Scene()
        return bench.Bench(scene.work, scene.found).judge(notes.Claim(
            'c', 'x', NOTE, checks=functions))

    def test_what_one_check_meets_keeps_no_other(self):
        def refused(bench):
            """Something that is refused."""
            raise lib_exc.Forbidden('no', resp=fakes.response(403))

        def broken(bench):
            """Something that fails half-way."""
            yield checks.evidence('first', verdicts.SAFE, 'x')
            raise lib_exc.ServerFault('no')

        def absent(bench):
            """Something that is not there."""
            raise checks.not_offered('no such API')

        self.assertEqual(
            [('Something that is refused', 'NOT OFFERED'),
             ('first', 'SAFE'), ('Something that fails half-way',
                                 'NOT TESTED'),
             ('Something that is not there', 'NOT OFFERED')],
            [(each.what.name, each.verdict)
             for each in self.judge(refused, broken, absent)])

    def test_it_is_proved_once_that_images_go(self):
        found = mock.Mock(plans=[], problem=None)
        subject = bench.Bench(mock.Mock(), found)
        with mock.patch.object(bench.trial, 'prepare',
                               return_value=found) as prepare:
            subject.prepare()
            subject.prepare()
        prepare.assert_called_once_with(subject.work, found)

    def test_who_may_own_what_stays_is_asked_again(self):
        work = mock.Mock(parties={'producer': mock.Mock(),
                                  'consumer': mock.Mock()})
        work.created.remove_one.side_effect = errors.LeftBehind('no')
        subject = bench.Bench(work, mock.Mock(plans=['some']))
        subject.form = mock.Mock()
        subject.expect_image('producer', 'consumer')
        work.created.add.reset_mock()
        subject.clear()
        work.created.remove_one.assert_called_once()
        self.assertEqual(
            [each.delete_image for each in work.parties.values()],
            [call.args[0] for call in work.created.add.mock_calls])
