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

"""The report as SARIF 2.1.0, for code scanning.

GitHub shows every result as an alert, whatever its kind, so that only what
needs somebody is a result: what is exposed, by the rule of its note, and
what could not be tested, by a rule of its own. It wants a file for each: the
one that is to be changed.
"""

import hashlib
import json
import re

from glance_ossn_tests.report import view
from glance_ossn_tests.sharing import verdicts

_SCHEMA = ('https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/'
           'schemas/sarif-schema-2.1.0.json')
_HOME = 'https://opendev.org/openstack/glance-ossn-tests'
# GitHub's words for them are high from 7.0, medium from 4.0.
_SEVERITIES = {'high': '8.0', 'medium': '5.0', 'low': '2.0'}
_UNTESTED = 'NOT-TESTED'


def _file(result):
    """Find the file that the remedy names first."""
    found = re.search(r'[\w-]+\.(conf|yaml)\b', result.remedy)
    return 'etc/glance/' + (found[0] if found else 'glance-api.conf')


def _rule(note):
    help_text = '%s\n\nAffected: %s\n\nWhat to change: %s' % (
        note.allows, note.affected, note.remedy)
    return {
        'id': note.name,
        'name': note.name.title().replace('-', ''),
        'shortDescription': {'text': note.title},
        'fullDescription': {'text': note.allows},
        'help': {
            'text': help_text + '\n\nRead more: ' + ' '.join(note.references),
            'markdown': '%s\n\n%s\n' % (
                help_text, '\n'.join('* <%s>' % url
                                     for url in note.references))},
        **({'helpUri': note.references[0]} if note.references else {}),
        'defaultConfiguration': {'level': 'error'},
        'properties': {
            'security-severity': _SEVERITIES[note.severity],
            'precision': 'very-high', 'tags': ['security', 'openstack']}}


def _untested_rule():
    text = ('Something kept the suite from looking, so that the claim is '
            'neither shown to hold nor shown not to. Mend what the message '
            'says, and run the suite again.')
    return {
        'id': _UNTESTED, 'name': 'NotTested',
        'shortDescription': {'text': 'A claim could not be tested'},
        'fullDescription': {'text': text},
        'help': {'text': text, 'markdown': text},
        'helpUri': _HOME,
        'defaultConfiguration': {'level': 'warning'},
        'properties': {'tags': ['openstack']}}


def _result(report, rules, rule, level, claim, text, file):
    where = ' '.join(report.cloud.get('endpoints', ['unknown'])[:1])
    identity = '%s %s %s' % (rule, claim, where)
    return {
        'ruleId': rule,
        'ruleIndex': [each['id'] for each in rules].index(rule),
        'level': level,
        'message': {'text': view.plain(text)},
        'locations': [{
            'physicalLocation': {
                'artifactLocation': {'uri': file},
                'region': {'startLine': 1}},
            'logicalLocations': [{'name': claim, 'kind': 'claim',
                                  'fullyQualifiedName': '%s %s' % (
                                      view.plain(where), claim)}]}],
        # The same finding of the next run is the same alert.
        'partialFingerprints': {'ossnClaim/v1': hashlib.sha256(
            identity.encode()).hexdigest()}}


def _results(report, rules):
    for result in report.results:
        claim = result.claim
        if result.verdict in (verdicts.EXPOSED, verdicts.WAIVED):
            made = _result(
                report, rules, claim.note.name, 'error', claim.name,
                '%s is %s. What should hold: %s\nWhat to change: %s\n\n%s' % (
                    claim.name, result.verdict, claim.text, result.remedy,
                    result.text), _file(result))
            if result.verdict == verdicts.WAIVED:
                made['suppressions'] = [{
                    'kind': 'external', 'status': 'accepted',
                    'justification': view.plain(result.text)}]
            yield made
        elif result.verdict == verdicts.NOT_TESTED:
            yield _result(
                report, rules, _UNTESTED, 'warning', claim.name,
                '%s of %s is NOT TESTED: %s' % (
                    claim.name, claim.note.name, result.text),
                _file(result))


def render(report):
    """Write the report as SARIF.

    :param report: :class:`glance_ossn_tests.report.result.Report`
    :returns: text
    """
    rules = [_rule(note) for note in report.notes] + [_untested_rule()]
    run = report.run
    invocation = {
        'executionSuccessful': not report.problems and not (
            report.counts.get(verdicts.NOT_TESTED)),
        'toolExecutionNotifications': [
            {'level': 'error', 'message': {'text': view.plain(problem)}}
            for problem in report.problems]}
    for key, ours in (('startTimeUtc', 'start'), ('endTimeUtc', 'end')):
        if run.get(ours):
            invocation[key] = run[ours].replace('+00:00', 'Z')
    return json.dumps({
        '$schema': _SCHEMA,
        'version': '2.1.0',
        'runs': [{
            'tool': {'driver': {
                'name': 'glance-ossn-tests',
                'version': run.get('plugin', 'unknown'),
                'informationUri': _HOME, 'rules': rules}},
            'automationDetails': {'id': 'glance-ossn-tests/%s/' % view.plain(
                report.cloud.get('region', 'unknown'))},
            'invocations': [invocation],
            'properties': {'verdict': report.verdict,
                           'notAsked': view.not_asked(report),
                           'claims': {r.claim.name: r.verdict
                                      for r in report.results}},
            'results': list(_results(report, rules))}]},
        indent=1) + '\n'
