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


"""Where the cloud is and who acts there: from clouds.yaml, OS_*, or files."""

import dataclasses
import logging
import pathlib

from keystoneauth1 import exceptions as ksa_exc

from glance_ossn_tests.clients import errors
from glance_ossn_tests.clients import raw
from glance_ossn_tests.commands import configured

PARTIES = 3
REMEDY = ('Name accounts of three projects instead: --accounts FILE, or '
          '--os-cloud three times.')


class Unreachable(Exception):
    """The cloud did not let anybody in; the text says why."""


@dataclasses.dataclass
class Target:
    """What is to be written to tempest.conf.

    :param name: what the user calls the cloud
    :param sections: dict of dicts of option to value
    :param accounts: list of dicts, as in an accounts file; None where
        projects are made
    :param remarks: what is good to know
    """

    name: str
    sections: dict
    accounts: list | None = None
    remarks: list = dataclasses.field(default_factory=list)


class _Heard(logging.Handler):
    """Keeps from the terminal what openstacksdk logs of wrong files.

    :ivar texts: the first line of each
    """

    def __init__(self):
        super().__init__(logging.WARNING)
        self.texts = []
        self._loggers = [logging.getLogger(name)
                         for name in ('openstack', 'keystoneauth')]

    def emit(self, record):
        # No more of it: what follows may be a password.
        self.texts.append(record.getMessage().splitlines()[0])

    def __enter__(self):
        for logger in self._loggers:
            logger.addHandler(self)
            logger.propagate = False

    def __exit__(self, *args):
        for logger in self._loggers:
            logger.removeHandler(self)
            logger.propagate = True


@dataclasses.dataclass
class _Signed:
    """A cloud of clouds.yaml, and who signs in to it.

    :param region: openstacksdk's CloudRegion
    :param access: keystoneauth's access information
    """

    name: str
    region: object
    access: object

    @property
    def is_admin(self):
        return 'admin' in map(str.lower, self.access.role_names)

    @property
    def who(self):
        return 'user %s of project %s, roles %s' % (
            self.access.username, self.access.project_name or '(none)',
            ', '.join(self.access.role_names) or 'none')

    def account(self):
        """Return it as an entry of an accounts file."""
        return {'username': self.access.username,
                'password': _said(self.region, 'password'),
                'project_name': self.access.project_name,
                'user_domain_name': self.access.user_domain_name,
                'project_domain_name': self.access.project_domain_name}


def _load(name, given, validate=False):
    """Read a cloud as openstackclient does.

    :param name: of the cloud, None for what OS_CLOUD or OS_* say
    :param given: dict of options that go before
    :param validate: whether it is to be fit to sign in with
    :returns: openstacksdk's CloudRegion
    """
    try:
        from openstack import config
    except ImportError:
        raise configured.Usage(
            "What reads clouds.yaml and OS_* variables is not installed: pip "
            "install 'glance-ossn-tests[clouds]'. Or use --tempest-conf FILE.")
    passed_over = _Heard()
    try:
        with passed_over:
            region = config.OpenStackConfig().get_one(
                cloud=name, validate=validate, **given)
    except Exception as error:
        # A wrong file makes openstacksdk raise whatever it comes to.
        raise configured.Usage(
            '%s cannot be read from clouds.yaml: %s. Correct it, or name '
            'another cloud.' % (_option(name), '; '.join(
                passed_over.texts) or _brief(error)))
    if not _said(region, 'auth_url'):
        raise configured.Usage(
            '%s names no auth_url. Say which cloud is to be checked: '
            '--os-cloud NAME of clouds.yaml, the variables OS_AUTH_URL and '
            'so on, or --tempest-conf FILE.' % _option(name))
    return region


def _option(name):
    return ('--os-cloud %s' % name if name else
            'Without --os-cloud, the environment')


def _said(region, key):
    """Return what a cloud says of how to sign in, None for nothing."""
    # Before it is validated, some of it is not in its place.
    return region.config.get('auth', {}).get(key) or region.config.get(key)


def _brief(error):
    return errors.brief(error).rstrip('.')


def _sign_in(name, given):
    """Sign in to a cloud, which makes nothing.

    :returns: :class:`_Signed`
    """
    region = _load(name, given)
    kind = str(region.config.get('auth_type') or 'password')
    if 'applicationcredential' in kind:
        raise configured.Usage(
            '%s is an application credential: these make no projects, and '
            'Tempest signs in by name and password only. %s' % (
                _option(name), REMEDY))
    if kind not in ('password', 'v3password'):
        raise configured.Usage(
            '%s signs in by %s: Tempest signs in by name and password only. '
            '%s' % (_option(name), kind, REMEDY))
    missing = [key for key, others in (
        ('username', ('user_id',)), ('password', ()))
        if not any(_said(region, each) for each in (key, *others))]
    if missing:
        raise configured.Usage('%s has no %s. Add it to clouds.yaml or '
                               'secure.yaml.' % (_option(name),
                                                 ' and no '.join(missing)))
    try:
        region = _load(name, given, validate=True)
        with _Heard():
            session = region.get_session()
            access = session.auth.get_access(session)
    except ksa_exc.Unauthorized as error:
        raise Unreachable(
            '%s: the Identity service %s does not let the account in: %s. '
            'Check username, password, project and domains there.' % (
                _option(name), _said(region, 'auth_url'),
                _brief(error)))
    except ksa_exc.ClientException as error:
        raise Unreachable(
            '%s: no answer from the Identity service %s: %s. Check auth_url '
            'and, with https, cacert, and whether the service is up.' % (
                _option(name), _said(region, 'auth_url'),
                _brief(error)))
    return _Signed(name or region.name or 'environment', region, access)


def _place(region, option):
    """Tell where the cloud is, as tempest.conf does.

    :param region: openstacksdk's CloudRegion
    :param option: what it is called in messages
    :returns: sections, and remarks
    """
    verify, certificate = region.get_requests_verify_args()
    if certificate:
        raise configured.Usage(
            '%s signs in by a certificate of its own (cert), which Tempest '
            'does not. Use an endpoint without, by --tempest-conf FILE.'
            % option)
    where = region.get_region_name()
    if not where:
        raise configured.Usage(
            '%s names no region_name. Add it to clouds.yaml, or set '
            'OS_REGION_NAME.' % option)
    interface = str(region.get_interface('image') or 'public').removesuffix(
        'URL')
    identity = {'auth_version': 'v3', 'region': where,
                'uri_v3': raw.strip_version(
                    _said(region, 'auth_url')) + '/v3',
                'v3_endpoint_type': str(region.get_interface(
                    'identity') or interface).removesuffix('URL'),
                'disable_ssl_certificate_validation': verify is False}
    if isinstance(verify, str):
        identity['ca_certificates_file'] = verify
    sections = {
        'identity': identity,
        'identity-feature-enabled': {'api_v2': False, 'api_v3': True},
        'image': {'region': where, 'endpoint_type': interface,
                  'catalog_type': region.get_service_type('image')},
        'image-feature-enabled': {'import_image': True},
        'service_available': {
            'glance': True, **dict.fromkeys(
                ('nova', 'neutron', 'cinder', 'swift', 'horizon'), False)}}
    remarks = []
    own = region.config.get('image_endpoint_override')
    if own:
        sections['glance_ossn'] = {'endpoints': own}
        remarks.append('image_endpoint_override, %s, is asked besides the '
                       'endpoint of the catalog.' % own)
    return sections, remarks


def from_clouds(names, accounts=None, **given):
    """Take the cloud from clouds.yaml or the environment, and sign in.

    :param names: of clouds; [None] for what the environment says
    :param accounts: path of an accounts file, None for the clouds' own
    :param given: options that go before those of the clouds
    :returns: :class:`Target`
    :raises glance_ossn_tests.commands.configured.Usage: if it will not do
    :raises Unreachable: if the cloud lets nobody in
    """
    given = {key: each for key, each in given.items() if each}
    if accounts:
        region = _load(names[0], given)
        sections, remarks = _place(region, _option(names[0]))
        sections['auth'] = {'use_dynamic_credentials': False,
                            'test_accounts_file': pathlib.Path(
                                accounts).resolve()}
        return Target(names[0] or region.name or 'environment', sections,
                      [], remarks)
    signed = [_sign_in(name, given) for name in names]
    sections, remarks = _place(signed[0].region, _option(names[0]))
    for other in signed[1:]:
        if _place(other.region, _option(other.name))[0]['image'] != (
                sections['image']) or raw.strip_version(
                    _said(other.region, 'auth_url')) + '/v3' != (
                        sections['identity']['uri_v3']):
            raise configured.Usage(
                '--os-cloud %s is not the cloud and region of --os-cloud %s. '
                'Name accounts of one cloud.' % (other.name, names[0]))
    if len(signed) == 1:
        return Target(signed[0].name, {
            **sections, 'auth': _maker(signed[0])}, None, remarks)
    return _from_several(signed, sections, remarks)


def _maker(signed):
    """Return the section [auth] for an admin who makes projects."""
    if not signed.is_admin:
        raise configured.Usage(
            '%s (%s) is no admin and cannot make the projects of the check. '
            '%s' % (_option(signed.name), signed.who, REMEDY))
    if not signed.access.project_name and not signed.access.system_scoped:
        raise configured.Usage(
            '%s (%s) is scoped to no project. Add project_name to it.'
            % (_option(signed.name), signed.who))
    return {'use_dynamic_credentials': True,
            'create_isolated_networks': False, **_admin(signed)}


def _admin(signed):
    access = signed.access
    found = {'admin_username': access.username,
             'admin_password': _said(signed.region, 'password'),
             'admin_user_domain_name': access.user_domain_name,
             'admin_domain_name': access.user_domain_name}
    if access.project_name:
        found.update(admin_project_name=access.project_name,
                     admin_project_domain_name=access.project_domain_name)
    else:
        found['admin_system'] = 'all'
    return found


def _from_several(signed, sections, remarks):
    """Let the accounts of several clouds be the parties."""
    admins = [each for each in signed if each.is_admin]
    parties = {(each.access.project_domain_name, each.access.project_name):
               each for each in signed
               if not each.is_admin and each.access.project_name}
    if len(parties) < PARTIES:
        raise configured.Usage(
            '--os-cloud names accounts of %d projects that are no admins; %d '
            'are needed, each of its own project.' % (len(parties), PARTIES))
    sections['auth'] = {'use_dynamic_credentials': False,
                        **(_admin(admins[0]) if admins else {})}
    return Target(next(iter(parties.values())).name, sections,
                  [each.account() for each in parties.values()], remarks)
