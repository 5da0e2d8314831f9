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

from oslotest import base

from ossn_sandbox import errors
from ossn_sandbox import releases

NEWEST = releases.NEWEST


class TestReleases(base.BaseTestCase):

    def test_ordered_by_version(self):
        majors = [each.major for each in releases.RELEASES.values()]
        self.assertEqual(sorted(majors), majors)

    def test_the_newest(self):
        newest = releases.get(NEWEST)
        self.assertEqual(newest.major, max(
            each.major for each in releases.RELEASES.values()))

    def test_keystone_is_apart(self):
        self.assertEqual(f'keystone=={releases.KEYSTONE.version}',
                         releases.KEYSTONE.requirements[0])
        for each in releases.RELEASES.values():
            self.assertNotIn('keystone', ' '.join(each.requirements))
        self.assertNotIn(releases.KEYSTONE.name, releases.RELEASES)

    def test_glance_is_pinned(self):
        for each in releases.RELEASES.values():
            self.assertEqual(f'glance=={each.version}', each.requirements[0])

    def test_only_pike_has_a_registry(self):
        self.assertEqual(['pike', 'pike-no-v1'], [
            each.name for each in releases.RELEASES.values()
            if each.registry])

    def test_get(self):
        self.assertEqual('15.0.2', releases.get('pike').version)

    def test_get_without_v1(self):
        for name in ('pike', 'pike-no-v1'):
            release = releases.get(name, v1=False)
            self.assertEqual('pike-no-v1', release.name)
            self.assertIn(('enable_v1_api', 'False'), release.options)

    def test_get_unknown(self):
        error = self.assertRaises(errors.SandboxError, releases.get, 'queens')
        self.assertIn('RELEASE', str(error))
        self.assertIn('rocky', str(error))

    def test_get_without_v1_where_there_is_none(self):
        error = self.assertRaises(errors.SandboxError, releases.get,
                                  'zed', v1=False)
        self.assertIn('--no-v1', str(error))


class TestUpgrades(base.BaseTestCase):

    def test_a_variant_with_the_old_region(self):
        release = releases.upgraded(releases.get('pike'),
                                    releases.get(NEWEST))
        self.assertEqual(f'{NEWEST}~from-pike', release.name)
        self.assertEqual('pike', release.region)
        self.assertEqual(NEWEST, release.upgraded_to)
        self.assertEqual(release, releases.get(release.name))
        self.assertEqual('pike', releases.region(release.name))
        self.assertEqual('zed', releases.region('zed'))
        self.assertEqual('zed', releases.get('zed').region)

    def test_twice(self):
        release = releases.get(f'{NEWEST}~from-pike-no-v1')
        self.assertEqual(f'{NEWEST}~from-pike-no-v1', releases.upgraded(
            releases.upgraded(releases.get('pike', v1=False),
                              releases.get('zed')),
            releases.get(NEWEST)).name)
        self.assertEqual('pike-no-v1', release.region)

    def test_with_other_variants(self):
        name = f'{NEWEST}~list-shows-all~from-pike~add_member='
        release = releases.get(name)
        self.assertEqual(name, release.name)
        self.assertEqual('list-shows-all', release.fault)
        self.assertEqual((), release.policy)
        self.assertEqual('pike~add_member=', release.region)

    def test_from_nothing_known(self):
        error = self.assertRaises(errors.SandboxError, releases.get,
                                  f'{NEWEST}~from-queens')
        self.assertIn("'queens' is unknown", str(error))

    def route(self, old, new, hops=None):
        return [each.name for each in releases.route(
            releases.get(old), releases.get(new), hops)]

    def test_route(self):
        for old, new, hops, through in (
                ('pike', NEWEST, None, ['rocky']),
                ('pike-no-v1', 'stein', None, ['rocky']),
                ('pike', 'rocky', None, []),
                ('rocky', NEWEST, None, []),
                ('pike', NEWEST, ['stein', 'zed'], ['stein', 'zed']),
                ('pike', NEWEST, [], [])):
            self.assertEqual(through, self.route(old, new, hops))

    def test_route_upwards_only(self):
        for old, new, hops in (('zed', 'yoga', None), ('zed', 'zed', None),
                               ('pike', 'pike-no-v1', None),
                               ('pike', 'zed', ['2023.1']),
                               ('pike', 'zed', ['yoga', 'xena'])):
            error = self.assertRaises(errors.SandboxError, self.route, old,
                                      new, hops)
            self.assertIn('is not later than', str(error))
        self.assertRaises(errors.SandboxError, self.route, 'pike', 'zed',
                          ['queens'])


class TestFaults(base.BaseTestCase):

    def test_a_broken_variant(self):
        release = releases.get(f'{NEWEST}~list-shows-all')
        self.assertEqual(f'{NEWEST}~list-shows-all', release.name)
        self.assertEqual('list-shows-all', release.fault)
        self.assertEqual(releases.get(NEWEST).requirements,
                         release.requirements)
        self.assertEqual('pike-no-v1~list-shows-all', releases.get(
            'pike~list-shows-all', v1=False).name)

    def test_unknown(self):
        error = self.assertRaises(errors.SandboxError, releases.get,
                                  'pike~nothing')
        self.assertIn('list-shows-all', str(error))
        self.assertNotIn('\n', str(error))


class TestPolicies(base.BaseTestCase):

    def test_a_variant(self):
        release = releases.get(NEWEST, policy={
            'modify_member': '', 'add_member': 'role:member'})
        self.assertEqual(f'{NEWEST}~add_member=role:member~modify_member=',
                         release.name)
        self.assertEqual((('add_member', 'role:member'),
                          ('modify_member', '')), release.policy)
        self.assertEqual(release, releases.get(release.name))

    def test_with_other_variants(self):
        release = releases.get('pike~list-shows-all', v1=False,
                               policy={'add_member': ''})
        self.assertEqual('pike-no-v1~list-shows-all~add_member=',
                         release.name)
        self.assertEqual('list-shows-all', release.fault)
        self.assertTrue(release.registry)

    def test_names_are_safe_and_differ(self):
        names = {releases.get(NEWEST, policy={'add_member': check}).name
                 for check in ('@', '!', "project_id:%(a)s or 'x':%(b)s",
                               '../..', 'role:a~b', 'role:' + 'm' * 300)}
        self.assertEqual(6, len(names))
        for name in names:
            self.assertRegex(name, r'^[\w.:=~-]{1,120}$')
            # What cannot be read back is not read as something else.
            self.assertRaises(errors.SandboxError, releases.get, name)

    def test_overrides(self):
        self.assertEqual(
            {'a': '', 'b': "role:x and 'y'=='y'"},
            releases.overrides(['a=', " b = role:x and 'y'=='y'"]))
        for bad in ('modify_member', '=role:member', ''):
            error = self.assertRaises(errors.SandboxError,
                                      releases.overrides, [bad])
            self.assertIn('--policy', str(error))
            self.assertNotIn('\n', str(error))


class TestSettings(base.BaseTestCase):

    def test_a_variant(self):
        release = releases.get('2026.2', options={
            'image_format.disk_formats': 'raw', 'DEFAULT.debug': 'True'})
        self.assertEqual(
            '2026.2~DEFAULT.debug=True~image_format.disk_formats=raw',
            release.name)
        self.assertEqual((('DEFAULT.debug', 'True'),
                          ('image_format.disk_formats', 'raw')),
                         release.settings)
        self.assertEqual(release, releases.get(release.name))

    def test_beside_a_policy(self):
        release = releases.get('pike~list-shows-all~DEFAULT.debug=True',
                               policy={'add_member': ''})
        self.assertEqual((('add_member', ''),), release.policy)
        self.assertEqual((('DEFAULT.debug', 'True'),), release.settings)
        self.assertEqual('list-shows-all', release.fault)

    def test_settings(self):
        self.assertEqual(
            {'a.b': '', 'x.y': 'file:///p=q'},
            releases.settings(['a.b=', ' x.y = file:///p=q']))
        for bad in ('debug', 'debug=True', '.debug=True', 'DEFAULT.=1', ''):
            error = self.assertRaises(errors.SandboxError,
                                      releases.settings, [bad])
            self.assertIn('--option', str(error))
            self.assertNotIn('\n', str(error))
