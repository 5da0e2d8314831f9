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

"""OSSA-2012-017: users delete the data of images that are not theirs."""

import functools

from glance_ossn_tests.notes import base
from glance_ossn_tests.notes import checks

NOTE = base.Note(
    name='OSSA-2012-017',
    title='Authentication bypass for image deletion',
    affected='Folsom and Grizzly by Image API v1; Essex with delayed_delete.',
    allows='Any user destroys the data of images that are shared with it, '
           'or public.',
    remedy='Upgrade Glance to 2012.2.1, 2013.1 or later; meanwhile set '
           'enable_v1_api = False in glance-api.conf, or protect images '
           '(protected) that others use.',
    references=('https://security.openstack.org/ossa/OSSA-2012-017.html',
                'https://bugs.launchpad.net/glance/+bug/1065187',
                'https://bugs.launchpad.net/glance/+bug/1076506'),
    cve=('CVE-2012-4573', 'CVE-2012-5482'))


def _delete(bench, api):
    """An image, deleted by a project that it is shared with."""
    bench.form(api)
    image_id = bench.share(bench.stored())
    path = 'images/' + image_id
    # Who may not even see it is refused for another reason.
    checks.expect(bench.ask('consumer', 'HEAD' if api == 'v1' else 'GET',
                            path, api=api), 200)
    answer = bench.ask('consumer', 'DELETE', path, api=api)
    # What it answers is no matter: some releases answer 500.
    yield bench.kept('a member deletes an image by ' + api, image_id, answer)


KEPT = base.Claim(
    'data-kept',
    'No project deletes an image that it does not own, or its data.',
    NOTE, test='ImageSharingTest.test_others_delete_no_image',
    checks=tuple(functools.partial(_delete, api=api)
                 for api in ('v2', 'v1')))

CLAIMS = (KEPT,)
