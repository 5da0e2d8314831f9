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

"""OSSA-2014-041, OSSA-2015-002: a location names a file of the server."""

from glance_ossn_tests.notes import base
from glance_ossn_tests.notes import locations

NOTE = base.Note(
    name='OSSA-2014-041',
    also=('OSSA-2015-002',),
    title='Glance v2 API unrestricted path traversal',
    affected='To 2014.1.3, and 2014.2 before 2014.2.2.',
    allows='Any user reads the files of the host that glance-api may read, '
           'and deletes those that it may delete.',
    remedy='Upgrade Glance to 2014.1.4, 2014.2.2, 2015.1.0 or later; '
           'meanwhile have the rule set_image_location in the policy file '
           'ask for role:admin, and set show_multiple_locations = False in '
           'glance-api.conf.',
    references=('https://security.openstack.org/ossa/OSSA-2014-041.html',
                'https://security.openstack.org/ossa/OSSA-2015-002.html',
                'https://bugs.launchpad.net/glance/+bug/1400966',
                'https://bugs.launchpad.net/glance/+bug/1408663'),
    cve=('CVE-2014-9493', 'CVE-2015-1195'))

REFUSED = base.Claim(
    'files-refused',
    'No user gives an image a location in the files of the server.',
    NOTE, test='ImageSharingTest.test_files_of_the_server_are_refused',
    # Of files that are not there: nothing can be read, or deleted.
    checks=locations.refused(
        'file:///nonexistent/ossn', 'filesystem:///nonexistent/ossn',
        'swift+config://nonexistent/ossn'))

CLAIMS = (REFUSED,)
