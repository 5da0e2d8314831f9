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


"""Record what a check of a green, a red and a broken cloud shows.

Writes doc/source/sessions; run it in the environment of the tests, as
"python tools/record-check.py [NAME ...]". What the verdicts are is what the
clouds make them.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

from ossn_sandbox import cloud
from ossn_sandbox import releases

FOLDER = pathlib.Path(__file__).parents[1] / 'doc' / 'source' / 'sessions'


def green(box):
    """The newest release, as it is."""
    return box.up(releases.NEWEST)


def red(box):
    """The last release on PyPI with Image API v1, which is on there."""
    return box.up('pike')


def broken(box):
    """The newest release, whose Identity service is up and Glance is not."""
    target = box.up(releases.NEWEST)
    box.stop(target.name)
    return target


CLOUDS = {each.__name__: each for each in (green, red, broken)}


def record(target, path, home):
    """Record a check.

    :param target: :class:`ossn_sandbox.cloud.Cloud`
    :param path: of the file to write
    :param home: folder that stands for the user's home
    """
    words = ['glance-ossn-tests', 'check', '--os-cloud', 'admin']
    command = pathlib.Path(sys.executable).parent / words[0]
    done = subprocess.run(
        [command, *words[1:]], stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, env={
            **os.environ, 'XDG_STATE_HOME': str(home / '.local' / 'state'),
            'OS_CLIENT_CONFIG_FILE': str(
                target.config.with_name('clouds.yaml'))})
    text = '$ %s\n%s$ echo $?\n%d\n' % (
        ' '.join(words), done.stdout, done.returncode)
    path.parent.mkdir(exist_ok=True)
    path.write_text(re.sub(re.escape(str(home)), '~', text))


def main(names):
    """Record some sessions.

    :param names: of :data:`CLOUDS`, none for all
    """
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        box = cloud.Sandbox(home / 'sandbox', os.environ.get(
            'OSSN_SANDBOX_ENVS'), print, tied=True)
        for name in names or CLOUDS:
            try:
                record(CLOUDS[name](box), FOLDER / (name + '.txt'), home)
            finally:
                box.down()


if __name__ == '__main__':
    main(sys.argv[1:])
