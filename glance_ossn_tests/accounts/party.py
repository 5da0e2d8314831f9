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

"""A project with its account: what it may do, and whether it can judge."""

from tempest.lib import exceptions as lib_exc

from glance_ossn_tests.clients import images
from glance_ossn_tests.clients import members
from glance_ossn_tests.clients import patience
from glance_ossn_tests.clients import raw


class Party(images.ImageUser, members.MemberUser):
    """A project that shares images or lists them.

    :param role: what it is in the run: 'producer', 'consumer',
        'bystander' or 'reader'
    :param manager: Tempest's client manager with its credentials
    :param policy: :class:`glance_ossn_tests.clients.patience.Policy`
    :param run: the id of the run, which its images bear
    """

    def __init__(self, role, manager, policy=patience.Policy(), run=None):
        super().__init__(manager, policy, run)
        self.role = role

    @property
    def _token(self):
        return self.auth_provider.auth_data[1]

    @property
    def roles(self):
        """Names of its roles."""
        return [role['name'] for role in self._token.get('roles', ())]

    @property
    def project_id(self):
        return self._token.get('project', {}).get('id')

    @property
    def who(self):
        """User and project, to be named in messages."""
        return 'the %s (user %s, project %s)' % (
            self.role, self._token['user']['name'],
            self._token.get('project', {}).get('name'))

    def check(self):
        """See that its token is fit to judge with.

        :raises tempest.lib.exceptions.InvalidConfiguration: if it is of no
            project, an admin's, or has no image endpoint in its catalog
        """
        where = ('With pre-provisioned credentials see [auth] '
                 'test_accounts_file, with dynamic ones [auth] tempest_roles')
        if not self.project_id:
            raise lib_exc.InvalidConfiguration(
                'The token of %s is not scoped to a project. %s.'
                % (self.who, where))
        roles = self.roles
        if self.role != 'admin' and 'admin' in [r.lower() for r in roles]:
            raise lib_exc.InvalidConfiguration(
                'The account of %s has the roles %s: an admin sees images '
                'whether they are shared or not. %s.'
                % (self.who, ', '.join(roles), where))
        self.check_catalog()

    def endpoints(self, service, *interfaces):
        """Return the URLs of a service in the catalog, of the same region.

        :param service: its type
        :param interfaces: 'public', 'internal', 'admin'; none for all
        :returns: list of URLs
        """
        return [endpoint['url'] for each in self._token.get('catalog', ())
                if each['type'] == service for endpoint in each['endpoints']
                if endpoint['region'] == self.raw.filters['region'] and
                (not interfaces or endpoint['interface'] in interfaces)]

    def other_endpoints(self):
        """Return the other image endpoints in the catalog, of the same region.

        :returns: URLs without a version
        """
        roots = set(map(raw.strip_version,
                        self.endpoints(self.raw.filters['service'])))
        return sorted(roots - {self.raw.root})

    def check_catalog(self):
        """See that the catalog has the image endpoint that is asked for.

        :raises tempest.lib.exceptions.InvalidConfiguration: if it has not
        """
        # Tempest takes any other endpoint where it finds no fitting one,
        # and would judge another region in silence.
        wanted = self.raw.filters
        interface = wanted['endpoint_type'].replace('URL', '')
        catalog = self._token.get('catalog', ())
        endpoints = [e for service in catalog
                     if service['type'] == wanted['service']
                     for e in service['endpoints']]
        if not endpoints:
            raise lib_exc.InvalidConfiguration(
                'The catalog has no service of type "%s"; its types are %s. '
                'Set [image] catalog_type.' % (
                    wanted['service'],
                    ', '.join(sorted(s['type'] for s in catalog))))
        if not any(e['interface'] == interface and
                   e['region'] == wanted['region'] for e in endpoints):
            raise lib_exc.InvalidConfiguration(
                'The catalog has no %s image endpoint in the region "%s"; it '
                'has %s. Set [image] region (or [identity] region) and '
                '[image] endpoint_type.' % (
                    interface, wanted['region'], ', '.join(sorted(
                        '%s in %s' % (e['interface'], e['region'])
                        for e in endpoints))))


def check_premise(*parties):
    """See that parties can show what sharing does between them.

    :param parties: each :class:`Party`
    :raises tempest.lib.exceptions.InvalidConfiguration: if they cannot
    """
    projects = {party.role: party.project_id for party in parties}
    if projects.get('reader', projects['consumer']) != projects['consumer']:
        raise lib_exc.InvalidConfiguration(
            'The reader is of another project, %s, than the consumer, %s. '
            'Set [glance_ossn] reader to false.' % (projects['reader'],
                                                    projects['consumer']))
    by_project = {}
    for party in parties:
        party.check()
        if party.role == 'reader':
            continue
        other = by_project.setdefault(party.project_id, party)
        if other is not party:
            raise lib_exc.InvalidConfiguration(
                'The %s and the %s act in one project, %s: it owns what it '
                'lists. Give each account in [auth] test_accounts_file a '
                'project of its own and the roles to share and to list '
                '(roles: [member]).' % (other.role, party.role,
                                        party.project_id))
