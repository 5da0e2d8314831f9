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

"""Ask for images by their ids, which who was once told may know."""

import dataclasses

from glance_ossn_tests.sharing import by_id
from glance_ossn_tests.sharing import histories
from glance_ossn_tests.sharing import kinds
from glance_ossn_tests.sharing import listings
from glance_ossn_tests.sharing import matrix

_SHOWN = (200, 204, 206)
_REFUSED = (403, 404)


def ask(work, found, made):
    """Ask for a sample of images that are not to be shown.

    In the same way it is asked for what is to be shown: to the consumer what
    it accepted, to the bystander what is its own.

    :param work: :class:`glance_ossn_tests.survey.work.Work`
    :param found: :class:`glance_ossn_tests.survey.discover.Found`
    :param made: :class:`glance_ossn_tests.survey.share.Made`
    :returns: list of :class:`glance_ossn_tests.sharing.matrix.Reading`, one
        for each way to ask
    """
    return work.each(lambda row: _read(work, found, made, row),
                     _rows(found))


def _rows(found):
    """Tell in which ways a cloud, and what is judged, let ask."""
    return [dataclasses.replace(
        row, form=found.offers[row.api].main.form,
        problem=found.offers[row.api].main.problem,
        not_offered=found.offers[row.api].main.not_offered or
        found.abilities.lacks(row.since, 'the path'))
        for row in found.scope.listings(list(by_id.ROWS))]


def _read(work, found, made, row):
    """Ask for all of the sample in one way."""
    reading = matrix.Reading(row)
    if row.problem or row.not_offered:
        return reading
    _see_control(work, found, made, reading)
    _ask_for(work, found, reading, [
        share.image_id for share in made.shares
        if matrix.Matrix.bears(share, reading) and share.image_id and
        not (share.failed or share.not_offered)])
    return reading


def _ask_for(work, found, reading, image_ids):
    """Ask for images that are not to be shown."""
    row = reading.listing
    for image_id in image_ids:
        answer = _ask(work, found, row, row.path, image_id)
        if _is_shown(answer):
            reading.seen[image_id] = 'shown by %s' % answer
        elif answer.status not in _REFUSED:
            reading.problem = 'neither shown nor refused: %s' % answer


class Sample:
    """Asks for images on their walks, of each state for one.

    :param work: :class:`glance_ossn_tests.survey.work.Work`
    :param found: :class:`glance_ossn_tests.survey.discover.Found`
    :param made: :class:`glance_ossn_tests.survey.share.Made`, which has what
        is to be shown in the same way
    """

    def __init__(self, work, found, made):
        self._work = work
        self._found = found
        self._known = set()
        self._proofs = []
        for row in filter(by_id.on_walks, _rows(found)):
            proof = matrix.Reading(row)
            if not (row.problem or row.not_offered):
                _see_control(work, found, made, proof)
                self._proofs.append(proof)

    def ask(self, states):
        """Ask for what differs from all that was asked for before.

        :param states: dict of an image's id to its
            :class:`glance_ossn_tests.sharing.model.State`
        :returns: list of :class:`glance_ossn_tests.sharing.matrix.Reading`
        """
        readings = []
        for proof in self._proofs:
            chosen = {by_id.worth(state, proof.listing): image_id
                      for image_id, state in states.items()}
            chosen = {key: image_id for key, image_id in chosen.items()
                      if key and key not in self._known}
            self._known.update(chosen)
            if chosen:
                readings.append(dataclasses.replace(
                    proof, seen={}, asked=set(chosen.values())))
        self._work.each(lambda reading: _ask_for(
            self._work, self._found, reading, sorted(reading.asked)),
            readings)
        return readings


def _see_control(work, found, made, reading):
    """See that what is to be shown is shown in the same way."""
    row = reading.listing
    path = by_id.control_path(row)
    if row.viewer == listings.CONSUMER:
        control = next((
            share.image_id for share in made.shares
            if share.plan.history.topic == histories.CONTROL and
            share.plan.kind == kinds.ACTIVE and share.plan.api == 'v2' and
            share.image_id and not (share.failed or share.not_offered or
                                    share.unconfirmed)), None)
    else:
        control = next((
            each.image_id for each in made.controls
            if each.viewer == row.viewer and not (
                each.failed or each.not_offered)), None)
    gone = [share.not_offered or share.plan.not_offered
            for share in made.shares
            if share.plan.history.topic == histories.CONTROL]
    if not control and row.viewer == listings.CONSUMER and any(gone):
        reading.not_offered = next(filter(None, gone))
        return
    if not control:
        reading.problem = ('there is no image that the %s is to be shown'
                           % row.viewer)
        return
    answer = _ask(work, found, row, path, control)
    if _is_shown(answer):
        return
    why = 'what the %s is to be shown is not: %s' % (row.viewer, answer)
    # Policies may forbid to members what is beyond a look at the image.
    if answer.status == 403 or (answer.status == 404 and
                                path != by_id.IMAGE):
        reading.not_offered = why
    else:
        reading.problem = why


def _ask(work, found, row, path, image_id):
    return work.parties[row.viewer].raw.ask(
        found.forms[row.form], path.format(
            image=image_id, consumer=work.consumer.project_id),
        further=row.headers)


def _is_shown(answer):
    return answer.status in _SHOWN and not answer.is_page
