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
from glance_ossn_tests.accounts import progress
from glance_ossn_tests.accounts import serving
from glance_ossn_tests.clients import errors
from glance_ossn_tests.clients import patience

CONF = config.CONF

# Who takes part in what lasts.
ROLES = ('producer', 'consumer', 'bystander')
_NO_NETWORKS = dict.fromkeys(('network', 'router', 'subnet', 'dhcp'), False)


def retry_policy():
    """Tell how patient the configuration is with a cloud that falters.

    :returns: :class:`glance_ossn_tests.clients.patience.Policy`
    """
    ours = CONF.glance_ossn
    return patience.Policy(ours.retries, ours.retry_wait,
                           ours.retry_wait_max)


def manager(account):
    """Return the clients of an account.

    :param account: dict of what an entry of an accounts file has
    :returns: Tempest's client manager
    """
    return clients.Manager(credentials_factory.get_credentials(**{
        key: value for key, value in account.items()
        if key not in ('role', 'roles', 'types', 'resources', 'user_id',
                       'project_id')}))


def admin():
    """Return the clients of the admin that the configuration names.

    :returns: Tempest's client manager
    """
    return clients.Manager(
        credentials_factory.get_configured_admin_credentials())


def entries(serve=False):
    """Return the accounts of the accounts file that are of a project.

    :param serve: whether to leave out those that cannot share images, and
        all but one of each project
    :returns: list of dicts
    :raises tempest.lib.exceptions.InvalidConfiguration: if it is none
    """
    path = CONF.auth.test_accounts_file
    try:
        with open(path or '') as file:
            found = list(yaml.safe_load(file))
    except (OSError, yaml.YAMLError, TypeError) as error:
        raise lib_exc.InvalidConfiguration(
            '[auth] test_accounts_file, %s, is no accounts file: %s. Write '
            'one like etc/accounts.yaml.sample.' % (path,
                                                    errors.brief(error)))
    if serve:
        found = serving.choose(found, CONF)
    # Accounts of former days have tenants.
    return [{'project_name' if key == 'tenant_name' else key: value
             for key, value in entry.items()} for entry in found
            if isinstance(entry, dict) and serving.project_of(entry, CONF)]


def from_file():
    """Ordinary accounts of the accounts file, each of its own project.

    :returns: list of dicts of role and what the file says
    :raises tempest.lib.exceptions.InvalidConfiguration: if the file cannot
        be read or has too few
    """
    found = entries(serve=True)
    if len(found) < len(ROLES):
        raise lib_exc.InvalidConfiguration(
            '[auth] test_accounts_file, %s, has ordinary accounts of %d '
            'projects: %d are needed, each of its own project.'
            % (CONF.auth.test_accounts_file, len(found), len(ROLES)))
    return [dict(entry, role=role) for role, entry in zip(ROLES, found)]


def remover(policy, run=None):
    """Make the admin who deletes what the accounts of the tests may not.

    :param policy: :class:`glance_ossn_tests.clients.patience.Policy`
    :param run: the id of the run
    :returns: :class:`glance_ossn_tests.accounts.party.Party`, None if the
        configuration names no admin
    """
    if not CONF.auth.admin_username:
        return None
    return party.Party('admin', admin(), policy, run)


def roles(client=None):
    """Return the roles that the Identity service has.

    :param client: Tempest's client of roles, None for one with a token of
        its own
    :returns: list of names
    """
    client = client or admin().roles_v3_client
    return [role['name'] for role in client.list_roles()['roles']]


def member_role(known):
    """Return the role to give to the users of the tests.

    :param known: names of the roles that the Identity service has
    :returns: name, as the service spells it; "member" if it has none that
        would do, so that Tempest says so
    """
    by_name = {role.lower(): role for role in known}
    member, *others = serving.MEMBERS
    # Tempest gives those of tempest_roles besides.
    wanted = [role.lower() for role in CONF.auth.tempest_roles]
    return next((by_name[role] for role in (member, *wanted, *others)
                 if role in by_name), member)


def make(name):
    """Make projects with a user each that last.

    :param name: part of their names, behind the resource prefix
    :returns: list of dicts of role, username, password, names of project
        and domain, user_id and project_id
    """
    provider = credentials_factory.get_credentials_provider(
        name, network_resources=_NO_NETWORKS, force_tenant_isolation=True)
    try:
        made = [provider.get_creds_by_roles([role], force_new=True)
                for role in [member_role(roles())] * len(ROLES)]
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
    """Return the parties of accounts.

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


class Remembered:
    """The projects and users that a client makes, until they are deleted.

    Tempest forgets those that it could not make to the end, e.g. as a role
    was not there.

    :param client: Tempest's client of a provider of dynamic credentials
    :param tell: function of a dict of what is made, called when it grows
    """

    def __init__(self, client, tell=lambda made: None):
        self.client = client
        self._tell = tell
        self.made = {'user': [], 'project': []}
        for what, ids in self.made.items():
            self._watch(what, ids)

    def _watch(self, what, ids):
        create = getattr(self.client, 'create_' + what)
        delete = getattr(self.client, 'delete_' + what)

        def remember(*args, **kwargs):
            made = create(*args, **kwargs)
            ids.append(made['id'])
            self._tell(self.made)
            progress.note(made=what, id=made['id'])
            return made

        def forget(uid):
            delete(uid)
            if uid in ids:
                ids.remove(uid)

        setattr(self.client, 'create_' + what, remember)
        setattr(self.client, 'delete_' + what, forget)

    def remove(self):
        """Delete those that are still there, users before their projects.

        :raises glance_ossn_tests.clients.errors.LeftBehind: naming what
            stays
        """
        stays = []
        for what, ids in self.made.items():
            for uid in reversed(list(ids)):
                try:
                    getattr(self.client, 'delete_' + what)(uid)
                except lib_exc.NotFound:
                    pass
                except errors.ERRORS as error:
                    stays.append('the %s %s: %s' % (what, uid,
                                                    errors.reason(error)))
            # Each is told once.
            ids.clear()
        if stays:
            raise errors.LeftBehind('; '.join(stays))
