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

"""Walks: sequences of acts that have every short one of them in it.

All words of some acts are windows of one de Bruijn sequence, which is cut
into walks; each walk is what happens to one image. All of it is planned
before anything is asked, from a depth and a seed alone.
"""

import collections
import dataclasses
import itertools
import random

from glance_ossn_tests.sharing import histories
from glance_ossn_tests.sharing import kinds
from glance_ossn_tests.sharing import model
from glance_ossn_tests.sharing import steps as s

# Acts of a walk, besides those that it begins with.
LENGTH = 12
# Of acts on a membership, which are few and depend on each other most, longer
# sequences are tried: by so many acts.
FURTHER = 1
# How many walks there are at a time: lists stay short.
BATCH = 120
# How many acts are planned in search of a good order of them.
_SEARCH = 20000

# What is walked with.
WALKED = kinds.Kind('walked', data=None)
HIDDEN = dataclasses.replace(WALKED, name='walked and hidden', hidden=True,
                             since=s.HIDE.since)

# What they bear on.
TOPICS = (histories.UNACCEPTED, histories.WITHDRAWN, histories.UNSHARED,
          histories.REVIVED, histories.CONSENT, histories.LATENT,
          histories.OPEN)

TRIES = (s.TRY_OWNER_ACCEPTS, s.TRY_BYSTANDER_ACCEPTS, s.TRY_JOIN,
         s.TRY_PASS_ON)


@dataclasses.dataclass(frozen=True)
class Letter:
    """What may come next, whatever state an image is in.

    :param name: what it is called
    :param steps: the :class:`glance_ossn_tests.sharing.steps.Step` that it
        may be
    :param field: name of the boolean of the state by which one is chosen:
        the first undoes the second
    :param all: whether it is all of the steps, one after the other
    """

    name: str
    steps: tuple
    field: str | None = None
    all: bool = False

    def choose(self, state):
        """Tell what to do.

        :param state: :class:`glance_ossn_tests.sharing.model.State`
        :returns: tuple of :class:`glance_ossn_tests.sharing.steps.Step`
        """
        if self.all:
            return self.steps
        if self is DATA:
            return (s.UPLOAD if not state.data else s.REACTIVATE
                    if state.deactivated else s.DEACTIVATE,)
        if self is BYSTANDER:
            # It is no letter of its own what it answers before it is asked.
            return (s.SHARE_BYSTANDER if not state.bystander else
                    s.REMOVE_BYSTANDER if state.bystander == s.ACCEPTED
                    else s.BYSTANDER_ACCEPTS,)
        return (self.steps[bool(getattr(state, self.field))]
                if self.field else self.steps[0],)


DATA = Letter('data', (s.UPLOAD, s.DEACTIVATE, s.REACTIVATE))
BYSTANDER = Letter('bystander', (s.SHARE_BYSTANDER, s.BYSTANDER_ACCEPTS,
                                 s.REMOVE_BYSTANDER))
ALPHABET = (
    Letter('share', (s.SHARE,)),
    Letter('remove', (s.REMOVE,)),
    Letter('accept', (s.ACCEPT,)),
    Letter('reject', (s.REJECT,)),
    Letter('reset', (s.RESET,)),
    Letter('private', (s.PRIVATE,)),
    Letter('shared', (s.SHARED,)),
    Letter('community', (s.COMMUNITY,)),
    Letter('hide', (s.HIDE, s.UNHIDE), 'hidden'),
    Letter('protect', (s.LOCK, s.UNLOCK), 'protected'),
    DATA,
    BYSTANDER,
    Letter('tries', TRIES, all=True),
    Letter('re-create', (s.RECREATE,)),
)
# What walks begin with, in turn, so that there is something to answer.
BEGINNINGS = ((s.SHARE, s.ACCEPT), (s.SHARE,), (s.SHARE, s.REJECT),
              (s.SHARE, s.ACCEPT, s.REMOVE), (s.SHARE_BYSTANDER, s.SHARE))


@dataclasses.dataclass(frozen=True)
class Act:
    """One act of a walk.

    :param name: what it is called
    :param sent: pairs of :class:`glance_ossn_tests.sharing.steps.Step` and
        :class:`glance_ossn_tests.sharing.doors.Request`
    """

    name: str
    sent: tuple

    @property
    def steps(self):
        """Its steps, each once."""
        return list(dict.fromkeys(step for step, _ in self.sent))

    @property
    def tries(self):
        """Whether a sound cloud refuses it, whatever was before."""
        return all(step.refused for step in self.steps) or any(
            request.forged for _, request in self.sent)

    @property
    def parts(self):
        """The same with less: each of its requests alone."""
        return [Act(step.name, ((step, request),)) for step, request
                in dict(self.sent).items()] if len(self.sent) > 1 else []


def de_bruijn(letters, length, rng):
    """Make a sequence in which each word occurs once.

    It is an Eulerian circuit of the graph whose edges are the words (de
    Bruijn, 1946), found by Hierholzer's algorithm.

    :param letters: how many letters there are
    :param length: letters of a word
    :param rng: random.Random, which chooses among such sequences
    :returns: list of numbers of letters, whose windows are all words
    """
    left = {}
    for node in itertools.product(range(letters), repeat=length - 1):
        left[node] = list(range(letters))
        rng.shuffle(left[node])
    start = (0,) * (length - 1)
    path, circuit = [start], []
    while path:
        node = path[-1]
        if left[node]:
            path.append((*node, left[node].pop())[1:])
        else:
            circuit.append(path.pop())
    if length == 1:
        return rng.sample(range(letters), letters)
    circuit.reverse()
    return [*circuit[0], *(node[-1] for node in circuit[1:])]


def cut(sequence, word, length):
    """Cut a sequence so that no window of it is lost.

    :param sequence: list
    :param word: length of a window
    :param length: length of a piece
    :returns: list of lists
    """
    return [sequence[at:at + length] for at in range(
        0, len(sequence) - word + 1, length - word + 1)]


def offered(parties, lacks, refused, recreates):
    """Tell which acts a cloud and its accounts offer.

    :param parties: roles of the accounts of the run
    :param lacks: function of the version of the API that brought a step,
        and what it brought, to why it is not there, else None
    :param refused: function of a step to why the cloud refuses it to
        everybody, else None
    :param recreates: why no image is made with the id of another one, None
        if it is
    :returns: list of :class:`Letter`, and dict of the name of each other to
        why it is not offered
    """
    letters, absent = [], {}
    for letter in ALPHABET:
        steps = [step for step in letter.steps if not (
            lacks(step.since, 'it') or refused(step) or
            step.by not in parties)]
        if letter is DATA and s.DEACTIVATE not in steps:
            steps = [step for step in steps if step is s.UPLOAD]
        why = recreates if s.RECREATE in letter.steps else next(
            (lacks(step.since, 'it') or refused(step) or
             'the run has no account of the %s' % step.by
             for step in letter.steps if step not in steps), None)
        if letter.all and steps:
            letters.append(dataclasses.replace(letter, steps=tuple(steps)))
        elif why and not (letter is DATA and steps):
            absent[letter.name] = why
        else:
            letters.append(letter)
        if letter is DATA and steps == [s.UPLOAD]:
            letters[-1] = Letter('upload', (s.UPLOAD,))
            absent['deactivate'] = why
    return letters, absent


def plan(letters, ways, depth, seed, most=None):
    """Plan the walks.

    Of many orders of the acts the one is taken that does most of them where
    they may be done, and after most different answers.

    :param letters: list of :class:`Letter`
    :param ways: :class:`glance_ossn_tests.sharing.doors.Ways`
    :param depth: acts of which each sequence is a window of some walk
    :param seed: number that chooses among such plans
    :param most: how many walks there may be, None for any number
    :returns: list of tuples of :class:`Act`
    """
    total = len(letters) ** depth
    length = LENGTH
    if most is not None:
        # Longer ones, if there may not be as many.
        length = max(length, depth - 1 - total // -most)
    best = None
    for number in range(max(1, min(64, _SEARCH // total))):
        rng = random.Random('%d.%d' % (seed, number))
        pieces = cut(de_bruijn(len(letters), depth, rng), depth, length)
        worth = sum(1 for _ in _worth(letters, pieces))
        if best is None or worth > best[0]:
            best = worth, pieces
    turns = collections.Counter()
    known = {step for letter in letters for step in letter.steps}
    return [_walk(_begin(number, known), [letters[at] for at in piece], ways,
                  turns) for number, piece in enumerate(best[1])] + [
        _walk((), piece, ways, turns)
        for piece in memberships(letters, depth + FURTHER, most)]


def memberships(letters, length, most=None):
    """Walk through all that a membership can go through.

    :param letters: list of :class:`Letter`
    :param length: acts of a sequence; each sequence of acts that may be
        done, whatever the status before it, is a window of some walk
    :param most: how many images there may be, None for any number; there
        are no such walks where a quota bounds it
    :returns: list of lists of :class:`Letter`
    """
    if most is not None:
        return []
    moves = {}
    for status in (s.NONE, s.PENDING, s.ACCEPTED, s.REJECTED):
        before = model.State(consumer=status)
        moves[status] = {}
        for letter in letters:
            after, allowed = model.step(before, letter.steps[0], 'v2')
            if letter.steps[0].consumer and not letter.all and (
                    allowed and after.consumer != status):
                moves[status][letter] = after.consumer
    if not all(moves.values()):
        # What cannot be answered, or never ends, is no matter of sequences.
        return []

    def onward(paths):
        return [(start, (*word, letter), after) for start, word, status
                in paths for letter, after in moves[status].items()]

    wanted = [(status, (), status) for status in moves]
    for _ in range(length):
        wanted = onward(wanted)
    wanted = {path[:2] for path in wanted}
    walked = []
    while wanted:
        piece, statuses = [], [s.NONE]
        while len(piece) < LENGTH:
            found = [(s.NONE, (), statuses[-1])]
            while found:
                found = onward(found)
                done = next((
                    word for _, word, _ in found if len(piece + [*word]) >=
                    length and _last(piece, statuses, word, moves, length)
                    in wanted), None)
                if done or len(found[0][1]) > length + len(moves):
                    break
            if not done:
                # Acts that a cloud lacks lead nowhere.
                return walked + [piece] * bool(piece)
            for letter in done:
                piece.append(letter)
                statuses.append(moves[statuses[-1]][letter])
                if len(piece) >= length:
                    wanted.discard((statuses[-length - 1],
                                    tuple(piece[-length:])))
        walked.append(piece)
    return walked


def _last(piece, statuses, word, moves, length):
    """Return the last window of a walk that goes on by a word."""
    acts, states = [*piece, *word], list(statuses)
    for letter in word:
        states.append(moves[states[-1]][letter])
    return states[-length - 1], tuple(acts[-length:])


def _begin(number, known):
    beginning = BEGINNINGS[number % len(BEGINNINGS)]
    return [step for step in beginning if step in known]


def _worth(letters, pieces):
    """Find what is done where it may be: each two acts, after each answer.

    What was accepted is not counted: lists may show it.
    """
    known = {step for letter in letters for step in letter.steps}
    seen = set()
    for number, piece in enumerate(pieces):
        state = model.run(_begin(number, known))
        previous = None
        for at in piece:
            before = state
            for step in letters[at].choose(state):
                state, allowed = model.step(state, step, 'v2')
            key = before.consumer, before.visibility, previous, at
            if (allowed or letters[at].all) and key not in seen and (
                    state.consumer != s.ACCEPTED):
                seen.add(key)
                yield key
            previous = at


def _walk(beginning, letters, ways, turns):
    acts, state = [], model.START
    for steps in [*((step,) for step in beginning), *letters]:
        if isinstance(steps, Letter):
            letter, steps = steps, steps.choose(state)
            name = letter.name if letter.all else steps[0].name
        else:
            name = steps[0].name
        sent = []
        for step in steps:
            door = ways.door(step, turns[step])
            turns[step] += 1
            sent += [(step, request) for request in door]
            state, _ = model.step(state, step, door[-1].api)
        acts.append(Act(name, tuple(sent)))
    return tuple(acts)


def word(acts, depth):
    """Name what was done last.

    :param acts: tuple of :class:`Act`
    :param depth: how many of them to name
    :returns: text
    """
    return ', '.join(['...'] * (len(acts) > depth) +
                     [act.name for act in acts[-depth:]])


def topic(state, last):
    """Tell which claim bears on an image, by what was done last.

    :param state: :class:`glance_ossn_tests.sharing.model.State`
    :param last: the last :class:`Act`
    :returns: topic of a history
    """
    if state.visibility == model.COMMUNITY:
        return histories.OPEN
    if not state.consumer:
        if last.tries and state.visibility == model.SHARED:
            return histories.CONSENT
        return (histories.WITHDRAWN if state.was_member
                else histories.UNSHARED)
    if state.latent or state.visibility == model.PRIVATE:
        return histories.LATENT
    if last.tries:
        return histories.CONSENT
    return histories.REVIVED if state.withdrawn else histories.UNACCEPTED


def needed(scope):
    """Tell whether the claims of a run are about sequences of acts.

    :param scope: :class:`glance_ossn_tests.sharing.scope.Scope`
    :returns: whether any is; not so for the core, which is to be quick
    """
    if scope.claims is None:
        return True
    plans = [histories.Plan(histories.History('walked', (), topic), WALKED,
                            'v2', '/v2') for topic in TOPICS]
    return not scope.core and any(
        claim.shares and claim.shares(plan)
        for claim in scope.claims for plan in plans)
