"""Inviting, revising and withdrawing: DC-11, IN-09 and the table of the calendar notes."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from swa.calendars import building, queries
from swa.calendars.models import Invitation
from swa.calendars.rules import changes as rules
from swa.calendars.services import invitations as services
from swa.calendars.types import Answer, Change, InvitationState
from swa.core.db import db, transaction
from tests.support.icalendars import occurrences, parse_one
from tests.support.invitations import MADE, ROSA, START, event

ORGANISER = ("Social Welfare Alliance", "training@swa.example.org")
DAY = timedelta(days=1)
MOVED = event(starts_at=START + DAY)
CHANGES = {
    Change.NONE: {},
    Change.TEXT: {"title": "Housing advice"},
    Change.PLACE: {"location": "Library"},
    Change.TIME: {"starts_at": START + DAY, "ends_at": START + DAY + timedelta(hours=2)},
}


@pytest.fixture
def person_id(make):
    return make.person().id


@pytest.fixture
def invited(person_id):
    return invite(person_id)


def invite(person_id, said=None, *, occasion="booking 17", now=MADE):
    with transaction():
        return services.invite(occasion, person_id, said or event(), organiser=ORGANISER, now=now)


def revise(invitation, said, *, now=MADE + DAY):
    with transaction():
        return services.revise(invitation, said, now=now)


def withdraw(invitation, *, now=MADE + DAY):
    with transaction():
        services.withdraw(invitation, now=now)


def answer(invitation, word):
    with transaction():
        invitation.answer = word


def numbers(invitation):
    return invitation.sequence, invitation.revision


def test_a_new_invitation_begins_at_nought_and_asks(invited):
    assert numbers(invited) == (0, 1)
    assert invited.answer is Answer.NEEDS_ACTION
    assert invited.state is InvitationState.STANDING
    assert (invited.created_at, invited.revised_at) == (MADE, MADE)
    assert (invited.organiser_name, invited.organiser) == ORGANISER
    assert uuid.UUID(invited.uid).version == 4
    assert queries.find_standing("booking 17") == invited


@pytest.mark.parametrize(
    ("change", "after", "kept"),
    [
        (Change.NONE, (0, 1), Answer.ACCEPTED),
        (Change.TEXT, (0, 2), Answer.ACCEPTED),
        (Change.PLACE, (1, 2), Answer.NEEDS_ACTION),
        (Change.TIME, (1, 2), Answer.NEEDS_ACTION),
    ],
)
def test_each_kind_of_change_raises_what_it_should(invited, change, after, kept):
    answer(invited, Answer.ACCEPTED)

    assert revise(invited, replace(event(), **CHANGES[change])) is change

    assert numbers(invited) == after
    assert invited.answer is kept
    assert invited.revised_at == (MADE if change is Change.NONE else MADE + DAY)


def test_the_changed_mail_keeps_uid_and_organiser_and_says_the_new(invited):
    before = parse_one(building.request(invited, ROSA))

    revise(invited, MOVED)

    written = building.request(invited, ROSA)
    after = parse_one(written)
    assert [after[name] == before[name] for name in ("UID", "ORGANIZER", "ATTENDEE")] == [True] * 3
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after["DTSTAMP"].dt > before["DTSTAMP"].dt
    assert occurrences(written) == [(MOVED.starts_at, MOVED.ends_at)]


def test_the_row_read_again_gives_the_same_bytes(invited):
    revise(invited, replace(MOVED, title='Café “A”; \\N 🙂, "x"'))
    written = building.request(invited, ROSA)
    db.session.expire_all()

    assert building.request(db.session.get_one(Invitation, invited.id), ROSA) == written


def test_moving_there_and_back_never_lowers_anything(invited):
    revise(invited, MOVED)
    revise(invited, event(), now=MADE + 2 * DAY)

    assert numbers(invited) == (2, 3)


def test_two_changes_in_one_second_have_two_stamps(invited):
    revise(invited, replace(event(), title="One"), now=MADE)
    revise(invited, replace(event(), title="Two"), now=MADE - timedelta(minutes=10))

    assert numbers(invited) == (0, 3)
    assert invited.revised_at == MADE + timedelta(seconds=2)


def test_withdrawing_raises_the_sequence_and_ends_it(invited):
    withdraw(invited)

    assert numbers(invited) == (1, 2)
    assert invited.state is InvitationState.WITHDRAWN
    assert queries.find_standing("booking 17") is None
    assert queries.find_latest("booking 17") == invited
    cancelled = parse_one(building.cancel(invited, ROSA))
    assert (cancelled["UID"], cancelled["SEQUENCE"]) == (invited.uid, 1)


def test_a_withdrawn_invitation_never_comes_back(invited):
    withdraw(invited)

    with pytest.raises(ValueError, match="invite again instead"):
        revise(invited, MOVED)
    with pytest.raises(ValueError, match="invite again instead"):
        withdraw(invited)
    assert numbers(invited) == (1, 2)


def test_who_books_again_gets_a_new_row_and_uid(invited, person_id):
    withdraw(invited)

    again = invite(person_id, now=MADE + DAY)

    assert again.id != invited.id
    assert again.uid != invited.uid
    assert numbers(again) == (0, 1)
    assert queries.find_standing("booking 17") == again
    assert queries.find_latest("booking 17") == again
    assert invited.state is InvitationState.WITHDRAWN


def test_two_of_one_moment_are_told_apart(invited, person_id):
    withdraw(invited, now=MADE)

    again = invite(person_id)

    assert queries.find_latest("booking 17") == again


def test_one_invitation_stands_for_an_occasion(invited, person_id):
    with pytest.raises(rules.AlreadyInvited):
        invite(person_id)
    assert invite(person_id, occasion="booking 18").uid != invited.uid


def test_nothing_is_known_of_an_unknown_occasion(app):
    assert queries.find_standing("booking 404") is None
    assert queries.find_latest("booking 404") is None


@pytest.mark.parametrize("late", [timedelta(0), DAY])
def test_nobody_is_invited_to_what_is_over(person_id, late):
    with pytest.raises(rules.OccasionIsOver):
        invite(person_id, now=event().ends_at + late)


def test_one_may_be_invited_until_the_end(person_id):
    assert invite(person_id, now=event().ends_at - timedelta(seconds=1)).id


def test_what_is_over_is_left_alone(invited):
    late = event().ends_at

    assert revise(invited, replace(event(), title="Put right"), now=late) is Change.NONE

    assert numbers(invited) == (0, 1)
    assert invited.event == event()


def test_what_was_over_may_be_held_again_later(invited):
    assert revise(invited, event(starts_at=START + 30 * DAY), now=START + DAY) is Change.TIME


def test_withdrawing_what_is_over_is_allowed(invited):
    withdraw(invited, now=START + 30 * DAY)

    assert invited.state is InvitationState.WITHDRAWN


def test_changes_at_the_same_moment_each_get_their_number(app, invited):
    invitation_id, at_once = invited.id, threading.Barrier(8, timeout=10)

    def move(number):
        at_once.wait()
        with app.app_context(), transaction():
            row = db.session.get_one(Invitation, invitation_id)
            services.revise(row, replace(event(), location=f"Room {number}"), now=MADE + DAY)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(move, range(100, 108)))

    db.session.rollback()
    assert numbers(invited) == (8, 9)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(st.lists(st.sampled_from(Change), max_size=8), st.data())
def test_no_history_of_changes_lowers_the_sequence(person_id, changes, data):
    invitation = invite(person_id, occasion=f"booking {uuid.uuid4()}")
    seen = [(0, MADE)]
    for number, change in enumerate(changes):
        clock = data.draw(st.integers(-100, 100))
        wanted = replace(invitation.event, **CHANGES[change])
        if change is Change.TEXT:
            wanted = replace(wanted, title=f"Title {number}")
        revise(invitation, wanted, now=MADE + timedelta(minutes=clock))
        seen.append((invitation.sequence, invitation.revised_at))
    withdraw(invitation, now=MADE)
    seen.append((invitation.sequence, invitation.revised_at))

    assert seen == sorted(seen)
    assert seen[-1][0] > seen[-2][0]
