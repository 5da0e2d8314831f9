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

"""OSSN-0105: import tasks fetch from where imports must not."""

from glance_ossn_tests.notes import base
from glance_ossn_tests.notes import checks

NOTE = base.Note(
    name='OSSN-0105',
    title='Glance legacy Tasks import bypasses image import URI filtering',
    affected='2025.1 before 30.3, 2025.2 before 31.1.1 and 2026.1 32.0.0; '
             'before those the tasks have no filter at all. By default only '
             'an admin reaches them.',
    allows='Who may make tasks has glance-api connect to hosts and ports '
           'that the filter of imports shuts out.',
    remedy='Upgrade Glance to 30.3, 31.1.1 or later; meanwhile have '
           'tasks_api_access in the policy file of Glance ask for '
           '"role:admin" (the default), or for nobody ("!").',
    references=('https://wiki.openstack.org/wiki/OSSN/OSSN-0105',
                'https://bugs.launchpad.net/glance/+bug/2152110'),
    severity='medium')

# Of the cloud's own loopback, on a port that no import may ask.
_URL = 'http://127.0.0.1:1/'


def _make(bench, who):
    return bench.ask(who, 'POST', 'tasks', {
        'type': 'import', 'input': {
            'import_from': _URL, 'import_from_format': 'raw',
            'image_properties': {'name': bench.name,
                                 'disk_format': 'raw',
                                 'container_format': 'bare'}}})


def _filtered(name, answer):
    """Judge what should be refused by the filter, if not before it."""
    return checks.refused(name, answer, by=(
        400,) if 'filter' in answer.said else (403,))


def _user(bench):
    """Tasks of an ordinary user."""
    bench.form('v2')
    listed = bench.ask('producer', 'GET', 'tasks', query={'limit': 1})
    # A type that there is not makes none, wherever it is allowed.
    made = bench.ask('producer', 'POST', 'tasks', {'type': 'ossn',
                                                   'input': {}})
    if made.status == 400 or listed.status == 200:
        if not bench.conf.intrusive:
            raise checks.not_tested(
                'tasks are open to every user; whether they are filtered '
                'shows a task, whose record stays for two days: '
                '[glance_ossn] intrusive, or close them: '
                + checks.told(listed))
        yield _filtered('a user makes a task', _make(bench, 'producer'))
        return
    yield checks.refused('a user asks for tasks', listed, by=(403, 404))
    yield checks.refused('a user makes a task', made, by=(403, 404))


def _admin(bench):
    """Tasks of an admin."""
    if not bench.conf.intrusive:
        raise checks.not_testable(
            "an admin's task leaves a record, which only time deletes: "
            '[glance_ossn] intrusive')
    bench.form('v2')
    yield _filtered('an admin makes a task', _make(bench, 'admin'))


FILTERED = base.Claim(
    'tasks-filtered',
    'No task fetches from where an import must not.',
    NOTE, test='ImageSharingTest.test_tasks_are_filtered',
    checks=(_user, _admin))

CLAIMS = (FILTERED,)
