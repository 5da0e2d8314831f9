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
from glance_ossn_tests.notes import lp_2161330
from glance_ossn_tests.notes import ossa_2012_017
from glance_ossn_tests.notes import ossa_2013_007
from glance_ossn_tests.notes import ossa_2014_012
from glance_ossn_tests.notes import ossa_2014_028
from glance_ossn_tests.notes import ossa_2014_041
from glance_ossn_tests.notes import ossa_2015_019
from glance_ossn_tests.notes import ossa_2016_006
from glance_ossn_tests.notes import ossa_2024_001
from glance_ossn_tests.notes import ossa_2026_004
from glance_ossn_tests.notes import ossn_0005
from glance_ossn_tests.notes import ossn_0013
from glance_ossn_tests.notes import ossn_0015
from glance_ossn_tests.notes import ossn_0025
from glance_ossn_tests.notes import ossn_0048
from glance_ossn_tests.notes import ossn_0060
from glance_ossn_tests.notes import ossn_0065
from glance_ossn_tests.notes import ossn_0075
from glance_ossn_tests.notes import ossn_0076
from glance_ossn_tests.notes import ossn_0078
from glance_ossn_tests.notes import ossn_0088
from glance_ossn_tests.notes import ossn_0090
from glance_ossn_tests.notes import ossn_0105
from glance_ossn_tests.notes import reach
from glance_ossn_tests.notes import unnumbered
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
        pairs = self.matrix.select(claim.shares, claim.listings)
        problem = self.survey.found.problem
        if problem and not pairs:
            # What kept all others from being made, too.
            pairs = [verdicts.Evidence(
                verdicts.Item('request', 'to share images'), None,
                verdicts.NOT_TESTED, problem)]
        self.assert_claim(claim, pairs, remarks)

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

    @decorators.idempotent_id('8d13ddf4-6090-4fae-b380-c889b5fcd3f6')
    @decorators.attr(type=['ossn-0013', 'negative'])
    def test_protected_property_is_not_written(self):
        """No user writes a property that is protected from it."""
        self._check(ossn_0013.PROTECTED)

    @decorators.idempotent_id('c195118e-2d26-48d8-889a-41d576cd212b')
    @decorators.attr(type=['ossn-0025', 'negative'])
    def test_object_store_shows_no_image(self):
        """Nobody without an account reads an image from the object store."""
        self._check(ossn_0025.HIDDEN)

    @decorators.idempotent_id('f844d064-2a03-4ab7-afff-27094d57a801')
    @decorators.attr(type=['ossn-0048', 'negative'])
    def test_methods_are_filtered(self):
        """An image's data come by no method but GET."""
        self._check(ossn_0048.FILTERED)

    @decorators.idempotent_id('5ded76c3-70c5-4ff8-b43e-c927494e8164')
    @decorators.attr(type=['ossn-0060', 'negative'])
    def test_users_have_their_own_rights(self):
        """No user reads or changes images with more than its own rights."""
        self._check(ossn_0060.OWN_RIGHTS)

    @decorators.idempotent_id('3a120aca-be1e-4a08-b91a-3dcf6fdf2478')
    @decorators.attr(type=['ossn-0075', 'cve-2016-4383', 'negative'])
    def test_ids_are_given_once(self):
        """The id of a deleted image is given to no other one."""
        self._check(ossn_0075.RETIRED)

    @decorators.idempotent_id('42b4256f-dcc4-4eb9-af82-c1cf6c1be04a')
    @decorators.attr(type=[
        'ossn-0076', 'ossn-0057', 'cve-2016-8611', 'negative'])
    def test_images_are_limited(self):
        """No user makes images without a limit."""
        self._check(ossn_0076.LIMITED)

    @decorators.idempotent_id('a9213ed4-0563-4d0f-8551-1d35f0521e14')
    @decorators.attr(type=['ossn-0078', 'cve-2017-7200', 'negative'])
    def test_v1_fetches_nothing(self):
        """No user has Image API v1 fetch what a URL points to."""
        self._check(ossn_0078.NOT_FETCHED)

    @decorators.idempotent_id('53fcd80e-cfbe-4380-8aa3-06cf83eed771')
    @decorators.attr(type=['ossn-0088', 'negative'])
    def test_metadefs_are_closed(self):
        """No user makes metadata definitions, or sees those of others."""
        self._check(ossn_0088.CLOSED)

    @decorators.idempotent_id('6db6afb8-9889-496d-8b72-abec94fb6564')
    @decorators.attr(type=['ossn-0105', 'negative'])
    def test_tasks_are_filtered(self):
        """No task fetches from where an import must not."""
        self._check(ossn_0105.FILTERED)

    @decorators.idempotent_id('f7576cb8-cd86-463b-beab-16fd60868574')
    @decorators.attr(type=[
        'ossa-2012-017', 'cve-2012-4573', 'cve-2012-5482', 'negative'])
    def test_others_delete_no_image(self):
        """No project deletes an image that it does not own, or its data."""
        self._check(ossa_2012_017.KEPT)

    @decorators.idempotent_id('691cfed2-6f93-4f16-8af1-3aca007865e2')
    @decorators.attr(type=['ossa-2013-007', 'cve-2013-1840', 'negative'])
    def test_v1_hides_locations(self):
        """Image API v1 tells nobody where the data of an image are."""
        self._check(ossa_2013_007.HIDDEN)

    @decorators.idempotent_id('5ada4c03-2ba6-497c-b260-84898d9f7db6')
    @decorators.attr(type=['ossa-2014-012', 'cve-2014-0162', 'negative'])
    def test_sheepdog_is_refused(self):
        """No user gives an image a location of Sheepdog."""
        self._check(ossa_2014_012.REFUSED)

    @decorators.idempotent_id('302aeade-655c-48e6-b4f4-645ff27e6a88')
    @decorators.attr(type=['ossa-2014-028', 'cve-2014-5356', 'negative'])
    def test_size_is_capped(self):
        """No user uploads more than the cap of an image."""
        self._check(ossa_2014_028.CAPPED)

    @decorators.idempotent_id('9834075b-d76c-4c44-8171-0d7887ab02e0')
    @decorators.attr(type=[
        'ossa-2014-041', 'ossa-2015-002', 'cve-2014-9493', 'cve-2015-1195',
        'negative'])
    def test_files_of_the_server_are_refused(self):
        """No user gives an image a location in the files of the server."""
        self._check(ossa_2014_041.REFUSED)

    @decorators.idempotent_id('b8af9561-df6e-41e9-b90d-9f2dfd0fe5a7')
    @decorators.attr(type=['ossa-2015-019', 'cve-2015-5251', 'negative'])
    def test_status_is_kept(self):
        """No user sets the status of an image, or its data anew."""
        self._check(ossa_2015_019.KEPT)

    @decorators.idempotent_id('be721433-4992-4fcd-b363-092cef2c3f49')
    @decorators.attr(type=['ossa-2016-006', 'cve-2016-0757', 'negative'])
    def test_last_location_is_kept(self):
        """No user removes the last location of an image."""
        self._check(ossa_2016_006.KEPT)

    @decorators.idempotent_id('1077e99d-7dcd-46d2-834d-a0e91e3673c0')
    @decorators.attr(type=[
        'ossa-2024-001', 'ossa-2023-002', 'ossa-2015-014',
        'cve-2024-32498', 'cve-2022-47951', 'cve-2015-5163', 'negative'])
    def test_uploads_are_inspected(self):
        """What names files of the host that opens it is not taken."""
        self._check(ossa_2024_001.INSPECTED)

    @decorators.idempotent_id('3c3671aa-1309-4ba5-8027-214d1b24f2d2')
    @decorators.attr(type=['ossa-2026-004', 'cve-2026-34881', 'negative'])
    def test_imports_are_filtered(self):
        """No import comes from an address that is oddly written."""
        self._check(ossa_2026_004.FILTERED)

    @decorators.idempotent_id('014fe720-086a-4321-b603-17f6808f0f76')
    @decorators.attr(type=['lp-2161330', 'negative'])
    def test_http_locations_are_refused(self):
        """No user gives an image a location on the host of Glance."""
        self._check(lp_2161330.REFUSED)

    @decorators.idempotent_id('4b978fe3-3b9d-42a9-850b-273841e55237')
    @decorators.attr(type=['no-number', 'negative'])
    def test_what_others_share_is_not_told(self):
        """No project is told by v1 what is shared with another one."""
        self._check(unnumbered.SHARED)

    @decorators.idempotent_id('4de35934-4e52-488e-a175-4260c726ea4e')
    @decorators.attr(type=['no-number', 'negative'])
    def test_private_images_are_the_owners(self):
        """Who asks for private images gets none of another project."""
        self._check(unnumbered.PRIVATE)
