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

# All that decides whether a change is good, from nothing but Python with
# venv and pip: style, unit tests, then the suite on real clouds.
set -eu
cd "$(dirname "$0")/.."
PYTHON=${PYTHON:-python3}

if ! [ -x .venv/bin/tox ]; then
    "$PYTHON" -m venv .venv
    .venv/bin/pip install --quiet 'tox>=4.6.0'
fi
exec .venv/bin/tox run -e "${ENVLIST:-pep8,docs,zuul,py3,functional}" "$@"
