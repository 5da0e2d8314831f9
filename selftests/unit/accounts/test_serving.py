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

"""Which accounts serve, and how Tempest is asked for them."""

import os
import stat
from unittest import mock

from tempest.lib.common import preprov_creds
import yaml

from glance_ossn_tests.accounts import accounts
from glance_ossn_tests.accounts import serving
from selftests.unit.accounts import test_bad_config as bad_config

account = bad_config.account


class TestChoose(bad_config.Case):

    def chosen(self, *entries, roles=None):
        conf = self.conf({'auth': {'tempest_roles': roles}})
        return [entry['username'] for entry in serving.choose(entries, conf)]

    def test_one_of_each_project_in_the_order_of_the_file(self):
        self.assertEqual(['user-2', 'user-1'], self.chosen(
            account(2), account(1), account(3, project_name='project-2')))
        # Projects of one name in two domains are two.
        self.assertEqual(['user-1', 'user-2'], self.chosen(
            account(1), account(2, project_name='project-1',
                                project_domain_name='Other')))

    def test_the_best_of_a_project(self):
        def of(*roles):
            return [account(number, project_name='project', roles=some)
                    for number, some in enumerate(roles)]
        self.assertEqual(['user-1'], self.chosen(
            *of(['manager'], ['Member'])))
        self.assertEqual(['user-1'], self.chosen(
            *of(['member'], ['creator']), roles='creator'))
        # What is not said may be the right role.
        self.assertEqual(['user-1'], self.chosen(*of(['manager'], None)))
        self.assertEqual(['user-1'], self.chosen(*of(['reader'], ['x'])))

    def test_accounts_of_former_days(self):
        entry = account(1, tenant_name='tenant', roles=['_member_'])
        del entry['project_name']
        self.assertEqual(['user-1'], self.chosen(entry))
        self.assertEqual(('tenant', 'Default'), serving.project_of(
            entry, self.conf({})))


class TestForTempest(bad_config.Case):

    def test_a_file_of_those_that_serve(self):
        entries = [account(1, roles=['Member', 'creator']),
                   account(2, roles=None, types=None),
                   account(3, roles=['reader']), account(4, types=['admin']),
                   account(5, project_name=None, system='all')]
        conf = self.conf({'auth': {'tempest_roles': 'Creator'}}, entries)
        ours = conf.auth.test_accounts_file
        with mock.patch.object(serving.cfg, 'CONF', conf.conf):
            with serving.for_tempest(conf) as role:
                path = conf.auth.test_accounts_file
                self.assertNotEqual(ours, path)
                # There are passwords in it.
                self.assertEqual(0o600, stat.S_IMODE(os.stat(path).st_mode))
                with open(path) as file:
                    given = yaml.safe_load(file)
            self.assertEqual(ours, conf.auth.test_accounts_file)
            self.assertFalse(os.path.exists(path))
            # However it ends.
            self.assertRaises(ValueError, self.fail_within, conf)
            self.assertEqual(ours, conf.auth.test_accounts_file)
        self.assertEqual('creator', role)
        self.assertEqual([(['creator'], [])] * 2, [
            (each['roles'], each['types']) for each in given])

        def locks(some):
            provider = preprov_creds.PreProvisionedCredentialProvider
            return list(provider.get_hash_dict(
                [dict(each, roles=[], types=[]) for each in some],
                'admin')['creds'])
        # Other tests of Tempest keep away from these accounts.
        with open(ours) as file:
            self.assertEqual(locks(yaml.safe_load(file)[:2]), locks(given))

    @staticmethod
    def fail_within(conf):
        with serving.for_tempest(conf):
            raise ValueError


class TestMemberRole(bad_config.Case):

    def role(self, *known, wanted=None):
        conf = self.conf({'auth': {'tempest_roles': wanted}})
        with mock.patch.object(accounts, 'CONF', conf):
            return accounts.member_role(known)

    def test_as_the_cloud_has_it(self):
        self.assertEqual('member', self.role('admin', 'member', 'reader'))
        self.assertEqual('Member', self.role('_member_', 'Member'))
        self.assertEqual('_member_', self.role('admin', '_member_'))
        # Tempest gives the wanted one besides, where there is the other.
        self.assertEqual('member', self.role('member', 'Creator',
                                             wanted='creator'))
        self.assertEqual('Creator', self.role('_member_', 'Creator',
                                              wanted='creator'))
        self.assertEqual('member', self.role('member', wanted='creator'))
        # Tempest says that there is none.
        self.assertEqual('member', self.role('admin'))
