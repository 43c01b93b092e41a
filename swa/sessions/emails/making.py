"""A wanted e-mail, made alike for a booking and for who runs the session."""

from collections.abc import Collection
from datetime import date, datetime

from swa.messaging.choices import standing
from swa.messaging.send_rules import SendRule, due_at, useful_until
from swa.messaging.types import WantedMail
from swa.sessions.emails.causes import Cause, edition_for, over_at
from swa.sessions.emails.news import last_moved_at
from swa.sessions.models import TrainingSession


def make_mail(
    session: TrainingSession,
    person_id: int,
    kind: str,
    due: datetime,
    *,
    edition: int = 1,
    until: datetime | None = None,
) -> WantedMail:
    """Return an e-mail about a session to one person.

    Args:
        session: With its moves.
        person_id: Who gets it.
        kind: Name of a registered kind.
        due: When it may go, UTC.
        edition: Rises when the same mail is a new fact.
        until: Its last useful moment, UTC; the start of the session when left out.
    """
    return WantedMail(
        kind=kind,
        edition=edition,
        person_id=person_id,
        due_at=due,
        give_up_at=until or session.starts_at,
        moved_at=last_moved_at(session),
    )


def make_by_rule(
    rule: SendRule,
    cause: Cause,
    session: TrainingSession,
    person_id: int,
    *,
    days_off: Collection[date],
    shipped: int = 1,
) -> WantedMail | None:
    """Return what a rule of the send plan sends to one person; None when it sends nothing.

    Args:
        rule: A rule that is meant for the person.
        cause: What it counts from.
        session: With its moves.
        person_id: Who gets it.
        days_off: Days without work besides weekends and bank holidays.
        shipped: Edition of a message that the product ships.
    """
    due = due_at(
        rule,
        cause.at,
        known_at=cause.known_at,
        over_at=over_at(rule, cause, session),
        days_off=days_off,
    )
    if due is None or not standing.wants(person_id, rule.optional, due):
        return None
    until = useful_until(rule, due, starts_at=session.starts_at)
    edition = edition_for(rule, cause, shipped=shipped)
    return make_mail(session, person_id, rule.kind, due, edition=edition, until=until)
