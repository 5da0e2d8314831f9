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


"""What can be known of a run before it, without making anything."""

import dataclasses
import time

from tempest.lib import exceptions as lib_exc

from glance_ossn_tests.accounts import accounts
from glance_ossn_tests.accounts import party
from glance_ossn_tests.accounts import preflight
from glance_ossn_tests.accounts import serving
from glance_ossn_tests.clients import errors
from glance_ossn_tests.clients import schemes
from glance_ossn_tests.sharing import listings
from glance_ossn_tests.sharing import scope
from glance_ossn_tests.sharing import walks
from glance_ossn_tests.survey import budget
from glance_ossn_tests.survey import discover
from glance_ossn_tests.survey import work

# Requests for each image (made, shared, confirmed, deleted) and for each
# list of an API version, as benchmarks and budgets show them.
_FOR_AN_IMAGE = 5
_FOR_A_LIST = {'v1': 5.5, 'v2': 1.5}
_BESIDES, _CORE_BESIDES = 130, 50
# Images and requests of the walks of each depth, without their removal.
_WALKS = {1: (6, 120), 2: (29, 710), 3: (300, 6000), 4: (3500, 75000)}
# What Tempest takes to start and to end, in seconds.
_START = 6


class Unprivileged(Exception):
    """Who should make projects is no admin."""


@dataclasses.dataclass
class Preview:
    """What is known of a run before it.

    :param about: dict of the cloud, as in report/schema/detail.json
    :param actors: texts that say who acts, and with which roles
    :param images: how many images the run makes
    :param lists: how many lists it reads
    :param requests: about how many requests it sends
    :param seconds: about how long it takes
    """

    about: dict
    actors: list
    images: int = 0
    lists: int = 0
    requests: int = 0
    seconds: int = 0


def preview(conf, claims=None):
    """Look at a cloud without making anything.

    :param conf: Tempest's configuration
    :param claims: the :class:`glance_ossn_tests.notes.base.Claim` that are
        to be judged, none for all
    :returns: :class:`Preview`
    :raises tempest.lib.exceptions.InvalidConfiguration: if it will not do
    :raises Unprivileged: if who should make projects may not
    :raises glance_ossn_tests.clients.errors.CannotLook: if the cloud did
        not answer; what Tempest and urllib3 raise besides says so, too
    """
    preflight.check(conf, len(accounts.ROLES))
    schemes.check(conf.identity.uri_v3, '[identity] uri_v3', conf)
    if conf.auth.use_dynamic_credentials:
        parties, extra = _admin(conf)
    else:
        parties = accounts.parties(accounts.from_file(), None)
        party.check_premise(*parties.values())
        extra = ()
    schemes.check(parties['consumer'].raw.root,
                  'The image endpoint of the catalog', conf)
    began = time.monotonic()
    todo = work.configured(conf, parties, 'preview')
    found = discover.discover(todo, wanted=scope.Scope(claims or None))
    # The admin stands for several.
    taken = (time.monotonic() - began) / max(1, sum(
        each.requests for each in set(parties.values())))
    found.abilities = dataclasses.replace(
        found.abilities, parties=(*parties, *extra),
        askers=dict.fromkeys((*listings.STRANGERS, *(
            listings.CALLERS if todo.callers else ()))),
        left={} if extra or conf.auth.use_dynamic_credentials
        else budget.left(todo, found))
    known = Preview({
        'region': todo.consumer.raw.filters['region'],
        'identity': conf.identity.uri_v3, **found.about(),
        **({'remarks': found.remarks} if found.remarks else {})},
        _actors(conf, parties, () if found.scope.core else (
            *accounts.ROLES[2:], *extra)))
    try:
        plans = budget.plan(budget.fit(found))
    except errors.CannotCreate as error:
        known.about.setdefault('remarks', []).append(str(error))
        return known
    asked = [each for each in found.listings
             if not (each.problem or each.not_offered)]
    known.images = budget.images(found, plans)
    known.lists = len(found.listings)
    known.requests = round(known.images * _FOR_AN_IMAGE + sum(
        _FOR_A_LIST[each.api] for each in asked)) + (
            _CORE_BESIDES if found.scope.core else _BESIDES)
    if conf.glance_ossn.depth and found.offers['v2'].answers and (
            walks.needed(found.scope)):
        images, requests = _WALKS[conf.glance_ossn.depth]
        known.images += images
        known.requests += requests
    known.seconds = round(_START + known.requests * taken)
    return known


def _admin(conf):
    """Return the admin in the place of those whose projects are made.

    :returns: dict of parties, and the roles of those besides
    """
    admin = party.Party('admin', accounts.admin(), accounts.retry_policy())
    # Signing in is the first request of all.
    names = [role.lower() for role in admin.roles]
    if conf.identity.admin_role.lower() not in names and (
            'admin' not in names):
        raise Unprivileged(
            '%s has the roles %s: it is no admin, and cannot make the '
            'projects of the check' % (admin.who, ', '.join(names) or
                                       'none'))
    admin.check_catalog()
    known = accounts.roles()
    if accounts.member_role(known).lower() not in map(str.lower, known):
        raise lib_exc.InvalidConfiguration(
            'The Identity service has no role "%s". Set [auth] '
            'tempest_roles to the role that users of the cloud have; its '
            'roles are %s.' % (accounts.member_role(known),
                               ', '.join(sorted(known))))
    extra = []
    if conf.glance_ossn.reader and 'reader' in map(str.lower, known) and (
            accounts.member_role(known).lower() == serving.MEMBERS[0]):
        extra.append('reader')
    if conf.glance_ossn.admin:
        extra.append('admin')
    return dict.fromkeys(accounts.ROLES, admin), extra


def _actors(conf, parties, further):
    """Tell who acts, besides the producer and the consumer."""
    if conf.auth.use_dynamic_credentials:
        return ['%s makes projects, with a user each, for: %s' % (
            next(iter(parties.values())).who,
            ', '.join((*accounts.ROLES[:2], *further)))]
    return ['%s, roles %s' % (each.who, ', '.join(each.roles) or 'none')
            for each in parties.values()]
