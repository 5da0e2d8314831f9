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

"""What a cloud test attaches to its result: one JSON object, version 1.

It travels in the subunit stream, so that workers have nothing to share. Its
form is in ``schema/detail.json``. Thousands of cells name the same shares,
listings and reasons, so that they are tables, and cells numbers of rows.
"""

import json

# Raise it when a reader of the former version would read something wrong.
SCHEMA = 1

# The name under which it is attached.
NAME = 'glance-ossn'

_SHARE = ('history', 'topic', 'kind', 'share_api', 'share_form', 'image_id',
          'membership')
_LISTING = ('listing', 'list_api', 'viewer')


class Unreadable(Exception):
    """What was attached is not a detail that this version can read."""


class _Table:
    """Rows without repetition, and their numbers."""

    def __init__(self, columns=None):
        self.columns = columns
        self.rows = []
        self._numbers = {}

    def add(self, cell):
        """The number of a cell's row, which is made if it is new."""
        key = tuple(cell[name] for name in self.columns)
        if key not in self._numbers:
            self._numbers[key] = len(self.rows)
            self.rows.append(dict(zip(self.columns, key)))
        return self._numbers[key]


def build(claim, verdict, cells, text='', cloud=None, run=None):
    """Make a detail.

    :param claim: :class:`glance_ossn_tests.notes.base.Claim`
    :param verdict: its verdict as text, e.g. 'NOT TESTED'
    :param cells: list of dicts, as
        :meth:`glance_ossn_tests.sharing.matrix.Cell.as_dict` makes them, or
        of forms of the API, each with its reach
    :param text: what the test said of it
    :param cloud: dict of what was looked at
    :param run: dict of when and with what it was looked at
    :returns: dict
    """
    shares, listings = _Table(_SHARE), _Table(_LISTING)
    verdicts, reasons = _Table(('verdict',)), _Table(('why',))
    pairs = [cell for cell in cells if 'listing' in cell]
    return {
        'schema': SCHEMA,
        'note': claim.note.name,
        'claim': claim.name,
        'verdict': verdict,
        'text': text,
        'cloud': cloud or {},
        'run': run or {},
        'forms': [cell for cell in cells if 'form' in cell],
        'cells': [[table.add(cell) for table in (shares, listings, verdicts,
                                                 reasons)]
                  for cell in pairs],
        'shares': shares.rows,
        'listings': listings.rows,
        'verdicts': [row['verdict'] for row in verdicts.rows],
        'reasons': [row['why'] for row in reasons.rows],
    }


def expand(detail):
    """The cells of a detail as they were before it was made compact.

    :param detail: dict
    :returns: list of dicts
    """
    return detail['forms'] + [
        {**detail['shares'][share], **detail['listings'][listing],
         'verdict': detail['verdicts'][verdict],
         'why': detail['reasons'][reason]}
        for share, listing, verdict, reason in detail['cells']]


def dump(detail):
    """A detail as the bytes that are attached.

    :param detail: dict
    :returns: bytes
    """
    return json.dumps(detail, separators=(',', ':')).encode()


def parse(data):
    """Read what was attached.

    :param data: bytes
    :returns: dict
    :raises Unreadable: if it is no detail, or of another version
    """
    try:
        detail = json.loads(data)
        version = detail['schema']
    except (ValueError, TypeError, KeyError):
        raise Unreadable('the attachment "%s" is no detail of '
                         'glance-ossn-tests: %.60r' % (NAME, bytes(data)))
    if version != SCHEMA:
        raise Unreadable(
            'the attachment "%s" has the schema %s, and this version of '
            'glance-ossn-tests reads %d: use the version that made it'
            % (NAME, version, SCHEMA))
    return detail
