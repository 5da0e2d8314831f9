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

"""What no note says, and yet puts images uninvited into a list."""

from glance_ossn_tests.notes import base
from glance_ossn_tests.sharing import histories
from glance_ossn_tests.sharing import listings

NOTE = base.Note(
    name='BEYOND-NOTES',
    title='Images in a list that no project agreed to',
    affected='See the claim.',
    allows='Any project can put images into the image list of another one '
           'that never agreed to it, where a user may take them for its own '
           'and boot them.',
    remedy='See that no policy of Glance is loosened (policy.yaml: '
           'add_image, modify_image, add_member, modify_member, '
           'context_is_admin; remove what overrides their defaults). If it '
           'stays so, report it privately to the OpenStack Vulnerability '
           'Management Team, https://security.openstack.org.',
    references=('https://docs.openstack.org/api-ref/image/v2/index.html',
                'https://security.openstack.org'),
    severity='medium')

_OTHER = (histories.OWNER, histories.PUBLISHED, histories.OPEN)

OWNER = base.Claim(
    'foreign-owner',
    'An image that a project gave, or tried to give, another one for owner '
    'is in none of its image lists.',
    NOTE, lambda plan: plan.history.topic == histories.OWNER,
    test='ImageSharingTest.test_image_is_given_to_no_project')

OPEN = base.Claim(
    'community',
    'A community image is in no image list of another project that does not '
    'ask for community images.',
    NOTE, lambda plan: plan.history.topic == histories.OPEN,
    test='ImageSharingTest.test_community_image_is_in_no_default_list')

BYSTANDER = base.Claim(
    'third-project',
    'An image that one project shares with another is in no image list of a '
    'third one that did not accept it.',
    NOTE, lambda plan: plan.history.topic not in _OTHER,
    lambda listing: listing.project == listings.BYSTANDER,
    'Switch Image API v1 off (enable_v1_api = False in the section [DEFAULT] '
    'of glance-api.conf on every node that runs glance-api, then restart '
    'it): its lists ask nobody for consent. Where it is off: ' + NOTE.remedy,
    test='ImageSharingTest.test_share_is_in_no_list_of_a_third_project')

OTHER_MEMBERS = base.Claim(
    'other-members',
    'A project with which an image is shared does not see with whom else it '
    'is.',
    NOTE, lambda plan: plan.history.bystander and plan.history.status,
    lambda listing: listing.members == 'others',
    'See that no policy of Glance is loosened (policy.yaml: get_members, '
    'get_member, context_is_admin; remove what overrides their defaults). '
    'If it stays so, report it privately to the OpenStack Vulnerability '
    'Management Team, https://security.openstack.org.',
    test='ImageSharingTest.test_member_sees_no_other_member')

CLAIMS = (OWNER, OPEN, BYSTANDER, OTHER_MEMBERS)
