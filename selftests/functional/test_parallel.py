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

"""Runs beside each other, and beside others' images, judge as one alone."""

import concurrent.futures
import pathlib
import shutil
import threading
import uuid

import fixtures

from ossn_sandbox import releases
from selftests.functional import base
from selftests.functional import test_verdicts


class Neighbour(fixtures.Fixture):
    """A project that makes, shares and deletes images all the time.

    :param a_cloud: :class:`ossn_sandbox.cloud.Cloud`
    """

    def __init__(self, a_cloud):
        self.made = 0
        self._cloud = a_cloud
        self._end = threading.Event()
        self._broken = None

    def _setUp(self):
        thread = threading.Thread(target=self._live)
        thread.start()
        self.addCleanup(self._stop, thread)

    def _stop(self, thread):
        self._end.set()
        thread.join()
        if self._broken:
            raise self._broken

    def _live(self):
        mine, theirs = (self._cloud.session(account)
                        for account in self._cloud.accounts[:2])
        url = self._cloud.image_url + '/v2/images'
        try:
            while not self._end.is_set():
                image = '%s/%s' % (url, mine.post(url, json={
                    'name': 'neighbour-%s' % uuid.uuid4().hex,
                    'disk_format': 'raw', 'container_format': 'bare'}
                ).json()['id'])
                mine.post(image + '/members', json={
                    'member': theirs.get_project_id()})
                self.made += 1
                self._end.wait(.05)
                mine.delete(image)
        except Exception as error:
            self._broken = error


class TestParallel(base.CloudTest):

    def workspace(self, a_cloud):
        """A folder of its own for a run, whose results are in it."""
        folder = pathlib.Path(self.useFixture(fixtures.TempDir()).path)
        shutil.copy(a_cloud.workspace / '.stestr.conf', folder)
        return folder

    def judge(self, release, expected):
        a_cloud = self.up(release)
        before = self.holdings(a_cloud)
        with Neighbour(a_cloud) as neighbour, (
                concurrent.futures.ThreadPoolExecutor()) as pool:
            runs = [pool.submit(base.run_tempest, self.workspace(a_cloud),
                                a_cloud.config, '--concurrency', '4')
                    for _ in range(2)]
            outcomes = [run.result() for run in runs]
        self.assertGreater(neighbour.made, 20)
        for outcome in outcomes:
            self.assertEqual(expected, outcome.tests, outcome.output)
        self.assertEqual(before, self.holdings(a_cloud))
        one, other = (
            {name: sorted(
                (cell['history'], cell['kind'], cell['share_form'],
                 cell['listing'], cell['verdict'])
                for cell in detail['cells'] if 'listing' in cell)
             for name, detail in outcome.claims.items()}
            for outcome in outcomes)
        # A diff of thousands of rows would take for ever to make.
        self.assertEqual([], [
            (name, *sorted(set(one.get(name, ())) ^ set(other.get(name, ()))
                           )[:5]) for name in {*one, *other}
            if one.get(name) != other.get(name)])

    @base.extended
    def test_on_a_sound_cloud(self):
        self.judge(releases.NEWEST, test_verdicts.SAFE)

    @base.extended
    def test_on_an_exposed_cloud(self):
        self.judge('pike', test_verdicts.EXPOSED)
