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
import urllib3

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
_ERRORS = (lib_exc.TempestException, urllib3.exceptions.HTTPError, KeyError)


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
    :ivar raw: its :class:`glance_ossn_tests.clients.raw.RawImageClient`
    """

    def __init__(self, party, sign_in, not_offered=None):
        self.raw = copy.copy(party.raw)
        self.raw.given = sign_in() if sign_in else ''
        self.raw.renew = sign_in
        self.not_offered = not_offered
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
            return Caller(party, {
                listings.APPLICATION: self._by_application,
                listings.TRUSTEE: self._by_trust,
                listings.FOREIGNER: self._by_foreigner,
                listings.MANAGER: self._by_manager,
                listings.OF_BOTH: self._of_both}[role]())
        except _ERRORS as error:
            return Caller(party, None, (
                'the Identity service gives no token of this kind (%s): %s'
                % (role, errors.reason(error))))

    def _defer(self, what, remove):
        """Register what is to be removed, before it is made.

        :param what: what to call it
        :param remove: function of its id
        :returns: function to be told the id
        """
        return self.work.created.defer(what, remove)

    def _roles(self):
        return [role['id'] for role in
                self.consumer.auth_provider.auth_data[1]['roles']]

    def _by_application(self):
        """Source: "Application Credentials" of the Identity API."""
        client = own(self.consumer, 'ApplicationCredentialsClient')
        user = user_of(self.consumer)
        made = self._defer(
            'the application credential %s of user %s' % (
                self.work.name, user),
            lambda uid: client.delete_application_credential(user, uid))
        given = client.create_application_credential(
            user, name=self.work.name,
            expires_at=self._end())['application_credential']
        made(given['id'])
        return lambda: stranger.request_token(self.consumer, {
            'methods': ['application_credential'],
            'application_credential': {'id': given['id'],
                                       'secret': given['secret']}})

    def _by_trust(self):
        """Source: "OS-TRUST" of the Identity API."""
        client = own(self.consumer, 'TrustsClient')
        trustee = self.work.bystander
        made = self._defer('a trust of user %s' % user_of(self.consumer),
                           client.delete_trust)
        trust = client.create_trust(
            trustor_user_id=user_of(self.consumer),
            trustee_user_id=user_of(trustee),
            project_id=self.consumer.project_id, impersonation=False,
            roles=[{'id': role} for role in self._roles()],
            expires_at=self._end() + 'Z')['trust']
        made(trust['id'])
        return lambda: stranger.request_token(
            trustee, stranger.password(trustee),
            {'OS-TRUST:trust': {'id': trust['id']}})

    def _by_foreigner(self):
        """Make a user in a domain of its own, who is a member, too."""
        domains = self.admin.domains_client

        name = DOMAIN % self.consumer.run
        made = self._defer('the domain %s' % name,
                           lambda uid: remove_domain(domains, uid))
        domain = domains.create_domain(name=name)['domain']['id']
        made(domain)
        password = data_utils.rand_password()
        user = self.admin.users_v3_client.create_user(
            name=name, domain_id=domain, password=password)['user']['id']
        for role in self._roles():
            self._assign(self.consumer, user, role)
        self.foreigner = user, {'methods': ['password'], 'password': {
            'user': {'id': user, 'password': password}}}
        return self._token(self.foreigner[1], self.consumer)

    def _by_manager(self):
        if not self.foreigner:
            raise lib_exc.NotFound('there is no user to give this role to')
        known = {role['name'].lower(): role['id'] for role in
                 self.admin.roles_v3_client.list_roles()['roles']}
        if 'manager' not in known:
            raise lib_exc.NotFound('it has no role "manager"')
        user, identity = self.foreigner
        self._assign(self.consumer, user, known['manager'])
        return self._token(identity, self.consumer)

    def _of_both(self):
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
