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

"""Clouds as operators run them, and what the suite must say of each.

"python -m selftests.functional.situations [NAME...]" sets them up on real
clouds, one after the other, runs the suite there and prints the table
*situation, verdicts that deviate, exit code, left behind, seconds*; the exit
status is 1 if one is not as it must be. "-v" shows the reports of these, "-l"
lists the names. The tests take the quick ones.

All of it happens in one cloud, whose Glance is restarted with another
configuration where a row needs one, and in one region, whose endpoints are
where the row wants them.
"""

import argparse
import configparser
import contextlib
import dataclasses
import inspect
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import typing

from glance_ossn_tests.report import record
from ossn_sandbox import catalog
from ossn_sandbox import releases
from selftests.functional import base
from selftests.functional import disguises
from selftests.functional import meter
from selftests.functional import proxy
from selftests.functional import test_verdicts

REGION = 'lab'
SAFE, EXPOSED, NOT_TESTED, NOT_OFFERED, NOT_SELECTED = (
    'SAFE', 'EXPOSED', 'NOT TESTED', 'NOT OFFERED', 'NOT SELECTED')
_MEANS = {'success': SAFE, 'skip': NOT_OFFERED, 'fail': EXPOSED}
# What an unmodified cloud without v1 shows.
PLAIN = {claim.name: _MEANS[test_verdicts.SAFE[claim.test]]
         for claim in record.CLAIMS}
# What nothing can be shown of where no project can share; all others need no
# share.
SHARED = frozenset(PLAIN) - {'v1-unreachable', 'published', 'foreign-owner',
                             'community', 'never-shared'}
# Either is an answer.
FINE = (SAFE, NOT_OFFERED)
OPEN = (SAFE, NOT_OFFERED, NOT_TESTED)
# So long no run may take.
LONGEST = 600
# No cause is one of many more, and nobody is to loosen a cloud for a test.
ALWAYS_NEVER = (r'and \d+ more', 'Traceback',
                'same one in glance-api.conf')


@dataclasses.dataclass(frozen=True)
class Situation:
    """A way to run a cloud, and what the suite must come to there.

    :param name: its name
    :param what: what it is, for people
    :param source: who runs a cloud so, or what documentation says it
    :param release: name of the release
    :param policy: dict of overridden rules of policy.yaml
    :param options: dict of ``SECTION.NAME`` to a value in glance-api.conf,
        or a function of the :class:`Lab` that returns it
    :param front: the layer before Glance, see :mod:`.disguises`, or a
        function without arguments that makes one for each run
    :param path: what the catalog has behind the endpoint's host
    :param before: functions of the :class:`Lab` that are context managers:
        each sets something up, and gives sections of tempest.conf or None
    :param tempest: sections of tempest.conf
    :param file: whether the accounts are those of a file
    :param environment: variables of the shell
    :param arguments: of "tempest run", in place of ``--regex ossn``
    :param verdicts: dict of claim to its verdict, or to those that it may
        have, where it is not as on a plain cloud
    :param left: how many images may be left behind, each of them named
    :param says: texts that the report must have, whatever its line breaks
    :param never: regular expressions that it must not have
    :param lines: how many lines the report may have
    :param seconds: how many seconds the run may take
    :param check: function of the :class:`Result` that returns what else is
        wrong, as texts
    :param quick: whether it is always run
    """

    name: str
    what: str
    source: str
    release: str = '2026.2'
    policy: dict = dataclasses.field(default_factory=dict)
    options: typing.Any = dataclasses.field(default_factory=dict)
    front: typing.Callable | None = None
    path: str = ''
    before: tuple = ()
    tempest: dict = dataclasses.field(default_factory=dict)
    file: bool = False
    environment: dict = dataclasses.field(default_factory=dict)
    arguments: tuple = ('--regex', 'ossn')
    verdicts: dict = dataclasses.field(default_factory=dict)
    left: int = 0
    says: tuple = ()
    never: tuple = ()
    lines: int = 90
    seconds: int = 90
    check: typing.Callable | None = None
    quick: bool = False

    def allowed(self, claim):
        """The verdicts that a claim may have.

        :param claim: its name
        :returns: tuple
        """
        wanted = self.verdicts.get(claim, PLAIN.get(claim, SAFE))
        return (wanted,) if isinstance(wanted, str) else tuple(wanted)


def every(verdict, *but):
    """A verdict for all claims that a plain cloud shows to be SAFE.

    :param verdict: the verdict, or those that each may have
    :param but: names of claims that are as ever
    :returns: dict
    """
    return {claim: verdict for claim, plain in PLAIN.items()
            if plain == SAFE and claim not in but}


def shares(verdict):
    """A verdict for the claims that nothing can be shown of without shares.

    :param verdict: the verdict, or those that each may have
    :returns: dict
    """
    return {claim: verdict for claim in every(verdict) if claim in SHARED}


@dataclasses.dataclass
class Result:
    """What a run in a situation came to.

    :param cloud: :class:`ossn_sandbox.cloud.Cloud`
    :param status: the exit status of "tempest run", None if it did not end
    :param output: what it printed
    :param exit_code: of "tempest ossn report"
    :param table: the report as users see it
    :param report: the report as data, None if there is none
    :param left: dict of a kind of thing to those that the run left behind
    :param seconds: how long it took
    :param requests: how many requests Glance got
    :param images: names of the images that it made
    """

    cloud: typing.Any
    status: int | None
    output: str
    exit_code: int
    table: str
    report: dict | None
    left: dict
    seconds: float
    requests: int
    images: list

    @property
    def verdicts(self):
        """Dict of claim to verdict."""
        return {claim['name']: claim['verdict']
                for note in (self.report or {'notes': ()})['notes']
                for claim in note['claims']}


def holdings(a_cloud):
    """What there is in a cloud, by Keystone and by Glance's database.

    :param a_cloud: :class:`ossn_sandbox.cloud.Cloud`
    :returns: dict of a kind of thing to a dict of id to name
    """
    keystone = a_cloud.session()

    def ask(kind):
        return keystone.get('%s/%s' % (a_cloud.auth_url, kind)).json()[kind]

    found = {kind: {one['id']: one['name'] for one in ask(kind)}
             for kind in ('projects', 'users', 'roles')}
    found['role_assignments'] = {
        json.dumps({key: value for key, value in one.items()
                    if key != 'links'}, sort_keys=True): 'a role'
        for one in ask('role_assignments')}
    with contextlib.closing(sqlite3.connect(a_cloud.database)) as glance:
        for kind, name in (('images', 'name'), ('image_members', 'member')):
            found[kind] = dict(glance.execute(
                'SELECT id, %s FROM %s WHERE NOT deleted' % (name, kind)))
    return found


class Lab:
    """One cloud that is made into one situation after the other.

    :param box: :class:`ossn_sandbox.cloud.Sandbox`
    :ivar cloud: :class:`ossn_sandbox.cloud.Cloud` of the situation
    :ivar front: :class:`selftests.functional.proxy.Proxy` before it
    """

    def __init__(self, box):
        self.box = box
        self.cloud = self.front = None
        self._running = {}

    def _up(self, release, policy, options):
        """Have Glance run with a configuration."""
        name = '%s~%s' % (release, REGION)
        wanted = dataclasses.replace(
            releases.get(release), name=name, policy=tuple(policy.items()),
            settings=tuple(options.items()))
        if self._running.get(name) != wanted:
            self.box.stop(name)
        self.cloud, = self.box.start([wanted])
        self._running[name] = wanted

    def catalog(self):
        """What Keystone can be told of the cloud by.

        :returns: :class:`ossn_sandbox.catalog.Catalog`
        """
        return catalog.Catalog(self.cloud.auth_url, self.cloud.admin)

    def file(self, text):
        """Write a file that the situation needs.

        :param text: what is in it
        :returns: its path
        """
        handle, path = tempfile.mkstemp(dir=self.cloud.workspace / 'etc')
        with open(handle, 'w') as file:
            file.write(text)
        return path

    def run(self, situation):
        """Make a situation, run the suite in it, and tidy up behind it.

        :param situation: :class:`Situation`
        :returns: :class:`Result`
        """
        if callable(situation.options) and not self.cloud:
            self._up(situation.release, {}, {})
        options = situation.options
        self._up(situation.release, situation.policy,
                 options(self) if callable(options) else options)
        with contextlib.ExitStack() as stack:
            self._route(situation, stack)
            config = self._config(situation, [
                stack.enter_context(contextlib.contextmanager(step)(self))
                for step in situation.before])
            stack.callback(os.unlink, config)
            before = holdings(self.cloud)
            try:
                return self._look(situation, config, before)
            finally:
                self._tidy(before)

    def _route(self, situation, stack):
        url = self.cloud.image_url
        if situation.front:
            front = situation.front
            if not inspect.signature(front).parameters:
                front = front()
            self.front = stack.enter_context(proxy.Proxy(url))
            self.front.fault = front
            url = self.front.url
        self.catalog().ensure_region(REGION, url + situation.path)

    def _config(self, situation, sections):
        parser = configparser.RawConfigParser(default_section='none')
        parser.read(self.cloud.preprovisioned_config if situation.file
                    else self.cloud.config)
        for more in ({'image': {'region': REGION}}, *filter(None, sections),
                     situation.tempest):
            for section, values in more.items():
                if not parser.has_section(section):
                    parser.add_section(section)
                for option, value in values.items():
                    parser.set(section, option, value)
        handle, path = tempfile.mkstemp(suffix='.conf',
                                        dir=self.cloud.config.parent)
        with open(handle, 'w') as file:
            parser.write(file)
        return path

    def _look(self, situation, config, before):
        a_cloud, began = self.cloud, time.monotonic()
        shutil.rmtree(a_cloud.workspace / '.stestr', ignore_errors=True)
        log = a_cloud.requests['glance-api']
        size, deleted = meter.size(log), self._images(a_cloud)

        def command(*words, seconds=LONGEST):
            child = subprocess.Popen(
                words, cwd=a_cloud.workspace, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True, process_group=0,
                env={**os.environ, **situation.environment})
            try:
                return child, child.communicate(timeout=seconds)[0]
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, 9)
                return None, child.communicate()[0]

        done, output = command(
            base.command('tempest'), 'run', '--config-file', config,
            '--concurrency', '2', *situation.arguments)
        seconds = time.monotonic() - began
        requests = len(meter.appended(log, size).splitlines())
        after = holdings(a_cloud)
        report = pathlib.Path(self.file(''))
        words = base.command('tempest'), 'ossn', 'report'
        command(*words, '--format', 'json', '--output', str(report))
        shown, table = command(*words)
        data = report.read_text()
        report.unlink()
        return Result(
            a_cloud, done and done.returncode, output,
            shown and shown.returncode, table,
            json.loads(data) if data else None,
            {kind: {key: name for key, name in things.items()
                    if key not in before[kind]}
             for kind, things in after.items()},
            seconds, requests, [
                name for key, name in self._images(a_cloud).items()
                if key not in deleted])

    @staticmethod
    def _images(a_cloud):
        """All images that there ever were."""
        with contextlib.closing(sqlite3.connect(a_cloud.database)) as glance:
            return dict(glance.execute('SELECT id, name FROM images'))

    def _tidy(self, before):
        """Remove what a run left, for the next one."""
        after, keystone = holdings(self.cloud), self.cloud.session()
        for kind in ('users', 'projects', 'roles'):
            for key in set(after[kind]) - set(before[kind]):
                keystone.delete('%s/%s/%s' % (self.cloud.auth_url, kind,
                                              key))
        with contextlib.closing(sqlite3.connect(
                self.cloud.database, timeout=30)) as glance:
            for kind in ('images', 'image_members'):
                glance.executemany(
                    'UPDATE %s SET deleted = 1 WHERE id = ?' % kind,
                    [(key,) for key in set(after[kind]) - set(before[kind])])
            glance.commit()
        for path in (self.cloud.workspace / 'lock').iterdir():
            if len(path.name) == 32:
                # Of an account of a file, in use by a run that was killed.
                path.unlink()


def judge(situation, result):
    """Tell what is wrong with what a run came to.

    :param situation: :class:`Situation`
    :param result: :class:`Result`
    :returns: list of texts, empty if nothing is
    """
    wrong = []
    flat = ' '.join(result.table.split())
    if result.status is None:
        wrong.append('it was killed after %d seconds' % LONGEST)
    elif result.seconds > situation.seconds:
        wrong.append('it took %d seconds, more than %d' % (
            result.seconds, situation.seconds))
    found = result.verdicts
    if not found:
        return wrong + ['there is no report: %.200s' % flat]
    for claim in sorted({*PLAIN, *situation.verdicts, *found}):
        if found.get(claim) not in situation.allowed(claim):
            wrong.append('%s is %s, not %s' % (
                claim, found.get(claim),
                ' or '.join(situation.allowed(claim))))
    code = exit_code(result)
    if result.exit_code != code:
        wrong.append('the report\'s exit code is %s, and what it says means '
                     '%d' % (result.exit_code, code))
    images = result.left['images']
    if len(images) > situation.left:
        wrong.append('%d images are left' % len(images))
    unnamed = [key for key in images if key not in flat]
    if unnamed:
        wrong.append('%d images are left that the report does not name'
                     % len(unnamed))
    for kind, things in result.left.items():
        if things and kind not in ('images', 'image_members'):
            wrong.append('%d %s are left' % (len(things), kind))
    if 'not known' in flat:
        wrong.append('what is left behind is not known')
    wrong += ['it does not say "%s"' % text for text in situation.says
              if text not in flat]
    wrong += ['it says "%s"' % match[0] for match in (
        re.search(text, flat) for text in situation.never + (
            () if EXPOSED in found.values() else ALWAYS_NEVER)) if match]
    lines = result.table.count('\n')
    if lines > situation.lines:
        wrong.append('the report has %d lines, more than %d' % (
            lines, situation.lines))
    if situation.check:
        wrong += situation.check(result)
    return wrong


def exit_code(result):
    """The exit code that a report must have by what it says.

    :param result: :class:`Result`
    :returns: the code
    """
    found = set(result.verdicts.values())
    if EXPOSED in found:
        return 1
    return 3 if NOT_TESTED in found or result.report['problems'] else 0


def deviations(result):
    """Say which verdicts are not as on a plain cloud, in a few words.

    :param result: :class:`Result`
    :returns: text
    """
    counted = {}
    for claim, verdict in result.verdicts.items():
        if verdict != PLAIN.get(claim):
            counted.setdefault(verdict, []).append(claim)
    return '; '.join(
        '%s %s' % (verdict, ', '.join(claims) if len(claims) < 4
                   else '%d claims' % len(claims))
        for verdict, claims in sorted(counted.items())) or 'none'


def left(result):
    """Say what a run left behind, in a few words.

    :param result: :class:`Result`
    :returns: text
    """
    return ', '.join('%d %s' % (len(things), kind) for kind, things in
                     result.left.items() if things) or 'nothing'


# What is set up before.

def protections(rules):
    """Protect properties by a file.

    :param rules: text of the file
    :returns: function of a :class:`Lab` that returns options
    """
    return lambda lab: {'DEFAULT.property_protection_file': lab.file(rules)}


SITUATIONS = (
    Situation(
        'plain', 'an unmodified cloud, by which all others are measured',
        'Glance 2026.2 as released'),
    Situation(
        'raw-only', 'takes raw images only, as Ceph and VMware clouds do',
        'ceph/teuthology PR 705; anuket-project/anuket-specifications PR 648',
        options={'image_format.disk_formats': 'raw',
                 'image_format.container_formats': 'bare'},
        quick=True),
    Situation(
        'members-may-not-delete',
        'who may create and share images may not delete them',
        'sapcc/helm-charts PR 2019',
        policy={'delete_image': 'role:image_admin or role:admin'},
        # The admin who made the accounts may delete: then all is judged.
        verdicts=every((SAFE, NOT_TESTED)), quick=True),
    Situation(
        'members-may-not-delete-file',
        'the same with accounts of a file: nobody may delete',
        'sapcc/helm-charts PR 2019',
        policy={'delete_image': 'role:image_admin or role:admin'},
        file=True, verdicts=every(NOT_TESTED, 'v1-unreachable') | {
            'v1-unreachable': OPEN},
        left=1, says=('delete_image',), seconds=45),
)
BY_NAME = {situation.name: situation for situation in SITUATIONS}


def main(arguments):
    """Print the table.

    :param arguments: names of situations, none for all
    :returns: how many are not as they must be
    """
    parser = argparse.ArgumentParser(
        prog='python -m selftests.functional.situations',
        description='Run the suite on clouds as operators run them.')
    parser.add_argument('names', nargs='*', metavar='NAME',
                        help='situations (default: all)')
    parser.add_argument('-l', action='store_true', dest='list',
                        help='list the situations and run nothing')
    parser.add_argument('-v', action='store_true', dest='verbose',
                        help='show the reports of those that are wrong')
    arguments = parser.parse_args(arguments)
    unknown = set(arguments.names) - set(BY_NAME)
    if unknown:
        parser.error('there is no %s; -l lists them' % ', '.join(unknown))
    chosen = [BY_NAME[name] for name in arguments.names] or SITUATIONS
    if arguments.list:
        for row in chosen:
            print('%-34s %s (%s)' % (row.name, row.what, row.source))
        return 0
    lab, broken = Lab(base.sandbox()), 0
    print('%-34s %-44s %4s  %-24s %5s %5s  %s' % (
        'situation', 'verdicts that deviate', 'exit', 'left behind',
        'secs', 'reqs', ''))
    for row in chosen:
        result = lab.run(row)
        wrong = judge(row, result)
        broken += bool(wrong)
        print('%-34s %-44s %4s  %-24s %5d %5d  %s' % (
            row.name, deviations(result), result.exit_code, left(result),
            result.seconds, result.requests,
            'WRONG: ' + '; '.join(wrong) if wrong else 'right'), flush=True)
        if wrong and arguments.verbose:
            print(result.table, result.output, sep='\n', file=sys.stderr)
    print('%d of %d right' % (len(chosen) - broken, len(chosen)))
    return broken


if __name__ == '__main__':
    sys.exit(min(main(sys.argv[1:]), 1))
