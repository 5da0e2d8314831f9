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

"""What was shared before an upgrade, seen after it."""

from tempest import config
from tempest.lib import decorators
from tempest.lib import exceptions as lib_exc

from glance_ossn_tests.accounts import accounts
from glance_ossn_tests.notes import upgrade as claims
from glance_ossn_tests.report import failure
from glance_ossn_tests.sharing import matrix
from glance_ossn_tests.sharing import verdicts
from glance_ossn_tests.survey import confirm
from glance_ossn_tests.survey import state
from glance_ossn_tests.survey import survey
from glance_ossn_tests.survey import work
from glance_ossn_tests.tests import base

CONF = config.CONF


def _told(members):
    return ', '.join('%s %s' % pair for pair in sorted(
        members.items())) or 'none'


def _differ(was, now):
    """Tell whether members changed; v1 did not know their status."""
    return was.keys() != now.keys() or any(
        status not in (now[member], confirm.UNKNOWN_STATUS)
        for member, status in was.items())


class ImageSharingUpgradeTest(base.TwoProjectsTest):
    """What was shared before an upgrade means the same after it.

    "tempest ossn upgrade prepare" shared images before; the state file that
    it wrote says which, and with whom.
    """

    PARTIES = ()

    @classmethod
    def skip_checks(cls):
        super().skip_checks()
        if not CONF.glance_ossn.upgrade_state:
            raise cls.skipException(
                '%s skipped: [glance_ossn] upgrade_state names no state '
                'file. "tempest ossn upgrade prepare" writes one, before an '
                'upgrade.' % cls.__name__)
        try:
            cls.state = state.load(CONF.glance_ossn.upgrade_state)
            if not cls.state.done:
                raise state.BadState(
                    '"tempest ossn upgrade prepare" did not come to its end '
                    'with the state file %s. Destroy it, and prepare anew.'
                    % cls.state.path)
        except state.BadState as error:
            raise lib_exc.InvalidConfiguration(
                '[glance_ossn] upgrade_state: %s' % error)

    @classmethod
    def _act_as(cls):
        return accounts.parties(cls.state.accounts, cls.state.run)

    @classmethod
    def about_cloud(cls):
        return {**super().about_cloud(), **cls.survey.about()}

    @classmethod
    def resource_setup(cls):
        super().resource_setup()
        cls.survey = survey.Survey(work.configured(CONF, cls.parties,
                                                   cls.state.name),
                                   crossed=False)
        cls.matrix = cls.survey.look_again(
            cls.state.restore(), tuple(map(tuple, cls.state.versions)))

    @decorators.idempotent_id('eecb3c68-9dca-42bb-860b-b79524fce9ab')
    @decorators.attr(type=['ossn-0005', 'negative'])
    def test_what_was_not_accepted_is_in_no_list(self):
        """What was not accepted before the upgrade is not listed after it."""
        claim = claims.NOT_LISTED
        self.assert_claim(claim, self.matrix.select(claim.shares,
                                                    claim.listings))

    @decorators.idempotent_id('f976c719-a5e8-4428-b940-1f1871910cbf')
    @decorators.attr(type=['ossn-0005'])
    def test_memberships_are_as_they_were(self):
        """Each image has the members, and the status, that it had."""
        before = {row['image_id']: row for row in self.state.shares}
        members = matrix.place(self.matrix.readings[0].listing)
        evidence = []
        for share in self.survey.made.shares:
            if not share.plan.history.has_members or share.failed:
                continue
            verdict, why = verdicts.SAFE, 'as before the upgrade'
            was, now = before[share.image_id]['members'], share.members
            if was is None or now is None:
                verdict = verdicts.NOT_TESTED
                why = share.unconfirmed or (
                    'its members could not be read before the upgrade')
            elif _differ(was, now):
                verdict = verdicts.EXPOSED
                why = 'members before the upgrade: %s; now: %s' % (
                    _told(was), _told(now))
            evidence.append(verdicts.Evidence(matrix.image_of(share), members,
                                              verdict, why))
        self._conclude(claims.MEMBERSHIPS, evidence)

    @decorators.idempotent_id('3f99bd18-4df9-4493-9752-ba5e267c9bcc')
    @decorators.attr(type=['ossn-0005'])
    def test_what_was_accepted_is_listed(self):
        """What was accepted before the upgrade is listed after it."""
        lists = [reading for reading in self.matrix.readings
                 if reading.listing.viewer == 'consumer' and
                 reading.listing.api == self.survey.found.main_api and
                 reading.listing.limit is None and
                 not reading.listing.query and not reading.listing.endpoint]
        evidence = []
        for reading in lists:
            listing = matrix.place(reading.listing)
            for share in self.survey.made.shares:
                history = share.plan.history
                if not history.may_be_listed or share.failed or (
                        not reading.listing.selects(share.plan.kind)):
                    continue
                verdict, why = verdicts.SAFE, 'listed'
                if share.image_id not in reading.seen:
                    verdict = (verdicts.NOT_TESTED if reading.problem
                               else verdicts.EXPOSED)
                    why = reading.problem or 'it is not listed any more'
                evidence.append(verdicts.Evidence(
                    matrix.image_of(share), listing, verdict, why))
        self._conclude(claims.ACCEPTED, evidence)

    def _conclude(self, claim, evidence):
        """End a test whose claim is not about absence from a list."""
        verdict = verdicts.worst(each.verdict for each in evidence)
        lines = failure.headline(claim, verdict)
        wrong = [each for each in evidence
                 if each.verdict is not verdicts.SAFE]
        lines.append('It does not, or is not known, for %d of %d:'
                     % (len(wrong), len(evidence)))
        lines += failure.some([
            '  - %s: %s: %s' % (each.what.attributes['image_id'],
                                each.what.name, each.why) for each in wrong])
        self.conclude(claim, verdict, evidence,
                      '\n'.join(lines + failure.advice(claim)))
