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

"""What of tempest.conf is wrong, found before any request is made.

Types and choices of values are oslo.config's to check: Tempest reads all
options at its start. Here is what it lets pass.
"""

import collections
import os
import re
from urllib import parse

from oslo_concurrency import lockutils
from oslo_config import cfg
from tempest.lib import exceptions as lib_exc
import yaml

from glance_ossn_tests.accounts import serving
from glance_ossn_tests.clients import raw
from glance_ossn_tests import config
from glance_ossn_tests.notes import waivers


def check(conf, accounts=2):
    """See that tempest.conf makes sense, without any request.

    :param conf: Tempest's configuration
    :param accounts: how many accounts a test class takes at a time
    :raises tempest.lib.exceptions.InvalidConfiguration: naming each option
        that is wrong, its value and what to do
    """
    wrong = list(problems(conf, accounts))
    if wrong:
        raise lib_exc.InvalidConfiguration('\n'.join(wrong))


def problems(conf, accounts=2):
    """Tell what is wrong in tempest.conf.

    :param conf: Tempest's configuration
    :param accounts: how many accounts a test class takes at a time
    :returns: iterator of texts, one each
    """
    yield from _names(conf)
    yield from _identity(conf)
    yield from _credentials(conf, accounts)
    yield from _image(conf)
    yield from _endpoints(conf)
    yield from _waivers(conf)
    yield from _notes(conf)


def access(conf):
    """Tell what is wrong in what :func:`problems` says of access to the cloud.

    :param conf: Tempest's configuration
    :returns: iterator of texts, one each
    """
    yield from _identity(conf)
    if conf.auth.use_dynamic_credentials or not conf.auth.admin_username:
        yield from _credentials(conf, 1)


def _names(conf):
    """Return names that oslo.config passes over in silence."""
    known = {option.dest for option in config.OPTIONS}
    for path in conf.config_file or ():
        sections = {}
        try:
            cfg.ConfigParser(path, sections).parse()
        except (OSError, cfg.ParseError) as error:
            yield '%s cannot be read: %s.' % (path, error)
        for name, options in sections.items():
            if re.sub('[^a-z]', '', name.lower()) not in (
                    'glanceossn', 'glanceossntests', 'ossn'):
                continue
            if name != config.GROUP.name:
                yield ('%s has a section [%s], which nobody reads: rename it '
                       'to [%s].' % (path, name, config.GROUP.name))
                continue
            for option in sorted(set(options) - known):
                yield ('[%s] %s in %s is no option: the options are %s. '
                       'Correct or remove it.' % (
                           name, option, path, ', '.join(sorted(known))))


def _url_problem(url):
    """Tell what is wrong with a URL, None if nothing is.

    A text that says it without the URL, which may contain a password.
    """
    try:
        parts = parse.urlsplit(url)
        parts.port
    except ValueError as error:
        return 'is no URL: %s' % error
    if parts.scheme not in ('http', 'https'):
        return 'is no URL: it must begin with http:// or https://'
    if not parts.hostname:
        return 'names no host'
    if parts.username or parts.password:
        return ('contains a user or a password, which would be in logs: '
                'remove it')
    if re.search(r'\s', url):
        return 'contains white space'
    if parts.query or parts.fragment:
        return 'has something behind its path: remove it from the "?" or "#"'
    return None


def _public(url):
    """Return a URL as it may be shown: without a user and password in it."""
    return re.sub(r'//[^/@]*@', '//...@', url)


def _identity(conf):
    identity = conf.identity
    if identity.auth_version != 'v3':
        yield ('[identity] auth_version is %s: the tests know projects and '
               'domains of v3 only. Set it to v3, and uri_v3.'
               % identity.auth_version)
    if not identity.uri_v3:
        yield ('[identity] uri_v3 is not set. Set it to the URL of the '
               'Identity service, e.g. https://controller:5000/v3.')
    else:
        problem = _url_problem(identity.uri_v3)
        if problem:
            yield ('[identity] uri_v3, %s, %s. It is the URL of the Identity '
                   'service, e.g. https://controller:5000/v3.'
                   % (_public(identity.uri_v3), problem))
    authority = identity.ca_certificates_file
    if authority:
        if identity.disable_ssl_certificate_validation:
            yield ('[identity] ca_certificates_file is %s and '
                   'disable_ssl_certificate_validation is true: nothing '
                   'would be verified. Remove one of them.' % authority)
        problem = _unreadable(authority)
        if problem:
            yield ('[identity] ca_certificates_file, %s, cannot be read: %s. '
                   'Name the file with the certificate of your authority, by '
                   'its absolute path.' % (authority, problem))
    clients = conf.service_clients
    if clients.http_timeout <= 0:
        yield ('[service-clients] http_timeout is %s: no answer is that '
               'fast. Set it to the seconds to wait, e.g. 60.'
               % clients.http_timeout)
    if clients.proxy_url:
        # A proxy may need a password; tempest.conf is where it belongs.
        if not re.match('https?://', clients.proxy_url):
            yield ('[service-clients] proxy_url, %s, is no URL: it must '
                   'begin with http:// or https://.'
                   % _public('//' + clients.proxy_url)[2:])


def _unreadable(path):
    """Tell why a file cannot be read, None if it can."""
    try:
        with open(path, 'rb') as file:
            file.read(1)
    except OSError as error:
        return error.strerror
    return None


def _credentials(conf, accounts):
    auth = conf.auth
    for role in auth.tempest_roles:
        if role.lower() in ('admin', conf.identity.admin_role.lower()):
            yield ('[auth] tempest_roles is %s: all users of the tests would '
                   'be admins, and an admin sees images whether they are '
                   'shared or not. Remove %s.'
                   % (', '.join(auth.tempest_roles), role))
    if not auth.use_dynamic_credentials:
        yield from _accounts_file(conf, accounts)
        return
    for option in ('admin_username', 'admin_password'):
        if not auth[option]:
            yield ('[auth] use_dynamic_credentials is true and %s is empty. '
                   'Name an admin, who makes the projects and users of the '
                   'tests, or set use_dynamic_credentials to false and '
                   'test_accounts_file.' % option)
    if not auth.admin_project_name and not auth.admin_system:
        yield ('[auth] admin_project_name is empty. Set it to the project in '
               'which admin_username is an admin.')


def _accounts_file(conf, needed):
    path = conf.auth.test_accounts_file
    if not path:
        yield ('[auth] use_dynamic_credentials is false and '
               'test_accounts_file is empty. Name a file of accounts '
               '(etc/accounts.yaml.sample), or set use_dynamic_credentials '
               'to true and admin_username.')
        return
    name = '[auth] test_accounts_file, %s,' % path
    problem = _unreadable(path)
    if problem:
        yield ('%s cannot be read: %s. Name a file that the user who runs '
               'Tempest can read, by its absolute path.' % (name, problem))
        return
    try:
        with open(path) as file:
            entries = yaml.safe_load(file)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        # No more of it: the text around the mistake may be a password.
        mark = getattr(error, 'problem_mark', None)
        yield ('%s is no YAML%s. See etc/accounts.yaml.sample.' % (
            name, ': line %d' % (mark.line + 1) if mark else ''))
        return
    if not isinstance(entries, list) or not entries:
        yield ('%s holds %s instead of a list of accounts. See '
               'etc/accounts.yaml.sample.' % (
                   name, 'nothing' if not entries else 'a ' +
                   type(entries).__name__))
        return
    serving_ = serving.choose(entries, conf)
    if len(serving_) < needed:
        yield ('%s has accounts of %d projects that serve, and a test class '
               'takes %d, each of its own project. Add some that have '
               'username, password, project_name, the domain, and the role '
               'to share images with (roles: [%s]); for two workers there '
               'must be five.%s' % (
                   name, len(serving_), needed,
                   serving.wanted_roles(conf)[0],
                   _others(entries, serving_, conf)))
    yield from _lock_path(conf)


def _others(entries, serving_, conf):
    """Tell why other accounts do not serve, each reason once."""
    reasons = collections.Counter(
        serving.why_not(entry, conf) or 'is another one of its project'
        for entry in entries if entry not in serving_)
    return reasons and ' Of the others %s.' % '; '.join(
        '%d %s' % (count, why) for why, count in reasons.items()) or ''


def lock_path(conf):
    """Return the folder in which Tempest locks accounts.

    :param conf: Tempest's configuration
    :returns: path, None if there is none
    """
    return lockutils.get_lock_path(conf)


def locks(conf, classes):
    """Marks of accounts that are in use.

    :param conf: Tempest's configuration
    :param classes: names of the test classes that matter
    :returns: paths of Tempest's files
    """
    folder = lock_path(conf)
    found = []
    if conf.auth.use_dynamic_credentials or not os.path.isdir(folder or ''):
        return found
    for name in sorted(os.listdir(folder)):
        if re.fullmatch('[0-9a-f]{32}', name):
            path = os.path.join(folder, name)
            with open(path) as file:
                if file.read() in classes:
                    found.append(path)
    return found


def _lock_path(conf):
    path = lock_path(conf)
    folder = path and (path if os.path.exists(path)
                       else os.path.dirname(os.path.abspath(path)))
    if not folder or not (os.path.isdir(folder) and
                          os.access(folder, os.W_OK | os.X_OK)):
        yield ('[oslo_concurrency] lock_path, %s, is no folder to write in: '
               'there Tempest marks which accounts are in use. Name one by '
               'its absolute path.' % path)


def _image(conf):
    image = conf.image
    if not image.catalog_type:
        yield ('[image] catalog_type is empty. Set it to the type of the '
               'Image service in the catalog, which is image.')
    if not image.region and not conf.identity.region:
        yield ('[image] region and [identity] region are empty. Set one of '
               'them to the region whose Image service is judged.')


def _endpoints(conf):
    seen = {}
    identity = raw.strip_version(conf.identity.uri_v3 or '')
    for url in conf.glance_ossn.endpoints:
        problem = _url_problem(url)
        if problem:
            yield ('[glance_ossn] endpoints names "%s", which %s. Name the '
                   'URL of an Image service, e.g. http://node-1:9292.'
                   % (_public(url), problem))
            continue
        root = raw.strip_version(url)
        if root in seen:
            yield ('[glance_ossn] endpoints names one endpoint twice, "%s" '
                   'and "%s". Remove one.' % (seen[root], url))
        seen[root] = url
        if root == identity:
            yield ('[glance_ossn] endpoints names "%s", which is the '
                   'Identity service of [identity] uri_v3. Name the URL of '
                   'an Image service.' % url)


def _waivers(conf):
    names = []
    for text in conf.glance_ossn.waivers:
        try:
            names.append(waivers.parse(text).name.lower())
        except ValueError as error:
            yield '[glance_ossn] waivers has "%s": %s.' % (text, error)
    for name in sorted(set(names)):
        if names.count(name) > 1:
            yield ('[glance_ossn] waivers has %s %d times. Keep one.'
                   % (name, names.count(name)))


def _notes(conf):
    for uid in conf.glance_ossn.retired_image_ids:
        if not re.fullmatch('[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}',
                            uid.lower()):
            yield ('[glance_ossn] retired_image_ids has "%s", which is no id '
                   'of an image. Give UUIDs with dashes, and commas between '
                   'them.' % uid)
    name = conf.glance_ossn.protected_property
    if name and not re.fullmatch(r'[\w.:-]+', name):
        yield ('[glance_ossn] protected_property is "%s", which is no name '
               'of a property. Give one name, such as those that the '
               'property_protection_file of Glance matches.' % name)
