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


"""Remedies of old releases, which lack what later ones are told to set.

Which release it is shows in the versions of the Image API that it
advertises: Diablo and Essex have no v2, Folsom has v2.0 alone.
"""

_UPGRADE = (
    'This release has Image API v1 alone, and no option (enable_v1_api came '
    'with Folsom) to switch it off in glance-api.conf. Until it is upgraded '
    'to one whose v1 can be switched off, users have to be told: an image in '
    'their list may have been put there by any other project; take none but '
    'by its id and owner.')
_FOLSOM = (
    ' In this release what was shared before stays in the lists of v2, which '
    'ask for no consent: have the producers remove those members through v1 '
    'before it is switched off. v2.0 itself shares nothing, so no project '
    'can share any more.')
# A rule of that age is a list of lists; as one text it refuses everybody in
# Folsom, and is an error in Essex.
_LISTS = ('"publicize_image": [["role:admin"]] in the policy file of Glance '
          '(policy.json; policy.yaml came later) on every node that runs '
          'glance-api, in this form, and restart the service')


def remedy(general, note, advertised):
    """Choose the remedy that a release knows.

    :param general: the remedy of later releases
    :param note: name of the note
    :param advertised: names of the versions of the API that the cloud
        advertises, e.g. 'v2.1'; empty if that is not known
    :returns: text
    """
    minors = {name for name in advertised if name.startswith('v2')}
    if not advertised or minors - {'v2', 'v2.0'}:
        return general
    if note == 'OSSN-0015':
        if minors:
            return 'Set %s.' % _LISTS
        return ('In Essex, set %s. Diablo has no such rule in policy.json: '
                'upgrade it.' % _LISTS)
    if 'enable_v1_api' not in general:
        return general
    return general + _FOLSOM if minors else _UPGRADE
