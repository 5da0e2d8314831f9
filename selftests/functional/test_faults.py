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

"python -m selftests.functional.test_faults [FAULT...]" prints the
table; the tests take a sample of it. A fault's module may say BASE, the
release that it is for, and HIDES, that it only hides what is exposed there.
"""

import ast
import dataclasses
import sys

from ossn_sandbox import errors
from ossn_sandbox import processes
from ossn_sandbox import releases
from selftests.functional import base

FAULTS = processes.GUEST.parent / 'faults'
# One of each class, for the time that a change waits for its tests.
SAMPLE = {
    'list-by-tag-forgets-status': {'v2-share-v2-list'},
    'owner-changes-though-refused': {'foreign-owner'},
}


# What is exposed without any fault, so that it tells nothing of one.
EXPOSED = {'pike': {'v1-unreachable', 'v1-share-v1-list', 'v2-share-v1-list',
                    'revived-consent', 'latent-share', 'third-project',
                    'client-v1'}}
# What a run says that stops as one of the parties sees too much.
PREMISE = 'which nobody ever shared with it'


@dataclasses.dataclass(frozen=True)
class Fault:
    """What a fault says of itself.

    :param name: its name
    :param text: its docstring
    :param release: name of the release that it is for
    :param hides: whether it only hides what is exposed there
    """

    name: str
    text: str
    release: str = '2026.2'
    hides: bool = False

    @property
    def known(self):
        """The claims that are exposed with or without it."""
        return set() if self.hides else EXPOSED.get(self.release, set())


def read(name):
    """Read a fault's module, without running it.

    :param name: its name
    :returns: :class:`Fault`
    """
    tree = ast.parse((FAULTS / (name.replace('-', '_') + '.py')).read_text())
    said = {ast.unparse(node.targets[0]): node.value for node in tree.body
            if isinstance(node, ast.Assign)}
    return Fault(name, ast.get_docstring(tree), **{
        field: ast.literal_eval(said[constant]) for field, constant in (
            ('release', 'BASE'), ('hides', 'HIDES')) if constant in said})


def seed(box, fault):
    """Run the suite on a cloud with a fault.

    :param box: :class:`ossn_sandbox.cloud.Sandbox`
    :param fault: the :class:`Fault`
    :returns: :class:`selftests.functional.base.Outcome`
    :raises ossn_sandbox.errors.SandboxError: when the cloud
        does not come up
    """
    a_cloud = box.up('%s~%s' % (fault.release, fault.name))
    try:
        return base.run_tempest(a_cloud.workspace, a_cloud.config,
                                '--regex', 'ossn.*ImageSharingTest')
    finally:
        box.stop(a_cloud.name)


def judge(fault, outcome):
    """Which claims caught a fault.

    :param fault: the :class:`Fault`
    :param outcome: :class:`selftests.functional.base.Outcome`
    :returns: list of their names
    """
    caught = {name for name, detail in outcome.claims.items()
              if detail['verdict'] == 'EXPOSED'} - fault.known
    if PREMISE in outcome.output:
        # Not a verdict, but the run says that it could trust none.
        caught.add('the premise')
    return sorted(caught)


def describe(fault, outcome):
    """What came of a fault that no claim caught.

    :param fault: the :class:`Fault`
    :param outcome: :class:`selftests.functional.base.Outcome`
    :returns: text
    """
    unsure = sorted(name for name, detail in outcome.claims.items()
                    if detail['verdict'] == 'NOT TESTED')
    if not outcome.claims:
        return 'MISSED, nothing was judged'
    return 'MISSED' + (', not tested: ' + ', '.join(unsure) if unsure else '')


class TestSample(base.CloudTest):

    def test_every_fault_says_why_it_is_realistic(self):
        for name in releases.faults():
            fault = read(name)
            first, blank, rest = fault.text.partition('\n\n')
            self.assertNotIn('\n', first, name)
            self.assertTrue(rest.startswith('Realistic: '), name)
            self.assertIn(fault.release, releases.RELEASES, name)

    def test_a_sample(self):
        for name, claims in SAMPLE.items():
            fault = read(name)
            outcome = seed(self.box, fault)
            self.assertLessEqual(claims, set(judge(fault, outcome)),
                                 '%s: %s' % (name, outcome.output))


def main(names):
    """Print which claim catches which fault.

    :param names: names of faults, none for all
    :returns: how many were missed
    """
    box, missed = base.sandbox(), []
    for name in names or releases.faults():
        fault = read(name)
        try:
            outcome = seed(box, fault)
        except errors.SandboxError as error:
            caught, what = [], 'BROKEN: %s' % error
        else:
            caught = judge(fault, outcome)
            what = ', '.join(caught) or describe(fault, outcome)
        if not caught:
            missed.append(name)
        print('%-44s %-10s %s' % (name, fault.release, what), flush=True)
    print('Missed: %s' % (', '.join(missed) or 'none'))
    return len(missed)


if __name__ == '__main__':
    sys.exit(min(main(sys.argv[1:]), 1))
