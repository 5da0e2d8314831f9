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

"""Discover, share, look, judge: what a run does to a cloud, in this order.

The cost is one request or few for each image and for each page of each
listing; judging them against each other, all by all, costs none. What does
not depend on each other is under way at the same time.
"""

from oslo_log import log as logging

from glance_ossn_tests.sharing import matrix
from glance_ossn_tests.sharing import scope
from glance_ossn_tests.sharing import walks
from glance_ossn_tests.survey import budget
from glance_ossn_tests.survey import by_id
from glance_ossn_tests.survey import confirm
from glance_ossn_tests.survey import discover
from glance_ossn_tests.survey import look
from glance_ossn_tests.survey import share
from glance_ossn_tests.survey import trial
from glance_ossn_tests.survey import walk

LOG = logging.getLogger(__name__)


class Survey:
    """The looks at a cloud that all verdicts of a run rest on.

    :param work: :class:`glance_ossn_tests.survey.work.Work`
    :param claims: the :class:`glance_ossn_tests.notes.base.Claim` that are
        to be judged, None for all: what none of them needs is not made
    :param crossed: whether what is crossed is made and asked, too, unless
        the depth is 0
    :ivar found: :class:`glance_ossn_tests.survey.discover.Found`
    :ivar made: :class:`glance_ossn_tests.survey.share.Made`
    :ivar readings: list of :class:`glance_ossn_tests.sharing.matrix.Reading`
    """

    def __init__(self, work, claims=None, crossed=True):
        self.work = work
        self.scope = scope.Scope(claims, crossed and bool(work.depth))
        self.found = None
        self.made = None
        self.readings = []
        self.walked = walk.Walked()

    def run(self):
        """Share, and look at what the lists show.

        :returns: :class:`glance_ossn_tests.sharing.matrix.Matrix`
        :raises tempest.lib.exceptions.InvalidConfiguration: if nothing that
            would be seen could be trusted
        """
        self.found = discover.find_askers(self.work, discover.discover(
            self.work, wanted=self.scope))
        if not self.found.plans:
            # What is asked for needs no image.
            self.made = share.Made(self.work.name)
            return matrix.Matrix([], [], [])
        self.found = trial.prepare(self.work, self.found)
        self.made = share.share(self.work, self.found)
        return self._look(by_id.ask)

    def walk(self, judged):
        """Take further images through every sequence of acts.

        :param judged: :class:`glance_ossn_tests.sharing.matrix.Matrix`, to
            which is added what that shows
        :returns: the same
        """
        if self.made.dates and walks.needed(self.scope):
            self.walked = walk.walk(self.work, self.found, self.made)
            judged.add(self.walked.pairs)
        return judged

    def look_again(self, made, versions):
        """Look at what the lists show of images that were made before.

        :param made: :class:`glance_ossn_tests.survey.share.Made`
        :param versions: the versions of the API that were advertised then
        :returns: :class:`glance_ossn_tests.sharing.matrix.Matrix`
        :raises tempest.lib.exceptions.InvalidConfiguration: if nothing that
            would be seen could be trusted
        """
        self.found = discover.discover(self.work, versions, self.scope)
        self.made = made
        shares = [each for each in made.shares if not each.failed]
        with self.work.phase('members', 'images', len(shares)):
            self.work.each(
                lambda each: confirm.by_members(self.work, self.found, each),
                shares, 'images')
        return self._look()

    def about(self):
        """Tell what was found out of the cloud.

        :returns: dict, as part of report/schema/detail.json
        """
        remarks = self.found.remarks + share.remarks(self.made)
        remarks += budget.remarks(self.found, self.made)
        remarks += self.walked.remarks + confirm.overwritten(self.readings)
        return {**self.found.about(),
                **({'remarks': remarks} if remarks else {})}

    def _look(self, *more):
        work, found, made = self.work, self.found, self.made
        if not made.dates:
            return self._see_nothing()
        with work.phase('looking', 'lists', len(found.listings)):
            confirm.nobody_is_admin(work, found, made)
            if look.warm_up(work, found, made):
                # Walks ask so, too.
                found = self.found = found.crowded()
            readings = look.look(work, found, made)
            confirm.refusals(readings)
            confirm.by_question(work, found, made, readings)
            others = confirm.other_members(work, found, made)
            share.go_on(work, found, made, readings)
            confirm.not_told(made)
            readings += look.look(work, found, made, late=True)
            for ask in more:
                readings += ask(work, found, made)
        # By now the members of all are known.
        self.readings = [confirm.strangers(found, made),
                         confirm.contents(work, found, made), others,
                         *readings]
        LOG.info('Read %d lists; %d requests in all', len(self.readings),
                 work.requests)
        with work.phase('judging'):
            return matrix.Matrix(made.shares, made.controls, self.readings)

    def _see_nothing(self):
        """Judge where no image could be made: nothing is known of lists."""
        why = self.found.problem or 'no image could be made'
        self.readings = [matrix.Reading(listing, problem=why)
                         for listing in self.found.listings]
        return matrix.Matrix(self.made.shares, self.made.controls,
                             self.readings)
