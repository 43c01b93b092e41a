"""Links that put one event into somebody's calendar on the web.

They tell the service what the entry in the mail says, which is nothing private (CAL-22): no link
to join, no name, no secret. What is added that way does not follow a change; the page says so.
"""

from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from swa.calendars.types import Event

GOOGLE = "https://calendar.google.com/calendar/render"
OUTLOOK = "https://outlook.office.com/calendar/0/deeplink/compose"
BASIC = "%Y%m%dT%H%M%SZ"


def google_link(event: Event) -> str:
    """Return the address at which Google Calendar offers to save the event; moments are UTC."""
    start, end = (_utc(moment).strftime(BASIC) for moment in (event.starts_at, event.ends_at))
    words = {"text": event.title, "details": event.description, "location": event.location}
    return _address(GOOGLE, {"action": "TEMPLATE", "dates": f"{start}/{end}"} | words)


def outlook_link(event: Event) -> str:
    """Return the address at which Outlook on the web offers to save it, for a work account."""
    start, end = (_utc(moment).isoformat() for moment in (event.starts_at, event.ends_at))
    words = {"subject": event.title, "body": event.description, "location": event.location}
    asks = {"path": "/calendar/action/compose", "rru": "addevent"}
    return _address(OUTLOOK, asks | {"startdt": start, "enddt": end} | words)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _address(page: str, asks: dict[str, str]) -> str:
    # Outlook shows a plus as a plus, so blanks are %20.
    return f"{page}?{urlencode(asks, quote_via=quote, safe='')}"
