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

"""What may keep from an answer, and how it is told."""

import datetime

from tempest.lib import exceptions as lib_exc
import urllib3

# What a request may end in besides success: a refusal, no answer, or one
# that is not what it should be.
ERRORS = (lib_exc.RestClientException, urllib3.exceptions.HTTPError,
          KeyError, TypeError, ValueError)

# Refused, but not for what was asked: a sound cloud might have said yes.
NO_ANSWERS = (lib_exc.Unauthorized, lib_exc.OverLimit,
              lib_exc.RateLimitExceeded)


class CannotLook(Exception):
    """The cloud could not be looked at: nothing was tested."""


class BrokeOff(lib_exc.Conflict):
    """The service went away while it was given an image's data.

    The image can be given no data any more.
    """


class LeftBehind(lib_exc.TempestException):
    """Something that the run made is still there."""

    message = 'Not cleaned up'


def brief(error):
    """An exception on one line.

    :param error: the exception
    :returns: its text, or its name if it has none
    """
    return ' '.join(str(error).split()) or type(error).__name__


def certificate_hint(text):
    """What to change where a certificate stood in the way.

    :param text: why there was no answer
    :returns: a sentence that follows another, or nothing
    """
    if 'CERTIFICATE_VERIFY_FAILED' not in text.upper():
        return ''
    return (' Set [identity] ca_certificates_file to the file of the CA that '
            "signed the endpoint's certificate.")


def moment(text):
    """The time of an image as the Image API writes it.

    :param text: with v2 '2026-11-24T08:27:21Z', with v1 no zone and
        microseconds
    :returns: datetime in UTC, of whole seconds, as v2 shows no others
    :raises ValueError: if it is no time
    """
    when = datetime.datetime.fromisoformat(text)
    return when.replace(tzinfo=datetime.timezone.utc, microsecond=0)
