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

"""Doors: the requests by which an act may be done, each to another code."""

import dataclasses
import json

from glance_ossn_tests.sharing import steps as s

JSON = 'application/json'
DATA = 'application/octet-stream'
# The two formats in which v2 takes changes.
PATCH_1 = 'application/openstack-images-v2.1-json-patch'
PATCH_0 = 'application/openstack-images-v2.0-json-patch'


@dataclasses.dataclass(frozen=True)
class Request:
    """One request, with names in braces for ids.

    :param by: role of who sends it
    :param method: HTTP method
    :param path: below the version
    :param body: its body as JSON, None for none
    :param media: its content type
    :param form: name of the form of the API
    :param forged: whether something in it has no place there
    """

    by: str
    method: str
    path: str
    body: str | None = None
    media: str = JSON
    form: str = '/v2'
    forged: bool = False

    @property
    def api(self):
        """The API that it is of: 'v1' or 'v2'."""
        return 'v1' if 'v1' in self.form else 'v2'

    def __str__(self):
        """Tell it as a line of a recipe."""
        text = 'the %s: %s %s/%s' % (self.by, self.method, self.form,
                                     self.path)
        if self.media not in (JSON, DATA):
            text += ' as ' + self.media.rpartition('/')[2]
        return ' '.join(filter(None, (text, self.body)))


def _ops(media, op, *changes):
    """Return what v2 is asked to change, in one of its formats."""
    if media == PATCH_1:
        return json.dumps([{'op': how, 'path': '/' + name, 'value': value}
                           for how, (name, value) in zip(op, changes)])
    return json.dumps([{how: '/' + name, 'value': value}
                       for how, (name, value) in zip(op, changes)])


class Ways:
    """The doors of a cloud.

    :param v2: names of the forms of v2 that answer, the main one first
    :param v1: name of the form of v1 that answers, None for none
    :param admin: whether there is an admin who acts, too
    """

    def __init__(self, v2, v1=None, admin=False):
        self.v2 = list(v2)
        self.v1 = v1
        self.admin = admin
        self._doors = {}

    def door(self, step, turn):
        """Tell how to do a step.

        :param step: :class:`glance_ossn_tests.sharing.steps.Step`
        :param turn: how often it was done before: another door each time
        :returns: tuple of :class:`Request`
        """
        if step not in self._doors:
            self._doors[step] = self._find(step)
        doors = self._doors[step]
        return doors[turn % len(doors)]

    def _find(self, step):
        if step in _CHANGES:
            return self._changes(*_CHANGES[step])
        if step.visibility:
            return self._changes('visibility', step.visibility)
        if step is s.SHARE:
            return self._shares()
        if step in (s.REMOVE, s.REMOVE_BYSTANDER):
            member = ('consumer' if step is s.REMOVE else 'bystander')
            path = 'images/{image}/members/{%s}' % member
            return [(Request('producer', 'DELETE', path, form=form),)
                    for form in self._forms(v1=True)]
        if step in (s.SHARE_BYSTANDER, s.TRY_JOIN, s.TRY_PASS_ON):
            member = 'consumer' if step is s.TRY_JOIN else 'bystander'
            return self._often(
                'producer' if step is s.SHARE_BYSTANDER else 'consumer',
                'POST', 'images/{image}/members', {'member': '{%s}' % member},
                step.refused)
        if step in _ANSWERS:
            by, member, status = _ANSWERS[step]
            return self._often(
                by, 'PUT', 'images/{image}/members/{%s}' % member,
                {'status': status}, step.refused)
        return [tuple(Request('producer', *request, form=form)
                      for request in _OTHERS[step]) for form in self.v2]

    def _forms(self, v1=False):
        """Return the forms in turn, v1 as often as v2."""
        if not (v1 and self.v1):
            return self.v2
        return [form for each in self.v2 for form in (each, self.v1)]

    def _often(self, by, method, path, body, tried):
        """Send it, and now and then once or twice more.

        What is refused may be done the second time, or the third.
        """
        doors = []
        for number, form in enumerate(self.v2 * (2 if tried else 1)):
            request = Request(by, method, path, json.dumps(body), form=form)
            times = 1
            if tried and (number + len(by)) % 6 == 0:
                times = 3
            elif method == 'PUT' and number % 4 == 3:
                times = 2
            doors.append((request,) * times)
        return doors

    def _shares(self):
        path, body = 'images/{image}/members', {'member': '{consumer}'}
        v2 = [Request('producer', 'POST', path, json.dumps(body), form=form)
              for form in self.v2]
        others = [dataclasses.replace(v2[0], forged=True, body=json.dumps(
            dict(body, status=s.ACCEPTED)))]
        if self.admin:
            others.append(dataclasses.replace(v2[0], by='admin'))
        if self.v1:
            others.append(Request(
                'producer', 'PUT', path + '/{consumer}',
                '{"member": {"can_share": false}}', form=self.v1))
        return [(each,) for number, request in enumerate(v2)
                for each in (request, others[number % len(others)])]

    def _changes(self, name, value):
        """Return the ways to change a property."""
        change, around = (name, value), (('min_ram', 0), ('min_disk', 0))
        doors = []
        for media, op, changes in (
                (PATCH_1, ('replace',), (change,)),
                (PATCH_0, ('replace',), (change,)),
                (PATCH_1, ('replace',) * 3, (around[0], change, around[1])),
                (PATCH_1, ('add',), (change,)),
                (PATCH_0, ('replace',) * 3, (around[0], change, around[1]))):
            doors.append((media, _ops(media, op, *changes)))
        return [(Request('producer', 'PATCH', 'images/{image}', body, media,
                         self.v2[number % len(self.v2)]),)
                for number, (media, body) in enumerate(doors)]


_CHANGES = {s.HIDE: ('os_hidden', True), s.UNHIDE: ('os_hidden', False),
            s.LOCK: ('protected', True), s.UNLOCK: ('protected', False)}
_ANSWERS = {
    s.ACCEPT: ('consumer', 'consumer', s.ACCEPTED),
    s.REJECT: ('consumer', 'consumer', s.REJECTED),
    s.RESET: ('consumer', 'consumer', s.PENDING),
    s.BYSTANDER_ACCEPTS: ('bystander', 'bystander', s.ACCEPTED),
    s.TRY_OWNER_ACCEPTS: ('producer', 'consumer', s.ACCEPTED),
    s.TRY_BYSTANDER_ACCEPTS: ('bystander', 'consumer', s.ACCEPTED)}
_OTHERS = {
    s.UPLOAD: (('PUT', 'images/{image}/file', None, DATA),),
    s.DEACTIVATE: (('POST', 'images/{image}/actions/deactivate'),),
    s.REACTIVATE: (('POST', 'images/{image}/actions/reactivate'),),
    s.RECREATE: (('DELETE', 'images/{image}'),
                 ('POST', 'images', '{"id": "{image}"}'))}
