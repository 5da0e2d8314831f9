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

"""How a claim that does not hold, or could not be tested, is told."""

import re

from glance_ossn_tests.report import words
from glance_ossn_tests.sharing import verdicts

# So that the text of a failure stays readable; all is in the detail.
MOST = 20
# What a run prints of it, where all of it is in the report.
FEW = 1
_MORE = 'All that was seen, and where: "tempest ossn report --full".'
# A class whose set-up fails has no test that something could be attached to:
# what it left is said in its text, behind this.
_MARK = 'Left behind: '
# How what stops a class begins where another has said it.
_AGAIN = 'Stopped by the same as '
_NOTHING = 'nothing'


def some(lines, most=MOST):
    """Cut lines to as many as stay readable.

    :param lines: list of lines
    :param most: how many
    :returns: list of lines, the last of which says how many are left out
    """
    rest = len(lines) - most
    return lines[:most] + (['  ... and %d more' % rest] if rest > 0 else [])


def headline(claim, verdict):
    """Tell the verdict of a claim.

    :param claim: :class:`glance_ossn_tests.notes.base.Claim`
    :param verdict: its :class:`glance_ossn_tests.sharing.verdicts.Verdict`
    :returns: list of lines
    """
    return ['%s %s (%s)' % (claim.note.name, verdict, claim.name),
            'What should hold: ' + claim.text]


def advice(claim, evidence=(), advertised=()):
    """Tell what an exposure allows, what to change, where to read more.

    :param claim: :class:`glance_ossn_tests.notes.base.Claim`
    :param evidence: the :class:`glance_ossn_tests.sharing.verdicts.Evidence`
        of it
    :param advertised: names of the versions of the API that the cloud
        advertises, empty if that is not known
    :returns: list of lines
    """
    lines = []
    for each in claim.advise([found.seen for found in evidence
                              if found.verdict == verdicts.EXPOSED],
                             advertised):
        lines += ['What it allows: ' + each.allows,
                  'What to change: ' + each.remedy]
    return lines + ['Read more: ' + ' '.join(claim.note.references)]


def tell(claim, evidence, most=MOST, advertised=()):
    """Tell why a claim does not hold, or could not be tested.

    :param claim: :class:`glance_ossn_tests.notes.base.Claim`
    :param evidence: all :class:`glance_ossn_tests.sharing.verdicts.Evidence`
        that bears on it
    :param most: how many examples to give of one kind; with :data:`FEW`
        where the rest is, too
    :param advertised: as of :func:`advice`
    :returns: text for a person who runs the cloud
    """
    exposed, untested = [], []
    for speech, alike in words.sort(evidence):
        by_verdict = verdicts.group(alike, lambda each: each.verdict)
        seen = by_verdict.get(verdicts.EXPOSED)
        if seen:
            exposed += _exposed(speech, seen, len(alike), most)
        unseen = by_verdict.get(verdicts.NOT_TESTED)
        if unseen:
            untested += _untested(speech, unseen, len(alike), most)
    lines = headline(claim, verdicts.worst(
        each.verdict for each in evidence))
    lines += exposed + (advice(claim, evidence, advertised) if exposed
                        else [])
    lines += untested
    if not evidence:
        lines.append('Not tested: there is nothing that bears on it.')
    if most == FEW:
        lines.append(_MORE)
    return '\n'.join(lines)


def _exposed(speech, seen, total, most):
    if not speech.place:
        return [speech.exposed] + _singly(seen, most)
    return ['It does not, in %d of %d %s.' % (len(seen), total,
                                              speech.pairs)
            ] + _together(speech, seen, most)


def _untested(speech, unseen, total, most):
    if not speech.place:
        return ['Of these %s it could not be found out:' % speech.many
                ] + _singly(unseen, most)
    return ['Not tested: %d of %d %s, because' % (
        len(unseen), total, speech.pairs)] + _reasons(unseen, most)


def _singly(evidence, most):
    return some(['  - %s: %s' % (each.what.name, each.why)
                 for each in evidence], most)


def _together(speech, evidence, most):
    """Tell what was seen: things that the same places show together."""
    by_item = verdicts.group(evidence, lambda each: each.what)
    by_places = verdicts.group(by_item.values(), lambda same: tuple(
        each.where.name for each in same))
    lines = []
    for things in list(by_places.values())[:FEW if most == FEW else None]:
        lines.append('These %s' % speech.places)
        lines += some(['  - %s: %s' % (each.where.name, each.why)
                       for each in things[0]], most)
        lines.append('show these %s' % speech.many)
        lines += some(['  - ' + speech.line(same[0].what)
                       for same in things], most)
    return lines


def _reasons(evidence, most):
    """Tell each reason once, with how much it stands for."""
    return some(['  - %s (%d, e.g. "%s" in %s)' % (
        why, len(same), same[0].what.name, same[0].where.name)
        for why, same in verdicts.group(
            evidence, lambda each: each.why).items()], most)


def tell_waived(claim, verdict, waiver, evidence, text):
    """Tell of an exposure that is accepted.

    :param claim: :class:`glance_ossn_tests.notes.base.Claim`
    :param verdict: its :class:`glance_ossn_tests.sharing.verdicts.Verdict`
    :param waiver: :class:`glance_ossn_tests.notes.waivers.Waiver`
    :param evidence: list of
        :class:`glance_ossn_tests.sharing.verdicts.Evidence`
    :param text: what would be said without
    :returns: text: of what is waived, one line and no evidence
    """
    seen = sum(each.verdict is verdicts.EXPOSED for each in evidence)
    lines = ['%s %s (%s)' % (claim.note.name, verdict, claim.name),
             '%s. Exposed and accepted: %d of %d' % (waiver, seen,
                                                     len(evidence))]
    if verdict != verdicts.WAIVED:
        lines += ['What was seen:', text]
    return '\n'.join(lines)


def tell_left(why, left):
    """Say why a set-up failed, and what it left.

    :param why: text
    :param left: list of texts, one for each thing that stays
    :returns: text
    """
    return '%s %s%s.' % (why.rstrip('. ') + '.', _MARK,
                         ('; '.join(left) or _NOTHING).rstrip('.'))


def read_left(text):
    """Read what :func:`tell_left` said.

    :param text: text of an error
    :returns: list of what stays; None if the text does not speak of it
    """
    found = re.search('%s(.*)' % _MARK, text, re.DOTALL)
    if not found:
        return None
    said = found[1].strip().rstrip('.')
    return [] if said == _NOTHING else [said]


def strip_left(text):
    """Take from a text what is left behind.

    :param text: text of an error
    :returns: the rest of it
    """
    return text.partition(_MARK)[0].rstrip()


def refer(other, text):
    """Refer to another class that said the same, but for what is left.

    :param other: name of the class
    :param text: text of an error
    :returns: text
    """
    return '%s%s, which says what it is.%s' % (
        _AGAIN, other, text[len(strip_left(text)):])


def resolve(text, others):
    """Put what another class said in the place of a reference to it.

    :param text: what a class said
    :param others: function of the name of a class to what it said, None if
        that is not known
    :returns: text
    """
    if not text.startswith(_AGAIN):
        return text
    return others(text.removeprefix(_AGAIN).partition(',')[0]) or text
