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

"""OSSN-0075: the id of a deleted image is given to another one."""

from glance_ossn_tests.notes import base
from glance_ossn_tests.notes import checks
from glance_ossn_tests.sharing import verdicts

NOTE = base.Note(
    name='OSSN-0075',
    title='Deleted Glance image IDs may be reassigned',
    affected='Any release whose rows of deleted images were purged from the '
             'table "images"; since Rocky "glance-manage db purge" leaves '
             'them there.',
    allows='Who knows the id of a deleted image, of which servers, volumes '
           'or scripts may still speak, makes an image of that id with '
           'other data.',
    remedy='Do not purge the table "images": before Rocky do not run '
           '"glance-manage db purge", since then not "glance-manage db '
           'purge_images_table". Ids that are free again stay so; have users '
           'check owner and checksum of what they boot.',
    references=('https://wiki.openstack.org/wiki/OSSN/OSSN-0075',
                'https://bugs.launchpad.net/glance/+bug/1593799'),
    cve=('CVE-2016-4383',),
    severity='medium')


def _again(bench, name, image_id, api):
    # Lost, its answer must not be that of a second try.
    _, answer = bench.create('consumer', api=api, image_id=image_id, tries=1)
    return checks.refused(name, answer, by=(409,))


def _deleted(bench):
    """The id of an image that was just deleted."""
    api = bench.found.main_api
    if not bench.party('producer').chooses_ids:
        raise checks.not_offered('the cloud chooses the ids of images')
    image_id = bench.expect_image('producer', 'consumer', api=api)
    made, answer = bench.create(api=api, image_id=image_id)
    checks.expect(answer)
    if made != image_id:
        raise checks.not_offered('the cloud chooses the ids of images')
    if not bench.delete('images/' + image_id, api):
        raise checks.not_tested('an image could not be deleted')
    yield _again(bench, 'another project takes the id of a deleted image',
                 image_id, api)


def _retired(bench):
    """The ids of images that were deleted long ago."""
    # That ids may be chosen at all, the first check saw.
    for image_id in bench.conf.retired_image_ids:
        yield _again(bench, 'a project takes the id %s' % image_id, image_id,
                     bench.found.main_api)
    if not bench.conf.retired_image_ids:
        yield checks.evidence(
            'ids of images that were deleted long ago',
            verdicts.NOT_TESTABLE, 'none is known: name some as '
            '[glance_ossn] retired_image_ids')


RETIRED = base.Claim(
    'ids-retired',
    'The id of a deleted image is given to no other one.',
    NOTE, test='ImageSharingTest.test_ids_are_given_once',
    checks=(_deleted, _retired))

CLAIMS = (RETIRED,)
