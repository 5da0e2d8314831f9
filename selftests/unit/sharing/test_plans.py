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

"""The tables, crossed with what clouds offer."""

import dataclasses

from oslotest import base

from glance_ossn_tests.sharing import crossed
from glance_ossn_tests.sharing import forms
from glance_ossn_tests.sharing import histories
from glance_ossn_tests.sharing import kinds
from glance_ossn_tests.sharing import listings
from glance_ossn_tests.survey import budget


ROLES = ('producer', 'consumer', 'bystander', 'reader', 'admin')


def able(*versions, **others):
    return forms.Abilities(versions or ((1, 1), (2, 0), (2, 17)), **others)


ABLE = able(parties=ROLES)


def clouds(v1=(), v2=('/v2',), v1_broken=None, v2_broken=None):
    return {'v1': forms.offer('v1', v1, v1_broken or {}, 'no v1'),
            'v2': forms.offer('v2', v2, v2_broken or {}, 'no v2')}


class TestPlans(base.BaseTestCase):

    def test_what_is_not_offered_stays_in_the_plan(self):
        plans = histories.plan(clouds(), ABLE)
        v1 = [p for p in plans if p.api == 'v1']
        self.assertEqual({'no v1'}, {p.not_offered for p in v1})
        rows = [x for x in listings.plan(clouds(), ABLE) if x.api == 'v1']
        self.assertEqual({'no v1'}, {x.not_offered for x in rows})

    def test_all_histories_through_each_api_that_has_them(self):
        plans = histories.plan(clouds(v1=('/v1',)), ABLE)
        for api in ('v1', 'v2'):
            self.assertEqual(
                {h.name for h in histories.HISTORIES if api in h.apis and
                 not any(step.publishes for step in h.steps)},
                {p.history.name for p in plans if p.api == api})
            for kind in (kinds.ACTIVE, kinds.QUEUED):
                self.assertIn(('pending', kind), {
                    (p.history.name, p.kind) for p in plans
                    if p.api == api})
        self.assertEqual({None}, {p.problem for p in plans})

    def test_what_is_public_for_a_moment_has_to_be_asked_for(self):
        for may in (False, True):
            plans = histories.plan(clouds(), able(
                may_publish=may, parties=('producer', 'consumer', 'admin')))
            self.assertEqual(3 * may, len([
                p for p in plans if any(
                    step.publishes for step in p.history.steps)]))

    def test_a_namesake_needs_a_public_image(self):
        for public_name, absent in ((None, True), ('cirros', False)):
            plans = histories.plan(clouds(), able(public_name=public_name))
            self.assertEqual({absent}, {
                bool(p.not_offered) for p in plans
                if p.kind.namesake and p.api == 'v2'})

    def test_every_kind_has_its_accepted_control(self):
        plans = histories.plan(clouds(), ABLE)
        for name in ('accepted', 'pending', 'rejected'):
            self.assertEqual(set(kinds.KINDS), {
                p.kind for p in plans if p.history.name == name and
                p.api == 'v1'})
            self.assertEqual(
                {*kinds.V2_KINDS, *crossed.crossed(ABLE)}, {
                    p.kind for p in plans if p.history.name == name and
                    p.api == 'v2'})

    def test_what_older_images_lack(self):
        hashed = [row for row in listings.plan(
            clouds(), able(before=((2, 0), (2, 5)))) if row.stored > (2, 5)]
        self.assertEqual([True], ['older than' in row.not_offered
                                  for row in hashed])

    def test_a_format_that_the_cloud_does_not_take(self):
        abilities = able(disk_formats=('raw',), container_formats=('bare',))
        for kind, option in ((kinds.QUEUED, None), (
                crossed.find('qcow2+queued'),
                'disk_formats of tempest.conf does not name qcow2')):
            plans = [p for p in histories.plan(clouds(), abilities)
                     if p.kind == kind and p.api == 'v2' and
                     p.history.name == 'pending']
            self.assertEqual(1, len(plans))
            if option:
                self.assertIn(option, plans[0].not_offered)
            else:
                self.assertIsNone(plans[0].not_offered)

    def test_a_store_of_which_nobody_knows(self):
        for field, other in ((None, 'not_offered'),
                             ('store_problem', 'problem')):
            plans = histories.plan(clouds(), able(
                **{field: 'because'} if field else {}))
            self.assertEqual({True}, {
                bool(getattr(p, other)) for p in plans
                if p.kind.stored and p.history.name == 'pending'})

    def test_imports(self):
        for field, other in (('no_import', 'not_offered'),
                             ('import_problem', 'problem')):
            plans = histories.plan(clouds(), able(**{field: 'because'}))
            self.assertEqual(
                {'shared, then imported', 'accepted, then imported again',
                 'rejected, then imported', 'accepted, removed, then imported',
                 'shared, then copied by the consumer'},
                {p.history.name for p in plans if p.api == 'v2' and
                 not p.kind.crossed and getattr(p, other) == 'because'})
            # So is what is left with its data on their way.
            self.assertEqual({True}, {p.kind.staged for p in plans if
                                      p.kind.crossed and p.api == 'v2' and
                                      getattr(p, other) == 'because'})

    def test_who_is_not_there_does_nothing(self):
        plans = histories.plan(clouds(v1=('/v1',)), able())
        self.assertEqual(
            {'shared by an admin', 'shared by an admin for the producer',
             'rejected, then shared again by an admin',
             'accepted, removed, shared again by an admin',
             "accepted by the consumer's reader",
             'accepted, deactivated by an admin, then replaced'},
            {p.history.name for p in plans
             if 'with dynamic credentials' in (p.not_offered or '')})

    def test_controls_are_the_oldest_shares(self):
        names = [p.history.name for p in histories.plan(
            clouds(v1=('/v1',)), ABLE)]
        self.assertEqual(len([n for n in names if n == 'accepted']),
                         names.index('pending'))

    def test_what_an_old_release_does_not_know_is_not_offered(self):
        plans = histories.plan(clouds(), able((2, 0), (2, 3)))
        absent = {p.name for p in plans if p.api == 'v2' and p.not_offered}
        self.assertTrue([n for n in absent if '+hidden,' in n])
        self.assertTrue([n for n in absent if n.startswith('community')])
        self.assertFalse([n for n in absent if ', deactivated,' in n])
        self.assertFalse([n for n in absent if n.startswith('pending, act')])
        rows = [x.name for x in listings.plan(clouds(), able((2, 0)))
                if x.api == 'v2' and x.not_offered]
        self.assertIn('/v2/images?os_hidden=true', rows)

    def test_in_a_large_catalogue_filters_ask_for_the_runs_time(self):
        def names(abilities):
            return [row.name for row in listings.plan(clouds(), abilities) +
                    listings.walks(clouds(), abilities)]
        plain, recent = names(ABLE), names(
            dataclasses.replace(ABLE, crowded=True))
        self.assertEqual(len(plain), len(recent))
        for name, also in (
                ('?status=active', True), ('?visibility=all', True),
                ('?visibility=all of the bystander', True),
                ('?sort_dir=asc', True),
                # As users ask, and what is near anyway.
                ('', False), ('?limit=25', False), ('?name={name}', False),
                ('?visibility=all of the reader', False),
                ('?visibility=all once more', False),
                ('?created_at=neq:{before}', False)):
            name = '/v2/images' + name
            self.assertIn(name, plain)
            self.assertEqual(not also, name in recent, name)
            query, said, who = name.partition(' ')
            self.assertEqual(
                also, query + '&created_at=gte:{since}' + said + who in recent,
                name)
        # What knows no operators is asked as ever.
        old = able((2, 0), (2, 3))
        self.assertEqual(names(old),
                         names(dataclasses.replace(old, crowded=True)))

    def test_ways_around_are_only_for_lists(self):
        offered = {'v1': forms.offer('v1', ['/v1', '//v1'], {}, None,
                                     ['//v1']),
                   'v2': forms.offer('v2', ['/v2'], {}, None)}
        self.assertNotIn('//v1', {p.form for p in histories.plan(
            offered, ABLE)})
        self.assertIn('//v1/images', {x.name for x in listings.plan(
            offered, ABLE)})

    def test_further_forms_get_the_notes_own_case(self):
        offered = clouds(v2=('/v2', '/v2.0', '/v2.7'))
        further = [p for p in histories.plan(offered, ABLE)
                   if p.form in ('/v2.0', '/v2.7')]
        self.assertEqual(['pending', 'pending'],
                         [p.history.name for p in further])
        self.assertEqual(
            ['/v2.0/images', '/v2.7/images'],
            [x.name for x in listings.plan(offered, ABLE)
             if x.form != '/v2' and x.api == 'v2'])

    def test_an_advertised_form_that_breaks_is_a_problem_not_absence(self):
        offered = clouds(v2_broken={'/v2.7': '500'})
        self.assertEqual('500', [
            p for p in histories.plan(offered, ABLE) if p.form == '/v2.7'
        ][0].problem)
        self.assertEqual('500', [
            x for x in listings.plan(offered, ABLE) if x.form == '/v2.7'
        ][0].problem)

    def test_a_broken_api_is_a_problem_not_absence(self):
        plans = histories.plan(clouds(v1_broken={'/v1': '500'}), ABLE)
        v1 = [p for p in plans if p.api == 'v1']
        self.assertEqual({'500'}, {p.problem for p in v1})
        self.assertEqual({None}, {p.not_offered for p in v1
                                  if p.kind.v1})

    def test_consent_needs_v2(self):
        plans = histories.plan(clouds(v1=('/v1',), v2=()),
                               able((1, 0), (1, 1)))
        v1 = {p.history.name: p.not_offered for p in plans
              if p.api == 'v1' and p.kind == kinds.QUEUED}
        self.assertIsNone(v1['pending'])
        self.assertEqual('no v2', v1['accepted'])
        self.assertEqual('no v2', v1['rejected'])

    def test_names_are_unique(self):
        offered = clouds(v1=('/v1', '/v1.1'), v2=('/v2', '/v2.0'))
        for rows in (histories.plan(offered, ABLE),
                     listings.plan(offered, ABLE)):
            names = [row.name for row in rows]
            self.assertEqual(len(names), len(set(names)))

    def test_what_a_history_leaves_follows_from_its_steps(self):
        # By hand, for what the steps compute.
        by_status = {
            (None, None): {
                'listed, then removed',
                'never shared',
                'published and made private by an admin',
                'private',
                'removed',
                'rejected, then removed',
                'accepted, then removed',
                'accepted, removed, then renamed, described, tagged',
                'accepted, removed, hidden and shown again',
                'accepted, removed, then changed in several properties',
                'accepted, removed, then imported',
                'accepted, removed, then changed through v1',
                'accepted by the producer without a share',
                'joined by the consumer',
                'owner added by v2.1',
                'owner replaced by v2.1',
                'owner added among other changes',
                'owner replaced among other changes',
                'community, then owner added',
                'its own member, then owner added',
                'given to nobody',
                'created with a foreign owner',
                'created without an owner',
                'owner replaced',
                'owner added',
                'owner removed',
                'created as public',
                'made public',
                'created with other names for its owner',
                'private, then made public',
                'community, then made public',
                'hidden, made public, shown again',
                'made public twice',
                'made public among other changes',
                'community',
            },
            ('rejected', None): {
                'rejected',
                'accepted, then rejected',
                'rejected, made private and shared again',
                'rejected, then shared again',
                'accepted, pending, then rejected',
                'rejected twice',
                'rejected, then uploaded',
                'listed, then rejected',
                'rejected, then forged',
                'rejected, hidden and shown again',
                'rejected, then changed in several properties',
                'rejected, then imported',
                'rejected, then published and withdrawn by an admin',
                'rejected, then changed through v1',
                'rejected, then renamed, described, tagged',
                'rejected, then shared again by an admin',
                'rejected, then accepted by the producer',
            },
            ('any', None): {
                'shared while private',
                'shared while private, then made shared',
                'shared while community, then made shared',
            },
            ('accepted', None): {
                'accepted',
                'accepted, made private and shared again',
                'accepted, then replaced by v2.0',
                'accepted, then replaced by v2.1',
                'accepted, deactivated by an admin, then replaced',
                'accepted, then uploaded again',
                'accepted, then made private',
                'accepted, then imported again',
                'accepted, then made public by the consumer',
            },
            ('pending', 'pending'): {
                'passed on as the producer allowed',
                'accepted by another member for the consumer',
            },
            ('rejected', 'accepted'): {
                'rejected, then accepted by another member',
            },
            ('pending', 'accepted'): {
                'shared after another member accepted',
                'accepted by another member',
            },
        }
        expected = {name: status for status, names in by_status.items()
                    for name in names}
        for history in histories.HISTORIES:
            self.assertEqual(expected.pop(history.name, ('pending', None)),
                             (history.status, history.bystander),
                             history.name)
        self.assertEqual({}, expected)


class TestFit(base.BaseTestCase):

    def setUp(self):
        super().setUp()
        self.plans = histories.plan(clouds(v1=('/v1',)), ABLE)
        self.least = budget.least(self.plans)

    @staticmethod
    def groups(plans):
        return {(plan.history.topic, plan.api) for plan in plans
                if plan.history.owner == 'producer' and not (
                    plan.problem or plan.not_offered)}

    def test_the_least_is_one_of_each_topic_and_api(self):
        self.assertEqual(len(self.groups(self.plans)), self.least)
        fitted = budget.cut(self.plans, self.least, 'full')
        self.assertEqual(self.groups(self.plans), self.groups(fitted))
        # Through one API there are fewer.
        self.assertLess(budget.least(histories.plan(clouds(), ABLE)),
                        self.least)

    def test_as_many_as_may_be_made(self):
        def made(plans):
            return [plan for plan in plans if not plan.not_offered and
                    plan.history.owner == 'producer']
        whole = len(made(self.plans))
        for number in (self.least, 60, whole - 1, whole, whole + 10):
            fitted = budget.cut(self.plans, number, 'full')
            self.assertEqual(min(number, whole), len(made(fitted)))
            self.assertEqual(
                [(p.name, p.form) for p in self.plans],
                [(p.name, p.form) for p in fitted])
        left_out = budget.cut(self.plans, whole - 1, 'full')
        self.assertEqual(1, [p.not_offered for p in left_out].count('full'))

    def test_what_all_histories_are_made_of_comes_first(self):
        kept = [plan for plan in budget.cut(self.plans, self.least, 'full')
                if not plan.not_offered and plan.history.owner == 'producer']
        self.assertLessEqual(
            {plan.kind.name for plan in kept}, {'active', 'queued'})
        self.assertIn('accepted', {plan.history.name for plan in kept})
