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


"""One who asks for images, and is no project."""

import copy
import json
import time

from oslo_log import log as logging
from tempest.lib import exceptions as lib_exc
import urllib3

from glance_ossn_tests.clients import errors
from glance_ossn_tests.clients import patience
from glance_ossn_tests.sharing import listings

LOG = logging.getLogger(__name__)

ERRORS = (lib_exc.TempestException, urllib3.exceptions.HTTPError, KeyError)


class Stranger:
    """Somebody whose token, if any, is of no project.

    :param role: how it asks: one of
        :data:`glance_ossn_tests.sharing.listings.STRANGERS`
    :param party: the :class:`glance_ossn_tests.accounts.party.Party` whose
        user it is
    :ivar raw: its :class:`glance_ossn_tests.clients.raw.RawImageClient`
    :ivar not_offered: why the cloud gives no such token, else None
    :ivar problem: why that is not known, else None
    """

    def __init__(self, role, party):
        self.role = role
        self.raw = copy.copy(party.raw)
        self.raw.given = ''
        self.not_offered = self.problem = None
        if role == listings.NOBODY:
            return
        try:
            self.raw.given = patiently(party, lambda number: _token(
                party, role))
        except ERRORS as error:
            why = ('the Identity service gives an ordinary user no such '
                   'token (%s): %s' % (role, errors.reason(error)))
            if has_failed(error):
                self.problem = why
            else:
                self.not_offered = why

    @staticmethod
    def creation_date(form, image_id):
        """Tell of no image when it was created: none is shown.

        :param form: :class:`glance_ossn_tests.clients.raw.Form`
        :param image_id: id of the image
        :returns: None
        """
        return None


def has_failed(error):
    """Tell whether the Identity service failed, which is no answer.

    :param error: the exception
    :returns: whether it is none that refuses
    """
    return isinstance(error, urllib3.exceptions.HTTPError) or (
        errors.status(error) in patience.STATUSES)


def patiently(party, act):
    """Do again what the Identity service fails at.

    :param party: :class:`glance_ossn_tests.accounts.party.Party`, which
        knows how often
    :param act: function of how often it was done before
    :returns: what it returns
    :raises tempest.lib.exceptions.TempestException: if it is refused, or
        fails to the last
    """
    policy = party.connection.policy
    for number in range(policy.retries):
        try:
            return act(number)
        except ERRORS as error:
            if not has_failed(error):
                raise
            LOG.info('The Identity service failed: %s', errors.reason(error))
        time.sleep(policy.pause(number))
    return act(policy.retries)


def _token(party, role):
    """Get a token of no project, with the user's own password.

    :returns: text
    """
    domain = domain_of(party.auth_provider.credentials)
    return request_token(party, password(party), {
        listings.UNSCOPED: 'unscoped', listings.DOMAIN: {'domain': domain},
        listings.SYSTEM: {'system': {'all': True}}}[role])


def password(party):
    """Name a user with its password, as the Identity API takes it.

    :param party: :class:`glance_ossn_tests.accounts.party.Party`
    :returns: dict, the "identity" of a request for a token
    """
    creds = party.auth_provider.credentials
    user = {'password': creds.password}
    if creds.user_id:
        user['id'] = creds.user_id
    else:
        user.update(name=creds.username, domain=domain_of(creds))
    return {'methods': ['password'], 'password': {'user': user}}


def request_token(party, identity, scope=None):
    """Ask for a token.

    Source: "Authentication and token management",
    https://docs.openstack.org/api-ref/identity/v3/.

    :param party: :class:`glance_ossn_tests.accounts.party.Party`, which
        knows where the Identity service is
    :param identity: dict of who asks
    :param scope: what for, None for what the identity implies
    :returns: text
    :raises tempest.lib.exceptions.RestClientException: if it is refused
    """
    client = party.auth_provider.auth_client
    auth = {'identity': identity, **({'scope': scope} if scope else {})}
    response, _ = client.post(client.auth_url,
                              body=json.dumps({'auth': auth}))
    return response['x-subject-token']


def domain_of(creds):
    """Name the domain of a user.

    :param creds: Tempest's credentials
    :returns: dict
    """
    return ({'id': creds.user_domain_id} if creds.user_domain_id else
            {'name': creds.user_domain_name})
