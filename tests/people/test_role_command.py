"""``swa give-role``: the first administrator of an empty installation, and role holders later.

OT-10: whoever runs the installation can always make an administrator.
"""

import pytest
from sqlalchemy import func, select

from swa.core.db import db
from swa.people.cli import give_role
from swa.people.models import AuditEvent, Organisation, Person, RoleGrant
from swa.people.types import Role, Sector
from tests.support.account_mails import newest_text, path_in

ADA = "ada@greenshoots.example.org"
NEW = ["--name", "Ada Bell", "--organisation", "Green Shoots", "--sector", "voluntary"]


@pytest.fixture
def run(app):
    def invoke(*arguments):
        db.session.rollback()
        return app.test_cli_runner().invoke(give_role, arguments)

    return invoke


def roles_of(email):
    db.session.rollback()
    return db.session.scalars(select(Person).where(Person.email == email)).one().roles


def count(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


def test_the_first_administrator_signs_in_by_link_and_gives_roles(run, client):
    made = run("Ada@GreenShoots.example.org", "administrator", *NEW, "--borough", "Newham")
    assert made.exit_code == 0, made.output
    assert made.output.splitlines() == [
        "Added Ada Bell of Green Shoots",
        f"Ada Bell now holds the role “administrator” and can sign in with {ADA}",
    ]

    client.post("/sign-in", data={"email": ADA})
    client.post(path_in(newest_text(ADA)))
    ada = db.session.scalars(select(Person)).one()
    page = f"/people/{ada.id}/roles"
    assert "Given on the command line" in client.get(page).text
    given = client.post(page, data={"role": "programme coordinator", "reason": "Runs it"})

    assert given.status_code == 302
    assert roles_of(ADA) == {Role.ADMINISTRATOR, Role.PROGRAMME_COORDINATOR}


def test_the_audit_log_says_that_nobody_listed_did_it(run):
    run(ADA, "administrator", *NEW, "--domain", "greenshoots.example.org")

    lines = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()

    assert [(line.what, line.by_id) for line in lines] == [
        ("organisation added", None),
        ("people imported", None),
        ("organisation changed", None),
        ("role granted", None),
    ]
    assert (lines[-1].about.split()[0], lines[-1].fields) == ("person", "administrator")
    assert db.session.scalars(select(RoleGrant)).one().granted_by_id is None


def test_the_organisation_gets_sector_borough_and_domain(run):
    run(ADA, "administrator", *NEW, "--borough", "Newham", "--domain", "@GreenShoots.example.org")

    organisation = db.session.scalars(select(Organisation)).one()

    assert (organisation.sector, organisation.borough) == (Sector.VOLUNTARY, "Newham")
    assert [row.domain for row in organisation.domains] == ["greenshoots.example.org"]


def test_a_second_run_changes_nothing_and_says_so(run):
    run(ADA, "administrator", *NEW)
    before = count(AuditEvent)

    again = run(ADA, "administrator", *NEW)

    assert (again.exit_code, again.output) == (
        0,
        f"{ADA} already holds the role “administrator”. Nothing was changed\n",
    )
    assert (count(Person), count(Organisation), count(AuditEvent)) == (1, 1, before)


def test_a_listed_organisation_is_used_and_needs_no_sector(run, make):
    organisation = make.organisation(name="Green Shoots")

    assert run(ADA, "facilitator", "--name", "Ada", "--organisation", "Green Shoots").exit_code == 0

    assert count(Organisation) == 1
    assert db.session.scalars(select(Person)).one().organisation_id == organisation.id


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("programme-coordinator", Role.PROGRAMME_COORDINATOR),
        ("Programme coordinator", Role.PROGRAMME_COORDINATOR),
        ("peer-support-coordinator", Role.PEER_SUPPORT_COORDINATOR),
        ("evaluator", Role.EVALUATOR),
    ],
)
def test_a_role_is_one_word_or_as_the_pages_write_it(run, make, word, role):
    person = make.person()

    result = run(person.email, word)

    assert result.exit_code == 0, result.output
    assert roles_of(person.email) == {role}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param([ADA, "administrator"], "Nobody has the address", id="nobody"),
        pytest.param([ADA, "boss", *NEW], "There is no role “boss”. The roles are:", id="role"),
        pytest.param(["ada", "administrator", *NEW], "“ada” is no email address", id="address"),
        pytest.param([ADA, "administrator", *NEW[:4]], "To add it, enter its sector", id="sector"),
        pytest.param([ADA, "administrator", *NEW[2:]], "name", id="no name"),
        pytest.param([ADA, "administrator", *NEW[:2]], "organisation", id="no organisation"),
        pytest.param(
            [ADA, "administrator", *NEW, "--domain", "gmail.com"], "Anybody can", id="open domain"
        ),
    ],
)
def test_what_cannot_be_is_one_sentence_and_nothing_is_kept(run, arguments, sentence):
    result = run(*arguments)

    assert result.exit_code == 1
    assert sentence in result.output
    assert len(result.output.splitlines()) == 1
    assert (count(Person), count(Organisation), count(AuditEvent)) == (0, 0, 0)


def test_a_disabled_person_gets_no_role(run, make):
    person = make.person(is_active=False)

    result = run(person.email, "administrator")

    assert result.exit_code == 1
    assert "is disabled and cannot sign in" in result.output
    assert roles_of(person.email) == frozenset()


def test_a_disabled_holder_is_not_told_that_all_is_well(run, make):
    """An installation whose only administrator is disabled must not seem to be in order."""
    person = make.person(roles=[Role.ADMINISTRATOR], is_active=False)

    assert "is disabled" in run(person.email, "administrator").output
