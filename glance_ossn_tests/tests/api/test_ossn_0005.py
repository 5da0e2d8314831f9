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

"""OSSN-0005 through the Image API itself, every way to share x to list."""

from tempest import config
from tempest.lib import decorators

from glance_ossn_tests.clients import discovery
from glance_ossn_tests.notes import base as notes
from glance_ossn_tests.notes import ossn_0005
from glance_ossn_tests.sharing import matrix
from glance_ossn_tests import survey
from glance_ossn_tests.tests import base

CONF = config.CONF


class ImageSharingTest(base.TwoProjectsTest):
    """No image is in a project's image list unless that project agreed.

    All images are shared and all listings read once, in the fixture; each
    test judges the part of them that bears on its claim.
    """

    @classmethod
    def resource_setup(cls):
        super().resource_setup()
        cls.survey = survey.Survey(
            cls.producer, cls.consumer, cls.rand_name('ossn-0005'),
            cls.addClassResourceCleanup, CONF.glance_ossn.page_size,
            CONF.glance_ossn.full_walk)
        cls.matrix = cls.survey.run()

    def _judge(self, claim):
        self.assert_claim(claim, self.matrix.select(claim.shares,
                                                    claim.listings))

    @decorators.idempotent_id('e6140764-e05f-482b-8cac-42b7c14da727')
    @decorators.attr(type=['ossn-0005', 'smoke'])
    def test_v1_is_not_reachable(self):
        """The note's remedy is in place: nothing answers as Image API v1.

        Every URL prefix and every media type of v1 is asked for a list.
        """
        claim = ossn_0005.V1_UNREACHABLE
        reaches = {}
        for probe in self.survey.probes['v1']:
            reaches.setdefault(probe.reach, []).append(
                '  - %s: %s' % (probe.form.name, probe.evidence))
        answers = reaches.get(discovery.Reach.ANSWERS)
        unknown = reaches.get(discovery.Reach.UNKNOWN)
        verdict = (matrix.Verdict.EXPOSED if answers else
                   matrix.Verdict.NOT_TESTED if unknown else
                   matrix.Verdict.SAFE)
        self.attach(claim, verdict, [
            {'form': probe.form.name, 'reach': probe.reach.value,
             'why': probe.evidence} for probe in self.survey.probes['v1']])
        lines = notes.headline(claim, verdict)
        if answers:
            lines += ['It answers in these forms:'] + answers
            lines += notes.advice(claim)
        if unknown:
            lines += ['Of these forms it could not be found out:'] + unknown
        if answers:
            self.fail('\n'.join(lines))
        if unknown:
            raise base.NotTested('\n'.join(lines))

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
