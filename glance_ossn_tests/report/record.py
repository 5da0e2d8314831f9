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

"""From the stream of a run to what is known of each claim.

The list of claims comes first, the stream second: what a run does not speak
of, as its class died, its worker was killed or it was not asked for, is NOT
TESTED, and never just absent.
"""

import dataclasses
import functools
import io
import json
import re

import subunit
import testtools

from glance_ossn_tests.notes import base as notes
from glance_ossn_tests.notes import CLAIMS
from glance_ossn_tests.notes import upgrade
from glance_ossn_tests.report import detail as details

EXPOSED = 'EXPOSED'
NOT_TESTED = 'NOT TESTED'
WAIVED = 'WAIVED'
SAFE = 'SAFE'
NOT_OFFERED = 'NOT OFFERED'
# A set of verdicts is summed up as the first of these that is among them.
WORST_FIRST = (EXPOSED, NOT_TESTED, WAIVED, SAFE, NOT_OFFERED)

# Claims that only a run with a state file of an upgrade is expected to judge.
UPGRADE = upgrade.CLAIMS

# Version of the report as JSON.
SCHEMA = 1

_OURS = 'glance_ossn_tests.'
_REACHES = {'answers': EXPOSED, 'refused': SAFE, 'not known': NOT_TESTED}


class Unreadable(Exception):
    """What was given is no recorded run."""


def worst(verdicts):
    """Sum up verdicts.

    :param verdicts: iterable of texts
    :returns: the worst of them; NOT TESTED if there is none
    """
    return min(verdicts, key=WORST_FIRST.index, default=NOT_TESTED)


@dataclasses.dataclass
class Result:
    """What is known of a claim.

    :param claim: :class:`glance_ossn_tests.notes.base.Claim`
    :param verdict: its verdict
    :param text: why
    :param detail: what its test attached, None if it did not
    """

    claim: notes.Claim
    verdict: str
    text: str
    detail: dict | None = None

    @functools.cached_property
    def forms(self):
        """The forms of the API that the claim is about, as dicts."""
        return [{**form, 'verdict': _REACHES[form['reach']]}
                for form in (self.detail or {}).get('forms', ())]

    @functools.cached_property
    def cells(self):
        """The pairs of image and list that bear on the claim, as dicts."""
        return [cell for cell in details.expand(self.detail)
                if 'listing' in cell] if self.detail else []

    @functools.cached_property
    def counts(self):
        """How many pairs, or forms, have which verdict."""
        found = [each['verdict'] for each in self.forms + self.cells]
        return {verdict: found.count(verdict) for verdict in WORST_FIRST
                if verdict in found}

    @property
    def looked(self):
        """How many of its pairs or forms were judged."""
        return self.total - self.counts.get(NOT_TESTED, 0)

    @property
    def total(self):
        """How many there are, without what the cloud does not offer."""
        counts = self.counts
        return sum(counts.values()) - counts.get(NOT_OFFERED, 0)

    @property
    def completeness(self):
        """'complete', 'partial', 'none', or 'nothing to test'."""
        if self.verdict == NOT_OFFERED:
            return 'nothing to test'
        if not self.looked:
            return 'none'
        return 'complete' if self.looked == self.total else 'partial'

    @property
    def reasons(self):
        """Why not tested: dict of reason to how many pairs it stands for.

        0 stands for the whole.
        """
        if self.verdict not in (NOT_TESTED, EXPOSED):
            return {}
        found = {}
        for each in self.forms + self.cells:
            if each['verdict'] == NOT_TESTED:
                found[each['why']] = found.get(each['why'], 0) + 1
        if not found and self.verdict == NOT_TESTED:
            found[self.text] = 0
        return found

    @property
    def remedy(self):
        """What to change."""
        return self.claim.remedy or self.claim.note.remedy


@dataclasses.dataclass
class Report:
    """What is known of a cloud after a run.

    :param results: list of :class:`Result`, for each claim one
    :param cloud: dict as in ``schema/detail.json``
    :param run: dict as there; its requests are those of all classes
    :param left_behind: list of what says that something stayed in the
        cloud; None if that is not known
    :param problems: list of what befell the run beyond its claims
    """

    results: list
    cloud: dict = dataclasses.field(default_factory=dict)
    run: dict = dataclasses.field(default_factory=dict)
    left_behind: list | None = None
    problems: list = dataclasses.field(default_factory=list)

    @property
    def verdict(self):
        """The worst verdict of all; trouble with the run is NOT TESTED."""
        return worst([result.verdict for result in self.results] +
                     [NOT_TESTED] * bool(self.problems))

    @property
    def notes(self):
        """Dict of :class:`glance_ossn_tests.notes.base.Note` to results."""
        found = {}
        for result in self.results:
            found.setdefault(result.claim.note, []).append(result)
        return found

    @property
    def counts(self):
        """How many claims have which verdict, worst first."""
        found = [result.verdict for result in self.results]
        return {verdict: found.count(verdict) for verdict in WORST_FIRST
                if verdict in found}

    @property
    def remedies(self):
        """Dict of what to change to the exposed results that it mends."""
        found = {}
        for result in self.results:
            if result.verdict == EXPOSED:
                found.setdefault(result.remedy, []).append(result)
        return found

    def only(self, names):
        """The report for some notes.

        :param names: names of notes
        :returns: :class:`Report`
        """
        return dataclasses.replace(self, results=[
            result for result in self.results
            if result.claim.note.name in names])

    def about(self, claims):
        """The report for some claims.

        :param claims: :class:`glance_ossn_tests.notes.base.Claim` each
        :returns: :class:`Report`
        """
        return dataclasses.replace(self, results=[
            result for result in self.results if result.claim in claims])

    def as_dict(self):
        """The report as plain data, for JSON."""
        return {
            'schema': SCHEMA,
            'verdict': self.verdict,
            'counts': self.counts,
            'cloud': self.cloud,
            'run': self.run,
            'left_behind': self.left_behind,
            'problems': self.problems,
            'notes': [_note_as_dict(note, results)
                      for note, results in self.notes.items()]}


def _note_as_dict(note, results):
    return {
        'name': note.name, 'title': note.title, 'severity': note.severity,
        'affected': note.affected, 'allows': note.allows,
        'references': list(note.references),
        'verdict': worst(result.verdict for result in results),
        'claims': [{
            'name': result.claim.name, 'text': result.claim.text,
            'test': result.claim.test, 'verdict': result.verdict,
            'completeness': result.completeness, 'looked': result.looked,
            'total': result.total, 'counts': result.counts,
            'why': result.text, 'remedy': result.remedy,
            # The rest of a detail is said above, once for all claims.
            'detail': result.detail and {
                key: result.detail[key] for key in (
                    'forms', 'cells', 'shares', 'listings', 'verdicts',
                    'reasons')}} for result in results]}


def _find(note, name):
    """The claim of a name; what only another version knows is made up."""
    for claim in CLAIMS + UPGRADE:
        if claim.name == name:
            return claim
    return notes.Claim(
        name, 'This version of glance-ossn-tests does not know the claim.',
        notes.Note(note, 'A note that only another version knows', '', '',
                   'See what the test said.', ()))


def from_dict(data):
    """The report that :meth:`Report.as_dict` was made of.

    :param data: dict
    :returns: :class:`Report`
    :raises Unreadable: if it is none
    """
    try:
        if data['schema'] != SCHEMA:
            raise Unreadable(
                'the report has the schema %s, and this version of '
                'glance-ossn-tests reads %d: use the version that wrote it'
                % (data['schema'], SCHEMA))
        return Report([
            Result(_find(note['name'], claim['name']), claim['verdict'],
                   claim['why'], claim['detail'])
            for note in data['notes'] for claim in note['claims']],
            data['cloud'], data['run'], data['left_behind'],
            data['problems'])
    except (KeyError, TypeError) as error:
        raise Unreadable('it is JSON, but no report of glance-ossn-tests: '
                         '%s is missing or wrong' % error)


def read(data):
    """Read a recorded run.

    :param data: bytes of a subunit stream, or of a report as JSON
    :returns: :class:`Report`
    :raises Unreadable: if it is neither
    """
    if data[:1] == b'{':
        try:
            return from_dict(json.loads(data))
        except ValueError as error:
            raise Unreadable('it is neither subunit nor JSON: %s' % error)
    return _Recorder().read(data)


def last_words(text):
    """The exception at the end of a traceback, without the stack.

    :param text: the traceback
    :returns: one line
    """
    lines = text.rstrip().splitlines()
    frames = [number for number, line in enumerate(lines)
              if line.startswith('  File "')]
    if frames:
        del lines[:frames[-1] + 1]
        while len(lines) > 1 and lines[0].startswith('    '):
            del lines[0]
    said = ' '.join(' '.join(lines).split())
    return re.sub(r'^[\w.]+: (Invalid Configuration Details: )?', '', said)


class _Recorder:
    """Gathers what a stream says of the claims."""

    def __init__(self):
        self.tests = {}
        self.times = []
        self.seen = False
        self.other = b''
        self.left = []
        self.problems = []
        self.broken_off = False

    def read(self, data):
        gather = testtools.StreamToDict(self._note)
        gather.startTestRun()
        subunit.ByteStreamToStreamResult(
            io.BytesIO(data), non_subunit_name='stdout').run(gather)
        gather.stopTestRun()
        if data and not self.seen:
            raise Unreadable(
                'it holds no result of any test; it begins %.40r' % data)
        return self._report()

    @staticmethod
    def _attached(test, name):
        content = test['details'].get(name)
        return content and b''.join(content.iter_bytes())

    def _said(self, test):
        """Why a test did not succeed, in its own words."""
        for name in ('traceback', 'reason'):
            data = self._attached(test, name)
            if data:
                return last_words(data.decode(errors='replace'))
        if test['status'] == 'inprogress':
            return 'its test began and did not end: the run broke off'
        return 'its test ended as "%s" and says no more' % test['status']

    def _note(self, test):
        name = test['id'] or ''
        if name == 'subunit.parser':
            said = self._attached(test, 'Parser Error') or b''
            self.problems.append('the stream is damaged: %s'
                                 % said.decode(errors='replace'))
            return
        if name == 'stdout' or not name or test['status'] == 'unknown':
            return
        self.seen = True
        if _OURS not in name or test['status'] == 'exists':
            return
        self.times += [time for time in test['timestamps'] if time]
        self.broken_off |= test['status'] == 'inprogress'
        fixture = re.fullmatch(r'(\w+) \((?:.*\.)?(\w+)\)', name)
        if fixture:
            name = '%s.%s' % (fixture[2], fixture[1])
            if test['status'] == 'fail' and fixture[1].startswith('tearDown'):
                self.left.append('%s: %s' % (fixture[2], self._said(test)))
            if fixture[1].startswith('setUp'):
                # Runs were combined, and the later one got nowhere.
                for former in [each for each in self.tests
                               if each.startswith(fixture[2] + '.')]:
                    del self.tests[former]
            # What its cleanup met with is not told where set-up failed.
            self.broken_off |= test['status'] == 'fail' and (
                fixture[1].startswith('setUp'))
        else:
            name = '.'.join(name.partition('[')[0].split('.')[-2:])
            # A test makes one verdict; a further error is of its cleanup.
            more = self._attached(test, 'traceback-1')
            if more:
                self.left.append('%s: %s' % (name, last_words(
                    more.decode(errors='replace'))))
        # Where runs were combined, the later one counts.
        self.tests[name] = test

    def _result(self, claim):
        test = self.tests.get(claim.test)
        if test is None:
            fixture = self.tests.get(
                claim.test.partition('.')[0] + '.setUpClass')
            if fixture is None:
                return Result(claim, NOT_TESTED, 'its test %s is not in the '
                              'run' % claim.test)
            return Result(claim, NOT_TESTED, self._said(fixture))
        return self._judged(claim, test)

    def _judged(self, claim, test):
        data = self._attached(test, details.NAME)
        if data is None:
            return Result(claim, NOT_TESTED, self._said(test))
        try:
            detail = details.parse(data)
        except details.Unreadable as error:
            return Result(claim, NOT_TESTED, str(error))
        verdict, text = detail['verdict'], detail['text']
        # Its test may break off after it attached what it had found.
        if verdict in (SAFE, NOT_OFFERED, WAIVED) and test['status'] not in (
                'success', 'skip'):
            verdict, text = NOT_TESTED, self._said(test)
        return Result(claim, verdict, text, detail)

    def _unknown(self):
        """Claims that other versions of the plugin make."""
        for test in self.tests.values():
            data = self._attached(test, details.NAME)
            try:
                detail = details.parse(data) if data else None
            except details.Unreadable:
                continue
            if detail and detail['claim'] not in {
                    c.name for c in CLAIMS + UPGRADE}:
                yield self._judged(
                    _find(detail['note'], detail['claim']), test)

    def _report(self):
        results = [self._result(claim) for claim in CLAIMS]
        if any(name.startswith(UPGRADE[0].test.partition('.')[0]) and
               test['status'] != 'skip'
               for name, test in self.tests.items()):
            results += [self._result(claim) for claim in UPGRADE]
        results += self._unknown()
        attached = [result.detail for result in results if result.detail]
        left = self.left if self.tests and not self.broken_off else None
        return Report(results, self._cloud(attached), self._run(),
                      left, self.problems)

    @staticmethod
    def _cloud(attached):
        cloud = {}
        # Not all tests find out as much.
        for detail in sorted(attached, key=lambda d: len(d['cloud'])):
            cloud.update(detail['cloud'])
        return cloud

    def _run(self):
        run, requests = {}, {}
        for name, test in self.tests.items():
            data = self._attached(test, details.NAME)
            try:
                found = details.parse(data)['run'] if data else {}
            except details.Unreadable:
                found = {}
            if not found:
                continue
            group = name.partition('.')[0]
            requests[group] = max(requests.get(group, 0),
                                  found.get('requests', 0))
            run['start'] = min(run.get('start') or found.get('start', ''),
                               found.get('start', ''))
            run['end'] = max(run.get('end', ''), found.get('end', ''))
            for key in ('plugin', 'tempest'):
                run[key] = found.get(key, run.get(key, ''))
        if requests:
            run['requests'] = sum(requests.values())
        elif self.times:
            run['start'], run['end'] = (
                when(self.times).isoformat(timespec='seconds')
                for when in (min, max))
        return {key: value for key, value in run.items() if value != ''}
