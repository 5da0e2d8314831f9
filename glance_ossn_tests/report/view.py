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

from glance_ossn_tests.report import record

# Beside the color, for those who see none, and beside the word.
SYMBOLS = {record.EXPOSED: '✗', record.NOT_TESTED: '?', record.WAIVED: '~',
           record.SAFE: '✓', record.NOT_OFFERED: '–'}
ASCII_SYMBOLS = {record.EXPOSED: 'X', record.NOT_TESTED: '?',
                 record.WAIVED: '~', record.SAFE: '+',
                 record.NOT_OFFERED: '-'}


def plain(text):
    """Text without the control characters that a cloud may have sent.

    :param text: any text
    :returns: what every terminal and XML can show
    """
    return re.sub(r'[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd'
                  r'\U00010000-\U0010ffff]', '\ufffd', text)


def headline(report):
    """The report in one sentence.

    :param report: :class:`glance_ossn_tests.report.record.Report`
    :returns: text that begins with the verdict
    """
    counts, claims = report.counts, len(report.results)
    untested = counts.get(record.NOT_TESTED, 0)
    words = []
    if counts.get(record.EXPOSED):
        words.append('%d of %d claims do not hold' % (
            counts[record.EXPOSED], claims))
    if untested:
        words.append('%d of %d could not be tested' % (untested, claims))
    if report.problems:
        words.append('the run had trouble')
    if counts.get(record.WAIVED):
        words.append('%d waived' % counts[record.WAIVED])
    if report.verdict == record.SAFE:
        words.insert(0, '%d of %d claims hold' % (
            counts[record.SAFE], claims))
    if counts.get(record.NOT_OFFERED):
        words.append('%d not offered by the cloud'
                     % counts[record.NOT_OFFERED])
    return '%s: %s' % (report.verdict, ', '.join(words))


def _versions(names):
    """'v2.0 to v2.5' for those of each major version."""
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
    """What the run left in the cloud.

    :param report: :class:`glance_ossn_tests.report.record.Report`
    :returns: text
    """
    if report.left_behind is None:
        return ('not known: the run or its set-up broke off. Look for what '
                'bears the resource_name_prefix of tempest.conf')
    return '; '.join(report.left_behind) or (
        'nothing: no cleanup met with an error')


def facts(report):
    """The cloud and the run, as pairs of label and text.

    :param report: :class:`glance_ossn_tests.report.record.Report`
    :returns: list of pairs
    """
    cloud, run = report.cloud, report.run
    made = [('plugin', 'glance-ossn-tests'), ('tempest', 'Tempest')]
    pairs = [
        ('Region', cloud.get('region')),
        ('Image API', ' '.join(cloud.get('endpoints', ()))),
        ('Advertised', _versions(cloud.get('advertised', ()))),
        ('Answers', ' '.join(
            # Those of the same name in the headers are many.
            re.sub(r'^\(Accept: .*images-(.*)\)$', r'Accept:\1', form)
            for form in cloud.get('answers', ()))),
        ('Identity', cloud.get('identity')),
        ('Run', ', '.join(str(part) for part in (
            run.get('start'), _duration(run),
            'requests' in run and '%d requests' % run['requests'],
            *(run.get(key) and '%s %s' % (name, run[key])
              for key, name in made)) if part)),
        ('Left behind', left_behind(report))]
    pairs = [(label, plain(text) if text else 'not known')
             for label, text in pairs]
    return pairs + [('Trouble', plain(text)) for text in report.problems]


def looked(results):
    """How much of what bears on some claims was looked at.

    :param results: results of one or more claims
    :returns: text, e.g. 'partial: 8 of 10'
    """
    looked_at = sum(result.looked for result in results)
    total = sum(result.total for result in results)
    states = {result.completeness for result in results}
    if states > {'nothing to test'}:
        states.discard('nothing to test')
    state = states.pop() if len(states) == 1 else 'partial'
    return '%s: %d of %d' % (state, looked_at, total) if total else state


def untested(report):
    """Why claims are not tested.

    :param report: :class:`glance_ossn_tests.report.record.Report`
    :returns: dict of reason to list of (name of the claim, how many pairs)
    """
    found = {}
    for result in report.results:
        for why, count in result.reasons.items():
            found.setdefault(why, []).append((result.claim.name, count))
    return found


def waived(report):
    """The results that are waived.

    :param report: :class:`glance_ossn_tests.report.record.Report`
    :returns: list of results
    """
    return [r for r in report.results if r.verdict == record.WAIVED]


def remarks(report):
    """The results of which there is something to know although they hold.

    :param report: :class:`glance_ossn_tests.report.record.Report`
    :returns: list of results
    """
    return [r for r in report.results
            if r.verdict == record.SAFE and r.text]


def exposed(report):
    """The results that are exposed.

    :param report: :class:`glance_ossn_tests.report.record.Report`
    :returns: list of results
    """
    return [r for r in report.results if r.verdict == record.EXPOSED]


@dataclasses.dataclass
class Matrix:
    """Histories x listings, with what is alike in one row or column.

    :param rows: lists of the names of histories
    :param columns: lists of the names of listings
    :param values: a row of (verdict, number of pairs) for each of rows;
        None where no listing of the column says anything about the row
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
    """Names for groups of (history, kind, form), as short as they may be."""
    homes = {}
    for number, group in enumerate(groups):
        for history, kind, form in group:
            for key in (history, (history, kind)):
                homes.setdefault(key, set()).add(number)
    found = []
    for group in groups:
        names = {}
        for history, kind, form in group:
            name = history
            if len(homes[history]) > 1:
                name += ', ' + kind
                if len(homes[history, kind]) > 1:
                    name += ', through ' + form
            names[name] = None
        found.append(list(names))
    return found


def matrix(cells):
    """Make the matrix of a claim.

    :param cells: list of dicts
    :returns: :class:`Matrix`
    """
    lines, columns, count = {}, {}, {}
    for cell in cells:
        row = cell['history'], cell['kind'], cell['share_form']
        line = lines.setdefault(row, {})
        line[cell['listing']] = record.worst(
            [cell['verdict'], line.get(cell['listing'], cell['verdict'])])
    rows = _alike(lines)
    for number, group in enumerate(rows):
        for row in group:
            for listing, verdict in lines[row].items():
                columns.setdefault(listing, {})[number] = verdict
    names = _alike(columns)
    column_of = {listing: number for number, group in enumerate(names)
                 for listing in group}
    values = [[None] * len(names) for _ in rows]
    for number, group in enumerate(rows):
        for row in group:
            for listing, verdict in lines[row].items():
                place = number, column_of[listing]
                count[place] = count.get(place, 0) + 1
                values[number][place[1]] = verdict, count[place]
    return Matrix(_labels(rows), names, values)


@dataclasses.dataclass
class Evidence:
    """What was seen where it must not be.

    :param images: dicts of the images, as in the cells
    :param pages: (listing, where: page, URL and request id, numbers of
        images in the list of images, from 1), for each page that showed some
    """

    images: list
    pages: list


def evidence(result):
    """The evidence of an exposed claim.

    :param result: :class:`glance_ossn_tests.report.record.Result`
    :returns: :class:`Evidence`
    """
    images, numbers, pages = [], {}, {}
    for cell in result.cells:
        if cell['verdict'] != record.EXPOSED:
            continue
        key = cell['image_id'], cell['history'], cell['share_form']
        if key not in numbers:
            images.append(cell)
            numbers[key] = len(images)
        pages.setdefault((cell['listing'], cell['why']), []).append(
            numbers[key])
    return Evidence(images, [(*page, seen) for page, seen in pages.items()])


def ranges(numbers):
    """Numbers as text, e.g. '1-3, 7'.

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
    """Some of many names.

    :param names: list of texts
    :param most: how many to show
    :returns: list of texts, the last of which says how many more there are
    """
    rest = len(names) - most
    return names if rest <= 0 else names[:most] + ['and %d more' % rest]
