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

"""What is wrong is named, with the option to change; nothing passes."""

import http.server
import threading

import yaml

from ossn_sandbox import catalog
from ossn_sandbox import releases
from selftests.functional import base


# The class that two accounts are enough for.
PAIR = ('--regex', 'ossn.*Scenario')


class _Welcome(http.server.BaseHTTPRequestHandler):
    """Something that is no Glance."""

    def do_GET(self):
        self.send_response(200)
        self.send_header('Content-Type', 'text/html')
        self.end_headers()
        self.wfile.write(b'<html>Welcome!</html>')

    def log_message(self, *args):
        pass


class TestBadInput(base.CloudTest):

    def setUp(self):
        super().setUp()
        self.cloud = self.up(releases.NEWEST)
        self.catalog = catalog.Catalog(self.cloud.auth_url,
                                       self.cloud.admin)

    def refused(self, *texts, config=None, only=(), **sections):
        """Run with a changed tempest.conf; see that it says what is wrong.

        :param texts: what the error must say
        :param config: tempest.conf to change, by default with dynamic
            credentials
        :param only: arguments of "tempest run" that choose tests
        :param sections: as for :meth:`changed`
        """
        before = self.holdings(self.cloud)
        outcome = base.run_tempest(
            self.cloud.workspace,
            self.changed(config or self.cloud.config, **sections), *only)
        self.assertNotEqual(0, outcome.status, outcome.output)
        self.assertNotIn('success', outcome.tests.values(), outcome.output)
        self.assertNotIn('skip', outcome.tests.values(), outcome.output)
        flat = ' '.join(outcome.output.split())
        for text in texts:
            self.assertIn(text, flat)
        for account in [self.cloud.admin] + self.cloud.accounts:
            self.assertNotIn(account['password'], outcome.output)
        self.assertEqual(before, self.holdings(self.cloud))

    def accounts(self, *entries):
        """Changes of tempest.conf that name an accounts file.

        :param entries: dicts of username, password, project_name and roles
        :returns: dict of sections
        """
        path = self.cloud.workspace / 'etc' / 'bad-accounts.yaml'
        path.write_text(yaml.safe_dump([
            {'user_domain_name': 'Default',
             'project_domain_name': 'Default', **entry}
            for entry in entries]))
        self.addCleanup(path.unlink)
        return {'auth': {'test_accounts_file': str(path)}}

    @base.extended
    def test_no_image_service(self):
        self.refused('The catalog has no service of type "picture"',
                     'Set [image] catalog_type',
                     image={'catalog_type': 'picture'})

    def test_unknown_region(self):
        self.refused('no public image endpoint in the region "Atlantis"',
                     'public in ' + releases.NEWEST, 'Set [image] region',
                     image={'region': 'Atlantis'})

    @base.extended
    def test_image_endpoint_down(self):
        self.catalog.ensure_region('down', 'http://127.0.0.1:9')
        self.refused('http://127.0.0.1:9', 'Check [image] region',
                     'whether the service is up', image={'region': 'down'})

    @base.extended
    def test_no_version_document(self):
        server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), _Welcome)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.catalog.ensure_region(
            'welcome', 'http://127.0.0.1:%d' % server.server_port)
        self.refused('is no version document', 'Check [image] region',
                     image={'region': 'welcome'})

    @base.extended
    def test_identity_endpoint_down(self):
        self.refused('No answer from the Identity service',
                     '[identity] uri_v3, which is http://127.0.0.1:9/v3',
                     identity={'uri_v3': 'http://127.0.0.1:9/v3'})

    def test_wrong_password_of_the_admin(self):
        self.refused('could not be made', '[auth] admin_username',
                     auth={'admin_password': 'wrong'})

    @base.extended
    def test_wrong_password_of_an_account(self):
        first, second = self.cloud.accounts[:2]
        self.refused('test_accounts_file', 'do not serve',
                     config=self.cloud.preprovisioned_config,
                     **self.accounts(
                         dict(first, password='wrong', roles=['member']),
                         dict(second, password='wrong', roles=['member'])))

    @base.extended
    def test_accounts_without_roles(self):
        self.refused('test_accounts_file', 'roles: [member]',
                     config=self.cloud.preprovisioned_config,
                     **self.accounts(*self.cloud.accounts[:2]))

    def test_no_accounts_file(self):
        self.refused('test_accounts_file', '/nonexistent',
                     config=self.cloud.preprovisioned_config,
                     auth={'test_accounts_file': '/nonexistent'})

    def test_producer_and_consumer_in_one_project(self):
        first, second = self.cloud.accounts[:2]
        second = dict(second, project_name=first['project_name'],
                      username='ossn-intruder')
        self.catalog.ensure_user(second, 'member')
        self.refused('another one of its project', 'test_accounts_file',
                     only=PAIR,
                     config=self.cloud.preprovisioned_config,
                     **self.accounts(dict(first, roles=['member']),
                                     dict(second, roles=['member'])))

    def test_an_admin_for_consumer(self):
        self.refused('the roles', 'an admin sees images', only=PAIR,
                     config=self.cloud.preprovisioned_config,
                     **self.accounts(
                         dict(self.cloud.accounts[0], roles=['member']),
                         dict(self.cloud.admin, roles=['member'])))

    def test_dynamic_users_that_are_admins(self):
        self.refused('an admin sees images', '[auth] tempest_roles',
                     auth={'tempest_roles': 'admin'})

    @base.extended
    def test_value_out_of_range(self):
        # Tempest itself reads all options before any test.
        self.refused('option page_size', '.conf',
                     'is not valid: Should be greater than or equal to 2',
                     glance_ossn={'page_size': '0'})

    @base.extended
    def test_an_endpoint_that_is_no_url(self):
        self.refused('[glance_ossn] endpoints names "node-2:9292"',
                     glance_ossn={'endpoints': 'node-2:9292'})

    @base.extended
    def test_a_format_that_is_not_allowed(self):
        self.refused('[image] disk_formats',
                     image={'disk_formats': 'qcow2,iso'})

    @base.extended
    def test_an_account_that_only_reads(self):
        first = dict(self.cloud.accounts[0], username='ossn-only-reads')
        self.catalog.ensure_user(first, 'reader')
        outcome = base.run_tempest(self.cloud.workspace, self.changed(
            self.cloud.preprovisioned_config, **self.accounts(*(
                dict(each, roles=['member'])
                for each in [first] + self.cloud.accounts[1:3]))),
            '--regex', 'ossn.*api')
        verdicts = {name: claim['verdict']
                    for name, claim in outcome.claims.items()}
        # To ask whether there is a v1, its role is enough; so it is for the
        # consumer to ask who else is a member.
        self.assertEqual('SAFE', verdicts.pop('v1-unreachable'))
        verdicts.pop('other-members')
        self.assertEqual({'NOT TESTED', 'NOT OFFERED'},
                         set(verdicts.values()), outcome.output)
        flat = ' '.join(outcome.output.split())
        for text in ('has the roles reader', 'it takes "member"'):
            self.assertIn(text, flat)

    @base.extended
    def test_an_account_without_any_role(self):
        first, second, third = self.cloud.accounts[:3]
        first = dict(first, username='ossn-no-role')
        self.catalog.ensure_user(first)
        self.refused('test_accounts_file', 'do not serve',
                     config=self.cloud.preprovisioned_config,
                     **self.accounts(*(
                         dict(each, roles=['member'])
                         for each in (first, second, third))))

    @base.extended
    def test_accounts_of_which_one_is_the_systems(self):
        # Tempest would draw it as the consumer.
        self.refused('entry 1 (admin) has no project_name',
                     config=self.cloud.preprovisioned_config,
                     **self.accounts(
                         {'username': 'admin', 'system': 'all',
                          'password': self.cloud.admin['password'],
                          'roles': ['member', 'reader']},
                         *(dict(each, roles=['member'])
                           for each in self.cloud.accounts[:3])))

    def test_too_few_accounts(self):
        self.refused('accounts of 1 projects', 'Add some',
                     config=self.cloud.preprovisioned_config,
                     **self.accounts(dict(self.cloud.accounts[0],
                                          roles=['member'])))

    @base.extended
    def test_a_waiver_in_the_past(self):
        self.refused('it ended on 2020-01-01', 'decide anew', glance_ossn={
            'waivers': 'OSSN-0005 until 2020-01-01 because of v1'})

    def test_a_misspelled_option(self):
        self.refused('[glance_ossn] fullwalk', 'is no option',
                     glance_ossn={'fullwalk': 'true'})
