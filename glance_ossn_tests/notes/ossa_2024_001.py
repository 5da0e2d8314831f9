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

"""OSSA-2024-001 and others: an image names a file of the host that opens it.

OSSA-2023-002 and OSSA-2015-014 are of the same kind: what is uploaded is
not what it says, or says what else is to be read.
"""

import struct

from glance_ossn_tests.notes import base
from glance_ossn_tests.notes import checks
from glance_ossn_tests.sharing import verdicts

NOTE = base.Note(
    name='OSSA-2024-001',
    also=('OSSA-2023-002', 'OSSA-2015-014'),
    title='Arbitrary file access through images that name other files',
    affected='Of uploads: all releases before 2025.1, none of which looks at '
             'them. Of Glance itself: with image conversion, before 26.0.1, '
             '27.0.1 and 28.0.2, and of VMDK before 23.0.1, 24.1.1 and 25.1.',
    allows='Such an image is stored and handed out: whatever opens it has to '
           'defend itself. A Nova or Cinder, or a conversion of Glance, that '
           'does not gives the user a file of its host.',
    remedy='Upgrade Glance to 2025.1 or later, which refuses such uploads. '
           'Before that, have the releases of Glance, Nova and Cinder that '
           'the advisories name, which look at an image before they open '
           'it; that cannot be seen from outside, so then waive this claim.',
    references=('https://security.openstack.org/ossa/OSSA-2024-001.html',
                'https://security.openstack.org/ossa/OSSA-2023-002.html',
                'https://security.openstack.org/ossa/OSSA-2015-014.html',
                'https://bugs.launchpad.net/bugs/2059809'),
    cve=('CVE-2024-32498', 'CVE-2022-47951', 'CVE-2015-5163'),
    severity='medium')

# A file that is nowhere: whoever should open the image finds nothing.
_FILE = b'/nonexistent/ossn'
# Headers are all there is: no cap of a cloud refuses as much.
_SIZE = 1024


def _qcow2(backing=False, external=False):
    """Make the header of a QCOW2 image.

    Source: https://www.qemu.org/docs/master/interop/qcow2.html

    :param backing: whether it names a backing file
    :param external: whether its data are in another file
    """
    head = struct.pack(
        '>4sIQIIQIIQQIIQQQQII', b'QFI\xfb', 3, 112 if backing else 0,
        len(_FILE) if backing else 0, 16, 1 << 20, 0, 1, 3 << 16, 1 << 16,
        1, 0, 0, 4 if external else 0, 0, 0, 4, 104)
    return (head.ljust(112, b'\0') + _FILE).ljust(_SIZE, b'\0')


def _vmdk():
    """Make an image of VMDK whose descriptor names a flat file."""
    text = (b'# Disk DescriptorFile\nversion=1\nCID=fffffffe\n'
            b'parentCID=ffffffff\ncreateType="monolithicFlat"\n\n'
            b'RW 2048 FLAT "%s" 0\n' % _FILE)
    head = struct.pack('<4sIIQQQQIQQQB', b'KDMV', 1, 3, 2048, 128, 1, 1, 512,
                       21, 26, 128, 0)
    return (head.ljust(512, b'\0') + text).ljust(_SIZE, b'\0')


_TRIES = 3
_UPLOADS = (
    ('a QCOW2 with an external data file', 'qcow2', _qcow2(external=True)),
    ('a QCOW2 with a backing file', 'qcow2', _qcow2(backing=True)),
    ('a VMDK of a flat file', 'vmdk', _vmdk()))


def _upload(bench):
    """Images that name a file, uploaded."""
    bench.form('v2')
    # Who may not upload shows nothing; images of no format are taken.
    bench.stored(api='v2')
    for what, disk_format, data in _UPLOADS:
        if not bench.clear():
            # With delayed_delete, a refused upload cannot be deleted.
            raise checks.not_testable(
                'the image of a refused upload could not be deleted, so no '
                'other one was made')
        answer = _put(bench, disk_format, data)
        if answer.method == 'POST':
            yield checks.evidence(
                'an image of %s' % disk_format, verdicts.NOT_OFFERED,
                'the cloud takes none: ' + checks.told(answer))
            continue
        yield checks.refused('a user uploads %s' % what, answer,
                             by=(400, 415))


def _put(bench, disk_format, data):
    """Upload data, to another image where the answer was lost.

    What one attempt did to an image makes the next one's answer another.

    :returns: the answer; that to the creation where that was refused
    """
    for _ in range(_TRIES):
        image_id, answer = bench.create(disk_format=disk_format)
        if answer.status == 400:
            return answer
        checks.expect(answer)
        answer = bench.ask('producer', 'PUT', 'images/%s/file' % image_id,
                           data, tries=1)
        if not answer.error or not bench.clear():
            break
    return answer


INSPECTED = base.Claim(
    'uploads-inspected',
    'No upload is taken that names other files of the host it is opened on.',
    NOTE, test='ImageSharingTest.test_uploads_are_inspected',
    checks=(_upload,))

CLAIMS = (INSPECTED,)
