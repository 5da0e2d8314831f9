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

"""TLS as Tempest's options want it; no secret in what a run leaves."""

import pathlib

import fixtures
import trustme
import yaml

from ossn_sandbox import catalog
from ossn_sandbox import releases
from selftests.functional import base
from selftests.functional import proxy
from selftests.functional import test_verdicts

REGION = 'fronted'


class FrontedTest(base.CloudTest):
    """A cloud with proxies before Keystone and Glance."""

    def front(self, certificate=None):
        """Put the proxies there.

        :param certificate: paths of certificate and key, for TLS
        """
        self.cloud = self.up(releases.NEWEST)
        self.glance = proxy.Proxy(self.cloud.image_url, certificate)
        self.keystone = proxy.Proxy(self.cloud.auth_url, certificate)
        for each in (self.glance, self.keystone):
            each.__enter__()
            self.addCleanup(each.__exit__)
        catalog.Catalog(self.cloud.auth_url, self.cloud.admin).ensure_region(
            REGION, self.glance.url)

    def run_suite(self, config=None, regex='ossn', identity=None,
                  **sections):
        """Run the suite through the proxies.

        :param config: tempest.conf to change, by default with dynamic
            credentials
        :param regex: which tests
        :param identity: options of [identity]
        :param sections: as for :meth:`changed`
        :returns: :class:`selftests.functional.base.Outcome`
        """
        return base.run_tempest(
            self.cloud.workspace, self.changed(
                config or self.cloud.config, image={'region': REGION},
                identity={'uri_v3': self.keystone.url + '/v3',
                          **(identity or {})}, **sections),
            '--regex', regex)


class TestTls(FrontedTest):

    def setUp(self):
        super().setUp()
        folder = pathlib.Path(self.useFixture(fixtures.TempDir()).path)
        ca = trustme.CA()
        issued = ca.issue_cert('127.0.0.1')
        self.ca, certificate, key = (str(folder / name) for name in (
            'ca.pem', 'server.pem', 'server.key'))
        ca.cert_pem.write_to_path(self.ca)
        issued.cert_chain_pems[0].write_to_path(certificate)
        issued.private_key_pem.write_to_path(key)
        self.front((certificate, key))

    @base.extended
    def test_a_ca_of_its_own(self):
        outcome = self.run_suite(identity={'ca_certificates_file': self.ca})
        self.assertEqual(test_verdicts.SAFE, outcome.tests, outcome.output)
        self.assertLess(500, sum(self.glance.statuses.values()))

    def test_a_ca_that_nobody_named(self):
        outcome = self.run_suite(regex='ossn.*ImageSharingTest')
        self.assertEqual({'setUpClass': 'fail'}, outcome.tests,
                         outcome.output)
        self.assertIn('Set [identity] ca_certificates_file',
                      ' '.join(outcome.output.split()))
        self.assertEqual({}, self.glance.statuses)

    @base.extended
    def test_a_ca_that_only_glance_needs(self):
        outcome = self.run_suite(
            regex='ossn.*ImageSharingTest',
            identity={'uri_v3': self.cloud.auth_url})
        self.assertEqual({'setUpClass': 'fail'}, outcome.tests,
                         outcome.output)
        self.assertIn('Set [identity] ca_certificates_file',
                      ' '.join(outcome.output.split()))

    @base.extended
    def test_no_verification(self):
        outcome = self.run_suite(
            regex='ossn.*Scenario', identity={
                'disable_ssl_certificate_validation': 'true'})
        self.assertEqual(
            {name: status for name, status in test_verdicts.SAFE.items()
             if 'Scenario' in name}, outcome.tests, outcome.output)


class TestSecrets(FrontedTest):

    def search(self, outcome, *passwords):
        """See that no token and no password is in what a run left.

        :param outcome: :class:`selftests.functional.base.Outcome`
        :param passwords: those that must not be found
        """
        home = self.cloud.workspace
        left = {'output': outcome.output.encode()}
        for folder in ('.stestr', 'logs'):
            left.update((str(path), path.read_bytes()) for path in (
                home / folder).rglob('*') if path.is_file())
        self.assertIn(str(home / 'logs' / 'tempest.log'), left)
        self.assertIn(str(home / '.stestr' / '0'), left)
        tokens = self.glance.tokens | self.keystone.tokens
        self.assertLess(3, len(tokens))
        found = {(path, what) for path, content in left.items()
                 for what, secrets in (('a token', tokens),
                                       ('a password', passwords))
                 for secret in secrets if secret.encode() in content}
        self.assertEqual(set(), found)

    def run_and_search(self, config=None, *passwords, debug='false',
                       **sections):
        (self.cloud.workspace / 'logs' / 'tempest.log').unlink(
            missing_ok=True)
        outcome = self.run_suite(config, DEFAULT={'debug': debug},
                                 **sections)
        self.search(outcome, *passwords)
        return outcome

    def test_dynamic_credentials(self):
        self.front()
        outcome = self.run_and_search()
        self.assertEqual(test_verdicts.SAFE, outcome.tests, outcome.output)
        self.search(outcome, *self.keystone.passwords,
                    self.cloud.admin['password'])

    @base.extended
    def test_accounts_file(self):
        self.front()
        accounts = yaml.safe_load(
            (self.cloud.workspace / 'etc' / 'accounts.yaml').read_text())
        outcome = self.run_and_search(
            self.cloud.preprovisioned_config,
            *(account['password'] for account in accounts))
        self.assertEqual(test_verdicts.SAFE, outcome.tests, outcome.output)

    @base.extended
    def test_what_fails(self):
        self.front()
        self.glance.fault = lambda request, forward: (
            proxy.Reply(401, b'{}') if request.is_list and request.made
            else forward(request))
        outcome = self.run_and_search(
            # In debug mode Tempest itself logs the passwords of the users
            # that it makes, which end with the run.
            None, self.cloud.admin['password'], debug='true',
            glance_ossn={'retry_wait': '0.05'})
        self.assertIn('NOT TESTED', outcome.output)
