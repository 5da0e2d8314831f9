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

"""What a cloud test attaches to its result: one JSON object, version 2.

It travels in the subunit stream, so that workers have nothing to share. Its
form is in ``schema/detail.json``. Thousands of pieces of evidence name the
same items and reasons, so that these are tables, and evidence numbers of
rows. Version 1, which knew images, lists and forms of the API only, is read
as well.
"""

import json

from glance_ossn_tests.sharing import matrix
from glance_ossn_tests.sharing import verdicts

# Raise it when a reader of the former version would read something wrong.
SCHEMA = 2

# The name under which it is attached.
NAME = 'glance-ossn'

TABLES = ('evidence', 'what', 'where', 'verdicts', 'reasons')
_KEYS = ('schema', 'note', 'claim', 'verdict', 'text', 'cloud', 'run',
         *TABLES)


class Unreadable(Exception):
    """What was attached is not a detail that this version can read."""


class _Table(dict):
    """Numbers of rows, which are made as they are asked for."""

    def __missing__(self, row):
        self[row] = len(self)
        return self[row]


def build(claim, verdict, evidence, text='', cloud=None, run=None):
    """Make a detail.

    :param claim: :class:`glance_ossn_tests.notes.base.Claim`
    :param verdict: its :class:`glance_ossn_tests.sharing.verdicts.Verdict`
    :param evidence: list of
        :class:`glance_ossn_tests.sharing.verdicts.Evidence`
    :param text: what the test said of it
    :param cloud: dict of what was looked at
    :param run: dict of when and with what it was looked at
    :returns: dict
    """
    return {'schema': SCHEMA, 'note': claim.note.name, 'claim': claim.name,
            'verdict': verdict, 'text': text, 'cloud': cloud or {},
            'run': run or {}, **tabulate(evidence)}


def tabulate(evidence):
    """Make tables of evidence.

    :param evidence: list of
        :class:`glance_ossn_tests.sharing.verdicts.Evidence`
    :returns: dict of :data:`TABLES`
    """
    what, where, found, reasons = (_Table() for _ in range(4))
    rows = [[what[each.what], each.where and where[each.where],
             found[each.verdict], reasons[each.why]] for each in evidence]
    return {'evidence': rows, 'what': [item.as_dict() for item in what],
            'where': [item.as_dict() for item in where],
            'verdicts': list(found), 'reasons': list(reasons)}


def expand(detail):
    """Get the evidence of a detail back.

    :param detail: dict with :data:`TABLES`
    :returns: list of :class:`glance_ossn_tests.sharing.verdicts.Evidence`
    """
    items, places = ([_item(row) for row in detail[name]]
                     for name in ('what', 'where'))
    found = [verdicts.Verdict(name) for name in detail['verdicts']]
    return [verdicts.Evidence(
        items[what], None if where is None else places[where],
        found[verdict], detail['reasons'][reason])
        for what, where, verdict, reason in detail['evidence']]


def _item(row):
    return verdicts.Item(row['type'], row['name'], {
        name: value for name, value in row.items()
        if name not in ('type', 'name')})


def from_version_1(detail):
    """Read the tables of version 1.

    :param detail: dict
    :returns: dict of :data:`TABLES`
    """
    images = [matrix.image(
        row['history'], row['kind'], row['share_form'],
        **{name: row[name] for name in ('topic', 'image_id', 'membership')},
        api=row['share_api']) for row in detail['shares']]
    lists = [verdicts.Item('list', row['listing'], {
        'api': row['list_api'], 'viewer': row['viewer']})
        for row in detail['listings']]
    return tabulate([verdicts.Evidence(
        verdicts.Item('form', form['form']), None,
        verdicts.Reach(form['reach']).verdict, form['why'])
        for form in detail['forms']] + [verdicts.Evidence(
            images[image], lists[listing], detail['verdicts'][verdict],
            detail['reasons'][reason])
            for image, listing, verdict, reason in detail['cells']])


def dump(detail):
    """Write a detail as the bytes that are attached.

    :param detail: dict
    :returns: bytes
    """
    return json.dumps(detail, separators=(',', ':')).encode()


def parse(data):
    """Read what was attached.

    :param data: bytes
    :returns: dict, of the present version
    :raises Unreadable: if it is no detail, or of a version not known
    """
    try:
        detail = json.loads(data)
        version = detail['schema']
        if version == 1:
            detail |= {**from_version_1(detail), 'schema': SCHEMA}
        if version in (1, SCHEMA):
            verdicts.Verdict(detail['verdict'])
            detail = {name: detail[name] for name in _KEYS}
    except (ValueError, TypeError, KeyError, IndexError):
        raise Unreadable('the attachment "%s" is no detail of '
                         'glance-ossn-tests: %.60r' % (NAME, bytes(data)))
    if version not in (1, SCHEMA):
        raise Unreadable(
            'the attachment "%s" has the schema %s, and this version of '
            'glance-ossn-tests reads 1 and %d: use the version that made it'
            % (NAME, version, SCHEMA))
    return detail
