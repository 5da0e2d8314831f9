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

"""Faults of consent: who may answer, what is stored, and who it counts for."""

from ossn_sandbox.faults import _seed


@_seed.fault()
def answer_creates_member():
    """The owner's answer for a project that is no member makes it one.

    Realistic: PUT often creates what it does not find.
    """
    from glance.api.v2 import image_members
    from glance.db.sqlalchemy import api
    import webob.exc
    controller = image_members.ImageMembersController
    sound = controller.update

    def update(self, req, image_id, member_id, status):
        image = self._lookup_image(req, image_id)
        if image.owner == req.context.owner and not api.image_member_find(
                req.context, image_id, member_id):
            self.create(req, image_id, member_id)
            with _seed.writing() as session:
                _seed.store_status(session, image_id, status, member=member_id)
            raise webob.exc.HTTPCreated()
        return sound(self, req, image_id, member_id, status)
    controller.update = update


@_seed.fault()
def anybody_accepts():
    """Everybody who finds an image may set its membership status.

    Realistic: the coded check left and the policy was loosened.
    """
    _seed.allow('MemberAPIPolicy', 'modify_member')


@_seed.fault()
def asking_for_a_membership_accepts():
    """A consumer that asks for its membership accepts it.

    Realistic: a client that shows an offer is taken for its user.
    """
    _seed.on_reading('image_members', 'ImageMembersController', 'show')


@_seed.fault()
def asking_for_members_accepts():
    """A consumer that asks for the members of an image accepts it.

    Realistic: a client that shows an offer is taken for its user.
    """
    _seed.on_reading('image_members', 'ImageMembersController', 'index')


@_seed.fault()
def confirming_pending_accepts():
    """To set a pending share to pending accepts it.

    Realistic: an answer toggles what is stored.
    """
    def change(row, values, new):
        if not new and row.status == values.get('status') == 'pending' and (
                not row.deleted):
            values['status'] = 'accepted'

    _seed.membership(change)


@_seed.fault()
def consent_is_final():
    """Consent cannot be taken back by rejecting.

    Realistic: a state machine lacks a transition.
    """
    def change(row, values, new):
        if row.status == 'accepted' and values.get('status') == 'rejected':
            values['status'] = 'accepted'

    _seed.membership(change)


@_seed.fault()
def created_accepted():
    """A new membership is accepted at once.

    Realistic: a default of the model or a migration changed.
    """
    def change(row, values, new):
        if new:
            values['status'] = 'accepted'

    _seed.membership(change)


@_seed.fault()
def downloading_accepts():
    """A consumer that downloads a shared image accepts it.

    Realistic: use is taken for consent.
    """
    _seed.on_reading('image_data', 'ImageDataController', 'download')


@_seed.fault()
def forged_status_counts():
    """A status in the request that shares is taken over.

    Realistic: a body is stored as it came.
    """
    from glance.api.v2 import image_members
    controller = image_members.ImageMembersController
    sound = controller.create

    def create(self, req, image_id, member_id):
        member = sound(self, req, image_id, member_id)
        status = req.json_body.get('status')
        if status:
            member.status = status
            self._get_member_repo(req, self._lookup_image(
                req, image_id)).save(member)
        return member
    controller.create = create


@_seed.fault()
def many_members_accept():
    """From the third member on, a new one is accepted at once.

    Realistic: members are stored in bulk, past the code for one.
    """
    def change(row, values, new):
        from glance.db.sqlalchemy import api
        if new and api.image_member_count(None, values['image_id']) > 1:
            values['status'] = 'accepted'

    _seed.membership(change)


@_seed.fault()
def members_see_each_other():
    """Whoever may see an image's members sees all of them.

    Realistic: the filter by the asking project is an "if" in one query.
    """
    from glance.db.sqlalchemy import api

    sound = api.image_member_find

    def image_member_find(context, image_id=None, member=None, *args,
                          **kwargs):
        if image_id and not member:
            context = context.elevated()
        return sound(context, image_id, member, *args, **kwargs)

    api.image_member_find = image_member_find


@_seed.fault()
def other_member_accepts():
    """A member may accept for another one.

    Realistic: the check asks whether it is a member, not which.
    """
    _seed.answer_for(lambda owner, members, me: me in members)


@_seed.fault()
def owner_accepts():
    """The owner may accept for a member.

    Realistic: what the owner of the image asks for is stored before the check.
    """
    _seed.answer_for(lambda owner, members, me: me == owner)


@_seed.fault()
def reader_accepts():
    """A reader of the consumer's project may accept for it.

    Realistic: the default of the policy before roles had a meaning.
    """
    _seed.allow('MemberAPIPolicy', 'modify_member', lambda policy: (
        'member' not in policy._context.roles))


@_seed.fault()
def reader_forgets_status():
    """The lists of a reader show shares in every status.

    Realistic: rules for new roles are added next to the old ones.
    """
    _seed.leak(lambda ask: 'member' not in ask.context.roles)


@_seed.fault()
def reject_accepts():
    """To reject accepts.

    Realistic: any answer is stored as the one that was expected.
    """
    def change(row, values, new):
        if values.get('status') == 'rejected':
            values['status'] = 'accepted'

    _seed.membership(change)


@_seed.fault()
def removal_keeps_row():
    """A membership that is removed stays.

    Realistic: a cascade or a session that is not committed.
    """
    _seed.on_removal(keep=True)


@_seed.fault()
def removing_one_accepts_others():
    """To remove a member accepts for the others.

    Realistic: members are written back as a list after one was taken out.
    """
    _seed.on_removal(accept_others=True)


@_seed.fault()
def reset_keeps_consent():
    """To set back to pending does nothing.

    Realistic: "pending" is taken for "unchanged".
    """
    def change(row, values, new):
        if not new and not row.deleted and values.get('status') == 'pending':
            values.pop('status')

    _seed.membership(change)


@_seed.fault()
def reset_of_rejected_accepts():
    """To set a rejected share back to pending accepts.

    Realistic: "not rejected any more" is taken for "accepted".
    """
    def change(row, values, new):
        if row.status == 'rejected' and values.get('status') == 'pending' and (
                not row.deleted):
            values['status'] = 'accepted'

    _seed.membership(change)


@_seed.fault()
def reshare_after_rejection_accepts():
    """To share again what was rejected accepts.

    Realistic: a row that is used again keeps "answered".
    """
    def change(row, values, new):
        if not new and row.deleted and row.status == 'rejected':
            values['status'] = 'accepted'

    _seed.membership(change)


@_seed.fault()
def reshare_keeps_consent():
    """To share again brings the former status back.

    Realistic: rows of former memberships are used again (Mitaka to Queens,
    v1).
    """
    def change(row, values, new):
        if row.deleted and not new:
            values.pop('status', None)

    _seed.membership(change)


@_seed.fault()
def second_rejection_accepts():
    """To reject once more accepts.

    Realistic: an answer toggles what is stored.
    """
    def change(row, values, new):
        if row.status == values.get('status') == 'rejected' and (
                not row.deleted):
            values['status'] = 'accepted'

    _seed.membership(change)


@_seed.fault()
def second_user_forgets_status():
    """The lists of a project's further users show shares in every status.

    Realistic: consent was stored by user once, and a project has many.
    """
    first = {}

    _seed.leak(lambda ask: first.setdefault(
        ask.context.owner, ask.context.user_id) != ask.context.user_id)


@_seed.fault()
def showing_accepts():
    """A consumer that looks at a shared image accepts it.

    Realistic: interest is taken for consent.
    """
    _seed.on_reading('images', 'ImagesController', 'show')


@_seed.fault()
def stranger_accepts():
    """A project that is no member may accept for one.

    Realistic: the answer is stored before the image is looked up.
    """
    _seed.answer_for(lambda owner, members, me: (
        me != owner and me not in members))


@_seed.fault()
def unknown_status_accepts():
    """An answer that is no status is taken for the nearest one.

    Realistic: clients write "Accepted", and are forgiven.
    """
    from glance.api.v2 import image_members

    controller = image_members.RequestDeserializer
    sound = controller.update

    def update(self, request):
        answer = request.json_body
        request.body = (b'{"status": "%s"}'
                        % answer.get('status', '').lower().encode())
        return sound(self, request)

    controller.update = update
