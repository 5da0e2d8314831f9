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
    allows='Any project can put images into the image list of another '
           'one that never agreed to it, where a user may take them '
           'for its own and boot them.',
    remedy='See that no policy of Glance is loosened (policy.yaml: '
           'add_image, modify_image, add_member, modify_member, '
           'context_is_admin; remove what overrides their defaults). '
           'If it stays so, report it privately to the OpenStack '
           'Vulnerability Management Team, '
           'https://security.openstack.org.',
    references=('https://docs.openstack.org/api-ref/image/v2/index.html',
                'https://security.openstack.org'),
    severity='medium')

_OTHER = (histories.OWNER, histories.GIVEN, histories.PUBLISHED,
          histories.OPEN)
_REPORT = ('report it privately to the OpenStack Vulnerability Management '
           'Team, https://security.openstack.org.')
# The minor version of Image API v2 that came with new defaults of policies.
_NEW_DEFAULTS = 16
_UNSCOPED = (
    'Whoever has an account, of any project or of none, can list images that '
    'projects share with each other: their names, properties, ids and '
    'owners.')


def _of_projects(listing):
    return listing.of_project


OWNER = base.Claim(
    'foreign-owner',
    'An image that a project gave, or tried to give, another one for owner '
    'is in none of its image lists.',
    NOTE, lambda plan: plan.history.topic == histories.OWNER, _of_projects,
    test='ImageSharingTest.test_image_is_given_to_no_project')

OPEN = base.Claim(
    'community',
    'A community image is in no image list of another project that does not '
    'ask for community images.',
    NOTE, lambda plan: plan.history.topic == histories.OPEN, _of_projects,
    test='ImageSharingTest.test_community_image_is_in_no_default_list')

BYSTANDER = base.Claim(
    'third-project',
    'An image that one project shares with another is in no image list of a '
    'third one that did not accept it.',
    NOTE, lambda plan: plan.history.topic not in _OTHER,
    lambda listing: (listing.project == listings.BYSTANDER and
                     listing.members != 'id'),
    test='ImageSharingTest.test_share_is_in_no_list_of_a_third_project',
    causes=(base.Cause(
        lambda seen: seen.get('list') == 'v1', base.Advice(
            'Switch Image API v1 off (enable_v1_api = False in the section '
            '[DEFAULT] of glance-api.conf on every node that runs '
            'glance-api, then restart it): its lists ask nobody for '
            'consent.', NOTE.allows)),))

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

GIVEN = base.Claim(
    'given-away',
    'An image that a project gave, or tried to give, another one by a change '
    'of its owner is in none of its image lists.',
    NOTE, lambda plan: plan.history.topic == histories.GIVEN,
    _of_projects,
    remedy='No option of Glance closes this. Until Glance itself does,'
           ' a proxy in front of every glance-api can refuse requests '
           'of the method PATCH whose JSON body names the path /owner '
           '(no ordinary client sends them). If you see it on an '
           'unmodified Glance, ' + _REPORT,
    allows='Any project can make another one the owner of its image: '
           'without a question it is in the default list of that one '
           'as one of its own, where its users may take it for theirs '
           'and boot it. What the API answers does not tell whether it'
           ' was done.',
    test='ImageSharingTest.test_image_is_given_away_by_no_change')

UNSCOPED = base.Claim(
    'unscoped-list',
    'Who asks without a project, or without a token, is shown no image of a '
    'project, shared or not.',
    NOTE, lambda plan: plan.history.topic not in _OTHER,
    lambda listing: not listing.of_project,
    remedy='Set enforce_new_defaults = True and enforce_scope = True '
           'in the section [oslo_policy] of glance-api.conf (the '
           'defaults since 2023.1), on every node that runs '
           'glance-api, and remove what policy.yaml overrides of '
           'get_images and get_image; restart it. If it stays so, ' +
           _REPORT,
    allows=_UNSCOPED,
    test='ImageSharingTest.test_nobody_lists_images_without_a_project',
    # Those options are of 2023.1.
    causes=(base.Cause(
        lambda seen: seen['minor'] < _NEW_DEFAULTS, base.Advice(
            'Have the rules get_images and get_image in the policy file of '
            'Glance (policy.yaml, policy.json of old) ask for one of the '
            'roles that your users have in their projects (role:member, '
            'role:_member_ ...) on every node that runs glance-api, and '
            'restart it: a token of no project has none. If it stays so, ' +
            _REPORT, _UNSCOPED)),))

CONTENT = base.Claim(
    'accepted-content',
    'What a project accepted keeps its status and its data: its producer '
    'can put no other image in its place.',
    NOTE, lambda plan: plan.history.topic == histories.CONTENT,
    lambda listing: listing.members == 'content',
    remedy='No option of Glance closes this. Until Glance itself does,'
           ' a proxy in front of every glance-api can refuse requests '
           'of the method PATCH whose JSON body names the path '
           '/image_id (no ordinary client sends them); compare '
           'os_hash_value before you boot what others share. If you '
           'see it on an unmodified Glance, ' + _REPORT,
    allows='The producer of an image that another project accepted, '
           'and perhaps checked, can take its data away under the same'
           ' id, and where Glance has several stores give it others; '
           'what an admin deactivated is no longer so.',
    test='ImageSharingTest.test_accepted_image_keeps_its_content')

CLAIMS = (OWNER, OPEN, BYSTANDER, OTHER_MEMBERS, GIVEN, UNSCOPED, CONTENT)
