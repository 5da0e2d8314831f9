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


"""How a check ends: reports, the terminal, the line with the verdict."""

import io
import sys

from glance_ossn_tests.commands import codes
from glance_ossn_tests.commands import configured
from glance_ossn_tests.commands import judging
from glance_ossn_tests.commands import report as reporting
from glance_ossn_tests import notes
from glance_ossn_tests.report import diff
from glance_ossn_tests.report import table
from glance_ossn_tests.report import view
from glance_ossn_tests.sharing import verdicts

_RED = {verdicts.EXPOSED, verdicts.NOT_TESTED}


def duration(seconds):
    """Tell a time that is not known exactly.

    :param seconds: about how many
    :returns: text
    """
    if seconds < 100:
        return '%d seconds' % max(round(seconds, -1), 10)
    return '%d minutes' % round(seconds / 60)


def tell(given, folder, found, status, before):
    """Write the reports, and end with the verdict.

    :param given: the arguments of the check
    :param folder: path of its workspace
    :param found: :class:`glance_ossn_tests.report.result.Report`
    :param status: what Tempest ended with
    :param before: the report of the baseline, None without one
    :returns: the exit code
    :raises glance_ossn_tests.commands.configured.Usage: if a report cannot
        be written
    """
    shown, written = 'table', []
    for kind, path in (('html', folder / 'report.html'),
                       ('json', folder / 'report.json'), *given.outputs):
        if path is None:
            shown = kind
            continue
        try:
            judging.write(_render(found, kind, io.StringIO(), given.full),
                          path)
        except judging.Wrong as error:
            raise configured.Usage(str(error))
        written.append(str(path))
    judging.write(_render(found, shown, sys.stdout, given.full), None)
    changes = None if before is None else diff.compare(before, found)
    if changes is not None and shown == 'table':
        judging.write('\nSince the baseline\n\n%s\n' % view.plain('\n'.join(
            diff.lines(before, found, changes, given.full))), None)
    code = _code(found, status, changes, given.fail_on)
    log = folder / 'run.log'
    if not log.exists():
        # Tempest was not run.
        log = folder / 'check.log'
    if code == codes.ERROR:
        print('Tempest failed (%d) though no claim did; its output is in %s.'
              % (status, log), file=sys.stderr)
    text = '%s%s. Exit code %d. Reports: %s. Log: %s\n' % (
        '\n' if shown == 'table' else '', _verdict(found, changes), code,
        ', '.join(written), log)
    if shown == 'table':
        judging.write(text, None)
    else:
        # What is piped on is to stay what it is.
        sys.stderr.write(text)
    return code


def _render(found, kind, stream, full):
    if kind != 'table':
        return reporting.FORMATS[kind](found)
    return table.render(found, stream, full,
                        None if stream is sys.stdout else 100)


def _verdict(found, changes):
    """Tell the verdict in few words."""
    text = view.headline(found)
    if changes is None:
        return text
    new = sorted({'%s is %s' % (change.claim.name, change.kind)
                  for change in changes if change.kind in diff.VERDICTS})
    return '%s; since the baseline %s' % (
        text, ', '.join(new) or 'nothing is newly exposed or untested')


def _code(found, status, changes, fail_on):
    """Choose the exit code: what is in the baseline does not count."""
    if changes is None:
        code = codes.of({found.verdict}, fail_on)
    else:
        code = codes.of({diff.VERDICTS.get(change.kind)
                         for change in changes} | (
            {verdicts.NOT_TESTED} if found.problems else set()), fail_on)
    return codes.ERROR if not code and status and (
        found.verdict not in _RED) else code


def interrupted(gone, stays, conf, log):
    """Say what came of a check that the user ended.

    :param gone: how many things were removed then
    :param stays: texts that say what could not be
    :param conf: path of its tempest.conf
    :param log: path of its log
    :returns: the exit code
    """
    for line in stays:
        print('Stays: %s' % line, file=sys.stderr)
    judging.write(
        'INTERRUPTED: no verdict. Removed then: %d. Left behind: %s. Exit '
        'code %d. Log: %s\n' % (
            gone, '%d, see above; "tempest ossn cleanup --config-file %s" '
            'removes it' % (len(stays), conf) if stays else 'nothing',
            codes.ERROR, log), None)
    return codes.ERROR


def foretell(why, known, remarks, claims):
    """Say what is known of a cloud before anything is made.

    :param why: why it cannot be tested, None if it can
    :param known: :class:`glance_ossn_tests.survey.preview.Preview`
    :param remarks: texts that are good to know besides
    :param claims: those that are selected, none for all
    :returns: the exit code
    """
    if why:
        judging.write('%s\n%s: nothing was made. Exit code %d.\n' % (
            view.plain(why), verdicts.NOT_TESTED, codes.NOT_TESTED), None)
        return codes.NOT_TESTED
    about, claims = known.about, claims or notes.CLAIMS
    by_note = verdicts.group(claims, lambda claim: claim.note)
    rows = [*view.facts_of_cloud(about),
            *(('Who', actor) for actor in known.actors),
            ('To test', '%d claims: %s' % (len(claims), ', '.join(
                [*('%d of %s' % (len(some), note.name)
                   for note, some in by_note.items() if len(some) > 1),
                 *(note.name for note, some in by_note.items()
                   if len(some) == 1)]))),
            ('To do', '%d images, %d lists, about %d requests, about %s' % (
                known.images, known.lists, known.requests,
                duration(known.seconds)) if known.images else
             'nothing: no image can be made, see the remark'),
            *(('Remark', text) for text in (*remarks,
                                            *about.get('remarks', ())))]
    judging.write(table.grid(
        [(label, view.plain(text or 'not known')) for label, text in rows],
        sys.stdout) + 'The cloud can be checked; nothing was made. Exit code '
        '%d.\n' % codes.CLEAN, None)
    return codes.CLEAN
