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

"""The notes, and beyond them: a module each, and what they claim in all."""

import importlib
import pkgutil

from glance_ossn_tests.notes import beyond
from glance_ossn_tests.notes import reach
from glance_ossn_tests.notes import unnumbered
from glance_ossn_tests.notes import upgrade

# A note is there once its module is.
_NOTES = [importlib.import_module('%s.%s' % (__name__, name))
          for name in sorted(found.name for found
                             in pkgutil.iter_modules(__path__))
          if name.startswith(('ossn_', 'ossa_', 'lp_'))]

# What a run is expected to judge, and waivers may be about.
CLAIMS = tuple(claim for note in [*_NOTES, unnumbered, beyond, reach]
               for claim in note.CLAIMS)

# What only a run with a state file of an upgrade is expected to judge.
UPGRADE = upgrade.CLAIMS


def judged(tests, name):
    """Tell which claims some tests of a class judge.

    :param tests: names of tests, 'Class.method'; None for all there are
    :param name: of the class
    :returns: tuple of :class:`glance_ossn_tests.notes.base.Claim`, None for
        all there are
    """
    names = {test for test in tests or () if test.startswith(name + '.')}
    claims = tuple(claim for claim in CLAIMS if claim.test in names)
    # Of a test that none of them names, what it needs is not known.
    return claims if names and names == {claim.test for claim in claims} \
        else None
