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

"""Walk: every sequence of acts, and the shortest that shows something.

Source of what may be done, and of what lists may show then:
:mod:`glance_ossn_tests.sharing.model`.
"""

import dataclasses

from oslo_log import log as logging

from glance_ossn_tests.clients import errors
from glance_ossn_tests.sharing import doors
from glance_ossn_tests.sharing import listings
from glance_ossn_tests.sharing import matrix
from glance_ossn_tests.sharing import shrinking
from glance_ossn_tests.sharing import verdicts
from glance_ossn_tests.sharing import walks
from glance_ossn_tests.survey import budget
from glance_ossn_tests.survey import by_id
from glance_ossn_tests.survey import lockstep
from glance_ossn_tests.survey import refusals

LOG = logging.getLogger(__name__)

# Of exposures that differ as many are replayed.
_MOST = 6


@dataclasses.dataclass
class Walked:
    """What walks showed.

    :param pairs: what was judged: share, listing and evidence, each
    :param remarks: sentences on what is good to know
    """

    pairs: list = dataclasses.field(default_factory=list)
    remarks: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Exposure:
    """What a walk showed where it must not be.

    :param acts: what led to it
    :param share: the :class:`glance_ossn_tests.sharing.matrix.Share`
    :param listing: the :class:`glance_ossn_tests.sharing.listings.Listing`
    :param found: its :class:`glance_ossn_tests.sharing.verdicts.Evidence`
    :param sent: all requests that led to it
    """

    acts: tuple
    share: object
    listing: object
    found: object
    sent: tuple = ()

    @property
    def once(self):
        """The same with all requests, where no replay showed it again."""
        whole = dataclasses.replace(
            self.share, recipe='(no replay showed it) ' + '; '.join(self.sent))
        return whole, self.listing, dataclasses.replace(
            self.found, what=matrix.image_of(whole))

    @property
    def like(self):
        """What has one cause, most likely."""
        about = self.listing.api, self.listing.project
        # v1 knows no consent, and a bystander was asked for none: all that
        # they are shown is one thing.
        return about if self.listing.api == 'v1' or (
            self.listing.project != listings.CONSUMER) else (
                *about, self.share.plan.history.topic)


def walk(work, found, made):
    """Take images through every sequence of acts.

    :param work: :class:`glance_ossn_tests.survey.work.Work`
    :param found: :class:`glance_ossn_tests.survey.discover.Found`
    :param made: :class:`glance_ossn_tests.survey.share.Made`, which knows
        what the cloud refused to everybody
    :returns: :class:`Walked`
    """
    if not work.depth:
        return Walked(remarks=['No sequences of acts were tried ([glance_ossn]'
                               ' depth is 0).'])
    if not found.offers['v2'].answers:
        return Walked(remarks=['No sequences of acts were tried: Image API '
                               'v2, which alone knows consent, does not '
                               'answer.'])
    with work.phase('walking'):
        return _Walks(work, found, made).run()


class _Walks:
    """All walks of a run."""

    def __init__(self, work, found, made):
        self.work = work
        self.found = found
        self.made = made
        self.pairs = []
        self.exposures = []
        self.refused = {}
        self._known = set()
        self._size = walks.BATCH

    def run(self):
        work, found = self.work, self.found
        before = work.requests
        most = self._most()
        if most is not None and most < 1:
            return Walked(remarks=[
                'No sequences of acts were tried: the quotas of the projects '
                '(limit %s) leave no images for them.' % budget.LIMIT])
        fails = found.abilities.lacks(
            listings.OPERATORS, 'members that come and go')
        if fails:
            # Before Liberty, who was a member once cannot be one again.
            return Walked(remarks=[
                'No sequences of acts were tried: %s.' % fails])
        letters, absent = walks.offered(
            tuple(work.parties), found.abilities.lacks, self._refuses,
            lockstep.recreates(work, found))
        ways = doors.Ways(
            [door.form for door in found.offers['v2'].doors
             if not (door.odd or door.problem)],
            found.offers['v1'].main.form if found.offers['v1'].answers
            else None, 'admin' in work.parties)
        plan = walks.plan(letters, ways, work.depth, work.seed, most)
        LOG.info('%d walks of %d acts in all', len(plan), sum(map(len, plan)))
        self._size = min(walks.BATCH, most or walks.BATCH)
        sample = by_id.Sample(work, found, self.made)
        for at in range(0, len(plan), self._size):
            self._batch(plan[at:at + self._size], listings.walks(
                found.offers, found.abilities), self._judged,
                most is not None or len(plan) > self._size, sample)
        self._shrink()
        return Walked(self.pairs, self._remarks(letters, absent, plan,
                                                work.requests - before))

    def _most(self):
        """Tell how many images the producer may still have, if bounded."""
        left = dict(self.found.abilities.left)
        for each in self.made.controls:
            if each.viewer in left:
                left[each.viewer] -= 1
        if left.get('consumer', 2) < 2 or left.get('bystander', 1) < 1:
            return 0
        if 'producer' not in left:
            return None
        # Besides, one is a control.
        return left['producer'] - 1 - sum(
            1 for each in self.made.shares if each.image_id and
            each.plan.history.owner == 'producer')

    def _refuses(self, step):
        """Tell why a cloud does not do a step for anybody."""
        name, kind = refusals.by(step.name, step.by), walks.WALKED
        if step.refused or not self.made.attempts.refused(name, 'v2', kind):
            return None
        return next((each.not_offered for each in self.made.shares
                     if each.not_offered and each.refused == name),
                    'the cloud refuses "%s"' % name)

    def _batch(self, plan, places, judged, remove, sample=None):
        """Walk some, with all that this takes.

        :param remove: whether to remove the images at once
        :param sample: what is asked for by id
        :returns: the walkers
        """
        group = lockstep.Lockstep(self.work, self.found, places, sample)
        group.make_controls()
        walkers = [lockstep.Walker(acts) for acts in plan]
        group.run(walkers, self.work.depth, judged)
        self.refused.update(group.refused)
        if remove:
            self.work.each(self._remove, group.made.ours)
        return walkers

    def _remove(self, image_id):
        try:
            self.work.created.remove_one(image_id)
        except errors.LeftBehind as error:
            # It is tried, and told, once more in the end.
            LOG.warning('%s', errors.brief(error))
            self.work.created.add(self.work.producer.delete_image,
                                  self.found.main_form('v2'), image_id)

    def _judged(self, judged, walkers):
        """Take what was judged after an act.

        One of those that are alike tells as much as all.
        """
        for each, listing, found in judged.pairs:
            walker = walkers.get(each.image_id)
            exposed = found.verdict is verdicts.EXPOSED and walker
            if listing.members:
                if exposed:
                    each = dataclasses.replace(each, recipe='; '.join(
                        walker.sent))
                    found = dataclasses.replace(found,
                                                what=matrix.image_of(each))
                self.pairs.append((each, listing, found))
                continue
            if exposed and listing.api == 'v2' and not listing.asks_for and (
                    listing.project == listings.CONSUMER):
                lockstep.rebase(walker)
            key = (found.what.name, each.plan.history.topic,
                   found.where.name, found.verdict)
            if key in self._known:
                continue
            self._known.add(key)
            self.pairs.append((each, listing, found))
            if exposed:
                self.exposures.append(Exposure(
                    walker.acts[:walker.done], each, listing, found,
                    tuple(walker.sent)))

    def _shrink(self):
        """Find the shortest sequence that shows each kind of exposure."""
        firsts = {}
        for each in self.exposures:
            other = firsts.setdefault(each.like, each)
            if shrinking.size(each.acts) < shrinking.size(other.acts):
                firsts[each.like] = each
        first = sorted(firsts.values(),
                       key=lambda each: shrinking.size(each.acts))
        searches = [(each, shrinking.Shrinking(each.acts))
                    for each in first[:_MOST]]
        told = {}
        while True:
            asked = [(each, search, search.candidates())
                     for each, search in searches]
            asked = [row for row in asked if row[2]]
            if not asked:
                break
            self._replay(asked, told)
        for each, search in searches:
            self.pairs.insert(0, told.get(each.like) or each.once)

    def _replay(self, asked, told):
        """Replay some sequences, and tell what each of them showed."""
        plan = list(dict.fromkeys(
            acts for _, _, some in asked for acts in some))
        places = {}
        for each, _, _ in asked:
            places[each.listing.name] = each.listing
        for place in listings.walks(self.found.offers, self.found.abilities):
            if not places.get(place.name) and place.viewer == (
                    listings.CONSUMER) and place.api == 'v2' and (
                        place.limit is None or place.asks_for):
                # By which it is confirmed.
                places[place.name] = place
        shown = {}

        def judged(result, walkers):
            for share, listing, found in result.pairs:
                walker = walkers.get(share.image_id)
                if not walker or found.verdict is not verdicts.EXPOSED:
                    continue
                acts = walker.acts[:walker.done]
                seen = Exposure(acts, share, listing, found)
                if (walker.acts, seen.like) not in shown:
                    whole = walker.share(len(acts), share.plan.form,
                                         recipe=True)
                    shown[walker.acts, seen.like] = len(acts), (
                        whole, listing, dataclasses.replace(
                            found, what=matrix.image_of(whole)))
        for at in range(0, len(plan), self._size):
            self._batch(plan[at:at + self._size], list(places.values()),
                        judged, True)
        for each, search, some in asked:
            results = [shown.get((acts, each.like), (None, None))
                       for acts in some]
            search.take([number for number, _ in results])
            for acts, (number, what) in zip(some, results):
                if number and acts[:number] == search.best:
                    told[each.like] = what

    def _remarks(self, letters, absent, plan, requests):
        """Tell what the walks were, and what they lack."""
        remarks = [
            'Every sequence of %d acts of %d was tried, in %d walks of %d '
            'acts in all, by %d requests ([glance_ossn] depth is %d, seed is '
            '%d).' % (self.work.depth, len(letters), len(plan),
                      sum(map(len, plan)), requests, self.work.depth,
                      self.work.seed)]
        remarks += ['Not offered, and in no sequence: "%s": %s' % pair
                    for pair in absent.items()]
        return remarks + [
            'In some sequences the cloud refused "%s", which the Image API '
            'allows: %s' % pair for pair in self.refused.items()]
