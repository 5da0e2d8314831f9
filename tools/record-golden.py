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

"""Record the runs that the unit tests of the report rest on.

They are of a real Pike, a real 2026.2, and one whose admin has the wrong
password. Of the streams that is kept which the report reads. Afterwards
write the golden reports anew with "python tools/write-golden.py".
"""

import gzip
import io
import pathlib
import sys

import subunit
import testtools

# The tests of this project are installed nowhere.
sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from glance_ossn_tests.report import detail  # noqa: E402
from ossn_sandbox import releases  # noqa: E402
from selftests.functional import base  # noqa: E402

DATA = (pathlib.Path(__file__).parents[1] / 'selftests' / 'unit' / 'report' /
        'data')
KEPT = (detail.NAME, 'traceback', 'traceback-1', 'reason')
# Where this machine has its files is nobody's business.
PATHS = {str(pathlib.Path(__file__).parents[1]): '/source',
         sys.prefix: '/environment', sys.base_prefix: '/python'}


class _Kept(testtools.StreamResult):
    """Passes on what the report reads."""

    def __init__(self, target):
        super().__init__()
        self.target = target

    def status(self, test_id=None, test_status=None, file_name=None,
               **rest):
        if test_id and test_status != 'exists' and (
                file_name is None or file_name in KEPT):
            for path, stands_for in PATHS.items() if file_name else ():
                rest['file_bytes'] = bytes(rest['file_bytes']).replace(
                    path.encode(), stands_for.encode())
            rest['test_tags'] = None
            self.target.status(test_id=test_id, test_status=test_status,
                               file_name=file_name, **rest)


def keep(stream, name):
    """Write a stream into the unit tests' data.

    :param stream: bytes of the subunit stream
    :param name: name of the recording
    """
    kept = io.BytesIO()
    subunit.ByteStreamToStreamResult(io.BytesIO(stream)).run(
        _Kept(subunit.StreamResultToBytes(kept)))
    path = DATA / (name + '.subunit.gz')
    path.write_bytes(gzip.compress(kept.getvalue(), mtime=0))
    print('%s: %d bytes, packed %d' % (path, len(kept.getvalue()),
                                       path.stat().st_size))


class _Recorder(base.CloudTest):

    def runTest(self):
        DATA.mkdir(parents=True, exist_ok=True)
        for release in ('pike', '2026.2'):
            a_cloud = self.box.start([releases.get(release)],
                                     clean=True)[0]
            keep(base.run_tempest(a_cloud.workspace, a_cloud.config).stream,
                 release)
            if release == '2026.2':
                keep(base.run_tempest(a_cloud.workspace, self.changed(
                    a_cloud.config,
                    auth={'admin_password': 'wrong'})).stream, 'broken')
            self.box.stop(release)


if __name__ == '__main__':
    result = testtools.TextTestResult(sys.stderr)
    result.startTestRun()
    _Recorder().run(result)
    result.stopTestRun()
    base.sandbox().stop_started()
    sys.exit(not result.wasSuccessful())
