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

"""The samples that users copy say what the code understands."""

import configparser
import pathlib

from oslo_config import generator
from oslotest import base
from tempest import config
import yaml

ROOT = pathlib.Path(__file__).parents[2]
ETC = ROOT / 'etc'


def known_options():
    """Options by section, of Tempest and of this plugin."""
    known = {}
    for group, options in config.list_opts():
        known.setdefault(getattr(group, 'name', group) or 'DEFAULT',
                         {}).update((o.dest, o) for o in options)
    # oslo.log's and oslo.concurrency's, which Tempest does not list.
    known['DEFAULT'].update(debug=None, log_file=None)
    known.setdefault('oslo_concurrency', {}).update(lock_path=None)
    return known


class TestSamples(base.BaseTestCase):

    def test_tempest_conf(self):
        # What stands commented out is meant to be used as well.
        text = (ETC / 'tempest.conf.sample').read_text()
        lines = [line[1:] if line[:1] == '#' and line[1:2] not in (' ', '')
                 else line for line in text.splitlines()]
        parser = configparser.RawConfigParser(default_section='none',
                                              strict=False)
        parser.read_string('\n'.join(lines))
        known = known_options()
        self.assertIn('glance_ossn', parser.sections())
        for section in parser.sections():
            for option in parser.options(section):
                self.assertIn(option, known.get(section, {}),
                              '[%s] %s' % (section, option))

    def test_option_reference_is_current(self):
        folder = self.create_tempfiles([('reference', '')])[0]
        generator.main(['--config-file', str(ETC / 'config-generator.conf'),
                        '--output-file', folder])
        self.assertEqual(
            pathlib.Path(folder).read_text(),
            (ETC / 'glance_ossn_tests.conf.sample').read_text(),
            'Run "tox -e genconfig"')

    def test_accounts(self):
        accounts = yaml.safe_load(
            (ETC / 'accounts.yaml.sample').read_text())
        projects = [account['project_name'] for account in accounts]
        self.assertEqual(len(accounts), len(set(projects)))
        for account in accounts:
            self.assertEqual(['member'], account['roles'])
