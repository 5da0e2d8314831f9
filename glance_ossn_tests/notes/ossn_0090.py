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

"""OSSN-0090, OSSN-0065: users see, or change, where an image's data are."""

from glance_ossn_tests.notes import base
from glance_ossn_tests.notes import checks
from glance_ossn_tests.sharing import verdicts

NOTE = base.Note(
    name='OSSN-0090',
    title='Glance shows users the locations of images',
    affected='Any release with show_multiple_locations or '
             'show_image_direct_url on (both are off by default).',
    allows='Whoever may read an image is told where its data are, with what '
           'that location contains, perhaps credentials; and who may write '
           'there, or change locations, can replace the data.',
    remedy='Set show_multiple_locations = False and show_image_direct_url = '
           'False in the section [DEFAULT] of glance-api.conf of every '
           'glance-api that users reach, and restart it. Where Nova or '
           'Cinder need locations, run a second glance-api for them alone, '
           'with a configuration of its own, which users cannot reach.',
    references=('https://wiki.openstack.org/wiki/OSSN/OSSN-0090',
                'https://bugs.launchpad.net/glance/+bug/1990157'),
    cve=('CVE-2022-4134',),
    severity='medium')

_KEYS = ('locations', 'direct_url')


def _shown(name, answer, image_id):
    """Judge whether an image that is shown has its locations with it."""
    image = answer.json if isinstance(answer.json, dict) else {}
    if answer.status != 200 or image.get('id') != image_id:
        return checks.evidence(name, verdicts.NOT_TESTED, answer)
    keys = [key for key in _KEYS if key in image]
    if keys:
        return checks.evidence(name, verdicts.EXPOSED, '%s shows %s' % (
            answer, ' and '.join(keys)))
    return checks.evidence(name, verdicts.SAFE, answer)


def _v2(bench):
    """An image that a project shares, shown to its owner and its member."""
    bench.form('v2')
    image_id = bench.image(api='v2')
    yield _shown('the owner asks for its image', bench.ask(
        'producer', 'GET', 'images/' + image_id), image_id)
    bench.share(image_id)
    yield _shown('a member that has not accepted asks for the image',
                 bench.ask('consumer', 'GET', 'images/' + image_id),
                 image_id)


def _community(bench):
    """A community image, shown to another project."""
    bench.since(5)
    image_id = bench.image(api='v2', visibility='community')
    yield _shown('another project asks for a community image', bench.ask(
        'bystander', 'GET', 'images/' + image_id), image_id)


def _locations(bench):
    """The list of an image's locations, asked for by its owner."""
    bench.since(17)
    image_id = bench.image(api='v2')
    yield checks.refused(
        'the owner asks for the locations of its image', bench.ask(
            'producer', 'GET', 'images/%s/locations' % image_id))


def _v1(bench):
    """An image, shown to its owner by v1."""
    bench.form('v1')
    image_id = bench.image(api='v1')
    answer = checks.expect(bench.ask(
        'producer', 'HEAD', 'images/' + image_id, api='v1'), 200)
    shown = 'x-image-meta-location' in answer.headers
    yield checks.evidence(
        'the owner asks v1 for its image',
        verdicts.EXPOSED if shown else verdicts.SAFE,
        '%s%s' % (answer, ' shows x-image-meta-location' if shown else ''))


HIDDEN = base.Claim(
    'locations-hidden',
    'No user is shown where the data of an image are.',
    NOTE, test='ImageSharingTest.test_locations_are_hidden',
    checks=(_v2, _community, _locations, _v1))

CLAIMS = (HIDDEN,)
