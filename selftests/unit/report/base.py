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

"""Recorded runs, and streams made for a case."""

import gzip
import io
import json
import pathlib

from oslotest import base
import subunit
import testtools

from glance_ossn_tests import notes
from glance_ossn_tests.report import detail
from glance_ossn_tests.report import html
from glance_ossn_tests.report import junit
from glance_ossn_tests.report import markdown
from glance_ossn_tests.report import record
from glance_ossn_tests.report import sarif
from glance_ossn_tests.report import table
from glance_ossn_tests.sharing import matrix
from glance_ossn_tests.sharing import verdicts

DATA = pathlib.Path(__file__).parent / 'data'
RUNS = ('pike', '2026.2', 'broken')
CLAIMS = {claim.name: claim for claim in notes.CLAIMS}

MODULES = {'ImageSharingTest': 'glance_ossn_tests.tests.api.x.',
           'ImageSharingScenario': 'glance_ossn_tests.tests.scenario.x.'}

# A byte more than which golden files are packed.
LARGE = 30000

FORMATS = {
    'txt': lambda report: table.render(report, io.StringIO(), width=80),
    'md': markdown.render, 'xml': junit.render, 'sarif': sarif.render,
    'html': html.render}


def recorded(name):
    """The stream of a recorded run.

    :param name: one of :data:`RUNS`
    :returns: bytes
    """
    return gzip.decompress((DATA / (name + '.subunit.gz')).read_bytes())


def read(name):
    """The report of a recorded run.

    :param name: one of :data:`RUNS`
    :returns: :class:`glance_ossn_tests.report.result.Report`
    """
    return record.read(recorded(name))


def attached(name):
    """What the tests of a recorded run attached, as it is there.

    :param name: one of :data:`RUNS`
    :returns: dict of claim to dict
    """
    found = {}

    def note(test):
        if detail.NAME in test['details']:
            data = json.loads(b''.join(
                test['details'][detail.NAME].iter_bytes()))
            found[data['claim']] = data

    gather = testtools.StreamToDict(note)
    gather.startTestRun()
    subunit.ByteStreamToStreamResult(io.BytesIO(recorded(name))).run(gather)
    gather.stopTestRun()
    return found


def golden(name, suffix):
    """Where a golden report is, and whether it is packed.

    :param name: name of the recorded run
    :param suffix: of :data:`FORMATS`
    :returns: path without the suffix of what is packed
    """
    return DATA / 'golden' / ('%s.%s' % (name, suffix))


def write_golden():
    """Write all golden reports anew."""
    for name in RUNS:
        for suffix, render in FORMATS.items():
            data = render(read(name)).encode()
            path = golden(name, suffix)
            path.parent.mkdir(exist_ok=True)
            packed = path.with_name(path.name + '.gz')
            path.unlink(missing_ok=True)
            packed.unlink(missing_ok=True)
            if len(data) > LARGE:
                packed.write_bytes(gzip.compress(data, mtime=0))
            else:
                path.write_bytes(data)


def a_pair(verdict='SAFE', listing='/v2/images', why='why', image_id='image',
           history='pending', kind='queued', form='/v2'):
    """Make evidence of a pair of image and list.

    :returns: :class:`glance_ossn_tests.sharing.verdicts.Evidence`
    """
    return verdicts.Evidence(
        matrix.image(history, kind, form, topic='unaccepted', api='v2',
                     image_id=image_id, membership='pending'),
        verdicts.Item('list', listing, {'api': 'v2', 'viewer': 'consumer'}),
        verdicts.Verdict(verdict), why)


def a_test(claim, verdict, *evidence, status='success', text='', **attached):
    """A test's result in a stream.

    :param claim: name of the claim
    :param verdict: its verdict
    :param evidence: what it rests on
    :param status: how the test ended
    :param text: what it said
    :param attached: further attachments
    :returns: (id, status, dict of attachments)
    """
    claim = CLAIMS[claim]
    return (test_id(claim), status, {
        detail.NAME: detail.dump(detail.build(
            claim, verdicts.Verdict(verdict), evidence, text)), **attached})


def test_id(claim):
    """The id of a claim's test in a stream.

    :param claim: :class:`glance_ossn_tests.notes.base.Claim`
    :returns: text
    """
    return '%s%s[id-1,smoke]' % (MODULES[claim.test.partition('.')[0]],
                                 claim.test)


def a_stream(*tests):
    """A subunit stream.

    :param tests: (id, status, dict of attachments)
    :returns: bytes
    """
    target = io.BytesIO()
    stream = subunit.StreamResultToBytes(target)
    for name, status, attached in tests:
        stream.status(test_id=name, test_status='inprogress')
        for file_name, data in attached.items():
            stream.status(
                test_id=name, file_name=file_name, eof=True,
                file_bytes=data if isinstance(data, bytes)
                else data.encode(),
                mime_type='application/json' if file_name == detail.NAME
                else 'text/plain; charset=utf8')
        if status:
            stream.status(test_id=name, test_status=status)
    return target.getvalue()


def everything(*tests):
    """A stream in which all claims hold but those of some tests.

    :param tests: as of :func:`a_stream`
    :returns: bytes
    """
    told = {name for name, _, _ in tests}
    return a_stream(*tests, *(
        a_test(name, 'SAFE', a_pair()) for name, claim in CLAIMS.items()
        if test_id(claim) not in told))


class ReportTest(base.BaseTestCase):
    """A test about a report."""

    def result(self, report, claim):
        """What a report says of a claim.

        :param report: :class:`glance_ossn_tests.report.result.Report`
        :param claim: the claim's name
        :returns: :class:`glance_ossn_tests.report.result.Result`
        """
        found, = [result for result in report.results
                  if result.claim.name == claim]
        return found
