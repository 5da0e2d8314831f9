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

"""The images that a run made, and how they go."""

from glance_ossn_tests.clients import errors
from glance_ossn_tests.survey import work


class CreatedImages:
    """The images that a run made, to be deleted at its end.

    :param parties: list of :class:`glance_ossn_tests.accounts.party.Party`
    :param workers: how many images to delete at a time
    """

    def __init__(self, parties=(), workers=1):
        self.parties = list(parties)
        self.workers = workers
        self._images = {}

    def add(self, delete, form, image_id, kind=None):
        """Register a cleanup for an image, before it is made.

        Cleanups of one image run last-in, first-out.

        :param delete: function of the further arguments
        :param form: :class:`glance_ossn_tests.clients.raw.Form`
        :param image_id: id of the image
        :param kind: its :class:`glance_ossn_tests.sharing.kinds.Kind`
        """
        self._images.setdefault(image_id, []).append((delete, form, kind))

    def remove(self):
        """Delete all, whatever one of them meets.

        :raises glance_ossn_tests.clients.errors.LeftBehind: naming what
            stays
        """
        with work.phase('cleanup', self.parties):
            stays = [text for texts in work.in_parallel(
                self.workers, self._remove, reversed(list(self._images)))
                for text in texts]
        if stays:
            raise errors.LeftBehind('\n'.join(stays))

    def _remove(self, image_id):
        stays = []
        for delete, form, kind in reversed(self._images[image_id]):
            try:
                delete(form, image_id, kind)
            except Exception as error:
                stays.append(errors.brief(error).removeprefix(
                    errors.LeftBehind.message + ' Details: '))
        return stays
