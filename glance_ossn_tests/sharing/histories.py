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

"""What may happen to an image: the table of histories.

A row of :data:`HISTORIES` is a sequence of steps, from which follows the
membership that they leave behind; :func:`plan` crosses it with the kinds of
image and the ways a cloud offers to share. Adding a history is adding a row.
"""

import dataclasses
import functools

from glance_ossn_tests.sharing import crossed
from glance_ossn_tests.sharing import kinds
from glance_ossn_tests.sharing import model
from glance_ossn_tests.sharing import steps as s

# Membership status of the consumer, for those who need no more of a step.
PENDING, ACCEPTED, REJECTED = s.PENDING, s.ACCEPTED, s.REJECTED
NONE, ANY = s.NONE, s.ANY

# What a history is about: which claim it bears on.
CONTROL = 'control'
UNACCEPTED = 'unaccepted'
WITHDRAWN = 'withdrawn'
UNSHARED = 'unshared'
REVIVED = 'revived'
CONSENT = 'consent'
READER = 'reader'
RETAINED = 'retained'
LATENT = 'latent'
OWNER = 'owner'
GIVEN = 'given'
CONTENT = 'content'
PUBLISHED = 'published'
OPEN = 'open'

# Where somebody else may have answered, or added a member.
CONSENTS = (CONSENT, READER)

BOTH = ('v1', 'v2')


@dataclasses.dataclass(frozen=True)
class History:
    """A sequence of steps and what it leaves.

    :param name: what the report calls it
    :param steps: the :class:`glance_ossn_tests.sharing.steps.Step` in their
        order
    :param topic: what it is about
    :param apis: the APIs through which it can happen
    :param one_kind: the only kind it is made of, None for all that go
        through all histories
    :param owner: role of the party whose image it is
    :param observed: the consumer's membership status, where that was read
        and counts more than what follows from the steps; it is a tuple of
        that one value
    :param reached: the :class:`glance_ossn_tests.sharing.model.State` that
        is known besides, None for the one that the steps lead to
    """

    name: str
    steps: tuple
    topic: str = UNACCEPTED
    apis: tuple = BOTH
    one_kind: kinds.Kind | None = None
    owner: str = 'producer'
    observed: tuple = ()
    reached: model.State | None = None

    @functools.cached_property
    def state(self):
        """The state that the steps end in, by the model."""
        state = self.reached or model.run(
            step for step in self.steps if step is not s.LISTED)
        for status in self.observed:
            state = dataclasses.replace(state, consumer=status)
        return state

    @property
    def status(self):
        """The consumer's membership status that the steps end in."""
        return self.state.consumer

    @property
    def bystander(self):
        """The bystander's membership status that the steps end in."""
        return self.state.bystander

    @property
    def core(self):
        """Whether it is short, and needs but the note's two projects."""
        return (self.topic in (CONTROL, UNACCEPTED) and
                len(self.steps) <= (2 if self.one_kind else 3) and
                not self.late and
                not self.late_data and
                not {s.PARTNER, s.TRY_COPY, s.READ, s.CHANGE} & set(
                    self.steps) and
                not any(step.bystander and not step.consumer
                        for step in self.steps) and
                self.parties <= {'producer', 'consumer'})

    @property
    def late(self):
        """Whether part of it follows when all lists have been read."""
        return s.LISTED in self.steps

    @property
    def parts(self):
        """The steps before all lists are read, and those after it."""
        if not self.late:
            return self.steps, ()
        at = self.steps.index(s.LISTED)
        return self.steps[:at], self.steps[at + 1:]

    @property
    def may_be_listed(self):
        """Whether the consumer agreed, and still does, to list the image."""
        return (self.status == ACCEPTED and
                self.state.visibility == model.SHARED)

    @property
    def late_data(self):
        """Whether the data comes by a step of its own."""
        return s.UPLOAD in self.steps or s.IMPORT in self.steps

    @property
    def has_members(self):
        """Whether the member list tells if the image is as it should be.

        Only shared images have one, and only their owner reads it.
        """
        return (self.status != ANY and
                self.state.visibility == model.SHARED and
                self.topic not in (OWNER, GIVEN, PUBLISHED))

    @property
    def needs_v2(self):
        """Whether a step needs Image API v2."""
        return any(step.needs_v2 or step.since > (0, 0)
                   for step in self.steps)

    @property
    def parties(self):
        """Roles of the accounts that have a part in it.

        Everybody has a producer, a consumer and a bystander.
        """
        return {self.owner, *(step.by for step in self.steps
                              if step is not s.LISTED)}

    @property
    def since(self):
        """The version of the API that its steps need, (major, minor)."""
        return max((step.since for step in self.steps), default=(0, 0))


_QUEUED = kinds.QUEUED

HISTORIES = (
    # First, so that what serves as control is the oldest of the shares.
    History('accepted', (s.SHARE, s.ACCEPT), CONTROL),

    History('pending', (s.SHARE,)),
    History('rejected', (s.SHARE, s.REJECT)),
    History('accepted, then rejected', (s.SHARE, s.ACCEPT, s.REJECT)),
    History('accepted, then pending', (s.SHARE, s.ACCEPT, s.RESET)),
    History('removed, then shared again', (s.SHARE, s.REMOVE, s.SHARE)),
    History('shared, then uploaded', (s.SHARE, s.UPLOAD),
            one_kind=kinds.ACTIVE),
    History('shared, made private and shared again',
            (s.SHARE, s.PRIVATE, s.SHARED), one_kind=_QUEUED),
    History('shared, made community and shared again',
            (s.SHARE, s.COMMUNITY, s.SHARED), one_kind=_QUEUED),
    History('rejected, made private and shared again',
            (s.SHARE, s.REJECT, s.PRIVATE, s.SHARED), one_kind=_QUEUED),
    History('rejected, removed, shared again',
            (s.SHARE, s.REJECT, s.REMOVE, s.SHARE), one_kind=_QUEUED),
    History('shared twice', (s.SHARE, s.TRY_SHARE), one_kind=_QUEUED),
    History('rejected, then shared again', (s.SHARE, s.REJECT, s.TRY_SHARE),
            one_kind=_QUEUED),
    History('answered by "pending"', (s.SHARE, s.RESET),
            one_kind=_QUEUED),
    History('answered by an unknown status', (s.SHARE, s.TRY_UNKNOWN),
            one_kind=_QUEUED),
    History('accepted, rejected, then pending',
            (s.SHARE, s.ACCEPT, s.REJECT, s.RESET), one_kind=_QUEUED),
    History('accepted, pending, then rejected',
            (s.SHARE, s.ACCEPT, s.RESET, s.REJECT), one_kind=_QUEUED),
    History('rejected twice', (s.SHARE, s.REJECT, s.REJECT),
            one_kind=_QUEUED),
    History('rejected, then pending', (s.SHARE, s.REJECT, s.RESET),
            one_kind=_QUEUED),
    History('rejected, then uploaded', (s.SHARE, s.REJECT, s.UPLOAD),
            one_kind=kinds.ACTIVE),
    History('shared, then imported', (s.SHARE, s.IMPORT),
            one_kind=kinds.ACTIVE),
    History('rejected, then imported', (s.SHARE, s.REJECT, s.IMPORT),
            apis=('v2',), one_kind=kinds.ACTIVE),
    History('shared, then looked at', (s.SHARE, s.READ),
            one_kind=kinds.ACTIVE),
    History('shared, then tagged and untagged', (s.SHARE, s.TAG, s.UNTAG),
            one_kind=_QUEUED),
    History('shared, then renamed, described, protected',
            (s.SHARE, s.RENAME, s.DESCRIBE, s.PROTECT), one_kind=_QUEUED),
    History('shared with others before', (s.SHARE_OTHERS, s.SHARE),
            one_kind=_QUEUED),
    History('shared by an admin', (s.SHARE,), one_kind=_QUEUED,
            owner='admin'),
    History('shared by an admin for the producer', (s.ADMIN_SHARES,),
            one_kind=_QUEUED),
    History('shared, deactivated and reactivated',
            (s.SHARE, s.DEACTIVATE, s.REACTIVATE), one_kind=kinds.ACTIVE),
    History('shared, hidden and shown again', (s.SHARE, s.HIDE, s.UNHIDE),
            one_kind=_QUEUED),
    History('rejected, hidden and shown again',
            (s.SHARE, s.REJECT, s.HIDE, s.UNHIDE), apis=('v2',),
            one_kind=_QUEUED),
    History('rejected, then renamed, described, tagged',
            (s.SHARE, s.REJECT, s.RENAME, s.DESCRIBE, s.TAG, s.UNTAG,
             s.PROTECT), apis=('v2',), one_kind=_QUEUED),
    History('shared, then changed in several properties', (s.SHARE, s.CHANGE),
            apis=('v2',), one_kind=_QUEUED),
    History('rejected, then changed in several properties',
            (s.SHARE, s.REJECT, s.CHANGE), apis=('v2',), one_kind=_QUEUED),
    History('rejected, then changed through v1',
            (s.SHARE, s.REJECT, s.TOUCH), apis=('v1',), one_kind=_QUEUED),
    # Where a run may make an image public for a moment.
    History('shared, then published and withdrawn by an admin',
            (s.SHARE, s.ADMIN_WITHDRAWS), apis=('v2',), one_kind=_QUEUED),
    History('rejected, then published and withdrawn by an admin',
            (s.SHARE, s.REJECT, s.ADMIN_WITHDRAWS), apis=('v2',),
            one_kind=_QUEUED),
    History('replaced members', (s.REPLACE,), apis=('v1',)),
    History('forged consent', (s.FORGE,)),
    History('rejected, then forged', (s.SHARE, s.REJECT, s.TRY_FORGE),
            apis=('v2',), one_kind=_QUEUED),
    History('rejected, then shared again by an admin',
            (s.SHARE, s.REJECT, s.TRY_ADMIN_SHARES), one_kind=_QUEUED),
    History('shared, then copied by the consumer', (s.SHARE, s.TRY_COPY),
            apis=('v2',), one_kind=kinds.ACTIVE),
    History('accepted by another member',
            (s.SHARE, s.SHARE_BYSTANDER, s.BYSTANDER_ACCEPTS),
            one_kind=_QUEUED),

    History('shared after another member accepted',
            (s.SHARE_BYSTANDER, s.BYSTANDER_ACCEPTS, s.SHARE),
            apis=('v2',), one_kind=_QUEUED),
    History('rejected, then accepted by another member',
            (s.SHARE, s.REJECT, s.SHARE_BYSTANDER, s.BYSTANDER_ACCEPTS),
            apis=('v2',), one_kind=_QUEUED),
    History('shared between partners', (s.PARTNER, s.SHARE), apis=('v2',),
            one_kind=_QUEUED),
    History('removed from another member',
            (s.SHARE, s.SHARE_BYSTANDER, s.REMOVE_BYSTANDER),
            one_kind=_QUEUED),
    History('passed on as the producer allowed',
            (s.SHARE_FURTHER, s.PASS_ON), apis=('v1',), one_kind=_QUEUED),

    # The same, once the consumer has had it in its lists.
    History('listed, then rejected',
            (s.SHARE, s.ACCEPT, s.LISTED, s.REJECT), one_kind=_QUEUED),
    History('listed, then pending', (s.SHARE, s.ACCEPT, s.LISTED, s.RESET),
            one_kind=_QUEUED),
    History('listed, then removed', (s.SHARE, s.ACCEPT, s.LISTED, s.REMOVE),
            WITHDRAWN, one_kind=_QUEUED),
    History('listed, removed, shared again',
            (s.SHARE, s.ACCEPT, s.LISTED, s.REMOVE, s.SHARE), REVIVED,
            one_kind=_QUEUED),

    History('never shared', (), UNSHARED, apis=('v2',)),
    History('private', (s.PRIVATE,), UNSHARED, apis=('v2',),
            one_kind=_QUEUED),
    History('published and made private by an admin', (s.ADMIN_HIDES,),
            UNSHARED, apis=('v2',), one_kind=_QUEUED),
    History('removed', (s.SHARE, s.REMOVE), WITHDRAWN),
    History('rejected, then removed', (s.SHARE, s.REJECT, s.REMOVE),
            WITHDRAWN, one_kind=_QUEUED),
    History('accepted, then removed', (s.SHARE, s.ACCEPT, s.REMOVE),
            WITHDRAWN),

    History('accepted, removed, then renamed, described, tagged',
            (s.SHARE, s.ACCEPT, s.REMOVE, s.RENAME, s.DESCRIBE, s.TAG,
             s.UNTAG, s.PROTECT), WITHDRAWN, apis=('v2',),
            one_kind=_QUEUED),
    History('accepted, removed, then imported',
            (s.SHARE, s.ACCEPT, s.REMOVE, s.IMPORT), WITHDRAWN,
            apis=('v2',), one_kind=kinds.ACTIVE),
    History('accepted, removed, then changed in several properties',
            (s.SHARE, s.ACCEPT, s.REMOVE, s.CHANGE), WITHDRAWN,
            apis=('v2',), one_kind=_QUEUED),
    History('accepted, removed, then changed through v1',
            (s.SHARE, s.ACCEPT, s.REMOVE, s.TOUCH), WITHDRAWN, apis=('v1',),
            one_kind=_QUEUED),
    History('accepted, removed, hidden and shown again',
            (s.SHARE, s.ACCEPT, s.REMOVE, s.HIDE, s.UNHIDE), WITHDRAWN,
            apis=('v2',), one_kind=_QUEUED),

    History('accepted, removed, shared again',
            (s.SHARE, s.ACCEPT, s.REMOVE, s.SHARE), REVIVED),
    History('accepted, removed, replaced members',
            (s.SHARE, s.ACCEPT, s.REMOVE, s.REPLACE), REVIVED,
            apis=('v1',)),

    History('accepted, rejected, removed, shared again',
            (s.SHARE, s.ACCEPT, s.REJECT, s.REMOVE, s.SHARE), REVIVED,
            apis=('v2',), one_kind=_QUEUED),
    History('accepted, pending, removed, shared again',
            (s.SHARE, s.ACCEPT, s.RESET, s.REMOVE, s.SHARE), REVIVED,
            apis=('v2',), one_kind=_QUEUED),
    History('accepted, removed, shared again by an admin',
            (s.SHARE, s.ACCEPT, s.REMOVE, s.ADMIN_SHARES), REVIVED,
            one_kind=_QUEUED),

    # By design: a report tells of it, no claim forbids it.
    History('accepted, made private and shared again',
            (s.SHARE, s.ACCEPT, s.PRIVATE, s.SHARED), RETAINED,
            one_kind=_QUEUED),

    History('accepted by the producer', (s.SHARE, s.TRY_OWNER_ACCEPTS),
            CONSENT, one_kind=_QUEUED),
    History('accepted by a stranger',
            (s.SHARE, s.TRY_BYSTANDER_ACCEPTS), CONSENT, one_kind=_QUEUED),
    History("accepted by the consumer's reader",
            (s.SHARE, s.TRY_READER_ACCEPTS), READER, one_kind=_QUEUED),
    History('accepted by another member for the consumer',
            (s.SHARE, s.SHARE_BYSTANDER, s.TRY_BYSTANDER_ACCEPTS),
            CONSENT, one_kind=_QUEUED),
    History('accepted by the producer without a share',
            (s.TRY_OWNER_ACCEPTS,), CONSENT, one_kind=_QUEUED),
    History('rejected, then accepted by the producer',
            (s.SHARE, s.REJECT, s.TRY_OWNER_ACCEPTS), CONSENT,
            apis=('v2',), one_kind=_QUEUED),
    History('accepted by the producer, thrice',
            (s.SHARE, *[s.TRY_OWNER_ACCEPTS] * 3), CONSENT, apis=('v2',),
            one_kind=_QUEUED),
    History('accepted by the producer, its own member',
            (s.SHARE, s.TRY_JOIN_ITSELF, s.TRY_OWN_ANSWER,
             s.TRY_OWNER_ACCEPTS), CONSENT,
            apis=('v2',), one_kind=_QUEUED),
    History('accepted by a patch', (s.SHARE, s.TRY_PATCH_MEMBER), CONSENT,
            apis=('v2',), one_kind=_QUEUED),
    History('joined by the consumer', (s.TRY_JOIN,), CONSENT,
            one_kind=_QUEUED),
    History('passed on by the consumer', (s.SHARE, s.TRY_PASS_ON),
            CONSENT, one_kind=_QUEUED),

    History('shared, then made private', (s.SHARE, s.PRIVATE), LATENT,
            one_kind=_QUEUED),
    History('accepted, then made private', (s.SHARE, s.ACCEPT, s.PRIVATE),
            LATENT, one_kind=_QUEUED),
    History('shared while private', (s.PRIVATE, s.TRY_SHARE), LATENT,
            one_kind=_QUEUED),
    History('shared while private, then made shared',
            (s.PRIVATE, s.TRY_SHARE, s.SHARED), LATENT, one_kind=_QUEUED),
    History('shared while community, then made shared',
            (s.COMMUNITY, s.TRY_SHARE, s.SHARED), LATENT, one_kind=_QUEUED),

    History('created with a foreign owner', (s.TRY_GIVE,), OWNER,
            one_kind=_QUEUED),
    History('created with other names for its owner', (s.TRY_NAMES,), OWNER,
            apis=('v2',), one_kind=_QUEUED),
    History('created without an owner', (s.TRY_ORPHAN,), OWNER,
            apis=('v2',), one_kind=_QUEUED),
    History('owner replaced', (s.TRY_REPLACE_OWNER,), OWNER,
            one_kind=_QUEUED),
    History('owner added', (s.TRY_ADD_OWNER,), OWNER, apis=('v2',),
            one_kind=_QUEUED),

    History('owner removed', (s.TRY_REMOVE_OWNER,), OWNER, apis=('v2',),
            one_kind=_QUEUED),

    History('owner added by v2.1', (s.TRY_GIVE_ADD,), GIVEN, apis=('v2',),
            one_kind=_QUEUED),
    History('owner replaced by v2.1', (s.TRY_GIVE_REPLACE,), GIVEN,
            apis=('v2',), one_kind=_QUEUED),
    History('owner added among other changes', (s.TRY_GIVE_AMONG,), GIVEN,
            apis=('v2',), one_kind=_QUEUED),
    History('owner replaced among other changes', (s.TRY_REPLACE_AMONG,),
            GIVEN, apis=('v2',), one_kind=_QUEUED),
    History('community, then owner added', (s.COMMUNITY, s.TRY_GIVE_ADD),
            GIVEN, apis=('v2',), one_kind=_QUEUED),
    History('its own member, then owner added',
            (s.TRY_JOIN_ITSELF, s.TRY_GIVE_ADD), GIVEN, apis=('v2',),
            one_kind=_QUEUED),
    History('given to nobody', (s.TRY_GIVE_AWAY,), GIVEN, apis=('v2',),
            one_kind=_QUEUED),

    History('accepted, then replaced by v2.0',
            (s.SHARE, s.ACCEPT, s.TRY_CONTENT_2_0), CONTENT, apis=('v2',),
            one_kind=kinds.ACTIVE),
    History('accepted, then replaced by v2.1',
            (s.SHARE, s.ACCEPT, s.TRY_CONTENT_2_1), CONTENT, apis=('v2',),
            one_kind=kinds.ACTIVE),
    History('accepted, deactivated by an admin, then replaced',
            (s.SHARE, s.ACCEPT, s.ADMIN_DEACTIVATES, s.TRY_CONTENT_2_0,
             s.TRY_CONTENT_2_1), CONTENT, apis=('v2',),
            one_kind=kinds.ACTIVE),
    History('accepted, then uploaded again',
            (s.SHARE, s.ACCEPT, s.TRY_UPLOAD), CONTENT, apis=('v2',),
            one_kind=kinds.ACTIVE),
    History('accepted, then imported again',
            (s.SHARE, s.ACCEPT, s.TRY_STAGE), CONTENT, apis=('v2',),
            one_kind=kinds.ACTIVE),

    History('created as public', (s.TRY_PUBLIC_CREATE,), PUBLISHED,
            one_kind=_QUEUED),
    History('made public', (s.TRY_PUBLIC,), PUBLISHED,
            one_kind=_QUEUED),
    History('private, then made public', (s.PRIVATE, s.TRY_PUBLIC),
            PUBLISHED, apis=('v2',), one_kind=_QUEUED),
    History('community, then made public', (s.COMMUNITY, s.TRY_PUBLIC),
            PUBLISHED, apis=('v2',), one_kind=_QUEUED),
    History('hidden, made public, shown again',
            (s.HIDE, s.TRY_PUBLIC, s.UNHIDE), PUBLISHED, apis=('v2',),
            one_kind=_QUEUED),
    History('made public twice', (s.TRY_PUBLIC, s.TRY_PUBLIC), PUBLISHED,
            apis=('v2',), one_kind=_QUEUED),
    History('made public among other changes', (s.TRY_PUBLIC_AMONG,),
            PUBLISHED, apis=('v2',), one_kind=_QUEUED),
    History('accepted, then made public by the consumer',
            (s.SHARE, s.ACCEPT, s.TRY_MEMBER_PUBLIC), PUBLISHED,
            apis=('v2',), one_kind=_QUEUED),
    History('community', (s.COMMUNITY,), OPEN, apis=('v2',),
            one_kind=_QUEUED),
)

# Every further form of an API (v2.3, v1.1 ...) is another door to the same
# code, so that one history, the note's own, tells whether it differs. Kinds
# of image that a list could treat differently get it, its counterpart and
# its control.
SHORT = ('accepted', 'pending', 'rejected')
FORM_HISTORIES = ('pending',)
# Of kinds that are crossed, besides: what was accepted leaves the most behind
# when it is removed.
CROSSED_HISTORIES = ('accepted, then removed',)


@dataclasses.dataclass(frozen=True)
class Plan:
    """One image to be made: its history, its kind, how it is shared.

    :param history: a row of :data:`HISTORIES`
    :param kind: a row of :data:`glance_ossn_tests.sharing.kinds.KINDS`
    :param api: major API version that shares it: 'v1' or 'v2'
    :param form: name of the form of that API, e.g. '/v1', '/v2.7'
    :param problem: why it cannot be made although the cloud may offer it,
        else None
    :param not_offered: why the cloud does not offer it, else None
    """

    history: History
    kind: kinds.Kind
    api: str
    form: str
    problem: str | None = None
    not_offered: str | None = None

    @property
    def name(self):
        through = 'shared' if s.SHARE in self.history.steps else 'made'
        return '%s, %s, %s through %s' % (
            self.history.name, self.kind.name, through, self.form)


def _kinds_of(history, api, number, abilities):
    if history.one_kind:
        return (history.one_kind,)
    if number:
        return (kinds.QUEUED,)
    every = kinds.KINDS
    if api == 'v2':
        every = kinds.V2_KINDS + crossed.crossed(abilities)
    return [kind for kind in every
            if kind.histories or history.name in SHORT or
            kind.crossed and history.name in CROSSED_HISTORIES]


def _absent(history, kind, api, abilities):
    """Tell why a cloud or its accounts cannot make a history, else None."""
    for party in history.parties:
        absent = abilities.nobody(party)
        if absent:
            return absent
    if any(step.orphans for step in history.steps) and abilities.no_remover:
        return abilities.no_remover
    if s.RECREATE in history.steps and abilities.no_ids:
        return abilities.no_ids
    if abilities.no_members and any(
            step.members and (api == 'v2' or step.needs_v2)
            for step in history.steps):
        return abilities.no_members
    return (crossed.missing(kind, api, abilities) or
            abilities.lacks(history.since, 'a step of it') or
            (_imports(history) and abilities.no_import) or None)


def _imports(history):
    """Tell whether a history needs a cloud that imports what is staged."""
    return bool({s.IMPORT, s.TRY_STAGE, s.TRY_COPY} & set(history.steps))


def plan(offers, abilities):
    """Cross histories and kinds with what the cloud offers.

    :param offers: dict of 'v1' and 'v2' to
        :class:`glance_ossn_tests.sharing.forms.Offer`
    :param abilities: the cloud's
        :class:`glance_ossn_tests.sharing.forms.Abilities`
    :returns: list of :class:`Plan`, controls first
    """
    plans = []
    consent = offers['v2'].main
    for history in HISTORIES:
        if not abilities.may_publish and any(
                step.publishes for step in history.steps):
            continue
        for api in history.apis:
            for number, door in enumerate(offers[api].doors):
                if number and (door.odd or
                               history.name not in FORM_HISTORIES):
                    continue
                asks = history.needs_v2
                problem = door.problem or (asks and consent.problem) or (
                    _imports(history) and abilities.import_problem)
                for kind in _kinds_of(history, api, number, abilities):
                    absent = (door.not_offered or
                              (asks and consent.not_offered) or
                              _absent(history, kind, api, abilities))
                    why = (problem or
                           kind.staged and abilities.import_problem or
                           kind.stored and abilities.store_problem)
                    plans.append(Plan(history, kind, api, door.form,
                                      why or None, absent))
    return plans
