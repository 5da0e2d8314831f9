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

"""What no note says, and yet opens images to who merely knows their id."""

from glance_ossn_tests.notes import base
from glance_ossn_tests.notes import beyond
from glance_ossn_tests.sharing import by_id
from glance_ossn_tests.sharing import listings

BY_ID = base.Claim(
    'reachable-by-id',
    'What was never shared with a project, is no longer, or is private is '
    'not shown to it, nor its data and members, by its id either.',
    beyond.NOTE, lambda plan: any(by_id.hides(plan, project) for project in (
        listings.CONSUMER, listings.BYSTANDER)),
    lambda listing: listing.members == 'id',
    remedy='See that no policy of Glance is loosened (policy.yaml: '
           'get_image, download_image, get_members, get_member, '
           'context_is_admin; remove what overrides their defaults). If it '
           'stays so, report it privately to the OpenStack Vulnerability '
           'Management Team, https://security.openstack.org.',
    allows='Whoever knows, or once was told, the id of an image of another '
           'project can look at it, its data or its members, and boot it, '
           'though it is not, or no longer, shared with it.',
    test='ImageSharingTest.test_image_is_not_reachable_by_id')

CLAIMS = (BY_ID,)
