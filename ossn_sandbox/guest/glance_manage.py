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

"""Run glance-manage in this process, with the patches applied."""

import os
import sys

from glance.cmd import manage


def main(folder, *arguments):
    """Run glance-manage.

    :param folder: where glance-api.conf is
    :param arguments: what glance-manage is to do, such as ``db sync``
    """
    sys.argv = ['glance-manage', '--config-file',
                os.path.join(folder, 'glance-api.conf'), *arguments]
    sys.exit(manage.main())
