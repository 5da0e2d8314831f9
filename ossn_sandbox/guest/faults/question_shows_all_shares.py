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

"""A list of shares in every status is not limited to one's own.

Realistic: "all" is taken for an admin's word.
"""

from glance.db.sqlalchemy import api

sound = api.image_get_all


def image_get_all(context, filters=None, marker=None, limit=None,
                  sort_key=None, sort_dir=None, member_status='accepted',
                  **others):
    if member_status == 'all' and not context.is_admin:
        context = context.elevated()
    return sound(context, filters, marker, limit, sort_key, sort_dir,
                 member_status, **others)


api.image_get_all = image_get_all
