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

"""OSSN-0013: who may not write a protected property writes it."""

import functools

from glance_ossn_tests.notes import base
from glance_ossn_tests.notes import checks

NOTE = base.Note(
    name='OSSN-0013',
    title='Glance does not apply property protections as expected',
    affected='Havana before 2013.2.2 where rules overlap; any release whose '
             'property_protection_file has a permissive rule before a '
             'strict one.',
    allows='Ordinary users write properties that only some roles should: '
           'those that tell what an image is licensed, billed or scheduled '
           'by.',
    remedy='In the property_protection_file that glance-api.conf names, have '
           'each strict rule before the permissive ones, none of which '
           'matches the same property, and restart glance-api; Havana: '
           'upgrade to 2013.2.2 or later.',
    references=('https://wiki.openstack.org/wiki/OSSN/OSSN-0013',
                'https://bugs.launchpad.net/glance/+bug/1271426'),
    severity='medium')

# What nobody protects: where this is refused as well, a refusal says nothing.
_CONTROL = 'ossn_unprotected'


def _created(bench, api, name):
    fields = {name: 'x'} if api == 'v2' else {'property-' + name: 'x'}
    return bench.create(api=api, **fields)[1]


def _written(bench, api, what, send):
    """See what is refused of two properties, of which one is protected."""
    name = bench.conf.protected_property
    if not name:
        raise checks.not_testable(
            'which property no user of the tests may write is not known: '
            'name one as [glance_ossn] protected_property')
    bench.form(api)
    checks.expect(send(_CONTROL))
    yield checks.refused('a user %s' % what, send(name))


def _create(bench, api):
    """A protected property of a new image."""
    yield from _written(bench, api, 'creates an image with it by ' + api,
                        functools.partial(_created, bench, api))


def _add(bench):
    """A protected property, added to an image."""
    image_id = []

    def send(name):
        if not image_id:
            image_id.append(bench.image(api='v2', data=None))
        return bench.patch('producer', image_id[0], 'add', '/' + name, 'x')
    yield from _written(bench, 'v2', 'adds it to its image', send)


PROTECTED = base.Claim(
    'protected-property',
    'No user writes a property that is protected from it.',
    NOTE, test='ImageSharingTest.test_protected_property_is_not_written',
    checks=(functools.partial(_create, api='v2'), _add,
            functools.partial(_create, api='v1')))

CLAIMS = (PROTECTED,)
