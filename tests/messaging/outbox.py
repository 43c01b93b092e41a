"""Kinds of mail that the tests invent, and makers of outbox rows."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from swa.core import clock
from swa.core.db import db, transaction
from swa.messaging import kinds, services
from swa.messaging.kinds import Kind
from swa.messaging.models import OutboxMessage
from swa.messaging.types import Draft, MessageState, Recipient, WantedMail

HOUR = timedelta(hours=1)
PLAIN, OTHER, SECRET, INVITATION = "note", "other note", "secret note", "invitation note"
CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"

# Why a kind is not wanted, by its name; a test fills it.
unwanted: dict[str, str] = {}
drafted: list[int] = []


def draft_note(message: OutboxMessage, recipient: Recipient) -> Draft:
    drafted.append(message.id)
    return Draft(
        subject=f"About {message.occasion}",
        text=f"Dear {recipient.name}, this is edition {message.edition}.\n",
        html=f"<p>Edition {message.edition}</p>",
    )


def draft_secret(message: OutboxMessage, recipient: Recipient) -> Draft:
    return Draft(subject="Sign in", text="Open LINK-MARKER now\n", html="<p>LINK-MARKER</p>")


def draft_invitation(message: OutboxMessage, recipient: Recipient) -> Draft:
    return Draft("Invitation: a talk", "Come\n", "<p>Come</p>", ("REQUEST", CALENDAR))


def why_not(message: OutboxMessage, now: datetime) -> str | None:
    return unwanted.get(message.kind)


def fill_secrets(text: str, message: OutboxMessage) -> str:
    return text.replace("LINK-MARKER", f"https://swa.example.org/link/{message.occasion}")


def register_kinds() -> None:
    unwanted.clear()
    drafted.clear()
    kinds.register(Kind(PLAIN, draft_note, why_not))
    kinds.register(Kind(OTHER, draft_note, why_not))
    kinds.register(Kind(SECRET, draft_secret, why_not, fill_secrets=fill_secrets, private=True))
    kinds.register(Kind(INVITATION, draft_invitation, why_not, carries_calendar=True))


def wanted(person_id: int, **changes: object) -> WantedMail:
    now = clock.utc_now()
    ordinary = {"kind": PLAIN, "due_at": now, "give_up_at": now + 24 * HOUR}
    return WantedMail(person_id=person_id, **(ordinary | changes))  # type: ignore[arg-type]


def plan(occasion: str, *mails: WantedMail, kinds: tuple[str, ...] = (PLAIN, OTHER)) -> None:
    with transaction():
        services.plan(occasion, mails, kinds=kinds, now=clock.utc_now())


def queue(occasion: str, mail: WantedMail) -> None:
    with transaction():
        services.queue(occasion, mail, now=clock.utc_now())


def rows(occasion: str | None = None) -> list[OutboxMessage]:
    """Return the rows as they are in the database now, oldest first."""
    db.session.rollback()
    found = select(OutboxMessage).order_by(OutboxMessage.id)
    if occasion:
        found = found.where(OutboxMessage.occasion == occasion)
    messages = list(db.session.scalars(found.execution_options(populate_existing=True)))
    db.session.rollback()
    return messages


def states(occasion: str | None = None) -> list[MessageState]:
    return [row.state for row in rows(occasion)]


def change(change_row: Callable[[OutboxMessage], None]) -> None:
    """Change every row, as time or a person would have."""
    with transaction():
        for row in db.session.scalars(select(OutboxMessage)):
            change_row(row)


def make_due() -> None:
    """Let every pause be over."""

    def act(row: OutboxMessage) -> None:
        row.next_try_at = clock.utc_now() - timedelta(seconds=1)

    change(act)
