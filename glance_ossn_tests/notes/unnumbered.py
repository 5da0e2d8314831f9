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

"""Two leaks of old releases that bear no number."""

from glance_ossn_tests.notes import base
from glance_ossn_tests.notes import checks
from glance_ossn_tests.sharing import verdicts

NOTE = base.Note(
    name='NO-NUMBER',
    title='Lists that show what other projects have, in old releases',
    affected='Diablo to Folsom.',
    allows='Any user is told which images other projects share with each '
           'other, or keep private.',
    remedy='Upgrade Glance to Grizzly (2013.1) or later: no option of '
           'glance-api.conf closes them.',
    references=('https://docs.openstack.org/api-ref/image/v1/index.html',
                'https://docs.openstack.org/api-ref/image/v2/index.html'),
    severity='medium')


def _ids(answer):
    return {str(image['id']) for image in answer.images or ()}


def _judge(name, answer, image_id):
    return checks.evidence(
        name, verdicts.SAFE if answer.status in (403, 404) else
        verdicts.NOT_TESTED if answer.images is None else
        verdicts.EXPOSED if image_id in _ids(answer) else verdicts.SAFE,
        answer)


def _see(answer, image_id):
    """See that who may see an image does: the list can show it."""
    if image_id not in _ids(checks.expect(answer, 200)):
        raise checks.not_tested('the list does not show what it must: %s'
                                % answer)


def _shared(bench):
    """What is shared with a project, asked for by another one."""
    bench.form('v1')
    image_id = bench.share(bench.image())
    path = 'shared-images/' + bench.project('consumer')
    _see(bench.ask('consumer', 'GET', path, api='v1'), image_id)
    yield _judge('another project asks what is shared with a project',
                 bench.ask('bystander', 'GET', path, api='v1'), image_id)


def _private(bench):
    """What is private, asked for by another project."""
    bench.form('v2')
    image_id = bench.image(api='v2', visibility='private')
    query = {'visibility': 'private', 'name': bench.name}
    _see(bench.ask('producer', 'GET', 'images', query=query), image_id)
    yield _judge('another project asks for private images',
                 bench.ask('consumer', 'GET', 'images', query=query),
                 image_id)


SHARED = base.Claim(
    'others-shared-images',
    'No project is told by v1 what is shared with another one.',
    NOTE, test='ImageSharingTest.test_what_others_share_is_not_told',
    checks=(_shared,))

PRIVATE = base.Claim(
    'private-filter',
    'Who asks for private images gets none of another project.',
    NOTE, test='ImageSharingTest.test_private_images_are_the_owners',
    checks=(_private,))

CLAIMS = (SHARED, PRIVATE)
