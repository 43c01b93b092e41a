"""Somebody decides, nothing is cancelled by itself: CC-01, CC-03, CF-27, CF-28, IN-12."""

from datetime import UTC, datetime, timedelta

import pytest

from swa.core.db import transaction
from swa.sessions.emails.questions import QUESTION
from swa.sessions.queries.mails import list_programme_coordinators
from swa.sessions.rules import go_ahead as rules
from swa.sessions.rules.places import NotOpenForBooking, SessionHasStarted
from swa.sessions.services import go_ahead as services
from swa.sessions.types import GoAhead, SessionStatus
from tests.sessions.doing import ask_all, book, call_off, later, move
from tests.sessions.postman import send_due

START = datetime(2027, 6, 10, 13, 0, tzinfo=UTC)
ASKED_AT = datetime(2027, 6, 3, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)
EARLY = START - timedelta(days=30)


@pytest.fixture
def session(make):
    return make.session(starts_at=START)


@pytest.fixture
def coordinator(make):
    return make.coordinator()


def ask(now):
    with transaction():
        return ask_all(now)


def decide(session, *, by, reason="A small group asked for it", now=ASKED_AT):
    with transaction():
        services.decide_to_go_ahead(session, reason=reason, by=by, now=now)


def questions(now):
    return [letter for letter in send_due(now) if letter.kind == "go-ahead question"]


def fill(session, make, people, organisations=2):
    bodies = [make.organisation() for _ in range(organisations)]
    return [
        book(session, make.person(organisation=bodies[n % organisations]), now=EARLY)
        for n in range(people)
    ]


def test_below_twelve_facilitator_and_coordinators_are_asked(make, session, coordinator):
    fill(session, make, 11)

    assert ask(ASKED_AT - MOMENT) == 0
    assert ask(ASKED_AT) == 1

    assert session.go_ahead is GoAhead.ASKED
    assert session.is_published
    asked = {letter.person_id for letter in questions(ASKED_AT)}
    assert asked == {session.lead_facilitator_id, coordinator.id}


def test_twelve_from_two_organisations_go_ahead_without_a_question(make, session):
    fill(session, make, 12)

    assert ask(ASKED_AT) == 0
    assert session.go_ahead is GoAhead.NOT_DUE


def test_one_organisation_only_is_asked_about(make):
    session = make.session(starts_at=START, places={"largest": 12, "most_percent": 100})
    fill(session, make, 12, organisations=1)

    assert ask(ASKED_AT) == 1


def test_the_question_comes_once_a_day_until_somebody_decides(make, session, coordinator):
    fill(session, make, 3)
    for day in range(3):
        for again in range(3):
            ask(ASKED_AT + day * DAY + timedelta(hours=again))
        assert len(questions(ASKED_AT + day * DAY + timedelta(hours=3))) == 2

    decide(session, by=coordinator, now=ASKED_AT + 2 * DAY + timedelta(hours=5))

    assert ask(ASKED_AT + 3 * DAY) == 0
    assert questions(ASKED_AT + 3 * DAY) == []
    assert (session.go_ahead, session.go_ahead_by_id) == (GoAhead.GOES_AHEAD, coordinator.id)
    assert session.go_ahead_reason == "A small group asked for it"


def test_the_question_is_withdrawn_when_enough_people_book(make, session, coordinator):
    fill(session, make, 11)
    ask(ASKED_AT)
    book(session, make.person(), now=ASKED_AT)

    waiting = ask(ASKED_AT + timedelta(hours=1))

    assert (waiting, session.go_ahead) == (0, GoAhead.NOT_DUE)
    assert questions(ASKED_AT + timedelta(hours=1)) == []


def test_the_question_ends_at_the_start(make, session):
    fill(session, make, 3)
    ask(START - MOMENT)

    assert ask(START) == 0
    assert questions(START) == []
    assert session.is_published


def test_nobody_is_asked_about_what_was_called_off(make, session, coordinator):
    fill(session, make, 3)
    ask(ASKED_AT)
    call_off(session, by=coordinator, now=ASKED_AT)

    assert ask(ASKED_AT + DAY) == 0
    assert questions(ASKED_AT + DAY) == []


def test_another_date_is_another_question(make, session, coordinator):
    fill(session, make, 3)
    ask(ASKED_AT)
    assert len(questions(ASKED_AT)) == 2
    move(session, later(session, by=7 * DAY), by=coordinator, now=ASKED_AT)

    assert ask(ASKED_AT + timedelta(hours=1)) == 0
    assert ask(ASKED_AT + 7 * DAY) == 1

    assert len(questions(ASKED_AT + 7 * DAY)) == 2


def test_a_reason_is_needed(make, session, coordinator):
    fill(session, make, 3)

    with pytest.raises(rules.ReasonMissing):
        decide(session, by=coordinator, reason="  ")

    assert session.go_ahead is GoAhead.NOT_DUE


def test_there_is_nothing_to_decide_when_the_numbers_are_fine(make, session, coordinator):
    fill(session, make, 12)

    with pytest.raises(rules.NothingToDecide):
        decide(session, by=coordinator)


@pytest.mark.parametrize("status", [SessionStatus.DRAFT, SessionStatus.CANCELLED])
def test_only_a_published_session_goes_ahead(make, coordinator, status):
    with pytest.raises(NotOpenForBooking):
        decide(make.session(starts_at=START, status=status), by=coordinator)


def test_after_the_start_nothing_is_left_to_decide(session, coordinator):
    with pytest.raises(SessionHasStarted):
        decide(session, by=coordinator, now=START)


def test_closed_accounts_are_not_asked(make, coordinator):
    make.coordinator(is_active=False)

    assert list_programme_coordinators() == [coordinator]


def test_who_lost_the_role_is_not_asked(session, coordinator):
    with transaction():
        session.lead_facilitator.grants.clear()
    ask(ASKED_AT)

    asked = {letter.person_id for letter in send_due(ASKED_AT) if letter.kind == QUESTION}

    assert asked == {coordinator.id}
