"""The answer that a calendar program gets from a calendar link (FEED-2)."""

import hashlib
from datetime import datetime

from flask import Response, request
from werkzeug.http import http_date

NOBODY_FOLLOWS = {"X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}
NO_CALENDAR = "There is no calendar at this address.\n"
TOO_OFTEN = "This was asked for too often. Look again later.\n"
LATER = 600  # seconds until somebody who was too quick may look again


def calendar(data: bytes, *, revised_at: datetime | None) -> Response:
    """Answer with a calendar, or with 304 when the program has these very bytes.

    Only the ETag decides: what leaves a calendar makes nothing in it younger, so a date could not
    tell. A shared cache keeps nothing.

    Args:
        data: The calendar.
        revised_at: When the newest entry was revised, UTC; None when there is none.

    Source:
        RFC 9110, 8.8.3 and 13.1.2.
    """
    response = Response(data, content_type="text/calendar; charset=utf-8", headers=NOBODY_FOLLOWS)
    response.headers["Cache-Control"] = "private, no-store"
    response.set_etag(hashlib.sha256(data).hexdigest())
    response.make_conditional(request.environ)
    if revised_at:
        response.headers["Last-Modified"] = http_date(revised_at)
    return response


def no_calendar() -> Response:
    """Answer where there is none: never one, not any more, or its owner's account is closed."""
    return _words(NO_CALENDAR, 404)


def too_often() -> Response:
    """Answer somebody who looks more often than any calendar does."""
    response = _words(TOO_OFTEN, 429)
    response.headers["Retry-After"] = str(LATER)
    return response


def _words(text: str, status: int) -> Response:
    return Response(text, status, content_type="text/plain; charset=utf-8", headers=NOBODY_FOLLOWS)
