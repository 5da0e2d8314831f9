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

"""Discover, share, look: what a run does to a cloud, in this order.

The cost is one request or few for each image and for each page of each
listing; judging them against each other, all by all, costs none.
"""

import itertools
from urllib import parse
import uuid

from oslo_log import log as logging
from tempest.lib import exceptions as lib_exc

from glance_ossn_tests.clients import discovery
from glance_ossn_tests.party import ERRORS
from glance_ossn_tests.party import moment
from glance_ossn_tests.sharing import histories
from glance_ossn_tests.sharing import listings
from glance_ossn_tests.sharing import matrix
from glance_ossn_tests.sharing import offers

LOG = logging.getLogger(__name__)

# Content of the images with data: declared raw, of no format that Glance
# would recognise (it inspects uploads since 2025.1).
DATA = b'Made by glance-ossn-tests to see whose image lists show it.\n' * 16


def brief(error):
    """An exception on one line."""
    return ' '.join(str(error).split()) or type(error).__name__


class Blind(Exception):
    """The cloud could not be looked at: nothing was tested."""


class Survey:
    """The looks at a cloud that all verdicts of a run rest on.

    :param producer: :class:`glance_ossn_tests.party.Party` that shares
    :param consumer: :class:`glance_ossn_tests.party.Party` that lists
    :param name: the name that all images get
    :param add_cleanup: function that takes a function and its arguments, to
        be called at the end whatever happens
    :param page_size: images to ask for in one request
    :param full_walk: whether to read each listing to its very end
    """

    def __init__(self, producer, consumer, name, add_cleanup, page_size=100,
                 full_walk=False):
        self.producer = producer
        self.consumer = consumer
        self.name = name
        self.add_cleanup = add_cleanup
        self.page_size = page_size
        self.full_walk = full_walk
        self.advertised = []
        self.probes = {}
        self.forms = {}
        self.offers = {}
        self.controls = []
        self.newest = []
        self.shares = []
        self.looks = []
        self.dates = {}

    def run(self):
        """Look at the cloud.

        :returns: :class:`glance_ossn_tests.sharing.matrix.Matrix`
        :raises tempest.lib.exceptions.InvalidConfiguration: if nothing that
            would be seen could be trusted
        """
        self.discover()
        self._make_controls(newest=False)
        for plan in histories.plan(self.offers):
            share = matrix.Share(plan)
            self.shares.append(share)
            if not plan.problem and not plan.not_offered:
                self._make_share(share)
        self._check_strangers()
        self._make_controls(newest=True)
        LOG.info('Made %d images', len(self.dates))
        for listing in listings.plan(self.offers):
            self.looks.append(self.look(listing))
        self._confirm_by_question()
        LOG.info('Read %d lists', len(self.looks))
        return matrix.Matrix(self.shares, self.controls, self.looks)

    # Discover

    def discover(self):
        """Find out which forms of the API answer.

        :raises tempest.lib.exceptions.InvalidConfiguration: if the endpoint
            is no image endpoint
        """
        client = self.consumer.raw
        try:
            self.advertised = discovery.advertised(client)
        except discovery.Undiscoverable as error:
            raise lib_exc.InvalidConfiguration(
                'The image endpoint %s does not say which versions it has: '
                '%s. Check [image] region, endpoint_type and catalog_type, '
                'and whether the service is up.' % (client.root, error))
        forms = {'v1': discovery.V1_FORMS,
                 'v2': discovery.v2_forms(self.advertised)}
        for api, candidates in forms.items():
            probes = [discovery.probe(client, form) for form in candidates]
            self.probes[api] = probes
            self.forms.update((p.form.name, p.form) for p in probes)
            self.offers[api] = offers.offer(
                api,
                [p.form.name for p in probes
                 if p.reach is discovery.Reach.ANSWERS],
                {p.form.name: p.evidence for p in probes
                 if p.reach is discovery.Reach.UNKNOWN},
                'Image API %s is not offered: each of its forms was refused'
                % api)
            for probe in probes:
                LOG.info('%s: %s', probe.reach.value, probe.evidence)
        if not any(offer.answers for offer in self.offers.values()):
            raise lib_exc.InvalidConfiguration(
                'The image endpoint %s lists images in no form of its API: '
                '%s. Check [image] region, endpoint_type and catalog_type, '
                'and the roles of the account (to list needs the role '
                '"reader").' % (client.root, '; '.join(
                    p.evidence for probes in self.probes.values()
                    for p in probes)))

    @property
    def main_api(self):
        """The API for all that is not itself under test."""
        return 'v2' if self.offers['v2'].answers else 'v1'

    def _main_form(self, api):
        return self.forms[self.offers[api].main.form]

    # Share

    def _create(self, party, api, kind, image_id):
        """Create an image whose cleanup is registered before it exists."""
        form = self._main_form(api)
        self.add_cleanup(party.delete_image, form, image_id)
        image = party.create_image(
            form, image_id, self.name,
            DATA if kind == histories.ACTIVE else None)
        self.dates[image_id] = moment(image['created_at'])
        if image.get('owner') != party.project_id:
            raise lib_exc.InvalidConfiguration(
                'The image %s, created with a token of project %s, has the '
                'owner %s. Where owners are users (owner_is_tenant = False '
                'in glance-api.conf) or there are none (no keystone in '
                '[paste_deploy] flavor), sharing between projects cannot be '
                'judged.' % (image_id, party.project_id, image.get('owner')))

    def _make_controls(self, newest):
        """Create the consumer's own images that every listing must show.

        Those made first and last bracket the run in any list by time; their
        ids do so among images of the same second.
        """
        for number, kind in enumerate(histories.KINDS):
            sequence = 0xfffffff0 + number if newest else number
            image_id = str(uuid.UUID(int=sequence << 96 |
                                     uuid.uuid4().int & (1 << 96) - 1))
            control = matrix.Control(kind, image_id)
            self.controls.append(control)
            if newest:
                self.newest.append(control)
            try:
                self._create(self.consumer, self.main_api, kind, image_id)
            except ERRORS as error:
                control.failed = brief(error)

    def _make_share(self, share):
        plan = share.plan
        form = self.forms[plan.form]
        consent = self._main_form('v2') if self.offers['v2'].answers else None
        member = self.consumer.project_id
        share.image_id = str(uuid.uuid4())
        acts = {
            histories.SHARE: lambda: self.producer.add_member(
                form, share.image_id, member),
            histories.REMOVE: lambda: self.producer.remove_member(
                form, share.image_id, member),
            histories.ACCEPT: lambda: self.consumer.answer_share(
                consent, share.image_id, histories.ACCEPTED),
            histories.REJECT: lambda: self.consumer.answer_share(
                consent, share.image_id, histories.REJECTED),
        }
        step = 'create'
        try:
            self._create(self.producer, plan.api, plan.kind, share.image_id)
            for step in plan.history.steps:
                acts[step]()
        except ERRORS as error:
            share.failed = 'the step "%s" of image %s failed: %s' % (
                step, share.image_id, brief(error))
            return
        self._confirm_by_members(share)

    def _confirm_by_members(self, share):
        """Ask the producer's member list whether the share is as planned."""
        knows_status = self.offers['v2'].answers
        form = self._main_form(self.main_api)
        try:
            members = self.producer.list_members(form, share.image_id)
        except ERRORS as error:
            share.unconfirmed = 'the member list of image %s: %s' % (
                share.image_id, brief(error))
            return
        mine = [m for m in members
                if m['member_id'] == self.consumer.project_id]
        expected = share.plan.history.status
        if mine:
            share.membership = mine[0].get('status', 'member')
        found = share.membership
        if bool(expected) != bool(found) or (
                expected and knows_status and found != expected):
            share.unconfirmed = (
                'the member list of image %s says %s where %s was expected'
                % (share.image_id, found or 'no member',
                   expected or 'no member'))

    def _check_strangers(self):
        """See that neither party sees what only an admin would see."""
        form = self._main_form(self.main_api)
        foreign = [(self.producer, self.consumer, c.image_id)
                   for c in self.controls if not c.failed]
        foreign += [(self.consumer, self.producer, s.image_id)
                    for s in self.shares
                    if not s.plan.history.steps and s.image_id and
                    not s.failed]
        for party, owner, image_id in foreign:
            try:
                seen = party.can_see(form, image_id)
            except ERRORS as error:
                raise Blind('Whether project %s sees the unshared image %s '
                            'could not be found out: %s' % (
                                party.project_id, image_id, brief(error)))
            if seen:
                raise lib_exc.InvalidConfiguration(
                    'Project %s sees the image %s of project %s, which '
                    'nobody ever shared with it. Either its account is an '
                    'admin (check [auth] tempest_roles and the roles in '
                    "[auth] test_accounts_file) or Glance's policy takes it "
                    'for one (check context_is_admin in policy.yaml). '
                    'Nothing that it lists says anything about sharing.'
                    % (party.project_id, image_id, owner.project_id))

    # Look

    def look(self, listing):
        """Read a listing, as far as an image of this run can be in it.

        :param listing: :class:`glance_ossn_tests.sharing.listings.Listing`
        :returns: :class:`glance_ossn_tests.sharing.matrix.Look`
        """
        look = matrix.Look(listing)
        if listing.problem or listing.not_offered:
            return look
        query = [(key, value.format(name=self.name))
                 for key, value in listing.query]
        if listing.limit is not None:
            query.append(('limit', listing.limit or self.page_size))
        if listing.order != listings.NEWEST:
            look.marker = self.controls[0].image_id
        if look.marker:
            query.append(('marker', look.marker))
        _Reader(self, look).read(query)
        return look

    def _confirm_by_question(self):
        """See that the consumer is offered what waits for its answer."""
        for look in self.looks:
            asks_for = look.listing.asks_for
            if not asks_for or look.listing.not_offered or look.not_offered:
                continue
            for share in self.shares:
                if share.plan.history.status != asks_for or (
                        share.failed or share.unconfirmed or
                        not share.image_id or share.image_id in look.seen):
                    continue
                share.unconfirmed = (
                    'the consumer does not find image %s where it asks for '
                    'what is %s: %s' % (
                        share.image_id, asks_for,
                        look.listing.problem or look.problem or
                        'it is not in %s' % look.listing.name))


class _Reader:
    """Reads the pages of one listing into a look."""

    def __init__(self, survey, look):
        self.survey = survey
        self.consumer = survey.consumer
        self.listing = look.listing
        self.form = survey.forms[look.listing.form]
        self.look = look
        self.previous = None
        self.newest_first = True

    def read(self, query):
        """Read page after page until no image of the run can follow.

        :param query: pairs of the first page's query
        """
        asked = set()
        for number in itertools.count(1):
            answer = self.consumer.raw.ask(self.form, self.listing.path,
                                           query)
            if answer.images is None:
                self._refused(answer, number)
                return
            for image in answer.images:
                self._note(image, 'page %s of %s' % (number, answer))
            query = self._next_query(query, answer)
            if query is None or self._passed(answer.images):
                return
            if str(query) in asked:
                self.look.problem = 'page %s repeats an earlier one: %s' % (
                    number, answer)
                return
            asked.add(str(query))

    def _refused(self, answer, number):
        if answer.status == 400 and self.listing.optional and number == 1:
            self.look.not_offered = (
                '%s: this release does not know the query' % answer)
        else:
            self.look.problem = 'page %s is no list of images: %s' % (
                number, answer)

    def _note(self, image, where):
        if image['id'] in self.survey.dates:
            self.look.seen.setdefault(image['id'], where)
        self._check_order(self._date(image))

    def _check_order(self, when):
        if when and self.previous and when > self.previous:
            self.newest_first = False
        self.previous = when or self.previous

    def _date(self, image):
        """When an image was created, None if the list does not say so."""
        try:
            return self.survey.dates.get(image['id']) or moment(
                image['created_at'])
        except (KeyError, TypeError, ValueError):
            return None

    def _next_query(self, query, answer):
        """The query of the next page, None if this is the last."""
        if self.listing.api == 'v1':
            # v1 links to no next page, and a page may be shorter than
            # asked for: only an empty one is surely the last.
            pairs = [pair for pair in query if pair[0] != 'marker']
            return answer.images and pairs + [
                ('marker', answer.images[-1]['id'])] or None
        link = answer.json.get('next')
        return link and parse.urlsplit(link).query or None

    def _passed(self, images):
        """Whether no image of the run can follow the ones read so far."""
        if self.survey.full_walk or not images:
            return False
        if self.listing.order != listings.NEWEST:
            return all(control.image_id in self.look.seen
                       for control in self.survey.newest)
        if self.listing.api == 'v1' and self._date(images[-1]) is None:
            # v1's short list has no dates: ask for the last one's.
            self._check_order(self.consumer.creation_date(
                self.form, images[-1]['id']))
        oldest = min(self.survey.dates.values())
        return bool(self.newest_first and self.previous and
                    self.previous < oldest)
