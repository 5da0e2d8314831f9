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

"""A pending share is listed if the image became private.

Realistic: the members of what was shared stay behind, and may be forgotten.
"""

from faults import _seed

_seed.also(lambda image, me, member: (image.visibility == 'private')
           & image.members.any(_seed.mine(me, member.status == 'pending')))
# Each image of a list is checked once more since Xena.
_seed.allow('ImageAPIPolicy', 'get_image', lambda policy: (
    policy.is_created and policy._image.visibility == 'private'))
