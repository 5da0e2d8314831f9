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


"""No faults, but what mends one that every Glance has: to see it green."""

from ossn_sandbox.faults import _seed


@_seed.fault(mends=True)
def owner_and_id_are_kept():
    """Changes of an image's owner and of its id are refused, and not done.

    Realistic: that is what a proxy before Glance can do meanwhile.
    """
    from glance.api.v2 import images
    import webob.exc
    controller = images.ImagesController
    sound = controller.update

    def update(self, req, image_id, changes):
        if {change['path'][0] for change in changes} & {'owner', 'image_id',
                                                        'id'}:
            raise webob.exc.HTTPForbidden('This attribute is read-only.')
        return sound(self, req, image_id, changes)
    controller.update = update
