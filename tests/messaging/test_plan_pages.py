"""The send plan on pages: the programme's list, one message, what people do with it; PEER-8, C30,
PLAN-9 of the notes."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from swa.core import clock
from swa.core.dates import local_date
from swa.core.db import db, transaction
from swa.messaging import kinds, ruling
from swa.messaging.models import OutboxMessage, SuppressedAddress
from swa.messaging.send_rules import Audience, Event, SendRule, Side
from swa.messaging.types import MessageState
from swa.people.models import AuditEvent
from swa.people.types import Role
from swa.sessions.rules.send_plan import OWN
from swa.sessions.types import SessionStatus
from tests.messaging.outbox import SECRET, queue, wanted
from tests.sessions.doing import book
from tests.support.counting import count_reads
from tests.support.factories import soon
from tests.support.pages import read_page

DAY = timedelta(days=1)


@pytest.fixture
def session(make):
    return make.session(starts_at=soon(days=30))


@pytest.fixture
def booking(session, make):
    person = make.person(name="Amina Begum", email="amina@example.org")
    return book(session, person, now=clock.utc_now())


@pytest.fixture
def coordinator(make, sign_in):
    return sign_in(make.coordinator())


def message(kind="prework"):
    rows = select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)
    return db.session.scalars(rows.execution_options(populate_existing=True)).all()[-1]


def titles(page):
    return [" ".join(a.contents[0].split()) for a in page.select(".app-card__title a")]


def do(browser, action, row):
    return browser.post(f"/messages/{row.id}/do", data={"action": action})


def test_the_plan_says_what_goes_to_whom_in_order(coordinator, booking):
    page = read_page(coordinator.get("/messages/plan"))

    assert titles(page) == [
        "Booking confirmed, to Amina Begum",
        "Prework, to Amina Begum",
        "Joining instructions, to Amina Begum",
    ]
    assert booking.session.title in page.text
    assert "Still to go: 3 messages" in page.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("kind=prework", ["Prework"], id="kind"),
        pytest.param("person=amina", ["Booking confirmed", "Prework", "Joining instructions"],
                     id="person"),
        pytest.param("person=nobody", [], id="nobody"),
        pytest.param("session=session+999999", [], id="another session"),
        pytest.param("shown=sent", [], id="state"),
        pytest.param("shown=held", ["Joining instructions"], id="held"),
    ],
)  # fmt: skip
def test_the_plan_can_be_narrowed(coordinator, booking, query, found):
    with transaction():
        message("joining instructions").state = MessageState.HELD

    response = coordinator.get(f"/messages/plan?{query}")

    if "999999" in query:
        assert response.status_code == 422, "not one of the sessions to choose from"
    else:
        assert titles(read_page(response)) == [f"{name}, to Amina Begum" for name in found]


@pytest.mark.parametrize("nonsense", ["%00", "session+1%00", "session", "session+" + "9" * 10])
def test_an_address_that_names_no_session_is_no_fault_and_never_the_whole_programme(
    coordinator, booking, nonsense
):
    assert coordinator.get(f"/messages/plan?session={nonsense}").status_code == 422
    assert coordinator.get(f"/messages/plan/send-missed?session={nonsense}").status_code == 404


def test_the_plan_can_be_narrowed_to_days_and_to_a_session(coordinator, booking, session):
    day = local_date(message().due_at)
    days = {
        f"{name}-{part}": getattr(day, part)
        for name in ("after", "before")
        for part in ("day", "month", "year")
    }

    response = coordinator.get(
        "/messages/plan", query_string={**days, "session": f"session {session.id}"}
    )

    assert "Prework, to Amina Begum" in titles(read_page(response))
    assert "Booking confirmed, to Amina Begum" not in titles(read_page(response))


@pytest.mark.parametrize("role", [Role.PROGRAMME_COORDINATOR, Role.ADMINISTRATOR])
def test_an_address_names_no_session_without_messages(make, sign_in, role):
    draft = make.session(topic=make.topic(title="A secret plan"), status=SessionStatus.DRAFT)
    browser = sign_in(make.person(roles=[role]))

    hidden = browser.get(f"/messages/plan?session=session+{draft.id}")
    missing = browser.get("/messages/plan?session=session+999")
    late = browser.get(f"/messages/plan/send-missed?session=session+{draft.id}")

    assert hidden.status_code == missing.status_code == 422
    assert "A secret plan" not in hidden.text + late.text


def test_an_end_before_the_beginning_is_refused(coordinator):
    query = "after-day=2&after-month=1&after-year=2027&before-day=1&before-month=1&before-year=2027"

    response = coordinator.get(f"/messages/plan?{query}")

    assert response.status_code == 422
    assert "To must be the same as or after 2 January 2027" in read_page(response).text


def test_an_added_rule_has_its_own_name_and_filter(coordinator, session, make):
    rule = SendRule("", "What to bring", OWN, Event.START, Audience.PARTICIPANTS, days=5,
                    side=Side.BEFORE, text="sessions/joining_instructions")  # fmt: skip
    with transaction():
        rule = ruling.add(rule, also_past=False, now=clock.utc_now())
    book(session, make.person(name="Ben"), now=clock.utc_now())

    page = read_page(coordinator.get(f"/messages/plan?kind=own+message+no+{rule.number}"))

    assert titles(page) == ["What to bring, to Ben"]


def test_private_messages_are_in_no_list_and_on_no_page(coordinator, make):
    """PEER-8: nobody learns from a list who is to get what is private."""
    queue("link-1", wanted(make.person(name="Ada").id, kind=SECRET))
    row = message(SECRET)

    page = read_page(coordinator.get("/messages/plan?shown=all"))

    assert titles(page) == []
    assert coordinator.get(f"/messages/{row.id}").status_code == 404
    assert do(coordinator, "hold", row).status_code == 404


def test_one_message_is_shown_as_this_person_gets_it(coordinator, booking, session):
    page = read_page(coordinator.get(f"/messages/{message().id}"))

    assert page.h1.text.strip() == "Prework, to Amina Begum"
    assert "Hello Amina Begum," in page.text
    assert session.prework in page.text
    assert "written anew just before it goes" in page.text
    assert {button.text.strip() for button in page.select("button")} >= {"Send now", "Hold"}


def test_looking_at_a_message_changes_nothing(coordinator, booking):
    row = message("booking confirmed")
    before = {c.key: getattr(row, c.key) for c in row.__table__.columns}

    coordinator.get(f"/messages/{row.id}")

    row = message("booking confirmed")
    assert {c.key: getattr(row, c.key) for c in row.__table__.columns} == before
    assert not db.session.dirty


def test_a_message_is_held_and_released(coordinator, booking):
    held = do(coordinator, "hold", message())
    state = message().state
    do(coordinator, "release", message())

    assert held.status_code == 302
    assert (state, message().state) == (MessageState.HELD, MessageState.WAITING)
    lines = db.session.scalars(select(AuditEvent.what).order_by(AuditEvent.id)).all()
    assert lines[-2:] == ["message held", "message released"]


def test_a_message_is_skipped_with_a_reason(coordinator, booking):
    row = message()

    without = coordinator.post(f"/messages/{row.id}/skip", data={"reason": " "})
    done = coordinator.post(f"/messages/{row.id}/skip", data={"reason": "They had it by phone"})

    assert (without.status_code, done.status_code) == (422, 302)
    assert "Enter why it shall not go" in read_page(without).text
    assert (message().state, message().reason) == ("skipped", "They had it by phone")


def test_a_message_gets_words_of_its_own_and_the_usual_ones_back(coordinator, booking):
    row = message()
    form = read_page(coordinator.get(f"/messages/{row.id}/edit"))
    usual = form.select_one("textarea").text

    coordinator.post(f"/messages/{row.id}/edit", data={"subject": "Hello", "text": "Bring a pen"})
    page = read_page(coordinator.get(f"/messages/{row.id}"))
    do(coordinator, "usual-words", row)

    assert "Hello Amina Begum," in usual
    assert "Bring a pen" in page.text
    assert "Own words" in page.text
    assert message().edited_at is None


def test_what_cannot_be_done_is_refused_in_words(coordinator, booking):
    row = message()
    with transaction():
        row.state = MessageState.SENT

    response = do(coordinator, "hold", row)

    assert response.status_code == 422
    assert "is on its way or has gone" in read_page(response).text


def test_an_unknown_action_is_no_page(coordinator, booking):
    assert do(coordinator, "burn", message()).status_code == 404


@pytest.mark.parametrize(
    ("role", "place", "see", "change"),
    [
        pytest.param(Role.PROGRAMME_COORDINATOR, "", 200, 302, id="coordinator"),
        pytest.param(Role.ADMINISTRATOR, "", 200, 302, id="administrator"),
        pytest.param(Role.FACILITATOR, "lead_facilitator_id", 200, 302, id="its facilitator"),
        pytest.param(Role.FACILITATOR, "support_person_id", 200, 403, id="its support person"),
        pytest.param(Role.FACILITATOR, "", 404, 404, id="another facilitator"),
        pytest.param(Role.EVALUATOR, "", 404, 404, id="evaluator"),
        pytest.param(Role.PEER_SUPPORT_COORDINATOR, "", 404, 404, id="peer-support coordinator"),
    ],
)
def test_who_may_see_and_change_a_message(  # noqa: PLR0917 - one row of a table
    make, sign_in, booking, session, role, place, see, change
):
    person = make.person(roles=[role])
    if place:
        with transaction():
            setattr(session, place, person.id)
    browser = sign_in(person)

    seen, changed = browser.get(f"/messages/{message().id}"), do(browser, "hold", message())

    assert (seen.status_code, changed.status_code) == (see, change)


def test_the_person_who_gets_it_opens_no_page_of_it(sign_in, booking):
    browser = sign_in(booking.person)

    assert browser.get(f"/messages/{message().id}").status_code == 404


def test_the_messages_of_a_session_are_for_those_who_run_it(make, sign_in, booking, session):
    crew = sign_in(session.support_person)
    stranger = sign_in(make.facilitator())

    page = read_page(crew.get(f"/sessions/{session.id}/messages"))

    assert "Prework, to Amina Begum" in titles(page)
    assert stranger.get(f"/sessions/{session.id}/messages").status_code == 403


def test_a_person_sees_what_they_were_sent_and_what_is_planned(sign_in, booking):
    page = read_page(sign_in(booking.person).get("/account/messages"))

    assert "Prework" in page.text
    assert booking.session.title in page.text
    assert page.select(".app-card__title a") == [], "the pages of messages are for staff"


def test_a_coordinator_sees_what_a_person_was_sent_and_whether_it_arrived(coordinator, booking):
    with transaction():
        row = message("booking confirmed")
        row.state, row.sent_at, row.answer = MessageState.SENT, clock.utc_now(), "250 taken"
        late = message()
        late.state, late.reason = MessageState.MISSED, "It could not go for two days"

    person_id = booking.claim.person_id
    history = read_page(coordinator.get(f"/people/{person_id}/messages"))
    sent = read_page(coordinator.get(f"/messages/{row.id}"))

    assert [tag.text.strip() for tag in history.select(".app-card .govuk-tag")] == [
        "Planned", "Missed", "Sent",
    ]  # fmt: skip
    assert "It could not go for two days" in history.text
    assert "250 taken" in sent.text


def test_what_was_missed_is_on_the_desk_and_can_be_sent_anyway(coordinator, booking):
    with transaction():
        row = message()
        row.state, row.reason = MessageState.MISSED, "It could not go for two days"
    desk = read_page(coordinator.get("/home")).text
    page = read_page(coordinator.get(f"/messages/{row.id}"))

    do(coordinator, "send-again", row)

    assert "1 email of the last 30 days did not go" in " ".join(desk.split())
    assert "Send anyway" in page.text
    assert (message().state, message().is_by_hand) == (MessageState.WAITING, True)


def miss(make, session, number):
    for _ in range(number):
        book(session, make.person(), now=clock.utc_now())
    with transaction():
        for row in db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "prework")):
            row.state = MessageState.MISSED


def open_missed(browser, query=""):
    page = read_page(browser.get(f"/messages/plan/send-missed{query}"))
    return page, {"seen": page.select_one("form input[name=seen]")["value"]}


def states_of(kind):
    rows = select(OutboxMessage.state).where(OutboxMessage.kind == kind)
    return set(db.session.scalars(rows))


def test_what_was_missed_is_sent_together_after_saying_how_many_and_to_whom(
    make, coordinator, session
):
    miss(make, session, 3)
    plan = read_page(coordinator.get("/messages/plan?shown=missed"))
    page, seen = open_missed(coordinator)
    before = states_of("prework")

    response = coordinator.post("/messages/plan/send-missed", data=seen)

    assert plan.select_one("a[href='/messages/plan/send-missed']") is not None
    assert "3 messages to 3 people" in " ".join(page.main.text.split())
    assert len(titles(page)) == 3
    assert before == {MessageState.MISSED}, "looking sends nothing"
    assert response.status_code == 302
    assert states_of("prework") == {MessageState.WAITING}


def test_what_was_missed_since_the_page_was_opened_does_not_go_unseen(make, coordinator, session):
    miss(make, session, 1)
    _, seen = open_missed(coordinator)
    miss(make, session, 1)

    response = coordinator.post("/messages/plan/send-missed", data=seen)

    assert response.status_code == 422
    assert "The list has changed meanwhile" in read_page(response).text
    assert states_of("prework") == {MessageState.MISSED}


def test_only_what_one_session_missed_is_sent_together(make, coordinator, session):
    other = make.session(starts_at=soon(days=31))
    miss(make, session, 1)
    miss(make, other, 2)
    query = f"?session=session%20{other.id}"
    page, seen = open_missed(coordinator, query)

    coordinator.post(f"/messages/plan/send-missed{query}", data=seen)

    assert "2 messages to 2 people" in " ".join(page.main.text.split())
    rows = select(OutboxMessage.belongs_to).where(OutboxMessage.state == MessageState.MISSED)
    assert set(db.session.scalars(rows)) == {f"session {session.id}"}


def test_what_was_missed_by_an_address_that_takes_no_mail_stays(make, coordinator, session):
    miss(make, session, 1)
    with transaction():
        (person,) = kinds.list_recipients([message().person_id]).values()
        stopped = SuppressedAddress(address=person.address, since=clock.utc_now())
        db.session.add(stopped)

    page = read_page(coordinator.get("/messages/plan/send-missed"))

    assert "Nothing that was missed can still go" in page.text


@pytest.mark.parametrize("path", ["/messages/plan", "/sessions/{}/messages"])
def test_a_long_plan_asks_the_database_no_more_often(make, coordinator, session, path):
    def fill(first, last):
        now = clock.utc_now()
        people = [make.person().id for _ in range(20)]
        with transaction():
            for number in range(first, last):
                db.session.add(
                    OutboxMessage(
                        kind="prework",
                        occasion=f"booking {number}",
                        belongs_to=f"session {session.id}",
                        person_id=people[number % 20],
                        message_id=f"<{number}@example.org>",
                        created_at=now,
                        due_at=now + DAY,
                        next_try_at=now + DAY,
                        give_up_at=now + 9 * DAY,
                    )
                )

    path = path.format(session.id)
    fill(0, 20)
    few = count_reads(coordinator, path)
    fill(20, 2_000)
    many = count_reads(coordinator, path)

    assert few == many <= 12
