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
from glance_ossn_tests.sharing import matrix
from glance_ossn_tests.sharing import verdicts
from glance_ossn_tests.survey import by_id
from selftests.unit import fakes
from selftests.unit.survey import base as scenes


class TestByID(base.BaseTestCase):

    def judge(self, **answers):
        """Judge a private image, of which the consumer knows the id.

        :param answers: of what is asked for, by id and what follows it
        :returns: dict of evidence's verdict to how often it is there
        """
        def answer(form, path, query):
            image_id = path.split('/')[1]
            return fakes.answer(answers.get(image_id, 404), {})

        raw = fakes.FakeRaw(answer)
        scene = scenes.Scene(consumer=scenes.FakeParty('C', raw_client=raw))
        scene.work.bystander.raw = raw
        control = scenes.a_share('accepted', 'mine')
        control.plan = control.plan.__class__(
            control.plan.history, by_id.kinds.ACTIVE, 'v2', '/v2')
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
