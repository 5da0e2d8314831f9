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

import types
from unittest import mock

from oslotest import base
from tempest.lib import exceptions as lib_exc

from glance_ossn_tests.cleanup import created
from glance_ossn_tests.clients import errors
from selftests.unit.survey import base as scenes


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
            # Told once.
            images.remove()
        self.assertEqual(10, len(tried))

    def test_two_ways_to_delete_an_image_come_one_by_one(self):
        ways = []
        images = created.CreatedImages(workers=4)
        for way in ('consumer', 'producer'):
            images.add(lambda *args, way=way: ways.append(way), 'v2', 'id')
        images.remove()
        self.assertEqual(['producer', 'consumer'], ways)

    def test_whoever_has_it_deletes_it(self):
        """An image that may have another owner stays only if one sees it."""
        for seen, stays in ((False, []), (True, ['no'])):
            subject = created.CreatedImages()
            owner, other = mock.Mock(), mock.Mock()
            owner.delete_image = types.MethodType(
                mock.Mock(side_effect=ValueError('no')), owner)
            owner.can_see.return_value = seen
            other.delete_image = types.MethodType(mock.Mock(), other)
            other.can_see.return_value = False
            subject.add(other.delete_image, None, 'image-1')
            subject.add(owner.delete_image, None, 'image-1')
            self.assertEqual(('image-1', stays),
                             subject._remove('image-1'))

    def test_one_line_for_one_reason(self):
        ids = ['0a1b2c3d-0000-4111-8222-33334444%04d' % n for n in range(9)]

        def delete(form, image_id, kind):
            raise errors.LeftBehind('The image %s stays: %s' % (
                image_id, '409' if image_id == ids[8] else '403'))
        images = created.CreatedImages()
        for image_id in ids:
            images.add(delete, 'v2', image_id)
        error = self.assertRaises(errors.LeftBehind, images.remove)
        self.assertEqual(
            ['The image %s stays: 409' % ids[8],
             '8 images: The image ID stays: 403 (%s, %s, %s ...)' % (
                 ids[7], ids[6], ids[5])],
            str(error).partition('Details: ')[2].splitlines())

    def test_one_is_removed_now(self):
        deleted = []
        images = created.CreatedImages()
        for image_id in ('first', 'second'):
            images.add(lambda form, uid, kind: deleted.append(uid), 'v2',
                       image_id)
        images.remove_one('first')
        self.assertEqual(['first'], deleted)
        images.remove()
        self.assertEqual(['first', 'second'], deleted)

    def test_it_is_persistent(self):
        seen = []
        party, admin = scenes.FakeParty('P'), scenes.FakeParty('A')
        images = created.CreatedImages([party], remover=lambda: admin)

        def persistent():
            return [each.connection._persistent for each in (party, admin)]
        for remove in (lambda: images.remove_one('id'), images.remove):
            images.add(lambda *args: seen.append(persistent()), 'v2', 'id')
            remove()
            self.assertEqual([False, False], persistent())
            # When it is known that there is one.
            self.assertIs(admin, images.remover)
        self.assertEqual([[True, False], [True, True]], seen)


class TestRemover(base.BaseTestCase):

    def remove(self, remover, *errors_):
        """Remove an image for each of these errors."""
        def delete(form, image_id, kind):
            raise errors_[int(image_id)]
        images = created.CreatedImages(remover=remover)
        for number in range(len(errors_)):
            images.add(delete, 'v2', str(number))
        try:
            images.remove()
        except errors.LeftBehind as error:
            return str(error)

    def test_it_deletes_what_others_may_not(self):
        remover = scenes.FakeParty('A')
        self.assertIsNone(self.remove(
            lambda: remover, errors.LeftBehind('403'), ValueError('odd')))
        self.assertEqual(['1', '0'], remover.deleted)

    def test_what_is_gone_needs_none(self):
        gone = errors.LeftBehind('perhaps its data')
        gone.gone = True
        remover = scenes.FakeParty('A')
        self.assertIn('perhaps its data', self.remove(lambda: remover, gone))
        self.assertEqual([], remover.deleted)

    def test_what_it_meets_ends_nothing(self):
        def no_admin():
            raise lib_exc.InvalidCredentials('wrong password')
        stays = [errors.LeftBehind('first stays'),
                 errors.LeftBehind('second stays')]
        for remover in (no_admin, None, *(
                (lambda error=error: scenes.FakeParty('A', {'delete': error}))
                for error in (errors.LeftBehind('403'), KeyError('odd')))):
            text = self.remove(remover, *stays)
            self.assertIn('second stays\nfirst stays', text)
