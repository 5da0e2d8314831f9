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

"""Parties that do as they are told, and a survey of theirs."""

from glance_ossn_tests.clients import account
from glance_ossn_tests.clients import connection
from glance_ossn_tests.clients import errors
from glance_ossn_tests.clients import patience
from glance_ossn_tests.clients import raw
from glance_ossn_tests.sharing import forms
from glance_ossn_tests.sharing import histories
from glance_ossn_tests.sharing import kinds
from glance_ossn_tests.sharing import matrix
from glance_ossn_tests.survey import discover
from glance_ossn_tests.survey import share
from glance_ossn_tests.survey import work
from selftests.unit import fakes


def a_share(name, image_id=None):
    history = {h.name: h for h in histories.HISTORIES}[name]
    return matrix.Share(
        histories.Plan(history, kinds.QUEUED, 'v2', '/v2'), image_id)


def second(number):
    return '2026-11-24T08:00:%02dZ' % number


class FakeParty:
    """Does as it is told, or fails as it is told."""

    def __init__(self, project_id, fails=None, raw_client=None):
        self.project_id = project_id
        self.role = {'P': 'producer', 'C': 'consumer'}.get(project_id,
                                                           'bystander')
        self.fails = fails or {}
        self.raw = raw_client or fakes.FakeRaw({})
        self.who = 'the %s' % self.role
        self.marked = self.tagged = self.chooses_ids = True
        self.lost = False
        self.deleted = []
        self.members = {}
        self.owner = project_id
        self.sees = False
        self.requests = 0
        self.connection = connection.Connection(None, patience.Policy())

    def _do(self, what):
        if what in self.fails:
            raise self.fails[what]

    def create_image(self, form, image_id, name, kind, label, data=None,
                     **properties):
        self._do('create')
        return {'id': image_id, 'owner': self.owner,
                'created_at': second(30)}

    def delete_image(self, form, image_id, kind=None):
        self._do('delete')
        self.deleted.append(image_id)

    def patch_image(self, form, image_id, name, value, op='replace'):
        self._do('change')

    def add_properties(self, form, image_id, properties):
        self._do('describe')
        for name, _ in properties:
            self._do(name)

    def hashes(self, form, image_id):
        self._do('hashes')
        return {}

    unmark = account.Account.unmark

    def add_member(self, form, image_id, member):
        self._do('share')
        self.members[image_id] = [{'member_id': member, 'status': 'pending'}]

    def remove_member(self, form, image_id, member):
        self._do('remove')
        del self.members[image_id]

    def list_members(self, form, image_id):
        self._do('members')
        return self.members.get(image_id, [])

    def answer_share(self, form, image_id, member, status):
        self._do(status)

    def can_see(self, form, image_id):
        self._do('see')
        return self.sees

    def creation_date(self, form, image_id):
        return errors.moment(second(int(image_id)))


class FakeCreated:
    """Takes down what is to be deleted, and how."""

    remover = None

    def __init__(self):
        self.cleanups = []

    def add(self, function, *args):
        self.cleanups.append((function, args))


class Scene:
    """The parties of a survey, what they found and what they made."""

    def __init__(self, producer=None, consumer=None, made_by=None,
                 **parameters):
        self.created = made_by or FakeCreated()
        self.work = work.Work(
            {'producer': producer or FakeParty('P'),
             'consumer': consumer or FakeParty('C'),
             'bystander': FakeParty('B')}, 'name', self.created,
            **parameters)
        self.found = discover.Found(
            advertised=[(2, 0), (2, 17)],
            abilities=forms.Abilities(((2, 0), (2, 17))))
        for api in ('v1', 'v2'):
            self.found.forms['/' + api] = raw.Form(api)
            self.found.offers[api] = forms.offer(api, ['/' + api], {}, None)
        self.made = share.Made('name')

    @property
    def all(self):
        return self.work, self.found, self.made

    @property
    def maker(self):
        return share.Maker(*self.all)
