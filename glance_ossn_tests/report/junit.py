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

"""The report as JUnit XML: one test case per claim."""

from xml.etree import ElementTree

from glance_ossn_tests.report import view
from glance_ossn_tests.report import words
from glance_ossn_tests.sharing import verdicts

# What the viewers know.
_ELEMENTS = {verdicts.EXPOSED: 'failure', verdicts.NOT_TESTED: 'error',
             verdicts.WAIVED: 'skipped', verdicts.NOT_OFFERED: 'skipped',
             verdicts.NOT_TESTABLE: 'skipped',
             verdicts.NOT_SELECTED: 'skipped'}


def _first(text):
    return text.partition('\n')[0]


def _counts(results):
    elements = [_ELEMENTS.get(result.verdict) for result in results]
    return {'tests': str(len(results)),
            'failures': str(elements.count('failure')),
            'errors': str(elements.count('error')),
            'skipped': str(elements.count('skipped'))}


def _seen(result):
    """Tell in one line what was seen of an exposed claim."""
    told = []
    for own, seen in words.sort(
            each for each in result.evidence
            if each.verdict == verdicts.EXPOSED):
        # The first of them stands for all.
        text = '%s %s' % (own.one, own.line(seen[0].what))
        if seen[0].where:
            text += '; %s %s' % (own.place, seen[0].where.name)
        text += ': %s' % seen[0].why
        if len(seen) > 1:
            text += ', one of %d such %s' % (len(seen), own.pairs)
        told.append(text)
    return '; '.join(told) or 'It does not hold that: %s' % result.claim.text


def _case(suite, result):
    claim = result.claim
    case = ElementTree.SubElement(
        suite, 'testcase', name=claim.name, classname=claim.note.name,
        time='0')
    if result.verdict in _ELEMENTS:
        # The first line of the text is the verdict's own headline.
        text = view.plain(result.text)
        element = ElementTree.SubElement(
            case, _ELEMENTS[result.verdict], type=result.verdict,
            message='%s: %s' % (result.verdict, view.plain(
                _seen(result) if result.verdict == verdicts.EXPOSED
                else _first(text))))
        element.text = text
    ElementTree.SubElement(case, 'system-out').text = 'Looked at: %s' % (
        view.looked([result]))


def _trouble(suites, problems):
    """Add what befell the run itself, as a suite of its own."""
    suite = ElementTree.SubElement(
        suites, 'testsuite', name='run', tests=str(len(problems)),
        failures='0', errors=str(len(problems)), skipped='0')
    for number, problem in enumerate(problems, 1):
        case = ElementTree.SubElement(
            suite, 'testcase', name='trouble %d' % number, classname='run',
            time='0')
        ElementTree.SubElement(
            case, 'error', type=verdicts.NOT_TESTED,
            message=view.plain(problem)).text = view.plain(problem)


def render(report):
    """Write the report as JUnit XML.

    :param report: :class:`glance_ossn_tests.report.result.Report`
    :returns: text
    """
    counts = _counts(report.results)
    # Jenkins has it in each suite only.
    del counts['skipped']
    counts['tests'] = str(int(counts['tests']) + len(report.problems))
    counts['errors'] = str(int(counts['errors']) + len(report.problems))
    suites = ElementTree.Element('testsuites', name='glance-ossn-tests',
                                 **counts)
    for note, results in report.notes.items():
        suite = ElementTree.SubElement(suites, 'testsuite', name=note.name,
                                       **_counts(results))
        if report.run.get('start'):
            # JUnit's form has no offset.
            suite.set('timestamp', report.run['start'][:19])
        properties = ElementTree.SubElement(suite, 'properties')
        for label, text in view.facts(report):
            ElementTree.SubElement(properties, 'property', name=label,
                                   value=text)
        for result in results:
            _case(suite, result)
    if report.problems:
        _trouble(suites, report.problems)
    ElementTree.indent(suites)
    return '<?xml version="1.0" encoding="utf-8"?>\n%s\n' % (
        ElementTree.tostring(suites, encoding='unicode'))
