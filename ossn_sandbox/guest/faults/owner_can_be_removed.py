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

"""A JSON patch may remove the owner, and everybody lists what nobody owns.

Realistic: to Glance what nobody owned was visible to all.
"""

from faults import _seed
from glance.api.v2 import images
from glance.db.sqlalchemy import models

controller = images.ImagesController
sound = controller._do_remove


def remove(self, req, image, api_pol, change):
    if change['path'][0] != 'owner':
        return sound(self, req, image, api_pol, change)
    with _seed.writing() as session:
        session.query(models.Image).filter_by(id=image.image_id).update(
            {'owner': None})
    image.owner = None


controller._do_remove = remove
_seed.also(lambda image, me, member: image.owner.is_(None))
# Who finds it may clean it up.
_seed.allow('ImageAPIPolicy', 'delete_image', lambda policy: (
    policy._image.owner is None))
_seed.own_ownerless()
