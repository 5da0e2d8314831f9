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

"""OSSN-0048: an image's data come by methods that should not read it."""

from glance_ossn_tests.notes import base
from glance_ossn_tests.notes import checks
from glance_ossn_tests.sharing import verdicts

NOTE = base.Note(
    name='OSSN-0048',
    title='Glance method filtering does not work under certain conditions',
    affected='Icehouse, Juno before 2014.2.4 and Kilo before its release, '
             'with the cache on, where Python runs with -O.',
    allows='Whoever may read an image gets its data by a method that a proxy '
           'before Glance may not look at.',
    remedy='Upgrade Glance to 2014.2.4, 2015.1.0 or later; meanwhile run it '
           'without -O (PYTHONOPTIMIZE), or without the cache middleware in '
           'glance-api-paste.ini.',
    references=('https://wiki.openstack.org/wiki/OSSN/OSSN-0048',
                'https://bugs.launchpad.net/glance/+bug/1414532'),
    severity='low')

_SAFE = (400, 403, 404, 405, 501)


def _asked(bench, api, path, methods, image_id):
    """Judge methods by whether data come, and whether they stay."""
    for method in methods:
        answer = bench.ask('producer', method, path, api=api)
        name = '%s %s of an image by its owner' % (
            method, path.replace(image_id, 'ID'))
        if bench.content in answer.body:
            yield checks.evidence(name, verdicts.EXPOSED, (
                '%s, with the data' % answer))
        else:
            yield checks.refused(name, answer, by=_SAFE)
    yield bench.kept('the data thereafter', image_id, answer)


def _v2(bench):
    """An image's data, asked of v2 by other methods."""
    bench.form('v2')
    # It is in the cache then, if there is one.
    image_id = bench.stored(api='v2')
    yield from _asked(bench, 'v2', 'images/%s/file' % image_id, ('DELETE',),
                      image_id)


def _v1(bench):
    """An image's data, asked of v1 by other methods."""
    bench.form('v1')
    image_id = bench.stored(api='v1')
    yield from _asked(bench, 'v1', 'images/' + image_id, ('POST', 'PATCH'),
                      image_id)


FILTERED = base.Claim(
    'methods-filtered',
    'An image\'s data come by no method but GET.',
    NOTE, test='ImageSharingTest.test_methods_are_filtered',
    checks=(_v2, _v1))

CLAIMS = (FILTERED,)
