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

"""The exposure matrix: shares x listings, judged without any request.

Rules: a sighting of an image that nobody agreed to is an exposure, wherever
it is seen. Absence proves something only for a share known to be there, in
a complete listing that shows its controls; all else is NOT TESTED.
"""

import dataclasses

from glance_ossn_tests.sharing import by_id
from glance_ossn_tests.sharing import histories
from glance_ossn_tests.sharing import kinds
from glance_ossn_tests.sharing import listings
from glance_ossn_tests.sharing import model
from glance_ossn_tests.sharing import verdicts

# How a step is called by which a project becomes a member once more.
AGAIN = 'share again'


@dataclasses.dataclass
class Share:
    """An image as it was made, and what is known of it.

    :param plan: the :class:`glance_ossn_tests.sharing.histories.Plan`
    :param image_id: its id, None if it was not made
    :param failed: why a step did not succeed: nothing follows from seeing
        the image, nor from not seeing it
    :param not_offered: why the cloud does not offer what it needed, as it
        turned out
    :param refused: the step that failed
    :param unconfirmed: why its membership is not known to be as it should
        be: nothing follows from not seeing the image
    :param members: the producer's member list, project ids to statuses,
        None if it was not read
    :param membership: the status that it shows for the consumer
    :param strangers: the members in it that the producer never added
    :param unread: why the cloud does not show it to the producer, else None
    :param unasked: why lists of v2 show it whatever anybody consented to,
        else None
    :param recipe: the requests that lead to it, where its history names not
        all of them
    """

    plan: histories.Plan
    image_id: str | None = None
    failed: str | None = None
    not_offered: str | None = None
    refused: str | None = None
    unconfirmed: str | None = None
    members: dict | None = None
    membership: str | None = None
    strangers: tuple = ()
    unread: str | None = None
    unasked: str | None = None
    recipe: str | None = None


@dataclasses.dataclass
class Control:
    """An image of a project's own that its listings must show.

    :param kind: kind of image, as of the shares it stands for
    :param image_id: its id
    :param viewer: whose image it is: who must see it
    :param visibility: its visibility if that is not the default one
    :param failed: why it could not be made, else None
    :param not_offered: why the cloud does not offer it, as it turned out
    :param refused: the step that failed
    """

    kind: kinds.Kind
    image_id: str
    viewer: str = listings.CONSUMER
    visibility: str | None = None
    failed: str | None = None
    not_offered: str | None = None
    refused: str | None = None


@dataclasses.dataclass
class Reading:
    """A listing as it was read.

    :param listing: the :class:`glance_ossn_tests.sharing.listings.Listing`
    :param seen: dict of image id to where it was seen (text: page, URL,
        request id)
    :param problem: why it is not complete, else None
    :param not_offered: why the cloud does not offer it, else None
    :param marker: id of the image behind which reading started, else None
    :param asked: ids of the images that were asked for one by one, None if
        the table tells which these are
    """

    listing: object
    seen: dict = dataclasses.field(default_factory=dict)
    problem: str | None = None
    not_offered: str | None = None
    marker: str | None = None
    asked: set | None = None


def image(history, kind, form, **known):
    """Name an image in evidence.

    :param history: name of its history
    :param kind: name of its kind
    :param form: name of the form of the API that it was shared through
    :param known: topic of the history, api, image_id, membership
    :returns: :class:`glance_ossn_tests.sharing.verdicts.Item`
    """
    return verdicts.Item(
        'image', '%s, %s, through %s' % (history, kind, form),
        {'history': history, 'kind': kind, 'form': form, **known})


def image_of(share):
    """Name the image of a share in evidence.

    :param share: :class:`Share`
    :returns: :class:`glance_ossn_tests.sharing.verdicts.Item`
    """
    plan = share.plan
    recipe = {'recipe': share.recipe} if share.recipe else {}
    return image(plan.history.name, plan.kind.name, plan.form,
                 topic=plan.history.topic, api=plan.api,
                 image_id=share.image_id, membership=share.membership,
                 **recipe)


def place(listing):
    """Name a listing in evidence.

    :param listing: :class:`glance_ossn_tests.sharing.listings.Listing`
    :returns: :class:`glance_ossn_tests.sharing.verdicts.Item`
    """
    return verdicts.Item('list', listing.name, {'api': listing.api,
                                                'viewer': listing.viewer})


class Matrix:
    """All pairs of image and list of a run, judged.

    :param shares: list of :class:`Share`
    :param controls: list of :class:`Control`
    :param readings: list of :class:`Reading`
    """

    def __init__(self, shares, controls, readings):
        self.shares = shares
        self.controls = controls
        self.readings = readings
        self._known = {}
        self._pairs = list(self._judge())

    @property
    def evidence(self):
        """The :class:`glance_ossn_tests.sharing.verdicts.Evidence` of all."""
        return [found for _, _, found in self._pairs]

    @property
    def pairs(self):
        """All that was judged: share, listing and evidence, each."""
        return self._pairs

    def add(self, pairs):
        """Add what was judged elsewhere.

        :param pairs: list of share, listing and evidence, each
        """
        self._pairs += pairs

    def _judge(self):
        images = [(share, image_of(share)) for share in self.shares]
        for reading in self.readings:
            where = place(reading.listing)
            for share, what in images:
                if self.bears(share, reading):
                    yield share, reading.listing, verdicts.Evidence(
                        what, where, *self._verdict(share, reading))

    @staticmethod
    def bears(share, reading):
        """Tell whether a listing says anything about a share.

        :param share: :class:`Share`
        :param reading: :class:`Reading`
        :returns: whether it does
        """
        history, listing = share.plan.history, reading.listing
        if listing.members == 'id':
            if reading.asked is not None:
                return share.image_id in reading.asked
            return not share.plan.history.reached and (
                by_id.asks(share.plan, listing))
        if history.late and not listing.late:
            return False
        if listing.members == 'all' and (
                history.topic not in histories.CONSENTS):
            return False
        if (listing.members == 'content') != (
                history.topic == histories.CONTENT and
                listing.project == listings.CONSUMER):
            # It is for the one, and that is all there is to it.
            return False
        if listing.members == 'content':
            return True
        if listing.members == 'others':
            return bool(history.bystander and history.status)
        if model.may_list(history.state, listing.project, listing):
            return False
        # What a query does not select is expected to be absent, whatever
        # the membership: it says something only when it is there.
        return (listing.selects(share.plan.kind) or
                share.image_id in reading.seen)

    def _verdict(self, share, reading):
        plan, listing = share.plan, reading.listing
        if share.refused == AGAIN and share.not_offered:
            # It is shared with nobody, wherever it is seen.
            why = reading.seen.get(share.image_id)
            if why:
                return verdicts.EXPOSED, why
        if share.unasked and listing.api == 'v2' and not listing.members:
            return verdicts.NOT_OFFERED, share.unasked
        for verdict, why in (
                (verdicts.NOT_OFFERED, plan.not_offered or
                 listing.not_offered or share.not_offered),
                (verdicts.NOT_TESTED, plan.problem or share.failed),
                # What is seen counts, however the list ends.
                (verdicts.EXPOSED, reading.seen.get(share.image_id)),
                (verdicts.NOT_OFFERED, reading.not_offered)):
            if why:
                return verdict, why
        if listing.visibility == 'public':
            return verdicts.NOT_OFFERED, (
                'no project may make a public image that would prove this '
                'list to be complete: only what it shows counts')
        for problem in (self._unconfirmed(share, listing), listing.problem,
                        reading.problem):
            if problem:
                return verdicts.NOT_TESTED, problem
        return self._missing_control(plan.kind, reading) or (
            verdicts.SAFE, 'complete, controls seen, image absent')

    @staticmethod
    def _unconfirmed(share, listing):
        if listing.project == listings.BYSTANDER and share.membership:
            # Shared it is; what the consumer answered is not its affair.
            return None
        if listing.project in listings.STRANGERS:
            # Whose it is, and with whom it is shared, is all the same.
            return None
        return share.unconfirmed

    def _missing_control(self, kind, reading):
        """Tell why the silence about a kind of image proves nothing."""
        key = kind.name, id(reading)
        if key not in self._known:
            self._known[key] = self._find_missing_control(kind, reading)
        return self._known[key]

    def _find_missing_control(self, kind, reading):
        listing = reading.listing
        if not listing.controls:
            return None
        # Lists of the consumer in which shared images may be have controls
        # of each kind, its own and what it accepted.
        by_kind = (listing.project == listings.CONSUMER and
                   not listing.visibility)
        alone = by_kind and not kind.crossed
        own = [c for c in self.controls if c.viewer == listing.project and
               c.visibility == listing.visibility and
               (c.kind == kind if alone else listing.selects(c.kind))]
        accepted = [s for s in self.shares if by_kind and
                    s.plan.kind == kind and
                    s.plan.history.topic == histories.CONTROL and
                    listing.asks_for in (None, 'all')]
        # Of what is crossed, what was accepted is the control.
        crossed = by_kind and kind.crossed and (
            listing.asks_for in (None, 'all'))
        if listing.own and (own or not crossed):
            missing = self._missing_own(kind, own, reading)
            if missing:
                return missing
        return self._missing_accepted(kind, accepted, reading, crossed)

    @staticmethod
    def _missing_own(kind, own, reading):
        """Tell which image of the viewer's own a list should show."""
        if not own:
            return verdicts.NOT_TESTED, (
                'there is no %s control image' % kind.name)
        for control in own:
            if control.not_offered:
                return verdicts.NOT_OFFERED, (
                    'no image can be made that would prove this list to be '
                    'complete: %s' % control.not_offered)
            if control.failed:
                return verdicts.NOT_TESTED, (
                    'the %s control image could not be made: %s'
                    % (control.kind.name, control.failed))
            if control.image_id not in reading.seen and (
                    control.image_id != reading.marker):
                return verdicts.NOT_TESTED, (
                    "the %s's own %s image is missing in the list"
                    % (control.viewer, control.kind.name))
        return None

    def _missing_accepted(self, kind, accepted, reading, needed):
        """Tell which accepted image a list should show.

        What a cloud does not offer is needed by no list of one's own; where
        only it could prove the list, that is not offered either. Through
        whichever API an image was accepted, one is enough.
        """
        listing = reading.listing
        if not listing.own and self._shows_a_share(kind, reading):
            return None
        problems, absent = [], []
        for share in accepted:
            plan = share.plan
            gone = plan.not_offered or share.not_offered
            problem = plan.problem or share.failed or share.unconfirmed
            if gone:
                absent.append(gone)
            elif problem:
                problems.append(problem)
            elif share.image_id not in reading.seen:
                return verdicts.NOT_TESTED, (
                    'the image "%s", which the consumer accepted, is missing '
                    'in the list' % plan.name)
        if len(problems) + len(absent) < len(accepted):
            return None
        if problems:
            return verdicts.NOT_TESTED, (
                'the accepted share that serves as %s control could not be '
                'made: %s' % (kind.name, problems[0]))
        if listing.project != listings.CONSUMER or (
                listing.own and not needed):
            return None
        if absent:
            return verdicts.NOT_OFFERED, (
                'no image can be accepted that would prove this list to be '
                'complete: %s' % absent[0])
        return verdicts.NOT_TESTED, 'there is no accepted %s image' % kind.name

    def _shows_a_share(self, kind, reading):
        """Tell whether a list shows a share that is known to be there.

        Where there is no consent, or it is asked for what waits for it, that
        proves the list as well as what was accepted.
        """
        return any(
            share.plan.kind == kind and share.membership and
            share.image_id in reading.seen and
            not (share.failed or share.not_offered or share.unconfirmed)
            for share in self.shares)

    @property
    def remarks(self):
        """What is so by design, and good to know: list of sentences."""
        kept = [share.image_id for share in self.shares
                if share.plan.history.topic == histories.RETAINED and any(
                    share.image_id in each.seen for each in self.readings)]
        return ['By design: what the consumer accepted is listed again, '
                'without a further question, when its producer made it '
                'private and then shared it again (%s).' % ', '.join(kept)
                ] if kept else []

    def select(self, shares=None, listings=None):
        """Select what bears on a claim.

        :param shares: predicate over a share's plan, None for all
        :param listings: predicate over a listing, None for all
        :returns: list of
            :class:`glance_ossn_tests.sharing.verdicts.Evidence`
        """
        return [found for share, listing, found in self._pairs
                if (shares is None or shares(share.plan)) and
                (listings is None or listings(listing))]
