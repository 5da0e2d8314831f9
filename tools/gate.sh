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

# Judge the cloud of a tempest.conf: tools/gate.sh CONF. Writes the report
# next to it and exits by the verdict: 0 clean, 1 exposed, 2 something is
# wrong with the call or the run, 3 not tested. Further arguments go to
# "tempest run".
set -eu

fail() {
    echo "tools/gate.sh: $1" >&2
    exit 2
}

[ $# -gt 0 ] || fail "name the tempest.conf of the cloud to judge."
[ -f "$1" ] && [ -r "$1" ] ||
    fail "$1 is no file that can be read; name the cloud's tempest.conf."
conf=$1
report=${conf%.conf}-ossn
shift
# Of an earlier run, they would pass for this one's.
rm -f "$report.html" "$report.json" "$report.sarif" "$report.xml" ||
    fail "cannot write to $(dirname "$conf"), where the report goes; copy \
tempest.conf to a folder of yours."

exec glance-ossn-tests check --tempest-conf "$conf" \
    --output "$report.html" --output "$report.json" \
    --output "$report.sarif" --output "$report.xml" -- "$@"
