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

"""Faults of one version of the API, or of one form of its URL."""

import json
import re

from ossn_sandbox.faults import _seed


def _hide_versions(pattern):
    """Leave versions out of the version document.

    :param pattern: regular expression that matches their names
    """
    from glance.api import versions
    sound = versions.Controller.index

    def index(self, req, explicit=False):
        response = sound(self, req, explicit)
        body = json.loads(response.body)
        body['versions'] = [version for version in body['versions']
                            if not re.fullmatch(pattern, version['id'])]
        response.body = json.dumps(body).encode()
        return response
    versions.Controller.index = index


@_seed.fault()
def accept_header_forgets_status():
    """With a version in the Accept header a list shows all shares.

    Realistic: requests by media type are routed apart.
    """
    _seed.leak(lambda ask: 'images-v2' in ask.accept)


@_seed.fault()
def first_prefix_forgets_status():
    """Below /v2.0 a list shows shares in every status.

    Realistic: compatibility code for old clients goes on living apart.
    """
    _seed.leak(lambda ask: ask.path.startswith('/v2.0/'))


@_seed.fault()
def hidden_prefix_forgets_status():
    """Below /v2.3, not advertised, a list shows shares in every status.

    Realistic: what is deprecated leaves the version document first.
    """
    _hide_versions(r'v2\.3')
    _seed.leak(lambda ask: ask.path.startswith('/v2.3/'))


@_seed.fault()
def old_prefix_forgets_status():
    """Below an old version prefix a list shows shares in every status.

    Realistic: compatibility code for old clients goes on living apart.
    """
    _seed.leak(lambda ask: ask.path.startswith('/v2.3/'))


@_seed.fault()
def v2_encoded_forgets_status():
    """A percent-encoded prefix of v2 leads to lists of shares in every status.

    Realistic: two routes to one thing, of which one is forgotten.
    """
    _seed.leak(lambda ask: ask.path.startswith('/%76%32'))


@_seed.fault()
def list_by_is_public_forgets_status():
    """A list by "is_public" of v1, asked of v2, shows all shares.

    Realistic: the query of the database still knows what v1 asked.
    """
    _seed.leak(lambda ask: ask.filters.pop('is_public', None) is not None)


@_seed.fault(release='pike')
def v1_forged_status_counts():
    """A status in the request of v1 that shares is taken over.

    Realistic: a body is stored as it came.
    """
    from glance.api.v1 import members
    sound = members.Controller.update

    def update(self, req, image_id, id, body=None):
        result = sound(self, req, image_id, id, body)
        status = (body or {}).get('member', {}).get('status')
        if status:
            with _seed.writing() as session:
                _seed.store_status(session, image_id, status, member=id)
        return result
    members.Controller.update = update


@_seed.fault(release='pike')
def v1_owner_can_be_replaced():
    """v1 lets a project give its image to another one.

    Realistic: the header is one among many, and taken out by name.
    """
    from glance.api.v1 import images
    from glance.db.sqlalchemy import models
    sound = images.Controller.update

    def update(self, req, id, image_meta, image_data):
        owner = image_meta.get('owner')
        result = sound(self, req, id, image_meta, image_data)
        if owner:
            with _seed.writing() as session:
                session.query(models.Image).filter_by(id=id).update(
                    {'owner': owner})
        return result
    images.Controller.update = update


@_seed.fault(release='pike', hides=True)
def v1_not_advertised():
    """The version document hides a v1 API that answers.

    Realistic: the document is made apart from the routes, or by a proxy.
    """
    _hide_versions(r'v1.*')
