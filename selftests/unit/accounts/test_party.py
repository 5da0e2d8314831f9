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

"""Premises: what is refused before anything is judged."""

from unittest import mock

from oslotest import base
from tempest.lib import exceptions as lib_exc

from glance_ossn_tests.accounts import party
from glance_ossn_tests.clients import errors
from glance_ossn_tests.clients import raw
from glance_ossn_tests.sharing import kinds
from selftests.unit import fakes

ENDPOINT = {'interface': 'public', 'region': 'RegionOne', 'url': 'http://g'}
CATALOG = [{'type': 'image', 'endpoints': [ENDPOINT]}]


def a_party(role='producer', project='p1', roles=('member',),
            catalog=CATALOG, region='RegionOne'):
    token = {'user': {'name': 'someone'},
             'roles': [{'name': name} for name in roles],
             'catalog': catalog}
    if project:
        token['project'] = {'id': project, 'name': project}
    manager = mock.Mock()
    manager.glance_ossn.RawImageClient().http_obj.connection_pool_kw = {}
    manager.auth_provider.auth_data = ('secret', token)
    for client in (manager.glance_ossn.RawImageClient.return_value,
                   manager.image_client_v2):
        client.raw_request.return_value = (fakes.response(), b'')
    manager.glance_ossn.RawImageClient.return_value.filters = {
        'service': 'image', 'region': region, 'endpoint_type': 'publicURL'}
    return party.Party(role, manager)


class TestPremise(base.BaseTestCase):

    def refused(self, producer=None, consumer=None):
        error = self.assertRaises(
            lib_exc.InvalidConfiguration, party.check_premise,
            producer or a_party(), consumer or a_party('consumer', 'p2'))
        self.assertNotIn('secret', str(error))
        return str(error)

    def test_two_members_of_two_projects(self):
        party.check_premise(a_party(), a_party('consumer', 'p2'))

    def test_one_project(self):
        text = self.refused(consumer=a_party('consumer', 'p1'))
        self.assertIn('act in one project, p1', text)
        self.assertIn('test_accounts_file', text)

    def test_a_reader_is_of_the_consumers_project(self):
        consumer = a_party('consumer', 'p2')
        party.check_premise(a_party(), consumer, a_party('reader', 'p2'))
        error = self.assertRaises(
            lib_exc.InvalidConfiguration, party.check_premise, a_party(),
            consumer, a_party('reader', 'p3'))
        self.assertIn('[glance_ossn] reader', str(error))

    def test_an_admin(self):
        for name in ('admin', 'Admin'):
            text = self.refused(consumer=a_party('consumer', 'p2',
                                                 ('member', name)))
            self.assertIn('the consumer', text)
            self.assertIn('tempest_roles', text)
        self.assertIn('the producer', self.refused(a_party(roles=('admin',))))

    def test_no_project(self):
        text = self.refused(consumer=a_party('consumer', None))
        self.assertIn('not scoped to a project', text)

    def test_no_image_service(self):
        text = self.refused(a_party(catalog=[{'type': 'dns',
                                              'endpoints': [ENDPOINT]}]))
        self.assertIn('catalog_type', text)
        self.assertIn('dns', text)

    def test_unknown_region(self):
        text = self.refused(a_party(region='RegionTwo'))
        for part in ('RegionTwo', 'public in RegionOne', '[image] region'):
            self.assertIn(part, text)


class TestRequests(base.BaseTestCase):

    def test_all_are_counted(self):
        subject = a_party()
        for client in (subject.raw, subject._images['v2']):
            # Connected to what was a mock.
            client.raw_request('http://g', 'GET', headers={})
        self.assertEqual(2, subject.requests)


class TestSentAgain(base.BaseTestCase):
    """What the first request did is not taken for a refusal."""

    def setUp(self):
        super().setUp()
        self.subject = a_party()
        self.images = self.subject._images['v2']
        self.members = self.subject._members['v2']
        self.images.create_image.side_effect = lib_exc.Conflict('there')
        self.images.store_image_file.side_effect = lib_exc.Conflict('there')
        self.members.create_image_member.side_effect = lib_exc.Conflict('x')
        self.members.delete_image_member.side_effect = lib_exc.NotFound()
        self.images.stage_image_file.side_effect = lib_exc.Conflict('there')
        self.images.image_import.side_effect = lib_exc.Conflict('there')
        self.images.delete_image_tag.side_effect = lib_exc.NotFound()
        self.images.show_image.return_value = {'id': 'x', 'status': 'active'}

    def create(self):
        return self.subject.create_image(
            raw.Form('v2'), 'x', 'name', kinds.ACTIVE, 'label', b'data')

    def upload(self):
        self.subject.upload(raw.Form('v2'), 'x', b'data')

    def add(self):
        self.subject.add_member(raw.Form('v2'), 'x', 'p2')

    def remove(self):
        self.subject.remove_member(raw.Form('v2'), 'x', 'p2')

    def import_data(self):
        self.subject.import_image(raw.Form('v2'), 'x', b'data')

    def untag(self):
        self.subject.remove_tag(raw.Form('v2'), 'x', 'tag')

    def test_done_by_the_first(self):
        self.subject.connection.again = True
        self.assertEqual('x', self.create()['id'])
        for act in (self.upload, self.add, self.remove, self.import_data,
                    self.untag):
            act()

    def test_the_first_answer_stays_what_it_is(self):
        for act in (self.create, self.upload, self.add, self.import_data):
            self.assertRaises(lib_exc.Conflict, act)
        for act in (self.remove, self.untag):
            self.assertRaises(lib_exc.NotFound, act)

    def test_an_upload_that_broke_off(self):
        self.subject.connection.again = True
        self.images.show_image.return_value['status'] = 'saving'
        error = self.assertRaises(lib_exc.Conflict, self.upload)
        self.assertIn('saving', str(error))

    def test_v1(self):
        client = self.subject._images['v1']
        client.create_image.side_effect = lib_exc.Conflict('there')
        client.show_image.return_value = {'id': 'x', 'status': 'active'}
        arguments = (raw.Form('v1'), 'x', 'name', kinds.ACTIVE, 'label',
                     b'data')
        self.assertRaises(lib_exc.Conflict, self.subject.create_image,
                          *arguments)
        self.subject.connection.again = True
        self.assertEqual('x', self.subject.create_image(*arguments)['id'])
        client.show_image.return_value['status'] = 'queued'
        self.assertRaises(lib_exc.Conflict, self.subject.create_image,
                          *arguments)


class TestDelete(base.BaseTestCase):

    def test_what_stays_is_named(self):
        subject = a_party()
        client = subject._images['v2']
        client.delete_image.side_effect = lib_exc.Forbidden('protected')
        error = self.assertRaises(errors.LeftBehind, subject.delete_image,
                                  raw.Form('v2'), 'image-1')
        for part in ('image-1', 'project p1', 'protected'):
            self.assertIn(part, str(error))

    def test_what_was_left_protected_is_deleted(self):
        subject = a_party()
        client = subject._images['v2']
        client.show_image.return_value = {'protected': True}
        client.delete_image.side_effect = [lib_exc.Forbidden('no'), None]
        subject.delete_image(raw.Form('v2'), 'image-1')
        client.update_image.assert_called_once_with(
            'image-1', [{'replace': '/protected', 'value': False}])
        self.assertEqual(2, client.delete_image.call_count)

    def test_what_is_gone_is_fine(self):
        subject = a_party()
        client = subject._images['v2']
        client.delete_image.side_effect = lib_exc.NotFound()
        subject.delete_image(raw.Form('v2'), 'image-1')
        client.delete_image.assert_called_once_with('image-1')

    def test_what_stands_in_the_way_is_lifted_first(self):
        subject = a_party()
        client = subject._images['v2']
        for kind, act in ((kinds.Kind('x', protected=True),
                           client.update_image),
                          (kinds.Kind('x', deactivated=True),
                           client.reactivate_image)):
            # Gone already: that must not stop the deletion.
            act.side_effect = lib_exc.NotFound()
            subject.delete_image(raw.Form('v2'), 'image-1', kind)
            act.assert_called_once()
        self.assertEqual(2, client.delete_image.call_count)

    def test_what_is_in_use_is_tried_again(self):
        subject = a_party()
        delete = subject._images['v2'].delete_image
        with mock.patch('time.sleep') as sleep:
            delete.side_effect = [lib_exc.Conflict(), lib_exc.Conflict(),
                                  None]
            subject.delete_image(raw.Form('v2'), 'image-1')
            self.assertEqual(3, delete.call_count)
            for error in (lib_exc.Conflict, lib_exc.ServerFault):
                delete.side_effect = error
                self.assertRaises(errors.LeftBehind, subject.delete_image,
                                  raw.Form('v2'), 'image-1')
        self.assertLess(sum(call.args[0] for call in sleep.mock_calls), 60)

    def test_protected_in_the_meantime(self):
        subject = a_party()
        client = subject._images['v2']
        # Whether it is may be not known: then that is tried.
        for shown in ({'return_value': {'protected': 'True'}},
                      {'side_effect': lib_exc.ServerFault()}):
            client.update_image.reset_mock()
            client.show_image.configure_mock(**shown)
            client.delete_image.side_effect = [lib_exc.Forbidden(), None]
            subject.delete_image(raw.Form('v2'), 'image-1')
            client.update_image.assert_called_once()

    def test_what_the_policy_keeps_is_not_called_protected(self):
        subject = a_party(roles=('member',))
        client = subject._images['v2']
        client.show_image.return_value = {'protected': False}
        client.delete_image.side_effect = lib_exc.Forbidden('no')
        error = self.assertRaises(errors.LeftBehind, subject.delete_image,
                                  raw.Form('v2'), 'image-1')
        client.update_image.assert_not_called()
        self.assertIn('policy rule delete_image; the roles of the account '
                      'are member', str(error))

    def test_deactivated_in_the_meantime(self):
        subject = a_party()
        client = subject._images['v2']
        subject.deactivate_image(raw.Form('v2'), 'image-1')
        subject.delete_image(raw.Form('v2'), 'image-1')
        client.reactivate_image.assert_called_once_with('image-1')

    def test_what_may_not_be_reactivated_is_deleted_and_named(self):
        subject = a_party()
        client = subject._images['v2']
        client.reactivate_image.side_effect = lib_exc.Forbidden('no way')
        client.show_image.return_value = {'status': 'deactivated'}
        error = self.assertRaises(
            errors.LeftBehind, subject.delete_image, raw.Form('v2'),
            'image-1', kinds.Kind('x', deactivated=True))
        client.delete_image.assert_called_once_with('image-1')
        for part in ('image-1', 'was deleted', 'no way'):
            self.assertIn(part, str(error))

    def test_what_is_not_deactivated_need_not_be_reactivated(self):
        subject = a_party()
        client = subject._images['v2']
        client.reactivate_image.side_effect = lib_exc.Forbidden('no way')
        client.show_image.return_value = {'status': 'queued'}
        subject.delete_image(raw.Form('v2'), 'image-1',
                             kinds.Kind('x', deactivated=True))
        client.delete_image.assert_called_once_with('image-1')


class TestCreate(base.BaseTestCase):

    def test_the_run_is_written_into_the_image(self):
        for version, name in (('v1', 'property-ossn_run'),
                              ('v2', 'ossn_run')):
            subject = a_party()
            subject.run = 'run-1'
            create = subject._images[version].create_image
            create.return_value = {'id': 'image-1', 'created_at': 'now'}

            def make():
                subject.create_image(raw.Form(version), 'image-1', 'name',
                                     kinds.QUEUED, 'label')
                return create.call_args.kwargs
            self.assertEqual('run-1', make()[name])
            self.assertNotIn('tags', make())
            # Where the cloud refuses the property, a tag; else the name.
            self.assertTrue(subject.unmark())
            self.assertNotIn(name, make())
            self.assertEqual(['ossn_run=run-1'] if version == 'v2' else None,
                             make().get('tags'))
            self.assertTrue(subject.unmark())
            self.assertNotIn('tags', make())
            self.assertFalse(subject.unmark())

    def test_a_success_that_says_nothing(self):
        for answer in ({}, {'id': 'image-1'}):
            subject = a_party()
            client = subject._images['v2']
            client.create_image.return_value = answer
            client.show_image.return_value = {'id': 'image-1',
                                              'created_at': 'now'}
            self.assertEqual('now', subject.create_image(
                raw.Form('v2'), 'image-1', 'name', kinds.QUEUED,
                'label')['created_at'])
            client.show_image.assert_called_once_with('image-1')

    def test_a_refusal_names_the_roles(self):
        subject = a_party(roles=('reader',))
        subject._images['v2'].create_image.side_effect = lib_exc.Forbidden(
            'add_image')
        error = self.assertRaises(
            lib_exc.Forbidden, subject.create_image, raw.Form('v2'),
            'image-1', 'name', kinds.QUEUED, 'label')
        for part in ('policy rule add_image',
                     'the roles of the account are reader'):
            self.assertIn(part, str(error))

    def test_a_long_refusal_keeps_the_rule(self):
        subject = a_party(roles=('reader',))
        subject._images['v2'].create_image.side_effect = lib_exc.Forbidden(
            'blah ' * 1000, resp=fakes.response(403))
        error = self.assertRaises(
            lib_exc.Forbidden, subject.create_image, raw.Form('v2'),
            'image-1', 'name', kinds.QUEUED, 'label')
        self.assertIn('the roles of the account are reader',
                      errors.reason(error))


class TestImport(base.BaseTestCase):

    def test_waits_until_active(self):
        subject = a_party()
        show = subject._images['v2'].show_image
        show.side_effect = [{'status': 'importing'}, {'status': 'active'}]
        with mock.patch('time.sleep'):
            subject.import_image(raw.Form('v2.6'), 'x', b'data')
        self.assertEqual(2, show.call_count)

    def test_not_for_ever(self):
        subject = a_party()
        subject._images['v2'].show_image.return_value = {'status': 'queued'}
        with mock.patch('time.sleep'), mock.patch(
                'time.monotonic', side_effect=[0, 30, 61]):
            error = self.assertRaises(ValueError, subject.import_image,
                                      raw.Form('v2.6'), 'x', b'data')
        self.assertIn('still queued', str(error))


class TestRead(base.BaseTestCase):

    def test_what_is_refused_is_fine(self):
        subject = a_party('consumer')
        images, members = subject._images['v2'], subject._members['v2']
        images.show_image.side_effect = lib_exc.NotFound()
        members.list_image_members.side_effect = lib_exc.Forbidden()
        subject.read_share(raw.Form('v2'), 'x')
        images.show_image_file.assert_called_once_with('x')
        members.show_image_member.assert_called_once_with('x', 'p1')

    def test_what_fails_is_not(self):
        subject = a_party('consumer')
        subject._images['v2'].show_image.side_effect = lib_exc.ServerFault()
        self.assertRaises(lib_exc.ServerFault, subject.read_share,
                          raw.Form('v2'), 'x')


class TestSee(base.BaseTestCase):

    def test_what_the_answer_means(self):
        subject = a_party()
        show = subject._images['v1'].show_image
        self.assertTrue(subject.can_see(raw.Form('v1'), 'x'))
        for error in (lib_exc.NotFound(), lib_exc.Forbidden()):
            show.side_effect = error
            self.assertFalse(subject.can_see(raw.Form('v1'), 'x'))
        show.side_effect = lib_exc.ServerFault()
        self.assertRaises(lib_exc.ServerFault, subject.can_see,
                          raw.Form('v1'), 'x')
