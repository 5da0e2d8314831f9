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

"""Write the golden reports anew, from the recorded runs."""

import pathlib
import sys

# The tests of this project are installed nowhere.
sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from selftests.unit.report import base  # noqa: E402

if __name__ == '__main__':
    base.write_golden()
