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

"""Claims of notes that are not about lists: each seen both ways.

"python -m selftests.functional.test_notes [NAME...]" runs the rows and
prints what deviates; the tests take some of them.
"""

import argparse
import contextlib
import dataclasses
import pathlib
import sys
import tempfile

from glance_ossn_tests import notes
from ossn_sandbox import errors
from ossn_sandbox import releases
from selftests.functional import base

SAFE, EXPOSED, NOT_TESTED, NOT_OFFERED, NOT_TESTABLE = (
    'SAFE', 'EXPOSED', 'NOT TESTED', 'NOT OFFERED', 'NOT TESTABLE HERE')
CHECKED = {claim.name: claim for claim in notes.CLAIMS if claim.checks}

# What nobody told the run of, on any cloud.
_UNTOLD = dict.fromkeys(('protected-property', 'size-capped',
                         'images-limited'), NOT_TESTABLE)
# Unmodified clouds: Pike, with v1, and the newest.
PIKE = {**dict.fromkeys(CHECKED, SAFE), **_UNTOLD, **dict.fromkeys((
    'copy-from', 'metadefs-closed', 'uploads-inspected'), EXPOSED),
    'data-in-object-store': NOT_OFFERED, 'imports-filtered': NOT_OFFERED}
NEWEST = {**dict.fromkeys(CHECKED, SAFE), **_UNTOLD, **dict.fromkeys((
    'copy-from', 'data-in-object-store', 'v1-location-hidden',
    'others-shared-images'), NOT_OFFERED)}


def expected(name):
    """Tell what an unmodified release shows.

    :param name: the release's name
    :returns: dict of claim to verdict
    """
    release = releases.get(name)
    if release.registry and not release.options:
        return PIKE
    return {**NEWEST, **{claim: verdict for claim, verdict, since, until in (
        ('metadefs-closed', EXPOSED, 0, 21),
        ('uploads-inspected', EXPOSED, 0, 29),
        # Pike's import has to be switched on.
        ('imports-filtered', NOT_OFFERED, 0, 15),
        # Rocky's imports do not run on a Python of today.
        ('imports-filtered', NOT_TESTED, 17, 17),
        ('imports-filtered', EXPOSED, 18, 28),
        ('http-locations', EXPOSED, 29, 32))
        if since <= release.major <= until}}


# What becomes of a test.
STATUSES = {SAFE: 'success', EXPOSED: 'fail', NOT_TESTED: 'fail',
            NOT_OFFERED: 'skip', NOT_TESTABLE: 'skip'}


def statuses(expected):
    """Tell what becomes of tests.

    :param expected: dict of claim to verdict
    :returns: dict of test to status
    """
    return {CHECKED[name].test: STATUSES[verdict]
            for name, verdict in expected.items()}


# Of the rules of property protections: one for whom no test acts as.
_STRICT = """[^provider_.*]
create = @
read = @
update = @
delete = @
""".replace('@', 'admin')
_LOOSE = """[.*]
create = @
read = @
update = @
delete = @
"""
_SHOWN = {'DEFAULT.show_multiple_locations': 'True',
          'DEFAULT.show_image_direct_url': 'True'}
_HTTP = {'glance_store.stores': 'file,http'}
_NEVER_USED = 'f3c1f0a2-6f7c-4c3e-9a51-6b1d5a0e7d42'


@dataclasses.dataclass(frozen=True)
class Row:
    """A cloud, and what the claims of notes come to there.

    :param name: its name
    :param release: name of the release, or of a variant of it
    :param verdicts: dict of claim to verdict, where it is not as on the
        unmodified release
    :param policy: dict of overridden rules of the policy
    :param options: dict of ``SECTION.NAME`` to a value in glance-api.conf
    :param tempest: options of the plugin
    :param protections: text of a property_protection_file
    :param left: how many records of tasks may be left
    :param quick: whether it is always run
    """

    name: str
    release: str
    verdicts: dict
    policy: dict = dataclasses.field(default_factory=dict)
    options: dict = dataclasses.field(default_factory=dict)
    tempest: dict = dataclasses.field(default_factory=dict)
    protections: str | None = None
    quick: bool = False

    @property
    def plain(self):
        """What the unmodified release shows."""
        return expected(self.release)


_NEW = releases.NEWEST
ROWS = {row.name: row for row in (
    Row('pike', 'pike', {}),
    Row('the newest', _NEW, {}),
    Row('locations are shown', _NEW, {
        'locations-hidden': EXPOSED, 'locations-fixed': EXPOSED},
        options={**_SHOWN, **_HTTP}),
    Row('locations are shown by Pike', 'pike', {
        'locations-hidden': EXPOSED, 'locations-fixed': EXPOSED,
        'http-locations': NOT_TESTABLE}, options=_SHOWN),
    Row('strict rules come first', _NEW, {'protected-property': SAFE},
        protections=_STRICT + _LOOSE,
        tempest={'protected_property': 'provider_x'}),
    Row('loose rules come first', _NEW, {'protected-property': EXPOSED},
        protections=_LOOSE + _STRICT,
        tempest={'protected_property': 'provider_x'}, quick=True),
    Row('loose rules come first in Pike', 'pike', {
        'protected-property': EXPOSED}, protections=_LOOSE + _STRICT,
        tempest={'protected_property': 'provider_x'}),
    Row('there are strict rules alone', _NEW, {
        'protected-property': NOT_OFFERED}, protections=_STRICT,
        tempest={'protected_property': 'provider_x'}),
    Row('an id was purged', _NEW, {'ids-retired': EXPOSED},
        tempest={'retired_image_ids': _NEVER_USED}),
    # As the row before left it: of that id there is a deleted image now.
    Row('an id was not purged', _NEW, {'ids-retired': SAFE},
        tempest={'retired_image_ids': _NEVER_USED}),
    Row('all that is deleted is purged', _NEW + '~deleted-images-are-purged',
        {'ids-retired': EXPOSED}),
    Row('a cap is heeded', _NEW, {'size-capped': SAFE},
        options={'DEFAULT.image_size_cap': '4096'},
        tempest={'image_size_cap': '4096'}),
    Row('a cap is not heeded', _NEW, {'size-capped': EXPOSED},
        tempest={'image_size_cap': '4096'}),
    Row('users make what they like', _NEW, {
        'metadefs-closed': EXPOSED, 'tasks-filtered': NOT_TESTED},
        policy={'add_metadef_namespace': '', 'tasks_api_access': ''}),
    Row('what may disturb', _NEW, {'images-limited': EXPOSED},
        tempest={'intrusive': 'true'}),
    Row('tasks are open and filtered', _NEW, {'images-limited': EXPOSED},
        policy={'tasks_api_access': ''}, tempest={'intrusive': 'true'}),
    Row('tasks are not filtered', '2026.1', {
        'images-limited': EXPOSED, 'tasks-filtered': EXPOSED},
        tempest={'intrusive': 'true'}),
    Row('locations of HTTP are fetched', '2026.1', {}),
    Row('oddly written addresses are imported from', '2024.1', {}),
    Row('v1 copies for admins', 'pike', {
        'copy-from': SAFE, 'metadefs-closed': SAFE},
        policy={'copy_from': 'role:admin',
                'add_metadef_namespace': 'role:admin'}),
    Row('v1 deletes too early', 'pike~v1-deletes-before-it-asks',
        {'data-kept': EXPOSED}),
    Row('v1 tells locations', 'pike~v1-tells-locations', {
        'v1-location-hidden': EXPOSED, 'locations-hidden': EXPOSED}),
    Row('v1 looks up Sheepdog', 'pike~v1-looks-up-sheepdog',
        {'sheepdog-refused': EXPOSED}),
    Row('v1 takes files', 'pike~v1-takes-files-of-the-server',
        {'files-refused': EXPOSED}),
    Row('v1 sets the status', 'pike~v1-sets-the-status',
        {'status-kept': EXPOSED}),
    Row('all are admins', 'pike~registry-takes-all-for-admins', {
        'own-rights': EXPOSED, 'data-kept': EXPOSED}, quick=True),
    Row('metadefs are shown', 'pike~metadefs-of-others-are-shown', {}),
    Row('the last location goes', _NEW + '~last-location-is-removed',
        {'last-location-kept': EXPOSED}),
    Row('DELETE reads', _NEW + '~delete-of-a-file-reads-it',
        {'methods-filtered': EXPOSED}),
    Row('private images are shown',
        'pike~private-filter-forgets-the-owner',
        {'private-filter': EXPOSED}),
    Row('all are told what is shared', 'folsom~manners', {
        'others-shared-images': EXPOSED}),
)}


def _cloud(box, row):
    options = dict(row.options)
    if row.protections:
        path = pathlib.Path(tempfile.mkdtemp(prefix='ossn-functional-'),
                            'property-protections.conf')
        path.write_text(row.protections)
        options['DEFAULT.property_protection_file'] = str(path)
    name = row.release
    if row.policy or options:
        # A cloud of its own, whose name is short.
        name = '%s~%s' % (releases.get(name).name, 'notes')
    wanted = dataclasses.replace(
        releases.get(row.release), name=name,
        policy=(*releases.get(row.release).policy, *row.policy.items()),
        settings=tuple(options.items()))
    if name.endswith('~notes'):
        box.stop(name)
    return box.start([wanted])[0]


def _configured(a_cloud, row):
    path = a_cloud.config.with_name('notes.conf')
    path.write_text('[glance_ossn]\n' + ''.join(
        '%s = %s\n' % pair for pair in row.tempest.items()) +
        a_cloud.config.read_text())
    return path


def judge(box, row):
    """Run the claims on a cloud.

    :param box: :class:`ossn_sandbox.cloud.Sandbox`
    :param row: :class:`Row`
    :returns: texts that say what is not as it must be, and the
        :class:`selftests.functional.base.Outcome`
    """
    a_cloud = _cloud(box, row)
    before = base.holdings(a_cloud)
    tests = '|'.join(sorted({claim.test.partition('.')[2]
                             for claim in CHECKED.values()}))
    outcome = base.run_tempest(a_cloud.workspace, _configured(a_cloud, row),
                               '--regex', r'ossn.*(%s)\b' % tests)
    wrong = []
    for name in CHECKED:
        wanted = {**row.plain, **row.verdicts}[name]
        found = outcome.claims.get(name, {}).get('verdict')
        if found != wanted and not (row.release == 'folsom~manners' and
                                    name not in row.verdicts):
            wrong.append('%s: %s, not %s' % (name, found, wanted))
    if row.name == 'metadefs are shown':
        wrong += [] if any(
            cell['verdict'] == EXPOSED and 'private namespace' in
            cell['request'] for cell in
            outcome.claims['metadefs-closed']['cells']) else [
                'a private namespace is not EXPOSED']
    after = base.holdings(a_cloud)
    if before != after:
        wrong.append('left behind: %s' % {
            key: after[key] for key in after if after[key] != before[key]})
    return wrong, outcome


class TestNotes(base.CloudTest):

    def _run(self, rows):
        for row in rows:
            wrong, outcome = judge(self.box, row)
            self.assertEqual([], wrong, '%s: %s' % (row.name,
                                                    outcome.output))

    def test_the_quick_ones(self):
        self._run(row for row in ROWS.values() if row.quick)

    @base.extended
    def test_all(self):
        self._run(row for row in ROWS.values() if not row.quick)

    def test_each_is_seen_both_ways(self):
        seen = {name: set() for name in CHECKED}
        for row in ROWS.values():
            for name, verdict in {**row.plain, **row.verdicts}.items():
                seen[name].add(verdict)
        # These take more than a Glance: situations show both.
        self.assertEqual({'data-in-object-store', 'images-limited'}, {
            name for name, found in seen.items()
            if not {SAFE, EXPOSED} <= found})


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('names', nargs='*', metavar='NAME')
    parser.add_argument('-v', action='store_true', dest='verbose')
    args = parser.parse_args()
    box, status = base.sandbox(), 0
    for name in args.names or ROWS:
        try:
            wrong, outcome = judge(box, ROWS[name])
        except errors.SandboxError as error:
            wrong, outcome = [str(error)], None
        print('%-45s %s' % (name, '; '.join(wrong) or 'as it must be'),
              flush=True)
        if wrong:
            status = 1
            if args.verbose and outcome:
                print(outcome.output)
    with contextlib.suppress(errors.SandboxError):
        box.down()
    return status


if __name__ == '__main__':
    sys.exit(main())
