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

"""What a project does with images and their members, in any form of the API.

Each act is patient with faults that pass: it is sent again, and takes what
the first time did for its own work.
"""

import copy
import functools
import io
import time

from tempest.lib import exceptions as lib_exc

from glance_ossn_tests.clients import connection
from glance_ossn_tests.clients import errors

# By this property of an image, whose value is the run's id, a cleanup tells
# what this package made.
RUN_PROPERTY = 'ossn_run'

# Seconds between attempts to delete what is in use.
CONFLICT_PAUSES = (.5, 1, 2, 4)

# Seconds that an import may take.
IMPORT_TIMEOUT = 60


def _tells_roles(act):
    """Have a refusal say which roles of a party were not enough."""
    @functools.wraps(act)
    def wrapper(self, *args, **kwargs):
        try:
            return act(self, *args, **kwargs)
        except lib_exc.Forbidden as error:
            raise lib_exc.Forbidden(
                '%s; %s has the roles %s: by default it takes "member" to '
                'create and share images' % (
                    errors.brief(error), self.who,
                    ', '.join(self.roles) or 'none')
            ) from None
    return wrapper


class ImageUser:
    """A user of the Image API.

    :param manager: Tempest's client manager with its credentials
    :param policy: :class:`glance_ossn_tests.clients.connection.Policy`
    :param run: the id of the run, which its images bear
    """

    def __init__(self, manager, policy=connection.Policy(), run=None):
        self.run = run
        self.auth_provider = manager.auth_provider
        self.raw = manager.glance_ossn.RawImageClient()
        self._images = {'v1': manager.glance_ossn.ImagesV1Client(),
                        'v2': manager.image_client_v2}
        self._members = {'v1': manager.glance_ossn.ImageMembersV1Client(),
                         'v2': manager.image_member_client_v2}
        self._deactivated = set()
        self.connection = connection.Connection(manager.auth_provider,
                                                policy)
        for client in (self.raw, *self._images.values(),
                       *self._members.values()):
            self.connection.connect(client)

    @property
    def requests(self):
        """How many requests it sent."""
        return self.connection.requests

    def _unless_done(self, refusal, act, *args, **kwargs):
        """Do what may be refused, sent again, as the first time did it.

        :param refusal: class of the exception that then comes
        :param act: function, called with the further arguments
        :returns: whether that happened, and what the function returned
        """
        try:
            return False, act(*args, **kwargs)
        except refusal:
            if not self.connection.again:
                raise
            return True, None

    def _client(self, clients, form):
        # One of its own, as other threads may use other forms.
        api = form.version.partition('.')[0]
        client = copy.copy(clients[api])
        if api == 'v1':
            client.form = form
        else:
            client.api_version = form.version
        return client

    @_tells_roles
    def create_image(self, form, image_id, name, kind, label, data=None,
                     **properties):
        """Create an image of a chosen id.

        :param form: :class:`glance_ossn_tests.clients.raw.Form`
        :param image_id: the id it shall have
        :param name: its name
        :param kind: its :class:`glance_ossn_tests.sharing.kinds.Kind`
        :param label: value of the property and tag of labelled images
        :param data: its bytes, None to leave it queued
        :param properties: further properties
        :returns: dict of the image
        """
        client = self._client(self._images, form)
        properties.update(id=image_id, disk_format=kind.disk_format,
                          container_format=kind.container_format)
        if not kind.unnamed:
            properties['name'] = name
        if kind.protected:
            properties['protected'] = True
        if form.version.startswith('v1'):
            if self.run:
                properties['property-' + RUN_PROPERTY] = self.run
            if kind.labelled:
                properties['property-ossn_label'] = label
            properties.update(
                (key if key.startswith('min_') else 'property-' + key, value)
                for key, value in kind.properties)
            done, image = self._unless_done(
                lib_exc.Conflict, client.create_image, data, **properties)
            return self._made(client, image_id, data) if done else image
        if self.run:
            properties[RUN_PROPERTY] = self.run
        properties.update(kind.properties)
        if kind.labelled:
            properties.update(ossn_label=label, tags=[label, 'ossn'])
        if kind.hidden:
            properties['os_hidden'] = True
        done, image = self._unless_done(
            lib_exc.Conflict, client.create_image, **properties)
        if done:
            image = client.show_image(image_id)
        if data is not None:
            self.upload(form, image_id, data)
        if kind.deactivated:
            self.deactivate_image(form, image_id)
        return image

    @staticmethod
    def _made(client, image_id, data):
        """The image, if it has its data."""
        image = client.show_image(image_id)
        if data is not None and image['status'] != 'active':
            raise errors.BrokeOff('the data of the image broke off; its '
                                  'status is %s' % image['status'])
        return image

    def upload(self, form, image_id, data):
        """Give a queued image its data.

        :param form: :class:`glance_ossn_tests.clients.raw.Form`
        :param image_id: id of the image
        :param data: its bytes
        """
        client = self._client(self._images, form)
        if form.version.startswith('v1'):
            done, _ = self._unless_done(
                (lib_exc.Conflict, lib_exc.Forbidden), client.update_image,
                image_id, data)
        else:
            done, _ = self._unless_done(
                lib_exc.Conflict, client.store_image_file, image_id,
                io.BytesIO(data))
        if done:
            self._made(client, image_id, data)

    def import_image(self, form, image_id, data):
        """Stage the data of a queued image and have it imported.

        :param form: :class:`glance_ossn_tests.clients.raw.Form` of v2.6
        :param image_id: id of the image
        :param data: its bytes
        :raises ValueError: if the image is not active in time
        """
        client = self._client(self._images, form)
        self._unless_done(lib_exc.Conflict, client.stage_image_file,
                          image_id, io.BytesIO(data))
        self._unless_done(lib_exc.Conflict, client.image_import, image_id,
                          'glance-direct')
        end = time.monotonic() + IMPORT_TIMEOUT
        while True:
            status = client.show_image(image_id)['status']
            if status == 'active':
                return
            if time.monotonic() > end:
                raise ValueError('it is still %s after %d seconds'
                                 % (status, IMPORT_TIMEOUT))
            time.sleep(.2)

    def read_share(self, form, image_id):
        """Look at an image that is shared, its members and its data.

        Clouds may refuse each of it to a member.

        :param form: :class:`glance_ossn_tests.clients.raw.Form` of v2
        :param image_id: id of the image
        """
        images = self._client(self._images, form)
        members = self._client(self._members, form)
        for read in (images.show_image, images.show_image_file,
                     members.list_image_members):
            self._if_allowed(read, image_id)
        self._if_allowed(members.show_image_member, image_id,
                         self.project_id)

    @staticmethod
    def _if_allowed(read, *args):
        try:
            read(*args)
        except (lib_exc.Forbidden, lib_exc.NotFound):
            pass

    def deactivate_image(self, form, image_id):
        """Let nobody download an image's data.

        :param form: :class:`glance_ossn_tests.clients.raw.Form` of v2
        :param image_id: id of the image
        """
        self._deactivated.add(image_id)
        self._client(self._images, form).deactivate_image(image_id)

    def reactivate_image(self, form, image_id):
        """Let an image's data be downloaded again.

        :param form: :class:`glance_ossn_tests.clients.raw.Form` of v2
        :param image_id: id of the image
        """
        self._client(self._images, form).reactivate_image(image_id)
        self._deactivated.discard(image_id)

    def add_tag(self, form, image_id, tag):
        """Tag an image.

        :param form: :class:`glance_ossn_tests.clients.raw.Form` of v2
        :param image_id: id of the image
        :param tag: the tag
        """
        self._client(self._images, form).add_image_tag(image_id, tag)

    def remove_tag(self, form, image_id, tag):
        """Take a tag from an image.

        :param form: :class:`glance_ossn_tests.clients.raw.Form` of v2
        :param image_id: id of the image
        :param tag: the tag
        """
        self._unless_done(
            lib_exc.NotFound,
            self._client(self._images, form).delete_image_tag, image_id, tag)

    def patch_image(self, form, image_id, name, value, op='replace'):
        """Change a property of an image.

        :param form: :class:`glance_ossn_tests.clients.raw.Form`
        :param image_id: id of the image
        :param name: name of the property
        :param value: its new value
        :param op: with v2 the operation of the JSON patch
        """
        client = self._client(self._images, form)
        if form.version.startswith('v1'):
            client.update_image(image_id, **{name: value})
        else:
            change = {op: '/' + name}
            if op != 'remove':
                change['value'] = value
            client.update_image(image_id, [change])

    def delete_image(self, form, image_id, kind=None):
        """Delete an image, or find that it is not there.

        :param form: :class:`glance_ossn_tests.clients.raw.Form`
        :param image_id: id of the image
        :param kind: its :class:`glance_ossn_tests.sharing.kinds.Kind`, if
            that may stand in the way
        :raises glance_ossn_tests.clients.errors.LeftBehind: naming the
            image, if it stays
        """
        client = self._client(self._images, form)
        kept = []
        for needed, lift in (
                (kind and kind.protected, lambda: self.patch_image(
                    form, image_id, 'protected', False)),
                # Glance leaves the data of a deactivated image behind.
                (image_id in self._deactivated or kind and kind.deactivated,
                 lambda: self.reactivate_image(form, image_id))):
            try:
                if needed:
                    self._insist(lift)
            except errors.ERRORS as error:
                # The deletion may succeed all the same.
                kept.append(errors.brief(error))
        try:
            try:
                self._insist(client.delete_image, image_id)
            except lib_exc.Forbidden:
                # Protected for a while, and nobody came to undo it.
                self._insist(self.patch_image, form, image_id, 'protected',
                             False)
                self._insist(client.delete_image, image_id)
        except errors.ERRORS as error:
            raise errors.LeftBehind(
                'The image %s of %s could not be deleted and stays: %s. '
                '"tempest ossn cleanup" tries again.' % (
                    image_id, self.who,
                    '; '.join(dict.fromkeys(kept + [errors.brief(error)]))))
        if kept:
            raise errors.LeftBehind(
                'The image %s of %s was deleted, but perhaps not its data in '
                "Glance's store: %s" % (image_id, self.who,
                                        '; '.join(kept)))

    @staticmethod
    def _insist(act, *args):
        """Do what may be done already, or be possible in a moment only.

        The client itself is patient with faults of the service.
        """
        for pause in (*CONFLICT_PAUSES, None):
            try:
                act(*args)
                return
            except lib_exc.NotFound:
                return
            except lib_exc.Conflict:
                if pause is None:
                    raise
                time.sleep(pause)

    def creation_date(self, form, image_id):
        """When an image was created.

        :param form: :class:`glance_ossn_tests.clients.raw.Form` of v1
        :param image_id: id of the image
        :returns: datetime, None if the image cannot be shown
        """
        try:
            image = self._client(self._images, form).show_image(image_id)
            return errors.moment(image['created_at'])
        except errors.ERRORS:
            return None

    def can_see(self, form, image_id):
        """Whether an image is visible by its id.

        :param form: :class:`glance_ossn_tests.clients.raw.Form`
        :param image_id: id of the image
        :returns: whether it is
        """
        try:
            self._client(self._images, form).show_image(image_id)
        except (lib_exc.NotFound, lib_exc.Forbidden):
            return False
        return True

    def add_member(self, form, image_id, project_id, **forged):
        """Share an image.

        :param form: :class:`glance_ossn_tests.clients.raw.Form`
        :param image_id: id of the image
        :param project_id: id of the consumer project
        :param forged: what has no place in the request
        """
        client = self._client(self._members, form)
        if form.version.startswith('v1'):
            client.create_image_member(image_id, project_id, **forged)
        else:
            self._unless_done(lib_exc.Conflict, client.create_image_member,
                              image_id, member=project_id, **forged)

    def replace_members(self, form, image_id, project_ids):
        """Share an image with these projects and no others.

        :param form: :class:`glance_ossn_tests.clients.raw.Form` of v1
        :param image_id: id of the image
        :param project_ids: ids of the consumer projects
        """
        self._client(self._members, form).replace_image_members(image_id,
                                                                project_ids)

    def remove_member(self, form, image_id, project_id):
        """Share an image no longer.

        :param form: :class:`glance_ossn_tests.clients.raw.Form`
        :param image_id: id of the image
        :param project_id: id of the consumer project
        """
        client = self._client(self._members, form)
        self._unless_done(lib_exc.NotFound, client.delete_image_member,
                          image_id, project_id)

    def list_members(self, form, image_id):
        """Whom an image is shared with.

        :param form: :class:`glance_ossn_tests.clients.raw.Form`
        :param image_id: id of the image
        :returns: list of dicts with ``member_id`` and, since v2.1,
            ``status``
        """
        client = self._client(self._members, form)
        return client.list_image_members(image_id)['members']

    def answer_share(self, form, image_id, project_id, status):
        """Set the membership status of an image that is shared.

        :param form: :class:`glance_ossn_tests.clients.raw.Form` of v2
        :param image_id: id of the image
        :param project_id: id of the project whose membership it is
        :param status: 'pending', 'accepted' or 'rejected'
        """
        self._client(self._members, form).update_image_member(
            image_id, project_id, status=status)
