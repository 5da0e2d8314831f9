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


"""Those who ask for a project's lists in another way than its user does.

What they need is made here, and its removal registered before. Should the
run be killed, application credentials and trusts end by themselves, the rest
with the projects and users of the run.
"""

import copy
import datetime

from tempest.lib.common.utils import data_utils
from tempest.lib import exceptions as lib_exc

from glance_ossn_tests.accounts import accounts
from glance_ossn_tests.accounts import stranger
from glance_ossn_tests.clients import account
from glance_ossn_tests.clients import errors
from glance_ossn_tests.sharing import forms
from glance_ossn_tests.sharing import listings

# What a domain that a run makes is called, so that the cleanup finds it.
DOMAIN = 'tempest-ossn-%s-domain'
# Longer than any run.
_LASTS = datetime.timedelta(hours=6)


def own(party, service):
    """Return a client of the Identity service for an ordinary user.

    It asks where tokens come from: Tempest's own asks an endpoint of the
    catalog, for admins, which not everybody may reach.

    :param party: :class:`glance_ossn_tests.accounts.party.Party`
    :param service: name of one of Tempest's classes of clients
    :returns: the client
    """
    client = getattr(party.manager.identity_v3, service)()
    root = party.auth_provider.auth_client.auth_url.rpartition(
        '/v3/auth/tokens')[0]
    client.auth_provider = account.EndpointAuth(client.auth_provider,
                                                lambda: root)
    return client


def user_of(party):
    """Tell the user of a party.

    :param party: :class:`glance_ossn_tests.accounts.party.Party`
    :returns: id
    """
    return party.auth_provider.auth_data[1]['user']['id']


def remove_domain(client, uid):
    """Remove a domain, and with it its users.

    :param client: an admin's client of the domains
    :param uid: id of the domain
    """
    client.update_domain(uid, enabled=False)
    client.delete_domain(uid)


class Caller:
    """Somebody who asks for the lists of a project.

    :param party: the :class:`glance_ossn_tests.accounts.party.Party` whose
        lists they are
    :param sign_in: function that gets a token to ask with, None if there is
        none
    :param not_offered: why there is none, else None
    :param problem: why that is not known, else None
    :ivar raw: its :class:`glance_ossn_tests.clients.raw.RawImageClient`
    """

    def __init__(self, party, sign_in, not_offered=None, problem=None):
        self.raw = copy.copy(party.raw)
        self.raw.given = sign_in() if sign_in else ''
        self.raw.renew = sign_in
        self.not_offered = not_offered
        self.problem = problem
        # Of v1's short lists, whoever is shown an image may ask for it.
        self.creation_date = party.creation_date


def make(work):
    """Make all that the run's rights allow.

    :param work: :class:`glance_ossn_tests.survey.work.Work`
    :returns: list of pairs of a role, one of
        :data:`glance_ossn_tests.sharing.listings.CALLERS`, and
        :class:`Caller`
    """
    maker = _Maker(work)
    return [(role, maker.make(role)) for role in listings.CALLERS]


class _Maker:
    """Makes what callers need.

    :param work: :class:`glance_ossn_tests.survey.work.Work`
    """

    def __init__(self, work):
        self.work = work
        self.consumer = work.consumer
        self.admin = None
        self.foreigner = None

    def make(self, role):
        """Make one caller.

        :param role: one of
            :data:`glance_ossn_tests.sharing.listings.CALLERS`
        :returns: :class:`Caller`
        """
        party = self.work.parties[listings.CALLERS[role][0]]
        if role in listings.MADE_BY_ADMIN and (
                'admin' not in self.work.parties):
            return Caller(party, None, (
                '%sthe %s ([glance_ossn] admin, with dynamic credentials)'
                % (forms.NO_ACCOUNT, role)))
        try:
            self.admin = self.admin or (
                role in listings.MADE_BY_ADMIN and accounts.admin())
            sign_in = {
                listings.APPLICATION: self._by_application,
                listings.TRUSTEE: self._by_trust,
                listings.FOREIGNER: self._by_foreigner,
                listings.MANAGER: self._by_manager,
                listings.OF_BOTH: self._of_both}[role]
            return Caller(party, stranger.patiently(
                self.consumer, lambda number: sign_in(
                    '-%d' % number if number else '')))
        except stranger.ERRORS as error:
            why = ('the Identity service gives no token of this kind (%s): '
                   '%s' % (role, errors.reason(error)))
            if stranger.has_failed(error):
                return Caller(party, None, problem=why)
            return Caller(party, None, why)

    def _create(self, what, create, find, remove):
        """Create what is to be removed.

        :param what: what to call it
        :param create: function that creates it, and returns a dict of it
        :param find: function that returns a list of dicts, of it if it is
            there although its creation failed
        :param remove: function of its id
        :returns: the dict
        """
        made = self.work.created.defer(what, remove)
        try:
            given = create()
        except stranger.ERRORS as error:
            if stranger.has_failed(error):
                made(lambda: [each['id'] for each in find()])
            raise
        made(given['id'])
        return given

    def _roles(self):
        return [role['id'] for role in
                self.consumer.auth_provider.auth_data[1]['roles']]

    def _by_application(self, suffix):
        """Source: "Application Credentials" of the Identity API."""
        client = own(self.consumer, 'ApplicationCredentialsClient')
        user, name = user_of(self.consumer), self.work.name + suffix
        given = self._create(
            'the application credential %s of user %s' % (name, user),
            lambda: client.create_application_credential(
                user, name=name,
                expires_at=self._end())['application_credential'],
            lambda: client.list_application_credentials(
                user, name=name)['application_credentials'],
            lambda uid: client.delete_application_credential(user, uid))
        return lambda: stranger.request_token(self.consumer, {
            'methods': ['application_credential'],
            'application_credential': {'id': given['id'],
                                       'secret': given['secret']}})

    def _by_trust(self, suffix):
        """Source: "OS-TRUST" of the Identity API."""
        client = own(self.consumer, 'TrustsClient')
        trustee = self.work.bystander
        both = {'trustor_user_id': user_of(self.consumer),
                'trustee_user_id': user_of(trustee)}
        # It has no name; by its end it is known.
        end = self._end()
        trust = self._create(
            'a trust of user %s' % both['trustor_user_id'],
            lambda: client.create_trust(
                project_id=self.consumer.project_id, impersonation=False,
                roles=[{'id': role} for role in self._roles()],
                expires_at=end + 'Z', **both)['trust'],
            lambda: [each for each in client.list_trusts(
                trustor_user_id=both['trustor_user_id'])['trusts']
                if both.items() <= each.items() and
                str(each['expires_at'])[:19] == end[:19]],
            client.delete_trust)
        return lambda: stranger.request_token(
            trustee, stranger.password(trustee),
            {'OS-TRUST:trust': {'id': trust['id']}})

    def _by_foreigner(self, suffix):
        """Make a user in a domain of its own, who is a member, too."""
        domains = self.admin.domains_client
        name = DOMAIN % self.consumer.run + suffix
        domain = self._create(
            'the domain %s' % name,
            lambda: domains.create_domain(name=name)['domain'],
            lambda: domains.list_domains(name=name)['domains'],
            lambda uid: remove_domain(domains, uid))['id']
        password = data_utils.rand_password()
        user = self.admin.users_v3_client.create_user(
            name=name, domain_id=domain, password=password)['user']['id']
        for role in self._roles():
            self._assign(self.consumer, user, role)
        self.foreigner = user, {'methods': ['password'], 'password': {
            'user': {'id': user, 'password': password}}}
        return self._token(self.foreigner[1], self.consumer)

    def _by_manager(self, suffix):
        if not self.foreigner:
            raise lib_exc.NotFound('there is no user to give this role to')
        known = {role['name'].lower(): role['id'] for role in
                 self.admin.roles_v3_client.list_roles()['roles']}
        if 'manager' not in known:
            raise lib_exc.NotFound('it has no role "manager"')
        user, identity = self.foreigner
        self._assign(self.consumer, user, known['manager'])
        return self._token(identity, self.consumer)

    def _of_both(self, suffix):
        for role in self._roles():
            self._assign(self.work.bystander, user_of(self.consumer),
                         role)
        return self._token(stranger.password(self.consumer),
                           self.work.bystander)

    def _assign(self, party, user, role):
        """Give a user a role, which ends with it and with the project."""
        self.admin.roles_v3_client.create_user_role_on_project(
            party.project_id, user, role)

    def _token(self, identity, party):
        scope = {'project': {'id': party.project_id}}
        return lambda: stranger.request_token(self.consumer, identity, scope)

    @staticmethod
    def _end():
        end = datetime.datetime.now(datetime.timezone.utc) + _LASTS
        return end.strftime('%Y-%m-%dT%H:%M:%S.000000')
