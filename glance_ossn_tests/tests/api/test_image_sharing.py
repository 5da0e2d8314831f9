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

"""Every way an image gets into a list, through the Image API itself."""

from tempest import config
from tempest.lib import decorators

from glance_ossn_tests.notes import beyond
from glance_ossn_tests.notes import ossn_0005
from glance_ossn_tests.notes import ossn_0015
from glance_ossn_tests.notes import ossn_0065
from glance_ossn_tests.notes import ossn_0090
from glance_ossn_tests.notes import reach
from glance_ossn_tests.sharing import verdicts
from glance_ossn_tests.survey import bench
from glance_ossn_tests.survey import survey
from glance_ossn_tests.tests import base

CONF = config.CONF


class ImageSharingTest(base.TwoProjectsTest):
    """No image is in a project's image list unless that project agreed.

    All images are shared and all listings read once, in the fixture; each
    test judges the part of them that bears on its claim.
    """

    PARTIES = ('producer', 'consumer', 'bystander')

    @classmethod
    def resource_setup(cls):
        super().resource_setup()
        cls.addClassResourceCleanup(cls.created.remove)
        cls.survey = survey.Survey(cls.work, cls.claims())
        with cls.setting_up():
            cls.matrix = cls.survey.walk(cls.survey.run())

    @classmethod
    def about_cloud(cls):
        return {**super().about_cloud(), **cls.survey.about()}

    def _judge(self, claim, remarks=()):
        self.assert_claim(claim, self.matrix.select(
            claim.shares, claim.listings), remarks)

    @decorators.idempotent_id('e6140764-e05f-482b-8cac-42b7c14da727')
    @decorators.attr(type=['ossn-0005', 'smoke'])
    def test_v1_is_not_reachable(self):
        """The note's remedy is in place: nothing answers as Image API v1.

        Every URL prefix and every media type of v1 is asked for a list.
        """
        self.assert_claim(ossn_0005.V1_UNREACHABLE, [
            verdicts.Evidence(verdicts.Item('form', probe.form.name), None,
                              probe.reach.verdict, probe.evidence)
            for probe in self.survey.found.probes['v1']])

    @decorators.idempotent_id('6abfff85-024e-4901-a301-3710350c22e2')
    @decorators.attr(type=['ossn-0005', 'smoke', 'negative'])
    def test_v1_share_is_in_no_v1_list(self):
        """What v1 shared and nobody accepted is in no v1 image list."""
        self._judge(ossn_0005.V1_SHARE_V1_LIST)

    @decorators.idempotent_id('092de916-08cd-40a7-8938-cb9d74aff66e')
    @decorators.attr(type=['ossn-0005', 'smoke', 'negative'])
    def test_v2_share_is_in_no_v1_list(self):
        """What v2 shared and nobody accepted is in no v1 image list."""
        self._judge(ossn_0005.V2_SHARE_V1_LIST)

    @decorators.idempotent_id('3f3e779e-ffc4-4bf9-8727-5b835b9dc393')
    @decorators.attr(type=['ossn-0005', 'smoke', 'negative'])
    def test_v1_share_is_in_no_v2_list(self):
        """What v1 shared and nobody accepted is in no v2 image list."""
        self._judge(ossn_0005.V1_SHARE_V2_LIST)

    @decorators.idempotent_id('2c0cca43-8d6c-4b89-9260-16a290abb346')
    @decorators.attr(type=['ossn-0005', 'smoke', 'negative'])
    def test_v2_share_is_in_no_v2_list(self):
        """What v2 shared and nobody accepted is in no v2 image list."""
        self._judge(ossn_0005.V2_SHARE_V2_LIST)

    @decorators.idempotent_id('1c123dbf-0c8f-48ca-bd1e-a64165f117e1')
    @decorators.attr(type=['ossn-0005', 'negative'])
    def test_removed_share_is_in_no_list(self):
        """What was accepted, then no longer shared, is in no image list."""
        self._judge(ossn_0005.REMOVED)

    @decorators.idempotent_id('c9055dbd-418d-4d03-9557-59d0845295b8')
    @decorators.attr(type=['ossn-0005', 'negative'])
    def test_unshared_image_is_in_no_list(self):
        """What was never shared is in no other project's image list."""
        self._judge(ossn_0005.NEVER_SHARED)

    @decorators.idempotent_id('512e9f48-5bb2-4a45-930c-c6a1e538803c')
    @decorators.attr(type=['ossn-0005', 'negative'])
    def test_ended_consent_does_not_come_back(self):
        """What is shared again after a removal needs new consent."""
        self._judge(ossn_0005.REVIVED, self.matrix.remarks)

    @decorators.idempotent_id('0fa1f4a8-27f6-4ba1-8855-8050a612501e')
    @decorators.attr(type=['ossn-0005', 'negative'])
    def test_only_the_consumer_consents(self):
        """Producer, stranger and other members cannot accept or add."""
        self._judge(ossn_0005.CONSENT)

    @decorators.idempotent_id('b4b62083-68f8-4a65-a2bf-272b8edb4ca3')
    @decorators.attr(type=['ossn-0005', 'negative'])
    def test_a_reader_cannot_consent(self):
        """Who may only look in a project accepts nothing for it."""
        self._judge(ossn_0005.READER_CONSENT)

    @decorators.idempotent_id('7f7d20f5-f33d-4bf7-8433-a596398b230c')
    @decorators.attr(type=['ossn-0005', 'negative'])
    def test_latent_share_is_in_no_list(self):
        """Shared while private or community, it is listed at no time."""
        self._judge(ossn_0005.LATENT)

    @decorators.idempotent_id('c4b75261-b807-4a1b-83f1-52479887f3dc')
    @decorators.attr(type=['beyond-notes', 'negative'])
    def test_share_is_in_no_list_of_a_third_project(self):
        """A share with another project is in no list of a third one."""
        self._judge(beyond.BYSTANDER)

    @decorators.idempotent_id('2085e5d3-ed67-4efe-a595-2c67566c72a6')
    @decorators.attr(type=['beyond-notes', 'negative'])
    def test_member_sees_no_other_member(self):
        """With whom else an image is shared is told to no member."""
        self._judge(beyond.OTHER_MEMBERS)

    @decorators.idempotent_id('a6c7d6b4-5667-46a8-9b76-be7ad7a7c7c7')
    @decorators.attr(type=['beyond-notes', 'negative'])
    def test_image_is_given_to_no_project(self):
        """No project can make another one the owner of its image."""
        self._judge(beyond.OWNER)

    @decorators.idempotent_id('8bf686f1-9d96-4a26-918c-4cd26b7246c5')
    @decorators.attr(type=['beyond-notes', 'negative'])
    def test_community_image_is_in_no_default_list(self):
        """A community image is listed where one asks for it."""
        self._judge(beyond.OPEN)

    @decorators.idempotent_id('6c6c8421-6729-49ea-8039-ce7a8b9c94fd')
    @decorators.attr(type=['beyond-notes', 'negative'])
    def test_image_is_given_away_by_no_change(self):
        """No project can make another one the owner by a later change."""
        self._judge(beyond.GIVEN)

    @decorators.idempotent_id('4958f4ad-f640-4afa-a79e-11dfdbc90e6d')
    @decorators.attr(type=['beyond-notes', 'negative'])
    def test_nobody_lists_images_without_a_project(self):
        """Without a project, or a token, no image of a project is listed."""
        self._judge(beyond.UNSCOPED)

    @decorators.idempotent_id('62d55148-f684-44d0-8f60-2b0a56f71dd6')
    @decorators.attr(type=['beyond-notes', 'negative'])
    def test_accepted_image_keeps_its_content(self):
        """What was accepted stays the image that it was."""
        self._judge(beyond.CONTENT)

    @decorators.idempotent_id('a6080e59-a7b5-4ef0-9b52-bb1b904b39cf')
    @decorators.attr(type=['beyond-notes', 'negative'])
    def test_image_is_not_reachable_by_id(self):
        """To know an image's id opens no image that is not shared."""
        self._judge(reach.BY_ID)

    @decorators.idempotent_id('e0fba720-7d82-4b29-b17a-479e00cb2e01')
    @decorators.attr(type=['ossn-0015', 'negative'])
    def test_image_is_not_published(self):
        """An ordinary project can make no image public."""
        self._judge(ossn_0015.PUBLISHED)

    _bench = None

    @classmethod
    def bench(cls):
        """Return what checks act with: one, which proves once what it may."""
        if not cls._bench:
            cls._bench = bench.Bench(cls.work, cls.survey.found,
                                     CONF.glance_ossn)
        return cls._bench

    def _check(self, claim):
        """Judge a claim that is not about lists."""
        with self.judging(claim):
            evidence = self.bench().judge(claim)
        self.assert_claim(claim, evidence)

    @decorators.idempotent_id('bf8be07a-4904-4786-b70b-873d2a1ace19')
    @decorators.attr(type=['ossn-0065', 'negative'])
    def test_locations_are_not_changed(self):
        """No user can change where the data of its image are."""
        self._check(ossn_0065.FIXED)

    @decorators.idempotent_id('d7ba1f53-fb9b-4985-a9db-d7f3aa81750c')
    @decorators.attr(type=['ossn-0090', 'cve-2022-4134', 'negative'])
    def test_locations_are_hidden(self):
        """No user is shown where the data of an image are."""
        self._check(ossn_0090.HIDDEN)
