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

"""The suite on real clouds: red where it must be, green where it may."""

import contextlib
import sqlite3
import uuid

from testtools import matchers

from ossn_sandbox import releases
from selftests.functional import base
from selftests.functional import meter
from selftests.functional import test_notes

# Statuses of the tests on a cloud with v1, one without.
V1_UNREACHABLE = 'ImageSharingTest.test_v1_is_not_reachable'
V1_V1 = 'ImageSharingTest.test_v1_share_is_in_no_v1_list'
V2_V1 = 'ImageSharingTest.test_v2_share_is_in_no_v1_list'
V1_V2 = 'ImageSharingTest.test_v1_share_is_in_no_v2_list'
V2_V2 = 'ImageSharingTest.test_v2_share_is_in_no_v2_list'
REMOVED = 'ImageSharingTest.test_removed_share_is_in_no_list'
NEVER = 'ImageSharingTest.test_unshared_image_is_in_no_list'
REVIVED = 'ImageSharingTest.test_ended_consent_does_not_come_back'
CONSENT = 'ImageSharingTest.test_only_the_consumer_consents'
READER = 'ImageSharingTest.test_a_reader_cannot_consent'
LATENT = 'ImageSharingTest.test_latent_share_is_in_no_list'
THIRD = 'ImageSharingTest.test_share_is_in_no_list_of_a_third_project'
OWNER = 'ImageSharingTest.test_image_is_given_to_no_project'
OPEN = 'ImageSharingTest.test_community_image_is_in_no_default_list'
MEMBERS = 'ImageSharingTest.test_member_sees_no_other_member'
PUBLISHED = 'ImageSharingTest.test_image_is_not_published'
USER_V1 = 'ImageSharingScenario.test_share_through_v1_waits_for_consent'
USER_V2 = 'ImageSharingScenario.test_share_through_v2_waits_for_consent'

GIVEN = 'ImageSharingTest.test_image_is_given_away_by_no_change'
CONTENT = 'ImageSharingTest.test_accepted_image_keeps_its_content'
BY_ID = 'ImageSharingTest.test_image_is_not_reachable_by_id'
UNSCOPED = 'ImageSharingTest.test_nobody_lists_images_without_a_project'

# What holds of the notes; what the newest release shows besides.
SAFE = dict.fromkeys((V1_UNREACHABLE, V2_V2, REMOVED, NEVER, REVIVED, CONSENT,
                      LATENT, THIRD, OWNER, OPEN, PUBLISHED, MEMBERS,
                      USER_V2, UNSCOPED, READER, BY_ID),
                     'success')
SAFE.update(dict.fromkeys((GIVEN, CONTENT), 'fail'))
SAFE.update(dict.fromkeys((V1_V1, V2_V1, V1_V2, USER_V1), 'skip'))
SAFE.update(test_notes.statuses(test_notes.NEWEST))
EXPOSED = dict.fromkeys((V1_UNREACHABLE, V1_V1, V2_V1, REVIVED, LATENT, THIRD,
                         USER_V1, GIVEN, CONTENT, UNSCOPED), 'fail')
# Before it asks for a project.
OLD_SAFE = {**SAFE, UNSCOPED: 'fail', READER: 'skip'}


def _release(name, expected):
    return {**expected, **test_notes.statuses(test_notes.expected(name))}


EXPOSED.update(dict.fromkeys((V1_V2, V2_V2, REMOVED, NEVER, CONSENT, OWNER,
                              OPEN, PUBLISHED, MEMBERS, USER_V2, BY_ID),
                             'success'))
EXPOSED.update(test_notes.statuses(test_notes.PIKE))
# Its policies know no reader.
EXPOSED[READER] = 'skip'

# Of what nobody accepted, what the note itself is about.
NOT_ACCEPTED = {'pending', 'rejected', 'accepted, then rejected',
                'removed, then shared again'}


class TestVerdicts(base.CloudTest):

    def judge(self, a_cloud, expected, config=None, budget=None):
        """Run the suite; see its results and that it leaves nothing.

        And, where a budget is named, that it cost no more than that.
        """
        before = self.holdings(a_cloud)
        spent = meter.Meter(a_cloud)
        outcome = base.run_tempest(a_cloud.workspace,
                                   config or a_cloud.config, walks=True)
        self.assertEqual(expected, outcome.tests, outcome.output)
        self.assertEqual('fail' in expected.values(),
                         outcome.status != 0, outcome.output)
        self.assertEqual(before, self.holdings(a_cloud))
        if budget:
            self.assertEqual([], meter.check(budget, spent.read()))
        return outcome

    def assert_cells(self, outcome, claim, verdict):
        """All cells of a claim that are offered have a verdict."""
        cells = [cell for cell in outcome.claims[claim]['cells']
                 if cell['verdict'] != 'NOT OFFERED' and
                 # Where a try was refused there is nothing to list.
                 cell['membership']]
        if verdict == 'NOT OFFERED':
            self.assertEqual([], cells)
            return cells
        self.assertEqual([], [c for c in cells if c['verdict'] != verdict])
        self.assertLessEqual(NOT_ACCEPTED, {c['history'] for c in cells})
        # A crossed kind is named by all that it has.
        words = {word for c in cells for word in c['kind'].split('+')}
        self.assertLessEqual({'active', 'queued', 'protected', 'snapshot',
                              'unnamed', 'ami'}, words)
        self.assertTrue({'labelled', 'tags'} & words, words)
        return cells

    def assert_listings(self, cells, *expected):
        listings = {cell['listing'] for cell in cells}
        for listing in expected:
            self.assertTrue(
                any(name.endswith(listing) for name in listings),
                '%s is not in %s' % (listing, sorted(listings)))

    def assert_v2_is_safe(self, outcome, versions):
        cells = self.assert_cells(outcome, 'v2-share-v2-list', 'SAFE')
        # What somebody thought of, and every sequence besides.
        self.assertIn('walked', {c['kind'] for c in cells})
        self.assertIn('walked', {
            c['kind'] for c in outcome.claims['removed-share']['cells']})
        self.assert_listings(
            cells, '/v2/images', '?name={name}', '?visibility=shared',
            '?member_status=accepted', '?sort=created_at:asc',
            '?sort_key=name&sort_dir=asc', '?limit=2')
        for version in versions:
            self.assertIn('/v2.%d' % version,
                          {c['share_form'] for c in cells})
            self.assertIn('/v2.%d/images' % version,
                          {c['listing'] for c in cells})

    def assert_not_offered(self, outcome, *claims):
        for claim in claims:
            self.assert_cells(outcome, claim, 'NOT OFFERED')

    def test_pike(self):
        outcome = self.judge(self.up('pike'), EXPOSED, budget='pike')
        v1_v1 = self.assert_cells(outcome, 'v1-share-v1-list', 'EXPOSED')
        v2_v1 = self.assert_cells(outcome, 'v2-share-v1-list', 'EXPOSED')
        for cells in (v1_v1, v2_v1):
            self.assert_listings(
                cells, '/v1/images', '/v1/images/detail', '/v1.0/images',
                '/v1.1/images', '//v1/images', '/%76%31/images',
                '(Accept: application/vnd.openstack.images-v1)/images',
                '/v1/shared-images/{consumer}')
        self.assert_cells(outcome, 'v1-share-v2-list', 'SAFE')
        # To ask for visibility=all is newer than Pike.
        self.assertIn('/v2/images?visibility=all', {
            c['listing'] for c in outcome.cells('v1-share-v2-list',
                                                verdict='NOT OFFERED')})
        # From Mitaka to Queens v1 brings the old consent back, in v2 lists.
        self.assertEqual(
            {('v1', 'accepted, removed, shared again'),
             ('v1', 'accepted, removed, replaced members'),
             ('v1', 'accepted, removed, shared again by an admin'),
             ('v1', 'listed, removed, shared again')},
            {(c['share_api'], c['history']) for c in outcome.cells(
                'revived-consent', verdict='EXPOSED')
             if c['kind'] != 'walked'})
        self.assert_v2_is_safe(outcome, range(6))
        for text in ('OSSN-0005 EXPOSED', 'enable_v1_api = False',
                     'glance-api.conf',
                     'https://wiki.openstack.org/wiki/OSSN/OSSN-0005'):
            self.assertIn(text, outcome.output)

    def test_pike_without_v1(self):
        outcome = self.judge(self.up('pike', v1=False),
                             _release('pike-no-v1', OLD_SAFE))
        self.assert_not_offered(outcome, 'v1-share-v1-list',
                                'v2-share-v1-list', 'v1-share-v2-list')
        self.assert_v2_is_safe(outcome, range(6))

    @base.extended
    def test_zed(self):
        # Its defaults neither ask for a project nor know readers.
        self._modern('zed', (0, 7, 9, 15), expected=_release('zed', OLD_SAFE))

    @base.extended
    def test_2025_1(self):
        self._modern('2025.1', (0, 7, 9, 15, 17),
                     expected=_release('2025.1', SAFE))

    def test_the_newest(self):
        self._modern(releases.NEWEST, (0, 7, 9, 15, 17), budget='newest')

    def test_what_no_glance_keeps_and_this_one_does(self):
        """Green was seen of what is red on every release, too."""
        outcome = self.judge(
            self.up(releases.NEWEST + '~owner-and-id-are-kept'),
            {**SAFE, GIVEN: 'success', CONTENT: 'success'})
        self.assertEqual(0, outcome.status, outcome.output)

    def _modern(self, release, versions, budget=None, expected=None):
        outcome = self.judge(self.up(release), expected or SAFE,
                             budget=budget)
        self.assert_not_offered(outcome, 'v1-share-v1-list',
                                'v2-share-v1-list', 'v1-share-v2-list')
        self.assert_v2_is_safe(outcome, versions)
        self.assert_listings(outcome.cells('v2-share-v2-list',
                                           verdict='SAFE'),
                             '?visibility=all')

    @base.extended
    def test_preprovisioned_credentials(self):
        for release, expected in (('pike', EXPOSED), (releases.NEWEST, SAFE)):
            a_cloud = self.up(release)
            self.judge(a_cloud, {**expected, READER: 'skip'},
                       a_cloud.preprovisioned_config)

    @base.extended
    def test_a_namesake_of_a_public_image(self):
        a_cloud = self.up(releases.NEWEST)
        admin = a_cloud.session()
        images = a_cloud.image_url + '/v2/images'
        public = admin.post(images, json={
            'name': 'cirros', 'visibility': 'public'}).json()['id']
        try:
            outcome = self.judge(a_cloud, SAFE)
        finally:
            admin.delete('%s/%s' % (images, public))
        self.assertTrue(outcome.cells(
            'v2-share-v2-list', kind='namesake', verdict='SAFE',
            listing='/v2/images'))

    @base.extended
    def test_further_endpoints(self):
        a_cloud = self.up(releases.NEWEST)
        # The same cloud by another name, and one that has v1.
        again = a_cloud.image_url.replace('127.0.0.1', 'localhost')
        old = self.up('pike').image_url
        outcome = self.judge(a_cloud, SAFE, self.changed(
            a_cloud.config, glance_ossn={'endpoints': again + '/v2/'}))
        self.assertTrue(outcome.cells(
            'v2-share-v2-list', verdict='SAFE',
            listing='/v2/images at ' + again))
        outcome = base.run_tempest(a_cloud.workspace, self.changed(
            a_cloud.config, glance_ossn={'endpoints': old}))
        self.assertEqual('fail', outcome.tests[V1_UNREACHABLE])
        self.assertIn('/v1: GET %s/v1/images' % old, outcome.output)

    @base.extended
    def test_a_full_walk_judges_the_same(self):
        a_cloud = self.up('pike')
        self.judge(a_cloud, EXPOSED, self.changed(
            a_cloud.config, glance_ossn={'full_walk': 'true',
                                         'page_size': '7'}))


class TestFaults(base.CloudTest):
    """Faults in the database of a real cloud: each claim is seen red."""

    def judge(self, a_cloud, expected, *triggers):
        names = []
        with contextlib.closing(sqlite3.connect(a_cloud.database)) as glance:
            for number, trigger in enumerate(triggers):
                names.append('fault_%d' % number)
                glance.execute('CREATE TRIGGER %s %s' % (names[-1], trigger))
            glance.commit()
        try:
            outcome = base.run_tempest(a_cloud.workspace, a_cloud.config)
        finally:
            with contextlib.closing(
                    sqlite3.connect(a_cloud.database)) as glance:
                for name in names:
                    glance.execute('DROP TRIGGER %s' % name)
                glance.commit()
        for test, status in expected.items():
            self.assertEqual(status, outcome.tests.get(test),
                             outcome.output)
        self.assertNotEqual(0, outcome.status)
        return outcome

    @base.extended
    def test_the_cloud_accepts_for_the_consumer(self):
        outcome = self.judge(
            self.up('pike'), {V1_V2: 'fail', V2_V2: 'fail',
                              USER_V2: 'fail'},
            "AFTER INSERT ON image_members BEGIN UPDATE image_members "
            "SET status = 'accepted' WHERE id = NEW.id; END")
        for claim in ('v1-share-v2-list', 'v2-share-v2-list'):
            self.assertEqual('EXPOSED', outcome.claims[claim]['verdict'])
            self.assertTrue(outcome.cells(claim, history='pending',
                                          listing='/v2/images',
                                          verdict='EXPOSED'))

    @base.extended
    def test_the_cloud_takes_a_rejection_for_consent(self):
        outcome = self.judge(
            self.up(releases.NEWEST), {V2_V2: 'fail', USER_V2: 'success'},
            "AFTER UPDATE OF status ON image_members "
            "WHEN NEW.status = 'rejected' BEGIN UPDATE image_members "
            "SET status = 'accepted' WHERE id = NEW.id; END")
        for history, verdict in (('pending', 'SAFE'),
                                 ('rejected', 'EXPOSED'),
                                 ('accepted, then rejected', 'EXPOSED')):
            self.assertTrue(outcome.cells(
                'v2-share-v2-list', history=history, listing='/v2/images',
                verdict=verdict))

    @base.extended
    def test_the_cloud_keeps_what_is_no_longer_shared(self):
        self.judge(
            self.up(releases.NEWEST), {REMOVED: 'fail', V2_V2: 'fail'},
            "AFTER UPDATE OF deleted ON image_members WHEN NEW.deleted "
            "BEGIN UPDATE image_members SET deleted = 0, deleted_at = NULL "
            "WHERE id = NEW.id; END")

    @base.extended
    def test_the_cloud_makes_all_images_public(self):
        outcome = self.judge(
            self.up(releases.NEWEST), {'setUpClass': 'fail'},
            "AFTER INSERT ON images BEGIN UPDATE images "
            "SET visibility = 'public' WHERE id = NEW.id; END")
        self.assertIn('which nobody ever shared with it', outcome.output)

    @base.extended
    def test_the_cloud_lists_what_it_does_not_show(self):
        outcome = self.judge(self.up(releases.NEWEST + '~list-shows-all'),
                             {NEVER: 'fail', REMOVED: 'fail', V2_V2: 'fail',
                              USER_V2: 'fail'})
        self.assertEqual('EXPOSED',
                         outcome.claims['never-shared']['verdict'])


class TestCost(base.CloudTest):
    """Requests grow with images and lists, not with the catalogue."""

    def requests(self, a_cloud):
        spent = meter.Meter(a_cloud)
        outcome = base.run_tempest(a_cloud.workspace, a_cloud.config)
        self.assertEqual(EXPOSED, outcome.tests, outcome.output)
        return spent.read()['image']

    @base.extended
    def test_a_large_catalogue_costs_no_more(self):
        a_cloud = self.up('pike')
        before = self.requests(a_cloud)
        # Enough for hundreds of pages, were they all read.
        rows = [(str(uuid.uuid4()), 'catalogue-%05d' % number)
                for number in range(20000)]
        with contextlib.closing(sqlite3.connect(a_cloud.database)) as glance:
            glance.executemany(
                "INSERT INTO images (id, name, status, created_at, "
                "updated_at, deleted, min_disk, min_ram, protected, "
                "visibility, disk_format, container_format) VALUES (?, ?, "
                "'queued', '2020-01-01 00:00:00', '2020-01-01 00:00:00', "
                "0, 0, 0, 0, 'public', 'raw', 'bare')", rows)
            glance.commit()
            try:
                # v1's short lists have no dates: each page that does not
                # end with an image of the run costs one more request.
                self.assertThat(self.requests(a_cloud),
                                matchers.LessThan(before + 20))
            finally:
                glance.execute("DELETE FROM images WHERE name LIKE "
                               "'catalogue-%'")
                glance.commit()
