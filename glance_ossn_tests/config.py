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

"""The options of this plugin: one table, read by all who need it."""

from oslo_config import cfg

# How many requests may be under way at a time, and connections be kept.
MOST_PARALLEL = 32

GROUP = cfg.OptGroup(
    name='glance_ossn',
    title='Glance security notes',
    help='How glance-ossn-tests looks at a cloud. Where the Image service '
         'is found follows the [image] section, whom the tests act as the '
         '[auth] section.')

OPTIONS = (
    cfg.IntOpt('page_size',
               default=100,
               min=2,
               max=1000,
               help='How many images a request for an image list asks for. '
                    'Listings that leave the number to the cloud, or ask '
                    'for one image at a time, do so in spite of it. The '
                    'cloud may send fewer (api_limit_max in '
                    'glance-api.conf); every page is read all the same.'),
    cfg.IntOpt('reads',
               default=3,
               min=1,
               max=100,
               help='How often to read the lists that users read most. Where '
                    'several API workers or nodes answer in turn, one of '
                    'them may be configured otherwise: an image that one of '
                    'the readings shows is exposed.'),
    cfg.IntOpt('parallel_requests',
               default=4,
               min=1,
               max=MOST_PARALLEL,
               help='How many requests to the image service a worker of '
                    'Tempest may have under way at a time. More make the run '
                    'shorter, up to what the service has API workers for; '
                    'what it finds is the same.'),
    cfg.IntOpt('import_timeout',
               default=20,
               min=1,
               max=3600,
               help='Seconds that the import of a small image may take. '
                    'What takes longer is not judged, and a remark of the '
                    'report.'),
    cfg.ListOpt('endpoints',
                default=[],
                help='Further URLs of the image service, e.g. of each API '
                     'node behind a load balancer: one that is configured '
                     'otherwise is enough to be exposed. They are asked for '
                     'lists like those of the catalog (public, internal, '
                     'admin), of which each that can be reached is asked '
                     'anyway; one that is named here must be reachable.'),
    cfg.BoolOpt('reader',
                default=True,
                help='With dynamic credentials, let a second user of the '
                     "consumer's project list images, too, whose only role "
                     'is "reader", where the Identity service has that role '
                     '(since Rocky).'),
    cfg.BoolOpt('callers',
                default=True,
                help='Let projects be asked for their lists in other ways '
                     'than by their user with its password, too: by an '
                     'application credential and by a trust, which the run '
                     'makes and deletes; with dynamic credentials and '
                     '[glance_ossn] admin also by a manager, by a user of '
                     'another domain, which is made and deleted, and by a '
                     'user of two projects.'),
    cfg.BoolOpt('admin',
                default=True,
                help='With dynamic credentials, let an admin share images, '
                     'too. In any case the admin deletes what the accounts '
                     'of the tests may not.'),
    cfg.IntOpt('depth',
               default=2,
               min=0,
               max=4,
               help='How many acts of a producer, a consumer and others may '
                    'depend on each other: every sequence of as many is '
                    'tried, and lists are read after each act. 2 takes some '
                    '600 requests, 3 some 6,000, 4 some 75,000; 0 leaves '
                    'these walks out, and the kinds of image and the '
                    'questions that are crossed, each with each. For a '
                    'cloud the default is enough, '
                    'more is for those who change Glance.'),
    cfg.IntOpt('seed',
               default=1,
               min=0,
               help='Which of many orders these sequences are tried in, and '
                    'by which requests. The same depth and seed do the '
                    'same.'),
    cfg.StrOpt('upgrade_state',
               default='',
               help='The state file that "tempest ossn upgrade prepare" wrote '
                    'before an upgrade of the cloud. With it, the tests see '
                    'whether what was shared then means the same now.'),
    cfg.BoolOpt('full_walk',
                default=False,
                help='Read every listing to its very end. The default stops '
                     'at the first image that is older than all images of '
                     'the run, in a list whose order was found to be newest '
                     'first, and asks a cloud of more than 1,000 images in '
                     "some lists for those of the run's time alone, so that "
                     "the cost does not grow with the cloud's catalogue. Set "
                     'it for a cloud whose clocks or database nodes may '
                     'disagree about the time.'),
    cfg.MultiStrOpt('waivers',
                    default=[],
                    help='An exposure that is accepted: "CLAIM until '
                         'YYYY-MM-DD because REASON"; the name of a note, '
                         'e.g. OSSN-0005, stands for all its claims. Repeat '
                         'the option for each. It is then reported as '
                         'WAIVED, and its test skipped. An unknown claim or '
                         'a day in the past is an error.'),
    cfg.BoolOpt('intrusive',
                default=False,
                help='Let checks, too, look that may disturb, or leave what '
                     'nobody can delete: one makes 50 images in a row, to '
                     'see whether something limits them (OSSN-0076), one an '
                     'import task as an admin, whose record stays for two '
                     'days (OSSN-0105), one lets an admin make three images '
                     'without data public for a moment, to see whether they '
                     'are withdrawn again (OSSN-0005).'),
    cfg.StrOpt('protected_property',
               default='',
               help='Name of a property of images that ordinary users may '
                    'not write, by the property_protection_file of Glance '
                    '(OSSN-0013).'),
    cfg.ListOpt('retired_image_ids',
                default=[],
                help='Ids of images that were deleted long ago: whether they '
                     'are free again is tried (OSSN-0075). What is made so '
                     'is deleted again.'),
    cfg.IntOpt('image_size_cap',
               default=0,
               min=0,
               help='The cap that glance-api.conf has, in bytes, if it is at '
                    'most 16 MiB: whether an upload of a byte more is '
                    'refused is tried (OSSA-2014-028). 0 for none.'),
    cfg.BoolOpt('strict',
                default=True,
                help='Whether what could not be tested makes a run red. With '
                     'false its test is skipped, and says what could not be '
                     'tested and why.'),
    cfg.IntOpt('retries',
               default=3,
               min=0,
               max=20,
               help='How often to send a request to the image service again '
                    'that got no answer, or one of the statuses 408, 429, '
                    '500, 502, 503 and 504, or a list that breaks off. What '
                    'fails in spite of it is not tested. After a request '
                    'that did, others are sent once until one succeeds, so '
                    'that a run on a broken cloud ends soon. A limiter (429) '
                    'is not counted but waited for, unless this is 0; see '
                    'retry_wait_max.'),
    cfg.FloatOpt('retry_wait',
                 default=1.0,
                 min=0,
                 help='How many seconds to wait before a request is sent '
                      'again; each further wait for it is twice as long. A '
                      'Retry-After in the answer is followed instead. Where '
                      'a limiter (429) answers, all requests wait, up to a '
                      'minute at a time.'),
    cfg.FloatOpt('retry_wait_max',
                 default=30.0,
                 min=0,
                 help='How many seconds no such wait exceeds, even where '
                      'Retry-After asks for more. For a limiter (429) a '
                      'request is given up after twice as many; deletions '
                      'are not, as long as anything gets through.'),
)


def list_opts():
    """Return the options as oslo.config's generators want them.

    :returns: list of (group, options)
    """
    return [(GROUP, list(OPTIONS))]
