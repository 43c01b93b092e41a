"""The commands and the work of each minute: CC-02, CF-27, CF-28, DC-07, IN-12."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import delete

from swa.core.db import db, transaction
from swa.messaging.models import OutboxMessage
from swa.sessions import cli
from swa.sessions.types import BookingStatus, GoAhead
from tests.sessions.doing import book
from tests.sessions.postman import outbox

START = datetime(2027, 4, 1, 13, 0, tzinfo=UTC)
EARLY = datetime(2027, 3, 10, 10, 0, tzinfo=UTC)
FIVE_DAYS_BEFORE = START - timedelta(days=5)


@pytest.fixture
def run(app):
    """Run a command as if typed behind ``swa sessions``."""

    def run_command(*words):
        return app.test_cli_runner().invoke(cli.sessions_cli, [str(word) for word in words])

    return run_command


@pytest.fixture
def session(make):
    return make.session(starts_at=START)


def test_each_minute_places_are_filled_and_decisions_asked_for(make, session):
    team = make.team()
    rows = [book(session, make.person(team=team), now=EARLY) for _ in range(5)]

    with time_machine.travel(FIVE_DAYS_BEFORE + timedelta(minutes=1), tick=False):
        cli.keep_up()
        cli.keep_up()

    assert rows[4].status is BookingStatus.CONFIRMED
    assert session.go_ahead is GoAhead.ASKED


@pytest.mark.parametrize(("minute", "is_planned"), [(59, False), (60, True), (61, True)])
def test_once_an_hour_everything_is_planned_anew(make, session, minute, is_planned):
    """A tick that is late skips no hour."""
    with time_machine.travel(EARLY, tick=False):
        cli.keep_up()
    with transaction():
        db.session.execute(delete(OutboxMessage))
    make.booking(session, booked_at=EARLY, confirmed_at=EARLY)

    with time_machine.travel(EARLY + timedelta(minutes=minute), tick=False):
        cli.keep_up()

    assert bool(outbox()) == is_planned


def test_keeping_up_by_hand_says_what_it_did(make, session, run):
    team = make.team()
    for _ in range(5):
        book(session, make.person(team=team), now=EARLY)

    with time_machine.travel(FIVE_DAYS_BEFORE, tick=False):
        first, second = run("keep-up"), run("keep-up")

    assert "Places given: 1\nSessions that wait for a decision: 1" in first.output
    assert "Places given: 0\nSessions that wait for a decision: 1" in second.output


def test_planning_can_be_rehearsed(make, session, run):
    make.booking(session, booked_at=EARLY, confirmed_at=EARLY)

    with time_machine.travel(EARLY, tick=False):
        rehearsal = run("plan-mails", "--dry-run")
        before = outbox()
        done, again = run("plan-mails"), run("plan-mails")

    assert (rehearsal.output, before) == ("E-mails to plan: 9\n", {})
    assert (done.output, again.output) == ("E-mails planned: 9\n", "E-mails planned: 0\n")


def test_more_places_by_command(make, session, run):
    by = make.coordinator(email="rosa@example.org")
    small = make.session(starts_at=START, places={"largest": 1, "most_percent": 100})
    book(small, make.person(), now=EARLY)
    waiting = book(small, make.person(), now=EARLY)

    with time_machine.travel(EARLY, tick=False):
        result = run("change-places", small.id, "--largest", 2, "--by", by.email.upper())

    assert result.output == "Places: 2. People who moved up from the waiting list: 1\n"
    assert waiting.status is BookingStatus.CONFIRMED


@pytest.mark.parametrize(
    ("largest", "who", "words"),
    [
        (21, "rosa@example.org", "Most places must be 20 or fewer for Core Conversations"),
        (1, "rosa@example.org", "must be 2 or more, because 2 are taken"),
        (20, "nobody@example.org", "Nobody has the address nobody@example.org"),
        (20, "guest@example.org", "There is no such session that this person may change"),
    ],
)
def test_a_refusal_of_the_command_says_why(make, session, run, largest, who, words):
    make.coordinator(email="rosa@example.org")
    make.person(email="guest@example.org")
    for _ in range(2):
        book(session, make.person(), now=EARLY)

    result = run("change-places", session.id, "--largest", largest, "--by", who)

    assert result.exit_code == 1
    assert words in result.output
    assert session.places.largest == 20


def test_a_session_that_fails_stops_no_other(make, session, caplog):
    broken = make.session(starts_at=START, places_taken=19)  # a count that no booking bears out
    for row in (broken, broken, session):
        make.booking(row, status=BookingStatus.WAITING)
    assert broken.id > session.id
    earlier = make.session(starts_at=START)
    turn = make.booking(earlier, status=BookingStatus.WAITING)

    with time_machine.travel(EARLY, tick=False):
        cli.keep_up()

    assert turn.status is BookingStatus.CONFIRMED
    assert session.places_taken == 1
    assert broken.places_taken == 19
    assert f"session {broken.id} could not be kept up" in caplog.text
