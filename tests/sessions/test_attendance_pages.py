"""CC-02, EV-50, IN-13, TR-08, TR-09: the pages of the day."""

from datetime import timedelta

import pytest

from swa.core import clock
from swa.core.dates import plain_date
from swa.core.db import db, transaction
from swa.sessions.services.attendance import record_attendance
from swa.sessions.types import BookingStatus, Mark, SessionStatus
from tests.support.counting import count_reads
from tests.support.factories import soon
from tests.support.pages import read_page


def words(page):
    return " ".join(page.main.text.split())


@pytest.fixture
def running(make):
    """A session that started ten minutes ago."""
    return make.session(starts_at=soon(minutes=-10))


def fill(make, session, number):
    names = [f"Person {letter}" for letter in "ABCDEFGHIJKLMNOPQRST"[:number]]
    return [make.booking(session, person=make.person(name=name)) for name in names]


def path(session, page="attendance"):
    return f"/sessions/{session.id}/{page}"


def save(client, session, marks, *, version=0, **more):
    chosen = {f"mark-{booking.id}": mark.value for booking, mark in marks.items() if mark}
    return client.post(path(session), data={"version": version, **chosen, **more})


def marks_of(bookings):
    db.session.expire_all()
    return [booking.mark for booking in bookings]


def test_one_page_and_one_save_for_twenty_people(make, sign_in, running):
    bookings = fill(make, running, 20)
    client = sign_in(running.lead_facilitator)

    response = save(client, running, dict.fromkeys(bookings, Mark.PRESENT))
    page = read_page(client.get(response.location))

    assert response.location == path(running)
    assert marks_of(bookings) == [Mark.PRESENT] * 20
    assert "Attendance saved" in words(page)
    assert len(page.select("[type=radio][checked]")) == 20


def test_nothing_is_chosen_before_somebody_chooses(make, sign_in, running):
    fill(make, running, 2)

    page = read_page(sign_in(running.lead_facilitator).get(path(running)))

    assert len(page.select("[type=radio]")) == 6
    assert not page.select("[type=radio][checked]")
    assert [legend.text.strip() for legend in page.select("legend")] == ["Person A", "Person B"]


def test_the_support_person_takes_attendance(make, sign_in, running):
    bookings = fill(make, running, 1)

    save(sign_in(running.support_person), running, {bookings[0]: Mark.APOLOGY})

    assert marks_of(bookings) == [Mark.APOLOGY]
    assert running.attendance_saved_by_id == running.support_person_id


def test_everyone_attended_fills_the_gaps_and_saves_nothing(make, sign_in, running):
    bookings = fill(make, running, 3)
    client = sign_in(running.lead_facilitator)

    response = save(client, running, {bookings[1]: Mark.ABSENT}, everyone="y")
    page = read_page(response)

    chosen = [box["value"] for box in page.select("[type=radio][checked]")]
    assert response.status_code == 200
    assert chosen == ["present", "absent", "present"]
    assert "Nothing is saved yet" in words(page)
    assert marks_of(bookings) == [None] * 3


def test_saving_twice_is_harmless(make, sign_in, running):
    bookings = fill(make, running, 2)
    client, marks = sign_in(running.lead_facilitator), dict.fromkeys(bookings, Mark.PRESENT)

    first, second = save(client, running, marks), save(client, running, marks)

    assert first.status_code == second.status_code == 302
    assert running.attendance_version == 1


def test_a_mark_can_be_corrected(make, sign_in, running):
    bookings = fill(make, running, 1)
    client = sign_in(running.lead_facilitator)
    save(client, running, {bookings[0]: Mark.PRESENT})

    save(client, running, {bookings[0]: Mark.ABSENT}, version=1)

    assert marks_of(bookings) == [Mark.ABSENT]


def test_what_somebody_else_saved_meanwhile_is_shown_not_overwritten(make, sign_in, running):
    bookings = fill(make, running, 2)
    running.support_person.name  # noqa: B018 - loaded before the transaction below
    with transaction():
        running.support_person.name = "Sam Support"
    with transaction():
        record_attendance(
            running,
            {bookings[0].id: Mark.ABSENT},
            seen_version=0,
            by=running.support_person,
            now=clock.utc_now(),
        )
    client = sign_in(running.lead_facilitator)

    response = save(client, running, dict.fromkeys(bookings, Mark.PRESENT))
    page = read_page(response)

    assert response.status_code == 422
    assert "Sam Support saved the attendance" in page.select_one(".govuk-error-summary").text
    assert "Saved now: Did not attend" in words(page)
    assert [box["value"] for box in page.select("[type=radio][checked]")] == ["present"] * 2
    assert page.select_one("[name=version]")["value"] == "1"
    assert marks_of(bookings) == [Mark.ABSENT, None]


def test_after_looking_again_the_second_save_counts(make, sign_in, running):
    bookings = fill(make, running, 1)
    client = sign_in(running.lead_facilitator)
    save(sign_in(running.support_person), running, {bookings[0]: Mark.ABSENT})
    save(client, running, {bookings[0]: Mark.PRESENT})

    save(client, running, {bookings[0]: Mark.PRESENT}, version=1)

    assert marks_of(bookings) == [Mark.PRESENT]


def test_somebody_added_after_the_page_was_opened_keeps_their_mark(make, sign_in, running):
    bookings = fill(make, running, 1)
    late = make.booking(running, mark=Mark.PRESENT, is_walk_in=True)

    save(sign_in(running.lead_facilitator), running, {bookings[0]: Mark.ABSENT})

    assert marks_of([*bookings, late]) == [Mark.ABSENT, Mark.PRESENT]


def test_marks_count_only_for_people_of_this_session(make, sign_in, running):
    elsewhere = fill(make, make.session(starts_at=soon(minutes=-10)), 1)

    save(sign_in(running.lead_facilitator), running, {elsewhere[0]: Mark.PRESENT})

    assert marks_of(elsewhere) == [None]


@pytest.mark.parametrize("odd", ["cancelled by us", "PRESENT", "<b>"])
def test_an_odd_mark_is_refused(make, sign_in, running, odd):
    bookings = fill(make, running, 1)

    response = sign_in(running.lead_facilitator).post(
        path(running), data={"version": 0, f"mark-{bookings[0].id}": odd}
    )

    assert response.status_code == 422
    assert marks_of(bookings) == [None]


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40])
def test_an_odd_version_never_breaks_the_page(make, sign_in, running, version):
    bookings = fill(make, running, 1)

    response = save(
        sign_in(running.lead_facilitator), running, {bookings[0]: Mark.PRESENT}, version=version
    )

    assert response.status_code in {302, 422}


@pytest.mark.parametrize(("minutes", "is_open"), [(31, False), (29, True)])
def test_attendance_opens_half_an_hour_before(make, sign_in, minutes, is_open):
    session = make.session(starts_at=soon(minutes=minutes))
    bookings = fill(make, session, 1)
    client = sign_in(session.lead_facilitator)

    page = read_page(client.get(path(session)))
    save(client, session, {bookings[0]: Mark.PRESENT})

    assert (page.select_one("main form") is not None) is is_open
    assert ("You can take attendance from" in words(page)) is not is_open
    assert (marks_of(bookings) == [Mark.PRESENT]) is is_open


def test_a_cancelled_session_has_no_attendance_to_take(make, sign_in):
    session = make.session(status=SessionStatus.CANCELLED, starts_at=soon(minutes=-10))

    page = read_page(sign_in(session.lead_facilitator).get(path(session)))

    assert "no attendance to take" in words(page)
    assert page.select_one("main form") is None


def test_a_session_without_people_says_so(make, sign_in, running):
    page = read_page(sign_in(running.lead_facilitator).get(path(running)))

    assert "Nobody has a place in this session." in words(page)


def test_only_confirmed_people_stand_on_the_list(make, sign_in, running):
    fill(make, running, 1)
    make.booking(running, person=make.person(name="Wanda Waits"), status=BookingStatus.WAITING)

    page = read_page(sign_in(running.lead_facilitator).get(path(running)))

    assert "Wanda Waits" not in page.text


def test_the_filter_box_is_hidden_without_scripts(make, sign_in, running):
    fill(make, running, 9)

    page = read_page(sign_in(running.lead_facilitator).get(path(running)))

    assert page.select_one("[data-name-filter]").has_attr("hidden")


def test_the_page_asks_the_same_number_of_questions_for_five_and_twenty(make, sign_in):
    counts = {}
    for number in (5, 20):
        session = make.session(starts_at=soon(minutes=-10))
        fill(make, session, number)
        counts[number] = count_reads(sign_in(session.lead_facilitator), path(session))

    assert counts[5] == counts[20]
    assert counts[5] <= 8


@pytest.mark.parametrize("page", ["attendance", "sheet", "walk-in"])
def test_only_those_who_run_it_see_the_pages_of_the_day(make, sign_in, running, page):
    booking = fill(make, running, 1)[0]

    assert sign_in(booking.person).get(path(running, page)).status_code == 403
    assert sign_in(make.facilitator()).get(path(running, page)).status_code == 403
    assert sign_in(make.person()).get(f"/sessions/999999/{page}").status_code == 404
    assert sign_in(running.support_person).get(path(running, page)).status_code == 200


def test_nobody_else_saves_marks_or_adds_people(make, sign_in, running):
    booking = fill(make, running, 1)[0]
    client = sign_in(booking.person)

    assert save(client, running, {booking: Mark.PRESENT}).status_code == 403
    assert client.post(path(running, "walk-in?q=per"), data={"person_id": 1}).status_code == 403
    assert marks_of([booking]) == [None]


def test_the_sheet_has_a_line_to_sign_for_each_and_blank_rows(make, sign_in, running):
    fill(make, running, 3)

    page = read_page(sign_in(running.support_person).get(path(running, "sheet")))

    rows = page.select("tbody tr")
    assert len(rows) == 3 + 6
    assert page.select("thead th")[-1].text == "Signature"
    assert [row.td.text for row in rows] == [str(number) for number in range(1, 10)]


def test_the_sheet_of_a_full_session_has_no_blank_rows(make, sign_in):
    session = make.session(places={"largest": 2})
    fill(make, session, 2)

    page = read_page(sign_in(session.lead_facilitator).get(path(session, "sheet")))

    assert len(page.select("tbody tr")) == 2


def test_the_sheet_shows_no_access_needs(make, sign_in, running):
    make.booking(running, access_needs="Captions")

    page = read_page(sign_in(running.lead_facilitator).get(path(running, "sheet")))

    assert "Captions" not in page.text


def test_a_walk_in_is_found_added_and_marked(make, sign_in, running):
    person = make.person(name="Zora Walker")
    client = sign_in(running.support_person)

    found = read_page(client.get(path(running, "walk-in?q=ora w")))
    response = client.post(path(running, "walk-in?q=ora w"), data={"person_id": person.id})
    page = read_page(client.get(response.location))

    assert [label.text.strip() for label in found.select(".govuk-radios__label")] == ["Zora Walker"]
    (booking,) = running.bookings
    assert (booking.is_walk_in, booking.mark) == (True, Mark.PRESENT)
    assert "Zora Walker is added and marked as attended" in words(page)
    assert "came without a booking" in words(page)


@pytest.mark.parametrize("typed", ["ab", "  ab  ", ""])
def test_a_search_needs_three_letters(make, sign_in, running, typed):
    response = sign_in(running.lead_facilitator).get(
        path(running, "walk-in"), query_string={"q": typed}
    )
    page = read_page(response)

    assert page.select_one(".govuk-error-summary a")["href"] == "#q"
    assert page.title.text.strip().startswith("Error: ")


@pytest.mark.parametrize("typed", ["%%%", "___", "\\\\\\", "zzz", "\x00abc"])
def test_a_search_without_a_match_says_what_to_do(make, sign_in, running, typed):
    make.person(name="Somebody Else")

    page = read_page(
        sign_in(running.lead_facilitator).get(path(running, "walk-in"), query_string={"q": typed})
    )

    assert "Nobody found" in words(page)
    assert "Somebody Else" not in words(page)


def test_a_search_shows_twenty_at_most(make, sign_in, running):
    organisation = make.organisation()
    for number in range(21):
        make.person(name=f"Casey {number:02d}", organisation=organisation)

    page = read_page(sign_in(running.lead_facilitator).get(path(running, "walk-in?q=casey")))

    assert len(page.select("[type=radio]")) == 20
    assert "More people match" in words(page)


def test_people_with_a_place_are_not_found_but_those_who_wait_are(make, sign_in, running):
    make.booking(running, person=make.person(name="Casey Place"))
    make.booking(running, person=make.person(name="Casey Waits"), status=BookingStatus.WAITING)
    make.person(name="Casey Gone", is_active=False)

    page = read_page(sign_in(running.lead_facilitator).get(path(running, "walk-in?q=CASEY")))

    names = [label.text.strip() for label in page.select(".govuk-radios__label")]
    assert names == ["Casey Waits"]


def test_nobody_is_looked_for_before_the_day(make, sign_in):
    session = make.session(starts_at=soon(days=2))
    person = make.person(name="Zora Walker")
    client = sign_in(session.support_person)

    page = read_page(client.get(path(session, "walk-in?q=zora")))
    response = client.post(path(session, "walk-in?q=zora"), data={"person_id": person.id})

    assert "Zora Walker" not in page.main.text
    assert "from the day of the session on" in page.main.text
    assert response.status_code == 422
    assert session.bookings == []


def test_nobody_is_looked_for_a_month_after_the_day(make, sign_in):
    at_noon = soon(days=-33).replace(hour=12)  # near midnight London may have another day
    session = make.session(starts_at=at_noon)
    person = make.person(name="Zora Walker")
    client = sign_in(session.support_person)

    page = read_page(client.get(path(session, "walk-in?q=zora")))
    response = client.post(path(session, "walk-in?q=zora"), data={"person_id": person.id})

    assert "Zora Walker" not in page.main.text
    until = plain_date(at_noon + timedelta(days=30))
    assert f"You could add people until {until}." in words(page)
    assert page.select_one("main form") is None
    assert response.status_code == 422
    assert session.bookings == []
    assert "without a booking" not in words(read_page(client.get(path(session))))


def test_who_runs_the_session_is_not_found_as_a_walk_in(make, sign_in):
    helper = make.facilitator(name="Casey Helps")
    make.person(name="Casey Comes")
    session = make.session(starts_at=soon(minutes=-10), support_person_id=helper.id)

    page = read_page(sign_in(helper).get(path(session, "walk-in?q=casey")))

    names = [label.text.strip() for label in page.select(".govuk-radios__label")]
    assert names == ["Casey Comes"]


def test_nobody_is_added_above_the_maximum(make, sign_in):
    session = make.session(starts_at=soon(minutes=-10), places={"largest": 1})
    fill(make, session, 1)
    person = make.person(name="Zora Walker")
    client = sign_in(session.lead_facilitator)

    response = client.post(path(session, "walk-in?q=zora"), data={"person_id": person.id})
    page = read_page(response)

    assert response.status_code == 422
    assert page.title.text.strip().startswith("Error: ")
    assert len(session.bookings) == 1


def test_only_somebody_from_the_list_can_be_added(make, sign_in, running):
    hidden = make.person(name="Not Searched")
    make.person(name="Zora Walker")
    client = sign_in(running.lead_facilitator)

    response = client.post(path(running, "walk-in?q=zora"), data={"person_id": hidden.id})
    nothing = client.post(path(running, "walk-in?q=zora"), data={})

    assert response.status_code == nothing.status_code == 422
    assert "Select who came" in words(read_page(nothing))
    assert running.bookings == []


def test_names_are_shown_as_typed(make, sign_in, running):
    name = "Bo \"><script>alert('x')</script>"
    make.booking(running, person=make.person(name=name))
    client = sign_in(running.lead_facilitator)

    for page in ("attendance", "sheet"):
        read = read_page(client.get(path(running, page)))
        assert name in words(read)
        assert not read.select("main script")
