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

"""Which kinds of image a query selects: predicates over kinds."""

from glance_ossn_tests.sharing import kinds


def shown(kind):
    """Tell whether lists show a kind unless asked for hidden images."""
    return not kind.hidden


def named(kind):
    """Tell whether a kind bears the name of the run."""
    return not (kind.hidden or kind.namesake or kind.unnamed)


def nothing(kind):
    """Select nothing: the answer should be empty, and what it shows counts."""
    return False


def sized(kind):
    """Tell whether a kind has data, if no bytes."""
    return kind.data is not None and not kind.hidden


def has_data(kind):
    """Tell whether a kind has bytes."""
    return bool(kind.data) and not kind.hidden


def raw_data(kind):
    """Tell whether a kind has the data of most images."""
    return kind.data == kinds.RAW and not kind.hidden


def status(status):
    """Select the kinds of a status."""
    return lambda kind: kind.status == status and not kind.hidden


def format(name):
    """Select the kinds of a disk format."""
    return lambda kind: kind.disk_format == name and not kind.hidden


def bare(kind):
    """Tell whether a kind has no container."""
    return kind.container_format == 'bare' and not kind.hidden


def no_min_disk(kind):
    """Tell whether a kind asks for no disk."""
    return not kind.has('min_disk') and not kind.hidden


def labelled(kind):
    """Tell whether a kind has the label of the run."""
    return kind.labelled


def protected(kind):
    """Tell whether a kind must not be deleted."""
    return kind.protected
