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

"""Virtual environments for the services, built once by uv and kept."""

import difflib
import hashlib
import json
import os
import shutil
import subprocess
import sys

from ossn_sandbox import errors
from ossn_sandbox import files
from ossn_sandbox import processes


def _uv():
    try:
        import uv
        return uv.find_uv_bin()
    except (ImportError, FileNotFoundError):
        raise errors.SandboxError(
            'uv, which builds the environments, is not installed; run '
            '"pip install ./ossn_sandbox".')


def key(release):
    """Name an environment after all that decides what is in it.

    :param release: the :class:`releases.Release`
    :returns: the folder's name
    """
    contents = json.dumps([release.requirements, release.overrides,
                           release.etc, sys.version_info[:2]])
    digest = hashlib.sha256(contents.encode()).hexdigest()[:12]
    return f'{release.package}-{release.version}-{digest}'


class Environments:
    """A folder of environments.

    :param folder: where they are
    :param tell: called with a text at each step worth showing
    """

    def __init__(self, folder, tell):
        self._folder = folder
        self._tell = tell

    def home(self, release):
        """Tell where a release's environment is, built or not."""
        return self._folder / key(release)

    def python(self, release):
        """Tell where a release's interpreter is, built or not."""
        return self.home(release) / 'bin' / 'python'

    def etc(self, release):
        """Tell where the policy and paste files are that it came with."""
        home = self.home(release)
        return home / ('released' if release.etc else '') / 'etc' / 'glance'

    def ensure(self, release):
        """Build a release's environment unless that is done.

        :param release: the :class:`releases.Release`
        :raises SandboxError: when it cannot be built
        """
        home = self.home(release)
        # Made last: an environment without it is a half-built one.
        complete = home / 'complete'
        if complete.exists():
            return
        uv = _uv()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise errors.SandboxError(
                f'--envs {self._folder} cannot be used: {error.strerror}; '
                'choose another folder.')
        with files.lock(self._folder / f'{home.name}.lock', self._tell):
            if complete.exists():
                return
            shutil.rmtree(home, ignore_errors=True)
            what = f'{release.package.capitalize()} {release.version}'
            self._tell(f'Installing {what} (once; a minute or so)')
            self._run(what, uv, 'venv', '--python', sys.executable, home)
            install = (uv, 'pip', 'install', '--python', home / 'bin/python')
            overrides = home / 'overrides.txt'
            overrides.write_text('\n'.join(release.overrides))
            self._run(what, *install, '--override', overrides,
                      *release.requirements)
            if release.etc:
                self._run(what, *install, '--no-deps', '--target',
                          home / 'released', f'glance=={release.etc}')
            complete.touch()

    def policy(self, release):
        """Find the policy file it came with.

        :param release: the :class:`releases.Release`
        :returns: its path, or None where the code has all rules
        """
        path = self.etc(release) / 'policy.json'
        return path if path.exists() else None

    def check_policy(self, release):
        """Make sure that Glance understands the rules that are overridden.

        :param release: the :class:`releases.Release`, its environment built
        :raises SandboxError: when it has no such rule, or when it would
            take a check for "nobody" because it cannot read it
        """
        overrides = dict(release.policy)
        if not overrides:
            return
        done = subprocess.run(
            [self.python(release), '-I',
             processes.GUEST.with_name('check_policy.py')],
            input=json.dumps(overrides), stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, check=True, text=True)
        found = json.loads(done.stdout)
        released = self.policy(release)
        known = found['known'] + list(
            json.loads(released.read_text()) if released else ())
        for rule, check in overrides.items():
            if rule not in known:
                near = difflib.get_close_matches(rule, known, 1)
                hint = f'; is it {near[0]}?' if near else '.'
                raise errors.SandboxError(
                    f'--policy {rule}={check}: Glance {release.version} has '
                    f'no rule {rule}{hint}')
            if rule in found['bad']:
                raise errors.SandboxError(
                    f'--policy {rule}={check}: Glance does not understand '
                    'the check; write one such as role:member, @ for '
                    'anybody, ! for nobody.')

    def _run(self, what, *command):
        log = self._folder / 'install.log'
        with open(log, 'a') as stream:
            offset = stream.tell()
            done = subprocess.run(
                [str(word) for word in command], stdin=subprocess.DEVNULL,
                stdout=stream, stderr=subprocess.STDOUT,
                env={**os.environ, 'UV_PYTHON_DOWNLOADS': 'never',
                     'UV_NO_PROGRESS': '1', 'NO_COLOR': '1'})
        if done.returncode:
            raise errors.from_log(
                f'Installing {what} failed; check that the package index is '
                'reachable (UV_DEFAULT_INDEX chooses another), then repeat '
                'the command', log, offset)
