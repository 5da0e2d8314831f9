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

"""Tables of the results, for the terminal and for the documentation."""

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
# "Flat", with some room for what the interpreter does.
MEMORY_GOAL = 1.1
# Twice the images and lists, and not twice twice as many.
TABLES_GOAL = 2.1
SANDBOX_GOAL = 1.5


@dataclasses.dataclass
class Table:
    """Some results.

    :ivar title: what they are
    :ivar columns: the heads of the columns
    :ivar rows: lists of texts
    """

    title: str
    columns: tuple
    rows: list = dataclasses.field(default_factory=list)


def _number(value, unit=''):
    if abs(value) >= 100 or isinstance(value, int):
        text = '{:,.0f}'.format(value)
    elif abs(value) >= 10:
        text = '%.1f' % value
    elif abs(value) >= 0.1:
        text = '%.2f' % value
    else:
        text = '%.2g' % value
    return text + unit


def ranged(spread, unit=''):
    """A median, with its spread where there is one.

    :param spread: (median, least, most)
    :param unit: what to write behind each
    :returns: text
    """
    middle, *ends = (_number(value) for value in spread)
    if ends == [middle, middle]:
        return middle + unit
    return '%s%s (%s to %s)' % (middle, unit, *ends)


def _spread(values, unit=''):
    return ranged(measure.spread(values), unit)


def _rounds(rounds):
    return '%d round%s' % (len(rounds), 's'[:len(rounds) > 1])


def goal(spread, most):
    """Whether a ratio is what it should be.

    :param spread: (median, least, most)
    :param most: what the median may be
    :returns: the texts of two columns
    """
    return ['at most %s' % _number(most),
            'met' if spread[0] <= most else 'missed']


def _requests(run):
    return sum(run['requests'].values())


# The rows of the comparison: what, its unit, and how a run tells it.
_COMPARED = (
    ('Wall time', ' s', lambda run: run['wall']),
    ('Processor time of the client', ' s', lambda run: run['client']),
    ('Processor time of the servers', ' s', lambda run: run['servers']),
    ('Requests to Keystone', '', lambda run: run['requests']['keystone']),
    ('Requests to Glance', '', lambda run: run['requests']['glance-api']),
    ('Pairs judged', '', lambda run: run['cells']),
    ('Requests for each pair judged', '',
     lambda run: _requests(run) / run['cells']))
_GOALS = {'Wall time': WALL_GOAL,
          'Requests for each pair judged': REQUESTS_GOAL}


def _compare(data):
    for each in data:
        table = Table(
            'The suite beside Tempest\'s eight tests of image members, '
            'concurrency %d, %s' % (each['concurrency'],
                                    _rounds(each['rounds'])),
            ('', 'The suite', 'The eight tests', 'Ratio', 'Goal', ''))
        for what, unit, tell in _COMPARED:
            sides = [[tell(pair[name]) for pair in each['rounds']]
                     for name in ('ours', 'theirs')]
            ratio = measure.ratios(*sides)
            table.rows.append([
                what, *(_spread(side, unit) for side in sides),
                ranged(ratio), *(goal(ratio, _GOALS[what])
                                 if what in _GOALS else ('', ''))])
        yield table


_SERIES = {'public': 'Public images in the catalogue',
           'accepted': 'Images shared with the consumer and accepted',
           'public, limit_param_default = 1':
               'Public images, with limit_param_default = 1'}


def _served(run):
    return sum(run['served'].values())


# What grows with the catalogue, or should not: what, its unit, how a run
# tells it, and what the ratio may be.
_GROWTH = (
    ('Wall time', ' s', lambda run: run['wall'], CATALOGUE_GOAL),
    ('Processor time of the servers for the requests', ' s', _served, None),
    ('Wall time as a multiple of it', '',
     lambda run: run['wall'] / _served(run), None),
    ('Requests', '', _requests, CATALOGUE_GOAL),
    ('Processor time of the client', ' s', lambda run: run['client'],
     CATALOGUE_GOAL),
    ('Memory of the client', ' MiB', lambda run: run['memory'], MEMORY_GOAL),
    ("Wall time of Tempest's eight tests", ' s', lambda run: run['theirs'],
     None))


def _catalogue(data):
    for each in data:
        rounds = each['rounds']
        sizes = list(rounds[0])
        table = Table('%s, %s' % (_SERIES[each['series']],
                                  _rounds(rounds)),
                      ('', *('{:,}'.format(int(size)) for size in sizes),
                       'Most to none', 'Goal', ''))
        for what, unit, tell, most in _GROWTH:
            sides = [[tell(runs[size]) for runs in rounds] for size in sizes]
            ratio = measure.ratios(sides[-1], sides[0])
            table.rows.append([
                what, *(_spread(side, unit) for side in sides),
                ranged(ratio), *(goal(ratio, most) if most else ('', ''))])
        yield table


def _tables(data):
    once, twice = data
    table = Table('The tables of histories and lists, and twice as long',
                  ('', 'As they are', 'Doubled', 'Ratio', 'Goal', ''))

    def row(what, one, two, most=None):
        ratio = two / one if one else None
        table.rows.append([
            what, _number(one), _number(two), _number(ratio)
            if ratio is not None else '', *(
                goal((ratio,), most) if most else ('', ''))])

    row('Images', once['images'], twice['images'])
    row('Lists', once['lists'], twice['lists'])
    for phase in once['requests']:
        row('Requests, %s' % phase, once['requests'][phase],
            twice['requests'][phase])
    row('Requests in all', sum(once['requests'].values()),
        sum(twice['requests'].values()), TABLES_GOAL)
    yield table


def _phases(data):
    table = Table('Where the time goes, concurrency 1, %s' % _rounds(data),
                  ('', 'Time', 'Share'))
    for phase in measure.PHASES:
        spent = [run['phases'][phase] for run in data]
        share = measure.ratios(spent, [run['wall'] for run in data])
        table.rows.append([phase.capitalize(), _spread(spent, ' s'),
                           '%.0f %%' % (100 * share[0])])
    walls = [run['wall'] for run in data]
    limits = [_served(run) for run in data]
    table.rows += [
        ['In all', _spread(walls, ' s'), '100 %'],
        ['Processor time of the servers for the requests: the limit',
         _spread(limits, ' s'), '%.0f %%' % (
             100 * measure.ratios(limits, walls)[0])],
        ['In all, as a multiple of the limit',
         ranged(measure.ratios(walls, limits)), '']]
    yield table


_STEPS = (('keystone schema', 'Keystone: schema and first admin'),
          ('keystone import', 'Keystone: import, to its first answer'),
          ('glance schema', 'Glance: schema'),
          ('glance import', 'Glance: import, to its first answer'))


def _sandbox(data):
    table = Table('A cloud of the sandbox, from an empty folder to its first '
                  'list of images, %s' % _rounds(data),
                  ('', 'Time', 'Way up by it', 'Goal', ''))
    for key, what in _STEPS:
        table.rows.append(
            [what, _spread([run[key] for run in data], ' s'), '', '', ''])
    ups = [run['up'] for run in data]
    table.rows.append(['The way up', _spread(ups, ' s'), '', '', ''])
    sums = [sum(run[key] for key, _ in _STEPS) for run in data]
    # Keystone and Glance come up beside each other.
    longest = [max(sum(run[key] for key, _ in _STEPS
                       if key.startswith(name))
                   for name in ('keystone', 'glance')) for run in data]
    for what, parts in (('All steps, one after the other', sums),
                        ('Those of the slower service', longest)):
        ratio = measure.ratios(ups, parts)
        table.rows.append([what, _spread(parts, ' s'), ranged(ratio),
                           *goal(ratio, SANDBOX_GOAL)])
    yield table


def _install(data):
    yield Table('Installing a release, once', ('Cache of packages', 'Time'), [
        ['Empty', _number(data['cold'], ' s')],
        ['Full', _number(data['warm'], ' s')]])


_RENDERED = {'compare': _compare, 'catalogue': _catalogue,
             'tables': _tables, 'phases': _phases, 'sandbox': _sandbox,
             'install': _install}


def tables(results, *parts):
    """The tables of some results.

    :param results: what JSON holds
    :param parts: of which parts, by default all that are there
    :returns: list of :class:`Table`
    """
    return [table for part in parts or _RENDERED if part in results
            for table in _RENDERED[part](results[part])]


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
    """Print all.

    :param results: what JSON holds
    :param console: of rich
    """
    console.print('%s. %s.' % (machine(results), versions(results)),
                  markup=False)
    for each in tables(results):
        grid = rich.table.Table(title=each.title, title_justify='left')
        for number, column in enumerate(each.columns):
            grid.add_column(column, justify='right' if number else 'left')
        for row in each.rows:
            style = {'missed': 'red', 'met': 'green'}
            grid.add_row(*(rich.text.Text(cell, style.get(cell, ''))
                           for cell in row))
        console.print(grid)


def _wrapped(head, text, indent):
    return textwrap.fill(text, 79, initial_indent=head,
                         subsequent_indent=' ' * indent) or head.rstrip()


def _list_table(table):
    lines = [_wrapped('.. list-table:: ', table.title, 3),
             '   :header-rows: 1', '   :widths: auto', '']
    for row in [table.columns, *table.rows]:
        for number, cell in enumerate(row):
            lines.append(_wrapped('   %s - ' % (' ' if number else '*'),
                                  cell, 7))
    return '\n'.join(lines)


def page(results):
    """The page of the documentation.

    :param results: what JSON holds
    :returns: its text
    :raises ValueError: if a part is missing that the page is about
    """
    missing = [part for part in _RENDERED
               if part not in results and part != 'install']
    if missing:
        raise ValueError('it lacks the parts %s; run "python -m benchmarks '
                         '--out FILE %s"' % (', '.join(missing),
                                             ' '.join(missing)))
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(pathlib.Path(__file__).parent),
        undefined=jinja2.StrictUndefined, keep_trailing_newline=True,
        trim_blocks=True, lstrip_blocks=True)
    return environment.get_template(TEMPLATE).render(
        machine=_wrapped('| ', machine(results), 2),
        versions=_wrapped('| ', versions(results), 2),
        tables=lambda *parts: '\n\n'.join(
            _list_table(table) for table in tables(results, *parts)))
