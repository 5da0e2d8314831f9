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

"""OSSA-2026-004: imports fetch from addresses that are written oddly."""

from glance_ossn_tests.notes import base
from glance_ossn_tests.notes import checks

NOTE = base.Note(
    name='OSSA-2026-004',
    title='Server-side request forgery by image import',
    affected='Before 29.1.1, 30.0.0 to 30.1.0, and 31.0.0, where web-download '
             'is among the import methods.',
    allows='Any user has glance-api fetch from hosts that only its own '
           'network reaches, and reads as an image what they answer.',
    remedy='Upgrade Glance to 29.1.1, 30.1.1, 31.0.1 or later, and set '
           'disallowed_hosts (or allowed_hosts) in the section '
           '[import_filtering_opts] of glance-image-import.conf; meanwhile '
           'take web-download out of enabled_import_methods in '
           'glance-api.conf.',
    references=('https://security.openstack.org/ossa/OSSA-2026-004.html',
                'https://bugs.launchpad.net/glance/+bug/2138602'),
    cve=('CVE-2026-34881',))

# All of the loopback of the host that Glance runs on, and in words that a
# list of names of hosts does not have. The port of HTTP: by any other one it
# would be refused for that.
_URLS = ('http://2130706433/', 'http://0x7f000001/', 'http://0177.0.0.1/',
         'http://127.1/')
# What each filter refuses, by its scheme.
_NO_URL = 'file:///nonexistent/ossn'


def _import(bench):
    """An address of the loopback, imported from."""
    bench.form('v2')
    if not bench.work.imports:
        raise checks.not_offered('[image-feature-enabled] import_image of '
                                 'tempest.conf is false')
    answer = bench.ask('producer', 'GET', 'info/import')
    methods = ((answer.json or {}).get('import-methods') or {}).get('value')
    if answer.status != 200 or 'web-download' not in (methods or ()):
        raise checks.not_offered('no user may import from a URL')
    answer = _ask(bench, _NO_URL)
    if answer.status in (403, 404, 405):
        raise checks.not_offered('no user may import: ' + checks.told(answer))
    if answer.status in checks.DONE:
        raise checks.not_testable(
            'the cloud takes any URL, even %s, before it looks at it: %s'
            % (_NO_URL, answer))
    for url in _URLS:
        answer = _ask(bench, url)
        yield checks.refused('a user imports from ' + url, answer,
                             by=(400,) if 'filter' in answer.said else ())


def _ask(bench, url):
    image_id = bench.image(api='v2', data=None)
    try:
        return bench.ask('producer', 'POST', 'images/%s/import' % image_id,
                         {'method': {'name': 'web-download', 'uri': url}})
    finally:
        bench.clear()


FILTERED = base.Claim(
    'imports-filtered',
    'No user imports from an address that is written to escape the filter.',
    NOTE, test='ImageSharingTest.test_imports_are_filtered',
    checks=(_import,))

CLAIMS = (FILTERED,)
