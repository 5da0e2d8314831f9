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

"""How many requests a survey costs, with our own tables and them doubled.

    python -m benchmarks.tables TEMPEST_CONF

prints JSON. It is a process of its own: Tempest's configuration is global.
"""

import dataclasses
import json
import logging
import sys
from unittest import mock

from glance_ossn_tests.accounts import accounts
from glance_ossn_tests.cleanup import created
from glance_ossn_tests.commands import configured
from glance_ossn_tests.sharing import histories
from glance_ossn_tests.sharing import listings
from glance_ossn_tests.survey import survey
from glance_ossn_tests.survey import work
from selftests.functional import meter


class _Phases(logging.Handler):
    """Collect what the survey logs at the end of each phase."""

    def __init__(self):
        super().__init__(logging.INFO)
        self.requests = {}

    def emit(self, record):
        found = meter.PHASE.match(record.getMessage())
        if found:
            self.requests[found[1]] = int(found[2])


def _again(name):
    return '%s, once more' % name


def doubled():
    """Tables twice as long: each row again, by another name.

    :returns: list of patches
    """
    twice = {name: getattr(histories, name) + tuple(
        map(_again, getattr(histories, name)))
        for name in ('SHORT', 'FORM_HISTORIES', 'CROSSED_HISTORIES')}
    twice['HISTORIES'] = histories.HISTORIES + tuple(
        dataclasses.replace(row, name=_again(row.name))
        for row in histories.HISTORIES)
    return [mock.patch.multiple(histories, **twice),
            mock.patch.multiple(listings, **{
                name: getattr(listings, name) * 2 for name in (
                    'LISTINGS', 'READER_LISTINGS', 'HEADER_LISTINGS',
                    'LATE_LISTINGS', 'FORM_LISTINGS')})]


def cost(parties):
    """Survey a cloud, and clean up.

    :param parties: dict of role to
        :class:`glance_ossn_tests.accounts.party.Party`
    :returns: dict of images, lists, and requests by phase
    """
    phases = _Phases()
    logger = logging.getLogger(work.__name__)
    logger.addHandler(phases)
    logger.setLevel(logging.INFO)
    everybody = list(parties.values())
    images = created.CreatedImages(everybody)
    subject = survey.Survey(work.Work(parties, 'ossn-benchmark', images))
    try:
        subject.run()
    finally:
        images.remove()
        logger.removeHandler(phases)
    return {'images': len(subject.made.ours),
            'lists': len(subject.readings),
            'requests': phases.requests}


def main(path):
    """Measure both, and print them.

    :param path: of a tempest.conf with an admin
    """
    configured.Configured.configure(path)
    made = accounts.make('ossn-benchmark')
    try:
        found = [cost(accounts.parties(made, 'benchmark-1'))]
        patches = doubled()
        for patch in patches:
            patch.start()
        found.append(cost(accounts.parties(made, 'benchmark-2')))
    finally:
        accounts.unmake(made)
    print(json.dumps(found))


if __name__ == '__main__':
    main(sys.argv[1])
