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

"""What counts as left, and that no answer of a cloud hides some of it."""

import re
from unittest import mock

from oslotest import base
from tempest.lib import exceptions as lib_exc

from glance_ossn_tests.accounts import party
from glance_ossn_tests.cleanup import leftovers
from glance_ossn_tests.clients import errors
from glance_ossn_tests.tests.api import test_image_sharing as api
from glance_ossn_tests.tests.scenario import test_image_sharing as scenario
from selftests.unit import fakes

RUN = '0123456789abcdef' * 2
OTHER = 'f' * 32


def image(uid, run=RUN, **properties):
    return {'id': uid, 'owner': 'p1', 'ossn_run': run, 'status': 'active',
            'size': 960, **properties}


def page(*images, following=None, version='v2'):
    body = {'images': list(images)}
    if version == 'v2':
        body['schema'] = '/v2/schemas/images'
    if following:
        body['next'] = following
    return fakes.answer(body=body)


class TestImages(base.BaseTestCase):

    def found(self, answers, **kwargs):
        def answer(form, path, query):
            return answers(form.version, path, dict(query))

        holder = mock.Mock(spec=party.Party, project_id='p1')
        holder.raw = fakes.FakeRaw(answer)
        return leftovers.find_images(holder, **kwargs), holder

    def test_what_is_not_ours_stays(self):
        found, _ = self.found(lambda *asked: page(
            image('ours'), image('none', None), image('short', 'abc'),
            image('upper', RUN.upper()), image('snapshot', size=1 << 30),
            image('gone', status='deleted'), image('theirs', owner='p2')))
        self.assertEqual(['ours'], [each.uid for each in found])

    def test_an_admin_finds_those_of_all_projects(self):
        found, _ = self.found(lambda *asked: page(
            image('ours'), image('other', owner='p2')), admin=True)
        self.assertEqual(['ours', 'other'], [each.uid for each in found])
        self.assertIn('project p2, run ' + RUN, str(found[1]))

    def test_one_run(self):
        def answers(version, path, query):
            # As Glance does: only what is asked for.
            if query.get('ossn_run', OTHER) != OTHER or 'tag' in query:
                return page()
            return page(image('other', OTHER), image('ours'))
        for admin in (True, False):
            found, holder = self.found(answers, run=OTHER, admin=admin)
            self.assertEqual(['other'], [each.uid for each in found])
            # The first asks whether there is a v2. An admin looks through
            # no images of others, an owner through all of its own.
            self.assertEqual({OTHER if admin else None}, {
                dict(query).get('ossn_run')
                for _, _, query, _ in holder.raw.asked[1:]})

    def test_one_run_by_whatever_mark_it_has(self):
        marked = {'ossn_run': image('property'),
                  'tag': image('tagged', None, tags=['ossn_run=' + RUN]),
                  'none': image('named', None, name='x-ossn-%s-123' % RUN)}
        for first, (mark, expected) in enumerate(marked.items()):
            def answers(version, path, query, mark=mark, expected=expected):
                asked = [key for key in ('ossn_run', 'tag') if key in query]
                return page(*[expected] if asked in ([mark], []) else [])
            found, holder = self.found(answers, run=RUN, admin=True)
            self.assertEqual([expected['id']], [each.uid for each in found])
            # Not looked for by other marks than need be.
            self.assertEqual(
                1 + len(leftovers._QUERIES) * (first + 1),
                len(holder.raw.asked))
        self.assertIn('tag', {key for _, _, query, _ in holder.raw.asked
                              for key in dict(query)})

    def test_whose_it_is_by_property_tag_or_name(self):
        for image_, run in (
                (image('x'), RUN),
                (image('x', 'upgrade-' + RUN), 'upgrade-' + RUN),
                ({'properties': {'ossn_run': RUN}}, RUN),
                (image('x', None, tags=['a', 'ossn_run=' + RUN]), RUN),
                (image('x', None, tags=['ossn_run=mine']), None),
                (image('x', None, tags=[RUN]), None),
                (image('x', None, name='tempest-ossn-%s-42' % RUN), RUN),
                (image('x', None, name='ossn-%s-42-shared' % RUN), RUN),
                (image('x', None, name='my ossn-%s' % RUN), None),
                (image('x', None, name='ossn-%s-42 copy' % RUN), None),
                (image('x', None, name='ossn-%s-42\n' % RUN), None),
                (image('x', None, name=None, tags=None), None),
                # What bears a run of ours and a snapshot's name is ours.
                (image('x', name='my snapshot'), RUN)):
            self.assertEqual(run, leftovers._made_by(image_), image_)

    def test_hidden_ones_and_those_on_the_next_page(self):
        def answers(version, path, query):
            if query.get('visibility') == 'all':
                return fakes.answer(400)
            if query.get('os_hidden'):
                return page(image('hidden'))
            if query.get('marker') == 'first':
                return page(image('second'))
            return page(image('first'),
                        following='/v2/images?marker=first')

        found, _ = self.found(answers)
        self.assertEqual({'first', 'second', 'hidden'},
                         {each.uid for each in found})

    def test_what_stands_in_the_way_is_known(self):
        found, holder = self.found(lambda *asked: page(
            image('x', protected=True, status='deactivated')))
        found[0].remove()
        _, uid, kind = holder.delete_image.call_args.args
        self.assertEqual(('x', True, True),
                         (uid, kind.protected, kind.deactivated))

    def test_a_list_that_breaks_off_is_no_list(self):
        for second in (fakes.answer(500), fakes.answer(400),
                       fakes.answer(error='reset'),
                       fakes.answer(body=b'<html>')):
            def answers(version, path, query, second=second):
                if query.get('marker'):
                    return second
                return page(image('first'),
                            following='/v2/images?marker=first')

            self.assertRaises(errors.CannotLook, self.found, answers)

    def test_a_list_without_end(self):
        self.assertRaises(
            errors.CannotLook, self.found, lambda *asked: page(
                image('first'), following='/v2/images?marker=first'))

    def test_a_cloud_with_v1_only(self):
        def answers(version, path, query):
            if version != 'v1':
                return fakes.answer(404)
            if query.get('marker') == 'first':
                return page(version='v1')
            return page({'id': 'first', 'owner': 'p1', 'status': 'queued',
                         'properties': {'ossn_run': RUN}}, version='v1')

        found, holder = self.found(answers)
        self.assertEqual(['first'], [each.uid for each in found])
        self.assertEqual('images/detail', holder.raw.asked[-1][1])

    def test_no_image_service(self):
        for status in (404, 503):
            error = self.assertRaises(
                errors.CannotLook, self.found,
                lambda *asked, status=status: fakes.answer(status))
            self.assertIn('lists no images', str(error))


class TestAccounts(base.BaseTestCase):

    def test_the_classes(self):
        self.assertEqual(
            leftovers.CLASSES, (api.ImageSharingTest.__name__,
                                scenario.ImageSharingScenario.__name__))

    def test_names(self):
        patterns = leftovers._names('my.cloud')
        for name, is_one in (
                ('tempest-ImageSharingTest-12345', True),
                ('tempest-ImageSharingScenario-1', True),
                ('my.cloud-ImageSharingTest-12345', True),
                ('my-cloud-ImageSharingTest-12345', False),
                ('tempest-ImageSharingTest-', False),
                ('tempest-ImageSharingTest-mine', False),
                ('tempest-ImageSharingTest-123-4', False),
                ('x-tempest-ImageSharingTest-123', False),
                ('tempest-ImagesTest-123', False),
                ('tempest-ImageSharingTest-123\n', False)):
            self.assertEqual(is_one, bool(re.fullmatch(
                patterns['projects'], name)), name)
            for end in ('', '-member', '-admin', '-reader'):
                self.assertEqual(is_one, bool(re.fullmatch(
                    patterns['users'], name + '-project' + end)), name)
            for end in ('', '-project-', '-project-me', '-system'):
                self.assertFalse(re.fullmatch(
                    patterns['users'], name + end), name)

    def manager(self, **truncated):
        manager = mock.Mock()
        manager.projects_client.list_projects.side_effect = (
            lambda query: {'projects': [
                {'id': 'id-' + name, 'name': name}
                for name in (query['name__startswith'] + end
                             for end in ('1', '2', 'x'))], **truncated})
        manager.users_v3_client.list_users.side_effect = (
            lambda name__startswith: {'users': [
                {'id': 'id-' + name, 'name': name}
                for name in (name__startswith + '1-project-member',
                             name__startswith + '2-project',
                             name__startswith + '3-else')]})
        return manager

    def test_users_before_projects(self):
        manager = self.manager()
        found = leftovers.find_accounts(manager, 'tempest')
        self.assertEqual(['user'] * 4 + ['project'] * 4,
                         [each.what for each in found])
        found[0].remove()
        manager.users_v3_client.delete_user.assert_called_once_with(
            'id-tempest-ImageSharingTest-1-project-member')

    def test_those_of_certain_projects(self):
        found = leftovers.find_accounts(self.manager(), 'tempest', {
            'id-tempest-ImageSharingTest-1', 'elsewhere'})
        self.assertEqual(['tempest-ImageSharingTest-1-project-member',
                          'tempest-ImageSharingTest-1'],
                         [each.text for each in found])

    def test_domains(self):
        manager = mock.Mock()
        manager.domains_client.list_domains.return_value = {'domains': [
            {'id': name, 'name': name} for name in (
                'Default', 'tempest-ossn-%s-domain' % RUN,
                'tempest-ossn-%s-domain' % OTHER, 'tempest-ossn-x-domain')]}
        for run, ours in ((None, 2), (RUN, 1)):
            self.assertEqual(ours, len(leftovers.find_domains(manager, run)))
        found, = leftovers.find_domains(manager, RUN)
        found.remove()
        self.assertEqual([mock.call.list_domains(),
                          mock.call.update_domain(found.uid, enabled=False),
                          mock.call.delete_domain(found.uid)],
                         manager.domains_client.mock_calls[-3:])

    def test_application_credentials(self):
        holder = mock.MagicMock()
        client = (holder.manager.identity_v3.ApplicationCredentialsClient
                  .return_value)
        client.list_application_credentials.return_value = {
            'application_credentials': [
                {'id': name, 'name': name} for name in (
                    'mine', 'ossn-%s-12' % RUN, 'x-ossn-%s-1' % OTHER)]}
        for run, ours in ((None, 2), (RUN, 1)):
            self.assertEqual(ours, len(leftovers.find_credentials(holder,
                                                                  run)))
        client.list_application_credentials.side_effect = lib_exc.NotFound()
        self.assertEqual([], leftovers.find_credentials(holder))

    def namespaces(self, *answers):
        holder = mock.Mock()
        holder.raw.ask.side_effect = answers
        return holder

    def test_namespaces(self):
        names = ['OS::Compute', 'x-ossn-1', 'ossn-%s' % RUN,
                 'tempest-ossn-%s-12' % RUN, 'ossn-%s-1' % OTHER]

        def answers():
            return (fakes.answer(200, {'namespaces': [
                {'namespace': name} for name in names[:3]], 'next': '/v2'}),
                fakes.answer(200, {'namespaces': [
                    {'namespace': name} for name in names[3:]]}))
        for run, ours in ((None, 2), (RUN, 1)):
            self.assertEqual(ours, len(leftovers.find_namespaces(
                self.namespaces(*answers()), run)))
        holder = self.namespaces(*answers(), fakes.answer(204, b''),
                                 fakes.answer(403, b'{}'))
        found, = leftovers.find_namespaces(holder, RUN)
        self.assertEqual({'limit': 100, 'marker': names[2]},
                         holder.raw.ask.mock_calls[1].args[2])
        found.remove()
        self.assertEqual(mock.call(
            mock.ANY, 'metadefs/namespaces/' + names[3], method='DELETE'),
            holder.raw.ask.mock_calls[-1])
        self.assertRaises(errors.CannotLook, found.remove)

    def test_no_namespaces(self):
        for status in (300, 403, 404):
            self.assertEqual([], leftovers.find_namespaces(
                self.namespaces(fakes.answer(status, {}))))
        for answer in (fakes.answer(500, {}), fakes.answer(200, b'<html>'),
                       fakes.answer(error='reset')):
            self.assertRaises(errors.CannotLook, leftovers.find_namespaces,
                              self.namespaces(answer))

    def test_a_truncated_list(self):
        error = self.assertRaises(
            errors.CannotLook, leftovers.find_accounts,
            self.manager(truncated=True), None)
        self.assertIn('list_limit', str(error))


class TestRemove(base.BaseTestCase):

    def test_one_failure_keeps_no_other(self):
        bad = mock.Mock(side_effect=lib_exc.ServerFault('broken'))
        gone = mock.Mock(side_effect=lib_exc.NotFound())
        good = mock.Mock()
        told = []
        stayed = leftovers.remove([
            leftovers.Leftover('image', 'i1', 'x', bad, 'p1'),
            leftovers.Leftover('image', 'i2', 'x', gone, 'p2'),
            leftovers.Leftover('user', 'u1', 'x', good, 'name-2'),
            leftovers.Leftover('project', 'p1', 'name-1', good),
            leftovers.Leftover('project', 'p2', 'name-2', good)], told.append)
        self.assertEqual(['i1', 'p1'], [each.uid for each in stayed])
        self.assertEqual(2, good.call_count)
        self.assertIn('Stays: image i1 (x)', told[0])
        self.assertIn('broken', told[0])
