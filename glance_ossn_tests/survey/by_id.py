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
    rows = [dataclasses.replace(
        row, form=found.offers[row.api].main.form,
        problem=found.offers[row.api].main.problem,
        not_offered=found.offers[row.api].main.not_offered or
        found.abilities.lacks(row.since, 'the path'))
        for row in found.scope.listings(list(by_id.ROWS))]
    return work.each(lambda row: _read(work, found, made, row), rows)


def _read(work, found, made, row):
    """Ask for all of the sample in one way."""
    reading = matrix.Reading(row)
    if row.problem or row.not_offered:
        return reading
    _see_control(work, found, made, reading)
    for share in made.shares:
        if not matrix.Matrix.bears(share, reading) or not share.image_id or (
                share.failed or share.not_offered):
            continue
        answer = _ask(work, found, row, row.path, share.image_id)
        if _is_shown(answer):
            reading.seen[share.image_id] = 'shown by %s' % answer
        elif answer.status not in _REFUSED:
            reading.problem = 'neither shown nor refused: %s' % answer
    return reading


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
