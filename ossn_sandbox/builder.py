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

"""Build what a cloud runs on: environments, configuration, data, workspace."""

import dataclasses
import shutil

from stestr.repository import file as repository

from ossn_sandbox import catalog
from ossn_sandbox import errors
from ossn_sandbox import files
from ossn_sandbox import launcher
from ossn_sandbox import releases
from ossn_sandbox import settings
from ossn_sandbox import state


def roles(release):
    """Tell which services of Glance a release consists of.

    :param release: the :class:`releases.Release`
    :returns: a tuple of roles
    """
    return ('glance-api', *(('glance-registry',) if release.registry else ()))


class Builder:
    """What is made for the clouds of one sandbox.

    :param kept: the sandbox's :class:`.state.State`
    :param processes: its :class:`.launcher.Launcher`
    :param envs: the :class:`.environments.Environments`
    :param database: where Glance's databases are
    :param tell: called with a text at each step worth showing
    """

    def __init__(self, kept, processes, envs, database, tell):
        self._state = kept
        self._launcher = processes
        self._envs = envs
        self._database = database
        self._tell = tell

    # Environments.

    def ensure(self, wanted):
        """Build the environments of Keystone and of releases.

        :param wanted: a list of :class:`releases.Release`
        :raises SandboxError: when one cannot be built, or does not
            understand its policy
        """
        for release in (releases.KEYSTONE, *map(self._equipped, wanted)):
            self._envs.ensure(release)
            self._envs.check_policy(release)

    def _equipped(self, release):
        """Add what a release needs to reach its database."""
        return dataclasses.replace(
            release, pins=(*release.pins, *self._database.drivers))

    def _python(self, release):
        return self._envs.python(self._equipped(release))

    # Services.

    def start_keystone(self):
        """Prepare Keystone unless that is done, and start it.

        :raises SandboxError: when it does not start
        """
        name, _ = state.KEYSTONE
        python = self._envs.python(releases.KEYSTONE)
        folder = self._begin(name)
        files.write(folder / 'keystone.conf', settings.render(
            settings.keystone(folder, self._state.url(*state.KEYSTONE))))
        self._prepare(python, name, 'keystone-setup', folder)
        self._launcher.serve(python, name, [name], folder)

    def start_glance(self, release, which):
        """Prepare a Glance unless that is done, and start it.

        :param release: the :class:`releases.Release`
        :param which: the roles to start
        :raises SandboxError: when it does not start
        """
        python = self._python(release)
        folder = self._begin(release.name)
        if not self._state.is_ready(release.name):
            self._database.create(folder)
        self._configure(release, folder)
        self._migrate_empty(release, folder)
        self._launcher.serve(python, release.name, which, folder / 'etc',
                             release.fault, release.manners)

    def _migrate_empty(self, release, folder):
        """Give a new cloud its tables, or a copy of those made before.

        What they are like depends on nothing but the environment.
        """
        def prepare():
            self._prepare(self._python(release), release.name,
                          'glance-manage', folder / 'etc', 'db', 'sync')
        if self._state.is_ready(release.name):
            return
        if not self._database.in_a_file:
            prepare()
            return
        empty = self._envs.home(self._equipped(release)) / 'empty'
        with files.lock(empty.with_suffix('.lock'), self._tell):
            if empty.exists():
                self._database.copy(empty, folder)
                self._state.mark_ready(release.name)
                return
            prepare()
            new = empty.with_suffix('.new')
            shutil.rmtree(new, ignore_errors=True)
            new.mkdir()
            self._database.copy(folder, new)
            new.rename(empty)

    def _begin(self, name):
        """Remove what a preparation that did not end left behind."""
        folder = self._state.folder(name)
        if not self._state.is_ready(name):
            shutil.rmtree(folder, ignore_errors=True)
        return folder

    def _prepare(self, python, name, role, *arguments):
        """Run what a service needs done once, to its end."""
        if self._state.is_ready(name):
            return
        self._tell(f'Preparing the database of {name}')
        self._launcher.finish(python, name, role, *arguments)
        self._state.mark_ready(name)

    def _configure(self, release, folder):
        released = self._envs.etc(self._equipped(release))
        common = (release, folder, self._state.auth_url,
                  self._state.glance['password'],
                  self._database.section(folder))
        ports = {role: self._state.ports.get(f'{folder.name}/{role}')
                 for role in roles(release)}
        policy = self._write_policy(release, folder / 'etc')
        confs = {'glance-api': settings.glance_api(
            *common, ports['glance-api'], ports.get('glance-registry'),
            policy)}
        if release.registry:
            confs['glance-registry'] = settings.glance_registry(
                *common, policy)
        for role, conf in confs.items():
            files.write(folder / 'etc' / f'{role}.conf',
                        settings.render(conf))
            paste = f'{role}-paste.ini'
            files.write(folder / 'etc' / paste,
                        settings.paste((released / paste).read_text()))
        for name in ('images', 'staging'):
            (folder / name).mkdir(exist_ok=True)

    def _write_policy(self, release, folder):
        """Write the policy file, where it is not all in the code."""
        released = self._envs.policy(self._equipped(release))
        for name in ('policy.json', 'policy.yaml'):
            # One of before would be read though nothing names it.
            (folder / name).unlink(missing_ok=True)
        if not (released or release.policy):
            return None
        path = folder / (released.name if released else 'policy.yaml')
        files.write(path, settings.policy(
            release, released and released.read_text()))
        return path

    # What belongs to a cloud besides.

    def register(self, wanted):
        """Put users and regions into Keystone.

        :param wanted: a list of :class:`releases.Release`
        """
        register = catalog.Catalog(self._state.auth_url, self._state.admin)
        register.ensure_user(self._state.glance, 'admin', 'service')
        for account in self._state.accounts:
            register.ensure_user(account, 'member')
        for release in wanted:
            register.ensure_region(
                release.region, self._state.url(release.name, 'glance-api'))

    def migrate(self, old, steps, after_migration=None):
        """Make a later release's cloud of a copy of an old one's data.

        :param old: the :class:`releases.Release` before
        :param steps: those whose migrations run, the new one last
        :param after_migration: called with where the migrated database is
        :raises SandboxError: when a migration fails
        """
        name = steps[-1].name
        source, folder = self._state.folder(old.name), self._state.folder(name)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for store in ('images', 'staging'):
            shutil.copytree(source / store, folder / store)
        self._database.copy(source, folder)
        # Locations are absolute.
        self._database.move_images(folder, source / 'images',
                                   folder / 'images')
        for step in steps:
            self._tell(f'Migrating the data of {old.name} to {step.name}')
            # A policy file of one would be the next one's, too.
            shutil.rmtree(folder / 'etc', ignore_errors=True)
            self._configure(step, folder)
            self._launcher.finish(self._python(step), name, 'glance-manage',
                                  folder / 'etc', 'db', 'sync')
        if after_migration:
            after_migration(self._database.where(folder))
        self._state.mark_ready(name)

    def try_out(self, target):
        """Make sure that Glance takes Keystone's tokens.

        :param target: the :class:`.cloud.Cloud`
        :raises SandboxError: when it does not
        """
        api = 'v1' if target.release.manners in ('diablo', 'essex') else 'v2'
        answer = launcher.get(f'{target.image_url}/{api}/images', headers={
            'X-Auth-Token': target.session().get_token()})
        if answer.status_code != 200:
            raise errors.from_log(
                f'{target.name} answers {answer.status_code} to a list of '
                'images', target.logs['glance-api'])

    def write_workspace(self, target):
        """Write what Tempest needs to run against a cloud.

        :param target: the :class:`.cloud.Cloud`
        """
        home = target.workspace
        for name in ('lock', 'logs'):
            (home / name).mkdir(parents=True, exist_ok=True)
        accounts = home / 'etc' / 'accounts.yaml'
        common = (target.release, home, target.auth_url)
        for path, text in (
                (home / '.stestr.conf', settings.render(settings.stestr())),
                (accounts, settings.accounts(target.accounts)),
                (home / 'etc' / 'clouds.yaml', settings.clouds(
                    target.release, target.auth_url,
                    [target.admin, *target.accounts])),
                (target.config, settings.render(settings.tempest(
                    *common, admin=target.admin))),
                (target.preprovisioned_config,
                 settings.render(settings.tempest(
                     *common, accounts=accounts)))):
            files.write(path, text)
        if not (home / '.stestr').exists():
            # Without it "tempest run --list-tests" lists nothing.
            repository.RepositoryFactory().initialise(str(home))
