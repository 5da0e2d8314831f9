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


"""The folder of one check: what it needs, and what stays of it."""

import contextlib
import datetime
import fcntl
import os
import pathlib
import re
import shutil

from glance_ossn_tests.commands import configured

# A folder that a check made, and no other, is removed after its time.
_NAME = re.compile(r'\d{8}T\d{6}Z-[\w.-]*')


def state():
    """Find the folder of all checks, below the user's state directory.

    Source: the XDG Base Directory Specification.

    :returns: its path
    """
    base = os.environ.get('XDG_STATE_HOME') or (
        pathlib.Path.home() / '.local' / 'state')
    return pathlib.Path(base) / 'glance-ossn-tests' / 'checks'


def value(text):
    """Write a value so that oslo.config reads it as it is.

    :param text: any value
    :returns: text without a line break
    :raises glance_ossn_tests.commands.configured.Usage: if it has one
    """
    text = str(text)
    if re.search(r'[\r\n\0]', text):
        raise configured.Usage(
            'A password or a name with a line break in it cannot be written '
            'to tempest.conf. Change it, or use --accounts FILE.')
    text = text.replace('$', '$$')
    if text != text.strip() or text[:1] in ('"', "'"):
        # A pair of quotes is taken off.
        text = '"%s"' % text
    return text


def render(sections):
    """Write sections as oslo.config reads them.

    :param sections: dict of dicts of option to value, or a list of values
    :returns: text
    """
    lines = []
    for section, options in sections.items():
        lines.append('[%s]' % section)
        for name, given in options.items():
            lines += ['%s = %s' % (name, value(each)) for each in (
                given if isinstance(given, list) else [given])]
        lines.append('')
    return '\n'.join(lines)


class Workspace:
    """The folder of one check, which nobody else can read.

    :param name: what is checked, for the name of the folder
    :param keep: how many folders of checks stay, this one among them
    :param home: where they are, by default :func:`state`
    :ivar path: the folder
    """

    def __init__(self, name, keep, home=None):
        home = home or state()
        now = datetime.datetime.now(datetime.timezone.utc)
        name = '%s-%s' % (now.strftime('%Y%m%dT%H%M%SZ'),
                          re.sub(r'[^\w.-]', '_', name)[:40])
        try:
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.path = self._make(home / name)
            # Held as long as this process lives.
            self._lock = (self.path / 'in-use').open('w')
            fcntl.flock(self._lock, fcntl.LOCK_EX)
        except OSError as error:
            raise configured.Usage(
                'The folder of the check cannot be made, %s: %s. Set '
                'XDG_STATE_HOME to a folder of yours.' % (
                    home, error.strerror))
        self._forget(home, keep)

    @staticmethod
    def _make(path):
        for number in range(100):
            another = path.with_name('%s%s' % (
                path.name, '-%d' % number if number else ''))
            with contextlib.suppress(FileExistsError):
                another.mkdir(mode=0o700)
                return another
        raise FileExistsError(17, 'too many checks at a time', str(path))

    def _forget(self, home, keep):
        """Remove the oldest folders that no check is at work in."""
        old = sorted(path for path in home.iterdir() if path != self.path and
                     _NAME.fullmatch(path.name) and not path.is_symlink())
        for path in old[:max(len(old) - keep + 1, 0)]:
            with contextlib.suppress(OSError):
                with (path / 'in-use').open('w') as lock:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(path)

    def write(self, name, text):
        """Write a file that only the user can read.

        :param name: its name
        :param text: what to write
        :returns: its path
        """
        path = self.path / name
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC,
                          0o600), 'w') as file:
            file.write(text)
        return path

    def prepare(self):
        """Write what Tempest needs to run the tests there."""
        package = pathlib.Path(__file__).parents[1]
        self.write('.stestr.conf', render({'DEFAULT': {
            'test_path': package / 'tests', 'top_dir': package.parent,
            'group_regex': r'([^\.]*\.)*'}}).replace('$$', '$'))
        (self.path / 'lock').mkdir(mode=0o700)
