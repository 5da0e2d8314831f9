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

"""What a note and its claims are, and how a broken claim is told."""

import dataclasses
import typing

from glance_ossn_tests.sharing import matrix


@dataclasses.dataclass(frozen=True)
class Note:
    """A published OpenStack Security Note.

    :param name: e.g. 'OSSN-0005'
    :param title: its title
    :param affected: the releases that are affected, as found
    :param allows: what an exposure allows
    :param remedy: what to change, with option and file
    :param references: URLs to read more
    """

    name: str
    title: str
    affected: str
    allows: str
    remedy: str
    references: tuple


@dataclasses.dataclass(frozen=True)
class Claim:
    """One sentence about a cloud that holds or does not.

    :param name: short and stable, to be selected and reported by
    :param text: the sentence
    :param note: the :class:`Note` that it follows from
    :param shares: predicate over the plans of shares it bears on
    :param listings: predicate over the listings it bears on
    :param remedy: what to change where that differs from the note's
    """

    name: str
    text: str
    note: Note
    shares: typing.Callable | None = None
    listings: typing.Callable | None = None
    remedy: str | None = None


# So that the text of a failure stays readable; all is in the detail.
MOST = 12


def _some(lines):
    rest = len(lines) - MOST
    return lines[:MOST] + (['  ... and %d more' % rest] if rest > 0 else [])


def _by_reason(cells):
    """Cells as lines: one reason with all that it stands for."""
    lines = []
    for why, same in matrix.group(cells, lambda cell: cell.why).items():
        lines.append('  - %s' % why)
        lines.append('    (%d of the cells, e.g. %s in %s)' % (
            len(same), same[0].share.plan.name, same[0].listing.name))
    return _some(lines)


def tell(claim, cells):
    """Why a claim does not hold, or could not be tested.

    :param claim: :class:`Claim`
    :param cells: all cells that bear on it
    :returns: text for a person who runs the cloud
    """
    verdict = matrix.sum_up(cells)
    by_verdict = matrix.group(cells, lambda cell: cell.verdict)
    exposed = by_verdict.get(matrix.Verdict.EXPOSED, [])
    untested = by_verdict.get(matrix.Verdict.NOT_TESTED, [])
    lines = ['%s %s: %s' % (claim.note.name, verdict.value, claim.text)]
    if exposed:
        lines.append('This does not hold in %d of %d cells. Seen:' % (
            len(exposed), len(cells)))
        seen = []
        for share, same in matrix.group(exposed,
                                        lambda c: c.share.image_id).items():
            plan = same[0].share.plan
            seen.append('  - image %s (%s; membership: %s) in %s' % (
                share, plan.name, same[0].share.membership or 'none',
                ', '.join(cell.listing.name for cell in same)))
            seen.append('    %s' % same[0].why)
        lines += _some(seen)
        lines += advice(claim)
    if untested:
        lines.append('Not tested: %d of %d cells, because' % (
            len(untested), len(cells)))
        lines += _by_reason(untested)
    if not cells:
        lines.append('Not tested: there is nothing that bears on it.')
    return '\n'.join(lines)


def advice(claim):
    """What an exposure allows, what to change, where to read more.

    :param claim: :class:`Claim`
    :returns: list of lines
    """
    note = claim.note
    return ['What it allows: ' + note.allows,
            'What to change: ' + (claim.remedy or note.remedy),
            'Read more: ' + ' '.join(note.references)]
