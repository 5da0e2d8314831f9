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

"""OSSA-2013-007: v1 tells where data are, and by which credentials."""

from glance_ossn_tests.notes import base
from glance_ossn_tests.notes import checks
from glance_ossn_tests.sharing import verdicts

NOTE = base.Note(
    name='OSSA-2013-007',
    title='Backend credentials leak in Glance v1 API',
    affected='To Grizzly with the cache on, where data are in Swift or S3; '
             'Diablo always tells the location.',
    allows='Whoever may read an image is told the URL of its data, perhaps '
           'with the credentials of Glance: it reads and writes all images.',
    remedy='Upgrade Glance to 2012.2.4, 2013.1 or later; meanwhile leave '
           'the cache out of the pipeline in glance-api-paste.ini, and '
           'change the credentials of the store.',
    references=('https://security.openstack.org/ossa/OSSA-2013-007.html',
                'https://bugs.launchpad.net/glance/+bug/1135541',
                'https://bugs.launchpad.net/glance/+bug/755916'),
    cve=('CVE-2013-1840',),
    severity='medium')


def _v1(bench):
    """An image, read twice by v1."""
    bench.form('v1')
    path = 'images/' + bench.image(api='v1')
    # The second one comes from the cache, where there is one.
    for name, method in (('the owner asks v1 for its image', 'HEAD'),
                         ('the owner reads its image by v1', 'GET'),
                         ('the owner reads it again by v1', 'GET')):
        answer = checks.expect(bench.ask('producer', method, path, api='v1'),
                               200)
        shown = [key for key in answer.headers
                 if key.startswith('x-image-meta') and 'location' in key]
        yield checks.evidence(
            name, verdicts.EXPOSED if shown else verdicts.SAFE,
            '%s%s' % (answer, ' shows ' + ', '.join(shown) if shown else ''))


HIDDEN = base.Claim(
    'v1-location-hidden',
    'Image API v1 tells nobody where the data of an image are.',
    NOTE, test='ImageSharingTest.test_v1_hides_locations',
    checks=(_v1,))

CLAIMS = (HIDDEN,)
