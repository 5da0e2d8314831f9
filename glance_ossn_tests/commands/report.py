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

"""The commands ``report``, ``diff`` and ``list``.

They are commands of ``tempest ossn``, and of ``glance-ossn-tests`` for where
Tempest's command is not at hand.
"""

import contextlib
import io
import json
import logging
import os
import pathlib
import sys
import tempfile

from cliff import command
from cliff import lister
from stestr.repository import abstract
from stestr.repository import util as repositories

from glance_ossn_tests.report import diff
from glance_ossn_tests.report import html
from glance_ossn_tests.report import junit
from glance_ossn_tests.report import markdown
from glance_ossn_tests.report import record
from glance_ossn_tests.report import sarif
from glance_ossn_tests.report import table
from glance_ossn_tests.report import view
from glance_ossn_tests.sharing import histories
from glance_ossn_tests.sharing import kinds
from glance_ossn_tests.sharing import listings

LOG = logging.getLogger(__name__)

# 2 is what argparse exits with, and what any error of ours is.
CLEAN, EXPOSED, ERROR, NOT_TESTED = 0, 1, 2, 3

FAIL_ON = ('exposed', 'not-tested', 'never')

EXIT_CODES = (
    'exit codes: 0 clean; 1 exposed; 2 wrong usage or an internal error; 3 '
    'not tested. --fail-on exposed lets 3 be 0, --fail-on never lets 1 and 3 '
    'be 0.')


class Wrong(Exception):
    """What the user can mend; the text says how."""


def exit_code(exposed, untested, fail_on):
    """The exit code.

    :param exposed: whether something is exposed
    :param untested: whether something is not tested
    :param fail_on: one of :data:`FAIL_ON`
    :returns: the code; exposed is worse than not tested
    """
    if exposed and fail_on != 'never':
        return EXPOSED
    if untested and fail_on == 'not-tested':
        return NOT_TESTED
    return CLEAN


def last_run():
    """The stream of the last run of the current folder.

    :returns: bytes, none if nothing was run there yet
    :raises Wrong: if the folder is no workspace
    """
    folder = os.getcwd()
    try:
        repository = repositories.get_repo_open(repo_url=folder)
    except (abstract.RepositoryNotFound, ValueError):
        raise Wrong('%s has no last run: there is no .stestr in it. Go to '
                    'the folder where you ran "tempest run", or name a '
                    'recorded stream by --subunit FILE.' % folder)
    try:
        return repository.get_latest_run().get_subunit_stream().read()
    except KeyError:
        return b''


def load(path):
    """Read a recorded run.

    :param path: file of a subunit stream or a JSON report, '-' for the
        standard input, None for the last run
    :returns: :class:`glance_ossn_tests.report.record.Report`
    :raises Wrong: if it cannot be read
    """
    try:
        if path is None:
            data = last_run()
        elif path == '-':
            data = sys.stdin.buffer.read()
        else:
            data = pathlib.Path(path).read_bytes()
        return record.read(data)
    except OSError as error:
        raise Wrong('%s cannot be read: %s. Name a subunit stream ("stestr '
                    'last --subunit > FILE") or a report in JSON.'
                    % (path or 'The last run', error.strerror))
    except record.Unreadable as error:
        raise Wrong('%s is no recorded run: %s. Name a subunit stream '
                    '("stestr last --subunit > FILE") or a report in JSON.'
                    % (path or 'The last run', error))


def write(text, path):
    """Write a file as a whole or not at all.

    :param text: what to write
    :param path: where to, None for the standard output
    :raises Wrong: if it cannot be written
    """
    if path is None:
        _print(text)
        return
    target = pathlib.Path(path)
    try:
        handle, name = tempfile.mkstemp(prefix='.%s-' % target.name,
                                        dir=target.parent)
        try:
            with open(handle, 'w', encoding='utf-8') as file:
                file.write(text)
            # mkstemp lets nobody else read; a report is for others, too.
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(name, 0o666 & ~umask)
            os.replace(name, target)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name)
            raise
    except OSError as error:
        raise Wrong('%s cannot be written: %s. Give --output the path of a '
                    'file in a folder that you may write to.'
                    % (path, error.strerror))


def _print(text):
    if hasattr(sys.stdout, 'reconfigure'):
        # What the encoding lacks must not end the report.
        sys.stdout.reconfigure(errors='backslashreplace')
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # "| head" has seen enough; nothing can be flushed any more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _json(report):
    # Thousands of cells on a line each would be most of it.
    return json.dumps(report.as_dict(), separators=(',', ':')) + '\n'


FORMATS = {'table': None, 'json': _json, 'html': html.render,
           'markdown': markdown.render, 'junit': junit.render,
           'sarif': sarif.render}


class _Judging(command.Command):
    """What the commands share whose exit code is a verdict."""

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.epilog = EXIT_CODES
        parser.add_argument(
            '--output', metavar='FILE',
            help='write to this file, as a whole or not at all')
        parser.add_argument(
            '--full', action='store_true',
            help='show all images, lists and requests (table)')
        parser.add_argument(
            '--fail-on', choices=FAIL_ON, default='not-tested',
            help='what is worth an exit code other than 0: what is exposed, '
                 'what is exposed or not tested (default), or nothing')
        return parser

    def take_action(self, parsed_args):
        # An exit code of 1 from an error would say that a cloud is exposed.
        try:
            return self.judge(parsed_args)
        except Wrong as error:
            print(error, file=sys.stderr)
        except Exception:
            LOG.exception('Internal error of glance-ossn-tests: please '
                          'report it with this text')
        return ERROR


class Report(_Judging):
    """Show what is exposed, why, and what to do.

    Reads the last run of the current folder, or a recorded one.
    """

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        self.add_source(parser)
        parser.add_argument(
            '--format', '-f', choices=FORMATS, default='table',
            help='default: table')
        return parser

    @staticmethod
    def add_source(parser):
        """Add the options that say what is reported.

        :param parser: the parser of the command's arguments
        """
        parser.add_argument(
            '--subunit', metavar='FILE',
            help='a subunit stream, or a report in JSON, instead of the '
                 'last run; - for the standard input')
        parser.add_argument(
            '--note', metavar='NOTE', action='append', type=str.upper,
            choices=sorted({claim.note.name for claim in record.CLAIMS}),
            help='only this note, e.g. OSSN-0005; may be given again')

    def judge(self, parsed_args):
        """Write the report.

        :param parsed_args: the arguments
        :returns: the exit code
        """
        report = load(parsed_args.subunit)
        if parsed_args.note:
            report = report.only(parsed_args.note)
        return self.tell(report, parsed_args)

    @staticmethod
    def tell(report, parsed_args):
        """Write a report.

        :param report: :class:`glance_ossn_tests.report.record.Report`
        :param parsed_args: the arguments
        :returns: the exit code
        """
        if parsed_args.format != 'table':
            text = FORMATS[parsed_args.format](report)
        elif parsed_args.output:
            text = table.render(report, io.StringIO(), parsed_args.full, 100)
        else:
            text = table.render(report, sys.stdout, parsed_args.full)
        write(text, parsed_args.output)
        return exit_code(
            record.EXPOSED in report.counts,
            record.NOT_TESTED in report.counts or report.problems,
            parsed_args.fail_on)


class Diff(_Judging):
    """Show what changed between two runs.

    It fails for what is newly exposed or newly untested.
    """

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        for name in ('old', 'new'):
            parser.add_argument(
                name, metavar=name.upper(),
                help='a subunit stream or a report in JSON')
        parser.add_argument('--format', '-f', choices=('table', 'json'),
                            default='table', help='default: table')
        return parser

    def judge(self, parsed_args):
        """Write what changed.

        :param parsed_args: the arguments
        :returns: the exit code
        """
        old, new = load(parsed_args.old), load(parsed_args.new)
        changes = diff.compare(old, new)
        if parsed_args.format == 'json':
            text = json.dumps(diff.as_dict(old, new, changes), indent=1)
        else:
            text = view.plain('\n'.join(diff.lines(old, new, changes,
                                                   parsed_args.full)))
        write(text + '\n', parsed_args.output)
        found = {change.kind for change in changes}
        return exit_code(diff.EXPOSED in found, diff.UNTESTED in found,
                         parsed_args.fail_on)


class List(lister.Lister):
    """Show the notes, claims, histories, kinds and lists there are.

    No cloud is needed.
    """

    ROWS = {
        'note': lambda: [(note.name, note.title) for note in dict.fromkeys(
            claim.note for claim in record.CLAIMS)],
        'claim': lambda: [(claim.name, claim.text)
                          for claim in record.CLAIMS],
        'test': lambda: [(claim.name, claim.test)
                         for claim in record.CLAIMS],
        'history': lambda: [
            (row.name, ', then '.join(map(str, row.steps)) or 'nothing')
            for row in histories.HISTORIES],
        'kind': lambda: [(row.name, '%s, %s' % (row.status, row.disk_format))
                         for row in kinds.KINDS],
        'listing': lambda: [
            (row.name, row.order) for row in
            listings.LISTINGS + listings.READER_LISTINGS +
            (listings.MEMBERS,)]}

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.add_argument('what', nargs='*', metavar='WHAT',
                            help='of these: %s (default: all)' % ', '.join(
                                self.ROWS))
        return parser

    def take_action(self, parsed_args):
        unknown = set(parsed_args.what) - set(self.ROWS)
        if unknown:
            # argparse cannot tell for any number of words.
            print('There is no %s to list; there are %s.' % (
                ', '.join(sorted(unknown)), ', '.join(self.ROWS)),
                file=sys.stderr)
            sys.exit(ERROR)
        return ('What', 'Id', 'Description'), [
            (what, *row) for what in parsed_args.what or self.ROWS
            for row in self.ROWS[what]()]
