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

"""Questions that ask in several ways at once: filters, order, pages.

Rows of a covering array: each filter goes with each other of another group,
each order, visibility and size of a page, as far as some image fits. One
filter of each question is met by images of the run alone, so that what else
there is in a cloud makes no list longer.
"""

import dataclasses
import functools

from glance_ossn_tests.sharing import cover
from glance_ossn_tests.sharing import crossed
from glance_ossn_tests.sharing import kinds
from glance_ossn_tests.sharing import listings

HIDDEN = 'hidden'
HASHES = 'hashes'

PROPERTIES = 'properties'
# Of these each question asks by some others.
_ASKED = sum((crossed.PROPERTIES[word] for word in (
    'hw', 'os', 'snapshot', crossed.USUAL)), ())
_AT_ONCE = 6

# Filters by a word: the query, and which kinds it selects. What Glance has
# no branch of its own for (os_hash_algo, virtual_size) is a filter as well.
# Where one request can ask for two columns, it does.
NEAR = {
    'name': ([('name', '{name}')], kinds.named),
    'accented': ([('name', '{accented}')], lambda kind: kind.accented),
    'tag': ([('tag', '{label}')], lambda kind: kind.labelled),
    'owner': ([('owner', '{producer}')], lambda kind: True),
    # With another operator, which leaves nothing out.
    'created': ([('created_at', 'gte:{since}'), ('updated_at', 'lte:{until}')],
                lambda kind: True),
    'updated': ([('updated_at', 'gte:{since}'), ('created_at', 'lt:{until}')],
                lambda kind: True)}
WHAT = {
    '': ([], lambda kind: True),
    'formats': ([('disk_format', kinds.BASE), ('container_format', 'bare')],
                lambda kind: (kind.disk_format == kinds.BASE and
                              kind.container_format == 'bare')),
    'min_ram': ([('min_ram', '64')], lambda kind: kind.has('min_ram')),
    'protected': ([('protected', 'true')], lambda kind: kind.protected),
    HIDDEN: ([('os_hidden', 'true')], lambda kind: kind.hidden),
    'active': ([('status', 'active')], lambda kind: kind.status == 'active'),
    'queued': ([('status', 'queued')], lambda kind: kind.status == 'queued')}
DATA = {
    '': ([], lambda kind: True),
    'size': ([('size_min', '1')], lambda kind: bool(kind.data)),
    HASHES: ([('os_hash_algo', '{os_hash_algo}'),
              ('os_hash_value', '{os_hash_value}')],
             lambda kind: kind.data == kinds.RAW),
    'virtual_size': ([('virtual_size', '{virtual_size}')],
                     lambda kind: kind.data == kinds.RAW),
    'most': ([('size_max', '1000000')],
             lambda kind: kind.data is not None and (
                 len(kind.data) <= kinds.MOST)),
    'checksum': ([('checksum', '{checksum}')],
                 lambda kind: kind.data == kinds.RAW),
    'min_disk': ([('min_disk', '1')], lambda kind: kind.has('min_disk'))}
MORE = {
    '': ([], lambda kind: True),
    PROPERTIES: ([], lambda kind: set(_ASKED) <= set(kind.properties))}
FILTERS = {'near': NEAR, 'what': WHAT, 'data': DATA, 'more': MORE}

# Those lists have own images of the consumer's in them, of the kind queued.
_OWN_ONLY = ('private', 'community')
# As many as the cloud sends of itself; 25, unless it is told otherwise.
_DEFAULT = 'default'
# Behind the oldest image of the run: a page that is not the first.
_BEHIND = 'behind'
# A dashboard asks for one more than it shows.
_LIMITS = (1000, 21, 2, _DEFAULT, _BEHIND)
_SHORT = (2, _DEFAULT)
# In pages of two, a list takes half as many requests as it has images.
_ROOM = {2: 12, _DEFAULT: 50}
# Images that a project has of its own.
_OWN = 8
# Images of the bystander's own: each is made, looked at and deleted.
_MOST_CONTROLS = 5
# Orders in which every image has a place of its own, if only by its id.
_UNIQUE = ('', 'id')

DIMENSIONS = {
    'sort': ('', 'updated_at', 'name', 'status', 'container_format',
             'disk_format', 'size', 'id'),
    **{name: tuple(some) for name, some in FILTERS.items()},
    'visibility': ('', 'shared', 'all', *_OWN_ONLY, 'public'),
    'limit': _LIMITS, 'dir': ('desc', 'asc')}


def selection(row):
    """Tell which kinds of image a question selects.

    :param row: dict of a dimension to its value
    :returns: predicate over kinds
    """
    chosen = [some[row[name]][1] for name, some in FILTERS.items()]
    hidden = row['what'] == HIDDEN

    def selects(kind):
        return kind.hidden == hidden and all(one(kind) for one in chosen)
    return selects


class _Fit:
    """Tells which questions images of some kinds can answer.

    :param known: the kinds
    """

    def __init__(self, known):
        self.known = frozenset(known)
        self.selected = {
            (name, word): frozenset(kind for kind in known if select(kind))
            for name, some in FILTERS.items()
            for word, (_, select) in some.items()}
        self.hidden = frozenset(kind for kind in known if kind.hidden)

    def __call__(self, row):
        """Tell whether a question is one, and could be answered whole."""
        found = self.known
        for item in row.items():
            found &= self.selected.get(item, found)
        if 'what' in row and row['what'] != HIDDEN:
            found -= self.hidden
        visibility, near = row.get('visibility'), row.get('near')
        if not found or visibility in _OWN_ONLY and (
                kinds.QUEUED not in found):
            return False
        if near == 'owner' and visibility in (*_OWN_ONLY, 'public'):
            # Nobody else's are in such a list.
            return False
        return self._fits_page(row, len(found))

    @staticmethod
    def _fits_page(row, number):
        """Tell whether it takes no page that Glance leaves images out of."""
        limit, sort = row.get('limit'), row.get('sort')
        if limit == _BEHIND:
            return not sort and row.get('dir') != 'desc'
        if limit in (None, _LIMITS[0]) or sort is None:
            return True
        if limit in _SHORT and sort not in _UNIQUE:
            return False
        if FILTERS.keys() - row.keys():
            # It is not known yet how many there are.
            return True
        # What it accepted, with the project's own of some kinds.
        return number + _OWN <= _ROOM.get(limit, limit) or (
            limit not in _SHORT and sort in _UNIQUE)


@functools.lru_cache
def rows(known):
    """Return the questions that images of some kinds can answer.

    :param known: tuple of :class:`glance_ossn_tests.sharing.kinds.Kind`
    :returns: tuple of dicts of a dimension to its value
    """
    return tuple(cover.cover(DIMENSIONS, _Fit(known)))


def _listing(number, row, **fields):
    """Spell a question; both ways to ask for an order take turns."""
    query = [pair for name, some in FILTERS.items()
             for pair in some[row[name]][0]]
    since = [(0, 0)]
    if row['near'] == 'name' and number // 2 % 2:
        query[0] = ('name', 'in:{names},other')
        since.append(listings.OPERATORS)
    if row['more'] == PROPERTIES:
        query += [_ASKED[(number * _AT_ONCE + turn) % len(_ASKED)]
                  for turn in range(_AT_ONCE)]
    if row['visibility']:
        query.append(('visibility', row['visibility']))
    since += [listings.OPERATORS] * (row['near'] in ('created', 'updated'))
    since += [{'tag': listings.TAGS, 'protected': listings.PROTECTED}.get(
        name, (0, 0)) for name, _ in query]
    if row['data'] == HASHES or row['what'] == HIDDEN:
        since.append(listings.HASHES)
    if row['visibility'] in ('shared', *_OWN_ONLY):
        since.append(listings.VISIBILITIES)
    key = row['sort'] or 'created_at'
    if number % 2:
        query += [('sort_key', key), ('sort_dir', row['dir'])]
    else:
        query.append(('sort', '%s:%s' % (key, row['dir'])))
        since.append(listings.SORT)
    return listings.Listing(
        'v2', query=tuple(query), order=listings.OLDEST
        if row['limit'] == _BEHIND else listings.WHOLE,
        limit={_DEFAULT: None, _BEHIND: 0}.get(row['limit'], row['limit']),
        one_page=row['sort'] not in _UNIQUE, selects=selection(row),
        own=row['near'] != 'owner', optional=row['visibility'] == 'all',
        visibility=row['visibility'] if row['visibility'] in (
            *_OWN_ONLY, 'public') else None,
        since=max(since), stored=listings.HASHES
        if row['data'] == HASHES else (0, 0), **fields)


def table(abilities):
    """Return the questions for a cloud, of the consumer and the bystander.

    :param abilities: the cloud's
        :class:`glance_ossn_tests.sharing.forms.Abilities`
    :returns: tuple of :class:`glance_ossn_tests.sharing.listings.Listing`
    """
    asked = _questions(abilities)
    controls = bystander_kinds(abilities)
    return asked + tuple(
        dataclasses.replace(row, viewer=listings.BYSTANDER) for row in asked
        if _for_bystander(row) and any(map(row.selects, controls)))


def _questions(abilities):
    known = tuple(kind for kind in (
        *kinds.V2_KINDS, *crossed.crossed(abilities))
        if not crossed.missing(kind, 'v2', abilities))
    return tuple(_listing(*each) for each in enumerate(rows(known)))


def _for_bystander(row):
    """Tell whether an image of the bystander's own can prove a list."""
    return row.own and not row.visibility and (
        row.order != listings.OLDEST)


def bystander_kinds(abilities):
    """Return the kinds of image that the bystander has one of.

    :param abilities: the cloud's
        :class:`glance_ossn_tests.sharing.forms.Abilities`
    :returns: list of :class:`glance_ossn_tests.sharing.kinds.Kind`, a few
        by which most of the questions can be answered
    """
    chosen = [kinds.QUEUED]
    others = [kind for kind in (kinds.ACTIVE, *crossed.crossed(abilities))
              if not crossed.missing(kind, 'v2', abilities)]
    left = list(filter(_for_bystander, _questions(abilities)))
    while True:
        left = [row for row in left if not row.selects(chosen[-1])]
        if not left or not others or len(chosen) == _MOST_CONTROLS:
            return chosen
        chosen.append(max(others, key=lambda kind: sum(
            row.selects(kind) for row in left)))
        others.remove(chosen[-1])
