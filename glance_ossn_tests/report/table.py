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

"""The report for a terminal, and for what a terminal is piped into."""

import io
import re

import rich.box
import rich.console
import rich.measure
import rich.padding
import rich.table
import rich.text

from glance_ossn_tests.notes import untestable
from glance_ossn_tests.report import accepted
from glance_ossn_tests.report import view
from glance_ossn_tests.report import words
from glance_ossn_tests.sharing import verdicts

STYLES = {verdicts.EXPOSED: 'bold red', verdicts.NOT_TESTED: 'bold yellow',
          verdicts.WAIVED: 'magenta', verdicts.SAFE: 'green',
          verdicts.NOT_OFFERED: 'dim', verdicts.NOT_TESTABLE: 'dim',
          verdicts.NOT_SELECTED: 'dim'}

# What nobody need do anything about.
_QUIET = {verdicts.SAFE, *verdicts.NOTHING}
# What a matrix and a list of evidence show of their many rows.
_SOME = 4
# So many claims are named before some have to do.
_CLAIMS = 8
# Columns from which on the verdicts have one for how much was looked at.
_WIDE = 56


def _examples(result):
    """Choose one of what does not hold, of each type.

    :param result: :class:`glance_ossn_tests.report.result.Result`
    :returns: iterator of texts
    """
    for speech, seen in words.sort(
            each for each in result.evidence
            if each.verdict is verdicts.EXPOSED):
        each, more = seen[0], len(seen) - 1
        text = '%s: %s' % (each.what.name, each.why)
        if each.where:
            text = '%s, in %s: %s' % (speech.line(each.what, ', '),
                                      each.where.name, each.why)
        yield text + (' (and %d more %s)' % (more, speech.pairs)
                      if more else '')


def _settings(report):
    """Group what to change by the setting that it names first.

    :param report: :class:`glance_ossn_tests.report.result.Report`
    :returns: list of pairs of setting, e.g. 'enable_v1_api = False', None
        for no one, and list of pairs of
        :class:`glance_ossn_tests.notes.base.Advice` and results
    """
    found = {}
    for advice, results in report.remedies.items():
        named = re.search(r'\b[a-z][a-z0-9_]* = [\w.-]*\w', advice.remedy)
        # What names none is a thing of its own.
        found.setdefault(named[0] if named else advice, []).append(
            (advice, results))
    # What no setting mends comes last.
    return sorted(((key if isinstance(key, str) else None, some)
                   for key, some in found.items()), key=lambda pair: (
                       pair[1][0][0].remedy.startswith('No option')))


class _Writer:
    """Writes a report to a console.

    :param console: :class:`rich.console.Console`
    :param full: whether to show all that is known
    """

    def __init__(self, console, full):
        self.console = console
        self.full = full
        # What the output cannot show must not end the report.
        narrow = console.options.ascii_only
        self.symbols = view.ASCII_SYMBOLS if narrow else view.SYMBOLS
        self.box = rich.box.ASCII if narrow else rich.box.ROUNDED

    def text(self, text, style=''):
        return rich.text.Text(view.plain(text), style)

    def verdict(self, verdict, more=''):
        return self.text('%s %s%s' % (self.symbols[verdict], verdict, more),
                         STYLES[verdict])

    def line(self, text, style='', indent=0):
        self.console.print(rich.padding.Padding(
            self.text(text, style), (0, 0, 0, indent), expand=False))

    def title(self, text):
        self.console.print()
        self.line(text, 'bold underline')

    def some(self, names):
        return list(names) if self.full else view.shorten(list(names), _SOME)

    def write(self, report):
        worst = report.verdict
        self.console.print(self.text('%s %s' % (
            self.symbols[worst], view.headline(report)), STYLES[worst]))
        self.grid(view.facts(report))
        if self.full:
            for result in report.results:
                if result.verdict == verdicts.EXPOSED or result.detail:
                    self.claim(result)
        self.verdicts(report)
        self.examples(view.exposed(report))
        self.listed('Waived', view.waived(report), accepted.line)
        self.listed('Remarks', view.remarks(report))
        self.told('', view.run_remarks(report))
        self.told('Left behind', view.left_lines(report))
        self.untested(report)
        # Last, as that is what a terminal still shows in the end.
        self.remedies(report)
        if view.exposed(report) and not self.full:
            self.console.print()
            self.line('More: --full shows the matrix, and all images, lists '
                      'and requests; --format html the same for a browser.')

    def grid(self, pairs):
        grid = rich.table.Table.grid(padding=(0, 2))
        grid.add_column(no_wrap=True, style='bold')
        grid.add_column(overflow='fold')
        for label, text in pairs:
            grid.add_row(label, self.text(text))
        self.console.print(grid)

    def remedies(self, report):
        if not report.remedies:
            return
        self.title('What to change')
        total = len(view.exposed(report))
        for number, (setting, some) in enumerate(
                _settings(report), 1):
            known_advice = [advice for advice, _ in some]
            concerned = {
                result.claim.name: set(result.advice) <= set(known_advice)
                for _, results in some for result in results}
            mended = [name for name, whole in concerned.items() if whole]
            partly = [name for name, whole in concerned.items() if not whole]
            self.console.print()
            if some[0][0].remedy.startswith('No option'):
                self.line('%d. Nothing in Glance mends: %s' % (
                    number, ', '.join(mended + partly)), 'bold')
                for advice, results in some:
                    self.advice(advice, results, False)
                continue
            self.line('%d. %s mends %d of %d%s%s' % (
                number, setting or 'This', len(mended), total,
                ': ' * bool(mended) + ', '.join(mended),
                '; together with others ' * bool(partly) + ', '.join(partly)),
                'bold')
            # What is said to others besides is for who reads all.
            for advice, results in some if self.full else some[:1]:
                self.advice(advice, results, self.full and len(some) > 1)

    def advice(self, advice, results, several):
        note = results[0].claim.note
        # One of several says of which claims it is.
        head = several and ', '.join(r.claim.name for r in results) + ': '
        self.line((head or '') + advice.remedy, indent=3)
        for label, text in (
                ('Allows', '%s (severity: %s)' % (advice.allows,
                                                  note.severity)),
                ('Read', ' '.join(note.references))):
            self.line('%s: %s' % (label, text), indent=3)

    def untested(self, report):
        found = view.untested(report)
        if not found:
            return
        self.title('Not tested, and why')
        for why in self.some(found):
            self.line('- ' + why)
            if why in found:
                told = [name + (' (%d pairs)' % count if count else '')
                        for name, count in found[why]]
                if len(told) > _CLAIMS and not self.full:
                    told[_SOME:] = ['%d others' % (len(told) - _SOME)]
                self.line('Concerns: ' + ', '.join(told), indent=2)

    def listed(self, title, results, tell=lambda result: result.text):
        if results:
            self.title(title)
        for result in results:
            self.line('- %s: %s' % (result.claim.name, tell(result)))

    def told(self, title, lines):
        if lines and title:
            self.title(title)
        for line in lines:
            self.line('- ' + line)

    def verdicts(self, report):
        self.title('Verdicts')
        table = rich.table.Table(box=self.box, show_edge=False, pad_edge=False)
        table.add_column('Note and claims', overflow='fold')
        table.add_column('Verdict', no_wrap=True)
        # Where words would have to be broken for it, it is left out.
        wide = self.console.width >= _WIDE
        if wide:
            table.add_column('Looked at', overflow='fold')
        quiet = {}
        for note, results in report.notes.items():
            verdict = verdicts.worst(r.verdict for r in results)
            if not self.full and verdict is verdicts.NOT_SELECTED and (
                    report.counts[verdict] < len(report.results)):
                # The first line says how many.
                continue
            # What is not tested is told below, with the reason.
            if not self.full and verdict is not verdicts.EXPOSED and all(
                    result.claim.checks for result in results):
                quiet.setdefault(verdict, []).append(note)
                continue
            name = self.text(note.name, 'bold')
            if len(results) == 1:
                name.append(' ' + results[0].claim.name, 'not bold')
            table.add_row(name, self.verdict(verdict),
                          *[view.looked(results)] * wide)
            # Of what holds, the note says it.
            for result in results if len(results) > 1 and (
                    self.full or verdict not in _QUIET) else ():
                table.add_row(self.text('  ' + result.claim.name),
                              self.verdict(result.verdict),
                              *[view.looked([result])] * wide)
        if table.rows:
            self.console.print(table)
        for verdict, some in quiet.items():
            self.console.print()
            line = self.verdict(verdict, ': ')
            line.append(', '.join(name for note in some
                                  for name in (note.name, *note.also)),
                        'default')
            self.console.print(line)
        self.untestable()

    def untestable(self):
        """Tell of the notes that no run can judge."""
        rows = untestable.ROWS
        if not self.full:
            self.console.print()
            self.line('%s: %d more notes ("tempest ossn list note"; %s)' % (
                verdicts.NOT_TESTABLE, len(rows), untestable.AS_OF), 'dim')
            return
        self.title('%s: %s' % (verdicts.NOT_TESTABLE, untestable.AS_OF))
        for row in rows:
            self.line('%s: %s: %s' % (row.name, row.title, row.why))

    def examples(self, results):
        """Give one example of each claim that does not hold."""
        if self.full or not results:
            return
        self.title('Exposed, with an example each')
        for result in results:
            self.line('%s: %s' % (result.claim.name, result.claim.text))
            for text in _examples(result):
                self.line(text, indent=2)

    def claim(self, result):
        self.title('%s, %s' % (result.claim.note.name, result.claim.name))
        self.line('What should hold: ' + result.claim.text)
        for speech, alike in view.sort(result):
            if speech.place:
                self.matrix(speech, view.matrix(speech, alike))
                self.sightings(speech, view.sightings(alike))
            else:
                self.single(speech, alike)

    def single(self, speech, evidence):
        for each in evidence if self.full else evidence[:_SOME]:
            self.console.print(rich.padding.Padding(rich.text.Text.assemble(
                self.verdict(each.verdict),
                self.text(' %s: %s' % (each.what.name, each.why))),
                (0, 0, 0, 2), expand=False))
        if len(evidence) > _SOME and not self.full:
            self.line('and %d more %s' % (len(evidence) - _SOME, speech.many),
                      indent=2)

    def matrix(self, speech, matrix):
        table = rich.table.Table(box=self.box, show_lines=True)
        table.add_column(speech.head, overflow='fold')
        for names in matrix.columns:
            head = self.some(names)[:None if self.full else 2]
            if len(head) < len(names):
                head.append('and %d more' % (len(names) - len(head)))
            table.add_column(self.text('\n'.join(head)), overflow='fold')
        for names, values in zip(matrix.rows, matrix.values):
            table.add_row(
                self.text('\n'.join(self.some(names))),
                *(self.verdict(value[0], ' %d' % value[1]) if value else ''
                  for value in values))
        # Rather than to break words, say it line by line.
        if 1 + sum(3 + max(rich.measure.Measurement.get(
                self.console, self.console.options, cell).minimum
                for cell in (column.header, *column.cells))
                for column in table.columns) > self.console.width:
            self.lines(matrix)
        else:
            self.console.print(table)

    def lines(self, matrix):
        """Show a matrix below each other instead of beside each other."""
        for names, values in zip(matrix.rows, matrix.values):
            self.line('; '.join(self.some(names)), indent=2)
            for heads, value in zip(matrix.columns, values):
                if value:
                    self.console.print(rich.padding.Padding(
                        rich.text.Text.assemble(
                            self.text('%s: ' % '; '.join(self.some(heads))),
                            self.verdict(value[0], ' %d' % value[1])),
                        (0, 0, 0, 4), expand=False))

    def sightings(self, speech, seen):
        places = seen.places if self.full else seen.places[:1]
        for place, where, numbers in places:
            self.line('Seen in %s, %s: %s %s' % (
                place, where, speech.many, view.ranges(numbers)))
        shown = seen.items if self.full else seen.items[:3]
        for number, item in enumerate(shown, 1):
            self.line('%s %d: %s' % (speech.one, number,
                                     speech.line(item, ', ')), indent=2)
        rest = (len(seen.items) - len(shown),
                len(seen.places) - len(places))
        if any(rest):
            self.line('and ' + ', '.join(
                '%d more %s' % pair for pair in zip(
                    rest, (speech.many, speech.answers)) if pair[0]),
                indent=2)


def render(report, stream, full=False, width=None):
    """Write the report as a table, fit for what it is to be written to.

    :param report: :class:`glance_ossn_tests.report.result.Report`
    :param stream: text stream; colors are for terminals only
    :param full: whether to show all that is known
    :param width: columns, by default those of the terminal
    :returns: text
    """
    return _capture(lambda writer: writer.write(report), stream, full, width)


def grid(pairs, stream):
    """Write pairs of label and text as the head of a report has them.

    :param pairs: the pairs
    :param stream: text stream that it is for
    :returns: text
    """
    return _capture(lambda writer: writer.grid(pairs), stream)


class _Draft(io.StringIO):
    """Takes what is for a stream: that may be full, or closed."""

    def __init__(self, stream):
        super().__init__()
        self.stream = stream

    @property
    def encoding(self):
        return getattr(self.stream, 'encoding', None)

    def isatty(self):
        return bool(getattr(self.stream, 'isatty', lambda: False)())


def _capture(write, stream, full=False, width=None):
    console = rich.console.Console(
        file=_Draft(stream), width=width, markup=False, highlight=False,
        emoji=False, legacy_windows=False)
    # Not written by rich, which takes a closed pipe for an exit code of 1.
    with console.capture() as capture:
        write(_Writer(console, full))
    text = capture.get()
    if console.is_terminal:
        return text
    return ''.join(line.rstrip() + '\n' for line in text.splitlines())
