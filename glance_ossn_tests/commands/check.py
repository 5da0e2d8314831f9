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


"""``glance-ossn-tests check``: one command for a verdict."""

import argparse
import logging
import signal
import sys

from cliff import command

from glance_ossn_tests.commands import codes
from glance_ossn_tests.commands import live

LOG = logging.getLogger(__name__)

# What the end of a file's name says of its format.
SUFFIXES = {'.html': 'html', '.json': 'json', '.md': 'markdown',
            '.sarif': 'sarif', '.txt': 'table', '.xml': 'junit'}
FORMATS = tuple(dict.fromkeys(('table', 'json', 'html', 'markdown', 'junit',
                               'sarif')))


class _Format(argparse.Action):
    """A format; the file that follows is to have it."""

    def __call__(self, parser, namespace, values, option_string=None):
        namespace.outputs = [*namespace.outputs, (values, None)]


class _Output(argparse.Action):
    """A file, in the format before it or that of its name."""

    def __call__(self, parser, namespace, values, option_string=None):
        outputs = list(namespace.outputs)
        if outputs and outputs[-1][1] is None:
            kind = outputs.pop()[0]
        else:
            kind = next((each for end, each in SUFFIXES.items()
                         if values.endswith(end)), 'table')
        namespace.outputs = [*outputs, (kind, values)]


class Check(command.Command):
    """Judge a cloud: sign in, share, look, report, exit by the verdict.

    Takes the cloud from clouds.yaml and OS_* variables as openstackclient
    does, or from a tempest.conf. What follows "--" goes to "tempest run".
    """

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.epilog = codes.HELP
        where = parser.add_argument_group('the cloud, and who acts there')
        where.add_argument(
            '--os-cloud', metavar='NAME', action='append', default=[],
            help='a cloud of clouds.yaml, whose admin makes projects; or, '
                 'given three times, accounts of three projects (default: '
                 'OS_CLOUD, or what the variables OS_AUTH_URL and so on say)')
        where.add_argument(
            '--os-auth-url', metavar='URL',
            help='the Identity service, instead of what the cloud says')
        where.add_argument(
            '--os-region-name', metavar='REGION',
            help='the region, instead of what the cloud says')
        where.add_argument(
            '--tempest-conf', metavar='FILE',
            help='a tempest.conf, instead of a cloud')
        where.add_argument(
            '--accounts', metavar='FILE',
            help='accounts of three projects of your own '
                 '(etc/accounts.yaml.sample), where no admin makes any')
        what = parser.add_argument_group('what is judged')
        what.add_argument(
            '--config-only', action='store_true',
            help='say what is known of the cloud and would be tested, and '
                 'make nothing')
        what.add_argument(
            '--select', metavar='NAME', action='append', default=[],
            help='only this note, claim or CVE, e.g. OSSN-0005; may be given '
                 'again')
        what.add_argument('--depth', metavar='DEPTH',
                          help='[glance_ossn] depth of the configuration')
        what.add_argument(
            '--baseline', metavar='REPORT',
            help='a report in JSON of before: only what is newly exposed or '
                 'newly untested decides the exit code')
        what.add_argument(
            '--fail-on', choices=codes.FAIL_ON, default='not-tested',
            help='what is worth an exit code other than 0: what is exposed, '
                 'what is exposed or not tested (default), or nothing')
        shown = parser.add_argument_group('what is written')
        shown.add_argument(
            '--format', '-f', choices=FORMATS, action=_Format,
            help='of the --output that follows, or of the standard output; '
                 'may be given again')
        shown.add_argument(
            '--output', '-o', metavar='FILE', action=_Output,
            help='write a report there as well, in the --format before it or '
                 'that of its name; may be given again')
        shown.add_argument(
            '--full', action='store_true',
            help='show all images, lists and requests on the terminal')
        shown.add_argument(
            '--keep', metavar='N', type=int, default=5,
            help='how many checks keep their folder with log and reports '
                 '(default: %(default)s)')
        parser.add_argument('tempest', metavar='ARGUMENT', nargs='*',
                            help='arguments of "tempest run", behind "--"')
        parser.set_defaults(outputs=[])
        return parser

    def take_action(self, parsed_args):
        """Check a cloud.

        :param parsed_args: what argparse made of the arguments
        :returns: the exit code, by the verdict
        """
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.default_int_handler)
        try:
            with live.Live() as shown:
                shown.tell('starting')
                # Not before something is seen: Tempest takes its time.
                from glance_ossn_tests.commands import checking
                done = checking.check(parsed_args, shown)
            return done()
        except codes.Usage as error:
            print(error, file=sys.stderr)
        except KeyboardInterrupt:
            print('Interrupted: nothing was made. Exit code %d.'
                  % codes.ERROR, file=sys.stderr)
        except Exception:
            # An exit code of 1 would say that a cloud is exposed.
            LOG.exception('Internal error of glance-ossn-tests: please '
                          'report it with this text')
        return codes.ERROR
