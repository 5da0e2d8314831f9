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

"""Covering arrays: rows in which every pair of values occurs."""

import collections
import itertools

# Of as many of the pairs that still occur in no row, a row is tried to be
# built; more makes hardly fewer rows, and takes longer.
_TRIED = 24


def pairs_of(row):
    """Return the pairs of values of a row.

    :param row: dict of a dimension's name to a value
    :returns: set of pairs of (dimension, value), in the row's order
    """
    return set(itertools.combinations(row.items(), 2))


def cover(dimensions, fits=lambda row: True, about=None, even=False):
    """Make rows of values in which every pair occurs that can.

    Greedy and without chance: the same dimensions make the same rows. Where
    nothing is gained by another value a dimension has its first one.

    :param dimensions: dict of name to a sequence of values
    :param fits: predicate over a row, or the first of its values that are
        chosen; where it fits, so do those values without one, and it fits
        with some value of each dimension
    :param about: the dimension whose pairs matter, None for all
    :param even: whether it has the one instead that was had least often, so
        that more occurs together than pairs
    :returns: list of dicts of a dimension's name to its value
    """
    items = {name: [(name, value) for value in values]
             for name, values in dimensions.items()}
    left = {}
    for one, other in itertools.combinations(items, 2):
        if about in (None, one, other):
            left.update(dict.fromkeys(
                pair for pair in itertools.product(items[one], items[other])
                if fits(dict(pair))))
    rows, used = [], collections.Counter()
    while left:
        built = [row for row in (
            _build(dict(pair), items, fits, left, used)
            for pair in list(left)[:_TRIED]) if row]
        if not built:
            # Each value of a pair fits the other, but nothing fits both.
            for pair in list(left)[:_TRIED]:
                del left[pair]
            continue
        best = max(built, key=lambda row: len(pairs_of(row) & left.keys()))
        rows.append(best)
        used.update(best.items() if even else ())
        for pair in pairs_of(best):
            left.pop(pair, None)
    return rows


def _build(row, items, fits, left, used):
    """Choose a value for each dimension that a row has none of.

    :returns: the row in the order of the dimensions, None if none fits
    """
    for name in items:
        if name in row:
            continue
        fitting = [item for item in items[name]
                   if fits({**row, item[0]: item[1]})]
        if not fitting:
            return None
        name, value = max(fitting, key=lambda item: (sum(
            (item, other) in left or (other, item) in left
            for other in row.items()), -used[item]))
        row[name] = value
    return {name: row[name] for name in items}
