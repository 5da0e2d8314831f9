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

"""Nothing survives a run: not even what was killed in its middle."""

import contextlib
import os
import pathlib
import signal
import sqlite3
import subprocess
import time

import yaml

from ossn_sandbox import releases
from selftests.functional import base

# Seconds in which a run makes the images that a test waits for.
DEADLINE = 120
# That there are some of each kind that is hard to delete.
KINDS = ('protected', "status = 'deactivated'", "status = 'queued'")
HIDDEN = ('os_hidden',)
FORGED = 'f' * 32


class TestCleanup(base.CloudTest):

    def kill_a_run(self, a_cloud, config, kinds=KINDS, more=0,
                   number=signal.SIGKILL):
        """Kill a run, by default without mercy, when it has made images.

        :param a_cloud: :class:`ossn_sandbox.cloud.Cloud`
        :param config: path of its tempest.conf
        :param kinds: conditions, of each of which there must be an image
        :param more: how many images there must be besides
        :param number: of the signal
        """
        run = subprocess.Popen(
            [base.command('tempest'), 'run', '--config-file', str(config),
             '--regex', 'ossn', '--concurrency', '2'],
            cwd=a_cloud.workspace, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            end = time.monotonic() + DEADLINE
            while not self.made(a_cloud, kinds, more):
                self.assertIsNone(run.poll(), 'The run is over')
                self.assertLess(time.monotonic(), end, 'No images are made')
                time.sleep(.1)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(run.pid, number)
            run.wait(60)
        # What the cloud was told last, it still does.
        time.sleep(1)

    def made(self, a_cloud, kinds, more):
        with contextlib.closing(sqlite3.connect(a_cloud.database)) as glance:
            return glance.execute(
                'SELECT count(*) FROM images WHERE NOT deleted'
            ).fetchone()[0] >= more and all(glance.execute(
                'SELECT count(*) FROM images WHERE NOT deleted AND ' + kind
            ).fetchone()[0] for kind in kinds)

    def report(self, a_cloud):
        """Report the last run as a user does.

        :returns: its exit status and all that it printed, in one line
        """
        done = subprocess.run(
            [base.command('tempest'), 'ossn', 'report'],
            cwd=a_cloud.workspace, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True)
        return done.returncode, ' '.join(done.stdout.split())

    def test_an_interrupted_run(self):
        a_cloud = self.up(releases.NEWEST)
        before = self.holdings(a_cloud)
        self.kill_a_run(a_cloud, a_cloud.config, KINDS + HIDDEN, 40,
                        signal.SIGINT)
        self.assertEqual(before, self.holdings(a_cloud))
        status, output = self.report(a_cloud)
        self.assertEqual(3, status, output)
        self.assertIn('Left behind nothing', output)

    def clean_up(self, a_cloud, config, *arguments):
        """Run the command as a user does.

        :returns: its exit status and all that it printed
        """
        done = subprocess.run(
            [base.command('tempest'), 'ossn', 'cleanup', '--config-file',
             str(config), *arguments], cwd=a_cloud.workspace,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for account in [a_cloud.admin] + a_cloud.accounts:
            self.assertNotIn(account['password'], done.stdout)
        return done.returncode, done.stdout

    def foreign(self, a_cloud):
        """Make what looks almost like a run's, and must stay."""
        admin = a_cloud.session()
        images = a_cloud.image_url + '/v2/images'
        for properties in ({'name': 'tempest-ossn-1'},
                           {'name': 'tempest-ossn-2', 'ossn_run': 'mine'},
                           {'name': 'tempest-ossn-3', 'ossn_label': FORGED}):
            image = admin.post(images, json=properties).json()['id']
            self.addCleanup(admin.delete, '%s/%s' % (images, image))
        self.namespace(a_cloud, 'tempest-ossn-4')
        for name in ('tempest-ImageSharingTest-mine',
                     'tempest-ImagesTest-12345',
                     'my-tempest-ImageSharingTest-12345'):
            projects = a_cloud.auth_url + '/projects'
            project = admin.post(projects, json={'project': {
                'name': name}}).json()['project']['id']
            self.addCleanup(admin.delete, '%s/%s' % (projects, project))

    def namespace(self, a_cloud, name):
        """Make a namespace of metadata definitions, such as a run makes."""
        path = a_cloud.image_url + '/v2/metadefs/namespaces'
        admin = a_cloud.session()
        admin.post(path, json={'namespace': name})
        self.addCleanup(admin.delete, '%s/%s' % (path, name),
                        raise_exc=False)

    def assert_cleans_up(self, release, kinds):
        a_cloud = self.up(release)
        self.assertEqual(0, self.clean_up(a_cloud, a_cloud.config)[0])
        self.foreign(a_cloud)
        before = self.holdings(a_cloud)
        status, output = self.clean_up(a_cloud, a_cloud.config)
        self.assertEqual(0, status, output)
        self.assertIn('Removed: 0; left: 0', output)
        self.kill_a_run(a_cloud, a_cloud.config, kinds, 40)
        self.namespace(a_cloud, 'tempest-ossn-%s-1' % ('a' * 32))
        left = self.holdings(a_cloud)
        status, output = self.report(a_cloud)
        self.assertEqual(3, status, output)
        self.assertRegex(output, 'A run that began at [^ ]+ did not come to '
                         'its end; .* cleanup --run [0-9a-f]{32}"')
        for thing in ('projects', 'users', 'images', 'image_members',
                      'files', 'namespaces'):
            self.assertNotEqual(before[thing], left[thing])

        status, output = self.clean_up(a_cloud, a_cloud.config, '--dry-run')
        self.assertEqual(1, status, output)
        self.assertEqual(left['images'] - before['images'],
                         output.count('Would be removed: image'), output)
        for project in set(left['projects']) - set(before['projects']):
            self.assertIn(project, output)
        self.assertEqual(left, self.holdings(a_cloud))

        status, output = self.clean_up(a_cloud, a_cloud.config, '--run',
                                       FORGED)
        self.assertEqual(0, status, output)
        self.assertEqual(left, self.holdings(a_cloud))

        status, output = self.clean_up(a_cloud, a_cloud.config)
        self.assertEqual(0, status, output)
        self.assertEqual(before, self.holdings(a_cloud), output)

    def test_a_killed_run(self):
        self.assert_cleans_up(releases.NEWEST, KINDS + HIDDEN)

    @base.extended
    def test_a_killed_run_on_a_cloud_with_v1(self):
        self.assert_cleans_up('pike', KINDS)

    @base.extended
    def test_killed_runs_on_old_releases(self):
        """Their lists tell less of whose an image is, and whose run's."""
        for name in ('folsom~manners', 'havana~manners'):
            a_cloud = self.up(name)
            self.addCleanup(self.box.stop, name)
            for config in (a_cloud.config, a_cloud.preprovisioned_config):
                before = self.holdings(a_cloud)
                self.kill_a_run(a_cloud, config, (), 30)
                self.addCleanup(self.unlock,
                                pathlib.Path(a_cloud.workspace, 'lock'))
                left = self.holdings(a_cloud)
                self.assertLess(before['images'], left['images'])
                status, output = self.clean_up(a_cloud, config)
                self.assertEqual(0, status, output)
                self.assertRegex(output, 'Removed: [1-9][0-9]*; left: 0')
                self.assertEqual(before, self.holdings(a_cloud), output)

    @base.extended
    def test_one_run_of_two(self):
        a_cloud = self.up(releases.NEWEST)
        before = self.holdings(a_cloud)
        self.kill_a_run(a_cloud, a_cloud.config)
        ids = self.runs(a_cloud)
        self.kill_a_run(a_cloud, a_cloud.config, more=60)
        for number, run in enumerate(sorted(ids), 1):
            status, output = self.clean_up(a_cloud, a_cloud.config, '--run',
                                           run)
            self.assertEqual(0, status, output)
            self.assertNotIn(run, self.runs(a_cloud))
        self.assertTrue(self.runs(a_cloud))
        status, output = self.clean_up(a_cloud, a_cloud.config)
        self.assertEqual(0, status, output)
        self.assertEqual(before, self.holdings(a_cloud), output)

    def runs(self, a_cloud):
        with contextlib.closing(sqlite3.connect(a_cloud.database)) as glance:
            return {row[0] for row in glance.execute(
                'SELECT DISTINCT value FROM image_properties JOIN images ON '
                "image_id = images.id WHERE image_properties.name = "
                "'ossn_run' AND NOT images.deleted")}

    @base.extended
    def test_accounts_of_a_file(self):
        a_cloud = self.up(releases.NEWEST)
        config = a_cloud.preprovisioned_config
        # As many as the class takes that makes most images.
        with open(config.parent / 'accounts.yaml') as file:
            few = yaml.safe_load(file)[:3]
        config = self.changed(config, auth={
            'test_accounts_file': self.create_tempfiles(
                [('accounts', yaml.safe_dump(few))])[0]})
        before = self.holdings(a_cloud)
        self.kill_a_run(a_cloud, config)
        locks = pathlib.Path(a_cloud.workspace, 'lock')
        self.addCleanup(self.unlock, locks)
        self.assertNotEqual(before, self.holdings(a_cloud))

        # A run now finds all accounts in use.
        outcome = base.run_tempest(a_cloud.workspace, config)
        self.assertEqual('fail', outcome.tests['setUpClass'])
        flat = ' '.join(outcome.output.split())
        for text in ('are marked as in use by files in %s' % locks,
                     'delete the files there'):
            self.assertIn(text, flat)

        status, output = self.clean_up(a_cloud, config)
        self.assertEqual(0, status, output)
        self.assertEqual(before, self.holdings(a_cloud), output)
        self.assertIn('If none is in progress, delete: %s' % locks, output)
        self.unlock(locks)
        outcome = base.run_tempest(a_cloud.workspace,
                                   a_cloud.preprovisioned_config)
        self.assertNotIn('NOT TESTED', {
            str(claim['verdict']) for claim in outcome.claims.values()},
            outcome.output)
        self.assertEqual(before, self.holdings(a_cloud))

    @staticmethod
    def unlock(folder):
        for path in folder.iterdir():
            if len(path.name) == 32:
                path.unlink()

    @base.extended
    def test_what_stays_is_named(self):
        a_cloud = self.up(releases.NEWEST)
        before = self.holdings(a_cloud)
        self.kill_a_run(a_cloud, a_cloud.config)
        with contextlib.closing(sqlite3.connect(a_cloud.database)) as glance:
            stubborn, = glance.execute(
                'SELECT id FROM images WHERE NOT deleted ORDER BY id'
            ).fetchone()
            glance.execute(
                "CREATE TRIGGER stubborn BEFORE UPDATE OF status ON images "
                "WHEN NEW.id = '%s' AND NEW.status LIKE '%%delete%%' BEGIN "
                "SELECT RAISE(FAIL, 'stubborn'); END" % stubborn)
            glance.commit()
            try:
                status, output = self.clean_up(a_cloud, a_cloud.config)
            finally:
                glance.execute('DROP TRIGGER stubborn')
                glance.commit()
        self.assertEqual(1, status, output)
        self.assertIn('Stays: image %s' % stubborn, output)
        self.assertEqual(before['images'] + 1,
                         self.holdings(a_cloud)['images'], output)
        status, output = self.clean_up(a_cloud, a_cloud.config)
        self.assertEqual(0, status, output)
        self.assertEqual(before, self.holdings(a_cloud), output)

    def test_bad_usage(self):
        a_cloud = self.up(releases.NEWEST)
        for arguments, texts in (
                (('--run', 'latest'), ('--run latest', '32 hexadecimal')),
                (('--config-file', '/nonexistent'),
                 ('--config-file /nonexistent', 'Name a tempest.conf'))):
            status, output = self.clean_up(a_cloud, a_cloud.config,
                                           *arguments)
            self.assertEqual(2, status, output)
            for text in texts:
                self.assertIn(text, output)
        for section, option, value, expected, text in (
                ('auth', 'admin_username', '', 2, 'admin_username is empty'),
                ('identity', 'uri_v3', 'nowhere', 2, 'option uri_v3'),
                ('image', 'region', 'Atlantis', 2, 'Set [image] region'),
                ('auth', 'admin_password', 'wrong', 3,
                 'Check the account: [auth] admin_username'),
                ('identity', 'uri_v3', 'http://127.0.0.1:9/v3', 3,
                 'uri_v3 = http://127.0.0.1:9/v3')):
            status, output = self.clean_up(a_cloud, self.changed(
                a_cloud.config, **{section: {option: value}}))
            self.assertEqual(expected, status, output)
            self.assertIn(text, output)


class TestRunsThatFail(base.CloudTest):
    """A run that breaks off half-way leaves nothing either."""

    def assert_leaves_nothing(self, *triggers):
        a_cloud = self.up(releases.NEWEST)
        before = self.holdings(a_cloud)
        with contextlib.closing(sqlite3.connect(a_cloud.database)) as glance:
            for number, trigger in enumerate(triggers):
                glance.execute('CREATE TRIGGER fault_%d %s' % (number,
                                                               trigger))
            glance.commit()
            try:
                # Without patience each failure is one.
                outcome = base.run_tempest(a_cloud.workspace, self.changed(
                    a_cloud.config, glance_ossn={'retries': '0'}))
            finally:
                for number in range(len(triggers)):
                    glance.execute('DROP TRIGGER fault_%d' % number)
                glance.commit()
        self.assertNotEqual(0, outcome.status, outcome.output)
        self.assertEqual(before, self.holdings(a_cloud), outcome.output)

    def test_members_that_cannot_be_added(self):
        self.assert_leaves_nothing(
            "BEFORE INSERT ON image_members "
            "BEGIN SELECT RAISE(FAIL, 'full'); END")

    @base.extended
    def test_images_that_cannot_be_reactivated_at_first(self):
        # Left deactivated in the middle of a history.
        self.assert_leaves_nothing(
            "BEFORE UPDATE OF status ON images WHEN OLD.status = "
            "'deactivated' AND NEW.status = 'active' AND "
            "strftime('%s', 'now') - strftime('%s', OLD.updated_at) < 4 "
            "BEGIN SELECT RAISE(FAIL, 'busy'); END")
