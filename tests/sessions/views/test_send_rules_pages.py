"""The rules of the send plan on pages: OT-06, CC-09; PLAN-7 of the notes."""

from datetime import date

import pytest
from sqlalchemy import select

from swa.core import clock
from swa.core.db import db, transaction
from swa.messaging import rulebook
from swa.messaging.models import DayOff, SendRuleRow
from swa.people.models import AuditEvent
from swa.sessions.cli import plan_next_of_round
from swa.sessions.types import Mark
from tests.sessions.doing import book
from tests.support.factories import soon
from tests.support.pages import read_page

PREWORK = {"is_on": "y", "days": "5", "counted": "working days", "at": "8am", "pulls_back": "y"}
OWN = {
    **PREWORK,
    "name": "What to bring",
    "audience": "people with a place",
    "event": "the start of the session",
    "side": "before",
    "may_refuse": "no",
    "scope": "",
    "text": "sessions/joining_instructions",
}
SAVE = {"step": "save"}


@pytest.fixture
def coordinator(make, sign_in):
    return sign_in(make.coordinator())


def seen(client, name):
    """Return the hidden word that says which rule the page showed."""
    page = read_page(client.get(f"/messages/rules/{name}"))
    return {"seen": page.select("form input[name=seen]")[0]["value"]}


def post(client, rule, **typed):
    """Open a rule, answer its form and save."""
    return client.post(f"/messages/rules/{rule}", data={**typed, **seen(client, rule), **SAVE})


def take_away(client, name):
    return client.post(f"/messages/rules/{name}/take-away", data=seen(client, name))


def rows():
    return db.session.scalars(select(SendRuleRow).order_by(SendRuleRow.id)).all()


def test_all_rules_stand_on_one_page(coordinator):
    page = read_page(coordinator.get("/messages/rules"))

    titles = [a.text.strip() for a in page.select(".app-card__title a")]
    assert titles[:2] == ["Prework", "Joining instructions"]
    assert "3 days before the start of the session, at 9am" in page.text
    assert "Nobody can switch these off" in page.text
    assert "Booking confirmed" in page.text


def test_a_changed_rule_says_first_how_many_people_it_concerns(coordinator, make):
    session = make.session(starts_at=soon(days=30))
    for _ in range(2):
        book(session, make.person(), now=clock.utc_now())

    page = read_page(coordinator.post("/messages/rules/prework", data=PREWORK))

    assert "2 people get it for sessions to come" in page.text
    assert "5 working days before the start of the session, at 8am" in page.text
    assert rows() == []


def test_a_changed_rule_is_saved_and_what_waits_moves(coordinator, make):
    session = make.session(starts_at=soon(days=30))
    booking = book(session, make.person(), now=clock.utc_now())

    typed = PREWORK | seen(coordinator, "prework")
    check = read_page(coordinator.post("/messages/rules/prework", data=typed))
    kept = {
        field["name"]: field["value"]
        for field in check.select("form[action='/messages/rules/prework'] input[type=hidden]")
        if field["name"] != "csrf_token"
    }
    response = coordinator.post("/messages/rules/prework", data=kept)
    planned = plan_next_of_round(clock.utc_now())

    (row,) = rows()
    assert response.status_code == 302
    assert (row.key, row.days, row.at.hour, row.is_on) == ("prework", 5, 8, True)
    assert (planned, plan_next_of_round(clock.utc_now())) == (1, 0)
    assert booking.session_id == session.id
    line = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert (line.what, line.about) == ("send rule changed", "rule prework")


def test_a_rule_is_switched_off_and_as_shipped_again(coordinator):
    post(coordinator, "prework", **PREWORK | {"is_on": ""})
    off = read_page(coordinator.get("/messages/rules")).text

    take_away(coordinator, "prework")

    rule = rulebook.load().find("prework")
    assert "Off" in off
    assert (rule.is_on, rule.days) == (True, 3)
    assert rule.counts_from is not None, "it was off until now"


def test_a_rule_that_somebody_else_changed_meanwhile_is_not_saved(coordinator):
    mine = seen(coordinator, "prework")
    post(coordinator, "prework", **PREWORK | {"days": "6"})

    late = coordinator.post("/messages/rules/prework", data={**PREWORK, **mine, **SAVE})
    page = read_page(late)
    kept_days = rows()[0].days
    again = {"seen": page.select("form input[name=seen]")[0]["value"]}
    then = coordinator.post("/messages/rules/prework", data={**PREWORK, **again, **SAVE})

    assert late.status_code == 422
    assert "Somebody else changed this rule meanwhile" in page.text
    assert kept_days == 6
    assert then.status_code == 302
    assert rulebook.load().find("prework").days == 5


def test_a_rule_that_somebody_else_changed_meanwhile_is_not_taken_away(coordinator):
    coordinator.post("/messages/rules/add", data={**OWN, **SAVE})
    name = rows()[0].key.replace(" ", "-")
    mine = seen(coordinator, name)
    post(coordinator, name, **OWN | {"days": "6"})

    late = coordinator.post(f"/messages/rules/{name}/take-away", data=mine)

    assert late.status_code == 422
    assert "Somebody else changed this rule meanwhile" in read_page(late).text
    assert [row.days for row in rows()] == [6]


def test_a_message_before_the_start_needs_a_moment_before_it(coordinator):
    typed = OWN | {"days": "0", "at": ""}

    page = read_page(coordinator.post("/messages/rules/add", data=typed))

    assert "the start itself is too late" in page.text


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        pytest.param({"days": ""}, "Enter the number of days", id="days"),
        pytest.param({"at": "9"}, "Time must say am or pm, like 9am or 9pm", id="time"),
        pytest.param({"days": "367"}, "between 0 and 366", id="too many"),
        pytest.param({"counted": "moons"}, "Select one of the options in the list", id="moons"),
    ],
)
def test_a_wrong_answer_is_refused(coordinator, changed, sentence):
    response = coordinator.post("/messages/rules/prework", data=PREWORK | changed)

    assert response.status_code == 422
    assert sentence in read_page(response).text


def test_a_rule_that_nobody_knows_is_no_page(coordinator):
    assert coordinator.get("/messages/rules/nothing").status_code == 404


def test_a_rule_is_added_for_one_topic_and_taken_away(coordinator, make):
    topic = make.topic(title="Housing")

    response = coordinator.post(
        "/messages/rules/add", data={**OWN, "scope": f"topic {topic.id}", **SAVE}
    )
    page = read_page(coordinator.get("/messages/rules"))
    (row,) = rows()
    take_away(coordinator, row.key.replace(" ", "-"))

    assert response.status_code == 302
    assert "What to bring" in page.text
    assert "only Housing" in page.text
    assert row.is_own
    assert rows() == []


def test_an_added_rule_may_be_a_reminder_that_people_may_refuse(coordinator):
    """MAIL-10: nobody may refuse it unless somebody says so."""
    coordinator.post("/messages/rules/add", data={**OWN, **SAVE})
    coordinator.post("/messages/rules/add", data={**OWN, **SAVE, "may_refuse": "reminders"})
    page = read_page(coordinator.get("/messages/rules"))
    needed, reminder = rows()
    edit = read_page(coordinator.get(f"/messages/rules/{reminder.key.replace(' ', '-')}"))

    assert (needed.optional, reminder.optional) == ("", "reminders")
    assert page.text.count("People may refuse it") == 3
    assert edit.select_one("[name=may_refuse][checked]")["value"] == "reminders"


def test_an_added_rule_keeps_being_one_rule_when_its_topic_changes(coordinator, make):
    topic = make.topic(title="Housing")
    coordinator.post("/messages/rules/add", data={**OWN, **SAVE})
    name = rows()[0].key.replace(" ", "-")

    post(coordinator, name, **OWN | {"scope": f"topic {topic.id}"})

    (row,) = rows()
    assert (row.scope, row.is_own) == (f"topic {topic.id}", True)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        pytest.param({"event": "the end of the session"}, "Select “After”", id="before the end"),
        pytest.param({"audience": "people who were there"}, "which says who came", id="was"),
        pytest.param(
            {"audience": "people on the waiting list", "event": "the end of the session",
             "side": "after"},
            "nobody waits for a session that is over",
            id="waits for what is over",
        ),
        pytest.param(
            {"event": "joining the waiting list", "side": "after"},
            "Select “Everybody on the waiting list”",
            id="joining",
        ),
        pytest.param(
            {"audience": "line managers", "event": "the end of the session", "side": "after"},
            "Line managers hear of times before a session",
            id="line managers afterwards",
        ),
        pytest.param({"side": "after"}, "Select “The end of the session”", id="after the start"),
        pytest.param(
            {"audience": "facilitators"},
            "Select a text that is meant for these people",
            id="a text for others",
        ),
        pytest.param(
            {"audience": "line managers"},
            "Select a text that is meant for these people",
            id="line managers get times alone",
        ),
        pytest.param({"name": ""}, "Enter a name", id="name"),
        pytest.param(
            {"event": "moving the session"},
            "only the start of a session is known beforehand",
            id="before a move",
        ),
        pytest.param(
            {"event": "giving a place back", "side": "after"},
            "Select “Those who gave their place back”",
            id="given back",
        ),
        pytest.param(
            {"event": "calling the session off", "side": "after"},
            "the shipped ones are for people who are coming",
            id="a text for who comes",
        ),
        pytest.param(
            {"audience": "people on the waiting list"},
            "the shipped ones are for people who are coming",
            id="a text for who has a place",
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("step", [pytest.param({}, id="checked"), pytest.param(SAVE, id="at once")])
def test_answers_that_do_not_fit_together_are_refused(coordinator, changed, sentence, step):
    """Also where somebody posts the last step without the page that checks."""
    response = coordinator.post("/messages/rules/add", data=OWN | changed | step)

    assert response.status_code == 422
    assert sentence in read_page(response).text
    assert rows() == []


def test_the_past_is_asked_for_in_so_many_words(coordinator, make):
    """PLAN-7: unless somebody chooses it, a new rule leaves out what is over."""
    past = make.session(starts_at=soon(days=-40))
    booking = make.booking(past, booked_at=soon(days=-50), confirmed_at=soon(days=-50))
    with transaction():
        booking.mark, past.attendance_saved_at = Mark.PRESENT, soon(days=-40)
    after = {
        **OWN,
        "audience": "people who were there",
        "event": "the session, once marked",
        "side": "after",
        "text": "sessions/refresher",
    }

    page = read_page(coordinator.post("/messages/rules/add", data=after))
    coordinator.post("/messages/rules/add", data={**after, **SAVE, "also_past": "no"})
    coordinator.post("/messages/rules/add", data={**after, **SAVE, "also_past": "yes"})

    assert "1 person of sessions that are over would get it too" in page.text
    assert page.select_one("input[name=also_past][checked]")["value"] == "no"
    assert [row.past_asked_at is not None for row in rows()] == [False, True]


@pytest.mark.parametrize(
    ("audience", "asks"), [("people who could not come", False), ("people who were there", True)]
)
def test_a_rule_for_other_people_asks_for_the_past_again(coordinator, make, audience, asks):
    """PLAN-7: who did not get it until now is asked about, and left out unless chosen."""
    past = make.session(starts_at=soon(days=-40))
    for mark in (Mark.PRESENT, Mark.ABSENT):
        booking = make.booking(past, booked_at=soon(days=-50), confirmed_at=soon(days=-50))
        with transaction():
            booking.mark, past.attendance_saved_at = mark, soon(days=-40)
    absent = OWN | {
        "audience": "people who could not come",
        "event": "the session, once marked",
        "side": "after",
        "text": "sessions/refresher",
    }
    coordinator.post("/messages/rules/add", data=absent | SAVE)
    name = rows()[0].key.replace(" ", "-")

    typed = absent | {"audience": audience} | seen(coordinator, name)
    page = read_page(coordinator.post(f"/messages/rules/{name}", data=typed))

    assert bool(page.select("input[name=also_past]")) is asks


def test_a_text_of_ones_own_is_used_by_a_rule(coordinator):
    text = {
        "title": "Bring this", "family": "booking", "subject": "Bring a pen",
        "body": "Hello {{ name }},\n\nbring a pen to {{ session_title }}.",
    }  # fmt: skip

    wrong = coordinator.post("/messages/rules/add-text", data={**text, "body": "{{ no_such }}"})
    coordinator.post("/messages/rules/add-text", data=text)
    form = read_page(coordinator.get("/messages/rules/add"))
    (name,) = [o["value"] for o in form.select("#text option") if "Bring this" in o.text]
    coordinator.post("/messages/rules/add", data={**OWN, **SAVE, "text": name})

    assert wrong.status_code == 422
    assert rows()[0].text == name


def test_a_rule_for_what_happens_says_that_it_looks_only_forward(coordinator, make):
    book(make.session(starts_at=soon(days=30)), make.person(), now=clock.utc_now())
    rule = OWN | {"event": "moving the session", "side": "after", "days": "2"}

    check = read_page(coordinator.post("/messages/rules/add", data=rule))
    coordinator.post("/messages/rules/add", data=rule | SAVE | {"also_past": "yes"})

    assert "each time this happens from now on" in check.text
    assert "2 working days after moving the session, at 8am" in check.text
    assert check.select("input[name=also_past]") == []
    assert rows()[0].past_asked_at is None
    assert (
        "2 working days after moving the session"
        in read_page(coordinator.get("/messages/rules")).text
    )


def test_a_day_without_work_is_added_and_taken_away(coordinator):
    day = {"day-day": "11", "day-month": "6", "day-year": "2027", "name": "Coronation"}

    coordinator.post("/messages/rules/days-off", data=day)
    page = read_page(coordinator.get("/messages/rules/days-off")).text
    found = rulebook.load().days_off
    row = db.session.scalars(select(DayOff)).one()
    coordinator.post(f"/messages/rules/days-off/{row.id}/take-away")

    assert "Friday 11 June 2027: Coronation" in page
    assert found == {date(2027, 6, 11)}
    assert db.session.scalars(select(DayOff)).all() == []


@pytest.mark.parametrize("path", ["", "/prework", "/add", "/add-text", "/days-off"])
def test_rules_are_for_coordinators_and_administrators(make, sign_in, path):
    assert sign_in(make.facilitator()).get(f"/messages/rules{path}").status_code == 403
