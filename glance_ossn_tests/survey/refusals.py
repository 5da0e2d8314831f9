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

"""What a cloud refuses to everybody is an answer, and no failure.

Every attempt is taken down under what it was an attempt of, from the step as
such to the step through one API on one kind of image. Where all attempts of
one of these met the same refusal, that is what the cloud does not offer.
"""

import collections
import threading

from glance_ossn_tests.clients import errors

CREATE = 'create'
CREATE_WITH_DATA = 'create with data'


def _keys(step, api, kind):
    """Tell what an attempt is one of, the most general first."""
    return [(step,), (step, api), (step, kind.name), (step, api, kind.name)]


def by(step, role):
    """Name a step by who does it: an admin may do what others may not.

    :param step: name of the step
    :param role: role of the party that does it
    :returns: text
    """
    return step + (' as an admin' if role == 'admin' else '')


class Attempts:
    """The attempts of a run, and what each of them met."""

    def __init__(self):
        self._met = collections.defaultdict(set)
        self._lock = threading.Lock()

    def note(self, step, api, kind, error=None):
        """Take down what came of an attempt.

        :param step: name of the step
        :param api: 'v1' or 'v2'
        :param kind: :class:`glance_ossn_tests.sharing.kinds.Kind`
        :param error: what it met, None if it was done
        """
        code = None
        if error is not None:
            code = 'failed'
            if isinstance(error, errors.NeverDone):
                code = 'never done'
            elif errors.status(error) in errors.REFUSALS:
                code = errors.status(error)
        with self._lock:
            for key in _keys(step, api, kind):
                self._met[key].add(code)

    def refused(self, step, api, kind):
        """Tell whether an attempt failed as all of its like did.

        :param step: name of the step
        :param api: 'v1' or 'v2'
        :param kind: :class:`glance_ossn_tests.sharing.kinds.Kind`
        :returns: whether the cloud does not offer it
        """
        return any(len(met) == 1 and not met & {None, 'failed'}
                   for met in (self._met[key] for key in _keys(
                       step, api, kind)))
