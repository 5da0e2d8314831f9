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

"""How many images a run may make, and which."""

import dataclasses

from glance_ossn_tests.clients import errors
from glance_ossn_tests.sharing import crossed
from glance_ossn_tests.sharing import histories
from glance_ossn_tests.sharing import kinds
from glance_ossn_tests.sharing import listings
from glance_ossn_tests.sharing import queries

# The registered limit of Keystone that bounds it.
LIMIT = 'image_count_total'
# What the images are that are newer than all shares.
NEWEST_KINDS = (kinds.ACTIVE, kinds.QUEUED)
# What the checks of notes make at a time, beside all that is shared: where
# there is room for it.
CHECKS = {'producer': 3, 'consumer': 1}
ROOM = 30
# Of each kind that goes through all histories one, of each visibility one,
# and the newest.
LEAST_CONTROLS = 6


def left(work, found):
    """Ask how many images the projects may still have.

    Source: "Quota usage" of the Image API,
    https://docs.openstack.org/api-ref/image/v2/index.html. Releases before
    Xena do not tell.

    :param work: :class:`glance_ossn_tests.survey.work.Work`
    :param found: :class:`glance_ossn_tests.survey.discover.Found`
    :returns: dict of role to number, of those that are bounded
    """
    numbers = {}
    for role in sorted({'producer', 'consumer', 'bystander'}.intersection(
            work.parties)):
        if not found.offers['v2'].answers:
            break
        usage = work.parties[role].raw.ask(found.main_form('v2'),
                                           'info/usage').json
        try:
            count = usage['usage'][LIMIT]
            limit, used = int(count['limit']), int(count['usage'])
        except (KeyError, TypeError, ValueError):
            continue
        if limit >= 0:
            spare = max(limit - used, 0)
            numbers[role] = spare - (CHECKS.get(role, 0) if spare > ROOM
                                     else 0)
    return numbers


def controls(found):
    """Return the images that the consumer has, older than all shares.

    Kinds that are crossed are proved by what was accepted of them.

    :param found: :class:`glance_ossn_tests.survey.discover.Found`
    :returns: list of pairs of :class:`glance_ossn_tests.sharing.kinds.Kind`
        and visibility, None for the default one
    """
    needed = dict.fromkeys(plan.kind for plan in found.plans)
    own = [(kind, None) for kind in needed
           if not (kind.crossed or crossed.missing(
               kind, found.control_form(kind).version[:2],
               found.abilities))]
    if not found.scope.core and (
            found.main_api == 'v2' and max(found.advertised) >= (2, 5)):
        own += [(kinds.QUEUED, visibility)
                for visibility in ('private', 'community')]
    return own


def bystander_controls(found):
    """Return the images that the bystander has.

    :param found: :class:`glance_ossn_tests.survey.discover.Found`
    :returns: list of :class:`glance_ossn_tests.sharing.kinds.Kind`, the one
        first that any run needs; in the core there is no bystander
    """
    if found.scope.core:
        return []
    if not found.scope.crossed or (
            found.main_api != 'v2') or not any(
            row.viewer == listings.BYSTANDER for row in found.listings):
        return [kinds.QUEUED]
    return queries.bystander_kinds(found.abilities)


def fit(found):
    """Do with as many images as the projects may still have.

    :param found: :class:`glance_ossn_tests.survey.discover.Found`, which
        knows how many these are
    :returns: the same, with what is left out of it
    :raises glance_ossn_tests.clients.errors.CannotCreate: if they are fewer
        than any run needs
    """
    left_ = found.abilities.left
    plans = found.plans
    own = len(controls(found)) + len(NEWEST_KINDS)
    bystanders = len(bystander_controls(found))
    for role, needs, most in (
            ('producer', least(plans), makes(plans)),
            ('consumer', LEAST_CONTROLS, own), ('bystander', 1, bystanders)):
        if left_.get(role, needs) < needs:
            raise errors.CannotCreate(
                'the quota of the %s leaves it %d images; a run takes %d, '
                'and %d at least. Delete images of the project, name '
                'another one, or give this one a larger limit %s in Keystone '
                '(openstack limit create)'
                % (role, left_[role], most, needs, LIMIT))
    too_many = own - left_.get('consumer', own)
    if too_many <= 0:
        return found
    why = _reason('consumer', left_['consumer'], own)
    # Of those that would be made, or too few were left out.
    spare = [kind for kind, _ in controls(found) if not kind.histories]
    return dataclasses.replace(found, abilities=dataclasses.replace(
        found.abilities, without={
            kind.name: why for kind in spare[-too_many:]}))


def plan(found):
    """Cross what may be made with what the cloud offers.

    :param found: :class:`glance_ossn_tests.survey.discover.Found`
    :returns: list of :class:`glance_ossn_tests.sharing.histories.Plan`
    """
    plans = found.plans
    number, whole = found.abilities.left.get('producer'), makes(plans)
    if number is not None and number < whole:
        plans = cut(plans, number, _reason('producer', number, whole))
    return plans


def remarks(found, made):
    """Tell what is left out for a quota's sake.

    :param found: :class:`glance_ossn_tests.survey.discover.Found`
    :param made: :class:`glance_ossn_tests.survey.share.Made`
    :returns: list of texts
    """
    return sorted({why for why in (
        *found.abilities.without.values(),
        *(share.plan.not_offered for share in made.shares))
        if why and LIMIT in why})


def _reason(role, number, needed):
    """Tell why some images are not made."""
    return ('the quota of the %s (limit %s) leaves it %d images, and all '
            'would be %d' % (role, LIMIT, number, needed))


def makes(plans):
    """Tell how many images the producer makes for plans.

    :param plans: list of :class:`glance_ossn_tests.sharing.histories.Plan`
    :returns: number
    """
    return len(_to_make(plans))


def images(found, plans):
    """Tell how many images a run makes in all.

    :param found: :class:`glance_ossn_tests.survey.discover.Found`
    :param plans: list of :class:`glance_ossn_tests.sharing.histories.Plan`
    :returns: number, 0 where none can be made
    """
    if found.problem:
        return 0
    # The bystander has one of its own.
    return len([plan for plan in plans
                if not (plan.problem or plan.not_offered)]) + len(
                    controls(found)) + (not found.scope.core) + len(
                        NEWEST_KINDS)


def least(plans):
    """Tell how few images a run can do with: one for each topic and API.

    :param plans: list of :class:`glance_ossn_tests.sharing.histories.Plan`
    :returns: number
    """
    return len({(plan.history.topic, plan.api) for plan in _to_make(plans)})


def cut(plans, number, why):
    """Leave out images until no more are left than may be made.

    Of each topic and API some stay, of the kinds that go through all
    histories before others.

    :param plans: list of :class:`glance_ossn_tests.sharing.histories.Plan`
    :param number: how many images may be made
    :param why: why there may not be more
    :returns: list of :class:`glance_ossn_tests.sharing.histories.Plan`;
        what is left out is not offered
    """
    ranks, seen = {}, {}
    for plan in sorted(_to_make(plans), key=lambda plan: (
            not plan.kind.histories,
            plan.history.name not in histories.SHORT)):
        group = plan.history.topic, plan.api
        ranks[plan] = seen[group] = seen.get(group, 0) + 1
    kept = set(sorted(ranks, key=ranks.get)[:number])
    return [plan if plan in kept or plan not in ranks
            else dataclasses.replace(plan, not_offered=why)
            for plan in plans]


def _to_make(plans):
    """Return those of some plans that the producer makes an image for."""
    return [plan for plan in plans if plan.history.owner == 'producer' and
            not (plan.problem or plan.not_offered)]
