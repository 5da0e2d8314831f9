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

"""The manners of Havana, 2013.2: those of Grizzly, but for a few."""

from ossn_sandbox.manners import _pieces
from ossn_sandbox.manners import grizzly

PIECES = (
    _pieces.versions({'v2.2': 'CURRENT', 'v2.1': 'SUPPORTED',
                      'v2.0': 'SUPPORTED', 'v1.1': 'CURRENT',
                      'v1.0': 'SUPPORTED'},
                     ('v2.2', 'v2.1', 'v2.0', 'v1.1', 'v1.0')),
    _pieces.no_ids(grizzly.V2_IMAGES, 'Traceback (most recent call last):\n'
                   '  File "eventlet/wsgi.py", line 389\n'
                   "TypeError: 'id' is an invalid keyword argument\n"),
    _pieces.old_members,
    *grizzly.COMMON,
)
