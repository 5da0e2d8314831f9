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


"""Upgrades of the sandbox's clouds, with what real Glances wrote."""

import itertools
import shutil
import subprocess

import fixtures
import testtools

from ossn_sandbox import cloud
from ossn_sandbox import databases
from ossn_sandbox import errors
from ossn_sandbox import releases
from selftests.functional import base
from selftests.functional import servers

BARE = {'disk_format': 'raw', 'container_format': 'bare'}
OCTETS = {'Content-Type': 'application/octet-stream'}
# What becomes of a share, by the consumer's answers; then whether the
# producer takes it back, or adds it again after that.
HISTORIES = {
    'pending': (),
    'accepted': ('accepted',),
    'rejected': ('rejected',),
    'accepted-rejected': ('accepted', 'rejected'),
    'removed-pending': ('removed',),
    'removed-accepted': ('accepted', 'removed'),
    'added-again': ('accepted', 'removed', 'added'),
}
LISTS = ('', '?visibility=public', '?visibility=private',
         '?visibility=community', *(
             f'?visibility=shared&member_status={status}'
             for status in ('pending', 'accepted', 'rejected', 'all')))


class Estate:
    """Images that a producer shares, made by the cloud's own requests.

    :ivar images: dict of a name to the image's id
    """

    def __init__(self, target):
        self.images = {}
        self._accounts = dict(zip(('producer', 'consumer', 'third'),
                                  target.accounts))
        self._use(target)
        self._projects = {who: session.get_project_id()
                          for who, session in self._sessions.items()}
        for name, steps in HISTORIES.items():
            self._share(self._make(f'v2 {name}'), steps)
        two = self._make('v2 two members')
        self._share(two, ('rejected',))
        self._share(two, ('accepted',), 'third')
        self._make('v2 private', visibility='private')
        self._make('v2 shared with nobody')
        self._make('v2 community', visibility='community')
        self._make('v2 public', 'admin', visibility='public')
        closed = self._make('v2 accepted, then private')
        self._share(closed, ('accepted',))
        self._ask('producer', 'patch', f'/v2/images/{closed}', headers={
            'Content-Type':
                'application/openstack-images-v2.1-json-patch'},
            json=[{'op': 'replace', 'path': '/visibility',
                   'value': 'private'}])
        self._share(self._make('v2 deleted'), ('accepted',))
        gone = self.images.pop('v2 deleted')
        self._ask('producer', 'delete', f'/v2/images/{gone}')
        if target.registry_url:
            for name, steps in HISTORIES.items():
                self._share_v1(self._make_v1(f'v1 {name}'), steps)
            self._make_v1('v1 private')
            self._make_v1('v1 public', 'admin', is_public='True')

    def _use(self, target):
        self._url = target.image_url
        self._sessions = {'admin': target.session(), **{
            who: target.session(account)
            for who, account in self._accounts.items()}}

    def _ask(self, who, method, path, **kwargs):
        # Its log would be the longest part of the test, in time too.
        return self._sessions[who].request(
            self._url + path, method.upper(), log=False, **kwargs)

    def _make(self, name, who='producer', **more):
        body = {'name': name, 'visibility': 'shared', **BARE, **more}
        image = self._ask(who, 'post', '/v2/images', json=body).json()['id']
        self._ask(who, 'put', f'/v2/images/{image}/file',
                  data=name.encode(), headers=OCTETS)
        self.images[name] = image
        return image

    def _make_v1(self, name, who='producer', **more):
        headers = {f'x-image-meta-{key}': value for key, value in {
            'name': name, **BARE, **more}.items()}
        answer = self._ask(who, 'post', '/v1/images', data=name.encode(),
                           headers={**OCTETS, **headers})
        image = answer.json()['image']['id']
        self.images[name] = image
        return image

    def _share(self, image, steps, who='consumer'):
        where = f'/v2/images/{image}/members'
        project = self._projects[who]
        for step in ('added', *steps):
            if step == 'added':
                self._ask('producer', 'post', where, json={'member': project})
            elif step == 'removed':
                self._ask('producer', 'delete', f'{where}/{project}')
            else:
                self._ask(who, 'put', f'{where}/{project}',
                          json={'status': step})

    def _share_v1(self, image, steps):
        # V1 knows no status: to answer takes v2.
        for step in ('added', *steps):
            where = f'/images/{image}/members/{self._projects["consumer"]}'
            if step == 'added':
                # Without a body, Pike adds nobody who was removed.
                self._ask('producer', 'put', f'/v1{where}',
                          json={'member': {'can_share': False}})
            elif step == 'removed':
                self._ask('producer', 'delete', f'/v1{where}')
            else:
                self._ask('consumer', 'put', f'/v2{where}',
                          json={'status': step})

    def look(self, target):
        """See what everybody sees of it through v2.

        :param target: the cloud it is on
        :returns: dict of (who, what is looked at) to what is seen
        """
        self._use(target)
        names = {image: name for name, image in self.images.items()}
        projects = {project: who for who, project in self._projects.items()}
        seen = {}
        for who, query in itertools.product(self._sessions, LISTS):
            path = f'/v2/images{query}{"&" if query else "?"}limit=1000'
            listed = self._ask(who, 'get', path).json()
            assert 'next' not in listed, path
            seen[who, f'list{query}'] = {
                names[each['id']]: [each[key] for key in (
                    'visibility', 'status', 'owner', 'size')]
                for each in listed['images'] if each['id'] in names}
        for name, image in self.images.items():
            where = f'/v2/images/{image}'
            data = self._ask('consumer', 'get', f'{where}/file',
                             raise_exc=False)
            seen['consumer', name] = (
                data.status_code, data.ok and data.content.decode())
            members = self._ask('producer', 'get', f'{where}/members',
                                raise_exc=False)
            seen['producer', name] = (
                members.status_code, members.ok and sorted(
                    (projects[each['member_id']], each['status'])
                    for each in members.json()['members']))
        return seen

    def listed_by_v1(self, target):
        """See what the consumer's list of v1 has of it.

        :param target: the cloud it is on
        :returns: set of names
        """
        self._use(target)
        names = {image: name for name, image in self.images.items()}
        listed = self._ask('consumer', 'get', '/v1/images?limit=1000')
        return {names[each['id']] for each in listed.json()['images']
                if each['id'] in names}


def differences(before, after):
    """Tell what is seen in another way.

    :param before: what :meth:`Estate.look` saw
    :param after: what it saw later
    :returns: dict of what was looked at to both
    """
    assert before.keys() == after.keys()
    return {key: (value, after[key]) for key, value in before.items()
            if value != after[key]}


class UpgradeTestCase(base.CloudTest):
    """An upgrade of what a real old Glance wrote."""

    def old(self, name):
        target = self.up(name)
        self.addCleanup(self.forget, target)
        return target, Estate(target)

    def upgrade(self, *args, **kwargs):
        target = self.box.upgrade(*args, **kwargs)
        self.addCleanup(self.forget, target)
        return target

    def forget(self, target):
        """Leave other tests a cloud without our images."""
        self.box.stop(target.name)
        shutil.rmtree(target.images.parent, ignore_errors=True)


class TestPikeToTheNewest(UpgradeTestCase):

    def test_all_is_as_before(self):
        old, estate = self.old('pike')
        before = estate.look(old)
        # The controls: what there is to be lost.
        # (What v1 adds again, Pike takes for accepted as before.)
        self.assertEqual(
            {'v2 accepted', 'v1 accepted', 'v2 public', 'v1 public',
             'v1 added-again'}, set(before['consumer', 'list']))
        self.assertEqual(
            {'v2 pending', 'v1 pending', 'v2 added-again'},
            set(before['consumer',
                       'list?visibility=shared&member_status=pending']))
        self.assertEqual((200, [('consumer', 'rejected'),
                                ('third', 'accepted')]),
                         before['producer', 'v2 two members'])
        self.assertEqual((200, 'v1 rejected'),
                         before['consumer', 'v1 rejected'])
        self.assertIn('v1 pending', estate.listed_by_v1(old))
        endpoint = old.session().get_endpoint(service_type='image',
                                              region_name='pike')

        new = self.upgrade('pike', releases.NEWEST)
        self.assertEqual(f'{releases.NEWEST}~from-pike', new.name)
        self.assertEqual(releases.get(releases.NEWEST).version,
                         new.release.version)
        self.assertEqual({}, differences(before, estate.look(new)))
        self.assertEqual(endpoint, new.session().get_endpoint(
            service_type='image', region_name='pike'))
        self.assertEqual(old.image_url, new.image_url)
        versions = new.session().get(f'{new.image_url}/versions').json()
        self.assertNotIn('v1', str(versions))
        self.assertEqual(0, self.box.stop('pike'))
        # The store is its own.
        new.session(new.accounts[0]).delete(
            f'{new.image_url}/v2/images/{estate.images["v2 pending"]}')

        # The way back.
        old = self.up('pike')
        self.assertEqual(0, self.box.stop(new.name))
        self.assertEqual({}, differences(before, estate.look(old)))


class TestFailure(UpgradeTestCase):

    @base.extended
    def test_migration_that_fails(self):
        # What the way through Rocky is for.
        old, estate = self.old('pike')
        before = estate.look(old)
        error = self.assertRaises(errors.SandboxError, self.upgrade, 'pike',
                                  releases.NEWEST, hops=[])
        self.assertIn(f'glance-manage of {releases.NEWEST}~from-pike failed',
                      str(error))
        self.assertIn("no attribute 'execute'", str(error))
        self.assertIn(f'{releases.NEWEST}~from-pike-glance-manage.log',
                      str(error))
        self.assertNotIn('\n', str(error))
        # Nothing half migrated is taken for a cloud, nothing is lost.
        error = self.assertRaises(errors.SandboxError, self.up,
                                  f'{releases.NEWEST}~from-pike')
        self.assertIn(f'ossn-sandbox upgrade pike {releases.NEWEST}',
                      str(error))
        self.assertEqual({}, differences(before, estate.look(
            self.up('pike'))))


class TestSeededFaults(UpgradeTestCase):

    @base.extended
    def test_each_is_seen(self):
        old, estate = self.old('pike')
        before = estate.look(old)
        found = {}
        for name in databases.FAULTS:
            new = self.upgrade('pike', 'rocky', after_migration=(
                databases.fault(name)))
            seen = estate.look(new)
            found[name] = {key: seen[key] for key in differences(
                before, seen)}
        # What is listed to whom by default that was not before.
        lists = {name: {who: {
            image[3:] for image in changed.get((who, 'list'), ())
            if image not in before[who, 'list']}
            for who in ('consumer', 'third')}
            for name, changed in found.items()}
        shared = {'pending', 'rejected', 'accepted-rejected', 'added-again',
                  'two members', 'accepted'}
        # Two images have been accepted by one of them each.
        unanswered = shared - {'accepted'}
        foreign = shared - {'two members'}
        self.assertEqual({
            'members-accepted': {'consumer': unanswered, 'third': set()},
            'shared-made-public': {'consumer': unanswered, 'third': foreign},
            'shared-made-community': {'consumer': set(), 'third': set()},
            'memberships-revived': {'consumer': {'removed-accepted'},
                                    'third': set()}}, lists)
        community = 'third', 'list?visibility=community'
        self.assertEqual(
            {*shared, 'community'},
            {image[3:] for image in found['shared-made-community'][
                community]})
        self.assertEqual((200, [('consumer', 'pending')]),
                         found['memberships-revived'][
                             'producer', 'v2 removed-pending'])


class TestReleaseByRelease(UpgradeTestCase):

    def walk(self, *names):
        target, estate = self.old(names[0])
        before = estate.look(target)
        for name in names[1:]:
            target = self.upgrade(target.name, name)
            self.assertEqual(names[0], target.region)
            self.assertEqual({}, differences(before, estate.look(target)),
                             name)

    @base.extended
    def test_two_releases(self):
        # Rocky is in the way of every upgrade from Pike, so it is there.
        self.walk('pike', 'rocky', releases.NEWEST)

    @base.extended
    def test_every_release(self):
        self.walk(*(name for name in releases.RELEASES
                    if name != 'pike-no-v1'))


@testtools.skipIf(
    servers.missing(),
    'PostgreSQL is not installed, %s not found; "apt install postgresql" '
    'on Debian' % ' and '.join(servers.missing()))
class TestPostgreSQL(base.CloudTest):

    @base.extended
    def test_all_is_as_before(self):
        server = self.useFixture(servers.PostgreSQL())
        box = cloud.Sandbox(
            self.useFixture(fixtures.TempDir()).path, base.ENVIRONMENTS,
            tied=True, database=server)
        self.addCleanup(box.down)
        old = box.up('pike')
        estate = Estate(old)
        before = estate.look(old)
        self.assertIn('v1 accepted', before['consumer', 'list'])
        folder = box.home / 'glance' / 'pike'
        self.assertFalse((folder / 'glance.db').exists())
        self.assertEqual(['pike01'], server.read(
            folder, 'SELECT version_num FROM alembic_version'))
        new = box.upgrade('pike', releases.NEWEST)
        self.assertEqual({}, differences(before, estate.look(new)))
        self.assertIn('contract', server.read(
            new.images.parent,
            'SELECT version_num FROM alembic_version')[0])


class TestCommand(UpgradeTestCase):

    def command(self, *arguments):
        return subprocess.run(
            [base.command('ossn-sandbox'), '--dir', str(self.home), '--envs',
             base.ENVIRONMENTS, *arguments], capture_output=True, text=True)

    def setUp(self):
        super().setUp()
        # The shared sandbox ends with this process, and keeps off.
        self.home = self.useFixture(fixtures.TempDir()).path
        self.addCleanup(self.command, 'down')

    @base.extended
    def test_upgrade(self):
        new = f'{releases.NEWEST}~from-rocky'
        done = self.command('upgrade', 'rocky', releases.NEWEST)
        self.assertEqual(1, done.returncode)
        self.assertIn('run "ossn-sandbox up rocky" first', done.stderr)

        done = self.command('up', 'rocky')
        self.assertEqual(0, done.returncode, done.stderr)
        done = self.command('upgrade', 'rocky', releases.NEWEST, '--fault',
                            'members-accepted')
        self.assertEqual(1, done.returncode)
        self.assertIn('--fault members-accepted would change nothing',
                      done.stderr)
        done = self.command('status', '-f', 'value', '-c', 'Cloud', '-c',
                            'State')
        self.assertIn('rocky down', done.stdout)

        done = self.command('upgrade', 'rocky', releases.NEWEST, '-f', 'value')
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn(f'{new} {releases.get(releases.NEWEST).version}',
                      done.stdout)
        self.assertIn(f'Migrating the data of rocky to {releases.NEWEST}',
                      done.stderr)
        self.assertEqual(0, self.command('down').returncode)

        # It is a cloud like any other now, except that it has a past.
        done = self.command('up', new, '-f', 'value')
        self.assertEqual(0, done.returncode, done.stderr)
        done = self.command('up', 'rocky', new)
        self.assertIn('before and after an upgrade', done.stderr)
        for words in (('run', new),
                      ('up', f'{releases.NEWEST}~from-zed')):
            done = self.command(*words)
            self.assertEqual(1, done.returncode)
            self.assertIn('comes of an upgrade only', done.stderr)
