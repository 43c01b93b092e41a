"""Rules of one's own that count from what happens: OT-06, IN-05; PLAN-4, PLAN-5 and PLAN-7."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select

from swa.core.db import db, transaction
from swa.messaging import access, fitting, lists, rulebook, ruling
from swa.messaging.choices import standing
from swa.messaging.models import OutboxMessage
from swa.messaging.rules.editions import edition_of
from swa.messaging.send_rules import Audience, Event, SendRule
from swa.messaging.types import Filter, MessageState, Shown
from swa.sessions.rules.send_plan import OWN, OWN_TO_RUN, REMINDERS
from swa.sessions.services import go_ahead, mails
from tests.sessions.doing import book, call_off, cancel, later, move, plan_all
from tests.sessions.postman import kinds_for, outbox, send_due, waiting_kinds

START = datetime(2027, 4, 8, 13, 0, tzinfo=UTC)  # 2pm in London, a Thursday
EARLY = datetime(2027, 3, 10, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
HAPPENS = EARLY + DAY  # 10am in London, a Thursday in winter time
TWO_DAYS_AFTER = datetime(2027, 3, 13, 9, 0, tzinfo=UTC)  # 9am in London
OWN_RULE = SendRule(
    key="",
    name="About what happened",
    kind=OWN,
    event=Event.MOVED,
    audience=Audience.PARTICIPANTS,
    days=2,
    at=time(9),
    text="sessions/refresher",
)
BY_EVENT = [
    pytest.param(Event.MOVED, Audience.PARTICIPANTS, id="moved"),
    pytest.param(Event.CALLED_OFF, Audience.PARTICIPANTS, id="called off"),
    pytest.param(Event.GIVEN_BACK, Audience.GAVE_BACK, id="given back"),
    pytest.param(Event.OFFER, Audience.PARTICIPANTS, id="moved up"),
    pytest.param(Event.GO_AHEAD, Audience.PARTICIPANTS, id="goes ahead"),
]


@pytest.fixture
def session(make):
    return make.session(starts_at=START, places={"largest": 1, "most_percent": 100})


@pytest.fixture
def happens(session, make):
    """Let an event happen; returns the booking that it concerns."""
    by = make.coordinator()

    def it(event, now=HAPPENS):
        booking = book(session, make.person(), now=EARLY)
        if event is Event.MOVED:
            move(session, later(session, by=DAY), by=by, now=now)
        elif event is Event.CALLED_OFF:
            call_off(session, by=by, now=now)
        elif event is Event.GIVEN_BACK:
            cancel(booking, now=now)
        elif event is Event.GO_AHEAD:
            decide(session, by=by, now=now)
        else:
            holder, booking = booking, book(session, make.person(), now=EARLY)
            cancel(holder, now=now)
        return booking

    return it


def occasion(booking):
    return f"booking {booking.id}"


def decide(session, *, by, now):
    with transaction():
        go_ahead.decide_to_go_ahead(session, reason="They asked for it", by=by, now=now)


def add(now=EARLY, **changed):
    with transaction():
        return ruling.add(replace(OWN_RULE, **changed), also_past=False, now=now)


def plan_anew(now):
    with transaction():
        return plan_all(now)


def own_for(booking, now):
    sent = kinds_for(booking.claim.person_id, send_due(now))
    return [kind for kind in sent if kind == OWN]


def rows_of(kind):
    found = select(OutboxMessage).where(OutboxMessage.kind == kind)
    return db.session.scalars(found.order_by(OutboxMessage.id)).all()


@pytest.mark.parametrize(("event", "audience"), BY_EVENT)
def test_it_goes_once_at_its_hour_some_days_after_it_happened(happens, event, audience):
    rule = add(event=event, audience=audience)
    booking = happens(event)
    send_due(HAPPENS)

    planned = [plan_anew(HAPPENS), plan_anew(TWO_DAYS_AFTER - MINUTE)]
    early, due = own_for(booking, TWO_DAYS_AFTER - MINUTE), own_for(booking, TWO_DAYS_AFTER)
    again = [plan_anew(TWO_DAYS_AFTER), own_for(booking, TWO_DAYS_AFTER + DAY)]

    assert (early, due) == ([], [OWN])
    assert planned[1] == 0
    assert again == [0, []]
    assert [rulebook.load().find_by_edition(row.edition) for row in rows_of(OWN)] == [rule]


@pytest.mark.parametrize(("event", "audience"), BY_EVENT)
def test_it_goes_at_once_where_the_rule_says_so(happens, event, audience):
    add(event=event, audience=audience, days=0, at=None)
    booking = happens(event)

    assert own_for(booking, HAPPENS) == [OWN]


@pytest.mark.parametrize(("event", "audience"), BY_EVENT)
@pytest.mark.parametrize("late", [timedelta(0), MINUTE])
def test_a_rule_leaves_out_what_happened_before_it(happens, event, audience, late):
    """PLAN-7, at the very moment too."""
    booking = happens(event)
    add(HAPPENS + late, event=event, audience=audience)

    plan_anew(HAPPENS + late)

    assert OWN not in waiting_kinds(occasion(booking))
    assert own_for(booking, TWO_DAYS_AFTER) == []


@pytest.mark.parametrize(("event", "audience"), BY_EVENT)
def test_a_rule_that_counted_from_another_event_looks_only_forward(happens, event, audience):
    rule = add(event=Event.END, days=300)
    booking = happens(event)

    with transaction():
        now_so = replace(rule, event=event, audience=audience, days=2)
        kept = ruling.save(now_so, also_past=True, now=HAPPENS + MINUTE)
    plan_anew(HAPPENS + MINUTE)

    assert (kept.counts_from, kept.past_asked_at) == (HAPPENS + MINUTE, None)
    assert own_for(booking, TWO_DAYS_AFTER) == []


@pytest.mark.parametrize(("event", "audience"), BY_EVENT)
def test_a_changed_rule_changes_what_waits(happens, event, audience):
    rule = add(event=event, audience=audience)
    booking = happens(event)
    send_due(HAPPENS)
    with transaction():
        ruling.save(replace(rule, days=3), also_past=False, now=HAPPENS)

    plan_anew(HAPPENS)

    assert own_for(booking, TWO_DAYS_AFTER) == []
    assert own_for(booking, TWO_DAYS_AFTER + DAY) == [OWN]


@pytest.mark.parametrize(("event", "audience"), BY_EVENT)
def test_a_closed_account_gets_nothing_and_is_not_tried_again_and_again(happens, event, audience):
    add(event=event, audience=audience)
    booking = happens(event)
    with transaction():
        booking.person.is_active = False

    for each in (HAPPENS, TWO_DAYS_AFTER, TWO_DAYS_AFTER + DAY):
        plan_anew(each)
        assert own_for(booking, each) == []

    assert {row.state for row in rows_of(OWN)} == {MessageState.DROPPED}
    assert len(rows_of(OWN)) == 1


def test_each_move_is_a_new_fact_with_one_message(session, make):
    rule = add(days=0, at=None)
    booking, by = book(session, make.person(), now=EARLY), make.coordinator()
    send_due(EARLY)

    got = []
    for number in (1, 2):
        move(session, later(session, by=DAY), by=by, now=EARLY + number * DAY)
        got.append(own_for(booking, EARLY + number * DAY))
        plan_anew(EARLY + number * DAY)

    assert got == [[OWN], [OWN]]
    states = outbox(occasion(booking))
    assert [key for key in states if key[0] == OWN] == [
        (OWN, edition_of(rule.number, 1)),
        (OWN, edition_of(rule.number, 2)),
    ]


def test_a_second_move_takes_the_place_of_a_first_that_nobody_heard_of(session, make):
    rule = add()
    booking, by = book(session, make.person(), now=EARLY), make.coordinator()
    send_due(EARLY)
    for now in (HAPPENS, HAPPENS + DAY):
        move(session, later(session, by=DAY), by=by, now=now)

    sent = [own_for(booking, TWO_DAYS_AFTER), own_for(booking, TWO_DAYS_AFTER + DAY)]

    assert sent == [[], [OWN]]
    assert outbox(occasion(booking))[OWN, edition_of(rule.number, 1)] is MessageState.DROPPED


def test_a_move_that_was_taken_back_before_anybody_heard_is_no_news(session, make):
    add()
    booking, by = book(session, make.person(), now=EARLY), make.coordinator()
    send_due(EARLY)
    move(session, later(session, by=DAY), by=by, now=HAPPENS)
    move(session, later(session, by=-DAY), by=by, now=HAPPENS + MINUTE)

    assert own_for(booking, TWO_DAYS_AFTER) == []


def test_who_books_after_the_move_hears_nothing_of_it(session, make):
    add()
    move(session, later(session, by=DAY), by=make.coordinator(), now=EARLY)
    booking = book(session, make.person(), now=EARLY + MINUTE)

    assert own_for(booking, TWO_DAYS_AFTER) == []


def test_a_move_is_of_no_use_once_the_session_has_begun(session, make):
    add()
    booking, now = book(session, make.person(), now=EARLY), START - DAY
    move(session, later(session, venue="Hall 2", online_link=""), by=make.coordinator(), now=now)

    assert OWN not in waiting_kinds(occasion(booking))


@pytest.mark.parametrize("event", [Event.MOVED, Event.CALLED_OFF, Event.GO_AHEAD])
def test_those_who_run_it_hear_by_a_rule_too(session, happens, event):
    rule = add(event=event, audience=Audience.FACILITATORS, kind=OWN_TO_RUN)
    plan_anew(EARLY)
    send_due(EARLY)
    happens(event)
    send_due(HAPPENS)
    plan_anew(HAPPENS)

    early = send_due(TWO_DAYS_AFTER - MINUTE)
    with transaction():
        ruling.save(replace(rule, text="sessions/to_run_joining"), also_past=False, now=HAPPENS)
    sent = send_due(TWO_DAYS_AFTER)
    plan_anew(TWO_DAYS_AFTER)

    assert [each for each in early if each.kind == OWN_TO_RUN] == []
    assert [(x.kind, x.person_id) for x in sent if x.kind == OWN_TO_RUN] == [
        (OWN_TO_RUN, session.lead_facilitator_id)
    ]
    assert len(rows_of(OWN_TO_RUN)) == 1


@pytest.mark.parametrize(
    ("booked_at", "got"), [(HAPPENS, [OWN]), (HAPPENS + MINUTE, [])], ids=["before", "after"]
)
def test_who_books_after_the_decision_hears_nothing_of_it(make, booked_at, got):
    two = make.session(starts_at=START, places={"largest": 3, "smallest": 3, "most_percent": 100})
    add(event=Event.GO_AHEAD)
    book(two, make.person(), now=EARLY)
    decision, by = min(booked_at, HAPPENS), make.coordinator()
    booking = book(two, make.person(), now=booked_at) if got else None
    decide(two, by=by, now=decision)
    booking = booking or book(two, make.person(), now=booked_at)

    assert own_for(booking, TWO_DAYS_AFTER) == got


def test_a_decision_for_another_date_is_another_fact_and_a_move_ends_what_waits(session, make):
    rule = add(event=Event.GO_AHEAD)
    booking, by = book(session, make.person(), now=EARLY), make.coordinator()
    decide(session, by=by, now=HAPPENS)
    move(session, later(session, by=DAY), by=by, now=HAPPENS + MINUTE)
    waits = OWN in waiting_kinds(occasion(booking))
    decide(session, by=by, now=HAPPENS + 2 * MINUTE)

    assert not waits
    assert session.go_ahead_at == HAPPENS + 2 * MINUTE
    assert own_for(booking, TWO_DAYS_AFTER) == [OWN]
    assert outbox(occasion(booking))[OWN, edition_of(rule.number, 1)] is MessageState.SENT


def test_who_waits_hears_that_it_was_called_off_and_line_managers_of_the_move(session, make):
    manager = make.person()
    add(event=Event.CALLED_OFF, audience=Audience.WAITING)
    add(audience=Audience.LINE_MANAGERS, text="sessions/times_for_manager", days=0, at=None)
    book(session, make.person(line_manager_id=manager.id), now=EARLY)
    waits, by = book(session, make.person(), now=EARLY), make.coordinator()
    send_due(EARLY)

    move(session, later(session, by=DAY), by=by, now=EARLY + MINUTE)
    of_move = kinds_for(manager.id, send_due(EARLY + MINUTE))
    call_off(session, by=by, now=HAPPENS)

    assert of_move == [OWN]
    assert own_for(waits, TWO_DAYS_AFTER) == [OWN]


@pytest.mark.parametrize("event", [Event.CALLED_OFF, Event.GIVEN_BACK])
def test_other_rules_stay_silent_once_nobody_comes(happens, event):
    """PLAN-4: what is over is told by the rules for that and by no other."""
    for other in (Event.START, Event.END, Event.PLACE, Event.MOVED, Event.OFFER):
        add(event=other, days=0, at=None)
    booking = happens(event)

    plan_anew(HAPPENS)

    assert OWN not in waiting_kinds(occasion(booking))


def test_a_turn_that_is_given_back_is_no_place(session, make):
    add(event=Event.GIVEN_BACK, audience=Audience.GAVE_BACK)
    book(session, make.person(), now=EARLY)
    waits = book(session, make.person(), now=EARLY)
    cancel(waits, now=HAPPENS)

    assert own_for(waits, TWO_DAYS_AFTER) == []


def test_planning_counts_who_has_a_place_and_not_who_gave_it_back(session, happens):
    add(event=Event.GIVEN_BACK, audience=Audience.GAVE_BACK)
    happens(Event.GIVEN_BACK)

    with transaction():
        assert mails.plan_session_mails(session, now=HAPPENS) == 0


def test_lists_names_and_choices_read_the_rule_from_the_edition(happens):
    rule = add(optional=REMINDERS, name="Parking")
    add(name="Other", days=3)
    happens(Event.MOVED)

    mine, *_ = found = db.session.scalars(
        lists.select_messages(Filter(shown=Shown.ALL, kind=OWN, number=rule.number))
    ).all()

    assert len(found) == 1
    assert access.name_of(mine, rulebook.load()) == "Parking"
    assert standing.choice_of(mine).name == REMINDERS
    assert len(rows_of(OWN)) == 2


@pytest.mark.parametrize(
    ("event", "audience", "sentence"),
    [
        (Event.GIVEN_BACK, Audience.PARTICIPANTS, "Those who gave their place back"),
        (Event.GIVEN_BACK, Audience.CREW, "Those who gave their place back"),
        (Event.MOVED, Audience.GAVE_BACK, "Giving a place back"),
        (Event.START, Audience.GAVE_BACK, "Giving a place back"),
        (Event.OFFER, Audience.WAITING, "has a place from then on"),
        (Event.OFFER, Audience.FACILITATORS, "has a place from then on"),
        (Event.CALLED_OFF, Audience.LINE_MANAGERS, "sessions that take place"),
        (Event.CALLED_OFF, Audience.PRESENT, "which says who came"),
        (Event.MOVED, Audience.ABSENT, "which says who came"),
    ],
)
def test_who_has_no_part_in_it_is_refused(event, audience, sentence):
    with pytest.raises(fitting.RuleRefused, match=sentence):
        fitting.check(replace(OWN_RULE, event=event, audience=audience, days=0))
