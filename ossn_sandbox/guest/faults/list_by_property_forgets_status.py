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

"""A list filtered by a property shows shares in every status.

Realistic: each filter changes the query in a place of its own, and only the
default list is usually tested.
"""

from faults import _seed

_seed.leak(lambda ask: 'ossn_label' in ask.filters or
           ask.filters.get('properties'))
