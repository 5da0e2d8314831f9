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

"""What changed between two runs."""

from glance_ossn_tests import notes
from glance_ossn_tests.report import diff
from glance_ossn_tests.report import record
from selftests.unit.report import base


class TestDiff(base.ReportTest):

    def changes(self, old, new):
        """(kind, former, latter verdict, pairs) of the claim published."""
        reports = [record.read(base.everything(*(
            [base.a_test('published', *result)] if result else [])))
            for result in (old, new)]
        changes = diff.compare(*reports)
        self.assertEqual({'published'} if changes else set(),
                         {change.claim.name for change in changes})
        return [(change.kind, change.old, change.new, len(change.pairs))
                for change in changes]

    def test_a_run_and_itself(self):
        for name in base.RUNS:
            self.assertEqual([], diff.compare(base.read(name),
                                              base.read(name)))

    def test_kinds(self):
        safe = 'SAFE', base.a_pair()
        exposed = 'EXPOSED', base.a_pair('EXPOSED')
        untested = 'NOT TESTED', base.a_pair('NOT TESTED')
        not_offered = 'NOT OFFERED', base.a_pair('NOT OFFERED')
        waived = 'WAIVED', base.a_pair('EXPOSED')
        for old, new, kind in (
                (safe, exposed, diff.EXPOSED),
                (not_offered, exposed, diff.EXPOSED),
                (untested, exposed, diff.EXPOSED),
                (exposed, safe, diff.FIXED),
                (exposed, not_offered, diff.FIXED),
                (safe, untested, diff.UNTESTED),
                (exposed, untested, diff.UNTESTED)):
            self.assertEqual([(kind, old[0], new[0], 1)],
                             self.changes(old, new))
        for old, new in ((exposed, waived), (untested, safe),
                         (not_offered, safe), (safe, not_offered)):
            self.assertEqual([(diff.OTHER, old[0], new[0], 0)],
                             self.changes(old, new))

    def test_what_is_waived_and_then_exposed(self):
        self.assertEqual([(diff.EXPOSED, 'WAIVED', 'EXPOSED', 0)],
                         self.changes(('WAIVED', base.a_pair('EXPOSED')),
                                      ('EXPOSED', base.a_pair('EXPOSED'))))

    def test_one_more_list_exposes(self):
        first = base.a_pair('EXPOSED', '/v2/images')
        self.assertEqual(
            [(diff.EXPOSED, 'EXPOSED', 'EXPOSED', 1)], self.changes(
                ('EXPOSED', first, base.a_pair('SAFE', '/v2/images?a=b')),
                ('EXPOSED', first, base.a_pair('EXPOSED',
                                               '/v2/images?a=b'))))

    def test_images_have_other_ids_in_each_run(self):
        self.assertEqual([], self.changes(
            ('EXPOSED', base.a_pair('EXPOSED', image_id='a', why='page 1')),
            ('EXPOSED', base.a_pair('EXPOSED', image_id='b',
                                    why='page 2'))))

    def test_what_the_new_run_does_not_speak_of_is_untested(self):
        changes = diff.compare(record.read(base.everything()),
                               record.read(b''))
        self.assertEqual({diff.UNTESTED}, {c.kind for c in changes})
        self.assertEqual(len(notes.CLAIMS), len(changes))
        report = record.read(base.everything())
        self.assertEqual(
            {diff.UNTESTED}, {c.kind for c in diff.compare(
                report, report.only(['OSSN-0005']))})

    def test_recorded_runs(self):
        pike, new, broken = (base.read(name) for name in base.RUNS)
        changes = diff.compare(pike, new)
        self.assertEqual(12, len([c for c in changes if c.kind == diff.FIXED]))
        # Some of its pairs are, and others no longer are.
        self.assertEqual(['given-away'], [c.claim.name for c in changes
                                          if c.kind == diff.EXPOSED])
        self.assertNotIn(diff.UNTESTED, [c.kind for c in changes])
        kinds = [change.kind for change in diff.compare(new, pike)]
        self.assertEqual(12, kinds.count(diff.EXPOSED))
        self.assertEqual(
            {diff.UNTESTED}, {c.kind for c in diff.compare(new, broken)})

    def test_text(self):
        pike, new, _ = (base.read(name) for name in base.RUNS)
        text = '\n'.join(diff.lines(new, pike, diff.compare(new, pike)))
        for part in ('Newly exposed', 'v1-share-v1-list: EXPOSED, was NOT',
                     'enable_v1_api = False', 'more pairs of image and list',
                     'more forms'):
            self.assertIn(part, text)
        self.assertIn('Nothing changed', diff.lines(new, new, [])[-1])
