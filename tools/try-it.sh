#!/bin/sh
#
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

# Start a real cloud of a release on loopback, run the suite against it and
# take it down: tools/try-it.sh [RELEASE [OPTIONS of ossn-sandbox run]]
set -eu
cd "$(dirname "$0")/.."
PYTHON=${PYTHON:-python3}
[ $# -gt 0 ] || set -- 2026.2

if ! [ -x .venv/bin/ossn-sandbox ]; then
    "$PYTHON" -m venv .venv
    # Editable, so that a later "git pull" needs no new installation.
    .venv/bin/pip install --quiet --editable '.[sandbox]'
fi
exec .venv/bin/ossn-sandbox run "$@"
