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

"""The plugins of DevStack and Grenade, run in all phases without either."""

import configparser
import dataclasses
import os
import pathlib
import subprocess

import fixtures
from oslotest import base

from glance_ossn_tests import config

DEVSTACK = pathlib.Path(__file__).parents[2] / 'devstack'

# What the plugins call of DevStack and Grenade, as these define it in
# functions-common, inc/ini-config and inc/upgrade.
FUNCTIONS = r'''
function die {
    local line=$1
    shift
    echo "[ERROR] $line $*" >&2
    exit 1
}

function echo_summary {
    echo "summary: $*"
}

function is_service_enabled {
    [[ ",$ENABLED_SERVICES," == *",$1,"* ]]
}

# Ours is always the last section.
function iniset {
    grep -qxF "[$2]" $1 || printf '[%s]\n' "$2" >>$1
    printf '%s = %s\n' "$3" "$4" >>$1
}

function iniset_multiline {
    local file=$1 section=$2 option=$3 value
    shift 3
    for value in "$@"; do
        iniset $file $section $option "$value"
    done
}
'''

# Keystone's registered limits: a file for each, in the region alone.
FUNCTIONS += r'''
function openstack {
    echo "$*" >>$WORK/openstack
    [[ -z "${KEYSTONE_IS_DOWN:-}" ]] || return 1
    [[ "$1 $2 $3 $4" == "--os-cloud devstack-system-admin registered limit" ]]
    local verb=$5 words=" $* " name
    for name in image_count_total image_count_uploading; do
        case $verb in
            create)
                if [[ $words == *" $name " ]]; then
                    echo $9 >$WORK/limits/$name
                fi
                ;;
            list)
                if [[ -e $WORK/limits/$name && $words == *" $name "* &&
                      $words == *" --service glance --region One "* &&
                      $words == *" -f value -c ID "* ]]; then
                    echo id-of-$name
                fi
                ;;
            set)
                if [[ $6 == --default-limit && $8 == id-of-$name ]]; then
                    echo $7 >$WORK/limits/$name
                fi
                ;;
        esac
    done
}
'''

# Sources the files as DevStack's run_phase does, in stack.sh and in
# unstack.sh and clean.sh. Its lib/glance sets the defaults that the branch
# has, and makes the limits; its lib/tempest writes tempest.conf anew, and
# installs the plugins, before the plugins' own test-config.
DEVSTACK_RUN = FUNCTIONS + r'''
set -o errexit -o nounset
TEMPEST_CONFIG=$WORK/tempest.conf
REGION_NAME=One
mkdir -p $WORK/limits

function run_phase {
    echo "phase: $*"
    if [[ "$*" == "stack test-config" ]]; then
        printf '[identity]\nregion = RegionOne\n' >$TEMPEST_CONFIG
        echo "install: $TEMPEST_PLUGINS"
    fi
    source $PLUGIN/plugin.sh "$@"
}

source $PLUGIN/override-defaults
eval "$LIB_GLANCE"
GLANCE_ENABLE_QUOTAS=${GLANCE_ENABLE_QUOTAS:-True}
TEMPEST_PLUGINS=${TEMPEST_PLUGINS:-0}
source $PLUGIN/settings
for phase in pre-install install post-config; do
    run_phase stack $phase
done
if is_service_enabled g-api && [[ $GLANCE_ENABLE_QUOTAS == True ]]; then
    eval "$MAKE_LIMITS"
fi
for phase in extra test-config; do
    run_phase stack $phase
done
run_phase unstack
run_phase clean
'''


@dataclasses.dataclass(frozen=True)
class Branch:
    """What a branch of DevStack has of what concerns us.

    :param limits: whether lib/glance makes the limits by variables, and not
        by a number of its own
    :param policies: how the variables end that ask for Secure RBAC: in
        stackrc, and behind the name of a service in its lib
    """

    limits: bool
    policies: str


# stable/2026.2 was made of master after that had changed. There are the names
# that end in ENFORCE_SCOPE, too, as aliases.
BRANCHES = {
    'master': Branch(True, 'ENFORCE_NEW_DEFAULTS'),
    'stable/2026.2': Branch(True, 'ENFORCE_NEW_DEFAULTS'),
    'stable/2026.1': Branch(False, 'ENFORCE_SCOPE'),
    'stable/2025.2': Branch(False, 'ENFORCE_SCOPE')}


def lib_glance(branch):
    """What lib/glance of a branch does.

    :returns: dict of variables for the script, bash each
    """
    names = ('image_count_total', 'image_count_uploading')
    variables = ['GLANCE_LIMIT_%s' % name.upper() for name in names]
    known = BRANCHES[branch].limits
    return {
        'LIB_GLANCE': '\n'.join('%s=${%s:-100}' % (name, name)
                                for name in variables if known),
        'MAKE_LIMITS': '\n'.join(
            'openstack --os-cloud devstack-system-admin registered limit '
            'create --service glance --default-limit %s --region One %s' % (
                '$' + variable if known else '100', name)
            for name, variable in zip(names, variables))}


GRENADERC = r'''
BASE_RELEASE_DIR=$WORK/old
SAVE_DIR=$WORK/save
UPGRADE_PROJECTS=" keystone glance"
declare -A PLUGIN_DIR
'''

GRENADE_FUNCTIONS = FUNCTIONS + r'''
function register_project_for_upgrade {
    UPGRADE_PROJECTS+=" $1"
    PLUGIN_DIR[$1]=$(dirname $(caller | awk '{print $2}'))
}
'''

# A Tempest that notes how it is called; prepare writes a state.
TEMPEST = r'''#!/bin/bash
echo "$PWD: $*" >>$WORK/calls
if [[ $3 == prepare ]]; then
    echo '{}' >$5
fi
exit ${TEMPEST_STATUS:-0}
'''


class ScriptTest(base.BaseTestCase):

    def setUp(self):
        super().setUp()
        self.work = pathlib.Path(self.useFixture(fixtures.TempDir()).path)

    def write(self, name, text, mode=0o644):
        path = self.work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        return path

    def bash(self, *words, status=0, **variables):
        """Run bash; see how it ends.

        :returns: what it printed
        """
        done = subprocess.run(
            ['bash', *map(str, words)], cwd=self.work, text=True,
            env={'PATH': os.environ['PATH'], 'WORK': str(self.work),
                 'PLUGIN': str(DEVSTACK), **variables},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual(status, done.returncode, done.stdout)
        return done.stdout


class TestDevstack(ScriptTest):

    def stack(self, status=0, services='g-api,key,tempest', branch='master',
              **variables):
        return self.bash('-c', DEVSTACK_RUN, status=status,
                         ENABLED_SERVICES=services, **lib_glance(branch),
                         **variables)

    def limits(self):
        return {path.name: int(path.read_text())
                for path in (self.work / 'limits').iterdir()}

    def configured(self):
        parser = configparser.RawConfigParser()
        parser.read(self.work / 'tempest.conf')
        return {section: dict(parser[section])
                for section in parser.sections()}

    def test_defaults_stay(self):
        output = self.stack()
        self.assertIn('install: %s\n' % DEVSTACK.parent, output)
        self.assertIn('phase: clean\n', output)
        self.assertEqual({'identity': {'region': 'RegionOne'}},
                         self.configured())

    def test_every_option_has_a_variable(self):
        wanted = {option.name: 'value of %s' % option.name
                  for option in config.OPTIONS}
        self.stack(**{'GLANCE_OSSN_%s' % name.upper(): value
                      for name, value in wanted.items()})
        self.assertEqual(wanted, self.configured()['glance_ossn'])

    def test_value_is_kept_as_it_is(self):
        url = 'http://one:9292/?a=b&c,http://two:9292'
        self.stack(GLANCE_OSSN_ENDPOINTS=url, GLANCE_OSSN_READS='')
        self.assertEqual({'endpoints': url},
                         self.configured()['glance_ossn'])

    def test_unknown_variable_stops_before_anything_is_done(self):
        output = self.stack(status=1, GLANCE_OSSN_FULLWALK='True')
        self.assertIn('GLANCE_OSSN_FULLWALK: [glance_ossn] has no option '
                      'fullwalk', output)
        self.assertIn('local.conf', output)
        self.assertNotIn('phase:', output)

    def test_other_plugins_of_tempest_stay(self):
        output = self.stack(TEMPEST_PLUGINS='/other /more')
        self.assertIn('install: /other /more %s\n' % DEVSTACK.parent, output)

    def test_no_plugin_of_tempest_is_named_twice(self):
        named = '%s /other' % DEVSTACK.parent
        self.assertIn('install: %s\n' % named,
                      self.stack(TEMPEST_PLUGINS=named))

    def test_images_of_a_run_fit_on_every_branch(self):
        for branch in BRANCHES:
            self.stack(branch=branch)
            self.assertEqual({'image_count_total': 1000,
                              'image_count_uploading': 1000},
                             self.limits(), branch)

    def test_limit_of_the_operator_stays_on_every_branch(self):
        for branch in BRANCHES:
            self.stack(branch=branch, GLANCE_LIMIT_IMAGE_COUNT_TOTAL='5000')
            self.assertEqual({'image_count_total': 5000,
                              'image_count_uploading': 1000},
                             self.limits(), branch)

    def test_without_limits_none_is_touched(self):
        for services, quotas, limits in (
                ('g-api,key,tempest', 'False', {}),
                ('key,tempest', 'True', {}),
                # Nothing of ours runs there.
                ('g-api,key', 'True', {'image_count_total': 100,
                                       'image_count_uploading': 100})):
            self.stack(services=services, branch='stable/2025.2',
                       GLANCE_ENABLE_QUOTAS=quotas)
            self.assertEqual(limits, self.limits())

    def test_limits_that_cannot_be_raised_stop_it(self):
        variables = lib_glance('stable/2026.1')
        output = self.bash(
            '-c', DEVSTACK_RUN, status=1, LIB_GLANCE='', MAKE_LIMITS='',
            ENABLED_SERVICES='g-api,key,tempest')
        self.assertIn('no registered limit image_count_total for glance in '
                      'One', output)
        output = self.bash(
            '-c', DEVSTACK_RUN, status=1, LIB_GLANCE='',
            MAKE_LIMITS=variables['MAKE_LIMITS'] + '\nKEYSTONE_IS_DOWN=1',
            ENABLED_SERVICES='g-api,key,tempest')
        self.assertNotIn('phase: unstack', output)

    def test_where_the_plugin_comes_from_is_no_option(self):
        self.stack(GLANCE_OSSN_TESTS_REPO='https://example.org/x',
                   GLANCE_OSSN_TESTS_BRANCH='master',
                   GLANCE_OSSN_TESTS_DIR='/opt/stack/x',
                   GLANCE_OSSN_REPO='https://example.org/x')
        self.assertNotIn('glance_ossn', self.configured())

    def test_without_tempest_it_says_what_is_missing(self):
        output = self.stack(services='g-api,key', GLANCE_OSSN_READS='9')
        self.assertIn('enable_service tempest', output)
        self.assertNotIn('glance_ossn', self.configured())


class TestGrenade(ScriptTest):

    def setUp(self):
        super().setUp()
        self.scripts = DEVSTACK / 'upgrade'
        self.write('grenade/grenaderc', GRENADERC)
        self.write('grenade/functions', GRENADE_FUNCTIONS)
        self.folder = self.work / 'old' / 'tempest'
        self.tempest = self.write('old/tempest/.tox/tempest/bin/tempest',
                                  TEMPEST, 0o755)
        self.python = self.write('old/tempest/.tox/tempest/bin/python',
                                 '#!/bin/sh\n', 0o755)
        self.write('old/tempest/etc/tempest.conf', '[identity]\n')
        self.state = self.work / 'save' / 'glance-ossn-tests.json'
        self.state.parent.mkdir()

    def script(self, name, *words, **variables):
        self.assertTrue(os.access(self.scripts / name, os.X_OK), name)
        return self.bash('-o', 'nounset', self.scripts / name, *words,
                         GRENADE_DIR=str(self.work / 'grenade'),
                         **variables)

    def phase(self, *words, **variables):
        return self.script('resources.sh', *words, **variables)

    def calls(self):
        """How Tempest was called since the last time."""
        try:
            return (self.work / 'calls').read_text().splitlines()
        except FileNotFoundError:
            return []
        finally:
            (self.work / 'calls').unlink(missing_ok=True)

    def call(self, verb):
        return ['%s: ossn upgrade %s --state %s --config-file %s' % (
            self.folder, verb, self.state,
            self.folder / 'etc' / 'tempest.conf')]

    def test_settings_register_after_glance(self):
        output = self.bash(
            '-o', 'errexit', '-o', 'nounset', '-c',
            'source $WORK/grenade/grenaderc\n'
            'source $WORK/grenade/functions\n'
            'source $PLUGIN/upgrade/settings\n'
            'echo "$UPGRADE_PROJECTS"\n'
            'echo "${PLUGIN_DIR[glance-ossn-tests]}"\n')
        self.assertEqual(' keystone glance glance-ossn-tests\n%s\n'
                         % self.scripts, output)

    def test_all_phases_of_an_upgrade(self):
        self.phase('early_create')
        self.assertEqual([], self.calls())
        self.phase('create')
        self.assertEqual(self.call('prepare'), self.calls())
        self.phase('verify', 'pre-upgrade')
        self.assertEqual(self.call('verify'), self.calls())
        self.script('shutdown.sh')
        self.phase('verify_noapi', 'pre-upgrade')
        self.script('upgrade.sh')
        self.assertEqual([], self.calls())
        self.phase('verify', 'post-upgrade')
        self.assertEqual(self.call('verify'), self.calls())
        self.phase('destroy')
        self.assertEqual(self.call('destroy'), self.calls())

    def test_verdict_ends_each_phase(self):
        self.state.write_text('{}')
        for words, verb in ((['create'], 'prepare'),
                            (['verify', 'pre-upgrade'], 'verify'),
                            (['verify', 'post-upgrade'], 'verify'),
                            (['destroy'], 'destroy')):
            for status in (1, 2, 3):
                self.phase(*words, status=status, TEMPEST_STATUS=str(status))
                self.assertEqual(self.call(verb), self.calls())

    def test_lost_state_is_an_error(self):
        for words in (['verify', 'pre-upgrade'], ['verify', 'post-upgrade'],
                      ['verify_noapi', 'pre-upgrade']):
            self.assertIn('%s is not there' % self.state,
                          self.phase(*words, status=1))
        self.assertEqual([], self.calls())

    def test_destroy_after_nothing_was_made(self):
        self.assertIn('nothing was made', self.phase('destroy'))
        self.phase('force_destroy')
        self.assertEqual([], self.calls())

    def test_force_destroy_destroys(self):
        self.state.write_text('{}')
        self.phase('force_destroy')
        self.assertEqual(self.call('destroy'), self.calls())

    def test_without_tempest(self):
        self.tempest.unlink()
        output = self.phase('create', status=1)
        self.assertIn('%s is not there' % self.tempest, output)
        self.assertIn('enable_service tempest', output)

    def test_tempest_without_our_commands(self):
        self.python.write_text('#!/bin/sh\nexit 1\n')
        output = self.phase('create', status=1)
        self.assertIn('%s does not have glance-ossn-tests'
                      % self.python.parent, output)
        self.assertIn('TEMPEST_PLUGINS', output)
        self.assertEqual([], self.calls())

    def test_another_tempest_and_state(self):
        self.phase('create', OSSN_STATE=str(self.work / 'elsewhere'))
        self.assertTrue((self.work / 'elsewhere').exists())
        self.phase('create', status=1, OSSN_TEMPEST_DIR='/nonexistent')

    def test_unknown_phase(self):
        self.assertIn('has no phase "creat"',
                      self.phase('creat', status=1))
