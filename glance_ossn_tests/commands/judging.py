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

"""What commands share whose exit code is a verdict."""

import contextlib
import logging
import os
import pathlib
import sys
import tempfile

from cliff import command
from stestr.repository import abstract
from stestr.repository import util as repositories

from glance_ossn_tests.commands import codes
from glance_ossn_tests.report import marks
from glance_ossn_tests.report import record
from glance_ossn_tests.report import result

LOG = logging.getLogger(__name__)


class Wrong(Exception):
    """What the user can mend; the text says how."""


def last_run():
    """Read the last run of the current folder.

    :returns: :class:`glance_ossn_tests.report.result.Report`
    :raises Wrong: if the folder is no workspace
    """
    folder = os.getcwd()
    try:
        repository = repositories.get_repo_open(repo_url=folder)
    except (abstract.RepositoryNotFound, ValueError):
        raise Wrong('%s has no last run: there is no .stestr in it. Go to '
                    'the folder where you ran "tempest run", or name a '
                    'recorded stream by --subunit FILE.' % folder)
    data, ended = b'', ''
    try:
        run = repository.get_latest_run()
        data = run.get_subunit_stream().read()
        ended = marks.moment(os.path.getmtime(os.path.join(
            folder, marks.FOLDER, str(run.get_id()))))
    except KeyError:
        pass
    found = marks.read()
    later = [mark for mark in found if mark.start > ended]
    report = record.read(data, [mark for mark in found if mark not in later])
    report.problems += _tell_later(later)
    return report


def _tell_later(later):
    """Say that the run that is shown is not the one that began last."""
    lines = []
    for mark in later:
        if mark.alive:
            lines.append('A run that began at %s is in progress; shown is '
                         'what was recorded before.' % mark.start)
            continue
        left = [text for begun in mark.classes.values()
                for text in begun.left or ()]
        runs = [' --run %s' % run if run else '' for run in mark.open.values()]
        lines.append(
            'A run that began at %s did not come to its end; shown is what '
            'was recorded before. %s' % (mark.start, ' '.join(
                'What it left is not known: run "tempest ossn cleanup%s".'
                % run for run in runs) or 'It left behind %s.' % (
                    '; '.join(left) or 'nothing')))
    return list(dict.fromkeys(lines))


def load(path):
    """Read a recorded run.

    :param path: file of a subunit stream or a JSON report, '-' for the
        standard input, None for the last run
    :returns: :class:`glance_ossn_tests.report.result.Report`
    :raises Wrong: if it cannot be read
    """
    try:
        if path is None:
            return last_run()
        if path == '-':
            if sys.stdin is None:
                raise Wrong('The standard input is closed: name a file.')
            data = sys.stdin.buffer.read()
        else:
            data = pathlib.Path(path).read_bytes()
        return record.read(data)
    except OSError as error:
        raise Wrong('%s cannot be read: %s. Name a subunit stream ("stestr '
                    'last --subunit > FILE") or a report in JSON.'
                    % (path or 'The last run', error.strerror))
    except result.Unreadable as error:
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
        if target.exists() and not target.is_file():
            # A device or a pipe is written to, not replaced.
            target.write_text(text, encoding='utf-8')
            return
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
    if sys.stdout is None:
        raise Wrong('The standard output is closed: give --output FILE.')
    if hasattr(sys.stdout, 'reconfigure'):
        # What the encoding lacks must not end the report.
        sys.stdout.reconfigure(errors='backslashreplace')
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        # Nothing can be flushed any more, also not at the exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        # "| head" has seen enough.
        if not isinstance(error, BrokenPipeError):
            raise Wrong('The standard output cannot be written: %s. Give '
                        '--output FILE.' % error.strerror) from None


class Judging(command.Command):
    """What the commands share whose exit code is a verdict."""

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.epilog = codes.HELP
        parser.add_argument(
            '--output', metavar='FILE',
            help='write to this file, as a whole or not at all')
        parser.add_argument(
            '--full', action='store_true',
            help='show all images, lists and requests (table)')
        parser.add_argument(
            '--fail-on', choices=codes.FAIL_ON, default='not-tested',
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
        return codes.ERROR
