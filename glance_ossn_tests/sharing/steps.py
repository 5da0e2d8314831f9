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

"""What may be done to an image: the table of steps.

A row says who does a step, what it needs, and which membership it leaves;
:data:`glance_ossn_tests.survey.acts.ACTS` does it. Adding a step is adding a
row here and a function there.
"""

import dataclasses

# Membership status, as the Image API spells it. NONE is no membership at
# all, ANY is whatever a refused step left.
PENDING = 'pending'
ACCEPTED = 'accepted'
REJECTED = 'rejected'
NONE = None
ANY = 'any'


@dataclasses.dataclass(frozen=True)
class Effect:
    """What a step does to a membership.

    When it may is told by :mod:`glance_ossn_tests.sharing.model`.

    :param means: 'add' a member, who begins with the status, 'answer' for
        one, or 'set' whether there is one
    :param status: the status that it leaves
    """

    means: str
    status: str | None


@dataclasses.dataclass(frozen=True)
class Step:
    """One act on an image.

    :param name: what reports call it
    :param by: role of who does it: 'producer' stands for whoever owns the
        image
    :param needs_v2: whether it is done through v2, whichever API shared
    :param since: the version of the API that brought it, (major, minor)
    :param refused: whether a sound cloud refuses it. Whether it does shows
        in the lists afterwards, not in the status code.
    :param creates: whether it makes the image, in an unusual way
    :param visibility: the visibility that it leaves, if it sets one
    :param consumer: the :class:`Effect` on the consumer's membership, None
        if it leaves it alone
    :param bystander: the same for the bystander's
    :param sets: pairs of name and value of what else it sets of the image's
        state
    :param orphans: whether it may leave an image that nobody but an admin
        can delete
    :param publishes: whether everybody sees the image for a moment
    :param joins: whether it is about members, and leaves those alone
    """

    name: str
    by: str = 'producer'
    needs_v2: bool = False
    since: tuple = (0, 0)
    refused: bool = False
    creates: bool = False
    visibility: str | None = None
    consumer: Effect | None = None
    bystander: Effect | None = None
    sets: tuple = ()
    orphans: bool = False
    publishes: bool = False
    joins: bool = False

    @property
    def members(self):
        """Whether it is about the members of an image."""
        return bool(self.consumer or self.bystander or self.joins)

    def __str__(self):
        return self.name


def _add(status=PENDING):
    """Whoever is a member already keeps the status."""
    return Effect('add', status)


def _set(new):
    """Whoever may say who is a member says so."""
    return Effect('set', new)


def _answer(new):
    """Only a member has something to answer."""
    return Effect('answer', new)


_VISIBILITIES = (2, 5)
_DEACTIVATION = (2, 3)
_HIDDEN = (2, 7)
# v2.6 brought imports. Before Victoria what a web server takes for import is
# never done, and the next version that a release tells is Yoga's.
IMPORTS = (2, 15)

# The producer's.
SHARE = Step('share', consumer=_add())
REMOVE = Step('remove', consumer=_set(NONE))
REPLACE = Step('replace all members', consumer=_set(PENDING),
               bystander=_set(NONE))
FORGE = Step('share with a forged status', consumer=_add())
UPLOAD = Step('upload', sets=(('data', True),))
PRIVATE = Step('make private', since=_VISIBILITIES, visibility='private')
SHARED = Step('make shared', since=_VISIBILITIES, visibility='shared')
COMMUNITY = Step('make community', since=_VISIBILITIES,
                 visibility='community')
SHARE_BYSTANDER = Step('share with the bystander, too', bystander=_add())
REMOVE_BYSTANDER = Step('remove the bystander', bystander=_set(NONE))
SHARE_FURTHER = Step('share so that it may be shared further', consumer=_add())
SHARE_OTHERS = Step('share with two others', joins=True)
TAG = Step('tag', needs_v2=True)
UNTAG = Step('take the tag away', needs_v2=True)
RENAME = Step('rename, there and back', needs_v2=True)
TOUCH = Step('rename through the same API, there and back')
DESCRIBE = Step('add a property', needs_v2=True)
# The format of changes that takes several at once.
CHANGE = Step('change several properties, there and back', needs_v2=True,
              since=(2, 2))
PROTECT = Step('protect for a while', needs_v2=True)
LOCK = Step('protect', needs_v2=True, sets=(('protected', True),))
UNLOCK = Step('protect no longer', needs_v2=True,
              sets=(('protected', False),))
IMPORT = Step('import data', since=IMPORTS, sets=(('data', True),))
DEACTIVATE = Step('deactivate', since=_DEACTIVATION,
                  sets=(('deactivated', True),))
REACTIVATE = Step('reactivate', since=_DEACTIVATION,
                  sets=(('deactivated', False),))
HIDE = Step('hide', since=_HIDDEN, sets=(('hidden', True),))
UNHIDE = Step('show again', since=_HIDDEN, sets=(('hidden', False),))
RECREATE = Step('create anew with the same id')

# The consumer's, which only Image API v2.1 and later know.
ACCEPT = Step('accept', 'consumer', needs_v2=True,
              consumer=_answer(ACCEPTED))
REJECT = Step('reject', 'consumer', needs_v2=True,
              consumer=_answer(REJECTED))
RESET = Step('set back to pending', 'consumer', needs_v2=True,
             consumer=_answer(PENDING))
PASS_ON = Step('the consumer shares it further', 'consumer', bystander=_add())
BYSTANDER_ACCEPTS = Step('the bystander accepts', 'bystander', needs_v2=True,
                         bystander=_answer(ACCEPTED))
PARTNER = Step('the consumer shares one of its own, which the producer '
               'accepts', 'consumer', needs_v2=True, joins=True)
READ = Step('the consumer looks at it, its data and its members', 'consumer',
            needs_v2=True)

# An admin's.
ADMIN_SHARES = Step('an admin shares it', 'admin', consumer=_add())

ADMIN_DEACTIVATES = Step('an admin deactivates it', 'admin', needs_v2=True,
                         since=_DEACTIVATION,
                         sets=(('deactivated', True),))

# All lists are read, before what follows.
ADMIN_WITHDRAWS = Step('an admin publishes it, and shares it again', 'admin',
                       needs_v2=True, since=_VISIBILITIES,
                       visibility='shared', publishes=True)
ADMIN_HIDES = Step('an admin publishes it, and makes it private', 'admin',
                   needs_v2=True, since=_VISIBILITIES, visibility='private',
                   publishes=True)

LISTED = Step('all lists are read', 'nobody')

# What a sound cloud refuses.
TRY_SHARE = Step('try to share', refused=True, consumer=_add())
TRY_OWNER_ACCEPTS = Step('the producer tries to accept', needs_v2=True,
                         refused=True, joins=True)
TRY_BYSTANDER_ACCEPTS = Step('the bystander tries to accept', 'bystander',
                             needs_v2=True, refused=True, joins=True)
# Releases before take any user of a project for the other.
TRY_READER_ACCEPTS = Step("the consumer's reader tries to accept", 'reader',
                          since=(2, 16), refused=True)
TRY_UNKNOWN = Step('the consumer tries to answer with an unknown status',
                   'consumer', needs_v2=True, refused=True, joins=True)
TRY_JOIN = Step('the consumer tries to add itself', 'consumer', refused=True,
                joins=True)
TRY_PASS_ON = Step('the consumer tries to add the bystander', 'consumer',
                   refused=True, joins=True)
TRY_GIVE = Step('create it as owned by the consumer', refused=True,
                creates=True)
TRY_ORPHAN = Step('create it as owned by nobody', refused=True, creates=True,
                  orphans=True)
TRY_REPLACE_OWNER = Step('replace the owner', refused=True)
TRY_ADD_OWNER = Step('add the owner', refused=True)
TRY_REMOVE_OWNER = Step('remove the owner', refused=True, orphans=True)
# The same by the patches of v2.1, which spell it otherwise.
TRY_GIVE_ADD = Step('add the owner by a patch of v2.1', needs_v2=True,
                    refused=True)
TRY_GIVE_REPLACE = Step('replace the owner by a patch of v2.1',
                        needs_v2=True, refused=True)
TRY_GIVE_AMONG = Step('add the owner among other changes', needs_v2=True,
                      refused=True)
TRY_REPLACE_AMONG = Step('replace the owner among other changes',
                         needs_v2=True, refused=True)
TRY_GIVE_AWAY = Step('add no owner by a patch of v2.1', needs_v2=True,
                     refused=True, orphans=True)
TRY_JOIN_ITSELF = Step('the producer tries to add itself', refused=True,
                       joins=True)
TRY_CONTENT_2_0 = Step('the producer tries to put another image in its '
                       'place, by patches of v2.0', needs_v2=True,
                       refused=True)
TRY_CONTENT_2_1 = Step('the producer tries to put another image in its '
                       'place, by patches of v2.1', needs_v2=True,
                       refused=True)
TRY_PUBLIC_CREATE = Step('create it as public', refused=True, creates=True)
TRY_PUBLIC = Step('make public', refused=True)

TRY_FORGE = Step('try to share with a forged status', refused=True,
                 consumer=_add())
TRY_OWN_ANSWER = Step('the producer tries to accept for itself',
                      needs_v2=True, refused=True, joins=True)
TRY_PATCH_MEMBER = Step('the producer tries to patch the membership',
                        needs_v2=True, refused=True, joins=True)
TRY_ADMIN_SHARES = Step('an admin tries to share it', 'admin', refused=True,
                        consumer=_add())
TRY_COPY = Step('the consumer tries to copy its data', 'consumer',
                since=IMPORTS, refused=True)
TRY_NAMES = Step('create it with other names for its owner', refused=True,
                 creates=True)
TRY_PUBLIC_AMONG = Step('make public among other changes', needs_v2=True,
                        refused=True)
TRY_MEMBER_PUBLIC = Step('the consumer tries to make it public', 'consumer',
                         needs_v2=True, refused=True)
TRY_UPLOAD = Step('the producer tries to upload other data', needs_v2=True,
                  refused=True)
TRY_STAGE = Step('the producer tries to import other data', since=IMPORTS,
                 refused=True)

# Those that make a project a member.
SHARES = (SHARE, REPLACE, ADMIN_SHARES)
# Those that a sound cloud refuses as it is one.
SHARES_AGAIN = (TRY_SHARE, TRY_FORGE, TRY_ADMIN_SHARES)
