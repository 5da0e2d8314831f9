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

"""What the services' and Tempest's configuration files say: pure rendering.

Every function returns a file's sections; :func:`render` makes the text.
"""

import configparser
from importlib import util
import io
import json
import pathlib


def render(sections):
    """Turn sections into the text of a configuration file.

    :param sections: a dict of dicts of values
    :returns: the text
    """
    parser = configparser.RawConfigParser(default_section=None)
    parser.optionxform = str
    parser.read_dict(sections)
    text = io.StringIO()
    parser.write(text)
    return text.getvalue()


# The services' output is their log.
_LOG = {'use_stderr': 'True'}


def _database(path):
    # The data need not outlive the machine: no fsync.
    return {'connection': f'sqlite:///{path}', 'sqlite_synchronous': 'False'}


def _policies(folder, policy=None):
    """Name all that may hold policy, though it is not there.

    By their default names they would be looked for in /etc as well.
    """
    return {'policy_file': str(policy or folder / 'policy.yaml'),
            'policy_dirs': str(folder / 'policy.d')}


def keystone(folder, url):
    """Render keystone.conf.

    :param folder: Keystone's part of the sandbox
    :param url: the URL it is served under
    :returns: the sections
    """
    keys = str(folder / 'fernet-keys')
    return {
        'DEFAULT': {**_LOG, 'public_endpoint': url},
        'database': _database(folder / 'keystone.db'),
        'fernet_tokens': {'key_repository': keys},
        'fernet_receipts': {'key_repository': keys},
        'credential': {'key_repository': str(folder / 'credential-keys')},
        # One process, so its memory is the only cache there is.
        'cache': {'enabled': 'True', 'backend': 'dogpile.cache.memory'},
        # The least bcrypt takes: nobody guards these passwords.
        'identity': {'password_hash_rounds': '4',
                     'domain_config_dir': str(folder / 'domains')},
        'oslo_policy': _policies(folder),
    }


def policy(release, released=None):
    """Render the policy file.

    :param release: the :class:`releases.Release`
    :param released: text of the policy file it was released with, if any
    :returns: the text, JSON and thereby YAML
    """
    return json.dumps({**json.loads(released or '{}'),
                       **dict(release.policy)}, indent=4) + '\n'


def _glance(release, auth_url, password, database, paste, policy):
    return {
        'DEFAULT': dict(_LOG),
        'database': database,
        'paste_deploy': {'flavor': 'keystone', 'config_file': str(paste)},
        'keystone_authtoken': {
            'auth_type': 'password',
            'auth_url': auth_url,
            'www_authenticate_uri': auth_url,
            'username': 'glance',
            'password': password,
            'project_name': 'service',
            'user_domain_name': 'Default',
            'project_domain_name': 'Default',
            'region_name': release.region,
            # In seconds; by default a revoked token serves for minutes.
            'token_cache_time': '1',
        },
        'oslo_policy': _policies(paste.parent, policy),
    }


def glance_registry(release, folder, auth_url, password, database,
                    policy=None):
    """Render glance-registry.conf.

    :param release: the :class:`releases.Release`
    :param folder: the cloud's part of the sandbox
    :param auth_url: Keystone's URL
    :param password: the service user's password
    :param database: the section of the database
    :param policy: path of the policy file, if any
    :returns: the sections
    """
    return _glance(release, auth_url, password, database,
                   folder / 'etc' / 'glance-registry-paste.ini', policy)


def glance_api(release, folder, auth_url, password, database, port,
               registry_port=None, policy=None):
    """Render glance-api.conf.

    :param release: the :class:`releases.Release`
    :param folder: the cloud's part of the sandbox
    :param auth_url: Keystone's URL
    :param password: the service user's password
    :param database: the section of the database
    :param port: the port it listens on
    :param registry_port: the port of its registry, if it has one
    :param policy: path of the policy file, if any
    :returns: the sections
    """
    sections = _glance(release, auth_url, password, database,
                       folder / 'etc' / 'glance-api-paste.ini', policy)
    sections['DEFAULT'].update(
        release.options,
        node_staging_uri=f'file://{folder}/staging')
    sections['glance_store'] = {
        'filesystem_store_datadir': str(folder / 'images')}
    if release.registry:
        sections['DEFAULT'].update(registry_host='127.0.0.1',
                                   registry_port=registry_port)
    if release.major <= 25:
        # Their own defaults; today's oslo.policy has others, with which
        # Xena to Zed do not start.
        sections['oslo_policy'].update(enforce_new_defaults='False',
                                       enforce_scope='False')
    if release.major >= 28:
        sections['DEFAULT']['worker_self_reference_url'] = (
            f'http://127.0.0.1:{port}')
    for option, value in release.settings:
        section, _, name = option.rpartition('.')
        sections.setdefault(section, {})[name] = value
    return sections


def paste(text):
    """Take the healthcheck filter out of a paste file's pipelines.

    Today's oslo.middleware serves it as an application only and refuses to
    be a filter, as which releases up to Ussuri use it.

    :param text: the paste file as it was released
    :returns: the text without it
    """
    lines = []
    for line in text.splitlines():
        if line.startswith('pipeline ='):
            line = ' '.join(word for word in line.split()
                            if word != 'healthcheck')
        lines.append(line)
    return '\n'.join(lines) + '\n'


def stestr():
    """Render .stestr.conf for the tests as they are installed.

    :returns: the sections
    """
    # Not imported: the sandbox knows nothing of what is run against it.
    spec = util.find_spec('glance_ossn_tests')
    package = pathlib.Path(spec.origin).parent
    return {'DEFAULT': {'test_path': str(package / 'tests'),
                        'top_dir': str(package.parent),
                        'group_regex': r'([^\.]*\.)*'}}


def tempest(release, folder, auth_url, admin=None, accounts=None):
    """Render tempest.conf.

    :param release: the :class:`releases.Release`
    :param folder: the workspace
    :param auth_url: Keystone's URL
    :param admin: the admin's credentials, for dynamic accounts
    :param accounts: path of an accounts file, for pre-provisioned ones
    :returns: the sections
    """
    if accounts:
        auth = {'use_dynamic_credentials': 'False',
                'test_accounts_file': str(accounts)}
    else:
        auth = {'use_dynamic_credentials': 'True',
                'admin_username': admin['username'],
                'admin_password': admin['password'],
                'admin_project_name': admin['project_name'],
                'admin_domain_name': 'Default'}
    others = ('nova', 'neutron', 'cinder', 'swift', 'horizon')
    return {
        'DEFAULT': {'log_dir': str(folder / 'logs'),
                    'log_file': 'tempest.log'},
        'oslo_concurrency': {'lock_path': str(folder / 'lock')},
        'auth': {**auth, 'create_isolated_networks': 'False'},
        'identity': {'auth_version': 'v3', 'uri_v3': auth_url,
                     'region': release.region, 'v3_endpoint_type': 'public'},
        'identity-feature-enabled': {'api_v2': 'False', 'api_v3': 'True'},
        'image': {'region': release.region, 'endpoint_type': 'public'},
        'image-feature-enabled': {
            'import_image': str(release.major >= 17),
            'image_format_enforcement': str(release.major >= 30)},
        'service_available': {
            'glance': 'True', **dict.fromkeys(others, 'False')},
    }


def clouds(release, auth_url, users):
    """Render clouds.yaml.

    :param release: the :class:`releases.Release`
    :param auth_url: Keystone's URL
    :param users: dicts of username, password and project_name
    :returns: the text, JSON and thereby YAML
    """
    return json.dumps({'clouds': {user['username']: {
        'auth': {'auth_url': auth_url, **user,
                 'user_domain_name': 'Default',
                 'project_domain_name': 'Default'},
        'region_name': release.region, 'interface': 'public',
        'identity_api_version': '3'} for user in users}}, indent=4) + '\n'


def accounts(users):
    """Render accounts.yaml.

    :param users: dicts of username, password and project_name
    :returns: the text
    """
    lines = []
    for user in users:
        # Each needs its roles named, and a project of its own, or Tempest
        # draws two accounts of the same project as strangers.
        lines += [f"- username: '{user['username']}'",
                  f"  password: '{user['password']}'",
                  f"  project_name: '{user['project_name']}'",
                  '  user_domain_name: Default',
                  '  project_domain_name: Default',
                  '  roles:',
                  '  - member']
    return '\n'.join(lines) + '\n'
