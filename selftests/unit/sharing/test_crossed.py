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

"""Every pair of values occurs, of what a cloud offers."""

import itertools
import subprocess
import sys

from oslotest import base

from glance_ossn_tests.sharing import cover
from glance_ossn_tests.sharing import crossed
from glance_ossn_tests.sharing import forms
from glance_ossn_tests.sharing import histories
from glance_ossn_tests.sharing import kinds
from glance_ossn_tests.sharing import listings
from glance_ossn_tests.sharing import queries


def able(*versions, **others):
    return forms.Abilities(versions or ((2, 17),), **{
        'second_store': 'slow', **others})


def pairs(dimensions):
    return {pair for one, other in itertools.combinations(dimensions, 2)
            for pair in itertools.product(
                [(one, value) for value in dimensions[one]],
                [(other, value) for value in dimensions[other]])}


class TestCover(base.BaseTestCase):

    DIMENSIONS = {'a': 'xyz', 'b': 'pqr', 'c': (0, 1), 'd': (0, 1)}

    def test_every_pair_in_few_rows(self):
        rows = cover.cover(self.DIMENSIONS)
        self.assertEqual(pairs(self.DIMENSIONS),
                         set().union(*map(cover.pairs_of, rows)))
        # No fewer are possible than the pairs of the two largest.
        self.assertIn(len(rows), (9, 10))

    def test_what_does_not_fit(self):
        def fits(row):
            return not (row.get('a') == 'z' and row.get('b', 'p') != 'p')
        rows = cover.cover(self.DIMENSIONS, fits)
        self.assertTrue(all(map(fits, rows)))
        self.assertEqual(
            {pair for pair in pairs(self.DIMENSIONS) if fits(dict(pair))},
            set().union(*map(cover.pairs_of, rows)))

    def test_a_pair_that_fits_nothing_else(self):
        rows = cover.cover(self.DIMENSIONS, lambda row: not (
            row.get('a') == 'x' and row.get('b') == 'p' and 'd' in row))
        self.assertNotIn(('x', 'p'), {(r['a'], r['b']) for r in rows})

    def test_where_nothing_is_gained_values_take_turns(self):
        dimensions = {**self.DIMENSIONS, 'e': (0, 1), 'f': (0, 1)}
        rows = cover.cover(dimensions, even=True)
        self.assertEqual(pairs(dimensions),
                         set().union(*map(cover.pairs_of, rows)))
        for name in 'cdef':
            self.assertAlmostEqual(len(rows) / 2, sum(
                row[name] for row in rows), delta=1)

    def test_about_one(self):
        rows = cover.cover(self.DIMENSIONS, about='c')
        self.assertEqual({p for p in pairs(self.DIMENSIONS)
                          if 'c' in dict(p)} - set().union(
                              *map(cover.pairs_of, rows)), set())
        self.assertLess(len(rows), 9)


class TestKinds(base.BaseTestCase):

    @staticmethod
    def has(kind):
        """Say again what a kind is, from what it is made with."""
        size = None if kind.data is None else len(kind.data)
        words = {'data': 'uploading' if kind.staged else
                 'second-store' if kind.stored else
                 {None: 'queued', 0: 'empty'}.get(
                     size, 'large' if size and size > 1 << 20 else 'data')}
        words['disk'] = (kind.disk_format if kind.disk_format in
                         ('raw', 'qcow2', 'iso') else 'other')
        words['container'] = (
            'bare' if kind.container_format == 'bare' or
            kind.container_format == kind.disk_format else 'packed')
        words['name'] = ('unnamed' if kind.unnamed else
                         'accented' if kind.accented else '')
        words['protected'] = 'protected' if kind.protected else ''
        words['tags'] = 'tags' if kind.labelled else ''
        for word, name in (('min_ram', 'min_ram'), ('min_disk', 'min_disk'),
                           ('hw', 'hw_disk_bus'), ('os', 'os_type'),
                           ('snapshot', 'image_type'),
                           ('encrypted', 'cinder_encryption_key_id'),
                           ('signed', 'img_signature')):
            words[word] = word if kind.has(name) else ''
        return {name: words[name] for name in crossed.DIMENSIONS}

    def covered(self, some, **gone):
        wanted = {pair for pair in pairs({
            name: [v for v in values if v not in gone.get('gone', ())]
            for name, values in crossed.DIMENSIONS.items()})
            if crossed._fits(dict(pair))}
        # One that says nothing is in the table.
        return wanted - set().union(*(
            cover.pairs_of(self.has(kind)) for kind in
            (kinds.QUEUED, *some) if not kind.hidden))

    def test_whatever_a_cloud_refuses_the_rest_is_covered(self):
        refusals = [[word] for word in crossed._NEEDS] + [
            list(crossed.PROPERTIES), ['protected', *crossed.PROPERTIES]]
        for gone in refusals:
            found = [kind for kind in crossed.crossed(able(
                refused=dict.fromkeys(gone, 'no')))
                if not set(kind.name.split('+')) & set(gone)]
            self.assertEqual(set(), self.covered(found, gone=gone), gone)

    def test_every_pair_without_being_hidden(self):
        self.assertEqual(set(), self.covered(crossed.crossed(able())))

    def test_hidden_with_every_value(self):
        hidden = [self.has(kind) for kind in crossed.crossed(able())
                  if kind.hidden]
        for name, values in crossed.DIMENSIONS.items():
            self.assertEqual(set(values), {row[name] for row in hidden})

    def test_every_format(self):
        some = crossed.crossed(able())
        self.assertEqual(
            set(sum(crossed.DISKS.values(), ())),
            {kind.disk_format for kind in some})

    def test_the_same_in_every_process(self):
        names = [kind.name for kind in crossed.crossed(able())]
        names += [row.name for row in queries.table(able())]
        code = ('from glance_ossn_tests.sharing import crossed, forms, '
                'queries; able = forms.Abilities(((2, 17),), '
                'second_store="slow"); '
                'print([x.name for x in crossed.crossed(able)] + '
                '[x.name for x in queries.table(able)])')
        self.assertEqual(str(names), subprocess.run(
            [sys.executable, '-c', code], capture_output=True, text=True,
            check=True).stdout.strip())

    def test_what_is_not_offered_is_left_out_and_told(self):
        abilities = able(
            unprotectable='for ever', no_import='no import',
            refused={'hw': 'hw is refused'},
            disk_formats=('raw', 'iso', 'ami'),
            container_formats=('bare', 'ami', 'ova'))
        some = crossed.crossed(abilities)
        why = {kind.name: crossed.missing(kind, 'v2', abilities)
               for kind in some}
        # The one other format comes in no further container.
        self.assertEqual({(('disk', 'other'), ('container', 'packed'))},
                         self.covered(
            [kind for kind in some if not why[kind.name]],
            gone=('protected', 'uploading', 'hw', 'qcow2')))
        for name, reason in (
                ('raw+queued+protected', 'for ever'),
                ('raw+uploading', 'no import'),
                ('raw+queued+hw', 'hw is refused'),
                ('qcow2+queued', '[image] disk_formats'),
                ('raw+queued+ovf', '[image] container_formats')):
            self.assertIn(reason, why[name])
        old = [kind.name for kind in crossed.crossed(able((2, 5)))
               if not crossed.missing(kind, 'v2', able((2, 5)))]
        self.assertFalse([name for name in old if 'hidden' in name or
                          'uploading' in name])

    def test_found_by_its_name(self):
        for kind in (*kinds.KINDS, *crossed.crossed(able())):
            self.assertEqual(kind, crossed.find(kind.name))
        self.assertRaises(ValueError, crossed.find, 'raw+green')

    def test_each_has_its_histories(self):
        offers = {'v1': forms.offer('v1', ['/v1'], {}, None),
                  'v2': forms.offer('v2', ['/v2'], {}, None)}
        plans = [plan for plan in histories.plan(offers, able())
                 if plan.kind.crossed]
        self.assertEqual({'v2'}, {plan.api for plan in plans})
        for kind in crossed.crossed(able()):
            self.assertEqual(
                ['accepted', 'pending', 'rejected', 'accepted, then removed'],
                [plan.history.name for plan in plans if plan.kind == kind])


class TestQueries(base.BaseTestCase):

    def setUp(self):
        super().setUp()
        self.known = (*kinds.V2_KINDS, *crossed.crossed(able()))

    def test_every_pair_that_an_image_fits(self):
        fits = queries._Fit(self.known)
        rows = queries.rows(self.known)
        lost = {pair for pair in pairs(queries.DIMENSIONS)
                if fits(dict(pair))} - set().union(
                    *map(cover.pairs_of, rows))
        # Of the filters by what all of few images have, with which a third
        # one finds none.
        self.assertEqual(set(), {pair for pair in lost if not (
            dict(pair).get('visibility') in ('private', 'community') or
            dict(pair).get('limit') == 2)}, lost)

    def test_each_selects_an_image(self):
        for row in queries.table(able(public_name='x')):
            self.assertTrue(any(map(row.selects, self.known)), row.name)

    def test_the_bystander_asks_for_what_it_has(self):
        asked = [row for row in queries.table(able())
                 if row.viewer == listings.BYSTANDER]
        own = queries.bystander_kinds(able())
        self.assertEqual(kinds.QUEUED, own[0])
        for row in asked:
            self.assertTrue(any(map(row.selects, own)), row.name)
        for sort in queries.DIMENSIONS['sort'][1:]:
            self.assertTrue([row for row in asked if sort in row.name], sort)

    def test_in_small_pages_only_what_has_a_place(self):
        for row in queries.table(able()):
            if row.limit == 2:
                self.assertFalse(row.one_page, row.name)
