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

"""What who knows an image's id may ask for: the table, and the sample."""

import dataclasses

from glance_ossn_tests.sharing import histories
from glance_ossn_tests.sharing import kinds
from glance_ossn_tests.sharing import listings
from glance_ossn_tests.sharing import model
from glance_ossn_tests.sharing import steps

IMAGE = 'images/{image}'
_FILE = '/file'
_MEMBER = '/{consumer}'
_TASKS = (2, 12)

ROWS = tuple(
    listings.Listing(api, path, own=False, controls=False, members='id',
                     viewer=viewer, since=since)
    for viewer, api, path, since in [
        (viewer, 'v2', IMAGE + path, since)
        for viewer in (listings.CONSUMER, listings.BYSTANDER)
        for path, since in (('', (0, 0)), (_FILE, (0, 0)),
                            ('/members', (0, 0)),
                            ('/members' + _MEMBER, (0, 0)),
                            ('/tasks', _TASKS))] + [
        # The bystander has no image whose data v1 would show it.
        (listings.CONSUMER, 'v1', IMAGE, (0, 0))])
# A part of the data takes another way through Glance.
ROWS += tuple(dataclasses.replace(row, headers=(('Range', 'bytes=0-15'),))
              for row in ROWS if row.path == IMAGE + _FILE)

# Pending and rejected shares are shown by id, by design; to whom they are
# no shares, they are not.
_OF_OTHERS = histories.SHORT
_HIDDEN = (histories.WITHDRAWN, histories.UNSHARED, histories.LATENT)


def hides(plan, project):
    """Tell whether an image stands for what is to be shown to no project.

    Each costs requests of its own, so a sample has to do: with data where
    the history is of no kind of its own.

    :param plan: :class:`glance_ossn_tests.sharing.histories.Plan`
    :param project: 'consumer' or 'bystander': who is not to see it
    :returns: whether it does
    """
    history = plan.history
    if history.reached:
        # On a walk: whatever it went through counts.
        return not model.may_read(history.reached, project)
    if plan.api != 'v2' or plan.kind != (history.one_kind or kinds.ACTIVE):
        return False
    if project == listings.BYSTANDER:
        return history.name in _OF_OTHERS
    visibility = [step.visibility for step in history.steps
                  if step.visibility][-1:]
    return history.topic in _HIDDEN and (
        visibility == ['private'] or history.status is steps.NONE)


def asks(plan, row):
    """Tell whether an image is asked for in a way.

    What has no data is asked for in the simplest one alone.

    :param plan: :class:`glance_ossn_tests.sharing.histories.Plan`
    :param row: one of :data:`ROWS`
    :returns: whether it is
    """
    return hides(plan, row.project) and (
        plan.kind.data is not None or (row.api, row.path) == ('v2', IMAGE))


def on_walks(row):
    """Tell whether images on their walks are asked for in a way.

    :param row: one of :data:`ROWS`
    :returns: whether they are
    """
    return row.api == 'v2' and not row.headers and (
        row.path == IMAGE or row.path == IMAGE + _FILE and
        row.viewer == listings.CONSUMER)


def worth(state, row):
    """Tell in what a state differs from others, to who asks by id.

    :param state: :class:`glance_ossn_tests.sharing.model.State`
    :param row: one of :data:`ROWS`
    :returns: what those have in common of which one is asked for; None
        where the image may be shown, or has not what is asked for
    """
    if model.may_read(state, row.project) or (
            row.path != IMAGE and not state.data):
        return None
    return (row.name, state.visibility, state.member(row.project),
            state.hidden, state.protected, state.data, state.deactivated,
            row.viewer == listings.CONSUMER and state.was_member)


def control_path(row):
    """Tell in which way what is to be shown is asked for.

    The bystander's own image has no data and no members.

    :param row: one of :data:`ROWS`
    :returns: path
    """
    if row.viewer == listings.CONSUMER:
        return row.path
    return row.path.removesuffix(_FILE).removesuffix(_MEMBER)
