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

"""Faults of what stands before Glance: proxies, caches, old workers."""

import re

from ossn_sandbox.faults import _seed


def _block_paths(pattern, accept=False, spelled=False):
    """Answer 404 in front of Glance, as a proxy might.

    :param pattern: regular expression that matches from the path's start
    :param accept: whether the media type of v1 is blocked, too
    :param spelled: whether it is the path as the client spelled it
    """
    import serve
    sound = serve.glance_api

    def glance_api(folder):
        application = sound(folder)

        def proxy(environ, start_response):
            path = (_seed.target(environ)[0] if spelled
                    else environ['PATH_INFO'])
            if re.match(pattern, path) or accept and (
                    'images-v1' in environ.get('HTTP_ACCEPT', '')):
                start_response('404 Not Found', [('Content-Type',
                                                  'text/plain')])
                return [b'blocked']
            return application(environ, start_response)
        return proxy
    serve.glance_api = glance_api


@_seed.fault()
def stale_worker():
    """Every fifth list comes from a worker with old code.

    Realistic: rolling upgrades leave a worker behind for longer than planned.
    """
    _seed.leak(lambda ask: ask.number % 5 == 0)


@_seed.fault()
def double_slash_forgets_status():
    """Below //v2 a list shows shares in every status.

    Realistic: a proxy sends a path that it does not know to an old worker.
    """
    _seed.leak(lambda ask: ask.path.startswith('//'))


@_seed.fault()
def list_of_another_kept():
    """A list is kept and given to the next one who asks the same.

    Realistic: the key of a cache lacks the project.
    """
    from glance.api.v2 import images
    controller = images.ImagesController
    sound = controller.index
    kept = {}

    def index(self, req, *args, **kwargs):
        # The default list alone: with all of them kept, no control would
        # be found any more.
        if req.query_string:
            return sound(self, req, *args, **kwargs)
        result = kept.pop('list', None)
        if result is None:
            result = kept['list'] = sound(self, req, *args, **kwargs)
        return result
    controller.index = index


@_seed.fault()
def second_reading_forgets_status():
    """Only the first reading of a list checks the status.

    Realistic: what a cache keeps was checked for another request.
    """
    seen = set()

    def again(ask):
        key = ask.context.user_id, ask.path, str(sorted(ask.filters))
        known = key in seen
        seen.add(key)
        return known and ask.limit == 25

    _seed.leak(again)


@_seed.fault(release='pike', hides=True)
def v1_path_blocked():
    """A proxy blocks /v1, and the Accept header leads there.

    Realistic: it is the obvious rule for a proxy.
    """
    _block_paths(r'/v1')


@_seed.fault(release='pike', hides=True)
def v1_path_blocked_one_slash():
    """A proxy blocks /v1 and the media type of v1, not //v1.

    Realistic: rules of proxies are about the usual spelling, and servers tidy
    paths up.
    """
    _block_paths(r'/v1', accept=True, spelled=True)


@_seed.fault(release='pike', hides=True)
def v1_path_blocked_up_to_a_slash():
    """A proxy blocks the paths of v1, not one with a slash more.

    Realistic: rules of proxies are about the usual spelling, and servers tidy
    paths up.
    """
    _block_paths(r'(//|/%76%31|/v1[^/]*/(?!/)|/v1[^/]*$)', accept=True,
                 spelled=True)


@_seed.fault(release='pike', hides=True)
def v1_point_one_forgotten():
    """A proxy blocks /v1 and /v1.0, not /v1.1.

    Realistic: rules of proxies name versions one by one.
    """
    _block_paths(r'/v1(\.0)?(/|$)', accept=True)


@_seed.fault(release='pike', hides=True)
def v1_detail_forgotten():
    """A proxy blocks all of v1 but its list with details.

    Realistic: rules of proxies name paths one by one.
    """
    _block_paths(r'/v1[^/]*(?!.*/images/detail)', accept=True)


@_seed.fault(release='pike', hides=True)
def v1_shared_images_forgotten():
    """A proxy blocks all of v1 but its list of what is shared.

    Realistic: rules of proxies name paths one by one.
    """
    _block_paths(r'/v1(?!.*/shared-images)', accept=True)
