"""The watch over every mail of the suite sees a leak wherever it is: IN-10, ML-5 and PEER-12.

The watch itself is ``tests/support/leaks.py``; it runs with every test. These are its controls.
"""

from datetime import UTC, datetime

import pytest

from swa.messaging import kinds, mime
from swa.messaging.models import OutboxMessage
from swa.messaging.types import Draft, Letter, Recipient
from tests.support import leaks

WHERE = ("in the subject", "in the text", "in the HTML", "in the calendar", "nowhere")
SENDER = ("Social Welfare Alliance", "training@swa.example.org")


def draft_with(word, where):
    said = {place: word if place == where else "" for place in WHERE}
    filler = "X-LONG:" + "x" * 55 + " "  # so that the name is folded in the middle
    calendar = f"BEGIN:VCALENDAR\r\n{filler}{said['in the calendar']}\r\nEND:VCALENDAR\r\n"
    folded = "\r\n ".join(calendar[n : n + 70] for n in range(0, len(calendar), 70))
    html = said["in the HTML"].replace("’", "&rsquo;").replace(" ", "&#32;")
    return Draft(
        subject=f"Hello {said['in the subject']}",
        text=f"Hello é {said['in the text']}",
        html=f"<p>Hello {html}</p>",
        calendar=("REQUEST", folded.encode()),
    )


@pytest.fixture
def rosa(make):
    return make.person(name="Rosa Okafor", email="rosa@example.org")


@pytest.fixture
def other(make):
    return make.person(name="Niamh O’Neill", email="niamh.oneill@example.org")


def recipient(person):
    return Recipient(person.name, person.email, is_active=True)


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("what", ["name", "email"])
def test_a_leaking_draft_is_noticed(rosa, other, nobody_else_is_named, what, where):
    draft = draft_with(getattr(other, what), where)
    kinds.register(kinds.Kind("leak", lambda _m, _r: draft, lambda _m, _n: None))
    message = OutboxMessage(kind="leak", occasion="booking 1")

    try:
        kinds.get("leak").draft(message, recipient(rosa))
        seen = len(nobody_else_is_named)
    finally:
        nobody_else_is_named.clear()
        kinds._kinds.pop("leak")  # no other test knows it

    assert seen == (where != "nowhere")


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("what", ["name", "email"])
def test_a_leaking_mail_is_noticed_in_its_bytes(rosa, other, nobody_else_is_named, what, where):
    letter = Letter(
        sender=SENDER,
        to=(rosa.name, rosa.email),
        draft=draft_with(getattr(other, what), where),
        message_id="<1@example.org>",
        written_at=datetime(2027, 3, 1, tzinfo=UTC),
    )

    mime.build_mime(letter)
    seen = len(nobody_else_is_named)
    nobody_else_is_named.clear()

    assert seen == (where != "nowhere")


@pytest.mark.parametrize("named", [True, False])
def test_a_leak_in_the_post_of_a_worker_is_noticed(rosa, other, named):
    def raw(person, word):
        return mime.build_mime(
            Letter(
                sender=SENDER,
                to=(person.name, person.email),
                draft=draft_with(word, "in the calendar"),
                message_id="<1@example.org>",
                written_at=datetime(2027, 3, 1, tzinfo=UTC),
                reply_to="coordinator@example.org",
            )
        )

    leak = other.email if named else "coordinator@example.org"
    post = [(rosa.email, raw(rosa, leak)), (other.email, raw(other, ""))]

    noticed = leaks.strangers_by_post(post)
    leaks.found.clear()

    assert noticed == ([f"the mail to {rosa.email} names {other.email}"] if named else [])


def test_the_addressee_may_be_named_and_a_longer_name_is_another(make, rosa, other):
    short, long = make.person(name="Ana Bell"), make.person(name="Ana Bell 2")
    text = f"Hello Ana Bell 2, {long.email}, from Rosa Okafor-Lind and {other.name}s"

    def strangers(addressee):
        return leaks.strangers_in(text, recipient(addressee), kind="", occasion="")

    assert strangers(long) == []
    assert [one.name for one in strangers(short)] == ["Ana Bell 2"]


def test_those_who_run_a_session_together_may_read_who_the_others_are(make):
    lead, support = make.person(name="Lena Lead"), make.person(name="Sol Support")
    guest = make.person(name="Gus Guest")
    session = make.session(lead_facilitator_id=lead.id, support_person_id=support.id)
    text = "Lena Lead, Sol Support and Gus Guest"

    def strangers(kind):
        occasion = f"session {session.id} run by {lead.id}"
        found = leaks.strangers_in(text, recipient(lead), kind=kind, occasion=occasion)
        return {one.name for one in found}

    assert strangers("session to run") == {guest.name}
    assert strangers("prework") == {support.name, guest.name}


def test_every_name_of_the_makers_is_their_own(make):
    people = [make.person() for _ in range(30)]

    assert len({one.name for one in people}) == len({one.email for one in people}) == 30
