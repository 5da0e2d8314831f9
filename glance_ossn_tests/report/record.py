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

import io
import json
import re

import subunit
import testtools

from glance_ossn_tests import notes
from glance_ossn_tests.report import detail as details
from glance_ossn_tests.report import failure
from glance_ossn_tests.report import result
from glance_ossn_tests.sharing import verdicts

_OURS = 'glance_ossn_tests.'
# As stestr keeps streams in .stestr/0, .stestr/1 and so on.
_VERSION_1 = re.compile(rb'(time|tags|test|testing): ')
# The test classes that make something, by their claims.
MAKERS = tuple(dict.fromkeys(claim.test.partition('.')[0]
                             for claim in notes.CLAIMS))


def read(data, marked=()):
    """Read a recorded run.

    :param data: bytes of a subunit stream, or of a report as JSON
    :param marked: list of :class:`glance_ossn_tests.report.marks.Mark` of
        workers of the run that did not come to their end
    :returns: :class:`glance_ossn_tests.report.result.Report`
    :raises glance_ossn_tests.report.result.Unreadable: if it is neither
    """
    if data[:1] == b'{':
        try:
            return result.from_dict(json.loads(data))
        except ValueError as error:
            raise result.Unreadable('it is neither subunit nor JSON: %s'
                                    % error)
    return _Recorder(marked).read(data)


def last_words(text):
    """Cut a traceback to the exception at its end.

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

    def __init__(self, marked=()):
        self.marked = marked
        self.tests = {}
        self.times = []
        self.seen = False
        self.left = []
        self.problems = []
        # Classes of which it is known that, and with what, they ended.
        self.ended = set()
        self.crashed = False

    def read(self, data):
        gather = testtools.StreamToDict(self._note)
        if _VERSION_1.match(data):
            gather = testtools.ExtendedToStreamDecorator(gather)
            gather.startTestRun()
            subunit.ProtocolTestCase(io.BytesIO(data)).run(gather)
        else:
            gather.startTestRun()
            subunit.ByteStreamToStreamResult(
                io.BytesIO(data), non_subunit_name='stdout').run(gather)
        gather.stopTestRun()
        if data and not self.seen:
            raise result.Unreadable(
                'it holds no result of any test; it begins %.40r' % data)
        return self._report()

    @staticmethod
    def _attached(test, name):
        content = test['details'].get(name)
        return content and b''.join(content.iter_bytes())

    def _text(self, test):
        """Return what a test said in the end, as it is."""
        for name in ('traceback', 'reason'):
            data = self._attached(test, name)
            if data:
                return data.decode(errors='replace')
        return ''

    def _said(self, test):
        """Tell why a test did not succeed, in its own words."""
        text = self._text(test)
        if text:
            return failure.resolve(failure.strip_left(last_words(text)),
                                   self._said_by)
        if test['status'] == 'inprogress':
            return 'its test began and did not end: the run broke off'
        return 'its test ended as "%s" and says no more' % test['status']

    def _said_by(self, case):
        """Tell what stopped another class."""
        fixture = self.tests.get(case + '.setUpClass')
        return fixture and failure.strip_left(last_words(
            self._text(fixture)))

    def _note(self, test):
        name = test['id'] or ''
        if name == 'subunit.parser':
            error = self._attached(test, 'Parser Error') or b''
            self.problems.append('the stream is damaged: %s'
                                 % error.decode(errors='replace'))
            return
        if name == 'stdout' or not name or test['status'] == 'unknown':
            return
        self.seen = True
        if name == 'process-returncode':
            # So stestr tells of a worker that did not end by itself.
            self.crashed = True
        if _OURS not in name or test['status'] == 'exists':
            return
        self.times += [time for time in test['timestamps'] if time]
        fixture = re.fullmatch(r'(\w+) \((?:.*\.)?(\w+)\)', name)
        if fixture and fixture[1].startswith('tearDown'):
            self._note_end(fixture[2], test)
            return
        if fixture:
            self._note_set_up(fixture[2], test)
            name = '%s.%s' % (fixture[2], fixture[1])
        else:
            name = '.'.join(name.partition('[')[0].split('.')[-2:])
            # A test makes one verdict; a further error is of its cleanup.
            more = self._attached(test, 'traceback-1')
            if more:
                self.left.append('%s: %s' % (name, last_words(
                    more.decode(errors='replace'))))
        # Where runs were combined, the later one counts.
        self.tests[name] = {**test, 'detail': self._detail(test)}

    def _note_set_up(self, case, test):
        """Note that a class was not set up."""
        # Runs were combined, and the later one got nowhere.
        for former in [each for each in self.tests
                       if each.startswith(case + '.')]:
            del self.tests[former]
        if test['status'] == 'skip':
            self.ended.add(case)
        if test['status'] == 'fail':
            # What was removed then is told by the error, if at all.
            stays = failure.read_left(self._text(test))
            if stays is not None:
                self.ended.add(case)
            self.left += ['%s: %s' % (case, line) for line in stays or ()]

    def _note_end(self, case, test):
        """Note that the tear-down of a class ran."""
        self.ended.add(case)
        if test['status'] == 'fail':
            self.left.append('%s: %s' % (case, self._said(test)))

    def _not_ended(self):
        """Find the classes of which nobody knows what they left.

        :returns: dict of their names to the ids of their runs, or None
        """
        runs = {name.partition('.')[0]: detail['run']
                for name, detail in self._details().items()}
        # What was asked for; where nobody says what, it may be all.
        selected = self._selected() if runs else {
            each + '.' for each in MAKERS}
        begun = {name.partition('.')[0] for name in {*self.tests, *selected}}
        marked = {name: each for mark in self.marked
                  for name, each in mark.classes.items()}
        # A mark names all that its worker began.
        idle = {name.partition('.')[0] for mark in self.marked
                for name in mark.selected or ()} - {*marked, *runs}
        found = {}
        for name in MAKERS:
            # Tests of former versions, and of other runners, tell no end.
            ended = name in self.ended or name in runs and not (
                runs[name].get('ends') or self._is_torn(name))
            left = marked[name].left if name in marked else None
            if left is not None and not ended:
                self.left += ['%s: %s' % (name, line) for line in left]
            elif name in begun - idle and not ended:
                found[name] = runs.get(name, {}).get('id') or (
                    marked[name].run if name in marked else None)
        return found

    def _is_torn(self, case):
        """Tell whether the run broke off within a class, or may have."""
        return self.crashed or any(
            test['status'] == 'inprogress'
            for name, test in self.tests.items()
            if name.startswith(case + '.'))

    def _selected(self):
        """Tell which tests the run was asked for, as far as it is known."""
        return {name for names in (
            *(detail['run'].get('selected', ())
              for detail in self._details().values()),
            *(mark.selected or () for mark in self.marked))
            for name in names}

    def _detail(self, test):
        """Read what a test attached.

        :returns: dict, None if there is none, or the error that it met
        """
        data = self._attached(test, details.NAME)
        try:
            return data and details.parse(data)
        except details.Unreadable as error:
            return error

    def _result(self, claim):
        test = self.tests.get(claim.test)
        if test:
            return self._judged(claim, test)
        fixture = self.tests.get(claim.test.partition('.')[0] + '.setUpClass')
        if fixture:
            return self._untested(claim, self._said(fixture))
        if self._is_deselected(claim):
            return result.not_selected(claim)
        return result.absent(claim)

    def _is_deselected(self, claim):
        """Tell whether the run was surely not asked for a claim.

        Not so where a worker died: it may have been the one that was.
        """
        selected = self._selected()
        return bool(selected) and not (self.crashed or self.problems) and (
            not any(test['status'] == 'inprogress'
                    for test in self.tests.values())) and (
                        claim.test not in selected)

    def _judged(self, claim, test):
        detail = test['detail']
        if not isinstance(detail, dict):
            return self._untested(claim, str(detail or self._said(test)))
        verdict = verdicts.Verdict(detail['verdict'])
        # Its test may break off after it attached what it had found.
        if test['status'] not in ('success', 'skip') and verdict not in (
                verdicts.EXPOSED, verdicts.NOT_TESTED):
            return self._untested(claim, self._said(test), detail)
        return result.Result(claim, verdict, detail['text'], detail)

    @staticmethod
    def _untested(claim, why, detail=None):
        return result.Result(claim, verdicts.NOT_TESTED, why, detail)

    def _details(self):
        """Select the readable details, by the names of their tests."""
        return {name: test['detail'] for name, test in self.tests.items()
                if isinstance(test['detail'], dict)}

    def _unknown(self):
        """Find the claims that only other versions of the plugin make."""
        known = {claim.name for claim in notes.CLAIMS + notes.UPGRADE}
        for name, detail in self._details().items():
            if detail['claim'] not in known:
                yield self._judged(
                    result.find_claim(detail['note'], detail['claim']),
                    self.tests[name])

    def _report(self):
        results = [self._result(claim) for claim in notes.CLAIMS]
        if any(name.startswith(notes.UPGRADE[0].test.partition('.')[0]) and
               test['status'] != 'skip'
               for name, test in self.tests.items()):
            results += [self._result(claim) for claim in notes.UPGRADE]
        results += self._unknown()
        not_ended = self._not_ended()
        stays = None if not_ended else self.left
        return result.Report(
            results, self._cloud([each.detail for each in results
                                  if each.detail]),
            self._run(), stays, self.problems, not_ended)

    @staticmethod
    def _cloud(attached):
        cloud = {}
        # Not all tests find out as much.
        for detail in sorted(attached, key=lambda d: len(d['cloud'])):
            cloud.update(detail['cloud'])
        return cloud

    def _run(self):
        run, requests = {}, {}
        for name, detail in self._details().items():
            found = detail['run']
            if not found:
                continue
            group = name.partition('.')[0]
            requests[group] = max(requests.get(group, 0),
                                  found.get('requests', 0))
            run['start'] = min(run.get('start') or found.get('start', ''),
                               found.get('start', ''))
            run['end'] = max(run.get('end', ''), found.get('end', ''))
            if found.get('waivers'):
                run['waivers'] = found['waivers']
            for key in ('plugin', 'tempest'):
                run[key] = found.get(key, run.get(key, ''))
        if requests:
            run['requests'] = sum(requests.values())
        elif self.times:
            run['start'], run['end'] = (
                when(self.times).isoformat(timespec='seconds')
                for when in (min, max))
        return {key: value for key, value in run.items() if value != ''}
