"""What texts may name and what messages give them are the same (MT-04, TR-12, CF-27)."""

import pytest

from swa.messaging.rendering import render_source, sample_values
from swa.messaging.texts import catalogue
from swa.messaging.texts.shipped import Source
from swa.sessions.emails import placeholders, values
from swa.sessions.emails.texts import TEMPLATES
from swa.sessions.types import BookingStatus, Mode, SessionStatus, WaitReason


def gives(known, lists):
    """Say whether every name of the lists has a value."""
    names = {*lists.placeholders, *lists.conditions} - set(catalogue.EVERYWHERE)
    return names <= set(known)


@pytest.fixture
def booking(make):
    session = make.session(lead_facilitator_id=make.facilitator().id)
    return make.booking(session, status=BookingStatus.WAITING, wait_reason=WaitReason.FULL)


def test_a_message_to_somebody_with_a_booking_knows_its_family(booking):
    known = values.booking_values(booking, name="Ada")

    assert gives(known, placeholders.BOOKING_FAMILY.lists)


@pytest.mark.parametrize(
    ("standing", "status", "hears"),
    [
        pytest.param(BookingStatus.CONFIRMED, SessionStatus.PUBLISHED, True, id="a place"),
        pytest.param(BookingStatus.OFFERED, SessionStatus.PUBLISHED, True, id="an offer"),
        pytest.param(BookingStatus.WAITING, SessionStatus.PUBLISHED, False, id="a turn"),
        pytest.param(BookingStatus.CANCELLED, SessionStatus.PUBLISHED, False, id="given back"),
        pytest.param(BookingStatus.CONFIRMED, SessionStatus.CANCELLED, False, id="called off"),
    ],
)
def test_how_to_join_is_told_only_to_who_has_a_place(make, standing, status, hears):
    """TR-12: the link is for the people who come in, whatever text somebody chose."""
    session = make.session(
        online_link="https://meet.example.org/x",
        joining_instructions="The code of the room is 4711.",
        status=status,
    )
    booking = make.booking(session, status=standing)

    known = values.booking_values(booking, name="Ada")

    given = (str(known["joining_link"]), str(known["joining_instructions"]))
    assert ("meet.example.org" in given[0], "4711" in given[1]) == (hears, hears)


def test_a_message_to_who_runs_the_session_knows_its_family(booking):
    known = values.run_values(booking.session, name="Ada")

    assert gives(known, placeholders.RUN_FAMILY.lists)


@pytest.mark.parametrize("name", [template.name for template in TEMPLATES.values()])
def test_every_name_of_a_text_has_a_value(booking, name):
    session = booking.session
    of_one_message = (
        "prework_day",
        "joining_day",
        "prework_comes",
        "joining_comes",
        "person_name",
        "secret_link",
        "proposed_hours",
    )
    known = (
        dict.fromkeys(of_one_message, "")
        | values.turn_values(booking)
        | values.move_values(session, None)
        | values.go_ahead_values(session, name="Ada", asked_before=False)
        | values.run_values(session, name="Ada")
        | values.booking_values(booking, name="Ada")
    )
    template = catalogue.get(name)

    assert gives(known, template.lists)
    everything = " ".join(f"{{{{ {key} }}}}" for key in template.lists.placeholders)
    assert render_source(Source("x", everything), known).text
    assert render_source(Source("x", everything), sample_values(template)).text


@pytest.mark.parametrize(
    ("mode", "shown"), [(Mode.ONLINE, "online"), (Mode.IN_PERSON, "in person")], ids=str
)
def test_a_text_can_say_one_thing_online_and_another_in_person(make, mode, shown):
    session = make.session(mode=mode, venue="Town Hall", online_link="https://meet.example.org/x")
    text = Source("x", "[if online]online[end][if in_person]in person[end]")

    draft = render_source(text, values.session_values(session))

    assert draft.text.startswith(shown + "\n")
