"""Registering and asking to join (AN-02, AN-06; AU-2, AZ-13 of the security notes)."""

import pytest
from sqlalchemy import select

from swa.core import clock
from swa.core.db import db, transaction
from swa.people.models import JoinRequest, Organisation, Person, Registration, Team
from swa.people.rules import registration as rules
from swa.people.services import joining
from swa.people.services.sign_in import Browser
from swa.people.types import RequestState, Role, Sector
from tests.support.account_mails import code_in, list_messages, newest_text, path_in, text_of
from tests.support.pages import read_page

ADA = "ada@newham.example.org"
ABOUT = {"name": "Ada Bell", "job_role": "Housing adviser", "kind": "paid"}
FROM_ELSEWHERE = {
    "name": "Cy Dent",
    "organisation_name": "Advice on the Corner",
    "job_role": "Adviser",
    "message": "We meet the same families.",
}


@pytest.fixture
def newham(make):
    return make.organisation(name="Newham Council", domain="newham.example.org")


def register(browser, email=ADA, **changes):
    browser.post("/register", data={"email": email})
    return browser.post("/register/details", data=ABOUT | changes)


def ask_to_join(browser, email="cy@corner.example.org", **changes):
    browser.post("/register", data={"email": email})
    return browser.post("/register/ask-to-join", data=FROM_ELSEWHERE | changes)


def find(email):
    db.session.rollback()
    return db.session.scalars(select(Person).where(Person.email == email)).one_or_none()


def test_staff_of_a_listed_organisation_register_and_are_signed_in(client, newham):
    asked = register(client, kind="volunteer", team="  Front   desk ")
    assert find(ADA) is None, "nobody has shown yet that the address is theirs"

    response = client.post(path_in(newest_text(ADA)))

    person = find(ADA)
    assert asked.location == "/register/check-email"
    assert response.status_code == 302
    assert client.get("/account").status_code == 200
    assert (person.name, person.kind, person.organisation.name, person.team.name) == (
        "Ada Bell",
        "volunteer",
        "Newham Council",
        "Front desk",
    )
    assert person.roles == frozenset()
    assert not db.session.scalars(select(Registration)).all()


def test_the_code_finishes_registering_too(client, newham):
    register(client)

    client.post("/register/check-email", data={"code": code_in(newest_text(ADA))})

    assert find(ADA)


def test_the_page_after_it_speaks_to_somebody_who_registers(client, newham):
    register(client)

    words = " ".join(read_page(client.get("/register/check-email")).main.text.split())

    assert f"We have sent an email to {ADA}." in words
    assert "To finish registering, open the link in the email in this browser" in words
    assert "Register again if not" in words
    assert "Finish registering" in words
    for of_signing_in in ("has an account", "gave us", "Ask for a new link"):
        assert of_signing_in not in words


def test_the_page_after_asking_to_sign_in_still_speaks_to_somebody_who_signs_in(client):
    client.post("/sign-in", data={"email": ADA})

    words = " ".join(read_page(client.get("/sign-in/check-email")).main.text.split())

    assert f"If {ADA} has an account, we have sent an email to it." in words
    assert "regist" not in words.lower()


def test_an_existing_team_is_found_by_its_name(client, make, newham):
    team = make.team(organisation=newham, name="Front desk")
    make.team(name="Front desk")

    register(client, team="front DESK")
    client.post(path_in(newest_text(ADA)))

    assert find(ADA).team_id == team.id
    assert len(db.session.scalars(select(Team)).all()) == 2


@pytest.mark.parametrize(
    ("email", "is_kept"),
    [
        pytest.param("Boss@newham.example.org", True, id="a colleague, in any case"),
        pytest.param("boss@elsewhere.example.org", False, id="somebody of another organisation"),
        pytest.param("nobody@newham.example.org", False, id="nobody"),
        pytest.param("", False, id="left empty"),
    ],
)
def test_a_line_manager_is_kept_when_they_are_a_colleague(client, make, newham, email, is_kept):
    boss = make.person(organisation=newham, email="boss@newham.example.org")
    make.person(email="boss@elsewhere.example.org")

    register(client, manager_email=email)
    client.post(path_in(newest_text(ADA)))

    assert find(ADA).line_manager_id == (boss.id if is_kept else None)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ada@example.org", "ADA@example.org ", True),
        ("ada+boss@example.org", "ada@example.org", True),
        ("ada@example.org", "ada@example.com", False),
        ("ada@example.org", "adam@example.org", False),
    ],
)
def test_nobody_is_their_own_manager_under_another_spelling(one, other, same):
    assert rules.same_mailbox(one, other) is same


def test_a_plus_address_of_oneself_is_no_manager(client, make, newham):
    make.person(organisation=newham, email="ada+boss@newham.example.org")

    register(client, manager_email="ada+boss@newham.example.org")
    client.post(path_in(newest_text(ADA)))

    assert find(ADA).line_manager_id is None


def test_an_address_with_an_account_gets_the_same_page_and_another_mail(app, make, newham):
    make.person(email=ADA, organisation=newham, name="Old Name")
    answers = []
    for email in (ADA, "new@newham.example.org"):
        browser = app.test_client()
        asked = register(browser, email)
        shown = read_page(browser.get(asked.location)).main.text.replace(email, "")
        answers.append((asked.status_code, asked.location, shown))

    assert answers[0] == answers[1]
    (mail,) = list_messages("already registered")
    assert mail.address == ADA
    assert "already has an account" in text_of(mail)
    assert find(ADA).name == "Old Name"


@pytest.mark.usefixtures("newham")
@pytest.mark.parametrize("before", [0, 1, 2], ids=["first time", "again", "once more"])
@pytest.mark.parametrize(("entry", "domain"), [("register", "newham"), ("ask to join", "corner")])
def test_an_address_with_an_account_causes_the_same_work(
    app, make, count_statements, entry, domain, before
):
    make.person(email=f"known@{domain}.example.org")
    begin = register if entry == "register" else ask_to_join
    counts = []
    for name in ("known", "unknown"):
        for turn in range(before):
            begin(app.test_client(), f"{name}@{domain}.example.org", job_role=f"Role {turn}")
        with count_statements() as statements:
            begin(app.test_client(), f"{name}@{domain}.example.org")
        counts.append([statement.split()[:3] for statement in statements])

    assert counts[0] == counts[1]


def test_who_has_an_account_and_asks_again_is_told_once_in_some_days(app, make, moved_clock):
    make.person(email="cy@corner.example.org")

    for days in (0, 2, 4):
        moved_clock(days=days)
        ask_to_join(app.test_client())

    assert len(list_messages("already registered")) == 2
    states = db.session.scalars(select(JoinRequest.state)).all()
    assert states == [RequestState.DECLINED] * 2


def test_a_disabled_person_gets_no_mail_and_stays_disabled(client, make, newham):
    make.person(email=ADA, organisation=newham, is_active=False)

    register(client)

    assert [message.state for message in list_messages()] == ["suppressed"]
    assert find(ADA).is_active is False


def test_an_account_made_in_the_meantime_is_not_changed(client, make, newham):
    register(client)
    path = path_in(newest_text(ADA))
    make.person(email=ADA, organisation=newham, name="Somebody Else")

    response = client.post(path)

    assert response.status_code == 404
    assert find(ADA).name == "Somebody Else"
    assert client.get("/account").status_code == 302


def test_no_extra_field_gives_a_role_or_another_organisation(client, make, newham):
    other = make.organisation()

    register(
        client,
        role="administrator",
        roles="administrator",
        organisation_id=other.id,
        address="boss@newham.example.org",
        is_active="",
    )
    client.post(path_in(newest_text(ADA)), data={"role": "administrator", "person_id": 1})

    person = find(ADA)
    assert person.roles == frozenset()
    assert person.organisation_id == newham.id
    assert find("boss@newham.example.org") is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Enter your name"),
        ({"name": "x" * 121}, "Name must be 120 characters or fewer"),
        ({"job_role": ""}, "Enter your job role"),
        ({"kind": ""}, "Select if you are paid or a volunteer"),
        ({"manager_email": "boss"}, "in the correct format"),
    ],
)
def test_what_is_missing_is_said_and_the_rest_is_kept(client, newham, changes, sentence):
    response = register(client, **changes)

    page = read_page(response)
    assert response.status_code == 422
    assert sentence in page.select_one(".govuk-error-summary").text
    kept = {"name", "job_role"} - set(changes)
    assert all(page.select_one(f"#{name}")["value"] == ABOUT[name] for name in kept)


@pytest.mark.parametrize("page", ["details", "ask-to-join"])
def test_without_an_address_one_begins_at_the_beginning(client, page):
    assert client.get(f"/register/{page}").location == "/register"


def test_an_organisation_that_left_lets_nobody_register(client, make):
    make.organisation(domain="newham.example.org", is_active=False)

    asked = client.post("/register", data={"email": ADA})

    assert asked.location == "/register/ask-to-join"


def test_somebody_from_elsewhere_asks_and_the_coordinators_see_it(client, make, sign_in):
    response = ask_to_join(client)

    shown = read_page(sign_in(make.coordinator()).get("/people/requests/"))
    assert response.location == "/register/request-sent"
    assert read_page(client.get(response.location))
    assert "Advice on the Corner" in shown.text
    assert "We have a request to join" in newest_text("cy@corner.example.org")


def test_asking_twice_makes_one_request(app, make):
    ask_to_join(app.test_client())
    ask_to_join(app.test_client(), job_role="Manager")

    assert [request.job_role for request in db.session.scalars(select(JoinRequest))] == ["Manager"]
    assert len(list_messages()) == 1


def test_asking_with_an_address_that_has_an_account_looks_the_same(app, make):
    make.person(email="cy@corner.example.org")

    known, unknown = (
        ask_to_join(app.test_client(), email)
        for email in ("cy@corner.example.org", "di@corner.example.org")
    )

    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    kinds = {message.address: message.kind for message in list_messages()}
    assert kinds == {
        "cy@corner.example.org": "already registered",
        "di@corner.example.org": "request to join received",
    }
    states = {request.email: request.state for request in db.session.scalars(select(JoinRequest))}
    assert states == {
        "cy@corner.example.org": RequestState.DECLINED,
        "di@corner.example.org": RequestState.OPEN,
    }


@pytest.fixture
def request_id(client):
    ask_to_join(client)
    return db.session.scalars(select(JoinRequest.id)).one()


def test_a_coordinator_lets_somebody_into_a_listed_organisation(make, sign_in, newham, request_id):
    coordinator = sign_in(make.coordinator())

    read_page(coordinator.get(f"/people/requests/{request_id}/accept"))
    response = coordinator.post(
        f"/people/requests/{request_id}/accept", data={"organisation": newham.id}
    )

    person = find("cy@corner.example.org")
    assert response.status_code == 302
    assert (person.name, person.organisation_id) == ("Cy Dent", newham.id)
    (mail,) = list_messages("request to join accepted")
    assert mail.person_id == person.id


def test_a_coordinator_lists_a_new_organisation_with_the_request(make, sign_in, request_id):
    chosen = {"organisation": "new", "new_name": "Advice on the Corner", "sector": "voluntary"}

    sign_in(make.coordinator()).post(f"/people/requests/{request_id}/accept", data=chosen)

    organisation = find("cy@corner.example.org").organisation
    assert (organisation.name, organisation.sector) == ("Advice on the Corner", Sector.VOLUNTARY)


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({}, "Select an organisation"),
        (
            {"organisation": "new", "new_name": "", "sector": "health"},
            "Enter the name of the organisation",
        ),
        ({"organisation": "new", "new_name": "Corner"}, "Select the sector"),
        (
            {"organisation": "new", "new_name": "newham  COUNCIL", "sector": "council"},
            "already listed",
        ),
        ({"organisation": "9999"}, "Select one of the options"),
    ],
)
def test_what_a_decision_lacks_is_said(make, sign_in, newham, request_id, chosen, sentence):
    response = sign_in(make.coordinator()).post(
        f"/people/requests/{request_id}/accept", data=chosen
    )

    assert response.status_code == 422
    assert sentence in read_page(response).select_one(".govuk-error-summary").text
    assert find("cy@corner.example.org") is None
    assert len(db.session.scalars(select(Organisation)).all()) == 2


def test_a_request_is_declined_with_a_reason_that_reaches_the_person(make, sign_in, request_id):
    coordinator = sign_in(make.coordinator())
    read_page(coordinator.get(f"/people/requests/{request_id}/decline"))

    empty = coordinator.post(f"/people/requests/{request_id}/decline", data={"reason": " "})
    coordinator.post(f"/people/requests/{request_id}/decline", data={"reason": "We are full."})

    assert empty.status_code == 422
    assert "We are full." in newest_text("cy@corner.example.org")
    assert find("cy@corner.example.org") is None


@pytest.mark.parametrize("act", ["accept", "decline"])
def test_a_request_is_decided_once(make, sign_in, newham, request_id, act):
    coordinator = sign_in(make.coordinator())
    coordinator.post(f"/people/requests/{request_id}/decline", data={"reason": "No."})

    answer = {"organisation": newham.id, "reason": "Again."}
    response = coordinator.post(f"/people/requests/{request_id}/{act}", data=answer)

    assert response.status_code == 422
    assert "already decided" in read_page(response).select_one(".govuk-error-summary").text


def test_a_request_whose_address_got_an_account_cannot_be_accepted(
    make, sign_in, newham, request_id
):
    make.person(email="cy@corner.example.org", name="Old Name")

    response = sign_in(make.coordinator()).post(
        f"/people/requests/{request_id}/accept", data={"organisation": newham.id}
    )

    assert response.status_code == 422
    assert find("cy@corner.example.org").name == "Old Name"
    assert db.session.scalars(select(JoinRequest.state)).one() == RequestState.OPEN


@pytest.mark.parametrize(
    "roles", [[], [Role.FACILITATOR], [Role.EVALUATOR], [Role.PEER_SUPPORT_COORDINATOR]]
)
def test_only_programme_coordinators_see_requests(make, sign_in, request_id, roles):
    browser = sign_in(make.person(roles=roles))

    for number in (request_id, 99999):
        assert browser.get(f"/people/requests/{number}/accept").status_code == 403
    assert browser.get("/people/requests/").status_code == 403


def test_requests_are_limited_in_all(app):
    taken = []
    for number in range(201):
        browser = Browser(secret=f"browser {number}", place=f"192.0.2.{number}")
        wish = joining.Wish(f"person{number}@corner.example.org", "Cy Dent", "The Corner")
        with transaction():
            taken.append(joining.ask_to_join(wish, browser, now=clock.utc_now()))

    assert taken == [True] * 200 + [False]
