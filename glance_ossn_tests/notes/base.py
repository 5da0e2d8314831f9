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
    :param severity: 'high', 'medium' or 'low', as we grade what it allows:
        the notes have no grades
    """

    name: str
    title: str
    affected: str
    allows: str
    remedy: str
    references: tuple
    severity: str = 'high'


@dataclasses.dataclass(frozen=True)
class Claim:
    """One sentence about a cloud that holds or does not.

    :param name: short and stable, to be selected and reported by
    :param text: the sentence
    :param note: the :class:`Note` that it follows from
    :param shares: predicate over the plans of shares it bears on
    :param listings: predicate over the listings it bears on
    :param remedy: what to change where that differs from the note's
    :param test: the test that judges it, 'Class.method': a report says of
        what it cannot find there that it is not tested
    """

    name: str
    text: str
    note: Note
    shares: typing.Callable | None = None
    listings: typing.Callable | None = None
    remedy: str | None = None
    test: str = ''


# So that the text of a failure stays readable; all is in the detail.
MOST = 20


def some(lines):
    """Lines, as many as stay readable.

    :param lines: list of lines
    :returns: list of lines, the last of which says how many are left out
    """
    rest = len(lines) - MOST
    return lines[:MOST] + (['  ... and %d more' % rest] if rest > 0 else [])


def _seen(cells):
    """Exposed cells as lines: images that the same lists show together."""
    by_image = matrix.group(cells, lambda cell: cell.share.image_id)
    by_lists = matrix.group(by_image.values(), lambda same: tuple(
        cell.listing.name for cell in same))
    lines = []
    for images in by_lists.values():
        lines.append('These lists')
        lines += some(['  - %s: %s' % (cell.listing.name, cell.why)
                       for cell in images[0]])
        lines.append('show these images')
        lines += some(['  - %s: %s; membership: %s' % (
            same[0].share.image_id, same[0].share.plan.name,
            same[0].share.membership or 'none') for same in images])
    return lines


def _reasons(cells):
    """Cells as lines: each reason with how much it stands for."""
    return some(['  - %s (%d, e.g. "%s" in %s)' % (
        why, len(same), same[0].share.plan.name, same[0].listing.name)
        for why, same in matrix.group(cells, lambda c: c.why).items()])


def tell(claim, cells):
    """Why a claim does not hold, or could not be tested.

    :param claim: :class:`Claim`
    :param cells: all cells that bear on it
    :returns: text for a person who runs the cloud
    """
    by_verdict = matrix.group(cells, lambda cell: cell.verdict)
    exposed = by_verdict.get(matrix.Verdict.EXPOSED, [])
    untested = by_verdict.get(matrix.Verdict.NOT_TESTED, [])
    lines = headline(claim, matrix.sum_up(cells))
    if exposed:
        lines.append('It does not, in %d of %d pairs of image and list.'
                     % (len(exposed), len(cells)))
        lines += _seen(exposed) + advice(claim)
    if untested:
        lines.append('Not tested: %d of %d pairs of image and list, because'
                     % (len(untested), len(cells)))
        lines += _reasons(untested)
    if not cells:
        lines.append('Not tested: there is nothing that bears on it.')
    return '\n'.join(lines)


def headline(claim, verdict):
    """The first lines of what is said of a claim.

    :param claim: :class:`Claim`
    :param verdict: its verdict
    :returns: list of lines
    """
    return ['%s %s (%s)' % (claim.note.name, verdict.value, claim.name),
            'What should hold: ' + claim.text]


def advice(claim):
    """What an exposure allows, what to change, where to read more.

    :param claim: :class:`Claim`
    :returns: list of lines
    """
    note = claim.note
    return ['What it allows: ' + note.allows,
            'What to change: ' + (claim.remedy or note.remedy),
            'Read more: ' + ' '.join(note.references)]
