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

"""OSSN-0005: sharing of images without the consumer project's approval."""

from glance_ossn_tests.notes import base
from glance_ossn_tests.sharing import histories
from glance_ossn_tests.sharing import listings

NOTE = base.Note(
    name='OSSN-0005',
    title='Glance allows sharing of images between projects without '
          'consumer project approval',
    affected='All releases that answer the Image API v1: Diablo to Queens '
             'by default (Rocky removed it). The note names Diablo to '
             'Havana.',
    allows='Any project can put images into the image list of another one '
           'that never agreed to it, where a user may take them for its own '
           'and boot them, malicious or not.',
    remedy='Set enable_v1_api = False in the section [DEFAULT] of '
           'glance-api.conf on every node that runs glance-api and restart '
           'the service; from Rocky on there is no v1 API. To block the '
           'path /v1 in a proxy is not enough: the Accept header leads '
           'there too.',
    references=('https://wiki.openstack.org/wiki/OSSN/OSSN-0005',
                'https://bugs.launchpad.net/glance/+bug/1226078'),
    cve=('CVE-2013-4354',))

# Where v2 itself lists what nobody accepted, the v1 switch does not help.
_V2_REMEDY = (
    'Image API v2 itself lists what was not accepted. See that no policy of '
    'Glance is loosened (policy.yaml: context_is_admin, modify_member, '
    'add_member, get_images; remove what overrides their defaults), that all '
    'glance-api nodes run one release and configuration, and restart them. '
    'If it stays so, report it privately to the OpenStack Vulnerability '
    'Management Team, https://security.openstack.org.')


def _about(*topics):
    return lambda plan: plan.history.topic in topics


def _shared(api, *topics):
    return lambda plan: plan.api == api and plan.history.topic in topics


def _listed(api):
    return lambda listing: _any_list(listing) and listing.api == api


def _any_list(listing):
    return (listing.project == listings.CONSUMER and
            listing.members not in ('others', 'id'))


# v1 knows no consent that could come back or be given by somebody else:
# what was not accepted is one thing there.
_NOT_FOR_V1 = (histories.UNACCEPTED, histories.REVIVED, *histories.CONSENTS)

V1_UNREACHABLE = base.Claim(
    'v1-unreachable', 'Image API v1 is not reachable in any form.', NOTE,
    test='ImageSharingTest.test_v1_is_not_reachable', core=True)

V1_SHARE_V1_LIST = base.Claim(
    'v1-share-v1-list',
    'An image that was shared through Image API v1, and that the consumer '
    'did not accept, is in none of its v1 image lists.',
    NOTE, _shared('v1', *_NOT_FOR_V1), _listed('v1'),
    test='ImageSharingTest.test_v1_share_is_in_no_v1_list', core=True)

V2_SHARE_V1_LIST = base.Claim(
    'v2-share-v1-list',
    'An image that was shared through Image API v2, and that the consumer '
    'did not accept or has rejected, is in none of its v1 image lists.',
    NOTE, _shared('v2', *_NOT_FOR_V1), _listed('v1'),
    test='ImageSharingTest.test_v2_share_is_in_no_v1_list', core=True)

V1_SHARE_V2_LIST = base.Claim(
    'v1-share-v2-list',
    'An image that was shared through Image API v1, and that the consumer '
    'did not accept or has rejected, is in none of its v2 image lists.',
    NOTE, _shared('v1', histories.UNACCEPTED), _listed('v2'),
    test='ImageSharingTest.test_v1_share_is_in_no_v2_list', core=True)

V2_SHARE_V2_LIST = base.Claim(
    'v2-share-v2-list',
    'An image that was shared through Image API v2, and that the consumer '
    'did not accept or has rejected, is in none of its v2 image lists.',
    NOTE, _shared('v2', histories.UNACCEPTED), _listed('v2'), _V2_REMEDY,
    test='ImageSharingTest.test_v2_share_is_in_no_v2_list', core=True)

REMOVED = base.Claim(
    'removed-share',
    'An image that the producer ceased to share, accepted before or not, is '
    'in none of the image lists of the consumer.',
    NOTE, _about(histories.WITHDRAWN), _any_list, _V2_REMEDY,
    test='ImageSharingTest.test_removed_share_is_in_no_list')

NEVER_SHARED = base.Claim(
    'never-shared',
    'An image that was never shared is in no image list of another project.',
    NOTE, _about(histories.UNSHARED), _any_list, _V2_REMEDY,
    test='ImageSharingTest.test_unshared_image_is_in_no_list')

REVIVED = base.Claim(
    'revived-consent',
    'Consent to a share that has ended does not come back when the image is '
    'shared again: it is in no v2 image list of the consumer.',
    NOTE, _about(histories.REVIVED), _listed('v2'), _V2_REMEDY,
    test='ImageSharingTest.test_ended_consent_does_not_come_back',
    causes=(base.Cause(
        lambda seen: seen['v1'] or seen.get('api') == 'v1', base.Advice(
            'Switch Image API v1 off (enable_v1_api = False in the section '
            '[DEFAULT] of glance-api.conf on every node that runs '
            'glance-api, then restart it): from Mitaka to Queens, to share '
            'again through it revives the former membership with its '
            'status. Where it stays so: ' + _V2_REMEDY, NOTE.allows)),))

CONSENT = base.Claim(
    'consent',
    'Nobody but the consumer can accept for it, and nobody but the producer '
    'can add members: what others try leaves the image in no v2 image list '
    'of the consumer, and its members as they were.',
    NOTE, _about(histories.CONSENT), _listed('v2'), _V2_REMEDY,
    test='ImageSharingTest.test_only_the_consumer_consents')

READER_CONSENT = base.Claim(
    'reader-consent',
    'Who may only look (role "reader") in the consumer project cannot accept '
    'for it: what it tries leaves the image in no v2 image list of the '
    'consumer.',
    NOTE, _about(histories.READER), _listed('v2'),
    remedy='Set enforce_new_defaults = True and enforce_scope = True in the '
           'section [oslo_policy] of glance-api.conf (the defaults since '
           '2023.1) on every node that runs glance-api and restart it; before '
           '2023.1, and where policy.yaml overrides modify_member, have that '
           'rule ask for the role "member" of the project that is the member.',
    allows='A user who may only look (role "reader") of the consumer project '
           'can accept for it what another project shares with it. No other '
           'project can.',
    test='ImageSharingTest.test_a_reader_cannot_consent')

LATENT = base.Claim(
    'latent-share',
    'An image that was shared, or tried to be, while it was private or a '
    'community image is in no image list of the consumer, also after it '
    'became shared.',
    NOTE, _about(histories.LATENT), _any_list,
    test='ImageSharingTest.test_latent_share_is_in_no_list')

CLIENT_V1 = base.Claim(
    'client-v1',
    'What is shared through Image API v1 is not in the list that '
    'python-glanceclient gives the consumer.',
    NOTE, test='ImageSharingScenario.test_share_through_v1_waits_for_consent')

CLIENT_V2 = base.Claim(
    'client-v2',
    'What is shared through Image API v2 is in the list that '
    'python-glanceclient gives the consumer once it accepted, not before.',
    NOTE, remedy=_V2_REMEDY,
    test='ImageSharingScenario.test_share_through_v2_waits_for_consent')

# Judged as a user sees it, not by the matrix.
CLIENT = (CLIENT_V1, CLIENT_V2)

CLAIMS = (V1_UNREACHABLE, V1_SHARE_V1_LIST, V2_SHARE_V1_LIST,
          V1_SHARE_V2_LIST, V2_SHARE_V2_LIST, REMOVED, NEVER_SHARED, REVIVED,
          CONSENT, READER_CONSENT, LATENT) + CLIENT
