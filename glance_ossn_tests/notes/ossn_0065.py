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

"""OSSN-0065: who owns an image can replace its data by its locations."""

from glance_ossn_tests.notes import base
from glance_ossn_tests.notes import checks
from glance_ossn_tests.notes import locations
from glance_ossn_tests.sharing import verdicts

NOTE = base.Note(
    name='OSSN-0065',
    title='Users of Glance may be able to replace active image data',
    affected='Any release with show_multiple_locations on (it is off by '
             'default). The newer ones let only an admin remove a location, '
             'so that a user can add one, not drop the first.',
    allows='The owner of an image can add a location to it and drop the '
           'original one: whoever boots it, also as a member or from a '
           'public image, gets other data than were checked, under the same '
           'checksum.',
    remedy='Set show_multiple_locations = False in the section [DEFAULT] of '
           'glance-api.conf of every glance-api that users reach, and '
           'restart it. Where that cannot be, have the rules '
           'get_image_location, set_image_location and delete_image_location '
           'in policy.yaml ask for role:admin.',
    references=('https://wiki.openstack.org/wiki/OSSN/OSSN-0065',
                'https://bugs.launchpad.net/glance/+bug/1549483'))

_NAME = 'the owner adds a location to its image'


def _add(bench):
    """A location, added by the owner of an active image."""
    # Of a scheme that no release takes from a user: where locations may be
    # changed, it is the URL that is refused.
    answer = locations.add(bench, 'file:///nonexistent')
    if answer.status == 400 and 'location' in answer.said.lower():
        yield checks.evidence(_NAME, verdicts.EXPOSED, (
            '%s: only its URL is refused, another one would be taken'
            % checks.told(answer)))
        return
    yield checks.refused(_NAME, answer)


FIXED = base.Claim(
    'locations-fixed',
    'No user can change where the data of its image are.',
    NOTE, test='ImageSharingTest.test_locations_are_not_changed',
    checks=(_add,))

CLAIMS = (FIXED,)
