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

"""The manners of Diablo, 2011.3: v1 alone, whose images have numbers."""

from ossn_sandbox.manners import _pieces

PIECES = (
    _pieces.versions({'v1.1': 'CURRENT', 'v1.0': 'SUPPORTED'}, ('v1.0',),
                     url_wins=True),
    _pieces.crowd(2),
    _pieces.no_ids(r'(/+v1[.\d]*)?/+images/*$', 'Internal Server Error'),
    _pieces.ignores('changes-since'),
    _pieces.numbers,
    _pieces.tells_anybody,
)
