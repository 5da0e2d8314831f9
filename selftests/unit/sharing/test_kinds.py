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

"""Kinds of image, as a cloud takes them."""

import dataclasses

from oslotest import base

from glance_ossn_tests.sharing import forms
from glance_ossn_tests.sharing import kinds

KIND = {kind.name: kind for kind in kinds.KINDS}
ABLE = forms.Abilities(versions=((2, 17),), public_name='cirros')


class TestShape(base.BaseTestCase):

    def test_what_stands_for_raw(self):
        self.assertIs(kinds.ACTIVE, kinds.shape(kinds.ACTIVE, kinds.BASE))
        for base_, data in (('qcow2', kinds.QCOW2), ('iso', kinds.ISO),
                            ('vhd', kinds.RAW)):
            active = kinds.shape(kinds.ACTIVE, base_)
            self.assertEqual((base_, data), (active.disk_format, active.data))
            # What has no data, or none to speak of, keeps it so.
            self.assertIsNone(kinds.shape(kinds.QUEUED, base_).data)
            self.assertEqual(b'', kinds.shape(KIND['empty'], base_).data)
            # All else is as it was, or it would be of another kind.
            self.assertEqual(kinds.ACTIVE, dataclasses.replace(
                active, disk_format='raw', data=kinds.RAW))

    def test_a_kind_that_is_of_a_format_stays_of_it(self):
        for name in ('qcow2', 'iso', 'ami'):
            self.assertIs(KIND[name], kinds.shape(KIND[name], 'vhd'))


class TestMissing(base.BaseTestCase):

    def missing(self, name, api='v2', **abilities):
        return kinds.missing(KIND[name], api,
                             dataclasses.replace(ABLE, **abilities))

    def test_none_is(self):
        self.assertEqual({None}, {self.missing(name) for name in KIND})

    def test_why(self):
        for name, abilities, why in (
                ('queued', {'without': {'queued': 'a quota'}}, 'a quota'),
                ('protected', {'unprotectable': 'for ever'}, 'for ever'),
                ('namesake', {'public_name': None}, 'no public image'),
                ('hidden', {'versions': ((2, 5),)}, 'hidden images'),
                ('ami', {'container_formats': ('bare',)}, 'name ami'),
                ('active', {'disk_formats': ('qcow2',)}, 'name raw'),
                ('hidden', {'api': 'v1'}, 'v1 knows no hidden images')):
            self.assertIn(why, self.missing(name, **abilities))

    def test_the_format_of_the_cloud_counts(self):
        self.assertIsNone(self.missing('active', disk_formats=('qcow2',),
                                       base='qcow2'))
        # None of these is of a format that matters.
        self.assertIsNone(self.missing('protected', without={'queued': 'x'}))
