"""The directory: organisations, teams, people and roles.

AN-02 (everybody has an organisation, each a sector), AN-06 (volunteers), AN-20 (borough), AN-22 (no
sector first), CF-23 (organisation and team), OT-10 (hand-over), AZ-13 (extra fields change
nothing), AU-1 and AU-5 (sign-ins end with a role or the account), AZ-12 (what roles allow).
"""

import pytest
from sqlalchemy import insert, select

from swa.core.db import db, transaction
from swa.messaging import kinds
from swa.people.models import AuditEvent, Organisation, OrganisationDomain, Person, Team
from swa.people.services import people as services
from swa.people.types import PersonKind, Role, Sector
from tests.support.account_mails import draft_of, list_messages
from tests.support.factories import soon
from tests.support.golden import assert_golden
from tests.support.pages import read_page

KEEPERS = [Role.PROGRAMME_COORDINATOR, Role.ADMINISTRATOR]
LIST_QUERIES = 5  # who is signed in, the choices, the number, the page, its roles
PAGES = ["/people", "/people/add", "/people/organisations", "/people/organisations/add"]


@pytest.fixture
def coordinator(make):
    return make.coordinator(name="Cora Keeper")


@pytest.fixture
def administrator(make):
    return make.person(roles=[Role.ADMINISTRATOR], name="Ada Minister")


def audit_lines():
    return [line.what for line in db.session.scalars(select(AuditEvent).order_by(AuditEvent.id))]


def answers(person, **changes):
    ordinary = {
        "name": person.name,
        "email": person.email,
        "kind": person.kind,
        "organisation": person.organisation_id,
        "job_role": person.job_role,
    }
    return ordinary | changes


def post(client, path, **fields):
    """Send the form of a page with its token, as a browser does."""
    token = read_page(client.get(path)).select_one("[name=csrf_token]")["value"]
    return client.post(path, data={"csrf_token": token, **fields})


def reload(row):
    db.session.expire_all()
    return row


@pytest.mark.parametrize("role", KEEPERS)
@pytest.mark.parametrize("path", PAGES)
def test_those_who_keep_the_directory_see_its_pages(make, sign_in, role, path):
    response = sign_in(make.person(roles=[role])).get(path)

    assert response.status_code == 200
    read_page(response)


@pytest.mark.parametrize(
    "role", [None, Role.FACILITATOR, Role.PEER_SUPPORT_COORDINATOR, Role.EVALUATOR]
)
@pytest.mark.parametrize("path", [*PAGES, "/people/1", "/people/999999", "/people/import"])
def test_nobody_else_does_whether_the_object_exists_or_not(make, sign_in, role, path):
    client = sign_in(make.person(roles=[role] if role else []))

    assert client.get(path).status_code == 403


def test_a_missing_person_organisation_or_team_is_no_page(sign_in, coordinator):
    client = sign_in(coordinator)

    for path in ("/people/999999", "/people/organisations/999999", "/people/teams/999999/rename"):
        assert client.get(path).status_code == 404


def test_people_are_found_by_parts_of_name_and_address(make, sign_in, coordinator):
    make.person(name="Zoë Quill", email="zquill@example.org")
    make.person(name="Otto Other")

    page = read_page(sign_in(coordinator).get("/people?words=quill+zoë&organisation="))

    assert [link.text for link in page.select("table a")] == ["Zoë Quill"]
    assert "1 person" in page.select_one("[role=status]").text


@pytest.mark.parametrize("words", ["%25%25%25", "___"])
def test_signs_of_the_search_language_are_ordinary_letters(make, sign_in, coordinator, words):
    make.person(name="Ann Ordinary")

    page = read_page(sign_in(coordinator).get(f"/people?words={words}"))

    assert "Nobody fits" in page.text


@pytest.mark.parametrize(("words", "status"), [("", 422), ("zo", 422), ("zoe", 200)])
def test_a_search_takes_three_letters(sign_in, coordinator, words, status):
    response = sign_in(coordinator).get(f"/people?words={words}&organisation=")

    assert response.status_code == status
    assert ("Enter at least 3 letters" in response.text) is (status == 422)


def test_or_an_organisation(make, sign_in, coordinator):
    person = make.person(name="Ann Inside")

    response = sign_in(coordinator).get(f"/people?words=&organisation={person.organisation_id}")

    assert "Ann Inside" in response.text


def add_people(number, organisation):
    rows = [
        {
            "name": f"Person {n}",
            "email": f"many-{n}@example.org",
            "kind": PersonKind.PAID,
            "organisation_id": organisation.id,
            "created_at": soon(),
        }
        for n in range(number)
    ]
    with transaction():
        db.session.execute(insert(Person), rows)


@pytest.mark.parametrize("people", [20, 2000])
def test_the_list_of_people_takes_the_same_queries_whatever_its_length(
    make, sign_in, coordinator, count_statements, people
):
    organisation = make.organisation()
    client = sign_in(coordinator)
    add_people(people, organisation)
    path = f"/people?words=&organisation={organisation.id}"
    with count_statements() as statements:
        response = client.get(path)

    assert f"{people} people" in read_page(response).select_one("[role=status]").text
    assert len([text for text in statements if text.startswith("SELECT")]) == LIST_QUERIES


def test_organisations_stand_in_order_of_the_alphabet_whatever_their_sector(
    make, sign_in, coordinator
):
    for name, sector in [
        ("zest", Sector.COUNCIL),
        ("Anchor", Sector.OTHER),
        ("Bridge", Sector.VOLUNTARY),
        ("aid", Sector.HEALTH),
    ]:
        make.organisation(name=name, sector=sector)

    page = read_page(sign_in(coordinator).get("/people/organisations"))

    names = [link.text for link in page.select("table a")]
    assert names == sorted(names, key=str.lower)
    assert {"zest", "Anchor", "Bridge", "aid"} <= set(names)


def test_an_organisation_is_added_with_sector_borough_and_domains(sign_in, coordinator):
    response = post(
        sign_in(coordinator),
        "/people/organisations/add",
        name="Hackney Carers",
        sector="voluntary",
        borough="Hackney",
        domains="@HackneyCarers.org.uk\r\ncarers.example.org",
    )

    organisation = db.session.scalars(
        select(Organisation).where(Organisation.name == "Hackney Carers")
    ).one()
    assert response.location.endswith(f"/people/organisations/{organisation.id}")
    assert (organisation.sector, organisation.borough) == (Sector.VOLUNTARY, "Hackney")
    assert [row.domain for row in organisation.domains] == [
        "carers.example.org",
        "hackneycarers.org.uk",
    ]
    assert audit_lines() == ["organisation added"]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Enter the name of the organisation"),
        ("name", "x" * 121, "Name must be 120 characters or fewer"),
        ("name", "NEWHAM  council", "An organisation with this name is already listed"),
        ("sector", "", "Select the sector"),
        ("domains", "not a domain!", "is not an email domain"),
        ("domains", "gmail.com", "Anybody can have an address at gmail.com"),
        ("domains", "newham.example.org", "belongs to Newham Council"),
    ],
)
def test_an_organisation_is_refused_in_words(make, sign_in, coordinator, field, value, words):
    make.organisation(name="Newham Council", domain="newham.example.org")
    fields = {"name": "New one", "sector": "council", "borough": "", "domains": ""}

    response = post(sign_in(coordinator), "/people/organisations/add", **(fields | {field: value}))

    page = read_page(response)
    assert response.status_code == 422
    assert page.title.text.strip().startswith("Error: ")
    assert words in page.select_one(".govuk-error-summary").text
    assert audit_lines() == []


def test_an_organisation_is_changed_and_keeps_its_domains(make, sign_in, coordinator):
    organisation = make.organisation(name="Old", domain="old.example.org")

    post(
        sign_in(coordinator),
        f"/people/organisations/{organisation.id}/edit",
        name="New",
        sector="health",
        borough="Newham",
        domains="old.example.org\nnew.example.org",
    )

    reload(organisation)
    assert (organisation.name, organisation.sector) == ("New", Sector.HEALTH)
    assert len(organisation.domains) == 2
    line = db.session.scalars(select(AuditEvent)).one()
    assert line.fields == "name, sector, borough, domains"


def test_the_page_of_an_organisation_shows_its_domains_one_a_line(make, sign_in, coordinator):
    organisation = make.organisation(domain="a.example.org")
    with transaction():
        organisation.domains.append(OrganisationDomain(domain="b.example.org"))

    page = read_page(sign_in(coordinator).get(f"/people/organisations/{organisation.id}/edit"))

    assert page.select_one("#domains").text.strip().splitlines() == [
        "a.example.org",
        "b.example.org",
    ]


def test_saving_an_organisation_unchanged_writes_nothing(make, sign_in, coordinator):
    organisation = make.organisation(name="Same", sector=Sector.OTHER)

    post(
        sign_in(coordinator),
        f"/people/organisations/{organisation.id}/edit",
        name="Same",
        sector="other",
    )

    assert audit_lines() == []


def test_teams_are_added_and_renamed_but_not_twice(make, sign_in, coordinator):
    organisation = make.organisation()
    client = sign_in(coordinator)
    path = f"/people/organisations/{organisation.id}/teams/add"

    post(client, path, name="Housing")
    again = post(client, path, name="HOUSING")
    team = db.session.scalars(select(Team)).one()
    post(client, f"/people/teams/{team.id}/rename", name="Homes")

    assert "already has a team with this name" in again.text
    assert reload(team).name == "Homes"
    assert audit_lines() == ["team added", "team renamed"]


def test_a_person_is_added_with_team_and_line_manager(make, sign_in, coordinator):
    team = make.team(name="Housing")
    manager = make.person(team=team)

    response = post(
        sign_in(coordinator),
        "/people/add",
        name="Vera Volunteer",
        email="Vera@Example.ORG",
        kind="volunteer",
        organisation=team.organisation_id,
        team="housing",
        job_role="Adviser",
        line_manager=manager.email.upper(),
    )

    person = db.session.scalars(select(Person).where(Person.email == "vera@example.org")).one()
    assert response.location.endswith(f"/people/{person.id}")
    assert person.kind is PersonKind.VOLUNTEER
    assert (person.team_id, person.line_manager_id) == (team.id, manager.id)
    assert audit_lines() == ["person added"]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Enter the person’s name"),
        ("email", "nobody", "Enter an email address in the correct format"),
        ("email", "taken@example.org", "Somebody with this email address is already listed"),
        ("kind", "", "Select if they are paid or a volunteer"),
        ("organisation", "", "Select their organisation"),
        ("organisation", "999999", "Select one of the options in the list"),
        ("team", "Hosing", "is not a team of"),
        ("line_manager", "ghost@example.org", "Nobody with the email address ghost@example.org"),
    ],
)
def test_a_person_is_refused_in_words(make, sign_in, coordinator, field, value, words):
    make.person(email="taken@example.org")
    fields = {
        "name": "New Person",
        "email": "new@example.org",
        "kind": "paid",
        "organisation": str(make.team(name="Housing").organisation_id),
    }

    response = post(sign_in(coordinator), "/people/add", **(fields | {field: value}))

    assert response.status_code == 422
    assert words in read_page(response).select_one(".govuk-error-summary").text
    assert audit_lines() == []


def test_a_person_is_changed_and_the_changed_fields_are_noted(make, sign_in, coordinator):
    person = make.person(name="Old Name")

    post(
        sign_in(coordinator),
        f"/people/{person.id}/edit",
        **answers(person, name="New Name", job_role="Adviser"),
    )

    assert reload(person).name == "New Name"
    line = db.session.scalars(select(AuditEvent)).one()
    assert (line.what, line.fields) == ("person changed", "name, job_role")


def test_extra_fields_change_nothing(make, sign_in, coordinator):
    person = make.person(access_needs="Hearing loop")
    other = make.organisation()
    before = person.organisation_id
    fields = {
        "role": "administrator",
        "organisation_id": other.id,
        "is_active": "",
        "access_needs": "",
        "created_by": 1,
        "id": 1,
    }

    response = post(sign_in(coordinator), f"/people/{person.id}/edit", **(answers(person) | fields))

    reload(person)
    assert response.status_code == 302
    assert (person.organisation_id, person.is_active) == (before, True)
    assert (person.access_needs, person.roles) == ("Hearing loop", frozenset())
    assert audit_lines() == []


def test_access_needs_are_on_no_page_of_the_directory(make, sign_in, administrator):
    person = make.person(access_needs="needs-canary")
    client = sign_in(administrator)

    for path in ("", "/edit", "/disable", "/roles"):
        assert "needs-canary" not in client.get(f"/people/{person.id}{path}").text
    found = client.get(f"/people?words=&organisation={person.organisation_id}")
    assert person.name in found.text
    assert "needs-canary" not in found.text


def test_nobody_manages_their_own_manager(make, sign_in, coordinator):
    boss = make.person()
    person = make.person(line_manager_id=boss.id)
    client = sign_in(coordinator)

    own = post(client, f"/people/{boss.id}/edit", **answers(boss, line_manager=boss.email))
    circle = post(client, f"/people/{boss.id}/edit", **answers(boss, line_manager=person.email))

    assert "cannot be their own line manager" in own.text
    assert "This line manager reports to the person" in circle.text


def test_a_new_address_ends_the_sign_ins_of_the_person(make, sign_in, coordinator):
    person = make.person()
    their_client = sign_in(person)

    post(
        sign_in(coordinator),
        f"/people/{person.id}/edit",
        **answers(person, email="moved@example.org"),
    )

    assert "/sign-in" in their_client.get("/people").location


@pytest.mark.parametrize(
    ("roles", "status"),
    [
        ([], 302),
        ([Role.FACILITATOR], 302),
        ([Role.PEER_SUPPORT_COORDINATOR], 422),
        ([Role.ADMINISTRATOR], 422),
        ([Role.PROGRAMME_COORDINATOR], 422),
    ],
)
def test_a_coordinator_cannot_take_over_the_account_of_a_role_holder(
    make, sign_in, coordinator, roles, status
):
    person = make.person(roles=roles)
    client = sign_in(coordinator)

    changed = post(client, f"/people/{person.id}/edit", **answers(person, email="x@example.org"))
    disabled = post(client, f"/people/{person.id}/disable")

    assert (changed.status_code, disabled.status_code) == (status, status)
    assert ("Ask an administrator" in disabled.text) is (status == 422)


def test_disabling_lists_what_is_left_undone_and_ends_access(
    make, sign_in, coordinator, monkeypatch
):
    person = make.facilitator()
    their_client = sign_in(person)
    duty = services.Duty("Core Conversations", soon(), "Lead facilitator", "/sessions/7")
    monkeypatch.setattr(services, "_list_duties", {})
    services.add_duty_list("sessions", lambda of: [duty] if of == person.id else [])
    client = sign_in(coordinator)

    page = read_page(client.get(f"/people/{person.id}/disable"))
    assert reload(person).is_active
    post(client, f"/people/{person.id}/disable")

    assert page.select_one("a[href='/sessions/7']").text.startswith("Core Conversations")
    assert "lead facilitator" in page.select_one("main").text
    assert not reload(person).is_active
    assert "/sign-in" in their_client.get("/people").location
    assert audit_lines() == ["person disabled"]


def test_an_enabled_person_can_sign_in_again(make, sign_in, coordinator):
    person = make.person(is_active=False)

    post(sign_in(coordinator), f"/people/{person.id}/enable")

    assert reload(person).is_active
    assert audit_lines() == ["person enabled"]


def test_nobody_disables_themself(sign_in, administrator):
    response = post(sign_in(administrator), f"/people/{administrator.id}/disable")

    assert response.status_code == 422
    assert "You cannot disable your own account" in response.text


def test_an_administrator_gives_a_role_with_a_reason_and_ends_the_sign_ins(
    make, sign_in, administrator
):
    person = make.person()
    their_client = sign_in(person)

    post(
        sign_in(administrator),
        f"/people/{person.id}/roles",
        role="facilitator",
        reason="Trained in May",
    )

    (grant,) = reload(person).grants
    assert (grant.role, grant.reason) == (Role.FACILITATOR, "Trained in May")
    assert grant.granted_by_id == administrator.id
    assert "/sign-in" in their_client.get("/people").location
    assert audit_lines() == ["role granted"]


def test_a_role_needs_a_reason(make, sign_in, administrator):
    person = make.person()

    response = post(
        sign_in(administrator), f"/people/{person.id}/roles", role="facilitator", reason=" "
    )

    assert "Enter why they need the role" in response.text
    assert reload(person).roles == frozenset()


def hints_of(page):
    hints = page.select("form .govuk-radios__hint")
    return [" ".join(hint.text.split()) for hint in hints]


def test_each_role_says_what_it_allows(make, sign_in, administrator):
    person = make.facilitator()
    client = sign_in(administrator)

    offered = hints_of(read_page(client.get(f"/people/{person.id}/roles")))
    to_take = hints_of(read_page(client.get(f"/people/{person.id}/roles/take-away")))

    assert len(offered) == len(Role)
    assert offered[0] == "Plans and runs training sessions"
    assert to_take == ["Plans and runs training sessions"]


def test_a_risky_combination_is_warned_of_before_and_after(make, sign_in, administrator):
    person = make.person(roles=[Role.PEER_SUPPORT_COORDINATOR])
    client, address = sign_in(administrator), f"/people/{person.id}/roles"
    risk = "n administrator who is also peer-support coordinator decides who sees"

    before = read_page(client.get(address))
    post(client, address, role="administrator", reason="We are two people only")
    after = read_page(client.get(address))

    assert any(f"Take care: a{risk}" in hint for hint in hints_of(before))
    assert before.select(".govuk-warning-text") == []
    (warning,) = after.select(".govuk-warning-text")
    assert risk in warning.text
    assert not any(risk in hint for hint in hints_of(after))


def test_an_ordinary_combination_is_not_warned_of(make, sign_in, administrator):
    person = make.person(roles=[Role.FACILITATOR, Role.PROGRAMME_COORDINATOR])

    page = read_page(sign_in(administrator).get(f"/people/{person.id}/roles"))

    assert page.select(".govuk-warning-text") == []


def test_nobody_gives_themself_the_peer_support_role(sign_in, administrator):
    path = f"/people/{administrator.id}/roles"

    response = post(sign_in(administrator), path, role="peer-support coordinator", reason="Curious")

    assert response.status_code == 422
    assert "Nobody can give themselves this role" in response.text
    assert reload(administrator).roles == {Role.ADMINISTRATOR}


def test_a_coordinator_gives_no_roles(make, sign_in, coordinator):
    client = sign_in(coordinator)

    assert client.get(f"/people/{make.person().id}/roles").status_code == 403
    assert client.get(f"/people/{make.person().id}/roles/take-away").status_code == 403


def test_a_role_is_taken_away_and_the_sign_ins_end(make, sign_in, administrator):
    person = make.facilitator()
    their_client = sign_in(person)

    post(sign_in(administrator), f"/people/{person.id}/roles/take-away", role="facilitator")

    assert reload(person).roles == frozenset()
    assert "/sign-in" in their_client.get("/people").location
    assert audit_lines() == ["role taken away"]


def test_the_last_administrator_stays(make, sign_in, administrator):
    client = sign_in(administrator)
    path = f"/people/{administrator.id}/roles/take-away"

    refused = post(client, path, role="administrator")
    make.person(roles=[Role.ADMINISTRATOR], is_active=False)
    still_refused = post(client, path, role="administrator")
    make.person(roles=[Role.ADMINISTRATOR])
    post(client, path, role="administrator")

    assert "This is the only administrator" in refused.text
    assert "This is the only administrator" in still_refused.text
    assert reload(administrator).roles == frozenset()


def test_present_peer_support_coordinators_are_told_of_a_new_one(make, sign_in, administrator):
    holder = make.person(roles=[Role.PEER_SUPPORT_COORDINATOR], name="Hana Holder")
    make.person(roles=[Role.PEER_SUPPORT_COORDINATOR], is_active=False)
    person = make.person(name="Petra New")
    client = sign_in(administrator)

    post(client, f"/people/{person.id}/roles", role="peer-support coordinator", reason="Trained")

    (message,) = list_messages("peer-support role given")
    assert message.person_id == holder.id
    draft = draft_of(message)
    assert_golden(
        "emails/people/peer_support_role.txt",
        f"Subject: {draft.subject}\n\n{draft.text}".replace(person.organisation.name, "Newham"),
    )
    assert kinds.get(message.kind).why_not(message, soon()) is None
    post(client, f"/people/{person.id}/roles/take-away", role="peer-support coordinator")
    assert kinds.get(message.kind).why_not(message, soon()) == "The role was taken away again"


def test_other_roles_are_given_without_a_mail(make, sign_in, administrator):
    make.facilitator()

    post(
        sign_in(administrator),
        f"/people/{make.person().id}/roles",
        role="facilitator",
        reason="Trained",
    )

    assert list_messages() == []


def test_taking_a_role_away_lists_what_is_left_undone(make, sign_in, administrator):
    person = make.facilitator()
    session = make.session(support_person_id=person.id)

    page = read_page(sign_in(administrator).get(f"/people/{person.id}/roles/take-away"))

    assert page.select_one(f"a[href='/sessions/{session.id}/desk']")
    assert "support person" in page.main.text
