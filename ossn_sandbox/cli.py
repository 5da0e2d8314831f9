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

"""The ``ossn-sandbox`` command."""

import signal
import sys
import threading

from cliff import app
from cliff import command
from cliff import commandmanager
from cliff import lister
import rich.console

from ossn_sandbox import cloud
from ossn_sandbox import databases
from ossn_sandbox import errors
from ossn_sandbox import processes
from ossn_sandbox import releases

# Options of "tempest run" that choose tests: with one of them the default
# choice is not made.
_CHOOSING = ('--regex', '-r', '--smoke', '-s', '--include-list',
             '--include_list', '--load-list', '--load_list',
             '--whitelist-file', '--whitelist_file', '--worker-file',
             '--worker_file')
_REMIND_SECONDS = 10


def tempest_arguments(config, extra):
    """Make the arguments of ``tempest``.

    :param config: path of tempest.conf
    :param extra: the user's own
    :returns: the words
    """
    chosen = any(word.partition('=')[0] in _CHOOSING for word in extra)
    return ['run', '--config-file', str(config),
            *(() if chosen else ('--regex', 'ossn')), *extra]


class _Command(command.Command):
    """What all commands share."""

    def sandbox(self, **kwargs):
        options = self.app.options
        return cloud.Sandbox(options.dir, options.envs, self.app.tell,
                             **kwargs)

    @staticmethod
    def add_variants(parser):
        parser.add_argument(
            '--no-v1', dest='v1', action='store_false',
            help='switch the v1 API off (enable_v1_api = False), where there '
                 'is one')
        parser.add_argument(
            '--policy', metavar='RULE=CHECK', action='append', default=[],
            help='override a rule of Glance\'s policy, e.g. '
                 'modify_member=role:member; without a check, for anybody')
        parser.add_argument(
            '--option', metavar='SECTION.NAME=VALUE', action='append',
            default=[],
            help='set an option of glance-api.conf, e.g. '
                 'image_format.disk_formats=raw')

    @staticmethod
    def variants(parsed_args):
        names, v1 = parsed_args.releases, parsed_args.v1
        changes = (releases.overrides(parsed_args.policy),
                   releases.settings(parsed_args.option))
        # Not for those that have no v1, unless none has.
        without = [name for name in names if not releases.get(name).registry]
        keep = without if len(without) < len(names) else ()
        return [releases.get(name, v1 or name in keep, *changes)
                for name in names]


class _OneCloud(_Command):
    """A command about one cloud's workspace."""

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.add_argument('release', metavar='RELEASE', nargs='?',
                            default=releases.NEWEST,
                            help='default: the newest, %(default)s')
        self.add_variants(parser)
        parser.add_argument(
            '--preprovisioned', action='store_true',
            help='with pre-provisioned credentials, without an admin')
        return parser

    @staticmethod
    def variant(parsed_args):
        return releases.get(parsed_args.release, parsed_args.v1,
                            releases.overrides(parsed_args.policy),
                            releases.settings(parsed_args.option))


class _Clouds(_Command, lister.Lister):
    """A command that leaves clouds running."""

    def listed(self, clouds):
        self.app.settle()
        return (('Cloud', 'Glance', 'URL', 'tempest.conf'), [
            (up.name, up.release.version, up.image_url, str(up.config))
            for up in clouds])


class Up(_Clouds):
    """Start clouds and leave them running."""

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.add_argument('releases', nargs='+', metavar='RELEASE')
        self.add_variants(parser)
        parser.add_argument(
            '--clean', action='store_true',
            help='let what is to start forget its former images and users')
        return parser

    def take_action(self, parsed_args):
        return self.listed(self.sandbox().start(
            self.variants(parsed_args), parsed_args.clean))


class Upgrade(_Clouds):
    """Upgrade a cloud to a later release and leave it running.

    Its Glance is stopped, its data are migrated by the later release's own
    glance-manage, and that release is started in the same region. The data
    before stay: "ossn-sandbox up OLD" is the way back.
    """

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.add_argument('old', metavar='OLD',
                            help='a cloud that has been brought up')
        parser.add_argument('new', metavar='NEW', help='a later release')
        parser.add_argument(
            '--hop', metavar='RELEASE', action='append',
            help='a release in between whose migrations run as well, which '
                 'can be repeated (default: rocky from pike, else none)')
        parser.add_argument(
            '--fault', metavar='NAME',
            help='spoil the migrated data, to see a verification red: '
                 f'{", ".join(databases.FAULTS)}')
        return parser

    def take_action(self, parsed_args):
        spoil = (databases.fault(parsed_args.fault)
                 if parsed_args.fault is not None else None)
        return self.listed([self.sandbox().upgrade(
            parsed_args.old, parsed_args.new, parsed_args.hop, spoil)])


class Down(_Command):
    """Stop clouds, by default all of the folder; data and logs stay."""

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.add_argument(
            'releases', nargs='*', metavar='RELEASE',
            help='stop these alone; Keystone and the others stay up')
        self.add_variants(parser)
        return parser

    def take_action(self, parsed_args):
        box = self.sandbox()
        wanted = self.variants(parsed_args)
        for release in wanted:
            box.workspace(release)
        stopped = (sum(box.stop(release.name) for release in wanted)
                   if wanted else box.down())
        self.app.tell(f'{stopped} processes stopped')


class Status(_Command, lister.Lister):
    """Show what is running."""

    def take_action(self, parsed_args):
        return (('Cloud', 'Service', 'State', 'PID', 'URL', 'Log'), [
            (each.cloud, each.role,
             'up' if each.answers else 'ill' if each.pid else 'down',
             each.pid or '', each.url or '', str(each.log))
            for each in self.sandbox().status()])


class Conf(_OneCloud):
    """Print the path of a cloud's tempest.conf, or of its clouds.yaml."""

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.add_argument(
            '--clouds', action='store_true',
            help='of its clouds.yaml, which has the admin and the users')
        return parser

    def take_action(self, parsed_args):
        release = self.variant(parsed_args)
        name = ('clouds.yaml' if parsed_args.clouds else
                'tempest-preprovisioned.conf' if parsed_args.preprovisioned
                else 'tempest.conf')
        print(self.sandbox().workspace(release) / 'etc' / name)


class Releases(_Command, lister.Lister):
    """Show the releases there are."""

    def take_action(self, parsed_args):
        return (('Release', 'Glance', 'Pins'), [
            (each.name, each.version, ' '.join(each.pins))
            for each in releases.RELEASES.values()])


class Run(_OneCloud):
    """Start a cloud, run Tempest against it, and stop it.

    What follows "--" goes to "tempest run"; by default that is
    "--regex ossn".
    """

    def take_action(self, parsed_args):
        release = self.variant(parsed_args)
        box = self.sandbox(tied=True)
        try:
            target = box.start([release], clean=True)[0]
            self.app.settle()
            return box.tempest(target, tempest_arguments(
                target.preprovisioned_config if parsed_args.preprovisioned
                else target.config, self.app.extra))
        finally:
            box.stop_started()


class Exec(_OneCloud):
    """Start a cloud, run a command against it, and stop it.

    What follows "--" is the command. In it {conf} stands for the path of
    tempest.conf and {clouds} for that of clouds.yaml, which the variable
    OS_CLIENT_CONFIG_FILE names as well.
    """

    def take_action(self, parsed_args):
        if not self.app.extra:
            raise errors.SandboxError('COMMAND is missing; name one behind '
                                      '"--".')
        release = self.variant(parsed_args)
        box = self.sandbox(tied=True)
        try:
            target = box.start([release], clean=True)[0]
            self.app.settle()
            conf = (target.preprovisioned_config
                    if parsed_args.preprovisioned else target.config)
            clouds = conf.with_name('clouds.yaml')
            return processes.follow(
                [word.replace('{conf}', str(conf)).replace(
                    '{clouds}', str(clouds)) for word in self.app.extra],
                OS_CLIENT_CONFIG_FILE=str(clouds))
        finally:
            box.stop_started()


class Sandbox(app.App):
    """The application."""

    def __init__(self, extra):
        manager = commandmanager.CommandManager(None)
        for each in (Up, Upgrade, Down, Status, Conf, Releases, Run, Exec):
            manager.add_command(each.__name__.lower(), each)
        super().__init__(
            description='Real Keystone and Glance of chosen releases on '
                        'loopback, to run Tempest against.',
            version=None, command_manager=manager, deferred_help=True)
        self.extra = extra
        self._console = rich.console.Console(stderr=True)
        self._status = None
        self._telling = threading.Lock()
        self._settled = threading.Event()
        self._text = None

    def build_option_parser(self, description, version, **kwargs):
        parser = super().build_option_parser(description, version, **kwargs)
        parser.add_argument(
            '--dir', help='folder of the clouds (default: '
                          f'{cloud.cache() / "sandbox"})')
        parser.add_argument(
            '--envs', help='folder of the environments, which any number of '
                           'sandboxes can share (default: OSSN_SANDBOX_ENVS '
                           f'or {cloud.cache() / "environments"})')
        return parser

    def tell(self, text):
        """Show a step: what it is at on a terminal, a line elsewhere."""
        if not self._console.is_terminal:
            if self._text is None:
                threading.Thread(target=self._remind, daemon=True).start()
            self._text = text
            self._print(text)
            return
        # Clouds are brought up by several threads.
        with self._telling:
            if self._status is None:
                self._status = self._console.status(text)
                self._status.start()
            self._status.update(text)

    def _print(self, text):
        self._console.print(text, markup=False, highlight=False,
                            soft_wrap=True)

    def _remind(self):
        """Show every ten seconds that a step goes on."""
        while not self._settled.wait(_REMIND_SECONDS):
            self._print(f'... {self._text}')

    def settle(self):
        """End the showing of steps."""
        self._settled.set()
        if self._status is not None:
            self._status.stop()
            self._status = None

    def clean_up(self, cmd, result, err):
        self.settle()


def main(argv=None):
    """Run the command.

    :param argv: its arguments
    :returns: the exit code
    """
    argv = sys.argv[1:] if argv is None else argv
    extra = []
    if '--' in argv:
        cut = argv.index('--')
        argv, extra = argv[:cut], argv[cut + 1:]
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    return Sandbox(extra).run(argv or ['help'])


if __name__ == '__main__':
    sys.exit(main())
