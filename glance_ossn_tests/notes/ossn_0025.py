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

"""OSSN-0025: an image's data are read from the object store by anybody."""

from glance_ossn_tests.notes import base
from glance_ossn_tests.notes import checks

NOTE = base.Note(
    name='OSSN-0025',
    title='Possible Glance image exposure via Swift',
    affected='Havana and Icehouse whose Glance stores images in the Swift '
             'accounts of their owners (swift_store_multi_tenant) where '
             'Swift has delay_auth_decision on.',
    allows='Anybody who reaches the object store reads the data of public '
           'images, without an account.',
    remedy='Set swift_store_multi_tenant = False in glance-api.conf, or '
           'delay_auth_decision = 0 in the filter authtoken of '
           'proxy-server.conf of Swift (which ends anonymous use of all '
           'containers), and restart the service.',
    references=('https://wiki.openstack.org/wiki/OSSN/OSSN-0025',
                'https://bugs.launchpad.net/glance/+bug/1354512'),
    severity='low')


def _anonymous(bench):
    """A public image's data, asked of the object store without a token."""
    roots = bench.catalog('object-store')
    if not roots:
        raise checks.not_offered('the catalog has no object store')
    bench.form('v2')
    answer = checks.expect(bench.ask('consumer', 'GET', 'images', query={
        'visibility': 'public', 'limit': 1}), 200)
    image = next(iter(answer.images or ()), None)
    if not image or not image.get('owner'):
        raise checks.not_offered('there is no public image to ask for')
    # As Glance names what it stores for an owner.
    path = 'AUTH_%(owner)s/glance_%(id)s/%(id)s' % image
    for root in roots:
        yield checks.refused(
            'anybody asks the object store for a public image',
            bench.elsewhere(root, 'HEAD', path), by=(401, 403, 404))


HIDDEN = base.Claim(
    'data-in-object-store',
    'Nobody without an account reads an image from the object store.',
    NOTE, test='ImageSharingTest.test_object_store_shows_no_image',
    checks=(_anonymous,))

CLAIMS = (HIDDEN,)
