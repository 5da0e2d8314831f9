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

import os
import pathlib
import re
import subprocess
import sys

import fixtures
from oslotest import base
import yaml

from glance_ossn_tests.notes import waivers
from glance_ossn_tests.tests.api import test_image_sharing
from selftests.unit import test_devstack

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


def jobs_with(key):
    """The jobs that say something of their own."""
    return [job for job in entries('job') if key in job]


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

    def test_each_branch_of_devstack_has_a_job(self):
        branches = {job.get('override-checkout', 'master')
                    for name, job in self.jobs.items()
                    if self.root(name) == 'devstack-tempest'}
        self.assertEqual(set(test_devstack.BRANCHES), branches)

    def test_both_kinds_of_policies_are_tested_on_every_branch(self):
        for branch, has in test_devstack.BRANCHES.items():
            names = [service + has.policies
                     for service in ('', 'GLANCE_', 'KEYSTONE_')]
            for job, wanted in (('secure-rbac', True),
                                ('old-defaults', False)):
                found = self.settings('%s-tempest-%s' % (OURS, job))
                self.assertEqual(
                    [wanted] * 3, [found['devstack_localrc'].get(name)
                                   for name in names], (branch, job))

    def waived(self, name):
        """The claims that a job lets pass."""
        settings = self.settings(name)
        text = (settings.get('devstack_localrc') or settings[
            'grenade_devstack_localrc']['shared'])['GLANCE_OSSN_WAIVERS']
        # DevStack's role writes it between quotes into a line of bash.
        self.assertNotRegex(text, r'["$`\\\n]')
        return {waivers.parse(one).name for one in text.split(';')}

    def test_jobs_let_pass_what_no_glance_closes_and_no_more(self):
        for name in self.jobs:
            if name.startswith((OURS + '-tempest', OURS + '-grenade')):
                more = {
                    OURS + '-tempest-old-defaults': {'reader-consent',
                                                     'unscoped-list'},
                    OURS + '-tempest-2026-1': {'http-locations'},
                    OURS + '-tempest-2025-2': {'http-locations'}}.get(
                        name, set())
                self.assertEqual({'given-away', 'accepted-content'} | more,
                                 self.waived(name), name)
            else:
                self.assertNotIn('GLANCE_OSSN_WAIVERS',
                                 str(self.jobs[name]))


class TestReportPlaybook(base.BaseTestCase):
    """The play after the tests, run by Ansible on this machine.

    It has the variables of the jobs, and no defaults of any role.
    """

    def setUp(self):
        super().setUp()
        self.work = pathlib.Path(self.useFixture(fixtures.TempDir()).path)
        self.base_dir = str(self.work / 'stack')
        self.folder = self.work / 'stack' / 'tempest'

    def tempest(self, status=0):
        """Install a Tempest that writes what it was asked for."""
        commands = self.folder / '.tox' / 'tempest' / 'bin'
        commands.mkdir(parents=True)
        tempest = commands / 'tempest'
        tempest.write_text('#!/bin/sh\necho "$*" >"$6"\nexit %d\n' % status)
        tempest.chmod(0o755)

    def play(self, success, *words, job=OURS + '-tempest', **variables):
        """Run it as Zuul does after a job that succeeded, or did not.

        :returns: exit status, what it printed
        """
        jobs = TestZuul('test_every_job_runs')
        jobs.setUp()
        self.addCleanup(jobs.doCleanups)
        inventory = self.work / 'inventory.yaml'
        inventory.write_text(yaml.safe_dump({
            'all': {'hosts': {'controller': {
                'ansible_connection': 'local',
                'ansible_python_interpreter': sys.executable,
                # There is no user "tempest" here.
                'ansible_become': False}},
                'vars': {**jobs.settings(job),
                         'zuul': {'branch': 'master'}, **variables}},
            'tempest': {'hosts': {'controller': {}}}}))
        done = subprocess.run(
            [sys.executable, '-m', 'ansible', 'playbook', '-i',
             str(inventory), '-e', 'zuul_success=%s' % success,
             str(ROOT / 'playbooks' / 'report.yaml'), *words],
            cwd=self.work, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, env={
                'PATH': os.environ['PATH'], 'HOME': str(self.work),
                'LC_ALL': 'C.UTF-8', 'ANSIBLE_NOCOLOR': '1',
                'ANSIBLE_GATHERING': 'explicit'})
        return done.returncode, done.stdout

    def test_without_a_base_dir_it_is_that_of_devstack(self):
        # No more than looked at: a developer may have a DevStack there.
        for job in jobs_with('post-run'):
            status, output = self.play(True, '--check', '-vv',
                                       job=job['name'])
            self.assertEqual(0, status, output)
            self.assertIn('/opt/stack/tempest', output)

    def test_without_tempest_it_hides_no_cause(self):
        status, output = self.play(False, devstack_base_dir=self.base_dir)
        self.assertEqual(0, status, output)
        self.assertIn('There is no Tempest in %s.' % self.folder, output)

    def test_reports_are_written_where_zuul_copies_them_from(self):
        self.tempest()
        status, output = self.play(True, devstack_base_dir=self.base_dir)
        self.assertEqual(0, status, output)
        copied, = [job['vars']['zuul_copy_output']
                   for job in jobs_with('post-run')]
        self.assertTrue(copied)
        for path in copied:
            path = pathlib.Path(path.replace('{{ devstack_base_dir }}',
                                             self.base_dir))
            self.assertEqual(
                'ossn report --format %s --output %s --fail-on never\n'
                % (path.suffix[1:], path.name), path.read_text())

    def test_without_results_it_hides_no_cause(self):
        self.tempest(status=2)
        status, output = self.play(False, devstack_base_dir=self.base_dir)
        self.assertEqual(0, status, output)
        self.assertIn('non-zero return code', output)

    def test_success_without_a_report_is_none(self):
        self.tempest(status=2)
        status, output = self.play(True, devstack_base_dir=self.base_dir)
        self.assertEqual(2, status, output)
