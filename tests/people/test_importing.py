"""Saving a list of people, by page and by worker.

CV-1 and CV-4 (cells are escaped, formulas guarded), CV-3 (odd files give words, no 500), CV-5 (the
importer's own rights), RL-4 (all or nothing), AN-02, AN-06, AN-20, CF-23, IN-15 (the file is
forgotten), AZ-2 and AZ-6 (another's upload is no page).
"""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from swa.core import clock
from swa.core.csv_files import read_rows, write_rows
from swa.core.db import db, transaction
from swa.people.cli import save_confirmed_imports
from swa.people.models import AuditEvent, Organisation, PeopleImport, Person, Team
from swa.people.services import importing
from swa.people.types import ImportState, PersonKind, Role, Sector
from tests.support.pages import read_page

HEADINGS = ["Name", "Email", "Organisation", "Sector", "Borough", "Team", "Kind", "Manager"]
THREE = [
    ["Ann Lee", "Ann@Example.org", "Green Shoots", "charity", "Hackney", "Front", "volunteer", ""],
    ["Bob Lee", "bob@example.org", "Green Shoots", "", "", "Front", "", "cy@example.org"],
    ["Cy Lee", "cy@example.org", "Green Shoots", "", "", "", "permanent", ""],
]


@pytest.fixture
def coordinator(make):
    return make.coordinator()


def save(*rows, headings=HEADINGS):
    preview = importing.prepare(write_rows([headings, *rows]))
    with transaction():
        return importing.save(preview, by_id=None, about="test", now=clock.utc_now())


def find(email):
    db.session.expire_all()
    return db.session.scalars(select(Person).where(Person.email == email)).one_or_none()


def counts(preview):
    told = importing.summarise(preview)
    return [told[name] for name in ("rows", "created", "updated", "unchanged")]


def upload(client, content, name="people.csv"):
    """Send the form as a browser does; the test client would leave its own large files open."""
    token = read_page(client.get("/people/import")).select_one("[name=csrf_token]")["value"]
    part = '--edge\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
    head = (
        part.format("csrf_token", "") + f"{token}\r\n" + part.format("file", f'; filename="{name}"')
    )
    body = head.encode() + content + b"\r\n--edge--\r\n"
    return client.post(
        "/people/import", data=body, content_type="multipart/form-data; boundary=edge"
    )


def press(client, page_path, button_path):
    page = read_page(client.get(page_path))
    form = page.select_one(f"form[action='{button_path}']")
    return client.post(button_path, data={"csrf_token": form.select_one("input")["value"]})


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_preparing_writes_nothing(app):
    importing.prepare(write_rows([HEADINGS, *THREE]))

    assert (count(Person), count(Organisation)) == (0, 0)


def test_people_are_saved_with_organisation_team_and_manager(app):
    done = save(*THREE)

    ann, bob, cy = (find(f"{name}@example.org") for name in ("ann", "bob", "cy"))
    assert counts(done) == [3, 3, 0, 0]
    assert ann.organisation.name == "Green Shoots"
    assert (ann.organisation.sector, ann.organisation.borough) == (Sector.VOLUNTARY, "Hackney")
    assert (ann.kind, cy.kind) == (PersonKind.VOLUNTEER, PersonKind.PAID)
    assert ann.team_id == bob.team_id is not None
    assert (bob.line_manager_id, cy.team_id) == (cy.id, None)


def test_importing_again_changes_nothing_and_doubles_nobody(app):
    save(*THREE)

    again = save(*THREE)

    assert counts(again) == [3, 0, 0, 3]
    assert (count(Person), count(Organisation), count(Team)) == (3, 1, 1)


def test_a_later_list_updates_and_never_empties(make):
    save(*THREE)

    done = save(["Ann Lee-Ray", "ann@example.org", "", "", "", "", "", ""])

    ann = find("ann@example.org")
    assert counts(done) == [1, 0, 1, 0]
    assert (ann.name, ann.kind, ann.team.name) == ("Ann Lee-Ray", PersonKind.VOLUNTEER, "Front")


def test_an_import_touches_no_role_no_access_needs_and_no_disabled_account(make):
    person = make.person(
        roles=[Role.FACILITATOR], access_needs="Loop", is_active=False, email="p@example.org"
    )

    save(
        ["New Name", "p@example.org", "administrator", "", "Loud", "1", ""],
        headings=["Name", "Email", "Role", "Roles", "Access needs", "Is active", "Id"],
    )

    db.session.expire_all()
    assert (person.name, person.job_role) == ("New Name", "administrator")
    assert (person.roles, person.access_needs) == ({Role.FACILITATOR}, "Loop")
    assert not person.is_active


def test_an_import_leaves_one_line_in_the_audit_log_without_names(app):
    save(*THREE)

    lines = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [line.what for line in lines] == ["organisation added", "people imported"]
    assert lines[1].fields == "3 created, 0 updated"


def test_what_changed_after_the_preview_is_seen_when_saving(make):
    preview = importing.prepare(write_rows([HEADINGS, *THREE]))
    make.person(name="Bob Before", email="bob@example.org")

    with transaction():
        done = importing.save(preview, by_id=None, about="test", now=clock.utc_now())

    assert counts(done) == [3, 2, 1, 0]
    assert count(Person) == 3


def test_an_import_that_breaks_off_leaves_nothing(app):
    preview = importing.prepare(write_rows([HEADINGS, *THREE]))

    def pull_the_plug(_done, _total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), transaction():
        importing.save(
            preview, by_id=None, about="test", now=clock.utc_now(), progress=pull_the_plug
        )

    assert [count(model) for model in (Person, Organisation, Team, AuditEvent)] == [0, 0, 0, 0]


def test_twenty_thousand_rows_are_saved_in_one_go_with_progress(app):
    rows = [
        [
            f"Person {n}",
            f"p{n}@example.org",
            "Big Council",
            "council",
            "",
            f"Team {n % 100}",
            "",
            "",
        ]
        for n in range(20_000)
    ]
    told = []
    began = clock.utc_now()
    preview = importing.prepare(write_rows([HEADINGS, *rows]))

    with transaction():
        importing.save(
            preview,
            by_id=None,
            about="test",
            now=clock.utc_now(),
            progress=lambda done, total: told.append((done, total)),
        )

    assert count(Person) == 20_000
    assert told[-1] == (20_000, 20_000)
    assert len(told) >= 10
    assert clock.utc_now() - began < timedelta(seconds=60)


def test_a_list_is_uploaded_checked_confirmed_and_saved(sign_in, coordinator):
    client = sign_in(coordinator)
    response = upload(client, write_rows([HEADINGS, *THREE, ["Dee", "", "", "", "", "", "", ""]]))
    path = response.location
    preview = read_page(client.get(path))

    assert "Nothing has been saved yet" in preview.text
    assert "Enter an email address" in preview.select_one("table").text
    assert count(Person) == 1

    press(client, path, f"{path}/confirm")
    waiting = read_page(client.get(path))
    assert waiting.select_one("progress")["max"] == "4"
    assert count(Person) == 1

    save_confirmed_imports()
    result = read_page(client.get(path))
    assert result.select_one("h1").text == "The list is saved"
    assert count(Person) == 4
    row = db.session.scalars(select(PeopleImport)).one()
    assert (row.content, row.state, row.rows_done) == (b"", ImportState.SAVED, 4)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        pytest.param("staff\0list.csv", "stafflist.csv", id="a NUL, which PostgreSQL refuses"),
        pytest.param("x" * 300 + ".csv", "x" * 196 + ".csv", id="longer than its column"),
    ],
)
def test_an_odd_file_name_is_no_obstacle(sign_in, coordinator, name, kept):
    response = upload(sign_in(coordinator), write_rows([HEADINGS, *THREE]), name=name)

    assert response.status_code == 302
    assert db.session.scalars(select(PeopleImport.file_name)).one() == kept


def test_the_refused_rows_come_as_a_file_that_can_be_corrected(sign_in, coordinator):
    client = sign_in(coordinator)
    path = upload(client, write_rows([HEADINGS, ["=Dee", "nobody", *[""] * 6]])).location

    before = client.get(f"{path}/refused")
    with transaction():
        importing.confirm(
            db.session.scalars(select(PeopleImport)).one(), by_id=1, now=clock.utc_now()
        )
    save_confirmed_imports()
    after = client.get(f"{path}/refused")

    assert before.data == after.data
    assert "attachment" in after.headers["Content-Disposition"]
    assert b'"\'=Dee"' in after.data
    assert [row.cells[:4] for row in read_rows(after.data)] == [
        ["Row", "Why it was refused", "Name", "Email"],
        ["2", "“nobody” is not an email address, like name@example.com", "=Dee", "nobody"],
    ]


def test_confirming_twice_saves_once(sign_in, coordinator):
    client = sign_in(coordinator)
    path = upload(client, write_rows([HEADINGS, *THREE])).location
    press(client, path, f"{path}/confirm")
    token = read_page(client.get("/people/import")).select_one("[name=csrf_token]")["value"]

    again = client.post(f"{path}/confirm", data={"csrf_token": token})
    save_confirmed_imports()
    save_confirmed_imports()

    assert again.status_code == 302
    lines = db.session.scalars(select(AuditEvent.what)).all()
    assert lines.count("people list confirmed") == lines.count("people imported") == 1


def test_a_list_can_be_deleted_instead(sign_in, coordinator):
    client = sign_in(coordinator)
    path = upload(client, write_rows([HEADINGS, *THREE])).location

    press(client, path, f"{path}/discard")

    assert client.get(path).status_code == 404
    assert count(PeopleImport) == 0


@pytest.mark.parametrize("part", ["", "/refused"])
def test_anothers_upload_is_no_page_like_a_missing_one(make, sign_in, coordinator, part):
    path = upload(sign_in(coordinator), write_rows([HEADINGS, *THREE])).location
    other = sign_in(make.person(roles=[Role.ADMINISTRATOR]))

    foreign, missing = other.get(path + part), other.get(f"/people/imports/999999{part}")

    assert foreign.status_code == missing.status_code == 404
    assert len(foreign.data) == len(missing.data)


@pytest.mark.parametrize("button", ["confirm", "discard"])
def test_nobody_confirms_or_deletes_anothers_upload(make, sign_in, coordinator, button):
    path = upload(sign_in(coordinator), write_rows([HEADINGS, *THREE])).location
    other = sign_in(make.person(roles=[Role.ADMINISTRATOR]))
    token = read_page(other.get("/people/import")).select_one("[name=csrf_token]")["value"]

    response = other.post(f"{path}/{button}", data={"csrf_token": token})

    assert response.status_code == 404
    assert db.session.scalars(select(PeopleImport.state)).all() == [ImportState.READY]


@pytest.mark.parametrize("loss", ["role", "account"])
def test_who_lost_the_right_before_the_worker_came_saves_nothing(sign_in, coordinator, loss):
    client = sign_in(coordinator)
    path = upload(client, write_rows([HEADINGS, *THREE])).location
    press(client, path, f"{path}/confirm")
    with transaction():
        if loss == "role":
            coordinator.grants = []
        else:
            coordinator.is_active = False

    save_confirmed_imports()

    row = db.session.scalars(select(PeopleImport)).one()
    assert row.state == ImportState.FAILED
    assert "You no longer hold a role" in row.outcome
    assert (row.content, count(Person)) == (b"", 1)


def test_a_list_that_failed_says_so(sign_in, coordinator):
    client = sign_in(coordinator)
    path = upload(client, write_rows([HEADINGS, *THREE])).location
    press(client, path, f"{path}/confirm")
    with transaction():
        importing.fail_upload(int(path.rpartition("/")[2]), "It rained", now=clock.utc_now())

    page = read_page(client.get(path))

    assert page.select_one("h1").text == "The list was not saved"
    assert "It rained" in page.text


@pytest.mark.parametrize(
    ("state", "days", "is_kept"),
    [
        (ImportState.READY, 0.9, True),
        (ImportState.READY, 1.1, False),
        (ImportState.SAVED, 29, True),
        (ImportState.SAVED, 31, False),
        (ImportState.CONFIRMED, 31, True),
    ],
)
def test_uploads_are_forgotten_when_their_time_is_over(make, state, days, is_kept):
    at = clock.utc_now() - timedelta(days=days)
    with transaction():
        row = importing.upload(b"", file_name="a", rows=0, by_id=make_id(make), now=at)
        row.state = state

    with transaction():
        importing.forget_old_uploads(clock.utc_now())

    assert count(PeopleImport) == is_kept


def make_id(make):
    person = Person(
        name="A",
        email="uploader@example.org",
        organisation=Organisation(name="O", sector=Sector.OTHER),
        created_at=clock.utc_now(),
    )
    db.session.add(person)
    db.session.flush()
    return person.id


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"", "Select a CSV file", id="nothing chosen"),
        pytest.param(b"\xef\xbb\xbf", "The selected file is empty", id="only a mark"),
        pytest.param(b"PK\x03\x04", "The selected file must be a CSV", id="a workbook"),
        pytest.param(b"a,b\n1,2\n", "The selected file must use the template", id="other columns"),
        pytest.param(b'name,email\nAnn,"a', "Row 2: a quotation mark is not closed", id="a quote"),
        pytest.param(b"a\n" * 1_000_000, "no more than 100,000 rows", id="a million rows"),
        pytest.param(b"name,email\x81\n", "could not be read as text", id="no known letters"),
        pytest.param(
            b"x" * (5 * 1024 * 1024 + 1), "The selected file must be smaller than 5MB", id="large"
        ),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(sign_in, coordinator, content, words):
    response = upload(sign_in(coordinator), content, name="people.csv" if content else "")

    page = read_page(response)
    assert response.status_code == 422
    assert page.title.text.strip().startswith("Error: ")
    assert words in page.select_one(".govuk-error-summary").text
    assert count(PeopleImport) == 0


def test_a_file_far_above_the_limit_is_refused_in_the_same_words(sign_in, coordinator):
    response = upload(sign_in(coordinator), b"x" * (6 * 1024 * 1024))

    assert response.status_code == 413
    assert "The selected file must be smaller than 5MB" in read_page(response).text


def test_a_list_of_three_megabytes_is_taken(sign_in, coordinator):
    cell = "x" * 300_000
    rows = [[f"P{n}", f"p{n}@example.org", "", "", cell, "", "", ""] for n in range(10)]

    response = upload(sign_in(coordinator), write_rows([HEADINGS, *rows]))

    assert response.status_code == 302
    assert sign_in(coordinator).get(response.location).status_code == 200


def test_cells_and_headings_are_shown_as_text(sign_in, coordinator):
    evil = "<script>alert(1)</script>"
    client = sign_in(coordinator)
    headings = [*HEADINGS, evil]
    rows = [
        [evil, "a@example.org", evil, "other", evil, evil, "", evil, evil],
        [evil, evil, evil, evil, evil, evil, evil, evil, evil],
    ]

    path = upload(client, write_rows([headings, *rows]), name=f"{evil}.csv").location
    preview = client.get(path)
    press(client, path, f"{path}/confirm")
    save_confirmed_imports()
    result = client.get(path)

    for response in (preview, result):
        read_page(response)
        assert "<script>alert" not in response.text
        assert "&lt;script&gt;alert" in response.text
    assert "<script>alert" not in client.get("/people?words=script").text


def test_the_template_can_be_filled_in_and_imported(sign_in, coordinator):
    template = sign_in(coordinator).get("/people/import/template")

    assert template.mimetype == "text/csv"
    (headings,) = read_rows(template.data)
    filled = write_rows([headings.cells, ["Ann", "a@example.org", "New", "health", *[""] * 5]])
    preview = importing.prepare(filled)
    assert (len(preview.created), preview.reading.unused) == (1, ())


def test_a_list_that_ends_in_an_error_says_so_and_stops_no_other(
    sign_in, coordinator, monkeypatch, caplog
):
    client = sign_in(coordinator)
    unlucky, good = (
        upload(client, write_rows([HEADINGS, *rows])).location for rows in (THREE, THREE)
    )
    press(client, unlucky, f"{unlucky}/confirm")
    press(client, good, f"{good}/confirm")
    save_upload = importing.save_upload

    def stumble(import_id, preview, *, now):
        save_upload(import_id, preview, now=now)
        if unlucky.endswith(f"/{import_id}"):
            raise KeyError(import_id)

    monkeypatch.setattr(importing, "save_upload", stumble)
    save_confirmed_imports()

    page = read_page(client.get(unlucky))
    assert page.select_one("h1").text == "The list was not saved"
    assert "Nothing was saved. Upload the list again" in page.text
    assert read_page(client.get(good)).select_one("h1").text == "The list is saved"
    assert "cannot be saved" in caplog.text
