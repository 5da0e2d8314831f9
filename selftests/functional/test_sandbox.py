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

"""The sandbox itself, with real services."""

import concurrent.futures
import dataclasses
import os
import signal
import subprocess
import sys
import time

import fixtures
from oslotest import base as oslotest_base
import requests
from testtools import content

from ossn_sandbox import catalog
from ossn_sandbox import cloud
from ossn_sandbox import errors
from ossn_sandbox import processes
from ossn_sandbox import releases
from selftests.functional import base

CLIENTS = 8
ROUNDS = 4
BARE = {'disk_format': 'raw', 'container_format': 'bare'}


class Client:
    """One user on one kept connection who writes down every answer."""

    def __init__(self, target, number):
        accounts = target.accounts
        producer = accounts[number % len(accounts)]
        consumer = accounts[(number + 1) % len(accounts)]
        self.target = target
        self.answers = []
        self.http = requests.Session()
        self.http.trust_env = False
        self.tokens = {}
        for name, account in (('a', producer), ('b', consumer)):
            session = target.session(account)
            self.tokens[name] = session.get_token()
        self.consumer = session.get_project_id()

    def call(self, who, method, path, **kwargs):
        headers = {'X-Auth-Token': self.tokens[who],
                   **kwargs.pop('headers', {})}
        answer = self.http.request(
            method, self.target.image_url + path, headers=headers,
            timeout=120, **kwargs)
        self.answers.append((method, path, answer.status_code, answer.text))
        return answer

    def chunks(self):
        # A generator makes requests send chunks, as Tempest does.
        yield b'abc' * 1000
        yield b'def' * 1000

    def v2(self):
        image = self.call('a', 'POST', '/v2/images', json=BARE).json()['id']
        where = f'/v2/images/{image}'
        member = f'{where}/members/{self.consumer}'
        self.call('a', 'PUT', f'{where}/file', data=self.chunks(),
                  headers={'Content-Type': 'application/octet-stream'})
        self.call('a', 'POST', f'{where}/members',
                  json={'member': self.consumer})
        self.call('b', 'PUT', member, json={'status': 'accepted'})
        listed = self.call('b', 'GET', '/v2/images?limit=1000').json()
        size = len(self.call('b', 'GET', f'{where}/file').content)
        self.call('a', 'DELETE', member)
        self.call('a', 'DELETE', where)
        return size, image in [each['id'] for each in listed['images']]

    def v1(self):
        headers = {f'x-image-meta-{name}': value
                   for name, value in BARE.items()}
        image = self.call('a', 'POST', '/v1/images', data=self.chunks(),
                          headers={'Content-Type': 'application/octet-stream',
                                   **headers}).json()['image']['id']
        where = f'/v1/images/{image}'
        self.call('a', 'PUT', f'{where}/members/{self.consumer}')
        listed = self.call('b', 'GET', '/v1/images?limit=1000').json()
        size = len(self.call('b', 'GET', where).content)
        self.call('a', 'DELETE', f'{where}/members/{self.consumer}')
        self.call('a', 'DELETE', where)
        return size, image in [each['id'] for each in listed['images']]


class SandboxTestCase(oslotest_base.BaseTestCase):
    """A sandbox of the test's own."""

    def setUp(self):
        super().setUp()
        self.home = self.useFixture(fixtures.TempDir()).path
        self.box = self.sandbox()
        self.addCleanup(self.box.down)

    def sandbox(self):
        return cloud.Sandbox(self.home, base.ENVIRONMENTS)

    def command(self, *arguments):
        return [sys.executable, '-m', 'ossn_sandbox.cli',
                '--dir', self.home, '--envs', base.ENVIRONMENTS,
                *arguments]

    def pids(self):
        return {process.pid for process in processes.find(self.box.home)}

    def await_processes(self, test, seconds=120):
        """Wait until the sandbox's processes are as wished."""
        deadline = time.monotonic() + seconds
        while not test(processes.find(self.box.home)):
            if time.monotonic() > deadline:
                self.fail(processes.find(self.box.home))
            time.sleep(0.1)


class TestLoad(base.CloudTest):

    def load(self, target, kinds):
        def work(number):
            client = Client(target, number)
            found = {getattr(client, kind)() for _ in range(ROUNDS)
                     for kind in kinds}
            return client.answers, found
        begin = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
            # A connection that is reset raises here.
            results = list(pool.map(work, range(CLIENTS)))
        took = time.monotonic() - begin
        answers = [answer for each, _ in results for answer in each]
        rate = f'{len(answers)} requests, {len(answers) / took:.1f} a second'
        self.addDetail('rate', content.text_content(rate))
        self.assertEqual([], [each for each in answers if each[2] >= 400])
        for _, found in results:
            self.assertEqual({(6000, True)}, found)

    @base.extended
    def test_eight_clients_on_pike(self):
        self.load(self.up('pike'), ('v1', 'v2'))

    @base.extended
    def test_eight_clients_on_the_newest(self):
        self.load(self.up(releases.NEWEST), ('v2',))


class TestLife(SandboxTestCase):

    def test_second_up_restarts_only_the_dead(self):
        first = self.box.up(releases.NEWEST)
        before = self.pids()
        self.assertEqual(first, self.box.up(releases.NEWEST))
        self.assertEqual(before, self.pids())
        glance = [process for process in processes.find(self.box.home)
                  if process.role == 'glance-api']
        processes.stop(glance, self.box.home)
        self.assertEqual(first, self.box.up(releases.NEWEST))
        self.assertEqual(before - {glance[0].pid}, before & self.pids())
        self.assertEqual(len(before), len(self.pids()))

    def test_beside_each_other(self):
        with_v1 = self.box.up('pike')
        without = self.box.up('pike', v1=False)
        self.assertEqual('pike-no-v1', without.name)
        session = with_v1.session()
        for target, code in ((with_v1, 200), (without, 300)):
            where = session.get_endpoint(service_type='image',
                                         region_name=target.name)
            self.assertEqual(target.image_url, where)
            answer = requests.get(f'{where}/v1/images', timeout=60, headers={
                'X-Auth-Token': session.get_token()})
            self.assertEqual(code, answer.status_code)

    def test_pike_has_the_policy_it_was_released_with(self):
        target = self.box.up('pike')
        answer = target.session(target.accounts[0]).post(
            f'{target.image_url}/v2/images', raise_exc=False,
            json={'visibility': 'public', **BARE})
        self.assertEqual(403, answer.status_code)

    @base.extended
    def test_policy_of_ones_own(self):
        # What each says to an image that an ordinary user makes public.
        plain = self.box.up(releases.NEWEST)
        for target, code in (
                (plain, 403),
                (self.box.up(releases.NEWEST, policy={
                    'publicize_image': 'role:member'}), 201),
                (self.box.up('pike', policy={'publicize_image': ''}), 201),
                # The rest is still what Pike was released with.
                (self.box.up('pike', policy={'add_member': '!'}), 403)):
            answer = target.session(target.accounts[0]).post(
                f'{target.image_url}/v2/images', raise_exc=False,
                json={'visibility': 'public', **BARE})
            self.assertEqual(code, answer.status_code, target.name)

    def test_policy_that_glance_would_not_understand(self):
        for name, rule, check, text in (
                (releases.NEWEST, 'modify_members', '', 'is it modify_mem'),
                ('pike', 'modify_members', '', 'is it modify_member?'),
                (releases.NEWEST, 'modify_member', 'member', 'not understand'),
                ('pike', 'modify_member', 'role:a and', 'not understand')):
            error = self.assertRaises(errors.SandboxError, self.box.up, name,
                                      policy={rule: check})
            self.assertIn(f'--policy {rule}={check}: Glance', str(error))
            self.assertIn(text, str(error))
        self.assertEqual(set(), self.pids())

    @base.extended
    def test_several_workers(self):
        name = self.box.up(releases.NEWEST + '~DEFAULT.workers=3').name
        workers = [process for process in processes.find(self.box.home)
                   if process.name == name]
        self.assertEqual(3, len(workers), workers)
        self.box.stop(name)
        self.await_processes(lambda found: name not in {
            process.name for process in found})

    @base.extended
    def test_stop_one(self):
        self.box.up('pike')
        other = self.box.up(releases.NEWEST)
        self.assertEqual(2, self.box.stop('pike'))
        self.assertEqual({'keystone', releases.NEWEST}, {
            process.name for process in processes.find(self.box.home)})
        self.assertEqual(other, self.box.up(releases.NEWEST))
        self.assertEqual(0, self.box.stop('pike'))

    @base.extended
    def test_interfaces_at_different_urls(self):
        target = self.box.up(releases.NEWEST)
        register = catalog.Catalog(target.auth_url, target.admin)

        def urls():
            session = target.session(target.accounts[0])
            return [session.get_endpoint(
                service_type='image', region_name=target.name,
                interface=interface)
                for interface in ('public', 'internal', 'admin')]
        register.ensure_region(target.name, 'http://127.0.0.1:1',
                               internal=target.image_url)
        self.assertEqual(['http://127.0.0.1:1', target.image_url,
                          'http://127.0.0.1:1'], urls())
        # The next start mends it.
        self.box.up(releases.NEWEST)
        self.assertEqual([target.image_url] * 3, urls())

    @base.extended
    def test_down_with_lost_state(self):
        self.box.up(releases.NEWEST)
        os.remove(self.box.home / 'state.json')
        self.assertEqual(2, self.sandbox().down())
        self.assertEqual(set(), self.pids())
        # What is left is of no use any more; that must not be in the way.
        self.box.up(releases.NEWEST)

    def test_down_leaves_others_alone(self):
        other = subprocess.Popen(
            [sys.executable, '-c', 'import time; time.sleep(60)',
             str(processes.GUEST), '--home', self.home])
        self.addCleanup(other.wait)
        self.addCleanup(other.kill)
        self.assertEqual(0, self.box.down())
        self.assertIsNone(other.poll())

    def test_failing_start_names_the_line(self):
        bad = dataclasses.replace(releases.get(releases.NEWEST), options=(
            ('enabled_backends', 'fast:floppy'),))
        error = self.assertRaises(errors.SandboxError, self.box.start, [bad])
        self.assertIn(f'glance-api of {releases.NEWEST} did not start',
                      str(error))
        self.assertIn('default_backend', str(error))
        self.assertIn(f'{releases.NEWEST}-glance-api.log', str(error))
        self.assertNotIn('\n', str(error))
        self.assertEqual(set(), self.pids())

    def test_interrupted_preparation(self):
        self.box.up(releases.NEWEST)
        self.box.down()
        folder = self.box.home / 'glance' / releases.NEWEST
        os.remove(folder / 'ready')
        (folder / 'glance.db').write_bytes(b'no database' * 1000)
        self.box.up(releases.NEWEST)

    @base.extended
    def test_clean(self):
        target = self.box.up(releases.NEWEST)
        session = target.session()
        session.post(f'{target.image_url}/v2/images', json=BARE)
        for clean, images in ((False, 1), (True, 0)):
            self.box.down()
            self.box.start([target.release], clean=clean)
            found = target.session().get(f'{target.image_url}/v2/images')
            self.assertEqual(images, len(found.json()['images']))

    def test_taken_port(self):
        first = self.box.up(releases.NEWEST)
        self.box.down()
        self.useFixture(fixtures.MonkeyPatch(
            'ossn_sandbox.state._free',
            lambda port: f':{port}/' not in first.auth_url))
        second = self.box.up(releases.NEWEST)
        self.assertNotEqual(first.auth_url, second.auth_url)
        session = second.session(second.accounts[0])
        self.assertEqual(200, session.get(
            '/v2/images', endpoint_filter={
                'service_type': 'image',
                'region_name': releases.NEWEST}).status_code)


class TestRun(SandboxTestCase):

    def test_run(self):
        done = subprocess.run(
            self.command('run', releases.NEWEST, '--', '--list-tests'),
            capture_output=True, text=True)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn('glance_ossn_tests.tests', done.stdout)
        self.assertEqual(set(), self.pids())

    def test_run_leaves_what_was_up(self):
        self.box.up(releases.NEWEST)
        before = self.pids()
        subprocess.run(
            self.command('run', releases.NEWEST, '--', '--list-tests'),
            capture_output=True, check=True)
        self.assertEqual(before, self.pids())

    def _started(self):
        # A shell's background job, as which these tests may run, passes on
        # that it ignores Ctrl-C.
        run = subprocess.Popen(
            self.command('run', releases.NEWEST), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, preexec_fn=lambda: signal.signal(
                signal.SIGINT, signal.SIG_DFL))
        self.addCleanup(run.wait)
        self.addCleanup(run.kill)
        self.await_processes(lambda found: 'tempest' in {
            process.role for process in found})
        return run

    def test_nothing_outlives_a_killed_run(self):
        self._started().kill()
        self.await_processes(lambda found: not found, seconds=10)

    def test_nothing_outlives_an_interrupted_run(self):
        run = self._started()
        run.send_signal(signal.SIGINT)
        self.assertEqual(130, run.wait(60))
        self.assertEqual(set(), self.pids())

    @base.extended
    def test_others_keep_off_a_running_run(self):
        self._started()
        error = self.assertRaises(errors.SandboxError, self.box.up, 'pike')
        self.assertIn('in use', str(error))
