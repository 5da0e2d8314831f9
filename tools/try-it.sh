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

# Start a real cloud of a release on loopback, run the suite against it, take
# it down and report: tools/try-it.sh [RELEASE] [OPTIONS of ossn-sandbox run].
# The newest release is the default.
set -eu
cd "$(dirname "$0")/.."
PYTHON=${PYTHON:-python3}

if ! [ -x .venv/bin/ossn-sandbox ]; then
    "$PYTHON" -m venv .venv
    # Editable, so that a later "git pull" needs no new installation.
    .venv/bin/pip install --quiet --editable . --editable ./ossn_sandbox
fi
commands=$PWD/.venv/bin
before=$(mktemp)
trap 'rm -f "$before"' EXIT
status=0
"$commands/ossn-sandbox" run "$@" || status=$?

cd "$(dirname "$("$commands/ossn-sandbox" conf "$@")")/.."
# Not of a former run, should this one have begun no test.
if [ .stestr/next-stream -nt "$before" ]; then
    echo
    "$commands/glance-ossn-tests" report --fail-on never
fi
exit $status
