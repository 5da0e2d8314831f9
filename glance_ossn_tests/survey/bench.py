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

"""What the checks of notes act with: parties, forms of the API, images."""

import copy
import functools
import json
import uuid

from glance_ossn_tests.clients import errors
from glance_ossn_tests.notes import checks
from glance_ossn_tests.sharing import kinds
from glance_ossn_tests.sharing import verdicts
from glance_ossn_tests.survey import budget
from glance_ossn_tests.survey import trial

# How often what got no answer is sent.
_TRIES = 3
# What a gateway, or a limiter, answers for a service that was not asked.
_BUSY = (408, 429, 502, 503, 504)
_PATCH = 'application/openstack-images-v2.1-json-patch'


class Bench:
    """Who and what there is for a check.

    Whatever is made by it bears the run's mark, and is registered to be
    removed before it is made.

    :param work: :class:`glance_ossn_tests.survey.work.Work`
    :param found: :class:`glance_ossn_tests.survey.discover.Found`
    :param conf: the plugin's options, of the group glance_ossn
    :ivar name: what images are called, and, with something behind it, else
    """

    def __init__(self, work, found, conf=None):
        self.work = work
        self.found = found
        self.conf = conf
        self.name = work.name
        self._made = []
        # The survey did, unless there was no image to be made.
        self._proved = bool(found.plans)

    @property
    def versions(self):
        """The versions that are advertised, a list of (major, minor)."""
        return self.found.advertised

    def party(self, who):
        """Return a party.

        :param who: 'producer', 'consumer', 'bystander' or 'admin', or the
            party itself
        :returns: :class:`glance_ossn_tests.accounts.party.Party`
        :raises glance_ossn_tests.notes.checks.Unjudged: if the run has none
        """
        if not isinstance(who, str):
            return who
        if who not in self.work.parties:
            raise checks.not_offered(
                'the run has no account of the role "%s" ([glance_ossn] '
                'admin, with dynamic credentials)' % who)
        return self.work.parties[who]

    @property
    def remover(self):
        """The admin who removes what others may not, None without one."""
        return self.work.created.remover

    def project(self, who):
        """Return the id of a party's project.

        :param who: as of :meth:`party`
        :returns: text
        """
        return self.party(who).project_id

    def form(self, api='v2'):
        """Return the form by which an API is spoken to.

        :param api: 'v1' or 'v2'
        :returns: :class:`glance_ossn_tests.clients.raw.Form`
        :raises glance_ossn_tests.notes.checks.Unjudged: if it does not
            answer
        """
        offer = self.found.offers[api]
        if offer.main.problem:
            raise checks.not_tested(offer.main.problem)
        if not offer.answers:
            raise checks.not_offered(offer.main.not_offered)
        return self.found.main_form(api)

    def since(self, minor):
        """See that the cloud has what a minor version of v2 brought.

        :param minor: its number
        :raises glance_ossn_tests.notes.checks.Unjudged: if it has not
        """
        if max(self.versions) < (2, minor):
            raise checks.not_offered('Image API v2.%d is not offered' % minor)

    @property
    def content(self):
        """The bytes of an image that it makes: not all clouds take raw."""
        return self._shape(kinds.RAW).data

    def _shape(self, data):
        return kinds.shape(kinds.Kind('note', data=data),
                           self.found.abilities.base)

    def ask(self, who, method, path, body=None, api='v2', query=(),
            headers=(), tries=_TRIES):
        """Send a request, and take whatever comes for its answer.

        :param who: as of :meth:`party`; None sends no token
        :param method: HTTP method
        :param path: path below the version
        :param body: bytes, or what is sent as JSON; None for none
        :param api: 'v1' or 'v2'
        :param query: dict of query parameters
        :param headers: dict of further headers
        :param tries: how often what gets no answer is sent: once, where what
            it may have done would make its next answer another one
        :returns: :class:`glance_ossn_tests.clients.raw.Answer`
        :raises glance_ossn_tests.notes.checks.Unjudged: if the cloud has no
            such API
        """
        party = self.party(who or 'bystander')
        headers = dict(headers)
        if isinstance(body, bytes):
            headers.setdefault('Content-Type', 'application/octet-stream')
        elif body is not None:
            body = json.dumps(body).encode()
            headers.setdefault('Content-Type', 'application/json' if
                               method != 'PATCH' else _PATCH)
        # A 500 is an answer: what was asked is not what clouds are used to.
        # None at all is not; to be refused the second time is to be refused.
        for _ in range(tries):
            with party.connection.once():
                answer = party.raw.ask(
                    self.form(api), path, query, token=bool(who),
                    further=headers.items(), method=method, body=body)
            if not answer.error and answer.status not in _BUSY:
                break
        return answer

    def catalog(self, service):
        """Find the public endpoints of another service.

        :param service: its type, e.g. 'object-store'
        :returns: URLs without the account, of the region of the images
        """
        party = self.party('consumer')
        return sorted({
            url.rpartition('/AUTH_')[0] or url.rstrip('/')
            for url in party.endpoints(service, 'public')})

    def elsewhere(self, url, method, path):
        """Ask another service something, without a token.

        :param url: where it is
        :param method: HTTP method, one that changes nothing
        :param path: path behind it
        :returns: :class:`glance_ossn_tests.clients.raw.Answer`
        """
        client = copy.copy(self.party('consumer').raw)
        client.endpoint = url
        return client.ask(None, path, token=False, method=method)

    def patch(self, who, image_id, op, path, value=None):
        """Ask for a change of an image.

        :param who: as of :meth:`party`
        :param image_id: id of the image
        :param op: 'add', 'replace' or 'remove'
        :param path: what to change, e.g. '/name'
        :param value: its new value
        :returns: :class:`glance_ossn_tests.clients.raw.Answer`
        """
        change = {'op': op, 'path': path}
        if op != 'remove':
            change['value'] = value
        return self.ask(who, 'PATCH', 'images/%s' % image_id, [change])

    def create(self, who='producer', api='v2', image_id=None, tries=_TRIES,
               headers=(), **fields):
        """Ask for an image that may well be refused.

        It has no data, unless what it is asked with gives it some.

        :param who: the party that asks, and would own it
        :param api: 'v1' or 'v2'
        :param image_id: the id to ask for, None to choose one
        :param tries: as of :meth:`ask`
        :param headers: dict of further headers
        :param fields: further fields of the image; of v1, texts
        :returns: the id of the image, and the
            :class:`glance_ossn_tests.clients.raw.Answer`
        """
        self.prepare()
        party = self.party(who)
        if image_id or party.chooses_ids:
            image_id = self.expect_image(who, api=api, image_id=image_id)
            fields['id'] = image_id
        fields = {'name': self.name,
                  'disk_format': self.found.abilities.base,
                  'container_format': 'bare',
                  **fields}
        if api == 'v1':
            answer = self.ask(
                who, 'POST', 'images', api=api, tries=tries,
                headers={**{'x-image-meta-' + key: value
                            for key, value in fields.items()},
                         **dict(headers)})
        else:
            answer = self.ask(who, 'POST', 'images', fields, tries=tries,
                              headers=headers)
        self._see_room(who, answer.status)
        told = answer.json if isinstance(answer.json, dict) else {}
        uid = (told.get('image') or told).get('id')
        if answer.status in checks.DONE and uid and str(uid) != image_id:
            # A cloud that chooses ids itself.
            image_id = str(uid)
            self._register(who, api, image_id)
        elif not image_id and (answer.error or answer.status >= 500):
            # Looked for by the run that it bears in its name.
            party.lost = True
        return image_id, answer

    def delete(self, path, api='v2'):
        """Delete something of the producer, as an admin where it may not.

        Who may make something may not always delete it.

        :param path: path below the version
        :param api: 'v1' or 'v2'
        :returns: whether it is gone; the first time may have done it,
            unanswered
        """
        return any(
            self.ask(who, 'DELETE', path, api=api).status in (
                *checks.DONE, 404)
            for who in filter(None, ('producer', self.remover)))

    def expect_image(self, *who, api='v2', image_id=None):
        """Choose an id, and see to it that an image of that id is removed.

        :param who: the parties that may come to own it
        :param api: the API by which it is deleted
        :param image_id: the id, None to choose one
        :returns: the id
        """
        image_id = image_id or str(uuid.uuid4())
        for each in who:
            self._register(each, api, image_id)
        return image_id

    def _register(self, who, api, image_id):
        self.work.created.add(self.party(who).delete_image, self.form(api),
                              image_id)
        self._made.append((self.party(who), self.form(api), image_id))

    def image(self, who='producer', api=None, data=kinds.RAW, **properties):
        """Make an image.

        :param who: the party that shall own it
        :param api: 'v1' or 'v2', None for the main one
        :param data: its bytes, None to leave it queued
        :param properties: further properties, e.g. visibility
        :returns: its id
        :raises glance_ossn_tests.notes.checks.Unjudged: if none is made
        """
        self.prepare()
        party, api = self.party(who), api or self.found.main_api
        form = self.form(api)
        image_id = self.expect_image(who, api=api)
        kind = self._shape(data)
        known = [image_id]

        def made(uid):
            self._register(who, api, uid)
            known.append(uid)
        try:
            party.create_image(form, image_id, self.name, kind, self.name,
                               data=kind.data, made=made, **properties)
        except errors.ERRORS as error:
            self._see_room(who, errors.status(error))
            # That it is too many says nothing of the cloud; that no data are
            # taken does.
            refused = errors.is_refusal(error) and (
                errors.status(error) != 413 or self._is_there(
                    party, form, known[-1]))
            raise (checks.not_offered if refused else checks.not_tested)(
                'no image could be made: %s' % errors.reason(error)
            ) from None
        return known[-1]

    @staticmethod
    def _is_there(party, form, image_id):
        """Tell whether an image was made, though it got no data."""
        try:
            return party.can_see(form, image_id)
        except errors.ERRORS:
            return False

    def _see_room(self, who, status):
        """See that what is too much is not so for the quota's sake."""
        if status == 413 and who in self.found.abilities.left:
            raise checks.not_offered(
                'the quota of the %s (limit %s) leaves no image for it'
                % (who, budget.LIMIT))

    def share(self, image_id):
        """Share an image of the producer with the consumer.

        :param image_id: its id
        :returns: the same
        :raises glance_ossn_tests.notes.checks.Unjudged: if the cloud lets
            nobody share
        """
        api = self.found.main_api
        if self.found.abilities.no_members:
            if not self.found.offers['v1'].answers:
                raise checks.not_offered(self.found.abilities.no_members)
            # Folsom lists by v2 what only v1 shares.
            api = 'v1'
        self.party('producer').add_member(self.form(api), image_id,
                                          self.project('consumer'))
        return image_id

    def data(self, image_id):
        """Read the data of an image, as its producer.

        :param image_id: its id
        :returns: :class:`glance_ossn_tests.clients.raw.Answer`
        """
        api = self.found.main_api
        return self.ask('producer', 'GET', 'images/%s%s' % (
            image_id, '/file' if api == 'v2' else ''), api=api)

    def stored(self, **properties):
        """Make an image whose data its producer reads as they were.

        :param properties: as of :meth:`image`
        :returns: its id
        :raises glance_ossn_tests.notes.checks.Unjudged: if they are not
        """
        image_id = self.image(**properties)
        answer = checks.expect(self.data(image_id), 200)
        if answer.body != self.content:
            raise checks.not_tested('%s, with other data than were stored'
                                    % answer)
        return image_id

    def kept(self, name, image_id, answer):
        """Judge whether the data of an image are as they were stored.

        :param name: as of :func:`glance_ossn_tests.notes.checks.evidence`
        :param image_id: its id
        :param answer: of what may have changed them
        :returns: :class:`glance_ossn_tests.sharing.verdicts.Evidence`
        """
        still = self.data(image_id)
        return checks.evidence(
            name, verdicts.NOT_TESTED if answer.error or still.error or (
                still.status >= 500) else
            verdicts.SAFE if still.body == self.content else
            verdicts.EXPOSED, '%s; its data: %s' % (
                checks.told(answer), checks.told(still)))

    def prepare(self):
        """Prove that an image can be removed, unless the survey did."""
        if not self._proved:
            self.found = trial.prepare(self.work, self.found)
            self._proved = True
        if self.found.problem:
            raise checks.not_tested(self.found.problem)

    def thing(self, what, remove):
        """Register the removal of what is no image, before it is made.

        :param what: what to call it
        :param remove: function of its id
        :returns: function to be told the id when it is known
        """
        return self.work.created.defer(what, remove)

    def clear(self):
        """Remove the images that were made since the last time.

        What stays is told when the class ends, and tried once more.

        :returns: whether nothing stays
        """
        (made, self._made), gone = (self._made, []), True
        for image_id, owners in verdicts.group(made,
                                               lambda each: each[2]).items():
            try:
                self.work.created.remove_one(image_id)
            except errors.LeftBehind:
                gone = False
                for party, form, _ in owners:
                    self.work.created.add(party.delete_image, form, image_id)
        return gone

    def judge(self, claim):
        """Look at what a claim is about.

        :param claim: :class:`glance_ossn_tests.notes.base.Claim` with checks
        :returns: list of
            :class:`glance_ossn_tests.sharing.verdicts.Evidence`
        """
        found = []
        for check in claim.checks:
            try:
                found += self._look(check)
            finally:
                self.clear()
        return found

    def _look(self, check):
        found = []
        try:
            for each in check(self):
                found.append(each)
        except checks.Unjudged as why:
            found.append(checks.evidence(_name(check), why.verdict, str(why)))
        except errors.ERRORS as error:
            # What is refused to everybody is no matter of the note.
            found.append(checks.evidence(
                _name(check), verdicts.NOT_OFFERED if errors.is_refusal(error)
                else verdicts.NOT_TESTED, errors.reason(error)))
        return found


def _name(check):
    """Name what a check looks at, as the first line of its text says."""
    while isinstance(check, functools.partial):
        check = check.func
    return check.__doc__.partition('\n')[0].rstrip('.')
