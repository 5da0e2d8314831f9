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

"""Faults of single lists: by a filter, an order or a page."""

import copy
import json

from ossn_sandbox.faults import _seed


@_seed.fault()
def ascending_forgets_status():
    """A list in ascending order shows shares in every status.

    Realistic: the order is turned around in a subquery.
    """
    _seed.leak(lambda ask: 'asc' in ask.sort_dir)


@_seed.fault()
def default_status_is_all():
    """Who names no membership status gets shares in every status.

    Realistic: it is what v1 did, and one default in one place.
    """
    _seed.leak(lambda ask: True)


@_seed.fault()
def explicit_sort_forgets_status():
    """A list that is sorted on demand shows shares in every status.

    Realistic: joins for sorting are added to a query of their own.
    """
    _seed.leak(lambda ask: ask.sort_key[:1] != ['created_at'])


@_seed.fault()
def list_by_architecture_forgets_status():
    """A list by a property of the schema shows shares in every status.

    Realistic: properties that the schema names may get columns and code of
    their own.
    """
    _seed.leak(lambda ask: 'architecture' in ask.filters)


@_seed.fault()
def list_by_container_forgets_status():
    """A list filtered by container format shows shares in every status.

    Realistic: each filter changes the query in a place of its own.
    """
    _seed.leak(lambda ask: 'container_format' in ask.filters)


@_seed.fault()
def list_by_created_forgets_status():
    """A list filtered by the time of creation shows shares in every status.

    Realistic: each filter changes the query in a place of its own.
    """
    _seed.leak(lambda ask: 'created_at' in ask.filters)


@_seed.fault()
def list_by_exact_size_forgets_status():
    """A list by exact size shows shares in every status.

    Realistic: each filter changes the query in a place of its own.
    """
    _seed.leak(lambda ask: 'size' in ask.filters)


@_seed.fault()
def list_by_format_forgets_status():
    """A list filtered by disk format shows shares in every status.

    Realistic: each filter changes the query in a place of its own.
    """
    _seed.leak(lambda ask: 'disk_format' in ask.filters)


@_seed.fault()
def list_by_hash_forgets_status():
    """A list by the hash of the data shows shares in every status.

    Realistic: who has the data is taken for one who may see the image.
    """
    _seed.leak(lambda ask: (
        'os_hash_value' in ask.filters or 'checksum' in ask.filters))


@_seed.fault()
def list_by_hidden_forgets_status():
    """A list of hidden images shows shares in every status.

    Realistic: each filter changes the query in a place of its own.
    """
    _seed.leak(lambda ask: ask.filters.get('os_hidden'))


@_seed.fault()
def list_by_id_forgets_status():
    """A list filtered by ids shows shares in every status.

    Realistic: each filter changes the query in a place of its own.
    """
    _seed.leak(lambda ask: 'id' in ask.filters)


@_seed.fault()
def list_by_member_status_forgets_status():
    """A list of what is accepted shows shares in every status.

    Realistic: what is asked for by name is read apart from the default.
    """
    _seed.leak(lambda ask: ask.query.get('member_status') == 'accepted')


@_seed.fault()
def list_by_min_ram_forgets_status():
    """A list filtered by memory shows shares in every status.

    Realistic: each filter changes the query in a place of its own.
    """
    _seed.leak(lambda ask: {'min_ram', 'min_disk'} & set(ask.filters))


@_seed.fault()
def list_by_name_and_status_forgets_status():
    """A list by name and status shows shares in every status.

    Realistic: to find what to boot is asked for so often that it has a query
    of its own.
    """
    _seed.leak(lambda ask: {'name', 'status'} <= set(ask.filters))


@_seed.fault()
def list_by_name_forgets_status():
    """A list filtered by name shows shares in every status.

    Realistic: each filter changes the query in a place of its own.
    """
    _seed.leak(lambda ask: 'name' in ask.filters)


@_seed.fault()
def list_by_names_forgets_status():
    """A list by several names shows shares in every status.

    Realistic: the operator "in" has code of its own.
    """
    _seed.leak(lambda ask: str(ask.filters.get('name')).startswith('in:'))


@_seed.fault()
def list_by_not_protected_forgets_status():
    """A list of unprotected images shows shares in every status.

    Realistic: false is taken for not asked.
    """
    _seed.leak(lambda ask: ask.filters.get('protected') is False)


@_seed.fault()
def list_by_owner_and_visibility_forgets_status():
    """A list by owner and visibility shows shares in every status.

    Realistic: both conditions are about whose images are shown, and get
    combined.
    """
    _seed.leak(lambda ask: {'owner', 'visibility'} <= set(ask.filters))


@_seed.fault()
def list_by_owner_forgets_status():
    """A list filtered by owner shows shares in every status.

    Realistic: each filter changes the query in a place of its own.
    """
    _seed.leak(lambda ask: 'owner' in ask.filters)


@_seed.fault()
def list_by_property_forgets_status():
    """A list filtered by a property shows shares in every status.

    Realistic: each filter changes the query in a place of its own.
    """
    _seed.leak(lambda ask: 'ossn_label' in ask.filters or
               ask.filters.get('properties'))


@_seed.fault()
def list_by_protected_forgets_status():
    """A list filtered by protection shows shares in every status.

    Realistic: each filter changes the query in a place of its own.
    """
    _seed.leak(lambda ask: 'protected' in ask.filters)


@_seed.fault()
def list_by_size_forgets_status():
    """A list filtered by size shows shares in every status.

    Realistic: each filter changes the query in a place of its own.
    """
    _seed.leak(lambda ask: {'size_min', 'size_max'} & set(ask.filters))


@_seed.fault()
def list_by_size_max_forgets_status():
    """A list by largest size shows shares in every status.

    Realistic: each filter changes the query in a place of its own.
    """
    _seed.leak(lambda ask: 'size_max' in ask.filters)


@_seed.fault()
def list_by_status_forgets_status():
    """A list filtered by status shows shares in every status.

    Realistic: each filter changes the query in a place of its own.
    """
    _seed.leak(lambda ask: 'status' in ask.filters)


@_seed.fault()
def list_by_statuses_forgets_status():
    """A list by several statuses shows shares in every status.

    Realistic: the operator "in" has code of its own.
    """
    _seed.leak(lambda ask: str(ask.filters.get('status')).startswith('in:'))


@_seed.fault()
def list_by_tag_forgets_status():
    """A list filtered by tag shows shares in every status.

    Realistic: each filter changes the query in a place of its own.
    """
    _seed.leak(lambda ask: 'tags' in ask.filters)


@_seed.fault()
def list_by_two_tags_forgets_status():
    """A list by two tags shows shares in every status.

    Realistic: each tag is another join.
    """
    _seed.leak(lambda ask: len(ask.filters.get('tags', ())) > 1)


@_seed.fault()
def list_by_updated_forgets_status():
    """A list by the time of the last change shows shares in every status.

    Realistic: each filter changes the query in a place of its own.
    """
    _seed.leak(lambda ask: 'updated_at' in ask.filters)


@_seed.fault()
def list_shows_all():
    """The query of a list forgets whose images it may show.

    Realistic: what restricts the query is one condition among many that
    filters, visibilities and memberships are combined of, while an image shown
    by its id is checked elsewhere.
    """
    from glance.db.sqlalchemy import api

    sound = api.image_get_all

    def image_get_all(context, *args, **kwargs):
        context = copy.copy(context)
        context.is_admin = True
        return sound(context, *args, **kwargs)

    api.image_get_all = image_get_all


@_seed.fault()
def next_page_asks_for_all():
    """The link to the next page asks for shares in every status.

    Realistic: the link is put together anew from parsed values.
    """
    from glance.api.v2 import images
    sound = images.ResponseSerializer.index

    def index(self, response, result):
        sound(self, response, result)
        body = json.loads(response.body)
        if 'member_status' not in body.get('next', 'member_status'):
            body['next'] += '&member_status=all'
            response.body = json.dumps(body).encode()
    images.ResponseSerializer.index = index


@_seed.fault()
def oversized_page_forgets_status():
    """A list with a limit above the maximum shows shares in every status.

    Realistic: what is cut to the maximum takes a branch of its own.
    """
    _seed.leak(lambda ask: int(ask.query.get('limit', 0)) > 1000)


@_seed.fault()
def page_two_forgets_status():
    """From the second page on, a list shows shares in every status.

    Realistic: the query that continues behind a marker is built apart from the
    first one.
    """
    _seed.leak(lambda ask: ask.marker)


@_seed.fault()
def question_shows_all_shares():
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


@_seed.fault()
def single_page_forgets_status():
    """A list in pages of one image shows shares in every status.

    Realistic: a shortcut for small pages goes around the common query.
    """
    _seed.leak(lambda ask: ask.limit == 1)


@_seed.fault()
def sort_by_container_forgets_status():
    """A list sorted by container format shows shares in every status.

    Realistic: an order by what may be null needs care of its own.
    """
    _seed.leak(lambda ask: ask.sort_key[:1] == ['container_format'])


@_seed.fault()
def two_sort_keys_forget_status():
    """A list sorted by two keys shows shares in every status.

    Realistic: orders are put together in a loop around the query.
    """
    _seed.leak(lambda ask: ',' in ask.query.get('sort', ''))
