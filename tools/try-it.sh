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

# Start a real cloud of a release on loopback, check it, and take it down:
# tools/try-it.sh [RELEASE] [OPTIONS of ossn-sandbox exec]. The newest release
# is the default.
set -eu
cd "$(dirname "$0")/.."
PYTHON=${PYTHON:-python3}

# Do something that takes its time: a dot each second, its output on failure.
patiently() {
    printf '%s ' "$1"
    shift
    "$@" >"$log" 2>&1 &
    while kill -0 $! 2>/dev/null; do
        printf .
        sleep 1
    done
    echo
    wait $! || { status=$?; cat "$log" >&2; exit $status; }
}

if ! [ -x .venv/bin/ossn-sandbox ]; then
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    patiently "Making .venv" "$PYTHON" -m venv .venv
    # Editable, so that a later "git pull" needs no new installation.
    patiently "Installing into it" \
        .venv/bin/pip install --editable . --editable ./ossn_sandbox
    rm -f "$log"
fi
exec .venv/bin/ossn-sandbox exec "$@" -- \
    "$PWD/.venv/bin/glance-ossn-tests" check --tempest-conf '{conf}'
