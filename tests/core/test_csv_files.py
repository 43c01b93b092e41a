"""The CSV pair: CV-1 (formulas), CV-2 (round trip), CV-3 (files as other programs write them)."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from swa.core.csv_files import FORMULA_LEADS, Limits, UnreadableFile, read_rows, write_rows
from tests.support.examples import examples

pytestmark = pytest.mark.once

NASTY = "=+-@\t\r\n\0'\"＝＋－＠﹣﹦⁺₌,;| \xa0\ufeff\u200b\u2003aé’"
cells = st.text(alphabet=NASTY, max_size=6) | st.text(
    alphabet=st.characters(exclude_categories=["Cs"]), max_size=12
)
PATIENCE = 6 * 3600
tables = st.lists(st.lists(cells, min_size=1, max_size=4), max_size=5)


def cells_of(content: bytes) -> list[list[str]]:
    return [row.cells for row in read_rows(content)]


@pytest.mark.figures
@pytest.mark.timeout(PATIENCE)
@examples("csv_round_trips", test=500, ci=5_000, soak=100_000)
@given(tables)
@example([["'Brien"]])
@example([["''=1"]])
@example([["sep=;"], ["a;b"]])
@example([["a", "b;c;d;e"]])
@example([["end of file"]])
@example([["\ufeff=1"]])
def test_what_was_written_reads_back_the_same(table):
    content = write_rows(table)

    assert cells_of(content) == table
    assert write_rows(cells_of(content)) == content


@pytest.mark.figures
@pytest.mark.timeout(PATIENCE)
@examples("csv_cells", test=500, ci=5_000, soak=100_000)
@given(cells)
def test_no_written_cell_begins_a_formula(cell):
    written = write_rows([[cell]]).decode("utf-8-sig").removesuffix("\r\n")[1:-1]

    plain = unicodedata.normalize("NFKC", written.strip(" \xa0\ufeff\u2003\u3000"))
    assert plain[:1] not in (FORMULA_LEADS - {"'"})


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param("=1+1", id="equals"),
        pytest.param(" =1+1", id="after a blank"),
        pytest.param("\xa0@SUM(1)", id="after a no-break blank"),
        pytest.param("\ufeff-2", id="after a byte order mark"),
        pytest.param("＝1+1", id="full width"),
        pytest.param("\t=1", id="after a tab"),
        pytest.param("\r=1", id="after a return"),
        pytest.param("\n=1", id="after a line end"),
        pytest.param("\0=1", id="after a zero"),
    ],
)
def test_a_formula_gets_one_apostrophe(cell):
    assert write_rows([[cell]]).decode("utf-8-sig") == f'"\'{cell}"\r\n'


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param("'=1", "=1", id="ours"),
        pytest.param("''=1", "'=1", id="one of two"),
        pytest.param("'Brien", "'Brien", id="a name"),
        pytest.param("O'Neil", "O'Neil", id="inside a name"),
        pytest.param("'", "'", id="alone"),
    ],
)
def test_the_reader_takes_away_only_what_the_writer_added(written, read):
    assert cells_of(written.encode()) == [[read]]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("name;job\nZoë;Café".encode(), id="UTF-8"),
        pytest.param("name,job\r\nZoë,Café".encode("utf-8-sig"), id="UTF-8 with its mark"),
        pytest.param("name;job\rZoë;Café".encode("cp1252"), id="Windows-1252, old Mac lines"),
        pytest.param("name\tjob\nZoë\tCafé\n".encode("utf-16"), id="UTF-16 with its mark"),
        pytest.param("name\tjob\nZoë\tCafé\n".encode("utf-16-le"), id="UTF-16, little end"),
        pytest.param("name|job\nZoë|Café\n".encode("utf-16-be"), id="UTF-16, big end"),
        pytest.param(b"sep=;\r\nname;job\r\n" + "Zoë;Café".encode(), id="a declared delimiter"),
    ],
)
def test_reads_what_other_programs_write(content):
    assert cells_of(content) == [["name", "job"], ["Zoë", "Café"]]


def test_rows_are_numbered_as_a_spreadsheet_shows_them():
    rows = read_rows(b'name,job\r\n\r\n"two\nlines",x\r\n,\r\nlast\r\n')

    assert [(row.number, row.is_blank) for row in rows] == [
        (1, False),
        (2, True),
        (3, False),
        (4, True),
        (5, False),
    ]


def test_ragged_rows_keep_their_own_length():
    assert cells_of(b"a,b\n1\n1,2,3\n") == [["a", "b"], ["1"], ["1", "2", "3"]]


def test_an_empty_file_has_no_rows():
    assert read_rows(b"") == []


def test_a_quotation_mark_inside_a_cell_is_kept():
    assert cells_of(b'pipe,5" wide\n') == [["pipe", '5" wide']]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b'a\nb,"c\nd\n', "Row 2: a quotation mark is not closed", id="open quote"),
        pytest.param(b"PK\x03\x04rest", "must be a CSV", id="a workbook"),
        pytest.param(b"\xd0\xcf\x11\xe0rest", "must be a CSV", id="an old workbook"),
        pytest.param(b"%PDF-1.7", "must be a CSV", id="a PDF"),
        pytest.param(b"a,\x81\x8d\n", "could not be read as text", id="no known letters"),
        pytest.param(b"\xff\xfea", "could not be read as text", id="half a UTF-16 letter"),
        pytest.param(b"a\n" * 1_000_000, "no more than 100,000 rows", id="a million rows"),
    ],
)
def test_refuses_in_words_what_is_no_table(content, words):
    with pytest.raises(UnreadableFile, match=words) as refusal:
        read_rows(content)

    assert refusal.value.field == "file"


@pytest.mark.parametrize("length", [999, 1000])
def test_a_cell_up_to_the_limit_is_read(length):
    assert len(read_rows(b"x" * length, Limits(cell=1000))) == 1


def test_a_cell_above_the_limit_is_refused_with_its_row():
    with pytest.raises(UnreadableFile, match="Row 2: a cell must be 1,000 characters or fewer"):
        read_rows(b"a\n" + b"x" * 1001, Limits(cell=1000))


def test_a_cell_of_one_megabyte_is_read():
    assert cells_of(b'a,"' + b"x" * 1_000_000 + b'"') == [["a", "x" * 1_000_000]]


def test_a_file_above_the_limit_is_refused():
    read_rows(b"x" * 1024 * 1024, Limits(content=1024 * 1024))
    with pytest.raises(UnreadableFile, match="must be smaller than 1MB"):
        read_rows(b"x" * (1024 * 1024 + 1), Limits(content=1024 * 1024))
