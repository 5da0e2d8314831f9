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


"""Who asks for a project's lists in another way, and what that leaves."""

from unittest import mock

from oslotest import base
from tempest.lib import exceptions as lib_exc

from glance_ossn_tests.accounts import accounts
from glance_ossn_tests.accounts import callers
from glance_ossn_tests.accounts import stranger
from glance_ossn_tests.cleanup import created
from glance_ossn_tests.clients import errors
from glance_ossn_tests.clients import patience
from glance_ossn_tests.clients import raw
from glance_ossn_tests.sharing import forms
from glance_ossn_tests.sharing import listings
from selftests.unit import fakes

RUN = '0123456789abcdef' * 2


def party(project):
    made = mock.Mock(project_id=project, run=RUN)
    made.auth_provider.auth_data = (None, {
        'user': {'id': 'u-' + project}, 'roles': [{'id': 'r1'}]})
    made.auth_provider.credentials = mock.Mock(password='s',
                                               user_id='u-' + project)
    made.auth_provider.auth_client.auth_url = 'http://id/v3/auth/tokens'
    made.auth_provider.auth_client.post.return_value = (
        {'x-subject-token': 't-' + project}, None)
    made.raw = raw.RawImageClient(mock.Mock(), 'image', 'r')
    made.connection.policy = patience.Policy(retries=2, wait=0)
    return made


class TestMake(base.BaseTestCase):

    def setUp(self):
        super().setUp()
        self.created = created.CreatedImages()
        self.consumer, self.bystander = party('c'), party('b')
        identity = self.consumer.manager.identity_v3
        self.applications = identity.ApplicationCredentialsClient.return_value
        self.applications.create_application_credential.return_value = {
            'application_credential': {'id': 'a1', 'secret': 'x'}}
        self.trusts = identity.TrustsClient.return_value
        self.trusts.create_trust.return_value = {'trust': {'id': 't1'}}
        self.admin = mock.Mock()
        self.admin.domains_client.create_domain.return_value = {
            'domain': {'id': 'd1'}}
        self.admin.users_v3_client.create_user.return_value = {
            'user': {'id': 'u1'}}
        self.admin.roles_v3_client.list_roles.return_value = {
            'roles': [{'name': 'Manager', 'id': 'm1'}]}
        self.useFixture(fakes.fixtures.MockPatchObject(
            accounts, 'admin', return_value=self.admin))

    def make(self, *others):
        work = mock.Mock(consumer=self.consumer, bystander=self.bystander,
                         created=self.created, parties=dict.fromkeys(
                             others), **{'name': 'x'})
        work.name = 'ossn-%s-1' % RUN
        work.parties.update(consumer=self.consumer, bystander=self.bystander)
        return dict(callers.make(work))

    def test_all_that_an_admin_can_make(self):
        made = self.make('admin')
        self.assertEqual(list(listings.CALLERS), list(made))
        self.assertEqual({None}, {each.not_offered
                                  for each in made.values()})
        self.assertEqual('t-c', made[listings.APPLICATION].raw.given)
        self.assertEqual('t-b', made[listings.TRUSTEE].raw.given)
        self.assertEqual(
            [mock.call('c', 'u1', 'r1'), mock.call('c', 'u1', 'm1'),
             mock.call('b', 'u-c', 'r1')],
            self.admin.roles_v3_client.create_user_role_on_project
            .mock_calls)
        self.created.remove()
        self.applications.delete_application_credential \
            .assert_called_once_with('u-c', 'a1')
        self.trusts.delete_trust.assert_called_once_with('t1')
        domains = self.admin.domains_client
        domains.update_domain.assert_called_once_with('d1', enabled=False)
        domains.delete_domain.assert_called_once_with('d1')

    def test_who_is_ordinary_asks_where_tokens_come_from(self):
        client = callers.own(self.consumer, 'TrustsClient')
        self.assertEqual('http://id/v3', client.auth_provider.base_url(
            {'api_version': 'v3'}))

    def test_without_an_admin(self):
        made = self.make()
        for role in listings.MADE_BY_ADMIN:
            self.assertTrue(made[role].not_offered.startswith(
                forms.NO_ACCOUNT), role)
        accounts.admin.assert_not_called()

    def test_what_the_cloud_refuses(self):
        refused = lib_exc.Forbidden('not you', resp=fakes.response(403))
        self.trusts.create_trust.side_effect = refused
        self.admin.users_v3_client.create_user.side_effect = refused
        made = self.make('admin')
        self.assertIn('(trustee): 403', made[listings.TRUSTEE].not_offered)
        self.assertIn('(user of another domain): 403',
                      made[listings.FOREIGNER].not_offered)
        self.assertIn('no user to give this role to',
                      made[listings.MANAGER].not_offered)
        # The domain is there all the same, until the end.
        self.created.remove()
        self.admin.domains_client.delete_domain.assert_called_once_with('d1')
        self.trusts.delete_trust.assert_not_called()

    def failing(self, *results):
        """Let an answer be 500, before what comes then."""
        return [lib_exc.ServerFault('locked', resp=fakes.response(500)),
                *results]

    def test_what_the_service_fails_at_is_done_again(self):
        create = self.applications.create_application_credential
        create.side_effect = self.failing(create.return_value)
        self.applications.list_application_credentials.return_value = {
            'application_credentials': [{'id': 'lost'}]}
        made = self.make()[listings.APPLICATION]
        self.assertEqual((None, None, 't-c'), (
            made.not_offered, made.problem, made.raw.given))
        # By another name, and what was perhaps made is looked for.
        first, second = (call.kwargs['name'] for call in create.mock_calls)
        self.assertEqual(first + '-1', second)
        self.created.remove()
        self.applications.list_application_credentials \
            .assert_called_once_with('u-c', name=first)
        self.assertEqual(
            [mock.call('u-c', 'a1'), mock.call('u-c', 'lost')],
            self.applications.delete_application_credential.mock_calls)

    def test_a_trust_that_was_made_though_it_failed(self):
        def create(**asked):
            self.asked = asked
            raise self.failing()[0]

        self.trusts.create_trust.side_effect = create
        made = self.make()[listings.TRUSTEE]
        # That is no answer of the cloud's.
        self.assertIsNone(made.not_offered)
        self.assertIn('(trustee): 500', made.problem)
        ours = {'id': 'ours', **self.asked}
        self.trusts.list_trusts.return_value = {'trusts': [
            ours, {**ours, 'id': 'other', 'expires_at': '2030'},
            {**ours, 'id': 'whose', 'trustee_user_id': 'x'}]}
        self.created.remove()
        # Once for each time that it was tried.
        self.assertEqual([mock.call('ours')] * 3,
                         self.trusts.delete_trust.mock_calls)

    def test_a_token_that_the_service_fails_to_give(self):
        post = self.consumer.auth_provider.auth_client.post
        post.side_effect = self.failing(post.return_value)
        role = listings.UNSCOPED
        self.assertEqual('t-c', stranger.Stranger(
            role, self.consumer).raw.given)
        post.side_effect = self.failing() * 3
        found = stranger.Stranger(role, self.consumer)
        self.assertIsNone(found.not_offered)
        self.assertIn('(unscoped): 500', found.problem)
        # Keystone's way to refuse it.
        post.side_effect = lib_exc.Unauthorized(
            'none', resp=fakes.response(401))
        found = stranger.Stranger(role, self.consumer)
        self.assertIsNone(found.problem)
        self.assertIn('401', found.not_offered)

    def test_what_cannot_be_looked_for_is_named(self):
        domains = self.admin.domains_client
        domains.create_domain.side_effect = self.failing()[0]
        domains.list_domains.side_effect = lib_exc.ServerFault('down')
        made = self.make('admin')
        self.assertIn('500', made[listings.FOREIGNER].problem)
        error = self.assertRaises(errors.LeftBehind, self.created.remove)
        self.assertIn('the domain tempest-ossn-%s-domain perhaps stays'
                      % RUN, str(error))

    def test_what_stays_is_named(self):
        self.make('admin')
        self.admin.domains_client.delete_domain.side_effect = ValueError('no')
        self.trusts.delete_trust.side_effect = lib_exc.NotFound()
        error = self.assertRaises(errors.LeftBehind, self.created.remove)
        self.assertIn('the domain tempest-ossn-%s-domain (d1) stays: no'
                      % RUN, str(error))
        self.assertNotIn('trust', str(error))
        # Told once.
        self.created.remove()

    def test_a_token_that_ended(self):
        caller = self.make()[listings.APPLICATION]
        answers = [fakes.answer(401), fakes.answer(200, {'images': []})]
        sent = []

        def get(method, url, headers, body):
            sent.append(headers['X-Auth-Token'])
            return answers.pop(0)

        self.consumer.auth_provider.auth_client.post.return_value = (
            {'x-subject-token': 'new'}, None)
        caller.raw.endpoint = 'http://image.example'
        caller.raw._send = get
        self.assertEqual(200, caller.raw.ask(raw.Form('v2'),
                                             'images').status)
        self.assertEqual(['t-c', 'new'], sent)
