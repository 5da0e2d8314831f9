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

import os
import signal
import subprocess
import sys
import time

import fixtures
from oslotest import base

from ossn_sandbox import processes

HOME = '/box'


class TestParse(base.BaseTestCase):

    def parse(self, *words, home=HOME, **kwargs):
        return processes.parse(7, processes.command(
            'python', *words, **kwargs), home)

    def test_what_command_made(self):
        self.assertEqual(
            processes.Process(7, 'pike', 'glance-api', False),
            self.parse(HOME, 'pike', 'glance-api', '/box/glance/pike', 9292))

    def test_leashed(self):
        self.assertEqual(
            processes.Process(7, 'keystone', 'keystone', True),
            self.parse(HOME, 'keystone', 'keystone', leash=3))

    def test_another_folder(self):
        for home in ('/box2', '/', '/box/', 'box'):
            self.assertIsNone(self.parse(home, 'pike', 'glance-api', 'x'))

    def test_another_program(self):
        words = processes.command('python', HOME, 'pike', 'glance-api', 'x')
        self.assertIsNone(processes.parse(
            7, ['vim', *words[2:], words[1]], HOME))
        self.assertIsNone(processes.parse(
            7, [words[0], '/other/main.py', *words[2:]], HOME))

    def test_short(self):
        words = processes.command('python', HOME, 'pike', 'glance-api')
        for length in range(len(words)):
            self.assertIsNone(processes.parse(7, words[:length], HOME))


class TestEnvironment(base.BaseTestCase):

    def test_what_the_shell_says_of_a_cloud_is_left_out(self):
        for name in ('OS_CLOUD', 'OS_DATABASE__CONNECTION', 'https_proxy',
                     'ALL_PROXY', 'PYTHONPATH', 'OSSN_X'):
            self.useFixture(fixtures.EnvironmentVariable(name, 'x'))
        found = processes.environment('PYTHON')
        self.assertEqual(['OSSN_X'], [name for name, value in found.items()
                                      if value == 'x'])
        self.assertIn('PYTHONPATH', processes.environment())


class TestStop(base.BaseTestCase):

    def other(self, code='import time; time.sleep(60)'):
        other = subprocess.Popen([sys.executable, '-c', code],
                                 stdout=subprocess.PIPE)
        self.addCleanup(other.stdout.close)
        self.addCleanup(other.wait)
        self.addCleanup(other.kill)
        return other

    def test_reused_number(self):
        # What the state knew as ours is somebody else's process by now.
        other = self.other()
        stale = processes.Process(other.pid, 'pike', 'glance-api', False)
        self.assertEqual(0, processes.stop([stale], HOME))
        time.sleep(0.1)
        self.assertIsNone(other.poll())

    def test_gone(self):
        other = self.other('')
        other.wait()
        stale = processes.Process(other.pid, 'pike', 'glance-api', False)
        self.assertEqual(0, processes.stop([stale], HOME))

    def test_deaf(self):
        other = self.other(
            'import signal, time\n'
            'signal.signal(signal.SIGTERM, signal.SIG_IGN)\n'
            'print("ready", flush=True)\n'
            'time.sleep(60)')
        other.stdout.readline()
        process = processes.Process(other.pid, 'pike', 'glance-api', False)
        self.patch(processes, '_read', lambda pid, home: process)
        self.patch(processes, '_GRACE_SECONDS', 0.1)
        self.assertEqual(1, processes.stop([process], HOME))
        self.assertEqual(-signal.SIGKILL, other.wait(10))

    def test_find_reads_proc(self):
        self.assertEqual([], processes.find('/nowhere'))
        self.assertIsNone(processes._read(os.getpid(), '/nowhere'))
