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

"""A project and what its account does, in any form of the Image API."""

import copy
import datetime
import functools
import io
import time

from tempest.lib import exceptions as lib_exc
import urllib3

from glance_ossn_tests.clients import connection
from glance_ossn_tests.clients import raw

# By this property of an image, whose value is the run's id, a cleanup tells
# what this package made.
RUN_PROPERTY = 'ossn_run'

# Seconds between attempts to delete what is in use.
CONFLICT_PAUSES = (.5, 1, 2, 4)

# Seconds that an import may take.
IMPORT_TIMEOUT = 60

# What a request may end in besides success: a refusal, no answer, or one
# that is not what it should be.
ERRORS = (lib_exc.RestClientException, urllib3.exceptions.HTTPError,
          KeyError, TypeError, ValueError)


def brief(error):
    """An exception on one line.

    :param error: the exception
    :returns: its text, or its name if it has none
    """
    return ' '.join(str(error).split()) or type(error).__name__


def certificate_hint(text):
    """What to change where a certificate stood in the way.

    :param text: why there was no answer
    :returns: a sentence that follows another, or nothing
    """
    if 'CERTIFICATE_VERIFY_FAILED' not in text.upper():
        return ''
    return (' Set [identity] ca_certificates_file to the file of the CA that '
            "signed the endpoint's certificate.")


def moment(text):
    """The time of an image as the Image API writes it.

    :param text: with v2 '2026-11-24T08:27:21Z', with v1 no zone and
        microseconds
    :returns: datetime in UTC, of whole seconds, as v2 shows no others
    :raises ValueError: if it is no time
    """
    when = datetime.datetime.fromisoformat(text)
    return when.replace(tzinfo=datetime.timezone.utc, microsecond=0)


def _tells_roles(act):
    """Have a refusal say which roles of a party were not enough."""
    @functools.wraps(act)
    def wrapper(self, *args, **kwargs):
        try:
            return act(self, *args, **kwargs)
        except lib_exc.Forbidden as error:
            raise lib_exc.Forbidden(
                '%s; %s has the roles %s: by default it takes "member" to '
                'create and share images' % (
                    brief(error), self.who, ', '.join(self.roles) or 'none')
            ) from None
    return wrapper


class Party:
    """A project that shares images or lists them.

    :param role: what it is in the run: 'producer', 'consumer',
        'bystander' or 'reader'
    :param manager: Tempest's client manager with its credentials
    :param policy: :class:`glance_ossn_tests.clients.connection.Policy`
    :param run: the id of the run, which its images bear
    """

    def __init__(self, role, manager, policy=connection.Policy(), run=None):
        self.role = role
        self.run = run
        self.auth_provider = manager.auth_provider
        self.raw = manager.glance_ossn.RawImageClient()
        self._images = {'v1': manager.glance_ossn.ImagesV1Client(),
                        'v2': manager.image_client_v2}
        self._members = {'v1': manager.glance_ossn.ImageMembersV1Client(),
                         'v2': manager.image_member_client_v2}
        self._deactivated = set()
        self.line = connection.Connection(manager.auth_provider, policy)
        for client in (self.raw, *self._images.values(),
                       *self._members.values()):
            self.line.connect(client)

    @property
    def requests(self):
        """How many requests it sent."""
        return self.line.requests

    def _unless_done(self, refusal, act, *args, **kwargs):
        """Do what may be refused, sent again, as the first time did it.

        :param refusal: class of the exception that then comes
        :param act: function, called with the further arguments
        :returns: whether that happened, and what the function returned
        """
        try:
            return False, act(*args, **kwargs)
        except refusal:
            if not self.line.again:
                raise
            return True, None

    @property
    def _token(self):
        return self.auth_provider.auth_data[1]

    @property
    def roles(self):
        """Names of its roles."""
        return [role['name'] for role in self._token.get('roles', ())]

    @property
    def project_id(self):
        return self._token.get('project', {}).get('id')

    @property
    def who(self):
        """User and project, to be named in messages."""
        return 'the %s (user %s, project %s)' % (
            self.role, self._token['user']['name'],
            self._token.get('project', {}).get('name'))

    def check(self):
        """See that its token is fit to judge with.

        :raises tempest.lib.exceptions.InvalidConfiguration: if it is of no
            project, an admin's, or has no image endpoint in its catalog
        """
        where = ('With pre-provisioned credentials see [auth] '
                 'test_accounts_file, with dynamic ones [auth] tempest_roles')
        if not self.project_id:
            raise lib_exc.InvalidConfiguration(
                'The token of %s is not scoped to a project. %s.'
                % (self.who, where))
        roles = self.roles
        if self.role != 'admin' and 'admin' in [r.lower() for r in roles]:
            raise lib_exc.InvalidConfiguration(
                'The account of %s has the roles %s: an admin sees images '
                'whether they are shared or not. %s.'
                % (self.who, ', '.join(roles), where))
        self.check_catalog()

    def other_endpoints(self):
        """The other image endpoints in the catalog, of the same region.

        :returns: URLs without a version
        """
        wanted = self.raw.filters
        roots = {raw.strip_version(endpoint['url'])
                 for service in self._token.get('catalog', ())
                 if service['type'] == wanted['service']
                 for endpoint in service['endpoints']
                 if endpoint['region'] == wanted['region']}
        return sorted(roots - {self.raw.root})

    def check_catalog(self):
        """See that the catalog has the image endpoint that is asked for.

        :raises tempest.lib.exceptions.InvalidConfiguration: if it has not
        """
        # Tempest takes any other endpoint where it finds no fitting one,
        # and would judge another region in silence.
        wanted = self.raw.filters
        interface = wanted['endpoint_type'].replace('URL', '')
        catalog = self._token.get('catalog', ())
        endpoints = [e for service in catalog
                     if service['type'] == wanted['service']
                     for e in service['endpoints']]
        if not endpoints:
            raise lib_exc.InvalidConfiguration(
                'The catalog has no service of type "%s"; its types are %s. '
                'Set [image] catalog_type.' % (
                    wanted['service'],
                    ', '.join(sorted(s['type'] for s in catalog))))
        if not any(e['interface'] == interface and
                   e['region'] == wanted['region'] for e in endpoints):
            raise lib_exc.InvalidConfiguration(
                'The catalog has no %s image endpoint in the region "%s"; it '
                'has %s. Set [image] region (or [identity] region) and '
                '[image] endpoint_type.' % (
                    interface, wanted['region'], ', '.join(sorted(
                        '%s in %s' % (e['interface'], e['region'])
                        for e in endpoints))))

    def _client(self, clients, form):
        # One of its own, as other threads may use other forms.
        api = form.version.partition('.')[0]
        client = copy.copy(clients[api])
        if api == 'v1':
            client.form = form
        else:
            client.api_version = form.version
        return client

    @_tells_roles
    def create_image(self, form, image_id, name, kind, label, data=None,
                     **properties):
        """Create an image of a chosen id.

        :param form: :class:`glance_ossn_tests.clients.raw.Form`
        :param image_id: the id it shall have
        :param name: its name
        :param kind: its :class:`glance_ossn_tests.sharing.kinds.Kind`
        :param label: value of the property and tag of labelled images
        :param data: its bytes, None to leave it queued
        :param properties: further properties
        :returns: dict of the image
        """
        client = self._client(self._images, form)
        properties.update(id=image_id, disk_format=kind.disk_format,
                          container_format=kind.container_format)
        if not kind.unnamed:
            properties['name'] = name
        if kind.protected:
            properties['protected'] = True
        if form.version.startswith('v1'):
            if self.run:
                properties['property-' + RUN_PROPERTY] = self.run
            if kind.labelled:
                properties['property-ossn_label'] = label
            properties.update(
                (key if key.startswith('min_') else 'property-' + key, value)
                for key, value in kind.properties)
            done, image = self._unless_done(
                lib_exc.Conflict, client.create_image, data, **properties)
            return self._made(client, image_id, data) if done else image
        if self.run:
            properties[RUN_PROPERTY] = self.run
        properties.update(kind.properties)
        if kind.labelled:
            properties.update(ossn_label=label, tags=[label, 'ossn'])
        if kind.hidden:
            properties['os_hidden'] = True
        done, image = self._unless_done(
            lib_exc.Conflict, client.create_image, **properties)
        if done:
            image = client.show_image(image_id)
        if data is not None:
            self.upload(form, image_id, data)
        if kind.deactivated:
            self.deactivate_image(form, image_id)
        return image

    @staticmethod
    def _made(client, image_id, data):
        """The image, if it has its data."""
        image = client.show_image(image_id)
        if data is not None and image['status'] != 'active':
            raise BrokeOff('the data of the image broke off; its status is '
                           '%s' % image['status'])
        return image

    def upload(self, form, image_id, data):
        """Give a queued image its data.

        :param form: :class:`glance_ossn_tests.clients.raw.Form`
        :param image_id: id of the image
        :param data: its bytes
        """
        client = self._client(self._images, form)
        if form.version.startswith('v1'):
            done, _ = self._unless_done(
                (lib_exc.Conflict, lib_exc.Forbidden), client.update_image,
                image_id, data)
        else:
            done, _ = self._unless_done(
                lib_exc.Conflict, client.store_image_file, image_id,
                io.BytesIO(data))
        if done:
            self._made(client, image_id, data)

    def import_image(self, form, image_id, data):
        """Stage the data of a queued image and have it imported.

        :param form: :class:`glance_ossn_tests.clients.raw.Form` of v2.6
        :param image_id: id of the image
        :param data: its bytes
        :raises ValueError: if the image is not active in time
        """
        client = self._client(self._images, form)
        self._unless_done(lib_exc.Conflict, client.stage_image_file,
                          image_id, io.BytesIO(data))
        self._unless_done(lib_exc.Conflict, client.image_import, image_id,
                          'glance-direct')
        end = time.monotonic() + IMPORT_TIMEOUT
        while True:
            status = client.show_image(image_id)['status']
            if status == 'active':
                return
            if time.monotonic() > end:
                raise ValueError('it is still %s after %d seconds'
                                 % (status, IMPORT_TIMEOUT))
            time.sleep(.2)

    def read_share(self, form, image_id):
        """Look at an image that is shared, its members and its data.

        Clouds may refuse each of it to a member.

        :param form: :class:`glance_ossn_tests.clients.raw.Form` of v2
        :param image_id: id of the image
        """
        images = self._client(self._images, form)
        members = self._client(self._members, form)
        for read in (images.show_image, images.show_image_file,
                     members.list_image_members):
            self._if_allowed(read, image_id)
        self._if_allowed(members.show_image_member, image_id,
                         self.project_id)

    @staticmethod
    def _if_allowed(read, *args):
        try:
            read(*args)
        except (lib_exc.Forbidden, lib_exc.NotFound):
            pass

    def deactivate_image(self, form, image_id):
        """Let nobody download an image's data.

        :param form: :class:`glance_ossn_tests.clients.raw.Form` of v2
        :param image_id: id of the image
        """
        self._deactivated.add(image_id)
        self._client(self._images, form).deactivate_image(image_id)

    def reactivate_image(self, form, image_id):
        """Let an image's data be downloaded again.

        :param form: :class:`glance_ossn_tests.clients.raw.Form` of v2
        :param image_id: id of the image
        """
        self._client(self._images, form).reactivate_image(image_id)
        self._deactivated.discard(image_id)

    def add_tag(self, form, image_id, tag):
        """Tag an image.

        :param form: :class:`glance_ossn_tests.clients.raw.Form` of v2
        :param image_id: id of the image
        :param tag: the tag
        """
        self._client(self._images, form).add_image_tag(image_id, tag)

    def remove_tag(self, form, image_id, tag):
        """Take a tag from an image.

        :param form: :class:`glance_ossn_tests.clients.raw.Form` of v2
        :param image_id: id of the image
        :param tag: the tag
        """
        self._unless_done(
            lib_exc.NotFound,
            self._client(self._images, form).delete_image_tag, image_id, tag)

    def patch_image(self, form, image_id, name, value, op='replace'):
        """Change a property of an image.

        :param form: :class:`glance_ossn_tests.clients.raw.Form`
        :param image_id: id of the image
        :param name: name of the property
        :param value: its new value
        :param op: with v2 the operation of the JSON patch
        """
        client = self._client(self._images, form)
        if form.version.startswith('v1'):
            client.update_image(image_id, **{name: value})
        else:
            change = {op: '/' + name}
            if op != 'remove':
                change['value'] = value
            client.update_image(image_id, [change])

    def delete_image(self, form, image_id, kind=None):
        """Delete an image, or find that it is not there.

        :param form: :class:`glance_ossn_tests.clients.raw.Form`
        :param image_id: id of the image
        :param kind: its :class:`glance_ossn_tests.sharing.kinds.Kind`, if
            that may stand in the way
        :raises LeftBehind: naming the image, if it stays
        """
        client = self._client(self._images, form)
        kept = []
        for needed, lift in (
                (kind and kind.protected, lambda: self.patch_image(
                    form, image_id, 'protected', False)),
                # Glance leaves the data of a deactivated image behind.
                (image_id in self._deactivated or kind and kind.deactivated,
                 lambda: self.reactivate_image(form, image_id))):
            try:
                if needed:
                    self._insist(lift)
            except ERRORS as error:
                # The deletion may succeed all the same.
                kept.append(brief(error))
        try:
            try:
                self._insist(client.delete_image, image_id)
            except lib_exc.Forbidden:
                # Protected for a while, and nobody came to undo it.
                self._insist(self.patch_image, form, image_id, 'protected',
                             False)
                self._insist(client.delete_image, image_id)
        except ERRORS as error:
            raise LeftBehind(
                'The image %s of %s could not be deleted and stays: %s. '
                '"tempest ossn cleanup" tries again.' % (
                    image_id, self.who,
                    '; '.join(dict.fromkeys(kept + [brief(error)]))))
        if kept:
            raise LeftBehind(
                'The image %s of %s was deleted, but perhaps not its data in '
                "Glance's store: %s" % (image_id, self.who, '; '.join(kept)))

    @staticmethod
    def _insist(act, *args):
        """Do what may be done already, or be possible in a moment only.

        The client itself is patient with faults of the service.
        """
        for pause in (*CONFLICT_PAUSES, None):
            try:
                act(*args)
                return
            except lib_exc.NotFound:
                return
            except lib_exc.Conflict:
                if pause is None:
                    raise
                time.sleep(pause)

    def creation_date(self, form, image_id):
        """When an image was created.

        :param form: :class:`glance_ossn_tests.clients.raw.Form` of v1
        :param image_id: id of the image
        :returns: datetime, None if the image cannot be shown
        """
        try:
            image = self._client(self._images, form).show_image(image_id)
            return moment(image['created_at'])
        except ERRORS:
            return None

    def can_see(self, form, image_id):
        """Whether an image is visible by its id.

        :param form: :class:`glance_ossn_tests.clients.raw.Form`
        :param image_id: id of the image
        :returns: whether it is
        """
        try:
            self._client(self._images, form).show_image(image_id)
        except (lib_exc.NotFound, lib_exc.Forbidden):
            return False
        return True

    def add_member(self, form, image_id, project_id, **forged):
        """Share an image.

        :param form: :class:`glance_ossn_tests.clients.raw.Form`
        :param image_id: id of the image
        :param project_id: id of the consumer project
        :param forged: what has no place in the request
        """
        client = self._client(self._members, form)
        if form.version.startswith('v1'):
            client.create_image_member(image_id, project_id, **forged)
        else:
            self._unless_done(lib_exc.Conflict, client.create_image_member,
                              image_id, member=project_id, **forged)

    def replace_members(self, form, image_id, project_ids):
        """Share an image with these projects and no others.

        :param form: :class:`glance_ossn_tests.clients.raw.Form` of v1
        :param image_id: id of the image
        :param project_ids: ids of the consumer projects
        """
        self._client(self._members, form).replace_image_members(image_id,
                                                                project_ids)

    def remove_member(self, form, image_id, project_id):
        """Share an image no longer.

        :param form: :class:`glance_ossn_tests.clients.raw.Form`
        :param image_id: id of the image
        :param project_id: id of the consumer project
        """
        client = self._client(self._members, form)
        self._unless_done(lib_exc.NotFound, client.delete_image_member,
                          image_id, project_id)

    def list_members(self, form, image_id):
        """Whom an image is shared with.

        :param form: :class:`glance_ossn_tests.clients.raw.Form`
        :param image_id: id of the image
        :returns: list of dicts with ``member_id`` and, since v2.1,
            ``status``
        """
        client = self._client(self._members, form)
        return client.list_image_members(image_id)['members']

    def answer_share(self, form, image_id, project_id, status):
        """Set the membership status of an image that is shared.

        :param form: :class:`glance_ossn_tests.clients.raw.Form` of v2
        :param image_id: id of the image
        :param project_id: id of the project whose membership it is
        :param status: 'pending', 'accepted' or 'rejected'
        """
        self._client(self._members, form).update_image_member(
            image_id, project_id, status=status)


class BrokeOff(lib_exc.Conflict):
    """The service went away while it was given an image's data.

    The image can be given no data any more.
    """


class LeftBehind(lib_exc.TempestException):
    """Something that the run made is still there."""

    message = 'Not cleaned up'


def check_premise(*parties):
    """See that parties can show what sharing does between them.

    :param parties: each :class:`Party`
    :raises tempest.lib.exceptions.InvalidConfiguration: if they cannot
    """
    projects = {party.role: party.project_id for party in parties}
    if projects.get('reader', projects['consumer']) != projects['consumer']:
        raise lib_exc.InvalidConfiguration(
            'The reader is of another project, %s, than the consumer, %s. '
            'Set [glance_ossn] reader to false.' % (projects['reader'],
                                                    projects['consumer']))
    by_project = {}
    for party in parties:
        party.check()
        if party.role == 'reader':
            continue
        other = by_project.setdefault(party.project_id, party)
        if other is not party:
            raise lib_exc.InvalidConfiguration(
                'The %s and the %s act in one project, %s: it owns what it '
                'lists. Give each account in [auth] test_accounts_file a '
                'project of its own and the roles to share and to list '
                '(roles: [member]).' % (other.role, party.role,
                                        party.project_id))
