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

"""Files that others must not read, and locks that die with their holder."""

import contextlib
import fcntl
import os


def write(path, text):
    """Write a file at once or not at all, for its owner's eyes only.

    :param path: the file's path; missing folders are made
    :param text: what to write
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name(f'{path.name}.new')
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
              'w', encoding='utf-8') as stream:
        stream.write(text)
    new.rename(path)


@contextlib.contextmanager
def lock(path, tell):
    """Hold a file's lock; the kernel drops it when the process ends.

    :param path: the lock file
    :param tell: called with a text when somebody else holds it
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(path, 'a') as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell(f'Waiting for another ossn-sandbox (lock: {path})')
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield
