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

"""The manners of Folsom, 2012.2: v2.0 has no members, and asks nobody."""

from ossn_sandbox.manners import _pieces

PIECES = (
    _pieces.versions({'v2.0': 'CURRENT', 'v1.1': 'CURRENT',
                      'v1.0': 'SUPPORTED'}, ('v2.0', 'v1.1', 'v1.0')),
    _pieces.no_members,
    _pieces.no_sharing_again,
    _pieces.tells_anybody,
    _pieces.uploads_stay_queued,
    _pieces.images(lacks=('owner', 'min_ram', 'min_disk', 'virtual_size')),
    _pieces.lists(unknown=('protected', 'tag', 'member_status', 'sort'),
                  shared=False, everything=True),
)
