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

"""What a project does with the members of images, in any form of the API."""

from tempest.lib import exceptions as lib_exc

from glance_ossn_tests.clients import account


class MemberUser(account.Account):
    """A user of the part of the Image API that is about members."""

    @account.needs('add_member')
    def add_member(self, form, image_id, project_id, **forged):
        """Share an image.

        :param form: :class:`glance_ossn_tests.clients.raw.Form`
        :param image_id: id of the image
        :param project_id: id of the consumer project
        :param forged: what has no place in the request
        """
        client = self.client(self._members, form)
        if form.version.startswith('v1'):
            self.unless_done((), client.create_image_member, image_id,
                             project_id, **forged)
        else:
            self.unless_done(lib_exc.Conflict, client.create_image_member,
                             image_id, member=project_id, **forged)

    @account.needs('add_member')
    def replace_members(self, form, image_id, project_ids):
        """Share an image with these projects and no others.

        :param form: :class:`glance_ossn_tests.clients.raw.Form` of v1
        :param image_id: id of the image
        :param project_ids: ids of the consumer projects
        """
        self.client(self._members, form).replace_image_members(image_id,
                                                               project_ids)

    @account.needs('delete_member')
    def remove_member(self, form, image_id, project_id):
        """Share an image no longer.

        :param form: :class:`glance_ossn_tests.clients.raw.Form`
        :param image_id: id of the image
        :param project_id: id of the consumer project
        """
        client = self.client(self._members, form)
        self.unless_done(lib_exc.NotFound, client.delete_image_member,
                         image_id, project_id)

    @account.needs('get_members')
    def list_members(self, form, image_id):
        """Tell whom an image is shared with.

        :param form: :class:`glance_ossn_tests.clients.raw.Form`
        :param image_id: id of the image
        :returns: list of dicts with ``member_id`` and, since v2.1,
            ``status``
        """
        client = self.client(self._members, form)
        return client.list_image_members(image_id)['members']

    @account.needs('modify_member')
    def answer_share(self, form, image_id, project_id, status):
        """Set the membership status of an image that is shared.

        :param form: :class:`glance_ossn_tests.clients.raw.Form` of v2
        :param image_id: id of the image
        :param project_id: id of the project whose membership it is
        :param status: 'pending', 'accepted' or 'rejected'
        """
        client = self.client(self._members, form)
        self.unless_done((), client.update_image_member, image_id,
                         project_id, status=status)
