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

"""Exposures that an operator accepts for a reason, until a day."""

import dataclasses
import datetime
import difflib
import re

from glance_ossn_tests import notes

FORM = 'CLAIM-OR-NOTE until YYYY-MM-DD because REASON'

_WAIVER = re.compile(r'\s*(?P<name>\S+)\s+until\s+(?P<until>\S+)\s+because'
                     r'\s+(?P<reason>\S.*?)\s*', re.IGNORECASE | re.DOTALL)
_DAY = re.compile(r'\d{4}-\d{2}-\d{2}')


@dataclasses.dataclass(frozen=True)
class Waiver:
    """What an operator accepts.

    :param name: of a claim, or of a note for all its claims
    :param until: the last day, in UTC, on which it holds
    :param reason: why
    """

    name: str
    until: datetime.date
    reason: str

    def covers(self, claim):
        """Tell whether it is about a claim.

        :param claim: :class:`glance_ossn_tests.notes.base.Claim`
        """
        return self.name.lower() in map(str.lower, claim.names)

    def __str__(self):
        return '%s is waived until %s because %s' % (
            self.name, self.until.isoformat(), self.reason)


def parse(text, today=None):
    """Read a waiver.

    :param text: in the form :data:`FORM`
    :param today: date, by default that in UTC
    :returns: :class:`Waiver`
    :raises ValueError: saying what is wrong with it, and what to do
    """
    found = _WAIVER.fullmatch(text)
    if not found:
        raise ValueError('it has not the form "%s"' % FORM)
    name, until, reason = found.group('name', 'until', 'reason')
    known = {name for claim in notes.CLAIMS for name in claim.names}
    if name.lower() not in {one.lower() for one in known}:
        near = difflib.get_close_matches(
            re.sub(r'\d+', lambda found: found[0].zfill(4), name.upper()),
            map(str.upper, known), 1)
        raise ValueError(
            'there is no claim or note "%s"%s; "tempest ossn list" shows all '
            'there are' % (name, near and ' (is it %s?)' % next(
                one for one in known if one.upper() in near) or ''))
    try:
        if not _DAY.fullmatch(until):
            raise ValueError()
        day = datetime.date.fromisoformat(until)
    except ValueError:
        raise ValueError('"%s" is no day: write YYYY-MM-DD' % until) from None
    today = today or datetime.datetime.now(datetime.timezone.utc).date()
    if day < today:
        raise ValueError('it ended on %s: remove it, or decide anew and give '
                         'it a later day' % until)
    return Waiver(name, day, reason)


def find(texts, claim):
    """Find the waiver that covers a claim.

    :param texts: waivers as in the option, all of them readable
    :param claim: :class:`glance_ossn_tests.notes.base.Claim`
    :returns: :class:`Waiver`, None if none does; that of a claim goes
        before that of its note
    """
    covering = [waiver for waiver in map(parse, texts)
                if waiver.covers(claim)]
    return min(covering, default=None,
               key=lambda waiver: waiver.name.lower() != claim.name.lower())
