"""Making, replacing and stopping a calendar link, and noting that a calendar looked at it.

The token is 256 random bits that only the address holds: the database keeps its hash, no mail
brings it, and it opens nothing but the one calendar (LK-1, LK-10).
"""

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite

from swa.calendars.feeds import queries, sources
from swa.calendars.feeds.models import FeedLink
from swa.calendars.feeds.rules import FETCHES, WRONG
from swa.calendars.feeds.types import FeedKind
from swa.calendars.models import Invitation
from swa.core.db import db
from swa.core.errors import NotAllowed
from swa.people import tokens
from swa.people.models import Person
from swa.people.rules.rates import Counted
from swa.people.services import audit, rates
from swa.people.types import Role


def may_have(person: Person, kind: FeedKind) -> bool:
    """Say whether a person can have a link of a kind: who runs sessions may have a second one."""
    return kind is FeedKind.PERSONAL or person.holds(Role.FACILITATOR)


def make_link(person: Person, kind: FeedKind, *, now: datetime) -> str:
    """Make a person's link of a kind, or replace it: the address before is dead from now on.

    Returns:
        The token of the new address; it is kept nowhere, so this is the one time to show it.

    Raises:
        NotAllowed: They run nothing.

    Source:
        FEED-1, LK-1.
    """
    if not may_have(person, kind):
        raise NotAllowed
    token = tokens.new_secret()
    fresh = {"token_hash": tokens.hash_of(token), "made_at": now, "fetched_at": None}
    is_sqlite = db.session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert if is_sqlite else postgresql.insert
    # One statement, so that two presses at once end with the one link that was made last.
    db.session.execute(
        insert(FeedLink)
        .values(person_id=person.id, kind=kind, **fresh)
        .on_conflict_do_update(index_elements=["person_id", "kind"], set_=fresh)
    )
    _record("calendar link made", person, kind, now=now)
    return token


def stop_link(person: Person, kind: FeedKind, *, now: datetime) -> None:
    """Switch a person's link of a kind off; doing it twice changes nothing."""
    stopped = db.session.scalars(
        delete(FeedLink)
        .where(FeedLink.person_id == person.id, FeedLink.kind == kind)
        .returning(FeedLink.id)
    ).all()
    if stopped:
        _record("calendar link stopped", person, kind, now=now)


def end_links(person_id: int, _now: datetime) -> None:
    """Let every link of a person die: the account, a role or all their sign-ins ended (AU-5)."""
    db.session.execute(delete(FeedLink).where(FeedLink.person_id == person_id))


def may_look(token_hash: str, *, place: str, now: datetime) -> bool:
    """Count one look and note when it was; False when there were too many.

    An address that is right is answered whatever was counted as wrong from the same place:
    calendar services look at many people's links from one, and nobody can be locked out (LK-6).

    Args:
        token_hash: Of the address that was asked for.
        place: The network address of who asks.
        now: UTC.

    Source:
        FEED-1 (the last fetch is shown), security notes 3.3 (60 an hour, 30 wrong ones in ten
        minutes).
    """
    link = queries.find_link(token_hash)
    counted = Counted(FETCHES, token_hash) if link else Counted(WRONG, place)
    if not rates.allow([counted], now=now):
        return False
    if link:
        db.session.execute(update(FeedLink).where(FeedLink.id == link.id).values(fetched_at=now))
    return True


def list_entries(link: FeedLink, *, now: datetime) -> list[Invitation]:
    """List what a link shows: the owner's invitations to what they may see now.

    Source:
        LK-9, FEED-6; the role is asked for each time.
    """
    if not may_have(link.person, link.kind):
        return []
    occasions = sources.list_occasions(link.kind, link.person, now)
    return queries.list_newest(link.person, occasions)


def _record(what: str, person: Person, kind: FeedKind, *, now: datetime) -> None:
    about = f"person {person.id}"
    audit.record(what, about=about, by_id=person.id, now=now, fields=str(kind))
