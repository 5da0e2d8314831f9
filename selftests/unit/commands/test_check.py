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


"""The check, as far as no cloud is needed."""

import argparse
import io
import json
import os
import pathlib
import signal
import stat
import threading
import time
from unittest import mock

import fixtures
from oslo_config import cfg
from oslotest import base

from glance_ossn_tests.accounts import progress
from glance_ossn_tests.commands import check
from glance_ossn_tests.commands import checking
from glance_ossn_tests.commands import clouds
from glance_ossn_tests.commands import codes
from glance_ossn_tests.commands import ending
from glance_ossn_tests.commands import live
from glance_ossn_tests.commands import running
from glance_ossn_tests.commands import workspace
from glance_ossn_tests import notes
from glance_ossn_tests.report import result
from glance_ossn_tests.sharing import verdicts


def parse(*words):
    return check.Check(None, None).get_parser('check').parse_args(words)


def report(verdict=verdicts.SAFE, **claims):
    """A report in which all claims have a verdict, and some another one."""
    return result.Report([
        result.Result(claim, claims.get(claim.name.replace('-', '_'),
                                        verdict), 'so it is')
        for claim in notes.CLAIMS], left_behind=[])


class CheckTest(base.BaseTestCase):

    def setUp(self):
        super().setUp()
        self.home = pathlib.Path(self.useFixture(fixtures.TempDir()).path)
        for name in [name for name in os.environ if name.startswith('OS_')]:
            self.useFixture(fixtures.EnvironmentVariable(name))
        self.useFixture(fixtures.EnvironmentVariable(
            'XDG_STATE_HOME', str(self.home / 'state')))

    def refused(self, *words):
        """Check with options that will not do.

        :returns: what is said
        """
        error = self.assertRaises(codes.Usage, checking.check, parse(*words),
                                  live.Live(io.StringIO()))
        self.assertNotIn('\n', str(error))
        self.assertFalse((self.home / 'state').exists())
        return str(error)


class TestOptions(CheckTest):

    def test_formats_go_with_the_files_behind_them(self):
        for words, outputs in (
                ((), []),
                (('--format', 'json'), [('json', None)]),
                (('-o', 'a.html', '-o', 'b.sarif', '-o', 'c'),
                 [('html', 'a.html'), ('sarif', 'b.sarif'), ('table', 'c')]),
                (('-f', 'junit', '-o', 'a.json', '-o', 'b.md', '-f', 'html'),
                 [('junit', 'a.json'), ('markdown', 'b.md'),
                  ('html', None)])):
            self.assertEqual(outputs, parse(*words).outputs)

    def test_what_will_not_do_is_told_with_its_remedy(self):
        conf = self.home / 'my.conf'
        conf.write_text('[identity]\n')
        for words, option, remedy in (
                (('--tempest-conf', '/nowhere'), '--tempest-conf /nowhere',
                 'Name a file'),
                (('--accounts', '/nowhere'), '--accounts /nowhere',
                 'Name a file'),
                (('--tempest-conf', str(conf), '--os-cloud', 'a'),
                 '--tempest-conf and --os-cloud', 'Leave one'),
                (('--keep', '0'), '--keep 0', 'Keep 1'),
                (('--select', 'CVE-1999-1'), '--select CVE-1999-1',
                 'OSSN-0005'),
                (('-o', '/nowhere/a'), '--output /nowhere/a', 'Name a file'),
                (('-f', 'json', '-f', 'html'), '--format', 'Add --output'),
                (('--baseline', '/nowhere'), '--baseline', 'Name a')):
            said = self.refused(*words)
            self.assertIn(option, said)
            self.assertIn(remedy, said)

    def test_depth_needs_its_option(self):
        self.patch(checking, '_knows_depth', lambda: False)
        self.assertIn('--depth', self.refused('--depth', 'full'))

    def test_select_takes_notes_claims_and_cves(self):
        some = checking.select(['ossn-0015', 'v1-unreachable'])
        self.assertEqual({'OSSN-0015', 'OSSN-0005'},
                         {claim.note.name for claim in some})
        self.assertIn('v1-unreachable', [claim.name for claim in some])
        self.assertEqual(['locations-hidden'], [
            claim.name for claim in checking.select(['cve-2022-4134'])])
        self.assertRaises(codes.Usage, checking.select, ['CVE-2022-413'])


class TestClouds(CheckTest):

    def clouds(self, **named):
        path = self.home / 'clouds.yaml'
        path.write_text(json.dumps({'clouds': named}))
        self.useFixture(fixtures.EnvironmentVariable(
            'OS_CLIENT_CONFIG_FILE', str(path)))
        return path

    def cloud(self, **auth):
        return {'region_name': 'R', 'auth': {
            'auth_url': 'http://127.0.0.1:1/v3', **auth}}

    def test_what_will_not_do_is_told_before_anybody_is_asked(self):
        self.clouds(app={**self.cloud(application_credential_id='x',
                                      application_credential_secret='y'),
                         'auth_type': 'v3applicationcredential'},
                    sso={**self.cloud(), 'auth_type': 'v3oidcpassword'},
                    mute=self.cloud(username='me'),
                    nowhere={'auth': {'username': 'me'}}, odd=3)
        for name, said, remedy in (
                ('app', 'is an application credential', '--accounts FILE'),
                ('sso', 'signs in by v3oidcpassword', '--accounts FILE'),
                ('mute', 'has no password', 'Add it'),
                ('nowhere', 'names no auth_url', 'OS_AUTH_URL'),
                ('odd', 'cannot be read', 'Correct it'),
                ('none', 'none', 'another cloud')):
            text = self.refused('--os-cloud', name)
            self.assertIn('--os-cloud ' + name, text)
            self.assertIn(said, text)
            self.assertIn(remedy, text)

    def test_a_file_that_is_no_yaml(self):
        self.clouds().write_text('{"clouds": [secret')
        text = self.refused('--os-cloud', 'a')
        self.assertIn('clouds.yaml', text)
        self.assertNotIn('secret', text)

    def test_the_environment_says_nothing(self):
        self.clouds()
        self.assertIn('OS_AUTH_URL', self.refused())

    def test_without_openstacksdk(self):
        with mock.patch.dict('sys.modules', openstack=None):
            self.assertIn("pip install 'glance-ossn-tests[clouds]'",
                          self.refused('--os-cloud', 'a'))

    def test_nobody_answers(self):
        self.clouds(a=self.cloud(username='me', password='x',
                                 project_name='p', user_domain_name='d',
                                 project_domain_name='d'))
        error = self.assertRaises(clouds.Unreachable, clouds.from_clouds,
                                  ['a'])
        self.assertIn('http://127.0.0.1:1/v3', str(error))
        self.assertIn('Check auth_url', str(error))

    def test_where_the_cloud_is(self):
        self.clouds(a={**self.cloud(), 'interface': 'internal',
                       'cacert': '/my/ca', 'image_endpoint_override':
                       'http://node-1:9292'})
        target = clouds.from_clouds(['a'], accounts='my.yaml')
        sections = target.sections
        self.assertEqual('http://127.0.0.1:1/v3',
                         sections['identity']['uri_v3'])
        self.assertEqual('/my/ca',
                         sections['identity']['ca_certificates_file'])
        self.assertEqual('R', sections['image']['region'])
        self.assertEqual('internal', sections['image']['endpoint_type'])
        self.assertIs(False, sections['auth']['use_dynamic_credentials'])
        self.assertTrue(sections['auth']['test_accounts_file'].is_absolute())
        self.assertIn('http://node-1:9292', target.remarks[0])


class TestWorkspace(CheckTest):

    def test_nobody_else_reads_it(self):
        folder = workspace.Workspace('a b/c', 5)
        path = folder.write('tempest.conf', 'secret')
        self.assertEqual(0o600, stat.S_IMODE(path.stat().st_mode))
        self.assertEqual(0o700, stat.S_IMODE(folder.path.stat().st_mode))
        self.assertEqual(workspace.state(), folder.path.parent)

    def test_the_oldest_go_unless_they_are_in_use(self):
        first = workspace.Workspace('first', 9)
        second = workspace.Workspace('second', 9)
        second._lock.close()
        (workspace.state() / 'mine').mkdir()
        last = workspace.Workspace('last', 1)
        self.assertEqual({first.path, last.path, workspace.state() / 'mine'},
                         set(workspace.state().iterdir()))

    def test_values_are_read_as_they_were(self):
        values = {'p%d' % n: text for n, text in enumerate((
            'plain', 'a$b', '$a', '${x}', '"quoted"', "'", ' edge ', '#no',
            'a = b', '[x]', 'ü%s', '\\n'))}
        path = workspace.Workspace('x', 5).write(
            'a.conf', workspace.render({'auth': values}))
        conf = cfg.ConfigOpts()
        conf.register_opts([cfg.StrOpt(name) for name in values], 'auth')
        conf(['--config-file', str(path)])
        self.assertEqual(values, {name: conf.auth[name] for name in values})
        self.assertRaises(codes.Usage, workspace.value, 'a\nb')


class TestLive(base.BaseTestCase):

    def test_a_line_for_each_phase_in_a_pipe(self):
        stream = io.StringIO()
        with live.Live(stream) as shown:
            shown.tell('one')
            for number in range(9):
                shown.tell('sharing %d' % number, 'sharing', number, 9, 5)
            shown.say('said')
        self.assertEqual(['0:00 one', '0:00 sharing 0, about 0:05 left',
                          'said'], stream.getvalue().splitlines())

    def test_a_line_every_ten_seconds_in_a_pipe(self):
        self.patch(live, '_SELDOM', .1)
        stream = io.StringIO()
        with live.Live(stream) as shown:
            shown.tell('one')
            end = time.monotonic() + 20
            while stream.getvalue().count('\n') < 3:
                self.assertLess(time.monotonic(), end)
                time.sleep(.1)


class TestProgress(base.BaseTestCase):

    def setUp(self):
        super().setUp()
        self.told = pathlib.Path(self.useFixture(
            fixtures.TempDir()).path) / 'told'

    def go(self):
        with progress.phase('sharing', 'images', 3):
            for _ in range(3):
                progress.step('images')
            progress.step('lists')

    def test_to_a_file(self):
        self.useFixture(fixtures.EnvironmentVariable(progress.VARIABLE,
                                                     str(self.told)))
        self.go()
        progress.note(made='user', id='u')
        told = [json.loads(line)
                for line in self.told.read_text().splitlines()]
        self.assertEqual((0, 3), (told[0]['done'], told[0]['total']))
        self.assertEqual((3, 'sharing'), (told[-2]['done'],
                                          told[-2]['phase']))
        self.assertEqual('u', told[-1]['id'])

    def test_to_the_standard_error(self):
        self.useFixture(fixtures.EnvironmentVariable(progress.VARIABLE))
        stream = io.StringIO()
        with mock.patch('sys.__stderr__', stream):
            self.go()
        self.assertIn('sharing 0 of 3 images\n', stream.getvalue())
        self.assertEqual(1, stream.getvalue().count('\n'))

    def test_nobody_reads_along(self):
        self.useFixture(fixtures.EnvironmentVariable(
            progress.VARIABLE, str(self.told / 'nowhere')))
        self.go()


TEMPEST = r'''#!/bin/sh
echo "run $*"
cat >>"$GLANCE_OSSN_PROGRESS" <<END
{"worker": 1, "run": "r1"}
{"worker": 1, "made": "project", "id": "p1"}
{"worker": 1, "phase": "sharing", "what": "images", "done": 1, "total": 3}
rubbish
END
[ -z "$FOREVER" ] || sleep 60
echo '{"worker": 1, "over": "r1"}' >>"$GLANCE_OSSN_PROGRESS"
exit 3
'''


class TestRunning(CheckTest):

    def setUp(self):
        super().setUp()
        tempest = self.home / 'tempest'
        tempest.write_text(TEMPEST)
        tempest.chmod(0o755)
        self.patch(running, 'command', lambda name: str(tempest))
        self.stream = io.StringIO()
        self.run_ = running.Run(self.home, self.home / 'log',
                                live.Live(self.stream), 20)

    def test_its_output_goes_to_the_log(self):
        self.assertEqual(3, self.run_.run(['run', 'it']))
        self.assertIn('run run it', (self.home / 'log').read_text())
        self.assertEqual([('run', 'r1'), ('project', 'p1')], self.run_.made)
        self.assertTrue(self.run_.ended)

    def test_interrupted_it_ends_and_is_not_over(self):
        self.useFixture(fixtures.EnvironmentVariable('FOREVER', 'yes'))
        # What a shell started in the background ignores it.
        signal.signal(signal.SIGINT, signal.default_int_handler)

        def interrupt():
            end = time.monotonic() + 20
            while not self.run_.made and time.monotonic() < end:
                time.sleep(.05)
            os.kill(os.getpid(), signal.SIGINT)
        threading.Thread(target=interrupt).start()
        self.assertRaises(running.Interrupted, self.run_.run, [])
        self.assertFalse(self.run_.ended)
        self.assertEqual([('run', 'r1'), ('project', 'p1')], self.run_.made)


class TestEnding(CheckTest):

    def end(self, found, status=0, before=None, *words):
        stream = io.StringIO()
        with mock.patch('sys.stdout', stream), \
                mock.patch('sys.stderr', io.StringIO()) as other:
            code = ending.tell(parse(*words), self.home, found, status,
                               before)
        return code, stream.getvalue(), other.getvalue()

    def test_the_last_line_is_the_verdict(self):
        (self.home / 'run.log').touch()
        code, said, _ = self.end(report(v1_unreachable=verdicts.EXPOSED), 1)
        last = said.splitlines()[-1]
        self.assertEqual(1, code)
        self.assertTrue(last.startswith('EXPOSED: 1 of'), last)
        self.assertIn('Exit code 1.', last)
        for name in ('report.html', 'report.json', 'run.log'):
            self.assertIn(str(self.home / name), last)

    def test_further_reports(self):
        path = self.home / 'mine.xml'
        code, said, other = self.end(report(), 0, None, '-o', str(path),
                                     '-f', 'json')
        self.assertIn('<testsuite', path.read_text())
        self.assertEqual('SAFE', json.loads(said)['verdict'])
        self.assertIn(str(path), other)
        self.assertEqual(0, code)

    def test_only_what_is_new_counts_with_a_baseline(self):
        old = report(v1_unreachable=verdicts.EXPOSED)
        for new, expected in (
                (old, 0), (report(), 0),
                (report(published=verdicts.EXPOSED), 1),
                (report(published=verdicts.NOT_TESTED), 3)):
            code, said, _ = self.end(new, 1, old)
            if new.verdict == verdicts.SAFE:
                # Tempest failed, and no claim did.
                expected = 2
            self.assertEqual(expected, code)
        self.assertIn('published is newly untested', said)

    def test_trouble_of_the_run_is_new(self):
        found = report()
        found.problems.append('a worker died')
        self.assertEqual(3, self.end(found, 1, report())[0])

    def test_what_no_claim_tells_is_no_success(self):
        code, _, other = self.end(report(), 1)
        self.assertEqual(2, code)
        self.assertIn('Tempest failed (1) though no claim did', other)

    def test_fail_on(self):
        found = report(v1_unreachable=verdicts.NOT_TESTED)
        for choice, code in (('not-tested', 3), ('exposed', 0),
                             ('never', 0)):
            self.assertEqual(code, self.end(found, 1, None, '--fail-on',
                                            choice)[0])

    def test_nothing_was_made_where_nobody_answers(self):
        stream = io.StringIO()
        with mock.patch('sys.stdout', stream):
            self.assertEqual(3, ending.foretell('No answer.', None, (), ()))
        self.assertIn('nothing was made', stream.getvalue().splitlines()[-1])


class TestBroken(CheckTest):

    def test_nothing_can_be_checked(self):
        conf = self.home / 'my.conf'
        conf.write_text('[auth]\nuse_dynamic_credentials = true\n')
        given = argparse.Namespace(**vars(parse('--tempest-conf',
                                                str(conf))))
        self.patch(checking.CONF, 'set_config_path', lambda path: None)
        self.patch(checking._Check, '_preview',
                   lambda self, claims: 'No answer.')
        done = checking.check(given, live.Live(io.StringIO()))
        stream = io.StringIO()
        with mock.patch('sys.stdout', stream):
            self.assertEqual(3, done())
        self.assertIn('No answer.', stream.getvalue())
        self.assertIn('Left behind  nothing', stream.getvalue())
        self.assertIn('Exit code 3', stream.getvalue().splitlines()[-1])
