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

"""Run a command, and write down what it took.

    python -I -S runner.py FILE COMMAND...

A process of its own, with as little in it as possible: the kernel counts the
memory that a command's parent once had as the command's own.
"""

import json
import os
import subprocess
import sys
import time


def main(path, *words):
    """Run it.

    :param path: where to write JSON
    :param words: the command line
    """
    began, clock = time.time(), time.perf_counter()
    child = subprocess.Popen(words)
    _, status, usage = os.wait4(child.pid, 0)
    with open(path, 'w') as file:
        json.dump({'began': began,
                   'wall': time.perf_counter() - clock,
                   'status': os.waitstatus_to_exitcode(status),
                   'client': usage.ru_utime + usage.ru_stime,
                   'memory': usage.ru_maxrss / 1024}, file)


if __name__ == '__main__':
    main(*sys.argv[1:])
