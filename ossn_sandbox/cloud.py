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

"""Start real clouds on loopback, and stop them again.

    box = cloud.Sandbox('/some/folder')
    pike = box.up('pike')
    ...
    box.down()
"""

import concurrent.futures
import dataclasses
import os
import pathlib
import shutil

from ossn_sandbox import builder
from ossn_sandbox import catalog
from ossn_sandbox import databases
from ossn_sandbox import environments
from ossn_sandbox import errors
from ossn_sandbox import files
from ossn_sandbox import launcher
from ossn_sandbox import releases
from ossn_sandbox import state


def cache():
    """Find our folder in the user's cache.

    :returns: its path
    """
    base = os.environ.get('XDG_CACHE_HOME') or pathlib.Path.home() / '.cache'
    return pathlib.Path(base) / 'glance-ossn-tests'


@dataclasses.dataclass(frozen=True)
class Service:
    """One process of a cloud, running or not.

    :ivar cloud: the cloud's name, or ``keystone``
    :ivar role: what it is, such as ``glance-api``
    :ivar url: where it answers
    :ivar log: path of its log
    :ivar pid: its process's id, or None
    :ivar answers: whether it answers
    """

    cloud: str
    role: str
    url: str
    log: pathlib.Path
    pid: int | None = None
    answers: bool = False


@dataclasses.dataclass(frozen=True)
class Cloud:
    """What one needs to use a cloud or look into it.

    :ivar release: the :class:`releases.Release`
    :ivar auth_url: Keystone's URL
    :ivar image_url: glance-api's URL
    :ivar registry_url: glance-registry's URL, if there is one
    :ivar admin: the admin's username, password and project_name
    :ivar accounts: the same of ordinary users, each in its own project
    :ivar workspace: folder from which Tempest can be run
    :ivar database: path of Glance's SQLite database; of one on a server,
        the URL
    :ivar images: folder of the file store
    :ivar logs: paths of the logs by role
    :ivar requests: paths of the accounts of all requests by role, see
        :func:`ossn_sandbox.guest.serve.accounting`
    """

    release: releases.Release
    auth_url: str
    image_url: str
    registry_url: str | None
    admin: dict
    accounts: list
    workspace: pathlib.Path
    database: pathlib.Path
    images: pathlib.Path
    logs: dict
    requests: dict

    @property
    def name(self):
        """The cloud's name, which is its region's unless upgraded."""
        return self.release.name

    @property
    def region(self):
        """The cloud's region, which an upgrade keeps."""
        return self.release.region

    @property
    def config(self):
        """Path of the tempest.conf for dynamic credentials."""
        return self.workspace / 'etc' / 'tempest.conf'

    @property
    def preprovisioned_config(self):
        """Path of the tempest.conf for pre-provisioned credentials."""
        return self.workspace / 'etc' / 'tempest-preprovisioned.conf'

    def session(self, account=None):
        """Make a keystoneauth1 session.

        :param account: username, password and project_name, by default
            the admin's
        :returns: the session
        """
        return catalog.session(self.auth_url, account or self.admin)


class Sandbox:
    """A folder with one Keystone and the clouds that use it.

    :param home: the folder, by default one in the user's cache
    :param envs: the folder of the environments, by default one in the
        user's cache: every sandbox can use the same
    :param tell: called with a text at each step worth showing
    :param tied: whether the services die with this process
    :param database: where Glance's databases are, by default
        :class:`databases.SQLite`
    """

    def __init__(self, home=None, envs=None, tell=lambda text: None,
                 tied=False, database=None):
        self.home = pathlib.Path(home or cache() / 'sandbox').resolve()
        self._tell = tell
        self._database = database or databases.SQLite()
        self._state = state.State(self.home)
        self._launcher = launcher.Launcher(self._state, tied)
        self._builder = builder.Builder(
            self._state, self._launcher, environments.Environments(
                pathlib.Path(envs or os.environ.get('OSSN_SANDBOX_ENVS')
                             or cache() / 'environments').resolve(), tell),
            self._database, tell)

    # Up.

    def up(self, name, v1=True, policy=None):
        """Start a cloud of a release.

        :param name: the name of the release or variant
        :param v1: False for the variant whose v1 API is switched off
        :param policy: dict of policy rules to override to their checks
        :returns: the :class:`Cloud`
        :raises SandboxError: when it does not come up
        """
        return self.start([releases.get(name, v1, policy)])[0]

    def start(self, wanted, clean=False):
        """Start clouds. Those that are up and well stay as they are.

        :param wanted: a list of :class:`releases.Release`
        :param clean: whether what is to start forgets its former data
        :returns: a list of :class:`Cloud`
        :raises SandboxError: when one does not come up; what was started
            is stopped again
        """
        self._state.open()
        with files.lock(self.home / 'lock', self._tell):
            self._load()
            for release in wanted:
                self._refuse_unknown_origin(release, clean)
            self._builder.ensure(wanted)
            with self._launcher.all_or_nothing():
                self._start(wanted, clean)
            return [self._cloud(release) for release in wanted]

    def _load(self):
        self._state.load(self._launcher.stop)
        for process in self._launcher.find():
            if process.leashed and not self._launcher.is_mine(process):
                raise errors.SandboxError(
                    f'--dir {self.home} is in use by "ossn-sandbox run", '
                    f'which stops {process.name} when it ends; wait for it, '
                    'or choose another folder.')

    def _refuse_unknown_origin(self, release, clean):
        ready = self._state.is_ready(release.name)
        if release.origin and (clean or not ready):
            raise errors.SandboxError(
                f'{release.name} comes of an upgrade only, and would be '
                'empty; run "ossn-sandbox upgrade '
                f'{release.origin} {release.upgraded_to}".')

    def _start(self, wanted, clean):
        wanted = list(dict.fromkeys(wanted))
        self._clear_regions(wanted)
        down = self._choose_down(wanted)
        if clean:
            self._forget({name for name, _ in down})
        (self.home / 'logs').mkdir(exist_ok=True)
        with concurrent.futures.ThreadPoolExecutor() as pool:
            before = ([pool.submit(self._builder.start_keystone)]
                      if state.KEYSTONE in down else [])
            jobs = [*before, pool.submit(self._register, wanted, before)]
            for release in wanted:
                roles = [role for name, role in down if name == release.name]
                if roles:
                    jobs.append(pool.submit(self._builder.start_glance,
                                            release, roles))
            try:
                for job in concurrent.futures.as_completed(jobs):
                    job.result()
            except BaseException:
                self._launcher.cancel()
                raise
        for release in wanted:
            target = self._cloud(release)
            self._builder.try_out(target)
            self._builder.write_workspace(target)
            self._tell(f'{release.name} is up: {target.image_url}')

    def _clear_regions(self, wanted):
        """Stop other clouds of the same regions: the endpoint is for one."""
        names = {}
        for release in wanted:
            other = names.setdefault(release.region, release.name)
            if other != release.name:
                raise errors.SandboxError(
                    f'{other} and {release.name} are the region '
                    f'{release.region}, before and after an upgrade; start '
                    'one of them.')
        self._launcher.stop(
            lambda each: each.name != names.get(
                releases.region(each.name), each.name))

    def _choose_down(self, wanted):
        """Choose what is to start, and its ports; stop what is not well."""
        services = [state.KEYSTONE, *(
            (release.name, role) for release in wanted
            for role in builder.roles(release))]
        well = {key for key in self._launcher.running()
                if launcher.answers(self._state.url(*key))}
        down = [key for key in services if key not in well]
        self._launcher.stop(lambda each: (each.name, each.role) in down)
        if state.KEYSTONE in down and (
                self._state.choose_port(*state.KEYSTONE)):
            # Every Glance was told the port it had.
            self._launcher.stop()
            down = services
        for key in down:
            self._state.choose_port(*key)
        self._state.save()
        return down

    def _forget(self, names):
        """Remove the data of what is to start."""
        running = {name for name, _ in self._launcher.running()}
        # Keystone's data are those of all clouds.
        for name in names - (running and {*running, 'keystone'}):
            shutil.rmtree(self._state.folder(name), ignore_errors=True)

    def _register(self, wanted, before):
        for job in before:
            job.result()
        self._builder.register(wanted)

    def _cloud(self, release):
        folder = self._state.folder(release.name)
        services = (state.KEYSTONE, *((release.name, role)
                                      for role in builder.roles(release)))
        return Cloud(
            release=release, auth_url=self._state.auth_url,
            image_url=self._state.url(release.name, 'glance-api'),
            registry_url=self._state.url(release.name, 'glance-registry'),
            admin=self._state.admin, accounts=self._state.accounts,
            workspace=self._state.workspace(release.name),
            database=self._database.where(folder),
            images=folder / 'images',
            logs={role: self._state.log(name, role)
                  for name, role in services},
            requests={role: self._state.log(name, role, 'requests')
                      for name, role in services})

    # Upgrade.

    def upgrade(self, name, target, hops=None, after_migration=None):
        """Take a cloud to a later release, as its operator does.

        Its Glance is stopped and its data are migrated by the later
        release's own glance-manage; that release then starts with the same
        region, and port if it is free. The data before the upgrade stay: to
        bring the cloud up by its old name is the way back.

        :param name: the cloud's name
        :param target: the name of the later release or variant
        :param hops: the releases whose migrations run in between, by
            default those without which it does not work
        :param after_migration: called with where the migrated database is,
            the path of an SQLite one, before the new release starts
        :returns: the :class:`Cloud`, whose name is ``TARGET~from-REGION``
        :raises SandboxError: when it does not work
        """
        old = releases.get(name)
        new = releases.upgraded(old, releases.get(target))
        through = releases.route(old, new, hops)
        self._state.open()
        with files.lock(self.home / 'lock', self._tell):
            self._load()
            if not self._state.is_ready(old.name):
                raise errors.SandboxError(
                    f'OLD {old.name} has not been brought up in --dir '
                    f'{self.home}, so there is nothing to upgrade; run '
                    f'"ossn-sandbox up {old.name}" first.')
            self._builder.ensure([*through, new])
            with self._launcher.all_or_nothing():
                # Its Glance too, whatever its name: an upgrade's result
                # that is to be upgraded anew.
                self._launcher.stop(
                    lambda each: releases.region(each.name) == new.region)
                self._state.ports[f'{new.name}/glance-api'] = (
                    self._state.ports[f'{old.name}/glance-api'])
                self._builder.migrate(old, [*through, new], after_migration)
                self._start([new], clean=False)
            return self._cloud(new)

    # Use.

    def tempest(self, target, arguments):
        """Run Tempest in a cloud's workspace, until it ends.

        :param target: the :class:`Cloud`
        :param arguments: Tempest's arguments
        :returns: its exit code
        """
        return self._launcher.tempest(target.name, target.workspace,
                                      arguments)

    def workspace(self, release):
        """Find a cloud's workspace.

        :param release: the :class:`releases.Release`
        :returns: its path
        :raises SandboxError: when the cloud was never brought up
        """
        path = self._state.workspace(release.name)
        if not (path / 'etc' / 'tempest.conf').exists():
            raise errors.SandboxError(
                f'{release.name} has not been brought up in --dir '
                f'{self.home}; run "ossn-sandbox up {release.name}" first.')
        return path

    def status(self):
        """Look at every service that is running or once was.

        :returns: a list of :class:`Service`
        """
        self._state.read()
        running = self._launcher.running()
        keys = dict.fromkeys(
            [*(tuple(key.split('/')) for key in self._state.ports),
             *running])
        services = []
        for key in keys:
            url = self._state.url(*key)
            process = running.get(key)
            services.append(Service(
                *key, url, self._state.log(*key), process and process.pid,
                bool(process and url and launcher.answers(url))))
        return services

    # Down.

    def stop_started(self):
        """Stop what this object started and is still running."""
        self._launcher.stop(self._launcher.is_mine)

    def stop(self, name):
        """Stop one cloud's services; Keystone and other clouds stay up.

        :param name: the cloud's name
        :returns: how many processes there were
        """
        return self._launcher.stop(lambda process: process.name == name)

    def down(self):
        """Stop every process of this folder, known to the state or not.

        :returns: how many there were
        """
        return self._launcher.stop()
