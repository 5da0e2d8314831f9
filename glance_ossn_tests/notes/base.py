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

"""What a note and its claims are."""

import dataclasses
import re
import sys
import typing

from glance_ossn_tests.notes import by_release


# As we grade what an exposure allows, the worst first.
SEVERITIES = ('high', 'medium', 'low')


@dataclasses.dataclass(frozen=True)
class Note:
    """A published OpenStack Security Note.

    :param name: e.g. 'OSSN-0005'
    :param title: its title
    :param affected: the releases that are affected, as found
    :param allows: what an exposure allows
    :param remedy: what to change, with option and file
    :param references: URLs to read more
    :param severity: one of :data:`SEVERITIES`, as we grade what it allows:
        the notes have no grades
    :param cve: the CVEs that it is about, which also select it
    :param also: names of other notes about the same thing
    """

    name: str
    title: str
    affected: str
    allows: str
    remedy: str
    references: tuple
    severity: str = 'high'
    cve: tuple = ()
    also: tuple = ()

    @property
    def names(self):
        """By what it is selected and waived: its name, others, its CVEs."""
        return self.name, *self.also, *self.cve


@dataclasses.dataclass(frozen=True)
class Advice:
    """What to do about something that was seen.

    :param remedy: what to change, with option and file
    :param allows: what it allows
    """

    remedy: str
    allows: str


@dataclasses.dataclass(frozen=True)
class Cause:
    """A way in which a claim may be broken that asks for advice of its own.

    :param seen: predicate over what was seen, a dict of its attributes, of
        "list", the API of the list that showed it, of "v1", whether the
        cloud has Image API v1, and of "minor", that of its latest v2, a large
        one where that is not known
    :param advice: :class:`Advice`
    """

    seen: typing.Callable
    advice: Advice


@dataclasses.dataclass(frozen=True)
class Claim:
    """One sentence about a cloud that holds or does not.

    :param name: short and stable, to be selected and reported by
    :param text: the sentence
    :param note: the :class:`Note` that it follows from
    :param shares: predicate over the plans of shares it bears on
    :param listings: predicate over the listings it bears on
    :param remedy: what to change where that differs from the note's
    :param causes: the :class:`Cause` that ask for other advice
    :param test: the test that judges it, 'Class.method': a report says of
        what it cannot find there that it is not tested
    :param core: whether it is one that a quick look asks for, "smoke"
    :param allows: what it allows where that differs from the note's
    :param checks: of a claim that is not about lists, functions of a
        :class:`glance_ossn_tests.survey.bench.Bench` to iterables of
        :class:`glance_ossn_tests.sharing.verdicts.Evidence`; what one of
        them cannot look at keeps no other
    """

    name: str
    text: str
    note: Note
    shares: typing.Callable | None = None
    listings: typing.Callable | None = None
    remedy: str | None = None
    test: str = ''
    causes: tuple = ()
    core: bool = False
    allows: str | None = None
    checks: tuple = ()

    @property
    def names(self):
        """By what it can be waived: itself, its note, the note's CVEs."""
        return self.name, *self.note.names

    def advise(self, seen, advertised=()):
        """Find the advice that fits what was seen, and the release.

        :param seen: list of dicts, the attributes of what was seen
        :param advertised: names of the versions of the API that the cloud
            advertises, empty if that is not known
        :returns: list of :class:`Advice`, each once; that of the claim for
            what has no cause of its own
        """
        cloud = {'v1': any(name.startswith('v1') for name in advertised),
                 'minor': max((int(name.removeprefix('v2.'))
                               for name in advertised
                               if re.fullmatch(r'v2\.\d+', name)),
                              default=sys.maxsize)}
        general = Advice(self.remedy or self.note.remedy,
                         self.allows or self.note.allows)
        chosen = [next((cause.advice for cause in self.causes
                        if cause.seen({**each, **cloud})), general)
                  for each in seen] or [general]
        return [dataclasses.replace(each, remedy=by_release.remedy(
            each.remedy, self.note.name, advertised))
            for each in dict.fromkeys(chosen)]
