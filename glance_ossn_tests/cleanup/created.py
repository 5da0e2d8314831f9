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

import contextlib
import functools

from oslo_log import log as logging
from tempest.lib import exceptions as lib_exc

from glance_ossn_tests.cleanup import leftovers
from glance_ossn_tests.clients import errors
from glance_ossn_tests.survey import work

LOG = logging.getLogger(__name__)

# Of images that stay for one reason: as many are named.
NAMED = 3


class _Text(str):
    """What says that an image stays, and the reason alone."""

    why = ''
    # Whether of the image itself nothing stays.
    gone = False


class CreatedImages:
    """The images that a run made, to be deleted at its end.

    :param parties: list of :class:`glance_ossn_tests.accounts.party.Party`
    :param workers: how many images to delete at a time
    :param remover: function that makes an admin's
        :class:`glance_ossn_tests.accounts.party.Party`, who deletes what
        the others may not; None if there is none
    """

    def __init__(self, parties=(), workers=1, remover=None):
        self.parties = list(parties)
        self.workers = workers
        self._remover = remover
        self._images = {}
        self._others = []

    @functools.cached_property
    def remover(self):
        """The admin who deletes what others may not, None without one."""
        admin = self._remover and self._remover()
        if admin and admin not in self.parties:
            # As persistent as they are, from the next removal on.
            self.parties.append(admin)
        return admin

    def add(self, delete, form, image_id, kind=None):
        """Register a cleanup for an image, before it is made.

        Cleanups of one image run last-in, first-out.

        :param delete: function of the further arguments
        :param form: :class:`glance_ossn_tests.clients.raw.Form`
        :param image_id: id of the image
        :param kind: its :class:`glance_ossn_tests.sharing.kinds.Kind`
        """
        self._images.setdefault(image_id, []).append((delete, form, kind))

    def defer(self, what, remove):
        """Register the removal of what is no image, before it is made.

        :param what: what to call it
        :param remove: function of its id
        :returns: function to be told the id when it is known; or, where it
            was perhaps made all the same, a function that looks for it and
            returns a list of ids
        """
        known = []
        self._others.append((what, remove, known))
        return known.append

    def _remove_others(self):
        """Remove what is no image.

        :returns: list of texts that say what stays
        """
        stays = []
        while self._others:
            what, remove, known = self._others.pop()
            for uid in self._found(what, known, stays):
                try:
                    remove(uid)
                except lib_exc.NotFound:
                    pass
                except Exception as error:
                    stays.append('%s (%s) stays: %s' % (
                        what, uid, errors.brief(error)))
        return stays

    @staticmethod
    def _found(what, known, stays):
        """Look for what was perhaps made.

        :returns: set of ids, with those that were known
        """
        uids = set()
        for each in known:
            try:
                uids.update(each() if callable(each) else [each])
            except Exception as error:
                stays.append('%s perhaps stays, as it could not be looked '
                             'for: %s' % (what, errors.brief(error)))
        return uids

    def _find_lost(self):
        """Look for what was made and has no known id.

        :returns: list of texts that say what could not be found out
        """
        problems = []
        for party in [each for each in self.parties if each.lost]:
            party.lost = False
            try:
                for left in leftovers.find_images(party, run=party.run):
                    self._images.setdefault(left.uid, []).append((
                        lambda form, image_id, kind, left=left: left.remove(),
                        left.form, None))
            except leftovers.FAILURES as error:
                problems.append(
                    'Whether an image of %s is left, of which no id came '
                    'back, could not be found out: %s' % (
                        party.who, errors.reason(error)))
            except errors.CannotLook as error:
                problems.append(errors.brief(error))
        return problems

    def remove(self):
        """Delete all, whatever one of them meets.

        :raises glance_ossn_tests.clients.errors.LeftBehind: naming what
            stays, a line for each reason
        """
        reasons = {}
        with work.phase('cleanup', self.parties, 'images',
                        len(self._images)), self._persistence():
            for text in self._find_lost() + self._remove_others():
                reasons[text] = [('', text)]
            for image_id, texts in work.in_parallel(
                    self.workers, self._remove,
                    list(reversed(list(self._images))), 'images'):
                # Told once, whatever came of it.
                self._images.pop(image_id)
                for text in texts:
                    reasons.setdefault(errors.without_ids(text), []).append(
                        (image_id, text))
        if reasons:
            raise errors.LeftBehind('\n'.join(
                self._tell(same) for same in reasons.values()))

    def remove_one(self, image_id):
        """Delete one image now.

        :param image_id: its id
        :raises glance_ossn_tests.clients.errors.LeftBehind: if it stays
        """
        with self._persistence():
            _, texts = self._remove(image_id)
        self._images.pop(image_id)
        if texts:
            left = errors.LeftBehind(' '.join(texts))
            left.why = '; '.join(filter(None, (each.why for each in texts)))
            raise left

    @contextlib.contextmanager
    def _persistence(self):
        with contextlib.ExitStack() as stack:
            for party in self.parties:
                stack.enter_context(party.connection.persistence())
            yield

    @staticmethod
    def _tell(same):
        """One line for what stays for one reason."""
        if len(same) == 1:
            return same[0][1]
        ids = [image_id for image_id, _ in same]
        return '%d images: %s (%s%s)' % (
            len(same), errors.without_ids(same[0][1]),
            ', '.join(ids[:NAMED]), ' ...' if len(ids) > NAMED else '')

    def _remove(self, image_id):
        """Delete an image in all ways.

        :returns: its id, and what says that something of it stays
        """
        stays = []
        for delete, form, kind in reversed(self._images[image_id]):
            try:
                delete(form, image_id, kind)
            except Exception as error:
                if not getattr(error, 'gone', False) and (
                        self._remove_as_admin(form, image_id, kind)):
                    return image_id, []
                stays.append(_Text(errors.brief(error).removeprefix(
                    errors.LeftBehind.message + ' Details: ')))
                stays[-1].why = getattr(error, 'why', '')
                stays[-1].gone = getattr(error, 'gone', False)
        if stays and not any(self._owns(delete, form, image_id)
                             for delete, form, _ in self._images[image_id]):
            # Another of those who may own it has deleted it.
            stays = [text for text in stays if text.gone]
        return image_id, stays

    @staticmethod
    def _owns(delete, form, image_id):
        """Tell whether who was to delete an image may still have it."""
        party = getattr(delete, '__self__', None)
        try:
            return party is None or party.can_see(form, image_id)
        except Exception:
            return True

    def _remove_as_admin(self, form, image_id, kind):
        """Have the admin delete what others may not.

        :returns: whether it is gone
        """
        try:
            if not self.remover:
                return False
            self.remover.delete_image(form, image_id, kind)
        except Exception as error:
            LOG.warning('Nor could the admin delete image %s: %s', image_id,
                        errors.brief(error))
            return getattr(error, 'gone', False)
        return True
