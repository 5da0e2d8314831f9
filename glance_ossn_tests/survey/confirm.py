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

"""Confirm: whether the images are as they should be, besides all lists."""

import dataclasses

from tempest.lib import exceptions as lib_exc

from glance_ossn_tests.clients import errors
from glance_ossn_tests.sharing import histories
from glance_ossn_tests.sharing import kinds
from glance_ossn_tests.sharing import listings
from glance_ossn_tests.sharing import matrix
from glance_ossn_tests.sharing import steps

# Why an image is not known yet to be as it should be.
TO_BE_LEARNT = 'the consumer was not asked yet'
# A member's status as v1 tells it.
UNKNOWN_STATUS = 'member'


def by_members(work, found, share):
    """Ask the producer's member list whether a share is as planned.

    :param work: :class:`glance_ossn_tests.survey.work.Work`
    :param found: :class:`glance_ossn_tests.survey.discover.Found`
    :param share: :class:`glance_ossn_tests.sharing.matrix.Share`, which is
        brought up to date
    """
    history = share.plan.history
    if not history.has_members or not found.member_form:
        # What can have no members needs nobody to say so.
        return
    try:
        members = {m['member_id']: m.get('status', UNKNOWN_STATUS)
                   for m in work.parties[history.owner].list_members(
                       found.member_form, share.image_id)}
    except errors.ERRORS as error:
        share.unconfirmed = 'the member list: %s' % errors.reason(error)
        if errors.is_refusal(error):
            share.unread = share.unconfirmed
        return
    mine = work.consumer.project_id
    share.members = members
    share.membership = members.get(mine)
    added = {mine: history.status}
    if work.bystander:
        added[work.bystander.project_id] = history.bystander
    if steps.TRY_JOIN_ITSELF in history.steps:
        # That is no business of others, and some clouds let it.
        added[work.parties[history.owner].project_id] = True
    share.strangers = tuple(sorted(m for m in members if not added.get(m)))
    expected, seen = history.status, share.membership
    if seen == histories.REJECTED and expected == histories.PENDING and (
            steps.REJECT in history.steps):
        # From Mitaka to Queens, v1 shares again with the old status.
        expected = seen
    if bool(expected) != bool(seen) or (
            expected and seen not in (expected, UNKNOWN_STATUS)):
        share.unconfirmed = (
            'the member list of image %s says %s where %s was expected'
            % (share.image_id, seen or 'no member', expected or 'no member'))


def strangers(found, made):
    """Tell which images have members that their producer never added.

    :param found: :class:`glance_ossn_tests.survey.discover.Found`
    :param made: :class:`glance_ossn_tests.survey.share.Made`
    :returns: :class:`glance_ossn_tests.sharing.matrix.Reading`
    """
    return matrix.Reading(
        dataclasses.replace(listings.MEMBERS, form=(
            found.member_form or found.main_form()).name),
        {share.image_id: 'its producer never added the member %s'
         % ', '.join(share.strangers) for share in made.shares
         if share.strangers and
         share.plan.history.topic in histories.CONSENTS})


def refusals(readings):
    """See that who is refused a list is refused for being a stranger.

    Where the consumer's own lists do not come either, that says nothing.

    :param readings: list of
        :class:`glance_ossn_tests.sharing.matrix.Reading`, which are brought
        up to date
    """
    for reading in readings:
        listing = reading.listing
        if listing.of_project or reading.seen or reading.problem or any(
                other.listing.project == listings.CONSUMER and
                other.listing.api == listing.api and other.seen and
                not other.problem for other in readings):
            continue
        reading.problem = (
            "none of the consumer's own lists came whole either: that this "
            'one shows nothing says nothing')


def contents(work, found, made):
    """See whether what the consumer accepted is what it was.

    Beside it stands what was made and accepted in the same way, and left
    alone: its data are the same.

    :param work: :class:`glance_ossn_tests.survey.work.Work`
    :param found: :class:`glance_ossn_tests.survey.discover.Found`
    :param made: :class:`glance_ossn_tests.survey.share.Made`
    :returns: :class:`glance_ossn_tests.sharing.matrix.Reading`
    """
    reading = matrix.Reading(dataclasses.replace(
        listings.CONTENT, form=found.main_form().name))
    tried = [share for share in made.shares if share.image_id and
             share.plan.history.topic == histories.CONTENT and not (
                 share.failed or share.not_offered)]
    control = next((
        share for share in made.shares
        if share.plan.history.topic == histories.CONTROL and
        share.plan.kind == kinds.ACTIVE and share.plan.api == 'v2' and
        share.image_id and not (share.failed or share.not_offered)), None)
    if not tried:
        return reading
    known = _shown(work, found, control) if control else {}
    if known.get('status') != 'active':
        reading.problem = (
            'the consumer is not shown the image that it accepted, and that '
            'was left alone')
        return reading
    for share in tried:
        shown = _shown(work, found, share)
        expected = dict(known)
        if steps.ADMIN_DEACTIVATES in share.plan.history.steps:
            expected['status'] = 'deactivated'
        changed = ['%s %s instead of %s' % (name, shown.get(name), value)
                   for name, value in expected.items()
                   if shown.get(name) != value]
        if not shown:
            reading.problem = ('the consumer is not shown image %s, which it '
                               'accepted' % share.image_id)
        elif changed:
            reading.seen[share.image_id] = (
                'the consumer is shown %s' % ', '.join(changed))
    return reading


def overwritten(readings):
    """Tell of what data of images that lost theirs may stay.

    Glance deletes such an image as one without data; where it deletes data
    later (delayed_delete), nothing does so then. From outside neither shows.

    :param readings: list of
        :class:`glance_ossn_tests.sharing.matrix.Reading`
    :returns: list of texts
    """
    ids = [image_id for reading in readings
           if reading.listing.members == 'content'
           for image_id in reading.seen]
    return ['Where delayed_delete = True in glance-api.conf, less than a KiB '
            'of data stays in its store of each image that lost them, and '
            'only who runs the store can remove it: %s.' % ', '.join(ids)
            ] if ids else []


def _shown(work, found, share):
    """Tell what the consumer is shown of an image and its data."""
    image = work.consumer.hashes(found.main_form(), share.image_id)
    return {name: image.get(name) for name in (
        'status', 'checksum', 'os_hash_value')} if image else {}


def other_members(work, found, made):
    """Ask the consumer who the members of images of several are.

    :param work: :class:`glance_ossn_tests.survey.work.Work`
    :param found: :class:`glance_ossn_tests.survey.discover.Found`
    :param made: :class:`glance_ossn_tests.survey.share.Made`
    :returns: :class:`glance_ossn_tests.sharing.matrix.Reading`
    """
    reading = matrix.Reading(dataclasses.replace(
        listings.OTHER_MEMBERS, form=found.main_form().name))
    if not found.offers['v2'].answers:
        reading.not_offered = 'only Image API v2 tells a member who is one'
        return reading
    if found.abilities.no_members:
        reading.not_offered = found.abilities.no_members
        return reading
    mine = work.consumer.project_id
    told, refused = False, None
    for share in made.shares:
        if not share.membership or not share.plan.history.bystander:
            continue
        try:
            members = {m['member_id'] for m in work.consumer.list_members(
                found.main_form('v2'), share.image_id)}
        except errors.ERRORS as error:
            why = 'the member list: %s' % errors.reason(error)
            if errors.is_refusal(error):
                refused = why
            else:
                reading.problem = why
            continue
        told = True
        if mine not in members:
            reading.problem = (
                'the consumer does not find itself among the members of '
                'image %s' % share.image_id)
        elif members != {mine}:
            reading.seen[share.image_id] = 'the consumer sees %s' % (
                ', '.join(sorted(members - {mine})))
        else:
            other = work.consumer.raw.ask(
                found.main_form('v2'), 'images/%s/members/%s' % (
                    share.image_id, work.bystander.project_id))
            if other.status == 200 and isinstance(other.json, dict):
                reading.seen[share.image_id] = 'the consumer sees it by %s' % (
                    other)
            elif other.status not in (403, 404, 405):
                reading.problem = 'neither shown nor refused: %s' % other
    # What is told to no member at all is an answer.
    if refused and not told and not reading.problem:
        reading.not_offered = refused
    elif refused:
        reading.problem = reading.problem or refused
    return reading


def by_question(work, found, made, readings):
    """See that the consumer is offered what waits for its answer.

    What they do not tell, the producer's member list does.

    :param work: :class:`glance_ossn_tests.survey.work.Work`
    :param found: :class:`glance_ossn_tests.survey.discover.Found`
    :param made: :class:`glance_ossn_tests.survey.share.Made`, whose shares
        are brought up to date
    :param readings: list of
        :class:`glance_ossn_tests.sharing.matrix.Reading`
    """
    for share in made.shares:
        if share.unread and not share.plan.history.late:
            _learn(share, readings)
    unknown = [share for share in made.shares
               if share.unconfirmed == TO_BE_LEARNT]
    for share in unknown:
        share.unconfirmed = share.unread = None
    if unknown:
        work.each(lambda share: by_members(work, found, share), unknown)
    for reading in readings:
        asks_for = reading.listing.asks_for
        if not asks_for or reading.listing.viewer != listings.CONSUMER or (
                reading.listing.not_offered or reading.not_offered):
            continue
        for share in made.shares:
            if asks_for not in ('all', share.membership) or (
                    not share.membership or share.plan.history.late or
                    not reading.listing.selects(share.plan.kind) or
                    share.failed or share.unconfirmed or
                    not share.image_id or share.image_id in reading.seen):
                continue
            share.unconfirmed = (
                'the consumer does not find image %s where it asks for '
                'what is %s: %s' % (
                    share.image_id, asks_for,
                    reading.listing.problem or reading.problem or
                    'it is not in %s' % reading.listing.name))


def _learn(share, readings):
    """Learn from the consumer's questions what the producer is not told.

    It is in the list of those that wait, or are rejected; what is accepted
    is in the list of all and in no other; what is no share is in none.
    """
    shown = {}
    for reading in readings:
        listing = reading.listing
        if listing.asks_for and listing.viewer == listings.CONSUMER and (
                listing.selects(share.plan.kind)) and not (
                    listing.problem or listing.not_offered or
                    reading.problem or reading.not_offered):
            shown[listing.asks_for] = shown.get(listing.asks_for) or (
                share.image_id in reading.seen)
    expected = share.plan.history.status
    if expected in (steps.PENDING, steps.REJECTED):
        known = shown.get(expected)
    elif expected == steps.ACCEPTED:
        known = shown.get('all') and not (
            shown.get(steps.PENDING) or shown.get(steps.REJECTED))
    else:
        known = shown.get('all') is False
    if known:
        share.membership, share.unconfirmed = expected, None
        share.unread = None


def not_told(made):
    """Take for an answer that nobody is told who is a member.

    :param made: :class:`glance_ossn_tests.survey.share.Made`, whose shares
        are brought up to date
    """
    if any(share.members is not None for share in made.shares):
        return
    for share in made.shares:
        if share.unread and share.unconfirmed:
            share.not_offered, share.unconfirmed = share.unread, None


def nobody_is_admin(work, found, made):
    """See that neither party sees what only an admin would see.

    :param work: :class:`glance_ossn_tests.survey.work.Work`
    :param found: :class:`glance_ossn_tests.survey.discover.Found`
    :param made: :class:`glance_ossn_tests.survey.share.Made`
    :raises tempest.lib.exceptions.InvalidConfiguration: if one does
    """
    form = found.main_form()
    unshared = [s.image_id for s in made.shares
                if s.plan.history.topic == histories.UNSHARED and
                s.image_id and not s.failed]
    foreign = [(work.producer, work.parties[c.viewer], c.image_id)
               for c in made.controls
               if not c.failed and c.visibility != 'community']
    foreign += [(party, work.producer, image_id)
                for party in filter(None, (work.consumer, work.bystander))
                for image_id in unshared[:1]]

    def check(party, owner, image_id):
        try:
            seen = party.can_see(form, image_id)
        except errors.ERRORS as error:
            raise errors.CannotLook(
                'Whether project %s sees the unshared image %s could not '
                'be found out: %s' % (party.project_id, image_id,
                                      errors.brief(error)))
        if seen:
            raise lib_exc.InvalidConfiguration(
                'Project %s sees the image %s of project %s, which '
                'nobody ever shared with it. Either its account is an '
                'admin (check [auth] tempest_roles and the roles in '
                "[auth] test_accounts_file) or Glance's policy takes it "
                'for one (check context_is_admin in policy.yaml). '
                'Nothing that it lists says anything about sharing.'
                % (party.project_id, image_id, owner.project_id))

    work.each(lambda each: check(*each), foreign)
