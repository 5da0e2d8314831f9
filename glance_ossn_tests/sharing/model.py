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

"""A model of consent: what an image may look like after any acts.

It says by the API reference what each act does to an image and when it may
be done, and from that whose lists may show the image and who may read it.
It knows one image and three projects, of which the producer owns the image.

Source: the sections "Sharing", "Images" and "Image data" of
https://docs.openstack.org/api-ref/image/v2/index.html
"""

import dataclasses

from glance_ossn_tests.sharing import steps as s

SHARED, PRIVATE, COMMUNITY = 'shared', 'private', 'community'


@dataclasses.dataclass(frozen=True)
class State:
    """An image as others see it.

    :param visibility: its visibility
    :param consumer: the consumer's membership status, None for no member
    :param bystander: the bystander's
    :param data: whether it has its data
    :param hidden: whether lists leave it out unless asked (os_hidden)
    :param protected: whether it cannot be deleted
    :param deactivated: whether its data cannot be downloaded
    :param was_member: whether the consumer ever was a member
    :param withdrawn: whether a membership ended that it had accepted
    :param latent: whether it became a member while the image was not shared
    """

    visibility: str = SHARED
    consumer: str | None = s.NONE
    bystander: str | None = s.NONE
    data: bool = False
    hidden: bool = False
    protected: bool = False
    deactivated: bool = False
    was_member: bool = False
    withdrawn: bool = False
    latent: bool = False

    def member(self, viewer):
        """Tell the membership status of a project.

        :param viewer: 'consumer' or 'bystander'; nobody else is a member
        :returns: one of the constants of
            :mod:`glance_ossn_tests.sharing.steps`
        """
        return getattr(self, viewer) if viewer in VIEWERS else s.NONE


START = State()
VIEWERS = ('consumer', 'bystander')


def step(state, act, api=None):
    """Do something with an image.

    :param state: the :class:`State` before it
    :param act: the :class:`glance_ossn_tests.sharing.steps.Step`
    :param api: the API through which it is done, None where either may be
        meant
    :returns: the state after it, and whether it may be done; what may not
        leaves the state as it was
    """
    if act is s.RECREATE:
        return (state, False) if state.protected else (START, True)
    if act.consumer or act.bystander:
        return _members(state, act, api)
    if act.refused or not _may_set(state, act):
        return state, False
    if act.visibility:
        return dataclasses.replace(state, visibility=act.visibility), True
    return dataclasses.replace(state, **dict(act.sets)), True


def run(acts, state=START):
    """Do one after the other.

    :param acts: each :class:`glance_ossn_tests.sharing.steps.Step`
    :param state: the :class:`State` to begin with
    :returns: the :class:`State` after the last
    """
    for act in acts:
        state, _ = step(state, act)
    return state


def _may_set(state, act):
    """Tell whether the state of an image's data allows an act."""
    if act in (s.UPLOAD, s.IMPORT):
        return not state.data
    if act in (s.DEACTIVATE, s.REACTIVATE):
        return state.data
    return True


def _members(state, act, api):
    """Do something with the members of an image."""
    allowed = []
    before = state
    for viewer in VIEWERS:
        effect = getattr(act, viewer)
        if effect:
            new, may = _membership(before, getattr(state, viewer), effect,
                                   api)
            allowed.append(may)
            state = dataclasses.replace(state, **{viewer: new})
    if before.consumer and not state.consumer:
        state = dataclasses.replace(
            state, latent=False, withdrawn=before.withdrawn or
            before.consumer == s.ACCEPTED)
    elif state.consumer and not before.consumer:
        state = dataclasses.replace(
            state, was_member=True, latent=before.visibility != SHARED)
    return state, any(allowed)


def _membership(state, status, effect, api):
    """Change a membership.

    Only shared images have members. v1 knows no such thing, and adds one
    whose membership counts once the image is shared.

    :returns: the status after it, and whether it may be changed
    """
    if state.visibility != SHARED and effect.means != 'answer':
        if api is None and effect.means == 'add':
            return status or s.ANY, False
    if state.visibility != SHARED and (
            api != 'v1' or effect.means == 'answer'):
        return status, False
    if effect.means == 'set':
        return effect.status, bool(status or effect.status)
    if effect.means == 'add':
        # v1 takes it for done.
        return status or effect.status, not status or api == 'v1'
    return (effect.status, True) if status else (status, False)


def may_list(state, viewer, listing):
    """Tell whether a list may show an image.

    :param state: its :class:`State`
    :param viewer: 'consumer' or 'bystander'
    :param listing: :class:`glance_ossn_tests.sharing.listings.Listing`
    :returns: whether its project agreed to that, or asks for more
    """
    if state.visibility == COMMUNITY and listing.open:
        return True
    status = state.member(viewer)
    return state.visibility == SHARED and (
        # It is told what it asked for.
        status == s.ACCEPTED or bool(listing.asks_for and status))


def must_list(state, viewer, status='accepted', hidden=False):
    """Tell whether a list of shared images in a status has to show one.

    :param state: its :class:`State`
    :param viewer: 'consumer' or 'bystander'
    :param status: the membership status that is asked for
    :param hidden: whether hidden images are asked for
    :returns: whether it does
    """
    return (state.visibility == SHARED and state.hidden == hidden and
            state.member(viewer) == status)


def may_read(state, viewer):
    """Tell whether a project may show an image by its id.

    Whoever is a member may, whatever it answered; that is by design.

    :param state: its :class:`State`
    :param viewer: 'consumer' or 'bystander'
    :returns: whether it may
    """
    return state.visibility == COMMUNITY or (
        state.visibility == SHARED and bool(state.member(viewer)))


def may_download(state, viewer):
    """Tell whether a project may download the data of an image.

    :param state: its :class:`State`
    :param viewer: 'consumer' or 'bystander'
    :returns: whether it may
    """
    return may_read(state, viewer) and state.data and not state.deactivated
