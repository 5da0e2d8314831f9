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

"""The exit codes of all commands, each with one meaning."""

from glance_ossn_tests.sharing import verdicts

# Nothing is wrong: nothing is exposed, nothing is left, all is done.
CLEAN = 0
# What must not be is there: an exposure, or something left behind.
EXPOSED = 1
# Wrong usage, as argparse says it, or an error: nothing can be concluded.
ERROR = 2
# What it is about could not be looked at.
NOT_TESTED = 3

# What may be worth an exit code other than 0.
FAIL_ON = ('exposed', 'not-tested', 'never')

HELP = (
    'exit codes: 0 clean; 1 exposed; 2 wrong usage or an internal error; 3 '
    'not tested. --fail-on exposed lets 3 be 0, --fail-on never lets 1 and 3 '
    'be 0.')


class Usage(Exception):
    """What the user has to change before anything is looked at."""


def of(found, fail_on='not-tested'):
    """Choose the exit code for some verdicts.

    :param found: set of :class:`glance_ossn_tests.sharing.verdicts.Verdict`
    :param fail_on: one of :data:`FAIL_ON`
    :returns: the code; exposed is worse than not tested
    """
    if verdicts.EXPOSED in found and fail_on != 'never':
        return EXPOSED
    if verdicts.NOT_TESTED in found and fail_on == 'not-tested':
        return NOT_TESTED
    return CLEAN
