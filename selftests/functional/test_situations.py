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

"""Clouds as operators run them: each is judged, and nothing is left there.

What the situations are, and what must come of each, is in
:mod:`selftests.functional.situations`.
"""

from selftests.functional import base
from selftests.functional import situations


class TestSituations(base.CloudTest):
    """A test for each situation."""

    def hold(self, situation):
        """See that a situation comes to what it must."""
        result = situations.Lab(self.box).run(situation)
        self.assertEqual([], situations.judge(situation, result),
                         '%s\n%s' % (result.table, result.output))


def _add(situation):
    def test(self):
        self.hold(situation)
    test.__doc__ = situation.what
    test.__name__ = 'test_' + situation.name.replace('-', '_')
    setattr(TestSituations, test.__name__,
            test if situation.quick else base.extended(test))


for each in situations.SITUATIONS:
    _add(each)
