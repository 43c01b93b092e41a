"""Writes and reads CSV files: the one pair of functions for both, exact inverses of each other.

A spreadsheet takes a cell that begins with ``=`` for a formula, so the writer puts an apostrophe
before each cell that could begin one and the reader takes exactly that apostrophe away again. The
reader also takes files as other programs write them: see ``read_rows``.

Source:
    CV-1 to CV-3 of the security notes; RFC 4180.
"""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from swa.core.errors import RuleBroken

FORMULA_LEADS = frozenset("=+-@\t\r\n\0'")
# What a spreadsheet may drop before it looks at a cell: blanks and marks that nobody sees.
UNSEEN = (
    " \xa0\x0b\x0c\x1c\x1d\x1e\x1f\x85\xad\u061c\u1680\u180e\u2028\u2029\u202f\u205f\u3000\ufeff"
    + "".join(map(chr, (*range(0x2000, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070))))
)
DELIMITERS = ",;\t|"
QUOTED = re.compile(r'"[^"]*"?')
DECLARED_DELIMITER = re.compile(r"sep=([,;\t|])(?:\r\n|\r|\n|$)", re.IGNORECASE)
OFFICE_FILES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
END = "end of file"  # alone in its line, unless a quotation mark is still open
MEGABYTE = 1024 * 1024

# The csv module refuses cells above 131,072 characters unless told otherwise; ours are counted
# below, so that the refusal names the row.
csv.field_size_limit(2**31 - 1)


class UnreadableFile(RuleBroken):
    """The file cannot be read as a table; the message says what to do."""

    field = "file"


@dataclass(frozen=True)
class Limits:
    """How much of a file is read.

    Attributes:
        content: Bytes of the whole file.
        rows: Rows, blank ones included.
        cell: Characters of one cell.
    """

    content: int = 25 * MEGABYTE
    rows: int = 100_000
    cell: int = MEGABYTE


class Row(NamedTuple):
    """One row of a file.

    Attributes:
        number: As a spreadsheet shows it: 1 for the first, blank rows counted.
        cells: Texts as written, blanks around them included; empty for a blank line.
    """

    number: int
    cells: list[str]

    @property
    def is_blank(self) -> bool:
        """Whether no cell holds anything that can be seen."""
        return not any(cell.strip(UNSEEN + "\t\r\n") for cell in self.cells)


def write_rows(rows: Iterable[Sequence[str]]) -> bytes:
    """Write a file that spreadsheets open with every cell as text and no cell as a formula.

    Returns:
        UTF-8 with a byte order mark, commas, each cell in quotation marks, CR LF line ends.

    Source:
        CV-1 (no cell starts a formula), CV-2 (written, read and written again is the same).
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([_guard(cell) for cell in row] for row in rows)
    return codecs.BOM_UTF8 + text.getvalue().encode("utf-8")


def read_rows(content: bytes, limits: Limits | None = None) -> list[Row]:
    """Read what ``write_rows`` wrote, or what another program exported.

    Takes UTF-8 with or without its mark, UTF-16 and Windows-1252; commas, semicolons, tabs or
    bars between cells; any line ends, also inside quoted cells; a first line like ``sep=;``.

    Args:
        content: The bytes of the file.
        limits: How much is read at most; the ordinary limits when not given.

    Returns:
        All rows in order, blank ones too; none for an empty file.

    Raises:
        UnreadableFile: Too large, not text, or a quotation mark that nobody closed.

    Source:
        CV-3 of the security notes.
    """
    limits = limits or Limits()
    if len(content) > limits.content:
        msg = f"The selected file must be smaller than {limits.content // MEGABYTE}MB"
        raise UnreadableFile(msg)
    text = _decode(content)
    if declared := DECLARED_DELIMITER.match(text):
        return list(_split(text[declared.end() :], declared.group(1), limits))
    return list(_split(text, _find_delimiter(text), limits))


def _guard(cell: str) -> str:
    return f"'{cell}" if _could_begin_a_formula(cell) else cell


def _unguard(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and _could_begin_a_formula(cell[1:]) else cell


def _could_begin_a_formula(cell: str) -> bool:
    """Look at the first character that shows, in the plain form of full-width and small signs."""
    seen = cell.lstrip(UNSEEN)
    return bool(seen) and unicodedata.normalize("NFKC", seen[0])[0] in FORMULA_LEADS


def _decode(content: bytes) -> str:
    if content.startswith(OFFICE_FILES):
        msg = "The selected file must be a CSV. In your spreadsheet, save it as “CSV UTF-8”"
        raise UnreadableFile(msg)
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _decode_as((encoding,), content[len(mark) :])
    return _decode_as(_guess_encodings(content[:1000]), content)


def _guess_encodings(start: bytes) -> tuple[str, ...]:
    """UTF-16 without its mark has a zero in every second byte of ordinary letters."""
    if start[1:2] == b"\0" and start[:1] != b"\0":
        return ("utf-16-le",)
    if start[:1] == b"\0" and start[1:2] != b"\0":
        return ("utf-16-be",)
    return ("utf-8", "cp1252")


def _decode_as(encodings: tuple[str, ...], content: bytes) -> str:
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    msg = "The selected file could not be read as text. In your spreadsheet, save it as “CSV UTF-8”"
    raise UnreadableFile(msg)


def _find_delimiter(text: str) -> str:
    """Choose what stands most often between the cells of the first line that is not blank."""
    bare = QUOTED.sub('"', text).lstrip("\r\n")
    first_line = re.split(r"[\r\n]", bare, maxsplit=1)[0]
    return max(DELIMITERS, key=first_line.count)


def _split(text: str, delimiter: str, limits: Limits) -> Iterator[Row]:
    lines = [*io.StringIO(text, newline=""), END]
    reader = csv.reader(lines, delimiter=delimiter)
    for number, cells in enumerate(reader, 1):
        if reader.line_num == len(lines):
            if cells != [END]:
                msg = f"Row {number}: a quotation mark is not closed. Add the closing one"
                raise UnreadableFile(msg)
            return
        if number > limits.rows:
            msg = f"The selected file must have no more than {limits.rows:,} rows"
            raise UnreadableFile(msg)
        if any(len(cell) > limits.cell for cell in cells):
            msg = f"Row {number}: a cell must be {limits.cell:,} characters or fewer"
            raise UnreadableFile(msg)
        yield Row(number, [_unguard(cell) for cell in cells])
