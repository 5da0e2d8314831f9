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

"""The table of the results, for the terminal and for the documentation."""

import dataclasses
import pathlib
import textwrap

import jinja2
import rich.table
import rich.text

from benchmarks import measure

ROOT = pathlib.Path(__file__).parents[1]
PAGE = ROOT / 'doc' / 'source' / 'cost.rst'
TEMPLATE = 'cost.rst.j2'

WALL_GOAL = 1.0
REQUESTS_GOAL = 1 / 50
CATALOGUE_GOAL = 1.2
# What the client does while the servers wait, of one worker each.
SERVERS_GOAL = 1.25
# "Flat", with some room for what the interpreter does.
MEMORY_GOAL = 1.1
# Twice the images and lists, and not twice twice as many.
TABLES_GOAL = 2.1
SANDBOX_GOAL = 1.5
WORKERS_GOAL = 0.5

COLUMNS = ('', 'This', 'Beside that', 'Ratio', 'Goal', '')


@dataclasses.dataclass
class Ratio:
    """Something that was measured beside something else, in rounds.

    :ivar what: both, in words
    :ivar this: values, a round each
    :ivar that: as many values
    :ivar unit: what to write behind each value
    :ivar most: what the median of the ratios may be, None for no goal
    """

    what: str
    this: list
    that: list
    unit: str = ''
    most: float | None = None

    @property
    def cells(self):
        """The texts of a row of the table."""
        if not all(self.that):
            # Beside nothing all is more.
            return [self.what, *(_number(sum(values)) + self.unit for values
                                 in (self.this, self.that)), '', '', '']
        ratio = measure.ratios(self.this, self.that)
        met = self.most is not None and (
            'met' if ratio[0] <= self.most else 'missed')
        return [self.what, *(_number(measure.spread(values)[0]) + self.unit
                             for values in (self.this, self.that)),
                _ranged(ratio), met and 'at most %s' % _number(self.most)
                or '', met or '']


def _number(value):
    if abs(value) >= 100 or isinstance(value, int):
        return '{:,.0f}'.format(value)
    if abs(value) >= 10:
        return '%.1f' % value
    return ('%.2f' if abs(value) >= 0.1 else '%.2g') % value


def _ranged(spread):
    """A median, with its spread where there is one."""
    middle, *ends = (_number(value) for value in spread)
    return middle if ends == [middle, middle] else '%s (%s to %s)' % (
        middle, *ends)


def _requests(run):
    return sum(run['requests'].values())


def _served(run):
    return sum(run['served'].values())


# What is compared: what, its unit, how a run tells it, and what the ratio may
# be.
_COMPARED = (
    ('Wall time', ' s', lambda run: run['wall'], None),
    ('Requests', '', _requests, None),
    ('Requests for each pair judged', '',
     lambda run: _requests(run) / run['cells'], REQUESTS_GOAL))


# Which of them beside which, and what the ratio of wall time may be.
_PAIRS = (('core', 'theirs', 'the core beside the eight tests', WALL_GOAL),
          ('ours', 'theirs', 'the suite beside the eight tests', None),
          ('ours', 'peers', 'the suite beside all tests of images, with '
           'glance-tempest-plugin', WALL_GOAL))


def _compare(data):
    for each in data:
        for ours, theirs, words, wall in _PAIRS:
            rounds = [pair for pair in each['rounds']
                      if {ours, theirs} <= set(pair)]
            for what, unit, tell, goal in _COMPARED:
                if not rounds or goal and theirs == 'peers':
                    # What they judge was not counted.
                    continue
                yield Ratio(
                    '%s: %s, concurrency %d' % (what, words,
                                                each['concurrency']), *(
                        [tell(pair[name]) for pair in rounds]
                        for name in (ours, theirs)), unit,
                    wall if what == 'Wall time' else goal)


_SERIES = {'public': '{:,} public images',
           'accepted': '{:,} images that the consumer accepted',
           'public, limit_param_default = 1':
               '{:,} public images and limit_param_default = 1'}

# What grows with the catalogue, or should not.
_GROWTH = (
    ('Wall time', ' s', lambda run: run['wall'], CATALOGUE_GOAL),
    ('Wall time of the eight tests', ' s', lambda run: run['theirs'], None),
    ('Requests', '', _requests, CATALOGUE_GOAL),
    ('Processor time of the client', ' s', lambda run: run['client'],
     CATALOGUE_GOAL),
    ('Memory of the client', ' MiB', lambda run: run['memory'], MEMORY_GOAL))


def _catalogue(data):
    for each in data:
        none, *_, most = each['rounds'][0]
        for what, unit, tell, goal in _GROWTH:
            yield Ratio('%s: %s beside none' % (
                what, _SERIES[each['series']].format(int(most))), *(
                    [tell(runs[size]) for runs in each['rounds']]
                    for size in (most, none)), unit, goal)


def _tables(data):
    yield Ratio('Requests: each history and listing twice beside once',
                *([_requests(each)] for each in reversed(data)),
                most=TABLES_GOAL)


def _phases(data):
    yield Ratio('Wall time beside the processor time of the servers for the '
                'requests alone', [run['wall'] for run in data],
                [_served(run) for run in data], ' s', SERVERS_GOAL)


def _workers(data):
    for count in list(data[0])[1:]:
        yield Ratio('Wall time: %s API workers beside one, on PostgreSQL'
                    % count, [runs[count]['wall'] for runs in data],
                    [runs['1']['wall'] for runs in data], ' s',
                    WORKERS_GOAL if count == '4' else None)


def _found(data):
    for ours, words in (('ours', 'the suite'), ('core', 'the core')):
        both = [row for row in data if {ours, 'peers'} <= set(row)]
        if not both:
            continue
        pair = [[sum(row[name]['found'] for row in both)]
                for name in (ours, 'peers')]
        yield Ratio('Faults found of %d: %s beside all tests of images'
                    % (len(both), words), *pair)
        yield Ratio('Faults found in a minute: %s beside all tests of images'
                    % words, *([60 * pair[number][0] / sum(
                        row[name]['wall'] for row in both)]
                        for number, name in enumerate((ours, 'peers'))))


def _sandbox(data):
    # Keystone and Glance come up beside each other.
    yield Ratio('Wall time: a cloud of the sandbox comes up, beside the '
                'steps of its slower service alone',
                [run['up'] for run in data],
                [max(run[name + ' schema'] + run[name + ' import']
                     for name in ('keystone', 'glance')) for run in data],
                ' s', SANDBOX_GOAL)


# What installing a release takes has nothing beside it.
_RENDERED = {'compare': _compare, 'catalogue': _catalogue,
             'tables': _tables, 'phases': _phases,
             'workers': _workers, 'found': _found, 'sandbox': _sandbox}


def ratios(results):
    """The rows of the table.

    :param results: what JSON holds
    :returns: list of :class:`Ratio`, of all parts that are there
    """
    return [ratio for part in _RENDERED if part in results
            for ratio in _RENDERED[part](results[part])]


def machine(results):
    """Describe the machine, in a sentence.

    :param results: what JSON holds
    :returns: text
    """
    return ('{cores} cores of {processor}, {memory_gib} GiB of memory, '
            '{system}, Linux {kernel}, Python {python}'.format(
                **results['machine']))


def versions(results):
    """What was measured, in a sentence.

    :param results: what JSON holds
    :returns: text
    """
    return ('glance-ossn-tests {glance-ossn-tests}, Tempest {tempest}, '
            'Glance {glance}, Keystone {keystone}'.format(
                **results['versions']))


def show(results, console):
    """Print the table.

    :param results: what JSON holds
    :param console: of rich
    """
    console.print('%s. %s.' % (machine(results), versions(results)),
                  markup=False)
    grid = rich.table.Table()
    for number, column in enumerate(COLUMNS):
        grid.add_column(column, justify='right' if number else 'left')
    for ratio in ratios(results):
        style = {'missed': 'red', 'met': 'green'}
        grid.add_row(*(rich.text.Text(cell, style.get(cell, ''))
                       for cell in ratio.cells))
    console.print(grid)


def _wrapped(text, head, indent):
    return textwrap.fill(text, 79, initial_indent=head,
                         subsequent_indent=' ' * indent,
                         break_on_hyphens=False)


def page(results):
    """The page of the documentation.

    :param results: what JSON holds
    :returns: its text
    :raises ValueError: if a part is missing that the page is about
    """
    missing = [part for part in _RENDERED if part not in results]
    if missing:
        raise ValueError('it lacks the parts %s; run "python -m benchmarks '
                         '--out FILE %s"' % (', '.join(missing),
                                             ' '.join(missing)))
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(pathlib.Path(__file__).parent),
        undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
    return environment.get_template(TEMPLATE).render(
        machine=_wrapped(machine(results), '| ', 2),
        versions=_wrapped(versions(results), '| ', 2),
        # Lines may be broken within a cell, not between two.
        table='\n'.join(
            _wrapped(','.join('"%s"' % cell for cell in row), '   ', 3)
            for row in (COLUMNS, *(ratio.cells for ratio in ratios(results)))
        ))
