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

"""OSSN-0005 as two users live it, through python-glanceclient."""

import contextlib
import io
import uuid

from glanceclient import client as glance
from glanceclient import exc
from keystoneauth1 import exceptions as ksa_exc
from keystoneauth1 import session
from keystoneauth1 import token_endpoint
from oslo_log import log as logging
from tempest import config
from tempest.lib import decorators
from testtools import matchers

from glance_ossn_tests.clients import discovery
from glance_ossn_tests.clients import errors
from glance_ossn_tests.clients import images
from glance_ossn_tests.clients import raw
from glance_ossn_tests.notes import ossn_0005
from glance_ossn_tests.report import failure
from glance_ossn_tests.sharing import histories
from glance_ossn_tests.sharing import kinds
from glance_ossn_tests.sharing import listings
from glance_ossn_tests.sharing import matrix
from glance_ossn_tests.sharing import verdicts
from glance_ossn_tests.survey import discover
from glance_ossn_tests.survey import trial
from glance_ossn_tests.tests import base

CONF = config.CONF
LOG = logging.getLogger(__name__)


class _Account(token_endpoint.Token):
    """A project's account, whose token is renewed when it is refused."""

    def __init__(self, actor):
        super().__init__(actor.raw.root, None)
        self.actor = actor

    def get_token(self, session):
        return self.actor.raw.token

    def invalidate(self):
        self.actor.auth_provider.clear_auth()
        return True


class ImageSharingScenario(base.TwoProjectsTest):
    """A producer shares an image; the consumer looks at its images.

    1. The consumer uploads an image of its own.
    2. The producer uploads an image and adds the consumer as its member.
    3. The consumer lists its images: it finds its own, and not the other.
    4. The consumer accepts, which only API v2 offers, lists, and finds both.
    """

    @classmethod
    def resource_setup(cls):
        super().resource_setup()
        cls.addClassResourceCleanup(cls.created.remove)
        cls.refused = None
        with cls.setting_up():
            found = discover.Found()
            discover.find_root(cls.work, found)
            cls.advertised = ['v%d.%d' % each for each in found.advertised]
            cls.probes = {
                '2': discovery.probe(cls.consumer.raw, raw.Form('v2')),
                '1': discovery.probe(cls.consumer.raw,
                                     discovery.V1_FORMS[0])}
            for probe in cls.probes.values():
                if probe.reach is verdicts.Reach.ANSWERS:
                    cls._try(probe.form)
                    break
        cls.clients = {
            (version, actor): cls._glanceclient(version, actor)
            for version in cls.probes for actor in (cls.producer,
                                                    cls.consumer)}

    @classmethod
    def about_cloud(cls):
        return {**super().about_cloud(), 'advertised': cls.advertised}

    @classmethod
    def _try(cls, form):
        """See what kind of image can be made, and removed."""
        try:
            cls.abilities = trial.prove(cls.work, form)
            cls.kind = kinds.shape(kinds.ACTIVE, cls.abilities.get(
                'base', kinds.BASE))
        except errors.CannotCreate as error:
            cls.refused = str(error)

    @classmethod
    def _glanceclient(cls, version, actor):
        if CONF.identity.disable_ssl_certificate_validation:
            verify = False
        else:
            verify = CONF.identity.ca_certificates_file or True
        return glance.Client(version, session=session.Session(
            _Account(actor), session=cls.retry_policy.session(
                CONF.service_clients.proxy_url), verify=verify,
            timeout=CONF.service_clients.http_timeout),
            endpoint=actor.raw.root)

    def _upload(self, version, actor, name):
        glance_images = self.clients[version, actor].images
        image_id = str(uuid.uuid4())
        if actor.chooses_ids:
            # Before the image is there: its creation may fail half-way.
            self._expect(version, actor, image_id)
        else:
            # Until its id is known it may be left.
            actor.lost = True
        properties = {'name': name,
                      'disk_format': self.kind.disk_format,
                      'container_format': self.kind.container_format}
        run = {images.RUN_PROPERTY: self.run_id} if actor.marked else {}
        if actor.chooses_ids:
            properties['id'] = image_id
        data = io.BytesIO(self.kind.data)
        if version == '1':
            properties.update(data=data, properties=run)
        else:
            properties.update(run)
        try:
            image = glance_images.create(**properties)
            if not actor.chooses_ids:
                image_id = image.id
                self._expect(version, actor, str(image_id))
        except exc.HTTPConflict:
            # Nobody else has this id: the request was sent again, as no
            # answer came, and the first one had made the image.
            image = glance_images.get(image_id)
        if version == '2':
            self._give_data(glance_images, image_id, data)
        return image

    def _expect(self, version, actor, image_id):
        """Register the cleanup of an image."""
        self.created.add(actor.delete_image, raw.Form('v' + version),
                         image_id)
        self.addCleanup(self.created.remove_one, image_id)

    def _give_data(self, glance_images, image_id, data):
        """Upload an image's data; where none are taken, it goes without."""
        try:
            glance_images.upload(image_id, data)
        except exc.HTTPException as error:
            if error.code not in errors.REFUSALS:
                raise
            LOG.info('The image has no data: %s', errors.brief(error))

    def _listed(self, version, oldest):
        """Return the ids that the consumer lists, to its own oldest image."""
        listed, previous, newest_first = [], None, True
        for image in self.clients[version, self.consumer].images.list():
            when = errors.moment(image.created_at)
            if previous and when > previous:
                newest_first = False
            if newest_first and when < errors.moment(oldest.created_at):
                break
            previous = when
            listed.append(image.id)
        return listed

    def _conclude(self, claim, version, image, verdict, why):
        """End a test with the one pair of image and list that it is about.

        :param claim: :class:`glance_ossn_tests.notes.base.Claim`
        :param version: '1' or '2'
        :param image: the image that was shared
        :param verdict: :class:`glance_ossn_tests.sharing.verdicts.Verdict`
        :param why: on what it rests
        """
        lines = failure.headline(claim, verdict) + [why]
        if verdict is verdicts.EXPOSED:
            lines += failure.advice(claim, (), self.advertised)
        api = 'v' + version
        self.conclude(claim, verdict, [verdicts.Evidence(
            matrix.image('pending', 'active', '/' + api, api=api,
                         topic=histories.UNACCEPTED, image_id=image.id,
                         membership=None),
            verdicts.Item('list', 'python-glanceclient, ' + api, {
                'api': api, 'viewer': listings.CONSUMER}),
            verdict, why)], '\n'.join(lines))

    def _check_not_listed(self, claim, version, image, own):
        listed = self._listed(version, own)
        if image.id in listed:
            self._conclude(
                claim, version, image, verdicts.EXPOSED,
                'image %s, which nobody accepted, is in the list that '
                'python-glanceclient gives the consumer' % image.id)
        if own.id not in listed:
            self._conclude(
                claim, version, image, verdicts.NOT_TESTED,
                "the consumer's list lacks its own image %s: its silence "
                'about others proves nothing' % own.id)

    @contextlib.contextmanager
    def _looking(self, claim):
        """Call a claim not tested where the users cannot look."""
        try:
            yield
        except (exc.BaseException, exc.ClientException,
                ksa_exc.ClientException) as error:
            raise base.NotTested('\n'.join(
                failure.headline(claim, verdicts.NOT_TESTED) +
                ['Not tested, because of ' + errors.brief(error)])) from None

    def _share(self, claim, version):
        no_members = self.abilities.get('no_members')
        if version == '2' and no_members:
            self.conclude(claim, verdicts.NOT_OFFERED, [], no_members)
        own = self._upload(version, self.consumer, self.name + '-own')
        image = self._upload(version, self.producer, self.name + '-shared')
        members = self.clients[version, self.producer].image_members
        with self._refusable(claim, 'lets no project share an image'):
            members.create(image.id, self.consumer.project_id)
        # With v1 nothing else tells that it is shared.
        if version == '1':
            self.assertThat(
                [member.member_id for member in members.list(image.id)],
                matchers.Contains(self.consumer.project_id))
        return own, image

    @contextlib.contextmanager
    def _refusable(self, claim, what):
        """End the test where a cloud refuses what it does not offer.

        :param claim: :class:`glance_ossn_tests.notes.base.Claim`
        :param what: what the cloud then does
        """
        try:
            yield
        except exc.HTTPException as error:
            if error.code not in errors.REFUSALS:
                raise
            self.conclude(claim, verdicts.NOT_OFFERED, [],
                          'the cloud %s: %s' % (what, errors.brief(error)))

    def _check_offered(self, claim, version):
        """End the test where there is nothing to be tried."""
        probe = self.probes[version]
        if probe.reach is verdicts.Reach.REFUSED:
            self.conclude(claim, verdicts.NOT_OFFERED, [],
                          'v%s not offered: %s' % (version, probe.evidence))
        if probe.reach is verdicts.Reach.UNKNOWN or self.refused:
            self.conclude(claim, verdicts.NOT_TESTED, [],
                          self.refused or probe.evidence)

    @decorators.idempotent_id('079eb7e1-f7d1-4a27-b6b5-3919bffb72cf')
    @decorators.attr(type=['ossn-0005'])
    def test_share_through_v2_waits_for_consent(self):
        """With API v2 a shared image is listed once accepted, not before."""
        claim = ossn_0005.CLIENT_V2
        with self.judging(claim), self._looking(claim):
            self._check_offered(claim, '2')
            own, image = self._share(claim, '2')
            self._check_not_listed(claim, '2', image, own)
            with self._refusable(claim, 'lets no member accept an image'):
                self.clients['2', self.consumer].image_members.update(
                    image.id, self.consumer.project_id, 'accepted')
            if image.id not in self._listed('2', own):
                self._conclude(
                    claim, '2', image, verdicts.NOT_TESTED,
                    'what the consumer accepted, image %s, is not in its '
                    'list: that it was not before proves nothing' % image.id)
            self._conclude(claim, '2', image, verdicts.SAFE,
                           'listed once accepted, not before')

    @decorators.idempotent_id('9c6cd956-5028-4e98-bd07-33ac85a3c85d')
    @decorators.attr(type=['ossn-0005', 'negative'])
    def test_share_through_v1_waits_for_consent(self):
        """With API v1, where it answers, a shared image is not listed."""
        claim = ossn_0005.CLIENT_V1
        with self.judging(claim), self._looking(claim):
            self._check_offered(claim, '1')
            own, image = self._share(claim, '1')
            self._check_not_listed(claim, '1', image, own)
            self._conclude(claim, '1', image, verdicts.SAFE,
                           'complete, control seen, image absent')
