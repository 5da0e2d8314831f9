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

"""The HTML report in a real browser."""

import base64
import pathlib
import re

import fixtures
from oslotest import base as oslo
from selenium.webdriver.common import by
from selenium.webdriver.common import keys

from glance_ossn_tests import notes
from glance_ossn_tests.report import html
from selftests.functional import browser
from selftests.unit.report import base

# The relative luminance and contrast of WCAG 2, of what is drawn.
_CONTRAST = '''
const channel = v => { v /= 255;
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
const light = c => { const [r, g, b] = c.match(/[0-9.]+/g).map(Number);
  return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b); };
const back = element => { for (; element; element = element.parentElement) {
  const color = getComputedStyle(element).backgroundColor;
  if (!/, 0\\)$/.test(color)) return color; } };
return Math.min(...[...document.querySelectorAll(
    'p, dd, dt, th, td, a, h1, h2, li, summary, .badge, .faint')].map(e => {
  const [a, b] = [light(getComputedStyle(e).color), light(back(e))];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); }));
'''


class TestHtml(oslo.BaseTestCase):

    def setUp(self):
        super().setUp()
        if None in browser.programs():
            self.skipTest(browser.MISSING)
        self.folder = pathlib.Path(self.useFixture(fixtures.TempDir()).path)

    def open(self, chrome, name):
        path = self.folder / (name + '.html')
        path.write_text(html.render(base.read(name)))
        chrome.get(path.as_uri())

    def shown(self, chrome, selector):
        return [each for each in chrome.find_elements(
            by.By.CSS_SELECTOR, selector) if each.is_displayed()]

    def test_it_renders_what_the_run_found(self):
        with browser.browser() as chrome:
            for name in base.RUNS:
                self.open(chrome, name)
                report = base.read(name)
                self.assertIn(report.verdict, chrome.title)
                self.assertEqual(len(report.results), len(
                    self.shown(chrome, '.claim')))
                for verdict, count in report.counts.items():
                    style = verdict.lower().replace(' ', '-')
                    self.assertEqual(count, len(self.shown(
                        chrome, '.claim.%s' % style)))
                    self.assertEqual(count, len(self.shown(
                        chrome, 'tr.row.%s:not(.note)' % style)))
                self.assertEqual([], chrome.get_log('browser'))

    def test_a_matrix_counts_all_pairs(self):
        with browser.browser() as chrome:
            self.open(chrome, 'pike')
            for result in base.read('pike').results:
                badges = chrome.find_elements(
                    by.By.CSS_SELECTOR,
                    '[id="%s"] .matrix td' % result.claim.name)
                found = {}
                for badge in badges:
                    match = re.fullmatch(r'\W*([A-Z ]+) (\d+)', badge
                                         .get_property('textContent')
                                         .strip())
                    if match:
                        found[match[1]] = found.get(match[1], 0) + int(
                            match[2])
                if all(each.where for each in result.evidence):
                    self.assertEqual(result.counts, found)

    def test_nothing_is_wider_than_a_phone(self):
        with browser.browser(360, 740) as chrome:
            for name in base.RUNS:
                self.open(chrome, name)
                for unfold in ('', 'document.querySelectorAll("details")'
                                   '.forEach(d => d.open = true);'):
                    self.assertEqual([360, 360], chrome.execute_script(
                        unfold + 'return [innerWidth, '
                        'document.documentElement.scrollWidth]'))

    def test_the_filter_by_keyboard_leaves_what_is_exposed(self):
        with browser.browser() as chrome:
            self.open(chrome, 'pike')
            box = chrome.find_element(by.By.ID, 'only')
            for _ in range(60):
                if chrome.switch_to.active_element == box:
                    break
                chrome.switch_to.active_element.send_keys(keys.Keys.TAB)
            self.assertEqual(box, chrome.switch_to.active_element)
            box.send_keys(keys.Keys.SPACE)
            exposed = [result for result in base.read('pike').results
                       if result.verdict == 'EXPOSED']
            for selector, number in (
                    ('.claim', len(exposed)), ('.claim.exposed', len(exposed)),
                    ('tr.row', len(exposed) + len(
                        {result.claim.note for result in exposed}))):
                self.assertEqual(number, len(self.shown(chrome, selector)))
            box.send_keys(keys.Keys.SPACE)
            self.assertEqual(len(notes.CLAIMS),
                             len(self.shown(chrome, '.claim')))

    def test_a_group_of_histories_unfolds(self):
        with browser.browser() as chrome:
            self.open(chrome, 'pike')
            group = self.shown(chrome, '.matrix tbody .names')[0]
            self.assertFalse(group.find_element(by.By.TAG_NAME, 'li')
                             .is_displayed())
            group.find_element(by.By.TAG_NAME, 'summary').send_keys(
                keys.Keys.ENTER)
            self.assertTrue(group.find_element(by.By.TAG_NAME, 'li')
                            .is_displayed())

    def test_both_colors_have_contrast(self):
        backs = set()
        for dark in (False, True):
            with browser.browser(dark=dark) as chrome:
                for name in base.RUNS:
                    self.open(chrome, name)
                    backs.add(chrome.execute_script(
                        'return getComputedStyle(document.body)'
                        '.backgroundColor'))
                    self.assertGreaterEqual(
                        chrome.execute_script(_CONTRAST), 4.5)
        self.assertEqual(2, len(backs))

    def test_printed_it_has_the_evidence_that_is_open(self):
        with browser.browser() as chrome:
            self.open(chrome, 'pike')

            def pages():
                data = base64.b64decode(chrome.execute_cdp_cmd(
                    'Page.printToPDF', {})['data'])
                self.assertTrue(data.startswith(b'%PDF'))
                return len(re.findall(rb'/Type\s*/Page\b', data))
            brief = pages()
            self.assertLess(brief, 25)
            chrome.execute_script(
                'document.querySelectorAll("details").forEach('
                'each => {each.open = true})')
            self.assertGreater(pages(), 2 * brief)
            chrome.execute_cdp_cmd('Emulation.setEmulatedMedia',
                                   {'media': 'print'})
            self.assertEqual([], self.shown(chrome, '.filter'))
