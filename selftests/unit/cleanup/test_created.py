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

"""The images of a run go, and what stays is named."""

from oslotest import base

from glance_ossn_tests.cleanup import created
from glance_ossn_tests.clients import errors


class TestCreatedImages(base.BaseTestCase):

    def test_all_are_tried_and_what_stays_is_named(self):
        tried = []

        def delete(form, image_id, kind):
            tried.append((form, image_id))
            if image_id in ('bad', 'worse'):
                raise errors.LeftBehind('%s stays' % image_id)
        for workers in (1, 4):
            images = created.CreatedImages(workers=workers)
            for image_id in ('good', 'bad', 'better', 'worse', 'best'):
                images.add(delete, 'v2', image_id)
            error = self.assertRaises(errors.LeftBehind, images.remove)
            self.assertIn('worse stays\nbad stays', str(error))
        self.assertEqual(10, len(tried))

    def test_two_ways_to_delete_an_image_come_one_by_one(self):
        ways = []
        images = created.CreatedImages(workers=4)
        for way in ('consumer', 'producer'):
            images.add(lambda *args, way=way: ways.append(way), 'v2', 'id')
        images.remove()
        self.assertEqual(['producer', 'consumer'], ways)
