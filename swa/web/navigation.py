"""The links of the service navigation, for the person who is signed in."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import current_app, request, url_for

from swa.people.models import Person
from swa.people.types import Role


@dataclass(frozen=True)
class Place:
    """One place to go to.

    Attributes:
        text: The words of the link.
        endpoint: Where it leads.
        also: Other endpoints that belong to it.
        roles: Who sees it; empty for everybody who is signed in.
    """

    text: str
    endpoint: str
    also: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()


PLACES = (
    Place("Home", "home.dashboard"),
    Place("Sessions", "sessions.list_sessions", also=("sessions.month", "sessions.show")),
    Place("Topics", "sessions.list_topics", also=("sessions.show_topic",)),
    Place(
        "My bookings",
        "sessions.my_bookings",
        also=("sessions.booking", "sessions.booking_cancel"),
    ),
    Place(
        "Run sessions",
        "sessions.run_list",
        also=("sessions.desk", "sessions.attendance", "sessions.go_ahead", "sessions.walk_in"),
        roles=(Role.FACILITATOR, Role.PROGRAMME_COORDINATOR),
    ),
    Place(
        "People",
        "people.directory",
        also=("people.join_requests",),
        roles=(Role.PROGRAMME_COORDINATOR, Role.ADMINISTRATOR),
    ),
    Place("Account", "people.account", also=("people.access_needs",)),
)
MAILBOX = Place("Demo mailbox", "messaging.mailbox", also=("messaging.mailbox_message",))


def navigation(person: Person | None) -> list[dict[str, Any]]:
    """List the links in the form that ``govukServiceNavigation`` takes.

    Somebody who is not signed in gets the one way in.
    """
    if person is None:
        places: tuple[Place, ...] = (Place("Sign in", "people.sign_in"),)
    else:
        places = tuple(p for p in PLACES if not p.roles or person.holds(*p.roles))
    if current_app.extensions["swa_settings"].is_demo:
        places = (*places, MAILBOX)
    return [_link(place) for place in places if has_page(place.endpoint)]


def has_page(endpoint: str) -> bool:
    """Say whether a feature has this page."""
    return endpoint in current_app.view_functions


def page_address(number: int) -> str:
    """Return the address of another page of the list that is shown, with its filters."""
    return _same_list([("page", str(number))])


def address_without(name: str, value: str = "") -> str:
    """Return the address of the list without one filter, from its first page on.

    Args:
        name: The filter.
        value: One of its values; all of them when empty.
    """
    return _same_list([], (name, value))


def _same_list(more: list[tuple[str, str]], dropped: tuple[str, str] = ("", "")) -> str:
    name, value = dropped
    kept = [
        (key, text)
        for key, text in request.args.items(multi=True)
        if key != "page" and text and not (key == name and value in {"", text})
    ]
    query = urlencode(kept + more)
    return f"{request.path}?{query}" if query else request.path


def _link(place: Place) -> dict[str, Any]:
    here = request.endpoint or ""
    link: dict[str, Any] = {"text": place.text, "href": url_for(place.endpoint)}
    if here == place.endpoint:
        link["current"] = True
    elif here in place.also:
        link["active"] = True
    return link
