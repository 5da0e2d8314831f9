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

"""What is done at the same time."""

import threading
import time

from oslotest import base

from glance_ossn_tests.survey import work


class TestInParallel(base.BaseTestCase):

    def test_results_come_in_the_order_of_the_things(self):
        for workers in (1, 4):
            self.assertEqual(list(range(0, 200, 2)), work.in_parallel(
                workers, lambda number: 2 * number, range(100)))

    def test_no_more_at_a_time_than_it_may(self):
        # Each waits for two others, and no fourth may come.
        together = threading.Barrier(3)
        inside = threading.Semaphore(3)

        def act(number):
            self.assertTrue(inside.acquire(blocking=False))
            together.wait(10)
            inside.release()
            # None may begin anew while others are still to go.
            together.wait(10)
        work.in_parallel(3, act, range(9))

    def test_after_an_error_no_more_is_begun(self):
        for workers in (1, 2):
            done = []

            def act(number):
                if number == 0:
                    raise ValueError('first')
                time.sleep(.05)
                done.append(number)
            error = self.assertRaises(ValueError, work.in_parallel, workers,
                                      act, range(100))
            self.assertEqual('first', str(error))
            self.assertLess(len(done), 10)
