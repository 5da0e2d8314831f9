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

"""Faults of the way to a cloud: none of them makes anything SAFE.

"python -m selftests.functional.test_fail_closed [FAULT...]" prints
what comes of each fault; the tests take a sample.
"""

import collections
import dataclasses
import json
import os
import signal
import sys
import threading
import time
import typing

from ossn_sandbox import catalog
from ossn_sandbox import processes
from ossn_sandbox import releases
from selftests.functional import base
from selftests.functional import proxy
from selftests.functional import test_notes
from selftests.functional import test_verdicts

REGION = 'faulty'
PATIENCE = {'reads': '1', 'retries': '3', 'retry_wait': '0.05',
            'retry_wait_max': '1'}
SHORT_PAGES = {'glance_ossn': {'page_size': '10'}}
# What a run comes to.
UNCHANGED, NOT_TESTED, STOPPED = ('verdicts as without it', 'NOT TESTED',
                                  'stopped with one error')
V1_UNREACHABLE = 'v1-unreachable'
THIRD_PROJECT = 'third-project'
OTHER_MEMBERS = 'other-members'
# Of the tests of one class.
TESTS = {release: {name: status for name, status in tests.items()
                   if name.startswith('ImageSharingTest')}
         for release, tests in ((releases.NEWEST, test_verdicts.SAFE),
                                ('pike', test_verdicts.EXPOSED))}
# What is seen counts, however lists end; to be refused is no fault; and what
# is asked for by its id needs no list.
MAY = {'given-away': ('EXPOSED',), 'accepted-content': ('EXPOSED',),
       'unscoped-list': ('SAFE',), 'reachable-by-id': ('SAFE',)}
# What is not about lists is as ever.
NOTES = {releases.NEWEST: test_notes.NEWEST, 'pike': test_notes.PIKE}
# So many seconds no run may take more, whatever Retry-After says.
LONGEST = 300


@dataclasses.dataclass(frozen=True)
class Fault:
    """A fault, and what a run must come to in spite of it.

    :param name: what it does
    :param act: function of a :class:`selftests.functional.proxy.
        Request` and of one that sends it on
    :param expected: one of UNCHANGED, NOT_TESTED and STOPPED
    :param says: what the text must say besides
    :param spared: claims that do not rest on what the fault hits
    :param unsure: claims that may be anything but EXPOSED though all others
        are judged as without it
    :param release: the release that it is tried on
    :param options: sections of tempest.conf
    :param start: function of the sandbox, the cloud and the proxy that is
        called before, and returns the function to act
    """

    name: str
    act: typing.Callable | None
    expected: str
    says: str = ''
    spared: frozenset = frozenset([V1_UNREACHABLE])
    unsure: frozenset = frozenset()
    release: str = releases.NEWEST
    options: dict = dataclasses.field(default_factory=dict)
    start: typing.Callable | None = None


# When

def lists(request):
    """Lists, once there are images: all that verdicts rest on."""
    return request.made and request.is_list


def page_two(request):
    return lists(request) and 'marker' in request.query


def some_lists(request):
    return lists(request) and 'sort_key' in request.query


def every_third(request):
    return request.number % 3 == 0


def changes(request):
    return request.method not in ('GET', 'HEAD')


def member_lists(request):
    return request.method == 'GET' and request.path.endswith('/members')


def versions(request):
    return request.path in ('/', '/versions')


def v1(request):
    return request.path.lstrip('/').startswith(('v1', '%76%31')) or (
        'images-v1' in request.header('Accept'))


# What

def answers(status, body=b'', kind='application/json', **headers):
    """Answer in place of the cloud."""
    reply = proxy.Reply(status, body, [('Content-Type', kind)] + [
        (name.replace('_', '-'), value) for name, value in headers.items()])
    return lambda request, forward: reply


def alters(change):
    """Change what the cloud answers: a dict of a page's JSON."""
    def act(request, forward):
        reply = forward(request)
        if reply.status in (200, 300):
            reply.body = json.dumps(change(json.loads(reply.body))).encode()
        return reply
    return act


def breaks_off(request, forward):
    reply = forward(request)
    reply.sent = len(reply.body) // 2
    return reply


def is_cut_short(request, forward):
    reply = forward(request)
    reply.body = reply.body[:len(reply.body) // 2]
    return reply


def is_done_but_says_nothing(request, forward):
    forward(request)


def is_late(request, forward):
    reply = forward(request)
    time.sleep(2)
    return reply


def is_oldest_first(request, forward):
    joint = '&' if '?' in request.target else '?'
    return forward(dataclasses.replace(
        request, target=request.target + joint + 'sort_dir=asc'))


def no_next(page):
    return {key: value for key, value in page.items() if key != 'next'}


def reversed_page(page):
    return dict(page, images=page['images'][::-1])


def no_v1(document):
    return {'versions': [version for version in document['versions']
                         if not version['id'].startswith('v1')]}


# Both

def where(when, act, times=None):
    """A fault that happens in some cases, and only the first times."""
    seen = collections.Counter()

    def some(request, forward):
        if not when(request):
            return forward(request)
        key = request.method, request.target
        seen[key] += 1
        if times is not None and seen[key] > times:
            return forward(request)
        return act(request, forward)
    return some


def middle():
    """What is true once, of the first request in the middle of the run.

    Several are under way: none may come at just one number of images.
    """
    once = threading.Lock()
    return lambda request: request.made >= 30 and once.acquire(
        blocking=False)


def refuses_old_tokens(box, a_cloud, front):
    """From the middle of the run on, take no token that was used before."""
    old, begins = set(), middle()

    def act(request, forward):
        if begins(request):
            old.update(front.tokens)
        if request.token in old:
            return answers(401, b'{}')(request, forward)
        return forward(request)
    return act


def revokes_tokens(box, a_cloud, front):
    """In the middle of the run, have Keystone revoke all tokens."""
    keystone, begins = a_cloud.session(), middle()

    def act(request, forward):
        if begins(request):
            for token in set(front.tokens):
                keystone.delete('%s/auth/tokens' % a_cloud.auth_url,
                                headers={'X-Subject-Token': token})
        return forward(request)
    return act


def dies(box, a_cloud, front):
    """In the middle of the run, kill Glance and start it again."""
    begins = middle()

    def restart():
        # Its port may not be free again at once.
        front.aim(box.up(a_cloud.release.name).image_url)

    def act(request, forward):
        if begins(request):
            for process in processes.find(box.home):
                if process.name == a_cloud.name:
                    os.kill(process.pid, signal.SIGKILL)
            threading.Thread(target=restart).start()
        return forward(request)
    return act


def _always(status):
    return Fault('%d on every list' % status, where(lists, answers(status)),
                 NOT_TESTED, ': %d' % status)


FAULTS = (
    *map(_always, (500, 502, 503)),
    Fault('503 on page 2', where(page_two, answers(503)), NOT_TESTED,
          'page 2 is no list of images',
          frozenset([V1_UNREACHABLE, THIRD_PROJECT]), options=SHORT_PAGES),
    Fault('503 on each list, twice', where(lists, answers(503), 2),
          UNCHANGED),
    # Which third a request is of is chance when several are under way.
    Fault('503 on every third request', where(every_third, answers(503)),
          UNCHANGED, options={'glance_ossn': {'retries': '12'}}),
    Fault('503 on every request', answers(503), STOPPED,
          'does not say which versions it has'),
    Fault('503 on each change, before it is made, once',
          where(changes, answers(503), 1), UNCHANGED),
    Fault('no answer to each change, after it is made, once',
          where(changes, is_done_but_says_nothing, 1), UNCHANGED,
          # What cannot be asked a second time: that would be answered for
          # what the first time did.
          unsure=frozenset(['ids-retired', 'uploads-inspected'])),
    Fault('503 on every list of members', where(member_lists, answers(503)),
          NOT_TESTED, 'the member list of image'),
    Fault('503 on every form of v1', where(v1, answers(503)), NOT_TESTED,
          'Of these forms it could not be found out',
          # What v1 shared and the consumer accepted, a control of v2's
          # lists, cannot be made then.
          frozenset()),
    Fault('connection reset in the middle of every page',
          where(lists, breaks_off), NOT_TESTED, 'no answer'),
    Fault('connection reset in the middle of each page, once',
          where(lists, breaks_off, 1), UNCHANGED),
    Fault('every page cut short', where(lists, is_cut_short), NOT_TESTED,
          'is no list of images'),
    Fault('each page cut short, once', where(lists, is_cut_short, 1),
          UNCHANGED),
    Fault('no page with its next', where(lists, alters(no_next)), NOT_TESTED,
          'missing in the list', frozenset([V1_UNREACHABLE, THIRD_PROJECT]),
          options=SHORT_PAGES),
    Fault('every list 200 with no images',
          where(lists, answers(200, b'{"images": []}')), NOT_TESTED,
          'missing in the list'),
    Fault('every list 200 with {}', where(lists, answers(200, b'{}')),
          NOT_TESTED, 'is no list of images'),
    Fault('every list 200 with HTML',
          where(lists, answers(200, b'<html>Welcome!</html>', 'text/html')),
          NOT_TESTED, 'is no list of images'),
    Fault('every list 300', where(lists, answers(300, b'{"versions": []}')),
          NOT_TESTED, 'is no list of images'),
    Fault('some lists later than the timeout', where(some_lists, is_late),
          NOT_TESTED, 'no answer',
          frozenset([V1_UNREACHABLE, THIRD_PROJECT, OTHER_MEMBERS]),
          options={'service-clients': {'http_timeout': '1'}}),
    Fault('some lists later than the timeout, once',
          where(some_lists, is_late, 1), UNCHANGED,
          options={'service-clients': {'http_timeout': '1'}}),
    Fault('429 with Retry-After: 1 on some lists, once',
          where(some_lists, answers(429, Retry_After='1'), 1), UNCHANGED),
    Fault('429 with Retry-After: 3600 on every list',
          where(lists, answers(429, Retry_After='3600')), NOT_TESTED,
          ': 429'),
    Fault('tokens refused from the middle on', None, UNCHANGED,
          start=refuses_old_tokens),
    Fault('401 on every list', where(lists, answers(401, b'{}')), NOT_TESTED,
          ': 401'),
    Fault('tokens revoked in the middle', None, UNCHANGED,
          start=revokes_tokens),
    Fault('v1 hidden in the version document',
          where(versions, alters(no_v1)), UNCHANGED, release='pike'),
    Fault('Glance killed and restarted in the middle', None, UNCHANGED,
          start=dies, options={'glance_ossn': {
              'retries': '20', 'retry_wait_max': '5'}}),
    Fault('each page in reverse order', where(lists, alters(reversed_page)),
          UNCHANGED, options=SHORT_PAGES),
    Fault('every list that names no order oldest first',
          where(lambda request: lists(request) and not any(
              name.startswith('sort') for name in request.query),
              is_oldest_first), UNCHANGED, options=SHORT_PAGES),
)
SAMPLE = ('no page with its next',)


def run(test, fault):
    """Run the suite through a fault.

    :param test: :class:`selftests.functional.base.CloudTest`
    :param fault: :class:`Fault`
    :returns: (:class:`selftests.functional.base.Outcome`, seconds,
        :class:`selftests.functional.proxy.Proxy`)
    """
    a_cloud = test.up(fault.release)
    with proxy.Proxy(a_cloud.image_url) as front:
        catalog.Catalog(a_cloud.auth_url, a_cloud.admin).ensure_region(
            REGION, front.url)
        front.fault = fault.act or fault.start(test.box, a_cloud, front)
        sections = {**fault.options, 'image': {'region': REGION},
                    'glance_ossn': {**PATIENCE, **fault.options.get(
                        'glance_ossn', {})}}
        config = test.changed(a_cloud.config, **sections)
        began = time.monotonic()
        outcome = base.run_tempest(a_cloud.workspace, config, '--regex',
                                   'ossn.*ImageSharingTest')
        return outcome, time.monotonic() - began, front


def judge(fault, outcome, seconds):
    """What is wrong with what a run came to.

    :param fault: :class:`Fault`
    :param outcome: :class:`selftests.functional.base.Outcome`
    :param seconds: how long it took
    :returns: list of texts, empty if nothing is
    """
    wrong = []
    flat = ' '.join(outcome.output.split())
    if seconds > LONGEST:
        wrong.append('it took %d seconds' % seconds)
    if fault.says not in flat:
        wrong.append('it does not say "%s"' % fault.says)
    if fault.expected == UNCHANGED:
        wanted = {**TESTS[fault.release], **{
            test_notes.CHECKED[name].test: test_notes.STATUSES[
                outcome.claims[name]['verdict']] for name in fault.unsure
            if outcome.claims[name]['verdict'] != 'EXPOSED'}}
        if outcome.tests != wanted:
            wrong.append('other verdicts: %s' % sorted(
                set(outcome.tests.items()) - set(wanted.items())))
        return wrong
    if not outcome.status:
        wrong.append('it ends with success')
    if fault.expected == STOPPED:
        if set(outcome.tests.values()) != {'fail'} or outcome.claims:
            wrong.append('it judges')
        return wrong
    verdicts = {name: claim['verdict']
                for name, claim in outcome.claims.items()}
    wrong += ['%s is %s' % (name, verdict)
              for name, verdict in verdicts.items()
              if verdict not in (('SAFE',) if name in fault.spared else
                                 ('NOT TESTED', 'NOT OFFERED',
                                  NOTES[fault.release].get(name),
                                  *MAY.get(name, ())))]
    if 'NOT TESTED' not in verdicts.values() or 'NOT TESTED' not in flat:
        wrong.append('nothing is said to be not tested')
    return wrong


def describe(outcome):
    """What a run came to, in a few words.

    :param outcome: :class:`selftests.functional.base.Outcome`
    :returns: text
    """
    counted = collections.Counter(claim['verdict']
                                  for claim in outcome.claims.values())
    return ', '.join('%d %s' % (number, verdict) for verdict, number in
                     sorted(counted.items())) or 'no verdict, one error'


class FailClosedTest(base.CloudTest):

    def hold(self, name):
        """See that a fault leads to what it must, and leaves nothing."""
        fault = {fault.name: fault for fault in FAULTS}[name]
        before = self.holdings(self.up(fault.release))
        outcome, seconds, front = run(self, fault)
        self.assertEqual([], judge(fault, outcome, seconds), outcome.output)
        self.assertEqual(before, self.holdings(self.up(fault.release)))
        if fault.start:
            # That there was a fault at all.
            self.assertTrue({401, 502} & set(front.statuses), front.statuses)


def _add(name):
    def test(self):
        self.hold(name)
    test.__name__ = 'test_' + ''.join(
        letter if letter.isalnum() else '_' for letter in name.lower())
    setattr(TestSample, test.__name__, test)


class TestSample(FailClosedTest):
    """A test for each fault of the sample."""


for each in SAMPLE:
    _add(each)


def main(names):
    """Print what comes of which fault.

    :param names: names of faults, none for all
    :returns: how many came to what they must not
    """
    case, broken = FailClosedTest('hold'), 0
    case.box = base.sandbox()
    try:
        for fault in FAULTS:
            if names and fault.name not in names:
                continue
            outcome, seconds, front = run(case, fault)
            wrong = judge(fault, outcome, seconds)
            broken += bool(wrong)
            print('%-50s %-22s %-40s %3d s  %s' % (
                fault.name, fault.expected, describe(outcome), seconds,
                'BROKEN: ' + '; '.join(wrong) if wrong else 'holds'),
                flush=True)
            if wrong:
                print(outcome.output, file=sys.stderr)
    finally:
        case.doCleanups()
    return broken


if __name__ == '__main__':
    sys.exit(min(main(sys.argv[1:]), 1))
