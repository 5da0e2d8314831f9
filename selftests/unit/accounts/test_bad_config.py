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

"""Wrong configurations: each is answered in one line, without a request."""

import datetime
import logging
import os

from oslo_config import cfg
from oslotest import base
from tempest import config
from tempest.lib import exceptions as lib_exc
import testscenarios
import yaml

from glance_ossn_tests.accounts import preflight
from selftests.unit import test_samples

SECRET = 'a-secret'
RIGHT = {
    'identity': {'uri_v3': 'https://controller:5000/v3',
                 'auth_version': 'v3', 'region': 'RegionOne'},
    'auth': {'use_dynamic_credentials': 'true', 'admin_username': 'admin',
             'admin_password': SECRET, 'admin_project_name': 'admin'},
    'glance_ossn': {'endpoints': 'http://node-1:9292,http://node-2:9292/v2',
                    'waivers': 'OSSN-0005 until 2999-01-01 because of, well,'
                               ' v1'},
}
TODAY = datetime.datetime.now(datetime.timezone.utc).date()
YESTERDAY = (TODAY - datetime.timedelta(days=1)).isoformat()


class Conf:
    """What Tempest makes of its options."""

    def __init__(self, path):
        self.conf = cfg.ConfigOpts()
        for group, options in config.list_opts():
            name = getattr(group, 'name', group)
            if name == 'glance_ossn':
                # As the plugin does, not as its sample is made.
                self.conf.register_group(cfg.OptGroup(name))
            elif name and isinstance(group, cfg.OptGroup):
                self.conf.register_group(group)
            self.conf.register_opts(options, group=name)
        self.conf(['--config-file', path], project='tempest')

    def __getattr__(self, name):
        if name == 'service_clients':
            return self.conf['service-clients']
        return getattr(self.conf, name)


def account(number=1, **changes):
    return {**{'username': 'user-%d' % number, 'password': SECRET,
               'project_name': 'project-%d' % number,
               'project_domain_name': 'Default',
               'user_domain_name': 'Default', 'roles': ['member']},
            **changes}


def accounts(*entries):
    """A file of these accounts, filled up to three good ones."""
    return [*entries, *(account(number) for number in range(
        10, 13 - len(entries)))]


def two(*entries):
    """A file of two accounts that serve, and others."""
    return [account(10), account(11), *entries]


# What is said of such a file, if one of the others is needed.
TWO = 'accounts of 2 projects'


class Case(base.BaseTestCase):

    def conf(self, sections, accounts_file=None):
        sections = {name: dict(options) for name, options in RIGHT.items()
                    } | {name: {**RIGHT.get(name, {}), **options}
                         for name, options in sections.items()}
        if accounts_file is not None:
            if not isinstance(accounts_file, str):
                accounts_file = yaml.safe_dump(accounts_file)
            path, = self.create_tempfiles([('accounts', accounts_file)],
                                          ext='.yaml')
            sections['auth'].update(use_dynamic_credentials='false',
                                    test_accounts_file=path)
            sections.setdefault('oslo_concurrency', {}).setdefault(
                'lock_path', os.path.dirname(path))
        lines = []
        for name, options in sections.items():
            lines.append('[%s]' % name)
            for option, value in options.items():
                if value is None:
                    continue
                for one in value if isinstance(value, list) else [value]:
                    lines.append('%s = %s' % (option, one))
        path, = self.create_tempfiles([('tempest', '\n'.join(lines))])
        return Conf(path)

    def said(self, conf):
        """What is said of a configuration: lines, none if it is right."""
        try:
            # As Tempest does at its start.
            conf.log_opt_values(logging.getLogger('none'), logging.DEBUG)
        except cfg.ConfigFileValueError as error:
            return str(error)
        return '\n'.join(preflight.problems(conf, 3))

    def refused(self, texts, sections=None, accounts_file=None):
        said = self.said(self.conf(sections or {}, accounts_file))
        for text in texts:
            self.assertIn(text, said)
        self.assertNotIn(SECRET, said)
        # One line for one mistake.
        self.assertEqual(1, len(said.splitlines()), said)


OPTIONS = {
    'no_identity': ('identity', 'uri_v3', None, 'is not set', 'Set it to'),
    # Tempest's own check of what is no URL: it names option and file.
    'identity_empty': ('identity', 'uri_v3', '', '.conf', 'host, scheme '
                       'were required but missing'),
    'identity_without_scheme': (
        'identity', 'uri_v3', 'controller:5000/v3', '.conf', '5000/v3',
        'host was required but missing'),
    'identity_by_another_scheme': (
        'identity', 'uri_v3', 'ftp://controller/v3', '.conf', 'ftp',
        'scheme was required to be one of'),
    'identity_without_host': ('identity', 'uri_v3', 'http:///v3', '.conf',
                              'host was required but missing'),
    'identity_with_a_bad_port': ('identity', 'uri_v3', 'http://c:port/v3',
                                 '.conf', 'c:port', 'is not valid'),
    'identity_with_a_password': (
        'identity', 'uri_v3', 'http://admin:%s@c:5000/v3' % SECRET,
        'http://...@c:5000/v3', 'remove it'),
    'identity_v2': ('identity', 'auth_version', 'v2', 'is v2',
                    'Set it to v3'),
    'identity_v9': ('identity', 'auth_version', 'v9', 'v9', 'v3'),
    'no_authority': ('identity', 'ca_certificates_file', '/nonexistent.pem',
                     '/nonexistent.pem', 'No such file', 'Name the file'),
    'no_region': ('identity', 'region', '', '[image] region',
                  'are empty', 'Set one of them'),
    'timeout': ('service-clients', 'http_timeout', '0', 'is 0',
                'Set it to the seconds'),
    'timeout_of_words': ('service-clients', 'http_timeout', 'soon', 'soon'),
    'proxy': ('service-clients', 'proxy_url', 'proxy:3128', 'proxy:3128',
              'must begin with http'),
    'dynamic_maybe': ('auth', 'use_dynamic_credentials', 'maybe', 'maybe'),
    'no_admin': ('auth', 'admin_username', '', 'is empty', 'Name an admin'),
    'no_password': ('auth', 'admin_password', '', 'is empty',
                    'Name an admin'),
    'no_project': ('auth', 'admin_project_name', '', 'is empty', 'Set it to'),
    'admins_all': ('auth', 'tempest_roles', 'creator,Admin', 'creator, Admin',
                   'Remove Admin'),
    'no_type': ('image', 'catalog_type', '', 'is empty', 'which is image'),
    'interface': ('image', 'endpoint_type', 'secret', 'secret',
                  'publicURL'),
    'page_size_0': ('glance_ossn', 'page_size', '0',
                    'greater than or equal to 2'),
    'page_size_many': ('glance_ossn', 'page_size', 'many', 'many'),
    'parallel_0': ('glance_ossn', 'parallel_requests', '0',
                   'greater than or equal to 1'),
    'reads_0': ('glance_ossn', 'reads', '0', 'greater than or equal to 1'),
    'reader': ('glance_ossn', 'reader', 'perhaps', 'perhaps'),
    'full_walk': ('glance_ossn', 'full_walk', '7', '7'),
    'strict': ('glance_ossn', 'strict', 'very', 'very'),
    'misspelled': ('glance_ossn', 'fullwalk', 'true', 'is no option',
                   'full_walk', 'Correct or remove it'),
    'endpoint_without_scheme': (
        'glance_ossn', 'endpoints', 'node-2:9292', '"node-2:9292"',
        'must begin with http:// or https://', 'Name the URL'),
    'endpoint_with_a_password': (
        'glance_ossn', 'endpoints', 'http://me:%s@node-2:9292' % SECRET,
        'http://...@node-2:9292', 'remove it'),
    'endpoint_with_a_query': (
        'glance_ossn', 'endpoints', 'http://node-2:9292/?limit=1', 'limit=1',
        'remove it'),
    'endpoint_twice': (
        'glance_ossn', 'endpoints', 'http://n:9292,http://n:9292/v2/',
        'twice, "http://n:9292" and "http://n:9292/v2/"', 'Remove one'),
    'endpoint_of_identity': (
        'glance_ossn', 'endpoints', 'https://controller:5000',
        'https://controller:5000', 'the Identity service', 'Name the URL'),
    'waiver_without_reason': (
        'glance_ossn', 'waivers', 'OSSN-0005 until 2999-01-01',
        '"OSSN-0005 until 2999-01-01"', 'has not the form', 'because REASON'),
    'waiver_of_nothing': (
        'glance_ossn', 'waivers', 'OSSN-9999 until 2999-01-01 because x',
        'OSSN-9999', '"tempest ossn list" shows all'),
    'no_id': (
        'glance_ossn', 'retired_image_ids', 'cirros, '
        '6f9619ff-8b86-4011-b42d-00c04fc964ff', '"cirros"', 'Give UUIDs'),
    'no_property': (
        'glance_ossn', 'protected_property', 'a b', '"a b"', 'Give one name'),
    'waiver_until_someday': (
        'glance_ossn', 'waivers', 'OSSN-0005 until someday because x',
        'someday', 'write YYYY-MM-DD'),
    'waiver_in_the_past': (
        'glance_ossn', 'waivers', 'OSSN-0005 until %s because x' % YESTERDAY,
        YESTERDAY, 'remove it, or decide anew'),
    'waived_twice': (
        'glance_ossn', 'waivers',
        ['OSSN-0005 until 2999-01-01 because x',
         'ossn-0005 until 2999-01-02 because y'], 'ossn-0005 2 times',
        'Keep one'),
}

ACCOUNTS = {
    'empty': ('', 'holds nothing', 'See etc/accounts.yaml.sample'),
    'no_yaml': ('- username: "%s' % SECRET, 'is no YAML', 'line',
                'See etc/accounts.yaml.sample'),
    'no_list': ({'accounts': accounts()}, 'holds a dict',
                'See etc/accounts.yaml.sample'),
    'no_account': (two('user-1'), TWO, 'is a str instead of an account'),
    'no_user': (two(account(1, username='')), TWO, 'has no username'),
    'no_password': (two(account(1, password=None)), TWO, 'has no password'),
    'no_project': (two(account(1, project_name=None)), TWO,
                   'is of no project', 'Add some that have username'),
    'of_the_system': (
        two(account(1, project_name=None, system='all',
                    roles=['member', 'reader'])), TWO, 'is of no project'),
    'of_a_domain': (
        two(account(1, project_name=None, domain_name='Default')), TWO,
        'is of no project'),
    'roles_that_are_none': (two(account(1, roles='member')), TWO,
                            "has 'member' for roles"),
    'a_reader': (two(account(1, roles=['Reader'])), TWO,
                 'may only look (Reader)'),
    'an_admin': (two(account(1, types=['admin'])), TWO, 'is an admin'),
    'an_admin_whom_tempest_takes_for_none': (
        two(account(1, roles=['member', 'Admin'])), TWO, 'is an admin'),
    'one_project': (two(account(1, project_name='project-10')), TWO,
                    'is another one of its project'),
    'too_few': ([account(1), account(2)], TWO, 'takes 3',
                'there must be five'),
    'each_reason_once': (
        [account(1), *(account(n, roles=['reader']) for n in range(2, 9)),
         'x'], 'accounts of 1 projects',
        'Of the others 7 may only look (reader); 1 is a str instead'),
}


class TestOptions(testscenarios.WithScenarios, Case):

    scenarios = [(name, dict(zip(('section', 'option', 'value'), row),
                             texts=row[3:]))
                 for name, row in OPTIONS.items()]

    def test_it_is_refused(self):
        self.refused((self.option, *self.texts),
                     {self.section: {self.option: self.value}})


class TestAccounts(testscenarios.WithScenarios, Case):

    scenarios = [(name, dict(content=content, texts=texts))
                 for name, (content, *texts) in ACCOUNTS.items()]

    def test_they_are_refused(self):
        self.refused(('[auth] test_accounts_file, /', *self.texts),
                     accounts_file=self.content)


class TestFiles(Case):

    def test_no_file_of_accounts(self):
        self.refused(('test_accounts_file is empty', 'Name a file'),
                     {'auth': {'use_dynamic_credentials': 'false'}})

    def test_a_file_that_is_not_there(self):
        self.refused(('test_accounts_file, /nonexistent', 'No such file',
                      'absolute path'),
                     {'auth': {'use_dynamic_credentials': 'false',
                               'test_accounts_file': '/nonexistent'}})

    def test_a_folder_for_a_file(self):
        self.refused(('test_accounts_file, /', 'Is a directory',
                      'Name a file'),
                     {'auth': {'use_dynamic_credentials': 'false',
                               'test_accounts_file': '/'}})

    def test_no_folder_for_locks(self):
        self.refused(('[oslo_concurrency] lock_path, /no/such/folder',
                      'Name one'),
                     {'oslo_concurrency': {'lock_path': '/no/such/folder'}},
                     accounts())

    def test_an_authority_and_no_verification(self):
        path, = self.create_tempfiles([('ca', '')])
        self.refused(('ca_certificates_file is ' + path,
                      'disable_ssl_certificate_validation is true',
                      'Remove one'), {'identity': {
                          'ca_certificates_file': path,
                          'disable_ssl_certificate_validation': 'true'}})

    def test_a_section_that_nobody_reads(self):
        self.refused(('a section [glance-ossn]', 'rename it to [glance_ossn]'
                      ), {'glance-ossn': {'strict': 'false'}})

    def test_all_mistakes_are_told_at_once(self):
        error = self.assertRaises(
            lib_exc.InvalidConfiguration, preflight.check,
            self.conf({'identity': {'uri_v3': None},
                       'image': {'catalog_type': ''}}))
        for option in ('[identity] uri_v3', '[image] catalog_type'):
            self.assertIn(option, str(error))

    def test_personas(self):
        # As "tempest account-generator" writes them for one worker.
        def personas(number):
            return [
                account(number, roles=None),
                account(number + 1, roles=['manager']),
                account(number + 2, project_name='project-%d' % (number + 1)),
                account(number + 3, project_name='project-%d' % (number + 1),
                        roles=['reader']),
                account(number + 4, project_name=None, system='all'),
                account(number + 5, project_name=None, system='all',
                        roles=['reader'])]
        self.refused((TWO, 'Of the others 1 is another one of its project; '
                      '1 may only look (reader); 2 is of no project.'),
                     accounts_file=personas(1))
        # Those for two workers are enough for one class.
        self.assertEqual('', self.said(self.conf({}, personas(1) +
                                                 personas(7))))

    def test_roles_are_the_clouds_to_judge(self):
        for roles in (None, [], ['Member'], ['_member_'], ['creator'],
                      ['reader', 'creator']):
            self.assertEqual('', self.said(self.conf(
                {}, two(account(1, roles=roles)))), roles)

    def test_formats_are_what_the_cloud_takes(self):
        for option, value in (('disk_formats', 'qcow2,iso'),
                              ('disk_formats', 'raw'),
                              ('container_formats', 'ovf')):
            self.assertEqual('', self.said(self.conf(
                {'image': {option: value}})))

    def test_what_is_right(self):
        self.assertEqual('', self.said(self.conf({})))
        self.assertEqual('', self.said(self.conf({}, accounts())))
        # An admin that Tempest gives to nobody who does not ask for one.
        self.assertEqual('', self.said(self.conf({}, accounts() + [
            account(20, roles=['member', 'admin']),
            account(21, types=['admin'], roles=['member'])])))
        # Those that do not serve are not needed.
        self.assertEqual('', self.said(self.conf({}, accounts() + [
            'user-1', account(1, password=None),
            account(2, project_name=None, system='all')])))
        # One that is not looked at.
        self.assertEqual('', self.said(self.conf(
            {'auth': {'test_accounts_file': '/nonexistent'}})))

    def test_samples(self):
        folder = test_samples.ETC
        conf = self.conf({'auth': {
            'use_dynamic_credentials': 'false',
            'test_accounts_file': folder / 'accounts.yaml.sample'},
            'oslo_concurrency': {'lock_path': folder}})
        self.assertEqual('', self.said(conf))
        self.assertEqual('', self.said(Conf(str(
            folder / 'tempest.conf.sample'))))
