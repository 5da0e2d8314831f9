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

"""What the documentation says of CI is what there is."""

import os
import pathlib
import re
import shutil
import subprocess
import textwrap

import fixtures
from oslotest import base
import yaml

from selftests.unit import test_zuul

ROOT = pathlib.Path(__file__).parents[2]
DOCS = ROOT / 'doc' / 'source'

BLOCK = re.compile(
    r'^(?P<indent> *)\.\. code-block:: yaml\n(?P<body>(?:(?P=indent) +.*\n|'
    r'\s*\n)+)', re.MULTILINE)


def blocks(text):
    """The YAML examples of a page."""
    return [textwrap.dedent(match['body']) for match in BLOCK.finditer(text)]


class TestCiDocs(base.BaseTestCase):

    def setUp(self):
        super().setUp()
        self.page = (DOCS / 'ci.rst').read_text()

    def example(self, name):
        return yaml.safe_load((DOCS / 'examples' / name).read_text())

    def test_every_example_is_yaml(self):
        pages = [path for folder in (DOCS, ROOT / 'devstack')
                 for path in folder.rglob('*.rst')]
        pages += ROOT.glob('*.rst')
        found = [block for page in pages
                 for block in blocks(page.read_text())]
        self.assertEqual(sum(page.read_text().count(':: yaml')
                             for page in pages), len(found))
        for block in found:
            self.assertIsInstance(yaml.safe_load(block), (dict, list), block)

    def test_zuul_examples_name_what_there_is(self):
        jobs = {job['name']: job for job in test_zuul.entries('job')}
        project, job = [yaml.safe_load(block)[0]
                        for block in blocks(self.page) if '- ' in block]
        self.assertLessEqual(set(project['project']['check']['jobs']),
                             set(jobs))
        ours = jobs['glance-ossn-tests-tempest']
        self.assertEqual(ours['parent'], job['job']['parent'])
        for name, value in job['job']['vars'].items():
            self.assertEqual(ours['vars'][name], value)

    def test_every_job_is_documented(self):
        for job in test_zuul.entries('job'):
            name = job['name']
            short = '``%s``' % name.removeprefix('glance-ossn-tests-tempest')
            self.assertTrue('``%s``' % name in self.page or
                            short in self.page, name)

    def test_github_example_keeps_what_the_gate_writes(self):
        steps = self.example('github.yaml')['jobs']['gate']['steps']
        keep, = [step for step in steps
                 if 'upload-artifact' in step.get('uses', '')]
        # Else the reports of a red run would be lost.
        self.assertEqual('always()', keep['if'])
        self.assertEqual('${{ runner.temp }}/tempest-ossn.*',
                         keep['with']['path'])

    def test_gitlab_example_keeps_what_the_gate_writes(self):
        job = self.example('gitlab.yaml')['ossn']
        self.assertEqual({'when': 'always', 'paths': ['tempest-ossn.*'],
                          'reports': {'junit': 'tempest-ossn.xml'}},
                         job['artifacts'])

    def test_grenade_is_told_the_branch_there_is(self):
        # Grenade's default is the branch of its target.
        for page in (DOCS / 'ci.rst', ROOT / 'devstack' / 'README.rst'):
            lines = re.findall('enable_grenade_plugin .*', page.read_text())
            self.assertTrue(lines)
            for line in lines:
                self.assertEqual('master', line.split()[3])


class TestExamplesTwice(base.BaseTestCase):
    """The examples' scripts, on a runner that keeps what it can.

    The clone is git's own; in place of tox, what it was given is noted.
    """

    TOX = r'''#!/bin/bash -e
[[ "$1 $2 $3 $4" == "-c glance-ossn-tests -e gate" ]]
[[ -f $2/tox.ini && "$5" == "--" && "$6" == /* ]]
[[ -z "$BREAKS" ]]
for kind in html json sarif xml; do
    cat "$6" >"${6%.conf}-ossn.$kind"
done
exit $VERDICT
'''
    PYTHON = r'''#!/bin/bash -e
[[ "$*" == "-m venv venv" ]]
mkdir -p venv/bin
cp "$BIN/tox" "$BIN/pip" venv/bin
'''

    def setUp(self):
        super().setUp()
        self.work = pathlib.Path(self.useFixture(fixtures.TempDir()).path)
        self.bin = self.work / 'bin'
        self.workspace = self.work / 'workspace'
        self.temp = self.work / 'temp'
        for folder in (self.bin, self.workspace, self.temp):
            folder.mkdir()
        for name, text in (('tox', self.TOX), ('python', self.PYTHON),
                           ('pip', '#!/bin/sh\n')):
            (self.bin / name).write_text(text)
            (self.bin / name).chmod(0o755)
        # The repository as it is cloned from.
        origin = self.work / 'opendev' / 'glance-ossn-tests'
        origin.mkdir(parents=True)
        (origin / 'tox.ini').write_text('')
        self.bash('git init --quiet; git add tox.ini; '
                  'git -c user.name=x -c user.email=x@example.org '
                  'commit --quiet --message x', origin)

    def bash(self, script, folder, status=0, **variables):
        done = subprocess.run(
            ['bash', '-e', '-o', 'pipefail', '-c', script], cwd=folder,
            text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={'PATH': '%s:%s' % (self.bin, os.environ['PATH']),
                 'HOME': str(self.work), 'BIN': str(self.bin),
                 'BREAKS': '', 'VERDICT': '0', 'GIT_CONFIG_COUNT': '1',
                 'GIT_CONFIG_KEY_0': 'url.%s/.insteadOf' % (
                     self.work / 'opendev'),
                 'GIT_CONFIG_VALUE_0': 'https://opendev.org/openstack/',
                 **variables})
        self.assertEqual(status, done.returncode, done.stdout)

    def github(self, conf, **others):
        """Run the job of GitHub.

        :returns: the reports that are kept, with what they say
        """
        steps = yaml.safe_load((DOCS / 'examples' / 'github.yaml').read_text(
            ))['jobs']['gate']['steps']
        # GitHub's runner empties it before and after each job.
        shutil.rmtree(self.temp)
        self.temp.mkdir()
        status = others.pop('status', 0)
        for step in steps:
            if 'run' in step:
                judges = 'tox -c' in step['run']
                self.bash(step['run'], self.workspace,
                          status if judges else 0, TEMPEST_CONF=conf,
                          GITHUB_WORKSPACE=str(self.workspace),
                          RUNNER_TEMP=str(self.temp), **others)
        keep, = [step for step in steps
                 if 'upload-artifact' in step.get('uses', '')]
        return self.kept(self.temp, keep['with']['path'].replace(
            '${{ runner.temp }}/', ''))

    def gitlab(self, conf, **others):
        """Run the job of GitLab.

        :returns: the reports that are kept, with what they say
        """
        job = yaml.safe_load((DOCS / 'examples' / 'gitlab.yaml').read_text()
                             )['ossn']
        (self.work / 'variable').write_text(conf + '\n')
        self.bash('\n'.join(job['script']), self.workspace,
                  TEMPEST_CONF=str(self.work / 'variable'), **others)
        self.bash('\n'.join(job['after_script']), self.workspace)
        path, = job['artifacts']['paths']
        return self.kept(self.workspace, path)

    @staticmethod
    def kept(folder, pattern):
        assert not list(folder.rglob('tempest.conf')), 'credentials stay'
        return {path.name: path.read_text().strip()
                for path in folder.glob(pattern)}

    def test_every_run_is_like_the_first(self):
        for run in (self.github, self.gitlab):
            for conf in ('first', 'second'):
                for verdict in (0, 1):
                    self.assertEqual(
                        {'tempest-ossn.%s' % kind: conf
                         for kind in ('html', 'json', 'sarif', 'xml')},
                        run(conf, status=verdict, VERDICT=str(verdict)))

    def test_reports_of_a_former_run_do_not_pass_for_this_one(self):
        for run in (self.github, self.gitlab):
            run('first')
            self.assertEqual({}, run('second', status=1, BREAKS='yes'))

    def test_all_examples_are_run(self):
        self.assertEqual({'github.yaml', 'gitlab.yaml'}, {
            path.name for path in (DOCS / 'examples').iterdir()})
