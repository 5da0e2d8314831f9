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

"""Nothing is made that was not first proved removable."""

import os
import time

from oslo_concurrency.fixture import lockutils
from oslo_config import cfg
from oslotest import base
from tempest.lib import exceptions as lib_exc

from glance_ossn_tests.cleanup import created
from glance_ossn_tests.clients import errors
from glance_ossn_tests.clients import raw
from glance_ossn_tests.sharing import kinds
from glance_ossn_tests.survey import trial
from selftests.unit import fakes
from selftests.unit.survey import base as scenes

STAYS = errors.LeftBehind('The image x of user y stays: 403')
STAYS.why = ('403 (policy rule delete_image; the roles of the account are '
             'member)')


def refusal(status, text):
    return lib_exc.Forbidden(text, resp=fakes.response(status))


def stuck():
    """Return a producer who may not delete what it made, and sees it."""
    producer = scenes.FakeParty('P', {'delete': STAYS})
    producer.sees = True
    return producer


class TestProve(base.BaseTestCase):

    def setUp(self):
        super().setUp()
        self.useFixture(lockutils.ExternalLockFixture())
        self.made = []

    def prove(self, producer=None, remover=None, refuse=None, core=False,
              **parameters):
        """Prove it on a cloud that may refuse some ways to create."""
        producer = producer or scenes.FakeParty('P')
        self.created = created.CreatedImages(
            remover=remover and (lambda: remover))
        self.scene = scenes.Scene(producer, made_by=self.created,
                                  **parameters)
        self.created.parties = list(self.scene.work.parties.values())
        for party in self.scene.work.parties.values():
            self.watch(party, refuse or (lambda party, kind: None))
        return trial.prove(self.scene.work, raw.Form('v2'), core)

    def watch(self, party, refuse):
        create = party.create_image

        def watched(form, image_id, name, kind, label, **known):
            # What exists has its cleanup, where its id is known before.
            if party.chooses_ids:
                self.assertIn(image_id, self.created._images)
            self.made.append((party.role, kind.disk_format))
            error = refuse(party, kind)
            if error:
                raise error
            if not party.chooses_ids:
                known['made'](image_id)
            return create(form, image_id, name, kind, label)
        party.create_image = watched

    def test_each_party_makes_one_and_deletes_it(self):
        self.assertEqual({'base': 'raw'}, self.prove())
        self.assertEqual(['producer', 'consumer', 'bystander'],
                         [role for role, _ in self.made])
        for party in self.scene.work.parties.values():
            self.assertEqual(1, len(party.deleted))
        self.assertEqual({}, self.created._images)
        # The first was shared: that may stand in the way of its deletion.
        self.assertEqual(self.scene.work.producer.deleted,
                         list(self.scene.work.producer.members))

    def test_the_core_changes_nothing_of_it(self):
        producer = scenes.FakeParty('P', {'change': STAYS})
        self.assertEqual({'base': 'raw'}, self.prove(producer, core=True))
        self.assertEqual(1, len(producer.deleted))

    def test_one_that_stays_ends_it(self):
        producer = stuck()
        error = self.assertRaises(errors.CannotCreate, self.prove, producer)
        self.assertEqual([('producer', 'raw')], self.made)
        image_id, = producer.members
        for part in ('no image was made but the first one, of the producer',
                     'policy rule delete_image', '[auth] tempest_roles',
                     'openstack image delete %s' % image_id):
            self.assertIn(part, str(error))
        # It is tried, and named, once more at the end.
        self.assertEqual([image_id], list(self.created._images))
        # The next class, of whichever worker, leaves no further one.
        again = self.assertRaises(errors.CannotCreate, self.prove)
        self.assertEqual(str(error), str(again))
        self.assertEqual(1, len(self.made))
        # That is no business of the next run.
        late = time.time() - trial._FRESH - 1
        os.utime(trial._note(), (late, late))
        self.assertEqual({'base': 'raw'}, self.prove())

    def test_where_workers_have_no_folder_in_common(self):
        cfg.CONF.set_override('lock_path', None, 'oslo_concurrency')
        self.assertEqual({'base': 'raw'}, self.prove())
        for _ in range(2):
            error = self.assertRaises(
                errors.CannotCreate, self.prove, stuck())
            self.assertIn('policy rule delete_image', str(error))

    def test_the_admin_deletes_what_others_may_not(self):
        remover = scenes.FakeParty('A')
        self.prove(stuck(), remover)
        self.assertEqual(3, len(self.made))
        self.assertEqual(1, len(remover.deleted))
        # Unless it may not either.
        self.assertRaises(
            errors.CannotCreate, self.prove, stuck(),
            scenes.FakeParty('A', {'delete': STAYS}))

    def test_where_the_property_is_refused(self):
        def no_property(party, kind):
            return party.marked and refusal(403, 'Property is protected')
        self.prove(refuse=no_property)
        self.assertEqual({(False, True)}, {
            (party.marked, party.tagged)
            for party in self.scene.work.parties.values()})
        # The others need not find out again.
        self.assertEqual(4, len(self.made))

        def no_tag(party, kind):
            return (party.marked or party.tagged) and refusal(413, 'tags')
        self.prove(refuse=no_tag)
        self.assertEqual({(False, False)}, {
            (party.marked, party.tagged)
            for party in self.scene.work.parties.values()})

    def test_where_the_format_is_refused(self):
        def only_vhd(party, kind):
            return kind.disk_format != 'vhd' and refusal(
                400, "Invalid value '%s' for disk_format" % kind.disk_format)
        self.assertEqual('vhd', self.prove(refuse=only_vhd)['base'])
        self.assertEqual(
            [*kinds.BASES[:kinds.BASES.index('vhd') + 1], 'vhd', 'vhd'],
            [disk_format for _, disk_format in self.made])
        # The mark had nothing to do with it.
        self.assertTrue(self.scene.work.producer.marked)

    def test_formats_that_the_configuration_names(self):
        for formats, base_ in ((('qcow2', 'raw'), 'raw'),
                               (('iso', 'qcow2'), 'qcow2'),
                               (('ploop', 'aki'), 'ploop')):
            self.made.clear()
            self.assertEqual(base_, self.prove(
                formats={'disk_formats': formats})['base'])
            self.assertEqual([base_] * 3, [each for _, each in self.made])

    def test_where_no_image_may_be_made(self):
        for status, parts in (
                (403, ('add_image', 'tempest_roles', 'test_accounts_file')),
                (413, ('image_count_total', 'quota')), (409, ('cannot',))):
            self.made.clear()
            error = self.assertRaises(
                errors.CannotCreate, self.prove, refuse=lambda *asked: (
                    refusal(status, 'the rule add_image')))
            for part in ('the producer', str(status), *parts):
                self.assertIn(part, str(error))
            # With the property, with the tag, with neither.
            self.assertEqual(4, len(self.made))

    def test_a_fault_is_no_refusal(self):
        error = self.assertRaises(
            errors.CannotCreate, self.prove,
            refuse=lambda *asked: refusal(503, 'busy'))
        self.assertIn('cannot make an image: 503', str(error))
        self.assertEqual(3, len(self.made))

    def test_what_could_not_be_made_deletable_again_is_not_made(self):
        abilities = self.prove(scenes.FakeParty('P', {
            'change': refusal(403, 'no'), 'share': refusal(403, 'no')}))
        self.assertIn('403', abilities['unprotectable'])

    def test_where_the_cloud_chooses_the_ids(self):
        producer = scenes.FakeParty('P')

        def refuse(party, kind):
            if producer.chooses_ids:
                # As releases before Juno do.
                return lib_exc.ServerFault('500', resp=fakes.response(500))
            return None
        self.assertIn('choose the id', self.prove(producer, refuse=refuse)[
            'no_ids'])
        self.assertFalse(any(party.chooses_ids for party in
                             self.scene.work.parties.values()))
