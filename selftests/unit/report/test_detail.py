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

"""What a test attaches to its result."""

import json
import pathlib

import jsonschema
from oslotest import base as oslo
import referencing

from glance_ossn_tests.report import detail
from glance_ossn_tests.sharing import verdicts
from selftests.unit.report import base

SCHEMAS = pathlib.Path(detail.__file__).parent / 'schema'


def validator(name):
    """A validator of one of our schemas, which may name the other.

    :param name: its name
    :returns: jsonschema's validator
    """
    schemas = [json.loads((SCHEMAS / (each + '.json')).read_text())
               for each in ('detail', 'report')]
    registry = referencing.Registry().with_resources(
        (schema['$id'], referencing.Resource.from_contents(schema))
        for schema in schemas)
    schema, = [s for s in schemas if '/%s.' % name in s['$id']]
    checked = jsonschema.Draft202012Validator
    checked.check_schema(schema)
    return checked(schema, registry=registry)


class TestDetail(oslo.BaseTestCase):

    CLAIM = base.CLAIMS['v2-share-v2-list']

    def test_expanded_it_is_what_it_was_built_of(self):
        for evidence in (
                [base.a_pair(), base.a_pair('EXPOSED', why='page 1'),
                 base.a_pair(listing='/v2/images?limit=1'),
                 base.a_pair(image_id=None, verdict='NOT TESTED')],
                [verdicts.Evidence(verdicts.Item('form', '/v1'), None,
                                   verdicts.SAFE, '404'),
                 verdicts.Evidence(verdicts.Item('rule', 'x', {'scope': None}),
                                   verdicts.Item('node', 'n', {'ip': '::1'}),
                                   verdicts.NOT_OFFERED, 'off')], []):
            built = detail.build(self.CLAIM, verdicts.EXPOSED, evidence,
                                 'text')
            validator('detail').validate(built)
            self.assertEqual(evidence, detail.expand(detail.parse(
                detail.dump(built))))

    def test_what_is_the_same_is_said_once(self):
        pairs = [base.a_pair(listing='/v2/images?limit=%d' % number,
                             image_id='image-%d' % image)
                 for number in range(30) for image in range(30)]
        size = len(detail.dump(detail.build(self.CLAIM, verdicts.SAFE,
                                            pairs)))
        self.assertLess(size, 25 * len(pairs))

    def test_each_verdict_is_valid(self):
        for verdict in verdicts.Verdict:
            validator('detail').validate(detail.build(
                self.CLAIM, verdict, [base.a_pair(verdict)], 'text'))

    def test_what_is_wrong_is_not_valid(self):
        built = detail.build(self.CLAIM, verdicts.SAFE, [base.a_pair()])
        for change in ({'verdict': 'FINE'}, {'schema': 1}, {'more': 1},
                       {'evidence': [[0, 0, 0]]}, {'note': ''},
                       {'what': [{'type': 'image'}]},
                       {'evidence': [[None, 0, 0, 0]]},
                       {'cloud': {'password': 'x'}}):
            self.assertRaises(jsonschema.ValidationError,
                              validator('detail').validate,
                              {**built, **change})

    def test_all_that_was_recorded_is_valid(self):
        for name in ('pike', '2026.2'):
            results = base.read(name).results
            self.assertEqual(len(base.CLAIMS), len(results))
            for result in results:
                validator('detail').validate(result.detail)
                self.assertEqual({'region', 'identity', 'endpoints'},
                                 set(result.detail['cloud']) -
                                 {'advertised', 'answers', 'remarks'})
                self.assertLessEqual({'start', 'end', 'requests', 'plugin',
                                      'tempest'}, set(result.detail['run']))

    def test_version_1_is_read(self):
        old = {
            'schema': 1, 'note': 'OSSN-0005', 'claim': 'x', 'text': 't',
            'verdict': 'NOT TESTED', 'cloud': {}, 'run': {},
            'forms': [{'form': '/v1', 'reach': 'not known', 'why': '503'}],
            'cells': [[0, 0, 0, 0]],
            'shares': [{'history': 'pending', 'topic': 'unaccepted',
                        'kind': 'queued', 'share_api': 'v2',
                        'share_form': '/v2', 'image_id': 'image',
                        'membership': 'pending'}],
            'listings': [{'listing': '/v2/images', 'list_api': 'v2',
                          'viewer': 'consumer'}],
            'verdicts': ['SAFE'], 'reasons': ['why']}
        found = detail.parse(detail.dump(old))
        validator('detail').validate(found)
        self.assertEqual([
            verdicts.Evidence(verdicts.Item('form', '/v1'), None,
                              verdicts.NOT_TESTED, '503'),
            base.a_pair()], detail.expand(found))
        for name in ('forms', 'shares', 'verdict', 'text'):
            self.assertRaises(detail.Unreadable, detail.parse, detail.dump(
                {key: old[key] for key in old if key != name}))
        self.assertRaises(detail.Unreadable, detail.parse, detail.dump(
            {**old, 'cells': [[0, 1, 0, 0]]}))

    def test_of_another_version_or_kind_it_is_refused(self):
        error = self.assertRaises(detail.Unreadable, detail.parse,
                                  b'{"schema": 7}')
        self.assertIn('schema 7', str(error))
        for data in (b'', b'[]', b'{}', b'\xff', b'null', b'{"schema": 1}',
                     b'{"schema": 2}', b'{"schema": 2, "verdict": "FINE"}',
                     b'{"schema": 2, "verdict": "SAFE"}'):
            self.assertRaises(detail.Unreadable, detail.parse, data)
