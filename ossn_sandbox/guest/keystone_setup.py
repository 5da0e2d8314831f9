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

"""Give Keystone its schema, its keys and its first admin.

One process does what takes a chain of keystone-manage calls otherwise, each
of which spends seconds on nothing but loading Keystone.
"""

import os

from keystone.cmd import bootstrap
from keystone.common import fernet_utils
from keystone.common.sql import upgrades
import keystone.conf
from keystone.credential.providers import fernet as credential
from keystone import server

CONF = keystone.conf.CONF


def main(folder):
    """Set up what keystone.conf describes.

    :param folder: where keystone.conf is; the admin's password is read from
        the environment, so that no command line shows it
    """
    server.configure(config_files=[os.path.join(folder, 'keystone.conf')])
    upgrades.offline_sync_database_to_version()
    for repository, keys, name in (
            (CONF.fernet_tokens.key_repository,
             CONF.fernet_tokens.max_active_keys, 'fernet_tokens'),
            (CONF.credential.key_repository,
             credential.MAX_ACTIVE_KEYS, 'credential')):
        keys = fernet_utils.FernetUtils(repository, keys, name)
        keys.create_key_directory()
        if not keys.load_keys():
            keys.initialize_key_repository()
    admin = bootstrap.Bootstrapper()
    admin.admin_username = 'admin'
    admin.admin_password = os.environ['OSSN_SANDBOX_ADMIN_PASSWORD']
    admin.admin_role_name = 'admin'
    admin.project_name = 'admin'
    admin.immutable_roles = True
    admin.bootstrap()
