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

"""What the checks of notes have in common: from answers to verdicts."""

from glance_ossn_tests.sharing import verdicts


# It was done: proxies change which of these it is.
DONE = (200, 201, 202, 204)


class Unjudged(Exception):
    """What a check needs is not there.

    :param verdict: NOT OFFERED, NOT TESTED or NOT TESTABLE HERE, a
        :class:`glance_ossn_tests.sharing.verdicts.Verdict`
    :param why: the reason
    """

    def __init__(self, verdict, why):
        super().__init__(why)
        self.verdict = verdict


def not_offered(why):
    """Make what ends a check as the cloud has no such thing.

    :param why: the reason
    :returns: :class:`Unjudged`, to be raised
    """
    return Unjudged(verdicts.NOT_OFFERED, why)


def not_tested(why):
    """Make what ends a check as one cannot look.

    :param why: the reason
    :returns: :class:`Unjudged`, to be raised
    """
    return Unjudged(verdicts.NOT_TESTED, why)


def not_testable(why):
    """Make what ends a check as it cannot be seen from outside.

    :param why: the reason, with what would let it be seen, if anything
    :returns: :class:`Unjudged`, to be raised
    """
    return Unjudged(verdicts.NOT_TESTABLE, why)


def told(answer):
    """Tell an answer, with what it says if it is a refusal.

    :param answer: :class:`glance_ossn_tests.clients.raw.Answer`
    :returns: text
    """
    if answer.error or (answer.status or 0) < 400:
        return str(answer)
    return '%s: %s' % (answer, answer.said)


def evidence(name, verdict, why):
    """Make a piece of evidence.

    :param name: who asks what, in words that are the same in each run: no id
    :param verdict: :class:`glance_ossn_tests.sharing.verdicts.Verdict`
    :param why: what it rests on: a text, or a
        :class:`glance_ossn_tests.clients.raw.Answer`
    :returns: :class:`glance_ossn_tests.sharing.verdicts.Evidence`
    """
    return verdicts.Evidence(
        verdicts.Item('request', name), None, verdict,
        why if isinstance(why, str) else told(why))


def refused(name, answer, by=(403,), done=DONE):
    """Judge what should be refused, by what the cloud answers.

    :param name: as of :func:`evidence`
    :param answer: :class:`glance_ossn_tests.clients.raw.Answer`
    :param by: the statuses of a refusal
    :param done: the statuses that say it was done
    :returns: :class:`glance_ossn_tests.sharing.verdicts.Evidence`: SAFE,
        EXPOSED, or NOT TESTED where it is another answer, or none
    """
    verdict = (verdicts.SAFE if answer.status in by else
               verdicts.EXPOSED if answer.status in done else
               verdicts.NOT_TESTED)
    return evidence(name, verdict, answer)


def expect(answer, *statuses):
    """See that a request that every cloud serves was served.

    :param answer: :class:`glance_ossn_tests.clients.raw.Answer`
    :param statuses: those of success, by default any
    :returns: the same
    :raises Unjudged: if it was not: what is asked next would prove nothing
    """
    if answer.status in (403, 404, 405):
        raise not_offered('the cloud lets nobody do it: ' + told(answer))
    if answer.status not in (statuses or DONE):
        raise not_tested('what should succeed does not: ' + told(answer))
    return answer
