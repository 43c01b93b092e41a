"""IN-09, IN-19: moving a session and calling it off, asked once more."""

from datetime import date, datetime, timedelta

import pytest

from swa.core.dates import LONDON, long_date
from swa.core.db import db
from swa.people.types import Role
from swa.sessions.types import BookingStatus, Mode, SessionStatus
from tests.support.factories import soon
from tests.support.pages import read_page

NEW_DAY = date.today() + timedelta(days=60)  # noqa: DTZ011 - any day in the future will do
MOVE = {
    "starts_on-day": str(NEW_DAY.day),
    "starts_on-month": str(NEW_DAY.month),
    "starts_on-year": str(NEW_DAY.year),
    "starts_at": "9:30am",
    "ends_at": "12.30pm",
    "mode": "in person",
    "online_link": "",
    "venue": "East Ham Library",
}


def words(page):
    return " ".join(page.main.text.split())


def move(client, session, **answers):
    return client.post(f"/sessions/{session.id}/move", data=MOVE | answers)


def check(client, session):
    return read_page(client.get(f"/sessions/{session.id}/move/check"))


def press(client, session, page):
    """Press the button of a check page as a browser does, with what the page holds."""
    seen = page.select_one("form input[name=seen]")["value"]
    return client.post(f"/sessions/{session.id}/move/check", data={"seen": seen})


def fill(make, session, number, **columns):
    return [make.booking(session, **columns) for _ in range(number)]


def test_the_form_starts_with_the_session_as_it_is(make, sign_in):
    start = datetime(2036, 6, 2, 9, 30, tzinfo=LONDON)
    session = make.session(starts_at=start)

    page = read_page(sign_in(session.lead_facilitator).get(f"/sessions/{session.id}/move"))

    assert page.select_one("#starts_on-day")["value"] == "2"
    assert page.select_one("#starts_at")["value"] == "9:30am"
    assert page.select_one("#ends_at")["value"] == "11:30am"
    assert page.select_one("#mode")["value"] == "online"
    assert page.select_one("#mode").has_attr("checked")


def test_the_check_page_shows_before_and_after_and_how_many_are_told(make, sign_in):
    session = make.session()
    fill(make, session, 11)
    fill(make, session, 1, status=BookingStatus.WAITING)
    client = sign_in(session.lead_facilitator)

    response = move(client, session)
    page = check(client, session)

    assert response.location == f"/sessions/{session.id}/move/check"
    rows = {
        row.th.text: [cell.text for cell in row.select("td")] for row in page.select("tbody tr")
    }
    assert rows["Date"] == [long_date(session.starts_at), long_date(NEW_DAY)]
    assert rows["Time"][1] == "9:30am to 12:30pm"
    assert rows["Where"] == ["Online", "East Ham Library"]
    assert "12 people will be told" in words(page)
    db.session.refresh(session)
    assert session.mode is Mode.ONLINE, "nothing has changed yet"


def test_moving_tells_everybody_and_leads_to_the_desk(make, sign_in):
    session = make.session()
    fill(make, session, 2)
    client = sign_in(session.lead_facilitator)
    move(client, session)

    response = press(client, session, check(client, session))
    page = read_page(client.get(response.location))

    db.session.refresh(session)
    assert session.starts_at.astimezone(LONDON) == datetime(
        NEW_DAY.year, NEW_DAY.month, NEW_DAY.day, 9, 30, tzinfo=LONDON
    )
    assert (session.mode, session.venue) == (Mode.IN_PERSON, "East Ham Library")
    assert "You have moved the session. We are emailing 2 people." in words(page)


def test_a_second_click_moves_nothing(make, sign_in):
    session = make.session()
    client = sign_in(session.lead_facilitator)
    move(client, session)
    page = check(client, session)
    press(client, session, page)

    response = press(client, session, page)

    assert response.location == f"/sessions/{session.id}/move"


def test_two_tabs_with_different_dates_never_move_to_the_wrong_one(make, sign_in):
    """What the person saw is what happens: the answers of both tabs wait in one cookie."""
    session = make.session()
    client = sign_in(session.lead_facilitator)
    before = session.starts_at
    move(client, session)
    first = check(client, session)
    move(client, session, starts_at="10:30am")

    late = press(client, session, first)
    page = read_page(late)
    db.session.refresh(session)
    still = session.starts_at
    then = press(client, session, page)

    assert late.status_code == 422
    assert "changed in another tab" in page.text
    assert "10:30am to 12:30pm" in page.text, "the page shows what is kept now"
    assert still == before
    assert then.status_code == 302
    db.session.refresh(session)
    assert session.starts_at.astimezone(LONDON).hour == 10


def test_nobody_booked_means_nobody_is_told(make, sign_in):
    session = make.session()
    client = sign_in(session.lead_facilitator)
    move(client, session)

    assert "nobody will be told" in words(check(client, session))


def test_change_leads_back_to_what_was_typed(make, sign_in):
    session = make.session()
    client = sign_in(session.lead_facilitator)
    move(client, session)

    page = read_page(client.get(f"/sessions/{session.id}/move"))

    assert page.select_one("#venue")["value"] == "East Ham Library"
    assert page.select_one("#ends_at")["value"] == "12:30pm"


@pytest.mark.parametrize(
    ("answers", "href", "sentence"),
    [
        ({"starts_on-day": ""}, "#starts_on-day", "Date must include a day"),
        ({"starts_on-year": "2020"}, "#starts_on-day", "Date must be in the future"),
        ({"starts_on-year": "2101"}, "#starts_on-day", "Date must be in 2100 or earlier"),
        ({"starts_at": "9"}, "#starts_at", "Start time must say am or pm, like 9am or 9pm"),
        ({"ends_at": "9:30am"}, "#ends_at", "End time must be after the start time, 9:30am"),
        ({"ends_at": ""}, "#ends_at", "Enter an end time"),
        ({"venue": " "}, "#venue", "Enter the venue"),
        ({"mode": "online"}, "#online_link", "Enter the link that people join by"),
        ({"online_link": "javascript:alert(1)"}, "#online_link", "Link must begin with https://"),
        ({"mode": ""}, "#mode", "Select where it takes place"),
    ],
)
def test_a_mistake_is_explained_at_its_field(make, sign_in, answers, href, sentence):
    session = make.session()

    response = move(sign_in(session.lead_facilitator), session, **answers)
    page = read_page(response)

    assert response.status_code == 422
    link = page.select_one(".govuk-error-summary a")
    assert (link["href"], link.text.strip()) == (href, sentence)
    assert page.select_one("#venue")["value"] == answers.get(
        "venue", "East Ham Library"
    ).strip() or (answers.get("venue") == " ")


@pytest.mark.parametrize(
    ("day", "month", "hour"),
    [("30", "3", "1:30am"), ("26", "10", "1:30am")],
    ids=["the hour that March skips", "the hour that October repeats"],
)
def test_an_hour_of_the_clock_change_is_refused(make, sign_in, day, month, hour):
    session = make.session()

    response = move(
        sign_in(session.lead_facilitator),
        session,
        **{"starts_on-day": day, "starts_on-month": month, "starts_on-year": "2036"},
        starts_at=hour,
    )

    assert response.status_code == 422
    assert "must be outside the hour when the clocks change" in words(read_page(response))


def test_an_unchanged_date_is_refused_on_the_first_page(make, sign_in):
    start = datetime(2036, 6, 2, 9, 30, tzinfo=LONDON)
    session = make.session(starts_at=start)

    response = move(
        sign_in(session.lead_facilitator),
        session,
        **{"starts_on-day": "2", "starts_on-month": "6", "starts_on-year": "2036"},
        ends_at="11:30am",
        mode="online",
        online_link=session.online_link,
        venue="",
    )

    assert response.status_code == 422
    assert "Change the date, the time or the place" in words(read_page(response))


def test_a_session_is_not_moved_onto_another_one_of_its_people(make, sign_in):
    session = make.session()
    at = datetime(NEW_DAY.year, NEW_DAY.month, NEW_DAY.day, 10, tzinfo=LONDON)
    make.session(starts_at=at, support_person_id=session.lead_facilitator_id)
    client = sign_in(session.lead_facilitator)
    before = session.starts_at
    move(client, session)

    response = press(client, session, check(client, session))

    assert response.status_code == 422
    assert session.lead_facilitator.name in words(read_page(response))
    db.session.refresh(session)
    assert session.starts_at == before


def test_cancelling_says_how_many_people_will_be_emailed(make, sign_in):
    session = make.session()
    fill(make, session, 1)

    page = read_page(sign_in(session.lead_facilitator).get(f"/sessions/{session.id}/cancel"))

    assert "1 person will be emailed" in words(page)
    assert "govuk-button--warning" in page.select_one("main button")["class"]


def test_cancelling_needs_a_reason(make, sign_in):
    session = make.session()

    response = sign_in(session.lead_facilitator).post(
        f"/sessions/{session.id}/cancel", data={"reason": " "}
    )

    assert response.status_code == 422
    assert read_page(response).select_one(".govuk-error-summary a")["href"] == "#reason"
    db.session.refresh(session)
    assert session.status is SessionStatus.PUBLISHED


def test_a_cancelled_session_keeps_its_reason_for_all_to_read(make, sign_in):
    session = make.session()
    fill(make, session, 3)
    client = sign_in(session.lead_facilitator)

    response = client.post(f"/sessions/{session.id}/cancel", data={"reason": "The trainer is ill"})
    page = read_page(client.get(response.location))

    db.session.refresh(session)
    assert session.status is SessionStatus.CANCELLED
    assert "You have cancelled the session. We are emailing 3 people." in words(page)
    assert "This session is cancelled: The trainer is ill" in words(page)


@pytest.mark.parametrize("page", ["move", "cancel"])
@pytest.mark.parametrize(
    "columns",
    [{"status": SessionStatus.CANCELLED}, {"starts_at": soon(days=-1)}],
    ids=["cancelled", "over"],
)
def test_what_is_over_leads_back_to_the_desk(make, sign_in, page, columns):
    session = make.session(**columns)

    response = sign_in(session.lead_facilitator).get(f"/sessions/{session.id}/{page}")

    assert response.location == f"/sessions/{session.id}/desk"


def test_a_session_that_runs_can_still_be_called_off_but_not_moved(make, sign_in):
    session = make.session(starts_at=soon(minutes=-5))
    client = sign_in(session.lead_facilitator)

    assert client.get(f"/sessions/{session.id}/cancel").status_code == 200
    assert client.get(f"/sessions/{session.id}/move").status_code == 302


@pytest.mark.parametrize("page", ["move", "move/check", "cancel"])
def test_only_those_who_manage_it_change_a_session(make, sign_in, page):
    session = make.session()
    draft = make.session(status=SessionStatus.DRAFT)
    others = [session.support_person, make.person(), make.person(roles=[Role.ADMINISTRATOR])]

    for person in others:
        client = sign_in(person)
        assert client.get(f"/sessions/{session.id}/{page}").status_code == 403
        assert client.post(f"/sessions/{session.id}/{page}", data=MOVE).status_code == 403
    assert sign_in(make.person()).get(f"/sessions/{draft.id}/{page}").status_code == 404
    assert sign_in(make.person()).get(f"/sessions/999999/{page}").status_code == 404


def test_a_coordinator_may_move_any_session(make, sign_in):
    session = make.session()

    assert sign_in(make.coordinator()).get(f"/sessions/{session.id}/move").status_code == 200


@pytest.mark.parametrize(("ends_at", "status"), [("6:00pm", 302), ("6:01pm", 422)])
def test_a_session_is_moved_to_at_most_ten_hours(make, sign_in, ends_at, status):
    session = make.session()
    client = sign_in(session.lead_facilitator)

    response = move(client, session, starts_at="8:00am", ends_at=ends_at)

    assert response.status_code == status
    assert ("at most 600 minutes" in response.text) is (status == 422)
