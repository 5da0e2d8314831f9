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

"""What all cloud tests share: credentials, premise, cleanup, verdicts."""

import contextlib
from importlib import metadata
import uuid

from oslo_log import log as logging
from tempest import config
from tempest.lib.common.utils import data_utils
from tempest.lib import exceptions as lib_exc
from tempest import test
import testtools
from testtools import content
from testtools import content_type
import urllib3

from glance_ossn_tests.accounts import accounts
from glance_ossn_tests.accounts import party
from glance_ossn_tests.accounts import preflight
from glance_ossn_tests.accounts import progress
from glance_ossn_tests.accounts import serving
from glance_ossn_tests.cleanup import created
from glance_ossn_tests.cleanup import endings
from glance_ossn_tests.clients import errors
from glance_ossn_tests.clients import images
from glance_ossn_tests.clients import schemes
from glance_ossn_tests import notes
from glance_ossn_tests.notes import waivers
from glance_ossn_tests.report import detail as details
from glance_ossn_tests.report import failure
from glance_ossn_tests.report import marks
from glance_ossn_tests.sharing import scope
from glance_ossn_tests.sharing import verdicts
from glance_ossn_tests.survey import work

CONF = config.CONF
LOG = logging.getLogger(__name__)

# Where an error begins here, as that of a set-up does, unittest and testtools
# show no stack: its text says it all.
__unittest = True

# As soon as there is a worker: it may be killed before it has a class.
endings.worker()


class NotTested(Exception):
    """The claim could not be looked at: neither SAFE nor EXPOSED."""


class SetUpFailed(Exception):
    """The set-up of a class failed; the text says why, and what is left."""


class TwoProjectsTest(test.BaseTestCase):
    """A test with a producer and a consumer project, neither an admin."""

    # Who takes part; Tempest's client managers bear these names.
    PARTIES = ('producer', 'consumer')
    credentials = []
    # Where Tempest has a name of its own for who acts.
    ROLES = {}
    ending = None
    # Whether its images are gone, or were never there.
    removed = True

    @classmethod
    def setUpClass(cls):
        try:
            super().setUpClass()
        except SetUpFailed as error:
            raise SetUpFailed(endings.once(cls.__name__, str(error))
                              ) from error.__cause__

    @classmethod
    def skip_checks(cls):
        if not CONF.service_available.glance:
            raise cls.skipException(
                '%s skipped: the cloud has no Image service. Set '
                '[service_available] glance to true to test it.'
                % cls.__name__)
        # Before Tempest, which skips where an account is missing.
        try:
            preflight.check(CONF, len(cls.roles()))
            schemes.check(CONF.identity.uri_v3, '[identity] uri_v3', CONF)
        except lib_exc.InvalidConfiguration as error:
            # Nothing was asked for, so nothing was made.
            raise SetUpFailed(failure.tell_left(cls._why(error), [])
                              ) from None
        super().skip_checks()

    @classmethod
    def setup_credentials(cls):
        cls.started = marks.now()
        cls.ending = endings.Ending(cls)
        cls.set_network_resources()
        try:
            with progress.phase('accounts'):
                cls._set_up_accounts()
        except (lib_exc.TempestException, urllib3.exceptions.HTTPError,
                OSError) as error:
            raise SetUpFailed(failure.tell_left(cls._no_credentials(error),
                                                cls.clean_up())) from None

    @classmethod
    def _set_up_accounts(cls):
        if not cls.PARTIES:
            super().setup_credentials()
        elif CONF.auth.use_dynamic_credentials:
            cls._make_credentials()
            super().setup_credentials()
        else:
            with serving.for_tempest(CONF) as role:
                cls.credentials = [[name, role] for name in cls.roles()]
                super().setup_credentials()

    @classmethod
    def _make_credentials(cls):
        """Say which credentials Tempest shall make."""
        # What each test instance has for a property.
        client = test.BaseTestCase.credentials_provider.fget(cls).creds_client
        known = accounts.roles(client.roles_client)
        role = accounts.member_role(known)
        # The core asks for nothing as a reader, and nothing of an admin.
        further = len(cls.roles()) > 2
        if role.lower() == serving.MEMBERS[0]:
            # So that the reader is of the consumer's project.
            cls.credentials = ['project_member', 'project_alt_member']
            cls.ROLES = {'producer': 'project_member',
                         'consumer': 'project_alt_member',
                         'reader': 'project_alt_reader'}
            if further and CONF.glance_ossn.reader and (
                    'reader' in map(str.lower, known)):
                cls.credentials.append('project_alt_reader')
        else:
            cls.credentials = [[name, role] for name in cls.PARTIES[:2]]
        cls.credentials += [[name, role] for name in cls.roles()[2:]]
        if further and CONF.glance_ossn.admin:
            cls.credentials.append('admin')
        cls._remember_accounts(client)

    @classmethod
    def roles(cls):
        """Tell who takes part in what is asked for.

        :returns: those of the parties; the core does with the note's two
        """
        if len(cls.PARTIES) > 2 and scope.Scope(cls.claims()).core:
            return cls.PARTIES[:2]
        return cls.PARTIES

    @classmethod
    def _remember_accounts(cls, client):
        """Note which projects and users are made."""
        cls.made_accounts = accounts.Remembered(
            client,
            lambda made: cls.ending.note(projects=made['project']))

    @classmethod
    def clear_credentials(cls):
        with progress.phase('accounts-cleanup'):
            try:
                super().clear_credentials()
            finally:
                if getattr(cls, 'made_accounts', None):
                    cls.made_accounts.remove()
                # Whoever started the run need not look after it.
                progress.note(over=getattr(cls, 'run_id', None))
        # The last of all that a tear-down does.
        if cls.removed and cls.ending:
            cls.ending.tell()

    @classmethod
    def resource_cleanup(cls):
        cls.removed = False
        try:
            super().resource_cleanup()
        except testtools.MultipleExceptions as several:
            if len(several.args) > 1:
                raise
            # Which Tempest makes of one, too.
            raise several.args[0][1] from None
        cls.removed = True

    @staticmethod
    def _no_credentials(error):
        text = errors.brief(error)
        if isinstance(error, urllib3.exceptions.HTTPError):
            return ('No answer from the Identity service: %s. Check '
                    '[identity] uri_v3, which is %s, and whether the service '
                    'is up.%s' % (text, CONF.identity.uri_v3,
                                  errors.certificate_hint(text)))
        if CONF.auth.use_dynamic_credentials:
            return ('The projects and users of the test could not be made: '
                    '%s. Check [auth] admin_username, admin_password, '
                    'admin_project_name and admin_domain_name, that this '
                    'account may create projects and users, and [auth] '
                    'tempest_roles, which names the role that users of the '
                    'cloud have where that is not "member". To go without '
                    'an admin set use_dynamic_credentials to false and '
                    'test_accounts_file.' % text)
        if 'have allocated all' in text:
            return ('All accounts in [auth] test_accounts_file, %s, are '
                    'marked as in use by files in %s, of [oslo_concurrency] '
                    'lock_path: %s. If no run of Tempest is in progress, one '
                    'that was killed left them: delete the files there whose '
                    'names are 32 hexadecimal digits. Else wait for it, or '
                    'name more accounts.' % (
                        CONF.auth.test_accounts_file,
                        preflight.lock_path(CONF), text))
        return ('The accounts in [auth] test_accounts_file, %s, do not '
                'serve: %s. Each needs username, password, project_name, '
                'its domain, and a project of its own; there must be three, '
                'and five for two workers.' % (
                    CONF.auth.test_accounts_file, text))

    @classmethod
    def setup_clients(cls):
        super().setup_clients()
        cls.retry_policy = accounts.retry_policy()
        cls.run_id = uuid.uuid4().hex
        cls.ending.note(run=cls.run_id)
        progress.note(run=cls.run_id)
        LOG.info('The images of this run of %s have the property %s=%s',
                 cls.__name__, images.RUN_PROPERTY, cls.run_id)
        # The cleanup of a run tells its images by the id in their name, too.
        cls.name = cls.rand_name('ossn-%s' % cls.run_id)
        with cls.setting_up():
            try:
                cls.parties = cls._act_as()
                party.check_premise(*cls.parties.values())
                schemes.check(cls.parties['consumer'].raw.root,
                              'The image endpoint of the catalog', CONF)
            except (lib_exc.Unauthorized, lib_exc.InvalidCredentials,
                    urllib3.exceptions.HTTPError) as error:
                raise lib_exc.InvalidConfiguration(
                    cls._no_credentials(error)) from None
        cls.producer = cls.parties['producer']
        cls.consumer = cls.parties['consumer']
        cls.created = created.CreatedImages(
            cls.parties.values(), CONF.glance_ossn.parallel_requests,
            lambda: cls.parties.get('admin') or accounts.remover(
                cls.retry_policy, cls.run_id))
        cls.work = work.configured(CONF, cls.parties, cls.name, cls.created)

    @classmethod
    @contextlib.contextmanager
    def setting_up(cls):
        """Remove what a set-up that fails had made, and say so.

        :raises SetUpFailed: if what is done within it fails
        """
        try:
            yield
        except Exception as error:
            why = cls._why(error)
            # Where the text says it all, a stack would only hide it.
            cause = error if not isinstance(error, (
                lib_exc.InvalidConfiguration, errors.CannotLook)) else None
            raise SetUpFailed(
                failure.tell_left(why, cls.clean_up())) from cause
        except BaseException:
            # Here with all its threads, which at the exit there are none of.
            if cls.ending:
                cls.ending.interrupt()
            raise

    @staticmethod
    def _why(error):
        """Tell an error in its own words."""
        if isinstance(error, lib_exc.InvalidConfiguration):
            # As it was written: a line for each option.
            return (str(error).partition('Details: ')[2] or
                    errors.brief(error))
        return errors.brief(error)

    @classmethod
    def clean_up(cls):
        """Remove what the class made so far.

        :returns: list of texts that say what stays
        """
        stays, ending = [], cls.ending
        # What it comes to is told by the caller.
        cls.ending = None
        for remove in (getattr(cls, 'created', None) and cls.created.remove,
                       cls.clear_credentials):
            try:
                if remove:
                    remove()
            except Exception as error:
                stays.append(errors.brief(error).removeprefix(
                    errors.LeftBehind.message + ' Details: '))
        if ending:
            ending.forget()
        return stays

    @classmethod
    def _act_as(cls):
        """Return the parties, by their roles."""
        found = {}
        for role in (*cls.roles(), 'reader', 'admin'):
            manager = getattr(cls, 'os_' + cls.ROLES.get(role, role), None)
            if manager:
                found[role] = party.Party(role, manager, cls.retry_policy,
                                          cls.run_id)
                found[role].import_timeout = CONF.glance_ossn.import_timeout
        return found

    @classmethod
    def rand_name(cls, name):
        """Make up a name with the configured prefix.

        :param name: what it is for
        :returns: a name that no other run uses
        """
        return data_utils.rand_name(name, prefix=CONF.resource_name_prefix)

    def assert_claim(self, claim, evidence, remarks=()):
        """Assert what a claim says of the evidence that bears on it.

        :param claim: :class:`glance_ossn_tests.notes.base.Claim`
        :param evidence: list of
            :class:`glance_ossn_tests.sharing.verdicts.Evidence`
        :param remarks: what to know although the claim holds
        """
        advertised = self.about_cloud().get('advertised', ())
        verdict = verdicts.worst(each.verdict for each in evidence)
        if verdict in verdicts.NOTHING:
            text = '%s %s: %s' % (
                claim.name, verdict.lower(), '; '.join(sorted({
                    each.why for each in evidence})))
        else:
            text = failure.tell(claim, evidence, advertised=advertised)
        self.conclude(claim, verdict, evidence, text, ' '.join(remarks),
                      failure.tell(claim, evidence, failure.FEW, advertised))

    def conclude(self, claim, verdict, evidence, text, remark='', short=''):
        """End a test as its verdict says, with what it rests on.

        :param claim: :class:`glance_ossn_tests.notes.base.Claim`
        :param verdict: :class:`glance_ossn_tests.sharing.verdicts.Verdict`
        :param evidence: list of
            :class:`glance_ossn_tests.sharing.verdicts.Evidence`
        :param text: why, unless it is SAFE
        :param remark: what to know although it is SAFE
        :param short: what a run prints of the text, if not all of it
        """
        verdict, text = self._waive(claim, verdict, evidence, text)
        self.attach(claim, verdict, evidence,
                    remark if verdict is verdicts.SAFE else text)
        if verdict is verdicts.EXPOSED:
            self.fail(short or text)
        if verdict is verdicts.NOT_TESTED and CONF.glance_ossn.strict:
            raise NotTested(short or text)
        if verdict is not verdicts.SAFE:
            raise self.skipException(text)

    @staticmethod
    def _waive(claim, verdict, evidence, text):
        """Look at the waivers.

        :returns: the verdict and its text thereafter
        """
        waiver = waivers.find(CONF.glance_ossn.waivers, claim)
        if not waiver or verdict is not verdicts.EXPOSED:
            return verdict, text
        seen = {each.what for each in evidence
                if each.verdict is verdicts.EXPOSED}
        # Accepted is what was seen, not what could not be looked at. Of a
        # thing that was seen somewhere, more need not be known.
        verdict = verdicts.WAIVED
        if any(each.verdict is verdicts.NOT_TESTED and not (
                each.where and each.what in seen) for each in evidence):
            verdict = verdicts.NOT_TESTED
        return verdict, failure.tell_waived(claim, verdict, waiver, evidence,
                                            text)

    @contextlib.contextmanager
    def judging(self, claim):
        """Attach that a claim is not tested if an error ends its test.

        :param claim: :class:`glance_ossn_tests.notes.base.Claim`
        """
        try:
            yield
        except Exception as error:
            if details.NAME not in self.getDetails():
                self.attach(claim, verdicts.NOT_TESTED, [],
                            errors.brief(error))
            raise

    @classmethod
    def claims(cls):
        """Tell which claims of the class this process is asked to judge.

        :returns: tuple of :class:`glance_ossn_tests.notes.base.Claim`, None
            for all there are
        """
        return notes.judged(endings.asked(), cls.__name__)

    @classmethod
    def about_cloud(cls):
        """Tell what is looked at.

        :returns: dict, as in report/schema/detail.json
        """
        client = cls.consumer.raw
        return {'region': client.filters['region'],
                'identity': CONF.identity.uri_v3 or CONF.identity.uri,
                'endpoints': [client.root]}

    @classmethod
    def about_run(cls):
        """Tell when and with what it is looked at.

        :returns: dict, as in report/schema/detail.json
        """
        return {'start': cls.started, 'end': marks.now(), **endings.selected(),
                'id': cls.run_id, 'ends': cls.ending.tells,
                'requests': sum(each.requests
                                for each in cls.parties.values()),
                'waivers': list(CONF.glance_ossn.waivers),
                'plugin': metadata.version('glance-ossn-tests'),
                'tempest': metadata.version('tempest')}

    def attach(self, claim, verdict, evidence, text=''):
        """Put a verdict and what it rests on into the test's result.

        :param claim: :class:`glance_ossn_tests.notes.base.Claim`
        :param verdict: :class:`glance_ossn_tests.sharing.verdicts.Verdict`
        :param evidence: list of
            :class:`glance_ossn_tests.sharing.verdicts.Evidence`
        :param text: why, or what to know although it is SAFE
        """
        data = details.dump(details.build(
            claim, verdict, evidence, text, self.about_cloud(),
            self.about_run()))
        self.addDetail(details.NAME, content.Content(
            content_type.ContentType('application', 'json'), lambda: [data]))
