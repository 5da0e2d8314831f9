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


"""How reports speak of what is waived."""

import datetime

from glance_ossn_tests.notes import waivers
from glance_ossn_tests.sharing import verdicts

# Days before its end from which on a waiver is spoken of.
SOON = 30


def remarks(report):
    """Tell which waivers are not needed, or end soon.

    :param report: :class:`glance_ossn_tests.report.result.Report`
    :returns: iterator of texts
    """
    try:
        day = datetime.datetime.fromisoformat(report.run['end']).date()
    except (KeyError, ValueError):
        return
    for text in report.run.get('waivers', ()):
        try:
            waiver = waivers.parse(text, day)
        except ValueError:
            continue
        covered = {result.verdict for result in report.results
                   if waiver.covers(result.claim)}
        left = (waiver.until - day).days
        if covered and covered <= {
                verdicts.SAFE, verdicts.NOT_OFFERED, verdicts.NOT_TESTABLE}:
            yield ('%s, but nothing of it is exposed: remove the waiver.'
                   % waiver)
        elif covered and left <= SOON:
            yield ('%s: it ends in %d days. Mend what it covers, or decide '
                   'anew.' % (waiver, left))


def line(result):
    """Tell in one line what is waived, why, until when.

    :param result: :class:`glance_ossn_tests.report.result.Result`
    :returns: text
    """
    for line in result.text.splitlines():
        if ' is waived until ' in line:
            return '%s (%d exposed)' % (
                line.partition('. Exposed and')[0].partition(
                    '. What was seen')[0],
                result.counts.get(verdicts.EXPOSED, 0))
    return result.text.partition('\n')[0]
