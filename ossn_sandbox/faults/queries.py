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


"""Faults of lists that come of more than one thing that is asked."""

from ossn_sandbox.faults import _seed

# What every list is asked with.
_USUAL = {'deleted', 'os_hidden'}


def _asked(ask):
    """Tell which filters a client chose.

    :param ask: what is asked
    :returns: set of their names
    """
    return set(ask.filters) - _USUAL


@_seed.fault()
def list_by_hash_algorithm_forgets_status():
    """A list by a column without a branch of its own shows all shares.

    Realistic: what no branch takes is added at the end, when the rest of the
    query was put together.
    """
    _seed.leak(lambda ask: {'os_hash_algo', 'virtual_size'} & _asked(ask))


@_seed.fault()
def list_behind_a_foreign_marker_forgets_status():
    """A page behind an image of another project shows all shares.

    Realistic: a marker that its reader does not own is looked up with more
    rights, and the list goes on with them.
    """
    from glance.db.sqlalchemy import api
    _seed.leak(lambda ask: ask.marker and api.image_get(
        ask.context, ask.marker)['owner'] != ask.context.owner)


@_seed.fault()
def filtered_and_sorted_list_forgets_status():
    """A list with a filter and an order shows shares in every status.

    Realistic: the filtered query becomes a subquery of the sorted one.
    """
    _seed.leak(lambda ask: _asked(ask) and (
        {'sort', 'sort_key'} & set(ask.query)))


@_seed.fault()
def classic_sort_forgets_status():
    """A list sorted by "sort_key" instead of "sort" shows all shares.

    Realistic: the older one of two spellings is read by older code.
    """
    _seed.leak(lambda ask: 'sort_key' in ask.query)


@_seed.fault()
def short_page_of_shared_forgets_status():
    """A list of shared images in short pages shows all shares.

    Realistic: a limit on a union is moved into its parts, one of which is
    written anew.
    """
    _seed.leak(lambda ask: ask.filters.get('visibility') == 'shared'
               and 1 < int(ask.query.get('limit', 0)) <= 100)


@_seed.fault()
def list_of_accepted_and_shared_shows_all():
    """Who asks for shared and accepted images gets shares in every status.

    Realistic: with both it is a question about members, which has a query of
    its own.
    """
    _seed.leak(lambda ask: ask.filters.get('visibility') == 'shared'
               and ask.query.get('member_status') == 'accepted')


@_seed.fault()
def list_of_rejected_shows_removed():
    """The list of what was rejected shows what is shared no longer.

    Realistic: rows are only marked as deleted, and each query must say so.
    """
    _seed.also(lambda image, me, member: (image.visibility == 'shared')
               & image.members.any((member.member == me) & member.deleted),
               asked='rejected')


@_seed.fault()
def list_of_all_shows_removed():
    """The list of shares in every status shows what is shared no longer.

    Realistic: "all" drops one condition too many.
    """
    _seed.also(lambda image, me, member: (image.visibility == 'shared')
               & image.members.any((member.member == me) & member.deleted),
               asked='all')


@_seed.fault()
def list_of_pending_shows_private():
    """The list of what is offered shows what became private again.

    Realistic: members stay when an image becomes private, and a query that
    begins with the members does not look at the visibility.
    """
    _seed.also(lambda image, me, member: (image.visibility == 'private')
               & image.members.any(_seed.mine(me, member.status == 'pending')),
               asked='pending')
    # Each image of a list is checked once more since Xena.
    _seed.allow('ImageAPIPolicy', 'get_image', lambda policy: (
        policy.is_created and policy._image.visibility == 'private'))


@_seed.fault()
def list_by_hardware_property_forgets_status():
    """A list by what servers need of an image shows shares in every status.

    Realistic: such properties get an index, and a query that uses it.
    """
    _seed.leak(lambda ask: any(
        name.startswith('hw_') for name in _asked(ask)))


@_seed.fault()
def list_by_non_ascii_value_forgets_status():
    """A list by a value that is not ASCII shows shares in every status.

    Realistic: what a database would compare wrongly is compared by code.
    """
    _seed.leak(lambda ask: not str(ask.filters).isascii())


@_seed.fault()
def list_by_formats_forgets_status():
    """A list by several formats or ids shows shares in every status.

    Realistic: the operator "in" has code of its own.
    """
    _seed.leak(lambda ask: any(
        str(ask.filters.get(name)).startswith('in:')
        for name in ('disk_format', 'container_format', 'id')))


@_seed.fault()
def list_by_tag_and_property_forgets_status():
    """A list by a tag and a property shows shares in every status.

    Realistic: each is a join, and two joins make an image appear twice.
    """
    _seed.leak(lambda ask: 'tags' in ask.filters and any(
        name.startswith(('hw_', 'os_', 'ossn_', 'image_'))
        for name in _asked(ask) - {'os_hash_algo', 'os_hash_value'}))


@_seed.fault()
def list_by_three_filters_forgets_status():
    """A list by three filters or more shows shares in every status.

    Realistic: long conditions are put together in a loop that keeps the last
    ones.
    """
    _seed.leak(lambda ask: len(_asked(ask)) > 2)


@_seed.fault()
def hidden_list_of_a_visibility_forgets_status():
    """A list of hidden images of one visibility shows all shares.

    Realistic: both decide what a list shows at all, and get combined.
    """
    _seed.leak(lambda ask: ask.filters.get('os_hidden')
               and 'visibility' in ask.filters)


@_seed.fault(release='pike')
def pike_sorted_shared_list_forgets_status():
    """A sorted list of shared images shows shares in every status in Pike.

    Realistic: visibilities were new then, and orders were not thought of.
    """
    _seed.leak(lambda ask: ask.filters.get('visibility') == 'shared'
               and {'sort', 'sort_key'} & set(ask.query))


@_seed.fault(release='pike')
def pike_list_by_owner_and_name_forgets_status():
    """A list by owner and name shows shares in every status in Pike.

    Realistic: clients that find an image by name ask for its owner, too.
    """
    _seed.leak(lambda ask: {'owner', 'name'} <= _asked(ask))
