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

"""``tempest ossn list``: what there is to test."""

import sys

from cliff import lister

from glance_ossn_tests.commands import codes
from glance_ossn_tests import notes
from glance_ossn_tests.notes import untestable
from glance_ossn_tests.sharing import histories
from glance_ossn_tests.sharing import kinds
from glance_ossn_tests.sharing import listings
from glance_ossn_tests.sharing import verdicts


class List(lister.Lister):
    """Show the notes, claims, histories, kinds and lists there are.

    No cloud is needed.
    """

    ROWS = {
        'note': lambda: [
            *((' '.join((note.name, *note.also)), note.title)
              for note in dict.fromkeys(claim.note for claim in notes.CLAIMS)),
            *((row.name, '%s. %s: %s' % (
                row.title, verdicts.NOT_TESTABLE, row.why))
              for row in untestable.ROWS),
            ('as of', untestable.AS_OF)],
        'claim': lambda: [(claim.name, claim.text)
                          for claim in notes.CLAIMS],
        'test': lambda: [(claim.name, claim.test)
                         for claim in notes.CLAIMS],
        'history': lambda: [
            (row.name, ', then '.join(map(str, row.steps)) or 'nothing')
            for row in histories.HISTORIES],
        'kind': lambda: [(row.name, '%s, %s' % (row.status, row.disk_format))
                         for row in kinds.KINDS],
        'listing': lambda: [
            (row.name, row.order) for row in
            listings.LISTINGS + listings.READER_LISTINGS +
            listings.CALLER_LISTINGS + listings.HEADER_LISTINGS +
            listings.STRANGER_LISTINGS + (listings.MEMBERS,)]}

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        # To a terminal; what it is piped into gets whole lines.
        parser.set_defaults(fit_width=True)
        parser.add_argument('what', nargs='*', metavar='WHAT',
                            help='of these: %s (default: all)' % ', '.join(
                                self.ROWS))
        return parser

    def take_action(self, parsed_args):
        unknown = set(parsed_args.what) - set(self.ROWS)
        if unknown:
            # argparse cannot tell for any number of words.
            print('There is no %s to list; there are %s.' % (
                ', '.join(sorted(unknown)), ', '.join(self.ROWS)),
                file=sys.stderr)
            sys.exit(codes.ERROR)
        return ('What', 'Id', 'Description'), [
            (what, *row) for what in parsed_args.what or self.ROWS
            for row in self.ROWS[what]()]
