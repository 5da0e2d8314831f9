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

"""Share: the images of a run, each brought into its final state."""

import collections
import contextlib
import dataclasses
import time
import uuid

from oslo_log import log as logging
from tempest.lib import exceptions as lib_exc

from glance_ossn_tests.accounts import progress
from glance_ossn_tests.clients import errors
from glance_ossn_tests.sharing import histories
from glance_ossn_tests.sharing import kinds
from glance_ossn_tests.sharing import matrix
from glance_ossn_tests.sharing import steps
from glance_ossn_tests.survey import acts
from glance_ossn_tests.survey import budget
from glance_ossn_tests.survey import confirm
from glance_ossn_tests.survey import refusals

LOG = logging.getLogger(__name__)


@dataclasses.dataclass
class Made:
    """The images of a run.

    :param name: the name that they bear
    :param shares: list of :class:`glance_ossn_tests.sharing.matrix.Share`
    :param controls: list of
        :class:`glance_ossn_tests.sharing.matrix.Control`; the first is the
        oldest image of all
    :param newest: those of them that are newer than all shares
    :param dates: dict of an image's id to when it was made
    :param ours: ids of all images that were made, or tried to make
    :param attempts: what came of each step of each image
    """

    name: str
    shares: list = dataclasses.field(default_factory=list)
    controls: list = dataclasses.field(default_factory=list)
    newest: list = dataclasses.field(default_factory=list)
    dates: dict = dataclasses.field(default_factory=dict)
    ours: set = dataclasses.field(default_factory=set)
    attempts: refusals.Attempts = dataclasses.field(
        default_factory=refusals.Attempts, compare=False)


def share(work, found):
    """Make the images, and share them.

    :param work: :class:`glance_ossn_tests.survey.work.Work`
    :param found: :class:`glance_ossn_tests.survey.discover.Found`
    :returns: :class:`Made`
    :raises tempest.lib.exceptions.InvalidConfiguration: if images do not
        belong to the project that makes them
    """
    maker = Maker(work, found, Made(work.name))
    made = maker.made
    plans = budget.plan(found)
    with work.phase('sharing', 'images', budget.images(found, plans)):
        made.shares = [matrix.Share(plan, failed=found.problem)
                       for plan in plans]
        if not found.problem:
            maker.make_oldest_controls()
        # What serves as control is the oldest of the shares.
        for controls in (True, False):
            work.each(maker.make_share, [
                each for each in made.shares
                if not (each.plan.problem or each.plan.not_offered or
                        each.failed) and controls == (
                            each.plan.history.topic == histories.CONTROL)
            ], 'images')
        if not found.problem:
            maker.make_newest_controls()
        maker.settle()
    LOG.info('Made %d images', len(made.ours))
    return made


def go_on(work, found, made, readings):
    """Take the steps that wait for all lists to be read.

    :param work: :class:`glance_ossn_tests.survey.work.Work`
    :param found: :class:`glance_ossn_tests.survey.discover.Found`
    :param made: :class:`Made`, whose shares are brought up to date
    :param readings: list of
        :class:`glance_ossn_tests.sharing.matrix.Reading`
    """
    waiting = []
    for each in made.shares:
        if not (each.plan.history.late and each.image_id) or each.failed:
            continue
        if any(each.image_id in reading.seen for reading in readings):
            waiting.append(each)
        else:
            each.failed = ('image %s was in no list when the consumer had '
                           'accepted it' % each.image_id)
    maker = Maker(work, found, made)
    work.each(maker.go_on, waiting)
    maker.settle()


def remarks(made):
    """Tell what the cloud turned out not to offer.

    :param made: :class:`Made`
    :returns: list of texts, one for each reason
    """
    reasons = collections.Counter(
        each.not_offered for each in (*made.shares, *made.controls)
        if each.not_offered)
    return ['The cloud does not offer it, of %d images: %s' % (count, why)
            for why, count in reasons.items()]


class Maker:
    """Makes images, one by one.

    :param work: :class:`glance_ossn_tests.survey.work.Work`
    :param found: :class:`glance_ossn_tests.survey.discover.Found`
    :param made: :class:`Made`, to which they are added
    """

    def __init__(self, work, found, made):
        self.work = work
        self.found = found
        self.made = made
        self.attempts = made.attempts

    def settle(self):
        """Tell what the cloud refused to everybody from what failed."""
        for each in self.made.shares:
            if each.failed and each.refused and self.attempts.refused(
                    each.refused, each.plan.api, each.plan.kind):
                each.not_offered, each.failed = each.failed, None
        for each in self.made.controls:
            if each.failed and each.refused and self.attempts.refused(
                    each.refused, self.found.main_api, each.kind):
                each.not_offered, each.failed = each.failed, None

    def _create(self, party, form, image_id, *args, **properties):
        """Create an image; if its data breaks off, another one.

        :returns: dict of the image, whose id begins as the given one does
        """
        try:
            return self._create_once(party, form, image_id, *args,
                                     **properties)
        except errors.BrokeOff as error:
            LOG.warning('Image %s: %s; another one is made', image_id, error)
            another = str(uuid.uuid4())
            return self._create_once(
                party, form, image_id[:8] + another[8:], *args, **properties)

    def _create_once(self, party, form, image_id, kind, late_data=False,
                     **properties):
        """Create an image whose cleanup is registered before it exists."""
        abilities = self.found.abilities
        kind = kinds.shape(kind, abilities.base)
        name = abilities.public_name if kind.namesake else self.made.name
        if kind.accented:
            name = kinds.ACCENTED % name
        if party.chooses_ids:
            self._expect(party, form, image_id, kind)
        image = party.create_image(
            form, image_id, name, kind, self.made.name,
            None if late_data else kind.data,
            made=lambda known: self._expect(party, form, known, kind),
            **properties)
        image_id = str(image['id'])
        self.made.dates[image_id] = errors.moment(image['created_at'])
        return image

    def _expect(self, party, form, image_id, kind):
        self.made.ours.add(image_id)
        self.work.created.add(party.delete_image, form, image_id, kind)

    @staticmethod
    def _check_owner(party, image):
        # v2 does not tell before Icehouse.
        if image.get('owner', party.project_id) != party.project_id:
            raise lib_exc.InvalidConfiguration(
                'The image %s, created with a token of project %s, has the '
                'owner %s. Where owners are users (owner_is_tenant = False '
                'in glance-api.conf) or there are none (no keystone in '
                '[paste_deploy] flavor), sharing between projects cannot be '
                'judged.' % (image.get('id'), party.project_id,
                             image.get('owner')))

    def make_control(self, party, kind, visibility, sequence):
        """Create an image of a party's own that its listings must show.

        Those made first and last bracket the run in any list by time; their
        ids do so among images of the same second.
        """
        image_id = str(uuid.UUID(int=sequence << 96 |
                                 uuid.uuid4().int & (1 << 96) - 1))
        control = matrix.Control(kind, image_id, party.role, visibility)
        properties = {'visibility': visibility} if visibility else {}
        step = self._creation(kind) + (
            ' as %s' % visibility if visibility else '')
        try:
            image = self._create(party, self.found.control_form(kind),
                                 image_id, kind, **properties)
            control.image_id = str(image['id'])
            self._check_owner(party, image)
        except errors.ERRORS as error:
            self._failed(control, step, self.found.main_api, kind, error)
        else:
            self.attempts.note(step, self.found.main_api, kind)
        return control

    def make_oldest_controls(self):
        """Make the images that are older than all shares."""
        own = [(self.work.consumer, kind, visibility)
               for kind, visibility in budget.controls(self.found)]
        own += [(self.work.bystander, kind, None)
                for kind in budget.bystander_controls(self.found)]
        # The very first is where lists in ascending order begin.
        controls = list(enumerate(own))
        for some in (controls[:1], controls[1:]):
            self.made.controls += self.work.each(
                lambda each: self.make_control(*each[1], each[0]), some,
                'images')
            self._let_a_second_pass()

    def _let_a_second_pass(self):
        """See that what follows is newer, where ids do not show the order."""
        if not self.work.producer.chooses_ids:
            time.sleep(1.1)

    def make_newest_controls(self):
        """Make the images that are newer than all shares."""
        self._let_a_second_pass()
        for number, kind in enumerate(budget.NEWEST_KINDS):
            self.made.newest.append(self.make_control(
                self.work.consumer, kind, None, 0xfffffff0 + number))
            progress.step('images')
        self.made.controls += self.made.newest

    def make(self, party, image_id, kind):
        """Make an image, without more.

        :param party: :class:`glance_ossn_tests.accounts.party.Party`
        :param image_id: the id it shall have
        :param kind: its :class:`glance_ossn_tests.sharing.kinds.Kind`
        :returns: dict of the image
        """
        return self._create(party, self.found.main_form(), image_id, kind)

    def make_again(self, party, image_id, kind):
        """Make an image with the id of one that was deleted.

        :param party: :class:`glance_ossn_tests.accounts.party.Party`
        :param image_id: the id
        :param kind: its :class:`glance_ossn_tests.sharing.kinds.Kind`
        :returns: dict of the image
        """
        return self._create_once(party, self.found.main_form(), image_id,
                                 kind)

    def _context(self, each):
        """Return a share, and those who act on it."""
        return acts.Context(
            self.work.parties, self.work.parties[each.plan.history.owner],
            each.image_id,
            kinds.shape(each.plan.kind, self.found.abilities.base),
            self.made.name,
            self.found.forms[each.plan.form],
            self.found.main_form(each.plan.api),
            self.found.main_form('v2') if self.found.offers['v2'].answers
            else None)

    def make_share(self, each):
        """Make an image, and take the first steps of its history.

        :param each: :class:`glance_ossn_tests.sharing.matrix.Share`
        """
        plan = each.plan
        each.image_id = str(uuid.uuid4())
        if self.work.producer.chooses_ids:
            self._others_remove(each)
        unusual = {}
        context = self._context(each)
        for creating in plan.history.steps:
            if creating.creates:
                unusual.update(acts.CREATES[creating](context))
        creation = refusals.by(
            self._creation(plan.kind, plan.history.late_data),
            plan.history.owner)
        try:
            self._create_share(each, context, unusual)
        except errors.ERRORS as error:
            # Refused, as it should be; the lists tell whether it is so.
            if not (unusual and errors.is_refusal(error)):
                self._failed(each, creation, plan.api, plan.kind, error)
            return
        if not unusual:
            self.attempts.note(creation, plan.api, plan.kind)
        context = dataclasses.replace(context, image=each.image_id)
        if (plan.api == 'v1' and self.found.abilities.no_members and
                plan.history.topic in histories.CONSENTS and
                plan.history.status):
            each.unasked = ('by this Image API v2 whatever is shared is '
                            'listed: it asks for no consent')
        if steps.ADMIN_DEACTIVATES in plan.history.steps:
            # Who does that undoes it, lest the data stay.
            self.work.created.add(
                self.work.parties['admin'].delete_image, context.main,
                each.image_id, plan.kind)
        for owner, needs in (
                (context.producer, {steps.TRY_CONTENT_2_0,
                                    steps.TRY_CONTENT_2_1}),
                (context.consumer, {steps.PARTNER})):
            if needs & set(plan.history.steps):
                context = dataclasses.replace(
                    context, spare=self._make_spare(each, context, owner))
        if each.failed:
            return
        if self._take_all([step for step in plan.history.parts[0]
                           if not step.creates], context, each) and (
                               not plan.history.late):
            if (plan.kind.crossed or self.found.scope.core) and (
                    not plan.kind.hidden):
                # The consumer's questions tell of all at once; who else is a
                # member is no matter of the core.
                each.unconfirmed = each.unread = confirm.TO_BE_LEARNT
            else:
                confirm.by_members(self.work, self.found, each)

    def _make_spare(self, each, on, owner):
        """Make another image, without data."""
        step = self._creation(kinds.QUEUED)
        try:
            image = self._create(owner, self.found.main_form(),
                                 str(uuid.uuid4()), kinds.QUEUED)
            return str(image['id'])
        except errors.ERRORS as error:
            self._failed(each, step, each.plan.api, kinds.QUEUED, error)

    def _others_remove(self, each):
        """Register who else may have to remove an image."""
        if each.plan.history.topic in (histories.OWNER, histories.GIVEN):
            # Whoever owns it in the end can delete it.
            self.work.created.add(self.work.consumer.delete_image,
                                  self.found.main_form(), each.image_id)

    @staticmethod
    def _creation(kind, late_data=False):
        """Name how a kind of image is made: with its data, or without."""
        return (refusals.CREATE
                if kind.data is None and not kind.staged or late_data
                else refusals.CREATE_WITH_DATA)

    def _create_share(self, each, on, unusual):
        image = self._create(on.producer, on.main, on.image, on.kind,
                             each.plan.history.late_data, **unusual)
        if each.image_id != str(image['id']):
            each.image_id = str(image['id'])
            self._others_remove(each)
        if not unusual:
            self._check_owner(on.producer, image)
        if on.kind.labelled and each.plan.api == 'v1' and on.v2:
            # v1 knows no tags.
            for tag in (on.name, 'ossn'):
                on.producer.add_tag(on.v2, each.image_id, tag)

    def go_on(self, each):
        """Take the further steps of a share's history.

        :param each: :class:`glance_ossn_tests.sharing.matrix.Share`
        """
        if self._take_all(each.plan.history.parts[1], self._context(each),
                          each):
            confirm.by_members(self.work, self.found, each)

    def _take_all(self, taken, context, each):
        """Do steps; what a sound cloud refuses may be refused.

        :returns: whether all are done
        """
        plan = each.plan
        # Releases before Liberty fail when a project is to be a member that
        # is, or was, one.
        fail = self.found.abilities.lacks((2, 4), 'members that come again')
        steps_before = set()
        for step in taken:
            again = step in steps.SHARES and steps.REMOVE in steps_before
            steps_before.add(step)
            name = refusals.by(
                matrix.AGAIN if again else step.name, plan.history.owner
                if step.by == 'producer' else step.by)
            once = fail and (again or step in steps.SHARES_AGAIN)
            try:
                with (context.producer.connection.once() if once else
                      contextlib.nullcontext()):
                    acts.ACTS[step](context)
            except errors.ERRORS as error:
                if step.refused and (errors.is_refusal(error) or
                                     once and errors.status(error) == 500):
                    continue
                if once and errors.status(error) == 500:
                    error = errors.NeverDone(errors.reason(error))
                elif errors.status(error) == 413 and (
                        'member' in errors.reason(error)):
                    # Of images that have members: of others it is done.
                    name += ' beyond the quota of members'
                self._failed(each, name, plan.api, plan.kind, error)
                return False
            self.attempts.note(name, plan.api, plan.kind)
        return True

    def _failed(self, each, step, api, kind, error):
        """Take down why a share or a control is not as it should be."""
        self.attempts.note(step, api, kind, error)
        each.refused = step
        each.failed = '"%s" failed: %s' % (step, errors.reason(error))
