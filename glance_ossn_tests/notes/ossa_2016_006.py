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

"""OSSA-2016-006: who removes the last location uploads anew."""

from glance_ossn_tests.notes import base
from glance_ossn_tests.notes import checks
from glance_ossn_tests.sharing import verdicts

NOTE = base.Note(
    name='OSSA-2016-006',
    title='Glance image status manipulation through locations removal',
    affected='To 2015.1.2, and 11.0.0 to 11.0.1, with '
             'show_multiple_locations on.',
    allows='Who owns an image, also a public or shared one, replaces its '
           'data under the same id.',
    remedy='Set show_multiple_locations = False in glance-api.conf, or '
           'upgrade Glance to 2015.1.3, 11.0.2 or later; meanwhile have the '
           'rule delete_image_location in the policy file ask for '
           'role:admin.',
    references=('https://security.openstack.org/ossa/OSSA-2016-006.html',
                'https://bugs.launchpad.net/glance/+bug/1525915'),
    cve=('CVE-2016-0757',))


def _remove(bench):
    """The locations of an image, removed by its owner."""
    bench.form('v2')
    for name, op, path, value in (
            ('removes the last location', 'remove', '/locations/0', None),
            ('empties the locations', 'replace', '/locations', [])):
        image_id = bench.image(api='v2')
        checks.expect(bench.patch('producer', image_id, 'replace',
                                  '/min_ram', 1), 200)
        answer = bench.patch('producer', image_id, op, path, value)
        now = checks.expect(bench.ask('producer', 'GET',
                                      'images/' + image_id), 200)
        status = (now.json or {}).get('status')
        yield checks.evidence(
            'the owner ' + name, verdicts.NOT_TESTED if answer.error
            else verdicts.SAFE if status == 'active' else verdicts.EXPOSED,
            '%s; its status: %s' % (checks.told(answer), status))


KEPT = base.Claim(
    'last-location-kept',
    'No user removes the last location of an image.',
    NOTE, test='ImageSharingTest.test_last_location_is_kept',
    checks=(_remove,))

CLAIMS = (KEPT,)
