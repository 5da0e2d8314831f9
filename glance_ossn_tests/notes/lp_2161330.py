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

"""LP 2161330: Glance fetches from what a user names as a location."""

from glance_ossn_tests.notes import base
from glance_ossn_tests.notes import locations

NOTE = base.Note(
    name='LP-2161330',
    title='Server-side request forgery by HTTP locations',
    affected='2024.2 to 2026.1 whose stores include http.',
    allows='Any user has glance-api connect to hosts that only its own '
           'network reaches, and reads as an image what they answer.',
    remedy='Upgrade Glance to 2026.2 (33.0.0) or later; meanwhile take http '
           'out of enabled_backends (or stores) in glance-api.conf, or have '
           'the rule add_image_location in policy.yaml ask for role:admin.',
    references=('https://bugs.launchpad.net/glance/+bug/2161330',),
    severity='medium')

REFUSED = base.Claim(
    'http-locations',
    'No user gives an image a location on the host of Glance.',
    NOTE, test='ImageSharingTest.test_http_locations_are_refused',
    # Its own loopback, where nothing listens.
    checks=locations.refused('http://127.0.0.1:1/', v1=False))

CLAIMS = (REFUSED,)
