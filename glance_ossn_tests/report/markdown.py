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

from glance_ossn_tests.report import record
from glance_ossn_tests.report import view

# An issue or a comment on GitHub holds 64 KiB; all evidence is in JSON.
_SOME = 10


def _safe(text):
    """Text in which nothing is taken for markup."""
    return re.sub(r'([\\`*_\[\]<>|~#])', r'\\\1',
                  ' '.join(view.plain(text).split()))


def _code(text):
    """Text as it is; one that has backticks itself needs more around."""
    text = ' '.join(view.plain(text).split()).replace('|', '\\|')
    return '``%s``' % text if '`' in text else '`%s`' % text


def _table(head, rows):
    return ['', *('| %s |' % ' | '.join(row) for row in (
        head, ['---'] * len(head), *rows)), '']


def _verdict(verdict, more=''):
    text = '%s %s%s' % (view.SYMBOLS[verdict], verdict, more)
    return '**%s**' % text if verdict in (
        record.EXPOSED, record.NOT_TESTED) else text


def _some(names, most=_SOME):
    return '<br>'.join(_safe(name) for name in view.shorten(names, most))


def _matrix(matrix):
    return _table(
        ['What happened to the images', *(_some(names, 2)
                                          for names in matrix.columns)],
        [[_some(names), *(_verdict(value[0], ' %d' % value[1])
                          if value else '' for value in values)]
         for names, values in zip(matrix.rows, matrix.values)])


def _claim(result):
    lines = ['### %s, %s' % (_safe(result.claim.note.name),
                             _safe(result.claim.name)),
             '', 'What should hold: ' + _safe(result.claim.text), '']
    lines += ['* %s %s: %s' % (_verdict(form['verdict']),
                               _code(form['form']), _code(form['why']))
              for form in result.forms]
    if result.cells:
        lines += _matrix(view.matrix(result.cells))
    seen = view.evidence(result)
    if not seen.pages:
        return lines + ['']
    lines += ['<details><summary>Evidence (images: %d, pages of lists: %d)'
              '</summary>' % (len(seen.images), len(seen.pages))]
    lines += _table(('No.', 'Image', 'What happened to it', 'Membership'), [
        (str(number), _code(str(image['image_id'])), _safe(
            '%s, %s, through %s' % (image['history'], image['kind'],
                                    image['share_form'])),
         _safe(image['membership'] or 'none'))
        for number, image in enumerate(seen.images[:_SOME], 1)])
    lines += _table(('List', 'Where', 'Images'), [
        (_code(listing), _code(where), view.ranges(numbers))
        for listing, where, numbers in seen.pages[:_SOME]])
    rest = (max(len(seen.images) - _SOME, 0), max(len(seen.pages) - _SOME, 0))
    if any(rest):
        lines += ['And %d more images, %d more pages; all are in the formats '
                  'json and html.' % rest, '']
    return lines + ['</details>', '']


def render(report):
    """The report as Markdown.

    :param report: :class:`glance_ossn_tests.report.record.Report`
    :returns: text
    """
    lines = ['# Glance security notes: %s %s' % (
        view.SYMBOLS[report.verdict], view.headline(report))]
    lines += _table(('', ''), [('**%s**' % label, _safe(text))
                               for label, text in view.facts(report)])
    if report.remedies:
        lines += ['## What to change', '']
    for remedy, results in report.remedies.items():
        note = results[0].claim.note
        lines += [
            '1. **%s**' % _safe(remedy),
            '   * Mends: ' + ', '.join(_code(r.claim.name) for r in results),
            '   * Allows: %s (severity: %s)' % (_safe(note.allows),
                                                note.severity),
            '   * Read: ' + ' '.join('<%s>' % url for url
                                     in note.references)]
    for title, items in (
            ('Not tested, and why',
             ['%s. Concerns: %s' % (_safe(why), ', '.join(
                 _code(name) for name, _ in claims))
              for why, claims in view.untested(report).items()]),
            ('Waived', ['%s: %s' % (_code(r.claim.name), _safe(r.text))
                        for r in view.waived(report)]),
            ('Remarks', ['%s: %s' % (_code(r.claim.name), _safe(r.text))
                         for r in view.remarks(report)])):
        if items:
            lines += ['', '## ' + title, ''] + ['* ' + i for i in items]
    lines += ['', '## Verdicts']
    rows = []
    for note, results in report.notes.items():
        rows.append(('**%s**' % _safe(note.name), _verdict(record.worst(
            r.verdict for r in results)), view.looked(results)))
        rows += [(_code(r.claim.name), _verdict(r.verdict), view.looked([r]))
                 for r in results]
    lines += _table(('Note and claims', 'Verdict', 'Looked at'), rows)
    if view.exposed(report):
        lines += ['## Exposed', '']
    for result in view.exposed(report):
        lines += _claim(result)
    return '\n'.join(lines).rstrip() + '\n'
