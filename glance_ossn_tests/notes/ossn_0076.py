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

"""OSSN-0076, OSSN-0057: nothing limits how many images a user makes."""

from glance_ossn_tests.notes import base
from glance_ossn_tests.notes import checks
from glance_ossn_tests.sharing import verdicts

NOTE = base.Note(
    name='OSSN-0076',
    also=('OSSN-0057',),
    title='No limit on the number of images that a user makes',
    affected='All releases, unless something limits it: since Yoga limits of '
             'Keystone, before that a proxy.',
    allows='Any user fills the database of Glance with images without data, '
           'until the service answers nobody.',
    remedy='Set use_keystone_limits = True in glance-api.conf with a limit '
           'of image_count_total in Keystone (since Yoga), or let the proxy '
           'before glance-api limit the rate of POST /v2/images.',
    references=('https://wiki.openstack.org/wiki/OSSN/OSSN-0076',
                'https://wiki.openstack.org/wiki/OSSN/OSSN-0057'),
    cve=('CVE-2016-8611',),
    severity='low')

# As many in a row; a limiter that lets them through would not help much.
_BURST = 50
# What a limit answers.
_LIMITED = (413, 429, 503)


def _limit(bench):
    """How many images a project may have."""
    usage = bench.ask('producer', 'GET', 'info/usage', api='v2')
    told = usage.json if isinstance(usage.json, dict) else {}
    limit = (told.get('usage') or {}).get('image_count_total') or {}
    if usage.status == 200 and limit.get('limit', -1) >= 0:
        yield checks.evidence('a user asks for its limit of images',
                              verdicts.SAFE, '%s: %d' % (usage,
                                                         limit['limit']))
        return
    if not bench.conf.intrusive:
        raise checks.not_testable(
            'the cloud tells no limit, and to see one of a proxy takes many '
            'images: [glance_ossn] intrusive')
    yield _burst(bench)


def _burst(bench):
    name = 'a user makes %d images in a row' % _BURST
    for number in range(_BURST):
        _, answer = bench.create(api=bench.found.main_api)
        if answer.status in _LIMITED:
            return checks.evidence(name, verdicts.SAFE, (
                'after %d: %s' % (number, checks.told(answer))))
        if answer.status not in checks.DONE:
            return checks.evidence(name, verdicts.NOT_TESTED, answer)
    return checks.evidence(name, verdicts.EXPOSED, 'the last one: %s'
                           % answer)


LIMITED = base.Claim(
    'images-limited',
    'No user makes images without a limit.',
    NOTE, test='ImageSharingTest.test_images_are_limited',
    checks=(_limit,))

CLAIMS = (LIMITED,)
