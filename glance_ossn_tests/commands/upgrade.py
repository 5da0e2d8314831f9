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

"""Before an upgrade and after it: what "tempest ossn upgrade" does."""

import configparser
import datetime
import os
import subprocess
import sys
import tempfile
import uuid

from cliff import command
from oslo_config import cfg
from tempest import config
from tempest.lib.common.utils import data_utils
from tempest.lib import exceptions as lib_exc
import urllib3

from glance_ossn_tests.accounts import accounts
from glance_ossn_tests.accounts import party
from glance_ossn_tests.cleanup import created
from glance_ossn_tests.cleanup import leftovers
from glance_ossn_tests.clients import errors
from glance_ossn_tests.commands import codes
from glance_ossn_tests.commands import configured
from glance_ossn_tests.commands import judging
from glance_ossn_tests.commands import report
from glance_ossn_tests import notes
from glance_ossn_tests.report import failure
from glance_ossn_tests.report import record
from glance_ossn_tests.survey import budget
from glance_ossn_tests.survey import state
from glance_ossn_tests.survey import survey
from glance_ossn_tests.survey import work

CONF = config.CONF

# Part of the names of what is made, behind the resource prefix.
NAME = 'OssnUpgrade'
TESTS = 'glance_ossn_tests.tests.api.test_image_sharing_upgrade'


class Incomplete(Exception):
    """Something is missing by which an upgrade is judged."""


# What keeps a command from its end besides a bug.
_FAILURES = (lib_exc.TempestException, urllib3.exceptions.HTTPError, OSError,
             configured.Usage, errors.CannotLook, state.BadState, Incomplete)


class _Options(configured.Configured):
    """The options that all commands of an upgrade have."""

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.add_argument(
            '--state', metavar='FILE', required=True,
            help='the state file, which lasts from before the upgrade until '
                 'after it; it may hold passwords')
        return parser


class _Command(_Options, command.Command):

    def take_action(self, parsed_args):
        """Run the command, or say why not.

        :param parsed_args: the arguments
        :returns: 0 if it is done, 2 if not
        """
        try:
            self.configure(parsed_args.config_file)
            self.act(parsed_args)
        except _FAILURES as error:
            self.app.stderr.write(errors.brief(error) + '\n')
            return codes.ERROR
        return codes.CLEAN

    def say(self, text, *values):
        self.app.stdout.write(text % values + '\n')


class Prepare(_Command):
    """Share images that are to last, before an upgrade.

    Projects, users and images are made that stay until "destroy".
    """

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.add_argument(
            '--allow-partial', action='store_true',
            help='keep what was made although images or lists are missing, '
                 'for which "verify" will say NOT TESTED')
        return parser

    def act(self, parsed_args):
        """Share images, and write down how.

        :param parsed_args: the arguments
        :raises Incomplete: if images or lists are missing
        """
        path = parsed_args.state
        if os.path.exists(path):
            raise state.BadState(
                '--state %s exists. Run "tempest ossn upgrade destroy" with '
                'it first, or choose another file.' % path)
        now = datetime.datetime.now(datetime.timezone.utc)
        memory = state.State(path, leftovers.LASTING + uuid.uuid4().hex,
                             when=now.isoformat(timespec='seconds'))
        memory.save()
        try:
            self._check(self._prepare(memory), parsed_args.allow_partial)
        except BaseException:
            # What stays is in the file.
            destroy(memory)
            raise
        self.say('Made %d images in the projects %s; %d lists were read. '
                 'After the upgrade run "tempest ossn upgrade verify '
                 '--state %s", in the end "... destroy".',
                 len(memory.dates), ', '.join(
                     account['project_name'] for account in memory.accounts),
                 len(memory.lists), path)

    def _check(self, subject, allowed):
        """See that nothing is missing, or say that it is accepted."""
        missing = lacking(subject)
        if not missing:
            return
        lines = ['%d images or lists are missing, without which the upgrade '
                 'cannot be judged in full:' % len(missing)]
        lines += failure.some(['  - ' + line for line in missing])
        self.app.stderr.write('\n'.join(lines) + '\n')
        if all(share.failed or not share.image_id
               for share in subject.made.shares):
            raise Incomplete('No image was shared, and nothing was kept. Mend '
                             'what the lines above say, and prepare anew.')
        if not allowed:
            raise Incomplete(
                'Nothing was kept. Mend what the lines above say, e.g. the '
                'quota of images of the projects, and prepare anew, or '
                'accept it with --allow-partial.')

    @staticmethod
    def _prepare(memory):
        memory.made = CONF.auth.use_dynamic_credentials
        if memory.made:
            memory.accounts = accounts.make(NAME)
        else:
            # The passwords stay where they are.
            memory.accounts = [
                {key: account[key] for key in ('role', 'username',
                                               'project_name')}
                for account in accounts.from_file()]
        memory.save()
        parties = accounts.parties(memory.accounts, memory.run)
        party.check_premise(*parties.values())
        memory.sharing = True
        memory.save()
        # What is made shall last: nothing removes it at the end.
        subject = survey.Survey(work.configured(
            CONF, parties, data_utils.rand_name(
                'ossn-' + memory.run, prefix=CONF.resource_name_prefix),
            created.CreatedImages()), notes.UPGRADE, crossed=False)
        subject.run()
        memory.record(subject.found, subject.made, subject.readings)
        memory.save()
        return subject


class Verify(_Options, report.Report):
    """See after an upgrade that what was shared before means the same.

    The tests of the upgrade run, and what they say is reported as "tempest
    ossn report" does.
    """

    def add_source(self, parser):
        """Add none: the source is what the tests of the upgrade say."""

    def judge(self, parsed_args):
        """Run the tests and write the report.

        :param parsed_args: the arguments
        :returns: the exit code
        """
        try:
            self.configure(parsed_args.config_file)
            state.load(parsed_args.state)
            data = self._run(os.path.abspath(parsed_args.state))
        except _FAILURES as error:
            raise judging.Wrong(errors.brief(error)) from None
        return self.tell(record.read(data).about(notes.UPGRADE),
                         parsed_args)

    def _run(self, path):
        """Run the tests of the upgrade.

        :param path: of the state file
        :returns: the subunit stream that they make
        """
        with tempfile.TemporaryDirectory(prefix='ossn-upgrade-') as folder:
            self._write_config(os.path.join(folder, 'tempest.conf'), path)
            return subprocess.run(
                [sys.executable, '-m', 'subunit.run', TESTS],
                stdout=subprocess.PIPE, env=dict(
                    os.environ, TEMPEST_CONFIG_DIR=folder,
                    TEMPEST_CONFIG='tempest.conf')).stdout

    @staticmethod
    def _write_config(copy, path):
        """Write the configuration anew, with the state file in it."""
        parser = configparser.RawConfigParser(default_section='none',
                                              strict=False)
        # Tempest hands on what it read, and not from where.
        parser.read(cfg.CONF.config_file)
        if not parser.has_section('glance_ossn'):
            parser.add_section('glance_ossn')
        parser.set('glance_ossn', 'upgrade_state', path)
        # There are passwords in it.
        with open(os.open(copy, os.O_WRONLY | os.O_CREAT, 0o600),
                  'w') as file:
            parser.write(file)


class Destroy(_Command):
    """Delete all that "prepare" made, and the state file."""

    def act(self, parsed_args):
        """Delete what the state file names.

        :param parsed_args: the arguments
        """
        path = parsed_args.state
        if not os.path.exists(path):
            self.say('%s is not there: nothing to destroy.', path)
            return
        self.say('%d images deleted.', destroy(state.load(path)))


def lacking(subject):
    """Tell what could not be made or read.

    :param subject: :class:`glance_ossn_tests.survey.survey.Survey`, done
    :returns: list of texts, each saying why
    """
    found = [(share.plan.name, share.plan.problem or share.failed or (
        share.members is None and share.unconfirmed))
        for share in subject.made.shares]
    found += [('%s image of the %s' % (control.kind.name, control.viewer),
               control.failed) for control in subject.made.controls]
    # What the cloud does not offer is not missing, but for a quota's sake.
    found += [('some images', why)
              for why in budget.remarks(subject.found, subject.made)]
    found += [(reading.listing.name,
               reading.problem or reading.listing.problem)
              for reading in subject.readings if not (
                  reading.not_offered or reading.listing.not_offered)]
    return ['%s: %s' % (what, why) for what, why in found if why]


def destroy(memory):
    """Delete what a state names, and its file in the end.

    :param memory: :class:`glance_ossn_tests.survey.state.State`
    :returns: how many images were deleted
    :raises glance_ossn_tests.accounts.errors.LeftBehind: if something stays;
        the file stays, too
    """
    deleted, stayed = 0, []
    # Where nothing can be made, nothing can be looked for.
    for actor in accounts.parties(memory.accounts, memory.run).values() if (
            memory.sharing) else ():
        found = leftovers.find_images(actor, run=memory.run)
        deleted += len(found)
        leftovers.remove(found, stayed.append)
    stayed = [line for line in stayed if line.startswith('Stays')]
    if stayed:
        raise errors.LeftBehind(' '.join(stayed))
    if memory.made:
        accounts.unmake(memory.accounts)
    os.unlink(memory.path)
    return deleted
