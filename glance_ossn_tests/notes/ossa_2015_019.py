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

"""OSSA-2015-019: users change the status of an image by v1."""

from glance_ossn_tests.notes import base
from glance_ossn_tests.notes import checks
from glance_ossn_tests.sharing import verdicts

NOTE = base.Note(
    name='OSSA-2015-019',
    title='Glance image status manipulation',
    affected='To 2014.2.3, and 2015.1 before 2015.1.2, by Image API v1.',
    allows='Who owns an image, also a public one, replaces its data under '
           'the same id, and ends that an admin deactivated it.',
    remedy='Upgrade Glance to 2014.2.4, 2015.1.2 or later; meanwhile set '
           'enable_v1_api = False in glance-api.conf.',
    references=('https://security.openstack.org/ossa/OSSA-2015-019.html',
                'https://bugs.launchpad.net/glance/+bug/1482371'),
    cve=('CVE-2015-5251',))


def _judge(name, answer, now, wanted='active'):
    """Judge by the status that is there thereafter."""
    return checks.evidence(
        name, verdicts.NOT_TESTED if answer.error or not now else
        verdicts.SAFE if now == wanted else verdicts.EXPOSED,
        '%s; its status: %s' % (checks.told(answer), now))


def _v1(bench):
    """The status of an image, set by v1."""
    bench.form('v1')
    image_id = bench.stored(api='v1')
    path = 'images/' + image_id

    def change(body=None, **meta):
        return bench.ask('producer', 'PUT', path, body, api='v1', headers={
            'x-glance-registry-purge-props': 'false', **{
                'x-image-meta-' + key: value for key, value in meta.items()}})

    def status():
        return checks.expect(bench.ask('producer', 'HEAD', path, api='v1'),
                             200).headers.get('x-image-meta-status')
    # What may be changed is: else a refusal is of all changes.
    checks.expect(change(min_ram='1'), 200)
    yield _judge('the owner sets the status by v1', change(status='queued'),
                 status())
    yield bench.kept('the owner uploads again by v1', image_id,
                     change(bench.content[::-1]))


def _v2(bench):
    """The status of an image, set by v2."""
    bench.form('v2')
    image_id = bench.stored(api='v2')
    path = 'images/' + image_id
    answer = bench.patch('producer', image_id, 'replace', '/status',
                         'queued')
    now = checks.expect(bench.ask('producer', 'GET', path), 200)
    yield _judge('the owner sets the status by v2', answer,
                 (now.json or {}).get('status'))
    yield bench.kept('the owner uploads again by v2', image_id, bench.ask(
        'producer', 'PUT', path + '/file', bench.content[::-1]))


def _deactivated(bench):
    """The status of a deactivated image, set by v1."""
    bench.form('v1')
    bench.form('v2')
    image_id = bench.image(api='v2')
    path = 'images/' + image_id
    checks.expect(bench.ask('admin', 'POST', path + '/actions/deactivate'))
    try:
        answer = bench.ask('producer', 'PUT', path, api='v1', headers={
            'x-image-meta-status': 'active',
            'x-glance-registry-purge-props': 'false'})
        now = checks.expect(bench.ask('producer', 'GET', path), 200)
    finally:
        # Else Glance leaves the data when the image is deleted.
        bench.ask('admin', 'POST', path + '/actions/reactivate')
    yield _judge('the owner sets the status of a deactivated image by v1',
                 answer, (now.json or {}).get('status'), 'deactivated')


KEPT = base.Claim(
    'status-kept',
    'No user sets the status of an image, or its data anew.',
    NOTE, test='ImageSharingTest.test_status_is_kept',
    checks=(_v2, _v1, _deactivated))

CLAIMS = (KEPT,)
