"""The links of the service navigation, for the person who is signed in."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for

from swa.people.models import Person
from swa.people.types import Role


@dataclass(frozen=True)
class Place:
    """One place to go to.

    Attributes:
        text: The words of the link.
        endpoint: Where it leads.
        also: Other endpoints that belong to it.
        under: Beginning of the addresses that belong to it, unless another place names them.
        roles: Who sees it; empty for everybody who is signed in.
    """

    text: str
    endpoint: str
    also: tuple[str, ...] = ()
    under: str = ""
    roles: tuple[Role, ...] = ()


# They and the name of the service fit one line of a computer screen, also for who holds every
# role; a browser test measures it. What belongs together is one place with tabs inside it.
PLACES = (
    Place("Home", "home.dashboard"),
    Place(
        "Sessions",
        "sessions.list_sessions",
        also=("sessions.month", "sessions.show", "sessions.book", "sessions.book_check"),
        under="/topics/",
    ),
    Place("My bookings", "sessions.my_bookings", under="/bookings/"),
    Place(
        "Run sessions",
        "sessions.run_list",
        under="/sessions/",
        roles=(Role.FACILITATOR, Role.PROGRAMME_COORDINATOR),
    ),
    Place(
        "People",
        "people.directory",
        under="/people/",
        roles=(Role.PROGRAMME_COORDINATOR, Role.ADMINISTRATOR),
    ),
    Place("Account", "people.account", under="/account/"),
)
SIGN_IN = Place("Sign in", "people.sign_in")


def navigation(person: Person | None) -> list[dict[str, Any]]:
    """List the links in the form that ``govukServiceNavigation`` takes.

    Somebody who is not signed in gets the one way in.

    Source:
        AN-29 (roles are clearly delineated: everybody sees what is theirs).
    """
    places = [p for p in PLACES if person and (not p.roles or person.holds(*p.roles))] or [SIGN_IN]
    here = _find_here(places)
    return [_link(place, is_here=place is here) for place in places]


def _find_here(places: list[Place]) -> Place | None:
    """Return the place that the shown page belongs to, None when it belongs to none."""
    endpoint = request.endpoint or ""
    named = [p for p in places if endpoint == p.endpoint or endpoint in p.also]
    inside = [p for p in places if p.under and request.path.startswith(p.under)]
    return next(iter(named + inside), None)


def _link(place: Place, *, is_here: bool) -> dict[str, Any]:
    mark = "current" if request.endpoint == place.endpoint else "active"
    link: dict[str, Any] = {"text": place.text, "href": url_for(place.endpoint)}
    return link | ({mark: True} if is_here else {})


def page_address(number: int) -> str:
    """Return the address of another page of the list that is shown, with its filters."""
    kept = [(key, text) for key, text in request.args.items(multi=True) if key != "page" and text]
    return f"{request.path}?{urlencode([*kept, ('page', str(number))])}"
