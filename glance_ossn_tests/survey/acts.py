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

"""What each step does to an image: the table of acts."""

import dataclasses
import json
import uuid

from glance_ossn_tests.clients import errors
from glance_ossn_tests.clients import raw
from glance_ossn_tests.sharing import steps


@dataclasses.dataclass(frozen=True)
class Context:
    """One image, and those who act on it.

    :param parties: dict of role to
        :class:`glance_ossn_tests.accounts.party.Party`
    :param producer: the one whose image it is
    :param image: the id of the image
    :param kind: its :class:`glance_ossn_tests.sharing.kinds.Kind`
    :param name: its name
    :param form: :class:`glance_ossn_tests.clients.raw.Form` that shares it
    :param main: that of the same API by which all else is done
    :param v2: that of v2, None if there is none
    :param spare: the id of another image: of the producer, which may be put
        in its place, or of the consumer, to be shared the other way round
    """

    parties: dict
    producer: object
    image: str
    kind: object
    name: str
    form: raw.Form
    main: raw.Form
    v2: raw.Form | None
    spare: str | None = None

    @property
    def consumer(self):
        return self.parties['consumer']

    @property
    def bystander(self):
        return self.parties['bystander']

    @property
    def public(self):
        """What makes an image public: name and value of a property."""
        return (('is_public', True) if self.main.version.startswith('v1')
                else ('visibility', 'public'))

    def share(self, by, with_whom, **forged):
        """Have a party add another as a member.

        :param by: :class:`glance_ossn_tests.accounts.party.Party`
        :param with_whom: the other
        :param forged: what has no place in the request
        """
        by.add_member(self.form, self.image, with_whom.project_id, **forged)

    def change(self, name, *values):
        """Have the producer give a property one value after the other.

        :param name: the property
        :param values: its values
        """
        for value in values:
            self.producer.patch_image(self.v2, self.image, name, value)


def _answer(by, member, status):
    """Somebody sets the membership status of a project."""
    def act(on):
        party = {'producer': on.producer}.get(by) or on.parties[by]
        party.answer_share(on.v2, on.image, on.parties[member].project_id,
                           status)
    return act


def _owner(op):
    """Return the producer patches the owner."""
    return lambda on: on.producer.patch_image(
        on.main, on.image, 'owner', on.consumer.project_id, op)


def _give(*changes, op='add', to_nobody=False):
    """Return the producer patches the owner, after other changes."""
    return lambda on: on.producer.patch_image_2_1(on.v2, on.image, [
        *changes, {'op': op, 'path': '/owner', 'value':
                   None if to_nobody else on.consumer.project_id}])


def _put_in_place(patch):
    """Return the producer saves a spare image as this one.

    As an addition, and as a replacement: either may be refused.

    :param patch: function of the context and an operation
    """
    def act(on):
        refused = []
        for op in ('add', 'replace'):
            try:
                patch(on, op)
            except errors.ERRORS as error:
                if not errors.is_refusal(error):
                    raise
                refused.append(error)
        if len(refused) == 2:
            raise refused[0]
    return act


def _change(on):
    """Have the producer change several properties at once, and back."""
    for name, ram, disk in ((on.name + ' changed', 64, 1), (on.name, 0, 0)):
        on.producer.patch_image_2_1(on.v2, on.image, [
            {'op': 'replace', 'path': '/' + path, 'value': value}
            for path, value in (('name', name), ('min_ram', ram),
                                ('min_disk', disk))])


def _touch(on):
    """Have the producer change the image through the API that shared it."""
    for name in (on.name + ' changed', on.name):
        on.producer.patch_image(on.main, on.image, 'name', name)


def _be_partners(on):
    """Have the producer accept an image of the consumer's."""
    on.consumer.add_member(on.v2, on.spare, on.producer.project_id)
    on.producer.answer_share(on.v2, on.spare, on.producer.project_id,
                             steps.ACCEPTED)


def _patch_membership(on):
    """Have the producer change a membership like an image."""
    on.producer.send(
        on.v2, 'PATCH', 'images/%s/members/%s' % (
            on.image, on.consumer.project_id),
        json.dumps([{'op': 'replace', 'path': '/status',
                     'value': steps.ACCEPTED}]),
        'application/openstack-images-v2.1-json-patch')


def _visibility(step):
    return lambda on: on.change('visibility', step.visibility)


def _publish(withdrawn):
    """Return an admin makes it public, and then what it is to be."""
    def act(on):
        admin = on.parties['admin']
        try:
            admin.patch_image(on.v2, on.image, 'visibility', 'public')
        finally:
            admin.patch_image(on.v2, on.image, 'visibility', withdrawn)
    return act


def _share_with_others(on):
    for _ in range(2):
        on.producer.add_member(on.form, on.image, uuid.uuid4().hex)


def _remove(member):
    return lambda on: on.producer.remove_member(
        on.form, on.image, on.parties[member].project_id)


ACTS = {
    steps.SHARE: lambda on: on.share(on.producer, on.consumer),
    steps.TRY_SHARE: lambda on: on.share(on.producer, on.consumer),
    steps.FORGE: lambda on: on.share(on.producer, on.consumer,
                                     status=steps.ACCEPTED),
    steps.SHARE_BYSTANDER: lambda on: on.share(on.producer, on.bystander),
    steps.REMOVE_BYSTANDER: _remove('bystander'),
    steps.SHARE_FURTHER: lambda on: on.share(on.producer, on.consumer,
                                             can_share=True),
    steps.PASS_ON: lambda on: on.share(on.consumer, on.bystander),
    steps.SHARE_OTHERS: _share_with_others,
    steps.ADMIN_SHARES: lambda on: on.share(on.parties['admin'],
                                            on.consumer),
    steps.RENAME: lambda on: on.change('name', on.name + ' changed', on.name),
    steps.TOUCH: _touch,
    steps.DESCRIBE: lambda on: on.producer.patch_image(
        on.v2, on.image, 'description', 'changed', 'add'),
    steps.CHANGE: _change,
    steps.PROTECT: lambda on: on.change('protected', True, False),
    steps.IMPORT: lambda on: on.producer.import_image(on.v2, on.image,
                                                      on.kind.data),
    steps.READ: lambda on: on.consumer.read_share(on.v2, on.image),
    steps.TAG: lambda on: on.producer.add_tag(on.v2, on.image, 'touched'),
    steps.UNTAG: lambda on: on.producer.remove_tag(on.v2, on.image,
                                                   'touched'),
    steps.DEACTIVATE: lambda on: on.producer.deactivate_image(on.v2,
                                                              on.image),
    steps.REACTIVATE: lambda on: on.producer.reactivate_image(on.v2,
                                                              on.image),
    steps.HIDE: lambda on: on.change('os_hidden', True),
    steps.UNHIDE: lambda on: on.change('os_hidden', False),
    steps.REPLACE: lambda on: on.producer.replace_members(
        on.form, on.image, [on.consumer.project_id]),
    steps.REMOVE: _remove('consumer'),
    steps.UPLOAD: lambda on: on.producer.upload(on.form, on.image,
                                                on.kind.data),
    steps.PRIVATE: _visibility(steps.PRIVATE),
    steps.SHARED: _visibility(steps.SHARED),
    steps.COMMUNITY: _visibility(steps.COMMUNITY),
    steps.ACCEPT: _answer('consumer', 'consumer', steps.ACCEPTED),
    steps.REJECT: _answer('consumer', 'consumer', steps.REJECTED),
    steps.RESET: _answer('consumer', 'consumer', steps.PENDING),
    steps.BYSTANDER_ACCEPTS: _answer('bystander', 'bystander',
                                     steps.ACCEPTED),
    steps.TRY_OWNER_ACCEPTS: _answer('producer', 'consumer', steps.ACCEPTED),
    steps.TRY_OWN_ANSWER: _answer('producer', 'producer', steps.ACCEPTED),
    steps.TRY_BYSTANDER_ACCEPTS: _answer('bystander', 'consumer',
                                         steps.ACCEPTED),
    steps.TRY_READER_ACCEPTS: _answer('reader', 'consumer', steps.ACCEPTED),
    steps.TRY_UNKNOWN: _answer('consumer', 'consumer', 'ACCEPTED'),
    steps.TRY_JOIN: lambda on: on.share(on.consumer, on.consumer),
    steps.TRY_PASS_ON: lambda on: on.share(on.consumer, on.bystander),
    steps.TRY_REPLACE_OWNER: _owner('replace'),
    steps.TRY_ADD_OWNER: _owner('add'),
    steps.TRY_REMOVE_OWNER: _owner('remove'),
    steps.TRY_GIVE_ADD: _give(),
    steps.TRY_GIVE_REPLACE: _give(op='replace'),
    steps.TRY_GIVE_AMONG: _give({'op': 'add', 'path': '/description',
                                 'value': 'changed'}),
    steps.TRY_REPLACE_AMONG: _give({'op': 'add', 'path': '/description',
                                    'value': 'changed'}, op='replace'),
    steps.TRY_GIVE_AWAY: _give(to_nobody=True),
    steps.TRY_JOIN_ITSELF: lambda on: on.share(on.producer, on.producer),
    steps.TRY_CONTENT_2_0: _put_in_place(
        lambda on, op: on.producer.patch_image(
            on.v2, on.spare, 'image_id', on.image, op)),
    steps.TRY_CONTENT_2_1: _put_in_place(
        lambda on, op: on.producer.patch_image_2_1(on.v2, on.spare, [
            {'op': op, 'path': '/image_id', 'value': on.image}])),
    steps.ADMIN_DEACTIVATES: lambda on: on.parties['admin'].deactivate_image(
        on.v2, on.image),
    steps.ADMIN_WITHDRAWS: _publish('shared'),
    steps.ADMIN_HIDES: _publish('private'),
    steps.PARTNER: _be_partners,
    steps.TRY_FORGE: lambda on: on.share(on.producer, on.consumer,
                                         status=steps.ACCEPTED),
    steps.TRY_PATCH_MEMBER: _patch_membership,
    steps.TRY_ADMIN_SHARES: lambda on: on.share(on.parties['admin'],
                                                on.consumer),
    steps.TRY_COPY: lambda on: on.consumer.send(
        on.v2, 'POST', 'images/%s/import' % on.image, json.dumps(
            {'method': {'name': 'copy-image'}, 'all_stores': True})),
    steps.TRY_PUBLIC_AMONG: lambda on: on.producer.patch_image_2_1(
        on.v2, on.image, [
            {'op': 'add', 'path': '/description', 'value': 'changed'},
            {'op': 'replace', 'path': '/visibility', 'value': 'public'}]),
    steps.TRY_MEMBER_PUBLIC: lambda on: on.consumer.patch_image(
        on.v2, on.image, 'visibility', 'public'),
    steps.TRY_UPLOAD: lambda on: on.producer.upload(
        on.v2, on.image, on.kind.data[::-1]),
    steps.TRY_STAGE: lambda on: on.producer.import_image(
        on.v2, on.image, on.kind.data[::-1]),
    steps.TRY_PUBLIC: lambda on: on.producer.patch_image(
        on.form, on.image, *on.public),
}

# Of the steps that make the image: the properties that it is made with.
CREATES = {
    steps.TRY_GIVE: lambda on: {'owner': on.consumer.project_id},
    steps.TRY_ORPHAN: lambda on: {'owner': None},
    steps.TRY_NAMES: lambda on: dict.fromkeys(
        ('owner_id', 'owner_project', 'project', 'project_id', 'tenant',
         'tenant_id'), on.consumer.project_id),
    steps.TRY_PUBLIC_CREATE: lambda on: dict([on.public]),
}
