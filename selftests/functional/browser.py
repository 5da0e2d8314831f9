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

"""A real browser without a window, to look at the HTML report with."""

import contextlib
import os
import shutil

from selenium import webdriver

MISSING = ('there is no Chromium with its driver: on Debian "apt-get install '
           'chromium chromium-driver"')


def programs():
    """Where the browser and its driver are.

    :returns: (path of the browser, path of its driver), None for what is
        missing
    """
    names = ('chromium', 'chromium-browser', 'google-chrome')
    return (next(filter(None, map(shutil.which, names)), None),
            shutil.which('chromedriver'))


@contextlib.contextmanager
def browser(width=1000, height=1200, dark=False):
    """A browser that has an empty page.

    :param width: of its window
    :param height: of its window
    :param dark: whether its user prefers dark colors
    :returns: selenium's driver
    """
    program, driver = programs()
    options = webdriver.ChromeOptions()
    options.binary_location = program
    options.add_argument('--headless')
    options.add_argument('--hide-scrollbars')
    # No request of its own; what the page asks for fails and is logged.
    options.add_argument('--disable-background-networking')
    options.add_argument('--host-resolver-rules=MAP * ~NOTFOUND')
    if os.geteuid() == 0:
        # Chromium's own sandbox does not work for root.
        options.add_argument('--no-sandbox')
    options.set_capability('goog:loggingPrefs', {'browser': 'ALL'})
    chrome = webdriver.Chrome(
        options=options, service=webdriver.ChromeService(driver))
    try:
        # A window is not let be as narrow as a phone; its page is.
        chrome.execute_cdp_cmd('Emulation.setDeviceMetricsOverride', {
            'width': width, 'height': height, 'deviceScaleFactor': 1,
            'mobile': width < 600})
        chrome.execute_cdp_cmd('Emulation.setEmulatedMedia', {'features': [
            {'name': 'prefers-color-scheme',
             'value': 'dark' if dark else 'light'}]})
        yield chrome
    finally:
        chrome.quit()
