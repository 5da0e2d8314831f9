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

"""What a cloud offers to share and to list with."""

import dataclasses

from glance_ossn_tests.sharing import kinds


# How the reasons begin that lie in the accounts of a run, not in its cloud.
NO_ACCOUNT = 'the run has no account of '


@dataclasses.dataclass(frozen=True)
class Abilities:
    """What a cloud and the run's accounts can do besides.

    :param versions: the API versions that the cloud advertises, tuples
        (major, minor)
    :param before: the versions that it advertised when the images were
        made, if that was before an upgrade
    :param public_name: the name of a public image of the cloud, if any
    :param base: the disk format of images that are of none in particular
    :param disk_formats: the disk formats that it takes, None for all
    :param container_formats: the container formats that it takes, None for
        all
    :param second_store: id of a store that is not the default one, if any
    :param store_problem: why it is not known whether there is one, else None
    :param no_import: why it imports no staged data, None if it does
    :param import_problem: why that is not known, else None
    :param parties: roles of the accounts of the run
    :param askers: dict of those who ask without a project, or for a
        project in another way than its user, to why the cloud does not let
        them, None if it may
    :param unknown_askers: dict of those of them of whom that is not known,
        to why
    :param unprotectable: why what is protected could not be deleted, None
        if it could
    :param refused: dict of what images may have, as
        :data:`glance_ossn_tests.sharing.crossed.DIMENSIONS` names it, to why
        the cloud takes none that has it
    :param no_remover: why what only an admin can delete is not made, None
        if it may be
    :param no_members: why v2 has no members, None if it has
    :param may_publish: whether an image may be public for a moment
    :param no_ids: why nobody chooses the id of an image, None if one may
    :param no_data: why v2 makes no active images, None if it does
    :param left: dict of role to how many images its project may still
        have, where that is bounded
    :param without: dict of the name of a kind of image to why it is left
        out
    :param crowded: whether it lists more images than
        :data:`glance_ossn_tests.sharing.listings.LARGE`
    """

    versions: tuple = ((2, 0),)
    before: tuple | None = None
    public_name: str | None = None
    base: str = kinds.BASE
    disk_formats: tuple | None = None
    container_formats: tuple | None = None
    second_store: str | None = None
    store_problem: str | None = None
    no_import: str | None = None
    import_problem: str | None = None
    parties: tuple = ('producer', 'consumer', 'bystander')
    askers: dict = dataclasses.field(default_factory=dict)
    unknown_askers: dict = dataclasses.field(default_factory=dict)
    unprotectable: str | None = None
    refused: dict = dataclasses.field(default_factory=dict)
    no_remover: str | None = None
    no_members: str | None = None
    no_data: str | None = None
    no_ids: str | None = None
    may_publish: bool = False
    left: dict = dataclasses.field(default_factory=dict)
    without: dict = dataclasses.field(default_factory=dict)
    crowded: bool = False

    def nobody(self, role):
        """Tell why a role can do nothing.

        :param role: that of an account
        :returns: the reason, None if the run has an account of it
        """
        if role in self.parties:
            return None
        return '%sthe %s ([glance_ossn] %s, with dynamic credentials)' % (
            NO_ACCOUNT, role, role)

    def lacks(self, since, what):
        """Tell why something is not there that a version of the API brought.

        :param since: the version, (major, minor)
        :param what: what it brought
        :returns: the reason, None if it is there
        """
        if max(self.versions, default=(2, 0)) >= since:
            return None
        return 'Image API v2.%d, which brought %s, is not advertised' % (
            since[1], what)

    def lacked(self, since):
        """Tell why images lack what a version of the API brought.

        :param since: the version, (major, minor)
        :returns: the reason, None if they have it
        """
        if max(self.before or self.versions, default=(2, 0)) >= since:
            return None
        return 'the images are older than Image API v2.%d' % since[1]


@dataclasses.dataclass(frozen=True)
class Door:
    """One form of an API as something to share or to list through.

    :param form: the form's name, e.g. '/v2.7'
    :param problem: why it could not be looked at, else None
    :param not_offered: why the cloud does not offer it, else None
    :param odd: whether it is a way around that only lists are asked through
    """

    form: str
    problem: str | None = None
    not_offered: str | None = None
    odd: bool = False


@dataclasses.dataclass(frozen=True)
class Offer:
    """All doors of one major API version; the first is the main one.

    :param api: 'v1' or 'v2'
    :param doors: at least one :class:`Door`
    """

    api: str
    doors: tuple

    @property
    def main(self):
        return self.doors[0]

    @property
    def answers(self):
        return not (self.main.problem or self.main.not_offered)


def offer(api, answering, broken, absent, odd=()):
    """Order what is known of an API's forms.

    :param api: 'v1' or 'v2'
    :param answering: names of the forms that answer
    :param broken: dict of the forms of which that is not known to the reason
    :param absent: why the API is not offered if there is neither
    :param odd: names of forms that are ways around
    :returns: :class:`Offer`
    """
    doors = [Door(form, odd=form in odd) for form in answering]
    doors += [Door(form, problem=why, odd=form in odd)
              for form, why in broken.items()]
    return Offer(api, tuple(doors or [Door('/' + api, not_offered=absent)]))
