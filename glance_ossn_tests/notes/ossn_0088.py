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

"""OSSN-0088: users make metadata definitions, and see those of others."""

import functools

from glance_ossn_tests.notes import base
from glance_ossn_tests.notes import checks

NOTE = base.Note(
    name='OSSN-0088',
    title='Some of the Glance metadef APIs likely to leak resources',
    affected='All releases before Wallaby, whose policy lets every user '
             'make metadata definitions; later ones whose policy does.',
    allows='Any user makes definitions without a limit, whose names and '
           'contents other projects may see.',
    remedy='Have the rules of metadata definitions (add_metadef_namespace '
           'and all others that add, modify or delete) in the policy file of '
           'Glance ask for role:admin (the default since Wallaby: remove '
           'what overrides it), and restart glance-api.',
    references=('https://wiki.openstack.org/wiki/OSSN/OSSN-0088',),
    severity='medium')

_PATH = 'metadefs/namespaces'


def _remove(bench, name):
    if not bench.delete('%s/%s' % (_PATH, name)):
        raise checks.not_tested('it could not be deleted')


def _metadefs(bench):
    """A namespace of metadata definitions."""
    bench.form('v2')
    checks.expect(bench.ask('producer', 'GET', _PATH, query={'limit': 1}),
                  200)
    if not bench.remover and not bench.conf.intrusive:
        raise checks.not_testable(
            'who may make definitions may not always delete them, and the '
            'run has no admin who would: [glance_ossn] intrusive')
    # Where images stay, so would this.
    bench.prepare()
    name = bench.name
    made = bench.thing('the metadata namespace',
                       functools.partial(_remove, bench))
    answer = bench.ask('producer', 'POST', _PATH, {
        'namespace': name, 'visibility': 'private'})
    if answer.status not in (400, 403, 404, 405):
        made(name)
    yield checks.refused('a user makes metadata definitions', answer)
    if answer.status not in checks.DONE:
        return
    for what in ('', '/objects', '/properties', '/tags', '/resource_types'):
        yield checks.refused(
            'another project asks for a private namespace%s' % what,
            bench.ask('consumer', 'GET', '%s/%s%s' % (_PATH, name, what)),
            by=(403, 404))
    _remove(bench, name)


CLOSED = base.Claim(
    'metadefs-closed',
    'No user makes metadata definitions, or sees those of others.',
    NOTE, test='ImageSharingTest.test_metadefs_are_closed',
    checks=(_metadefs,))

CLAIMS = (CLOSED,)
