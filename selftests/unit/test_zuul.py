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

"""The CI jobs, as far as they can be judged without Zuul.

"tox -e zuul" has the schema of Zuul itself, which needs Zuul installed.
"""

import pathlib
import re

from oslotest import base
import yaml

from glance_ossn_tests.tests.api import test_image_sharing

ROOT = pathlib.Path(__file__).parents[2]
OURS = 'glance-ossn-tests'

# Of other repositories; where they are defined.
PARENTS = {
    'devstack-tempest',      # openstack/tempest
    'grenade-base',          # openstack/grenade
    'openstack-tox',         # openstack/openstack-zuul-jobs
}
# What Glance and Keystone need in DevStack; the rest of what its job enables
# takes time for nothing.
NEEDED = {'g-api', 'key', 'memory_tracker', 'file_tracker', 'mysql',
          'openstack-cli-server', 'rabbit', 'tempest', 'tls-proxy'}
ENABLED = NEEDED | {
    'c-api', 'c-bak', 'c-sch', 'c-vol', 'etcd3', 'n-api', 'n-api-meta',
    'n-cond', 'n-cpu', 'n-novnc', 'n-sch', 'ovn-controller', 'ovn-northd',
    'ovs-vswitchd', 'ovsdb-server', 'placement-api', 'q-ovn-agent', 'q-svc',
    's-account', 's-container', 's-object', 's-proxy'}


def entries(kind):
    """The entries of a kind in zuul.d."""
    return [entry[kind] for path in sorted((ROOT / 'zuul.d').glob('*.yaml'))
            for entry in yaml.safe_load(path.read_text()) if kind in entry]


class TestZuul(base.BaseTestCase):

    def setUp(self):
        super().setUp()
        self.jobs = {job['name']: job for job in entries('job')}
        self.project, = entries('project')

    def settings(self, name):
        """The variables of a job with those of its parents here.

        Zuul merges dicts, one level at a time.
        """
        def merge(under, over):
            result = dict(under)
            for key, value in over.items():
                result[key] = merge(under[key], value) if (
                    isinstance(value, dict) and key in under) else value
            return result

        job = self.jobs[name]
        under = (self.settings(job['parent'])
                 if job['parent'] in self.jobs else {})
        return merge(under, job.get('vars', {}))

    def root(self, name):
        while name in self.jobs:
            name = self.jobs[name]['parent']
        return name

    def test_names_are_unique_and_ours(self):
        self.assertEqual(len(self.jobs), len(entries('job')))
        for name in self.jobs:
            self.assertTrue(name.startswith(OURS + '-'), name)
            self.assertIn(self.root(name), PARENTS)

    def test_every_job_runs(self):
        run = {job for pipeline in ('check', 'gate')
               for job in self.project[pipeline]['jobs']}
        self.assertLessEqual(set(self.jobs), run)
        for job in run - set(self.jobs):
            self.assertRegex(job, r'^openstack-tox-py\d+$')
        self.assertLessEqual(set(self.project['gate']['jobs']),
                             set(self.project['check']['jobs']))

    def test_files_of_jobs_exist(self):
        for job in self.jobs.values():
            if 'post-run' in job:
                plays = yaml.safe_load((ROOT / job['post-run']).read_text())
                self.assertTrue(all(play['tasks'] for play in plays))
        listed = re.findall(r'^\[testenv:(.*)\]$',
                            (ROOT / 'tox.ini').read_text(), re.MULTILINE)
        functional = self.settings('glance-ossn-tests-functional')
        self.assertIn(functional['tox_envlist'], listed)

    def test_stable_jobs_test_what_they_are_named_after(self):
        branches = {name: job['override-checkout']
                    for name, job in self.jobs.items()
                    if 'override-checkout' in job}
        self.assertEqual(
            {'%s-tempest-%s' % (OURS, branch.removeprefix(
                'stable/').replace('.', '-')): branch
             for branch in branches.values()}, branches)
        self.assertTrue(branches)

    def test_jobs_on_clouds_run_our_tests(self):
        test = (test_image_sharing.ImageSharingTest.__module__
                + '.ImageSharingTest.test_x')
        for name in self.jobs:
            if self.root(name) == 'openstack-tox':
                continue
            found = self.settings(name)
            # The only environment of Tempest's that honors the regex.
            self.assertEqual('all', found['tox_envlist'])
            self.assertRegex(test, found['tempest_test_regex'])
            self.assertEqual([OURS], found['tempest_plugins'])
            self.assertEqual([OURS], list(found['devstack_plugins']))
            self.assertIn('opendev.org/openstack/' + OURS, [
                project for name_ in (name, self.jobs[name]['parent'])
                for project in self.jobs.get(name_, {}).get(
                    'required-projects', [])])

    def test_leaks_fail_the_jobs(self):
        for name in self.jobs:
            if self.root(name) == 'devstack-tempest':
                found = self.settings(name)
                self.assertIs(True, found['run_tempest_dry_cleanup'])
                self.assertIs(
                    True, found['run_tempest_fail_if_leaked_resources'])

    def test_only_what_is_needed_is_started(self):
        for name in self.jobs:
            services = self.settings(name).get('devstack_services')
            if self.root(name) == 'devstack-tempest':
                off = {key for key, on in services.items() if not on}
                self.assertEqual(NEEDED, ENABLED - off)
            elif self.root(name) == 'grenade-base':
                on = {key for key, on in services.items() if on}
                self.assertEqual({'g-api', 'key', 'mysql', 'rabbit',
                                  'tempest'}, on)

    def test_both_kinds_of_policies_are_tested(self):
        kinds = {self.settings(name)['devstack_localrc'].get(
            'GLANCE_ENFORCE_NEW_DEFAULTS') for name in self.jobs
            if self.root(name) == 'devstack-tempest'}
        self.assertEqual({None, True, False}, kinds)
