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

"""``tempest ossn diff``: what changed between two runs."""

import json

from glance_ossn_tests.commands import codes
from glance_ossn_tests.commands import judging
from glance_ossn_tests.report import diff
from glance_ossn_tests.report import view


class Diff(judging.Judging):
    """Show what changed between two runs.

    It fails for what is newly exposed or newly untested.
    """

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        for name in ('old', 'new'):
            parser.add_argument(
                name, metavar=name.upper(),
                help='a subunit stream or a report in JSON')
        parser.add_argument('--format', '-f', choices=('table', 'json'),
                            default='table', help='default: table')
        return parser

    def judge(self, parsed_args):
        """Write what changed.

        :param parsed_args: the arguments
        :returns: the exit code
        """
        old, new = judging.load(parsed_args.old), judging.load(parsed_args.new)
        changes = diff.compare(old, new)
        if parsed_args.format == 'json':
            text = json.dumps(diff.as_dict(old, new, changes), indent=1)
        else:
            text = view.plain('\n'.join(diff.lines(old, new, changes,
                                                   parsed_args.full)))
        judging.write(text + '\n', parsed_args.output)
        return codes.of({diff.VERDICTS.get(change.kind)
                         for change in changes}, parsed_args.fail_on)
