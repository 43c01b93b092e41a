"""Who may see and change which message, and what the pages of mail know of other packages.

Messaging knows neither people nor sessions: ``swa/web/registry.py`` hands it these functions.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from sqlalchemy.exc import NoResultFound

from swa.core.db import db
from swa.core.errors import NotAllowed, RuleBroken
from swa.messaging import kinds, queries, rulebook, services
from swa.messaging.models import OutboxMessage
from swa.messaging.rulebook import RuleBook
from swa.messaging.types import Draft


class Right(IntEnum):
    """What the person who asks may do with a message."""

    NOTHING = 0
    SEE = 1
    CHANGE = 2


@dataclass(frozen=True)
class Label:
    """What a message belongs to, as people read it.

    Attributes:
        text: "Core Conversations, Mon 3 Mar 2025".
        href: The page of it.
    """

    text: str
    href: str


@dataclass(frozen=True)
class Described:
    """One message with what a list says of it.

    Attributes:
        name: What it is, in plain words: "Prework", or the name of an added rule.
        to: Whom it goes to; who has left has no name any more.
        belongs: What it belongs to, if anything.
    """

    message: OutboxMessage
    name: str
    to: str
    belongs: Label | None


@dataclass(frozen=True)
class Reading:
    """The words of a message as the person who asks may read them.

    Attributes:
        draft: None when they were deleted, or cannot be made any more. Of a veiled message only
            the subject is left, and nothing when somebody typed that for this one message.
        is_veiled: They are not for this person.
    """

    draft: Draft | None
    is_veiled: bool = False


@dataclass(frozen=True)
class Owner:
    """Whose an address is.

    Attributes:
        href: The page of the person.
        why_not_stop: Why the person who asks may not stop all mail to it; empty when they may.
    """

    person_id: int
    name: str
    href: str
    why_not_stop: str = ""


class MayNotStop(RuleBroken):
    """Mail carries the links to sign in, so stopping it is a change of somebody's account."""

    field = "address"


_gates: list[Callable[[OutboxMessage], Right]] = []
_labels: list[Callable[[Collection[str]], Mapping[str, Label]]] = []
_searches: list[Callable[[str], Collection[int]]] = []
_owners: list[Callable[[Collection[str]], Mapping[str, Owner]]] = []
_veils: list[Callable[[OutboxMessage], bool]] = []


def set_gate(gate: Callable[[OutboxMessage], Right]) -> None:
    """Say how the right of the person who asks to a message is found."""
    _gates[:] = [gate]


def set_labels(list_labels: Callable[[Collection[str]], Mapping[str, Label]]) -> None:
    """Say what "session 5" is called."""
    _labels[:] = [list_labels]


def set_search(find_people: Callable[[str], Collection[int]]) -> None:
    """Say how the ids of people are found by a part of their name or address."""
    _searches[:] = [find_people]


def set_owners(list_owners: Callable[[Collection[str]], Mapping[str, Owner]]) -> None:
    """Say how it is found whose addresses are; they are given in lower case."""
    _owners[:] = [list_owners]


def set_veil(is_veiled: Callable[[OutboxMessage], bool]) -> None:
    """Say how it is found whether the person who asks may not read the words of a message."""
    _veils[:] = [is_veiled]


def list_owners(addresses: Collection[str]) -> Mapping[str, Owner]:
    """Return whose these addresses are now; what is nobody's is left out."""
    return _owners[0]({address.casefold() for address in addresses})


def find_owner(address: str) -> Owner | None:
    """Return whose an address is now; None when it is nobody's."""
    return list_owners([address]).get(address.casefold())


def check_may_stop(address: str) -> None:
    """Refuse to stop mail to somebody whose account the person who asks may not change.

    Raises:
        MayNotStop: The message says why.
    """
    owner = find_owner(address)
    if owner and owner.why_not_stop:
        raise MayNotStop(owner.why_not_stop)


def right_to(message: OutboxMessage) -> Right:
    """Return what the person who asks may do with a message; private ones are nobody's.

    Source:
        PEER-8 and C41 of the notes (recipients are named only to those who may see them).
    """
    return Right.NOTHING if message.private else _gates[0](message)


def get_message(message_id: int, right: Right) -> OutboxMessage:
    """Return one message that the person who asks may see, or change.

    Raises:
        sqlalchemy.exc.NoResultFound: There is none, or it is not theirs to see; both are a 404.
        NotAllowed: They may see it, but not change it.
    """
    message = queries.get_message(message_id)
    theirs = right_to(message)
    if theirs is Right.NOTHING:
        raise NoResultFound
    if theirs < right:
        raise NotAllowed
    return message


def list_labels(belongs_to: Collection[str]) -> Mapping[str, Label]:
    """Return what these are called; what has no name is left out."""
    return _labels[0]({name for name in belongs_to if name})


def find_people(words: str) -> Collection[int]:
    """Return the ids of the people whose name or address holds the words."""
    return _searches[0](words)


def describe(messages: Iterable[OutboxMessage]) -> list[Described]:
    """Say of each message what it is, whom it goes to and what it belongs to; three queries."""
    rows = list(messages)
    people = kinds.list_recipients({row.person_id for row in rows if row.person_id})
    labels, book = list_labels([row.belongs_to for row in rows]), rulebook.load()
    found = []
    for row in rows:
        person = people.get(row.person_id or 0)
        to = person.name if person else row.address or "Somebody who has left"
        found.append(Described(row, name_of(row, book), to, labels.get(row.belongs_to)))
    return found


def name_of(message: OutboxMessage, book: RuleBook) -> str:
    """Say in plain words what a message is; an added rule gives its own name."""
    if services.is_versioned(message.kind):
        rule = book.find(message.kind)
    else:
        rule = book.find_by_edition(message.edition)
    return rule.name if rule else message.kind.capitalize()


def read(message: OutboxMessage) -> Reading:
    """Return the words of a message: as they went, or as they would go now with real data.

    Words and calendar part are left out whole when they are not for the person who asks: how to
    join is for those who run the session or have a place (AN-21). A subject never says it, unless
    somebody typed one.
    """
    draft, is_veiled = _read(message), _veils[0](message)
    if draft and is_veiled:
        draft = Draft("" if message.edited_at else draft.subject, text="", html="")
    return Reading(draft, is_veiled)


def _read(message: OutboxMessage) -> Draft | None:
    """Return the words as they are; looking changes nothing.

    What drafting noted on the way is thrown away.
    """
    if message.frozen_at is not None:
        return Draft(message.subject, message.text, message.html) if message.text else None
    recipient = kinds.find_recipient(message)
    if recipient is None or kinds.find(message.kind) is None:
        return None
    try:
        with db.session.no_autoflush:
            return services.write(message, recipient)
    except (LookupError, AttributeError, NoResultFound):
        return None
    finally:
        db.session.rollback()
