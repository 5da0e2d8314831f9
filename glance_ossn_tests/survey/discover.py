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

"""Discover: what a cloud answers, and what it can do besides."""

import contextlib
import copy
import dataclasses
import re

from oslo_log import log as logging
from tempest.lib import exceptions as lib_exc

from glance_ossn_tests.accounts import callers
from glance_ossn_tests.accounts import stranger
from glance_ossn_tests.clients import discovery
from glance_ossn_tests.clients import errors
from glance_ossn_tests.clients import patience
from glance_ossn_tests.clients import raw
from glance_ossn_tests.sharing import forms
from glance_ossn_tests.sharing import histories
from glance_ossn_tests.sharing import listings
from glance_ossn_tests.sharing import queries
from glance_ossn_tests.sharing import scope
from glance_ossn_tests.sharing import steps
from glance_ossn_tests.sharing import verdicts

LOG = logging.getLogger(__name__)

# Advertised where there are several stores.
_STORES = (2, 8)


@dataclasses.dataclass
class Found:
    """What was found out about a cloud.

    :param root: URL of the endpoint under test, without a version
    :param remarks: sentences on what is good to know
    :param advertised: the versions that it advertises, (major, minor)
    :param probes: dict of 'v1' and 'v2' to
        :class:`glance_ossn_tests.clients.discovery.Probe`, of all endpoints
        for v1
    :param forms: dict of a form's name to its
        :class:`glance_ossn_tests.clients.raw.Form`
    :param offers: dict of 'v1' and 'v2' to
        :class:`glance_ossn_tests.sharing.forms.Offer`
    :param abilities: :class:`glance_ossn_tests.sharing.forms.Abilities`
    :param endpoints: URLs of the other endpoints
    :param endpoint_listings: what these are asked,
        :class:`glance_ossn_tests.sharing.listings.Listing`
    :param problem: why no image can be made, else None
    :param scope: :class:`glance_ossn_tests.sharing.scope.Scope` of the run
    """

    root: str = ''
    advertised: list = dataclasses.field(default_factory=list)
    probes: dict = dataclasses.field(default_factory=dict)
    forms: dict = dataclasses.field(default_factory=dict)
    offers: dict = dataclasses.field(default_factory=dict)
    abilities: object = None
    remarks: list = dataclasses.field(default_factory=list)
    endpoints: list = dataclasses.field(default_factory=list)
    endpoint_listings: list = dataclasses.field(default_factory=list)
    problem: str | None = None
    scope: object = scope.Scope()

    @property
    def main_api(self):
        """The API for all that is not itself under test."""
        return 'v2' if self.offers['v2'].answers else 'v1'

    def main_form(self, api=None):
        """Return the form by which an API is spoken to.

        :param api: 'v1' or 'v2', None for the main one
        :returns: :class:`glance_ossn_tests.clients.raw.Form`
        """
        return self.forms[self.offers[api or self.main_api].main.form]

    def control_form(self, kind):
        """Return the form by which a kind of image is made for a control.

        :param kind: :class:`glance_ossn_tests.sharing.kinds.Kind`
        :returns: :class:`glance_ossn_tests.clients.raw.Form`
        """
        if kind.data is not None and self.abilities.no_data and (
                self.offers['v1'].answers):
            return self.main_form('v1')
        return self.main_form()

    @property
    def member_form(self):
        """The form by which members are read, None if there is none."""
        if not self.abilities.no_members:
            return self.main_form()
        return self.main_form('v1') if self.offers['v1'].answers else None

    @property
    def listings(self):
        """All questions that the cloud is asked for images."""
        further = queries.table(self.abilities) if (
            self.scope.crossed and not self.scope.core) else ()
        return self.scope.listings(
            self.endpoint_listings + listings.plan(
                self.offers, self.abilities, further))

    @property
    def plans(self):
        """All images that the producer may make for what is judged."""
        return self.scope.plans(histories.plan(self.offers, self.abilities))

    def crowded(self):
        """Return the same, with questions for a large catalogue."""
        return dataclasses.replace(
            self, abilities=dataclasses.replace(self.abilities, crowded=True),
            remarks=[*self.remarks,
                     'The cloud lists more than %d images: lists by a filter '
                     'that selects many of them were asked for those of the '
                     "run's time alone." % listings.LARGE])

    def about(self):
        """Tell what a report says of the cloud.

        :returns: dict, as part of report/schema/detail.json
        """
        return {
            'endpoints': [self.root, *self.endpoints],
            'advertised': ['v%d.%d' % version for version in self.advertised],
            'answers': list(dict.fromkeys(
                probe.form.name for probes in self.probes.values()
                for probe in probes
                if probe.reach is verdicts.Reach.ANSWERS))}


def discover(work, before=None, wanted=scope.Scope()):
    """Find out what the cloud answers.

    :param work: :class:`glance_ossn_tests.survey.work.Work`
    :param before: the versions of the API that were advertised when the
        images were made, if that was before an upgrade
    :param wanted: :class:`glance_ossn_tests.sharing.scope.Scope` of the run
    :returns: :class:`Found`
    :raises tempest.lib.exceptions.InvalidConfiguration: if the endpoint is
        no image endpoint
    """
    found = Found(scope=wanted)
    with work.phase('discovery'):
        _find_forms(work, found)
        find_other_endpoints(work, found)
        _find_abilities(work, found, before)
    return found


def _find_forms(work, found):
    client = work.consumer.raw
    unknown = find_root(work, found)
    for api, candidates in (
            ('v1', discovery.V1_FORMS),
            ('v2', discovery.v2_forms(found.advertised))):
        probes = found.probes[api] = _probe_all(
            work, client, candidates, some=api == 'v2' and not unknown and
            found.scope.core)
        if api == 'v1':
            probes = found.probes[api] = work.each(
                lambda probe: discovery.try_changes(client, probe), probes)
        found.forms.update((p.form.name, p.form) for p in probes)
        found.offers[api] = forms.offer(
            api,
            [p.form.name for p in probes
             if p.reach is verdicts.Reach.ANSWERS],
            {p.form.name: p.evidence for p in probes
             if p.reach is verdicts.Reach.UNKNOWN},
            'Image API %s is not offered: each of its forms was refused'
            % api, {p.form.name for p in probes if p.form.odd})
        for probe in probes:
            LOG.info('%s: %s', probe.reach.value, probe.evidence)
    if not any(offer.answers for offer in found.offers.values()):
        raise lib_exc.InvalidConfiguration(
            'The image endpoint %s lists images in no form of its API: '
            '%s. Check [image] region, endpoint_type and catalog_type, '
            'and the roles of the account (to list needs the role '
            '"reader").%s' % (client.root, unknown or '; '.join(
                p.evidence for probes in found.probes.values()
                for p in probes), errors.certificate_hint(unknown)))
    if unknown:
        found.advertised = _deduce_versions(work, found)
        found.remarks.append(
            'The image endpoint %s does not say which versions it has (%s): '
            'by what it answers it knows at least %s.' % (
                client.root, unknown, ', '.join(
                    'v%d.%d' % version for version in found.advertised)))


def find_root(work, found):
    """Find out what the versions of the endpoint's API go on.

    :param work: :class:`glance_ossn_tests.survey.work.Work`, whose parties
        use it from now on
    :param found: :class:`Found`, to which it is added
    :returns: why the versions are not known, nothing if they are
    """
    client, problems = work.consumer.raw, []
    for root in raw.roots(client.base_url):
        client.endpoint = root
        try:
            found.advertised = discovery.advertised(client)
        except discovery.Undiscoverable as error:
            problems.append(str(error))
            if discovery.lists_images(client):
                break
        else:
            problems = []
            break
    else:
        client.endpoint = raw.strip_version(client.base_url)
    found.root = client.root
    for party in work.parties.values():
        party.raw.endpoint = client.endpoint
    return problems[-1] if problems else ''


def _deduce_versions(work, found):
    """Tell which versions an endpoint has that does not say so.

    :returns: sorted list of (major, minor)
    """
    versions = {(1, 1)} if found.offers['v1'].answers else set()
    if found.offers['v2'].answers:
        versions |= {(2, 0)} | {
            (2, int(p.form.version.partition('.')[2] or 0))
            for p in found.probes['v2']
            if p.reach is verdicts.Reach.ANSWERS}
        versions.add(discovery.deduce_version(work.consumer.raw,
                                              found.main_form('v2')))
    return sorted(versions)


def _probe_all(work, client, candidates, some):
    """Ask forms of an API, or one that answers where that is enough."""
    if some:
        first = _probe(work, client, candidates[0])
        if first.reach is verdicts.Reach.ANSWERS:
            # The core speaks to each API by its main form alone.
            return [first]
    return work.each(lambda form: _probe(work, client, form), candidates)


def _probe(work, client, form):
    if form.version.startswith('v2'):
        return discovery.probe(client, form)
    return discovery.probe(client, form, discovery.v1_paths(
        work.consumer.project_id))


def find_other_endpoints(work, found):
    """Find out what the other endpoints of the service answer.

    :param work: :class:`glance_ossn_tests.survey.work.Work`
    :param found: :class:`Found`, to which it is added
    """
    named = [raw.strip_version(url) for url in work.endpoints]
    for root in dict.fromkeys(named + work.consumer.other_endpoints()):
        if root != found.root:
            _find_endpoint(work, found, root, root in named)


def _find_endpoint(work, found, root, named):
    client = copy.copy(work.consumer.raw)
    client.endpoint = root
    tried = {'v1': discovery.V1_FORMS, 'v2': [raw.Form('v2')]}
    with (contextlib.nullcontext() if named else
          work.consumer.connection.without_retries(patience.PROBE_TIMEOUT)):
        answer = client.ask(raw.Form('v2'), 'images', {'limit': 1})
        if answer.error and not named:
            probes = {api: [discovery.Probe(
                form, verdicts.Reach.UNKNOWN, str(answer))
                for form in some] for api, some in tried.items()}
        else:
            probes = {api: [_probe(work, client, form) for form in some]
                      for api, some in tried.items()}
    every = probes['v1'] + probes['v2']
    LOG.info('%s: %s', root, '; '.join(
        '%s %s' % (p.form.name, p.reach.value) for p in every))
    # What nobody can reach from here is no business of users here.
    away = not named and all(
        p.reach is verdicts.Reach.UNKNOWN for p in every)
    if away:
        found.remarks.append(
            'The endpoint %s of the catalog could not be reached from here '
            'and was not judged: %s.' % (root, every[0].evidence))
    else:
        found.endpoints.append(root)
        found.probes['v1'] += probes['v1']
    for row in listings.ENDPOINT_LISTINGS:
        reaches = {p.reach: p for p in reversed(probes[row.api])}
        answering = reaches.get(verdicts.Reach.ANSWERS)
        unknown = reaches.get(verdicts.Reach.UNKNOWN)
        problem = absent = None
        if not answering and unknown and not away:
            problem = unknown.evidence
        elif not answering:
            absent = every[0].evidence
        found.endpoint_listings.append(dataclasses.replace(
            row, endpoint=root, problem=problem, not_offered=absent,
            form=answering.form.name if answering else '/' + row.api))


def _find_abilities(work, found, before):
    """See what the cloud can do besides."""
    found.abilities = forms.Abilities(
        versions=tuple(found.advertised), before=before,
        public_name=None if found.scope.core else _find_public_name(
            work, found),
        parties=tuple(work.parties), may_publish=work.intrusive,
        **work.formats)
    if found.scope.core:
        # It needs no more than what it shares.
        return
    if found.offers['v2'].answers and _STORES in found.advertised:
        second, problem = _find_second_store(work, found)
        for party in work.parties.values():
            party.second_store = second
        found.abilities = dataclasses.replace(found.abilities,
                                              second_store=second,
                                              store_problem=problem)
    if found.offers['v2'].answers and not found.abilities.lacks(
            steps.IMPORTS, 'imports'):
        found.abilities = dataclasses.replace(
            found.abilities, **find_imports(work, found))


def _find_second_store(work, found):
    """Find a store that users may choose, not the default one.

    Source: "List stores" of the Image API,
    https://docs.openstack.org/api-ref/image/v2/index.html.

    :returns: its id, None if there is none; and why that is not known
    """
    answer = work.producer.raw.ask(found.main_form('v2'), 'info/stores')
    if answer.error or answer.status in patience.STATUSES:
        return None, '%s does not tell the stores' % answer
    stores = answer.json.get('stores') if isinstance(
        answer.json, dict) else None
    return next((each['id'] for each in stores or ()
                 if isinstance(each, dict) and each.get('id') and not (
                     str(each.get('default', '')).lower() == 'true' or
                     str(each.get('read-only', '')).lower() == 'true')),
                None), None


def find_askers(work, found):
    """Find out who may ask without a project, or for one in another way.

    :param work: :class:`glance_ossn_tests.survey.work.Work`
    :param found: :class:`Found`
    :returns: the same, with whom there is
    """
    if found.scope.listings(list(listings.STRANGER_LISTINGS)):
        work.askers.update(
            (role, stranger.Stranger(role, work.consumer))
            for role in listings.STRANGERS)
    if work.callers and found.scope.listings(list(listings.CALLER_LISTINGS)):
        work.askers.update(callers.make(work))
    return dataclasses.replace(found, abilities=dataclasses.replace(
        found.abilities, askers={
            role: each.not_offered for role, each in work.askers.items()},
        unknown_askers={role: each.problem
                        for role, each in work.askers.items()
                        if each.problem}))


def find_imports(work, found):
    """Find out whether the cloud imports what is staged.

    :param work: :class:`glance_ossn_tests.survey.work.Work`
    :param found: :class:`Found`
    :returns: dict of fields of
        :class:`glance_ossn_tests.sharing.forms.Abilities`
    """
    if not work.imports:
        return {'no_import': '[image-feature-enabled] import_image of '
                             'tempest.conf is false'}
    answer = work.producer.raw.ask(found.main_form('v2'), 'info/import')
    if answer.status in (403, 404, 405):
        return {'no_import': 'the cloud does not import: %s' % answer}
    try:
        methods = answer.json['import-methods']['value']
    except (KeyError, TypeError):
        return {'import_problem':
                '%s does not tell the import methods' % answer}
    if 'glance-direct' in methods:
        return {}
    return {'no_import': 'the cloud does not import by the method '
                         'glance-direct, only by %s' % methods}


def _find_public_name(work, found):
    """Return a name of a public image, which a project could pretend to.

    One that needs no quotes in a filter, if there is any.
    """
    answer = work.consumer.raw.ask(
        found.main_form(), 'images', {'visibility': 'public', 'limit': 20})
    if answer.images is None:
        raise errors.CannotLook('No list of images came for the public '
                                'ones: %s' % answer)
    names = [image['name'] for image in answer.images
             if image.get('visibility') == 'public' and image.get('name')]
    return min(names, key=lambda name: not re.fullmatch(r'[\w .-]+', name),
               default=None)
