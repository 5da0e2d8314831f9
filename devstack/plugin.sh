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

# Sourced by DevStack in each phase: plugin.sh MODE PHASE.

# configure_glance_ossn_tests - set [glance_ossn] of tempest.conf
function configure_glance_ossn_tests {
    local option variable
    local -a waivers
    for option in $_GLANCE_OSSN_OPTIONS; do
        variable=GLANCE_OSSN_${option^^}
        if [[ -n "${!variable:-}" && $option == waivers ]]; then
            # The one option that may be there more than once.
            IFS=';' read -r -a waivers <<< "${!variable}"
            iniset_multiline $TEMPEST_CONFIG glance_ossn waivers "${waivers[@]}"
        elif [[ -n "${!variable:-}" ]]; then
            iniset $TEMPEST_CONFIG glance_ossn $option "${!variable}"
        fi
    done
}

# raise_glance_image_limits - let a project have the images of a run
#
# DevStack's stable branches make the limits, too, but with a number of their
# own, whatever the variables say.
function raise_glance_image_limits {
    local resource limit id
    for resource in image_count_total image_count_uploading; do
        limit=GLANCE_LIMIT_${resource^^}
        id=$(openstack --os-cloud devstack-system-admin registered limit list \
            --service glance --region $REGION_NAME \
            --resource-name $resource -f value -c ID)
        if [[ -z "$id" ]]; then
            die $LINENO "Keystone has no registered limit $resource for" \
                "glance in $REGION_NAME, without which Glance takes no image."
        fi
        openstack --os-cloud devstack-system-admin registered limit set \
            --default-limit ${!limit} $id
    done
}

# In the phases before, there is no tempest.conf yet; DevStack writes it, and
# installs the plugins of Tempest, at the start of test-config. For unstack
# and clean there is nothing to do, as nothing of ours runs or stays.
if [[ "$1" == "stack" && "${2:-}" == "test-config" ]]; then
    if is_service_enabled tempest; then
        echo_summary "Configuring glance-ossn-tests"
        configure_glance_ossn_tests
        if is_service_enabled g-api && [[ "$GLANCE_ENABLE_QUOTAS" == True ]]; then
            raise_glance_image_limits
        fi
    else
        echo_summary "glance-ossn-tests is not installed: it needs Tempest," \
            "add \"enable_service tempest\" to local.conf"
    fi
fi
