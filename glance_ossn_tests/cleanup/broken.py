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


"""Remove what a run that broke off told that it made, and nothing else."""

from tempest.lib import exceptions as lib_exc

from glance_ossn_tests.cleanup import leftovers
from glance_ossn_tests.clients import errors


def remove(conf, made):
    """Remove what a run made, as far as it is still there.

    :param conf: Tempest's configuration
    :param made: pairs of 'run', 'user' or 'project', and its id
    :returns: how many things went, and list of texts that say what stays
    """
    gone, said = 0, []
    runs = [uid for what, uid in made if what == 'run']
    manager = None
    try:
        for holder, manager in leftovers.holders(conf):
            for run in runs:
                found = leftovers.find_images(holder, bool(manager), run)
                gone += len(found) - len(leftovers.remove(found,
                                                          said.append))
    except (errors.CannotLook, *leftovers.FAILURES) as error:
        said.append('Stays: what it is could not be found out: %s'
                    % errors.brief(error))
    for what in ('user', 'project') if manager else ():
        for uid in [uid for kind, uid in made if kind == what]:
            delete = (manager.users_v3_client.delete_user if what == 'user'
                      else manager.projects_client.delete_project)
            try:
                delete(uid)
                gone += 1
            except lib_exc.NotFound:
                pass
            except leftovers.FAILURES as error:
                said.append('Stays: the %s %s: %s' % (
                    what, uid, errors.brief(error)))
    return gone, [line.removeprefix('Stays: ') for line in said
                  if line.startswith('Stays')]
