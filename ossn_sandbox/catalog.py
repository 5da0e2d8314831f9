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

"""What Keystone must know about the clouds, put there through its API."""

from keystoneauth1 import adapter
from keystoneauth1.identity import v3
from keystoneauth1 import session as ks_session
import requests


def session(auth_url, credentials):
    """Make a session that stays on loopback.

    :param auth_url: Keystone's URL
    :param credentials: username, password and project_name
    :returns: a keystoneauth1 session
    """
    direct = requests.Session()
    direct.trust_env = False
    return ks_session.Session(session=direct, timeout=60, auth=v3.Password(
        auth_url, user_domain_name='Default', project_domain_name='Default',
        **credentials))


class Catalog:
    """Keystone's projects, users and catalog; all of it is idempotent.

    It is for one go: what there is is asked for once.

    :param auth_url: Keystone's URL
    :param admin: the admin's username, password and project_name
    """

    def __init__(self, auth_url, admin):
        self._url = auth_url
        self._api = adapter.Adapter(session(auth_url, admin),
                                    endpoint_override=auth_url)
        # What there is, by kind.
        self._known = {}

    def _ensure(self, kind, key, **more):
        if kind not in self._known:
            # All of them: to ask for each would be half of the requests.
            self._known[kind] = self._api.get(f'/{kind}s').json()[f'{kind}s']
        resource = next((each for each in self._known[kind]
                         if key.items() <= each.items()), None)
        if not resource:
            resource = self._api.post(f'/{kind}s', json={
                kind: {**key, **more}}).json()[kind]
            self._known[kind].append(resource)
        elif any(resource.get(name) != value for name, value in more.items()
                 if name != 'password'):
            self._api.patch(f'/{kind}s/{resource["id"]}', json={kind: more})
            resource.update(more)
        return resource['id']

    def ensure_user(self, credentials, *roles):
        """Make a user with roles in a project, and the project.

        :param credentials: username, password and project_name, and
            domain_id where that is not the default one
        :param roles: the roles' names
        """
        domain = {'domain_id': credentials.get('domain_id', 'default')}
        project = self._ensure(
            'project', {'name': credentials['project_name'], **domain})
        user = self._ensure('user', {'name': credentials['username'],
                                     **domain},
                            password=credentials['password'])
        for role in roles:
            role = self._ensure('role', {'name': role})
            self._api.put(f'/projects/{project}/users/{user}/roles/{role}')

    def ensure_region(self, region, image_url, **others):
        """Register a cloud as a region with Keystone and Glance in it.

        :param region: the region's name
        :param image_url: Glance's URL
        :param others: the URLs of those of Glance's interfaces (public,
            internal, admin) that are not at ``image_url``
        """
        known = self._api.get('/regions').json()['regions']
        if region not in [each['id'] for each in known]:
            self._api.put(f'/regions/{region}', json={'region': {}})
        for kind, name, url, urls in (
                ('identity', 'keystone', self._url, {}),
                ('image', 'glance', image_url, others)):
            service = self._ensure('service', {'type': kind, 'name': name})
            for interface in ('public', 'internal', 'admin'):
                self._ensure('endpoint', {
                    'service_id': service, 'region_id': region,
                    'interface': interface},
                    url=urls.get(interface, url))
