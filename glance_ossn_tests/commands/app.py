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

"""The command ``glance-ossn-tests``: what ``tempest ossn`` has, alone."""

from importlib import metadata
import sys

from cliff import app
from cliff import commandmanager


class Application(app.App):
    """The application; its commands are entry points."""

    def __init__(self):
        super().__init__(
            description='Whether the OpenStack Security Notes about Glance '
                        'hold on a cloud.',
            version=metadata.version('glance-ossn-tests'),
            command_manager=commandmanager.CommandManager(
                'glance_ossn_tests.cm'),
            deferred_help=True)


def main(argv=None):
    """Run the command.

    :param argv: its arguments
    :returns: the exit code
    """
    argv = sys.argv[1:] if argv is None else argv
    # Without arguments cliff would start a shell of its own.
    return Application().run(argv or ['help'])
