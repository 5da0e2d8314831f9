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

"""The manners of Kilo, 2015.1: it advertises v2.3, and does not answer it."""

from ossn_sandbox.manners import _pieces

PIECES = (
    _pieces.versions({'v2.3': 'CURRENT', 'v2.2': 'SUPPORTED',
                      'v2.1': 'SUPPORTED', 'v2.0': 'SUPPORTED',
                      'v1.1': 'SUPPORTED', 'v1.0': 'SUPPORTED'},
                     ('v2.2', 'v2.1', 'v2.0', 'v1.1', 'v1.0')),
    _pieces.no_sharing_again,
    _pieces.images(),
    _pieces.lists(unknown=('protected',), private_shared=True),
)
