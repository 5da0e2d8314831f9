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

"""Take the picture of the HTML report that the documentation shows."""

import pathlib
import sys
import tempfile

# The tests of this project are installed nowhere.
sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from glance_ossn_tests.report import html  # noqa: E402
from selftests.functional import browser  # noqa: E402
from selftests.unit.report import base  # noqa: E402

PICTURE = (pathlib.Path(__file__).parents[1] / 'doc' / 'source' / 'images' /
           'report.png')


def main():
    """Write the picture."""
    if None in browser.programs():
        raise SystemExit('No picture: %s.' % browser.MISSING)
    with tempfile.TemporaryDirectory() as folder, (
            browser.browser(900, 1100)) as chrome:
        page = pathlib.Path(folder) / 'report.html'
        page.write_text(html.render(base.read('pike')))
        chrome.get(page.as_uri())
        PICTURE.parent.mkdir(exist_ok=True)
        chrome.get_screenshot_as_file(str(PICTURE))


if __name__ == '__main__':
    main()
