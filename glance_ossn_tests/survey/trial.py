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

"""Prove that what a run will make can be removed, before it makes it."""

import contextlib
import dataclasses
import functools
import os
import time
import uuid

from oslo_concurrency import lockutils
from oslo_config import cfg
from oslo_log import log as logging

from glance_ossn_tests.clients import errors
from glance_ossn_tests.sharing import crossed
from glance_ossn_tests.sharing import forms
from glance_ossn_tests.sharing import kinds
from glance_ossn_tests.survey import budget

LOG = logging.getLogger(__name__)

# How long what one worker of a run found holds for the others, in seconds.
_FRESH = 120


def prepare(work, found):
    """Find out what can be made, and be removed.

    :param work: :class:`glance_ossn_tests.survey.work.Work`
    :param found: :class:`glance_ossn_tests.survey.discover.Found`
    :returns: the same, with what was found out, or why nothing can be made
    """
    no_remover = None if work.created.remover else (
        forms.NO_ACCOUNT + 'an admin, who alone could delete the image')
    try:
        with work.phase('trial'):
            abilities = dataclasses.replace(
                found.abilities, **prove(
                    work, found.main_form(), found.scope.core),
                left=budget.left(work, found), no_remover=no_remover)
        return budget.fit(dataclasses.replace(found, abilities=abilities))
    except errors.CannotCreate as error:
        return dataclasses.replace(found, problem=str(error))


def prove(work, form, core=False):
    """Let each party make an image and delete it.

    The first image of all is shared as well. What a cloud refuses of it
    decides how the others are marked: by a property, or by a tag, or by
    their name alone.

    :param work: :class:`glance_ossn_tests.survey.work.Work`
    :param form: :class:`glance_ossn_tests.clients.raw.Form` to make it by
    :param core: whether no image will be protected or have properties
    :returns: dict of fields of
        :class:`glance_ossn_tests.sharing.forms.Abilities`
    :raises glance_ossn_tests.clients.errors.CannotCreate: if an account may
        make none, or one stays
    """
    abilities = {}
    # One worker of a run after the other: where the image of the first one
    # stays, no other is made.
    with _alone():
        why = _told()
        if why:
            raise errors.CannotCreate(why)
        for role, party in work.parties.items():
            if role == 'reader':
                continue
            image_id, base = _make(work, party, form, abilities.get('base'))
            if role == 'producer':
                abilities = dict(_try(work, form, image_id, core), base=base)
                if not party.chooses_ids:
                    abilities['no_ids'] = (
                        'the cloud lets nobody choose the id of an image')
            _remove(work, party, form, image_id)
    return abilities


def _alone():
    """Wait for other workers, if they have a folder in common."""
    return (lockutils.lock('ossn-trial', external=True) if _note() else
            contextlib.nullcontext())


def _note():
    """Return the file in which workers of a run tell each other what stays.

    :returns: path, None where no folder for locks is configured
    """
    folder = lockutils.get_lock_path(cfg.CONF)
    return folder and os.path.join(folder, 'ossn-stays-%d' % os.getpgrp())


def _told():
    """Tell why another worker of this run made no more images."""
    if not _note():
        return None
    try:
        if time.time() - os.stat(_note()).st_mtime > _FRESH:
            os.unlink(_note())
        with open(_note()) as file:
            return file.read()
    except FileNotFoundError:
        return None


def _make(work, party, form, base=None):
    """Make an image, of a format and with as much of a mark as goes.

    :returns: its id, and its disk format
    """
    known = work.formats.get('disk_formats') or kinds.BASES
    bases = [base] if base else [
        base for base in kinds.BASES if base in known] or list(known[:1])
    refusals, marks = [], None
    patient = not party.chooses_ids or party.role != 'producer'
    while True:
        image_id = str(uuid.uuid4())
        made = functools.partial(work.created.add, party.delete_image, form)
        if party.chooses_ids:
            # Where it is there although refused, it goes at the end.
            made(image_id)
        try:
            with contextlib.nullcontext() if patient else (
                    party.connection.once()):
                image = party.create_image(
                    form, image_id, work.name,
                    kinds.shape(kinds.QUEUED, bases[0]), work.name,
                    made=made)
        except errors.ERRORS as error:
            if not (patient or errors.is_refusal(error)):
                # Perhaps it is the chosen id: releases before Juno fail so.
                # If not, that comes once more, with patience.
                patient = not party.chooses_ids
                party.chooses_ids = patient
                continue
            refusals.append(error)
            if not errors.is_refusal(error):
                raise errors.CannotCreate(_why_not(party, error)) from None
            if bases[0] in errors.reason(error) and bases[1:]:
                # It is the format that is refused.
                bases = bases[1:]
            elif party.unmark():
                marks = error
            elif party.chooses_ids:
                party.chooses_ids = False
            else:
                raise errors.CannotCreate(
                    _why_not(party, refusals[0])) from None
            continue
        if marks:
            LOG.info('The images of %s bear the run %s, as its property '
                     'was refused: %s', party.who,
                     'in a tag' if party.tagged else 'in their name alone',
                     errors.reason(marks))
            for other in work.parties.values():
                other.marked, other.tagged = party.marked, party.tagged
        for other in work.parties.values():
            other.chooses_ids = party.chooses_ids
        return str(image['id']), bases[0]


def _why_not(party, error):
    reason = errors.reason(error)
    if errors.status(error) == 403:
        return ('the %s may make no image: %s. Where only some roles may, '
                'give the accounts of the tests one of these: [auth] '
                'tempest_roles with dynamic credentials, roles in [auth] '
                'test_accounts_file without' % (party.role, reason))
    if errors.status(error) == 413:
        return ('the %s may make no more images: %s. A quota is full (in '
                'Keystone the registered limit image_count_total): delete '
                'images of the project, or name another account'
                % (party.role, reason))
    return 'the %s cannot make an image: %s' % (party.role, reason)


def _try(work, form, image_id, core):
    """Share an image, and change it as its removal may need."""
    producer, abilities = work.producer, {}
    try:
        producer.add_member(form, image_id, work.consumer.project_id)
    except errors.ERRORS as error:
        LOG.info('The first image was not shared: %s', errors.reason(error))
        if errors.status(error) == 404 and _has_no_members(producer, form,
                                                           image_id):
            abilities['no_members'] = (
                'this Image API v2 has no members: %s' % errors.reason(error))
            abilities.update(_give_data(producer, form, image_id))
    if core:
        return abilities
    try:
        producer.patch_image(form, image_id, 'protected', False)
    except errors.ERRORS as error:
        abilities['unprotectable'] = (
            'what is protected could not be deleted: %s'
            % errors.reason(error))
    if not form.version.startswith('v1'):
        refused = _refused_properties(producer, form, image_id)
        abilities.update({'refused': refused} if refused else {})
    return abilities


def _has_no_members(producer, form, image_id):
    """Tell whether there are no members of an image that is there."""
    try:
        producer.list_members(form, image_id)
    except errors.ERRORS as error:
        return (errors.status(error) == 404 and
                producer.can_see(form, image_id))
    return False


def _give_data(producer, form, image_id):
    """See whether an image becomes active: in Folsom it stays queued."""
    try:
        producer.upload(form, image_id, kinds.RAW)
    except errors.ERRORS as error:
        LOG.info('The first image got no data: %s', errors.reason(error))
        return {}
    status = producer.hashes(form, image_id).get('status')
    if status in (None, 'active'):
        return {}
    return {'no_data': 'an image that was given its data through Image API '
                       'v2 stays %s' % status}


def _refused_properties(producer, form, image_id):
    """Tell which properties the cloud takes from no ordinary user.

    :returns: dict of what they are of to the reason
    """
    refused, groups = {}, crossed.PROPERTIES
    try:
        producer.add_properties(form, image_id, sum(groups.values(), ()))
        return refused
    except errors.ERRORS as error:
        LOG.info('Not all properties were taken: %s', errors.reason(error))
    for word, properties in groups.items():
        try:
            producer.add_properties(form, image_id, properties)
        except errors.ERRORS as error:
            if errors.is_refusal(error):
                refused[word] = 'properties of %s images are refused: %s' % (
                    word, errors.reason(error))
    return refused


def _remove(work, party, form, image_id):
    try:
        work.created.remove_one(image_id)
    except errors.LeftBehind as error:
        # It is tried, and told, once more in the end.
        work.created.add(party.delete_image, form, image_id)
        why = ('no image was made but the first one, of the %s, since that '
               'one could not be deleted: %s. Give the accounts of the tests '
               'a role that may delete images (policy rule delete_image): '
               '[auth] tempest_roles with dynamic credentials, accounts that '
               'have one in [auth] test_accounts_file without. An admin '
               'deletes the image by "openstack image delete %s"' % (
                   party.role, error.why or errors.reason(error),
                   image_id))
        if _note():
            with open(_note(), 'w') as file:
                file.write(why)
        raise errors.CannotCreate(why) from None
