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

"""An image may be created without an owner, and everybody lists it.

Realistic: to Glance what nobody owned was visible to all, and the schema
allows null.
"""

from faults import _seed

_seed.allow('ImageAPIPolicy', 'add_image', lambda policy: (
    not policy.is_created and policy._image.get('owner', '') is None))
_seed.also(lambda image, me, member: image.owner.is_(None))
# Who finds it may clean it up.
_seed.allow('ImageAPIPolicy', 'delete_image', lambda policy: (
    policy._image.owner is None))
_seed.own_ownerless()
