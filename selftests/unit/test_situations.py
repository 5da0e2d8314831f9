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

import dataclasses

from oslotest import base

from selftests.functional import disguises
from selftests.functional import proxy
from selftests.functional import situations

PLAIN = situations.BY_NAME['plain']


def result(verdicts=None, exit_code=0, table='', **changes):
    found = {**situations.PLAIN,
             **dict.fromkeys(situations.KNOWN, 'WAIVED'), **(verdicts or {})}
    return dataclasses.replace(situations.Result(
        cloud=None, status=0, output='', exit_code=exit_code, table=table,
        report={'problems': [], 'notes': [{'claims': [
            {'name': name, 'verdict': verdict}
            for name, verdict in found.items()]}]},
        left={'images': {}, 'projects': {}}, seconds=1, requests=[],
        images=[]), **changes)


class TestTable(base.BaseTestCase):

    def test_rows(self):
        rows = situations.SITUATIONS
        self.assertEqual(len(rows), len(situations.BY_NAME))
        self.assertGreaterEqual(sum(row.quick for row in rows), 3)
        for row in rows:
            self.assertRegex(row.name, '^[a-z0-9-]+$')
            self.assertTrue(row.what and row.source, row.name)
            self.assertLessEqual(set(row.verdicts), set(situations.PLAIN))
            for claim in situations.PLAIN:
                self.assertTrue(row.allowed(claim))


class TestJudge(base.BaseTestCase):

    def wrong(self, situation=PLAIN, **found):
        return '; '.join(situations.judge(situation, result(**found)))

    def test_right(self):
        self.assertEqual('', self.wrong())
        self.assertEqual('', self.wrong(situations.BY_NAME[
            'upload-by-admins-only'], exit_code=3, table='add_image and\n'
            'tempest_roles', verdicts=dict.fromkeys(
                situations.every(''), 'NOT TESTED') | {
                    'v1-unreachable': 'SAFE'}))

    def test_verdicts(self):
        for verdict, code in (('NOT TESTED', 3), ('EXPOSED', 1),
                              ('NOT OFFERED', 0), (None, 0)):
            self.assertEqual(
                'published: %s, not SAFE' % verdict,
                self.wrong(verdicts={'published': verdict}, exit_code=code))

    def test_the_exit_code_is_that_of_the_verdicts(self):
        for code in (1, 2, 3, None):
            self.assertIn("the report's exit code is %s" % code,
                          self.wrong(exit_code=code))

    def test_no_report(self):
        self.assertIn('there is no report', self.wrong(report=None))

    def test_what_is_left(self):
        self.assertIn('1 projects are left', self.wrong(
            left={'images': {}, 'projects': {'1': 'p'}}))
        left = {'images': {'1-2-3': 'name'}}
        self.assertEqual(
            '1 images are left; 1 images are left that the report does not '
            'name', self.wrong(left=left))
        one = dataclasses.replace(PLAIN, left=1)
        self.assertIn('does not name', self.wrong(one, left=left))
        self.assertEqual('', self.wrong(one, left=left, exit_code=3,
                                        table='image 1-2-3 stays'))
        self.assertIn('not known', self.wrong(table='Left behind  not known'))

    def test_what_is_said(self):
        row = dataclasses.replace(PLAIN, says=('a b',), never=('c+',))
        self.assertEqual('', self.wrong(row, table='x a\n  b'))
        self.assertEqual('it does not say "a b"; it says "cc"',
                         self.wrong(row, table='ab cc'))
        self.assertIn('and 94 more', self.wrong(table='... and 94 more'))
        self.assertIn('lines', self.wrong(table='\n' * 91))

    def test_time(self):
        self.assertIn('it took 91 seconds', self.wrong(seconds=91))
        self.assertIn('it was killed', self.wrong(status=None))


class TestDisguises(base.BaseTestCase):

    def ask(self, layer, target, method='GET', status=200):
        """What is answered, and which targets get to Glance."""
        seen = []

        def forward(request):
            seen.append(request.target)
            return proxy.Reply(status, b'[{"owner": "o", "id": "i"}]')
        reply = layer(proxy.Request(method, target, [], b'', 1, 0), forward)
        return reply.status, seen, reply

    def test_ways(self):
        for layer, target, expected in (
                (disguises.below('/image'), '/image/v2/images?a=b',
                 '/v2/images?a=b'),
                (disguises.below('/image'), '/image', '/'),
                (disguises.below('/image'), '/images', None),
                (disguises.project_in_path, '/v2/%s/images' % ('a' * 32),
                 '/v2/images'),
                (disguises.project_in_path, '/v2/images/x', '/v2/images/x'),
                (disguises.version_in_the_middle, '/v2/image/v2/images',
                 '/v2/images'),
                (disguises.routes('/v2'), '/v2/images', '/v2/images'),
                (disguises.routes('/v2'), '/versions', None),
                (disguises.chain(disguises.routes('/a/v2'),
                                 disguises.below('/a')), '/a/v2/x', '/v2/x'),
                (disguises.chain(), '/v2', '/v2')):
            status, seen, _ = self.ask(layer, target)
            self.assertEqual([expected] if expected else [], seen)
            self.assertEqual(200 if expected else 404, status)

    def test_pages(self):
        login = disguises.logs_in('^/v1')
        status, seen, reply = self.ask(login, '/v1/images')
        self.assertEqual((302, []), (status, seen))
        self.assertIn(('Location', '/login?next=x'), reply.headers)
        self.assertEqual(200, self.ask(login, '/login?next=x')[0])
        self.assertEqual((200, []), self.ask(
            disguises.front_page('^/v2'), '/v1')[:2])
        slash = disguises.slash_redirect(308)
        status, seen, reply = self.ask(slash, '/v2/images?a=b')
        self.assertEqual((308, []), (status, seen))
        self.assertEqual([('Location', 'http:///v2/images/?a=b')],
                         reply.headers)
        self.assertEqual(['/v2/images?a=b'],
                         self.ask(slash, '/v2/images/?a=b')[1])

    def test_refusals(self):
        layer = disguises.refuses(405, '', methods=('DELETE',))
        self.assertEqual(405, self.ask(layer, '/x', 'DELETE')[0])
        self.assertEqual(200, self.ask(layer, '/x')[0])
        layer = disguises.accepts_and_forgets('/import$')
        self.assertEqual((202, []), self.ask(layer, '/x/import', 'POST')[:2])

    def test_limiter(self):
        layer = disguises.limiter(0.001, ('DELETE',), retry_after=7, burst=2)
        self.assertEqual([200, 200, 429], [
            self.ask(layer, '/x', 'DELETE')[0] for _ in range(3)])
        self.assertEqual(200, self.ask(layer, '/x')[0])
        self.assertIn(('Retry-After', '7'),
                      self.ask(layer, '/x', 'DELETE')[2].headers)

    def test_answers(self):
        layer = disguises.codes(DELETE={204: 200})
        self.assertEqual(200, self.ask(layer, '/x', 'DELETE', 204)[0])
        self.assertEqual(204, self.ask(layer, '/x', 'PUT', 204)[0])
        layer = disguises.without(('owner',), '/images')
        self.assertEqual(b'[{"id": "i"}]',
                         self.ask(layer, '/v2/images')[2].body)
        self.assertIn(b'owner', self.ask(layer, '/v2/members')[2].body)
