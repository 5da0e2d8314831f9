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

"""Bring real clouds up on loopback, and take them down again.

    box = cloud.Sandbox('/some/folder')
    pike = box.up('pike')
    ...
    box.down()
"""

import concurrent.futures
import contextlib
import dataclasses
import json
import os
import pathlib
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse

import requests
from stestr.repository import file as repository

from ossn_sandbox import catalog
from ossn_sandbox import databases
from ossn_sandbox import environments
from ossn_sandbox import errors
from ossn_sandbox import files
from ossn_sandbox import processes
from ossn_sandbox import releases
from ossn_sandbox import settings

_DEADLINE_SECONDS = 120
_POLL_SECONDS = 0.05
_GRACE_SECONDS = 10
# Below the range from which the kernel takes ports for connections.
_PORTS = range(20000, 32000)
_MARKER = '.ossn-sandbox'
# Two for each of two workers.
_USERS = tuple(f'ossn-user-{number}' for number in range(1, 7))


def _roles(release):
    return ('glance-api', *(('glance-registry',) if release.registry else ()))


def _free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(('127.0.0.1', port))
        except OSError:
            return False
    return True


def _size(log):
    return log.stat().st_size if log.exists() else 0


def _get(url, **kwargs):
    with requests.Session() as direct:
        direct.trust_env = False
        return direct.get(url, timeout=30, **kwargs)


def _answers(url):
    where = urllib.parse.urlsplit(url)
    try:
        # Much cheaper than a request, while nobody listens yet.
        socket.create_connection((where.hostname, where.port)).close()
        return _get(url).status_code < 500
    except (OSError, requests.RequestException):
        return False


def _await_end(child, seconds=None):
    """Wait for a child's end, but leave it a zombie: its id stays its own."""
    deadline = seconds and time.monotonic() + seconds
    while not os.waitid(os.P_PID, child.pid,
                        os.WEXITED | os.WNOWAIT | os.WNOHANG):
        if deadline and time.monotonic() > deadline:
            return
        time.sleep(_POLL_SECONDS)


def cache():
    """The folder of the user's cache that is ours."""
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
        self._envs = environments.Environments(
            pathlib.Path(envs or os.environ.get('OSSN_SANDBOX_ENVS')
                         or cache() / 'environments').resolve(), tell)
        self._tell = tell
        self._database = database or databases.SQLite()
        # Nobody writes into it: its reading end, which the services
        # inherit, ends when this process does.
        self._leash, self._hand = os.pipe() if tied else (None, None)
        self._state = {}
        self._started = []
        self._cancelled = threading.Event()

    # What is where.

    def _url(self, name, role):
        port = self._state['ports'].get(f'{name}/{role}')
        return f'http://127.0.0.1:{port}' if port else None

    @property
    def _auth_url(self):
        return f'{self._url("keystone", "keystone")}/v3'

    def _log(self, name, role, kind='log'):
        file = role if name == role else f'{name}-{role}'
        return self.home / 'logs' / f'{file}.{kind}'

    def _folder(self, name):
        return self.home / ('keystone' if name == 'keystone'
                            else f'glance/{name}')

    def _credentials(self, username, project_name):
        return {'username': username, 'project_name': project_name,
                'password': self._state['passwords'][username]}

    def _cloud(self, release):
        folder = self._folder(release.name)
        services = (('keystone', ('keystone', 'keystone')),
                    *((role, (release.name, role))
                      for role in _roles(release)))
        return Cloud(
            release=release, auth_url=self._auth_url,
            image_url=self._url(release.name, 'glance-api'),
            registry_url=self._url(release.name, 'glance-registry'),
            admin=self._credentials('admin', 'admin'),
            accounts=[self._credentials(user, f'{user}-project')
                      for user in _USERS],
            workspace=self.home / 'workspaces' / release.name,
            database=self._database.where(folder),
            images=folder / 'images',
            logs={role: self._log(*key) for role, key in services},
            requests={role: self._log(*key, 'requests')
                      for role, key in services})

    # State.

    def _open(self):
        """Make sure that the folder is a sandbox, or can become one."""
        marker = self.home / _MARKER
        try:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not marker.exists():
                if any(entry.name != _MARKER
                       for entry in self.home.iterdir()):
                    raise errors.SandboxError(
                        f'--dir {self.home} has files in it and is not a '
                        'sandbox; choose a new or empty folder.')
                marker.touch()
        except OSError as error:
            raise errors.SandboxError(
                f'--dir {self.home} cannot be used: {error.strerror}; '
                'choose another folder.')

    def _read(self):
        try:
            state = json.loads((self.home / 'state.json').read_text())
            return {'ports': dict(state['ports']),
                    'passwords': dict(state['passwords'])}
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _load(self):
        self._state = self._read()
        if self._state:
            self._choose_passwords()
            return
        # Without its ports and passwords nothing that is there can be used
        # any more.
        self._stop(processes.find(self.home))
        for name in ('keystone', 'glance', 'workspaces'):
            shutil.rmtree(self.home / name, ignore_errors=True)
        self._state = {'ports': {}, 'passwords': {}}
        self._choose_passwords()

    def _choose_passwords(self):
        """Keep those there are: an older sandbox may have fewer users."""
        for user in ('admin', 'glance', *_USERS):
            self._state['passwords'].setdefault(user,
                                                secrets.token_urlsafe(12))
        self._save()

    def _save(self):
        files.write(self.home / 'state.json', json.dumps(self._state))

    def _choose_port(self, name, role):
        """Keep the port of a service that is to start, if it is free.

        Tell whether it is another than before.
        """
        ports = self._state['ports']
        key = f'{name}/{role}'
        port = before = ports.get(key)
        while port is None or not _free(port):
            port = random.choice(_PORTS)
            if port in ports.values():
                port = None
        ports[key] = port
        return port != before

    # Up.

    def up(self, name, v1=True, policy=None):
        """Bring one cloud up.

        :param name: the name of the release or variant
        :param v1: False for the variant whose v1 API is switched off
        :param policy: dict of policy rules to override to their checks
        :returns: the :class:`Cloud`
        :raises SandboxError: when it does not come up
        """
        return self.start([releases.get(name, v1, policy)])[0]

    def start(self, wanted, clean=False):
        """Bring clouds up; those that are up and well stay as they are.

        :param wanted: a list of :class:`releases.Release`
        :param clean: whether what is to start forgets its former data
        :returns: a list of :class:`Cloud`
        :raises SandboxError: when one does not come up; what was started
            is stopped again
        """
        self._open()
        with files.lock(self.home / 'lock', self._tell):
            self._load()
            self._refuse_leashed()
            for release in wanted:
                self._refuse_unknown_origin(release, clean)
            self._ensure(wanted)
            with self._all_or_nothing():
                self._start(wanted, clean)
            return [self._cloud(release) for release in wanted]

    def _ensure(self, wanted):
        for release in (releases.CORE, *map(self._equipped, wanted)):
            self._envs.ensure(release)
            self._envs.check_policy(release)

    def _equipped(self, release):
        """A release with what it needs to reach its database."""
        return dataclasses.replace(
            release, pins=(*release.pins, *self._database.drivers))

    @contextlib.contextmanager
    def _all_or_nothing(self):
        before = list(self._started)
        try:
            yield
        except BaseException:
            self._cancelled.set()
            self._kill([child for child in self._started
                        if child not in before])
            self._cancelled.clear()
            raise

    def _refuse_unknown_origin(self, release, clean):
        if release.origin and (clean or not self._is_ready(release.name)):
            raise errors.SandboxError(
                f'{release.name} comes of an upgrade only, and would be '
                'empty; run "ossn-sandbox upgrade '
                f'{release.origin} {release.upgraded_to}".')

    def _is_ready(self, name):
        return (self._folder(name) / 'ready').exists()

    def _refuse_leashed(self):
        mine = {child.pid for child in self._started}
        for process in processes.find(self.home):
            if process.leashed and process.pid not in mine:
                raise errors.SandboxError(
                    f'--dir {self.home} is in use by "ossn-sandbox run", '
                    f'which stops {process.name} when it ends; wait for it, '
                    'or choose another folder.')

    def _start(self, wanted, clean):
        wanted = list(dict.fromkeys(wanted))
        keystone = ('keystone', 'keystone')
        self._clear_regions(wanted)
        services = [keystone, *((release.name, role) for release in wanted
                                for role in _roles(release))]
        well = {key for key, process in self._running().items()
                if _answers(self._url(*key))}
        down = [key for key in services if key not in well]
        self._stop([process for key, process in self._running().items()
                    if key in down])
        if keystone in down and self._choose_port(*keystone):
            # Every Glance was told the port it had.
            self._stop(processes.find(self.home))
            down = services
        for key in down:
            self._choose_port(*key)
        self._save()
        down_names = {name for name, _ in down}
        if clean:
            running = {name for name, _ in self._running()}
            # Keystone's data are those of all clouds.
            for name in down_names - (running and {*running, 'keystone'}):
                shutil.rmtree(self._folder(name), ignore_errors=True)
        (self.home / 'logs').mkdir(exist_ok=True)
        with concurrent.futures.ThreadPoolExecutor() as pool:
            before = ([pool.submit(self._start_keystone)]
                      if keystone in down else [])
            jobs = [*before, pool.submit(self._register, wanted, before)]
            for release in wanted:
                roles = [role for name, role in down if name == release.name]
                if roles:
                    jobs.append(pool.submit(self._start_glance, release,
                                            roles))
            try:
                for job in concurrent.futures.as_completed(jobs):
                    job.result()
            except BaseException:
                self._cancelled.set()
                raise
        for release in wanted:
            target = self._cloud(release)
            self._try_out(target)
            self._write_workspace(target)
            self._tell(f'{release.name} is up: {target.image_url}')

    def _clear_regions(self, wanted):
        """Stop what else is in the regions: the endpoint is for one."""
        names = {}
        for release in wanted:
            other = names.setdefault(release.region, release.name)
            if other != release.name:
                raise errors.SandboxError(
                    f'{other} and {release.name} are the region '
                    f'{release.region}, before and after an upgrade; start '
                    'one of them.')
        self._stop([
            process for process in processes.find(self.home)
            if names.get(releases.region(process.name),
                         process.name) != process.name])

    def _start_keystone(self):
        folder = self._begin('keystone')
        files.write(folder / 'keystone.conf', settings.render(
            settings.keystone(folder, self._url('keystone', 'keystone'))))
        self._prepare('keystone', 'keystone-setup', folder)
        self._serve('keystone', ['keystone'], folder)

    def _start_glance(self, release, roles):
        folder = self._begin(release.name)
        if not self._is_ready(release.name):
            self._database.create(folder)
        self._configure(release, folder)
        self._prepare(release.name, 'glance-manage', folder / 'etc',
                      'db', 'sync')
        self._serve(release.name, roles, folder / 'etc', release.fault)

    def _configure(self, release, folder):
        released = self._envs.etc(self._equipped(release))
        common = (release, folder, self._auth_url,
                  self._state['passwords']['glance'],
                  self._database.section(folder))
        ports = {role: self._state['ports'].get(f'{folder.name}/{role}')
                 for role in _roles(release)}
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

    def _register(self, wanted, before):
        for job in before:
            job.result()
        register = catalog.Catalog(self._auth_url,
                                   self._credentials('admin', 'admin'))
        register.ensure_user(self._credentials('glance', 'service'),
                             'admin', 'service')
        for account in self._cloud(wanted[0]).accounts:
            register.ensure_user(account, 'member')
        for release in wanted:
            register.ensure_region(release.region,
                                   self._url(release.name, 'glance-api'))

    # Processes.

    def _environment(self, name, release=None):
        if name == 'keystone':
            return self._envs.python(releases.CORE)
        return self._envs.python(self._equipped(
            release or releases.base(name)))

    def _spawn(self, name, role, log, *arguments, release=None,
               **environment):
        words = processes.command(
            self._environment(name, release), self.home, name, role,
            *arguments, leash=self._leash)
        child = processes.start(words, log, self._leash, **environment)
        self._started.append(child)
        return child

    def _begin(self, name):
        """Remove what a preparation that did not end left behind."""
        folder = self._folder(name)
        if not self._is_ready(name):
            shutil.rmtree(folder, ignore_errors=True)
        return folder

    def _prepare(self, name, role, *arguments):
        """Run what a service needs done once, to its end."""
        if self._is_ready(name):
            return
        self._tell(f'Preparing the database of {name}')
        self._finish(name, role, *arguments)
        (self._folder(name) / 'ready').touch()

    def _finish(self, name, role, *arguments, release=None):
        log = self._log(name, role)
        offset = _size(log)
        child = self._spawn(
            name, role, log, *arguments, release=release,
            OSSN_SANDBOX_ADMIN_PASSWORD=self._state['passwords']['admin'])
        deadline = time.monotonic() + _DEADLINE_SECONDS
        while child.poll() is None:
            self._tick(deadline, f'{role} of {name} did not end', log, offset)
        self._started.remove(child)
        if child.returncode:
            raise errors.from_log(f'{role} of {name} failed', log, offset)

    def _serve(self, name, roles, folder, fault=None):
        """Start services together and await their first answers."""
        launched = []
        environment = {'OSSN_SANDBOX_FAULT': fault} if fault else {}
        for role in roles:
            log = self._log(name, role)
            offset = _size(log)
            launched.append((self._spawn(
                name, role, log, folder,
                self._state['ports'][f'{name}/{role}'],
                OSSN_SANDBOX_REQUESTS=str(self._log(name, role, 'requests')),
                **environment),
                role, log, offset))
        for child, role, log, offset in launched:
            self._await(child, name, role, log, offset)

    def _await(self, child, name, role, log, offset):
        deadline = time.monotonic() + _DEADLINE_SECONDS
        what = role if role == name else f'{role} of {name}'
        while True:
            answers = _answers(self._url(name, role))
            # Somebody else may be answering on the port.
            if child.poll() is not None:
                raise errors.from_log(f'{what} did not start', log, offset)
            if answers:
                return
            self._tick(deadline, f'{what} did not answer', log, offset)

    def _tick(self, deadline, what, log, offset):
        if self._cancelled.wait(_POLL_SECONDS):
            raise errors.SandboxError(f'{what} before it was interrupted')
        if time.monotonic() > deadline:
            raise errors.from_log(
                f'{what} within {_DEADLINE_SECONDS} seconds', log, offset)

    def _running(self):
        return {(process.name, process.role): process
                for process in processes.find(self.home)}

    def _kill(self, children):
        """Kill children of ours that nobody has waited for."""
        for child in children:
            child.kill()
            child.wait()
            self._started.remove(child)

    def _stop(self, found):
        processes.stop(found, self.home)
        for child in list(self._started):
            if child.poll() is not None:
                self._started.remove(child)

    # Upgrades.

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
        self._open()
        with files.lock(self.home / 'lock', self._tell):
            self._load()
            self._refuse_leashed()
            if not self._is_ready(old.name):
                raise errors.SandboxError(
                    f'OLD {old.name} has not been brought up in --dir '
                    f'{self.home}, so there is nothing to upgrade; run '
                    f'"ossn-sandbox up {old.name}" first.')
            self._ensure([*through, new])
            with self._all_or_nothing():
                # Its Glance too, whatever its name: an upgrade's result
                # that is to be upgraded anew.
                self._stop([process for process in processes.find(self.home)
                            if releases.region(process.name) == new.region])
                ports = self._state['ports']
                ports[f'{new.name}/glance-api'] = (
                    ports[f'{old.name}/glance-api'])
                self._migrate(old, [*through, new])
                if after_migration:
                    after_migration(
                        self._database.where(self._folder(new.name)))
                (self._folder(new.name) / 'ready').touch()
                self._start([new], clean=False)
            return self._cloud(new)

    def _migrate(self, old, steps):
        """Make a later release's cloud of a copy of an old one's data."""
        name = steps[-1].name
        source, folder = self._folder(old.name), self._folder(name)
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
            self._finish(name, 'glance-manage', folder / 'etc', 'db', 'sync',
                         release=step)

    # What a cloud is used with.

    def _try_out(self, target):
        """Make sure that Glance takes Keystone's tokens."""
        log = target.logs['glance-api']
        answer = _get(f'{target.image_url}/v2/images', headers={
            'X-Auth-Token': target.session().get_token()})
        if answer.status_code != 200:
            raise errors.from_log(
                f'{target.name} answers {answer.status_code} to a list of '
                'images', log)

    def _write_workspace(self, target):
        home = target.workspace
        for name in ('lock', 'logs'):
            (home / name).mkdir(parents=True, exist_ok=True)
        accounts = home / 'etc' / 'accounts.yaml'
        common = (target.release, home, target.auth_url)
        for path, text in (
                (home / '.stestr.conf', settings.render(settings.stestr())),
                (accounts, settings.accounts(target.accounts)),
                (target.config, settings.render(settings.tempest(
                    *common, admin=target.admin))),
                (target.preprovisioned_config,
                 settings.render(settings.tempest(
                     *common, accounts=accounts)))):
            files.write(path, text)
        if not (home / '.stestr').exists():
            # Without it "tempest run --list-tests" lists nothing.
            repository.RepositoryFactory().initialise(str(home))

    def tempest(self, target, arguments):
        """Run Tempest in a cloud's workspace, until it ends.

        :param target: the :class:`Cloud`
        :param arguments: Tempest's arguments
        :returns: its exit code
        """
        words = processes.command(
            sys.executable, self.home, target.name, 'tempest', *arguments,
            leash=self._leash)
        # A process group of its own, its workers' too.
        child = subprocess.Popen(
            words, cwd=target.workspace, process_group=0,
            pass_fds=(self._leash,) if self._leash is not None else ())
        try:
            _await_end(child)
        except BaseException:
            os.killpg(child.pid, signal.SIGINT)
            _await_end(child, _GRACE_SECONDS)
            raise
        finally:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        return child.returncode

    # The rest.

    def stop_started(self):
        """Stop what this object started and is still running."""
        mine = {child.pid for child in self._started}
        self._stop([process for process in processes.find(self.home)
                    if process.pid in mine])

    def stop(self, name):
        """Stop one cloud's services; Keystone and other clouds stay up.

        :param name: the cloud's name
        :returns: how many processes there were
        """
        found = [process for process in processes.find(self.home)
                 if process.name == name]
        self._stop(found)
        return len(found)

    def down(self):
        """Stop every process of this folder, known to the state or not.

        :returns: how many there were
        """
        found = processes.find(self.home)
        self._stop(found)
        return len(found)

    def workspace(self, release):
        """Find a cloud's workspace.

        :param release: the :class:`releases.Release`
        :returns: its path
        :raises SandboxError: when the cloud was never brought up
        """
        path = self.home / 'workspaces' / release.name
        if not (path / 'etc' / 'tempest.conf').exists():
            raise errors.SandboxError(
                f'{release.name} has not been brought up in --dir '
                f'{self.home}; run "ossn-sandbox up {release.name}" first.')
        return path

    def status(self):
        """Look at every service that is running or once was.

        :returns: a list of :class:`Service`
        """
        self._state = self._read() or {'ports': {}}
        running = self._running()
        keys = dict.fromkeys(
            [*(tuple(key.split('/')) for key in self._state['ports']),
             *running])
        services = []
        for key in keys:
            url = self._url(*key)
            process = running.get(key)
            services.append(Service(
                *key, url, self._log(*key), process and process.pid,
                bool(process and url and _answers(url))))
        return services
