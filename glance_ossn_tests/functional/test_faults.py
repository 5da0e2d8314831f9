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

"""Faults seeded into a real Glance: which claim catches each of them.

"python -m glance_ossn_tests.functional.test_faults [FAULT...]" prints the
table; the tests take a sample of it.
"""

import ast
import sys

from glance_ossn_tests.functional import base
from glance_ossn_tests.sandbox import processes
from glance_ossn_tests.sandbox import releases

FAULTS = processes.GUEST.parent / 'faults'
# One of each class, for the time that a change waits for its tests.
SAMPLE = {
    'list-by-tag-forgets-status': {'v2-share-v2-list'},
    'reshare-keeps-consent': {'revived-consent'},
    'owner-changes-though-refused': {'foreign-owner'},
    'v1-path-blocked': {'v1-unreachable'},
}


def read(fault):
    """What a fault says of itself.

    :param fault: its name
    :returns: the release that it is for, and its first line
    """
    tree = ast.parse((FAULTS / (fault.replace('-', '_') + '.py')).read_text())
    release = '2026.2'
    for node in tree.body:
        if isinstance(node, ast.Assign) and (
                ast.unparse(node.targets[0]) == 'BASE'):
            release = node.value.value
    return release, ast.get_docstring(tree).partition('\n')[0]


def seed(box, fault):
    """Run the suite on a cloud with a fault.

    :param box: :class:`glance_ossn_tests.sandbox.cloud.Sandbox`
    :param fault: its name
    :returns: :class:`glance_ossn_tests.functional.base.Outcome`
    """
    a_cloud = box.up('%s~%s' % (read(fault)[0], fault))
    try:
        return base.run_tempest(a_cloud.workspace, a_cloud.config,
                                '--regex', 'ossn.*ImageSharingTest')
    finally:
        box.stop(a_cloud.name)


def judge(fault, outcome):
    """Which claims caught a fault.

    :param fault: its name
    :param outcome: :class:`glance_ossn_tests.functional.base.Outcome`
    :returns: list of names; on Pike, which is exposed, only that of v1
    """
    caught = [name for name, detail in outcome.claims.items()
              if detail['verdict'] == 'EXPOSED']
    if not caught and 'setUpClass' in outcome.tests:
        # Not a verdict, but the run says that it could trust none.
        caught = ['the premise']
    return caught


class TestSample(base.CloudTest):

    def test_every_fault_says_why_it_is_realistic(self):
        for fault in releases.faults():
            tree = ast.parse((FAULTS / (fault.replace('-', '_') + '.py')
                              ).read_text())
            self.assertIn('Realistic: ', ast.get_docstring(tree), fault)

    def test_a_sample(self):
        for fault, claims in SAMPLE.items():
            outcome = seed(self.box, fault)
            self.assertLessEqual(claims, set(judge(fault, outcome)),
                                 '%s: %s' % (fault, outcome.output))


def main(faults):
    """Print which claim catches which fault.

    :param faults: names, none for all
    :returns: how many were missed
    """
    box, missed = base.sandbox(), 0
    for fault in faults or releases.faults():
        outcome = seed(box, fault)
        caught = judge(fault, outcome)
        missed += not caught
        print('%-36s %s' % (fault, ', '.join(caught) or 'MISSED'),
              flush=True)
    return missed


if __name__ == '__main__':
    sys.exit(min(main(sys.argv[1:]), 1))
