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

"""What the sandbox raises, and how a log's last word is found."""

import pathlib
import re

# A logged error (each line of a traceback may be logged as one, so not the
# empty ones and SQLAlchemy's bracketed footnotes), an exception by its name,
# or a tool's complaint.
_ERROR = re.compile(
    r'\b(?:ERROR|CRITICAL) [\w.]+ (?:\[[^]]*\] )?[^\s([]'
    r'|^(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Exit)\b'
    r'|\berror:')


class SandboxError(Exception):
    """Something the user can put right; its text says how."""


def error_line(text):
    """Find the line of a log that explains a failure.

    :param text: the log, or its end
    :returns: the last line that bears an error or names an exception, else
        the last line that is not empty, else an empty string
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for line in reversed(lines):
        if _ERROR.search(line):
            return line
    return lines[-1] if lines else ''


def from_log(what, log, offset=0):
    """Make the error for a process that failed.

    :param what: the sentence that says what failed, without its full stop
    :param log: path of the log
    :param offset: where the log of this very start begins
    :returns: a :class:`SandboxError`
    """
    path = pathlib.Path(log)
    text = ''
    if path.exists():
        text = path.read_bytes()[offset:].decode(errors='replace')
    line = error_line(text) or 'nothing was logged'
    return SandboxError(f'{what}: {line} (log: {path})')
