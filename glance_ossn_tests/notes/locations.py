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

"""What the notes about locations have in common: a user names one."""

import functools

from glance_ossn_tests.notes import checks
from glance_ossn_tests.sharing import verdicts


def _scheme(url):
    return url.partition(':')[0]


def _v1(bench, url):
    """A location, given to an image by v1."""
    bench.form('v1')
    checks.expect(bench.create(api='v1')[1])
    for header in ('x-image-meta-location', 'x-glance-api-copy-from'):
        # Not found is what was looked for.
        yield checks.refused(
            'a user names %s: by v1 as %s' % (_scheme(url), header),
            bench.create(api='v1', headers={header: url})[1], by=(400, 403),
            done=(*checks.DONE, 404))


def add(bench, url):
    """Add a location to an image of the producer by v2.

    :param bench: :class:`glance_ossn_tests.survey.bench.Bench`
    :param url: its URL
    :returns: :class:`glance_ossn_tests.clients.raw.Answer`
    """
    bench.form('v2')
    image_id = bench.image(api='v2')
    # An owner who may change nothing shows nothing.
    checks.expect(bench.patch('producer', image_id, 'replace', '/min_ram',
                              1), 200)
    answer = bench.patch('producer', image_id, 'add', '/locations/-',
                         {'url': url, 'metadata': {}})
    if answer.status == 200:
        # So that nothing is looked for there when the image is deleted.
        bench.patch('producer', image_id, 'remove', '/locations/1')
    return answer


def _patch(bench, url):
    """A location, added to an image by v2."""
    name = 'a user adds %s: to an image' % _scheme(url)
    answer = add(bench, url)
    if answer.status == 400:
        # To be refused for that nothing is there looks the same.
        yield checks.evidence(name, verdicts.NOT_TESTABLE, (
            '%s: users may change locations (OSSN-0065); which, only one '
            'with something behind it would tell' % checks.told(answer)))
        return
    yield checks.refused(name, answer)


def _post(bench, url):
    """A location, posted to an image by v2.17."""
    bench.since(17)
    name = 'a user posts %s: to an image' % _scheme(url)
    image_id = bench.image(api='v2', data=None)
    answer = bench.ask('producer', 'POST', 'images/%s/locations' % image_id,
                       {'url': url})
    yield checks.refused(name, answer, by=(400, 403, 404, 405))


def refused(*urls, v1=True):
    """Make the checks that no user gives an image some locations.

    :param urls: the URLs; Glance must have nothing behind them
    :param v1: whether to try v1, too
    :returns: tuple of checks, as of
        :class:`glance_ossn_tests.notes.base.Claim`
    """
    return tuple(functools.partial(check, url=url) for url in urls
                 for check in ((_patch, _post, _v1) if v1
                               else (_patch, _post)))
