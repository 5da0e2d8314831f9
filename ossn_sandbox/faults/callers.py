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


"""Faults of lists that come of who asks, and by what."""

from ossn_sandbox.faults import _seed


def _token(ask):
    """Read what Keystone says of the token of a request.

    :param ask: what is asked
    :returns: dict, empty without a token
    """
    return ask.environ.get('keystone.token_info', {}).get('token', {})


@_seed.fault()
def manager_forgets_status():
    """The lists of a project's manager show shares in every status.

    Realistic: who manages a project may see what it is offered.
    """
    _seed.leak(lambda ask: 'manager' in ask.context.roles)


@_seed.fault()
def application_credential_forgets_status():
    """Who asks by an application credential gets shares in every status.

    Realistic: its roles are looked up by code of their own.
    """
    _seed.leak(lambda ask: 'application_credential' in _token(ask).get(
        'methods', ()))


@_seed.fault()
def trustee_forgets_status():
    """Who asks by a trust gets shares in every status.

    Realistic: orchestration asks by trusts, and is taken for a service.
    """
    _seed.leak(lambda ask: 'OS-TRUST:trust' in _token(ask))


@_seed.fault()
def service_token_forgets_status():
    """A list that another service asks for its user shows all shares.

    Realistic: services are allowed more, and one header says what one is.
    """
    _seed.leak(lambda ask: 'HTTP_X_SERVICE_TOKEN' in ask.environ)


@_seed.fault()
def user_of_another_domain_forgets_status():
    """A user of another domain than its project's gets all shares.

    Realistic: project and domain are compared, and one of them is the user's.
    """
    def foreign(ask):
        token = _token(ask)
        return token.get('project') and (
            token['user']['domain']['id'] != token['project']['domain']['id'])

    _seed.leak(foreign)


@_seed.fault()
def consent_follows_the_user():
    """What a user's one project accepted its other project lists, too.

    Realistic: consent is kept by the user who gave it.
    """
    from glance.db.sqlalchemy import api
    from sqlalchemy import and_
    sound, projects = api._image_member_find, {}
    select = api._select_images_query

    def find(context, *args, **kwargs):
        projects.setdefault(context.user_id, set()).add(context.owner)
        return sound(context, *args, **kwargs)

    def select_images(context, session, conditions, *others):
        mine = projects.setdefault(context.user_id, set())
        mine.add(context.owner)
        query = select(context, session, conditions, *others)
        if context.is_admin or others[-2] != 'accepted':
            return query
        from glance.db.sqlalchemy import models
        member = models.ImageMember
        return query.union(session.query(models.Image).filter(
            and_(True, *conditions), models.Image.visibility == 'shared',
            models.Image.members.any(
                member.member.in_(sorted(filter(None, mine)))
                & ~member.deleted & (member.status == 'accepted'))))
    api._image_member_find, api._select_images_query = find, select_images


@_seed.fault()
def known_client_forgets_status():
    """The list of the command line's client shows shares in every status.

    Realistic: an old client is given what it was given once.
    """
    _seed.leak(lambda ask: 'python-glanceclient' in ask.environ.get(
        'HTTP_USER_AGENT', ''))


@_seed.fault(release='pike')
def pike_role_of_many_forgets_status():
    """The lists of a user with more than one role show all shares in Pike.

    Realistic: one role is looked for among those of ordinary users.
    """
    _seed.leak(lambda ask: not ask.context.is_admin
               and len(set(ask.context.roles)) > 2)
