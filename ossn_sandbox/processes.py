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

"""Start the services' processes, and know them again without any state."""

import contextlib
import dataclasses
import os
import pathlib
import select
import signal
import subprocess

from ossn_sandbox import errors

GUEST = pathlib.Path(__file__).parent / 'guest' / 'main.py'
_TAIL = '/'.join(GUEST.parts[-3:])
_PROC = pathlib.Path('/proc')
_GRACE_SECONDS = 5


@dataclasses.dataclass(frozen=True)
class Process:
    """A running process of a sandbox.

    :ivar pid: its id
    :ivar name: the cloud it belongs to, or ``keystone``
    :ivar role: what it is, such as ``glance-api``
    :ivar leashed: whether it dies with the command that started it
    """

    pid: int
    name: str
    role: str
    leashed: bool


def command(python, home, name, role, *arguments, leash=None):
    """Make the command line of a process; :func:`parse` reads it back.

    :param python: the interpreter
    :param home: the sandbox's folder
    :param name: the cloud's name
    :param role: what the process is to be
    :param arguments: the role's own arguments
    :param leash: the descriptor whose end is the process's end, if any
    :returns: the words
    """
    tied = ('--leash', leash) if leash is not None else ()
    return [str(word) for word in (
        python, GUEST, '--home', home, '--name', name, *tied, role,
        *arguments)]


def parse(pid, words, home):
    """Tell from a command line whether a process is the sandbox's.

    :param pid: the process's id
    :param words: its command line
    :param home: the sandbox's folder
    :returns: a :class:`Process`, or None when it is not
    """
    if len(words) < 7 or not words[1].endswith(_TAIL):
        return None
    if words[2:5] != ['--home', str(home), '--name']:
        return None
    leashed = words[6] == '--leash'
    role = words[8 if leashed else 6:][:1]
    return Process(pid, words[5], role[0], leashed) if role else None


def _read(pid, home):
    try:
        words = (_PROC / str(pid) / 'cmdline').read_bytes()
    except OSError:
        return None
    return parse(pid, words.decode(errors='replace').split('\0'), home)


def find(home):
    """Find a sandbox's processes by their command lines.

    :param home: the sandbox's folder
    :returns: a list of :class:`Process`
    """
    found = (_read(int(entry.name), home) for entry in _PROC.iterdir()
             if entry.name.isdecimal())
    return [process for process in found if process]


def environment(*besides):
    """Make the environment of what is to know of the sandbox alone.

    What the caller's shell says about a cloud is not for it, and oslo.config
    takes any option from there (OS_SECTION__OPTION); nor is a proxy:
    everything is on loopback.

    :param besides: how further variables begin that are left out
    :returns: dict
    """
    return {name: value for name, value in os.environ.items()
            if not name.startswith(('OS_', *besides))
            and not name.lower().endswith('_proxy')}


def start(words, log, leash=None, **more):
    """Start a process in a session of its own.

    :param words: the command line
    :param log: where its output goes
    :param leash: the descriptor it is to inherit, if any
    :param more: what to add to its environment
    :returns: the :class:`subprocess.Popen`
    """
    with open(log, 'a') as stream:
        return subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=stream,
            stderr=subprocess.STDOUT, start_new_session=True, umask=0o077,
            pass_fds=(leash,) if leash is not None else (),
            env={**environment('PYTHON'), **more})


def stop(found, home):
    """Stop processes that are still the ones that were found.

    :param found: the list of :class:`Process`
    :param home: the sandbox's folder
    :returns: how many were stopped
    """
    with contextlib.ExitStack() as stack:
        handles = []
        for process in found:
            # A handle stays with the process; its number may be reused.
            try:
                handle = os.pidfd_open(process.pid)
            except ProcessLookupError:
                continue
            stack.callback(os.close, handle)
            if _read(process.pid, home) == process:
                handles.append(handle)
        for number in (signal.SIGTERM, signal.SIGKILL):
            waiting = select.poll()
            left = 0
            for handle in handles:
                with contextlib.suppress(ProcessLookupError):
                    signal.pidfd_send_signal(handle, number)
                    waiting.register(handle, select.POLLIN)
                    left += 1
            while left:
                ended = waiting.poll(_GRACE_SECONDS * 1000)
                if not ended:
                    break
                for handle, _ in ended:
                    waiting.unregister(handle)
                    left -= 1
            if not left:
                break
        return len(handles)


def follow(words, **variables):
    """Run a command until it ends, whatever signal comes.

    :param words: the command and its arguments
    :param variables: of its environment, besides those of this process
    :returns: its exit code
    :raises SandboxError: when there is no such command
    """
    try:
        # In a group of its own: what interrupts comes once, from here.
        child = subprocess.Popen(words, process_group=0,
                                 env={**os.environ, **variables})
    except OSError as error:
        raise errors.SandboxError(
            f'COMMAND {words[0]} does not start: {error.strerror}; name one '
            'behind "--".')
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            # The cloud stays for as long as it takes to clean up.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGINT)
