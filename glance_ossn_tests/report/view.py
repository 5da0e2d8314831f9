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

"""What all formats of the report have in common: words, groups, matrix."""

import dataclasses
import datetime
import re

from glance_ossn_tests.report import accepted
from glance_ossn_tests.report import words
from glance_ossn_tests.sharing import verdicts

# Beside the color, for those who see none, and beside the word.
SYMBOLS = {
    verdicts.EXPOSED: '✗', verdicts.NOT_TESTED: '?', verdicts.WAIVED: '~',
    verdicts.SAFE: '✓', verdicts.NOT_OFFERED: '–',
    verdicts.NOT_TESTABLE: '·', verdicts.NOT_SELECTED: ' '}
ASCII_SYMBOLS = {
    verdicts.EXPOSED: 'X', verdicts.NOT_TESTED: '?', verdicts.WAIVED: '~',
    verdicts.SAFE: '+', verdicts.NOT_OFFERED: '-',
    verdicts.NOT_TESTABLE: '.', verdicts.NOT_SELECTED: ' '}


def plain(text):
    """Take out the control characters that a cloud may have sent.

    :param text: any text
    :returns: what every terminal and XML can show
    """
    return re.sub(r'[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd'
                  r'\U00010000-\U0010ffff]', '\ufffd', text)


def headline(report):
    """Tell the report in one sentence.

    :param report: :class:`glance_ossn_tests.report.result.Report`
    :returns: text that begins with the verdict
    """
    counts = report.counts
    claims = len(report.results) - counts.get(verdicts.NOT_SELECTED, 0)
    untested = counts.get(verdicts.NOT_TESTED, 0)
    words = []
    if counts.get(verdicts.EXPOSED):
        words.append('%d of %d claims do not hold' % (
            counts[verdicts.EXPOSED], claims))
    if untested:
        words.append('%d of %d could not be tested' % (untested, claims))
    if report.problems:
        words.append('the run had trouble')
    if report.left_behind is None:
        words.append('what it left behind is not known')
    if counts.get(verdicts.WAIVED):
        words.append('%d waived' % counts[verdicts.WAIVED])
    if report.verdict in (verdicts.SAFE, verdicts.WAIVED):
        words.insert(0, '%d of %d claims hold' % (
            counts.get(verdicts.SAFE, 0), claims))
    if counts.get(verdicts.NOT_OFFERED):
        words.append('%d not offered by the cloud'
                     % counts[verdicts.NOT_OFFERED])
    if counts.get(verdicts.NOT_TESTABLE):
        words.append('%d not testable here'
                     % counts[verdicts.NOT_TESTABLE])
    if counts.get(verdicts.NOT_SELECTED):
        words.append('%d not selected' % counts[verdicts.NOT_SELECTED])
    return '%s: %s' % (report.verdict, ', '.join(words))


def _versions(names):
    """Tell the versions of each major one, e.g. 'v2.0 to v2.5'."""
    majors = {}
    for name in names:
        majors.setdefault(name.partition('.')[0], []).append(name)
    return ', '.join(same[0] if len(same) == 1 else
                     '%s to %s' % (same[0], same[-1])
                     for same in majors.values())


def _duration(run):
    try:
        start, end = (datetime.datetime.fromisoformat(run[key])
                      for key in ('start', 'end'))
    except (KeyError, ValueError):
        return None
    return '%d s' % (end - start).total_seconds()


def left_behind(report):
    """Tell what the run left in the cloud.

    :param report: :class:`glance_ossn_tests.report.result.Report`
    :returns: text
    """
    if report.left_behind is None:
        runs = [' --run ' + run for run in report.not_ended.values() if run]
        told = '; '.join('run "tempest ossn cleanup%s"' % run for run in (
            runs if len(runs) == len(report.not_ended) and runs else ['']))
        return 'not known, as %s: %s' % (
            'the tear-down of %s is not in the run' % ' and '.join(
                report.not_ended) if report.not_ended else
            'the run or its set-up broke off', told)
    lines = left_lines(report)
    return ('see below (%d reasons)' % len(lines) if lines else
            '; '.join(report.left_behind) or
            'nothing: no cleanup met with an error')


def left_lines(report):
    """Tell what stayed for which reason, where that takes more than a line.

    :param report: :class:`glance_ossn_tests.report.result.Report`
    :returns: list of texts
    """
    lines = [line for text in report.left_behind or ()
             for line in text.splitlines()]
    return lines if len(lines) > 1 else []


def run_remarks(report):
    """Select what is good to know of the whole run.

    :param report: :class:`glance_ossn_tests.report.result.Report`
    :returns: list of texts
    """
    return [plain(text) for text in (*report.cloud.get('remarks', ()),
                                     *accepted.remarks(report))]


def facts(report):
    """Tell of the cloud and the run, as pairs of label and text.

    :param report: :class:`glance_ossn_tests.report.result.Report`
    :returns: list of pairs
    """
    run = report.run
    made = [('plugin', 'glance-ossn-tests'), ('tempest', 'Tempest')]
    pairs = [
        *facts_of_cloud(report.cloud),
        ('Run', ', '.join(str(part) for part in (
            run.get('start'), _duration(run),
            'requests' in run and '%d requests' % run['requests'],
            *(run.get(key) and '%s %s' % (name, run[key])
              for key, name in made)) if part)),
        ('Left behind', left_behind(report))]
    pairs = [(label, plain(text) if text else 'not known')
             for label, text in pairs]
    pairs += [('Not asked', '%d pairs are NOT OFFERED: %s' % (
        count, plain(why))) for why, count in not_asked(report).items()]
    return pairs + [('Trouble', plain(text)) for text in report.problems]


def facts_of_cloud(cloud):
    """Tell of a cloud, as pairs of label and text.

    :param cloud: dict as in ``schema/detail.json``
    :returns: list of pairs of label and text, None for what is not known
    """
    return [
        ('Region', cloud.get('region')),
        ('Image API', ' '.join(cloud.get('endpoints', ()))),
        ('Advertised', _versions(cloud.get('advertised', ()))),
        ('Answers', ' '.join(
            # Those of the same name in the headers are many.
            re.sub(r'^\(Accept: .*images-(.*)\)$', r'Accept:\1', form)
            for form in cloud.get('answers', ()))),
        ('Identity', cloud.get('identity'))]


def looked(results):
    """Tell how much of what bears on some claims was looked at.

    :param results: results of one or more claims
    :returns: text, e.g. 'partial: 8 of 10'
    """
    looked_at = sum(result.looked for result in results)
    total = sum(result.total for result in results)
    states = {result.completeness for result in results}
    if states > {'nothing to test'}:
        states.discard('nothing to test')
    state = states.pop() if len(states) == 1 else 'partial'
    absent = sum(sum(result.not_asked.values()) for result in results)
    return '%s%s%s' % (
        state, ': %d of %d' % (looked_at, total) if total else '',
        ', %d not asked' % absent if absent else '')


def not_asked(report):
    """Gather what the accounts of a run could not ask.

    :param report: :class:`glance_ossn_tests.report.result.Report`
    :returns: dict of reason to how much of the evidence it stands for
    """
    found = {}
    for result in report.results:
        for why, count in result.not_asked.items():
            found[why] = found.get(why, 0) + count
    return found


def untested(report):
    """Gather why claims are not tested.

    :param report: :class:`glance_ossn_tests.report.result.Report`
    :returns: dict of reason to list of (name of the claim, how much of its
        evidence)
    """
    found = {}
    for result in report.results:
        for why, count in result.reasons.items():
            found.setdefault(why, []).append((result.claim.name, count))
    return found


def waived(report):
    """Select the results that are waived.

    :param report: :class:`glance_ossn_tests.report.result.Report`
    :returns: list of results
    """
    return [r for r in report.results if r.verdict == verdicts.WAIVED]


def remarks(report):
    """Select the results that hold, and of which there is more to know.

    :param report: :class:`glance_ossn_tests.report.result.Report`
    :returns: list of results
    """
    return [r for r in report.results
            if r.verdict == verdicts.SAFE and r.text]


def exposed(report):
    """Select the results that are exposed.

    :param report: :class:`glance_ossn_tests.report.result.Report`
    :returns: list of results
    """
    return [result for results in report.notes.values() for result in results
            if result.verdict == verdicts.EXPOSED]


@dataclasses.dataclass
class Matrix:
    """Things x places, with what is alike in one row or column.

    :param rows: lists of the names of things
    :param columns: lists of the names of places
    :param values: a row of (verdict, number of pairs) for each of rows;
        None where no place of the column says anything about the row
    """

    rows: list
    columns: list
    values: list


def _alike(lines):
    """Group lines that nowhere contradict each other.

    :param lines: dict of name to dict of place to verdict
    :returns: list of lists of names
    """
    groups = []
    for name, line in lines.items():
        for names, whole in groups:
            if all(whole.get(place, verdict) == verdict
                   for place, verdict in line.items()):
                names.append(name)
                whole.update(line)
                break
        else:
            groups.append(([name], dict(line)))
    return [names for names, _ in groups]


def _labels(groups):
    """Name groups of parts of names, as short as they may be."""
    homes = {}
    for number, group in enumerate(groups):
        for parts in group:
            for end in range(1, len(parts)):
                homes.setdefault(parts[:end], set()).add(number)

    def name(parts):
        end = 1
        while end < len(parts) and len(homes[parts[:end]]) > 1:
            end += 1
        return ', '.join(parts[:end])

    return [list(dict.fromkeys(map(name, group))) for group in groups]


def matrix(speech, pairs):
    """Make the matrix of a claim.

    :param speech: :class:`glance_ossn_tests.report.words.Words` for it
    :param pairs: list of
        :class:`glance_ossn_tests.sharing.verdicts.Evidence` with places
    :returns: :class:`Matrix`
    """
    lines, columns, count = {}, {}, {}
    parts = {pair.what: speech.parts(pair.what) for pair in pairs}
    for pair in pairs:
        line = lines.setdefault(parts[pair.what], {})
        place = pair.where.name
        line[place] = verdicts.worst(
            [pair.verdict, line.get(place, pair.verdict)])
    rows = _alike(lines)
    for number, group in enumerate(rows):
        for row in group:
            for place, verdict in lines[row].items():
                columns.setdefault(place, {})[number] = verdict
    names = _alike(columns)
    column_of = {place: number for number, group in enumerate(names)
                 for place in group}
    values = [[None] * len(names) for _ in rows]
    for number, group in enumerate(rows):
        for row in group:
            for place, verdict in lines[row].items():
                cell = number, column_of[place]
                count[cell] = count.get(cell, 0) + 1
                values[number][cell[1]] = verdict, count[cell]
    return Matrix(_labels(rows), names, values)


@dataclasses.dataclass
class Sightings:
    """What was seen where it must not be.

    :param items: the things, each a
        :class:`glance_ossn_tests.sharing.verdicts.Item`
    :param places: (name of the place, where there: page, URL and request
        id, numbers in the list of items, from 1), for each that showed some
    """

    items: list
    places: list


def sightings(pairs):
    """Gather what is exposed.

    :param pairs: list of
        :class:`glance_ossn_tests.sharing.verdicts.Evidence` with places
    :returns: :class:`Sightings`
    """
    numbers, places = {}, {}
    for pair in pairs:
        if pair.verdict is verdicts.EXPOSED:
            number = numbers.setdefault(pair.what, len(numbers) + 1)
            places.setdefault((pair.where.name, pair.why), []).append(number)
    return Sightings(list(numbers), [(*place, seen)
                                     for place, seen in places.items()])


def sort(result):
    """Sort the evidence of a claim by its type.

    :param result: :class:`glance_ossn_tests.report.result.Result`
    :returns: list of pairs of
        :class:`glance_ossn_tests.report.words.Words` and list of
        :class:`glance_ossn_tests.sharing.verdicts.Evidence`
    """
    return words.sort(result.evidence)


def ranges(numbers):
    """Write numbers as text, e.g. '1-3, 7'.

    :param numbers: sorted list
    :returns: text
    """
    runs = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ', '.join(str(first) if first == last else '%d-%d' % (first, last)
                     for first, last in runs)


def shorten(names, most):
    """Cut many names to some.

    :param names: list of texts
    :param most: how many to show
    :returns: list of texts, the last of which says how many more there are
    """
    rest = len(names) - most
    return names if rest <= 0 else names[:most] + ['and %d more' % rest]
