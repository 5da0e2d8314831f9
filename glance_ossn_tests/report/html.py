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

"""The report as one HTML file that needs nothing else."""

import pathlib

import jinja2

from glance_ossn_tests.notes import untestable
from glance_ossn_tests.report import accepted
from glance_ossn_tests.report import view
from glance_ossn_tests.sharing import verdicts

# Classes of the style sheet.
_CLASSES = {verdict: verdict.lower().replace(' ', '-')
            for verdict in verdicts.Verdict}


def _finalize(value):
    """Take control characters away; what is markup is ours."""
    if isinstance(value, str) and not hasattr(value, '__html__'):
        return view.plain(value)
    return value


def render(report):
    """Write the report as HTML.

    :param report: :class:`glance_ossn_tests.report.result.Report`
    :returns: text
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(
            pathlib.Path(__file__).parent / 'templates'),
        # Names in a cloud are anybody's.
        autoescape=True, finalize=_finalize, trim_blocks=True,
        lstrip_blocks=True, undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True)
    return environment.get_template('report.html.j2').render(
        report=report, view=view, accepted=accepted, worst=verdicts.worst,
        symbols=view.SYMBOLS, classes=_CLASSES, untestable=untestable)
