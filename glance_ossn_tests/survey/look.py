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

"""Look: what each list shows of the images of a run."""

import copy
import datetime
import itertools
import re
import string
from urllib import parse

from glance_ossn_tests.clients import errors
from glance_ossn_tests.sharing import kinds
from glance_ossn_tests.sharing import listings
from glance_ossn_tests.sharing import matrix
from glance_ossn_tests.sharing import steps


def look(work, found, made, late=False):
    """Take every listing once, as far as an image of the run can be in it.

    :param work: :class:`glance_ossn_tests.survey.work.Work`
    :param found: :class:`glance_ossn_tests.survey.discover.Found`
    :param made: :class:`glance_ossn_tests.survey.share.Made`
    :param late: whether to take those for the steps that waited
    :returns: list of :class:`glance_ossn_tests.sharing.matrix.Reading`
    """
    values = _values(work, found, made)
    return work.each(
        lambda listing: read(work, found, made, listing,
                             values[listing.api]),
        [listing for listing in found.listings if listing.late == late],
        'lists')


def warm_up(work, found, made):
    """Let the producer list first: what it gets is not for others.

    :param work: :class:`glance_ossn_tests.survey.work.Work`
    :param found: :class:`glance_ossn_tests.survey.discover.Found`
    :param made: :class:`glance_ossn_tests.survey.share.Made`
    :returns: whether there are more images than on the longest page, and the
        cloud lists those of the run by their time
    """
    more = {}
    for api, offer in found.offers.items():
        if offer.answers:
            answer = work.producer.raw.ask(
                found.forms[offer.main.form], 'images',
                {'limit': listings.LARGE})
            more[api] = len(answer.images or ()) >= listings.LARGE and (
                'next' in answer.json)
    if not more.get('v2') or work.full_walk:
        return False
    answer = work.producer.raw.ask(found.main_form('v2'), 'images', {
        'created_at': 'gte:' + moment(min(made.dates.values())),
        'limit': listings.LARGE})
    return any(image['id'] in made.ours for image in answer.images or ())


def read(work, found, made, listing, values):
    """Read one listing.

    :param work: :class:`glance_ossn_tests.survey.work.Work`
    :param found: :class:`glance_ossn_tests.survey.discover.Found`
    :param made: :class:`glance_ossn_tests.survey.share.Made`
    :param listing: :class:`glance_ossn_tests.sharing.listings.Listing`
    :param values: dict of what stands for the names in braces
    :returns: :class:`glance_ossn_tests.sharing.matrix.Reading`
    """
    reading = matrix.Reading(listing)
    if listing.problem or listing.not_offered:
        return reading
    # Not every cloud has a value for each.
    for _, name, _, _ in string.Formatter().parse(
            ''.join(value for _, value in listing.query)):
        if name and values.get(name) is None:
            reading.not_offered = ('the cloud has no %s to ask for'
                                   % name.replace('_', ' '))
            return reading
    query = [(key, value.format(**values)) for key, value in listing.query]
    if listing.limit is not None:
        query.append(('limit', listing.limit or work.page_size))
    if listing.order in (listings.OLDEST, listings.NAME):
        reading.marker = made.controls[0].image_id
        query.append(('marker', reading.marker))
    for _ in range(work.reads if listing.repeated else 1):
        _Reader(work, found, made, reading, values).read(query)
    return reading


def moment(when):
    """Return a moment as a filter of v2 takes it.

    :param when: :class:`datetime.datetime`
    :returns: text, to the second
    """
    return when.strftime('%Y-%m-%dT%H:%M:%SZ')


def filtered(value, operators):
    """Return a value as a filter of v2 takes it.

    :param value: text, None for none
    :param operators: whether filters may have an operator before a colon
    :returns: text that means the value and nothing else
    """
    if value and operators and ':' in value:
        return 'eq:' + value
    return value


def quoted(value):
    """Return a value as one of several that a filter of v2 takes.

    :param value: text
    :returns: text, in quotes if a comma or quotes are in it
    """
    if re.search('[",]', value):
        return '"%s"' % re.sub(r'(["\\])', r'\\\1', value)
    return value


def _values(work, found, made):
    """Tell what stands for the names in braces of queries: a dict by API."""
    ids = [c.image_id for c in made.controls + made.shares
           if c.image_id and getattr(c, 'kind', None) in (
               None, kinds.QUEUED)]
    since, until = min(made.dates.values()), max(made.dates.values())
    pending = [s.image_id for s in made.shares
               if s.membership == steps.PENDING]
    day = datetime.timedelta(days=1)

    operators = not found.abilities.lacks(listings.OPERATORS, 'operators')
    active = next((c for c in made.controls if c.kind == kinds.ACTIVE and
                   not (c.failed or c.not_offered)), None)
    hashes = work.consumer.hashes(
        found.main_form(), active.image_id) if active else {}
    values = {
        'name': made.name, 'label': made.name,
        'size': hashes.get('size'), 'checksum': hashes.get('checksum'),
        'os_hash_value': hashes.get('os_hash_value'),
        'os_hash_algo': hashes.get('os_hash_algo'),
        'virtual_size': hashes.get('virtual_size'),
        'pending': (pending or ids or [None])[0],
        'before': moment(since - day),
        'producer': work.producer.project_id,
        'consumer': work.consumer.project_id,
        'until': moment(until + day), 'since': moment(since),
        'ids': ','.join(ids)}
    return {'v1': values, 'v2': dict(
        values, name=filtered(made.name, operators), names=quoted(made.name),
        accented=filtered(kinds.ACCENTED % made.name, operators),
        public_name=filtered(found.abilities.public_name, operators))}


class _Reader:
    """Reads the pages of one listing into a reading."""

    def __init__(self, work, found, made, reading, values):
        self.made = made
        self.full_walk = work.full_walk
        self.listing = reading.listing
        self.party = (work.parties.get(self.listing.viewer) or
                      work.askers[self.listing.viewer])
        self.client = self.party.raw
        if self.listing.endpoint:
            self.client = copy.copy(self.client)
            self.client.endpoint = self.listing.endpoint
        self.form = found.forms[self.listing.form]
        self.path = self.listing.path.format(**values)
        self.values = values
        self.service = (work.bystander or work.producer).raw
        self.signed_in = False
        self.reading = reading
        self.oldest = min(made.dates.values(), default=None)
        self.previous = None
        self.newest_first = True

    def read(self, query):
        """Read page after page until no image of the run can follow.

        :param query: pairs of the first page's query
        """
        asked = set()
        for number in itertools.count(1):
            answer = self._ask(query)
            if answer.images is None:
                self._refused(answer, number)
                return
            for image in answer.images:
                self._note(image, 'page %s of %s' % (number, answer))
            query = self._next_query(query, answer)
            if query and self.listing.one_page and not (
                    self.reading.not_offered):
                # What the other pages show counts all the same.
                self.reading.not_offered = (
                    'the cloud sends %d images a page: in this order only a '
                    'list on one page is complete' % len(answer.images))
            if query is None or self._passed(answer.images):
                return
            if str(query) in asked:
                self.reading.problem = 'page %s repeats an earlier one: %s' % (
                    number, answer)
                return
            asked.add(str(query))

    def _ask(self, query):
        """Ask for a page, with the headers of the listing."""
        further = [(name, value.format(
            service_token=self.service.token, **self.values))
            for name, value in self.listing.headers]
        answer = self.client.ask(self.form, self.path, query,
                                 further=further)
        if answer.status == 401 and further and not self.signed_in:
            # Perhaps it is not the client's own token that has ended.
            self.signed_in = True
            self.service.ask(self.form, 'images', {'limit': 1})
            return self._ask(query)
        return answer

    def _refused(self, answer, number):
        if answer.status in (401, 403) and (
                self.listing.viewer in listings.STRANGERS):
            # As it should be: nothing is shown.
            return
        if answer.status in (400, 401, 403) and number == 1 and (
                self.listing.headers or
                self.listing.viewer in listings.CALLERS):
            self.reading.not_offered = (
                'the cloud lists nothing to who asks so: %s' % answer)
            return
        if answer.status == 400 and self.listing.optional and number == 1:
            self.reading.not_offered = (
                '%s: this release does not know the query' % answer)
        else:
            self.reading.problem = 'page %s is no list of images: %s' % (
                number, answer)

    def _note(self, image, where):
        if str(image['id']) in self.made.ours:
            self.reading.seen.setdefault(str(image['id']), where)
        self._check_order(self._date(image))

    def _check_order(self, when):
        if when and self.previous and when > self.previous:
            self.newest_first = False
        self.previous = when or self.previous

    def _date(self, image):
        """Tell when an image was created, None if the list does not say so."""
        try:
            return self.made.dates.get(str(image['id'])) or errors.moment(
                image['created_at'])
        except (KeyError, TypeError, ValueError):
            return None

    def _next_query(self, query, answer):
        """Return the query of the next page, None if this is the last."""
        if 'shared_images' in answer.json:
            # These come on one page.
            return None
        if self.listing.api == 'v1':
            # v1 links to no next page, and a page may be shorter than
            # asked for: only an empty one is surely the last.
            pairs = [pair for pair in query if pair[0] != 'marker']
            return answer.images and pairs + [
                ('marker', answer.images[-1]['id'])] or None
        link = answer.json.get('next')
        return link and parse.urlsplit(link).query or None

    def _passed(self, images):
        """Tell whether no image of the run can follow the ones read so far."""
        if self.full_walk or not images or (
                self.listing.order == listings.WHOLE):
            return False
        if self.listing.order != listings.NEWEST:
            return all(control.image_id in self.reading.seen
                       for control in self.made.newest)
        if self.listing.api == 'v1' and self._date(images[-1]) is None:
            # v1's short list has no dates: ask for the last one's.
            self._check_order(self.party.creation_date(
                self.form, images[-1]['id']))
        return bool(self.newest_first and self.previous and
                    self.previous < self.oldest)
