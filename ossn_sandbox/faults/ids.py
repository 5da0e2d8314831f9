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


"""Faults by which an image is reached by its id that is for others."""

import threading

from ossn_sandbox.faults import _seed


def _behind(module, controller, action, when,
            request=lambda req: True):
    """Let one action find by id what its caller must not see.

    :param module: name of the module in glance.api.v2
    :param controller: name of the class
    :param action: name of the method
    :param when: as of :func:`ossn_sandbox.faults._seed.reach`
    :param request: predicate over the request
    """
    import importlib
    controller = getattr(importlib.import_module('glance.api.v2.' + module),
                         controller)
    sound, here = getattr(controller, action), threading.local()

    def act(self, req, *args, **kwargs):
        here.reached = request(req)
        try:
            return sound(self, req, *args, **kwargs)
        finally:
            here.reached = False
    setattr(controller, action, act)
    _seed.reach(lambda me, image, rows: (
        getattr(here, 'reached', False) and when(me, image, rows)))


def _shared(me, image, rows):
    """Whether an image is shared, with whomever."""
    return image['visibility'] == 'shared'


def _left(me, image, rows):
    """Whether an image was shared with who asks, and is no longer."""
    return image['visibility'] == 'shared' and any(
        row['deleted'] for row in rows)


def _see_members(action):
    """Let one action on members see those of all projects.

    :param action: name of the method
    """
    from glance.api.v2 import image_members
    from glance.db.sqlalchemy import api
    controller = image_members.ImageMembersController
    sound, here = getattr(controller, action), threading.local()
    sound_find = api.image_member_find

    def act(self, req, *args, **kwargs):
        here.all = True
        try:
            return sound(self, req, *args, **kwargs)
        finally:
            here.all = False

    def find(context, *args, **kwargs):
        if getattr(here, 'all', False):
            context = context.elevated()
        return sound_find(context, *args, **kwargs)
    setattr(controller, action, act)
    api.image_member_find = find


@_seed.fault()
def removed_is_shown_by_id():
    """What is shared no longer is shown to who knows its id.

    Realistic: rows are only marked as deleted, and each query must say so.
    """
    _behind('images', 'ImagesController', 'show', _left)


@_seed.fault()
def removed_is_downloaded():
    """What is shared no longer is downloaded by who knows its id.

    Realistic: the image's bytes are fetched past the code that shows it.
    """
    _behind('image_data', 'ImageDataController', 'download', _left)


@_seed.fault()
def strangers_image_is_downloaded_in_parts():
    """A part of a shared image is downloaded by a project never added.

    Realistic: requests for a range are answered by code of their own.
    """
    _behind('image_data', 'ImageDataController', 'download', _shared,
            lambda req: 'Range' in req.headers)


@_seed.fault()
def private_is_shown_to_members():
    """An image that became private is shown to its former members.

    Realistic: members stay, and who is one is asked first.
    """
    _behind('images', 'ImagesController', 'show', lambda me, image, rows: (
        image['visibility'] == 'private'
        and any(not row['deleted'] for row in rows)))
    # Each image is checked once more since Xena.
    _seed.allow('ImageAPIPolicy', 'get_image', lambda policy: (
        policy.is_created and policy._image.visibility == 'private'))


@_seed.fault()
def strangers_tasks_are_shown():
    """The tasks of a shared image are shown to a project never added.

    Realistic: tasks were an admin's, and nobody checked them twice.
    """
    _behind('images', 'ImagesController', 'get_task_info', _shared)


@_seed.fault()
def former_member_sees_members():
    """Who was a member once sees who is one now.

    Realistic: the members of an image are looked up past the image.
    """
    _behind('image_members', 'ImageMembersController', 'index', _left)
    _see_members('index')


@_seed.fault()
def membership_of_another_is_shown():
    """A member that names another one sees whether that accepted.

    Realistic: a row that is named needs no condition on who asks.
    """
    _see_members('show')


@_seed.fault(release='pike')
def v1_shows_shared_to_strangers():
    """v1 shows a shared image to a project never added, by its id.

    Realistic: the API and its registry check in two places, and each trusts
    the other.
    """
    from glance.registry.api.v1 import images
    controller = images.Controller
    sound, here = controller.show, threading.local()

    def show(self, req, id):
        here.shown = True
        try:
            return sound(self, req, id)
        finally:
            here.shown = False
    controller.show = show
    _seed.reach(lambda me, image, rows: (
        getattr(here, 'shown', False) and image['visibility'] == 'shared'))
