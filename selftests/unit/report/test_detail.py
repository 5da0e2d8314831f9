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
from glance_ossn_tests.report import record
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
    schema, = [s for s in schemas if '/%s-' % name in s['$id']]
    checked = jsonschema.Draft202012Validator
    checked.check_schema(schema)
    return checked(schema, registry=registry)


class TestDetail(oslo.BaseTestCase):

    CLAIM = base.CLAIMS['v2-share-v2-list']

    def test_expanded_it_is_what_it_was_built_of(self):
        cells = [base.a_cell(), base.a_cell('EXPOSED', why='page 1'),
                 base.a_cell(listing='/v2/images?limit=1'),
                 base.a_cell(image_id=None, verdict='NOT TESTED')]
        built = detail.build(self.CLAIM, 'EXPOSED', cells, 'text')
        self.assertEqual(cells, detail.expand(detail.parse(
            detail.dump(built))))

    def test_forms_are_kept(self):
        forms = [{'form': '/v1', 'reach': 'refused', 'why': '404'}]
        built = detail.build(self.CLAIM, 'SAFE', forms)
        self.assertEqual(forms, detail.expand(built))
        validator('detail').validate(built)

    def test_what_is_the_same_is_said_once(self):
        cells = [base.a_cell(listing='/v2/images?limit=%d' % number,
                             image_id='image-%d' % image)
                 for number in range(30) for image in range(30)]
        size = len(detail.dump(detail.build(self.CLAIM, 'SAFE', cells)))
        self.assertLess(size, len(json.dumps(cells)) / 10)

    def test_each_verdict_is_valid(self):
        for verdict in record.WORST_FIRST:
            validator('detail').validate(detail.build(
                self.CLAIM, verdict, [base.a_cell(verdict)], 'text'))

    def test_what_is_wrong_is_not_valid(self):
        built = detail.build(self.CLAIM, 'SAFE', [base.a_cell()])
        for change in ({'verdict': 'FINE'}, {'schema': 2}, {'more': 1},
                       {'cells': [[0, 0, 0]]}, {'note': ''},
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
                                 {'advertised', 'answers'})
                self.assertEqual({'start', 'end', 'requests', 'plugin',
                                  'tempest'}, set(result.detail['run']))

    def test_of_another_version_or_kind_it_is_refused(self):
        error = self.assertRaises(detail.Unreadable, detail.parse,
                                  b'{"schema": 7}')
        self.assertIn('schema 7', str(error))
        for data in (b'', b'[]', b'{}', b'\xff', b'null'):
            self.assertRaises(detail.Unreadable, detail.parse, data)
