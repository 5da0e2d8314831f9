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
import pathlib
import re
import textwrap

from oslotest import base

from glance_ossn_tests.sandbox import databases
from glance_ossn_tests.sandbox import errors
from glance_ossn_tests.sharing import histories

ROOT = pathlib.Path(__file__).parents[2]
CODE = ROOT / 'glance_ossn_tests'
DOCS = ROOT / 'doc' / 'source'
TROUBLES = DOCS / 'troubleshooting.rst'

# Where no text is a message about trouble, by the beginning of the path.
NO_MESSAGES = {
    'functional': 'tests of this project',
    'unit': 'tests of this project',
    'sandbox/guest': 'runs in the services; the sandbox tells their logs',
    'notes': 'what the notes say, which is in doc/source/notes',
    'report/junit.py': 'words of the report',
    'report/markdown.py': 'words of the report',
    'report/sarif.py': 'words of the report',
    'report/table.py': 'words of the report',
    'sharing/listings.py': 'names of lists',
}

# Texts that are no message about trouble, though they might be one.
NO_TROUBLE = {
    'cli.py': {
        'Whether the OpenStack Security Notes about Glance hold on a cloud.'},
    'leftovers.py': {'%s %s (%s)', '"%s" of project %s, run %s'},
    'report/commands.py': {
        'exit codes: 0 clean; 1 exposed; 2 wrong usage or an internal error; '
        '3 not tested. --fail-on exposed lets 3 be 0, --fail-on never lets 1 '
        'and 3 be 0.'},
    'report/diff.py': {
        '%s, %s, through %s, in %s', '%s: %s, %s, %s', '  %s, %s: %s, was %s',
        'the run does not speak of this claim',
        '    - %s: %s, was %s',
        '    and %d more pairs of image and list'},
    'report/record.py': {
        r'^[\w.]+: (Invalid Configuration Details: )?', 'nothing to test',
        'A note that only another version knows', 'See what the test said.'},
    'report/view.py': {
        'nothing: no cleanup met with an error', '%s: %d of %d',
        '%d of %d claims do not hold', '%d of %d could not be tested',
        'the run had trouble', '%d of %d claims hold',
        '%d not offered by the cloud', 'nothing to test', '%s to %s',
        'and %d more', ', through %s'},
    'sandbox/cli.py': {
        '%s processes stopped',
        'Real Keystone and Glance of chosen releases on loopback, to run '
        'Tempest against.'},
    'sandbox/cloud.py': {
        'Preparing the database of %s', '%s of %s', '%s is up: %s',
        'Migrating the data of %s to %s'},
    'sandbox/environments.py': {
        'Installing %s for %s (once; a minute or so)'},
    'sandbox/databases.py': {
        databases.FAULTS['members-accepted'],
        databases.FAULTS['memberships-revived'], databases._SHARED,
        databases.MOVE_IMAGES},
    'sandbox/errors.py': {'%s: %s (log: %s)', errors._ERROR.pattern},
    'sandbox/settings.py': {"- username: '%s'"},
    'sharing/histories.py': {'%s, %s, %s through %s'}.union(
        # The steps, and the names of histories.
        {value for name, value in vars(histories).items() if name.isupper()
         and isinstance(value, str) and len(value.split()) > 2},
        {row.name for row in histories.HISTORIES
         if len(row.name.split()) > 2}),
    'sharing/matrix.py': {'complete, controls seen, image absent'},
    'survey.py': {'page %s of %s'},
    'tests/api/test_image_sharing.py': {
        '  - %s: %s', 'It answers in these forms:'},
    'tests/api/test_image_sharing_upgrade.py': {
        '  - %s: %s: %s', 'as before the upgrade'},
    'tests/base.py': {'%s %s (%s)\n%s. What was seen:\n%s'},
    'tests/scenario/test_image_sharing.py': {
        'listed once accepted, not before',
        'complete, control seen, image absent'},
    'upgrade/commands.py': {
        'Made %d images in the projects %s; %d lists were read. After the '
        'upgrade run "tempest ossn upgrade verify --state %s", in the end '
        '"... destroy".', '%d images deleted.'},
    'waivers.py': {'%s is waived until %s because %s',
                   'CLAIM-OR-NOTE until YYYY-MM-DD because REASON'},
    'devstack/plugin.sh': {'Configuring glance-ossn-tests'},
}

_FIELD = re.compile(r'%[-.\d]*[a-z]')


def template(node):
    """The text of an expression, with fields for what differs.

    :param node: of a syntax tree
    :returns: text, None if the expression has none
    """
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return ''.join(part.value if isinstance(part, ast.Constant) else '%s'
                       for part in node.values)
    if isinstance(node, ast.BinOp):
        if isinstance(node.op, ast.Mod):
            return template(node.left)
        sides = template(node.left), template(node.right)
        return any(sides) and ''.join(side or '%s' for side in sides) or None
    return None


def _no_text(node):
    """What of a syntax tree is no text for a user's terminal."""
    if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
        first = node.body[0] if node.body else None
        return [first.value] if isinstance(first, ast.Expr) else []
    if isinstance(node, ast.keyword) and node.arg == 'help':
        return ast.walk(node)
    if isinstance(node, ast.Call) and ast.unparse(node.func).startswith(
            ('LOG.', 'cfg.', 'namedtuple')):
        return ast.walk(node)
    return []


def messages(path):
    """What a module may tell a user who is in trouble.

    All that has three words, and all that is raised, so that a new message
    does not go unnoticed.

    :param path: of the module
    :returns: set of templates
    """
    tree = ast.parse(path.read_text())
    passed = {one for node in ast.walk(tree) for one in _no_text(node)}
    raised = {one for node in ast.walk(tree) if isinstance(node, ast.Raise)
              and isinstance(node.exc, ast.Call) for one in node.exc.args}
    found = set()
    for node in ast.walk(tree):
        if node in passed:
            continue
        text = template(node)
        if text:
            passed.update(ast.walk(node))
            if len(text.split()) > 2 or node in raised:
                found.add(text)
    return found


def shell_messages(path):
    """What a script tells when it gives up.

    :param path: of the script
    :returns: set of templates
    """
    text = re.sub(r'\$\([^()]*\)', '%s', path.read_text())
    found = set()
    for match in re.finditer(r'(?:\bfail|\bdie \$LINENO|echo_summary) '
                             r'((?:"(?:\\.|[^"\\])*"(?: \\\n *)?)+)', text,
                             re.DOTALL):
        line = ' '.join(re.findall(r'"((?:\\.|[^"\\])*)"', match[1],
                                   re.DOTALL))
        line = re.sub(r'\$(\{[^}]*\}|\w+)', '%s', line.replace('\\\n', ''))
        found.add(line.replace('\\"', '"'))
    return found


def entries():
    """The messages of troubleshooting.rst as expressions.

    :returns: dict of what a message is there to what it matches
    """
    made = {}
    for match in re.finditer(r'^   \* - ``(.+?)``$', TROUBLES.read_text(),
                             re.DOTALL | re.MULTILINE):
        text = ' '.join(match[1].split())
        head = text.removesuffix('...') or text
        made[text] = re.compile('%s'.join(
            re.escape(part) for part in head.split('...')))
    return made


class TestTroubleshooting(base.BaseTestCase):

    def _all(self):
        """All messages: pairs of a file and a template."""
        for path in sorted(CODE.rglob('*.py')):
            name = str(path.relative_to(CODE))
            if not name.startswith(tuple(NO_MESSAGES)):
                for text in messages(path):
                    yield name, text
        for path in [ROOT / 'tools' / 'gate.sh',
                     *(ROOT / 'devstack').rglob('*')]:
            if path.is_file():
                for text in shell_messages(path):
                    yield str(path.relative_to(ROOT)), text

    def test_every_message_is_explained(self):
        known = entries()
        missing, used = [], set()
        for name, text in self._all():
            if text in NO_TROUBLE.get(name, ()):
                continue
            plain = ' '.join(_FIELD.sub('%s', text).split())
            fitting = {entry for entry, expression in known.items()
                       if expression.match(plain)}
            used |= fitting
            if not fitting:
                missing.append('%s: %s' % (name, plain))
        self.assertEqual([], missing, 'Explain these in troubleshooting.rst')
        self.assertEqual(set(), set(known) - used, 'Nobody says these')

    def test_an_entry_says_what_it_is_about(self):
        for entry in entries():
            self.assertGreaterEqual(
                len(re.findall('[A-Za-z]{2,}', entry)), 1, entry)

    def test_what_is_no_trouble_is_there(self):
        there = set(self._all())
        for name, texts in NO_TROUBLE.items():
            for text in texts:
                self.assertIn((name, text), there)
        for start in NO_MESSAGES:
            self.assertTrue((CODE / start).exists(), start)
