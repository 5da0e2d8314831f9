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

"""The published notes that no request to a cloud can judge."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Row:
    """A note that is NOT TESTABLE HERE.

    :param name: e.g. 'OSSN-0061'
    :param title: its title
    :param why: the reason
    :param cve: its CVEs
    """

    name: str
    title: str
    why: str
    cve: tuple = ()


# All notes and advisories that name Glance and are not judged: by the
# repositories of both as they were on these days.
AS_OF = ('notes up to OSSN-0108 as of 2026-08-20, advisories up to '
         'OSSA-2026-012 as of 2026-05-07')
_CLIENT = 'it is about a client, not about a service'
_RACE = ('it shows in a race, and in what stays in the store, which no '
         'request tells')

ROWS = (
    Row('OSSN-0052', 'Python-swiftclient exposes raw token values in debug '
        'logs', 'it shows in logs'),
    Row('OSSN-0055', 'Service accounts may have cloud admin privileges',
        'it is about assignments in Keystone: "openstack role assignment '
        'list --user glance --names" tells them'),
    Row('OSSN-0061', 'Glance image signature uses an insecure hash algorithm '
        '(MD5)', 'it takes keys and certificates in Barbican; Liberty alone '
        'is concerned', ('CVE-2015-8234',)),
    Row('OSSN-0063', 'Nova and Cinder key manager for Barbican misuses '
        'cached credentials', 'it is about Nova and Cinder'),
    Row('OSSN-0064', 'Keystone admin_token_auth use by default causes '
        'insecure operation', 'it is about Keystone'),
    Row('OSSN-0079', 'Ceph credentials included in logs using older versions '
        'of libvirt/qemu', 'it shows in logs'),
    Row('OSSN-0087', 'Ceph user credential leakage to consumers of OpenStack '
        'Manila', 'it is about Ceph and Manila'),
    Row('OSSN-0092', 'Using Configuration as a Short-Term Mitigation for '
        'OSSA-2023-003', 'it is about the configuration of Cinder and Nova'),
    Row('OSSN-0108', 'Multiple authentication vulnerabilities in Ceph',
        'it is about Ceph'),
    Row('OSSA-2013-002', 'Backend password leak in Glance error message',
        'it takes a Swift store that fails', ('CVE-2013-0212',)),
    Row('OSSA-2013-018', 'Missing SSL certificate check in Python glance '
        'client', _CLIENT, ('CVE-2013-4111',)),
    Row('OSSA-2013-027', 'Glance image_download policy not enforced for '
        'cached images', 'it takes a cache, a rule download_image that '
        'refuses somebody, and an account of each kind', ('CVE-2013-4428',)),
    Row('OSSA-2013-029', 'Potential Nova denial of service through '
        'compressed disk images', 'it is about Nova',
        ('CVE-2013-2096', 'CVE-2013-4463', 'CVE-2013-4469')),
    Row('OSSA-2014-004', 'Glance Swift store backend password leak',
        'it shows in logs', ('CVE-2014-1948',)),
    Row('OSSA-2015-003', 'Glance user storage quota bypass', _RACE,
        ('CVE-2014-9623',)),
    Row('OSSA-2015-004', 'Glance import task leaks image in backend', _RACE,
        ('CVE-2014-9684', 'CVE-2015-1881')),
    Row('OSSA-2015-009', 'Persistent XSS in Horizon metadata dashboard',
        'it is about Horizon', ('CVE-2015-3988',)),
    Row('OSSA-2015-013', 'Glance task flow may fail to delete image from '
        'backend', _RACE, ('CVE-2015-3289',)),
    Row('OSSA-2015-020', 'Glance storage overrun', _RACE,
        ('CVE-2015-5286',)),
    Row('OSSA-2016-012', 'Malicious qemu-img input may exhaust resources in '
        'Cinder, Glance, Nova', 'to try it is to exhaust them',
        ('CVE-2015-5162',)),
    Row('OSSA-2023-003', 'Unauthorized volume access through deleted volume '
        'attachments', 'it is about volumes of Cinder, which Glance may '
        'store images in', ('CVE-2023-2088',)),
    Row('OSSA-2024-003', 'Unvalidated image data passed to qemu-img',
        'it is about Ironic', ('CVE-2024-44082',)))
