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

"""What an admin shares is accepted at once.

Realistic: the images of the cloud's admin are taken for trusted ones.
"""

from faults import _seed
from glance.api.v2 import image_members

controller = image_members.ImageMembersController
sound = controller.create


def create(self, req, image_id, member_id):
    member = sound(self, req, image_id, member_id)
    if req.context.is_admin:
        with _seed.writing() as session:
            _seed.store_status(session, image_id, member=member_id)
    return member


controller.create = create
