#!/bin/bash
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

# Run by Grenade in each phase: resources.sh PHASE [SIDE]. What was shared
# before the upgrade must mean the same after it.

set -o errexit

source $GRENADE_DIR/grenaderc
source $GRENADE_DIR/functions

set -o xtrace

# The Tempest of the base release stays where it is: the code that wrote the
# state also reads it. Its tempest.conf is the one that Grenade copies to the
# target, too.
OSSN_TEMPEST_DIR=${OSSN_TEMPEST_DIR:-$BASE_RELEASE_DIR/tempest}
OSSN_STATE=${OSSN_STATE:-$SAVE_DIR/glance-ossn-tests.json}

# ossn_upgrade prepare|verify|destroy
function ossn_upgrade {
    local commands=$OSSN_TEMPEST_DIR/.tox/tempest/bin
    local config=$OSSN_TEMPEST_DIR/etc/tempest.conf
    local file
    for file in $commands/tempest $config; do
        if [[ ! -r $file ]]; then
            die $LINENO "$file is not there: let the base release install" \
                "Tempest (enable_service tempest), or set OSSN_TEMPEST_DIR."
        fi
    done
    # -I: what lies in the current folder is not installed.
    if ! $commands/python -I -c "import glance_ossn_tests"; then
        die $LINENO "$commands does not have glance-ossn-tests: add it to" \
            "TEMPEST_PLUGINS of the base release, or enable_plugin it there."
    fi
    # The paths of DevStack's tempest.conf are relative to this folder.
    cd $OSSN_TEMPEST_DIR
    $commands/tempest ossn upgrade $1 --state $OSSN_STATE --config-file $config
}

# need_state - die unless there is what verify needs
function need_state {
    if [[ ! -s $OSSN_STATE ]]; then
        die $LINENO "$OSSN_STATE is not there, or empty: the phase create" \
            "writes it, and nothing may remove it before destroy."
    fi
}

case $1 in
    early_create)
        # Nothing of ours is needed by another project.
        ;;
    create)
        ossn_upgrade prepare
        ;;
    verify)
        # The same before and after the upgrade ($2): what is exposed before
        # it is no less exposed.
        need_state
        ossn_upgrade verify
        ;;
    verify_noapi)
        # Nothing answers now, and no user lists images.
        need_state
        ;;
    destroy)
        if [[ -e $OSSN_STATE ]]; then
            ossn_upgrade destroy
        else
            echo "$OSSN_STATE is not there: nothing was made."
        fi
        ;;
    force_destroy)
        set +o errexit
        [[ ! -e $OSSN_STATE ]] || ossn_upgrade destroy
        ;;
    *)
        die $LINENO "resources.sh has no phase \"$1\"."
        ;;
esac
