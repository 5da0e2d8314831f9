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


"""What ``glance-ossn-tests check`` does, once it shows that it is alive."""

import contextlib
import datetime
import functools
from importlib import metadata
import logging
import os
import pathlib
import re
import tempfile

from oslo_config import cfg
from stestr.repository import abstract
from stestr.repository import util as repositories
from tempest import config
from tempest.lib import exceptions as lib_exc
import urllib3
import yaml

from glance_ossn_tests.accounts import progress
from glance_ossn_tests.accounts import serving
from glance_ossn_tests.cleanup import broken
from glance_ossn_tests.clients import errors
from glance_ossn_tests.commands import clouds
from glance_ossn_tests.commands import configured
from glance_ossn_tests.commands import ending
from glance_ossn_tests.commands import judging
from glance_ossn_tests.commands import running
from glance_ossn_tests.commands import workspace
from glance_ossn_tests import config as ossn_config
from glance_ossn_tests import notes
from glance_ossn_tests.report import record
from glance_ossn_tests.report import result
from glance_ossn_tests.sharing import verdicts
from glance_ossn_tests.survey import preview

CONF = config.CONF

# What a cloud, or the way to it, may answer to a look.
_FAILURES = (errors.CannotLook, lib_exc.TempestException,
             urllib3.exceptions.HTTPError, OSError, *errors.ERRORS)


def _now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat(
        timespec='seconds')


def check(arguments, live):
    """Check a cloud.

    :param arguments: what argparse made of them
    :param live: :class:`glance_ossn_tests.commands.live.Live`
    :returns: function that writes what came of it, when the live output is
        over, and returns the exit code
    :raises glance_ossn_tests.commands.configured.Usage: if the call will
        not do
    """
    return _Check(arguments, live).run()


def select(names):
    """Find the claims that names stand for.

    :param names: of notes, claims or CVEs
    :returns: list of :class:`glance_ossn_tests.notes.base.Claim`
    :raises glance_ossn_tests.commands.configured.Usage: if there is none of
        a name
    """
    found = []
    for name in names:
        some = [claim for claim in notes.CLAIMS if _is_called(claim, name)]
        if not some:
            raise configured.Usage(
                '--select %s is no note, claim or CVE that is tested. Name '
                'one of: %s; "glance-ossn-tests list claim" shows the '
                'claims.' % (name, ', '.join(dict.fromkeys(
                    claim.note.name for claim in notes.CLAIMS))))
        found += some
    return list(dict.fromkeys(found))


def _is_called(claim, name):
    return name.lower() in map(str.lower, claim.names)


class _Check:
    """One check.

    :param arguments: what argparse made of them
    :param live: :class:`glance_ossn_tests.commands.live.Live`
    """

    def __init__(self, arguments, live):
        self.arguments = arguments
        self.live = live
        self.folder = self.conf = self.known = None
        self.start = _now()

    def run(self):
        """Check, and return what writes the report."""
        given = self.arguments
        self._look_through(given)
        claims = select(given.select)
        before = self._baseline(given.baseline)
        try:
            target = self._target(given)
        except clouds.Unreachable as error:
            target, why = clouds.Target(
                (given.os_cloud or ['environment'])[0], {}), str(error)
        else:
            why = None
        with contextlib.ExitStack() as stack:
            home = given.config_only and pathlib.Path(stack.enter_context(
                tempfile.TemporaryDirectory(prefix='ossn-')))
            self.folder = workspace.Workspace(target.name, given.keep, home)
            log = logging.FileHandler(self.folder.write('check.log', ''))
            stack.callback(log.close)
            stack.callback(logging.getLogger().handlers.__setitem__,
                           slice(None), logging.getLogger().handlers[:])
            why = why or (
                self._configure(target, log) or self._preview(claims))
            if given.config_only:
                return functools.partial(
                    ending.foretell, why, self.known, target.remarks, claims)
            for _, path in given.outputs:
                # One of before would pass for this one's.
                with contextlib.suppress(OSError, TypeError):
                    os.unlink(path)
            if why:
                found, status = self._untested(why), 0
            else:
                for line in self._foretell():
                    self.live.say(line)
                try:
                    status = self._tempest(claims)
                except running.Interrupted:
                    return self._break_off()
                found = self._read()
                if not self.tempest_run.ended:
                    # A worker was killed, perhaps: what it made is known.
                    self.live.tell('removing what is left')
                    found.left_behind = broken.remove(
                        CONF, self.tempest_run.made)[1]
                    found.problems.append(
                        'a worker of Tempest ended before it had cleaned up, '
                        'which was done after it')
                self.live.tell('writing the report')
            return functools.partial(ending.tell, given, self.folder.path,
                                     found, status, before)

    # Before.

    @staticmethod
    def _look_through(given):
        """See that the options make sense together."""
        if given.tempest_conf and (given.os_cloud or given.os_auth_url or
                                   given.os_region_name):
            raise configured.Usage(
                '--tempest-conf and --os-cloud both say which cloud is to be '
                'checked. Leave one of them out.')
        if given.accounts and len(given.os_cloud) > 1:
            raise configured.Usage(
                '--accounts and several --os-cloud both say who acts. Leave '
                'one of them out.')
        if given.keep < 1:
            raise configured.Usage('--keep %d is too few: this check needs '
                                   'its folder. Keep 1 or more.' % given.keep)
        for option in ('tempest_conf', 'accounts'):
            path, name = getattr(given, option), option.replace('_', '-')
            try:
                if path is not None:
                    with open(path, 'rb') as file:
                        file.read(1)
            except OSError as error:
                raise configured.Usage(
                    '--%s %s cannot be read: %s. Name a file that you can '
                    'read.' % (name, path, error.strerror))
        if given.depth and not _knows_depth():
            raise configured.Usage(
                '--depth is not known to this version: [glance_ossn] has no '
                'option depth. Leave it out.')
        if sum(path is None for _, path in given.outputs) > 1:
            raise configured.Usage(
                '--format is given twice without --output: the standard '
                'output takes one. Add --output FILE behind each.')
        for _, path in given.outputs:
            folder = os.path.dirname(os.path.abspath(path or '.'))
            if path and (os.path.isdir(path) or
                         not os.access(folder, os.W_OK | os.X_OK)):
                raise configured.Usage(
                    '--output %s cannot be written. Name a file in a folder '
                    'that you may write to.' % path)

    @staticmethod
    def _baseline(path):
        try:
            return path and judging.load(path)
        except judging.Wrong as error:
            raise configured.Usage('--baseline: %s' % error)

    def _target(self, given):
        """Find out where the cloud is, and who acts."""
        if given.tempest_conf:
            return self._from_file(given)
        self.live.tell('signing in')
        target = clouds.from_clouds(
            given.os_cloud or [os.environ.get('OS_CLOUD')], given.accounts,
            auth=given.os_auth_url and {'auth_url': given.os_auth_url},
            region_name=given.os_region_name)
        if given.depth:
            target.sections.setdefault('glance_ossn', {})[
                'depth'] = given.depth
        return target

    @staticmethod
    def _from_file(given):
        sections = {}
        if given.accounts:
            sections['auth'] = {'use_dynamic_credentials': False,
                                'test_accounts_file': os.path.abspath(
                                    given.accounts)}
        if given.depth:
            sections['glance_ossn'] = {'depth': given.depth}
        return clouds.Target(pathlib.Path(given.tempest_conf).stem, sections)

    def _configure(self, target, log):
        """Write and read tempest.conf.

        :returns: None
        """
        folder, original = self.folder, self.arguments.tempest_conf
        folder.prepare()
        if target.accounts:
            target.sections['auth']['test_accounts_file'] = folder.write(
                'accounts.yaml', yaml.safe_dump(target.accounts))
        if not original:
            target.sections = {
                'DEFAULT': {'log_dir': folder.path,
                            'log_file': 'tempest.log'},
                'oslo_concurrency': {'lock_path': folder.path / 'lock'},
                **target.sections}
        if original and not target.sections:
            self.conf = pathlib.Path(original).resolve()
        else:
            # The last value of an option is the one that counts.
            text = pathlib.Path(original).read_text() if original else ''
            self.conf = folder.write('tempest.conf', '%s\n%s' % (
                text, workspace.render(target.sections)))
        try:
            CONF.set_config_path(str(self.conf))
            # Reads it.
            CONF.identity
        except (cfg.Error, ValueError) as error:
            raise configured.Usage('%s: %s. Correct it.' % (
                original or self.conf, re.sub(
                    r'from LocationInfo\(.*?\'\) ', '',
                    errors.brief(error))))
        # Not to the terminal, whatever the configuration says.
        logging.getLogger().handlers[:] = [log]

    def _preview(self, claims):
        """Look at the cloud without making anything.

        :param claims: those that are selected, none for all
        :returns: why nothing can be tested, None if it can
        """
        self.live.tell('asking what the cloud answers')
        # This process tells of itself what there is to tell.
        os.environ[progress.VARIABLE] = os.devnull
        try:
            self.known = preview.preview(CONF, claims)
        except preview.Unprivileged as error:
            raise configured.Usage('%s. %s' % (error, clouds.REMEDY))
        except lib_exc.InvalidConfiguration as error:
            return str(error).partition('Details: ')[2] or errors.brief(error)
        except _FAILURES as error:
            return self._unreachable(error)
        return None

    @staticmethod
    def _unreachable(error):
        text = errors.brief(error).rstrip('.')
        if isinstance(error, (lib_exc.Unauthorized, lib_exc.Forbidden,
                              lib_exc.InvalidCredentials)):
            return ('The Identity service does not let the account in: %s. '
                    'Check its user, password, project and domains.' % text)
        return ('The cloud does not answer as it should: %s. Check the '
                'Identity service, %s, the Image service and the way there.%s'
                % (text, CONF.identity.uri_v3,
                   errors.certificate_hint(text)))

    def _foretell(self):
        """Tell in few lines what comes."""
        known, about = self.known, self.known.about
        yield 'Cloud: %s in %s' % (' '.join(about['endpoints'][:1]),
                                   about['region'])
        if known.images:
            yield ('To do: %d images, %d lists, about %d requests, about %s'
                   % (known.images, known.lists, known.requests,
                      ending.duration(known.seconds)))

    # The run.

    def _tempest(self, claims):
        words = self.arguments.tempest
        regex = 'ossn' if not claims else r'(%s)\b' % '|'.join(
            re.escape(claim.test) for claim in claims)
        self.tempest_run = running.Run(
            self.folder.path, self.folder.path / 'run.log', self.live,
            self.known.seconds)
        return self.tempest_run.run([
            'run', '--config-file', str(self.conf), '--regex', regex,
            *([] if {'--concurrency', '-w', '--serial'} & {
                word.partition('=')[0] for word in words}
              else ['--concurrency', str(self._workers())]), *words])

    @staticmethod
    def _workers():
        """Tell how many workers there are accounts for."""
        if CONF.auth.use_dynamic_credentials:
            return 2
        with open(CONF.auth.test_accounts_file) as file:
            return 1 + (len(serving.choose(yaml.safe_load(file), CONF)) >= 5)

    def _read(self):
        """Read what the run told."""
        try:
            data = repositories.get_repo_open(
                repo_url=str(self.folder.path)).get_latest_run(
                    ).get_subunit_stream().read()
            return record.read(data)
        except (abstract.RepositoryNotFound, KeyError, ValueError, OSError,
                result.Unreadable) as error:
            return self._untested(
                'Tempest told nothing (%s); what it said is in %s'
                % (errors.brief(error), self.folder.path / 'run.log'), None)

    def _untested(self, why, left=()):
        """Make the report of a cloud that could not be looked at."""
        about = {'region': CONF.image.region or CONF.identity.region,
                 'identity': CONF.identity.uri_v3} if self.conf else {}
        return result.Report(
            [result.Result(claim, verdicts.NOT_TESTED, why)
             for claim in notes.CLAIMS],
            {key: each for key, each in about.items() if each},
            {'start': self.start, 'end': _now(),
             'plugin': metadata.version('glance-ossn-tests'),
             'tempest': metadata.version('tempest')},
            left if left is None else list(left), [])

    # After.

    def _break_off(self):
        """Remove what an interrupted run made.

        :returns: function that says what stays
        """
        self.live.tell('removing what the run made')
        gone, stays = broken.remove(CONF, self.tempest_run.made)
        return functools.partial(ending.interrupted, gone, stays, self.conf,
                                 self.folder.path / 'run.log')


def _knows_depth():
    return 'depth' in {option.dest for option in ossn_config.OPTIONS}
