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

"""Which accounts of a pre-provisioned file serve: one of each project.

The files that operators have are of Tempest's account-generator, of its own
sample, or of other tests: they name accounts of the system and of domains,
admins, managers and readers beside those that share images. What serves is
handed to Tempest in a file of its own, in which all bear the one role by
which Tempest is asked for them: what the file says of roles is Tempest's
bookkeeping, what an account may do is the cloud's to say.
"""

import contextlib
import os
import tempfile

from oslo_config import cfg
import yaml

# The role that users have by default, and its names of former days.
MEMBERS = ('member', '_member_')
# Who has only these may not share images.
_LOOKING = {'reader'}
# In each of which an account acts.
_NEEDED = ('username', 'password')


def wanted_roles(conf):
    """Return the roles that accounts of the tests should have.

    :param conf: Tempest's configuration
    :returns: list of names, the best first
    """
    return [role.lower() for role in conf.auth.tempest_roles] + list(MEMBERS)


def project_of(entry, conf):
    """Return the project of an account, and its domain.

    :param entry: dict, as in the file
    :param conf: Tempest's configuration
    :returns: pair of names, None if the account is of no project
    """
    name = entry.get('project_name') or entry.get('tenant_name')
    return name and (str(name), str(
        entry.get('project_domain_name') or entry.get('domain_name') or
        conf.auth.default_credentials_domain_name))


def why_not(entry, conf):
    """Tell why an account does not serve.

    :param entry: what the file has
    :param conf: Tempest's configuration
    :returns: text, None if it does
    """
    if not isinstance(entry, dict):
        return 'is a %s instead of an account' % type(entry).__name__
    if not project_of(entry, conf):
        return 'is of no project'
    for option in _NEEDED:
        if not entry.get(option):
            return 'has no %s' % option
    roles = entry.get('roles') or []
    if not isinstance(roles, list) or not all(
            isinstance(role, str) for role in roles):
        return 'has %r for roles' % roles
    admins = {'admin', conf.identity.admin_role.lower()}
    if 'admin' in (entry.get('types') or ()) or admins & {
            role.lower() for role in roles}:
        return 'is an admin'
    if roles and {role.lower() for role in roles} <= _LOOKING:
        return 'may only look (%s)' % ', '.join(roles)
    return None


def _rank(entry, wanted):
    """Tell how well an account serves, the least being best."""
    roles = [role.lower() for role in entry.get('roles') or ()]
    for number, role in enumerate(wanted):
        if role in roles:
            return number
    # One without a word of roles may have any.
    return len(wanted) + bool(roles)


def choose(entries, conf):
    """Return the accounts that serve, one of each project.

    :param entries: list, as in the file
    :param conf: Tempest's configuration
    :returns: list of dicts, in the file's order
    """
    wanted, best = wanted_roles(conf), {}
    for number, entry in enumerate(entries):
        if why_not(entry, conf) is None:
            project = project_of(entry, conf)
            ranked = _rank(entry, wanted), number
            if project not in best or ranked < best[project]:
                best[project] = ranked
    return [entries[number] for _, number in sorted(
        best.values(), key=lambda ranked: ranked[1])]


@contextlib.contextmanager
def for_tempest(conf):
    """Have Tempest read the accounts that serve, and no others.

    Tempest locks an account by what it is, whatever file it is in and
    whatever roles that names: other tests keep away from it.

    :param conf: Tempest's configuration
    :returns: context manager of the role to ask Tempest for
    """
    role = wanted_roles(conf)[0]
    with open(conf.auth.test_accounts_file) as file:
        entries = choose(yaml.safe_load(file), conf)
    with tempfile.TemporaryDirectory(prefix='ossn-') as folder:
        path = os.path.join(folder, 'accounts.yaml')
        # There are passwords in it.
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600),
                  'w') as file:
            yaml.safe_dump([
                dict(entry, roles=[role], types=entry.get('types') or [])
                for entry in entries], file, sort_keys=False)
        cfg.CONF.set_override('test_accounts_file', path, 'auth')
        try:
            yield role
        finally:
            cfg.CONF.clear_override('test_accounts_file', 'auth')
