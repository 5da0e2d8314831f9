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

"""Tempest's door to this package."""

import os

from tempest import config
from tempest.test_discover import plugins

from glance_ossn_tests import config as ossn_config


class GlanceOssnTempestPlugin(plugins.TempestPlugin):
    """Tells Tempest where our tests, options and clients are.

    See https://docs.openstack.org/tempest/latest/plugins/plugin.html
    """

    def load_tests(self):
        """Where the cloud tests are, and nothing but them.

        :returns: (folder to discover, top-level folder)
        """
        package = os.path.dirname(os.path.abspath(__file__))
        return os.path.join(package, 'tests'), os.path.dirname(package)

    def register_opts(self, conf):
        """Add the section [glance_ossn].

        :param conf: oslo.config's ConfigOpts to register with
        """
        config.register_opt_group(conf, ossn_config.GROUP,
                                  list(ossn_config.OPTIONS))

    def get_opt_lists(self):
        """Return the options for Tempest's sample configuration.

        :returns: list of (name of the group, options)
        """
        # Names, not OptGroups: Tempest 47 fails on the latter.
        return [(ossn_config.GROUP.name, list(ossn_config.OPTIONS))]

    def get_service_clients(self):
        """Return the clients that Tempest itself no longer has.

        :returns: list of dicts of parameters for Tempest's client registry
        """
        parameters = config.service_client_config('image')
        parameters.update({
            'name': 'glance_ossn',
            'service_version': 'glance_ossn',
            'module_path': 'glance_ossn_tests.clients',
            'client_names': ['ImageMembersV1Client', 'ImagesV1Client',
                             'RawImageClient'],
        })
        return [parameters]
