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

"""What may happen to a share: the table of histories and kinds of image.

A row of :data:`HISTORIES` is a sequence of steps and the membership that
they leave behind; :func:`plan` crosses it with the ways a cloud offers to
share. Adding a history is adding a row.
"""

import dataclasses

# Steps. SHARE and REMOVE are the producer's, ACCEPT and REJECT the
# consumer's; only Image API v2.1 and later know the latter two.
SHARE = 'share'
REMOVE = 'remove'
ACCEPT = 'accept'
REJECT = 'reject'

# Membership status of the consumer, as the Image API spells it. NONE is no
# membership at all.
PENDING = 'pending'
ACCEPTED = 'accepted'
REJECTED = 'rejected'
NONE = None

# Kinds of image.
ACTIVE = 'active'
QUEUED = 'queued'
KINDS = (ACTIVE, QUEUED)


@dataclasses.dataclass(frozen=True)
class History:
    """A sequence of steps and what it leaves.

    :param name: what the report calls it
    :param steps: the steps in their order
    :param status: the membership status they end in, None for no membership
    """

    name: str
    steps: tuple
    status: str | None

    @property
    def may_be_listed(self):
        """Whether the consumer agreed, and still does, to list the image."""
        return self.status == ACCEPTED

    @property
    def needs_consent_api(self):
        """Whether a step needs an API in which a consumer can answer."""
        return ACCEPT in self.steps or REJECT in self.steps


HISTORIES = (
    History('never shared', (), NONE),
    History('pending', (SHARE,), PENDING),
    History('accepted', (SHARE, ACCEPT), ACCEPTED),
    History('rejected', (SHARE, REJECT), REJECTED),
    History('accepted, then rejected', (SHARE, ACCEPT, REJECT), REJECTED),
    History('accepted, then removed', (SHARE, ACCEPT, REMOVE), NONE),
    History('removed, then shared again', (SHARE, REMOVE, SHARE), PENDING),
)

# Every further form of an API (v2.3, v1.1 ...) is another door to the same
# code, so that one history, the note's own, tells whether it differs.
FORM_HISTORIES = ('pending',)
FORM_KINDS = (QUEUED,)


@dataclasses.dataclass(frozen=True)
class Plan:
    """One image to be made: its history, its kind, how it is shared.

    :param history: a row of :data:`HISTORIES`
    :param kind: one of :data:`KINDS`
    :param api: major API version that shares it: 'v1' or 'v2'
    :param form: name of the form of that API, e.g. '/v1', '/v2.7'
    :param problem: why it cannot be made although the cloud may offer it,
        else None
    :param not_offered: why the cloud does not offer it, else None
    """

    history: History
    kind: str
    api: str
    form: str
    problem: str | None = None
    not_offered: str | None = None

    @property
    def name(self):
        through = 'made' if not self.history.steps else 'shared'
        return '%s, %s, %s through %s' % (
            self.history.name, self.kind, through, self.form)


def plan(offers):
    """Cross the histories with what the cloud offers.

    :param offers: dict of 'v1' and 'v2' to
        :class:`glance_ossn_tests.sharing.offers.Offer`
    :returns: list of :class:`Plan`
    """
    plans = []
    consent = offers['v2'].main
    for api, offer in offers.items():
        for number, door in enumerate(offer.doors):
            for history in HISTORIES:
                if number and history.name not in FORM_HISTORIES:
                    continue
                asks = history.needs_consent_api
                problem = door.problem or (asks and consent.problem) or None
                absent = (door.not_offered or
                          (asks and consent.not_offered) or None)
                plans.extend(Plan(history, kind, api, door.form, problem,
                                  absent)
                             for kind in (FORM_KINDS if number else KINDS))
    return plans
