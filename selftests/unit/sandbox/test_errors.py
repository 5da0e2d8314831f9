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

import pathlib

import fixtures
from oslotest import base

from ossn_sandbox import errors

LOGGED = '2026-01-02 03:04:05.678 9 ERROR '


class TestErrorLine(base.BaseTestCase):

    def test_traceback(self):
        self.assertEqual(
            'RuntimeError: no such flavor: x',
            errors.error_line('INFO fine\nTraceback (most recent call '
                              'last):\n  File "x"\nRuntimeError: no such '
                              'flavor: x\n'))

    def test_named_with_its_module(self):
        self.assertEqual(
            'oslo_config.cfg.ConfigFileValueError: Value x',
            errors.error_line(
                'oslo_config.cfg.ConfigFileValueError: Value x\nbye'))

    def test_logged_traceback(self):
        line = f'{LOGGED}glance DatabaseError: file is not a database'
        self.assertEqual(line, errors.error_line('\n'.join((
            f'{LOGGED}glance [-] Unhandled error', line,
            f'{LOGGED}glance [SQL: PRAGMA]',
            f'{LOGGED}glance (Background on this error at: ...)',
            f'{LOGGED}glance ', 'INFO waitress went on'))))

    def test_the_last_one(self):
        line = f'{LOGGED}glance [-] second'
        self.assertEqual(line, errors.error_line(
            f'{LOGGED}glance [None req-1] first\n{line}'))

    def test_tool(self):
        self.assertEqual(
            'main: error: the following arguments are required: role',
            errors.error_line('usage: main\nmain: error: the following '
                              'arguments are required: role'))

    def test_no_error(self):
        self.assertEqual('last', errors.error_line('first\nlast\n\n'))

    def test_empty(self):
        self.assertEqual('', errors.error_line(''))


class TestFromLog(base.BaseTestCase):

    def setUp(self):
        super().setUp()
        self.log = pathlib.Path(
            self.useFixture(fixtures.TempDir()).path) / 'x.log'

    def test_only_this_start_counts(self):
        self.log.write_text('ValueError: old\n')
        offset = self.log.stat().st_size
        with self.log.open('a') as stream:
            stream.write('all is well\n')
        self.assertEqual(
            f'It failed: all is well (log: {self.log})',
            str(errors.from_log('It failed', self.log, offset)))

    def test_no_log(self):
        self.assertIn('nothing was logged',
                      str(errors.from_log('It failed', self.log)))
