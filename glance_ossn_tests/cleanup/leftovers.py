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

"""What runs that were killed left in a cloud: find it, remove it.

Images are told by the property with the id of their run; projects and users
of dynamic credentials by the names that Tempest gives them, which end with
the name of the test class and a number.
"""

import functools
import re
from urllib import parse

from tempest.lib import exceptions as lib_exc

from glance_ossn_tests.accounts import accounts
from glance_ossn_tests.accounts import callers
from glance_ossn_tests.accounts import party
from glance_ossn_tests.clients import discovery
from glance_ossn_tests.clients import errors
from glance_ossn_tests.clients import images
from glance_ossn_tests.clients import raw
from glance_ossn_tests.sharing import kinds
from glance_ossn_tests.sharing import verdicts

# The test classes that make projects and users.
CLASSES = ('ImageSharingTest', 'ImageSharingScenario')
# What Tempest 47 puts before the names of projects, whatever is configured.
PREFIX = 'tempest'
# How the id of a run begins whose images are to last until they are asked
# for by that id.
LASTING = 'upgrade-'
# Larger than any image of a run: whoever boots from one and takes a snapshot
# of the server hands its properties on.
LARGEST = 1 << 21

# What may stand in the way of one removal, and must not end the others.
FAILURES = (lib_exc.TempestException, OSError, *errors.ERRORS)

# No list shows all images: by default those of the community are left out,
# and the hidden ones always. Older releases refuse some of these queries.
# Folsom shows an admin what is others' among the private ones alone.
_QUERIES = ({}, {'visibility': 'all'}, {'visibility': 'private'},
            {'visibility': 'community'},
            {'os_hidden': 'true'},
            {'os_hidden': 'true', 'visibility': 'all'})


class Leftover:
    """One thing that a run left.

    :param what: 'image', 'namespace', 'user', 'project', 'domain' or
        'application credential'
    :param uid: its id
    :param text: what to call it
    :param remove: function that removes it
    :param project: id of the project it is of
    """

    def __init__(self, what, uid, text, remove, project=None):
        self.what = what
        self.uid = uid
        self.text = text
        self.remove = remove
        self.project = project
        self.form = None

    def __str__(self):
        return '%s %s (%s)' % (self.what, self.uid, self.text)


def _images(holder, form, query):
    """Return all images of a list, page by page."""
    v1 = form.version.startswith('v1')
    path = 'images/detail' if v1 else 'images'
    # That is refused by no release.
    query_known = not _is_plain(query)
    first, markers = True, set()
    while query is not None:
        answer = holder.raw.ask(form, path, query)
        if answer.images is None:
            if answer.status == 400 and first and query_known:
                # This release does not know the query.
                return
            raise errors.CannotLook('%s is no list of images' % answer)
        yield from answer.images
        first = False
        if v1:
            query = answer.images and dict(
                query, marker=answer.images[-1]['id']) or None
        else:
            link = answer.json.get('next')
            query = link and dict(parse.parse_qsl(
                parse.urlsplit(link).query)) or None
        if query and query.get('marker') in markers:
            raise errors.CannotLook('%s repeats an earlier page' % answer)
        markers.add((query or {}).get('marker'))


def _is_plain(query):
    """Tell whether a query asks for what there is by default."""
    return not {'visibility', 'os_hidden'} & set(query)


def _form(holder):
    """Return the form of the API in which images are looked for."""
    probes = []
    for form in (raw.Form('v2'), discovery.V1_FORMS[0]):
        probes.append(discovery.probe(holder.raw, form))
        if probes[-1].reach is verdicts.Reach.ANSWERS:
            return form
        if probes[-1].reach is verdicts.Reach.UNKNOWN:
            break
    raise errors.CannotLook('The image endpoint %s lists no images: %s' % (
        holder.raw.root, '; '.join(probe.evidence for probe in probes)))


def find_images(holder, admin=False, run=None):
    """Find images that runs left.

    :param holder: :class:`glance_ossn_tests.accounts.party.Party` that looks
    :param admin: whether it sees the images of all projects; else its own
        are looked for
    :param run: id of the only run that matters, None for all
    :returns: list of :class:`Leftover`
    :raises glance_ossn_tests.clients.errors.CannotLook: if a list cannot be
        read to its end
    """
    holder.check_catalog()
    form = _form(holder)
    found = {}
    for marks in _marks(form, run if admin else None):
        for query in _queries(form, None if admin else holder.project_id):
            for image in _images(holder, form, {**query, **marks}):
                made_by = _made_by(image)
                if not made_by or not _is_small(image) or not (
                        made_by == run or run is None and _ends(made_by)):
                    continue
                # Before Icehouse v2 tells no owner; that was asked for.
                if not admin and image.get(
                        'owner', holder.project_id) != holder.project_id:
                    continue
                found[image['id']] = _leftover(holder, form, image, made_by)
                found[image['id']].form = form
        if found:
            break
    return list(found.values())


def _queries(form, owner):
    """Tell what to ask for all images, or all of an owner's."""
    if form.version.startswith('v1'):
        return ({},) if owner else ({'is_public': 'None'},)
    return [dict(query, limit=1000, **({'owner': owner} if owner else {}))
            for query in _QUERIES]


def _marks(form, run):
    """By which of its marks to ask for a run, as long as none is found.

    Without any, all images are looked through.
    """
    if run and not form.version.startswith('v1'):
        yield {images.RUN_PROPERTY: run}
        yield {'tag': images.run_tag(run)}
    yield {}


def _made_by(image):
    """Return the run that an image bears: as property, as tag, or in its name.

    :returns: its id, None if it is of none
    """
    pattern = '(?:%s)?[0-9a-f]{32}' % LASTING
    marks = [str(image.get('properties', image).get(images.RUN_PROPERTY))]
    marks += [tag.partition('=')[2] for tag in image.get('tags') or ()
              if tag.startswith(images.run_tag(''))]
    named = re.fullmatch(r'.*\bossn-(%s)-\d+(?:-own|-shared|%s)?' % (
        pattern, re.escape(kinds.ACCENTED.removeprefix('%s'))),
                         image.get('name') or '')
    marks += [named[1]] if named else []
    return next((mark for mark in marks if re.fullmatch(pattern, mark)),
                None)


def _is_small(image):
    return ((image.get('size') or 0) <= LARGEST and
            image.get('status') not in ('deleted', 'pending_delete'))


def _ends(made_by):
    """Tell whether it is of a run that should have removed it itself."""
    return not made_by.startswith(LASTING)


def _leftover(holder, form, image, made_by):
    kind = kinds.Kind('left', protected=bool(image.get('protected')),
                      deactivated=image.get('status') == 'deactivated')
    return Leftover(
        'image', str(image['id']), '"%s" of project %s, run %s' % (
            image.get('name'), image.get('owner'), made_by),
        lambda: holder.delete_image(form, str(image['id']), kind),
        image.get('owner'))


def _names(prefix):
    """Return names of projects and users of our classes: regex by thing."""
    name = '(?:%s)-(?:%s)-[0-9]{1,10}' % (
        '|'.join(map(re.escape, _prefixes(prefix))), '|'.join(CLASSES))
    return {'projects': '(%s)' % name,
            'users': '(%s)-project(?:-(?:admin|member|reader))?' % name}


def _prefixes(prefix):
    return list(dict.fromkeys((PREFIX, prefix or PREFIX)))


def find_accounts(manager, prefix, only=None):
    """Find projects and users that runs left.

    :param manager: Tempest's client manager of an admin
    :param prefix: [DEFAULT] resource_name_prefix
    :param only: ids of the only projects that matter, None for all
    :returns: list of :class:`Leftover`, users before their projects
    :raises glance_ossn_tests.clients.errors.CannotLook: if Keystone does not
        list them all
    """
    projects, users = manager.projects_client, manager.users_v3_client
    calls = {'projects': (projects.list_projects, projects.delete_project),
             'users': (lambda query: users.list_users(**query),
                       users.delete_user)}
    found = {'projects': {}, 'users': {}}
    for things, (show, delete) in calls.items():
        pattern = _names(prefix)[things]
        for start in _prefixes(prefix):
            for name in CLASSES:
                body = show({'name__startswith': '%s-%s-' % (start, name)})
                if body.get('truncated'):
                    raise errors.CannotLook(
                        'Keystone does not list all %s: raise list_limit in '
                        'keystone.conf' % things)
                for thing in body[things]:
                    match = re.fullmatch(pattern, thing['name'])
                    if match:
                        found[things][thing['id']] = Leftover(
                            things[:-1], thing['id'], thing['name'],
                            lambda delete=delete, uid=thing['id']: delete(
                                uid), match.group(1))
    projects = [project for uid, project in found['projects'].items()
                if only is None or uid in only]
    names = {project.text for project in projects}
    users = [user for user in found['users'].values()
             if only is None or user.project in names]
    return users + projects


def find_domains(manager, run=None):
    """Find domains that runs left, with a user each.

    :param manager: Tempest's client manager of an admin
    :param run: id of the only run that matters, None for all
    :returns: list of :class:`Leftover`
    """
    client, pattern = manager.domains_client, r'%s(-\d+)?' % (
        callers.DOMAIN % (run or '[0-9a-f]{32}'))
    return [Leftover('domain', domain['id'], domain['name'],
                     lambda uid=domain['id']: callers.remove_domain(
                         client, uid))
            for domain in client.list_domains()['domains']
            if re.fullmatch(pattern, domain['name'])]


def find_credentials(holder, run=None):
    """Find application credentials that runs left to an account.

    :param holder: :class:`glance_ossn_tests.accounts.party.Party`
    :param run: id of the only run that matters, None for all
    :returns: list of :class:`Leftover`
    """
    client = callers.own(holder, 'ApplicationCredentialsClient')
    user, pattern = callers.user_of(holder), r'(.*-)?ossn-%s-\d+(-\d+)?' % (
        run or '[0-9a-f]{32}')
    try:
        known = client.list_application_credentials(user)
    except (lib_exc.NotFound, lib_exc.Forbidden):
        # Before Queens there are none, and where nobody may, nobody made any.
        return []
    return [Leftover('application credential', each['id'], each['name'],
                     lambda uid=each['id']:
                     client.delete_application_credential(user, uid))
            for each in known['application_credentials']
            if re.fullmatch(pattern, each['name'])]


def find_namespaces(holder, run=None):
    """Find namespaces of metadata definitions that runs left.

    :param holder: :class:`glance_ossn_tests.accounts.party.Party` that looks
    :param run: id of the only run that matters, None for all
    :returns: list of :class:`Leftover`
    :raises glance_ossn_tests.clients.errors.CannotLook: if they cannot be
        read to their end
    """
    form, path = raw.Form('v2'), 'metadefs/namespaces'
    found, marker, pattern = [], None, r'(.*-)?ossn-%s-\d+' % (
        run or '[0-9a-f]{32}')
    while True:
        answer = holder.raw.ask(form, path, {
            'limit': 100, **({'marker': marker} if marker else {})})
        if answer.status in (300, 403, 404):
            # Older than Juno, or for nobody: there nobody made any.
            return found
        page = (answer.json or {}).get('namespaces') if (
            answer.status == 200) else None
        if page is None:
            raise errors.CannotLook('%s is no list of namespaces' % answer)
        names = [each['namespace'] for each in page]
        found += [Leftover('namespace', name, 'of metadata definitions',
                           functools.partial(_remove_namespace, holder,
                                             '%s/%s' % (path, name)))
                  for name in names if re.fullmatch(pattern, name)]
        if not answer.json.get('next') or names[-1:] in ([], [marker]):
            return found
        marker = names[-1]


def _remove_namespace(holder, path):
    answer = holder.raw.ask(raw.Form('v2'), path, method='DELETE')
    if answer.status not in (200, 204, 404):
        raise errors.CannotLook('%s: %s' % (answer, answer.said))


def holders(conf):
    """Tell who can look for what is left.

    :param conf: Tempest's configuration
    :returns: list of pairs of a
        :class:`glance_ossn_tests.accounts.party.Party` and its client
        manager if it is the admin, else None
    """
    if conf.auth.use_dynamic_credentials or conf.auth.admin_username:
        manager = accounts.admin()
        return [(party.Party('admin', manager, accounts.retry_policy()),
                 manager)]
    return [(party.Party('account', accounts.manager(entry),
                         accounts.retry_policy()), None)
            for entry in accounts.entries()]


def remove(found, tell, before=()):
    """Remove what is left; what one of it meets does not keep the others.

    :param found: iterable of :class:`Leftover`
    :param tell: function of a line that says what became of it
    :param before: list of :class:`Leftover` that could not be removed
        before: their projects stay
    :returns: list of those and of what stays besides
    """
    stayed = list(before)
    for leftover in found:
        if leftover.what == 'project' and any(
                other.project in (leftover.uid, leftover.text)
                for other in stayed):
            # So that one can still see whose they are.
            stayed.append(leftover)
            tell('Stays: %s: something of it stays' % leftover)
            continue
        try:
            leftover.remove()
        except lib_exc.NotFound:
            pass
        except FAILURES as error:
            stayed.append(leftover)
            tell('Stays: %s: %s' % (leftover, errors.brief(error)))
            continue
        tell('Removed: %s' % leftover)
    return stayed
