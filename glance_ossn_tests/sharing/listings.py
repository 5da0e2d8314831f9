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

"""How a project can ask for its images: the table of listings.

A row of :data:`LISTINGS` is one question; adding one is adding a row. All
images of a run bear one name, so that a filter by name is one question too,
and one that sorts by anything costs no more than the run has images.
"""

import dataclasses
import typing

from glance_ossn_tests.sharing import crossed
from glance_ossn_tests.sharing import kinds

# Order in which a listing's images come. It decides where reading may stop:
# newest first at the first image older than all of ours; oldest first, and
# by name, it starts behind our oldest image and ends at our newest.
NEWEST = 'newest first'
OLDEST = 'oldest first'
NAME = 'by name'
# Read to its end, which a filter makes near.
WHOLE = 'to the end'

CONSUMER = 'consumer'
BYSTANDER = 'bystander'
# Another user of the consumer's project, whose only role is "reader".
READER = 'reader'
# One of the consumer's users, but not in a project; the last is nobody.
UNSCOPED = 'unscoped'
DOMAIN = 'domain'
SYSTEM = 'system'
NOBODY = 'nobody'
STRANGERS = {UNSCOPED: 'without a project', DOMAIN: 'for a domain',
             SYSTEM: 'for the system', NOBODY: 'without a token'}
# Who asks for a project's lists besides its own user with its password:
# whose list it is, and how it is asked.
APPLICATION = 'application credential'
TRUSTEE = 'trustee'
FOREIGNER = 'user of another domain'
MANAGER = 'manager'
OF_BOTH = 'user of both projects'
CALLERS = {
    APPLICATION: (CONSUMER, 'by an application credential'),
    TRUSTEE: (CONSUMER, 'by whom it trusts'),
    FOREIGNER: (CONSUMER, 'by a user of another domain'),
    MANAGER: (CONSUMER, 'by its manager'),
    OF_BOTH: (BYSTANDER, "of the bystander by the consumer's user")}
# What an admin of the run must help with.
MADE_BY_ADMIN = (FOREIGNER, MANAGER, OF_BOTH)

# The versions since which a query means what it says; before, what is not
# known is taken for a property, which no image has.
_MEMBERS = (2, 1)
TAGS = (2, 3)
SORT = (2, 3)
# Kilo does not know it, and advertises what Liberty does.
PROTECTED = (2, 4)
OPERATORS = (2, 4)
VISIBILITIES = (2, 5)
HASHES = (2, 7)


@dataclasses.dataclass(frozen=True)
class Listing:
    """One way for a project to ask what images it has.

    :param api: major API version: 'v1' or 'v2'
    :param path: below the version prefix
    :param query: pairs of the query; names in braces stand for values of
        the run
    :param order: one of the orders above
    :param limit: images a page; None leaves it to the cloud, 0 to the
        configured page size
    :param one_page: whether only a list that comes on one page is complete:
        next to an image that has no value to sort by, or the same as
        another, Glance repeats images on the next page, and leaves some out
    :param selects: predicate over kinds of image: which of them the query
        selects
    :param own: whether it selects images of the project's own
    :param visibility: the only visibility that it selects, where that is
        not the one of shared images
    :param viewer: who asks
    :param controls: whether its silence needs images that it must show
    :param repeated: whether to ask more than once, as several API workers
        may differ
    :param asks_for: a membership status this listing explicitly asks for,
        or 'all'. To see a share there is no exposure, it is how a consumer
        learns what it is offered; such a listing confirms shares.
    :param late: whether it is read after the last steps of the histories
        that wait for all lists to be read
    :param members: for lists not of images, but of an image's members: whom
        it is looked at for, 'all' that its producer never added, or the
        'others' that a member sees; or for an image's 'content', or
        whether its 'id' opens it
    :param optional: releases exist that refuse the query with 400
    :param since: the version of the API that knows the query, (major,
        minor)
    :param stored: the version of the API whose releases store what the
        query asks for
    :param headers: pairs of headers that are sent besides; names in braces
        stand for values of the run
    :param form: name of the form of the API, e.g. '/v1', '/v2.7'
    :param endpoint: URL of an endpoint other than the one under test
    :param problem: why it cannot be read although the cloud may offer it
    :param not_offered: why the cloud does not offer it
    """

    api: str
    path: str = 'images'
    query: tuple = ()
    order: str = NEWEST
    limit: int | None = 0
    one_page: bool = False
    selects: typing.Callable = kinds.shown
    own: bool = True
    visibility: str | None = None
    viewer: str = CONSUMER
    controls: bool = True
    repeated: bool = False
    asks_for: str | None = None
    late: bool = False
    members: str | None = None
    optional: bool = False
    since: tuple = (0, 0)
    stored: tuple = (0, 0)
    headers: tuple = ()
    form: str = ''
    endpoint: str = ''
    problem: str | None = None
    not_offered: str | None = None

    @property
    def project(self):
        """Whose list it is: the role of the project that its viewer is of."""
        if self.viewer in CALLERS:
            return CALLERS[self.viewer][0]
        return CONSUMER if self.viewer == READER else self.viewer

    @property
    def of_project(self):
        """Whether it is the list of a project."""
        return self.viewer not in STRANGERS

    @property
    def name(self):
        query = list(self.query)
        if self.limit:
            query.append(('limit', str(self.limit)))
        text = '%s/%s' % (self.form or self.api, self.path)
        if query:
            text += '?' + '&'.join('%s=%s' % pair for pair in query)
        if self.viewer in STRANGERS:
            text += ' asked ' + STRANGERS[self.viewer]
        elif self.viewer in CALLERS:
            text += ' asked ' + CALLERS[self.viewer][1]
        elif self.viewer != CONSUMER:
            text += ' of the ' + self.viewer
        for header in self.headers:
            text += ' with %s: %s' % header
        if self.endpoint:
            text += ' at ' + self.endpoint
        if self.late:
            text += ' once more'
        if self.members == 'others':
            text += ' as a member sees it'
        elif self.members == 'id':
            text += ' asked by id'
        return text

    @property
    def open(self):
        """Whether the query asks for images that are open to everybody."""
        return (self.visibility == 'community' or
                ('visibility', 'all') in self.query)


def _v1(*query, **fields):
    return Listing('v1', 'images/detail', query, **fields)


def _v2(*query, **fields):
    return Listing('v2', query=query, **fields)


def _sorted(*pairs, **fields):
    return _v2(*pairs, ('name', '{name}'), order=WHOLE, limit=1000,
               one_page=True, selects=kinds.named, **fields)


def _by_properties(most=8):
    """Ask by as many properties at once as a database joins with ease."""
    for group in crossed.PROPERTIES.values():
        for at in range(0, len(group), most):
            some = group[at:at + most]
            yield _v2(*some, selects=lambda kind, some=some: (
                not kind.hidden and set(some) <= set(kind.properties)))


LISTINGS = (
    # As the note's reader meets it: no query at all.
    Listing('v1', limit=None, repeated=True),
    Listing('v1', 'images/detail', limit=None, repeated=True),
    Listing('v1', '', limit=None),
    _v2(limit=None, repeated=True),

    _v1(('name', '{name}'), selects=kinds.named),
    Listing('v1', query=(('name', '{name}'),), selects=kinds.named),
    _v1(('status', 'active'), selects=kinds.of_status('active')),
    _v1(('status', 'queued'), selects=kinds.of_status('queued')),
    _v1(('disk_format', 'raw'), selects=kinds.of_format('raw')),
    _v1(('container_format', 'bare'), selects=kinds.bare),
    _v1(('size_min', '1'), selects=kinds.has_data),
    _v1(('size_max', '1000000'), selects=kinds.sized),
    _v1(('min_ram', '0'), selects=kinds.lacking('min_ram')),
    _v1(('protected', 'True'), selects=kinds.protected),
    _v1(('changes-since', '{since}')),
    _v1(('property-ossn_label', '{label}'), selects=kinds.labelled),
    _v1(('is_public', 'None')),
    _v1(('is_public', 'True')),
    _v1(('is_public', 'False')),
    _v1(('sort_key', 'name'), ('sort_dir', 'asc'), order=NAME,
        selects=kinds.named),
    _v1(('sort_key', 'id'), ('sort_dir', 'desc'), ('name', '{name}'),
        order=WHOLE, selects=kinds.named),
    Listing('v1', limit=2),
    Listing('v1', 'shared-images/{consumer}', limit=None, own=False,
            order=WHOLE),

    _v2(('id', 'in:{ids}'), order=WHOLE,
        selects=lambda kind: kind.name == 'queued', since=OPERATORS),
    _v2(('name', '{name}'), selects=kinds.named),
    _v2(('name', 'in:{names},other'),
        selects=kinds.named, since=OPERATORS),
    _v2(('name', '{public_name}'), ('owner', '{producer}'), own=False,
        selects=lambda kind: kind.namesake),
    _v2(('name', '{name}'), ('status', 'queued'),
        selects=lambda kind: (kinds.named(kind) and
                              kind.status == 'queued')),
    _v2(('name', '{name}'), ('visibility', 'shared'), selects=kinds.named,
        since=VISIBILITIES),
    _v2(('name', '{name}'), ('disk_format', 'raw'),
        ('container_format', 'bare'),
        selects=lambda kind: (kinds.named(kind) and
                              kind.disk_format == 'raw' and
                              kinds.bare(kind))),
    _v2(('id', '{pending}'), selects=kinds.nothing, order=WHOLE),
    _v2(('tag', '{label}'), selects=kinds.labelled, since=TAGS),
    _v2(('tag', '{label}'), ('tag', 'ossn'), selects=kinds.labelled,
        since=TAGS),
    _v2(('owner', '{producer}'), own=False),
    _v2(('owner', '{producer}'), ('visibility', 'shared'), own=False,
        since=VISIBILITIES),
    _v2(('owner', '{producer}'), ('status', 'queued'), own=False,
        selects=kinds.of_status('queued')),
    # Of these, what is crossed has one at a time.
    _v2(('owner', '{producer}'), ('name', '{name}'), own=False,
        selects=kinds.named),
    _v2(('owner', '{producer}'), ('tag', '{label}'), own=False,
        selects=kinds.labelled, since=TAGS),
    _v2(('owner', '{producer}'), ('created_at', 'gte:{since}'), own=False,
        since=OPERATORS),
    _v2(('name', '{name}'), ('tag', '{label}'),
        selects=lambda kind: kinds.named(kind) and kinds.labelled(kind),
        since=TAGS),
    _v2(('name', '{name}'), ('created_at', 'gte:{since}'),
        ('updated_at', 'gte:{since}'), selects=kinds.named,
        since=OPERATORS),
    _v2(('status', 'active'), selects=kinds.of_status('active')),
    _v2(('status', 'queued'), selects=kinds.of_status('queued')),
    _v2(('status', 'deactivated'), selects=kinds.of_status('deactivated')),
    _v2(('disk_format', 'raw'), selects=kinds.of_format('raw')),
    _v2(('disk_format', 'qcow2'), selects=kinds.of_format('qcow2')),
    _v2(('disk_format', 'iso'), selects=kinds.of_format('iso')),
    _v2(('container_format', 'bare'), selects=kinds.bare),
    _v2(('size_min', '1'), selects=kinds.has_data),
    _v2(('size_max', '1000000'), selects=kinds.sized),
    _v2(('size_min', '1'), ('size_max', '1000000'),
        selects=lambda kind: kinds.sized(kind) and kinds.has_data(kind)),
    _v2(('size', '{size}'), selects=kinds.raw_data),
    _v2(('checksum', '{checksum}'), selects=kinds.raw_data),
    _v2(('os_hash_value', '{os_hash_value}'), selects=kinds.raw_data,
        since=HASHES, stored=HASHES),
    _v2(('architecture', 'x86_64'),
        selects=kinds.having('architecture')),
    _v2(('image_type', 'snapshot'),
        selects=kinds.having('image_type')),
    *_by_properties(),
    # v1's question, which v2 takes for one about a property.
    _v2(('is_public', 'None'), selects=kinds.nothing),
    _v2(('protected', 'true'), selects=kinds.protected, since=PROTECTED),
    _v2(('protected', 'false'),
        selects=lambda kind: not kind.protected and not kind.hidden,
        since=PROTECTED),
    _v2(('status', 'in:active,queued'),
        selects=lambda kind: kind.status in ('active', 'queued') and
        not kind.hidden, since=OPERATORS),
    _v2(('disk_format', 'in:raw,qcow2'),
        selects=lambda kind: kind.disk_format in ('raw', 'qcow2') and
        not kind.hidden, since=OPERATORS),
    _v2(('container_format', 'in:bare,ovf'),
        selects=lambda kind: kind.container_format in ('bare', 'ovf') and
        not kind.hidden,
        since=OPERATORS),
    _v2(('min_disk', '0'), selects=kinds.lacking('min_disk')),
    _v2(('min_disk', '1'), selects=kinds.having('min_disk')),
    _v2(('min_ram', '0'), selects=kinds.lacking('min_ram')),
    _v2(('os_hidden', 'false'), since=(2, 7)),
    _v2(('created_at', 'gte:{since}'), since=OPERATORS),
    _v2(('created_at', 'gt:{before}'), since=OPERATORS),
    _v2(('created_at', 'neq:{before}'), since=OPERATORS),
    _v2(('created_at', 'lte:{until}'), since=OPERATORS),
    _v2(('created_at', 'lt:{until}'), since=OPERATORS),
    _v2(('updated_at', 'lt:{until}'), since=OPERATORS),
    _v2(('updated_at', 'gte:{since}'), since=OPERATORS),
    _v2(('ossn_label', '{label}'), selects=kinds.labelled),
    _v2(('os_hidden', 'true'), selects=lambda kind: kind.hidden,
        since=(2, 7)),
    _v2(('visibility', 'shared'), since=VISIBILITIES),
    _v2(('visibility', 'private'), visibility='private',
        since=VISIBILITIES),
    _v2(('visibility', 'community'), visibility='community',
        since=VISIBILITIES),
    _v2(('visibility', 'public'), visibility='public'),
    # Known since Stein; refused with 400 before.
    _v2(('visibility', 'all'), optional=True),
    _v2(('member_status', 'accepted'), since=_MEMBERS),
    _v2(('visibility', 'all'), ('member_status', 'accepted'), optional=True),
    _v2(('visibility', 'shared'), ('member_status', 'accepted'),
        since=VISIBILITIES),
    _v2(('sort', 'created_at:asc'), order=OLDEST, since=SORT),
    _v2(('sort', 'created_at:desc'), since=SORT),
    _v2(('sort_key', 'created_at')),
    _v2(('sort_dir', 'asc'), order=OLDEST),
    _v2(('sort_key', 'name'), ('sort_dir', 'asc'), order=NAME,
        selects=kinds.named),
    _sorted(('sort', 'name:desc,created_at:asc'), since=SORT),
    _sorted(('sort_key', 'updated_at'), ('sort_dir', 'desc')),
    _sorted(('sort_key', 'updated_at'), ('sort_key', 'name'),
            ('sort_dir', 'desc'), ('sort_dir', 'asc'), since=SORT),
    _sorted(('sort_key', 'status'), ('sort_dir', 'asc')),
    _sorted(('sort_key', 'container_format'), ('sort_dir', 'asc')),
    _sorted(('sort_key', 'size'), ('sort_dir', 'desc')),
    _sorted(('sort_key', 'id'), ('sort_dir', 'asc')),
    _sorted(('sort_key', 'disk_format'), ('sort_dir', 'desc')),
    # A request for each image: the others are not asked for.
    _v2(('tag', '{label}'), selects=kinds.labelled, limit=1, since=TAGS),
    _v2(limit=2),
    _v2(limit=25),
    _v2(limit=1000),
    # More than api_limit_max allows.
    _v2(limit=100000),

    _v2(('visibility', 'shared'), ('member_status', 'pending'),
        asks_for='pending', since=_MEMBERS),
    _v2(('visibility', 'shared'), ('member_status', 'rejected'),
        asks_for='rejected', since=_MEMBERS),
    _v2(('visibility', 'shared'), ('member_status', 'all'), asks_for='all',
        since=VISIBILITIES),
    _v2(('member_status', 'all'), asks_for='all', since=VISIBILITIES),
    _v2(('member_status', 'pending'), asks_for='pending', since=_MEMBERS),
    _v2(('member_status', 'rejected'), asks_for='rejected', since=_MEMBERS),
    _v2(('visibility', 'all'), ('member_status', 'all'), asks_for='all',
        optional=True),
    _v2(('os_hidden', 'true'), ('member_status', 'pending'),
        asks_for='pending', selects=lambda kind: kind.hidden,
        since=(2, 7)),

    # A third project, with which next to nothing is shared.
    Listing('v1', limit=None, viewer=BYSTANDER),
    Listing('v1', 'images/detail', viewer=BYSTANDER),
    Listing('v1', 'shared-images/{consumer}', limit=None, own=False,
            order=WHOLE, viewer=BYSTANDER),
    _v2(limit=None, viewer=BYSTANDER),
    _v2(('name', '{name}'), viewer=BYSTANDER, selects=kinds.named),
    _v2(('visibility', 'shared'), viewer=BYSTANDER, since=VISIBILITIES),
    _v2(('visibility', 'all'), optional=True, viewer=BYSTANDER),
    _v2(('visibility', 'shared'), ('member_status', 'all'), asks_for='all',
        viewer=BYSTANDER, since=VISIBILITIES),
)

READER_LISTINGS = tuple(dataclasses.replace(row, viewer=READER) for row in (
    Listing('v1', limit=None),
    Listing('v1', 'images/detail', limit=None),
    _v2(limit=None),
    _v2(('name', '{name}'), selects=kinds.named),
    _v2(('visibility', 'shared'), since=VISIBILITIES),
    _v2(('visibility', 'all'), optional=True)))

# What they are shown who ask for no project.
STRANGER_LISTINGS = tuple(
    dataclasses.replace(row, viewer=viewer, own=False, controls=False)
    for viewer in STRANGERS for row in (
        Listing('v1', 'images/detail'), _v2(),
        _v2(('visibility', 'all'), optional=True)))

# What they are shown who act for a project in another way.
CALLER_LISTINGS = tuple(
    dataclasses.replace(row, viewer=viewer)
    for viewer in CALLERS for row in (
        Listing('v1', 'images/detail', limit=None), _v2(limit=None),
        _v2(('name', '{name}'), selects=kinds.named),
        _v2(('visibility', 'all'), optional=True)))

# What a client says of itself, what a service asks for its user, and what
# only the middleware that checks tokens may say.
_HEADERS = (
    ('User-Agent', 'python-glanceclient'),
    ('X-Service-Token', '{service_token}'),
    ('X-Roles', 'admin'),
    ('User-Agent', 'openstacksdk/4.4.0 keystoneauth1/5.10.0'),
    ('User-Agent', 'gophercloud/v2.4.0'),
    ('User-Agent', 'Mozilla/5.0'),
    ('Accept-Encoding', 'gzip, deflate'),
    ('X-Project-Id', '{producer}'),
    # As its former releases named them.
    ('X-Tenant-Id', '{producer}'),
    ('X-Role', 'admin'),
    ('X-Is-Admin-Project', 'True'))
HEADER_LISTINGS = tuple(
    [_v2(limit=None, headers=(header,)) for header in _HEADERS] +
    [Listing('v1', 'images/detail', limit=None, headers=(header,))
     for header in _HEADERS[:3]])

# What is read again when the consumer or the producer changed its mind.
LATE_LISTINGS = tuple(dataclasses.replace(row, late=True) for row in (
    Listing('v1', limit=None),
    Listing('v1', 'images/detail', limit=None),
    _v2(limit=None, repeated=True),
    _v2(('name', '{name}'), selects=kinds.named),
    _v2(('owner', '{producer}'), own=False),
    _v2(('visibility', 'shared'), since=VISIBILITIES),
    _v2(('visibility', 'all'), optional=True),
    _v2(('member_status', 'accepted'), since=_MEMBERS),
    _v2(('sort', 'created_at:asc'), order=OLDEST, since=SORT)))

# What is read after each act of a walk.
WALK_LISTINGS = (
    Listing('v1', limit=None),
    Listing('v1', 'images/detail', limit=None, viewer=BYSTANDER),
    _v2(limit=None),
    _v2(('visibility', 'all'), optional=True),
    _v2(('member_status', 'accepted'), since=_MEMBERS),
    _v2(('name', '{name}'), selects=kinds.named),
    _v2(('os_hidden', 'true'), selects=lambda kind: kind.hidden,
        since=(2, 7)),
    _v2(('visibility', 'shared'), ('member_status', 'pending'),
        asks_for='pending', since=_MEMBERS),
    _v2(('visibility', 'shared'), ('member_status', 'rejected'),
        asks_for='rejected', since=_MEMBERS),
    _v2(limit=None, viewer=BYSTANDER),
    _v2(('visibility', 'shared'), ('member_status', 'all'), asks_for='all',
        viewer=BYSTANDER, since=VISIBILITIES))

# Not a list of images, but looked at like one: whether an image has members
# that its producer never added.
MEMBERS = Listing('v2', 'images/{image}/members', own=False, controls=False,
                  members='all')

# The same, as the consumer sees it: who else is a member is no business of
# one.
OTHER_MEMBERS = dataclasses.replace(MEMBERS, members='others')

# The same, for what the consumer is shown of an image that it accepted.
CONTENT = Listing('v2', 'images/{image}', own=False, controls=False,
                  members='content')

# Every further form of an API is another door to the same code.
FORM_LISTINGS = (Listing('v1'), Listing('v2'))


# More images than are on the longest page of a cloud as shipped
# (api_limit_max) make a large catalogue. Glance sorts all that a list may
# show, for each of its pages.
LARGE = 1000
# By these a database finds the few images of a run at once; and what
# asks for a time of creation cannot ask for another.
_NEAR = ('id', 'name', 'owner', 'size', 'checksum', 'os_hash_value',
         'created_at')
_RECENT = ('created_at', 'gte:{since}')


# What another endpoint is asked. With dates: it may lack the means to ask
# for them.
ENDPOINT_LISTINGS = (_v1(limit=None), _v2(limit=None),
                     _v2(('name', '{name}'), selects=kinds.named))


def recent(row):
    """Ask the same question for images of the run's time alone.

    Of lists that an image of the run is in for one reason, and that differ
    only in how many images of others are there, too. Left as they are: what
    is asked without a filter, or with headers, as users ask it, and what is
    near anyway.

    :param row: :class:`Listing`
    :returns: :class:`Listing`
    """
    if row.api != 'v2' or row.late or row.limit or row.headers or (
            row.viewer not in (CONSUMER, BYSTANDER)) or not row.query or any(
                name in _NEAR or value == 'gte:{since}'
                for name, value in row.query):
        return row
    return dataclasses.replace(row, query=(*row.query, _RECENT))


def _asked(rows, abilities):
    """Narrow what may be, where the catalogue is large."""
    if not abilities.crowded or abilities.lacks(OPERATORS, 'operators'):
        return rows
    return [recent(row) for row in rows]


def plan(offers, abilities, further=()):
    """Cross the listings with what the cloud offers.

    :param offers: dict of 'v1' and 'v2' to
        :class:`glance_ossn_tests.sharing.forms.Offer`
    :param abilities: the cloud's
        :class:`glance_ossn_tests.sharing.forms.Abilities`
    :param further: :class:`Listing` that are asked besides
    :returns: list of :class:`Listing`
    """
    listings = []
    rows = _asked((
        *LISTINGS, *READER_LISTINGS, *STRANGER_LISTINGS, *CALLER_LISTINGS,
        *HEADER_LISTINGS, *LATE_LISTINGS, *further), abilities)
    for api, offer in offers.items():
        for number, door in enumerate(offer.doors):
            for row in FORM_LISTINGS if number else rows:
                other = row.viewer in (*STRANGERS, *CALLERS)
                if row.api != api or (
                        other and row.viewer not in abilities.askers):
                    continue
                absent = (door.not_offered or (
                    abilities.askers[row.viewer] if other
                    else abilities.nobody(row.viewer)) or
                          abilities.lacks(row.since, 'the query') or
                          abilities.lacked(row.stored))
                # Until then that is what others shared.
                own = row.own and not (
                    ('visibility', 'shared') in row.query and
                    abilities.lacks(VISIBILITIES, 'it'))
                listings.append(dataclasses.replace(
                    row, own=own, form=door.form,
                    problem=door.problem or abilities.unknown_askers.get(
                        row.viewer), not_offered=absent, query=tuple(
                        (name, value.replace(kinds.BASE, abilities.base)
                         if name == 'disk_format' else value)
                        for name, value in row.query)))
    return listings


def walks(offers, abilities):
    """Tell what is read after each act of a walk.

    :param offers: dict of 'v1' and 'v2' to
        :class:`glance_ossn_tests.sharing.forms.Offer`
    :param abilities: the cloud's
        :class:`glance_ossn_tests.sharing.forms.Abilities`
    :returns: list of :class:`Listing`, those that the cloud offers
    """
    return [dataclasses.replace(row, form=offers[row.api].main.form)
            for row in _asked(WALK_LISTINGS, abilities)
            if offers[row.api].answers and
            not abilities.lacks(row.since, 'the query')]
