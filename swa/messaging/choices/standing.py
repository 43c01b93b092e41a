"""Which choices there are, what a message belongs to, and what a person said about it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from swa.core import keeping
from swa.core.db import db
from swa.messaging import kinds, rulebook
from swa.messaging.choices.models import MailChoice
from swa.messaging.choices.types import Choice, Wish, why_unwanted
from swa.messaging.models import OutboxMessage
from swa.messaging.rules.editions import number_in

_KEPT = "mail choices"
_choices: dict[str, Choice] = {}


def register(choice: Choice) -> None:
    """Make a choice known; registering it again replaces it."""
    _choices[choice.name] = choice


def list_known() -> list[Choice]:
    """Return all choices in the order in which the features registered them."""
    return list(_choices.values())


def list_offered() -> list[Choice]:
    """Return the choices that decide about something: a kind or a rule of the send plan names them.

    A rule that is switched off counts, so that what was chosen holds when it is switched on.
    """
    named = {rule.optional for rule in rulebook.load().list_all()} | kinds.list_optional()
    return [choice for choice in _choices.values() if choice.name in named]


def choice_of(message: OutboxMessage) -> Choice | None:
    """Return the choice that a message belongs to; None for one that nobody can switch off."""
    kind = kinds.find(message.kind)
    if kind is not None and kind.optional:
        return _choices.get(kind.optional)
    rules = [rule for rule in rulebook.load().list_all() if rule.kind == message.kind]
    number = number_in(message.edition)
    own = [rule.optional for rule in rules if not rule.is_own or rule.number == number]
    return _choices.get(own[0]) if own else None


def why_refused(message: OutboxMessage) -> str | None:
    """Say why the person does not want a message, in words for coordinators; None if they do.

    Asked before every try.

    Source:
        Issue 3, personal choice; ML-8.
    """
    choice = choice_of(message)
    if choice is None or message.person_id is None:
        return None
    return why_unwanted(choice, find_wish(message.person_id, choice.name), message.due_at)


def find_wish(person_id: int, choice: str) -> Wish | None:
    """Return what a person said last about a choice."""
    said = select(MailChoice.is_wanted, MailChoice.since).where(
        MailChoice.person_id == person_id, MailChoice.choice == choice
    )
    row = db.session.execute(said).one_or_none()
    return None if row is None else Wish(row.is_wanted, row.since)


def wants(person_id: int, choice: str, due_at: datetime) -> bool:
    """Say whether a person wants what is due at a moment (UTC); an unknown choice is no choice.

    For planning: what everybody said about a choice is read once in each transaction.
    """
    known = _choices.get(choice)
    return known is None or why_unwanted(known, _load(choice).get(person_id), due_at) is None


def forget() -> None:
    """Have the choices read afresh, since one was changed in the open transaction."""
    for choice in _choices:
        keeping.forget((_KEPT, choice))


def _load(choice: str) -> Mapping[int, Wish]:
    return keeping.keep((_KEPT, choice), lambda: _read(choice))


def _read(choice: str) -> Mapping[int, Wish]:
    said = select(MailChoice.person_id, MailChoice.is_wanted, MailChoice.since)
    rows = db.session.execute(said.where(MailChoice.choice == choice))
    return {row.person_id: Wish(row.is_wanted, row.since) for row in rows}
