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

"""OSSN-0078: by what Glance fetches users see which ports are open."""

from glance_ossn_tests.notes import base
from glance_ossn_tests.notes import checks

NOTE = base.Note(
    name='OSSN-0078',
    title='copy_from in Image Service API v1 allows network port scan',
    affected='All releases that serve Image API v1 (to Queens) whose policy '
             'leaves copy_from to everybody, as is the default.',
    allows='Any user has glance-api connect to hosts and ports that only its '
           'own network reaches, and is told which of them answer.',
    remedy='Set enable_v1_api = False in glance-api.conf, or "copy_from": '
           '"role:admin" in the policy file of Glance, on each node, and '
           'restart glance-api.',
    references=('https://wiki.openstack.org/wiki/OSSN/OSSN-0078',
                'https://bugs.launchpad.net/ossn/+bug/1606495'),
    cve=('CVE-2017-7200',),
    severity='medium')

# The cloud's own, where nothing listens: nobody is disturbed.
_CLOSED = 'http://127.0.0.1:1/'


def _copy_from(bench):
    """An image that v1 shall fetch from a URL."""
    bench.form('v1')
    checks.expect(bench.create(api='v1')[1])
    _, answer = bench.create(api='v1', headers={
        'x-glance-api-copy-from': _CLOSED})
    # To be told that nothing is there is to be told.
    yield checks.refused('a user has v1 fetch an image', answer,
                         done=(*checks.DONE, 400, 404))


NOT_FETCHED = base.Claim(
    'copy-from',
    'No user has Image API v1 fetch what a URL points to.',
    NOTE, test='ImageSharingTest.test_v1_fetches_nothing',
    checks=(_copy_from,))

CLAIMS = (NOT_FETCHED,)
