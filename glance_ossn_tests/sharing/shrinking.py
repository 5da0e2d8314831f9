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

"""Shrinking: from what was done to the least of it that shows the same."""


class Shrinking:
    """The search for the shortest sequence that shows something.

    :param acts: tuple of :class:`Act`, the last of which showed it
    :ivar best: the shortest that was found so far
    :ivar again: whether it was seen again
    """

    # Rounds of replays.
    ROUNDS = 6

    def __init__(self, acts):
        self.best = acts
        self.again = False
        self.rounds = 0
        self._asked = self._spare = ()

    def candidates(self):
        """Tell what to try next.

        First from where on it is needed, then which single acts are: what
        is left after the first is short, and few replays are.

        :returns: list of tuples of :class:`Act`, none if that is all
        """
        if self.rounds == self.ROUNDS or self.rounds and not self.again:
            return []
        self.rounds += 1
        best = self.best
        if self.rounds == 1:
            self._asked = [best[at:] for at in range(len(best))]
            return self._asked
        self._asked = list(dict.fromkeys([
            *(tuple(act for act in best if act not in self._spare)
              for _ in self._spare[:1]),
            *(best[:at] + best[at + 1:] for at in range(len(best) - 1)),
            *((*best[:at], part, *best[at + 1:])
              for at in range(len(best)) for part in best[at].parts)]))
        return self._asked

    def take(self, shown):
        """Take what the last candidates showed.

        :param shown: for each of them how many of its acts showed it, None
            if it did not
        """
        found = [acts[:number] for acts, number in zip(self._asked, shown)
                 if number]
        self.again = self.again or bool(found)
        best = min([self.best, *found], key=size)
        # What could be left out alone may go together.
        self._spare = [act for act in best if any(
            act not in acts for acts in found)]
        if self.rounds > 1 and best == self.best:
            # Nothing shorter: that is it.
            self.rounds = self.ROUNDS
        self.best = best


def size(acts):
    """Measure a sequence.

    :param acts: tuple of :class:`Act`
    :returns: how many requests it takes, and how many acts
    """
    return sum(len(act.sent) for act in acts), len(acts)
