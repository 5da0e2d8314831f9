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

"""The notes, and beyond them: a module each, and what they claim in all."""

from glance_ossn_tests.notes import beyond
from glance_ossn_tests.notes import ossn_0005
from glance_ossn_tests.notes import ossn_0015

# What a run is expected to judge, and waivers may be about.
CLAIMS = ossn_0005.CLAIMS + ossn_0015.CLAIMS + beyond.CLAIMS
