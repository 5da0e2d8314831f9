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

"""What a project does with images, in any form of the API.

Each act is patient with faults that pass: it is sent again, and takes what
the first time did for its own work.
"""

import io
import json
import time

from tempest.lib import exceptions as lib_exc

from glance_ossn_tests.clients import account
from glance_ossn_tests.clients import errors
from glance_ossn_tests.clients import staging

# By this property of an image, whose value is the run's id, a cleanup tells
# what this package made.
RUN_PROPERTY = 'ossn_run'

# Seconds between attempts to delete what is in use.
CONFLICT_PAUSES = (.5, 1, 2, 4)


def run_tag(run):
    """Return the tag that marks images where properties are refused.

    :param run: the id of the run
    :returns: text
    """
    return '%s=%s' % (RUN_PROPERTY, run)


class ImageUser(staging.StagingUser):
    """A user of the part of the Image API that is about images.

    :ivar second_store: id of a store that is not the default one, if any
    """

    second_store = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._deactivated = set()

    def create_image(self, form, image_id, name, kind, label, data=None,
                     made=None, **properties):
        """Create an image, of a chosen id where the cloud lets it be chosen.

        :param form: :class:`glance_ossn_tests.clients.raw.Form`
        :param image_id: the id it shall have
        :param name: its name
        :param kind: its :class:`glance_ossn_tests.sharing.kinds.Kind`
        :param label: value of the property and tag of labelled images
        :param data: its bytes, None to leave it queued
        :param made: function of its id that is called once that is known,
            where the cloud chose it
        :param properties: further properties
        :returns: dict of the image
        """
        client = self.client(self._images, form)
        v1 = form.version.startswith('v1')
        further, tags = dict(kind.properties), []
        if kind.labelled:
            further['ossn_label'] = label
            tags += [label, 'ossn']
        if self.run and self.marked:
            further[RUN_PROPERTY] = self.run
        elif self.run and self.tagged:
            tags.append(run_tag(self.run))
        if self.chooses_ids:
            properties['id'] = image_id
        properties.update(disk_format=kind.disk_format,
                          container_format=kind.container_format)
        if not kind.unnamed:
            properties['name'] = name
        if kind.protected:
            properties['protected'] = True
        if v1:
            # Its further properties have a prefix, and it knows no tags.
            further = {key if key.startswith('min_') else 'property-' + key:
                       value for key, value in further.items()}
        else:
            if kind.hidden:
                properties['os_hidden'] = True
            if tags:
                properties['tags'] = tags
        image = self._create(client, image_id, data if v1 else None,
                             {**properties, **further})
        if str(image['id']) != image_id:
            image_id = str(image['id'])
            if made:
                made(image_id)
        if v1:
            return image
        if data is not None:
            self.upload(form, image_id, data, kind.stored)
        if kind.staged:
            self.stage(form, image_id, label.encode())
        if kind.deactivated:
            self.deactivate_image(form, image_id)
        return image

    @account.needs('add_image')
    def _create(self, client, image_id, data, properties):
        """Create an image, and see what it became where nobody says so."""
        if data is not None:
            properties['data'] = data
        try:
            done, image = self.unless_done(
                lib_exc.Conflict, client.create_image, **properties)
            if not self.chooses_ids and (done or not image.get('id')):
                raise errors.Nameless('an image was made, and its id did not '
                                      'come back')
        except errors.ERRORS as error:
            self.lost |= not (self.chooses_ids or errors.is_refusal(error))
            raise
        # The first time may have made one, too.
        self.lost |= self.connection.again and not self.chooses_ids
        if done:
            return self._made(client, image_id, data)
        if 'id' not in image or 'created_at' not in image:
            image = client.show_image(image.get('id', image_id))
        return image

    @staticmethod
    def _made(client, image_id, data):
        """Return the image, if it has its data."""
        image = client.show_image(image_id)
        if data is not None and image['status'] != 'active':
            raise errors.BrokeOff('the data of the image broke off; its '
                                  'status is %s' % image['status'])
        return image

    @account.needs('upload_image')
    def upload(self, form, image_id, data, second=False):
        """Give a queued image its data.

        :param form: :class:`glance_ossn_tests.clients.raw.Form`
        :param image_id: id of the image
        :param data: its bytes
        :param second: whether they go to the second store
        """
        client = self.client(self._images, form)
        if form.version.startswith('v1'):
            done, _ = self.unless_done(
                (lib_exc.Conflict, lib_exc.Forbidden), client.update_image,
                image_id, data)
        elif second:
            done, _ = self.unless_done(
                lib_exc.Conflict, client.put, 'images/%s/file' % image_id,
                data, {**client.get_headers(),
                       'Content-Type': 'application/octet-stream',
                       'x-image-meta-store': self.second_store})
        else:
            done, _ = self.unless_done(
                lib_exc.Conflict, client.store_image_file, image_id,
                io.BytesIO(data))
        if done:
            self._made(client, image_id, data)

    def read_share(self, form, image_id):
        """Look at an image that is shared, its members and its data.

        Clouds may refuse each of it to a member.

        :param form: :class:`glance_ossn_tests.clients.raw.Form` of v2
        :param image_id: id of the image
        """
        images = self.client(self._images, form)
        members = self.client(self._members, form)
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

    @account.needs('deactivate')
    def deactivate_image(self, form, image_id):
        """Let nobody download an image's data.

        :param form: :class:`glance_ossn_tests.clients.raw.Form` of v2
        :param image_id: id of the image
        """
        self._deactivated.add(image_id)
        self.client(self._images, form).deactivate_image(image_id)

    @account.needs('reactivate')
    def reactivate_image(self, form, image_id):
        """Let an image's data be downloaded again.

        :param form: :class:`glance_ossn_tests.clients.raw.Form` of v2
        :param image_id: id of the image
        """
        self.client(self._images, form).reactivate_image(image_id)
        self._deactivated.discard(image_id)

    @account.needs('modify_image')
    def add_tag(self, form, image_id, tag):
        """Tag an image.

        :param form: :class:`glance_ossn_tests.clients.raw.Form` of v2
        :param image_id: id of the image
        :param tag: the tag
        """
        self.client(self._images, form).add_image_tag(image_id, tag)

    @account.needs('modify_image')
    def remove_tag(self, form, image_id, tag):
        """Take a tag from an image.

        :param form: :class:`glance_ossn_tests.clients.raw.Form` of v2
        :param image_id: id of the image
        :param tag: the tag
        """
        self.unless_done(
            lib_exc.NotFound,
            self.client(self._images, form).delete_image_tag, image_id, tag)

    @account.needs('modify_image')
    def patch_image(self, form, image_id, name, value, op='replace'):
        """Change a property of an image.

        :param form: :class:`glance_ossn_tests.clients.raw.Form`
        :param image_id: id of the image
        :param name: name of the property
        :param value: its new value
        :param op: with v2 the operation of the JSON patch
        """
        client = self.client(self._images, form)
        if form.version.startswith('v1'):
            client.update_image(image_id, **{name: value})
        else:
            change = {op: '/' + name}
            if op != 'remove':
                change['value'] = value
            client.update_image(image_id, [change])

    @account.needs('modify_image')
    def add_properties(self, form, image_id, properties):
        """Give an image properties that it has not.

        :param form: :class:`glance_ossn_tests.clients.raw.Form` of v2
        :param image_id: id of the image
        :param properties: pairs of name and value
        """
        self.client(self._images, form).update_image(image_id, [
            {'add': '/' + name, 'value': value}
            for name, value in properties])

    @account.needs('modify_image')
    def patch_image_2_1(self, form, image_id, changes):
        """Change an image by a patch of v2.1, RFC 6902's.

        Tempest's client sends those of v2.0. Source: "HTTP PATCH media
        types" of the Image API,
        https://docs.openstack.org/glance/latest/user/glanceapi.html.

        :param form: :class:`glance_ossn_tests.clients.raw.Form` of v2
        :param image_id: id of the image
        :param changes: list of operations, dicts of op, path and value
        """
        client = self.client(self._images, form)
        client.patch('images/%s' % image_id, json.dumps(changes), {
            **client.get_headers(), 'Content-Type':
            'application/openstack-images-v2.1-json-patch'})

    def delete_image(self, form, image_id, kind=None):
        """Delete an image, or find that it is not there.

        :param form: :class:`glance_ossn_tests.clients.raw.Form`
        :param image_id: id of the image
        :param kind: its :class:`glance_ossn_tests.sharing.kinds.Kind`, if
            that may stand in the way
        :raises glance_ossn_tests.clients.errors.LeftBehind: naming the
            image, if it stays
        """
        kept = []
        for needed, lift in (
                (kind and kind.protected, lambda: self.patch_image(
                    form, image_id, 'protected', False)),
                # Glance leaves the data of a deactivated image behind.
                (image_id in self._deactivated or kind and kind.deactivated,
                 lambda: self._lift_deactivation(form, image_id))):
            try:
                if needed:
                    self._insist(lift)
            except errors.ERRORS as error:
                # The deletion may succeed all the same.
                kept.append(errors.reason(error))
        try:
            try:
                self._delete(form, image_id)
            except lib_exc.Forbidden:
                # Protected for a while, and nobody came to undo it.
                if not self._is_protected(form, image_id):
                    raise
                self._insist(self.patch_image, form, image_id, 'protected',
                             False)
                self._delete(form, image_id)
        except errors.ERRORS as error:
            why = '; '.join(dict.fromkeys(kept + [errors.reason(error)]))
            left = errors.LeftBehind(
                'The image %s of %s could not be deleted and stays: %s. '
                '"tempest ossn cleanup" tries again.' % (
                    image_id, self.who, why))
            left.why = why
            raise left from None
        if kept:
            error = errors.LeftBehind(
                'The image %s of %s was deleted, but perhaps not its data in '
                "Glance's store: %s" % (image_id, self.who,
                                        '; '.join(kept)))
            error.gone = True
            raise error

    def _lift_deactivation(self, form, image_id):
        """Reactivate an image, or find that there is nothing to lift."""
        try:
            self.reactivate_image(form, image_id)
        except lib_exc.Forbidden:
            if self.hashes(form, image_id).get('status') in (
                    None, 'deactivated'):
                raise

    @account.needs('delete_image')
    def _delete(self, form, image_id):
        self._insist(self.client(self._images, form).delete_image, image_id)

    def _is_protected(self, form, image_id):
        """Tell whether an image is, or may be, protected from its deletion."""
        try:
            image = self.client(self._images, form).show_image(image_id)
        except errors.ERRORS:
            return True
        # Some releases do not tell.
        return str(image.get('protected', True)).lower() == 'true'

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
        """Tell when an image was created.

        :param form: :class:`glance_ossn_tests.clients.raw.Form` of v1
        :param image_id: id of the image
        :returns: datetime, None if the image cannot be shown
        """
        try:
            image = self.client(self._images, form).show_image(image_id)
            return errors.moment(image['created_at'])
        except errors.ERRORS:
            return None

    def hashes(self, form, image_id):
        """Tell what an image's data are known by.

        :param form: :class:`glance_ossn_tests.clients.raw.Form`
        :param image_id: id of the image
        :returns: dict of the image, empty if it cannot be shown
        """
        try:
            return self.client(self._images, form).show_image(image_id)
        except errors.ERRORS:
            return {}

    def can_see(self, form, image_id):
        """Tell whether an image is visible by its id.

        :param form: :class:`glance_ossn_tests.clients.raw.Form`
        :param image_id: id of the image
        :returns: whether it is
        """
        try:
            self.client(self._images, form).show_image(image_id)
        except (lib_exc.NotFound, lib_exc.Forbidden):
            return False
        return True
