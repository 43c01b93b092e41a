"""Finds calendar links and what they show."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, selectinload

from swa.calendars.feeds.models import FeedLink
from swa.calendars.models import Invitation
from swa.core.db import db
from swa.people.models import Person


def find_link(token_hash: str) -> FeedLink | None:
    """Return the link of an address by its hash, with its owner; None unless they are active."""
    return db.session.scalar(
        select(FeedLink)
        .join(FeedLink.person)
        .where(FeedLink.token_hash == token_hash, Person.is_active)
        .options(contains_eager(FeedLink.person).selectinload(Person.grants))
    )


def list_links(person: Person) -> Sequence[FeedLink]:
    """List a person's links, by id."""
    return db.session.scalars(
        select(FeedLink).where(FeedLink.person_id == person.id).order_by(FeedLink.id)
    ).all()


def list_newest(person: Person, occasions: Collection[str]) -> list[Invitation]:
    """List the newest invitation of each of a person's occasions with its weeks, by start.

    The order is the same whenever nothing has changed (FEED-3).
    """
    rows = db.session.scalars(
        select(Invitation)
        .where(Invitation.person_id == person.id, Invitation.occasion.in_(occasions))
        .order_by(Invitation.id)
        .options(selectinload(Invitation.changed_weeks))
    )
    newest = {row.occasion: row for row in rows}
    return sorted(newest.values(), key=lambda row: (row.event.starts_at, row.id))
