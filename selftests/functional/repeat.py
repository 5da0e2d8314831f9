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

"""Whether the suite says the same each time it is asked.

    python -m selftests.functional.repeat [TIMES [RELEASE...]]

runs it on a cloud of each release, by default twenty times on those that the
functional tests judge, and prints how often it said what it must. The exit
status is 1 if it ever said something else, or left something behind.
"""

import statistics
import sys
import time

from ossn_sandbox import releases as sandbox_releases
from selftests.functional import base
from selftests.functional import releases

RELEASES = ('pike', 'pike-no-v1', 'zed', '2025.1',
            sandbox_releases.NEWEST)


def repeat(box, name, times):
    """Run the suite on a cloud, again and again.

    :param box: :class:`ossn_sandbox.cloud.Sandbox`
    :param name: name of the release
    :param times: how often
    :returns: list of what went wrong, and list of the seconds of each run
    """
    a_cloud = box.up(name)
    before = base.holdings(a_cloud)
    wrong, seconds = [], []
    for number in range(1, times + 1):
        began = time.monotonic()
        outcome = base.run_tempest(a_cloud.workspace, a_cloud.config,
                                   walks=True)
        seconds.append(time.monotonic() - began)
        if outcome.tests != releases.expected(name):
            wrong.append('run %d: %s' % (number, sorted(
                outcome.tests.items() ^ releases.expected(name).items())))
        if base.holdings(a_cloud) != before:
            wrong.append('run %d left something behind' % number)
    box.stop(name)
    return wrong, seconds


def main(arguments):
    """Print the table.

    :param arguments: of the command
    :returns: how much went wrong
    """
    times = int(arguments[0]) if arguments else 20
    box, failures = base.sandbox(), 0
    for name in arguments[1:] or RELEASES:
        wrong, seconds = repeat(box, name, times)
        failures += len(wrong)
        print('%-12s %d runs, %s; seconds: %.1f to %.1f, median %.1f' % (
            name, times, '; '.join(wrong) or 'the same verdicts each time',
            min(seconds), max(seconds), statistics.median(seconds)),
            flush=True)
    return failures


if __name__ == '__main__':
    sys.exit(min(main(sys.argv[1:]), 1))
