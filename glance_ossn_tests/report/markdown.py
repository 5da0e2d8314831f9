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

"""The report as Markdown, for a ticket or the summary of a CI job."""

import re

from glance_ossn_tests.notes import untestable
from glance_ossn_tests.report import accepted
from glance_ossn_tests.report import view
from glance_ossn_tests.sharing import verdicts

# An issue or a comment on GitHub holds 64 KiB; all evidence is in JSON.
_SOME = 10


def _safe(text):
    """Escape what would be taken for markup."""
    return re.sub(r'([\\`*_\[\]<>|~#])', r'\\\1',
                  ' '.join(view.plain(text).split()))


def _code(text):
    """Quote text as it is; one with backticks needs more around it."""
    text = ' '.join(view.plain(text).split()).replace('|', '\\|')
    return '``%s``' % text if '`' in text else '`%s`' % text


def _table(head, rows):
    return ['', *('| %s |' % ' | '.join(row) for row in (
        head, ['---'] * len(head), *rows)), '']


def _verdict(verdict, more=''):
    text = '%s %s%s' % (view.SYMBOLS[verdict], verdict, more)
    return '**%s**' % text if verdict in (
        verdicts.EXPOSED, verdicts.NOT_TESTED) else text


def _some(names, most=_SOME):
    return '<br>'.join(_safe(name) for name in view.shorten(names, most))


def _matrix(speech, matrix):
    return _table(
        [speech.head, *(_some(names, 2) for names in matrix.columns)],
        [[_some(names), *(_verdict(value[0], ' %d' % value[1])
                          if value else '' for value in values)]
         for names, values in zip(matrix.rows, matrix.values)])


def _claim(result):
    lines = ['### %s, %s' % (_safe(result.claim.note.name),
                             _safe(result.claim.name)),
             '', 'What should hold: ' + _safe(result.claim.text), '']
    for speech, alike in view.sort(result):
        lines += (_pairs(speech, alike) if speech.place else
                  ['* %s %s: %s' % (_verdict(each.verdict),
                                    _code(each.what.name), _code(each.why))
                   for each in alike] + [''])
    return lines


def _pairs(speech, pairs):
    lines = _matrix(speech, view.matrix(speech, pairs))
    seen = view.sightings(pairs)
    if not seen.places:
        return lines + ['']
    lines += ['<details><summary>Evidence (%s: %d, %s: %d)</summary>' % (
        speech.many, len(seen.items), speech.answers, len(seen.places))]
    told = [speech.columns(item) for item in seen.items[:_SOME]]
    lines += _table(('No.', *told[0]), [
        # What it is told apart by is no prose.
        (str(number), _code(name), *map(_safe, more))
        for number, (name, *more) in enumerate(
            (columns.values() for columns in told), 1)])
    lines += _table(
        (speech.place.capitalize(), 'Where', speech.many.capitalize()), [
            (_code(place), _code(where), view.ranges(numbers))
            for place, where, numbers in seen.places[:_SOME]])
    rest = (max(len(seen.items) - _SOME, 0),
            max(len(seen.places) - _SOME, 0))
    if any(rest):
        lines += ['And %s; all are in the formats json and html.' % ', '.join(
            '%d more %s' % pair for pair in zip(
                rest, (speech.many, speech.seen)) if pair[0]), '']
    return lines + ['</details>', '']


def render(report):
    """Write the report as Markdown.

    :param report: :class:`glance_ossn_tests.report.result.Report`
    :returns: text
    """
    lines = ['# Glance security notes: %s %s' % (
        view.SYMBOLS[report.verdict], view.headline(report))]
    lines += _table(('', ''), [('**%s**' % label, _safe(text))
                               for label, text in view.facts(report)])
    if report.remedies:
        lines += ['## What to change', '']
    for advice, results in report.remedies.items():
        note = results[0].claim.note
        lines += [
            '1. **%s**' % _safe(advice.remedy),
            '   * Mends: ' + ', '.join(_code(r.claim.name) for r in results),
            '   * Allows: %s (severity: %s)' % (_safe(advice.allows),
                                                note.severity),
            '   * Read: ' + ' '.join('<%s>' % url for url
                                     in note.references)]
    for title, items in (
            ('Not tested, and why',
             ['%s. Concerns: %s' % (_safe(why), ', '.join(
                 _code(name) for name, _ in claims))
              for why, claims in view.untested(report).items()]),
            ('Waived', ['%s: %s' % (_code(r.claim.name),
                                    _safe(accepted.line(r)))
                        for r in view.waived(report)]),
            ('Remarks', ['%s: %s' % (_code(r.claim.name), _safe(r.text))
                         for r in view.remarks(report)] +
             [_safe(text) for text in view.run_remarks(report)]),
            ('Left behind', [_safe(text)
                             for text in view.left_lines(report)])):
        if items:
            lines += ['', '## ' + title, ''] + ['* ' + i for i in items]
    lines += ['', '## Verdicts']
    rows = []
    for note, results in report.notes.items():
        rows.append(('**%s**' % _safe(note.name), _verdict(verdicts.worst(
            r.verdict for r in results)), view.looked(results)))
        rows += [(_code(r.claim.name), _verdict(r.verdict), view.looked([r]))
                 for r in results]
    lines += _table(('Note and claims', 'Verdict', 'Looked at'), rows)
    lines += ['%s: %d more notes, %s' % (
        verdicts.NOT_TESTABLE, len(untestable.ROWS), untestable.AS_OF), '']
    lines += ['* %s' % _safe('%s: %s: %s' % (row.name, row.title, row.why))
              for row in untestable.ROWS] + ['']
    if view.exposed(report):
        lines += ['## Exposed', '']
    for result in view.exposed(report):
        lines += _claim(result)
    return '\n'.join(lines).rstrip() + '\n'
