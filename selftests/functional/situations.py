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
from http import server
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
import threading
import time
import typing

import trustme
import yaml

from benchmarks import clouds
from glance_ossn_tests import notes
from glance_ossn_tests.sharing import listings
from ossn_sandbox import catalog
from ossn_sandbox import releases
from selftests.functional import base
from selftests.functional import disguises
from selftests.functional import meter
from selftests.functional import proxy
from selftests.functional import test_notes
from selftests.functional import test_verdicts

REGION = 'lab'
RELEASE = '2026.2'
SAFE, EXPOSED, NOT_TESTED, NOT_OFFERED, NOT_SELECTED = (
    'SAFE', 'EXPOSED', 'NOT TESTED', 'NOT OFFERED', 'NOT SELECTED')
_MEANS = {'success': SAFE, 'skip': NOT_OFFERED, 'fail': EXPOSED}
# What an unmodified cloud without v1 shows.
PLAIN = {claim.name: test_notes.NEWEST.get(
    claim.name, _MEANS[test_verdicts.SAFE[claim.test]])
         for claim in notes.CLAIMS}
# What nothing can be shown of where no project can share; all others need no
# share.
SHARED = frozenset(PLAIN) - frozenset(test_notes.CHECKED) - {
    'v1-unreachable', 'published', 'foreign-owner', 'community',
    'never-shared', 'unscoped-list'}
# What no unmodified Glance keeps is waived, so that all else shows.
KNOWN = ('given-away', 'accepted-content')
WAIVED = 'WAIVED'
# Neither walks nor what is crossed: that is for other tests.
WAIVERS = '[glance_ossn]\ndepth = 0\n' + ''.join(
    'waivers = %s until 2999-12-31 because no Glance keeps it\n' % claim
    for claim in KNOWN)
# Either is an answer.
FINE = (SAFE, NOT_OFFERED)
OPEN = (SAFE, NOT_OFFERED, NOT_TESTED, test_notes.NOT_TESTABLE)
PASSWORD = 'lab-password'
# A host that only a proxy finds.
INSIDE = 'glance.inside.invalid'
# So long no run may take.
LONGEST = 600
CROWDED = 'The cloud lists more than %d images' % listings.LARGE
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
    :param tls: whether it is asked by TLS
    :param path: what the catalog has behind the endpoint's host
    :param before: functions of the :class:`Lab` that are context managers:
        each sets something up, and gives sections of tempest.conf or None
    :param tempest: sections of tempest.conf
    :param file: whether the accounts are those of a file
    :param environment: variables of the shell
    :param arguments: of "tempest run", or a function of the :class:`Lab`
        that returns them
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
    release: str = RELEASE
    policy: dict = dataclasses.field(default_factory=dict)
    options: typing.Any = dataclasses.field(default_factory=dict)
    front: typing.Callable | None = None
    tls: bool = False
    path: str = ''
    before: tuple = ()
    tempest: dict = dataclasses.field(default_factory=dict)
    file: bool = False
    environment: dict = dataclasses.field(default_factory=dict)
    arguments: typing.Any = ('--regex', 'ossn')
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
        # Those of an upgrade are in some reports of runs that do not start.
        wanted = self.verdicts.get(claim, PLAIN.get(claim, OPEN))
        if claim in KNOWN:
            return (WAIVED, NOT_SELECTED, *OPEN)
        wanted = (wanted,) if isinstance(wanted, str) else tuple(wanted)
        if claim in test_notes.CHECKED and (
                wanted[1:] or wanted[0] not in (SAFE, EXPOSED) or
                wanted[0] == PLAIN[claim]):
            # Nothing loosens it here; what stands in the way of the lists
            # may stand in its way, too.
            # Not each file of accounts has an admin.
            also = (NOT_OFFERED, test_notes.NOT_TESTABLE) * bool(
                self.verdicts or self.file or self.before)
            if any(NOT_TESTED in each for each in self.verdicts.values()):
                also += (NOT_TESTED,)
            return (test_notes.expected(self.release)[claim], *wanted, *also)
        if claim == 'reader-consent' and (self.file or wanted == (SAFE,)):
            # Not each file of accounts has a reader.
            return (*wanted, NOT_OFFERED)
        return wanted


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
    :param seconds: how long it took, or would have on a machine as fast as
        the one for which the limits are
    :param requests: the requests that Glance got: 'METHOD path' each
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
    requests: list
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
    :ivar url: where Glance is reached, without what the catalog has behind
        it
    """

    def __init__(self, box):
        self.box = box
        self.cloud = self.url = None
        self._running = {}
        self._files = []

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
        self._files.append(path)
        return path

    def keystone(self, method, path, **body):
        """Ask Keystone for something, as the admin.

        :param method: HTTP method
        :param path: what follows /v3
        :param body: what is sent as JSON
        :returns: dict of its answer
        """
        answer = self.cloud.session().request(
            self.cloud.auth_url + path, method, json=body or None)
        return answer.json() if answer.content else {}

    def account(self, name, project=None, roles=('member',), domain=None):
        """Make an account, if it is not there.

        :param name: its name
        :param project: name of its project, None for an account of the
            system
        :param roles: names of its roles
        :param domain: id of the domain, by default the default one
        :returns: dict of username and password
        """
        person = {'username': name, 'password': PASSWORD}
        more = {'domain_id': domain} if domain else {}
        self.catalog().ensure_user(
            {**person, 'project_name': project or 'lab', **more},
            *(roles if project else ()))
        if not project:
            user = self.keystone('GET', '/users?name=' + name)['users'][0]
            for role in roles:
                role = self.keystone('GET', '/roles?name=' + role)['roles'][0]
                self.keystone('PUT', '/system/users/%s/roles/%s' % (
                    user['id'], role['id']))
        return person

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
            trusted = self._route(situation, stack)
            config = self._config(situation, trusted, *[
                stack.enter_context(contextlib.contextmanager(step)(self))
                for step in situation.before])
            stack.callback(os.unlink, config)
            before = holdings(self.cloud)
            try:
                return self._look(situation, config, before)
            finally:
                self._tidy(before)

    def _route(self, situation, stack):
        """Put what stands before Glance there, and tell the catalog."""
        self.url, trusted = self.cloud.image_url, {}
        if situation.front:
            front, certificate = situation.front, None
            if not inspect.signature(front).parameters:
                front = front()
            if situation.tls:
                certificate, authority = self._certificate()
                trusted = {'identity': {'ca_certificates_file': authority}}
            before = proxy.Proxy(self.url, certificate)
            before.fault = front
            self.url = stack.enter_context(before).url
        self.catalog().ensure_region(REGION, self.url + situation.path)
        return trusted

    def _certificate(self):
        authority = trustme.CA()
        issued = authority.issue_cert('127.0.0.1')
        return [self.file(pem.bytes().decode()) for pem in (
            issued.cert_chain_pems[0], issued.private_key_pem)], self.file(
                authority.cert_pem.bytes().decode())

    def _config(self, situation, *sections):
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
            # What the situation says of it comes last, and counts.
            file.write(WAIVERS)
            parser.write(file)
        return path

    def _look(self, situation, config, before):
        a_cloud = self.cloud
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

        arguments = situation.arguments
        if callable(arguments):
            arguments = arguments(self)
        # The last run, which one that finds no tests would leave there.
        shutil.rmtree(a_cloud.workspace / '.stestr', ignore_errors=True)
        began = time.monotonic()
        done, output = command(
            base.command('tempest'), 'run', '--config-file', config,
            '--concurrency', '2', *arguments)
        seconds = (time.monotonic() - began) / base.pace()
        requests = [' '.join(line.split('\t')[4:]) for line
                    in meter.appended(log, size).splitlines()]
        after = holdings(a_cloud)
        report = pathlib.Path(self.file(''))
        words = base.command('tempest'), 'ossn', 'report'
        command(*words, '--format', 'json', '--output', str(report))
        shown, table = command(*words)
        data = report.read_text()
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
        while self._files:
            pathlib.Path(self._files.pop()).unlink(missing_ok=True)


def _some(claims):
    return (', '.join(claims) if len(claims) < 4
            else '%d claims' % len(claims))


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
    other = {}
    for claim in sorted({*PLAIN, *situation.verdicts, *found}):
        allowed = situation.allowed(claim)
        if found.get(claim) not in allowed:
            other.setdefault((found.get(claim), ' or '.join(allowed)),
                             []).append(claim)
    wrong += ['%s: %s, not %s' % (_some(claims), *verdicts)
              for verdicts, claims in other.items()]
    images = result.left['images']
    codes = {exit_code(result), *((3,) if images else ())}
    if result.exit_code not in codes:
        wrong.append('the report\'s exit code is %s, and what it says means '
                     '%s' % (result.exit_code, min(codes)))
    if len(images) > situation.left:
        wrong.append('%d images are left' % len(images))
    unnamed = [key for key in images if key not in flat]
    if unnamed:
        wrong.append('%d images are left that the report does not name'
                     % len(unnamed))
    for kind, things in result.left.items():
        if things and kind not in ('images', 'image_members'):
            wrong.append('%d %s are left' % (len(things), kind))
    if 'Left behind not known' in flat:
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
        '%s %s' % (verdict, _some(claims))
        for verdict, claims in sorted(counted.items())) or 'none'


def left(result):
    """Say what a run left behind, in a few words.

    :param result: :class:`Result`
    :returns: text
    """
    return ', '.join('%d %s' % (len(things), kind) for kind, things in
                     result.left.items() if things) or 'nothing'


# What is set up before.

def internal_endpoint(url):
    """Have the catalog name another internal and admin endpoint.

    :param url: their URL, None for one at which packets are dropped
    :returns: a step for :attr:`Situation.before`
    """
    def step(lab):
        with disguises.silent_port() as port:
            other = url or 'http://127.0.0.1:%d' % port
            lab.catalog().ensure_region(REGION, lab.url, internal=other,
                                        admin=other)
            yield
    return step


def reached_inside(lab):
    """Have a public endpoint at which packets are dropped."""
    with disguises.silent_port() as port:
        lab.catalog().ensure_region(
            REGION, lab.url, public='http://127.0.0.1:%d' % port)
        yield


def public_only(lab):
    """Have nothing but a public endpoint in the catalog."""
    for endpoint in lab.keystone('GET', '/endpoints?region_id=' + REGION)[
            'endpoints']:
        if endpoint['interface'] != 'public':
            lab.keystone('DELETE', '/endpoints/' + endpoint['id'])
    yield


def second_service(lab):
    """Have a second image service in the catalog, with the same URLs."""
    service = lab.keystone('POST', '/services', service={
        'type': 'image', 'name': 'glance-old'})['service']['id']
    try:
        for interface in ('public', 'internal'):
            lab.keystone('POST', '/endpoints', endpoint={
                'service_id': service, 'region_id': REGION,
                'interface': interface, 'url': lab.url + '/v2'})
        yield
    finally:
        lab.keystone('DELETE', '/services/' + service)


def behind_a_proxy(lab):
    """Have an endpoint that only [service-clients] proxy_url leads to."""
    lab.catalog().ensure_region(REGION, 'http://%s:9292' % INSIDE)
    yield {'service-clients': {'proxy_url': lab.url}}


def public_image(name):
    """Have a public image, the first that a list of such shows.

    :param name: its name
    :returns: a step for :attr:`Situation.before`
    """
    def step(lab):
        images = lab.cloud.image_url + '/v2/images'
        admin = lab.cloud.session()
        image = images + '/' + admin.post(images, json={
            'name': name, 'visibility': 'public', 'disk_format': 'raw',
            'container_format': 'bare'}).json()['id']
        try:
            admin.put(image + '/file', data=b'public', headers={
                'Content-Type': 'application/octet-stream'})
            yield
        finally:
            admin.delete(image)
    return step


def large_catalogue(lab):
    """Have more public images than are on one page."""
    clouds.seed(lab.cloud.database, listings.LARGE + 1)
    try:
        yield
    finally:
        clouds.clear(lab.cloud.database)


def object_store(status):
    """Have an object store in the catalog: no Swift, but one that answers.

    :param status: what it answers who has no token and asks for an image in
        its owner's account
    :returns: a step for :attr:`Situation.before`
    """
    class Handler(server.BaseHTTPRequestHandler):

        def do_HEAD(self):
            found = re.fullmatch(
                r'/v1/AUTH_\w+/glance_([-\w]+)/([-\w]+)', self.path)
            self.send_response(
                400 if 'X-Auth-Token' in self.headers else
                status if found and found[1] == found[2] else 404)
            self.end_headers()

        def log_message(self, *args):
            pass

    def step(lab):
        service = lab.keystone('POST', '/services', service={
            'type': 'object-store', 'name': 'swift'})['service']['id']
        front = server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        threading.Thread(target=front.serve_forever, daemon=True).start()
        try:
            lab.keystone('POST', '/endpoints', endpoint={
                'service_id': service, 'region_id': REGION,
                'interface': 'public', 'url':
                'http://127.0.0.1:%d/v1/AUTH_$(project_id)s'
                % front.server_port})
            yield
        finally:
            lab.keystone('DELETE', '/services/' + service)
            front.shutdown()
            front.server_close()
    return step


def renamed_role(old, new):
    """Call a role otherwise, as other releases and installers do.

    :param old: its name
    :param new: its name meanwhile
    :returns: a step for :attr:`Situation.before`
    """
    def step(lab):
        role = '/roles/' + lab.keystone(
            'GET', '/roles?name=' + old)['roles'][0]['id']
        # Those that Keystone makes itself cannot be changed else.
        lab.keystone('PATCH', role, role={'options': {'immutable': False}})
        lab.keystone('PATCH', role, role={'name': new})
        try:
            yield
        finally:
            lab.keystone('PATCH', role, role={'name': old})
    return step


def role(name):
    """Have a role.

    :param name: its name
    :returns: a step for :attr:`Situation.before`
    """
    def step(lab):
        # Those of the sandbox's catalog are made when a user needs them.
        lab.account('lab-' + name, 'lab', [name])
        yield
    return step


def limits(**numbers):
    """Have limits in Keystone.

    :param numbers: of resource to its default limit
    :returns: a step for :attr:`Situation.before`
    """
    def step(lab):
        service = lab.keystone(
            'GET', '/services?type=image&name=glance')['services'][0]['id']
        made = lab.keystone('POST', '/registered_limits', registered_limits=[
            {'service_id': service, 'region_id': lab.cloud.region,
             'resource_name': name, 'default_limit': numbers.get(name, 1000)}
            for name in ('image_size_total', 'image_stage_total',
                         'image_count_total', 'image_count_uploading')])
        try:
            yield
        finally:
            for limit in made['registered_limits']:
                lab.keystone('DELETE', '/registered_limits/' + limit['id'])
    return step


def limited(lab):
    """The options with which Glance asks Keystone for limits."""
    return {'DEFAULT.use_keystone_limits': 'True', **{
        'oslo_limit.' + name: value for name, value in {
            'auth_type': 'password', 'auth_url': lab.cloud.auth_url,
            'username': 'admin', 'user_domain_name': 'Default',
            'password': lab.cloud.admin['password'], 'system_scope': 'all',
            'endpoint_service_type': 'image',
            'endpoint_region_name': lab.cloud.region,
            'endpoint_interface': 'public'}.items()}}


def protections(rules):
    """Protect properties by a file.

    :param rules: text of the file
    :returns: function of a :class:`Lab` that returns options
    """
    return lambda lab: {'DEFAULT.property_protection_file': lab.file(rules)}


def accounts(entries):
    """Have an accounts file.

    :param entries: function of a :class:`Lab` that returns its entries
    :returns: a step for :attr:`Situation.before`
    """
    def step(lab):
        yield {'auth': {'test_accounts_file': lab.file(
            yaml.safe_dump(entries(lab)))}}
    return step


def generated(lab):
    """What "tempest account-generator -r 3" writes."""
    entries = []
    for number in range(1, 4):
        def add(kind, project, *roles, **scope):
            name = 'lab-%d-%s' % (number, kind)
            entry = {**lab.account(name, project, roles or ['member']),
                     **scope}
            if roles:
                entry['roles'] = list(roles)
            if project:
                entry.update(project_name=project, domain_name='Default')
            entries.append(entry)

        add('project', 'lab-%d-other' % number)
        for kind in ('manager', 'member', 'reader'):
            add('project-' + kind, 'lab-%d-project' % number, kind)
        for kind in ('member', 'reader'):
            add('system-' + kind, None, kind, system='all')
    return entries


def sampled(lab):
    """A file in the form of Tempest's own sample, with three to spare."""
    found = [{**lab.account('lab-user-%d' % number,
                            'lab-tenant-%d' % number),
              'tenant_name': 'lab-tenant-%d' % number}
             for number in range(1, 4)]
    found.append({**lab.account('lab-multi', 'lab-tenant-42',
                                ['member', 'fun_role']),
                  'tenant_name': 'lab-tenant-42',
                  'roles': ['member', 'fun_role']})
    found.append({**lab.account('lab-domain', 'lab', ['reader']),
                  'user_domain_name': 'Default', 'domain_name': 'Default',
                  'roles': ['admin']})
    found.append({**lab.account('lab-system', None, ['reader']),
                  'user_domain_name': 'Default', 'system': 'all',
                  'roles': ['admin']})
    found.append({**lab.account('lab-swift', 'lab-tenant-43'),
                  'tenant_name': 'lab-tenant-43',
                  'types': ['reseller_admin', 'operator']})
    return found


def of_a_file(roles=('member',), own=None):
    """Ordinary accounts.

    :param roles: what the file says of their roles
    :param own: name of a domain of theirs
    :returns: function of a :class:`Lab` that returns entries
    """
    def entries(lab):
        if not own:
            return [{**person, 'roles': list(roles),
                     'user_domain_name': 'Default',
                     'project_domain_name': 'Default'}
                    for person in lab.cloud.accounts]
        known = lab.keystone('GET', '/domains?name=' + own)['domains']
        domain = (known or [lab.keystone('POST', '/domains', domain={
            'name': own})['domain']])[0]['id']
        return [{**lab.account('user-%d' % number, 'project-%d' % number,
                               domain=domain),
                 'project_name': 'project-%d' % number,
                 'user_domain_name': own, 'project_domain_name': own,
                 'roles': list(roles)} for number in range(1, 6)]
    return entries


# What else must be so.

def names_nothing_unreachable(result):
    """The endpoints that were judged are those that answered."""
    endpoints = result.report['cloud'].get('endpoints', [])
    return [] if len(endpoints) == 1 else [
        'it counts %s among what was judged' % ', '.join(endpoints)]


def bears_the_prefix(result):
    """All images that have a name bear the configured prefix."""
    bad = [name for name in result.images
           if name and not name.startswith('acme')]
    return ['%d images do not bear the prefix, e.g. "%s"' % (
        len(bad), bad[0])] if bad else []


def imports_nothing(result):
    """No image is imported."""
    return ['it imports images'] if any(
        path.endswith('/import') for path in result.requests) else []


def two_stores(lab):
    """The options of a Glance with two stores of files."""
    return {'DEFAULT.enabled_backends': 'fast:file, slow:file',
            'glance_store.default_backend': 'fast',
            **{'%s.filesystem_store_datadir' % name: str(
                lab.cloud.workspace / name) for name in (
                    'fast', 'slow', 'os_glance_staging_store',
                    'os_glance_tasks_store')}}


def stores_in_both(result):
    """See that there were images in each of the stores, and are no more."""
    stores = [result.cloud.workspace / name for name in ('fast', 'slow')]
    if any(path.is_dir() and list(path.iterdir()) for path in stores):
        yield 'data are left in a store'
    if not all(path.is_dir() for path in stores):
        yield 'a store was never used'
    named = [claim for note in result.report['notes']
             for claim in note['claims'] if claim['name'] ==
             'v2-share-v2-list']
    if 'second-store' not in json.dumps(named):
        yield 'no image was in the second store'


def makes_little(result):
    """Not more than a few images are tried."""
    made = [path for path in result.requests
            if path.startswith('POST') and path.endswith('/images')]
    return ['it tries to make %d images' % len(made)] if len(
        made) > 12 else []


# What is selected.

def only(*claims):
    """The verdicts where only some claims are selected.

    :param claims: their names
    :returns: dict of claim to verdict
    """
    return {claim: PLAIN[claim] if claim in claims else NOT_SELECTED
            for claim in PLAIN}


def listed(lab):
    """Arguments that name two tests in a file.

    By their names without what is in brackets, which stestr would take for
    a range of characters.

    :param lab: :class:`Lab`
    :returns: arguments of "tempest run"
    """
    ids = subprocess.run(
        [base.command('stestr'), 'list'], cwd=lab.cloud.workspace,
        stdout=subprocess.PIPE, text=True).stdout.splitlines()
    return '--include-list', lab.file('\n'.join(
        name.partition('[')[0] for name in ids
        if 'test_image_is_not_published' in name
        or 'test_v1_is_not_reachable' in name))


_MAY_NOT_DELETE = {'delete_image': 'role:image_admin or role:admin'}
_NO_QCOW2 = {'uploads-inspected': NOT_OFFERED}
_RAW = {'image_format.disk_formats': 'raw',
        'image_format.container_formats': 'bare'}
_PROTECTED = '\n'.join((
    '[.*]', 'create = admin,image_admin', 'read = admin,member,reader',
    'update = admin,image_admin', 'delete = admin,image_admin', ''))
# Nothing is made, as nothing could be deleted.
_STOPPED = {**every(NOT_TESTED), 'v1-unreachable': OPEN}
_BEYOND = [claim.name for claim in notes.CLAIMS
           if claim.note.name == 'BEYOND-NOTES']

SITUATIONS = (
    Situation(
        'plain', 'an unmodified cloud, by which all others are measured',
        'Glance 2026.2 as released'),

    # What the cloud refuses.
    Situation(
        'raw-only', 'takes raw images only, as Ceph and VMware clouds do',
        'ceph/teuthology PR 705; anuket-project/anuket-specifications PR 648',
        options=_RAW, verdicts=_NO_QCOW2),
    Situation(
        'raw-only-told', 'the same, and tempest.conf says so',
        'ceph/teuthology PR 705; anuket-project/anuket-specifications PR 648',
        options=_RAW, tempest={'image': {'disk_formats': 'raw',
                                         'container_formats': 'bare'}},
        verdicts=_NO_QCOW2),
    Situation(
        'vmware-formats', 'takes what VMware can boot, and neither raw nor '
        'qcow2', 'anuket-project/anuket-specifications PR 648',
        options={'image_format.disk_formats': 'vmdk,iso',
                 'image_format.container_formats': 'bare,ova'},
        verdicts=every(FINE, 'v2-share-v2-list', 'v1-unreachable')),
    Situation(
        'members-may-not-delete',
        'who may create and share images may not delete them',
        'sapcc/helm-charts PR 2019', policy=_MAY_NOT_DELETE,
        # The admin who made the accounts may delete: then all is judged.
        verdicts=every((SAFE, NOT_TESTED)),
        quick=True),
    Situation(
        'members-may-not-delete-file',
        'the same with accounts of a file: nobody may delete',
        'sapcc/helm-charts PR 2019', policy=_MAY_NOT_DELETE, file=True,
        verdicts=_STOPPED, left=1, says=('delete_image',), seconds=60,
        check=makes_little),
    Situation(
        'gateway-refuses-delete', 'a firewall before Glance lets no DELETE by',
        '1Panel-dev/1Panel issue 4996', front=disguises.refuses(
            405, '', methods=('DELETE',)),
        verdicts=_STOPPED, left=1, says=('405',), seconds=60,
        check=makes_little),
    Situation(
        'gateway-refuses-all-changes-but-post',
        'a firewall with the core rule set\'s default methods',
        'svrforum/NginxProxyGuard issue 80', front=disguises.refuses(
            405, '', methods=('PUT', 'PATCH', 'DELETE')),
        verdicts=_STOPPED, left=1, says=('405',), seconds=60,
        check=makes_little),
    Situation(
        'gateway-refuses-patch', 'a firewall before Glance lets no PATCH by',
        'owasp-modsecurity/ModSecurity issue 2623', front=disguises.refuses(
            403, '', methods=('PATCH',)),
        verdicts=every(FINE, 'v2-share-v2-list', 'v1-unreachable',
                       'client-v2')),
    Situation(
        'property-protection', 'only admins may make properties of images',
        'sapcc/helm-charts PR 1328; ChameleonCloud/chi-in-a-box PR 341',
        options=protections(_PROTECTED)),
    Situation(
        'no-properties-no-tags', 'images may have no properties and no tags',
        'image_property_quota and image_tag_quota in Glance\'s configuration '
        'reference', options={'DEFAULT.image_property_quota': '0',
                              'DEFAULT.image_tag_quota': '0'}),
    Situation(
        'sharing-by-admins-only', 'only admins may add members',
        'sapcc/helm-charts PR 2019; blueboxgroup/ursula PR 2645',
        policy={'add_member': 'role:admin'}, verdicts=shares(FINE),
        says=('add_member',)),
    Situation(
        'sharing-by-admins-only-file', 'the same with accounts of a file',
        'sapcc/helm-charts PR 2019', policy={'add_member': 'role:admin'},
        file=True, verdicts=shares(FINE), says=('add_member',)),
    Situation(
        'no-members-by-quota', 'an image may have no members',
        'image_member_quota in Glance\'s configuration reference',
        options={'DEFAULT.image_member_quota': '0'}, verdicts=shares(FINE),
        says=('image_member_quota',)),
    Situation(
        'one-member-by-quota', 'an image may have one member',
        'bloomberg/chef-bcpc PR 1615, which lifts that quota',
        options={'DEFAULT.image_member_quota': '1'},
        verdicts={'other-members': FINE}),
    Situation(
        'upload-by-admins-only', 'only admins may create and upload images',
        'bloomberg/chef-bcpc PR 731',
        policy={'add_image': 'role:admin', 'upload_image': 'role:admin'},
        verdicts=every((NOT_OFFERED, NOT_TESTED), 'v1-unreachable'),
        says=('add_image', 'tempest_roles'), check=makes_little,
        seconds=60),
    Situation(
        'upload-by-a-role', 'the same by a role that tempest.conf names',
        'sapcc/helm-charts PR 2019',
        policy={'add_image': 'role:image_admin and '
                'project_id:%(project_id)s and project_id:%(owner)s',
                'upload_image': 'role:image_admin and '
                'project_id:%(project_id)s'},
        before=(role('image_admin'),),
        tempest={'auth': {'tempest_roles': 'image_admin'}}),
    Situation(
        'creation-for-others', 'who creates an image may say whose it is',
        'sapcc/helm-charts PR 2019, whose add_image does not ask for that',
        policy={'add_image': 'role:member'},
        verdicts={'foreign-owner': EXPOSED}, says=('add_image',), lines=130),
    Situation(
        'data-by-admins-only', 'members may create images without data only',
        'bloomberg/chef-bcpc issue 388',
        policy={'upload_image': 'role:admin'},
        verdicts=every(FINE, 'v2-share-v2-list', 'v1-unreachable')),
    Situation(
        'change-by-admins-only', 'only admins may change what an image is',
        'sapcc/helm-charts PR 2019', policy={'modify_image': 'role:admin'},
        verdicts=every(FINE, 'v2-share-v2-list', 'v1-unreachable',
                       'client-v2')),
    Situation(
        'consent-by-admins-only', 'only admins may accept for a consumer',
        'sapcc/helm-charts PR 2019', policy={'modify_member': 'role:admin'},
        verdicts=every(FINE, 'v1-unreachable', 'published')),
    Situation(
        'members-for-admins-only', 'only admins may list an image\'s members',
        'sapcc/helm-charts PR 1267', policy={'get_members': 'role:admin',
                                             'get_member': 'role:admin'},
        # Glance then lets them neither accept nor remove.
        verdicts=dict.fromkeys(('other-members', 'client-v2',
                                'removed-share', 'revived-consent'), FINE)),
    Situation(
        'community-by-admins-only', 'only admins may make community images',
        'sapcc/helm-charts PR 1581',
        policy={'communitize_image': 'role:admin'},
        verdicts={'community': FINE, 'latent-share': FINE}),
    Situation(
        'deactivation-by-admins-only', 'only admins may deactivate images',
        'Glance\'s policy before Xena, which has it so',
        policy={'deactivate': 'role:admin', 'reactivate': 'role:admin'}),
    Situation(
        'download-by-owners-only', 'only its own project may download an '
        'image', 'rackerlabs/genestack PR 954',
        policy={'download_image':
                'role:admin or project_id:%(project_id)s'}),
    Situation(
        'small-storage', 'a project may store a few bytes',
        'osism/openstack-image-manager PR 66',
        options={'DEFAULT.user_storage_quota': '40B'},
        verdicts=every(FINE, 'v2-share-v2-list', 'v1-unreachable')),
    Situation(
        'ten-images', 'a project may have ten images, by Keystone\'s limits',
        'use_keystone_limits in Glance\'s administration guide',
        options=limited, before=(limits(image_count_total=10),),
        verdicts={**every(OPEN, 'v1-unreachable'), 'images-limited': SAFE},
        says=('image_count_total',), seconds=60),
    Situation(
        'forty-images', 'a project may have forty images',
        'SovereignCloudStack/standards PR 472, which has it for a least',
        options=limited, before=(limits(image_count_total=40),),
        verdicts={**every(OPEN, 'v1-unreachable'), 'images-limited': SAFE},
        says=('image_count_total',)),
    Situation(
        'no-import-methods', 'no image can be imported',
        'osism/openstack-image-manager issue 617',
        options={'DEFAULT.enabled_import_methods': '[]'},
        verdicts={'imports-filtered': NOT_OFFERED}),
    Situation(
        'web-download-only', 'images are imported from the web only',
        'k-orc/openstack-resource-controller issue 264',
        options={'DEFAULT.enabled_import_methods': '[web-download]'}),
    Situation(
        'second-store-leaks', 'the same, and lists forget the status of what '
        'is in the second one', 'a seeded fault',
        release='2026.2~second-store-forgets-status', options=two_stores,
        tempest={'glance_ossn': {'depth': '1'}}, lines=150,
        verdicts={'v2-share-v2-list': EXPOSED,
                  **dict.fromkeys(('third-project', 'removed-share'),
                                  (SAFE, EXPOSED))}),
    Situation(
        'two-stores', 'images are in one of two stores, as who uploads them '
        'likes', 'Glance\'s administration guide, multi stores',
        options=two_stores,
        tempest={'glance_ossn': {'depth': '1'}}, check=stores_in_both),
    Situation(
        'large-catalogue', 'there are more public images than on one page',
        'Public clouds that keep all releases of their images',
        tempest={'glance_ossn': {'depth': '1'}},
        before=(large_catalogue,), says=(CROWDED,)),
    Situation(
        'large-catalogue-leaks', 'the same, and a list that is asked for the '
        "run's time alone forgets the status", 'a seeded fault',
        release='2026.2~list-by-format-forgets-status',
        before=(large_catalogue,), says=(CROWDED,), lines=150,
        verdicts=dict.fromkeys(
            ('consent', 'reader-consent', 'revived-consent',
             'v2-share-v2-list'), EXPOSED)),
    Situation(
        'intrusive', 'an image may be public for a moment', 'its help',
        tempest={'glance_ossn': {'intrusive': 'true', 'depth': '0'}},
        verdicts={'images-limited': EXPOSED}),
    Situation(
        'withdrawal-accepts', 'the same, where what an admin withdrew stays '
        'with its members', 'a seeded fault',
        release='2026.2~withdrawal-accepts', lines=150,
        tempest={'glance_ossn': {'intrusive': 'true', 'depth': '0'}},
        verdicts={'images-limited': EXPOSED, 'v2-share-v2-list': EXPOSED}),
    Situation(
        'withdrawal-not-stored', 'the same, where it stays with everybody',
        'a seeded fault', release='2026.2~withdrawal-is-not-stored',
        tempest={'glance_ossn': {'intrusive': 'true', 'depth': '0'}},
        lines=150, verdicts={
            'images-limited': EXPOSED, 'never-shared': EXPOSED,
            'third-project': (SAFE, EXPOSED),
            'reachable-by-id': (SAFE, EXPOSED)}),
    Situation(
        'stuck-imports', 'imports are accepted and never done',
        'osism/openstack-image-manager PR 1014',
        front=disguises.accepts_and_forgets('/import$'),
        verdicts={'imports-filtered': test_notes.NOT_TESTABLE}),
    Situation(
        'broken-staging', 'imports are accepted and fail',
        'osism/openstack-image-manager issue 656',
        options={'DEFAULT.node_staging_uri': 'file:///proc/nowhere'}),
    Situation(
        'import-sets-properties', 'an import gives images properties',
        'Glance\'s administration guide, inject_image_metadata',
        options={'image_import_options.image_import_plugins':
                 '[inject_image_metadata]',
                 'inject_metadata_properties.ignore_user_roles': 'admin',
                 'inject_metadata_properties.inject':
                 'hw_scsi_model:virtio-scsi'}),
    Situation(
        'delayed-delete', 'images are deleted by a scrubber, later',
        'delayed_delete in Glance\'s configuration reference',
        options={'DEFAULT.delayed_delete': 'True'},
        # What was overwritten, and the first upload that was refused: Glance
        # lets nobody delete them.
        left=4, says=('delayed_delete',)),
    Situation(
        'locations-shown', 'images show where they are stored, as Ceph '
        'clouds want it', 'blueboxgroup/ursula PR 2617',
        options={'DEFAULT.show_image_direct_url': 'True',
                 'DEFAULT.show_multiple_locations': 'True'},
        verdicts={'locations-hidden': EXPOSED, 'locations-fixed': EXPOSED}),
    Situation(
        'legacy-rbac', 'the defaults of policies are those of long ago',
        'bigstack-oss/cubecos PR 1374',
        options={'oslo_policy.enforce_new_defaults': 'False',
                 'oslo_policy.enforce_scope': 'False'},
        verdicts={'reader-consent': EXPOSED, 'unscoped-list': EXPOSED},
        says=('enforce_new_defaults',),
        never=('report it privately',), lines=160),

    # Limits of the way.
    Situation(
        'rate-limit', 'HAProxy lets ten requests a second by',
        'crowbar/crowbar-openstack PR 1677',
        front=lambda: disguises.limiter(10), seconds=300),
    Situation(
        'rate-limit-with-retry-after', 'the same, and says how long to wait',
        'sapcc/helm-charts PR 12540',
        front=lambda: disguises.limiter(10, retry_after=1), seconds=300),
    Situation(
        'rate-limit-of-deletions', 'few deletions a second are let by',
        'sapcc/helm-charts PR 426',
        front=lambda: disguises.limiter(2, ('DELETE',)),
        seconds=200),
    Situation(
        'rate-limit-of-changes', 'four creations, changes and deletions a '
        'second are let by', 'OSSN-0076, which advises it',
        front=lambda: disguises.limiter(4, disguises.CHANGES), seconds=300),
    Situation(
        'small-pages', 'a list has at most 25 images',
        'api_limit_max in Glance\'s configuration reference',
        options={'DEFAULT.api_limit_max': '25',
                 'DEFAULT.limit_param_default': '10'}),
    Situation(
        'tiny-pages', 'a list has at most seven images',
        'openstack-archive/cookbook-openstack-image PR 3',
        options={'DEFAULT.api_limit_max': '7',
                 'DEFAULT.limit_param_default': '3'}, seconds=150),

    # Ways in.
    Situation(
        'path-prefix', 'Glance is below /image',
        'DevStack; rcbops/rpc-openstack PR 323', path='/image',
        front=disguises.below('/image')),
    Situation(
        'version-in-the-catalog', 'the catalog has /image/v2/',
        'softlayer/jumpgate issue 89', path='/image/v2/',
        front=disguises.below('/image')),
    Situation(
        'v1-in-the-catalog', 'the catalog has /v1, though there is none',
        'rcbops/chef-cookbooks issue 649', path='/v1'),
    Situation(
        'project-in-the-catalog', 'the catalog has /v2/PROJECT_ID',
        'ContainX/openstack4j issue 237', path='/v2/$(project_id)s',
        front=disguises.project_in_path),
    Situation(
        'version-in-the-middle', 'the catalog has /v2/image',
        'ContainX/openstack4j issue 237', path='/v2/image',
        front=disguises.version_in_the_middle),
    Situation(
        'only-versions-routed', 'an ingress routes /image/v1 and /image/v2',
        'gtema/openstack issue 1243; grnet/synnefo PR 382',
        path='/image', front=disguises.chain(
            disguises.routes('/image/v[12]/'), disguises.below('/image')),
        quick=True),
    Situation(
        'only-v2-routed', 'an ingress routes /image/v2 and nothing else',
        'gtema/openstack issue 1243; ging/fiware-cloud-portal issue 7',
        path='/image', front=disguises.chain(
            disguises.routes('/image/v2/'), disguises.below('/image'))),
    Situation(
        'version-document-forbidden', 'a firewall hides what versions run',
        'grnet/synnefo PR 382', front=disguises.refuses(
            403, r'^/(versions)?/?$')),
    Situation(
        'root-is-a-dashboard', '/ leads to the dashboard',
        'ManageIQ/manageiq-providers-openstack issue 364',
        front=disguises.logs_in(r'^/(versions)?/?$')),
    Situation(
        'login-elsewhere', 'all but /v2 and the versions leads to a login '
        'page', 'UKCloud/documentation PR 1408',
        front=disguises.logs_in(r'^/(?!v2[/.]|versions|$|login)')),
    Situation(
        'front-page-elsewhere', 'all but /v2 is a web site, with 200',
        'gtema/openstack issue 1243', front=disguises.front_page('^/v2')),
    Situation(
        'trailing-slash', 'a gateway redirects lists to where they have a '
        'slash', 'gtema/openstack issue 1243',
        front=disguises.slash_redirect(308)),
    Situation(
        'firewall-of-odd-paths', 'what is encoded or doubled in a path is '
        'refused', 'svrforum/NginxProxyGuard issue 80',
        front=disguises.refuses(400, r'^[^?]*(%[0-9a-fA-F]{2}|//)')),
    Situation(
        'tls-terminated', 'Glance does not know that it is asked by TLS',
        'juju/charm-helpers PR 157', tls=True, front=disguises.chain()),
    Situation(
        'wrong-public-endpoint', 'the version document leads astray',
        'public_endpoint in Glance\'s configuration reference',
        options={'DEFAULT.public_endpoint': 'http://glance.invalid:9292'}),
    Situation(
        'unreachable-internal-endpoint', 'the network drops what is sent to '
        'the internal endpoint',
        'rackspace/php-opencloud issue 716', before=(internal_endpoint(None),),
        check=names_nothing_unreachable, seconds=60),
    Situation(
        'unknown-internal-endpoint', 'the internal endpoint\'s name is that '
        'of another network', 'gtema/openstack issue 1243',
        before=(internal_endpoint('http://glance-api.openstack.invalid:9292'),
                ), says=('glance-api.openstack.invalid',),
        check=names_nothing_unreachable),
    Situation(
        'reached-inside', 'Tempest runs where only the internal endpoint is '
        'reached, and says so', 'rackspace/php-opencloud issue 716',
        before=(reached_inside,),
        tempest={'image': {'endpoint_type': 'internal'}},
        check=names_nothing_unreachable, seconds=60),
    Situation(
        'public-endpoint-only', 'the catalog has public endpoints only',
        'Keystone\'s API reference, which asks for no others',
        before=(public_only,)),
    Situation(
        'two-services', 'the catalog has two image services',
        'terraform-provider-openstack/terraform-provider-openstack issue 73',
        before=(second_service,)),
    Situation(
        'shell-proxy', 'the shell names a proxy, which Tempest ignores',
        'terraform-provider-openstack/terraform-provider-openstack issue '
        '202; blueboxgroup/ursula PR 1772',
        environment={'http_proxy': 'http://127.0.0.1:9', 'no_proxy': ''}),
    Situation(
        'tempest-proxy', 'only [service-clients] proxy_url leads to Glance',
        'Tempest\'s configuration reference',
        front=disguises.forwards(INSIDE), before=(behind_a_proxy,)),

    # What is answered, said otherwise.
    Situation(
        'ok-for-everything', 'a gateway says 200 for 201, 202 and 204',
        'Grizzly\'s Glance, which says so of a member removed',
        front=disguises.codes(
            POST={201: 200, 202: 200}, PUT={204: 200}, PATCH={204: 200},
            DELETE={204: 200})),
    Situation(
        'no-owner', 'images do not say whose they are',
        'Glance before Icehouse', front=disguises.without(
            ('owner',), '/images')),
    Situation(
        'bare-members', 'a member list has no more than members',
        'Glance before Icehouse', front=disguises.without(
            ('created_at', 'updated_at', 'schema'), '/members')),

    # What the cloud has.
    Situation(
        'public-image-with-colon', 'a public image\'s name has colons',
        'jenkinsci/openstack-cloud-plugin PR 79',
        before=(public_image('Debian 8 2016-04-17T22:00'),)),
    Situation(
        'object-store-asks-for-an-account',
        'public images are in an object store, which asks for a token',
        'OSSN-0025', before=(public_image('cirros'), object_store(401)),
        arguments=('--regex', 'ossn-0025'), seconds=60,
        verdicts={**only(), 'data-in-object-store': SAFE}),
    Situation(
        'object-store-shows-all',
        'public images are in an object store, which shows them to anybody',
        'OSSN-0025', before=(public_image('cirros'), object_store(200)),
        arguments=('--regex', 'ossn-0025'), seconds=60,
        verdicts={**only(), 'data-in-object-store': EXPOSED}),
    Situation(
        'public-image-with-operator', 'a public image\'s name looks like a '
        'query', 'jenkinsci/openstack-cloud-plugin PR 79',
        before=(public_image('in:"Café", \'50%\' & more; a\\b'),)),
    Situation(
        'public-image-unnamed', 'a public image has no name',
        'Glance\'s API reference, which lets it be null',
        before=(public_image(None),)),

    # Accounts.
    Situation(
        'account-generator', 'the file of "tempest account-generator"',
        'rcbops/rpc-openstack PR 2108; stackhpc/stackhpc-kayobe-config PR '
        '959', file=True, before=(accounts(generated),), quick=True),
    Situation(
        'sample-file', 'a file in the form of Tempest\'s own sample',
        'ChameleonCloud/chi-in-a-box PR 406', file=True,
        before=(accounts(sampled),)),
    Situation(
        'own-domain', 'accounts of a file, of another domain',
        'UKCloud/documentation PR 689', file=True,
        before=(accounts(of_a_file(own='lab-domain')),)),
    Situation(
        'v1-for-changes-only', 'a proxy lets nobody read by v1, and everybody '
        'write', 'OSSN-0005: a filter of paths in place of the option',
        release='pike', front=disguises.no_lists_of_v1,
        verdicts={'v1-unreachable': EXPOSED, 'unscoped-list': EXPOSED,
                  **dict.fromkeys(('latent-share', 'revived-consent',
                                   'third-project'), FINE)}, lines=160),
    Situation(
        'no-role-member-file', 'users have the role _member_, and the file '
        'says so', 'shiftstack/dev-install PR 15; '
        'redhat-openstack/openstack-puppet-modules PR 98',
        release='pike-no-v1', file=True, before=(
            renamed_role('member', '_member_'),
            accounts(of_a_file(['_member_']))),
        # Of such a release that is so.
        verdicts={'unscoped-list': EXPOSED}, lines=130),
    Situation(
        'no-role-member', 'users have the role _member_, and tempest_roles '
        'says so', 'bigstack-oss/cubecos issue 216; '
        'SUSE-Cloud/openstack-quickstart PR 55', release='pike-no-v1',
        before=(renamed_role('member', '_member_'),),
        tempest={'auth': {'tempest_roles': '_member_'}},
        verdicts={'unscoped-list': EXPOSED}, lines=130),
    Situation(
        'unknown-tempest-role', 'tempest_roles names a role that there is '
        'not', 'vexxhost/atmosphere PR 4058; SUSE-Cloud/socok8s PR 429',
        tempest={'auth': {'tempest_roles': 'heat_stack_owner'}},
        verdicts=dict.fromkeys(PLAIN, NOT_TESTED),
        says=('heat_stack_owner',), seconds=60),

    # What tempest.conf and the command line say.
    Situation(
        'prefix', 'resource_name_prefix is honoured',
        'Tempest\'s configuration reference',
        tempest={'DEFAULT': {'resource_name_prefix': 'acme'}},
        check=bears_the_prefix),
    Situation(
        'import-switched-off', 'import_image says that there is no import',
        'Tempest\'s configuration reference',
        tempest={'image-feature-enabled': {'import_image': 'False'}},
        verdicts={'imports-filtered': NOT_OFFERED}, check=imports_nothing),
    Situation(
        'part-of-the-suite', 'the tests of what no note says',
        'this project\'s README', arguments=('--regex', 'beyond-notes'),
        verdicts=only(*_BEYOND)),
    Situation(
        'one-test', 'one test by its name', 'Tempest\'s guide',
        arguments=('--regex', 'glance_ossn_tests.tests.api.test_image_sharing'
                   '.ImageSharingTest.test_image_is_not_published'),
        verdicts=only('published')),
    Situation(
        'include-list', 'two tests by their names in a file',
        'Tempest\'s guide', arguments=listed,
        verdicts=only('published', 'v1-unreachable')),
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
            result.seconds, len(result.requests),
            'WRONG: ' + '; '.join(wrong) if wrong else 'right'), flush=True)
        if wrong and arguments.verbose:
            print('=' * 79, row.name, result.table, result.output, sep='\n',
                  file=sys.stderr, flush=True)
    print('%d of %d right' % (len(chosen) - broken, len(chosen)))
    return broken


if __name__ == '__main__':
    sys.exit(min(main(sys.argv[1:]), 1))
