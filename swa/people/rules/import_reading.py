"""Reads a list of people: from the rows of a file to one line per person, or why not.

Source:
    C25 (per-row errors with row numbers), CV-3 of the security notes.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from swa.core.csv_files import Limits, Row, UnreadableFile, read_rows
from swa.people.rules.addresses import ADDRESS_MAX_LENGTH, is_address, tidy_address
from swa.people.rules.import_columns import (
    Column,
    find_column,
    find_kind,
    find_kind_by_yes,
    find_sector,
    plain_words,
    quote,
    tidy_cell,
)
from swa.people.types import PersonKind, Sector

LIMITS = Limits(content=25 * 1024 * 1024, rows=100_000)
NAMED_ADDRESS = re.compile(r"[^<>]{0,300}<([^<>]{1,300})>")
NAME_COLUMNS = frozenset({Column.NAME, Column.FIRST_NAME, Column.LAST_NAME})
MOST_CHARACTERS = {
    Column.NAME: 120,
    Column.ORGANISATION: 120,
    Column.BOROUGH: 80,
    Column.TEAM: 120,
    Column.JOB_ROLE: 120,
}
MEND_COMMAS = "Put a text that holds a comma or semicolon between quotation marks"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that is not taken over.

    Attributes:
        row: Its number in the spreadsheet; the headings are row 1.
        why: What is wrong and what to do, in words.
        email: The address as read, empty without one.
        cells: The row as it was written, so that it can be mended.
    """

    row: int
    why: str
    email: str = ""
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One person of the file; an empty text says that the cell was blank.

    Attributes:
        row: Its number in the spreadsheet.
        sector: None when the cell was blank or not understood; ``sector_word`` tells which.
        line_manager: The manager's address; empty when the cell is blank or holds no address.
        manager_word: The cell as written.
        cells: The row as it was written.
    """

    row: int
    email: str
    name: str
    organisation: str
    sector: Sector | None
    sector_word: str
    borough: str
    team: str
    job_role: str
    kind: PersonKind | None
    line_manager: str
    manager_word: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """What a file holds.

    Attributes:
        headings: The first row, tidied.
        unused: Headings of the columns that are left out.
        rows: Rows below the headings that are not blank.
        lines: The people that could be read, in order.
        refused: The rows that could not, in order.
    """

    headings: tuple[str, ...]
    unused: tuple[str, ...]
    rows: int
    lines: tuple[Line, ...]
    refused: tuple[Refusal, ...]


def read_people(
    content: bytes, *, limits: Limits = LIMITS, progress: Progress | None = None
) -> Reading:
    """Read a list of people.

    Args:
        content: The bytes of a CSV file.
        limits: How much is read at most.
        progress: Told how many rows of how many are read.

    Raises:
        UnreadableFile: It is no table, is empty, or lacks a column that it needs.
    """
    rows = [row for row in read_rows(content, limits) if not row.is_blank]
    if not rows:
        msg = "The selected file is empty"
        raise UnreadableFile(msg)
    headings = tuple(tidy_cell(cell) for cell in rows[0].cells)
    reader = _LineReader(headings)
    for done, row in enumerate(rows[1:], 1):
        reader.read(row)
        if progress and done % 500 == 0:
            progress(done, len(rows) - 1)
    if progress:
        progress(len(rows) - 1, len(rows) - 1)
    return Reading(
        headings=headings,
        unused=tuple(h for h in headings if h and find_column(h) is None),
        rows=len(rows) - 1,
        lines=tuple(reader.lines),
        refused=tuple(reader.refused),
    )


def find_columns(headings: Sequence[str]) -> dict[Column, int]:
    """Say where each column stands.

    Raises:
        UnreadableFile: Two columns hold the same, or there is none for the address or the name.
    """
    places: dict[Column, int] = {}
    for place, heading in enumerate(headings):
        column = find_column(heading)
        if column is None:
            continue
        if column in places:
            msg = (
                f"The columns {quote(headings[places[column]])} and {quote(heading)} both hold the"
                f" {column}. Keep one of them"
            )
            raise UnreadableFile(msg)
        places[column] = place
    if Column.EMAIL not in places or not NAME_COLUMNS & places.keys():
        missing = "email address" if Column.EMAIL not in places else "name"
        msg = (
            f"The selected file must use the template: no column of the first row is the {missing}"
        )
        raise UnreadableFile(msg)
    return places


class _LineReader:
    """Reads row after row and remembers which addresses have been there.

    Args:
        headings: The first row of the file.
    """

    def __init__(self, headings: Sequence[str]) -> None:
        self.columns = find_columns(headings)
        self.headings = [plain_words(heading) for heading in headings]
        self.lines: list[Line] = []
        self.refused: list[Refusal] = []
        self.row_of: dict[str, int] = {}

    def read(self, row: Row) -> None:
        """Add the row to the lines, or to the refusals."""
        written = tuple(row.cells)
        cells = {
            column: tidy_cell(row.cells[place]) if place < len(row.cells) else ""
            for column, place in self.columns.items()
        }
        email = read_address(cells[Column.EMAIL])
        faults = self._faults_of_the_row(row) or [
            *self._faults_of_the_address(row.number, cells[Column.EMAIL], email),
            *_faults_of_the_cells(cells, email),
        ]
        if faults:
            self.refused.append(Refusal(row.number, ". ".join(faults), email, written))
        else:
            self.lines.append(_line(row.number, cells, email, written))

    def _faults_of_the_row(self, row: Row) -> list[str]:
        known = len(self.headings)
        if [plain_words(cell) for cell in row.cells] == self.headings:
            return ["This row repeats the headings. Delete it"]
        if any(tidy_cell(cell) for cell in row.cells[known:]):
            return [f"This row has {len(row.cells)} cells under {known} headings. {MEND_COMMAS}"]
        return []

    def _faults_of_the_address(self, number: int, cell: str, email: str) -> list[str]:
        if not cell:
            return ["Enter an email address"]
        if not email:
            return [f"{quote(cell)} is not an email address, like name@example.com"]
        first = self.row_of.setdefault(email, number)
        if first != number:
            return [f"{quote(email)} is also in row {first}. Only row {first} is used"]
        return []


def read_address(cell: str) -> str:
    """Return the address in a cell, also out of ``Name <address>``; empty when there is none."""
    if named := NAMED_ADDRESS.fullmatch(cell):
        cell = named.group(1)
    address = tidy_address(cell).removeprefix("mailto:")
    return address if _is_address(address) else ""


@lru_cache(maxsize=50_000)
def _is_address(address: str) -> bool:
    return len(address) <= ADDRESS_MAX_LENGTH and is_address(address)


def _full_name(cells: Mapping[Column, str]) -> str:
    parts = (cells.get(Column.FIRST_NAME, ""), cells.get(Column.LAST_NAME, ""))
    return cells.get(Column.NAME) or " ".join(part for part in parts if part)


def _kind(cells: Mapping[Column, str]) -> PersonKind | None:
    by_yes = find_kind_by_yes(cells.get(Column.VOLUNTEER, ""))
    return find_kind(cells.get(Column.KIND, "")) or by_yes


def _faults_of_the_cells(cells: Mapping[Column, str], email: str) -> list[str]:
    texts = {**cells, Column.NAME: _full_name(cells)}
    faults = [
        f"The {column} must be {most} characters or fewer"
        for column, most in MOST_CHARACTERS.items()
        if len(texts.get(column, "")) > most
    ]
    for column in (Column.KIND, Column.VOLUNTEER):
        if cells.get(column) and _kind(cells) is None:
            answers = "paid or volunteer" if column is Column.KIND else "yes or no"
            faults.append(f"{quote(cells[column])} is not understood. Enter {answers}")
    if email and read_address(cells.get(Column.LINE_MANAGER, "")) == email:
        faults.append("A person cannot be their own line manager")
    return faults


def _line(number: int, cells: Mapping[Column, str], email: str, written: tuple[str, ...]) -> Line:
    manager = cells.get(Column.LINE_MANAGER, "")
    sector = cells.get(Column.SECTOR, "")
    return Line(
        row=number,
        email=email,
        name=_full_name(cells),
        organisation=cells.get(Column.ORGANISATION, ""),
        sector=find_sector(sector),
        sector_word=sector,
        borough=cells.get(Column.BOROUGH, ""),
        team=cells.get(Column.TEAM, ""),
        job_role=cells.get(Column.JOB_ROLE, ""),
        kind=_kind(cells),
        line_manager=read_address(manager),
        manager_word=manager,
        cells=written,
    )
