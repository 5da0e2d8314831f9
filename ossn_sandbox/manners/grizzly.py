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

"""The manners of Grizzly, 2013.1: v2.1 asks for consent, and has rough edges.
"""

import functools

from ossn_sandbox.manners import _pieces

# Havana, which followed, shares them.
COMMON = (
    _pieces.no_sharing_again,
    _pieces.images(lacks=('owner',)),
    _pieces.lists(unknown=('protected', 'tag', 'sort')),
)
V2_IMAGES = r'/+v2[.\d]*/images/*$'

PIECES = (
    _pieces.versions({'v2.1': 'CURRENT', 'v2.0': 'SUPPORTED',
                      'v1.1': 'CURRENT', 'v1.0': 'SUPPORTED'},
                     ('v2.1', 'v2.0', 'v1.1', 'v1.0')),
    _pieces.crowd(2),
    _pieces.no_ids(V2_IMAGES),
    _pieces.no_member_twice,
    functools.partial(_pieces.old_members, code=200),
    *COMMON,
)
