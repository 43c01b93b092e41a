"""The checklist of MIME and mail (calendar and e-mail notes, section 3), line by line.

Each holds for every mail of the whole story of a session, as a real mail server got it.
"""

import re
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select

from swa.core import clock
from swa.core.db import db, transaction
from swa.messaging import dispatcher
from swa.people.models import Person
from swa.people.types import PersonKind
from tests.messaging.outbox import make_due, plan, rows, wanted
from tests.sessions.doing import book, call_off, later, move
from tests.support.factories import soon

BOX = "training@swa.example.org"
DAY = timedelta(days=1)
NAMES = ("Ada", "Grace", "Zenobia")
people: dict[str, str] = {}


class Sent:
    """One mail as the server got it."""

    def __init__(self, envelope):
        self.raw = envelope.original_content
        self.sender, self.recipients = envelope.mail_from, envelope.rcpt_tos
        self.mail = message_from_bytes(self.raw, policy=policy.default)
        self.parts = list(self.mail.walk())
        found = [part for part in self.parts if part.get_content_type() == "text/calendar"]
        self.calendar = found[0] if found else None

    def text(self, kind):
        (part,) = [part for part in self.parts if part.get_content_type() == f"text/{kind}"]
        return part.get_content()


_story: list[Sent] = []


@pytest.fixture
def sent(request):
    """Every mail of a session; the story is told once, and its mails are only looked at."""
    if not _story:
        mails = tell_story(request.getfixturevalue("make"), request.getfixturevalue("sink"))
        _story.extend(mails)
    return _story


def tell_story(make, sink):
    """Send what a session brings: booked, prework, joining, waiting list, moved, called off."""
    people.update(
        {(person := make.person(name=f"{name} Example")).email: person.name for name in NAMES}
    )
    session = make.session(starts_at=soon(days=9), places={"largest": 2, "smallest": 1})
    for person in db.session.scalars(select(Person).where(Person.email.in_(list(people)))).all():
        book(session, person, now=clock.utc_now())
    dispatcher.send_due()
    make_due()
    dispatcher.send_due()
    by = make.coordinator()
    move(
        session,
        later(session, starts_at=session.starts_at + DAY, ends_at=session.ends_at + DAY),
        by=by,
        now=clock.utc_now(),
    )
    dispatcher.send_due()
    call_off(session, by=by, now=clock.utc_now())
    dispatcher.send_due()
    return [Sent(envelope) for envelope in sink.envelopes]


@pytest.fixture
def invitations(sent):
    return [each for each in sent if each.calendar]


@pytest.fixture
def plain(sent):
    return [each for each in sent if not each.calendar]


def test_the_story_holds_every_kind_of_mail(invitations, plain):
    methods = {each.calendar.get_param("method") for each in invitations}

    assert methods == {"REQUEST", "CANCEL"}
    assert len(invitations) >= 6
    assert len(plain) >= 3


def test_mail_1_the_method_stands_twice_and_is_the_same(invitations):
    for each in invitations:
        said = re.search(r"^METHOD:(\w+)\r?$", each.calendar.get_content(), re.MULTILINE)[1]
        assert each.calendar.get_param("method") == said
        assert each.calendar.get_content_charset() == "utf-8"


def test_mail_2_one_calendar_part_without_a_disposition_and_one_file(invitations):
    for each in invitations:
        kinds = [part.get_content_type() for part in each.parts]
        assert kinds.count("text/calendar") == kinds.count("application/ics") == 1
        assert each.calendar["Content-Disposition"] is None
        (file,) = [part for part in each.parts if part.get_content_type() == "application/ics"]
        assert file.get_filename() == "invite.ics"
        assert file.get_payload(decode=True) == each.calendar.get_payload(decode=True)


def test_mail_3_the_calendar_part_lies_last_in_the_first_part(invitations):
    for each in invitations:
        assert each.mail.get_content_type() == "multipart/mixed"
        first = each.mail.get_payload(0)
        assert first.get_content_type() == "multipart/alternative"
        inside = [part.get_content_type() for part in first.get_payload()]
        assert inside == ["text/plain", "text/html", "text/calendar"]


def test_mail_4_the_wire_carries_short_lines_of_ascii(sent):
    for each in sent:
        assert each.raw.isascii()
        lines = each.raw.split(b"\r\n")
        assert max(map(len, lines)) <= 998
        assert not any(b"\r" in line or b"\n" in line for line in lines)


def test_mail_5_one_recipient_whom_the_envelope_names(sent):
    for each in sent:
        (to,) = each.mail["To"].addresses
        assert each.recipients == [to.addr_spec]
        assert each.sender == BOX
        assert (each.mail["Cc"], each.mail["Bcc"]) == (None, None)


def test_mail_6_message_ids_are_ours_and_an_invitation_is_one_thread(sent, invitations):
    ids = [each.mail["Message-ID"] for each in sent]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"<[0-9a-f]{32}@swa\.example\.org>", one) for one in ids)
    first = {}
    for each in invitations:
        uid = re.search(r"^UID:(.+?)\r?$", each.calendar.get_content(), re.MULTILINE)[1]
        if uid in first:
            assert each.mail["In-Reply-To"] == each.mail["References"] == first[uid]
        else:
            first[uid] = each.mail["Message-ID"]
            assert each.mail["In-Reply-To"] is None


def test_mail_7_programs_are_asked_not_to_answer(sent):
    for each in sent:
        assert each.mail["Auto-Submitted"] == "auto-generated"
        assert each.mail["X-Auto-Response-Suppress"] == "OOF, AutoReply"


def test_mail_8_plain_notices_are_answered_to_the_coordinator(invitations, plain):
    assert {each.mail["Reply-To"] for each in invitations} == {None}
    assert {str(each.mail["Reply-To"]) for each in plain} == {"coordinator@swa.example.org"}
    for each in invitations + plain:
        assert "coordinator@swa.example.org" in each.text("plain")


def test_mail_9_subject_and_both_parts_say_what_happened_and_when(invitations):
    words = {"REQUEST": ("Invitation:", "Moved:", "Updated:"), "CANCEL": ("Cancelled:",)}
    for each in invitations:
        method = each.calendar.get_param("method")
        assert each.mail["Subject"].strip().startswith(words[method])
        assert re.search(r"[0-9]{1,2} [A-Z][a-z]+ 20[0-9]{2}", each.mail["Subject"])
        for kind in ("plain", "html"):
            text = each.text(kind)
            assert re.search(r"[A-Z][a-z]+day \d{1,2} [A-Z][a-z]+ 20\d\d", text)
            assert "(UK time)" in text
            if method == "REQUEST":
                assert "Where:" in text
            if "Moved:" in each.mail["Subject"]:
                before, _, now = text.partition("Now")
                assert "(UK time)" in before.partition("Before")[2], "old, then new"
                assert "(UK time)" in now
        assert not re.search(r"[{}]|</?[a-z]+>", each.text("plain"))
    assert any("Moved:" in each.mail["Subject"] for each in invitations)


def test_mail_10_nothing_that_somebody_needs_can_be_switched_off(sent):
    for each in sent:
        assert each.mail["List-Unsubscribe"] is None
        assert each.mail["List-Unsubscribe-Post"] is None


def test_mail_11_mail_comes_from_the_alliance(sent):
    """Each under its own envelope sender where that is set: see test_dispatcher."""
    for each in sent:
        (sender,) = each.mail["From"].addresses
        assert (sender.display_name, sender.addr_spec) == ("Social Welfare Alliance", BOX)


def test_mail_12_nothing_is_fetched_from_anywhere(sent):
    for each in sent:
        html = each.text("html")
        assert not re.search(r"<(img|script|link|iframe|object|video|audio)\b", html, re.IGNORECASE)
        assert not re.search(r"(src=|url\(|@import|background=)", html, re.IGNORECASE)


def test_mail_13_every_link_leads_into_this_service(sent):
    for each in sent:
        links = re.findall(r"https?://[^\s\"<>]+", each.text("html") + each.text("plain"))
        ours = [link for link in links if link.startswith("http://localhost/")]
        others = {link for link in links if link not in ours}
        assert ours
        assert all("meet." in link for link in others), others


def test_mail_14_no_mail_needs_a_calendar_program(sent):
    """What is behind the links changes nothing when it is opened: see test_mailed_links."""
    for each in sent:
        assert "http://localhost/" in each.text("plain")


def test_mail_15_nobody_else_is_named_in_any_part(sent):
    """A mail for each recipient, with that person's own name and address only."""
    assert {each.recipients[0] for each in sent} >= set(people)
    for each in sent:
        contents = [part.get_content() for part in each.parts if not part.is_multipart()]
        words = " ".join(text if isinstance(text, str) else text.decode() for text in contents)
        for email, name in people.items():
            if [email] != each.recipients:
                assert email not in words
                assert name not in words


def test_each_recipient_is_a_row_and_one_bad_address_stops_nobody(make, sink):
    """MAIL-15, with sixty of them."""
    asked = make_people(make.team(), 60)
    bad = asked[2].email
    plan("session 7", *[wanted(person.id) for person in asked])

    async def handle_RCPT(_server, _session, envelope, to, _options):  # noqa: N802 - aiosmtpd's
        if to == bad:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(to)
        return "250 fine"

    sink.handle_RCPT = handle_RCPT
    dispatcher.send_due()

    ends = {row.person_id: row.state for row in rows("session 7")}
    assert ends == {person.id: "failed" if person.email == bad else "sent" for person in asked}
    assert len(rows("session 7")) == len(asked)
    reached = [to for (to,) in sink.recipients if to != "coordinator@swa.example.org"]
    assert sorted(reached) == sorted({person.email for person in asked} - {bad})


def make_people(team, number):
    """Keep so many people at one go."""
    place = {"organisation_id": team.organisation_id, "team_id": team.id}
    facts = place | {"kind": PersonKind.PAID, "created_at": clock.utc_now()}
    people = [Person(name=f"P {n}", email=f"p{n}@example.org", **facts) for n in range(number)]
    with transaction():
        db.session.add_all(people)
    return people
