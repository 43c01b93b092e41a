"""Who may see which message, and what it belongs to: facts of people and sessions for messaging."""

from collections.abc import Collection, Mapping

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from swa.core.dates import short_date, when
from swa.core.db import db
from swa.messaging import access, emails, kinds
from swa.messaging.access import Label, Owner, Right
from swa.messaging.models import OutboxMessage
from swa.people.access import current_person
from swa.people.models import Person
from swa.people.queries import directory
from swa.people.rules.authority import AdministratorsOnly, check_sign_in_change
from swa.people.types import Role
from swa.sessions.emails.values import HOW_TO_JOIN
from swa.sessions.queries import messages

MOST_FOUND = 500


def install() -> None:
    """Hand messaging what its pages need to know; doing it twice changes nothing."""
    access.set_gate(right_to)
    access.set_labels(list_labels)
    access.set_search(find_people)
    access.set_owners(list_owners)
    access.set_veil(is_veiled)
    emails.set_describer(say_about)


def right_to(message: OutboxMessage) -> Right:
    """Return what the person who asks may do with a message that is not private.

    Coordinators and administrators look after all messages; whoever manages a session changes
    those of it, and whoever runs it sees them (TR-08, C41).
    """
    person = current_person()
    if person.holds(Role.PROGRAMME_COORDINATOR, Role.ADMINISTRATOR):
        return Right.CHANGE
    runs, manages = messages.runs_and_manages(message.belongs_to, person)
    return Right.CHANGE if manages else Right.SEE if runs else Right.NOTHING


def is_veiled(message: OutboxMessage) -> bool:
    """Say whether the words may tell how to join a session that the person who asks may not join.

    Administrators look after messages and run no sessions: they see whether one arrived, but do
    not come in. What a text may name counts, not what it says today: a message that went may hold
    the link or passcode of before a change, and whoever edits a text may name them. The preview of
    texts refuses administrators the same.

    Source:
        AN-21, AZ-2.
    """
    person = current_person()
    if message.person_id == person.id:
        return False
    found = messages.list_sessions_named([message.belongs_to])
    if not found or messages.may_join(found[0], person):
        return False
    return message.edited_at is not None or may_say_how_to_join(message.kind)


def may_say_how_to_join(name: str) -> bool:
    """Say whether messages of a kind may; those of added rules take any text."""
    kind = kinds.find(name)
    if kind is None or kind.template is None:
        return True
    return not kind.template.lists.placeholders.keys().isdisjoint(HOW_TO_JOIN)


def list_labels(belongs_to: Collection[str]) -> Mapping[str, Label]:
    """Name sessions by title and date; the link leads to the messages of the session.

    Administrators run no sessions, so theirs leads to the same messages in the plan.
    """
    runs = current_person().holds(Role.PROGRAMME_COORDINATOR, Role.FACILITATOR)
    return {
        f"session {row.id}": Label(
            f"{row.title}, {short_date(row.starts_at)}",
            url_for("sessions.session_messages", session_id=row.id)
            if runs
            else url_for("messaging.plan", session=f"session {row.id}", shown="all"),
        )
        for row in messages.list_sessions_named(belongs_to)
    }


def say_about(message: OutboxMessage) -> str:
    """Say which session a message is about, when that is, and whom it goes to."""
    found = messages.list_sessions_named([message.belongs_to])
    about = [f"{found[0].title}, {when(found[0].starts_at)}"] if found else []
    number = message.person_id or 0
    person = kinds.list_recipients([number]).get(number)
    to = person.name if person else message.address
    return ", ".join([*about, *([f"to {to}"] if to else [])])


def find_people(words: str) -> Collection[int]:
    """Return the ids of people by a part of their name or address, at most 500."""
    found = directory.search_people(current_person(), words=words, organisation_id=None)
    ids = select(Person.id).where(Person.id.in_(found.order_by(None).with_only_columns(Person.id)))
    return db.session.scalars(ids.limit(MOST_FOUND)).all()


def list_owners(addresses: Collection[str]) -> Mapping[str, Owner]:
    """Name the people whose addresses these are, and say whose mail the asker may not stop."""
    by = current_person()
    wanted = select(Person).where(Person.email.in_(list(addresses)))
    people = db.session.scalars(wanted.options(selectinload(Person.grants))).all()
    return {
        person.email: Owner(
            person.id,
            person.name,
            url_for("people.person", person_id=person.id),
            _why_not_stop(by, person),
        )
        for person in people
    }


def _why_not_stop(by: Person, person: Person) -> str:
    """Say why somebody may not stop mail to a person: it carries the links to sign in (AZ-12)."""
    if by.id == person.id:
        return "This is your own address. Ask another administrator to stop mail to it"
    try:
        check_sign_in_change(by.roles, person.roles)
    except AdministratorsOnly as refusal:
        return refusal.message
    return ""
