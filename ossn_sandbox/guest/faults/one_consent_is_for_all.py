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

"""Who accepted one image of a project lists all that it shares.

Realistic: "trusted producers" is a feature that users ask for.
"""

from faults import _seed


def trusted(image, me, member):
    from sqlalchemy import orm
    other = orm.aliased(image)
    return image.members.any(_seed.mine(me)) & image.owner.in_(
        orm.Query(other.owner).filter(other.members.any(_seed.mine(
            me, member.status == 'accepted'))).subquery())


_seed.also(trusted)
