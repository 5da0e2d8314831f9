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

"""What must hold across an upgrade, as it follows from OSSN-0005."""

from glance_ossn_tests.notes import base
from glance_ossn_tests.notes import ossn_0005
from glance_ossn_tests.sharing import histories
from glance_ossn_tests.sharing import listings

_REMEDY = (
    'Keep users off the upgraded cloud, restore the database of Glance from '
    'before the upgrade, and repeat it by the steps of the release notes '
    '(glance-manage db sync of each release that they ask for). If it stays '
    'so, report it privately to the OpenStack Vulnerability Management Team, '
    'https://security.openstack.org.')


def _is_shared(plan):
    """Tell whether an image stands for what an upgrade might show.

    What is tried against a cloud is none of it, nor are the many kinds,
    whose members nobody reads one by one.
    """
    return not plan.kind.crossed and plan.history.topic not in (
        histories.PUBLISHED, histories.OPEN, histories.OWNER,
        histories.GIVEN, histories.CONTENT)


NOT_LISTED = base.Claim(
    'upgrade-not-listed',
    'What the consumer had not accepted before the upgrade is in none of its '
    'image lists after it.',
    ossn_0005.NOTE,
    _is_shared,
    lambda listing: listing.members in (None, 'all') and
    listing.of_project and listing.viewer != listings.BYSTANDER,
    _REMEDY,
    'ImageSharingUpgradeTest.test_what_was_not_accepted_is_in_no_list',
    (base.Cause(
        lambda seen: seen.get('list') == 'v1', base.Advice(
            'Lists of Image API v1 showed it before the upgrade, too. ' +
            ossn_0005.NOTE.remedy, ossn_0005.NOTE.allows)),))

MEMBERSHIPS = base.Claim(
    'upgrade-memberships',
    'Every image has the members, in the status, that it had before the '
    'upgrade.',
    ossn_0005.NOTE, remedy=_REMEDY,
    test='ImageSharingUpgradeTest.test_memberships_are_as_they_were')

ACCEPTED = base.Claim(
    'upgrade-accepted',
    'What the consumer had accepted before the upgrade is in its image list '
    'after it.',
    ossn_0005.NOTE, remedy=_REMEDY,
    test='ImageSharingUpgradeTest.test_what_was_accepted_is_listed')

CLAIMS = (NOT_LISTED, MEMBERSHIPS, ACCEPTED)
