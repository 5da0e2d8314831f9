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

"""Check zuul.d with the schema of Zuul itself: tools/zuul_schema.py FOLDER.

What Zuul finds out only with the configuration of a whole system, e.g.
whether the parent of a job exists, stays unknown.
"""

import pathlib
import sys

import voluptuous
from zuul import configloader
from zuul import model


def check(path, parsers):
    """Parse a file as Zuul does.

    :param path: the file
    :param parsers: dict of kind to the parser with its schema
    :returns: list of what is wrong
    """
    context = model.SourceContext('opendev.org', 'openstack/x', 'origin',
                                  'master', str(path))
    wrong = []
    try:
        entries = configloader.safe_load_yaml(path.read_text(), context)
    except Exception as error:
        return ['%s: %s' % (path, error)]
    for entry in entries:
        (kind, body), = entry.items()
        if kind not in parsers:
            wrong.append('%s: no kind of entry is "%s"' % (path, kind))
            continue
        try:
            parsers[kind].schema(body)
        except voluptuous.Invalid as error:
            wrong.append('%s: %s %s: %s' % (path, kind,
                                            body.get('name', ''), error))
    return wrong


def main():
    """Check all files of the folder.

    :returns: exit status
    """
    parsers = {'job': configloader.JobParser,
               'project': configloader.ProjectParser(None)}
    paths = sorted(pathlib.Path(sys.argv[1]).glob('*.yaml'))
    wrong = [line for path in paths for line in check(path, parsers)]
    print('\n'.join(wrong or ['%d files are as Zuul wants them.'
                              % len(paths)]))
    return 1 if wrong or not paths else 0


if __name__ == '__main__':
    sys.exit(main())
