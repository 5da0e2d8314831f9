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

"""Check that of Tempest only its stable interfaces are imported.

What they are: https://docs.openstack.org/tempest/latest/plugins/plugin.html
"""

import ast
import pathlib
import sys

STABLE = (
    'tempest.clients',
    'tempest.common.credentials_factory',
    'tempest.config',
    'tempest.lib',
    'tempest.test',
    'tempest.test_discover.plugins',
)


def imported(tree):
    """Names that a module imports, with their lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                yield node.lineno, '%s.%s' % (node.module, alias.name)


def is_stable(name):
    return any(name == stable or name.startswith(stable + '.')
               for stable in STABLE)


def main(folders):
    """Print what is imported and not stable.

    :param folders: folders to look through
    :returns: how many such imports there are
    """
    found = 0
    for folder in folders:
        for path in sorted(pathlib.Path(folder).rglob('*.py')):
            for line, name in imported(ast.parse(path.read_text())):
                if name.split('.')[0] == 'tempest' and not is_stable(name):
                    found += 1
                    print('%s:%d: %s is none of the stable interfaces of '
                          'Tempest' % (path, line, name))
    return found


if __name__ == '__main__':
    sys.exit(min(main(sys.argv[1:]), 1))
