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
conf=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
report=${conf%.conf}-ossn
shift
[ -w "$(dirname "$conf")" ] ||
    fail "cannot write to $(dirname "$conf"), where the report goes; copy \
tempest.conf to a folder of yours."
# Of an earlier run, they would pass for this one's.
rm -f "$report.html" "$report.json" "$report.sarif" "$report.xml"

# A workspace of its own, so that the last run in it is this one.
workspace=$(mktemp -d)
trap 'rm -rf "$workspace"' EXIT
trap 'exit 2' HUP INT TERM
cd "$workspace"
tempest init --workspace-path "$workspace/known.yaml" run >/dev/null ||
    fail "\"tempest init\" failed in $workspace, see above."
cd run

ran=0
tempest run --config-file "$conf" --regex ossn "$@" || ran=$?

for kind in html:html json:json junit:xml sarif:sarif; do
    tempest ossn report --format ${kind%:*} --output "$report.${kind#*:}" \
        --fail-on never || fail "there is no report, see above."
done
verdict=0
tempest ossn report || verdict=$?
echo "Reports: $report.html, .json, .sarif, .xml (JUnit)"
if [ $verdict -eq 0 ] && [ $ran -ne 0 ]; then
    fail "Tempest failed ($ran) though no claim did; see its output above."
fi
exit $verdict
