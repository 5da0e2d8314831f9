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

import subprocess
import sys

from oslotest import base

from ossn_sandbox import faults
from ossn_sandbox import processes
from ossn_sandbox import releases

# What a service's process does: it has none of our packages.
GUEST = '''
import sys
sys.path[0] = sys.argv[1]
import main
faults = main.load("faults")
try:
    from ossn_sandbox import releases
except ImportError:
    print(*sorted(faults.FAULTS))
'''


class TestFaults(base.BaseTestCase):

    def test_none_got_lost(self):
        # Two of one name would be one.
        self.assertLessEqual(212, len(faults.FAULTS))

    def test_every_fault_says_what_it_does_and_why_it_is_realistic(self):
        for name, fault in faults.FAULTS.items():
            self.assertRegex(name, '^[a-z0-9]+(-[a-z0-9]+)+$')
            first, _, rest = fault.text.partition('\n\n')
            self.assertNotIn('\n', first, name)
            self.assertTrue(first.endswith('.'), name)
            self.assertRegex(rest, r'^Realistic: [^:]+\.$')
            self.assertIn(fault.release or releases.NEWEST,
                          releases.RELEASES, name)

    def test_some_are_drawn_by_lot(self):
        texts = [faults.find('drawn-%d' % number).text
                 for number in range(1, 101)]
        # The same again, and hardly one twice.
        self.assertEqual(texts[6], faults.find('drawn-7').text)
        self.assertLess(70, len(set(texts)))
        self.assertEqual('drawn', faults.find('drawn-7').axis)
        for name in ('drawn-', 'drawn-x', 'drown-1'):
            self.assertIsNone(faults.find(name))

    def test_a_service_loads_them_and_nothing_else(self):
        guest = processes.GUEST.parent
        done = subprocess.run(
            [sys.executable, '-S', '-E', '-c', GUEST, guest], cwd='/',
            stdout=subprocess.PIPE, check=True, text=True)
        self.assertEqual(sorted(faults.FAULTS), done.stdout.split())
