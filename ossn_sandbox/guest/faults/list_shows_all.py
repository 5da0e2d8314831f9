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

"""The query of a list forgets whose images it may show.

Realistic: what restricts the query is one condition among many that filters,
visibilities and memberships are combined of, while an image shown by its id
is checked elsewhere.
"""

import copy

from glance.db.sqlalchemy import api

_sound = api.image_get_all


def image_get_all(context, *args, **kwargs):
    context = copy.copy(context)
    context.is_admin = True
    return _sound(context, *args, **kwargs)


api.image_get_all = image_get_all
