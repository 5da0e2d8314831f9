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

"""OSSN-0015: ordinary users may publish images to everybody."""

from glance_ossn_tests.notes import base
from glance_ossn_tests.sharing import histories

NOTE = base.Note(
    name='OSSN-0015',
    title='Glance allows non-admin users to create public images',
    affected='Releases before Juno by default; any release whose policy '
             'opens publicize_image.',
    allows='Any project can put images into the image list of every other '
           'one, where users may take them for the official ones and boot '
           'them.',
    remedy='Set "publicize_image": "role:admin" in the policy file of Glance '
           '(policy.yaml, formerly policy.json; it is the default since '
           'Juno: remove what overrides it) on every node that runs '
           'glance-api, and restart the service.',
    references=('https://wiki.openstack.org/wiki/OSSN/OSSN-0015',
                'https://bugs.launchpad.net/glance/+bug/1313746'))

PUBLISHED = base.Claim(
    'published',
    'An image that an ordinary project made, or tried to make, public is in '
    'no image list of another project.',
    NOTE, lambda plan: plan.history.topic == histories.PUBLISHED,
    lambda listing: listing.of_project,
    test='ImageSharingTest.test_image_is_not_published')

CLAIMS = (PUBLISHED,)
