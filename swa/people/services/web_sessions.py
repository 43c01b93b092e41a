"""Sign-ins of browsers: they live in the database and end at once when they have to.

The cookie holds 256 random bits, the table their SHA-256.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, func, update

from swa.core.db import UtcDateTime, db
from swa.people import tokens
from swa.people.models import SignInLink, WebSession
from swa.people.queries import sign_in as queries
from swa.people.rules import sign_in as rules

_endings: dict[str, Callable[[int, datetime], None]] = {}


def add_ending(name: str, end: Callable[[int, datetime], None]) -> None:
    """Let a feature end what opens something for a person who is not signed in.

    It is told the person's id and now (UTC); adding it again replaces it.
    """
    _endings[name] = end


def begin(person_id: int, *, browser: str, now: datetime) -> str:
    """Sign a browser in.

    Args:
        person_id: Who signed in.
        browser: What the browser calls itself; cut to fit.
        now: The moment, UTC.

    Returns:
        The new secret id for the cookie; it is not kept anywhere.
    """
    token = tokens.new_secret()
    db.session.add(
        WebSession(
            id_hash=tokens.hash_of(token),
            person_id=person_id,
            created_at=now,
            last_seen_at=now,
            browser=browser[: rules.BROWSER_MAX_LENGTH],
        )
    )
    db.session.flush()
    return token


def find(token: str, *, lives: rules.SessionLives, now: datetime) -> WebSession | None:
    """Return the live session of a cookie with its person; None for every other cookie."""
    session = queries.find_web_session(tokens.hash_of(token))
    if session is None:
        return None
    over = rules.is_session_over(
        lives.life_of(session.person.roles),
        began_at=session.created_at,
        last_seen_at=session.last_seen_at,
        now=now,
    )
    return None if over else session


def note_seen(session_id: int, *, now: datetime) -> None:
    """Write down that the browser was here."""
    db.session.execute(
        update(WebSession).where(WebSession.id == session_id).values(last_seen_at=now)
    )


def end(session_id: int, person_id: int, *, now: datetime) -> bool:
    """Sign one browser of a person out; say whether there was such a one."""
    ended = db.session.scalars(
        update(WebSession)
        .where(
            WebSession.id == session_id,
            WebSession.person_id == person_id,
            WebSession.ended_at.is_(None),
        )
        .values(ended_at=now)
        .returning(WebSession.id)
    ).all()
    return bool(ended)


def end_by_token(token: str, *, now: datetime) -> None:
    """End the session of a cookie, if there is one: nobody goes on under an old id (AU-1)."""
    db.session.execute(
        update(WebSession)
        .where(WebSession.id_hash == tokens.hash_of(token), WebSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def end_all(person_id: int, *, now: datetime) -> None:
    """Sign a person out everywhere and let their open links die.

    Called too when a role is given or an address changes (AU-1).
    """
    db.session.execute(
        update(WebSession)
        .where(WebSession.person_id == person_id, WebSession.ended_at.is_(None))
        .values(ended_at=now)
    )
    cancel_links(person_id, now=now)


def end_access(person_id: int, *, now: datetime) -> None:
    """End all that opens anything for a person: sign-ins, links, calendar links (AU-5).

    Called when somebody is disabled, loses a role, or signs out everywhere.
    """
    end_all(person_id, now=now)
    for end in _endings.values():
        end(person_id, now)


def clear_old(*, now: datetime) -> None:
    """Drop sessions that ended, or that nobody has used, for 30 days."""
    last = func.coalesce(WebSession.ended_at, WebSession.last_seen_at, type_=UtcDateTime())
    db.session.execute(delete(WebSession).where(last < now - rules.SESSIONS_KEPT_FOR))


def cancel_links(person_id: int, *, now: datetime) -> None:
    """Let every sign-in link that the person has not used die."""
    db.session.execute(
        update(SignInLink)
        .where(SignInLink.person_id == person_id, SignInLink.used_at.is_(None))
        .values(used_at=now)
    )
