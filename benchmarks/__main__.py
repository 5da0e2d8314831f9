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

"""The command line of the benchmark."""

import argparse
from importlib import metadata
import json
import pathlib
import sys
import tempfile

import rich.console

from benchmarks import clouds
from benchmarks import measure
from benchmarks import parts
from benchmarks import render
from ossn_sandbox import releases


def _parser():
    parser = argparse.ArgumentParser(
        prog='python -m benchmarks',
        description='Measure what a run costs, on clouds of its own.')
    parser.add_argument(
        'parts', nargs='*', metavar='PART',
        help='which: %s; by default all but install'
        % ', '.join(parts.PARTS))
    parser.add_argument(
        '--rounds', type=int, metavar='N',
        help='how often to measure, by default 3 times, of the catalogue 2')
    parser.add_argument(
        '--out', metavar='FILE', type=pathlib.Path,
        help='write the results there, as JSON; parts that are there '
        'already, of the same machine and versions, stay')
    parser.add_argument(
        '--json', action='store_true',
        help='print JSON in place of the tables')
    parser.add_argument(
        '--render', metavar='FILE', type=pathlib.Path,
        help='measure nothing, but write %s from the results in FILE'
        % render.PAGE.relative_to(render.ROOT))
    return parser


def _measure(names, rounds, tell):
    with tempfile.TemporaryDirectory(prefix='ossn-benchmark-') as folder:
        bench = parts.Bench(folder, tell, rounds)
        try:
            for name in names:
                yield name, parts.PARTS[name](bench)
        finally:
            bench.box.down()


def _versions():
    return {'glance-ossn-tests': metadata.version('glance-ossn-tests'),
            'tempest': metadata.version('tempest'),
            'glance': releases.get(clouds.RELEASE).version,
            'keystone': releases.KEYSTONE.version}


def main(arguments=None):
    """Measure, or render.

    :param arguments: the command line, by default the process's
    :returns: the exit code
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.render:
        try:
            text = render.page(json.loads(options.render.read_text()))
        except (OSError, ValueError) as error:
            parser.error('--render %s: %s' % (options.render, error))
        render.PAGE.write_text(text)
        return 0
    unknown = set(options.parts) - set(parts.PARTS)
    if unknown:
        parser.error('unknown PART %s; choose of %s' % (
            ', '.join(sorted(unknown)), ', '.join(parts.PARTS)))
    if options.rounds is not None and options.rounds < 1:
        parser.error('--rounds must be at least 1')
    progress = rich.console.Console(stderr=True)

    def tell(text):
        progress.print(text, style='dim', markup=False)

    results = {'machine': measure.machine(), 'versions': _versions()}
    if options.out and options.out.exists():
        former = json.loads(options.out.read_text())
        if all(former.get(key) == results[key] for key in results):
            results = former
        else:
            tell('What is in %s is of another machine or other versions: it '
                 'is replaced' % options.out)
    try:
        for name, found in _measure(options.parts or parts.DEFAULT,
                                    options.rounds, tell):
            results[name] = found
            text = json.dumps(results, indent=1) + '\n'
            if options.out:
                options.out.write_text(text)
    except measure.Broken as error:
        progress.print(str(error), style='red', markup=False)
        return 1
    if options.json:
        print(text, end='')
    else:
        render.show(results, rich.console.Console())
    return 0


if __name__ == '__main__':
    sys.exit(main())
