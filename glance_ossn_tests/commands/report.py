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

"""``tempest ossn report``: what is exposed, why, and what to do."""

import io
import json
import sys

from glance_ossn_tests.commands import codes
from glance_ossn_tests.commands import judging
from glance_ossn_tests import notes
from glance_ossn_tests.report import html
from glance_ossn_tests.report import junit
from glance_ossn_tests.report import markdown
from glance_ossn_tests.report import sarif
from glance_ossn_tests.report import table


def _json(report):
    # Thousands of cells on a line each would be most of it.
    return json.dumps(report.as_dict(), separators=(',', ':')) + '\n'


FORMATS = {'table': None, 'json': _json, 'html': html.render,
           'markdown': markdown.render, 'junit': junit.render,
           'sarif': sarif.render}


class Report(judging.Judging):
    """Show what is exposed, why, and what to do.

    Reads the last run of the current folder, or a recorded one.
    """

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        self.add_source(parser)
        parser.add_argument(
            '--format', '-f', choices=FORMATS, default='table',
            help='default: table')
        return parser

    @staticmethod
    def add_source(parser):
        """Add the options that say what is reported.

        :param parser: the parser of the command's arguments
        """
        parser.add_argument(
            '--subunit', metavar='FILE',
            help='a subunit stream, or a report in JSON, instead of the '
                 'last run; - for the standard input')
        parser.add_argument(
            '--note', metavar='NOTE', action='append', type=str.upper,
            choices=sorted({name for claim in notes.CLAIMS
                            for name in claim.note.names}),
            help='only this note, e.g. OSSN-0005; may be given again')

    def judge(self, parsed_args):
        """Write the report.

        :param parsed_args: the arguments
        :returns: the exit code
        """
        report = judging.load(parsed_args.subunit)
        if parsed_args.note:
            report = report.only(parsed_args.note)
        return self.tell(report, parsed_args)

    @staticmethod
    def tell(report, parsed_args):
        """Write a report.

        :param report: :class:`glance_ossn_tests.report.result.Report`
        :param parsed_args: the arguments
        :returns: the exit code
        """
        if parsed_args.format != 'table':
            text = FORMATS[parsed_args.format](report)
        elif parsed_args.output:
            text = table.render(report, io.StringIO(), parsed_args.full, 100)
        else:
            text = table.render(report, sys.stdout, parsed_args.full)
        judging.write(text, parsed_args.output)
        return codes.of({report.verdict}, parsed_args.fail_on)
