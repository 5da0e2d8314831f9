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
table; the tests take a sample of it.
"""

import sys

from ossn_sandbox import errors
from ossn_sandbox import faults
from ossn_sandbox import releases
from selftests.functional import base

# One of each class, for the time that a change waits for its tests.
SAMPLE = {
    'list-by-tag-forgets-status': {'v2-share-v2-list'},
    'owner-changes-though-refused': {'foreign-owner'},
    # Which only a sequence shows.
    'owner-answers-after-rejection': {'consent'},
}

# What is exposed without any fault, so that it tells nothing of one.
EXPOSED = {'pike': {'v1-unreachable', 'v1-share-v1-list', 'v2-share-v1-list',
                    'revived-consent', 'latent-share', 'third-project',
                    'client-v1'}}
# What a run says that stops as one of the parties sees too much.
PREMISE = 'which nobody ever shared with it'


def release(fault):
    """Tell which release a fault is for.

    :param fault: :class:`ossn_sandbox.faults._seed.Fault`
    :returns: the release's name
    """
    return fault.release or releases.NEWEST


def seed(box, fault):
    """Run the suite on a cloud with a fault.

    :param box: :class:`ossn_sandbox.cloud.Sandbox`
    :param fault: :class:`ossn_sandbox.faults._seed.Fault`
    :returns: :class:`selftests.functional.base.Outcome`
    :raises ossn_sandbox.errors.SandboxError: when the cloud
        does not come up
    """
    a_cloud = box.up('%s~%s' % (release(fault), fault.name))
    try:
        return base.run_tempest(a_cloud.workspace, a_cloud.config,
                                '--regex', 'ossn.*ImageSharingTest',
                                walks=True)
    finally:
        box.stop(a_cloud.name)


def judge(fault, outcome):
    """Tell which claims caught a fault.

    :param fault: :class:`ossn_sandbox.faults._seed.Fault`
    :param outcome: :class:`selftests.functional.base.Outcome`
    :returns: list of their names
    """
    caught = {name for name, detail in outcome.claims.items()
              if detail['verdict'] == 'EXPOSED'}
    if not fault.hides:
        caught -= EXPOSED.get(release(fault), set())
    if PREMISE in outcome.output:
        # Not a verdict, but the run says that it could trust none.
        caught.add('the premise')
    return sorted(caught)


def describe(fault, outcome):
    """Tell what came of a fault that no claim caught.

    :param fault: :class:`ossn_sandbox.faults._seed.Fault`
    :param outcome: :class:`selftests.functional.base.Outcome`
    :returns: text
    """
    unsure = sorted(name for name, detail in outcome.claims.items()
                    if detail['verdict'] == 'NOT TESTED')
    if not outcome.claims:
        return 'MISSED, nothing was judged'
    return 'MISSED' + (', not tested: ' + ', '.join(unsure) if unsure else '')


class TestSample(base.CloudTest):

    def test_a_sample(self):
        for name, claims in SAMPLE.items():
            fault = faults.FAULTS[name]
            outcome = seed(self.box, fault)
            self.assertLessEqual(claims, set(judge(fault, outcome)),
                                 '%s: %s' % (name, outcome.output))


def main(names):
    """Print which claim catches which fault.

    :param names: names of faults, none for all
    :returns: how many were missed
    """
    box, missed = base.sandbox(), []
    for name in names or sorted(faults.FAULTS):
        fault = faults.FAULTS[name]
        try:
            outcome = seed(box, fault)
        except errors.SandboxError as error:
            caught, what = [], 'BROKEN: %s' % error
        else:
            caught = judge(fault, outcome)
            what = ', '.join(caught) or describe(fault, outcome)
        if not caught:
            missed.append(name)
        print('%-44s %-10s %s' % (name, release(fault), what), flush=True)
    print('Missed: %s' % (', '.join(missed) or 'none'))
    return len(missed)


if __name__ == '__main__':
    sys.exit(min(main(sys.argv[1:]), 1))
