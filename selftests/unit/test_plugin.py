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

"""What Tempest is told about this package."""

import os
import subprocess
import sys

from oslo_config import cfg
from oslotest import base
from tempest import config

from glance_ossn_tests import config as ossn_config
from glance_ossn_tests import plugin
from glance_ossn_tests import tests


class TestPlugin(base.BaseTestCase):

    def setUp(self):
        super().setUp()
        self.plugin = plugin.GlanceOssnTempestPlugin()

    def registered(self, text=''):
        conf = cfg.ConfigOpts()
        self.plugin.register_opts(conf)
        path = self.create_tempfiles([('tempest', text)])[0]
        conf(['--config-file', path], project='tempest')
        return conf

    def test_only_cloud_tests_are_discovered(self):
        folder, top = self.plugin.load_tests()
        self.assertEqual(os.path.dirname(tests.__file__), folder)
        self.assertTrue(os.path.isdir(os.path.join(top,
                                                   'glance_ossn_tests')))

    def test_options_register_with_bare_configuration(self):
        # Tempest swallows what this raises; it would surface much later.
        conf = self.registered()
        self.assertEqual({'depth', 'seed',
                          'page_size', 'full_walk', 'reads', 'reader',
                          'callers',
                          'parallel_requests', 'import_timeout',
                          'retries', 'retry_wait', 'retry_wait_max',
                          'admin', 'endpoints', 'upgrade_state', 'strict',
                          'waivers', 'intrusive', 'protected_property',
                          'retired_image_ids', 'image_size_cap'},
                         set(conf.glance_ossn))

    def test_it_loads_nothing_heavy(self):
        """Each worker of each run of Tempest pays for it, asked or not."""
        loaded = subprocess.run([sys.executable, '-c', (
            'import sys, tempest.config, tempest.test_discover.plugins; '
            'known = set(sys.modules); import glance_ossn_tests.plugin; '
            'print(*(set(sys.modules) - known))')], stdout=subprocess.PIPE,
            text=True, check=True).stdout.split()
        self.assertEqual({'glance_ossn_tests', 'glance_ossn_tests.config',
                          'glance_ossn_tests.plugin'}, set(loaded))

    def test_option_lists_have_names_not_groups(self):
        for group, options in self.plugin.get_opt_lists():
            self.assertEqual('glance_ossn', group)
            self.assertEqual(list(ossn_config.OPTIONS), options)

    def test_every_option_says_what_it_is_for(self):
        for option in ossn_config.OPTIONS:
            self.assertTrue(option.help and option.default is not None,
                            option.name)

    def test_values_out_of_range_name_the_option(self):
        for value in ('1', '1001', 'many'):
            conf = self.registered('[glance_ossn]\npage_size = %s\n' % value)
            error = self.assertRaises(
                cfg.ConfigFileValueError,
                lambda conf=conf: conf.glance_ossn.page_size)
            self.assertIn('page_size', str(error))

    def test_clients_can_be_loaded(self):
        config.CONF.set_config_path('/nonexistent')
        parameters, = self.plugin.get_service_clients()
        module = __import__(parameters['module_path'], fromlist=['x'])
        for name in parameters['client_names']:
            self.assertTrue(callable(getattr(module, name)))
