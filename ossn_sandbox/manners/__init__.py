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

"""Manners of older releases, put before a real Pike.

Of Diablo to Kilo there are no packages that run on today's Python. Pike has
both of their APIs, v1 and v2: in front of its real Glance, small WSGI filters
make the answers those of the older release. It is a disguise of a real
cloud, not the release itself: images, members and lists stay Pike's own.

Like faults they are applied in a Glance's own process, which is elsewhere.
"""

import importlib

NAMES = ('diablo', 'essex', 'folsom', 'grizzly', 'havana', 'kilo')


def apply(name):
    """Have this process serve a Glance with the manners of a release.

    :param name: the release's name
    """
    from ossn_sandbox.manners import _pieces
    import serve
    pieces = importlib.import_module('ossn_sandbox.manners.' + name).PIECES
    sound = serve.glance_api
    serve.glance_api = lambda folder: _pieces.disguise(sound(folder), pieces)
