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
listing; judging them against each other, all by all, costs none. What does
not depend on each other is under way at the same time.
"""

import concurrent.futures
import contextlib
import copy
import dataclasses
import datetime
import itertools
from urllib import parse
import uuid

from oslo_log import log as logging
from tempest.lib import exceptions as lib_exc

from glance_ossn_tests.accounts.party import brief
from glance_ossn_tests.accounts.party import BrokeOff
from glance_ossn_tests.accounts.party import certificate_hint
from glance_ossn_tests.accounts.party import ERRORS
from glance_ossn_tests.accounts.party import LeftBehind
from glance_ossn_tests.accounts.party import moment
from glance_ossn_tests.clients import discovery
from glance_ossn_tests.clients import raw
from glance_ossn_tests.sharing import forms
from glance_ossn_tests.sharing import histories
from glance_ossn_tests.sharing import kinds
from glance_ossn_tests.sharing import listings
from glance_ossn_tests.sharing import matrix

LOG = logging.getLogger(__name__)

# A member's status as v1 tells it.
UNKNOWN_STATUS = 'member'

# Refused, but not for what was asked: a sound cloud might have said yes.
_NO_ANSWERS = (lib_exc.Unauthorized, lib_exc.OverLimit,
               lib_exc.RateLimitExceeded)


class CannotLook(Exception):
    """The cloud could not be looked at: nothing was tested."""


def in_parallel(workers, act, things):
    """Do something with each of several things, some at the same time.

    :param workers: with how many at a time; with one, in this thread
    :param act: function of one of them
    :param things: iterable of them, which are begun in this order
    :returns: list of what the function returned, in the order of the things
    :raises Exception: the first that an act raised; what was not begun by
        then is not done
    """
    if workers == 1:
        return [act(thing) for thing in things]
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        jobs = [pool.submit(act, thing) for thing in things]
        try:
            return [job.result() for job in jobs]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


@contextlib.contextmanager
def _phase(name, parties):
    """Log what a part of the run costs.

    :param name: what the log calls it
    :param parties: list of :class:`glance_ossn_tests.accounts.party.Party`
    """
    before = sum(party.requests for party in parties)
    yield
    LOG.info('Phase %s took %d requests', name,
             sum(party.requests for party in parties) - before)


class CreatedImages:
    """The images that a run made, to be deleted at its end.

    :param parties: list of :class:`glance_ossn_tests.accounts.party.Party`
    :param workers: how many images at a time
    """

    def __init__(self, parties=(), workers=1):
        self.parties = parties
        self.workers = workers
        self._images = {}

    def add(self, delete, form, image_id, kind=None):
        """Have an image deleted; of several ways the last is tried first.

        :param delete: function of the further arguments
        :param form: :class:`glance_ossn_tests.clients.raw.Form`
        :param image_id: id of the image
        :param kind: its :class:`glance_ossn_tests.sharing.kinds.Kind`
        """
        self._images.setdefault(image_id, []).append((delete, form, kind))

    def remove(self):
        """Delete all, whatever one of them meets.

        :raises glance_ossn_tests.accounts.party.LeftBehind: naming what stays
        """
        with _phase('cleanup', self.parties):
            stays = [text for texts in in_parallel(
                self.workers, self._remove, reversed(list(self._images)))
                for text in texts]
        if stays:
            raise LeftBehind('\n'.join(stays))

    def _remove(self, image_id):
        stays = []
        for delete, form, kind in reversed(self._images[image_id]):
            try:
                delete(form, image_id, kind)
            except Exception as error:
                stays.append(brief(error).removeprefix(
                    LeftBehind.message + ' Details: '))
        return stays


class Survey:
    """The looks at a cloud that all verdicts of a run rest on.

    :param parties: dict of 'producer', which shares, 'consumer', which
        lists, and 'bystander', which should have nothing to do with it, to
        :class:`glance_ossn_tests.accounts.party.Party`; perhaps 'reader',
        another user of the consumer's project
    :param name: the name that all images get
    :param add_cleanup: what has an image deleted at the end, such as the
        method :meth:`CreatedImages.add`
    :param page_size: images to ask for in one request
    :param full_walk: whether to read each listing to its very end
    :param reads: how often to read the listings that users read most
    :param endpoints: URLs of further image endpoints, which must answer
    :param formats: dict of the disk_formats and container_formats that the
        cloud takes, empty for all
    :param workers: how many requests may be under way at a time
    """

    def __init__(self, parties, name, add_cleanup, page_size=100,
                 full_walk=False, reads=1, endpoints=(), formats=None,
                 workers=1):
        self.parties = parties
        self.producer = parties['producer']
        self.consumer = parties['consumer']
        self.bystander = parties['bystander']
        self.name = name
        self.add_cleanup = add_cleanup
        self.page_size = page_size
        self.full_walk = full_walk
        self.reads = reads
        self.workers = workers
        self.endpoints = [raw.strip_version(url) for url in endpoints]
        self.clients = {}
        self.endpoint_listings = []
        self.advertised = []
        self.probes = {}
        self.forms = {}
        self.offers = {}
        self.controls = []
        self.newest = []
        self.shares = []
        self.looks = []
        self.ours = set()
        self.dates = {}
        self.values = {}
        self.abilities = forms.Abilities(parties=tuple(parties),
                                         **(formats or {}))

    def run(self):
        """Share, and look at what the lists show.

        :returns: :class:`glance_ossn_tests.sharing.matrix.Matrix`
        :raises tempest.lib.exceptions.InvalidConfiguration: if nothing that
            would be seen could be trusted
        """
        members, others = self._find_out()
        with self._phase('sharing'):
            self._make_oldest_controls()
            self.shares = [matrix.Share(plan) for plan in histories.plan(
                self.offers, self.abilities)]
            # What serves as control is the oldest of the shares.
            for controls in (True, False):
                self._each(
                    lambda share: self._make_share(share, members),
                    [share for share in self.shares
                     if not share.plan.problem and
                     not share.plan.not_offered and controls == (
                         share.plan.history.topic == histories.CONTROL)])
            self._make_newest_controls()
        LOG.info('Made %d images', len(self.ours))
        return self._read(members, others)

    def look_again(self):
        """Look at what the lists show of images that another survey made.

        :returns: :class:`glance_ossn_tests.sharing.matrix.Matrix`
        :raises tempest.lib.exceptions.InvalidConfiguration: if nothing that
            would be seen could be trusted
        """
        members, others = self._find_out()
        with self._phase('members'):
            self._each(
                lambda share: self._confirm_by_members(share, members),
                [share for share in self.shares if not share.failed])
        return self._read(members, others)

    def about(self):
        """What was found out about the cloud.

        :returns: dict, as part of report/schema/detail.json
        """
        return {
            'endpoints': [self.consumer.raw.root, *self.clients],
            'advertised': ['v%d.%d' % version for version in self.advertised],
            'answers': list(dict.fromkeys(
                probe.form.name for probes in self.probes.values()
                for probe in probes
                if probe.reach is discovery.Reach.ANSWERS))}

    def _each(self, act, things):
        return in_parallel(self.workers, act, things)

    def _phase(self, name):
        return _phase(name, self.parties.values())

    def _find_out(self):
        """Find out what the cloud answers.

        :returns: the looks at members, yet to be taken
        """
        with self._phase('discovery'):
            self.discover()
            self._discover_elsewhere()
            self._find_abilities()
        form = self.offers[self.main_api].main.form
        self.looks = [matrix.Reading(dataclasses.replace(row, form=form))
                      for row in (listings.MEMBERS, listings.OTHER_MEMBERS)]
        return tuple(self.looks)

    def _read(self, members, others):
        with self._phase('looking'):
            self._look_at_other_members(others)
            self._check_strangers()
            self._fill_in_values()
            self._warm_up()
            planned = self.endpoint_listings + listings.plan(
                self.offers, self.abilities)
            self._look_at(row for row in planned if not row.late)
            self._confirm_by_question()
            self._go_on(members)
            self._look_at(row for row in planned if row.late)
        LOG.info('Read %d lists; %d requests in all', len(self.looks),
                 sum(party.requests for party in self.parties.values()))
        with self._phase('judging'):
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
                'and whether the service is up.%s' % (
                    client.root, error, certificate_hint(str(error))))
        tried = {'v1': discovery.V1_FORMS,
                 'v2': discovery.v2_forms(self.advertised)}
        for api, candidates in tried.items():
            probes = self._each(lambda form: self._probe(client, form),
                                candidates)
            self.probes[api] = probes
            self.forms.update((p.form.name, p.form) for p in probes)
            self.offers[api] = forms.offer(
                api,
                [p.form.name for p in probes
                 if p.reach is discovery.Reach.ANSWERS],
                {p.form.name: p.evidence for p in probes
                 if p.reach is discovery.Reach.UNKNOWN},
                'Image API %s is not offered: each of its forms was refused'
                % api, {p.form.name for p in probes if p.form.odd})
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

    def _probe(self, client, form):
        if form.version.startswith('v2'):
            return discovery.probe(client, form)
        return discovery.probe(client, form, discovery.v1_paths(
            self.consumer.project_id))

    def _discover_elsewhere(self):
        """Find out what the other endpoints of the service answer."""
        for root in dict.fromkeys(self.endpoints +
                                  self.consumer.other_endpoints()):
            client = self.clients[root] = copy.copy(self.consumer.raw)
            client.endpoint = root
            tried = {'v1': discovery.V1_FORMS, 'v2': [raw.Form('v2')]}
            named = root in self.endpoints
            with (contextlib.nullcontext() if named else
                  self.consumer.line.without_retries()):
                answer = client.ask(raw.Form('v2'), 'images', {'limit': 1})
                if answer.error and not named:
                    probes = {api: [discovery.Probe(
                        form, discovery.Reach.UNKNOWN, str(answer))
                        for form in some] for api, some in tried.items()}
                else:
                    probes = {api: [self._probe(client, form)
                                    for form in some]
                              for api, some in tried.items()}
            every = probes['v1'] + probes['v2']
            LOG.info('%s: %s', root, '; '.join(
                '%s %s' % (p.form.name, p.reach.value) for p in every))
            # What nobody can reach from here is no business of users here.
            away = not named and all(
                p.reach is discovery.Reach.UNKNOWN for p in every)
            if not away:
                self.probes['v1'] += probes['v1']
            for row in listings.ENDPOINT_LISTINGS:
                reaches = {p.reach: p for p in reversed(probes[row.api])}
                found = reaches.get(discovery.Reach.ANSWERS)
                unknown = reaches.get(discovery.Reach.UNKNOWN)
                problem = absent = None
                if not found and unknown and not away:
                    problem = unknown.evidence
                elif not found:
                    absent = every[0].evidence
                self.endpoint_listings.append(dataclasses.replace(
                    row, endpoint=root, problem=problem, not_offered=absent,
                    form=found.form.name if found else '/' + row.api))

    def _find_abilities(self):
        """See what the cloud can do besides."""
        self.abilities = dataclasses.replace(
            self.abilities, versions=tuple(self.advertised),
            public_name=self._find_public_name())
        if self.offers['v2'].answers and not self.abilities.lacks(
                histories.IMPORTS, 'imports'):
            self._find_imports()

    def _find_imports(self):
        """See whether the cloud imports what is staged."""
        answer = self.producer.raw.ask(self._main_form('v2'), 'info/import')
        try:
            methods = answer.json['import-methods']['value']
        except (KeyError, TypeError):
            self.abilities = dataclasses.replace(
                self.abilities, import_problem='%s does not tell the import '
                'methods' % answer)
            return
        if 'glance-direct' not in methods:
            self.abilities = dataclasses.replace(
                self.abilities, no_import='the cloud does not import by the '
                'method glance-direct, only by %s' % methods)

    def _find_public_name(self):
        """A name of a public image, which a project could pretend to."""
        answer = self.consumer.raw.ask(
            self._main_form(self.main_api), 'images',
            {'visibility': 'public', 'limit': 1})
        if answer.images is None:
            raise CannotLook('No list of images came for the public ones: '
                             '%s' % answer)
        for image in answer.images:
            if image.get('visibility') == 'public':
                return image.get('name')
        return None

    @property
    def main_api(self):
        """The API for all that is not itself under test."""
        return 'v2' if self.offers['v2'].answers else 'v1'

    def _main_form(self, api):
        return self.forms[self.offers[api].main.form]

    # Share

    def _create(self, party, form, image_id, *args, **properties):
        """Create an image; if its data breaks off, another one.

        :returns: dict of the image, whose id begins as the given one does
        """
        try:
            return self._create_once(party, form, image_id, *args,
                                     **properties)
        except BrokeOff as error:
            LOG.warning('Image %s: %s; another one is made', image_id, error)
            another = str(uuid.uuid4())
            return self._create_once(
                party, form, image_id[:8] + another[8:], *args, **properties)

    def _create_once(self, party, form, image_id, kind, late_data=False,
                     **properties):
        """Create an image whose cleanup is registered before it exists."""
        self.ours.add(image_id)
        self.add_cleanup(party.delete_image, form, image_id, kind)
        image = party.create_image(
            form, image_id,
            self.abilities.public_name if kind.namesake else self.name, kind,
            self.name, None if late_data else kind.data, **properties)
        if str(image['id']) != image_id:
            # Diablo numbers its images.
            image_id = str(image['id'])
            self.ours.add(image_id)
            self.add_cleanup(party.delete_image, form, image_id, kind)
        self.dates[image_id] = moment(image['created_at'])
        return image

    def _check_owner(self, party, image):
        if image.get('owner') != party.project_id:
            raise lib_exc.InvalidConfiguration(
                'The image %s, created with a token of project %s, has the '
                'owner %s. Where owners are users (owner_is_tenant = False '
                'in glance-api.conf) or there are none (no keystone in '
                '[paste_deploy] flavor), sharing between projects cannot be '
                'judged.' % (image.get('id'), party.project_id,
                             image.get('owner')))

    def _make_control(self, party, kind, visibility, sequence):
        """Create an image of a party's own that its listings must show.

        Those made first and last bracket the run in any list by time; their
        ids do so among images of the same second.
        """
        image_id = str(uuid.UUID(int=sequence << 96 |
                                 uuid.uuid4().int & (1 << 96) - 1))
        control = matrix.Control(kind, image_id, party.role, visibility)
        properties = {'visibility': visibility} if visibility else {}
        try:
            image = self._create(party, self._main_form(self.main_api),
                                 image_id, kind, **properties)
            control.image_id = str(image['id'])
            self._check_owner(party, image)
        except ERRORS as error:
            control.failed = brief(error)
        return control

    def _make_oldest_controls(self):
        own = [(self.consumer, kind, None) for kind in kinds.KINDS
               if not kinds.missing(kind, self.main_api, self.abilities)]
        own.append((self.bystander, kinds.QUEUED, None))
        if self.main_api == 'v2' and max(self.advertised) >= (2, 5):
            own += [(self.consumer, kinds.QUEUED, visibility)
                    for visibility in ('private', 'community')]
        # The very first is where lists in ascending order begin.
        controls = list(enumerate(own))
        for some in (controls[:1], controls[1:]):
            self.controls += self._each(
                lambda each: self._make_control(*each[1], each[0]), some)

    def _make_newest_controls(self):
        for number, kind in enumerate((kinds.ACTIVE, kinds.QUEUED)):
            self.newest.append(self._make_control(
                self.consumer, kind, None, 0xfffffff0 + number))
        self.controls += self.newest

    def _acts(self, share):
        """What each step does to an image: functions by step."""
        h = histories
        producer = self._owner_of(share)
        consumer, bystander = self.consumer, self.bystander
        mine, theirs = consumer.project_id, bystander.project_id
        image, form = share.image_id, self.forms[share.plan.form]
        v2 = self._main_form('v2') if self.offers['v2'].answers else None

        def answer(party, member, status):
            return lambda: party.answer_share(v2, image, member, status)

        def visibility(value):
            return lambda: producer.patch_image(v2, image, 'visibility',
                                                value)

        def owner(op):
            return lambda: producer.patch_image(
                self._main_form(share.plan.api), image, 'owner', mine, op)

        def there_and_back(name, value, before):
            def change():
                producer.patch_image(v2, image, name, value)
                producer.patch_image(v2, image, name, before)
            return change

        return {
            h.SHARE: lambda: producer.add_member(form, image, mine),
            h.TRY_SHARE: lambda: producer.add_member(form, image, mine),
            h.FORGE: lambda: producer.add_member(form, image, mine,
                                                 status=h.ACCEPTED),
            h.SHARE_BYSTANDER: lambda: producer.add_member(form, image,
                                                           theirs),
            h.REMOVE_BYSTANDER: lambda: producer.remove_member(form, image,
                                                               theirs),
            h.SHARE_FURTHER: lambda: producer.add_member(form, image, mine,
                                                         can_share=True),
            h.PASS_ON: lambda: consumer.add_member(form, image, theirs),
            h.SHARE_OTHERS: lambda: [
                producer.add_member(form, image, uuid.uuid4().hex)
                for _ in range(2)],
            h.ADMIN_SHARES: lambda: self.parties['admin'].add_member(
                form, image, mine),
            h.RENAME: there_and_back('name', self.name + ' changed',
                                     self.name),
            h.DESCRIBE: lambda: producer.patch_image(
                v2, image, 'description', 'changed', 'add'),
            h.PROTECT: there_and_back('protected', True, False),
            h.IMPORT: lambda: producer.import_image(v2, image,
                                                    share.plan.kind.data),
            h.READ: lambda: consumer.read_share(v2, image),
            h.UNTAG: lambda: producer.remove_tag(v2, image, 'touched'),
            h.TAG: lambda: producer.add_tag(v2, image, 'touched'),
            h.DEACTIVATE: lambda: producer.deactivate_image(v2, image),
            h.REACTIVATE: lambda: producer.reactivate_image(v2, image),
            h.HIDE: lambda: producer.patch_image(v2, image, 'os_hidden',
                                                 True),
            h.UNHIDE: lambda: producer.patch_image(v2, image, 'os_hidden',
                                                   False),
            h.REPLACE: lambda: producer.replace_members(form, image, [mine]),
            h.REMOVE: lambda: producer.remove_member(form, image, mine),
            h.UPLOAD: lambda: producer.upload(form, image,
                                              share.plan.kind.data),
            h.PRIVATE: visibility('private'),
            h.SHARED: visibility('shared'),
            h.COMMUNITY: visibility('community'),
            h.ACCEPT: answer(consumer, mine, h.ACCEPTED),
            h.REJECT: answer(consumer, mine, h.REJECTED),
            h.RESET: answer(consumer, mine, h.PENDING),
            h.BYSTANDER_ACCEPTS: answer(bystander, theirs, h.ACCEPTED),
            h.TRY_OWNER_ACCEPTS: answer(producer, mine, h.ACCEPTED),
            h.TRY_BYSTANDER_ACCEPTS: answer(bystander, mine, h.ACCEPTED),
            h.TRY_READER_ACCEPTS: lambda: self.parties[
                'reader'].answer_share(v2, image, mine, h.ACCEPTED),
            h.TRY_UNKNOWN: answer(consumer, mine, 'ACCEPTED'),
            h.TRY_JOIN: lambda: consumer.add_member(form, image, mine),
            h.TRY_PASS_ON: lambda: consumer.add_member(form, image, theirs),
            h.TRY_REPLACE_OWNER: owner('replace'),
            h.TRY_ADD_OWNER: owner('add'),
            h.TRY_REMOVE_OWNER: owner('remove'),
            h.TRY_PUBLIC: lambda: producer.patch_image(
                form, image, *self._public(share.plan.api)),
        }

    @staticmethod
    def _public(api):
        return ('is_public', True) if api == 'v1' else ('visibility',
                                                        'public')

    def _owner_of(self, share):
        """The party whose image a share is."""
        return self.parties[share.plan.history.owner]

    def _make_share(self, share, members):
        plan, producer = share.plan, self._owner_of(share)
        form = self._main_form(plan.api)
        share.image_id = str(uuid.uuid4())
        unusual = {}
        if histories.TRY_GIVE in plan.history.steps:
            unusual['owner'] = self.consumer.project_id
        if histories.TRY_ORPHAN in plan.history.steps:
            unusual['owner'] = None
        if histories.TRY_PUBLIC_CREATE in plan.history.steps:
            unusual.update([self._public(plan.api)])
        if plan.history.topic == histories.OWNER:
            # Whoever owns it in the end can delete it.
            self.add_cleanup(self.consumer.delete_image,
                             self._main_form(self.main_api), share.image_id)
        step = 'create'
        try:
            image = self._create(producer, form, share.image_id,
                                 plan.kind, plan.history.late_data,
                                 **unusual)
            share.image_id = str(image['id'])
            if not unusual:
                self._check_owner(producer, image)
            if plan.kind.labelled and plan.api == 'v1' and (
                    self.offers['v2'].answers):
                # v1 knows no tags.
                for tag in (self.name, 'ossn'):
                    producer.add_tag(self._main_form('v2'), share.image_id,
                                     tag)
            acts = self._acts(share)
            for step in plan.history.parts[0]:
                if step not in histories.CREATING:
                    self._take(acts[step], step)
        except lib_exc.ClientRestClientException as error:
            if unusual and not isinstance(error, _NO_ANSWERS):
                # Refused, as it should be; the lists tell whether it is so.
                return
            self._failed(share, step, error)
        except ERRORS as error:
            self._failed(share, step, error)
        else:
            if not plan.history.late:
                self._confirm_by_members(share, members)

    def _go_on(self, members):
        """Take the steps that wait for all lists to be read."""
        waiting = []
        for share in self.shares:
            if not (share.plan.history.late and share.image_id) or (
                    share.failed):
                continue
            if any(share.image_id in look.seen for look in self.looks):
                waiting.append(share)
            else:
                share.failed = ('image %s was in no list when the consumer '
                                'had accepted it' % share.image_id)
        self._each(lambda share: self._take_late_steps(share, members),
                   waiting)

    def _take_late_steps(self, share, members):
        acts = self._acts(share)
        try:
            for step in share.plan.history.parts[1]:
                self._take(acts[step], step)
        except ERRORS as error:
            self._failed(share, step, error)
        else:
            self._confirm_by_members(share, members)

    @staticmethod
    def _take(act, step):
        """Do a step; what a sound cloud refuses may be refused."""
        try:
            act()
        except (lib_exc.ClientRestClientException,
                lib_exc.InvalidHttpSuccessCode) as error:
            if step not in histories.TRIES or isinstance(error, _NO_ANSWERS):
                raise

    @staticmethod
    def _failed(share, step, error):
        share.failed = 'the step "%s" of image %s failed: %s' % (
            step, share.image_id, brief(error))

    def _confirm_by_members(self, share, look):
        """Ask the producer's member list whether the share is as planned."""
        history = share.plan.history
        if not history.has_members:
            return
        form = self._main_form(self.main_api)
        try:
            members = {m['member_id']: m.get('status', UNKNOWN_STATUS)
                       for m in self._owner_of(share).list_members(
                           form, share.image_id)}
        except ERRORS as error:
            share.unconfirmed = 'the member list of image %s: %s' % (
                share.image_id, brief(error))
            return
        share.members = members
        share.membership = members.get(self.consumer.project_id)
        added = {self.consumer.project_id: history.status,
                 self.bystander.project_id: history.bystander}
        strangers = sorted(m for m in members if not added.get(m))
        if strangers and history.topic == histories.CONSENT:
            look.seen[share.image_id] = (
                'its producer never added the member %s'
                % ', '.join(strangers))
        expected, found = history.status, share.membership
        if found == histories.REJECTED and expected == histories.PENDING and (
                histories.REJECT in history.steps):
            # From Mitaka to Queens, v1 shares again with the old status.
            expected = found
        knows_status = self.offers['v2'].answers
        if bool(expected) != bool(found) or (
                expected and knows_status and found != expected):
            share.unconfirmed = (
                'the member list of image %s says %s where %s was expected'
                % (share.image_id, found or 'no member',
                   expected or 'no member'))

    def _look_at_other_members(self, look):
        """Ask the consumer who the members of an image of several are."""
        if not self.offers['v2'].answers:
            look.not_offered = 'only Image API v2 tells a member who is one'
            return
        mine = self.consumer.project_id
        for share in self.shares:
            if not share.membership or not share.plan.history.bystander:
                continue
            try:
                members = {m['member_id'] for m in self.consumer.list_members(
                    self._main_form('v2'), share.image_id)}
            except ERRORS as error:
                look.problem = 'the member list of image %s: %s' % (
                    share.image_id, brief(error))
                continue
            if mine not in members:
                look.problem = ('the consumer does not find itself among the '
                                'members of image %s' % share.image_id)
            elif members != {mine}:
                look.seen[share.image_id] = 'the consumer sees %s' % (
                    ', '.join(sorted(members - {mine})))

    def _check_strangers(self):
        """See that neither party sees what only an admin would see."""
        form = self._main_form(self.main_api)
        unshared = [s.image_id for s in self.shares
                    if s.plan.history.topic == histories.UNSHARED and
                    s.image_id and not s.failed]
        foreign = [(self.producer, self.parties[c.viewer], c.image_id)
                   for c in self.controls
                   if not c.failed and c.visibility != 'community']
        foreign += [(party, self.producer, image_id)
                    for party in (self.consumer, self.bystander)
                    for image_id in unshared[:1]]

        def check(party, owner, image_id):
            try:
                seen = party.can_see(form, image_id)
            except ERRORS as error:
                raise CannotLook(
                    'Whether project %s sees the unshared image %s could not '
                    'be found out: %s' % (party.project_id, image_id,
                                          brief(error)))
            if seen:
                raise lib_exc.InvalidConfiguration(
                    'Project %s sees the image %s of project %s, which '
                    'nobody ever shared with it. Either its account is an '
                    'admin (check [auth] tempest_roles and the roles in '
                    "[auth] test_accounts_file) or Glance's policy takes it "
                    'for one (check context_is_admin in policy.yaml). '
                    'Nothing that it lists says anything about sharing.'
                    % (party.project_id, image_id, owner.project_id))

        self._each(lambda each: check(*each), foreign)

    # Look

    def _look_at(self, rows):
        self.looks += self._each(self.look, rows)

    def look(self, listing):
        """Read a listing, as far as an image of this run can be in it.

        :param listing: :class:`glance_ossn_tests.sharing.listings.Listing`
        :returns: :class:`glance_ossn_tests.sharing.matrix.Reading`
        """
        look = matrix.Reading(listing)
        if listing.problem or listing.not_offered:
            return look
        query = [(key, value.format(**self.values))
                 for key, value in listing.query]
        if listing.limit is not None:
            query.append(('limit', listing.limit or self.page_size))
        if listing.order in (listings.OLDEST, listings.NAME):
            look.marker = self.controls[0].image_id
            query.append(('marker', look.marker))
        for _ in range(self.reads if listing.repeated else 1):
            _Reader(self, look).read(query)
        return look

    def _warm_up(self):
        """Let the producer list first: what it gets is not for others."""
        for offer in self.offers.values():
            if offer.answers:
                self.producer.raw.ask(self.forms[offer.main.form], 'images')

    def _fill_in_values(self):
        """What stands for the names in braces of queries."""
        ids = [c.image_id for c in self.controls + self.shares
               if c.image_id and getattr(c, 'kind', None) in (
                   None, kinds.QUEUED)]
        since = min(self.dates.values())
        pending = [s.image_id for s in self.shares
                   if s.membership == histories.PENDING]
        self.values = {
            'name': self.name, 'public_name': self.abilities.public_name,
            'pending': (pending or ids)[0],
            'before': (since - datetime.timedelta(days=1)
                       ).strftime('%Y-%m-%dT%H:%M:%SZ'),
            'label': self.name,
            'producer': self.producer.project_id,
            'consumer': self.consumer.project_id,
            'until': (max(self.dates.values()) + datetime.timedelta(days=1)
                      ).strftime('%Y-%m-%dT%H:%M:%SZ'),
            'since': since.strftime('%Y-%m-%dT%H:%M:%SZ'),
            'ids': ','.join(ids)}

    def _confirm_by_question(self):
        """See that the consumer is offered what waits for its answer."""
        for look in self.looks:
            asks_for = look.listing.asks_for
            if not asks_for or look.listing.viewer != listings.CONSUMER or (
                    look.listing.not_offered or look.not_offered):
                continue
            for share in self.shares:
                if asks_for not in ('all', share.membership) or (
                        not share.membership or share.plan.history.late or
                        not look.listing.selects(share.plan.kind) or
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
        self.party = survey.parties[look.listing.viewer]
        self.client = survey.clients.get(look.listing.endpoint,
                                         self.party.raw)
        self.listing = look.listing
        self.form = survey.forms[look.listing.form]
        self.look = look
        self.oldest = min(survey.dates.values(), default=None)
        self.previous = None
        self.newest_first = True

    def read(self, query):
        """Read page after page until no image of the run can follow.

        :param query: pairs of the first page's query
        """
        asked = set()
        for number in itertools.count(1):
            answer = self.client.ask(
                self.form, self.listing.path.format(**self.survey.values),
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
        if str(image['id']) in self.survey.ours:
            self.look.seen.setdefault(str(image['id']), where)
        self._check_order(self._date(image))

    def _check_order(self, when):
        if when and self.previous and when > self.previous:
            self.newest_first = False
        self.previous = when or self.previous

    def _date(self, image):
        """When an image was created, None if the list does not say so."""
        try:
            return self.survey.dates.get(str(image['id'])) or moment(
                image['created_at'])
        except (KeyError, TypeError, ValueError):
            return None

    def _next_query(self, query, answer):
        """The query of the next page, None if this is the last."""
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
        """Whether no image of the run can follow the ones read so far."""
        if self.survey.full_walk or not images or (
                self.listing.order == listings.WHOLE):
            return False
        if self.listing.order != listings.NEWEST:
            return all(control.image_id in self.look.seen
                       for control in self.survey.newest)
        if self.listing.api == 'v1' and self._date(images[-1]) is None:
            # v1's short list has no dates: ask for the last one's.
            self._check_order(self.party.creation_date(
                self.form, images[-1]['id']))
        return bool(self.newest_first and self.previous and
                    self.previous < self.oldest)
