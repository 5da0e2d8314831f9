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

"""OSSN-0060: Glance acts as an admin for everybody."""

from glance_ossn_tests.notes import base
from glance_ossn_tests.notes import checks
from glance_ossn_tests.sharing import verdicts

NOTE = base.Note(
    name='OSSN-0060',
    title='Glance configuration option can lead to privilege escalation',
    affected='Juno to Liberty, and all later ones with a registry (to '
             'Ussuri), with use_user_token = False; also where the registry '
             'asks for no token.',
    allows='Any user reads, changes and deletes the images of all projects.',
    remedy='Remove use_user_token = False from glance-api.conf, and have '
           'flavor = keystone in the section [paste_deploy] of '
           'glance-registry.conf, on each node, and restart both services. '
           'Deploy no registry where Image API v1 is off: v2 needs none.',
    references=('https://wiki.openstack.org/wiki/OSSN/OSSN-0060',
                'https://bugs.launchpad.net/glance/+bug/1493448'))

_GONE = (401, 403, 404)


def _strange(bench, api, changes):
    """Judge what a project reads and changes of another one's image.

    By a status that tells nothing a change is judged by its effect: some
    releases answer 500 for what they refuse.
    """
    bench.form(api)
    image_id = bench.image(api=api)
    path = 'images/' + image_id
    show = 'HEAD' if api == 'v1' else 'GET'
    checks.expect(bench.ask('producer', show, path, api=api), 200)
    yield checks.refused(
        'another project asks %s for an image' % api,
        bench.ask('consumer', show, path, api=api), by=_GONE)
    answer = changes(image_id)
    after = checks.expect(bench.ask('producer', show, path, api=api), 200)
    name = (after.json or {}).get('name') if api == 'v2' else (
        after.headers.get('x-image-meta-name'))
    yield checks.evidence(
        'another project changes an image by ' + api,
        verdicts.NOT_TESTED if answer.error else
        verdicts.SAFE if name == bench.name else verdicts.EXPOSED, answer)
    return image_id


def _v2(bench):
    """An image that was never shared, asked for by v2."""
    yield from _strange(bench, 'v2', lambda image_id: bench.patch(
        'consumer', image_id, 'replace', '/name', bench.name + '-changed'))


def _v1(bench):
    """An image that was never shared, asked for by v1."""
    image_id = yield from _strange(bench, 'v1', lambda image_id: bench.ask(
        'consumer', 'PUT', 'images/' + image_id, api='v1', headers={
            'x-image-meta-name': bench.name + '-changed',
            'x-glance-registry-purge-props': 'false'}))
    # In that state the default list does not show it, but this one.
    answer = checks.expect(bench.ask(
        'consumer', 'GET', 'images/detail', api='v1',
        query={'is_public': 'none', 'name': bench.name}), 200)
    yield checks.evidence(
        'another project lists what is not public by v1',
        verdicts.NOT_TESTED if answer.images is None else
        verdicts.EXPOSED if any(str(image['id']) == image_id
                                for image in answer.images)
        else verdicts.SAFE, answer)


OWN_RIGHTS = base.Claim(
    'own-rights',
    'No user reads or changes images with more than its own rights.',
    NOTE, test='ImageSharingTest.test_users_have_their_own_rights',
    checks=(_v2, _v1))

CLAIMS = (OWN_RIGHTS,)
