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

"""What a set-up that failed left: said in its text, read by the report.

A class whose set-up fails has no test that something could be attached to.
"""

import re

NOTHING = 'nothing'
_MARK = 'Left behind: '


def tell(why, left):
    """Say why a set-up failed, and what it left.

    :param why: text
    :param left: list of texts, one for each thing that stays
    :returns: text
    """
    return '%s %s%s.' % (why.rstrip('. ') + '.', _MARK,
                         ('; '.join(left) or NOTHING).rstrip('.'))


def read(text):
    """Read what :func:`tell` said.

    :param text: text of an error
    :returns: list of what stays; None if the text does not speak of it
    """
    found = re.search('%s(.*)' % _MARK, text, re.DOTALL)
    if not found:
        return None
    said = found[1].strip().rstrip('.')
    return [] if said == NOTHING else [said]


def strip(text):
    """Take from a text what is left behind.

    :param text: text of an error
    :returns: the rest of it
    """
    return text.partition(_MARK)[0].rstrip()
