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

"""Whoever may see an image's members sees all of them.

Realistic: the filter by the asking project is an "if" in one query.
"""

from glance.db.sqlalchemy import api

sound = api.image_member_find


def image_member_find(context, image_id=None, member=None, *args, **kwargs):
    if image_id and not member:
        context = context.elevated()
    return sound(context, image_id, member, *args, **kwargs)


api.image_member_find = image_member_find
