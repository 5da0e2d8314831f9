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

"""What commands share that read tempest.conf."""

import os

from tempest import config

from glance_ossn_tests.accounts import preflight
from glance_ossn_tests.commands import codes


Usage = codes.Usage


class Configured:
    """A command with the option --config-file."""

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.add_argument(
            '--config-file', metavar='FILE',
            help='tempest.conf, by default that which "tempest run" reads')
        return parser

    @staticmethod
    def configure(path):
        """Read the configuration, and see that it makes sense.

        :param path: of tempest.conf, None for the usual one
        :returns: Tempest's configuration
        :raises Usage: if it will not do
        """
        if path:
            if not os.path.isfile(path):
                raise Usage('--config-file %s is no file. Name a '
                            'tempest.conf.' % path)
            config.CONF.set_config_path(os.path.abspath(path))
        try:
            wrong = list(preflight.access(config.CONF))
        except ValueError as error:
            # oslo.config's, of a value that an option does not take.
            wrong = [str(error)]
        if wrong:
            raise Usage('\n'.join(wrong))
        return config.CONF
