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

"""What is remembered across an upgrade, and what the commands say."""

import dataclasses
import io
import json
import os
import stat
from unittest import mock

import fixtures
from oslotest import base

from glance_ossn_tests.accounts import accounts
from glance_ossn_tests.cleanup import leftovers
from glance_ossn_tests.clients import errors
from glance_ossn_tests.commands import codes
from glance_ossn_tests.commands import configured
from glance_ossn_tests.commands import upgrade as commands
from glance_ossn_tests.sharing import histories
from glance_ossn_tests.sharing import kinds
from glance_ossn_tests.sharing import listings
from glance_ossn_tests.sharing import matrix
from glance_ossn_tests.survey import share
from glance_ossn_tests.survey import state
from selftests.unit.survey import base as scenes

RUN = leftovers.LASTING + 32 * 'a'


class StateTest(base.BaseTestCase):

    def setUp(self):
        super().setUp()
        self.path = os.path.join(self.useFixture(fixtures.TempDir()).path,
                                 'state')

    def patch(self, thing, name, value):
        self.useFixture(fixtures.MockPatchObject(thing, name, value))

    def a_survey(self):
        """A survey that made a pending and a listed, then rejected image."""
        scene = scenes.Scene()
        scene.made.name = 'run'
        for name, history, members in (
                ('a', 'pending', {'C': 'pending'}),
                ('b', 'listed, then rejected', {'C': 'rejected'}),
                ('c', 'accepted, removed, shared again', {'C': 'accepted'}),
                ('d', 'shared while private', None)):
            share = scenes.a_share(history, name)
            share.members = members
            share.membership = (members or {}).get('C')
            scene.made.shares.append(share)
            scene.made.dates[name] = errors.moment('2026-11-24T08:00:00Z')
        scene.made.controls = [matrix.Control(kinds.QUEUED, 'own'),
                               matrix.Control(kinds.QUEUED, 'last')]
        scene.made.newest = scene.made.controls[1:]
        scene.made.dates['own'] = scene.made.dates['a']
        return scene.found, scene.made, [
            matrix.Reading(listings.Listing(
                'v2', form='/v2'), {'own': 'page'}),
            matrix.Reading(listings.Listing('v1', form='/v1'), problem='500')]


class TestState(StateTest):

    def test_what_was_made_is_restored(self):
        surveyed = self.a_survey()
        made = surveyed[1]
        memory = state.State(self.path, RUN)
        memory.record(*surveyed)
        memory.save()
        self.assertEqual(0o600, stat.S_IMODE(os.stat(self.path).st_mode))
        memory = state.load(self.path)
        self.assertTrue(memory.done)
        self.assertEqual({'/v2/images': ['own']}, memory.lists)
        again = memory.restore()
        self.assertEqual(made.dates, again.dates)
        self.assertEqual(set(made.dates), again.ours)
        self.assertEqual([[2, 0], [2, 17]], memory.versions)
        self.assertEqual(made.controls, again.controls)
        self.assertEqual(made.newest, again.newest)
        self.assertEqual(
            [('a', 'pending'), ('b', 'rejected'), ('c', 'accepted'),
             ('d', histories.ANY)],
            [(s.image_id, s.plan.history.status) for s in again.shares])
        # What waited for lists to be read waits no more.
        self.assertFalse(any(s.plan.history.late for s in again.shares))

    def test_what_is_no_state_file(self):
        for text, says in (('{', 'no JSON'), ('[]', 'schema None'),
                           ('{"schema": 2}', 'schema 2'),
                           ('{"schema": 1}', 'not complete'),
                           ('{"schema": 1, "run": "x", "new": 1}',
                            'not complete')):
            with open(self.path, 'w') as file:
                file.write(text)
            error = self.assertRaises(state.BadState, state.load, self.path)
            self.assertIn(says, str(error))
            self.assertIn(self.path, str(error))
        os.unlink(self.path)
        error = self.assertRaises(state.BadState, state.load, self.path)
        self.assertIn('upgrade prepare', str(error))

    def test_what_another_version_wrote(self):
        memory = state.State(self.path, RUN)
        memory.record(*self.a_survey())
        memory.shares[0]['history'] = 'beamed'
        error = self.assertRaises(state.BadState, memory.restore)
        self.assertIn('beamed', str(error))

    def test_where_it_cannot_be_written(self):
        memory = state.State('/nowhere/state', RUN)
        error = self.assertRaises(state.BadState, memory.save)
        self.assertIn('--state /nowhere/state', str(error))


class TestCommands(StateTest):

    def setUp(self):
        super().setUp()
        self.app = mock.Mock(stdout=io.StringIO(), stderr=io.StringIO())
        self.patch(configured.preflight, 'access',
                   lambda conf: [])

    def run_command(self, which, *arguments):
        command = which(self.app, None)
        parsed = command.get_parser('x').parse_args(
            ['--state', self.path, *arguments])
        return command.run(parsed)

    def test_prepare_keeps_what_is_there(self):
        with open(self.path, 'w') as file:
            file.write('precious')
        self.assertEqual(codes.ERROR, self.run_command(commands.Prepare))
        self.assertIn('upgrade destroy', self.app.stderr.getvalue())
        with open(self.path) as file:
            self.assertEqual('precious', file.read())

    def test_prepare_that_fails_leaves_nothing(self):
        made = mock.Mock(side_effect=OSError('no answer'))
        self.patch(commands.accounts, 'make', made)
        self.patch(commands.accounts, 'from_file', made)
        self.patch(commands.accounts, 'unmake', mock.Mock())
        self.assertEqual(codes.ERROR, self.run_command(commands.Prepare))
        self.assertIn('no answer', self.app.stderr.getvalue())
        self.assertFalse(os.path.exists(self.path))

    def test_prepare_that_cannot_clean_up_keeps_the_state(self):
        def fail(memory):
            memory.sharing = True
            raise OSError('no answer')
        self.patch(commands.Prepare, '_prepare', staticmethod(fail))
        self.patch(commands.accounts, 'parties', mock.Mock(
            side_effect=OSError('still none')))
        self.assertEqual(codes.ERROR, self.run_command(commands.Prepare))
        self.assertTrue(os.path.exists(self.path))

    def prepare(self, *arguments, status=codes.CLEAN, **surveyed):
        """Prepare with a survey as given.

        :returns: what was said
        """
        subject = mock.Mock(made=share.Made('run'), readings=[],
                            found=scenes.Scene().found)
        subject.made.shares = [scenes.a_share('pending', 'a')]
        for name, value in surveyed.items():
            setattr(*((subject.made, name, value) if name != 'readings'
                      else (subject, name, value)))

        def prepare(memory):
            memory.save()
            return subject
        self.patch(commands.Prepare, '_prepare', staticmethod(prepare))
        self.assertEqual(status, self.run_command(commands.Prepare,
                                                  *arguments))
        self.assertEqual(not status, os.path.exists(self.path))
        if not status:
            os.unlink(self.path)
        return self.app.stdout.getvalue() + self.app.stderr.getvalue()

    def missing(self):
        """What may be missing, and what is said of it."""
        failed, unread, planned = [scenes.a_share('pending', name)
                                   for name in 'bcd']
        failed.failed = 'the step "create" of image b failed: 413'
        unread.unconfirmed = 'the member list of image c: no answer'
        planned.plan = dataclasses.replace(planned.plan,
                                           problem='v2 is not known')
        list_ = listings.Listing('v2', form='/v2')
        whole = scenes.a_share('pending', 'a')
        for share_ in (failed, unread, planned):
            yield ('%s: ' % share_.plan.name,
                   {'shares': [whole, share_]})
        yield 'queued image of the consumer: 413', {'controls': [
            matrix.Control(kinds.QUEUED, 'own', failed='413')]}
        left_out = scenes.a_share('pending', 'e')
        left_out.plan = dataclasses.replace(
            left_out.plan, not_offered='the quota (limit image_count_total)')
        yield 'image_count_total', {'shares': [whole, left_out]}
        yield '/v2/images: no answer', {'readings': [
            matrix.Reading(list_, problem='no answer')]}
        yield '/v2/images: 403', {'readings': [matrix.Reading(
            dataclasses.replace(list_, problem='403'))]}

    def test_prepare_names_what_is_missing_and_keeps_nothing(self):
        for says, surveyed in self.missing():
            said = self.prepare(status=codes.ERROR, **surveyed)
            self.assertIn(says, said)
            self.assertIn('1 images or lists are missing', said)
            self.assertIn('--allow-partial', said)

    def test_prepare_keeps_a_part_where_that_is_accepted(self):
        for says, surveyed in self.missing():
            said = self.prepare('--allow-partial', **surveyed)
            self.assertIn(says, said)
            self.assertIn('upgrade verify', said)

    def test_prepare_misses_nothing_that_the_cloud_does_not_offer(self):
        list_ = listings.Listing('v1', form='/v1')
        unconfirmed = scenes.a_share('pending', 'b')
        unconfirmed.members = {'C': 'accepted'}
        unconfirmed.unconfirmed = 'it says accepted'
        absent = scenes.a_share('pending')
        absent.plan = dataclasses.replace(absent.plan, not_offered='no v1')
        said = self.prepare(
            shares=[scenes.a_share('pending', 'a'), unconfirmed, absent],
            readings=[
                matrix.Reading(list_, not_offered='404'),
                matrix.Reading(dataclasses.replace(list_,
                                                   not_offered='404'))])
        self.assertNotIn('missing', said)

    def test_prepare_of_no_share_is_none_even_where_a_part_would_do(self):
        failed = scenes.a_share('pending', 'a')
        failed.failed = '413'
        said = self.prepare('--allow-partial', status=codes.ERROR,
                            shares=[failed])
        self.assertIn('No image was shared', said)

    def test_destroy_what_is_not_there(self):
        self.assertEqual(codes.CLEAN, self.run_command(commands.Destroy))
        self.assertIn('nothing to destroy', self.app.stdout.getvalue())

    def test_destroy_names_what_stays(self):
        state.State(self.path, RUN, sharing=True).save()
        image = leftovers.Leftover('image', 'x', 'y', mock.Mock(
            side_effect=errors.LeftBehind('protected')))
        self.patch(commands.accounts, 'parties',
                   lambda *ignored: {'producer': None})
        self.patch(commands.leftovers, 'find_images',
                   lambda *ignored, **run: [image])
        self.assertEqual(codes.ERROR, self.run_command(commands.Destroy))
        self.assertIn('protected', self.app.stderr.getvalue())
        self.assertTrue(os.path.exists(self.path))

    def test_a_config_file_that_is_none(self):
        self.assertEqual(codes.ERROR, self.run_command(
            commands.Destroy, '--config-file', '/nowhere'))
        self.assertIn('--config-file /nowhere', self.app.stderr.getvalue())

    def test_verify_needs_a_state(self):
        with mock.patch('sys.stderr', io.StringIO()) as stderr:
            self.assertEqual(codes.ERROR, self.run_command(commands.Verify))
        self.assertIn('upgrade prepare', stderr.getvalue())


class TestAccounts(base.BaseTestCase):

    def from_file(self, *entries):
        path = self.create_tempfiles([('accounts', json.dumps(entries))])[0]
        conf = mock.Mock()
        conf.auth.test_accounts_file = path
        conf.auth.tempest_roles = []
        conf.identity.admin_role = 'admin'
        with mock.patch.object(accounts, 'CONF', conf):
            return accounts.from_file()

    def test_ordinary_ones_of_their_own_projects(self):
        entries = [{'username': user, 'password': 'x', 'project_name': project,
                    **more}
                   for user, project, more in (
                       ('a', 'p1', {'types': ['admin']}),
                       ('b', 'p2', {'roles': ['admin']}),
                       ('c', 'p3', {}), ('d', 'p3', {}),
                       ('e', 'p4', {'roles': ['member']}), ('f', 'p5', {}))]
        self.assertEqual(
            [('producer', 'c'), ('consumer', 'e'), ('bystander', 'f')],
            [(a['role'], a['username']) for a in self.from_file(*entries)])
        for bad in (entries[:-1], [1]):
            error = self.assertRaises(accounts.lib_exc.InvalidConfiguration,
                                      self.from_file, *bad)
            self.assertIn('[auth] test_accounts_file', str(error))
