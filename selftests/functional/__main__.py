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

"""The laboratory: what takes longer than a change should wait for.

    python -m selftests.functional [COMMAND [ARGUMENT...]]

runs one of :data:`COMMANDS`, each a module with a command line of its own.
"""

import argparse
import os
import subprocess
import sys

# Commands: the module of this package that each runs, and what it tells.
COMMANDS = {
    'faults': ('test_faults', 'which claim catches which seeded fault'),
    'fail-closed': ('test_fail_closed',
                    'what comes of faults of the way to a cloud'),
    'situations': ('situations', 'what is said of clouds as they are'),
    'repeat': ('repeat', 'whether the suite says the same each time'),
    'releases': ('releases', 'what the suite says of every release; writes '
                 'the page of them'),
}


def _run(name, arguments):
    """Run a command's module.

    :param name: of the command
    :param arguments: of the module
    :returns: its exit status
    """
    return subprocess.run(
        [sys.executable, '-m', 'selftests.functional.' + COMMANDS[name][0],
         *arguments]).returncode


def _everything():
    """Run all functional tests, those too that are left out otherwise.

    :returns: the exit status
    """
    return subprocess.run(
        ['stestr', '--test-path', './selftests/functional',
         '--group-regex', '.*', 'run', '--concurrency', '2'],
        env={**os.environ, 'OSSN_FUNCTIONAL_ALL': '1'}).returncode


def main(arguments=None):
    """Run a command, or tell which there are.

    :param arguments: the command line, by default the process's
    :returns: the exit status
    """
    parser = argparse.ArgumentParser(
        prog='tox -e lab --', formatter_class=argparse.RawTextHelpFormatter,
        description='Ask what takes longer than a change should wait for.',
        epilog='commands:\n' + '\n'.join(
            '  %-12s %s' % (name, what)
            for name, (_, what) in COMMANDS.items()) +
        '\n  %-12s %s' % ('all', 'all functional tests and all releases'))
    parser.add_argument('command', nargs='?', choices=[*COMMANDS, 'all'],
                        metavar='COMMAND', help='one of those below')
    parser.add_argument('arguments', nargs=argparse.REMAINDER,
                        metavar='ARGUMENT', help="the command's own")
    options = parser.parse_args(arguments)
    if not options.command:
        parser.print_help()
        return 0
    if options.command == 'all':
        return _everything() or _run('releases', options.arguments)
    return _run(options.command, options.arguments)


if __name__ == '__main__':
    sys.exit(main())
