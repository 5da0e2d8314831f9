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
"""What a run asked of a cloud, by its own log and by the cloud's accounts.

None of it depends on how fast a machine is.
"""

import pathlib
import re

import yaml

BUDGET = pathlib.Path(__file__).with_name('budget.yaml')

# Below its budget by more than this share, and two more, is news to note.
SLACK = .03

# What a survey logs at the end of each part of it.
PHASE = re.compile(r'Phase (\w+) took (\d+) requests')
_REQUEST = re.compile(r'Request \([^)]*\): \d+ \w+ (\S+)')


class Meter:
    """Counts the requests of what runs from now on.

    :param a_cloud: :class:`ossn_sandbox.cloud.Cloud`
    """

    def __init__(self, a_cloud):
        self._cloud = a_cloud
        self._log = a_cloud.workspace / 'logs' / 'tempest.log'
        self._ends = {path: size(path) for path in (
            self._log, a_cloud.requests['glance-api'])}

    def _new(self, path):
        return appended(path, self._ends[path])

    def read(self):
        """What was asked by now.

        :returns: dict of the phases, to numbers of requests; 'identity' are
            all to Keystone, 'image' all to Glance, the scenario's among them
        """
        log = self._new(self._log)
        found = {'identity': sum(
            url.startswith(self._cloud.auth_url)
            for url in _REQUEST.findall(log))}
        for phase, number in PHASE.findall(log):
            found[phase] = found.get(phase, 0) + int(number)
        found['image'] = len(self._new(
            self._cloud.requests['glance-api']).splitlines())
        return found


def size(path):
    """How long a file is.

    :param path: its path
    :returns: bytes, none if it is not there
    """
    return path.stat().st_size if path.exists() else 0


def appended(path, offset):
    """What was written to the end of a file.

    :param path: its path
    :param offset: its former length in bytes
    :returns: text
    """
    if not path.exists():
        return ''
    with open(path, errors='replace') as file:
        file.seek(offset)
        return file.read()


def check(name, found):
    """Hold what was asked against the committed budget.

    :param name: name of the cloud in the budget
    :param found: what :meth:`Meter.read` returned
    :returns: list of lines that say what is to be done, empty if nothing
    """
    budget = yaml.safe_load(BUDGET.read_text())[name]
    if set(found) != set(budget):
        return ['%s: there are the phases %s in %s, and %s in the run'
                % (name, sorted(budget), BUDGET.name, sorted(found))]
    lines = []
    for phase, number in found.items():
        allowed = budget[phase]
        if number > allowed:
            lines.append(
                '%s, %s: %d requests, and the budget is %d. Find out which '
                'are new, and either spare them or say in the commit that '
                'raises %s what they are worth.' % (
                    name, phase, number, allowed, BUDGET.name))
        elif number < allowed * (1 - SLACK) - 2:
            lines.append('%s, %s: only %d requests, and the budget is %d. '
                         'Lower it in %s.' % (name, phase, number, allowed,
                                              BUDGET.name))
    return lines
