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

from oslotest import base

from glance_ossn_tests.notes import reach
from glance_ossn_tests.sharing import listings
from glance_ossn_tests.sharing import matrix
from glance_ossn_tests.sharing import model
from glance_ossn_tests.sharing import verdicts
from glance_ossn_tests.survey import by_id
from selftests.unit import fakes
from selftests.unit.survey import base as scenes


def a_scene(answer):
    """Make a cloud that answers, and an image that the consumer accepted."""
    raw = fakes.FakeRaw(answer)
    scene = scenes.Scene(consumer=scenes.FakeParty('C', raw_client=raw))
    scene.work.bystander.raw = raw
    control = scenes.a_share('accepted', 'mine')
    control.plan = control.plan.__class__(
        control.plan.history, by_id.kinds.ACTIVE, 'v2', '/v2')
    return scene, control


class TestByID(base.BaseTestCase):

    def judge(self, **answers):
        """Judge a private image, of which the consumer knows the id.

        :param answers: of what is asked for, by id and what follows it
        :returns: dict of evidence's verdict to how often it is there
        """
        def answer(form, path, query):
            image_id = path.split('/')[1]
            return fakes.answer(answers.get(image_id, 404), {})

        scene, control = a_scene(answer)
        scene.made.shares = [control, scenes.a_share('private', 'hidden')]
        found = matrix.Matrix(scene.made.shares, [], by_id.ask(*scene.all))
        return {each.verdict: each.why for each in found.select(
            lambda plan: plan.history.name == 'private',
            reach.BY_ID.listings)}

    def test_refused(self):
        self.assertEqual([verdicts.SAFE], list(self.judge(mine=200)))

    def test_shown(self):
        self.assertEqual([verdicts.EXPOSED],
                         list(self.judge(mine=200, hidden=200)))

    def test_neither_shown_nor_refused(self):
        found = self.judge(mine=200, hidden=500)
        self.assertIn('neither shown nor refused', found[verdicts.NOT_TESTED])

    def test_what_is_to_be_shown_is_not(self):
        found = self.judge()
        self.assertIn('what the consumer is to be shown is not',
                      found[verdicts.NOT_TESTED])

    def test_looks_forbidden_to_members(self):
        self.assertEqual([verdicts.NOT_OFFERED], list(self.judge(mine=403)))


class TestSample(base.BaseTestCase):
    """Images on their walks, of each state one."""

    def setUp(self):
        super().setUp()
        self.asked = []
        self.statuses = {'mine': 200}

        def answer(form, path, query):
            self.asked.append(path.removeprefix('images/'))
            return fakes.answer(self.statuses.get(path.split('/')[1], 404),
                                {})

        scene, control = a_scene(answer)
        scene.made.shares = [control]
        scene.made.controls = [matrix.Control(
            by_id.kinds.QUEUED, 'mine', listings.BYSTANDER)]
        self.sample = by_id.Sample(*scene.all)
        del self.asked[:]

    def test_of_each_state_one(self):
        removed = model.State(was_member=True)
        self.sample.ask({'a': removed, 'b': removed,
                         'c': model.State(was_member=True, hidden=True)})
        self.assertEqual(4, len(self.asked), self.asked)
        del self.asked[:]
        # Each was asked for.
        self.sample.ask({'d': removed})
        self.assertEqual([], self.asked)

    def test_what_may_be_shown_is_not_asked_for(self):
        readings = self.sample.ask({
            'pending': model.State(consumer='pending', bystander='pending'),
            'open': model.State(visibility=model.COMMUNITY)})
        self.assertEqual(([], []), (readings, self.asked))

    def test_its_data_where_it_has_some(self):
        self.sample.ask({'a': model.State(visibility=model.PRIVATE,
                                          data=True)})
        self.assertEqual(['a', 'a', 'a/file'], sorted(self.asked))

    def test_what_is_shown(self):
        self.statuses['a'] = 200
        reading = self.sample.ask({'a': model.State()})[0]
        self.assertEqual({'a'}, set(reading.seen))
        self.assertIsNone(reading.problem)

    def test_where_nothing_is_shown_to_anybody(self):
        self.statuses.clear()
        self.assertIn('is to be shown', by_id.Sample(
            self.sample._work, self.sample._found, self.made()).ask(
                {'a': model.State()})[0].problem)

    def made(self):
        scene = scenes.Scene()
        scene.made.shares = [scenes.a_share('accepted', 'mine')]
        return scene.made
