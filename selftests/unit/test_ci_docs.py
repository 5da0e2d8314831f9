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

import pathlib
import re
import textwrap

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
        self.assertTrue(any('-e gate -- "$GITHUB_WORKSPACE/tempest.conf"'
                            in step.get('run', '') for step in steps))
        keep, = [step for step in steps
                 if 'upload-artifact' in step.get('uses', '')]
        # Else the reports of a red run would be lost.
        self.assertEqual('always()', keep['if'])
        self.assertEqual('tempest-ossn.*', keep['with']['path'])

    def test_gitlab_example_keeps_what_the_gate_writes(self):
        job = self.example('gitlab.yaml')['ossn']
        self.assertIn('-e gate -- "$PWD/tempest.conf"', job['script'][-1])
        self.assertEqual({'when': 'always', 'paths': ['tempest-ossn.*'],
                          'reports': {'junit': 'tempest-ossn.xml'}},
                         job['artifacts'])
