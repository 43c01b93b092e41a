"""``swa import-people``: preview, saving, JSON."""

import json

import pytest
from sqlalchemy import func, select

from swa.core.csv_files import read_rows, write_rows
from swa.core.db import db
from swa.people.cli import import_people
from swa.people.models import Person

HEADINGS = ["Name", "Email", "Organisation", "Sector", "Team", "Line manager"]


@pytest.fixture
def people_file(tmp_path):
    def write(*rows):
        path = tmp_path / "people.csv"
        path.write_bytes(write_rows([HEADINGS, *rows]))
        return str(path)

    return write


@pytest.fixture
def run(app):
    return lambda *arguments, **more: app.test_cli_runner().invoke(import_people, arguments, **more)


def row(name, organisation="Green Shoots", sector="charity", **cells):
    return [name, f"{name}@example.org", organisation, sector, "", cells.get("manager", "")]


def count(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


def test_json_ends_with_one_line(people_file, run):
    path = people_file(row("Ann"), [], row("Bob", "Nowhere", ""), row("Cy"))

    result = run(path, "--yes", "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout.splitlines()[-1]) == {
        "rows": 3,
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "refused": [
            {
                "row": 4,
                "why": "“Nowhere” is not a listed organisation. To add it, enter its sector"
                " (council, voluntary, health or other)",
            }
        ],
    }
    assert len(result.stdout.splitlines()) == 1


def test_a_second_run_leaves_everybody_unchanged(people_file, run):
    path = people_file(row("Ann"), row("Bob", manager="ann@example.org"))
    run(path, "--yes")

    told = json.loads(run(path, "--yes", "--json").stdout)

    assert (told["created"], told["updated"], told["unchanged"]) == (0, 0, 2)
    assert count(Person) == 2


def test_the_preview_is_printed_and_nothing_saved_without_a_yes(people_file, run):
    result = run(people_file(row("Ann", manager="ghost@example.org"), row("")), input="n\n")

    assert result.exit_code == 1
    for words in ("New people: 1", "Row 2: Ann <ann@example.org>", "Refused rows: 1", "To note: 1"):
        assert words in result.output
    assert count(Person) == 0


def test_a_yes_at_the_question_saves(people_file, run):
    result = run(people_file(row("Ann")), input="y\n")

    assert "Saved: 1 created, 0 updated, 0 unchanged, 0 refused" in result.output
    assert count(Person) == 1


def test_changes_are_told_field_by_field(people_file, run):
    run(people_file(row("Ann")), "--yes")

    result = run(people_file(["Ann Lee", "ann@example.org"]), "--yes")

    assert "Row 2: Ann Lee <ann@example.org>: name from “Ann” to “Ann Lee”" in result.output


def test_a_long_list_is_shown_in_part(people_file, run):
    result = run(people_file(*(row(f"P{n}") for n in range(53))), "--yes")

    assert "New people: 53" in result.output
    assert "… and 3 more" in result.output


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"a,b\n1,2\n", b'name,email\n"Ann'])
def test_an_unreadable_file_is_refused_in_one_sentence(tmp_path, run, content):
    path = tmp_path / "people.csv"
    path.write_bytes(content)

    result = run(str(path), "--yes", "--json")

    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("people.csv: ")
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("arguments", [(), ("no-such-file.csv",)])
def test_without_a_file_it_says_how_to_use_it(run, arguments):
    result = run(*arguments)

    assert result.exit_code == 2
    assert "FILE.csv" in result.output


def test_the_template_has_all_columns(run):
    (headings,) = read_rows(run("--template").stdout_bytes)

    assert headings.cells[:3] == ["Name", "Email", "Organisation"]
