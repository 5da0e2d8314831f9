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

"""Data that come to an image by way of a staging area."""

import io
import time

from tempest.lib import exceptions as lib_exc

from glance_ossn_tests.clients import account
from glance_ossn_tests.clients import errors

# Seconds that an import may take, and between two looks at it.
IMPORT_TIMEOUT = 20
IMPORT_PAUSE = .2


class StagingUser(account.Account):
    """A user of the part of the Image API that stages and imports.

    :ivar import_timeout: seconds that an import may take
    """

    import_timeout = IMPORT_TIMEOUT

    def import_image(self, form, image_id, data):
        """Stage the data of a queued image and have it imported.

        :param form: :class:`glance_ossn_tests.clients.raw.Form` of v2.6
        :param image_id: id of the image
        :param data: its bytes
        :raises glance_ossn_tests.clients.errors.NeverDone: if the image is
            not active in time
        """
        client = self.client(self._images, form)
        try:
            self._order_import(client, image_id, data)
        except lib_exc.ServerRestClientException as error:
            # Of imports alone that is an answer: many clouds offer some that
            # their stores do not serve.
            raise errors.NeverDone('the cloud offers imports, and fails: %s'
                                   % errors.reason(error)) from None
        end = time.monotonic() + self.import_timeout
        while True:
            status = client.show_image(image_id)['status']
            if status == 'active':
                return
            if time.monotonic() > end:
                raise errors.NeverDone(
                    'the cloud takes imports, and the image is still %s '
                    'after %g seconds ([glance_ossn] import_timeout)'
                    % (status, self.import_timeout))
            time.sleep(IMPORT_PAUSE)

    def stage(self, form, image_id, data):
        """Leave a queued image with its data on their way.

        :param form: :class:`glance_ossn_tests.clients.raw.Form` of v2.6
        :param image_id: id of the image
        :param data: its bytes
        :raises glance_ossn_tests.clients.errors.NeverDone: if the cloud
            offers it, and fails
        """
        client = self.client(self._images, form)
        try:
            self.unless_done(lib_exc.Conflict, client.stage_image_file,
                             image_id, io.BytesIO(data))
        except lib_exc.ServerRestClientException as error:
            raise errors.NeverDone(
                'the cloud offers to stage data, and fails: %s'
                % errors.reason(error)) from None

    def _order_import(self, client, image_id, data):
        """Stage data, and order what is staged to be imported."""
        self.unless_done(lib_exc.Conflict, client.stage_image_file,
                         image_id, io.BytesIO(data))
        self.unless_done(lib_exc.Conflict, client.image_import, image_id,
                         'glance-direct')
