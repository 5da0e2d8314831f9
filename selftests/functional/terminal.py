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


"""A command in a terminal of its own, and what it shows there and when."""

import os
import pty
import re
import select
import time


class Terminal:
    """Runs a command in a pseudo-terminal.

    :param words: the command and its arguments
    :param variables: of its environment, besides those of this process
    :ivar code: its exit code, once it ended
    :ivar first: seconds until it showed anything
    :ivar silence: the longest time, in seconds, in which it showed nothing
        from then on
    :ivar lag: the longest time, in seconds, for which the machine let this
        process itself wait beyond what it asked for
    """

    def __init__(self, words, **variables):
        self._out = b''
        self.code = self.first = None
        self.silence = self.lag = 0
        self.pid, self._terminal = pty.fork()
        if not self.pid:
            try:
                os.execvpe(words[0], words, {
                    **os.environ, 'TERM': 'xterm', 'COLUMNS': '80',
                    **variables})
            finally:
                os._exit(127)
        self._last = self._began = time.monotonic()

    @property
    def text(self):
        """All that it showed, without what only moves and colors."""
        return re.sub(r'\x1b\[[?\d;]*[A-Za-z]', '',
                      self._out.decode(errors='replace'))

    def type(self, keys):
        """Press keys.

        :param keys: bytes
        """
        os.write(self._terminal, keys)

    def read(self, until=None, seconds=300):
        """Read what it shows.

        :param until: text to read to, None for the command's end
        :param seconds: how long that may take
        :raises TimeoutError: if it takes longer
        """
        end = time.monotonic() + seconds
        while until is None or until not in self.text:
            if time.monotonic() > end:
                raise TimeoutError(self.text)
            before = time.monotonic()
            ready = select.select([self._terminal], [], [], .1)[0]
            self.lag = max(self.lag, time.monotonic() - before - .1)
            if not ready:
                continue
            try:
                data = os.read(self._terminal, 65536)
            except OSError:
                data = b''
            now = time.monotonic()
            if self.first is None:
                self.first = now - self._began
            else:
                self.silence = max(self.silence, now - self._last)
            self._last = now
            self._out += data
            if not data:
                self.code = os.waitstatus_to_exitcode(
                    os.waitpid(self.pid, 0)[1])
                os.close(self._terminal)
                return
