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

"""Run one role of a cloud: the only entry into a service's environment.

It is started by path with the environment's own Python, so the environment
needs nothing of ours installed and no hook in its site-packages. Its command
line names the sandbox's folder: that is how ``ossn-sandbox down`` knows the
process again.
"""

import argparse
from importlib import util
import os
import pathlib
import runpy
import signal
import sys
import threading
import types


def hold_leash(descriptor):
    """Kill this process's group when the starter dies.

    Nobody writes into the pipe: reading ends when the last writer is gone,
    however it went. (Not PR_SET_PDEATHSIG: that fires when the *thread* that
    started the process ends.)

    :param descriptor: the pipe's reading end
    """
    def wait():
        while os.read(descriptor, 1):
            pass
        os.killpg(os.getpgrp(), signal.SIGKILL)
    threading.Thread(target=wait, daemon=True).start()


def load(package):
    """Load a package of the sandbox by its place, not by the path.

    Nothing else of the sandbox, nor of where that is installed, can be
    imported because of it.

    :param package: 'faults' or 'manners'
    :returns: the package
    """
    name = 'ossn_sandbox.' + package
    folder = pathlib.Path(__file__).parents[1] / package
    spec = util.spec_from_file_location(
        name, folder / '__init__.py',
        submodule_search_locations=[str(folder)])
    # Its modules import each other by their full names. A parent without a
    # path gives them no other module of the sandbox.
    sys.modules['ossn_sandbox'] = types.ModuleType('ossn_sandbox')
    sys.modules[name] = module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main():
    """Run the role that the command line names."""
    parser = argparse.ArgumentParser()
    parser.add_argument('--home', required=True)
    parser.add_argument('--name', required=True)
    parser.add_argument('--leash', type=int)
    parser.add_argument('role', choices=(
        'keystone', 'keystone-setup', 'glance-api', 'glance-registry',
        'glance-manage', 'tempest'))
    parser.add_argument('arguments', nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if options.leash is not None:
        hold_leash(options.leash)
    role, arguments = options.role, options.arguments
    # The services read it too.
    sys.argv[1:] = arguments if role == 'tempest' else []
    if role == 'tempest':
        sys.path.pop(0)
        runpy.run_module('tempest.cmd.main', run_name='__main__')
        return

    import compat
    compat.apply()
    fault = os.environ.get('OSSN_SANDBOX_FAULT')
    if fault:
        # It breaks the real service, to see the tests red.
        load('faults').find(fault).apply()
    manners = os.environ.get('OSSN_SANDBOX_MANNERS')
    if manners and role == 'glance-api':
        # It disguises the real service as one of an older release.
        load('manners').apply(manners)
    if role == 'keystone-setup':
        import keystone_setup
        keystone_setup.main(*arguments)
    elif role == 'glance-manage':
        import glance_manage
        glance_manage.main(*arguments)
    else:
        import serve
        serve.main(role, *arguments)


if __name__ == '__main__':
    main()
