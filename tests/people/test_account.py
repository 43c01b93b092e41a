"""One's own account and the demonstration's page (IN-11; AU-5, AZ-13 of the security notes)."""

import pytest
from sqlalchemy import select

from swa.core.db import db
from swa.people.models import AuditEvent, Person, WebSession
from swa.people.types import Role
from tests.support.pages import read_page


def test_the_account_shows_what_is_held(make, sign_in):
    organisation = make.organisation(name="Newham Council")
    boss = make.person(organisation=organisation, name="Bo Chief")
    team = make.team(organisation=organisation, name="Front desk")
    person = make.person(
        team=team, name="Ada Bell", job_role="Adviser", line_manager_id=boss.id, access_needs="Loop"
    )

    page = read_page(sign_in(person).get("/account"))

    for held in ("Ada Bell", person.email, "Adviser", "Newham Council", "Front desk", "Bo Chief"):
        assert held in page.main.text
    assert "Loop" in page.main.text
    assert "Only the facilitator and the support person" in page.main.text


def test_what_is_missing_is_said(make, sign_in):
    page = read_page(sign_in(make.person()).get("/account"))

    assert page.main.text.count("Not provided") == 4


def test_access_needs_are_changed_and_the_log_holds_only_the_name_of_the_field(make, sign_in):
    person = make.person()
    browser = sign_in(person)
    asks = read_page(browser.get("/account/access-needs"))

    response = browser.post("/account/access-needs", data={"access_needs": "A hearing loop"})

    db.session.rollback()
    line = db.session.scalars(select(AuditEvent)).one()
    assert "Only the facilitator and the support person" in asks.main.text
    assert response.location == "/account"
    assert db.session.scalars(select(Person.access_needs)).all() == ["A hearing loop"]
    assert (line.what, line.about, line.fields) == (
        "account changed",
        f"person {person.id}",
        "access_needs",
    )


def test_saving_the_same_needs_again_changes_nothing(make, sign_in):
    browser = sign_in(make.person(access_needs="Loop"))

    browser.post("/account/access-needs", data={"access_needs": "Loop"})

    assert not db.session.scalars(select(AuditEvent)).all()


@pytest.mark.parametrize(("length", "status"), [(500, 302), (501, 422)])
def test_access_needs_have_a_limit(make, sign_in, length, status):
    browser = sign_in(make.person())

    response = browser.post("/account/access-needs", data={"access_needs": "x" * length})

    assert response.status_code == status


@pytest.mark.parametrize(
    "field",
    ["role", "organisation_id", "email", "name", "is_active", "line_manager_id", "kind", "id"],
)
def test_an_extra_field_changes_nothing(make, sign_in, field):
    person, other = make.person(), make.organisation()
    before = (person.email, person.name, person.organisation_id, person.kind, person.roles)

    sign_in(person).post("/account/access-needs", data={"access_needs": "", field: str(other.id)})

    db.session.refresh(person)
    after = (person.email, person.name, person.organisation_id, person.kind, person.roles)
    assert after == before
    assert person.is_active


def test_the_account_lists_where_one_is_signed_in(make, sign_in):
    person = make.person()
    sign_in(person)
    sign_in(make.person())

    page = read_page(sign_in(person).get("/account"))

    shown = [heading.text.split() for heading in page.select(".app-session h3")]
    assert len(shown) == 2
    assert sum("(this browser)" in " ".join(words) for words in shown) == 1


def test_one_browser_is_signed_out_from_another(make, sign_in):
    person = make.person()
    lost = sign_in(person)
    row = db.session.scalars(select(WebSession)).one()
    here = sign_in(person)

    response = here.post(f"/account/sessions/{row.id}/sign-out")

    assert response.location == "/account"
    assert lost.get("/account").status_code == 302
    assert here.get("/account").status_code == 200


def test_signing_this_browser_out_leads_to_the_sign_in_page(make, sign_in):
    browser = sign_in(make.person())
    row = db.session.scalars(select(WebSession)).one()

    response = browser.post(f"/account/sessions/{row.id}/sign-out")

    assert response.location == "/sign-in"
    assert browser.get("/account").status_code == 302


def test_signing_out_everywhere_ends_every_session_of_the_person_alone(make, sign_in):
    person, other = make.person(), make.person()
    first, second, theirs = sign_in(person), sign_in(person), sign_in(other)

    response = first.post("/account/sign-out-everywhere")

    assert response.location == "/sign-in"
    assert "You have signed out everywhere" in first.get("/sign-in").text
    assert first.get("/account").status_code == second.get("/account").status_code == 302
    assert theirs.get("/account").status_code == 200


@pytest.fixture
def demo(app, monkeypatch):
    """The running application as a demonstration."""
    from swa.web.settings import RunMode

    monkeypatch.setattr(app.extensions["swa_settings"], "mode", RunMode.DEMO)
    return app.test_client()


def test_in_a_demonstration_one_signs_in_as_anybody(make, demo):
    person = make.person(name="Ada Bell", roles=[Role.FACILITATOR, Role.EVALUATOR])
    make.person(name="Cy Dent")
    make.person(name="Gone", is_active=False)

    page = read_page(demo.get("/demo/people"))
    response = demo.post(f"/demo/people/{person.id}/sign-in")

    headings = [heading.text for heading in page.select("main h2")]
    assert headings == ["Facilitator", "Evaluator", "Participant"]
    assert "Gone" not in page.text
    assert response.status_code == 302
    assert "Ada Bell" in demo.get("/account").text
    assert "/demo/people" in demo.application.test_client().get("/sign-in").text


def test_a_demonstration_knows_nobody_who_is_missing_or_disabled(make, demo):
    disabled = make.person(is_active=False)

    for number in (disabled.id, 99999):
        assert demo.post(f"/demo/people/{number}/sign-in").status_code == 404


def test_elsewhere_there_is_no_such_page(make, client):
    person = make.person()

    assert client.get("/demo/people").status_code == 404
    assert client.post(f"/demo/people/{person.id}/sign-in").status_code == 404
    assert "/demo/people" not in client.get("/sign-in").text
    assert not db.session.scalars(select(WebSession)).all()
