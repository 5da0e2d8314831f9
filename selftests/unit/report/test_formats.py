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

"""Each format, from recorded runs and from hard cases."""

import dataclasses
import gzip
import html
from html import parser
import io
import json
import re
from xml.etree import ElementTree

import jsonschema
from testtools import matchers
import xmlschema

from glance_ossn_tests import notes
from glance_ossn_tests.report import failure
from glance_ossn_tests.report import record
from glance_ossn_tests.report import table
from glance_ossn_tests.report import view
from glance_ossn_tests.report import words
from glance_ossn_tests.sharing import verdicts
from selftests.unit.report import base

IMAGES, = (speech for speech, _ in words.sort([base.a_pair()]))
NASTY = '<script>alert(1)</script>|`*_[x](y)\x1b[31m\x00\x07]]>"\'&\ud800'


class TestGolden(base.ReportTest):

    def test_the_recorded_runs_give_the_golden_reports(self):
        for name in base.RUNS:
            report = base.read(name)
            for suffix, render in base.FORMATS.items():
                path = base.golden(name, suffix)
                packed = path.with_name(path.name + '.gz')
                expected = (path.read_bytes() if path.exists() else
                            gzip.decompress(packed.read_bytes()))
                self.assertThat(
                    render(report), matchers.Equals(expected.decode()),
                    '%s: see what changed, then "python '
                    'tools/write-golden.py"' % path.name)

    def test_nobody_learns_where_it_was_recorded(self):
        for name in base.RUNS:
            self.assertNotRegex(base.recorded(name).decode(errors='replace'),
                                r'/(home|root|tmp|work|usr|opt)/')


class TestView(base.ReportTest):

    def test_what_is_alike_is_one_row_and_one_column(self):
        cells = [base.a_pair('EXPOSED' if api == 'v1' else 'SAFE',
                             '/%s/images?limit=%d' % (api, limit),
                             kind=kind, history=history)
                 for api in ('v1', 'v2') for limit in range(5)
                 for kind in ('active', 'queued')
                 for history in ('pending', 'rejected')]
        matrix = view.matrix(IMAGES, cells)
        self.assertEqual([['pending', 'rejected']], matrix.rows)
        self.assertEqual([5, 5], [len(names) for names in matrix.columns])
        self.assertEqual([[('EXPOSED', 20), ('SAFE', 20)]], matrix.values)

    def test_what_differs_is_told_apart(self):
        cells = [base.a_pair(verdict, history=history, kind=kind,
                             form=form)
                 for history, kind, form, verdict in (
                     ('pending', 'active', '/v2', 'SAFE'),
                     ('pending', 'queued', '/v2', 'EXPOSED'),
                     ('pending', 'queued', '/v2.1', 'SAFE'))]
        self.assertEqual(
            [['pending, active', 'pending, queued, through /v2.1'],
             ['pending, queued, through /v2']],
            view.matrix(IMAGES, cells).rows)

    def test_no_cell_is_lost_or_changed(self):
        for result in base.read('pike').results:
            for speech, alike in view.sort(result):
                counts = {}
                if speech.place:
                    for row in view.matrix(speech, alike).values:
                        for verdict, count in filter(None, row):
                            counts[verdict] = counts.get(verdict, 0) + count
                    self.assertEqual(result.counts, counts)

    def test_every_exposed_cell_has_evidence(self):
        for result in base.read('pike').results:
            for speech, alike in view.sort(result):
                if not speech.place:
                    continue
                seen = view.sightings(alike)
                pairs = {(place, where, seen.items[number - 1])
                         for place, where, numbers in seen.places
                         for number in numbers}
                self.assertEqual(pairs, {
                    (pair.where.name, pair.why, pair.what)
                    for pair in alike if pair.verdict is verdicts.EXPOSED})

    def test_ranges(self):
        self.assertEqual('1-3, 5, 7-8', view.ranges([1, 2, 3, 5, 7, 8]))
        self.assertEqual('', view.ranges([]))


class _Tags(parser.HTMLParser):
    """What an HTML file consists of."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text, self.open = [], '', []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ('meta', 'input', 'br'):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if self.open.pop() != tag:
            raise AssertionError('</%s> ends something else' % tag)

    def handle_data(self, data):
        self.text += data


class TestHardCases(base.ReportTest):

    def reports(self):
        nasty = base.a_pair('EXPOSED', NASTY, NASTY, NASTY, history=NASTY)
        nasty = record.read(base.everything(base.a_test(
            'published', 'EXPOSED', nasty, status='fail', text=NASTY)))
        nasty.cloud['region'] = NASTY
        yield 'nasty', nasty
        yield 'nothing was run', record.read(b'')
        yield 'nothing was found', record.read(base.everything())
        yield 'waived', record.read(base.everything(base.a_test(
            'published', 'WAIVED', base.a_pair('EXPOSED'), status='skip',
            text='accepted by Ada until 2027-01-01')))
        yield 'damaged', record.read(base.everything()[:-10])
        for name in base.RUNS:
            yield name, base.read(name)

    def test_junit(self):
        schema = xmlschema.XMLSchema(base.DATA / 'jenkins-junit.xsd')
        for name, report in self.reports():
            root = ElementTree.fromstring(base.FORMATS['xml'](report))
            schema.validate(root)
            cases = root.findall('testsuite/testcase')
            self.assertEqual(len(report.results) + len(report.problems),
                             len(cases), name)
            for element, verdict, total in (
                    ('failure', 'EXPOSED', 'failures'),
                    ('error', 'NOT TESTED', 'errors')):
                found = len(root.findall('.//' + element))
                expected = report.counts.get(verdict, 0) + (
                    len(report.problems) if element == 'error' else 0)
                self.assertEqual((expected, str(expected)),
                                 (found, root.get(total)), name)
            self.assertEqual(
                sum(report.counts.get(verdict, 0) for verdict in (
                    'WAIVED', 'NOT OFFERED', 'NOT TESTABLE HERE')),
                len(root.findall('.//skipped')))

    def test_junit_says_what_was_seen(self):
        forms = [verdicts.Evidence(
            verdicts.Item('form', '/v1' + suffix), None, verdicts.EXPOSED,
            'GET ...%s: 200' % suffix) for suffix in ('', '.0', '.1')]
        refused = dataclasses.replace(forms[2], verdict=verdicts.SAFE)
        image = ('image %s: pending, queued, through /v2; membership: '
                 'pending; list /v2/images: why')
        for evidence, seen in (
                ([base.a_pair('EXPOSED', image_id='one')], image % 'one'),
                ([base.a_pair(), base.a_pair('EXPOSED', image_id='two'),
                  base.a_pair('EXPOSED', '/v2/images?status=active')],
                 image % 'two' +
                 ', one of 2 such pairs of image and list'),
                ([], 'It does not hold that: %s'
                 % base.CLAIMS['v1-unreachable'].text),
                (forms, 'form /v1: GET ...: 200, one of 3 such forms'),
                ([refused, forms[1]], 'form /v1.0: GET ....0: 200')):
            report = record.read(base.everything(base.a_test(
                'v1-unreachable', 'EXPOSED', *evidence, status='fail')))
            failure, = ElementTree.fromstring(
                base.FORMATS['xml'](report)).iter('failure')
            self.assertEqual('EXPOSED: ' + seen, failure.get('message'))

    def test_sarif(self):
        schema = json.loads(
            (base.DATA / 'sarif-schema-2.1.0.json').read_text())
        validator = jsonschema.Draft4Validator(schema)
        for name, report in self.reports():
            data = json.loads(base.FORMATS['sarif'](report))
            validator.validate(data)
            run, = data['runs']
            rules = run['tool']['driver']['rules']
            wanted = sum(report.counts.get(verdict, 0) for verdict in (
                'EXPOSED', 'NOT TESTED', 'WAIVED'))
            self.assertEqual(wanted, len(run['results']), name)
            for result in run['results']:
                # What GitHub's form has no place for without.
                location, = result['locations']
                self.assertRegex(
                    location['physicalLocation']['artifactLocation']['uri'],
                    r'^etc/glance/[\w-]+\.(conf|yaml)$')
                rule = rules[result['ruleIndex']]
                self.assertEqual(result['ruleId'], rule['id'])
                self.assertTrue(rule['help']['markdown'])
                self.assertTrue(result['partialFingerprints'])

    def test_sarif_keeps_what_is_waived_suppressed(self):
        report = dict(self.reports())['waived']
        result, = json.loads(base.FORMATS['sarif'](report))['runs'][0][
            'results']
        suppression, = result['suppressions']
        self.assertIn('until 2027-01-01', suppression['justification'])

    def test_a_remark_is_told(self):
        report = record.read(base.everything(base.a_test(
            'published', 'SAFE', base.a_pair('SAFE'), text='good to know')))
        for suffix in ('txt', 'md', 'html'):
            text = base.FORMATS[suffix](report)
            self.assertIn('Remarks', text)
            self.assertIn('good to know', text)

    def test_html(self):
        for name, report in self.reports():
            page = base.FORMATS['html'](report)
            tags = _Tags(page)
            self.assertEqual([], tags.open)
            self.assertFalse({'script', 'link', 'img', 'iframe'} &
                             {tag for tag, _ in tags.tags}, name)
            self.assertNotIn('url(', page)
            ids = [attrs['id'] for _, attrs in tags.tags if 'id' in attrs]
            self.assertEqual(len(ids), len(set(ids)))
            for tag, attrs in tags.tags:
                href = attrs.get('href', '')
                if href.startswith('#'):
                    self.assertIn(href[1:], ids)
            for result in report.results:
                self.assertIn(result.claim.name, ids)

    def test_html_escapes_what_a_cloud_says(self):
        page = base.FORMATS['html'](dict(self.reports())['nasty'])
        self.assertNotIn('<script', page)
        self.assertIn(html.escape('<script>alert(1)</script>'), page)
        self.assertNotIn('\x1b', page)
        page.encode()

    def test_markdown(self):
        for name, report in self.reports():
            text = base.FORMATS['md'](report)
            self.assertNotIn('<script', re.sub(r'\\<', '', re.sub(
                r'`[^\n]*`', '', text)), name)
            self.assertLess(len(text), 65536, name)
            text.encode()
            rows = len(notes.CLAIMS) + len({
                claim.note for claim in notes.CLAIMS})
            self.assertEqual(1 + rows, len([
                line for line in text.partition('## Verdicts')[2]
                .partition('##')[0].splitlines()
                if line.startswith('|')]) - 1, name)

    def test_table_for_any_width_and_encoding(self):
        reports = dict(self.reports())
        for name, width, full in (
                ('nasty', 20, False), ('nasty', 80, True),
                ('pike', 40, False), ('damaged', 30, False),
                ('waived', 200, True)):
            for encoding in ('utf-8', 'ascii', 'iso-8859-1'):
                stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
                text = table.render(reports[name], stream, full, width)
                self.assertNotIn('\x1b', text)
                self.assertLessEqual(max(map(len, text.splitlines())), width)
                if encoding != 'utf-8':
                    self.assertNotRegex(text, '[✗✓│]')
                    text.encode(encoding, 'backslashreplace')

    def test_no_word_is_broken(self):
        for full in (False, True):
            text = table.render(base.read('pike'), io.StringIO(), full, 40)
            for claim in notes.CLAIMS:
                if not claim.core:
                    continue
                self.assertRegex(text, '  %s +.? *│' % claim.name)
            for word in ('EXPOSED', 'OFFERED'):
                self.assertIn(word, text)
            for part in ('EXPOS\n', 'OFFE\n', 'EXPO\n'):
                self.assertNotIn(part, text)

    def test_each_format_tells_the_same(self):
        for name, report in self.reports():
            for suffix in ('txt', 'md', 'html'):
                text = base.FORMATS[suffix](report)
                self.assertIn(report.verdict, text)
                for label, _ in view.facts(report):
                    self.assertIn(label, text)
                for result in report.results:
                    if suffix != 'txt':
                        self.assertIn(result.claim.name, text)

    def test_a_waiver_is_told_with_its_reason(self):
        report = dict(self.reports())['waived']
        for suffix, render in base.FORMATS.items():
            text = render(report)
            self.assertIn('WAIVED', text, suffix)
            self.assertIn('until 2027-01-01', text.replace('\\-', '-'),
                          suffix)


class TestAnotherNote(base.ReportTest):
    """A note about something else than images in lists."""

    CLAIM = base.CLAIMS['published']

    def evidence(self):
        return [verdicts.Evidence(
            verdicts.Item('rule', 'get_%s' % name, {'scope': scope}),
            verdicts.Item('node', 'node %d' % number), verdict,
            'line %d' % number)
            for number, verdict in enumerate(verdicts.Verdict, 1)
            for name, scope in (('image', 'project'), ('task', None))]

    def settings(self):
        return [verdicts.Evidence(verdicts.Item('setting', 'debug %d' % n),
                                  None, verdict, 'is %d' % n)
                for n, verdict in enumerate(verdicts.Verdict)]

    def test_all_formats_tell_it(self):
        evidence = self.evidence() + self.settings()
        text = failure.tell(self.CLAIM, evidence)
        report = record.read(base.everything(base.a_test(
            'published', 'EXPOSED', *evidence, status='fail', text=text)))
        for suffix in ('txt', 'md', 'html'):
            page = re.sub(r'[\\`]', '', base.FORMATS[suffix](report))
            # In brief, an example of each type; else all of it.
            last = 'debug 0' if suffix == 'txt' else 'debug 1'
            for part in ('get_image', 'node 1', 'line 1', last):
                self.assertIn(part, page, suffix)
        for suffix in ('xml', 'sarif'):
            self.assertIn('get_image', base.FORMATS[suffix](report))
        self.assertEqual(report.as_dict(), record.read(
            json.dumps(report.as_dict()).encode()).as_dict())

    def test_the_text_of_a_failure(self):
        self.assertEqual('\n'.join([
            'OSSN-0015 EXPOSED (published)',
            'What should hold: ' + self.CLAIM.text,
            'It does not, in 2 of 14 pairs of rule and node.',
            'These nodes', '  - node 1: line 1', 'show these rules',
            '  - get_image; scope: project', '  - get_task; scope: none',
            'It does not, for these settings:', '  - debug 0: is 0',
            *failure.advice(self.CLAIM),
            'Not tested: 2 of 14 pairs of rule and node, because',
            '  - line 2 (2, e.g. "get_image" in node 2)',
            'Of these settings it could not be found out:',
            '  - debug 1: is 1']), failure.tell(
                self.CLAIM, self.evidence() + self.settings()))


class TestNewcomer(base.ReportTest):
    """From a red run to what to change in which file."""

    def test_the_last_screen_says_option_section_and_file(self):
        text = base.FORMATS['txt'](base.read('pike'))
        first = text.splitlines()[0]
        self.assertIn('EXPOSED: 13 of %d' % len(base.CLAIMS), first)
        last = ' '.join(text.partition('What to change')[2].split())
        self.assertIn('Set enable_v1_api = False in the section [DEFAULT] of '
                      'glance-api.conf', last)
