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

"""``tempest ossn cleanup``: remove what killed runs left."""

import re

from cliff import command
from tempest import config
from tempest.lib import exceptions as lib_exc

from glance_ossn_tests.accounts import preflight
from glance_ossn_tests.cleanup import leftovers
from glance_ossn_tests.clients import errors
from glance_ossn_tests.clients import images
from glance_ossn_tests.commands import codes
from glance_ossn_tests.commands import configured
from glance_ossn_tests.report import marks

CONF = config.CONF


class Cleanup(configured.Configured, command.Command):
    """Remove what killed runs of glance-ossn-tests left in the cloud.

    Images with the property that the tests write into theirs and, with an
    admin, projects and users of the test classes: nothing else. Do not use
    it during a run, whose images it would remove, unless with --run.
    """

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.add_argument(
            '--run', metavar='ID',
            help='only what this run made: the value of the property %s of '
                 "its images, which is in the run's log; by default what "
                 'all runs made' % images.RUN_PROPERTY)
        parser.add_argument(
            '--dry-run', action='store_true',
            help='say what would be removed, remove nothing')
        return parser

    def take_action(self, parsed_args):
        """Remove what is left, or say what is.

        :param parsed_args: what argparse made of the arguments
        :returns: 0 if nothing is left, 1 if something is, 2 if the usage or
            the configuration is wrong, 3 if it could not be found out
        """
        try:
            return self._clean_up(self._conf(parsed_args), parsed_args)
        except configured.Usage as error:
            self._say(str(error))
            return codes.ERROR
        except lib_exc.InvalidConfiguration as error:
            self._say(errors.brief(error))
            return codes.ERROR
        except (errors.CannotLook, *leftovers.FAILURES) as error:
            # Tempest's log gets what nobody catches, not the terminal.
            self._say('What is left could not be found out: %s. %s Nothing '
                      'more was removed.' % (
                          errors.brief(error).rstrip('.'),
                          self._advice(error)))
            return codes.NOT_TESTED

    @staticmethod
    def _advice(error):
        """Tell where to look for the cause of an error."""
        if isinstance(error, (lib_exc.Unauthorized, lib_exc.Forbidden,
                              lib_exc.InvalidCredentials)):
            return ('Check the account: [auth] admin_username, '
                    'admin_password, admin_project_name and '
                    'admin_domain_name, or those in test_accounts_file.')
        return ('Check whether the Identity service, [identity] uri_v3 = %s, '
                'and the Image service are up.' % CONF.identity.uri_v3)

    def _say(self, text):
        self.app.stdout.write(text + '\n')

    def _conf(self, arguments):
        if arguments.run and not re.fullmatch('[0-9a-f]{32}', arguments.run):
            raise configured.Usage(
                '--run %s is no id of a run: it has 32 hexadecimal digits.'
                % arguments.run)
        return self.configure(arguments.config_file)

    def _clean_up(self, conf, arguments):
        """Look as each account that can, and remove what it finds."""
        found, stayed = 0, []
        act = self._dry if arguments.dry_run else leftovers.remove
        for holder, manager in leftovers.holders(conf):
            left = leftovers.find_images(holder, bool(manager),
                                         arguments.run)
            found += len(left)
            stayed = act(left, self._say, stayed)
            others = leftovers.find_namespaces(holder, arguments.run)
            others += (leftovers.find_domains(manager, arguments.run)
                       if manager else
                       leftovers.find_credentials(holder, arguments.run))
            found += len(others)
            stayed = act(others, self._say, stayed)
            if not manager:
                continue
            accounts = leftovers.find_accounts(
                manager, conf.resource_name_prefix,
                {image.project for image in left} | self._projects(
                    arguments.run) if arguments.run else None)
            found += len(accounts)
            stayed = act(accounts, self._say, stayed)
        self._say('%s: %d; left: %d.' % (
            'Found' if arguments.dry_run else 'Removed',
            found - (0 if arguments.dry_run else len(stayed)), len(stayed)))
        if arguments.run and not found:
            self._say('By the id of a run its images are found, and the '
                      'projects and users that have them. Without --run '
                      'those of all runs are.')
        if not (stayed or arguments.dry_run):
            self._forget(arguments.run)
        self._tell_locks(conf)
        return codes.EXPOSED if stayed else codes.CLEAN

    @staticmethod
    def _projects(run):
        """Tell which projects a run made, as this workspace knows."""
        return {project for mark in marks.read()
                for begun in mark.classes.values() if begun.run == run
                for project in begun.projects}

    @staticmethod
    def _forget(run):
        """Nobody need be told any more of what is removed."""
        for mark in marks.read():
            if not mark.alive and (not run or {*mark.open.values()} <= {run}):
                mark.remove()

    @staticmethod
    def _dry(found, tell, before):
        for leftover in found:
            tell('Would be removed: %s' % leftover)
        return before + found

    def _tell_locks(self, conf):
        locks = preflight.locks(conf, leftovers.CLASSES)
        if locks:
            self._say('Accounts of [auth] test_accounts_file are marked as '
                      'in use by a run. If none is in progress, delete: %s'
                      % ' '.join(locks))
