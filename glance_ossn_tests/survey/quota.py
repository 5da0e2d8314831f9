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

"""How many images a project may still have."""

from glance_ossn_tests.survey import trial

# The registered limit of Keystone that bounds it.
LIMIT = 'image_count_total'


def left(work, found):
    """Ask how many images the projects may still have.

    Source: "Quota usage" of the Image API,
    https://docs.openstack.org/api-ref/image/v2/index.html. Releases before
    Xena do not tell.

    :param work: :class:`glance_ossn_tests.survey.work.Work`
    :param found: :class:`glance_ossn_tests.survey.discover.Found`
    :returns: dict of role to number, of those that are bounded
    """
    numbers = {}
    for role in ('producer', 'consumer', 'bystander'):
        if not found.offers['v2'].answers:
            break
        usage = work.parties[role].raw.ask(found.main_form('v2'),
                                           'info/usage').json
        try:
            count = usage['usage'][LIMIT]
            limit, used = int(count['limit']), int(count['usage'])
        except (KeyError, TypeError, ValueError):
            continue
        if limit >= 0:
            numbers[role] = max(limit - used, 0)
    return numbers


def check(numbers, needed):
    """See that the projects may have as many images as no run does without.

    :param numbers: dict of role to how many images it may still have
    :param needed: dict of role to how many it needs at least, and for all
    :raises glance_ossn_tests.survey.trial.CannotCreate: if not
    """
    for role, (least, most) in needed.items():
        if numbers.get(role, least) < least:
            raise trial.CannotCreate(
                'the quota of the %s leaves it %d images; a run takes %d, '
                'and %d at least. Delete images of the project, name '
                'another one, or give this one a larger limit %s in Keystone '
                '(openstack limit create)'
                % (role, numbers[role], most, least, LIMIT))


def reason(role, number, needed):
    """Why some images are not made.

    :param role: whose they would be
    :param number: how many it may still have
    :param needed: how many all of them are
    :returns: text
    """
    return ('the quota of the %s (limit %s) leaves it %d images, and all '
            'would be %d' % (role, LIMIT, number, needed))
