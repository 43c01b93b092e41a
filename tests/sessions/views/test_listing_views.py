"""AN-03, AN-07, AN-14, AN-20, AN-21, OT-03, SS-15, TR-08, TR-10, TR-11, TR-20, TR-26, TR-31: how a
session is found, and what its page says to whom."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, exists, select

from swa.core.clock import utc_now
from swa.core.dates import LONDON, long_date, plain_date
from swa.core.db import db, transaction
from swa.people.types import Sector
from swa.sessions.models import Booking, TrainingSession
from swa.sessions.types import BookingStatus, Claim, Mode, SessionStatus, TopicKind
from tests.support.factories import soon
from tests.support.pages import read_page

MOST_QUERIES_OF_THE_LIST = 9
OF_A_BOOKING = re.compile(r'href="/bookings/(\d+)"')


def titles(page):
    return [link.contents[0].strip() for link in page.select(".app-card__title a")]


def open_list(client, query=""):
    return read_page(client.get(f"/sessions/{query}"))


@pytest.fixture
def browser(make, sign_in):
    return sign_in(make.person())


def test_the_list_is_for_people_who_are_signed_in(client):
    assert client.get("/sessions/").status_code == 302


@pytest.mark.parametrize("sector", Sector)
def test_everybody_sees_the_same_sessions(make, sign_in, sector):
    make.session(topic=make.topic(title="Housing"))
    person = make.person(organisation=make.organisation(sector=sector))

    assert titles(open_list(sign_in(person))) == ["Housing"]


def test_only_published_sessions_that_have_not_ended_are_listed(make, browser):
    make.session(topic=make.topic(title="Running"), starts_at=soon(minutes=-119))
    make.session(topic=make.topic(title="Ended"), starts_at=soon(minutes=-121))
    make.session(topic=make.topic(title="Draft"), status=SessionStatus.DRAFT)
    make.session(topic=make.topic(title="Cancelled"), status=SessionStatus.CANCELLED)
    make.session(topic=make.topic(title="Coming"))

    page = open_list(browser)

    assert titles(page) == ["Running", "Coming"]
    assert page.select_one("h2 [role=status]").text == "2 sessions to come"


@pytest.fixture
def three(make):
    """Three sessions that differ in everything that can be filtered."""
    praxis = make.organisation(name="Praxis")
    housing = make.topic(title="Housing", kind=TopicKind.SPECIALIST, is_regulated=True)
    start = datetime(2030, 3, 4, 9, 30, tzinfo=LONDON)
    return {
        "core": make.session(topic=make.topic(title="Listening"), starts_at=start),
        "praxis": make.session(
            topic=housing,
            starts_at=start + timedelta(days=1),
            providers=[praxis],
            borough="Hackney",
            mode=Mode.IN_PERSON,
            venue="Town hall",
        ),
        "full": make.session(
            topic=make.topic(title="Full"),
            starts_at=start + timedelta(days=2),
            places={"largest": 1},
            places_taken=1,
        ),
        "organisation": praxis,
    }


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?kind=core", ["Listening", "Full"]),
        ("?kind=specialist", ["Housing"]),
        ("?borough=Hackney", ["Housing"]),
        ("?place=online", ["Listening", "Full"]),
        ("?place=in+person", ["Housing"]),
        ("?free=y", ["Listening", "Housing"]),
        ("?regulated=y", ["Housing"]),
        ("?after-day=5&after-month=3&after-year=2030", ["Housing", "Full"]),
        ("?before-day=5&before-month=3&before-year=2030", ["Listening", "Housing"]),
        ("?before-day=31&before-month=12&before-year=9999", ["Listening", "Housing", "Full"]),
        ("?after-day=1&after-month=1&after-year=0001", ["Listening", "Housing", "Full"]),
        ("?kind=core&free=y", ["Listening"]),
        ("?kind=rubbish&topic=x&organisation=999999&page=x", ["Listening", "Housing", "Full"]),
    ],
)
def test_filters_narrow_the_list(three, browser, query, shown):
    assert titles(open_list(browser, query)) == shown


def test_a_list_can_be_kept_to_a_topic_and_an_organisation(three, browser):
    topic, organisation = three["core"].topic_id, three["organisation"].id

    assert titles(open_list(browser, f"?topic={topic}")) == ["Listening"]
    assert titles(open_list(browser, f"?organisation={organisation}")) == ["Housing"]


def test_each_filter_can_be_taken_away(three, browser):
    page = open_list(browser, "?kind=core&free=y&after-day=1&after-month=3&after-year=2030&page=1")

    links = {
        link.text.split("filter ")[1]: link["href"] for link in page.select(".app-chosen__link")
    }
    assert links == {
        "Core Conversations": "/sessions/?free=y&after-day=1&after-month=3&after-year=2030",
        "With places left": "/sessions/?kind=core&after-day=1&after-month=3&after-year=2030",
        "From 1 March 2030": "/sessions/?kind=core&free=y",
    }
    assert page.select_one("h2 [role=status]").text == "1 session found"


def test_a_wrong_date_says_so_and_filters_nothing(three, browser):
    page = open_list(browser, "?after-day=31&after-month=2&after-year=2030")

    assert page.title.text.startswith("Error: ")
    assert "From must be a real date" in page.select_one(".govuk-error-summary").text
    assert len(titles(page)) == 3


def test_an_end_before_the_beginning_is_refused(three, browser):
    query = (
        "?after-day=5&after-month=3&after-year=2030&before-day=4&before-month=3&before-year=2030"
    )

    page = open_list(browser, query)

    assert "To must be the same as or after 5 March 2030" in page.text


def test_nothing_found_repeats_the_question_and_leads_on(three, browser):
    page = open_list(browser, "?kind=specialist&place=online")

    empty = page.select_one(".app-empty")
    assert "No session fits Specialist, Online" in empty.text
    assert {link["href"] for link in empty.select("a")} == {"/sessions/", "/topics/"}


def test_an_empty_programme_leads_facilitators_to_planning(make, sign_in):
    page = open_list(sign_in(make.facilitator()))

    assert "/sessions/new" in {link["href"] for link in page.select(".app-empty a")}


def add_sessions(make, number, *, first=None):
    """Add published sessions, one each minute from the first on; it is in 30 days if not given."""
    topic, lead = make.topic(), make.facilitator()
    first = first or soon(days=30)
    with transaction():
        db.session.add_all(
            TrainingSession(
                topic_id=topic.id,
                starts_at=first + timedelta(minutes=n),
                ends_at=first + timedelta(days=1, minutes=n),
                mode=Mode.ONLINE,
                lead_facilitator_id=lead.id,
                places=topic.places,
                times=topic.times,
                status=SessionStatus.PUBLISHED,
                published_at=utc_now(),
                created_at=utc_now(),
            )
            for n in range(number)
        )


def count_queries(client, address):
    client.get(address)
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert client.get(address).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len([each for each in seen if each.lstrip().upper().startswith("SELECT")])


@pytest.mark.parametrize("address", ["/sessions/", "/sessions/?free=y&kind=core", "/topics/"])
def test_a_list_asks_as_often_at_2000_sessions_as_at_20(make, browser, address):
    add_sessions(make, 20)
    at_20 = count_queries(browser, address)
    add_sessions(make, 1980)

    at_2000 = count_queries(browser, address)

    assert at_2000 == at_20 <= MOST_QUERIES_OF_THE_LIST


def test_the_run_list_asks_as_often_at_2000_sessions_as_at_20(make, sign_in):
    browser = sign_in(make.coordinator())
    for _ in range(2):
        make.session(status=SessionStatus.DRAFT, starts_at=soon(days=5))
    add_sessions(make, 20)
    at_20 = count_queries(browser, "/sessions/run/")
    add_sessions(make, 1980)

    assert count_queries(browser, "/sessions/run/") == at_20 <= 14


def test_a_month_asks_as_often_at_2000_sessions_as_at_20(make, browser):
    first = datetime(2030, 3, 4, 9, tzinfo=UTC)
    add_sessions(make, 20, first=first)
    at_20 = count_queries(browser, "/sessions/month/2030/3")
    add_sessions(make, 1980, first=first)

    at_2000 = count_queries(browser, "/sessions/month/2030/3")

    assert len(month_page(browser, 2030, 3).select("td a")) >= 2000
    assert at_2000 == at_20 <= MOST_QUERIES_OF_THE_LIST


def test_my_bookings_ask_as_often_at_2000_sessions_as_at_20(make, sign_in):
    """Half of them are over, so both lists of the page are long."""
    person = make.person()
    browser = sign_in(person)
    book_everything(make, person, 20)
    at_20 = count_queries(browser, "/bookings/")
    book_everything(make, person, 1980)

    at_2000 = count_queries(browser, "/bookings/")

    assert len(set(OF_A_BOOKING.findall(browser.get("/bookings/").text))) == 2000
    assert at_2000 == at_20 <= MOST_QUERIES_OF_THE_LIST


def book_everything(make, person, number):
    """Add sessions, half of them over, and a place in each for one person."""
    add_sessions(make, number // 2)
    add_sessions(make, number // 2, first=soon(days=-30))
    claim = Claim(person.id, person.organisation_id, person.team_id)
    is_booked = exists().where(Booking.session_id == TrainingSession.id)
    with transaction():
        db.session.add_all(
            Booking(
                session_id=session_id,
                reference=f"Q{session_id:07d}",
                claim=claim,
                status=BookingStatus.CONFIRMED,
                booked_at=utc_now(),
                confirmed_at=utc_now(),
            )
            for session_id in db.session.scalars(select(TrainingSession.id).where(~is_booked))
        )


def test_a_long_list_has_pages(make, browser):
    add_sessions(make, 21)

    first, second = open_list(browser), open_list(browser, "?page=2&place=online")

    assert len(titles(first)) == 20
    assert len(titles(second)) == 1
    assert "(page 2 of 2)" in second.title.text
    assert "place=online" in second.select_one(".govuk-pagination__prev a")["href"]


def month_page(client, year, month):
    return read_page(client.get(f"/sessions/month/{year}/{month}"))


def test_a_month_is_a_table_with_a_day_for_each_cell(three, browser):
    page = month_page(browser, 2030, 3)

    assert page.h1.text == "Sessions in March 2030"
    assert [cell.text for cell in page.select("th[scope=col]")][0::6] == ["Monday", "Sunday"]
    assert len(page.select("td:not(.app-month__other)")) == 31
    assert page.select_one("td a").text == "Listening on Monday 4 March 2030"
    assert [link.text for link in page.select("nav[aria-label=Months] a")] == [
        "February 2030",
        "April 2030",
    ]


def test_a_phone_gets_the_month_as_a_list(three, browser):
    page = month_page(browser, 2030, 3)

    assert page.select_one(".app-phone-only h2").text == "Monday 4 March 2030"


def test_the_month_shows_what_was_cancelled_and_what_is_past(make, browser):
    now = utc_now().astimezone(LONDON)
    make.session(starts_at=soon(hours=-3))
    make.session(starts_at=soon(hours=-4), status=SessionStatus.CANCELLED)
    make.session(starts_at=soon(hours=-4), status=SessionStatus.DRAFT)
    day = (now - timedelta(hours=4)).date()

    page = month_page(browser, day.year, day.month)

    tags = [tag.text.strip() for tag in page.select("td .govuk-tag")]
    assert "Cancelled" in tags
    assert len(tags) <= 2


@pytest.mark.parametrize(
    ("start", "month", "is_in"),
    [
        pytest.param(datetime(2030, 5, 1, 0, 30, tzinfo=LONDON), 5, True, id="after midnight"),
        pytest.param(datetime(2030, 5, 1, 0, 30, tzinfo=LONDON), 4, False, id="still April in UTC"),
        pytest.param(datetime(2030, 12, 31, 23, 0, tzinfo=LONDON), 12, True, id="the last hour"),
    ],
)
def test_a_month_begins_at_midnight_in_london(make, browser, start, month, is_in):
    make.session(starts_at=start)

    assert bool(month_page(browser, 2030, month).select("td a")) is is_in


def test_an_empty_month_leads_on(browser):
    assert "No session is planned in May 2031" in month_page(browser, 2031, 5).text


@pytest.mark.parametrize("path", ["2030/0", "2030/13", "2019/5", "2101/1", "999999999/1"])
def test_there_is_no_such_month(browser, path):
    assert browser.get(f"/sessions/month/{path}").status_code == 404


@pytest.mark.parametrize(("path", "links"), [("2020/1", 1), ("2100/12", 1)])
def test_the_calendar_has_ends(browser, path, links):
    page = read_page(browser.get(f"/sessions/month/{path}"))

    assert len(page.select("nav[aria-label=Months] a")) == links


def open_session(client, session):
    return read_page(client.get(f"/sessions/{session.id}"))


def test_the_page_says_what_it_is_before_it_offers_the_button(make, browser):
    session = make.session(topic=make.topic(learning_points="What to say\nWhom to call"))

    page = open_session(browser, session)

    text = page.main.text
    order = ["Time it asks of you", "What it is about", "Who it is for", "Who it is not for"]
    places = [text.index(words) for words in [*order, "Whom to call", "Book a place"]]
    assert places == sorted(places)
    assert page.select_one("a[role=button]")["href"] == f"/sessions/{session.id}/book"


def test_the_page_adds_the_prework_to_the_time(make, browser):
    session = make.session(prework_minutes=20)

    assert (
        "2 hours, and about 20 minutes of prework beforehand: 2 hours 20 minutes in all"
        in open_session(browser, session).text
    )


def test_the_page_names_organisations_and_nobody_who_booked(make, browser):
    session = make.session()
    person = make.person(organisation=make.organisation(name="Hackney Quest"), name="Amina Begum")
    make.booking(session, person=person)
    waiting = make.person(organisation=make.organisation(name="Shoreditch Trust"))
    make.booking(session, person=waiting, status=BookingStatus.WAITING)

    page = open_session(browser, session)

    assert "Hackney Quest" in page.text
    assert "Amina Begum" not in page.text
    assert "Shoreditch Trust" not in page.text


def test_the_page_says_whom_to_ask(make, browser):
    page = open_session(browser, make.session())

    assert page.main.select_one("a[href^='mailto:coordinator@']")


def test_the_link_is_for_people_with_a_place(make, sign_in):
    session = make.session(online_link="https://meet.example.org/secret")
    with_place, waiting, stranger = make.person(), make.person(), make.person()
    make.booking(session, person=with_place)
    make.booking(session, person=waiting, status=BookingStatus.WAITING)

    seen = {
        name: "https://meet.example.org/secret"
        in sign_in(person).get(f"/sessions/{session.id}").text
        for name, person in {
            "place": with_place,
            "waiting": waiting,
            "stranger": stranger,
            "lead": session.lead_facilitator,
            "support": session.support_person,
        }.items()
    }

    assert seen == {
        "place": True,
        "waiting": False,
        "stranger": False,
        "lead": True,
        "support": True,
    }


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (BookingStatus.CONFIRMED, "You have a place on this session"),
        (BookingStatus.WAITING, "You are on the waiting list"),
    ],
)
def test_the_page_knows_my_booking(make, sign_in, status, words):
    person, session = make.person(), make.session()
    booking = make.booking(session, person=person, status=status)

    page = open_session(sign_in(person), session)

    assert words in page.text
    assert not page.select("a[role=button]")
    assert page.select_one(f"a[href='/bookings/{booking.id}']")


def test_a_full_session_offers_the_waiting_list(make, browser):
    page = open_session(browser, make.session(places={"largest": 1}, places_taken=1))

    assert page.select_one("a[role=button]").text.strip() == "Join the waiting list"
    assert "All 1 place are taken" not in page.text


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"starts_at": soon(hours=-3)}, "This session is over"),
        ({"starts_at": soon(hours=-1)}, "This session has started"),
        (
            {"status": SessionStatus.CANCELLED, "cancel_reason": "The room is flooded"},
            "The room is flooded",
        ),
    ],
)
def test_what_cannot_be_booked_says_why(make, browser, columns, words):
    page = open_session(browser, make.session(**columns))

    assert words in page.text
    assert not page.select("a[role=button]")


@pytest.mark.parametrize("role", ["lead_facilitator", "support_person"])
def test_those_who_run_it_need_no_place(make, sign_in, role):
    session = make.session()

    page = open_session(sign_in(getattr(session, role)), session)

    assert "You run this session, so you do not need to book a place" in page.text
    assert page.select_one(f"a[href='/sessions/{session.id}/desk']")


def test_a_regulated_topic_says_its_limits_on_the_page(make, browser):
    topic = make.topic(
        kind=TopicKind.SPECIALIST, is_regulated=True, limits_of_advice="No immigration advice"
    )

    page = open_session(browser, make.session(topic=topic))

    assert "No immigration advice" in page.text
    assert "How to refer" in page.text


def test_a_draft_is_for_those_who_run_it(make, sign_in):
    session = make.session(status=SessionStatus.DRAFT)
    address = f"/sessions/{session.id}"

    assert sign_in(make.person()).get(address).status_code == 404
    assert sign_in(make.facilitator()).get(address).status_code == 404
    assert sign_in(session.support_person).get(address).status_code == 200
    assert sign_in(make.coordinator()).get(address).status_code == 200


def test_what_people_typed_is_never_code(make, browser):
    topic = make.topic(overview="<script>alert(1)</script>", title="A & B <b>bold</b>")

    response = browser.get(f"/sessions/{make.session(topic=topic).id}")

    assert "<script>alert" not in response.text
    assert read_page(response).h1.text.startswith("A & B <b>bold</b>")


def run_list(client, query=""):
    return read_page(client.get(f"/sessions/run/{query}"))


@pytest.mark.parametrize(
    ("columns", "text", "path"),
    [
        pytest.param(
            {"status": SessionStatus.DRAFT, "resources": ""}, "Finish the plan", "plan", id="draft"
        ),
        pytest.param({"status": SessionStatus.DRAFT}, "Publish the session", "plan", id="ready"),
        pytest.param({"go_ahead": "asked"}, "Decide whether it goes ahead", "go-ahead", id="asked"),
        pytest.param(
            {"starts_at": soon(minutes=-5)}, "Record attendance", "attendance", id="running"
        ),
        pytest.param({}, "Session desk", "desk", id="nothing to do"),
    ],
)
def test_the_run_list_says_what_comes_next(make, sign_in, columns, text, path):
    session = make.session(**columns)

    link = run_list(sign_in(session.lead_facilitator)).select_one(".app-card__next a")

    assert link.text.startswith(text)
    assert link["href"] == f"/sessions/{session.id}/{path}"


def test_the_run_list_holds_what_one_runs(make, sign_in):
    mine, other = make.session(), make.session()
    past = make.session(starts_at=soon(days=-3), support_person_id=mine.lead_facilitator_id)
    browser = sign_in(mine.lead_facilitator)

    coming, over = run_list(browser), run_list(browser, "?when=past")

    assert titles(coming) == [mine.title]
    assert titles(over) == [past.title]
    assert other.title not in coming.text
    assert coming.select_one("a[href='/sessions/new']")


def test_somebody_who_runs_nothing_plans_nothing(make, sign_in):
    page = run_list(sign_in(make.person()))

    assert "You run no session" in page.text
    assert not page.select_one("a[href='/sessions/new']")


def test_the_support_person_reads_a_draft_and_changes_nothing(make, sign_in):
    session = make.session(status=SessionStatus.DRAFT)
    browser = sign_in(session.support_person)

    assert run_list(browser).select_one(".app-card__next a")["href"] == f"/sessions/{session.id}"
    assert browser.get(f"/sessions/{session.id}/plan").status_code == 403


def test_words_for_days_are_those_of_the_house(make, browser):
    session = make.session()
    page = open_session(browser, session)

    assert plain_date(session.starts_at) in page.title.text
    assert long_date(session.starts_at) in page.text
    assert isinstance(session.starts_at.date(), date)
