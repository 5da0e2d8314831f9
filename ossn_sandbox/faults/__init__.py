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

"""Faults of Glance that a cloud can be seeded with, to see the suite red.

A fault is a decorated function in one of these modules. They are imported
here, to be read of, and in a Glance's own process, which is elsewhere; so
they need the standard library alone until they are applied.
"""

from ossn_sandbox.faults import _seed
from ossn_sandbox.faults import acts
from ossn_sandbox.faults import advisories
from ossn_sandbox.faults import callers
from ossn_sandbox.faults import crossed
from ossn_sandbox.faults import drawn
from ossn_sandbox.faults import ids
from ossn_sandbox.faults import images
from ossn_sandbox.faults import kinds
from ossn_sandbox.faults import lists
from ossn_sandbox.faults import members
from ossn_sandbox.faults import mends
from ossn_sandbox.faults import owners
from ossn_sandbox.faults import proxies
from ossn_sandbox.faults import queries
from ossn_sandbox.faults import reach
from ossn_sandbox.faults import sequences
from ossn_sandbox.faults import versions
from ossn_sandbox.faults import writes

FAULTS = {each.name: each
          for theme in (lists, kinds, crossed, members, owners, sequences,
                        versions, proxies, queries, images, acts, callers,
                        ids, writes, reach, advisories, mends)
          for each in vars(theme).values() if isinstance(each, _seed.Fault)}


def find(name):
    """Find a fault.

    :param name: its name; those of :mod:`ossn_sandbox.faults.drawn` are
        'drawn-' and a number
    :returns: :class:`ossn_sandbox.faults._seed.Fault`, None if there is none
    """
    return FAULTS.get(name) or drawn.draw(name)
