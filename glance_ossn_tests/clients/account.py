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

"""An account as a user of the Image API: its clients, and their manners."""

import copy
import functools

from tempest.lib import exceptions as lib_exc

from glance_ossn_tests.clients import connection
from glance_ossn_tests.clients import errors
from glance_ossn_tests.clients import patience


def needs(rule):
    """Have a refusal say which rule of the policy it may come of.

    :param rule: name of the rule of Glance's policy
    :returns: decorator of a method of :class:`Account`
    """
    def decorate(act):
        @functools.wraps(act)
        def wrapper(self, *args, **kwargs):
            try:
                return act(self, *args, **kwargs)
            except lib_exc.Forbidden as error:
                raise lib_exc.Forbidden(
                    '%s (policy rule %s; the roles of the account are %s)'
                    # Cut, so that the rest of it is not.
                    % (errors.reason(error).removeprefix('403: ')[:150], rule,
                       ', '.join(self.roles) or 'not known'),
                    resp=getattr(error, 'resp', None)) from None
        return wrapper
    return decorate


class EndpointAuth:
    """Tempest's auth provider, for an endpoint of our choice.

    The catalog may have a version in the middle of the URL, or a project
    behind it, which Tempest would keep.

    :param provider: Tempest's auth provider
    :param root: function that tells the endpoint's URL without a version
    """

    def __init__(self, provider, root):
        self._provider = provider
        self._root = root

    def __getattr__(self, name):
        return getattr(self._provider, name)

    def base_url(self, filters, auth_data=None):
        """Return the URL that the paths of an API version go on.

        :param filters: the client's filters
        :param auth_data: as Tempest's auth providers take it
        :returns: URL
        """
        return '/'.join(part for part in (
            self._root(), filters.get('api_version')) if part)

    def auth_request(self, method, url, headers=None, body=None,
                     filters=None):
        """Make a request one of the account.

        :param method: HTTP method
        :param url: path below the version
        :param headers: dict of headers
        :param body: the body
        :param filters: the client's filters
        :returns: URL, headers and body
        """
        _, headers, body = self._provider.auth_request(
            method, url, headers, body, filters)
        return '%s/%s' % (self.base_url(filters), url), headers, body


class Account:
    """A user of the Image API.

    :param manager: Tempest's client manager with its credentials
    :param policy: :class:`glance_ossn_tests.clients.patience.Policy`
    :param run: the id of the run, which its images bear
    :ivar marked: whether images bear that id as a property
    :ivar tagged: whether they bear it as a tag where they have no property
    :ivar chooses_ids: whether it chooses the ids of its images
    :ivar lost: whether there may be one of which it does not know the id
    """

    roles = ()

    def __init__(self, manager, policy=patience.Policy(), run=None):
        self.run = run
        self.marked = True
        self.tagged = True
        self.chooses_ids = True
        self.lost = False
        self.manager = manager
        self.auth_provider = manager.auth_provider
        self.raw = manager.glance_ossn.RawImageClient()
        self._images = {'v1': manager.glance_ossn.ImagesV1Client(),
                        'v2': manager.image_client_v2}
        self._members = {'v1': manager.glance_ossn.ImageMembersV1Client(),
                         'v2': manager.image_member_client_v2}
        self.connection = connection.Connection(manager.auth_provider,
                                                policy)
        for client in (self.raw, *self._images.values(),
                       *self._members.values()):
            self.connection.connect(client)
            if client is not self.raw:
                client.auth_provider = EndpointAuth(
                    manager.auth_provider, lambda: self.raw.root)

    def unmark(self):
        """Mark images with less from now on, as the cloud refused it.

        :returns: whether there was anything left to do without
        """
        if self.marked:
            self.marked = False
            return True
        was, self.tagged = self.tagged, False
        return was

    @property
    def requests(self):
        """How many requests it sent."""
        return self.connection.requests

    def unless_done(self, refusal, act, *args, **kwargs):
        """Do what may be refused, sent again, as the first time did it.

        :param refusal: class of the exception that then comes
        :param act: function, called with the further arguments
        :returns: whether that happened, and what the function returned
        """
        try:
            return False, act(*args, **kwargs)
        except refusal:
            if not self.connection.again:
                raise
            return True, None
        except (KeyError, TypeError, ValueError):
            # A success that does not say what it should, as gateways make
            # them: what is there decides.
            return True, None

    def client(self, clients, form):
        # One of its own, as other threads may use other forms.
        api = form.version.partition('.')[0]
        client = copy.copy(clients[api])
        if api == 'v1':
            client.form = form
        else:
            client.api_version = form.version
        return client

    def send(self, form, method, path, body=None, media='application/json'):
        """Send a request as it is given.

        :param form: :class:`glance_ossn_tests.clients.raw.Form`
        :param method: HTTP method
        :param path: path below the version
        :param body: its body, None for none
        :param media: its content type
        :returns: HTTP status
        :raises tempest.lib.exceptions.RestClientException: if it is not
            done
        """
        client = self.client(self._images, form)
        headers = client.get_headers()
        headers['Content-Type'] = media
        response, _ = client.request(method, path, headers=headers, body=body)
        client.expected_success(200, response.status)
        return response.status
