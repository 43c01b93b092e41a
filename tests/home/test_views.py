"""The start page, the home page and the pages about the service (AN-33, AN-14, C5 to C8)."""

from datetime import date

import pytest

from swa.core.db import transaction
from swa.people.types import Role
from swa.sessions.types import BookingStatus
from tests.support.factories import soon
from tests.support.pages import read_page
from tests.support.query_counts import counted_queries

STATIC = {
    "/help": "Help",
    "/accessibility": "Accessibility statement",
    "/cookies": "Cookies",
    "/privacy": "Privacy",
}


def test_the_start_page_says_what_this_is_and_how_to_begin(client):
    page = read_page(client.get("/"))

    buttons = page.select(".govuk-button--start")
    assert [button.text.strip() for button in buttons] == ["Start now"]
    assert buttons[0]["href"] == "/sign-in"
    words = page.main.text
    for fact in ("Book a place", "who it is for", "5 minutes", "work email address", "Call 020"):
        assert fact.casefold() in words.casefold()


def test_the_start_page_speaks_of_invented_people_in_the_demonstration_only(client):
    assert "invented" not in client.get("/").text


def test_somebody_who_is_signed_in_goes_to_their_own_page(make, sign_in):
    response = sign_in(make.person()).get("/")

    assert (response.status_code, response.location) == (302, "/home")


def test_the_home_page_is_for_people_who_signed_in(client):
    assert client.get("/home").status_code == 302


def test_the_home_page_shows_what_is_next(make, sign_in):
    person = make.person(name="Amina Begum")
    make.booking(make.session(topic=make.topic(title="Listening")), person=person)
    make.booking(
        make.session(topic=make.topic(title="Benefits")),
        person=person,
        status=BookingStatus.WAITING,
    )

    page = read_page(sign_in(person).get("/home"))

    assert "Amina Begum" in page.main.text
    cards = [" ".join(card.text.split()) for card in page.select(".app-card")]
    assert ["Listening" in cards[0], "Confirmed" in cards[0]] == [True, True]
    assert ["Benefits" in cards[1], "Waiting" in cards[1]] == [True, True]
    assert "Sessions you run" not in page.main.text
    assert "What the programme needs" not in page.main.text


def test_the_home_page_offers_a_way_on_when_there_is_nothing(make, sign_in):
    page = read_page(sign_in(make.person()).get("/home"))

    assert "You have no sessions booked" in page.main.text
    assert page.select_one(".app-empty a.govuk-button")["href"] == "/sessions/"


def test_who_runs_a_session_sees_what_it_needs(make, sign_in):
    person = make.facilitator()
    session = make.session(
        starts_at=soon(days=5), lead_facilitator_id=person.id, support_person_id=None
    )

    page = read_page(sign_in(person).get("/home"))

    tags = [tag.text.strip() for tag in page.select(".govuk-tag--yellow")]
    assert tags == ["Second person missing", "Below 12"]
    assert page.select_one(f"a[href='/sessions/{session.id}/desk']")


@pytest.mark.parametrize(
    ("roles", "sees"),
    [([Role.PROGRAMME_COORDINATOR], True), ([Role.FACILITATOR], False), ([], False)],
)
def test_the_needs_of_the_programme_are_for_its_coordinator(make, sign_in, roles, sees):
    make.session(topic=make.topic(title="Of somebody else"), starts_at=soon(days=5))

    page = read_page(sign_in(make.person(roles=roles)).get("/home"))

    assert ("What the programme needs" in page.main.text) is sees
    assert ("Of somebody else" in page.main.text) is sees


def test_the_home_page_takes_the_same_few_queries_for_many_sessions(make, sign_in):
    person = make.coordinator()
    browser = sign_in(person)

    def ask():
        with counted_queries() as asked:
            assert browser.get("/home").status_code == 200
        return len(asked)

    make.booking(make.session(starts_at=soon(days=1), support_person_id=person.id), person=person)
    make.session(starts_at=soon(days=1))
    few = ask()
    for day in range(2, 10):
        session = make.session(starts_at=soon(days=day), support_person_id=person.id)
        make.booking(session, person=person)
        make.session(starts_at=soon(days=day))

    assert ask() == few


@pytest.mark.parametrize(("path", "heading"), STATIC.items())
def test_everybody_can_read_about_the_service(client, path, heading):
    page = read_page(client.get(path))

    assert page.h1.text == heading


def test_help_says_who_helps_how_and_when(client):
    words = read_page(client.get("/help")).main.text

    for fact in ("coordinator@swa.example.org", "020 7946 0000", "Monday to Friday, 9am to 5pm"):
        assert fact in words


def test_every_cookie_is_named_with_purpose_and_end(client):
    rows = read_page(client.get("/cookies")).select("tbody tr")

    names = [row.th.text for row in rows]
    assert names == ["swa-session", "swa-form", "swa-asking", "swa-known"]
    assert all(cell.text.strip() for row in rows for cell in row.select("td"))


def test_the_service_sets_no_other_cookie(client):
    client.get("/sign-in")
    client.post("/sign-in", data={"email": "somebody@example.org"})

    listed = {row.th.text for row in read_page(client.get("/cookies")).select("tbody tr")}
    assert {key.key for key in client._cookies.values()} <= listed


def test_the_accessibility_statement_has_the_headings_of_the_law(client):
    page = read_page(client.get("/accessibility"))

    assert [heading.text for heading in page.main.select("h2")] == [
        "Compliance status",
        "Content that falls short",
        "How to report a problem",
        "Enforcement procedure",
        "How we tested",
        "Preparation of this statement",
    ]


def test_the_statement_takes_contact_and_day_of_the_review_from_the_settings(app, client):
    settings = app.extensions["swa_settings"]
    app.extensions["swa_settings"] = settings.model_copy(
        update={
            "statement_reviewed_on": date(2027, 3, 1),
            "coordinator_address": "help@other.example.org",
            "alliance_name": "Other Alliance",
        }
    )
    try:
        words = " ".join(read_page(client.get("/accessibility")).main.text.split())
    finally:
        app.extensions["swa_settings"] = settings

    assert "Reviewed on 1 March 2027, and to be reviewed every year." in words
    assert "help@other.example.org" in words
    assert "the service of the Other Alliance" in words


def test_the_colours_come_as_a_stylesheet(client):
    response = client.get("/brand.css")

    assert response.mimetype == "text/css"
    assert "--govuk-brand-colour: #00625e;" in response.text
    assert "max-age=" in response.headers["Cache-Control"]


def test_monitoring_hears_whether_the_database_answers_and_no_version(client):
    response = client.get("/health")

    assert response.json == {"status": "ok", "database": "ok"}


def test_says_where_to_report_a_weakness(client):
    response = client.get("/.well-known/security.txt")

    assert response.mimetype == "text/plain"
    assert "Contact: mailto:coordinator@swa.example.org" in response.text
    assert "Canonical: http://localhost/.well-known/security.txt" in response.text


@pytest.mark.parametrize(
    ("column", "tag"),
    [
        ("lead_facilitator_id", "Facilitator missing"),
        ("support_person_id", "Second person missing"),
    ],
)
@pytest.mark.parametrize("how", ["account", "role"])
def test_the_coordinator_sees_where_somebody_no_longer_runs_sessions(
    make, sign_in, column, tag, how
):
    person = make.facilitator()
    make.session(starts_at=soon(days=40), **{column: person.id})
    with transaction():
        if how == "account":
            person.is_active = False
        else:
            person.grants.clear()

    page = read_page(sign_in(make.coordinator()).get("/home"))

    assert [found.text.strip() for found in page.select(".govuk-tag--yellow")] == [tag]
