"""Reading a list of people and planning its import.

CV-3 and C25 of the notes (errors in words with row numbers), AN-02 (organisation and sector), AN-06
(volunteers), AN-20 (borough), CF-23 (organisation and team), IN-15 (no other columns).
"""

import pytest

from swa.core.csv_files import UnreadableFile, write_rows
from swa.people.rules.import_columns import find_column, find_kind, find_sector
from swa.people.rules.import_reading import read_people
from swa.people.rules.import_values import Directory, KnownOrganisation, KnownPerson, KnownTeam
from swa.people.rules.importing import plan_import
from swa.people.types import PersonKind, Sector

HEADINGS = ["Name", "Email", "Organisation", "Sector", "Team", "Job role", "Line manager"]
COUNCIL = KnownOrganisation(1, "Newham Council", Sector.COUNCIL, "Newham")
CHARITY = KnownOrganisation(2, "Help & Hope", Sector.VOLUNTARY, "Hackney")
HOUSING = KnownTeam(1, "Housing", "Newham Council")


def known(number, *, manager=None, team=None, organisation=1, is_active=True):
    return KnownPerson(
        number,
        f"known{number}@example.org",
        f"Known {number}",
        "Adviser",
        PersonKind.PAID,
        organisation,
        team,
        manager,
        is_active,
    )


def plan(*rows, people=(), headings=HEADINGS):
    content = write_rows([headings, *([*row, *[""] * (len(headings) - len(row))] for row in rows)])
    return plan_import(read_people(content), Directory((COUNCIL, CHARITY), (HOUSING,), people))


def refusals(preview):
    return {refusal.row: refusal.why for refusal in preview.refused}


def new(number, **cells):
    ordinary = {
        "Name": f"New {number}",
        "Email": f"new{number}@example.org",
        "Organisation": "Newham Council",
    }
    return [(ordinary | cells).get(heading, "") for heading in HEADINGS]


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("E-Mail Address", "email address"),
        ("WORK EMAIL", "email address"),
        ("Surname", "last name"),
        ("Forename(s)", None),
        ("First Name", "first name"),
        ("Employer", "organisation"),
        ("Dept.", "team"),
        ("Job Title", "job role"),
        ("Employment Type", "paid or volunteer"),
        ("Manager's email", "line manager"),
        ("Line manager (optional)", "line manager"),
        ("Access needs", None),
        ("Payroll number", None),
        ("", None),
    ],
)
def test_headings_are_read_as_hr_systems_word_them(heading, column):
    assert find_column(heading) == column


@pytest.mark.parametrize(
    ("word", "sector"),
    [
        ("Local Authority", Sector.COUNCIL),
        ("VCSE", Sector.VOLUNTARY),
        ("Not-for-profit", Sector.VOLUNTARY),
        ("NHS", Sector.HEALTH),
        ("other", Sector.OTHER),
        ("", None),
        ("space travel", None),
    ],
)
def test_sectors_are_read_as_people_word_them(word, sector):
    assert find_sector(word) == sector


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Permanent", PersonKind.PAID),
        ("Fixed-term", PersonKind.PAID),
        ("VOLUNTEER", PersonKind.VOLUNTEER),
        ("", None),
        ("robot", None),
    ],
)
def test_kinds_are_read_as_people_word_them(word, kind):
    assert find_kind(word) == kind


def test_first_and_last_name_make_the_name():
    preview = plan(
        ["Ann", "Lee", "a@example.org", "Newham Council"],
        headings=["First name", "Surname", "Email", "Organisation"],
    )

    assert [entry.line.name for entry in preview.created] == ["Ann Lee"]


@pytest.mark.parametrize(
    ("cell", "kind"), [("yes", PersonKind.VOLUNTEER), ("N", PersonKind.PAID), ("", None)]
)
def test_a_column_may_ask_whether_somebody_volunteers(cell, kind):
    preview = plan(
        ["Ann", "a@example.org", "Newham Council", cell],
        headings=["Name", "Email", "Organisation", "Volunteer?"],
    )

    assert preview.created[0].line.kind == kind


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The selected file is empty"),
        (b"\r\n,,\r\n", "The selected file is empty"),
        (
            b"who,where\r\n",
            "must use the template: no column of the first row is the email address",
        ),
        (b"email,where\r\n", "no column of the first row is the name"),
        (b"name,email,work e-mail\r\n", "“email” and “work e-mail” both hold the email address"),
    ],
)
def test_a_file_without_the_columns_is_refused_in_words(content, words):
    with pytest.raises(UnreadableFile, match=words):
        read_people(content)


def test_columns_that_are_not_ours_are_left_out_and_named():
    reading = read_people(b"name,email,Access needs,Payroll\r\nAnn,a@example.org,Loop,7\r\n")

    assert reading.unused == ("Access needs", "Payroll")
    assert "Loop" not in str(reading.lines[0])[: str(reading.lines[0]).index("cells")]


def test_rows_are_counted_without_blank_ones_and_numbered_with_them():
    reading = read_people(b"name,email\r\n\r\nAnn,a@example.org\r\n,\r\nBob,nobody\r\n")

    assert reading.rows == 2
    assert [line.row for line in reading.lines] == [3]
    assert [refusal.row for refusal in reading.refused] == [5]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        pytest.param(["Ann", ""], "Enter an email address", id="no address"),
        pytest.param(["Ann", "ann at work"], "“ann at work” is not an email address", id="format"),
        pytest.param(["Ann", "änn@example.org"], "is not an email address", id="not ASCII"),
        pytest.param(["A" * 121, "a@example.org"], "name must be 120 characters", id="long name"),
        pytest.param(["", "a@example.org"], "This person is new. Enter their name", id="no name"),
        pytest.param(
            ["Ann", "a@example.org", ""], "Enter their organisation", id="no organisation"
        ),
        pytest.param(
            ["Ann", "a@example.org", "Nowhere"],
            "“Nowhere” is not a listed organisation. To add it, enter its sector",
            id="unknown organisation",
        ),
        pytest.param(
            ["Ann", "a@example.org", "Newham Counsil"], "Did you mean “Newham Council”", id="nearly"
        ),
        pytest.param(
            ["Ann", "a@example.org", "Nowhere", "space"],
            "The sector “space” is not understood",
            id="unknown sector",
        ),
        pytest.param(
            ["Ann", "a@example.org", "Newham Council", "", "", "", "A@Example.org"],
            "cannot be their own line manager",
            id="own manager",
        ),
        pytest.param(HEADINGS, "This row repeats the headings", id="headings again"),
        pytest.param([*["Ann"] * 7, "more"], "has 8 cells under 7 headings", id="too many cells"),
    ],
)
def test_a_row_is_refused_in_words(row, words):
    preview = plan(row)

    assert words in refusals(preview)[2]
    assert preview.created == ()


def test_all_faults_of_a_row_are_told_at_once():
    preview = plan(["A" * 121, "nobody", "B" * 121])

    assert refusals(preview)[2].count(". ") == 2


def test_a_kind_that_is_not_understood_refuses_the_row():
    preview = plan(
        ["Ann", "a@example.org", "Newham Council", "robot"],
        headings=["Name", "Email", "Organisation", "Employment type"],
    )

    assert refusals(preview) == {2: "“robot” is not understood. Enter paid or volunteer"}


def test_an_address_is_read_without_capitals_and_out_of_its_wrapping():
    preview = plan(
        new(1, Email="  ANN@Example.ORG "),
        new(2, Email="Bob <bob@example.org>"),
        new(3, Email="mailto:cy@example.org"),
    )

    assert [entry.line.email for entry in preview.created] == [
        "ann@example.org",
        "bob@example.org",
        "cy@example.org",
    ]


def test_the_second_of_two_rows_with_one_address_is_refused():
    preview = plan(new(1), new(2, Email="NEW1@example.org"))

    assert refusals(preview) == {3: "“new1@example.org” is also in row 2. Only row 2 is used"}


def test_one_name_with_two_addresses_is_two_people():
    preview = plan(new(1, Name="Ann Lee"), new(2, Name="Ann Lee"))

    assert len(preview.created) == 2
    assert preview.refused == ()


def test_a_manager_may_stand_below_the_report():
    preview = plan(new(1, **{"Line manager": "new2@example.org"}), new(2))

    assert [entry.manager for entry in preview.created] == ["new2@example.org", ""]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("ghost@example.org", "is not in the list or in this file; it is left empty"),
        ("Jane Smith", "is no email address; it is left empty"),
    ],
)
def test_an_unknown_manager_is_noted_and_left_empty(cell, words):
    preview = plan(new(1, **{"Line manager": cell}))

    ((row, note),) = preview.notes
    assert row == 2
    assert note == f"Line manager “{cell}” {words}"
    assert preview.created[0].manager == ""


def test_a_manager_whose_own_row_is_refused_is_unknown():
    preview = plan(new(1, **{"Line manager": "new2@example.org"}), new(2, Organisation="Nowhere"))

    assert [entry.line.row for entry in preview.created] == [2]
    assert "new2@example.org" in preview.notes[0][1]


def test_a_circle_of_managers_is_refused_in_words():
    preview = plan(
        new(1, **{"Line manager": "new2@example.org"}),
        new(2, **{"Line manager": "new1@example.org"}),
        new(3, **{"Line manager": "new1@example.org"}),
    )

    assert set(refusals(preview)) == {2, 3}
    assert "circle of line managers: new1@example.org → new2@example.org" in refusals(preview)[2]
    assert [entry.line.row for entry in preview.created] == [4]
    assert "left empty" in preview.notes[0][1]


def test_a_circle_through_people_we_know_is_refused_where_the_file_closes_it():
    people = (known(1, manager=2), known(2))

    preview = plan(["", "known2@example.org", "", "", "", "", "known1@example.org"], people=people)

    assert set(refusals(preview)) == {2}


def test_refusing_a_new_manager_may_restore_an_old_one_and_close_another_circle():
    people = (known(1, manager=2), known(2))

    preview = plan(
        ["", "known1@example.org", "", "", "", "", "new3@example.org"],
        ["", "known2@example.org", "", "", "", "", "known1@example.org"],
        new(3, **{"Line manager": "new4@example.org"}),
        new(4, **{"Line manager": "new3@example.org"}),
        people=people,
    )

    assert set(refusals(preview)) == {3, 4, 5}


def test_a_blank_cell_changes_nothing():
    preview = plan(["", "known1@example.org"], people=(known(1, team=1),))

    assert [entry.line.email for entry in preview.unchanged] == ["known1@example.org"]


def test_what_changes_is_told_field_by_field():
    row = ["Ann Lee", "known1@example.org", "", "", "Homes", "Lead", "known2@example.org"]

    preview = plan(row, people=(known(1, team=1), known(2)))

    assert [(c.field, c.before, c.after) for c in preview.updated[0].changes] == [
        ("name", "Known 1", "Ann Lee"),
        ("team", "Housing", "Homes"),
        ("job role", "Adviser", "Lead"),
        ("line manager", "", "known2@example.org"),
    ]


def test_another_organisation_is_a_move_and_leaves_the_old_team_behind():
    row = ["", "known1@example.org", "HELP and hope"]

    preview = plan(row, people=(known(1, team=1),))

    assert preview.updated[0].is_move
    assert [(c.field, c.after) for c in preview.updated[0].changes] == [
        ("organisation", "Help & Hope"),
        ("team", ""),
    ]


def test_somebody_disabled_stays_so():
    preview = plan(["Ann", "known1@example.org"], people=(known(1, is_active=False),))

    assert preview.notes == [(2, "This person is disabled and stays so")]


def test_a_new_organisation_needs_its_sector_once():
    preview = plan(
        new(1, Organisation="Green Shoots"),
        new(2, Organisation="green shoots", Sector="charity"),
    )

    assert [(o.name, o.sector) for o in preview.new_organisations] == [
        ("green shoots", Sector.VOLUNTARY)
    ]
    assert len(preview.created) == 2


def test_two_sectors_for_one_new_organisation_are_refused():
    preview = plan(
        new(1, Organisation="Green Shoots", Sector="charity"),
        new(2, Organisation="Green Shoots", Sector="NHS"),
    )

    assert (
        "Row 2 says that “Green Shoots” is voluntary, this row says health" in refusals(preview)[3]
    )


def test_an_organisation_of_refused_rows_only_is_not_added():
    preview = plan(new(1, Name="", Organisation="Green Shoots", Sector="charity"))

    assert preview.new_organisations == ()


def test_one_new_team_spelt_in_two_ways_is_one_team():
    preview = plan(new(1, Team="Homes"), new(2, Team="HOMES"))

    assert preview.created[0].team is preview.created[1].team


@pytest.mark.parametrize("cell", ["x" * 1_000_000, "\u202eevil\x00\x1b[2J", "<b>&'\""])
def test_odd_cells_are_refused_or_tidied_but_never_fail(cell):
    preview = plan(["Ann", cell, cell, cell, cell, cell, cell])

    assert len(refusals(preview)[2]) < 1000
    assert "\x1b" not in refusals(preview)[2]
