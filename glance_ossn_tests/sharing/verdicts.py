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

"""What is found out of a cloud: verdicts, and the evidence they rest on.

One shape for all of it, from what is judged to the report: images in lists,
forms of the API, whatever a note is about.
"""

import dataclasses
import enum


class Verdict(enum.StrEnum):
    """Whether a claim, or something of what it rests on, holds.

    The worst comes first: it is that of a whole of which it is a part.
    """

    EXPOSED = 'EXPOSED'
    NOT_TESTED = 'NOT TESTED'
    # EXPOSED, and accepted: of claims only, evidence says what was seen.
    WAIVED = 'WAIVED'
    SAFE = 'SAFE'
    # What no request shows, or none that a run sends without being told to.
    NOT_TESTABLE = 'NOT TESTABLE HERE'
    NOT_OFFERED = 'NOT OFFERED'
    # Of claims only: the run was not asked for them.
    NOT_SELECTED = 'NOT SELECTED'


(EXPOSED, NOT_TESTED, WAIVED, SAFE, NOT_TESTABLE, NOT_OFFERED,
 NOT_SELECTED) = Verdict

# What a run need not answer for: there was nothing to be seen.
NOTHING = frozenset((NOT_OFFERED, NOT_TESTABLE, NOT_SELECTED))

_RANKS = {verdict: rank for rank, verdict in enumerate(Verdict)}


class Reach(enum.StrEnum):
    """Whether a form of the API can be used."""

    ANSWERS = 'answers'
    # Its lists are refused, what changes something is not.
    WRITES = 'takes changes'
    REFUSED = 'refused'
    UNKNOWN = 'not known'

    @property
    def verdict(self):
        """The verdict where nothing should be reached."""
        return _VERDICTS[self]


_VERDICTS = {Reach.ANSWERS: EXPOSED, Reach.WRITES: EXPOSED,
             Reach.REFUSED: SAFE, Reach.UNKNOWN: NOT_TESTED}


@dataclasses.dataclass(frozen=True)
class Item:
    """Something that is judged, or a place where it was looked for.

    :param type: what it is, one word of a report: 'image', 'list', 'form'
    :param name: which one, in the words of a report; that of another run's
        is the same
    :param attributes: dict of what else there is to know of it, to texts
        or None
    """

    type: str
    name: str
    attributes: dict = dataclasses.field(default_factory=dict, hash=False)

    def as_dict(self):
        """Return it as plain data.

        :returns: dict
        """
        return {'type': self.type, 'name': self.name, **self.attributes}


@dataclasses.dataclass(frozen=True, slots=True)
class Evidence:
    """The verdict of one thing, at one place where it was looked for.

    :param what: the :class:`Item` that is judged
    :param where: the :class:`Item` in which it was looked for, None where
        it was asked itself
    :param verdict: its :class:`Verdict`
    :param why: on what that rests
    """

    what: Item
    where: Item | None
    verdict: Verdict
    why: str

    @property
    def seen(self):
        """Attributes of what was seen, and "list", the API of where."""
        return {**self.what.attributes,
                'list': self.where and self.where.attributes.get('api')}


def rank(verdicts):
    """Tell how bad verdicts are, to sort by.

    :param verdicts: iterable of :class:`Verdict`
    :returns: number, 0 for EXPOSED
    """
    return _RANKS[worst(verdicts)]


def worst(verdicts):
    """Sum up verdicts.

    :param verdicts: iterable of :class:`Verdict`
    :returns: the worst of them; NOT TESTED for none, as nothing was looked at
    """
    return min(verdicts, key=_RANKS.__getitem__, default=NOT_TESTED)


def count(verdicts):
    """Count verdicts.

    :param verdicts: iterable of :class:`Verdict`
    :returns: dict of those that are among them to how many, worst first
    """
    found = list(verdicts)
    return {verdict: found.count(verdict) for verdict in Verdict
            if verdict in found}


def group(things, key):
    """Group things in order of first appearance.

    :param things: iterable of what is to be grouped
    :param key: function of one of them
    :returns: dict of key to list of things
    """
    groups = {}
    for thing in things:
        groups.setdefault(key(thing), []).append(thing)
    return groups
