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

"""OSSA-2014-012: users name a Sheepdog location, run as a command."""

from glance_ossn_tests.notes import base
from glance_ossn_tests.notes import locations

NOTE = base.Note(
    name='OSSA-2014-012',
    title='Remote code execution in Glance Sheepdog backend',
    affected='2013.2 to 2013.2.3, where the Sheepdog store is enabled, as '
             'it is by default.',
    allows='Any user runs commands on the hosts of Glance.',
    remedy='Upgrade Glance to 2013.2.4, 2014.1.1 or later; meanwhile take '
           'sheepdog out of known_stores (later: stores) in glance-api.conf.',
    references=('https://security.openstack.org/ossa/OSSA-2014-012.html',
                'https://bugs.launchpad.net/glance/+bug/1298698'),
    cve=('CVE-2014-0162',))

# A name of no volume, and nothing of what made it dangerous.
_URL = 'sheepdog://00000000-0000-0000-0000-000000000000'

REFUSED = base.Claim(
    'sheepdog-refused',
    'No user gives an image a location of Sheepdog.',
    NOTE, test='ImageSharingTest.test_sheepdog_is_refused',
    checks=locations.refused(_URL))

CLAIMS = (REFUSED,)
