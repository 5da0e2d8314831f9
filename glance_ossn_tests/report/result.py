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

"""What is known of each claim after a run, and of the run."""

import dataclasses
import functools
import itertools
import json
import pathlib

import jsonschema
import referencing

from glance_ossn_tests import notes
from glance_ossn_tests.notes import base
from glance_ossn_tests.notes import untestable
from glance_ossn_tests.report import detail as details
from glance_ossn_tests.sharing import forms
from glance_ossn_tests.sharing import verdicts

# Version of the report as JSON.
SCHEMA = 2


class Unreadable(Exception):
    """What was given is no recorded run."""


@dataclasses.dataclass
class Result:
    """What is known of a claim.

    :param claim: :class:`glance_ossn_tests.notes.base.Claim`
    :param verdict: its :class:`glance_ossn_tests.sharing.verdicts.Verdict`
    :param text: why
    :param detail: what its test attached, None if it did not
    """

    claim: base.Claim
    verdict: verdicts.Verdict
    text: str
    detail: dict | None = None

    @functools.cached_property
    def evidence(self):
        """All :class:`glance_ossn_tests.sharing.verdicts.Evidence` of it."""
        return details.expand(self.detail) if self.detail else []

    @functools.cached_property
    def counts(self):
        """How much of its evidence has which verdict, worst first."""
        return verdicts.count(each.verdict for each in self.evidence)

    @property
    def looked(self):
        """How much of its evidence was judged."""
        return self.total - self.counts.get(verdicts.NOT_TESTED, 0)

    @property
    def total(self):
        """How much there is, without what nobody can look at there."""
        return sum(count for verdict, count in self.counts.items()
                   if verdict not in verdicts.NOTHING)

    @functools.cached_property
    def not_asked(self):
        """What the accounts of the run could not ask.

        dict of reason to how much of the evidence it stands for
        """
        return {why: len(same) for why, same in verdicts.group(
            (each for each in self.evidence
             if each.verdict == verdicts.NOT_OFFERED and
             each.why.startswith(forms.NO_ACCOUNT)),
            lambda each: each.why).items()}

    @property
    def completeness(self):
        """'complete', 'partial', 'none', or 'nothing to test'."""
        if self.verdict in verdicts.NOTHING:
            return 'nothing to test'
        if not self.looked:
            return 'none'
        return 'complete' if self.looked == self.total else 'partial'

    @property
    def reasons(self):
        """Why not tested: dict of reason to how much it stands for.

        0 stands for the whole.
        """
        if self.verdict not in (verdicts.NOT_TESTED, verdicts.EXPOSED):
            return {}
        found = {}
        for each in self.evidence:
            if each.verdict == verdicts.NOT_TESTED:
                found[each.why] = found.get(each.why, 0) + 1
        if not found and self.verdict == verdicts.NOT_TESTED:
            found[self.text] = 0
        return found

    @property
    def advice(self):
        """The :class:`glance_ossn_tests.notes.base.Advice` that fits it."""
        return self.claim.advise([
            each.seen for each in self.evidence
            if each.verdict == verdicts.EXPOSED],
            (self.detail or {}).get('cloud', {}).get('advertised', ()))

    @property
    def remedy(self):
        """What to change."""
        return ' '.join(each.remedy for each in self.advice)


def not_selected(claim):
    """Make the result of a claim that a run was not asked for.

    :param claim: :class:`glance_ossn_tests.notes.base.Claim`
    :returns: :class:`Result`
    """
    return Result(claim, verdicts.NOT_SELECTED,
                  'the run was not asked for its test %s' % claim.test)


def absent(claim):
    """Make the result of a claim that a run does not speak of.

    :param claim: :class:`glance_ossn_tests.notes.base.Claim`
    :returns: :class:`Result`
    """
    return Result(claim, verdicts.NOT_TESTED,
                  'its test %s is not in the run' % claim.test)


@dataclasses.dataclass
class Report:
    """What is known of a cloud after a run.

    :param results: list of :class:`Result`, for each claim one
    :param cloud: dict as in ``schema/detail.json``
    :param run: dict as there; its requests are those of all classes
    :param left_behind: list of what says that something stayed in the
        cloud; None if that is not known
    :param problems: list of what befell the run beyond its claims
    :param not_ended: dict of the test classes of which it is not known to
        the ids of their runs, None where that is not known either
    """

    results: list
    cloud: dict = dataclasses.field(default_factory=dict)
    run: dict = dataclasses.field(default_factory=dict)
    left_behind: list | None = None
    problems: list = dataclasses.field(default_factory=list)
    not_ended: dict = dataclasses.field(default_factory=dict)

    @property
    def verdict(self):
        """The worst verdict of all.

        Trouble with the run, or that it may have left something, is NOT
        TESTED.
        """
        trouble = self.problems or self.left_behind is None
        return verdicts.worst([result.verdict for result in self.results] +
                              [verdicts.NOT_TESTED] * bool(trouble))

    @property
    def notes(self):
        """Dict of :class:`glance_ossn_tests.notes.base.Note` to results.

        What is worst comes first: by its verdict, then by its severity.
        """
        found = verdicts.group(self.results,
                               lambda result: result.claim.note)
        return dict(sorted(found.items(), key=lambda pair: (
            verdicts.rank(result.verdict for result in pair[1]),
            base.SEVERITIES.index(pair[0].severity))))

    @property
    def counts(self):
        """How many claims have which verdict, worst first."""
        return verdicts.count(result.verdict for result in self.results)

    @property
    def remedies(self):
        """Dict of :class:`glance_ossn_tests.notes.base.Advice` to results.

        To those that are exposed, and that it mends.
        """
        found = {}
        for result in itertools.chain(*self.notes.values()):
            for advice in (result.advice if result.verdict ==
                           verdicts.EXPOSED else ()):
                found.setdefault(advice, []).append(result)
        return found

    def only(self, names):
        """Select what the report says of some notes.

        :param names: names of notes
        :returns: :class:`Report`
        """
        return dataclasses.replace(self, results=[
            result for result in self.results
            if not set(names).isdisjoint(result.claim.note.names)])

    def about(self, claims):
        """Select what the report says of some claims, if only by silence.

        :param claims: :class:`glance_ossn_tests.notes.base.Claim` each
        :returns: :class:`Report`
        """
        known = {result.claim: result for result in self.results}
        return dataclasses.replace(self, results=[
            known.get(claim) or absent(claim) for claim in claims])

    def as_dict(self):
        """Return the report as plain data, for JSON."""
        return {
            'schema': SCHEMA,
            'verdict': self.verdict,
            'counts': self.counts,
            'cloud': self.cloud,
            'run': self.run,
            'left_behind': self.left_behind,
            'problems': self.problems,
            'not_ended': self.not_ended,
            'notes': [_note_as_dict(note, results)
                      for note, results in self.notes.items()],
            'not_testable': {
                'as_of': untestable.AS_OF,
                'notes': [{'name': row.name, 'title': row.title,
                           'cve': list(row.cve), 'why': row.why}
                          for row in untestable.ROWS]}}


def _note_as_dict(note, results):
    return {
        'name': note.name, 'also': list(note.also), 'title': note.title,
        'severity': note.severity,
        'affected': note.affected, 'allows': note.allows,
        'references': list(note.references),
        'verdict': verdicts.worst(result.verdict for result in results),
        'claims': [{
            'name': result.claim.name, 'text': result.claim.text,
            'test': result.claim.test, 'verdict': result.verdict,
            'completeness': result.completeness, 'looked': result.looked,
            'total': result.total,
            'not_asked': sum(result.not_asked.values()),
            'counts': result.counts,
            'why': result.text, 'remedy': result.remedy,
            # The rest of a detail is said above, once for all claims.
            'detail': result.detail and {
                name: result.detail[name] for name in details.TABLES}}
            for result in results]}


def find_claim(note, name):
    """Find a claim; what only another version knows is made up.

    :param note: name of its note
    :param name: its name
    :returns: :class:`glance_ossn_tests.notes.base.Claim`
    """
    for claim in notes.CLAIMS + notes.UPGRADE:
        if claim.name == name:
            return claim
    return base.Claim(
        name, 'This version of glance-ossn-tests does not know the claim.',
        base.Note(note, 'A note that only another version knows', '', '',
                  'See what the test said.', ()))


@functools.lru_cache
def _validator():
    """Make what knows the form of a report."""
    folder = pathlib.Path(__file__).parent / 'schema'
    report, detail = (json.loads((folder / name).read_text())
                      for name in ('report.json', 'detail.json'))
    return jsonschema.Draft202012Validator(
        report, registry=referencing.Registry().with_resource(
            detail['$id'], referencing.Resource.from_contents(detail)))


def _validate(data):
    for error in _validator().iter_errors(data):
        raise Unreadable(
            'it is JSON, but no report of glance-ossn-tests: %s is wrong: '
            '%.120s' % (error.json_path, error.message))


def from_dict(data):
    """Read what :meth:`Report.as_dict` returned.

    :param data: dict; that of version 1 is read as well
    :returns: :class:`Report`
    :raises Unreadable: if it is none
    """
    try:
        version = data['schema']
        if version not in (1, SCHEMA):
            raise Unreadable(
                'the report has the schema %s, and this version of '
                'glance-ossn-tests reads 1 and %d: use the version that '
                'wrote it' % (version, SCHEMA))
        if version == SCHEMA:
            _validate(data)
        return Report([
            Result(find_claim(note['name'], claim['name']),
                   verdicts.Verdict(claim['verdict']), claim['why'],
                   claim['detail'] and {
                       **(details.from_version_1(claim['detail'])
                          if version == 1 else claim['detail']),
                       # What advice there is depends on the release.
                       'cloud': data['cloud']})
            for note in data['notes'] for claim in note['claims']],
            data['cloud'], data['run'], data['left_behind'],
            data['problems'], data.get('not_ended', {}))
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise Unreadable('it is JSON, but no report of glance-ossn-tests: '
                         '%s is missing or wrong' % error)
