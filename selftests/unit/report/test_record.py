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

"""From a stream to what is known: absence is never SAFE."""

import ast
import json
import pathlib

from glance_ossn_tests import notes
from glance_ossn_tests.report import detail
from glance_ossn_tests.report import record
from glance_ossn_tests.report import result as results
from glance_ossn_tests import tests
from selftests.unit.report import base
from selftests.unit.report import test_detail

TRACEBACK = '''Traceback (most recent call last):
  File "/x/test.py", line 170, in setUpClass
    cls.setup_credentials()
    ^^^^^^^^^^^^^^^^^^^^^^^
tempest.lib.exceptions.InvalidConfiguration: Invalid Configuration
Details: Check [identity] uri_v3.
'''


class TestRecordedRuns(base.ReportTest):

    def test_pike(self):
        report = base.read('pike')
        self.assertEqual('EXPOSED', report.verdict)
        self.assertEqual({'EXPOSED': 13, 'SAFE': 26, 'NOT TESTABLE HERE': 3,
                          'NOT OFFERED': 3},
                         report.counts)
        self.assertEqual('pike', report.cloud['region'])
        self.assertIn('v2.5', report.cloud['advertised'])
        self.assertIn('//v1', report.cloud['answers'])
        self.assertGreater(report.run['requests'], 500)
        self.assertEqual([], report.left_behind)
        self.assertIn('enable_v1_api = False', next(iter(
            report.remedies)).remedy)

    def test_2026_2(self):
        report = base.read('2026.2')
        self.assertEqual({'SAFE': 32, 'NOT TESTABLE HERE': 3, 'NOT OFFERED': 8,
                          'EXPOSED': 2},
                         report.counts)
        self.assertEqual(
            {'given-away', 'accepted-content'},
            {result.claim.name for result in report.results
             if result.verdict == 'EXPOSED'})
        self.assertEqual({'complete', 'nothing to test'},
                         {r.completeness for r in report.results})

    def test_a_class_that_died_in_set_up(self):
        report = base.read('broken')
        self.assertEqual({'NOT TESTED': len(base.CLAIMS)}, report.counts)
        self.assertEqual([], report.left_behind)
        for result in report.results:
            self.assertIn('admin_password', result.text)
            self.assertNotIn('Traceback', result.text)
            self.assertEqual('none', result.completeness)

    def test_json_and_back(self):
        for name in base.RUNS:
            report = base.read(name)
            text = json.dumps(report.as_dict())
            test_detail.validator('report').validate(json.loads(text))
            again = record.read(text.encode())
            self.assertEqual(report.as_dict(), again.as_dict())

    def test_a_report_of_version_1(self):
        data = json.loads(json.dumps(base.read('pike').as_dict()))
        for note in data['notes']:
            for claim in note['claims']:
                claim['detail'] = None
        data['schema'] = 1
        self.assertEqual(base.read('pike').counts,
                         results.from_dict(data).counts)
        data['notes'][0]['claims'][0]['detail'] = {'forms': []}
        self.assertRaises(results.Unreadable, results.from_dict, data)


class TestRecord(base.ReportTest):

    def read(self, *tests):
        return record.read(base.a_stream(*tests))

    def test_nothing_was_run(self):
        report = record.read(b'')
        self.assertEqual({'NOT TESTED': len(base.CLAIMS)}, report.counts)
        self.assertIsNone(report.left_behind)
        self.assertIn('test_v1_is_not_reachable',
                      self.result(report, 'v1-unreachable').text)

    def test_what_was_not_run_is_not_tested(self):
        report = self.read(base.a_test('published', 'SAFE', base.a_pair()))
        self.assertEqual('SAFE', self.result(report, 'published').verdict)
        self.assertEqual({'NOT TESTED': len(base.CLAIMS) - 1, 'SAFE': 1},
                         report.counts)
        self.assertEqual('SAFE', report.only(['OSSN-0015']).verdict)

    def test_one_class_died(self):
        report = self.read(
            ('setUpClass (%sImageSharingScenario)'
             % base.MODULES['ImageSharingScenario'], 'fail',
             {'traceback': TRACEBACK}))
        self.assertEqual('Check [identity] uri_v3.',
                         self.result(report, 'client-v1').text)
        self.assertIn('is not in the run',
                      self.result(report, 'published').text)
        self.assertIsNone(report.left_behind)

    def test_a_class_that_refers_to_another(self):
        same = ('glance_ossn_tests.tests.base.SetUpFailed: Stopped by the '
                'same as ImageSharingScenario, which says what it is. Left '
                'behind: nothing.')
        report = self.read(*[
            ('setUpClass (%s%s)' % (base.MODULES[name], name), 'fail',
             {'traceback': text}) for name, text in (
                 ('ImageSharingTest', same),
                 ('ImageSharingScenario', TRACEBACK))])
        self.assertEqual({'Check [identity] uri_v3.'},
                         {result.text for result in report.results})
        # Where runs were split, it says where to look.
        report = self.read(('setUpClass (%sImageSharingTest)' % base.MODULES[
            'ImageSharingTest'], 'fail', {'traceback': same}))
        self.assertIn('as ImageSharingScenario',
                      self.result(report, 'published').text)

    def test_a_class_that_was_skipped_is_not_tested(self):
        report = self.read(
            ('setUpClass (%sImageSharingTest)'
             % base.MODULES['ImageSharingTest'], 'skip',
             {'reason': 'no Image service'}))
        result = self.result(report, 'published')
        self.assertEqual(('NOT TESTED', 'no Image service'),
                         (result.verdict, result.text))

    def test_a_test_that_did_not_end(self):
        name = base.test_id(base.CLAIMS['published'])
        report = self.read((name, None, {}))
        result = self.result(report, 'published')
        self.assertEqual('NOT TESTED', result.verdict)
        self.assertIn('did not end', result.text)
        self.assertIsNone(report.left_behind)

    def test_a_test_that_attached_nothing(self):
        for status in ('success', 'fail', 'skip'):
            report = self.read((base.test_id(base.CLAIMS['published']),
                                status, {}))
            self.assertEqual('NOT TESTED',
                             self.result(report, 'published').verdict)

    def test_a_test_that_failed_after_its_verdict(self):
        for verdict in ('SAFE', 'NOT OFFERED', 'WAIVED'):
            report = self.read(base.a_test(
                'published', verdict, base.a_pair(), status='fail',
                traceback=TRACEBACK))
            result = self.result(report, 'published')
            self.assertEqual('NOT TESTED', result.verdict)
            self.assertEqual('Check [identity] uri_v3.', result.text)

    def test_exposed_stays_exposed_however_the_test_ended(self):
        for status in ('success', 'fail', 'skip', None):
            report = self.read(base.a_test(
                'published', 'EXPOSED', base.a_pair('EXPOSED'),
                status=status))
            self.assertEqual('EXPOSED', report.verdict)

    def test_waived(self):
        report = record.read(base.everything(base.a_test(
            'published', 'WAIVED', base.a_pair('EXPOSED'), status='skip',
            text='accepted by the board until 2027-01-01')))
        self.assertEqual('WAIVED', report.verdict)
        self.assertEqual('WAIVED', self.result(report, 'published').verdict)

    def test_exposed_is_worse_than_not_tested(self):
        report = self.read(base.a_test('published', 'EXPOSED',
                                       base.a_pair('EXPOSED'),
                                       status='fail'))
        self.assertEqual('EXPOSED', report.verdict)

    def test_completeness(self):
        report = self.read(
            base.a_test('published', 'NOT TESTED', base.a_pair(),
                        base.a_pair('NOT TESTED', '/v2/images?a=b', '503'),
                        base.a_pair('NOT OFFERED', '/v2/images?c=d', '400'),
                        status='fail'))
        result = self.result(report, 'published')
        self.assertEqual(('partial', 1, 2), (
            result.completeness, result.looked, result.total))
        self.assertEqual({'503': 1}, result.reasons)

    def test_what_is_left_behind_is_named(self):
        report = record.read(base.everything(
            ('tearDownClass (%sImageSharingTest)'
             % base.MODULES['ImageSharingTest'], 'fail',
             {'traceback': 'x.Error: image 7 is still there'})))
        self.assertEqual(['ImageSharingTest: image 7 is still there'],
                         report.left_behind)
        report = record.read(base.everything(base.a_test(
            'client-v1', 'EXPOSED', base.a_pair('EXPOSED'), status='fail',
            traceback=TRACEBACK, **{'traceback-1': 'E: image 8 stays'})))
        self.assertEqual(1, len(report.left_behind))
        self.assertIn('image 8 stays', report.left_behind[0])

    def test_a_detail_of_another_version(self):
        report = self.read((base.test_id(base.CLAIMS['published']),
                            'success', {detail.NAME: '{"schema": 9}'}))
        result = self.result(report, 'published')
        self.assertEqual('NOT TESTED', result.verdict)
        self.assertIn('schema 9', result.text)

    def test_a_claim_of_another_version(self):
        data = detail.build(base.CLAIMS['published'], 'EXPOSED',
                            [base.a_pair('EXPOSED')], 'seen')
        data.update(note='OSSN-0999', claim='new-claim')
        report = self.read(('glance_ossn_tests.tests.api.x.Y.test_z', 'fail',
                            {detail.NAME: detail.dump(data)}))
        self.assertEqual('EXPOSED',
                         self.result(report, 'new-claim').verdict)
        self.assertEqual('EXPOSED', report.verdict)

    def test_the_later_of_combined_runs_counts(self):
        report = self.read(
            base.a_test('published', 'NOT TESTED', status='fail'),
            base.a_test('published', 'SAFE', base.a_pair()))
        self.assertEqual('SAFE', self.result(report, 'published').verdict)

    def test_a_class_that_died_in_the_later_of_combined_runs(self):
        dead = ('setUpClass (%sImageSharingTest)'
                % base.MODULES['ImageSharingTest'], 'fail',
                {'traceback': TRACEBACK})
        result = base.a_test('published', 'SAFE', base.a_pair())
        self.assertEqual('NOT TESTED', self.result(
            self.read(result, dead), 'published').verdict)
        self.assertEqual('SAFE', self.result(
            self.read(dead, result), 'published').verdict)

    def test_tests_of_others_are_none_of_ours(self):
        stream = base.everything(
            ('tempest.api.X.test_y', 'fail', {'traceback': TRACEBACK}),
            ('setUpClass (tempest.api.X)', 'fail', {}))
        report = record.read(stream)
        self.assertEqual('SAFE', report.verdict)
        self.assertEqual([], report.left_behind)

    def test_a_damaged_stream_is_not_clean(self):
        report = record.read(base.everything()[:-10])
        self.assertTrue(report.problems)
        self.assertEqual('NOT TESTED', report.verdict)

    def test_what_is_no_stream(self):
        for data in (b'hello', b'{"a": 1}', b'{', b'{"schema": 9}',
                     b'{"schema": 1}',
                     b'\x00' * 100):
            self.assertRaises(results.Unreadable, record.read, data)

    def test_last_words(self):
        self.assertEqual('Check [identity] uri_v3.',
                         record.last_words(TRACEBACK))
        self.assertEqual('', record.last_words(''))
        self.assertEqual('skipped', record.last_words('skipped\n'))

    def test_a_claim_of_which_a_run_does_not_speak_is_not_tested(self):
        claims = notes.UPGRADE
        report = record.read(base.everything()).about(claims)
        self.assertEqual(list(claims), [r.claim for r in report.results])
        self.assertEqual({'NOT TESTED': len(claims)}, report.counts)
        self.assertIn(claims[0].test, report.results[0].text)


class TestClaims(base.ReportTest):

    def test_each_test_has_its_claim_and_each_claim_its_test(self):
        found = []
        for path in pathlib.Path(tests.__file__).parent.rglob('test_*.py'):
            for each in ast.parse(path.read_text()).body:
                if isinstance(each, ast.ClassDef):
                    found += ['%s.%s' % (each.name, method.name)
                              for method in each.body
                              if getattr(method, 'name', '').startswith(
                                  'test_')]
        self.assertEqual(sorted(found), sorted(
            claim.test for claim in notes.CLAIMS + notes.UPGRADE))
