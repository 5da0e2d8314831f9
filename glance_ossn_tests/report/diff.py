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

"""What changed between two runs.

Before and after an upgrade, on node A and on node B: pairs of image and list
are compared by what they are about, as each run has images of its own.
"""

import dataclasses

from glance_ossn_tests.report import result as results
from glance_ossn_tests.report import view
from glance_ossn_tests.sharing import verdicts

EXPOSED = 'newly exposed'
UNTESTED = 'newly untested'
FIXED = 'fixed'
OTHER = 'other'
KINDS = (EXPOSED, UNTESTED, FIXED, OTHER)
# What a comparison comes to by what changed.
VERDICTS = {EXPOSED: verdicts.EXPOSED, UNTESTED: verdicts.NOT_TESTED}

# Version of the comparison as JSON.
SCHEMA = 1

_GONE = 'gone'


@dataclasses.dataclass
class Change:
    """A claim about which two runs differ.

    :param kind: one of :data:`KINDS`
    :param claim: :class:`glance_ossn_tests.notes.base.Claim`
    :param old: its former verdict
    :param new: its new verdict
    :param pairs: list of (what it is about, former verdict, new verdict) of
        the evidence that differs in this way
    :param what: what these are, e.g. 'pairs of image and list'
    :param why: why it is not tested now, or what to change
    """

    kind: str
    claim: object
    old: str
    new: str
    pairs: list
    what: str
    why: str = ''


def _pairs(result):
    found = {}
    for each in result.evidence:
        name = each.what.name + (', in ' + each.where.name if each.where
                                 else '')
        # Several images may be alike.
        found[name] = verdicts.worst([each.verdict,
                                      found.get(name, each.verdict)])
    return found


def _what(*some):
    """Tell what the pairs of the first of some results are."""
    for result in some:
        for speech, _ in view.sort(result):
            return speech.pairs
    return ''


def _kind(old, new):
    """Tell what a change of a verdict means.

    What is exposed and then not tested, or gone, is not fixed.
    """
    if new == old:
        return None
    if new == verdicts.EXPOSED:
        return EXPOSED
    if new == verdicts.NOT_TESTED:
        return UNTESTED
    if old == verdicts.EXPOSED and new in (verdicts.SAFE,
                                           verdicts.NOT_OFFERED):
        return FIXED
    return OTHER


def _missing(claim):
    return results.Result(claim, verdicts.NOT_TESTED,
                          'the run does not speak of this claim')


def compare(old, new):
    """Compare two runs.

    :param old: :class:`glance_ossn_tests.report.result.Report`
    :param new: another one
    :returns: list of :class:`Change`, the worst first
    """
    before = {result.claim: result for result in old.results}
    after = {result.claim: result for result in new.results}
    changes = []
    for claim in {**before, **after}:
        first = before.get(claim) or _missing(claim)
        then = after.get(claim) or _missing(claim)
        changes += _compare(first, then)
    return sorted(changes, key=lambda change: KINDS.index(change.kind))


def _compare(old, new):
    former, latter = _pairs(old), _pairs(new)
    by_kind = {}
    for name in {**former, **latter}:
        pair = former.get(name, _GONE), latter.get(name, _GONE)
        kind = _kind(*pair)
        # What only one of the runs has is not the cloud's change, as another
        # release has other lists; what is exposed or untested there is.
        if kind in (EXPOSED, UNTESTED) or (kind == FIXED and
                                           _GONE not in pair):
            by_kind.setdefault(kind, []).append((name, *pair))
    whole = _kind(old.verdict, new.verdict)
    if whole:
        by_kind.setdefault(whole, [])
    if whole == FIXED:
        # Its pairs may be gone, as the API that showed them is.
        by_kind[FIXED] = [
            (name, verdict, latter.get(name, _GONE))
            for name, verdict in former.items() if verdict == verdicts.EXPOSED]
    for kind, pairs in by_kind.items():
        # One claim in the same state: only pairs of its own tell more.
        why = {EXPOSED: new.remedy, UNTESTED: '; '.join(new.reasons)}.get(
            kind, '')
        yield Change(kind, new.claim, old.verdict, new.verdict, pairs,
                     _what(new, old), why)


def as_dict(old, new, changes):
    """Return a comparison as plain data.

    :param old: the former report
    :param new: the latter report
    :param changes: list of :class:`Change`
    :returns: dict
    """
    return {'schema': SCHEMA,
            'old': {'verdict': old.verdict, 'cloud': old.cloud,
                    'run': old.run},
            'new': {'verdict': new.verdict, 'cloud': new.cloud,
                    'run': new.run},
            'changes': [{
                'kind': change.kind, 'note': change.claim.note.name,
                'claim': change.claim.name, 'old': change.old,
                'new': change.new, 'why': change.why, 'pairs': [
                    {'about': name, 'old': former, 'new': latter}
                    for name, former, latter in change.pairs]}
                for change in changes]}


def lines(old, new, changes, full=False):
    """Tell a comparison.

    :param old: the former report
    :param new: the latter report
    :param changes: list of :class:`Change`
    :param full: whether to name all pairs
    :returns: list of lines
    """
    said = ['%s: %s, %s, %s' % (
        label, report.verdict, report.cloud.get('region', 'region unknown'),
        report.run.get('start', 'time unknown'))
        for label, report in (('Old', old), ('New', new))]
    if not changes:
        return said + ['Nothing changed.']
    for kind in KINDS:
        some = [change for change in changes if change.kind == kind]
        if some:
            said += ['', kind.capitalize()]
        for change in some:
            said.append('  %s, %s: %s, was %s' % (
                change.claim.note.name, change.claim.name, change.new,
                change.old))
            pairs = change.pairs if full else change.pairs[:3]
            said += ['    - %s: %s, was %s' % (name, latter, former)
                     for name, former, latter in pairs]
            if len(pairs) < len(change.pairs):
                said.append('    and %d more %s' % (
                    len(change.pairs) - len(pairs), change.what))
            if change.why:
                said.append('    %s: %s' % (
                    'What to change' if kind == EXPOSED else 'Why',
                    change.why))
    return said
