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

"""What is waived, and what a waiver does not reach."""

import datetime
import types
from unittest import mock

from oslotest import base

from glance_ossn_tests import notes
from glance_ossn_tests.notes import ossn_0005
from glance_ossn_tests.notes import ossn_0015
from glance_ossn_tests.notes import ossn_0090
from glance_ossn_tests.notes import waivers
from glance_ossn_tests.sharing import verdicts
from glance_ossn_tests.tests import base as tests

TODAY = datetime.date(2026, 11, 24)
CLAIM = ossn_0005.V1_SHARE_V1_LIST
LATER = '%s until 2999-01-01 because %s'


class TestParse(base.BaseTestCase):

    def test_a_waiver(self):
        waiver = waivers.parse(
            'v1-share-v1-list until 2026-11-24 because billing, until May, '
            'needs v1 because of its age', TODAY)
        self.assertEqual(TODAY, waiver.until)
        self.assertEqual('billing, until May, needs v1 because of its age',
                         waiver.reason)
        self.assertEqual(
            'v1-share-v1-list is waived until 2026-11-24 because ' +
            waiver.reason, str(waiver))

    def test_what_is_wrong_is_said(self):
        for text, wrong in (
                ('', 'has not the form'),
                ('OSSN-0005', 'has not the form'),
                ('OSSN-0005 until 2027-01-01', 'has not the form'),
                ('OSSN-0005 until 2027-01-01 because ', 'has not the form'),
                ('OSSN-0005 because of v1', 'has not the form'),
                ('OSSN-5 until 2027-01-01 because x', 'no claim or note '
                 '"OSSN-5" (is it OSSN-0005?); '),
                ('consents until 2027-01-01 because x', '(is it consent'),
                ('x until 2027-01-01 because x', 'no claim or note "x"; '
                 '"tempest ossn list" shows all'),
                ('OSSN-0005 until tomorrow because x', '"tomorrow" is no day'),
                ('OSSN-0005 until 20270101 because x', 'is no day'),
                ('OSSN-0005 until 2027-02-30 because x', 'is no day'),
                ('OSSN-0005 until 2026-11-23 because x',
                 'it ended on 2026-11-23')):
            error = self.assertRaises(ValueError, waivers.parse, text, TODAY)
            self.assertIn(wrong, str(error), text)

    def test_find(self):
        note, own = LATER % ('ossn-0005', 'note'), LATER % (CLAIM.name, 'own')
        self.assertIsNone(waivers.find([], CLAIM))
        self.assertIsNone(waivers.find([note, own], ossn_0015.PUBLISHED))
        self.assertEqual('note', waivers.find([note], CLAIM).reason)
        self.assertEqual('own', waivers.find([note, own], CLAIM).reason)

    def test_by_a_cve(self):
        waiver = LATER % ('cve-2022-4134', 'ceph')
        self.assertEqual('ceph', waivers.find([waiver],
                                              ossn_0090.HIDDEN).reason)
        self.assertIsNone(waivers.find([waiver], CLAIM))

    def test_names_are_unambiguous(self):
        names = [claim.name.lower() for claim in notes.CLAIMS]
        of_notes = {claim.note.name.lower() for claim in notes.CLAIMS}
        self.assertEqual(len(names), len(set(names)))
        self.assertEqual(set(), of_notes & set(names))


def seen(verdict, name='1', where=verdicts.Item('list', '/v2/images')):
    return verdicts.Evidence(verdicts.Item('image', name), where,
                             verdicts.Verdict(verdict), 'why')


class Skipped(Exception):
    pass


class TestConclude(base.BaseTestCase):
    """What a test comes to, by its verdict and the configuration."""

    def conclude(self, verdict, evidence=(), strict=True, waived=()):
        test = types.SimpleNamespace(
            attach=mock.Mock(), skipException=Skipped,
            fail=mock.Mock(side_effect=AssertionError),
            _waive=tests.TwoProjectsTest._waive)
        ours = types.SimpleNamespace(strict=strict, waivers=list(waived))
        outcome, text = 'passed', None
        with mock.patch.object(tests, 'CONF',
                               types.SimpleNamespace(glance_ossn=ours)):
            try:
                tests.TwoProjectsTest.conclude(test, CLAIM, verdict,
                                               list(evidence), 'as seen')
            except Exception as error:
                outcome, text = type(error).__name__, str(error)
        return outcome, test.attach.call_args.args[1].value, text

    def test_without_waivers(self):
        for verdict, outcome in (('SAFE', 'passed'),
                                 ('EXPOSED', 'AssertionError'),
                                 ('NOT TESTED', 'NotTested'),
                                 ('NOT OFFERED', 'Skipped')):
            self.assertEqual((outcome, verdict),
                             self.conclude(verdicts.Verdict(verdict))[:2])

    def test_not_strict(self):
        for verdict, outcome in (('SAFE', 'passed'),
                                 ('EXPOSED', 'AssertionError'),
                                 ('NOT TESTED', 'Skipped')):
            self.assertEqual((outcome, verdict), self.conclude(
                verdicts.Verdict(verdict), strict=False)[:2])

    def test_waived(self):
        waived = [LATER % (CLAIM.name, 'billing, still, needs it')]
        outcome, verdict, text = self.conclude(verdicts.EXPOSED,
                                               [seen('EXPOSED')],
                                               waived=waived)
        self.assertEqual(('Skipped', 'WAIVED'), (outcome, verdict))
        for part in ('OSSN-0005 WAIVED (v1-share-v1-list)',
                     'until 2999-01-01 because billing, still, needs it',
                     'Exposed and accepted: 1 of 1'):
            self.assertIn(part, text)
        for verdict, outcome in (('SAFE', 'passed'),
                                 ('NOT TESTED', 'NotTested'),
                                 ('NOT OFFERED', 'Skipped')):
            self.assertEqual((outcome, verdict), self.conclude(
                verdicts.Verdict(verdict), waived=waived)[:2])

    def test_what_is_not_tested_is_not_waived_with_the_rest(self):
        evidence = [seen('EXPOSED'), seen('NOT TESTED'), seen('SAFE', '2')]
        waived = [LATER % ('OSSN-0005', 'of v1')]
        # One image, seen in one list and looked for in vain in another.
        self.assertEqual(('Skipped', 'WAIVED'), self.conclude(
            verdicts.EXPOSED, evidence, waived=waived)[:2])
        for more in (seen('NOT TESTED', '2'), seen('NOT TESTED', '3'),
                     # Asked itself, it is not known by another place.
                     seen('NOT TESTED', where=None)):
            evidence.append(more)
            self.assertEqual(
                ('NotTested', 'NOT TESTED'), self.conclude(
                    verdicts.EXPOSED, evidence, waived=waived)[:2])
            evidence.pop()
        evidence.append(seen('NOT TESTED', '2'))
        self.assertEqual(
            ('AssertionError', 'EXPOSED'),
            self.conclude(verdicts.EXPOSED, evidence,
                          waived=[LATER % ('OSSN-0015', 'of v1')])[:2])
