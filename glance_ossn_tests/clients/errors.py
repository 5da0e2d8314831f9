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
import html
import re

from tempest.lib import exceptions as lib_exc
import urllib3

# What a request may end in besides success: a refusal, no answer, or one
# that is not what it should be.
ERRORS = (lib_exc.RestClientException, urllib3.exceptions.HTTPError,
          KeyError, TypeError, ValueError)

# What says no for another reason than what was asked: who asked, when, and
# how often.
_OTHER_REASONS = (401, 408, 429)
# What a cloud may say to everybody who asks for what it does not do.
REFUSALS = (400, 403, 405, 409, 413, 415, 501)


# Of what Glance says the part that tells which option it comes of.
_KNOBS = {
    'allowed image members': '[DEFAULT] image_member_quota of glance-api.conf',
    'allowed image properties':
        '[DEFAULT] image_property_quota of glance-api.conf',
    'allowed image tags': '[DEFAULT] image_tag_quota of glance-api.conf',
    'is reserved': '[DEFAULT] property_protection_file of glance-api.conf',
    'exceeds the storage quota':
        '[DEFAULT] user_storage_quota of glance-api.conf'}


class CannotLook(Exception):
    """The cloud could not be looked at: nothing was tested."""


class CannotCreate(Exception):
    """The accounts may make no images: nothing can be shared."""


class NeverDone(ValueError):
    """The cloud took an order that it did not carry out in time."""


class Nameless(ValueError):
    """An image was made, and its id did not come back."""


class BrokeOff(lib_exc.Conflict):
    """The service went away while it was given an image's data.

    The image can be given no data any more.
    """


class LeftBehind(lib_exc.TempestException):
    """Something that the run made is still there."""

    message = 'Not cleaned up'
    # Whether the image itself is gone, and only its data may stay; and why.
    gone = False
    why = ''


def brief(error):
    """Return an exception on one line.

    :param error: the exception
    :returns: its text, or its name if it has none
    """
    return ' '.join(str(error).split()) or type(error).__name__


def certificate_hint(text):
    """Tell what to change where a certificate stood in the way.

    :param text: why there was no answer
    :returns: a sentence that follows another, or nothing
    """
    if 'CERTIFICATE_VERIFY_FAILED' not in text.upper():
        return ''
    if 'has expired' in text or 'not yet valid' in text:
        return (' The certificate of the endpoint is out of date, or the '
                'clock of this machine is wrong: no option helps.')
    if 'mismatch' in text or 'not valid for' in text:
        return (' The certificate of the endpoint is for another host: name '
                'the endpoint as the certificate does.')
    return (' Set [identity] ca_certificates_file to the file of the CA that '
            "signed the endpoint's certificate.")


def moment(text):
    """Return the time of an image as the Image API writes it.

    :param text: with v2 '2026-11-24T08:27:21Z', with v1 no zone and
        microseconds
    :returns: datetime in UTC, of whole seconds, as v2 shows no others
    :raises ValueError: if it is no time
    """
    when = datetime.datetime.fromisoformat(text)
    return when.replace(tzinfo=datetime.timezone.utc, microsecond=0)


def status(error):
    """Return the HTTP status of an answer that is an error.

    :param error: the exception
    :returns: the status, None if no answer came
    """
    response = getattr(error, 'resp', None)
    return getattr(response, 'status', None)


def is_refusal(error):
    """Tell whether a sound cloud may have refused what was asked.

    :param error: the exception
    :returns: whether it is an answer, and not for another reason
    """
    if isinstance(error, NeverDone):
        return True
    code = status(error)
    if code is None:
        return isinstance(error, (lib_exc.ClientRestClientException,
                                  lib_exc.InvalidHttpSuccessCode)) and (
            not isinstance(error, (lib_exc.Unauthorized, lib_exc.OverLimit,
                                   lib_exc.RateLimitExceeded)))
    return (400 <= code < 500 or code == 501 or 300 <= code < 400) and (
        code not in _OTHER_REASONS)


def reason(error):
    """Tell why something failed, in the words of whoever refused it.

    :param error: the exception
    :returns: one line, without the ids of images, so that what has one
        cause reads alike
    """
    code = status(error)
    if code == 429:
        return ('429, the cloud limits how often it may be asked: lower '
                '[glance_ossn] parallel_requests, or raise [glance_ossn] '
                'retries and retry_wait_max')
    text = brief(error)
    body = getattr(error, 'resp_body', None)
    if body:
        if isinstance(body, bytes):
            body = body.decode(errors='replace')
        text = said(body)
    knob = next((option for part, option in _KNOBS.items() if part in text),
                None)
    if knob:
        text = '%s (%s)' % (text, knob)
    return without_ids('%s: %s' % (code, text) if code else text)


def said(body):
    """Tell what a body says: HTML and JSON without what is around it.

    :param body: text, or a dict as it was read from JSON
    :returns: one line
    """
    if isinstance(body, dict):
        inner = next((value for value in body.values()
                      if isinstance(value, dict) and 'message' in value),
                     body)
        body = inner.get('message') or str(body)
    text = re.sub(r'(?is)<(title|style|script)\b.*?</\1>', ' ', str(body))
    text = html.unescape(re.sub(r'<[^>]*>', ' ', text))
    text = re.sub(r'^\s*\d{3} [\w ]+?(?=\s{2}|\n|$)', '', text)
    return ' '.join(text.split())[:300] or 'no more is said'


def without_ids(text):
    """Return a text in which no id makes one cause look like many.

    :param text: the text
    :returns: the text with "ID" for what Glance and Keystone take for ids
    """
    return re.sub(r'\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b', 'ID',
                  text)
