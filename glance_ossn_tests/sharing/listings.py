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
images of a run bear one name, so that a filter by name is one question too.
"""

import dataclasses

# Order in which a listing's images come. It decides where reading may stop:
# newest first at the first image older than all of ours; oldest first, and
# by name, it starts behind our oldest image and ends at our newest.
NEWEST = 'newest first'
OLDEST = 'oldest first'
NAME = 'by name'


@dataclasses.dataclass(frozen=True)
class Listing:
    """One way for a project to ask what images it has.

    :param api: major API version: 'v1' or 'v2'
    :param path: below the version prefix
    :param query: pairs of the query; ``{name}`` stands for the run's name
    :param order: one of the orders above
    :param limit: images a page; None leaves it to the cloud, 0 to the
        configured page size
    :param form: name of the form of the API, e.g. '/v1', '/v2.7'
    :param asks_for: a membership status this listing explicitly asks for.
        To see a share there is no exposure, it is how a consumer learns
        what it is offered; such a listing confirms shares.
    :param optional: releases exist that refuse the query with 400
    :param problem: why it cannot be read although the cloud may offer it
    :param not_offered: why the cloud does not offer it
    """

    api: str
    path: str = 'images'
    query: tuple = ()
    order: str = NEWEST
    limit: int | None = 0
    form: str = ''
    asks_for: str | None = None
    optional: bool = False
    problem: str | None = None
    not_offered: str | None = None

    @property
    def name(self):
        query = list(self.query)
        if self.limit:
            query.append(('limit', str(self.limit)))
        text = '%s/%s' % (self.form, self.path)
        if query:
            text += '?' + '&'.join('%s=%s' % pair for pair in query)
        return text


_BY_NAME = (('sort_key', 'name'), ('sort_dir', 'asc'))

LISTINGS = (
    # As the note's reader meets it: no query at all.
    Listing('v1', limit=None),
    Listing('v1', 'images/detail', limit=None),
    Listing('v2', limit=None),

    Listing('v2', query=(('name', '{name}'),)),
    Listing('v2', query=(('visibility', 'shared'),)),
    # Known since Stein; refused with 400 before.
    Listing('v2', query=(('visibility', 'all'),), optional=True),
    Listing('v2', query=(('member_status', 'accepted'),)),
    Listing('v2', query=(('sort', 'created_at:asc'),), order=OLDEST),
    Listing('v2', query=_BY_NAME, order=NAME),
    Listing('v2', limit=1),

    Listing('v2', query=(('visibility', 'shared'),
                         ('member_status', 'pending')), asks_for='pending'),
    Listing('v2', query=(('visibility', 'shared'),
                         ('member_status', 'rejected')), asks_for='rejected'),
)

# Every further form of an API is another door to the same code.
FORM_LISTINGS = (Listing('v1'), Listing('v2'))


def plan(offers):
    """Cross the listings with what the cloud offers.

    :param offers: dict of 'v1' and 'v2' to
        :class:`glance_ossn_tests.sharing.offers.Offer`
    :returns: list of :class:`Listing`
    """
    listings = []
    for api, offer in offers.items():
        for number, door in enumerate(offer.doors):
            rows = FORM_LISTINGS if number else LISTINGS
            listings.extend(dataclasses.replace(
                row, form=door.form, problem=door.problem,
                not_offered=door.not_offered)
                for row in rows if row.api == api)
    return listings
