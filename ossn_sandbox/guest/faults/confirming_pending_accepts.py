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

"""To set a pending share to pending accepts it.

Realistic: an answer toggles what is stored.
"""

from faults import _seed


def change(row, values, new):
    if not new and row.status == values.get('status') == 'pending' and (
            not row.deleted):
        values['status'] = 'accepted'


_seed.membership(change)
