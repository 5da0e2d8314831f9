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

"""The quick gate, with a Tempest that only notes how it is called."""

import os
import pathlib
import signal
import subprocess
import time

import fixtures
from oslotest import base

GATE = pathlib.Path(__file__).parents[2] / 'tools' / 'gate.sh'

# "init" makes the folder, "run" shows where it runs, "report" writes what is
# asked for or, without a file, is the verdict.
TEMPEST = r'''#!/bin/bash
echo "$*" >>$CALLS
case "$1 $2" in
    init*)
        mkdir ${@: -1}
        ;;
    run*)
        echo "in $PWD"
        [[ -z "$SLOW" ]] || { touch $CALLS.slow; sleep 1; }
        exit ${RUN:-0}
        ;;
    "ossn report")
        case "$*" in
            *--output*)
                echo "$4" >"$6"
                exit ${WRITING:-0}
                ;;
            *)
                exit ${VERDICT:-0}
                ;;
        esac
        ;;
esac
'''


class TestGate(base.BaseTestCase):

    def setUp(self):
        super().setUp()
        self.work = pathlib.Path(self.useFixture(fixtures.TempDir()).path)
        (self.work / 'bin').mkdir()
        tempest = self.work / 'bin' / 'tempest'
        tempest.write_text(TEMPEST)
        tempest.chmod(0o755)
        self.temporary = self.work / 'tmp'
        self.temporary.mkdir()
        # A space in the path, as folders of users have.
        self.folder = self.work / 'my cloud'
        self.folder.mkdir()
        self.conf = self.folder / 'tempest.conf'
        self.conf.write_text('')

    def start(self, *words, **variables):
        variables = {key: str(value) for key, value in variables.items()}
        return subprocess.Popen(
            [GATE, *map(str, words)], cwd=self.folder, text=True,
            env={'PATH': '%s:%s' % (self.work / 'bin', os.environ['PATH']),
                 'TMPDIR': str(self.temporary),
                 'CALLS': str(self.work / 'calls'), 'SLOW': '',
                 **variables},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def gate(self, status, *words, **variables):
        process = self.start(*words, **variables)
        output = process.communicate()[0]
        self.assertEqual(status, process.returncode, output)
        self.assertEqual([], list(self.temporary.iterdir()))
        return output

    def reports(self):
        return {path.name: path.read_text().strip()
                for path in self.folder.iterdir() if path != self.conf}

    def calls(self):
        return (self.work / 'calls').read_text().splitlines()

    def test_reports_are_next_to_the_configuration(self):
        output = self.gate(0, self.conf)
        self.assertEqual(
            {'tempest-ossn.html': 'html', 'tempest-ossn.json': 'json',
             'tempest-ossn.xml': 'junit', 'tempest-ossn.sarif': 'sarif'},
            self.reports())
        self.assertIn(str(self.folder / 'tempest-ossn.html'), output)
        self.assertIn('run --config-file %s --regex ossn' % self.conf,
                      self.calls())
        # Not in a folder where an earlier run would be the last one.
        self.assertIn('in %s/' % self.temporary, output)

    def test_relative_path_and_further_arguments(self):
        self.gate(0, 'tempest.conf', '--concurrency', '4')
        self.assertIn('run --config-file %s --regex ossn --concurrency 4'
                      % self.conf, self.calls())

    def test_status_is_the_verdict(self):
        for verdict, ran in ((0, 0), (1, 1), (3, 1), (2, 1), (3, 0)):
            self.gate(verdict, self.conf, VERDICT=verdict, RUN=ran)

    def test_failure_that_no_claim_has_is_no_success(self):
        self.assertIn('Tempest failed (1) though no claim did',
                      self.gate(2, self.conf, RUN=1))

    def test_without_report_it_is_no_verdict(self):
        self.assertIn('there is no report',
                      self.gate(2, self.conf, WRITING=2, VERDICT=1, RUN=1))

    def test_earlier_reports_do_not_pass_for_this_one(self):
        for name in ('html', 'json', 'xml', 'sarif'):
            (self.folder / ('tempest-ossn.%s' % name)).write_text('old')
        (self.work / 'bin' / 'tempest').write_text('#!/bin/sh\nexit 1\n')
        self.assertIn('"tempest init" failed', self.gate(2, self.conf))
        self.assertEqual({}, self.reports())

    def test_wrong_calls_say_what_is_wanted(self):
        for words in ((), ('nothing.conf',), (self.folder,)):
            self.assertIn('name the', self.gate(2, *words))
        self.assertFalse((self.work / 'calls').exists())

    def test_interrupted_it_is_no_verdict(self):
        process = self.start(self.conf, SLOW='yes')
        while not (self.work / 'calls.slow').exists():
            self.assertIsNone(process.poll())
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        self.assertIn('in ', process.communicate()[0])
        self.assertEqual(2, process.returncode)
        self.assertEqual([], list(self.temporary.iterdir()))
