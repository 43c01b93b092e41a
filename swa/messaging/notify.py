"""GOV.UK Notify, the second way out, for plain notices: its signed requests and its answers.

Notify makes the mail from a template of its own with the fields ((subject)) and ((body)); it takes
no calendar part and no header of ours. Our Message-ID is its reference: before a notice goes again
after an answer was lost, Notify is asked whether it has that reference.
"""

import base64
import hmac
import json
import re
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import quote, urlsplit

from swa.messaging.setup import current_setup

LIVE_URL = "https://api.notifications.service.gov.uk"
READ_SECONDS = 20
MOST_BYTES = 1024 * 1024
LONGEST_ANSWER = 500
HTTP_OK, HTTP_MANY, HTTP_BROKEN = 200, 300, 500
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
API_KEY = re.compile(rf"(?:.*-)?({UUID})-({UUID})", re.IGNORECASE)
# What Notify says to a request that is refused because of us, whoever the notice is for.
OUR_FAULT = re.compile(r"team-only|trial mode|template|personalisation|reply_to", re.IGNORECASE)


@dataclass(frozen=True)
class Notify:
    """One service of GOV.UK Notify.

    Attributes:
        url: Scheme and host; https on any machine but our own.
        service_id: Says who asks.
        key: Signs each request; never sent.
        template_id: Of the template whose subject is ((subject)) and whose message is ((body)).
    """

    url: str
    service_id: str
    key: str = field(repr=False)
    template_id: str


class Means(StrEnum):
    """What an answer other than "taken" means."""

    NEVER = "this notice is refused for good"
    LATER = "Notify takes nothing from us at the moment"
    UNKNOWN = "nobody knows whether Notify took it"


class NotTaken(Exception):  # noqa: N818 - reads as the finding "not taken"
    """Notify did not say that it took the notice.

    Attributes:
        means: What that means for the notice.
    """

    def __init__(self, means: Means, answer: str) -> None:
        super().__init__(answer[:LONGEST_ANSWER])
        self.means = means


@dataclass(frozen=True)
class Taken:
    """A notice that Notify took.

    Attributes:
        id: Notify's own.
        status: "created", "sending", "delivered", "permanent-failure", "temporary-failure" …
    """

    id: str
    status: str


def read_settings(url: str, api_key: str, template_id: str) -> Notify | None:
    """Read the three settings; None when nothing goes by Notify.

    Raises:
        ValueError: They do not fit together; the message names the setting.
    """
    if not api_key and not template_id:
        return None
    key, parts = API_KEY.fullmatch(api_key), urlsplit(url)
    if not key:
        msg = "SWA_NOTIFY_API_KEY must be a whole key of GOV.UK Notify: its name and two long ids"
        raise ValueError(msg)
    if not re.fullmatch(UUID, template_id, re.IGNORECASE):
        msg = "SWA_NOTIFY_TEMPLATE_ID must be the id of an email template of GOV.UK Notify"
        raise ValueError(msg)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not is_safe or not parts.hostname:
        msg = "SWA_NOTIFY_URL must begin with https://"
        raise ValueError(msg)
    return Notify(url.rstrip("/"), key[1], key[2], template_id)


def find_service() -> Notify | None:
    """Return the service of this installation; None when nothing goes by Notify."""
    setup = current_setup()
    return read_settings(setup.notify_url, setup.notify_api_key, setup.notify_template_id)


def connect(service: Notify) -> HTTPConnection:
    """Open a connection with a time-out and a checked certificate.

    Raises:
        NotTaken: Notify cannot be reached; no notice is to blame.
    """
    parts = urlsplit(service.url)
    host = parts.hostname or ""
    link: HTTPConnection = (
        HTTPSConnection(
            host, parts.port, timeout=READ_SECONDS, context=ssl.create_default_context()
        )
        if parts.scheme == "https"
        else HTTPConnection(host, parts.port, timeout=READ_SECONDS)
    )
    try:
        link.connect()
    except OSError as error:
        link.close()
        raise NotTaken(Means.LATER, _in_words(error)) from error
    return link


def send(  # noqa: PLR0913 - each is a field of the request, agreed with Notify
    service: Notify,
    link: HTTPConnection,
    *,
    address: str,
    subject: str,
    body: str,
    reference: str,
    now: datetime,
) -> Taken:
    """Hand one notice over.

    Args:
        service: Whose template it is made with.
        link: An open connection.
        address: Where it goes.
        subject: What stands in the place ((subject)) of the template.
        body: What stands in the place ((body)).
        reference: Ours, the same at every try.
        now: UTC; Notify refuses requests that were signed more than 30 seconds ago.

    Raises:
        NotTaken: It was refused, or nobody knows.
    """
    notice = {
        "email_address": address,
        "template_id": service.template_id,
        "personalisation": {"subject": subject, "body": body},
        "reference": reference,
    }
    answer = _ask(service, link, "POST", "/v2/notifications/email", now=now, payload=notice)
    return _read(answer)


def find(service: Notify, link: HTTPConnection, reference: str, *, now: datetime) -> Taken | None:
    """Return the notice that Notify took under a reference of ours; None when it has none.

    Raises:
        NotTaken: Notify does not say.
    """
    path = f"/v2/notifications?template_type=email&reference={quote(reference, safe='')}"
    found = _look(service, link, path, now=now).get("notifications")
    if not isinstance(found, list):
        raise NotTaken(Means.LATER, "Notify gave no list of notices")
    # Asked for one reference; whatever else came back is none of ours.
    ours = [each for each in found if isinstance(each, dict) and each.get("reference") == reference]
    return _read(ours[0]) if ours else None


def look_up(service: Notify, link: HTTPConnection, notice_id: str, *, now: datetime) -> Taken:
    """Return how far a notice is.

    Raises:
        NotTaken: Notify does not say.
    """
    path = f"/v2/notifications/{quote(notice_id, safe='')}"
    return _read(_look(service, link, path, now=now))


def make_token(service: Notify, now: datetime) -> str:
    """Return the signed token of one request: a JWT with HS256 (RFC 7519, RFC 7515)."""
    head = _encode(json.dumps({"typ": "JWT", "alg": "HS256"}).encode())
    claims = {"iss": service.service_id, "iat": int(now.timestamp())}
    signed = head + b"." + _encode(json.dumps(claims).encode())
    return (signed + b"." + _encode(hmac.digest(service.key.encode(), signed, "sha256"))).decode()


def what_it_means(status: int, answer: str) -> Means:
    """Say what a refusal of a request means.

    A key that is not accepted, a template that is not there and a limit that is reached concern
    every notice: the queue rests. What is wrong with this notice alone fails it alone.
    """
    if status >= HTTP_BROKEN:
        return Means.UNKNOWN
    is_about_the_notice = status == 400 and not OUR_FAULT.search(answer)  # noqa: PLR2004 - HTTP
    return Means.NEVER if is_about_the_notice else Means.LATER


def _look(service: Notify, link: HTTPConnection, path: str, *, now: datetime) -> dict[str, Any]:
    """Read something; that it cannot be read is no notice's fault."""
    try:
        return _ask(service, link, "GET", path, now=now)
    except NotTaken as refusal:
        raise NotTaken(Means.LATER, str(refusal)) from refusal


def _ask(
    service: Notify,
    link: HTTPConnection,
    method: str,
    path: str,
    *,
    now: datetime,
    payload: dict[str, Any] | None = None,
) -> dict[str, Any]:
    headers = {
        "Authorization": f"Bearer {make_token(service, now)}",
        "Content-Type": "application/json",
        "Accept": "application/json",
    }
    body = None if payload is None else json.dumps(payload).encode()
    try:
        link.request(method, path, body=body, headers=headers)
        response = link.getresponse()
        text = response.read(MOST_BYTES).decode("utf-8", "replace")
    except (OSError, HTTPException) as error:
        raise NotTaken(Means.UNKNOWN, _in_words(error)) from error
    if not HTTP_OK <= response.status < HTTP_MANY:
        said = f"{response.status} {' '.join(text.split())}"
        raise NotTaken(what_it_means(response.status, text), said)
    try:
        answer = json.loads(text)
    except ValueError as error:
        raise NotTaken(Means.UNKNOWN, "Notify’s answer cannot be read") from error
    return answer if isinstance(answer, dict) else {}


def _read(answer: dict[str, Any]) -> Taken:
    found = answer.get("id")
    if not isinstance(found, str) or not found:
        raise NotTaken(Means.UNKNOWN, "Notify’s answer names no notice")
    return Taken(found[:36], str(answer.get("status", "created")))


def _encode(part: bytes) -> bytes:
    return base64.urlsafe_b64encode(part).rstrip(b"=")


def _in_words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
