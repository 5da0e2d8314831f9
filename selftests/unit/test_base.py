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

"""A set-up that fails removes what it made, and says what stays."""

from unittest import mock

import fixtures
from oslotest import base
from tempest.lib import exceptions as lib_exc
from tempest import test

from glance_ossn_tests.clients import errors
from glance_ossn_tests.report import failure
from glance_ossn_tests.tests import base as cloud_tests


def a_class(**attributes):
    """A class of tests, set up as far as these attributes tell."""
    return type('Case', (cloud_tests.TwoProjectsTest,), attributes)


class TestSettingUp(base.BaseTestCase):

    def setUp(self):
        super().setUp()
        self.cleared = self.useFixture(fixtures.MockPatchObject(
            test.BaseTestCase, 'clear_credentials')).mock

    def fail_in(self, case, error):
        def set_up():
            with case.setting_up():
                raise error
        return str(self.assertRaises(cloud_tests.SetUpFailed, set_up))

    def test_what_was_made_is_removed(self):
        case = a_class(created=mock.Mock())
        text = self.fail_in(case, lib_exc.InvalidConfiguration('No role.'))
        self.assertEqual('No role. Left behind: nothing.', text)
        case.created.remove.assert_called_once_with()
        self.cleared.assert_called_once_with()

    def test_it_may_have_come_to_nothing_yet(self):
        self.assertEqual([], failure.read_left(self.fail_in(
            a_class(), ValueError('early'))))
        self.cleared.assert_called_once_with()

    def test_what_stays_is_told(self):
        case = a_class(created=mock.Mock())
        case.created.remove.side_effect = errors.LeftBehind('2 images: 403')
        self.cleared.side_effect = lib_exc.ServerFault('no answer')
        text = self.fail_in(case, ValueError('why'))
        self.assertEqual('why.', failure.strip_left(text))
        said, = failure.read_left(text)
        self.assertIn('2 images: 403; ', said)
        self.assertIn('no answer', said)

    def test_what_goes_well_stays_as_it_is(self):
        case = a_class(created=mock.Mock())
        with case.setting_up():
            pass
        case.created.remove.assert_not_called()
        self.cleared.assert_not_called()


class TestAccounts(base.BaseTestCase):
    """Projects and users that Tempest did not make to the end."""

    def setUp(self):
        super().setUp()
        self.client = mock.Mock()
        self.client.create_user.side_effect = [{'id': 'u1'}, {'id': 'u2'}]
        self.client.create_project.side_effect = [
            {'id': 'p1'}, {'id': 'p2'}, lib_exc.Forbidden('no more')]
        self.delete = mock.Mock()
        self.client.delete_user.side_effect = self.delete
        self.client.delete_project.side_effect = self.delete
        self.cleared = self.useFixture(fixtures.MockPatchObject(
            test.BaseTestCase, 'clear_credentials')).mock
        self.case = a_class(ending=mock.Mock())
        self.case._remember_accounts(self.client)
        for _ in range(2):
            self.client.create_project('name')
            self.client.create_user('name', project='p')

    def deleted(self):
        return [call.args[0] for call in self.delete.mock_calls]

    def test_they_are_deleted(self):
        self.assertRaises(lib_exc.Forbidden, self.client.create_project, 'x')
        # Tempest may have deleted them.
        self.delete.side_effect = [None, lib_exc.NotFound(), None, None]
        self.case.clear_credentials()
        self.cleared.assert_called_once_with()
        self.assertEqual(['u2', 'u1', 'p2', 'p1'], self.deleted())
        self.case.clear_credentials()
        self.assertEqual(4, len(self.deleted()))

    def test_what_tempest_deleted_is_deleted_once(self):
        self.cleared.side_effect = lambda: [
            self.client.delete_user('u1'), self.client.delete_project('p1')]
        self.case.clear_credentials()
        self.assertEqual(['u1', 'p1', 'u2', 'p2'], self.deleted())

    def test_though_tempest_cannot_delete_its_own(self):
        self.cleared.side_effect = lib_exc.ServerFault('busy')
        self.assertRaises(lib_exc.ServerFault, self.case.clear_credentials)
        self.assertEqual(['u2', 'u1', 'p2', 'p1'], self.deleted())

    def test_one_that_stays_keeps_no_other(self):
        self.delete.side_effect = [None, None, lib_exc.Forbidden('no'), None]
        error = self.assertRaises(errors.LeftBehind,
                                  self.case.clear_credentials)
        self.assertIn('the project p2: ', str(error))
        self.assertEqual(['u2', 'u1', 'p2', 'p1'], self.deleted())
