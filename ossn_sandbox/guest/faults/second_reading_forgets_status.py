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

"""Only the first reading of a list checks the status.

Realistic: what a cache keeps was checked for another request.
"""

from faults import _seed

seen = set()


def again(ask):
    key = ask.context.user_id, ask.path, str(sorted(ask.filters))
    known = key in seen
    seen.add(key)
    return known and ask.limit == 25


_seed.leak(again)
