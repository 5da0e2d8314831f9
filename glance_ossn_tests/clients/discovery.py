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

"""What forms of the Image API a cloud advertises, and which it answers.

The two differ: a version document is made by configuration and may come
from a proxy, so that "not advertised" is not "not reachable". Only asking
for a list tells.
"""

import dataclasses
import re
import uuid

from glance_ossn_tests.clients import connection
from glance_ossn_tests.clients import raw
from glance_ossn_tests.sharing import verdicts

# The names of the v1 API. Since Folsom they are synonyms; Diablo and Essex
# advertise v1.1 and answer only the others.
V1_NAMES = ('v1', 'v1.0', 'v1.1')

# A proxy that blocks /v1, or /v1/images, may not see it in these.
DETOURS = ('/v1', '%76%31', 'v1/')

V1_FORMS = tuple(raw.Form(name, by_accept)
                 for by_accept in (False, True) for name in V1_NAMES
                 ) + tuple(raw.Form('v1', detour=path) for path in DETOURS)


# The newest minor version of the v2 API that is known, and how many beyond it,
# or beyond the newest that a cloud advertises, are tried: releases to come
# answer more, and a cloud may answer what it does not advertise.
NEWEST = 18
BEYOND = 3


def v2_forms(versions):
    """Return the forms of the v2 API to try.

    They are /v2, all that is advertised or known and a few beyond, and ways
    around a proxy that looks at paths.

    :param versions: iterable of (major, minor)
    :returns: list of :class:`glance_ossn_tests.clients.raw.Form`
    """
    minors = {minor for major, minor in versions if major == 2}
    numbered = [raw.Form('v2.%s' % minor, guessed=minor not in minors)
                for minor in range(max(minors | {NEWEST}) + BEYOND + 1)]
    newest = ['v2.%s' % max(minors)] if minors else []
    return ([raw.Form('v2')] + numbered +
            [raw.Form(name, by_accept=True) for name in ['v2'] + newest] +
            [raw.Form('v2', detour=path) for path in ('/v2', '%76%32')])


def v1_paths(project_id):
    """Tell what v1 lists images at.

    :param project_id: id of the project that asks
    :returns: paths below the version, the usual one first
    """
    return ('images', 'images/detail', 'shared-images/' + project_id)


@dataclasses.dataclass(frozen=True)
class Probe:
    """What asking for a list in one form showed.

    :param form: the :class:`glance_ossn_tests.clients.raw.Form`
    :param reach: the :class:`glance_ossn_tests.sharing.verdicts.Reach`
    :param evidence: the answer, as text
    :param status: its HTTP status, None if that is not known
    """

    form: raw.Form
    reach: verdicts.Reach
    evidence: str
    status: int | None = None


class Undiscoverable(Exception):
    """The image endpoint does not say what it is."""


def parse_versions(answer):
    """Return the API versions that a version document names.

    :param answer: :class:`glance_ossn_tests.clients.raw.Answer` to a
        request for ``/`` or ``/versions``; 300 until Liberty, 200 since
    :returns: set of (major, minor)
    :raises Undiscoverable: if it is no version document
    """
    body = answer.json
    if answer.status not in (200, 300) or not isinstance(body, dict):
        raise Undiscoverable('%s is no version document' % answer)
    try:
        ids = [version['id'] for version in body['versions']]
        numbers = [re.fullmatch(r'v(\d+)\.(\d+)', i).groups() for i in ids]
    except (AttributeError, KeyError, TypeError):
        raise Undiscoverable('%s is no version document that can be '
                             'understood: %.200r' % (answer, answer.body))
    if not numbers:
        raise Undiscoverable('%s names no version' % answer)
    return {(int(major), int(minor)) for major, minor in numbers}


def advertised(client):
    """Return the API versions that the endpoint advertises, at either place.

    :param client: :class:`glance_ossn_tests.clients.RawImageClient`
    :returns: sorted list of (major, minor)
    :raises Undiscoverable: if no place has a version document
    """
    versions, errors = set(), []
    for path in ('versions', ''):
        try:
            versions |= parse_versions(client.ask(None, path))
        except Undiscoverable as error:
            errors.append(str(error))
    if len(errors) == 2:
        raise Undiscoverable('; '.join(errors))
    return sorted(versions)


def probe(client, form, paths=('images',)):
    """Ask for a list in one form of the API.

    :param client: :class:`glance_ossn_tests.clients.RawImageClient`
    :param form: the :class:`glance_ossn_tests.clients.raw.Form`
    :param paths: where there are lists; all but the first are only asked
        when those before are refused
    :returns: :class:`Probe`, whose evidence is of the first path that is
        not refused, else of the first
    """
    found = None
    for path in paths:
        at_path = _probe_path(client, form, path)
        found = found or at_path
        if at_path.reach is not verdicts.Reach.REFUSED:
            return at_path
    return found


def _probe_path(client, form, path):
    answer = client.ask(form, path, {'limit': 1})
    evidence = str(answer)
    reach = verdicts.Reach.UNKNOWN
    if answer.images is not None:
        # The v2 API says where its schema is, v1 has none. A proxy may
        # rewrite one version's path to the other's.
        if ('schema' in answer.json) == form.version.startswith('v2'):
            reach = verdicts.Reach.ANSWERS
        else:
            reach = verdicts.Reach.REFUSED
            evidence += ', in the shape of another API version'
    elif answer.status == 300 and 'versions' in (answer.json or ()):
        reach = verdicts.Reach.REFUSED
    elif answer.status in connection.REDIRECTS:
        reach = verdicts.Reach.REFUSED
        evidence += ', which leads elsewhere: %s' % answer.headers.get(
            'location')
    elif answer.status == 200 and answer.is_page:
        reach = verdicts.Reach.REFUSED
        evidence += ', a page for people and no list'
    elif answer.status in (404, 410, 501) or (
            (form.odd or form.guessed) and answer.status in (400, 405, 406)):
        reach = verdicts.Reach.REFUSED
        evidence += ', an answer that is not in the way of Glance'
    elif answer.status == 403:
        # Glance looks at the token first, a proxy that blocks does not.
        blind = client.ask(form, path, {'limit': 1}, token=False)
        if blind.status == 403:
            reach = verdicts.Reach.REFUSED
        evidence += '; without a token %s' % blind
    return Probe(form, reach, evidence, answer.status)


def try_changes(client, found):
    """See whether a form of v1 whose lists are refused takes changes.

    A proxy that lets nobody list may let somebody share. The members of an
    image that there is not are set: nothing is changed, and Glance's v1 says
    that it does not find the image, by its id.

    :param client: :class:`glance_ossn_tests.clients.RawImageClient`
    :param found: the :class:`Probe` of the lists
    :returns: the same, or one that says so
    """
    # Glance itself says 300 where it has no such version.
    if found.reach is not verdicts.Reach.REFUSED or found.status == 300:
        return found
    image_id = str(uuid.uuid4())
    answer = client.ask(
        found.form, 'images/%s/members' % image_id, method='PUT',
        body=b'{"memberships": []}',
        further=[('Content-Type', 'application/json')])
    # Web servers tell the path that they did not find.
    text = answer.body.decode(errors='replace')
    if answer.status != 404 or image_id not in text or (
            'images/' + image_id in text):
        return found
    return Probe(found.form, verdicts.Reach.WRITES, '%s; and yet %s: %s' % (
        found.evidence, answer, answer.said), answer.status)


def lists_images(client):
    """Tell whether an endpoint lists images in the usual form of any version.

    :param client: :class:`glance_ossn_tests.clients.RawImageClient`
    :returns: whether it does
    """
    return any(probe(client, raw.Form(version)).reach is verdicts.Reach.ANSWERS
               for version in ('v2', 'v1'))


def deduce_version(client, form):
    """Return the version of the v2 API that an endpoint has at least.

    What the schema of an image and the usage of quotas show came with
    versions; see
    https://docs.openstack.org/api-ref/image/versions/index.html.

    :param client: :class:`glance_ossn_tests.clients.RawImageClient`
    :param form: :class:`glance_ossn_tests.clients.raw.Form` of v2
    :returns: (2, minor)
    """
    schema = client.ask(form, 'schemas/image').json
    try:
        properties = schema['properties']
        visibilities = properties['visibility']['enum']
    except (KeyError, TypeError):
        return 2, 0
    if client.ask(form, 'info/usage').status == 200:
        return 2, 15
    if 'os_hidden' in properties:
        return 2, 7
    return 2, 5 if 'community' in visibilities else 0
