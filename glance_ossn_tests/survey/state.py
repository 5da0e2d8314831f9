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

"""What is remembered from before an upgrade until after it."""

import dataclasses
import json
import os
import tempfile

from glance_ossn_tests.clients.errors import moment
from glance_ossn_tests.sharing import crossed
from glance_ossn_tests.sharing import histories
from glance_ossn_tests.sharing import matrix
from glance_ossn_tests.sharing import steps
from glance_ossn_tests.survey import share

SCHEMA = 1


class BadState(Exception):
    """The state file cannot be used; the text says why."""


@dataclasses.dataclass
class State:
    """The accounts, images and lists from before an upgrade.

    :param path: path of the file
    :param run: the id of the run, which its images bear
    :param accounts: list of dicts of accounts; those without a password are
        in the accounts file
    :param made: whether the accounts were made for it, and go with it
    :param sharing: whether images may have been made
    :param done: whether everything was made and looked at
    :param name: name of the images
    :param shares: list of dicts
    :param controls: list of dicts
    :param dates: when the images were made, by id
    :param lists: dict of a list's name to the ids it showed
    :param when: when it was made, as text
    :param versions: the versions of the Image API that were advertised,
        pairs
    """

    path: str
    run: str
    accounts: list = dataclasses.field(default_factory=list)
    made: bool = False
    sharing: bool = False
    done: bool = False
    name: str = ''
    shares: list = dataclasses.field(default_factory=list)
    controls: list = dataclasses.field(default_factory=list)
    dates: dict = dataclasses.field(default_factory=dict)
    lists: dict = dataclasses.field(default_factory=dict)
    when: str = ''
    versions: list = dataclasses.field(default_factory=list)

    def save(self):
        """Write the file, readable by its owner alone, or leave it as it was.

        :raises BadState: if it cannot be written
        """
        body = dict(dataclasses.asdict(self), schema=SCHEMA)
        del body['path']
        folder = os.path.dirname(os.path.abspath(self.path))
        try:
            handle, name = tempfile.mkstemp(dir=folder, prefix='.ossn-')
            try:
                with open(handle, 'w') as file:
                    json.dump(body, file, indent=1)
                os.replace(name, self.path)
            except BaseException:
                os.unlink(name)
                raise
        except OSError as error:
            raise BadState('--state %s cannot be written: %s. Choose a file '
                           'in a folder of your own.' % (self.path,
                                                         error.strerror))

    def record(self, found, made, readings):
        """Take over what a survey found, made and saw.

        :param found: :class:`glance_ossn_tests.survey.discover.Found`
        :param made: :class:`glance_ossn_tests.survey.share.Made`
        :param readings: list of
            :class:`glance_ossn_tests.sharing.matrix.Reading`
        """
        self.name = made.name
        self.versions = list(found.advertised)
        self.shares = [{
            'history': share.plan.history.name, 'kind': share.plan.kind.name,
            'api': share.plan.api, 'form': share.plan.form,
            'image_id': share.image_id, 'failed': share.failed,
            'members': share.members, 'membership': share.membership}
            for share in made.shares if share.image_id]
        self.controls = [{
            'kind': control.kind.name, 'image_id': control.image_id,
            'viewer': control.viewer, 'visibility': control.visibility,
            'failed': control.failed, 'newest': control in made.newest}
            for control in made.controls]
        self.dates = {image_id: when.isoformat()
                      for image_id, when in made.dates.items()}
        self.lists = {reading.listing.name: sorted(reading.seen)
                      for reading in readings
                      if not (reading.problem or reading.not_offered)}
        self.done = True

    def restore(self):
        """Make the images of the file known to another survey.

        What the consumer had accepted, by whatever way, is accepted; what it
        had not may be in none of its lists. Steps that waited for lists have
        been taken.

        :returns: :class:`glance_ossn_tests.survey.share.Made`
        :raises BadState: if the file names what this version does not know
        """
        try:
            return self._restore()
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadState(
                'The state file %s does not fit this version of '
                'glance-ossn-tests: %s %s. Use the version that wrote it.'
                % (self.path, type(error).__name__, error))

    def _restore(self):
        by_name = {history.name: history for history in histories.HISTORIES}
        made = share.Made(
            self.name, dates={image_id: moment(when) for image_id, when in
                              self.dates.items()}, ours=set(self.dates))
        for row in self.shares:
            history = by_name[row['history']]
            taken = tuple(step for step in history.steps
                          if step is not steps.LISTED)
            history = dataclasses.replace(
                history, steps=taken, observed=()
                if row['members'] is None else (row['membership'],))
            made.shares.append(matrix.Share(
                histories.Plan(history, crossed.find(row['kind']),
                               row['api'],
                               row['form']),
                row['image_id'], row['failed']))
        for row in self.controls:
            control = matrix.Control(
                crossed.find(row['kind']), row['image_id'], row['viewer'],
                row['visibility'], row['failed'])
            made.controls.append(control)
            if row['newest']:
                made.newest.append(control)
        return made


def load(path):
    """Read a state file.

    :param path: its path
    :returns: :class:`State`
    :raises BadState: if it cannot be read, or is none
    """
    try:
        with open(path) as file:
            body = json.load(file)
    except OSError as error:
        raise BadState('The state file %s cannot be read: %s. "tempest ossn '
                       'upgrade prepare --state FILE", before the upgrade, '
                       'writes it.' % (path, error.strerror))
    except ValueError as error:
        raise BadState('The state file %s is no JSON: %s.' % (path, error))
    schema = body.pop('schema', None) if isinstance(body, dict) else None
    if schema != SCHEMA:
        raise BadState(
            'The state file %s has the schema %s; this version of '
            'glance-ossn-tests knows %d. Use the version that wrote it.'
            % (path, schema, SCHEMA))
    try:
        return State(path=path, **body)
    except TypeError as error:
        raise BadState('The state file %s is not complete: %s.' % (path,
                                                                   error))
