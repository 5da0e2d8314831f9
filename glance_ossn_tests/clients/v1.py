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

"""Image API v1, which Tempest dropped in 36.0.0 and clouds may still have.

Source: Image API v1 reference,
https://docs.openstack.org/api-ref/image/v1/index.html
"""

import json

from tempest.lib.common import rest_client

from glance_ossn_tests.clients import raw


class ImagesV1Client(raw.AnyFormClient):
    """Images of the v1 API, whose properties travel as headers."""

    def _meta(self, properties):
        headers = self.get_headers()
        # The one content type that v1 takes for an image's data.
        headers['Content-Type'] = 'application/octet-stream'
        headers.update(('x-image-meta-%s' % name, str(value))
                       for name, value in properties.items())
        return headers

    def create_image(self, data=None, **properties):
        """Create an image.

        :param data: bytes of the image; None leaves it queued
        :param properties: properties of the image
        :returns: dict of the image
        :raises tempest.lib.exceptions.RestClientException: if refused
        """
        headers = self._meta(properties)
        response, body = self.post('images', data, headers=headers)
        self.expected_success(201, response.status)
        return rest_client.ResponseBody(response, json.loads(body)['image'])

    def show_image(self, image_id):
        """Return the image's properties.

        :param image_id: id of the image
        :returns: dict of the x-image-meta-* headers by their short names
        :raises tempest.lib.exceptions.NotFound: if it is not visible
        """
        response, _ = self.head('images/%s' % image_id)
        self.expected_success(200, response.status)
        prefix = 'x-image-meta-'
        return rest_client.ResponseBody(
            response, {name[len(prefix):]: value
                       for name, value in response.items()
                       if name.startswith(prefix)})

    def update_image(self, image_id, data=None, **properties):
        """Change an image, or give it its data.

        :param image_id: id of the image
        :param data: bytes of the image, None for no change
        :param properties: properties to change
        :raises tempest.lib.exceptions.RestClientException: if refused
        """
        headers = self._meta(properties)
        # What is not named stays.
        headers['x-glance-registry-purge-props'] = 'false'
        response, _ = self.put('images/%s' % image_id, data, headers=headers)
        self.expected_success(200, response.status)

    def delete_image(self, image_id):
        """Delete an image.

        :param image_id: id of the image
        :raises tempest.lib.exceptions.NotFound: if it is not there
        """
        response, _ = self.delete('images/%s' % image_id)
        self.expected_success(200, response.status)


class ImageMembersV1Client(raw.AnyFormClient):
    """Members of the v1 API, which knows no membership status."""

    def create_image_member(self, image_id, member_id, **member):
        """Share an image.

        :param image_id: id of the image
        :param member_id: id of the consumer project
        :param member: can_share, whether the consumer may share it
            further, and what else shall be sent
        :raises tempest.lib.exceptions.RestClientException: if refused
        """
        # With a body: without one, Glance answers 204 to sharing again
        # after a removal and does nothing (Mitaka to Queens).
        body = json.dumps({'member': dict({'can_share': False}, **member)})
        response, _ = self.put('images/%s/members/%s' % (image_id, member_id),
                               body)
        self.expected_success(204, response.status)

    def replace_image_members(self, image_id, member_ids):
        """Share an image with these projects and no others.

        :param image_id: id of the image
        :param member_ids: ids of the consumer projects
        :raises tempest.lib.exceptions.RestClientException: if refused
        """
        body = json.dumps({'memberships': [
            {'member_id': member, 'can_share': False}
            for member in member_ids]})
        response, _ = self.put('images/%s/members' % image_id, body)
        self.expected_success(204, response.status)

    def delete_image_member(self, image_id, member_id):
        """Share an image no longer.

        :param image_id: id of the image
        :param member_id: id of the consumer project
        :raises tempest.lib.exceptions.NotFound: if there is no such member
        """
        response, _ = self.delete('images/%s/members/%s'
                                  % (image_id, member_id))
        self.expected_success(204, response.status)

    def list_image_members(self, image_id):
        """Tell whom an image is shared with.

        :param image_id: id of the image
        :returns: dict with the list ``members``
        :raises tempest.lib.exceptions.NotFound: if it is not visible
        """
        response, body = self.get('images/%s/members' % image_id)
        self.expected_success(200, response.status)
        return rest_client.ResponseBody(response, json.loads(body))
