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

"""Walk: take images through every sequence of acts, and look after each.

All images of a walk take a step at the same time; then each list is read
once for all of them.
"""

import dataclasses
import functools
import uuid

from glance_ossn_tests.clients import errors
from glance_ossn_tests.sharing import doors
from glance_ossn_tests.sharing import histories
from glance_ossn_tests.sharing import kinds
from glance_ossn_tests.sharing import listings
from glance_ossn_tests.sharing import matrix
from glance_ossn_tests.sharing import model
from glance_ossn_tests.sharing import steps as s
from glance_ossn_tests.sharing import walks
from glance_ossn_tests.survey import look
from glance_ossn_tests.survey import share

# Each how many acts the producer is asked for what it has.
_OWN = 4


class Walker:
    """One image on its walk.

    :param acts: tuple of :class:`glance_ossn_tests.sharing.walks.Act`
    :ivar state: the :class:`glance_ossn_tests.sharing.model.State` that the
        model says it is in
    :ivar done: how many acts were done
    :ivar shown: the exposures: how many acts had been done, the listing and
        the share
    :ivar odd: what the cloud did otherwise than the model, else None
    :ivar failed: why it goes no further, else None
    """

    def __init__(self, acts):
        self.acts = acts
        self.image_id = str(uuid.uuid4())
        self.state = model.START
        self.api, self.form = 'v2', None
        self.done = 0
        self.sent = []
        self.shown = []
        self.odd = None
        self.failed = None
        self.unconfirmed = None

    def share(self, depth, form, recipe=False):
        """Tell what became of the image, to be judged.

        :param depth: how many acts its history names
        :param form: name of the form of the API through which it was shared
            unless another is known
        :param recipe: whether to tell all requests
        :returns: :class:`glance_ossn_tests.sharing.matrix.Share`
        """
        acts = self.acts[:self.done]
        history = histories.History(
            walks.word(acts, depth), (), walks.topic(self.state, acts[-1]),
            reached=self.state)
        plan = histories.Plan(
            history, walks.HIDDEN if self.state.hidden else walks.WALKED,
            self.api, self.form or form)
        return matrix.Share(
            plan, self.image_id, self.failed or self.odd,
            unconfirmed=self.unconfirmed, membership=self.state.consumer,
            recipe='; '.join(self.sent) if recipe else None)


class Lockstep:
    """Takes images through their walks at the same time.

    :param work: :class:`glance_ossn_tests.survey.work.Work`
    :param found: :class:`glance_ossn_tests.survey.discover.Found`
    :param places: list of
        :class:`glance_ossn_tests.sharing.listings.Listing` to read
    :param sample: :class:`glance_ossn_tests.survey.by_id.Sample` of what is
        asked for by id, None for nothing
    """

    def __init__(self, work, found, places, sample=None):
        self.sample = sample
        self.work = work
        self.found = found
        self.places = places
        self.form = found.main_form('v2')
        self.made = share.Made(work.name)
        self.maker = share.Maker(work, found, self.made)
        self.kind = kinds.shape(walks.WALKED, found.abilities.base)
        self.data = kinds.shape(kinds.ACTIVE, found.abilities.base).data
        self.controls, self.accepted = [], None
        operators = not found.abilities.lacks(listings.OPERATORS,
                                              'operators')
        values = {'name': self.made.name,
                  'producer': work.producer.project_id,
                  'consumer': work.consumer.project_id}
        self.values = {'v1': values, 'v2': dict(values, name=look.filtered(
            self.made.name, operators))}
        self.refused = {}

    def make_controls(self):
        """Make the images that lists must show, older than all others."""
        own = [(self.work.consumer, walks.WALKED),
               (self.work.bystander, walks.WALKED)]
        if not self.found.abilities.lacks(walks.HIDDEN.since, 'it'):
            own.append((self.work.consumer, walks.HIDDEN))
        self.made.controls = self.work.each(
            lambda each: self.maker.make_control(*each, None, 0x7fffffff),
            own)
        self.accepted = matrix.Share(histories.Plan(
            histories.History('accepted', (s.SHARE, s.ACCEPT),
                              histories.CONTROL),
            walks.WALKED, 'v2', self.form.name))
        self.maker.make_share(self.accepted)
        if self.made.dates:
            self.values['v2']['since'] = look.moment(
                min(self.made.dates.values()))

    def run(self, walkers, depth, judged):
        """Take images through their walks.

        :param walkers: list of :class:`Walker`
        :param depth: how many acts a history names
        :param judged: function that takes a
            :class:`glance_ossn_tests.sharing.matrix.Matrix` after each act
            and the walkers by the ids of their images
        """
        self.work.each(self._begin, walkers)
        by_id = {each.image_id: each for each in walkers}
        last = max((len(each.acts) for each in walkers), default=0)
        for number in range(last):
            going = [each for each in walkers if number < len(each.acts)]
            self.work.each(self._act, going)
            readings, seen = self._look(
                going if number % _OWN == _OWN - 1 or
                len(going) < len(walkers) or number + 1 == last else [])
            for each in going:
                self._confirm(each, readings, seen)
            if self.sample:
                readings = readings + self.sample.ask({
                    each.image_id: each.state for each in going
                    if not (each.failed or each.odd or each.unconfirmed)})
            shares = [each.share(depth, self.form.name) for each in going]
            judged(matrix.Matrix([*shares, self.accepted],
                                 self.made.controls, readings), by_id)

    def _begin(self, walker):
        try:
            self.maker.make(self.work.producer, walker.image_id, self.kind)
            walker.sent.append('1. the producer: POST %s/images {"id": '
                               '"{image}"}' % self.form.name)
        except errors.ERRORS as error:
            walker.failed = 'an image for a walk could not be made: %s' % (
                errors.reason(error))

    def _act(self, walker):
        """Do the next act, and let the model do it too."""
        act = walker.acts[walker.done]
        walker.done += 1
        if walker.failed:
            return
        for step, request in act.sent:
            before = walker.state
            after, allowed = model.step(before, step, request.api)
            try:
                said = self._send(walker, step, request, before)
                taken = True
            except errors.ERRORS as error:
                if not errors.is_refusal(error):
                    walker.failed = '"%s" failed: %s' % (
                        step.name, errors.reason(error))
                    return
                said, taken = errors.status(error) or 'refused', False
                if allowed:
                    self.refused.setdefault(step.name, errors.reason(error))
            walker.sent.append('%d. %s: %s' % (
                len(walker.sent) + 1, request, said))
            if taken and allowed:
                walker.state = after
                if step is s.SHARE and after.consumer != before.consumer:
                    walker.api, walker.form = request.api, request.form
            elif taken and step in (s.ACCEPT, s.BYSTANDER_ACCEPTS):
                # By whatever it became a member, it agreed to it.
                walker.odd = (
                    'the cloud let the %s accept it after "%s", where it '
                    'should be no member' % (step.by, walks.word(
                        walker.acts[:walker.done - 1], 3)))

    def _send(self, walker, step, request, state):
        """Send a request of an act.

        :returns: what came back
        """
        party = self.work.parties[request.by]
        form = self.found.forms[request.form]
        if step is s.RECREATE:
            return self._recreate(walker, party, request, form, state)
        if step in (s.DEACTIVATE, s.REACTIVATE):
            # The cleanup has to know.
            getattr(party, step.name + '_image')(form, walker.image_id)
            return 'done'
        ids = {'image': walker.image_id,
               'consumer': self.work.consumer.project_id,
               'bystander': self.work.bystander.project_id}

        def fill(text):
            for name, uid in ids.items():
                text = text.replace('{%s}' % name, uid)
            return text

        body = self.data if request.media == doors.DATA else (
            request.body and fill(request.body))
        return self._sent_once(party, form, request.method,
                               fill(request.path), body, request.media)

    @staticmethod
    def _sent_once(party, *request):
        try:
            return party.send(*request)
        except errors.ERRORS as error:
            # What was sent again may have been done the first time.
            if party.connection.again and errors.status(error) in (404, 409):
                return errors.status(error)
            raise

    def _recreate(self, walker, party, request, form, state):
        if request.method == 'DELETE':
            return self._sent_once(party, form, 'DELETE',
                                   'images/' + walker.image_id)
        if not state.protected:
            self.maker.make_again(party, walker.image_id, self.kind)
        return 'done'

    def _look(self, walkers):
        """Read each list, and once no more what the cloud does not know.

        :returns: list of :class:`glance_ossn_tests.sharing.matrix.Reading`,
            and what the producer has: dict of id to dict of the image, or
            why that is not known
        """
        hidden = {each.image_id: each.state.hidden for each in walkers
                  if not each.failed}
        own = [(extra, {uid for uid in hidden if hidden[uid] == bool(extra)})
               for extra in ((), (('os_hidden', 'true'),))]
        done = self.work.each(lambda ask: ask(), [
            *(functools.partial(self._own, *each) for each in own if each[1]),
            *(functools.partial(look.read, self.work, self.found, self.made,
                                place, self.values[place.api])
              for place in self.places)])
        readings = done[-len(self.places):] if self.places else []
        self.places = [reading.listing for reading in readings
                       if not reading.not_offered]
        seen = {}
        for images in done[:len(done) - len(readings)]:
            if isinstance(images, str):
                return readings, images
            seen.update(images)
        return readings, seen

    def _own(self, extra, wanted):
        """Ask the producer for its images as they are.

        :param extra: pairs of the query
        :param wanted: the ids after which nothing more is of interest
        :returns: dict of id to dict of the image, or why that is not known
        """
        seen = {}
        query = dict(extra, name=self.values['v2']['name'],
                     limit=self.work.page_size)
        while wanted - set(seen):
            answer = self.work.producer.raw.ask(self.form, 'images', query)
            if answer.images is None:
                return "the producer's own list: %s" % answer
            seen.update((image['id'], image) for image in answer.images)
            if not answer.images or not answer.json.get('next'):
                break
            query['marker'] = answer.images[-1]['id']
        return seen

    def _confirm(self, walker, readings, seen):
        """See whether the image is as the model says."""
        problem = seen if isinstance(seen, str) else self._differs(
            walker, readings, seen)
        walker.unconfirmed = problem and 'after "%s": %s' % (
            walks.word(walker.acts[:walker.done], 3), problem)
        if not problem and walker.odd and not self._accepted(walker,
                                                             readings):
            walker.odd = None

    @staticmethod
    def _accepted(walker, readings):
        return any(walker.image_id in reading.seen for reading in readings
                   if reading.listing.viewer == listings.CONSUMER and
                   not reading.listing.asks_for)

    def _differs(self, walker, readings, seen):
        """Tell in what an image is not as the model says."""
        state, image = walker.state, seen.get(walker.image_id)
        if seen and not image:
            return 'it is not in the list of its producer'
        told = (image or {}).get('visibility', state.visibility)
        # Before v2.5 what is shared was told to be private.
        if told != state.visibility and not self.found.abilities.lacks(
                s.SHARED.since, 'it'):
            return 'its visibility is %s, and should be %s' % (
                told, state.visibility)
        for reading in readings:
            place = reading.listing
            if place.api == 'v1' or place.viewer != listings.CONSUMER:
                continue
            hidden = ('os_hidden', 'true') in place.query
            status = place.asks_for or s.ACCEPTED
            if not model.must_list(state, 'consumer', status, hidden):
                continue
            if walker.image_id in reading.seen or reading.not_offered:
                continue
            if status in (s.PENDING, s.REJECTED) and self._answered_before(
                    walker, readings):
                return None
            return ('its consumer does not find it in %s, where what is %s '
                    'should be%s' % (
                        place.name, status, reading.problem and
                        ': ' + reading.problem or ''))
        return None

    @staticmethod
    def _answered_before(walker, readings):
        """Take for known that v1 shares again with the former status.

        From Mitaka to Queens it does; rejected is no more than pending.
        """
        other = {s.PENDING: s.REJECTED, s.REJECTED: s.PENDING}[
            walker.state.consumer]
        found = walker.api == 'v1' and any(
            walker.image_id in reading.seen for reading in readings
            if reading.listing.asks_for == other and
            reading.listing.viewer == listings.CONSUMER)
        if found:
            walker.state = dataclasses.replace(walker.state, consumer=other)
        return found


def rebase(walker):
    """Go on from what was seen: what is listed counts as accepted.

    It was told once; what follows is judged from there.

    :param walker: :class:`Walker`
    """
    if walker.state.visibility == model.SHARED:
        walker.state = dataclasses.replace(walker.state, consumer=s.ACCEPTED)


def recreates(work, found):
    """Find out whether an image can be made with the id of a deleted one.

    :param work: :class:`glance_ossn_tests.survey.work.Work`
    :param found: :class:`glance_ossn_tests.survey.discover.Found`
    :returns: why not, None if it can
    """
    maker = share.Maker(work, found, share.Made(work.name))
    image_id, form = str(uuid.uuid4()), found.main_form('v2')
    kind = kinds.shape(walks.WALKED, found.abilities.base)
    try:
        maker.make(work.producer, image_id, kind)
        work.producer.send(form, 'DELETE', 'images/' + image_id)
        maker.make_again(work.producer, image_id, kind)
    except errors.ERRORS as error:
        return ('the cloud makes no image with the id of a deleted one: %s'
                % errors.reason(error))
    return None
