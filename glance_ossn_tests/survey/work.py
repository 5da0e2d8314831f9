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

"""Who acts in a survey and how: what all of its steps need."""

import concurrent.futures
import contextlib
import dataclasses

from oslo_log import log as logging

from glance_ossn_tests.accounts import progress

LOG = logging.getLogger(__name__)


def in_parallel(workers, act, things, what=''):
    """Do something with each of several things, some at the same time.

    :param workers: with how many at a time; with one, in this thread
    :param act: function of one of them
    :param things: iterable of them, which are begun in this order
    :param what: what the progress calls them, nothing if it does not count
    :returns: list of what the function returned, in the order of the things
    :raises Exception: the first that an act raised; what was not begun by
        then is not done
    """
    def counted(thing):
        done = act(thing)
        progress.step(what)
        return done

    act_on = counted if what else act
    if workers == 1:
        return [act_on(thing) for thing in things]
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        jobs = [pool.submit(act_on, thing) for thing in things]
        try:
            return [job.result() for job in jobs]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


@contextlib.contextmanager
def phase(name, parties, what='', total=0):
    """Tell that a part of the run begins, and log what it costs.

    :param name: what the log calls it
    :param parties: list of :class:`glance_ossn_tests.accounts.party.Party`
    :param what: what there are several of, e.g. 'images'
    :param total: how many there are, 0 if that is not known
    """
    before = sum(party.requests for party in parties)
    with progress.phase(name, what, total):
        yield
    LOG.info('Phase %s took %d requests', name,
             sum(party.requests for party in parties) - before)


@dataclasses.dataclass
class Work:
    """Who acts in a survey, and how.

    :param parties: dict of 'producer', which shares, 'consumer', which
        lists, to :class:`glance_ossn_tests.accounts.party.Party`; unless
        it is the core also 'bystander', which should have nothing to do
        with it; perhaps 'reader', another user of the consumer's project,
        and 'admin'
    :param name: the name that all images get
    :param created: :class:`glance_ossn_tests.cleanup.created.CreatedImages`,
        which deletes the images at the end
    :param page_size: images to ask for in one request
    :param full_walk: whether to read each listing to its very end
    :param reads: how often to read the listings that users read most
    :param endpoints: URLs of further image endpoints, which must answer
    :param formats: dict of the disk_formats and container_formats that the
        cloud takes, empty for all
    :param workers: how many requests may be under way at a time
    :param imports: whether to import images where the cloud does
    :param depth: acts of which every sequence is tried, 0 for none
    :param seed: which order they are tried in
    :param callers: whether projects are also asked for their lists by other
        accounts and tokens
    :param intrusive: whether an image may be public for a moment
    :ivar askers: dict of those who ask without a project to
        :class:`glance_ossn_tests.accounts.stranger.Stranger`, and of those
        who do in another way than a party to
        :class:`glance_ossn_tests.accounts.callers.Caller`
    """

    parties: dict
    name: str
    created: object = None
    page_size: int = 100
    full_walk: bool = False
    reads: int = 1
    endpoints: tuple = ()
    formats: dict = dataclasses.field(default_factory=dict)
    workers: int = 1
    imports: bool = True
    depth: int = 0
    seed: int = 1
    callers: bool = True
    intrusive: bool = False
    askers: dict = dataclasses.field(default_factory=dict)

    @property
    def producer(self):
        return self.parties['producer']

    @property
    def consumer(self):
        return self.parties['consumer']

    @property
    def bystander(self):
        return self.parties.get('bystander')

    @property
    def requests(self):
        """How many requests the parties sent."""
        return sum(party.requests for party in self.parties.values())

    def each(self, act, things, what=''):
        """Do something with each of several things, some at a time.

        :param act: function of one of them
        :param things: iterable of them
        :param what: what the progress calls them, if it counts them
        :returns: list of what the function returned
        """
        return in_parallel(self.workers, act, things, what)

    def phase(self, name, what='', total=0):
        """Tell that a part of the run begins, and log what it costs.

        :param name: what the log calls it
        :param what: what there are several of, e.g. 'images'
        :param total: how many there are, 0 if that is not known
        :returns: context manager
        """
        return phase(name, list(self.parties.values()), what, total)


def configured(conf, parties, name, created=None):
    """Take from the configuration how to survey.

    :param conf: Tempest's configuration
    :param parties: dict of role to
        :class:`glance_ossn_tests.accounts.party.Party`
    :param name: the name that all images get
    :param created: :class:`glance_ossn_tests.cleanup.created.CreatedImages`
    :returns: :class:`Work`
    """
    ours = conf.glance_ossn
    return Work(
        parties, name, created, ours.page_size, ours.full_walk, ours.reads,
        tuple(ours.endpoints),
        {option: tuple(conf.image[option])
         for option in ('disk_formats', 'container_formats')},
        ours.parallel_requests, conf.image_feature_enabled.import_image,
        ours.depth, ours.seed, ours.callers, ours.intrusive)
