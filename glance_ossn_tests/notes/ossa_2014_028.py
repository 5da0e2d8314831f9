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

"""OSSA-2014-028: a user uploads more than the cap of an image's size."""

from glance_ossn_tests.notes import base
from glance_ossn_tests.notes import checks
from glance_ossn_tests.sharing import kinds

NOTE = base.Note(
    name='OSSA-2014-028',
    title='Glance store DoS through disk space exhaustion',
    affected='To 2013.2.3, and 2014.1 before 2014.1.3: v2 does not heed '
             'image_size_cap.',
    allows='Any user fills the store of Glance, until no other image fits.',
    remedy='Upgrade Glance to 2013.2.4, 2014.1.3 or later, and set '
           'image_size_cap in the section [DEFAULT] of glance-api.conf, in '
           'bytes, on each node.',
    references=('https://security.openstack.org/ossa/OSSA-2014-028.html',
                'https://bugs.launchpad.net/glance/+bug/1315321'),
    cve=('CVE-2014-5356',),
    severity='medium')

# More is nothing to send for a test.
_MOST = 1 << 24


def _upload(bench):
    """An image of more bytes than the cap."""
    cap = bench.conf.image_size_cap
    if not cap:
        raise checks.not_testable(
            'the cap is not known: [glance_ossn] image_size_cap, as in '
            'glance-api.conf')
    if cap > _MOST:
        raise checks.not_testable(
            'a cap of %d bytes is more than a test should send (%d)'
            % (cap, _MOST))
    bench.form('v2')
    image_id = bench.image(api='v2', data=None)
    if len(bench.content) > cap:
        raise checks.not_testable(
            'the smallest image of a format that the cloud takes is larger '
            'than the cap')
    control = bench.image(api='v2', data=None)
    checks.expect(bench.ask('producer', 'PUT', 'images/%s/file' % control,
                            bench.content))
    yield checks.refused(
        'a user uploads a byte more than the cap', bench.ask(
            'producer', 'PUT', 'images/%s/file' % image_id,
            (kinds.RAW * (cap // len(kinds.RAW) + 1))[:cap + 1]), by=(413,))


CAPPED = base.Claim(
    'size-capped',
    'No user uploads more than the cap of an image.',
    NOTE, test='ImageSharingTest.test_size_is_capped',
    checks=(_upload,))

CLAIMS = (CAPPED,)
