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

"""Say what a release makes of overridden policy rules.

Read them from standard input, as a JSON object of rules and checks; print
the names of the rules it has in its code, and of those whose check it does
not understand, which it would silently take for "nobody".
"""

import json
import sys

from oslo_policy import policy

try:
    from glance import policies
except ImportError:
    # Up to Train all are in policy.json.
    policies = None


def main():
    """Judge the rules on standard input, and print what was found."""
    overrides = json.load(sys.stdin)
    understood = policy.Rules.from_dict(overrides)
    json.dump({
        'known': [rule.name for rule in
                  (policies.list_rules() if policies else ())],
        'bad': [rule for rule, check in overrides.items()
                if str(understood[rule]) == '!' and check.strip() != '!'],
    }, sys.stdout)


if __name__ == '__main__':
    main()
