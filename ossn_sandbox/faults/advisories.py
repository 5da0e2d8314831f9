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

"""What published advisories are about, where no release on PyPI has it."""

import copy
import os
import types
from urllib import parse

from ossn_sandbox.faults import _seed


@_seed.fault('pike')
def v1_deletes_before_it_asks():
    """v1 deletes an image's data before it asks whose image it is.

    Realistic: OSSA-2012-017, in Folsom and Grizzly.
    """
    from glance.api.v1 import images
    from glance.api.v1 import upload_utils
    sound = images.Controller.delete

    def delete(self, req, id):
        for data in self.get_image_meta_or_404(req, id)['location_data']:
            upload_utils.initiate_deletion(req, data, id)
        return sound(self, req, id)
    images.Controller.delete = delete


@_seed.fault('pike')
def v1_tells_locations():
    """v1 leaves the location in what it says of an image.

    Realistic: OSSA-2013-007, of images in the cache; Diablo always did.
    """
    from glance.api.v1 import images
    images.redact_loc = lambda image, copy_dict=True: image


@_seed.fault('pike')
def v1_looks_up_sheepdog():
    """v1 looks up what a user names in Sheepdog, and finds nothing.

    Realistic: OSSA-2014-012, where that was done by a shell.
    """
    from glance.api.v1 import images
    import webob.exc
    sound = images.Controller._validate_source

    def validate(source, req):
        if source.startswith('sheepdog:'):
            raise webob.exc.HTTPNotFound('The image does not exist.')
        return sound(source, req)
    images.Controller._validate_source = staticmethod(validate)


@_seed.fault('pike')
def v1_takes_files_of_the_server():
    """v1 takes files of its host for locations.

    Realistic: OSSA-2014-041 by another door; only v2 had it.
    """
    from glance.api.v1 import images
    images.store_utils = types.SimpleNamespace(
        **{**vars(images.store_utils),
           'validate_external_location': lambda uri: True})


@_seed.fault('pike')
def v1_sets_the_status():
    """v1 lets a user set the status of its image.

    Realistic: OSSA-2015-019.
    """
    from glance.api.v1 import images
    images.IMMUTABLE = tuple(key for key in images.IMMUTABLE
                             if key != 'status')


@_seed.fault()
def last_location_is_removed():
    """Who removes the last location of an image has it queued again.

    Realistic: OSSA-2016-006.
    """
    from glance.api.v2 import images
    from glance.db.sqlalchemy import models
    sound = images.ImagesController.update

    def update(self, req, image_id, changes):
        if [(change['op'], change['path'][0]) for change in changes] == [
                ('remove', 'locations')]:
            with _seed.writing() as session:
                rows = session.query(models.ImageLocation).filter_by(
                    image_id=image_id)
                for row in rows:
                    os.unlink(parse.urlsplit(row.value).path)
                rows.delete()
                session.query(models.Image).filter_by(id=image_id).update(
                    {'status': 'queued', 'checksum': None})
            return self.gateway.get_repo(req.context).get(image_id)
        return sound(self, req, image_id, changes)
    images.ImagesController.update = update


@_seed.fault()
def delete_of_a_file_reads_it():
    """DELETE of an image's data reads it.

    Realistic: OSSN-0048, where Python runs without assertions.
    """
    from glance.api.middleware import version_negotiation
    negotiation = version_negotiation.VersionNegotiationFilter
    sound = negotiation.process_request

    def process_request(self, req):
        if req.method == 'DELETE' and req.path_info.endswith('/file'):
            req.method = 'GET'
        return sound(self, req)
    negotiation.process_request = process_request


@_seed.fault('pike')
def registry_takes_all_for_admins():
    """The registry has everybody for an admin.

    Realistic: OSSN-0060, use_user_token = False.
    """
    from glance.registry.api.v1 import images
    for name in ('index', 'detail', 'show', 'update', 'delete'):
        def act(self, req, *args, sound=getattr(images.Controller, name),
                **kwargs):
            req.context.is_admin = True
            return sound(self, req, *args, **kwargs)
        setattr(images.Controller, name, act)


@_seed.fault()
def deleted_images_are_purged():
    """What is deleted is purged at once, its id as well.

    Realistic: OSSN-0075, a purge that runs each minute.
    """
    from glance.db.sqlalchemy import api
    from glance.db.sqlalchemy import models
    sound = api.image_destroy

    def image_destroy(context, image_id):
        result = sound(context, image_id)
        with _seed.writing() as session:
            for model in (models.ImageLocation, models.ImageProperty,
                          models.ImageMember, models.ImageTag):
                session.query(model).filter_by(image_id=image_id).delete()
            session.query(models.Image).filter_by(id=image_id).delete()
        return result
    api.image_destroy = image_destroy


@_seed.fault('pike')
def private_filter_forgets_the_owner():
    """Who asks for private images gets those of all projects.

    Realistic: Folsom did so.
    """
    from glance.db.sqlalchemy import api
    sound = api.image_get_all

    def image_get_all(context, filters=None, *args, **kwargs):
        if (filters or {}).get('visibility') == 'private':
            context = copy.copy(context)
            context.is_admin = True
        return sound(context, filters, *args, **kwargs)
    api.image_get_all = image_get_all


@_seed.fault('pike')
def metadefs_of_others_are_shown():
    """A private namespace of metadata definitions is shown to all.

    Realistic: OSSN-0088.
    """
    from glance.db.sqlalchemy.metadef_api import namespace
    namespace._is_namespace_visible = lambda context, row: True
