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

"""The releases the sandbox can start: one row each.

A row is all there is to add to start another release.
"""

import dataclasses
import hashlib
import re

from ossn_sandbox import errors
from ossn_sandbox import faults
from ossn_sandbox import manners

# Behind it, in an upgraded cloud's name, is the region it has kept.
_FROM = '~from-'

# What every environment gets besides its services. Waitress serves them;
# pkg_resources, which the older ones import, left setuptools with 81.
COMMON = ('setuptools<81', 'waitress')

_SQLALCHEMY_13 = ('SQLAlchemy<1.4', 'oslo.context<4')
_SQLALCHEMY_14 = ('SQLAlchemy<2',)
_SQLALCHEMY_20 = ('SQLAlchemy<2.1', 'oslo.db<18')
_NO_V1 = (('enable_v1_api', 'False'),)

# Glance 33's own renaming of Pike's last migration fails on SQLAlchemy 2,
# which it runs on; Rocky, the next release there is, renames it as well.
_PAST_PIKE = 'rocky'

# A cloud's name is that of a folder and of a region, and is written into
# configuration files.
_UNSAFE = re.compile(r'[^\w.:=-]+', re.ASCII)
_LONGEST = 80


@dataclasses.dataclass(frozen=True)
class Release:
    """A release of a service and what it takes to run it on today's Python.

    :ivar name: what the release, its cloud and its region are called
    :ivar version: the version on PyPI
    :ivar pins: requirements besides the service's own
    :ivar overrides: packages whose caps in the service's metadata are lifted
    :ivar package: what the service is called on PyPI
    :ivar etc: the version whose wheel carries the policy and paste files
        this one was released with, if not its own
    :ivar registry: whether v1 is served through a registry
    :ivar options: pairs that go into ``[DEFAULT]`` of glance-api.conf
    :ivar fault: the name of the fault that breaks it, if any
    :ivar manners: the name of the older release that it is disguised as, if
        any
    :ivar policy: pairs of a policy rule and the check that overrides it
    :ivar settings: pairs of ``SECTION.NAME`` and a value that go into
        glance-api.conf, after all else
    :ivar origin: the region of the cloud that was upgraded to this, if any
    """

    name: str
    version: str
    pins: tuple = ()
    overrides: tuple = ()
    package: str = 'glance'
    etc: str | None = None
    registry: bool = False
    options: tuple = ()
    fault: str | None = None
    manners: str | None = None
    policy: tuple = ()
    settings: tuple = ()
    origin: str | None = None

    @property
    def region(self):
        """The cloud's region: an upgrade keeps it."""
        return self.origin or self.name

    @property
    def upgraded_to(self):
        """Its name without that of the region it has kept."""
        return self.name.partition(_FROM)[0]

    @property
    def major(self):
        """The first number of Glance's version."""
        return int(self.version.split('.')[0])

    @property
    def requirements(self):
        """All that is installed into the release's environment."""
        return (f'{self.package}=={self.version}', *self.pins, *COMMON)


# One for all clouds: a new Glance asks nothing else of it than an old one.
KEYSTONE = Release('keystone', '30.0.0', package='keystone')


# Pike's wheel has no etc/ folder; the policy and paste files of 17.0.1 are
# byte for byte those of the tag 15.0.2.
_PIKE = Release('pike', '15.0.2', _SQLALCHEMY_13,
                overrides=('eventlet', 'PrettyTable'), etc='17.0.1',
                registry=True)

RELEASES = {release.name: release for release in (
    _PIKE,
    dataclasses.replace(_PIKE, name='pike-no-v1', options=_NO_V1),
    Release('rocky', '17.0.1', _SQLALCHEMY_13),
    Release('stein', '18.0.1', _SQLALCHEMY_13),
    Release('train', '19.0.4', _SQLALCHEMY_13),
    Release('ussuri', '20.2.0', _SQLALCHEMY_13),
    Release('victoria', '21.1.0', _SQLALCHEMY_13),
    Release('wallaby', '22.1.1', _SQLALCHEMY_13),
    Release('xena', '23.1.0', _SQLALCHEMY_14),
    Release('yoga', '24.2.1', _SQLALCHEMY_14),
    Release('zed', '25.1.0', _SQLALCHEMY_14),
    Release('2023.1', '26.1.0', _SQLALCHEMY_14),
    Release('2023.2', '27.1.1', _SQLALCHEMY_14),
    Release('2024.1', '28.2.0', _SQLALCHEMY_14),
    Release('2024.2', '29.2.1', _SQLALCHEMY_20),
    Release('2025.1', '30.2.0', _SQLALCHEMY_20),
    Release('2025.2', '31.1.0'),
    Release('2026.1', '32.0.0'),
    Release('2026.2', '33.0.0'),
)}

# Disguised as older releases, of which there are no packages. Before Juno
# any member may publish an image; before Folsom v1 cannot be switched off.
MANNERED = {release.name: release for name in manners.NAMES
            for release in (dataclasses.replace(
                base, name=f'{name}{suffix}~manners', manners=name,
                policy=() if name == 'kilo' else (('publicize_image', ''),))
                for suffix, base in (('', _PIKE),
                                     ('-no-v1', RELEASES['pike-no-v1']))
                if not suffix or name not in ('diablo', 'essex'))}

# The name of the last one: what is meant where no other one is.
NEWEST = list(RELEASES)[-1]


def overrides(pairs):
    """Read overridden policy rules.

    :param pairs: texts such as ``modify_member=role:member``; what follows
        the first ``=`` is the check, empty for anybody
    :returns: dict of rule to check
    :raises SandboxError: when one has no rule or no ``=``
    """
    found = {}
    for pair in pairs:
        rule, equals, check = (each.strip() for each in pair.partition('='))
        if not rule or not equals:
            raise errors.SandboxError(
                f'--policy {pair!r} is not of the form RULE=CHECK, such as '
                'modify_member=role:member.')
        found[rule] = check
    return found


def settings(pairs):
    """Read options of glance-api.conf.

    :param pairs: texts such as ``image_format.disk_formats=raw``
    :returns: dict of ``SECTION.NAME`` to value
    :raises SandboxError: when one has no section, no name or no ``=``
    """
    found = {}
    for pair in pairs:
        option, equals, value = (each.strip() for each in pair.partition('='))
        section, _, name = option.rpartition('.')
        if not section or not name or not equals:
            raise errors.SandboxError(
                f'--option {pair!r} is not of the form SECTION.NAME=VALUE, '
                'such as image_format.disk_formats=raw.')
        found[option] = value
    return found


def get(name, v1=True, policy=None, options=None):
    """Find a release, or make a variant of it.

    A variant is a cloud of its own; each thing that sets it apart is in its
    name, behind a ``~``: a fault by its name, an overridden policy rule as
    ``RULE=CHECK``, the manners of an older release as ``manners``, an option
    as ``SECTION.NAME=VALUE``, last the region of
    the cloud it was upgraded from as ``from-REGION``.

    :param name: the name of the release or variant
    :param v1: False for the variant whose v1 API is switched off
    :param policy: dict of further policy rules to override to their checks
    :param options: dict of further options of glance-api.conf, by
        ``SECTION.NAME``, to their values
    :returns: the :class:`Release`
    :raises SandboxError: when there is none
    """
    name, _, origin = name.partition(_FROM)
    if origin:
        return upgraded(get(origin), get(name, v1, policy, options))
    name, *parts = name.split('~')
    if parts[:1] == ['manners']:
        name, parts = f'{name}~manners', parts[1:]
    found = _released(name, v1)
    fault = '~'.join(part for part in parts if '=' not in part)
    if fault:
        if not faults.find(fault):
            raise errors.SandboxError(
                f'RELEASE {name}~{fault} has an unknown fault; choose one of '
                f'{", ".join(sorted(faults.FAULTS))}.')
        found = _variant(found, fault, fault=fault)
    # No rule of Glance's has a dot in its name.
    pairs = {part: '.' in part.partition('=')[0]
             for part in parts if '=' in part}
    for field, changes in (
            ('policy', {**overrides(part for part in pairs
                                    if not pairs[part]), **(policy or {})}),
            ('settings', {**settings(part for part in pairs if pairs[part]),
                          **(options or {})})):
        for pair in sorted(changes.items()):
            found = _variant(found, '='.join(pair), **{
                field: (*getattr(found, field), pair)})
    return found


def region(name):
    """Find the region of a cloud, which an upgrade keeps.

    :param name: the cloud's name
    :returns: the region's name
    """
    return name.partition(_FROM)[2] or name


def upgraded(old, new):
    """Tell what a cloud is after an upgrade.

    :param old: the :class:`Release` before
    :param new: the :class:`Release` after
    :returns: the :class:`Release`, as a variant of the new one
    """
    return dataclasses.replace(new, name=f'{new.name}{_FROM}{old.region}',
                               origin=old.region)


def route(old, new, hops=None):
    """Find the releases whose migrations run before the new one's own.

    :param old: the :class:`Release` before the upgrade
    :param new: the :class:`Release` after it
    :param hops: the releases' names, by default those that are needed
    :returns: a tuple of :class:`Release`
    :raises SandboxError: when they do not lead upwards
    """
    if hops is None:
        needed = RELEASES[_PAST_PIKE]
        through = (needed,) if old.major < needed.major < new.major else ()
    else:
        through = tuple(_released(name, True) for name in hops)
    steps = (old, *through, new)
    for one, other in zip(steps, steps[1:]):
        if other.major <= one.major:
            raise errors.SandboxError(
                f'{other.name} (Glance {other.version}) is not later than '
                f'{one.name} (Glance {one.version}); an upgrade goes from '
                'OLD through each --hop to NEW, each later than the one '
                'before.')
    return through


def _released(name, v1):
    known = {**RELEASES, **MANNERED}
    if name not in known:
        raise errors.SandboxError(
            f'RELEASE {name!r} is unknown; choose one of '
            f'{", ".join(known)}.')
    if v1 or known[name].options == _NO_V1:
        return known[name]
    plain, *disguise = name.split('~')
    without = '~'.join([f'{plain}-no-v1', *disguise])
    if without not in known:
        raise errors.SandboxError(
            f'--no-v1 does not apply to {name}: it has no v1 API to switch '
            'off; leave the option out.')
    return known[without]


def _variant(release, what, **changes):
    """Change a release, and tell it apart by its name."""
    safe = _UNSAFE.sub('-', what)[:_LONGEST]
    if safe != what:
        # Two that are different must not look the same.
        safe += '~' + hashlib.sha256(what.encode()).hexdigest()[:8]
    return dataclasses.replace(release, name=f'{release.name}~{safe}',
                               **changes)
