"""The kinds of mail there are; each feature registers its own when the app is put together.

A kind says how its words are drafted and, just before it goes, whether it is still wanted.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement

from swa.messaging.models import OutboxMessage
from swa.messaging.texts import catalogue
from swa.messaging.texts.types import Template
from swa.messaging.types import Draft, Recipient


@dataclass(frozen=True)
class Kind:
    """One kind of mail.

    ``draft`` and ``why_not`` run inside a ``transaction()`` of the dispatcher, never at the same
    time as network work, and may read and write rows.

    Attributes:
        name: In plain words, for example "prework"; at most 60 characters.
        draft: Makes the words, once, from the facts at the first try.
        why_not: Given the row and now (UTC), says why the mail is not wanted any more; None
            sends it. Asked before every try (ML-8).
        fill_secrets: Puts usable links in the place of their markers, in the text and in the HTML
            part, while the mail is sent; no row holds a usable link (LK-1). A marker is made of
            letters, digits and hyphens, so that it survives inside an address.
        private: Its words are shown to nobody but the addressee and are deleted once it is over.
        template: Its text, which administrators may edit, with what it may name.
        carries_calendar: It brings an invitation or changes one; those of one invitation leave
            in the order in which they were planned.
        is_versioned: A newer edition takes the place of an older one that never left.
        is_useful_late: A person may send it although we gave it up: it is about what happened.
        optional: Name of the personal choice that it belongs to; empty when nobody may refuse it.
        hurries: Somebody waits for it at this moment: no limit of the pace holds it up.
    """

    name: str
    draft: Callable[[OutboxMessage, Recipient], Draft]
    why_not: Callable[[OutboxMessage, datetime], str | None]
    fill_secrets: Callable[[str, OutboxMessage], str] | None = None
    private: bool = False
    template: Template | None = None
    carries_calendar: bool = False
    is_versioned: bool = True
    is_useful_late: bool = False
    optional: str = ""
    hurries: bool = False


_kinds: dict[str, Kind] = {}
_address: list[Callable[[], ColumnElement[str]]] = []
_directory: list[Callable[[Collection[int]], Mapping[int, Recipient]]] = []


def register(kind: Kind) -> None:
    """Make a kind and its text known; registering it again replaces it."""
    _kinds[kind.name] = kind
    if kind.template:
        catalogue.add(kind.template)


def get(name: str) -> Kind:
    """Return a kind by its name.

    Raises:
        KeyError: No feature registered it.
    """
    return _kinds[name]


def template_of(name: str) -> str:
    """Return the name of the text of a kind, as ``render_draft`` takes it.

    Raises:
        KeyError: No feature registered the kind, or it has no text of its own.
    """
    template = _kinds[name].template
    if template is None:
        raise KeyError(name)
    return template.name


def find(name: str) -> Kind | None:
    """Return a kind by its name; None when this program does not know it."""
    return _kinds.get(name)


def list_names() -> list[str]:
    """Return the names of all kinds in the order of the alphabet."""
    return sorted(_kinds)


def list_optional() -> set[str]:
    """Return the names of the personal choices that some kind belongs to."""
    return {kind.optional for kind in _kinds.values() if kind.optional}


def list_for_worker() -> tuple[list[str], list[str]]:
    """Return the names of all kinds, and of those that bring or change an invitation."""
    return list_names(), sorted(name for name, kind in _kinds.items() if kind.carries_calendar)


def list_hurried() -> list[str]:
    """Return the names of the kinds that somebody waits for at this moment."""
    return sorted(name for name, kind in _kinds.items() if kind.hurries)


def set_address_column(make_column: Callable[[], ColumnElement[str]]) -> None:
    """Say how the database finds the address of the person of an outbox row."""
    _address[:] = [make_column]


def address_column() -> ColumnElement[str]:
    """Return the address of the person of an outbox row, to put into a query; null for nobody."""
    return _address[0]()


def set_directory(list_people: Callable[[Collection[int]], Mapping[int, Recipient]]) -> None:
    """Say how the names and addresses of people are found, by their ids."""
    _directory[:] = [list_people]


def list_recipients(person_ids: Collection[int]) -> Mapping[int, Recipient]:
    """Return where mail for these people goes now, in order of name; unknown ids are left out."""
    found = _directory[0](person_ids)
    return dict(sorted(found.items(), key=lambda pair: (pair[1].name.casefold(), pair[0])))


def find_recipient(message: OutboxMessage) -> Recipient | None:
    """Return where a message goes at this moment; None when there is no such person any more."""
    if message.person_id is None:
        return Recipient(name="", address=message.address, is_active=True)
    return list_recipients([message.person_id]).get(message.person_id)
