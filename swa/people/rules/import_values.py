"""What an import compares and what comes out of it."""

from dataclasses import dataclass

from swa.people.rules.import_reading import Line, Reading, Refusal
from swa.people.types import PersonKind, Sector


@dataclass(frozen=True, slots=True)
class KnownOrganisation:
    """An organisation that the file names or a person belongs to; ``id`` is None for a new one."""

    id: int | None
    name: str
    sector: Sector
    borough: str = ""


@dataclass(frozen=True, slots=True)
class KnownTeam:
    """A team, by the names of its organisation and its own; ``id`` is None for a new one."""

    id: int | None
    name: str
    organisation: str


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody who is in the database, as far as an import may see them."""

    id: int
    email: str
    name: str
    job_role: str
    kind: PersonKind
    organisation_id: int
    team_id: int | None
    line_manager_id: int | None
    is_active: bool


@dataclass(frozen=True)
class Directory:
    """All organisations, teams and people as they stand, in order of their ids."""

    organisations: tuple[KnownOrganisation, ...] = ()
    teams: tuple[KnownTeam, ...] = ()
    people: tuple[KnownPerson, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One field that a row changes."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What becomes of one row.

    Attributes:
        line: The row as read.
        known: Who has the address already; None for somebody new.
        organisation: Where the person belongs afterwards.
        team: Their team afterwards, None without one.
        manager: Address of the line manager to set; empty leaves things as they are.
        changes: What changes of a known person.
        notes: What the importer should know.
    """

    line: Line
    known: KnownPerson | None
    organisation: KnownOrganisation
    team: KnownTeam | None
    manager: str = ""
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_move(self) -> bool:
        """Whether the person changes organisation."""
        return any(change.field == "organisation" for change in self.changes)


@dataclass(frozen=True)
class Preview:
    """What an import would do, or has done.

    Attributes:
        created: New people.
        updated: Known people of whom something changes.
        unchanged: Known people of whom nothing changes.
        refused: Rows that are not taken over, in order.
        new_organisations: Names and sectors of the organisations that it adds.
    """

    reading: Reading
    created: tuple[Entry, ...] = ()
    updated: tuple[Entry, ...] = ()
    unchanged: tuple[Entry, ...] = ()
    refused: tuple[Refusal, ...] = ()
    new_organisations: tuple[KnownOrganisation, ...] = ()

    @property
    def notes(self) -> list[tuple[int, str]]:
        """Row numbers and remarks of the rows that are taken over, in order."""
        entries = (*self.created, *self.updated, *self.unchanged)
        return sorted((entry.line.row, note) for entry in entries for note in entry.notes)
