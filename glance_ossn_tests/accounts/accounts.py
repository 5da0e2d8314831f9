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

"""The accounts that act where no test class makes them."""

from tempest import clients
from tempest.common import credentials_factory
from tempest import config
from tempest.lib import exceptions as lib_exc
import yaml

from glance_ossn_tests.accounts import party
from glance_ossn_tests.clients import errors
from glance_ossn_tests.clients import patience

CONF = config.CONF

# Who takes part in what lasts.
ROLES = ('producer', 'consumer', 'bystander')
_NO_NETWORKS = dict.fromkeys(('network', 'router', 'subnet', 'dhcp'), False)


def retry_policy():
    """How patient the configuration is with a cloud that falters.

    :returns: :class:`glance_ossn_tests.clients.patience.Policy`
    """
    ours = CONF.glance_ossn
    return patience.Policy(ours.retries, ours.retry_wait,
                           ours.retry_wait_max)


def manager(account):
    """The clients of an account.

    :param account: dict of what an entry of an accounts file has
    :returns: Tempest's client manager
    """
    return clients.Manager(credentials_factory.get_credentials(**{
        key: value for key, value in account.items()
        if key not in ('role', 'roles', 'types', 'resources', 'user_id',
                       'project_id')}))


def admin():
    """The clients of the admin that the configuration names.

    :returns: Tempest's client manager
    """
    return clients.Manager(
        credentials_factory.get_configured_admin_credentials())


def entries():
    """The accounts of the accounts file that are of a project.

    :returns: list of dicts
    :raises tempest.lib.exceptions.InvalidConfiguration: if it is none
    """
    path = CONF.auth.test_accounts_file
    found = []
    try:
        with open(path or '') as file:
            for entry in yaml.safe_load(file):
                if 'tenant_name' in entry:
                    entry['project_name'] = entry.pop('tenant_name')
                if entry.get('project_name'):
                    found.append(entry)
    except (OSError, yaml.YAMLError, AttributeError, TypeError) as error:
        raise lib_exc.InvalidConfiguration(
            '[auth] test_accounts_file, %s, is no accounts file: %s. Write '
            'one like etc/accounts.yaml.sample.' % (path,
                                                    errors.brief(error)))
    return found


def from_file():
    """Ordinary accounts of the accounts file, each of its own project.

    :returns: list of dicts of role and what the file says
    :raises tempest.lib.exceptions.InvalidConfiguration: if the file cannot
        be read or has too few
    """
    projects = {}
    for entry in entries():
        if not entry.get('types') and (
                CONF.identity.admin_role not in entry.get('roles', ())):
            projects.setdefault(entry['project_name'], entry)
    if len(projects) < len(ROLES):
        raise lib_exc.InvalidConfiguration(
            '[auth] test_accounts_file, %s, has ordinary accounts of %d '
            'projects: %d are needed, each of its own project.'
            % (CONF.auth.test_accounts_file, len(projects), len(ROLES)))
    return [dict(entry, role=role)
            for role, entry in zip(ROLES, projects.values())]


def make(name):
    """Make projects with a user each that last.

    :param name: part of their names, behind the resource prefix
    :returns: list of dicts of role, username, password, names of project
        and domain, user_id and project_id
    """
    provider = credentials_factory.get_credentials_provider(
        name, network_resources=_NO_NETWORKS, force_tenant_isolation=True)
    try:
        made = [provider.get_primary_creds(), provider.get_alt_creds(),
                provider.get_creds_by_roles(['member'])]
    except BaseException:
        provider.clear_creds()
        raise
    return [{'role': role, 'username': creds.username,
             'password': creds.password, 'project_name': creds.project_name,
             'user_domain_name': creds.user_domain_name,
             'project_domain_name': creds.project_domain_name,
             'user_id': creds.user_id, 'project_id': creds.project_id}
            for role, creds in zip(ROLES, (each.credentials
                                           for each in made))]


def unmake(accounts):
    """Delete users and projects that :func:`make` made.

    :param accounts: list of its dicts
    """
    identity = admin()
    for delete, key in ((identity.users_v3_client.delete_user, 'user_id'),
                        (identity.projects_client.delete_project,
                         'project_id')):
        for account in accounts:
            try:
                delete(account[key])
            except lib_exc.NotFound:
                pass


def parties(accounts, run):
    """The parties of accounts.

    :param accounts: list of dicts of role and account; what has no password
        is looked up in the accounts file
    :param run: the id of the run, which their images bear
    :returns: dict of role to :class:`glance_ossn_tests.accounts.party.Party`
    :raises tempest.lib.exceptions.InvalidConfiguration: if the accounts
        file lacks one
    """
    return {account['role']: party.Party(
        account['role'], manager(_with_password(account)), retry_policy(), run)
        for account in accounts}


def _with_password(account):
    if account.get('password'):
        return account
    for entry in entries():
        if all(entry.get(key) == account[key]
               for key in ('username', 'project_name')):
            return entry
    raise lib_exc.InvalidConfiguration(
        '[auth] test_accounts_file, %s, has no account %s of the project %s, '
        'which shared images before the upgrade. Name the accounts file of '
        'then.' % (CONF.auth.test_accounts_file, account['username'],
                   account['project_name']))
