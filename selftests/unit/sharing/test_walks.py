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

"""Walks: what they cover, how they are cut, how they shrink."""

import itertools
import json
import random

from oslotest import base

from glance_ossn_tests.notes import beyond
from glance_ossn_tests.notes import ossn_0005
from glance_ossn_tests.sharing import doors
from glance_ossn_tests.sharing import histories
from glance_ossn_tests.sharing import model
from glance_ossn_tests.sharing import scope
from glance_ossn_tests.sharing import shrinking
from glance_ossn_tests.sharing import steps as s
from glance_ossn_tests.sharing import walks

ROLES = ('producer', 'consumer', 'bystander')
WAYS = doors.Ways(['/v2', '/v2.0', '/v2.17'], '/v1', True)


def there_is(*args):
    """Nothing lacks, nothing is refused."""


def letters(recreates=None, refused=there_is, lacks=there_is):
    return walks.offered(ROLES, lacks, refused, recreates)


def acts(*names):
    known = {step.name: step for step in vars(s).values()
             if isinstance(step, s.Step)}
    return tuple(walks.Act(name, tuple(
        (known[name], request) for request in WAYS.door(known[name], 0)))
        for name in names)


def words(plan, depth):
    """Tell which words of letters are windows of some walk."""
    by_step = {step: letter.name for letter in walks.ALPHABET
               for step in letter.steps}
    found = set()
    for walk in plan:
        row = [by_step[act.steps[0]] for act in walk]
        found.update(zip(*(row[at:] for at in range(depth))))
    return found


class TestPlan(base.BaseTestCase):

    def test_every_word_is_a_window(self):
        alphabet, _ = letters()
        names = [letter.name for letter in alphabet]
        for depth in (1, 2, 3):
            plan = walks.plan(alphabet, WAYS, depth, 1)
            self.assertLessEqual(
                set(itertools.product(names, repeat=depth)),
                words(plan, depth))

    def test_de_bruijn(self):
        for size, length in ((2, 1), (3, 2), (2, 4), (5, 3)):
            sequence = walks.de_bruijn(size, length, random.Random(7))
            windows = list(zip(*(sequence[at:] for at in range(length))))
            self.assertEqual(size ** length, len(windows))
            self.assertEqual(size ** length, len(set(windows)))

    def test_no_window_is_lost_where_it_is_cut(self):
        row = list(range(23))
        for word, length in ((1, 5), (2, 5), (3, 7), (4, 9)):
            pieces = walks.cut(row, word, length)
            self.assertLessEqual(max(map(len, pieces)), length)
            windows = [tuple(piece[at:at + word]) for piece in pieces
                       for at in range(len(piece) - word + 1)]
            self.assertEqual([tuple(row[at:at + word])
                              for at in range(24 - word)], windows)

    def test_the_same_again_but_for_another_seed(self):
        alphabet, _ = letters()
        one, two = (walks.plan(alphabet, WAYS, 2, 1) for _ in range(2))
        self.assertEqual(one, two)
        self.assertNotEqual(one, walks.plan(alphabet, WAYS, 2, 2))

    def test_fewer_and_longer_walks_for_a_quota(self):
        alphabet, _ = letters()
        names = [letter.name for letter in alphabet]
        plan = walks.plan(alphabet, WAYS, 2, 1, most=5)
        self.assertLessEqual(len(plan), 5)
        self.assertLessEqual(set(itertools.product(names, repeat=2)),
                             words(plan, 2))

    def test_whatever_a_membership_can_go_through(self):
        alphabet, _ = letters()
        known = {letter.name: letter for letter in alphabet}
        for length in (2, 3, 4):
            there = words(walks.plan(alphabet, WAYS, length - 1, 1), length)
            for way in (('share', 'accept', 'reject', 'remove', 'share'),
                        ('share', 'reject', 'reset', 'accept', 'reset'),
                        ('share', 'remove', 'share', 'accept', 'remove')):
                for at in range(len(way) - length + 1):
                    self.assertIn(way[at:at + length], there)
        pieces = walks.memberships(alphabet, 3)
        self.assertLessEqual(len(pieces), 10)
        for piece in pieces:
            # All of it may be done.
            state = model.START
            for letter in piece:
                state, allowed = model.step(state, letter.steps[0], 'v2')
                self.assertTrue(allowed, [each.name for each in piece])
        # Where nobody becomes a member, or a quota says how many.
        for some, most in (([each for name, each in known.items()
                             if name != 'share'], None), (alphabet, 20)):
            self.assertEqual([], walks.memberships(some, 3, most))

    def test_doors_rotate(self):
        alphabet, _ = letters()
        sent = [request for walk in walks.plan(alphabet, WAYS, 2, 1)
                for act in walk for step, request in act.sent
                if step is s.SHARE]
        self.assertLessEqual({'/v2', '/v2.0', '/v2.17', '/v1'},
                             {request.form for request in sent})
        self.assertLessEqual({'producer', 'admin'},
                             {request.by for request in sent})
        self.assertTrue(any(request.forged for request in sent))


class TestOffered(base.BaseTestCase):

    def test_all_of_it(self):
        alphabet, absent = letters()
        self.assertEqual(list(walks.ALPHABET), alphabet)
        self.assertEqual({}, absent)

    def test_ids_that_are_kept(self):
        alphabet, absent = letters('409')
        self.assertEqual({'re-create': '409'}, absent)
        self.assertEqual(len(walks.ALPHABET) - 1, len(alphabet))

    def test_what_an_older_cloud_lacks(self):
        def lacks(since, what):
            return 'too old' if since > (2, 4) else None

        _, absent = letters(lacks=lacks)
        self.assertEqual({'private', 'shared', 'community', 'hide'},
                         set(absent))

    def test_deactivation_that_is_refused_leaves_the_upload(self):
        alphabet, absent = letters(refused=lambda step: (
            'a policy' if step in (s.DEACTIVATE, s.REACTIVATE) else None))
        self.assertEqual({'deactivate': 'a policy'}, absent)
        self.assertIn('upload', [letter.name for letter in alphabet])
        self.assertEqual([], [
            step for walk in walks.plan(alphabet, WAYS, 2, 1) for act in walk
            for step in act.steps if step is s.DEACTIVATE])

    def test_who_needs_them(self):
        for claims, needed in (
                (None, True), ((ossn_0005.REVIVED,), True),
                ((beyond.OWNER,), False), ((ossn_0005.V1_UNREACHABLE,), False),
                ((ossn_0005.V2_SHARE_V2_LIST,), False)):
            self.assertEqual(needed, walks.needed(scope.Scope(claims)),
                             claims)


class TestTopics(base.BaseTestCase):

    def assert_topic(self, topic, state, last='share'):
        self.assertEqual(topic, walks.topic(model.State(**state),
                                            acts(last)[0]))

    def test_by_what_was_done_last(self):
        pending = {'consumer': s.PENDING, 'was_member': True}
        for topic, state in (
                (histories.UNSHARED, {}),
                (histories.WITHDRAWN, {'was_member': True}),
                (histories.UNACCEPTED, pending),
                (histories.REVIVED, dict(pending, withdrawn=True)),
                (histories.LATENT, dict(pending, latent=True)),
                (histories.LATENT, dict(pending, visibility='private')),
                (histories.UNSHARED, {'visibility': 'private'}),
                (histories.OPEN, dict(pending, visibility='community'))):
            self.assert_topic(topic, state)

    def test_who_must_not_consent(self):
        for state in ({}, {'consumer': s.PENDING},
                      {'consumer': s.REJECTED, 'withdrawn': True}):
            self.assert_topic(histories.CONSENT, state,
                              'the consumer tries to add itself')


class TestShrinking(base.BaseTestCase):

    def shrink(self, walk, *needed):
        """Shrink a walk that shows something after some acts, in order."""
        def shown(some):
            wanted = list(needed)
            for number, act in enumerate(some, 1):
                if wanted and wanted[0] in [act.name, *map(str, act.steps)]:
                    wanted.pop(0)
                if not wanted:
                    return number
            return None

        search = shrinking.Shrinking(walk)
        while True:
            some = search.candidates()
            if not some:
                return search
            search.take([shown(each) for each in some])

    def test_finds_the_shortest(self):
        walk = acts('share', 'accept', 'hide', 'reject', 'accept', 'protect',
                    'make private', 'remove', 'make shared', 'remove',
                    'upload', 'share')
        search = self.shrink(walk, 'accept', 'remove', 'share')
        self.assertEqual(['accept', 'remove', 'share'],
                         [act.name for act in search.best])
        self.assertTrue(search.again)

    def test_finds_one_of_many_tries(self):
        tries = walks.Act('tries', tuple(
            (step, request) for step in walks.TRIES
            for request in WAYS.door(step, 0)))
        search = self.shrink((*acts('share', 'reject', 'hide'), tries),
                             'reject', s.TRY_JOIN.name)
        self.assertEqual(['reject', s.TRY_JOIN.name],
                         [act.name for act in search.best])

    def test_says_what_was_not_seen_again(self):
        walk = acts('share', 'reject', 'hide')
        search = self.shrink(walk, 'accept')
        self.assertFalse(search.again)
        self.assertEqual(walk, search.best)

    def test_its_rounds_are_few(self):
        walk = acts(*['share', 'reject'] * 6)
        self.assertLessEqual(self.shrink(walk, *['reject'] * 6).rounds,
                             shrinking.Shrinking.ROUNDS)


class TestDoors(base.BaseTestCase):

    def test_each_is_a_request_that_says_all(self):
        for step in vars(s).values():
            if not isinstance(step, s.Step) or not any(
                    step in letter.steps for letter in walks.ALPHABET):
                continue
            for turn in range(20):
                for request in WAYS.door(step, turn):
                    self.assertIn('{image}', request.path + str(request.body))
                    if request.body:
                        json.loads(request.body)

    def test_changes_by_both_formats_alone_and_among_others(self):
        bodies = {WAYS.door(s.PRIVATE, turn)[0].body for turn in range(9)}
        self.assertEqual(5, len(bodies))
        self.assertEqual({1, 3}, {len(json.loads(body)) for body in bodies})
        self.assertEqual({'add', 'replace'}, {
            (set(change) - {'path', 'value'} & set(change)).pop()
            if 'op' not in change else change['op']
            for body in bodies for change in json.loads(body)
            if 'visibility' in json.dumps(change)})

    def test_what_is_refused_is_sent_more_than_once(self):
        self.assertIn(3, {len(WAYS.door(s.TRY_JOIN, turn))
                          for turn in range(9)})

    def test_without_an_admin_and_without_v1(self):
        ways = doors.Ways(['/v2'])
        self.assertEqual({('producer', '/v2')}, {
            (request.by, request.form) for turn in range(9)
            for request in ways.door(s.SHARE, turn)})

    def test_a_line_of_a_recipe(self):
        self.assertEqual(
            'the consumer: PUT /v2/images/{image}/members/{consumer} '
            '{"status": "accepted"}', str(WAYS.door(s.ACCEPT, 0)[0]))
