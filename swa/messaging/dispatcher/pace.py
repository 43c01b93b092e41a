"""Keeps the pace: at most so many messages a minute to one domain, and in all.

What leaves is counted in the database, so that any number of workers keep one pace together. A
message of a full domain is passed over, not postponed: the next one of another domain goes, and
no try is charged. What somebody waits for at this moment, a link to sign in, is counted but
never held up.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, false, func, or_, select, true

from swa.core.db import db
from swa.messaging import kinds
from swa.messaging.dispatcher import statements
from swa.messaging.models import MailHandOver, OutboxMessage
from swa.messaging.rules.pace import MINUTE, Pace, domain_of, room_at
from swa.messaging.setup import current_setup

Kinds = tuple[Collection[str], Collection[str]]
KEPT = timedelta(minutes=5)
ONE_COUNTS = 0x5357415F50414345  # any number that nobody else locks; SQLite has one writer anyway


def hold(now: datetime) -> ColumnElement[bool]:
    """Say what may leave now, and let nobody else count until the transaction ends."""
    if current_setup().pace.is_on and db.session.connection().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(ONE_COUNTS)))
    return may_leave(now)


def may_leave(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a message meets when there is room for it now."""
    pace = current_setup().pace
    if not pace.is_on:
        return true()
    hurried = OutboxMessage.kind.in_(kinds.list_hurried())
    if pace.in_all and _count(now) >= pace.in_all:
        return hurried
    full = _list_full(now, pace)
    if not full:
        return true()
    address = func.lower(func.coalesce(kinds.address_column(), OutboxMessage.address))
    goes_there = (address.endswith(f"@{domain}", autoescape=True) for domain in full)
    return or_(hurried, ~or_(false(), *goes_there))


def note(message: OutboxMessage, *, token: str, now: datetime) -> None:
    """Count a message that is about to leave."""
    if current_setup().pace.is_on and (recipient := kinds.find_recipient(message)):
        domain = domain_of(recipient.address)
        db.session.add(MailHandOver(domain=domain, at=now, lease_token=token))


def take_back(token: str) -> None:
    """Count a message no more that did not leave after all."""
    if current_setup().pace.is_on:
        db.session.execute(delete(MailHandOver).where(MailHandOver.lease_token == token))


def forget_old(now: datetime) -> None:
    """Delete what is too old to count."""
    db.session.execute(delete(MailHandOver).where(MailHandOver.at <= now - KEPT))


def find_room(now: datetime, of: Kinds) -> datetime | None:
    """Return when a message that is due now and held up by the pace may leave; None if none is.

    Args:
        now: UTC.
        of: The kinds that leave by the mail server, and those that leave in order.
    """
    pace = current_setup().pace
    if not pace.is_on or not statements.has_due(now, *of):
        return None
    if at := room_at(_newest(now, pace.in_all), pace.in_all):
        return at
    moments = [
        room_at(_newest(now, pace.to_a_domain, domain), pace.to_a_domain)
        for domain in _list_full(now, pace)
    ]
    return min((moment for moment in moments if moment), default=None)


def in_words(pace: Pace) -> str:
    """Say the limits, for whoever wonders why messages wait."""
    limits = [
        f"at most {most} messages a minute {where}"
        for most, where in ((pace.to_a_domain, "go to one domain"), (pace.in_all, "go in all"))
        if most
    ]
    return ", and ".join(limits)


def _count(now: datetime) -> int:
    counted = select(func.count()).where(MailHandOver.at > now - MINUTE)
    return db.session.scalars(counted).one()


def _list_full(now: datetime, pace: Pace) -> list[str]:
    if not pace.to_a_domain:
        return []
    full = (
        select(MailHandOver.domain)
        .where(MailHandOver.at > now - MINUTE)
        .group_by(MailHandOver.domain)
        .having(func.count() >= pace.to_a_domain)
        .order_by(MailHandOver.domain)
    )
    return list(db.session.scalars(full))


def _newest(now: datetime, most: int, domain: str | None = None) -> list[datetime]:
    newest = select(MailHandOver.at).where(MailHandOver.at > now - MINUTE)
    if domain is not None:
        newest = newest.where(MailHandOver.domain == domain)
    in_order = newest.order_by(MailHandOver.at.desc()).limit(max(1, most))
    return list(db.session.scalars(in_order))
