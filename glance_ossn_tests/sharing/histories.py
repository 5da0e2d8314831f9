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

A row of :data:`HISTORIES` is a sequence of steps and the membership that
they leave behind; :func:`plan` crosses it with the kinds of image and the
ways a cloud offers to share. Adding a history is adding a row.
"""

import dataclasses

from glance_ossn_tests.sharing import kinds

# The producer's steps.
SHARE = 'share'
REMOVE = 'remove'
REPLACE = 'replace all members'
FORGE = 'share with a forged status'
UPLOAD = 'upload'
PRIVATE = 'make private'
SHARED = 'make shared'
COMMUNITY = 'make community'
SHARE_BYSTANDER = 'share with the bystander, too'
REMOVE_BYSTANDER = 'remove the bystander'
SHARE_FURTHER = 'share so that it may be shared further'
SHARE_OTHERS = 'share with two others'
TAG = 'tag'
UNTAG = 'take the tag away'
RENAME = 'rename, there and back'
DESCRIBE = 'add a property'
PROTECT = 'protect for a while'
IMPORT = 'import data'
DEACTIVATE = 'deactivate'
REACTIVATE = 'reactivate'
HIDE = 'hide'
UNHIDE = 'show again'
# The consumer's, which only Image API v2.1 and later know.
ACCEPT = 'accept'
REJECT = 'reject'
RESET = 'set back to pending'
PASS_ON = 'the consumer shares it further'
BYSTANDER_ACCEPTS = 'the bystander accepts'
READ = 'the consumer looks at it, its data and its members'
# An admin's.
ADMIN_SHARES = 'an admin shares it'
# All lists are read, before what follows.
LISTED = 'all lists are read'
# What a sound cloud refuses. Whether it does shows in the lists afterwards,
# not in the status code.
TRY_SHARE = 'try to share'
TRY_OWNER_ACCEPTS = 'the producer tries to accept'
TRY_BYSTANDER_ACCEPTS = 'the bystander tries to accept'
TRY_READER_ACCEPTS = "the consumer's reader tries to accept"
TRY_UNKNOWN = 'the consumer tries to answer with an unknown status'
TRY_JOIN = 'the consumer tries to add itself'
TRY_PASS_ON = 'the consumer tries to add the bystander'
TRY_GIVE = 'create it as owned by the consumer'
TRY_ORPHAN = 'create it as owned by nobody'
TRY_REPLACE_OWNER = 'replace the owner'
TRY_ADD_OWNER = 'add the owner'
TRY_REMOVE_OWNER = 'remove the owner'
TRY_PUBLIC_CREATE = 'create it as public'
TRY_PUBLIC = 'make public'

# Steps that make the image in an unusual way.
CREATING = (TRY_GIVE, TRY_ORPHAN, TRY_PUBLIC_CREATE)

TRIES = (TRY_SHARE, TRY_OWNER_ACCEPTS, TRY_BYSTANDER_ACCEPTS, TRY_JOIN,
         TRY_READER_ACCEPTS, TRY_UNKNOWN, TRY_PASS_ON, TRY_REPLACE_OWNER,
         TRY_ADD_OWNER, TRY_REMOVE_OWNER, TRY_PUBLIC)

# What is done through v2, whichever API shared.
_BY_V2 = {ACCEPT, REJECT, RESET, BYSTANDER_ACCEPTS, TRY_OWNER_ACCEPTS,
          TRY_BYSTANDER_ACCEPTS, TRY_UNKNOWN, TAG, UNTAG, RENAME, DESCRIBE,
          PROTECT, READ}
_VISIBILITIES = {PRIVATE, SHARED, COMMUNITY}
# v2.6 brought imports. Before Victoria what a web server takes for import is
# never done, and the next version that a release tells is Yoga's.
IMPORTS = (2, 15)
# The versions that brought the steps.
_SINCE = {**dict.fromkeys(_VISIBILITIES, (2, 5)),
          **dict.fromkeys((DEACTIVATE, REACTIVATE), (2, 3)),
          IMPORT: IMPORTS,
          # Releases before take any user of a project for the other.
          TRY_READER_ACCEPTS: (2, 16),
          **dict.fromkeys((HIDE, UNHIDE), (2, 7))}

# Steps of accounts that not every run has.
_PARTIES = {ADMIN_SHARES: 'admin', TRY_READER_ACCEPTS: 'reader'}

# Membership status of the consumer, as the Image API spells it. NONE is no
# membership at all, ANY is whatever a refused step left.
PENDING = 'pending'
ACCEPTED = 'accepted'
REJECTED = 'rejected'
NONE = None
ANY = 'any'

# What a history is about: which claim it bears on.
CONTROL = 'control'
UNACCEPTED = 'unaccepted'
WITHDRAWN = 'withdrawn'
UNSHARED = 'unshared'
REVIVED = 'revived'
CONSENT = 'consent'
RETAINED = 'retained'
LATENT = 'latent'
OWNER = 'owner'
PUBLISHED = 'published'
OPEN = 'open'

BOTH = ('v1', 'v2')


@dataclasses.dataclass(frozen=True)
class History:
    """A sequence of steps and what it leaves.

    :param name: what the report calls it
    :param steps: the steps in their order
    :param status: the membership status they end in
    :param topic: what it is about
    :param apis: the APIs through which it can happen
    :param bystander: the bystander's membership status they end in
    :param one_kind: the only kind it is made of, None for all that go
        through all histories
    :param owner: role of the party whose image it is
    """

    name: str
    steps: tuple
    status: str | None
    topic: str = UNACCEPTED
    apis: tuple = BOTH
    bystander: str | None = None
    one_kind: kinds.Kind | None = None
    owner: str = 'producer'

    @property
    def late(self):
        """Whether part of it follows when all lists have been read."""
        return LISTED in self.steps

    @property
    def parts(self):
        """The steps before all lists are read, and those after it."""
        if not self.late:
            return self.steps, ()
        at = self.steps.index(LISTED)
        return self.steps[:at], self.steps[at + 1:]

    @property
    def may_be_listed(self):
        """Whether the consumer agreed, and still does, to list the image."""
        return self.status == ACCEPTED

    @property
    def late_data(self):
        """Whether the data comes by a step of its own."""
        return UPLOAD in self.steps or IMPORT in self.steps

    @property
    def has_members(self):
        """Whether the member list tells if the image is as it should be.

        Only shared images have one, and only their owner reads it.
        """
        left = [step for step in self.steps if step in _VISIBILITIES]
        return (self.status != ANY and left[-1:] in ([], [SHARED]) and
                self.topic not in (OWNER, PUBLISHED))

    @property
    def needs_v2(self):
        """Whether a step needs Image API v2."""
        return any(step in _BY_V2 or step in _SINCE for step in self.steps)

    @property
    def parties(self):
        """Roles of the accounts that have a part in it."""
        return {self.owner, *(_PARTIES[step] for step in self.steps
                              if step in _PARTIES)}

    @property
    def since(self):
        """The version of the API that its steps need, (major, minor)."""
        return max((_SINCE.get(step, (0, 0)) for step in self.steps),
                   default=(0, 0))


_QUEUED = kinds.QUEUED

HISTORIES = (
    # First, so that what serves as control is the oldest of the shares.
    History('accepted', (SHARE, ACCEPT), ACCEPTED, CONTROL),

    History('pending', (SHARE,), PENDING),
    History('rejected', (SHARE, REJECT), REJECTED),
    History('accepted, then rejected', (SHARE, ACCEPT, REJECT), REJECTED),
    History('accepted, then pending', (SHARE, ACCEPT, RESET), PENDING),
    History('removed, then shared again', (SHARE, REMOVE, SHARE), PENDING),
    History('shared, then uploaded', (SHARE, UPLOAD), PENDING,
            one_kind=kinds.ACTIVE),
    History('shared, made private and shared again',
            (SHARE, PRIVATE, SHARED), PENDING, one_kind=_QUEUED),
    History('shared, made community and shared again',
            (SHARE, COMMUNITY, SHARED), PENDING, one_kind=_QUEUED),
    History('rejected, made private and shared again',
            (SHARE, REJECT, PRIVATE, SHARED), REJECTED, one_kind=_QUEUED),
    History('rejected, removed, shared again',
            (SHARE, REJECT, REMOVE, SHARE), PENDING, one_kind=_QUEUED),
    History('shared twice', (SHARE, TRY_SHARE), PENDING, one_kind=_QUEUED),
    History('rejected, then shared again', (SHARE, REJECT, TRY_SHARE),
            REJECTED, one_kind=_QUEUED),
    History('answered by "pending"', (SHARE, RESET), PENDING,
            one_kind=_QUEUED),
    History('answered by an unknown status', (SHARE, TRY_UNKNOWN), PENDING,
            one_kind=_QUEUED),
    History('accepted, rejected, then pending',
            (SHARE, ACCEPT, REJECT, RESET), PENDING, one_kind=_QUEUED),
    History('accepted, pending, then rejected',
            (SHARE, ACCEPT, RESET, REJECT), REJECTED, one_kind=_QUEUED),
    History('rejected twice', (SHARE, REJECT, REJECT), REJECTED,
            one_kind=_QUEUED),
    History('rejected, then pending', (SHARE, REJECT, RESET), PENDING,
            one_kind=_QUEUED),
    History('rejected, then uploaded', (SHARE, REJECT, UPLOAD), REJECTED,
            one_kind=kinds.ACTIVE),
    History('shared, then imported', (SHARE, IMPORT), PENDING,
            one_kind=kinds.ACTIVE),
    History('shared, then looked at', (SHARE, READ), PENDING,
            one_kind=kinds.ACTIVE),
    History('shared, then tagged and untagged', (SHARE, TAG, UNTAG), PENDING,
            one_kind=_QUEUED),
    History('shared, then renamed, described, protected',
            (SHARE, RENAME, DESCRIBE, PROTECT), PENDING, one_kind=_QUEUED),
    History('shared with others before', (SHARE_OTHERS, SHARE), PENDING,
            one_kind=_QUEUED),
    History('shared by an admin', (SHARE,), PENDING, one_kind=_QUEUED,
            owner='admin'),
    History('shared by an admin for the producer', (ADMIN_SHARES,), PENDING,
            one_kind=_QUEUED),
    History('shared, deactivated and reactivated',
            (SHARE, DEACTIVATE, REACTIVATE), PENDING, one_kind=kinds.ACTIVE),
    History('shared, hidden and shown again', (SHARE, HIDE, UNHIDE), PENDING,
            one_kind=_QUEUED),
    History('replaced members', (REPLACE,), PENDING, apis=('v1',)),
    History('forged consent', (FORGE,), PENDING),
    History('accepted by another member',
            (SHARE, SHARE_BYSTANDER, BYSTANDER_ACCEPTS), PENDING,
            bystander=ACCEPTED, one_kind=_QUEUED),

    History('removed from another member',
            (SHARE, SHARE_BYSTANDER, REMOVE_BYSTANDER), PENDING,
            one_kind=_QUEUED),
    History('passed on as the producer allowed', (SHARE_FURTHER, PASS_ON),
            PENDING, apis=('v1',), bystander=PENDING, one_kind=_QUEUED),

    # The same, once the consumer has had it in its lists.
    History('listed, then rejected', (SHARE, ACCEPT, LISTED, REJECT),
            REJECTED, one_kind=_QUEUED),
    History('listed, then pending', (SHARE, ACCEPT, LISTED, RESET), PENDING,
            one_kind=_QUEUED),
    History('listed, then removed', (SHARE, ACCEPT, LISTED, REMOVE), NONE,
            WITHDRAWN, one_kind=_QUEUED),
    History('listed, removed, shared again',
            (SHARE, ACCEPT, LISTED, REMOVE, SHARE), PENDING, REVIVED,
            one_kind=_QUEUED),

    History('never shared', (), NONE, UNSHARED, apis=('v2',)),
    History('private', (PRIVATE,), NONE, UNSHARED, apis=('v2',),
            one_kind=_QUEUED),
    History('removed', (SHARE, REMOVE), NONE, WITHDRAWN),
    History('rejected, then removed', (SHARE, REJECT, REMOVE), NONE,
            WITHDRAWN, one_kind=_QUEUED),
    History('accepted, then removed', (SHARE, ACCEPT, REMOVE), NONE,
            WITHDRAWN),

    History('accepted, removed, shared again',
            (SHARE, ACCEPT, REMOVE, SHARE), PENDING, REVIVED),
    History('accepted, removed, replaced members',
            (SHARE, ACCEPT, REMOVE, REPLACE), PENDING, REVIVED,
            apis=('v1',)),

    # By design: a report tells of it, no claim forbids it.
    History('accepted, made private and shared again',
            (SHARE, ACCEPT, PRIVATE, SHARED), ACCEPTED, RETAINED,
            one_kind=_QUEUED),

    History('accepted by the producer', (SHARE, TRY_OWNER_ACCEPTS), PENDING,
            CONSENT, one_kind=_QUEUED),
    History('accepted by a stranger', (SHARE, TRY_BYSTANDER_ACCEPTS),
            PENDING, CONSENT, one_kind=_QUEUED),
    History("accepted by the consumer's reader",
            (SHARE, TRY_READER_ACCEPTS), PENDING, CONSENT, one_kind=_QUEUED),
    History('accepted by another member for the consumer',
            (SHARE, SHARE_BYSTANDER, TRY_BYSTANDER_ACCEPTS), PENDING,
            CONSENT, bystander=PENDING, one_kind=_QUEUED),
    History('accepted by the producer without a share',
            (TRY_OWNER_ACCEPTS,), NONE, CONSENT, one_kind=_QUEUED),
    History('joined by the consumer', (TRY_JOIN,), NONE, CONSENT,
            one_kind=_QUEUED),
    History('passed on by the consumer', (SHARE, TRY_PASS_ON), PENDING,
            CONSENT, one_kind=_QUEUED),

    History('shared, then made private', (SHARE, PRIVATE), PENDING, LATENT,
            one_kind=_QUEUED),
    History('shared while private', (PRIVATE, TRY_SHARE), ANY, LATENT,
            one_kind=_QUEUED),
    History('shared while private, then made shared',
            (PRIVATE, TRY_SHARE, SHARED), ANY, LATENT, one_kind=_QUEUED),
    History('shared while community, then made shared',
            (COMMUNITY, TRY_SHARE, SHARED), ANY, LATENT, one_kind=_QUEUED),

    History('created with a foreign owner', (TRY_GIVE,), NONE, OWNER,
            one_kind=_QUEUED),
    History('created without an owner', (TRY_ORPHAN,), NONE, OWNER,
            apis=('v2',), one_kind=_QUEUED),
    History('owner replaced', (TRY_REPLACE_OWNER,), NONE, OWNER,
            one_kind=_QUEUED),
    History('owner added', (TRY_ADD_OWNER,), NONE, OWNER, apis=('v2',),
            one_kind=_QUEUED),

    History('owner removed', (TRY_REMOVE_OWNER,), NONE, OWNER, apis=('v2',),
            one_kind=_QUEUED),

    History('created as public', (TRY_PUBLIC_CREATE,), NONE, PUBLISHED,
            one_kind=_QUEUED),
    History('made public', (TRY_PUBLIC,), NONE, PUBLISHED,
            one_kind=_QUEUED),
    History('community', (COMMUNITY,), NONE, OPEN, apis=('v2',),
            one_kind=_QUEUED),
)

# Every further form of an API (v2.3, v1.1 ...) is another door to the same
# code, so that one history, the note's own, tells whether it differs. Kinds
# of image that a list could treat differently get it, its counterpart and
# its control.
SHORT = ('accepted', 'pending', 'rejected')
FORM_HISTORIES = ('pending',)


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
        through = 'shared' if SHARE in self.history.steps else 'made'
        return '%s, %s, %s through %s' % (
            self.history.name, self.kind.name, through, self.form)


def _kinds_of(history, number):
    if history.one_kind:
        return (history.one_kind,)
    if number:
        return (kinds.QUEUED,)
    return [kind for kind in kinds.KINDS
            if kind.histories or history.name in SHORT]


def _absent(history, kind, api, abilities):
    """Why a cloud or its accounts cannot make a history, else None."""
    for party in history.parties:
        if party not in abilities.parties:
            return ('the run has no account of the %s ([glance_ossn] %s, '
                    'with dynamic credentials)' % (party, party))
    return (kinds.missing(kind, api, abilities) or
            abilities.lacks(history.since, 'a step of it') or
            (IMPORT in history.steps and abilities.no_import) or None)


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
        for api in history.apis:
            for number, door in enumerate(offers[api].doors):
                if number and (door.odd or
                               history.name not in FORM_HISTORIES):
                    continue
                asks = history.needs_v2
                problem = door.problem or (asks and consent.problem) or (
                    IMPORT in history.steps and abilities.import_problem)
                for kind in _kinds_of(history, number):
                    absent = (door.not_offered or
                              (asks and consent.not_offered) or
                              _absent(history, kind, api, abilities))
                    plans.append(Plan(history, kind, api, door.form,
                                      problem or None, absent))
    return plans
