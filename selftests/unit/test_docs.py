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


"""What the documentation says is what the code says and understands."""

import ast
import configparser
import contextlib
import fnmatch
import io
import os
import pathlib
import re
import shlex
import textwrap
import unittest

from cliff import commandmanager
from oslotest import base
from stestr import selection

from glance_ossn_tests.cleanup import leftovers
from glance_ossn_tests.commands import app as ossn_app
from glance_ossn_tests import notes
from glance_ossn_tests.notes import untestable
from glance_ossn_tests.tests.api import test_image_sharing as api
from glance_ossn_tests.tests.scenario import test_image_sharing as scenario
from ossn_sandbox import cli as sandbox_cli
from ossn_sandbox import releases
from selftests.functional import __main__ as lab
from selftests.unit import test_samples

ROOT = pathlib.Path(__file__).parents[2]
DOCS = ROOT / 'doc' / 'source'


class TestNotes(base.BaseTestCase):

    TERMS = ('How it is tested', 'Pass', 'Fail', 'Not tested',
             'Not offered', 'Remedy')

    def test_every_page_has_all_terms(self):
        found = set((DOCS / 'notes').glob('*.rst')) - {
            DOCS / 'notes' / 'index.rst', DOCS / 'notes' / 'untestable.rst'}
        index = (DOCS / 'notes' / 'index.rst').read_text().splitlines()
        for page in found:
            self.assertTrue(any(fnmatch.fnmatch(page.stem, line.strip())
                                for line in index), page)
            lines = page.read_text().splitlines()
            for term in self.TERMS:
                self.assertTrue(any(re.fullmatch(
                    re.escape(term) + r'( \(.*\))?', line)
                    for line in lines), '%s: %s' % (page, term))
            self.assertRegex(page.read_text(), '(?m)^The claims?$')

    def test_what_no_run_judges_is_on_its_page(self):
        page = ' '.join((DOCS / 'notes' / 'untestable.rst').read_text(
            ).replace('``', '"').split())
        self.assertIn(untestable.AS_OF, page)
        for row in untestable.ROWS:
            self.assertIn('%s: %s.' % (row.title, row.why), page)

    def test_what_a_note_says_is_on_its_page(self):
        pages = ' '.join(' '.join(
            page.read_text() for page in (DOCS / 'notes').glob('*.rst')
            ).split())
        for note in {claim.note for claim in notes.CLAIMS if claim.checks}:
            for name in (*note.names, *note.references):
                self.assertIn(name, pages, note.name)

    def test_every_claim_has_its_test_in_a_page(self):
        pages = ''.join(page.read_text()
                        for page in (DOCS / 'notes').glob('*.rst'))
        upgrade = (DOCS / 'upgrade.rst').read_text()
        for claim in notes.CLAIMS:
            name, method = claim.test.split('.')
            self.assertIn(name, leftovers.CLASSES)
            self.assertTrue('``%s``' % method in pages or
                            '``%s``' % name in pages, claim.test)
        for claim in notes.UPGRADE:
            self.assertIn('``%s``' % claim.name, upgrade)


class TestTroubleshooting(base.BaseTestCase):
    """What the page explains is what the code says."""

    def test_every_message_exists(self):
        said = []
        for name in ('glance_ossn_tests', 'ossn_sandbox'):
            for path in (ROOT / name).rglob('*.py'):
                said += [node.value
                         for node in ast.walk(ast.parse(path.read_text()))
                         if isinstance(node, ast.Constant) and
                         isinstance(node.value, str)]
        for path in (ROOT / 'tools' / 'gate.sh',
                     *(ROOT / 'devstack').rglob('*')):
            if path.is_file():
                said.append(path.read_text())
        said = ' '.join(' '.join(said).split())
        heads = re.findall(r'^``.*``$', (
            DOCS / 'troubleshooting.rst').read_text(), re.MULTILINE)
        self.assertNotEqual([], heads)
        for message in re.findall('``(.+?)``', ' '.join(heads)):
            # What stands for "..." and for punctuation at it differs.
            parts = [part.strip(' ,;:.()[]"=')
                     for part in message.split('...')]
            self.assertNotEqual([''], list(set(parts)), message)
            # Not assertIn, which would print all that is said.
            self.assertEqual([], [part for part in parts
                                  if part not in said], message)


# Each command that the documentation shows is run by a test, perhaps on
# another release, or as a call of the class that it consists of ...
EXECUTED = {
    r'tempest run( --config-file etc/tempest.conf)? --regex ossn':
        'selftests.functional.test_verdicts.TestVerdicts.test_the_newest',
    r'tempest run --regex ossn-0015':
        'selftests.unit.test_docs.TestSelection.test_a_regular_expression',
    r'tempest run --regex ImageSharingTest.test_v1_is_not_reachable':
        'selftests.unit.test_docs.TestSelection.test_a_regular_expression',
    r"tempest run --list-tests --regex ossn-0005 \| cut -d '\[' -f 1 > "
    r'tests.txt':
        'selftests.unit.test_docs.TestSelection.test_a_list_of_tests',
    r'tempest run --include-list tests.txt':
        'selftests.unit.test_docs.TestSelection.test_a_list_of_tests',
    r'tempest init my-cloud':
        'selftests.functional.test_wheel.TestWheel.'
        'test_tempest_finds_the_plugin_and_the_cloud_tests_alone',
    r'tempest list-plugins':
        'selftests.functional.test_wheel.TestWheel.'
        'test_tempest_finds_the_plugin_and_the_cloud_tests_alone',
    r'tempest ossn report( --format html --output report.html)?':
        'selftests.functional.test_report.TestReport.test_red_and_green',
    r'tempest ossn report --format json --output (before|after).json':
        'selftests.functional.test_gate.TestGate.test_exposed',
    r'tempest ossn diff before.json after.json':
        'selftests.unit.report.test_commands.TestCommands.test_diff',
    r'tempest ossn list( claim)?( history -f json)?':
        'selftests.unit.test_docs.TestCommands.'
        'test_what_needs_no_cloud_is_run',
    r'tempest ossn cleanup( --dry-run)?':
        'selftests.functional.test_cleanup.TestCleanup.test_a_killed_run',
    r'tempest ossn upgrade (prepare|verify|destroy)'
    r'( --config-file etc/tempest.conf)? --state before.json':
        'selftests.functional.test_upgrade.TestUpgrade.test_from_pike',
    r'glance-ossn-tests check .*':
        'selftests.functional.test_check.TestCheck.test_by_clouds_yaml',
    r'ossn-sandbox up (pike|zed)':
        'selftests.functional.test_upgrade_sandbox.TestCommand.test_upgrade',
    r'ossn-sandbox up pike 2026.2':
        'selftests.functional.test_sandbox.TestLife.test_beside_each_other',
    r'ossn-sandbox up pike --no-v1':
        'selftests.unit.sandbox.test_cli.TestCommand.test_up_without_v1',
    r'ossn-sandbox down':
        'selftests.functional.test_upgrade_sandbox.TestCommand.test_upgrade',
    r'ossn-sandbox run 2026.2 --policy modify_member=role:member':
        'selftests.functional.test_policies.TestPolicies.'
        'test_members_may_modify_any_membership',
    r'ossn-sandbox run 2026.2~list-shows-all':
        'selftests.functional.test_faults.TestSample.test_one_look_shows_it',
    r'ossn-sandbox upgrade pike 2026.2':
        'selftests.functional.test_upgrade_sandbox.TestPikeToTheNewest.'
        'test_all_is_as_before',
    r'ossn-sandbox upgrade pike 2026.2 --fault members-accepted':
        'selftests.functional.test_upgrade.TestUpgrade.test_from_pike',
    r'ossn-sandbox upgrade (zed|2023.\d~from-zed) 202\d.\d':
        'selftests.functional.test_upgrade_sandbox.TestReleaseByRelease.'
        'test_two_releases',
}

# ... or is not, and why.
NOT_EXECUTED = {
    r'git (tag -s|push gerrit) .*': 'makes a release',
    r'chmod 600 \S+': 'changes who may read a file, nothing else',
    'glance-ossn-tests complete > .+':
        "it is cliff's, and writes to the home of a user",
    r'tox -e lab -- faults .*':
        'takes an hour; TestTable and TestSample run what it is made of',
    r'cd \S+': 'changes the folder, nothing else',
    r'git clone \S+': 'needs the network; TestWheel clones the checkout',
    r'python3 -m venv .venv': 'Python\'s own',
    r'\. .venv/bin/activate': 'Python\'s own',
    r"pip install (-c \S+ )?('\.\[clouds\]'|\.( ./ossn_sandbox)?)":
        'changes the environment; TestWheel installs the package into one of '
        'its own, by uv',
    r'.tox/tempest/bin/pip install ../glance-ossn-tests':
        'needs an environment of Tempest; test_devstack and TestWheel '
        'install into one',
    r'openstack .*': 'an administrator\'s, with python-openstackclient',
    r'tools/try-it.sh.*':
        'installs into the checkout; TestRun.test_run and TestReport run '
        'what it calls',
    r'tools/run-tests.sh': 'runs the tests, this one among them',
    r'.venv/bin/tox -e \S+( -- [\w-]+)?':
        'runs the tests, this one among them',
    r'tox -e gate -- CONF':
        'makes an environment; TestGate runs what it calls, tools/gate.sh',
    r'tox -e all -- ossn': 'Tempest\'s own, in its checkout on DevStack',
}

# Blocks of INI that are no tempest.conf, by a part of them.
OTHER_INI = {'enable_v1_api': 'glance-api.conf',
             '[[local|localrc]]': 'local.conf'}

# What stands for several commands, and what is none.
_GROUPS = ('tempest ossn upgrade', 'glance-ossn-tests is not installed: it '
           'needs Tempest')


def pages():
    """All pages of the documentation, once each."""
    return sorted({ROOT / name for name in (
        'README.rst', 'CONTRIBUTING.rst', 'HACKING.rst',
        'devstack/README.rst')} | set(DOCS.rglob('*.rst')))


def blocks(language):
    """The code blocks of a language.

    :param language: as in the directive
    :returns: list of pairs of a page and a text
    """
    block = re.compile(
        r'^(?P<indent> *)\.\. code-block:: %s\n\n?'
        r'(?P<body>(?:(?P=indent) +\S.*\n|[ ]*\n)+)' % language,
        re.MULTILINE)
    return [(page, textwrap.dedent(match['body']))
            for page in pages()
            for match in block.finditer(page.read_text())]


def commands():
    """The commands of the documentation: pairs of a page and a line."""
    for page, block in blocks('console'):
        for line in block.replace('\\\n', ' ').splitlines():
            line = re.sub(r'(^|\s+)#.*', '', line).strip()
            if line:
                yield page, line


def inline():
    """Commands named in the text: pairs of a page and a text."""
    ours = re.compile(r'``((?:tempest ossn|ossn-sandbox|glance-ossn-tests) '
                      r'[^`]+)``')
    for page in pages():
        for match in ours.finditer(page.read_text()):
            yield page, ' '.join(match[1].split())


def parser_of(words):
    """The parser of a command of ours, or of Tempest's.

    :param words: the command line
    :returns: (parser, the words that are its)
    """
    program, words = words[0], words[1:]
    if program == 'ossn-sandbox':
        app = sandbox_cli.Sandbox([])
        manager = app.command_manager
        words = app.parser.parse_known_args(words)[1]
    else:
        app = ossn_app.Application()
        manager = (app.command_manager if program == 'glance-ossn-tests'
                   else commandmanager.CommandManager('tempest.cm'))
    factory, name, rest = manager.find_command(words)
    return factory(app, None).get_parser(name), rest


def options_of(parser):
    return {option for action in parser._actions
            for option in action.option_strings}


class TestCommands(base.BaseTestCase):

    def test_every_command_is_executed_or_says_why_not(self):
        used = set()
        for page, line in commands():
            fitting = [pattern for pattern in (*EXECUTED, *NOT_EXECUTED)
                       if re.fullmatch(pattern, line)]
            self.assertEqual(1, len(fitting),
                             '%s: %s: %s' % (page, line, fitting))
            used.update(fitting)
        self.assertEqual(used, {*EXECUTED, *NOT_EXECUTED},
                         'No page shows these any more')

    def test_the_tests_that_execute_them_exist(self):
        for test in set(EXECUTED.values()):
            module, name, method = test.rsplit('.', 2)
            path = ROOT.joinpath(*module.split('.')).with_suffix('.py')
            self.assertIn(method, {
                node.name for outer in ast.parse(path.read_text()).body
                if isinstance(outer, ast.ClassDef) and outer.name == name
                for node in outer.body
                if isinstance(node, ast.FunctionDef)}, test)

    def test_every_option_exists(self):
        for page, line in commands():
            words = shlex.split(re.split(' -- | [|>] ', line)[0])
            if words[0] not in ('tempest', 'ossn-sandbox',
                                'glance-ossn-tests'):
                continue
            parser, rest = parser_of(words)
            complaint = io.StringIO()
            try:
                with contextlib.redirect_stderr(complaint):
                    parser.parse_args(rest)
            except SystemExit:
                self.fail('%s: %s: %s' % (page, line, complaint.getvalue()))

    def test_every_command_in_the_text_exists(self):
        for page, text in inline():
            words = [word for word in text.split()
                     if not word.startswith('...')]
            with self.subTest(page=str(page), text=text):
                if text in _GROUPS:
                    continue
                parser, rest = parser_of(words)
                given = {word.partition('=')[0] for word in rest
                         if word.startswith('--') and word != '--'}
                self.assertLessEqual(given, options_of(parser))

    def test_what_needs_no_cloud_is_run(self):
        shown = [shlex.split(line)[2:] for _, line in commands()
                 if line.startswith('tempest ossn list')]
        self.assertNotEqual([], shown)
        for words in shown:
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                self.assertEqual(0, ossn_app.main(words))
            self.assertIn('v1-unreachable', out.getvalue())

    def test_every_release_and_fault_exists(self):
        for _, line in commands():
            words = shlex.split(line)
            if words[:1] == ['ossn-sandbox']:
                for word in words[2:]:
                    if re.match(r'[\d.]+~?|pike|zed', word):
                        releases.get(word)

    def test_every_tox_environment_exists(self):
        parser = configparser.RawConfigParser()
        parser.read(ROOT / 'tox.ini')
        there = {section.removeprefix('testenv:')
                 for section in parser.sections()} | {'py3'}
        for page in pages():
            for names in re.findall(r'\btox -e ([\w,-]+)',
                                    page.read_text()):
                # Tempest's own, on DevStack.
                self.assertLessEqual(set(names.split(',')),
                                     there | {'all'}, page)

    def test_every_command_of_the_laboratory_exists(self):
        named = {name for page in pages() for name in re.findall(
            r'\btox -e lab --\s+([\w-]+)', page.read_text())}
        self.assertEqual({*lab.COMMANDS, 'all'}, named)

    def test_every_script_can_be_run(self):
        for page in pages():
            for name in re.findall(r'\btools/[\w-]+\.(?:sh|py)',
                                   page.read_text()):
                path = ROOT / name
                self.assertTrue(path.is_file(), '%s: %s' % (page, name))
                if path.suffix == '.sh':
                    self.assertTrue(os.access(path, os.X_OK), name)


class TestSelection(base.BaseTestCase):
    """What selects tests, as stestr reads it, which Tempest hands it to."""

    def setUp(self):
        super().setUp()
        self.ids = [test.id() for module in (api, scenario)
                    for suite in unittest.defaultTestLoader
                    .loadTestsFromModule(module) for test in suite]

    def test_a_regular_expression(self):
        for regex, claims in (
                ('ossn-0015', 1), ('ossn', len(notes.CLAIMS)),
                ('ImageSharingTest.test_v1_is_not_reachable', 1)):
            self.assertEqual(claims, len(selection.construct_list(
                self.ids, [regex])), regex)

    def test_a_list_of_tests(self):
        full = [test for test in self.ids if 'ossn-0005' in test]
        self.assertNotEqual([], full)
        path = self.create_tempfiles([
            ('tests', '\n'.join(test.partition('[')[0] for test in full))])[0]
        self.assertEqual(set(full), selection.construct_list(
            self.ids, include_list=path))

    def test_full_ids_are_no_list(self):
        path = self.create_tempfiles([('tests', '\n'.join(self.ids))])[0]
        complaint = io.StringIO()
        with contextlib.redirect_stderr(complaint):
            self.assertRaises(SystemExit, selection.construct_list, self.ids,
                              include_list=path)
        self.assertIn('Invalid regex', complaint.getvalue())


class TestOptions(base.BaseTestCase):

    def test_every_option_of_a_block_exists(self):
        known = test_samples.known_options()
        other = set()
        for page, block in blocks('ini'):
            kinds = {part for part in OTHER_INI if part in block}
            if kinds:
                other |= kinds
                continue
            parser = configparser.RawConfigParser(default_section='none',
                                                  strict=False)
            parser.read_string(block)
            self.assertNotEqual([], parser.sections(), page)
            for section in parser.sections():
                for option in parser.options(section):
                    self.assertIn(option, known.get(section, {}),
                                  '%s: [%s]' % (page, section))
        self.assertEqual(set(OTHER_INI), other)

    def test_every_option_of_ours_in_the_text_exists(self):
        known = test_samples.known_options()
        for page in pages():
            for section, option in re.findall(
                    r'``\[([\w-]+)\]\s+(\w+)', page.read_text()):
                self.assertIn(option, known.get(section, {}),
                              '%s: [%s]' % (page, section))
