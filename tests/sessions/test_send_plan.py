"""The rules of the send plan at work: AN-16, OT-06, TR-09, TR-22, TR-34, CC-09, MT-10; PLAN-2 and
PLAN-4 to PLAN-9 of the notes."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select

from swa.core.db import db, transaction
from swa.messaging import fitting, handling, rulebook, ruling
from swa.messaging.dispatcher import rows
from swa.messaging.models import OutboxMessage
from swa.messaging.send_rules import Audience, DayKind, Event, SendRule, Side
from swa.messaging.types import READ_AGAIN, MessageState
from swa.sessions.rules.send_plan import OWN, OWN_TO_RUN
from swa.sessions.services import mails
from swa.sessions.types import Mark
from tests.sessions.doing import book, cancel, later, mark, move, plan_all
from tests.sessions.postman import kinds_for, outbox, send_due
from tests.support.query_counts import counted_queries

START = datetime(2027, 4, 8, 13, 0, tzinfo=UTC)  # 2pm in London, a Thursday in summer time
EARLY = datetime(2027, 3, 10, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
A_WEEK_BEFORE = datetime(2027, 4, 1, 8, 0, tzinfo=UTC)  # 9am in London
END = START + timedelta(hours=2)
REFRESHER_AT = datetime(2027, 5, 20, 8, 0, tzinfo=UTC)  # 42 days after, a Thursday
OWN_RULE = SendRule(
    key="",
    name="Bring your laptop",
    kind=OWN,
    event=Event.START,
    audience=Audience.PARTICIPANTS,
    days=7,
    side=Side.BEFORE,
    text="sessions/joining_instructions",
)


@pytest.fixture
def session(make):
    return make.session(starts_at=START)


@pytest.fixture
def held(session, make):
    """A session that took place with two people, of whom one was there."""
    here, away = (book(session, make.person(), now=EARLY) for _ in range(2))
    send_due(START - MINUTE)
    mark(session, {here.id: Mark.PRESENT, away.id: Mark.ABSENT}, by=session.support_person)
    send_due(END)
    return here, away


def occasion(booking):
    return f"booking {booking.id}"


def add(now, *, also_past=False, **changed):
    with transaction():
        return ruling.add(replace(OWN_RULE, **changed), also_past=also_past, now=now)


def change(key, now, **changed):
    with transaction():
        rule = replace(rulebook.load().find(key), **changed)
        return ruling.save(rule, also_past=False, now=now)


def switch_for(topic, now, **changed):
    with transaction():
        return ruling.override("sorry we missed you", topic, now=now, **changed)


def plan_anew(now):
    with transaction():
        return plan_all(now)


# The refresher: TR-22, TR-34, AN-16


def test_a_refresher_goes_once_six_weeks_after_to_those_who_were_there(held):
    here, _ = held

    early, due = send_due(REFRESHER_AT - MINUTE), send_due(REFRESHER_AT)
    plan_anew(REFRESHER_AT)
    again = send_due(REFRESHER_AT + DAY)

    assert (early, again) == ([], [])
    assert [(letter.kind, letter.person_id) for letter in due] == [
        ("refresher", here.claim.person_id)
    ]
    assert "Call the front desk." in due[0].draft.text


def test_who_came_to_the_topic_again_needs_no_refresher(held, session, make):
    here, _ = held
    later_one = make.session(topic=session.topic, starts_at=START + 14 * DAY)
    again = book(later_one, here.person, now=START + DAY)
    mark(later_one, {again.id: Mark.PRESENT}, by=later_one.support_person)
    send_due(later_one.ends_at)

    sent = send_due(REFRESHER_AT)

    assert kinds_for(here.claim.person_id, sent) == []
    assert outbox(occasion(here))["refresher", 1] is MessageState.DROPPED


def test_a_refresher_that_nobody_needs_any_more_is_not_written_again_and_again(held, session, make):
    here, _ = held
    later_one = make.session(topic=session.topic, starts_at=START + 14 * DAY)
    again = book(later_one, here.person, now=START + DAY)
    mark(later_one, {again.id: Mark.PRESENT}, by=later_one.support_person)
    send_due(REFRESHER_AT)

    for hour in range(3):
        plan_anew(REFRESHER_AT + hour * HOUR)

    written = select(OutboxMessage.state).where(
        OutboxMessage.occasion == occasion(here), OutboxMessage.kind == "refresher"
    )
    assert db.session.scalars(written).all() == [MessageState.DROPPED]


def test_one_read_tells_who_came_to_the_topic_again(make):
    def reads_for(people):
        session = make.session(starts_at=START, places={"largest": 20, "most_percent": 100})
        there = [book(session, make.person(), now=EARLY) for _ in range(people)]
        marks = {booking.id: Mark.PRESENT for booking in there}
        mark(session, marks, by=session.support_person, now=END)
        with counted_queries() as asked, transaction():
            mails.plan_anew(session, now=REFRESHER_AT - DAY)
        return len(asked)

    assert reads_for(2) == reads_for(12)


def test_there_is_no_refresher_without_anything_to_be_reminded_of(make):
    topic = make.topic(how_to_refer="", when_to_refer=" ")
    session = make.session(topic=topic, starts_at=START, resources="")
    booking = book(session, make.person(), now=EARLY)

    mark(session, {booking.id: Mark.PRESENT}, by=session.support_person)

    assert ("refresher", 1) not in outbox(occasion(booking))


# Attendance that nobody saved: TR-09


def test_those_who_run_it_are_reminded_a_day_after_when_nobody_saved_the_attendance(session, make):
    book(session, make.person(), now=EARLY)
    plan_anew(EARLY)
    send_due(START - MINUTE)

    early, due = send_due(END + DAY - MINUTE), send_due(END + DAY)

    assert early == []
    assert {letter.kind for letter in due} == {"attendance not saved"}
    assert {letter.person_id for letter in due} == {
        session.lead_facilitator_id,
        session.support_person_id,
    }


def test_nobody_is_reminded_once_it_is_saved(held, session):
    plan_anew(END)

    assert send_due(END + DAY) == []


def test_nobody_is_reminded_of_a_session_that_had_nobody(session, make):
    cancel(book(session, make.person(), now=EARLY))
    plan_anew(EARLY)
    send_due(START - MINUTE)

    assert send_due(END + DAY) == []


# Rules of one's own


def test_an_added_rule_sends_its_text_at_its_moment_once(session, make):
    add(EARLY)
    booking = book(session, make.person(), now=EARLY)
    send_due(EARLY)

    early, due = send_due(A_WEEK_BEFORE - MINUTE), send_due(A_WEEK_BEFORE)
    plan_anew(A_WEEK_BEFORE)
    again = send_due(A_WEEK_BEFORE)

    assert early == []
    assert [(x.kind, x.person_id) for x in due] == [(OWN, booking.claim.person_id)]
    assert session.joining_instructions in due[0].draft.text
    assert kinds_for(booking.claim.person_id, again) == []


def test_two_added_rules_of_one_kind_do_not_stand_in_each_others_way(session, make):
    first, second = add(EARLY), add(EARLY, days=6)
    booking = book(session, make.person(), now=EARLY)

    with transaction():
        ruling.take_away(first.key, now=EARLY)
    plan_anew(EARLY)

    states = outbox(occasion(booking))
    assert states[OWN, first.number] is MessageState.DROPPED
    assert states[OWN, second.number] is MessageState.WAITING


def test_a_rule_that_was_taken_away_leaves_its_place_in_the_outbox_to_nobody(session, make):
    """The next rule must not pass for one that was sent: SQLite would give it the same number."""
    first = add(EARLY, days=30)
    booking = book(session, make.person(), now=EARLY)
    send_due(EARLY)
    with transaction():
        ruling.take_away(first.key, now=EARLY)

    second = add(EARLY, name="Parking")
    plan_anew(EARLY)

    assert second.number != first.number
    assert outbox(occasion(booking))[OWN, second.number] is MessageState.WAITING


@pytest.mark.parametrize("kind", ["prework", "joining instructions"])
def test_the_confirmation_promises_nothing_that_a_rule_does_not_send(session, make, kind):
    change(kind, EARLY, is_on=False)
    book(session, make.person(), now=EARLY)

    (confirmation,) = send_due(EARLY)

    promised = {"prework": "prework", "joining instructions": "joining instructions"}
    words = confirmation.draft.text
    assert [name for name, text in promised.items() if text in words] == [
        name for name in promised if name != kind
    ]


def test_those_who_run_a_session_are_not_counted_among_the_places():
    with pytest.raises(fitting.RuleRefused, match="have no place"):
        fitting.check(replace(OWN_RULE, event=Event.PLACE, audience=Audience.CREW, side=Side.AFTER))


def test_who_books_late_gets_an_added_rules_message_at_once_and_in_order(session, make):
    """PLAN-2: the own rule is one of those that are due together."""
    add(EARLY)
    person = make.person()
    book(session, person, now=START - DAY)

    assert kinds_for(person.id, send_due(START - DAY)) == [
        "booking confirmed",
        "prework",
        "joining instructions",
        OWN,
    ]


def test_a_moved_session_moves_what_its_rules_planned(session, make):
    """PLAN-5: one message, at the new time."""
    add(EARLY)
    booking, by = book(session, make.person(), now=EARLY), make.coordinator()
    send_due(EARLY)

    move(session, later(session, by=14 * DAY), by=by, now=EARLY + MINUTE)

    me = booking.claim.person_id
    assert kinds_for(me, send_due(A_WEEK_BEFORE)) == ["session moved"]
    assert kinds_for(me, send_due(A_WEEK_BEFORE + 14 * DAY)) == [OWN]


def test_who_cancelled_gets_nothing_of_an_added_rule(session, make):
    """PLAN-4 with a rule of one's own."""
    add(EARLY)
    booking = book(session, make.person(), now=EARLY)
    send_due(EARLY)
    cancel(booking, now=A_WEEK_BEFORE)

    assert kinds_for(booking.claim.person_id, send_due(A_WEEK_BEFORE)) == ["booking cancelled"]


def test_line_managers_hear_the_time_and_nothing_else(session, make):
    manager = make.person(name="Mo Manager")
    person = make.person(name="Amina Begum", line_manager_id=manager.id)
    add(EARLY, audience=Audience.LINE_MANAGERS, text="sessions/times_for_manager")
    book(session, person, now=EARLY, access_needs="A ramp", question="What of debts?")
    book(session, make.person(), now=EARLY)

    sent = [x for x in send_due(A_WEEK_BEFORE) if x.kind == OWN]

    ((letter,),) = ([x for x in sent if x.person_id == manager.id],)
    assert len(sent) == 1
    assert "Hello Mo Manager" in letter.draft.text
    assert "Thursday 8 April 2027" in letter.draft.text
    for secret in ("ramp", "debts", session.online_link, session.prework):
        assert secret not in letter.draft.text


def test_nobody_is_told_of_somebody_who_cancelled(session, make):
    manager = make.person()
    add(EARLY, audience=Audience.LINE_MANAGERS, text="sessions/times_for_manager")
    booking = book(session, make.person(line_manager_id=manager.id), now=EARLY)
    cancel(booking, now=A_WEEK_BEFORE - MINUTE)

    assert kinds_for(manager.id, send_due(A_WEEK_BEFORE)) == []


@pytest.mark.parametrize(
    ("audience", "roles"),
    [
        (Audience.CREW, {"lead_facilitator_id", "support_person_id"}),
        (Audience.FACILITATORS, {"lead_facilitator_id"}),
        (Audience.SUPPORT_PERSON, {"support_person_id"}),
    ],
)
def test_an_added_rule_reaches_those_who_run_it(session, audience, roles):
    add(EARLY, audience=audience, kind=OWN_TO_RUN, text="sessions/to_run_joining")
    plan_anew(EARLY)
    send_due(EARLY)

    sent = send_due(A_WEEK_BEFORE)

    assert {x.person_id for x in sent} == {getattr(session, role) for role in roles}
    assert {x.kind for x in sent} == {OWN_TO_RUN}


def test_who_waits_hears_by_a_rule_until_they_have_a_place(make):
    full = make.session(starts_at=START, places={"largest": 1, "most_percent": 100})
    holder = book(full, make.person(), now=EARLY)
    add(EARLY, audience=Audience.WAITING, text="sessions/refresher")
    first, second = (book(full, make.person(), now=EARLY) for _ in range(2))
    send_due(EARLY)
    cancel(holder, now=EARLY + DAY)
    send_due(EARLY + DAY)

    sent = send_due(A_WEEK_BEFORE)

    assert kinds_for(first.claim.person_id, sent) == []
    assert kinds_for(second.claim.person_id, sent) == [OWN]


def test_who_books_too_late_for_days_after_booking_misses_nothing_and_gets_nothing(session, make):
    """Days after booking that end after the start: no message, and none that is missed."""
    add(EARLY, event=Event.PLACE, side=Side.AFTER, days=5)
    early, late = (book(session, make.person(), now=START - days * DAY) for days in (5, 4))

    assert (OWN in {kind for kind, _ in outbox(occasion(early))}) is True
    assert (OWN in {kind for kind, _ in outbox(occasion(late))}) is False


# Rules that are changed


def test_another_hour_and_working_days_move_what_waits(session, make):
    booking = book(session, make.person(), now=EARLY)
    send_due(EARLY)

    change("prework", EARLY, days=5, counted=DayKind.WORKING, at=time(17))
    plan_anew(EARLY + MINUTE)

    at = datetime(2027, 4, 1, 16, 0, tzinfo=UTC)  # no days: weekend and Easter lie elsewhere
    me = booking.claim.person_id
    assert kinds_for(me, send_due(at - MINUTE)) == []
    assert kinds_for(me, send_due(at)) == ["prework"]


def test_a_rule_that_is_switched_off_sends_nothing_even_before_it_is_planned_anew(session, make):
    booking = book(session, make.person(), now=EARLY)
    send_due(EARLY)

    change("prework", EARLY, is_on=False)

    at = datetime(2027, 4, 5, 8, 0, tzinfo=UTC)
    assert kinds_for(booking.claim.person_id, send_due(at)) == []
    assert outbox(occasion(booking))["prework", 1] is MessageState.DROPPED


def test_a_rule_that_goes_later_now_does_not_go_at_the_old_moment(session, make):
    booking = book(session, make.person(), now=EARLY)
    send_due(EARLY)
    change("prework", EARLY, days=1)
    old, new = datetime(2027, 4, 5, 8, tzinfo=UTC), datetime(2027, 4, 7, 8, tzinfo=UTC)

    too_early = send_due(old)
    plan_anew(old + MINUTE)

    me = booking.claim.person_id
    assert kinds_for(me, too_early) == []
    assert "prework" in kinds_for(me, send_due(new))


def test_of_two_people_who_change_a_rule_at_once_one_is_told(app):
    barrier = threading.Barrier(4, timeout=20)
    shown = rulebook.load().find("prework")
    db.session.rollback()

    def save(days):
        with app.app_context():
            barrier.wait()
            try:
                with transaction():
                    typed = replace(shown, days=days)
                    ruling.save(typed, also_past=False, now=EARLY, seen=shown.fingerprint)
            except ruling.RuleChangedMeanwhile:
                return None
            return days

    with ThreadPoolExecutor(4) as pool:
        saved = [days for days in pool.map(save, (5, 6, 7, 8)) if days]

    assert saved == [rulebook.load().find("prework").days]


# PLAN-6: attendance saved late and corrected twice


def test_attendance_corrected_twice_sends_one_mail_afterwards(session, make):
    """PLAN-6."""
    booking = book(session, make.person(), now=EARLY)
    send_due(START - MINUTE)
    late = END + 3 * DAY
    marks = [Mark.ABSENT, Mark.PRESENT, Mark.ABSENT]
    for number, each in enumerate(marks):
        mark(session, {booking.id: each}, by=session.support_person, now=late + number * MINUTE)

    first = kinds_for(booking.claim.person_id, send_due(late + 3 * MINUTE))
    mark(session, {booking.id: Mark.PRESENT}, by=session.support_person, now=late + 4 * MINUTE)
    second = kinds_for(booking.claim.person_id, send_due(late + 5 * MINUTE))

    assert (first, second) == (["sorry we missed you"], ["after the session"])


# PLAN-7: a rule added today leaves the past alone


@pytest.fixture
def three_years(make):
    """A session a quarter for three years, each with somebody who was there."""
    topic, people = make.topic(), [make.person() for _ in range(3)]
    for quarter in range(12):
        start = EARLY - (90 * quarter + 30) * DAY
        past = make.session(topic=topic, starts_at=start)
        for person in people:
            row = make.booking(past, person=person, booked_at=start - DAY,
                               confirmed_at=start - DAY)  # fmt: skip
            with transaction():
                row.mark, past.attendance_saved_at = Mark.PRESENT, past.ends_at
    change("after the session", EARLY, is_on=False)
    change("refresher", EARLY, is_on=False)


AFTERWARDS = {
    "audience": Audience.PRESENT,
    "event": Event.ATTENDANCE,
    "side": Side.AFTER,
    "text": "sessions/refresher",
    "useful_days": 14,
}


def test_a_rule_switched_on_with_three_years_of_history_sends_nothing(three_years):
    """PLAN-7."""
    add(EARLY, **AFTERWARDS)

    plan_anew(EARLY)

    assert [x for x in send_due(EARLY + 30 * DAY) if x.kind == OWN] == []


def test_a_rule_that_was_for_other_people_leaves_the_past_alone(three_years):
    """PLAN-7: also where the rule was on for years, and also as it is changed."""
    rule = add(EARLY - 1000 * DAY, **AFTERWARDS | {"audience": Audience.ABSENT})
    now_so = replace(rule, audience=Audience.PRESENT, useful_days=60)
    with transaction():
        ruling.save(now_so, also_past=False, now=EARLY)

    plan_anew(EARLY)

    assert [x for x in send_due(EARLY + 30 * DAY) if x.kind == OWN] == []


def test_the_past_gets_it_only_when_somebody_asks(three_years, make):
    rule = add(EARLY, also_past=True, **AFTERWARDS)
    done = 0
    for session in mails.list_sessions_of_round(0, most=99, now=EARLY):
        with transaction():
            done += mails.plan_anew(session, now=EARLY)

    sent = [x for x in send_due(EARLY + MINUTE) if x.kind == OWN]

    assert rule.past_asked_at == EARLY
    assert len(sent) == 36


def test_a_shipped_rule_that_is_switched_on_again_leaves_out_what_was_over(held, session):
    """PLAN-7: also for rules that were off for a while."""
    change("refresher", END, is_on=False)
    change("refresher", END + DAY, is_on=True)
    plan_anew(END + DAY)

    assert [x.kind for x in send_due(REFRESHER_AT)] == []


def test_a_rule_that_was_off_and_is_as_shipped_again_leaves_out_what_was_over(held):
    """PLAN-7: "as shipped again" switches on, too."""
    change("refresher", END, is_on=False)
    with transaction():
        ruling.take_away("refresher", now=END + DAY)
    plan_anew(END + DAY)

    assert rulebook.load().find("refresher").is_on
    assert [x.kind for x in send_due(REFRESHER_AT)] == []


def test_a_rule_that_was_on_is_as_shipped_again_without_a_trace(held):
    change("refresher", END, days=40)
    with transaction():
        ruling.take_away("refresher", now=END + DAY)
    plan_anew(END + DAY)

    assert rulebook.find_row("refresher", "") is None
    assert [x.kind for x in send_due(REFRESHER_AT)] == ["refresher"]


def test_a_topic_that_sends_a_message_again_leaves_out_what_was_over(session, make):
    """PLAN-7: also for the switch of one topic."""
    booking = book(session, make.person(), now=EARLY)
    topic = f"topic {session.topic_id}"
    switch_for(topic, EARLY, is_on=False)
    send_due(START - MINUTE)
    mark(session, {booking.id: Mark.ABSENT}, by=session.support_person)

    switch_for(topic, END + DAY, is_on=True)
    plan_anew(END + DAY)

    assert kinds_for(booking.claim.person_id, send_due(END + DAY)) == []


def test_a_topic_that_sends_a_message_again_sends_it_from_then_on(session, make):
    booking = book(session, make.person(), now=EARLY)
    topic = f"topic {session.topic_id}"
    switch_for(topic, EARLY, is_on=False)
    switch_for(topic, EARLY + DAY, is_on=True)
    send_due(START - MINUTE)

    mark(session, {booking.id: Mark.ABSENT}, by=session.support_person)

    assert kinds_for(booking.claim.person_id, send_due(END)) == ["sorry we missed you"]


def test_a_topic_that_was_switched_on_again_follows_the_programmes_days(session, make):
    topic = f"topic {session.topic_id}"
    switch_for(topic, EARLY, is_on=False)
    switch_for(topic, EARLY, is_on=True)

    change("sorry we missed you", EARLY, days=2)
    followed = rulebook.load().find("sorry we missed you", topic).days
    with transaction():
        ruling.take_away("sorry we missed you", now=EARLY)

    assert followed == 2
    assert rulebook.load().find("sorry we missed you", topic).days == 0


# PLAN-8: missed, and the session moves


def miss_prework(session, make, **moved):
    """Let no worker run for three days; then the session moves."""
    booking = book(session, make.person(), now=EARLY)
    send_due(EARLY)
    late = datetime(2027, 4, 8, 9, 0, tzinfo=UTC)
    rows.take_stock(late)
    move(session, later(session, **moved), by=make.coordinator(), now=late + MINUTE)
    return booking, late + MINUTE


def test_a_missed_message_is_wanted_again_for_the_new_date(session, make):
    """PLAN-5, PLAN-8: nobody goes without prework because it was missed for the old date."""
    booking, _ = miss_prework(session, make, by=14 * DAY)

    at = datetime(2027, 4, 19, 8, 0, tzinfo=UTC)
    early, due = send_due(at - MINUTE), send_due(at)

    me = booking.claim.person_id
    assert "prework" not in kinds_for(me, early)
    assert kinds_for(me, due) == ["prework"]


def test_a_missed_message_is_due_at_once_where_the_new_date_is_near(session, make):
    booking, now = miss_prework(session, make, by=HOUR)

    sent = kinds_for(booking.claim.person_id, send_due(now))

    assert sent == ["session moved", "prework", "joining instructions"]


def test_words_of_a_missed_message_wait_for_a_person_on_the_new_date(session, make):
    book(session, make.person(), now=EARLY)
    act(handling.edit, "prework", EARLY, subject="At 2pm", text="See you at 2pm")
    late = START - HOUR
    rows.take_stock(late)

    move(session, later(session, by=14 * DAY), by=make.coordinator(), now=late)

    row = the_row("prework")
    assert (row.state, row.reason) == (MessageState.HELD, READ_AGAIN)


def test_a_missed_message_stays_missed_while_the_date_stays(session, make):
    book(session, make.person(), now=EARLY)
    late = START - HOUR
    rows.take_stock(late)
    plan_anew(late)

    assert the_row("prework").state is MessageState.MISSED


def test_what_was_missed_again_after_a_move_stays_missed(session, make):
    _, now = miss_prework(session, make, by=14 * DAY)
    again = now + 13 * DAY
    rows.take_stock(again)

    plan_anew(again)

    assert the_row("prework").state is MessageState.MISSED


# PLAN-9: held, edited, skipped, released


def the_row(kind):
    """Return the newest message of a kind."""
    found = select(OutboxMessage).where(OutboxMessage.kind == kind)
    found = found.order_by(OutboxMessage.id.desc())
    return db.session.scalars(found.limit(1).execution_options(populate_existing=True)).one()


def act(do, kind, now, **arguments):
    with transaction():
        do(the_row(kind), now=now, **arguments)


def test_what_people_do_with_messages_holds_against_every_planning(session, make):
    """PLAN-9: held, edited, skipped and released messages, planned anew after each step."""
    booking, by = book(session, make.person(), now=EARLY), make.coordinator()
    send_due(EARLY)
    at = datetime(2027, 4, 5, 8, 0, tzinfo=UTC)

    act(handling.skip, "joining instructions", EARLY, reason="They have them")
    act(handling.edit, "prework", EARLY, subject="Read this", text="Bring a pen")
    act(handling.hold, "prework", EARLY)
    plan_anew(EARLY)
    held = send_due(at)
    act(handling.release, "prework", at)
    plan_anew(at)
    released = send_due(at)
    rest = send_due(START - MINUTE)

    me = booking.claim.person_id
    assert kinds_for(me, held) == []
    assert [(x.kind, x.draft.subject, x.draft.text) for x in released if x.person_id == me] == [
        ("prework", "Read this", "Bring a pen\n")
    ]
    assert kinds_for(me, rest) == []
    assert by.id


def test_edited_words_wait_for_a_person_when_the_session_moves(session, make):
    book(session, make.person(), now=EARLY)
    send_due(EARLY)
    act(handling.edit, "prework", EARLY, subject="On 8 April", text="See you on 8 April")

    move(session, later(session, by=7 * DAY), by=make.coordinator(), now=EARLY + MINUTE)

    row = the_row("prework")
    assert (row.state, row.reason) == (MessageState.HELD, READ_AGAIN)


@pytest.mark.parametrize("is_by_hand", [False, True])
def test_edited_words_wait_for_a_person_though_the_move_leaves_the_moment(
    session, make, is_by_hand
):
    """Prework goes at 9am three days before, at whatever hour of that day the session begins."""
    book(session, make.person(), now=EARLY)
    send_due(EARLY)
    act(handling.edit, "prework", EARLY, subject="At 2pm", text="See you at 2pm")
    if is_by_hand:
        act(handling.send_now, "prework", EARLY)

    move(session, later(session, by=HOUR), by=make.coordinator(), now=EARLY + MINUTE)

    row = the_row("prework")
    assert (row.state, row.reason, row.own_text) == (
        MessageState.HELD,
        READ_AGAIN,
        "See you at 2pm",
    )
    act(handling.release, "prework", EARLY + 2 * MINUTE)
    plan_anew(EARLY + 2 * MINUTE)
    sent = send_due(row.due_at)
    assert [x.draft.text for x in sent if x.kind == "prework"] == ["See you at 2pm\n"]


def test_what_was_sent_goes_once_more_only_while_it_is_true(session, make):
    booking = book(session, make.person(), now=EARLY)
    send_due(EARLY)
    act(handling.send_copy, "booking confirmed", EARLY + MINUTE)
    again = send_due(EARLY + MINUTE)
    cancel(booking, now=EARLY + 2 * MINUTE)

    with pytest.raises(handling.NotWanted, match="the booking was cancelled"), transaction():
        found = select(OutboxMessage).where(OutboxMessage.kind == "booking confirmed")
        handling.send_copy(db.session.scalars(found).first(), now=EARLY + 3 * MINUTE)

    assert kinds_for(booking.claim.person_id, again) == ["booking confirmed"]


def test_a_late_copy_goes_also_when_planning_runs_before_it(held):
    here, _ = held
    late = END + 10 * DAY
    act(handling.send_copy, "after the session", late)

    plan_anew(late + MINUTE)

    sent = send_due(late + MINUTE)
    assert kinds_for(here.claim.person_id, sent) == ["after the session"]
