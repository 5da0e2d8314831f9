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

"""Faults of what is shown to who knows an image's id."""

from ossn_sandbox.faults import _seed


def _shown_too(when):
    """Let more images be shown by their ids.

    :param when: function of the image, the asking project and the model of
        members to a condition, None for no image
    """
    from glance.db.sqlalchemy import api
    from glance.db.sqlalchemy import models
    sound = api.is_image_visible

    def is_image_visible(context, image, *args, **kwargs):
        if sound(context, image, *args, **kwargs):
            return True
        condition = when(image, context.owner, models.ImageMember)
        if condition is None:
            return False
        # The request reads, and its session can be no other.
        with api.session_for_read() as session:
            return session.query(models.ImageMember).filter(
                models.ImageMember.image_id == image['id'],
                condition).count() > 0
    api.is_image_visible = is_image_visible


@_seed.fault()
def removed_stays_readable():
    """Who once was a member of an image is shown it by its id.

    Realistic: rows of members are marked as deleted, and a query forgot it.
    """
    _shown_too(lambda image, me, member: member.member == me)


@_seed.fault()
def shared_is_readable_by_all():
    """What is shared with anybody is shown to everybody who knows its id.

    Realistic: that there is a member was asked, not who it is.
    """
    _shown_too(lambda image, me, member: member.deleted.is_(False))
