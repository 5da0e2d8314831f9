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

"""What a set-up that failed says of what it left."""

from oslotest import base

from glance_ossn_tests.report import failure


class TestLeft(base.BaseTestCase):

    def test_what_is_told_is_read(self):
        for stays, read in (([], []), (['the image x stays'],
                                       ['the image x stays']),
                            (['one.', 'another.'], ['one.; another'])):
            text = failure.tell_left('No role. Name one.', stays)
            self.assertEqual(read, failure.read_left(text))
            self.assertEqual('No role. Name one.', failure.strip_left(text))
            # As Tempest and testtools hand it on.
            self.assertEqual(read, failure.read_left(
                'Traceback\n  %s\n' % text))

    def test_several_lines(self):
        text = failure.tell_left('why', ['3 images: 403\n2 images: 409'])
        self.assertEqual(['3 images: 403\n2 images: 409'],
                         failure.read_left(text))

    def test_nothing_is_said_only_where_it_is_known(self):
        self.assertIn('Left behind: nothing.', failure.tell_left('why', []))
        self.assertIsNone(failure.read_left('an error of something else'))
        self.assertEqual('an error', failure.strip_left('an error'))
