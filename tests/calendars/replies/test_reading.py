"""What one mail is taken for (REPLY-2, REPLY-3, REPLY-4, REPLY-8, REPLY-9, REPLY-10, REPLY-11)."""

import base64
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swa.calendars.replies.content import split_line
from swa.calendars.replies.encoding import from_json, to_json
from swa.calendars.replies.moments import read_duration, read_moment
from swa.calendars.replies.reading import MOST_BYTES, read_mail
from swa.calendars.replies.types import (
    Answers,
    Automatic,
    CalendarAnswer,
    Letter,
    NewTime,
    ReadMail,
    Sender,
    Unreadable,
)
from swa.calendars.types import Answer
from swa.messaging.bounces.types import Bounce
from tests.calendars.replies import corpus
from tests.calendars.replies.corpus import UID, mail

pytestmark = pytest.mark.once

EVENT = """
BEGIN:VCALENDAR
METHOD:REPLY
BEGIN:VEVENT
UID:{uid}
ATTENDEE;PARTSTAT=ACCEPTED:mailto:sam.lee@example.org
DTSTAMP:20270312T101500Z
SEQUENCE:1
END:VEVENT
END:VCALENDAR
"""
HEAD = "From: Sam <sam.lee@example.org>\nSubject: Yes\nMessage-ID: <x@example.org>\n"


def finding(raw):
    return read_mail(raw).finding


def the_answer(raw) -> CalendarAnswer:
    found = finding(raw)
    assert isinstance(found, Answers), found
    (answer,) = found.answers
    return answer


def reply(*lines: str, head: str = HEAD, method: str = "REPLY") -> bytes:
    """A mail that is nothing but a calendar part with these lines in its event."""
    inner = "\n".join(lines)
    text = (
        f"{head}Content-Type: text/calendar; charset=utf-8\n\nBEGIN:VCALENDAR\nMETHOD:{method}\n"
        f"BEGIN:VEVENT\n{inner}\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    return text.replace("\n", "\r\n").encode()


YES = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:sam.lee@example.org"


@pytest.mark.parametrize(
    ("partstat", "answer"),
    [
        ("ACCEPTED", Answer.ACCEPTED),
        ("TENTATIVE", Answer.TENTATIVE),
        ("DECLINED", Answer.DECLINED),
    ],
)
def test_outlook_answers_without_organiser_by_a_nameless_part_from_an_alias(partstat, answer):
    """REPLY-2, REPLY-4."""
    raw = mail(corpus.OUTLOOK, partstat=partstat, sequence="2")

    assert b"ORGANIZER" not in raw
    assert the_answer(raw) == CalendarAnswer(
        uid=UID,
        answer=answer,
        sequence=2,
        stamp=datetime(2027, 3, 12, 10, 15, tzinfo=UTC),
        attendee="r.okafor@mail.council.example.org",
        comment="See you there, I bring cake",
    )
    assert read_mail(raw).sender == Sender(
        name="Rosa Okafor",
        address="r.okafor@mail.council.example.org",
        subject="Accepted: Core Conversations",
        message_id="<outlook-1@mail.council.example.org>",
        hint="mx.swa.example.org; dkim=pass header.d=council.example.org",
    )


def test_gmail_answers_with_the_part_and_not_with_the_file():
    """REPLY-2: the file beside it is broken here, so the part was taken."""
    answer = the_answer(mail(corpus.GMAIL, partstat="DECLINED", sequence="0"))

    assert answer.answer is Answer.DECLINED
    assert answer.attendee == "amina.begum@example.org"


def test_apple_answers_with_a_file_only():
    """REPLY-2: files count when there is no part."""
    answer = the_answer(mail(corpus.APPLE, partstat="TENTATIVE", sequence="0"))

    assert (answer.answer, answer.attendee) == (Answer.TENTATIVE, "kofi.mensah@example.org")


def test_thunderbird_answers_without_in_reply_to_in_base64():
    """REPLY-3: the UID is all that tells which invitation it is."""
    text = EVENT.strip().replace("{uid}", UID).replace("\n", "\r\n")
    encoded = base64.encodebytes(text.encode()).decode().strip()

    raw = mail(corpus.THUNDERBIRD).replace(b"{base64}", encoded.encode())

    assert b"In-Reply-To" not in raw
    assert the_answer(raw).uid == UID
    assert the_answer(raw).sequence == 1


@pytest.mark.parametrize(
    "zone",
    [
        "GMT Standard Time",
        '"GMT Standard Time"',
        "Europe/London",
        "/softwarestudio.org/Tzfile/Europe/London",
        "Nobody knows this zone",
    ],
)
def test_one_week_is_known_by_its_first_start_in_utc(zone):
    """REPLY-3: 26 October 2026 at 9 is after the clocks went back, so it is 9 in UTC."""
    answer = the_answer(mail(corpus.ONE_WEEK, zone=zone))

    assert answer.original_start == datetime(2026, 10, 26, 9, tzinfo=UTC)
    assert answer.answer is Answer.DECLINED


def test_a_week_in_summer_is_an_hour_earlier_in_utc():
    assert read_moment("20261019T090000", {"TZID": "GMT Standard Time"}) == datetime(
        2026, 10, 19, 8, tzinfo=UTC
    )
    assert read_moment("20261019T080000Z", {}) == datetime(2026, 10, 19, 8, tzinfo=UTC)
    assert read_moment("20261019T100000", {"TZID": "Europe/Paris"}) == datetime(
        2026, 10, 19, 8, tzinfo=UTC
    )


def test_several_weeks_may_be_answered_in_one_mail():
    weeks = "\nEND:VEVENT\nBEGIN:VEVENT\n".join(
        f"UID:{UID}\nRECURRENCE-ID:202610{day}T080000Z\n{YES}" for day in (12, 19)
    )

    found = finding(reply(weeks))

    assert isinstance(found, Answers)
    assert [answer.original_start.day for answer in found.answers] == [12, 19]


def test_a_counter_proposal_is_a_new_time():
    """REPLY-8."""
    assert finding(mail(corpus.COUNTER)) == NewTime(
        uid=UID,
        starts_at=datetime(2027, 4, 2, 9, tzinfo=UTC),
        ends_at=datetime(2027, 4, 2, 11, tzinfo=UTC),
        attendee="amina.begum@example.org",
        comment="Friday suits our team better",
    )


def test_the_length_of_a_proposal_may_be_given_instead_of_its_end():
    lines = (f"UID:{UID}", YES, "DTSTART:20270402T090000Z")

    assert finding(reply(*lines, "DURATION:PT1H30M", method="COUNTER")).ends_at == datetime(
        2027, 4, 2, 10, 30, tzinfo=UTC
    )
    assert finding(reply(*lines, method="COUNTER")).ends_at is None


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(reply(f"UID:{UID}", YES, YES), id="two attendees"),
        pytest.param(reply(f"UID:{UID}"), id="no attendee"),
        pytest.param(
            reply(f"UID:{UID}", YES.replace("ACCEPTED", "PERHAPS")), id="unknown PARTSTAT"
        ),
        pytest.param(reply(f"UID:{UID}", YES.replace("ACCEPTED", "NEEDS-ACTION")), id="no answer"),
        pytest.param(reply(YES), id="no UID"),
        pytest.param(reply(f"UID:{'x' * 300}", YES), id="long UID"),
        pytest.param(reply(f"UID:{UID}", YES, "SEQUENCE:one"), id="SEQUENCE that is no number"),
        pytest.param(reply(f"UID:{UID}", YES, "SEQUENCE:-1"), id="negative SEQUENCE"),
        pytest.param(reply(f"UID:{UID}", YES, "SEQUENCE:" + "9" * 19), id="huge SEQUENCE"),
        pytest.param(reply(f"UID:{UID}", YES, "DTSTAMP:20279999T000000Z"), id="impossible date"),
        pytest.param(reply(f"UID:{UID}", YES, "RECURRENCE-ID;VALUE=DATE:20261019"), id="a day"),
        pytest.param(
            reply(f"UID:{UID}", YES, "RECURRENCE-ID;TZID=Asia/Tokyo:00010101T000000"), id="year 1"
        ),
        pytest.param(
            reply(f"UID:{UID}", YES, "END:VEVENT", "BEGIN:VEVENT", "UID:other", YES), id="two UIDs"
        ),
        pytest.param(reply("END:VCALENDAR", YES), id="broken nesting"),
        pytest.param(reply(f"UID:{UID}", YES)[:-30], id="cut off"),
        pytest.param(reply(f"UID:{UID}", YES, *(["X-A:b"] * 6000)), id="too many lines"),
        pytest.param(reply(f"UID:{UID}", YES, method="COUNTER"), id="a new time without a start"),
        pytest.param(
            reply(f"UID:{UID}", YES, "DTSTART:00010101T000000Z", method="COUNTER"),
            id="a new time that no page could show",
        ),
    ],
)
def test_what_cannot_be_taken_for_an_answer_is_unreadable(raw):
    """REPLY-9."""
    assert isinstance(finding(raw), Unreadable)


def test_an_out_of_office_note_is_automatic():
    """REPLY-9."""
    assert finding(mail(corpus.OUT_OF_OFFICE)) == Automatic("Auto-Submitted")


def test_an_answer_that_was_sent_automatically_does_not_count():
    """REPLY-9: Auto-Submitted other than no."""
    lines = (f"UID:{UID}", YES)

    automatic = finding(reply(*lines, head=HEAD + "Auto-Submitted: auto-replied\n"))

    assert automatic == Automatic("Auto-Submitted")
    assert the_answer(reply(*lines, head=HEAD + "Auto-Submitted: no\n")).answer is Answer.ACCEPTED


def test_mail_of_a_list_is_automatic():
    assert finding(mail(corpus.LIST_MAIL)) == Automatic("List-Id")


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ("Return-Path: <>\n", "Return-Path"),
        ("Precedence: junk\n", "Precedence"),
        ("X-Autoreply: yes\n", "X-Autoreply"),
    ],
)
def test_other_signs_of_machines(head, why):
    raw = f"From: a@example.org\n{head}Subject: Hello\n\nText".encode()

    assert finding(raw) == Automatic(why)


def test_the_words_of_a_person_are_decoded_plain_text():
    """REPLY-9."""
    found = read_mail(mail(corpus.PERSON))

    assert found.finding == Letter("Hello, is there parking at the venue?\n\nZoë")
    assert found.sender.name == "Zoë O'Neill"
    assert found.sender.subject == "Re: Invitation: café"


def test_of_an_html_mail_only_what_is_shown_is_kept():
    found = finding(mail(corpus.HTML_ONLY))

    assert isinstance(found, Letter)
    assert found.body == "Where do we meet?\n\nSam & team"
    assert "alert" not in found.body
    assert "color" not in found.body


def test_signs_that_turn_the_line_round_and_control_signs_go():
    raw = "From: a@example.org\nSubject: x\n\nab\u202ecd\x07e\n".encode()

    assert finding(raw) == Letter("abcde")


def test_a_long_letter_is_cut():
    found = finding(b"From: a@example.org\nSubject: x\n\n" + b"word " * 10_000)

    assert isinstance(found, Letter)
    assert not found.is_whole
    assert len(found.body) == 20_000


def test_a_mail_above_256_kib_is_no_answer_but_a_person_may_have_written_it():
    """REPLY-9."""
    large = reply(f"UID:{UID}", YES) + b"x" * MOST_BYTES

    assert finding(large) == Letter("", is_whole=False)
    assert read_mail(large).sender.subject == "Yes"
    just_fits = reply(f"UID:{UID}", YES)
    just_fits += b"\r\n" * ((MOST_BYTES - len(just_fits)) // 2)
    assert isinstance(finding(just_fits), Answers)


def test_a_large_automatic_mail_stays_automatic():
    assert isinstance(finding(mail(corpus.LIST_MAIL) + b"x" * MOST_BYTES), Automatic)


def test_a_forwarded_answer_inside_a_mail_is_not_the_senders_answer():
    inside = reply(f"UID:{UID}", YES).decode().replace("\r\n", "\n")
    raw = (
        f"{HEAD}MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
        f"Content-Type: text/plain\n\nLook at this\n--b\nContent-Type: message/rfc822\n\n"
        f"{inside}\n--b--\n"
    )

    assert finding(raw.encode()) == Letter("Look at this")


def test_an_invitation_that_somebody_sends_us_is_a_letter():
    raw = reply(f"UID:{UID}", YES, method="REQUEST")

    assert isinstance(finding(raw), Letter)


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_a_hard_bounce_names_our_message(returned):
    """REPLY-11."""
    raw = mail(
        corpus.HARD_BOUNCE,
        to=corpus.BOX,
        address="rosa.okafor@example.org",
        action="failed",
        status="5.1.1",
        returned=returned,
        message_id="<abc@swa.example.org>",
    )

    assert finding(raw) == Bounce(
        is_final=True,
        status="5.1.1",
        diagnostic="550 5.1.1 <rosa.okafor@example.org>: Recipient address rejected: User unknown",
        recipients=("rosa.okafor@example.org",),
        message_id="<abc@swa.example.org>",
    )


@pytest.mark.parametrize(
    ("action", "status", "is_final"),
    [("delayed", "4.4.1", False), ("failed", "4.4.7", True), ("delayed", "5.0.0", False)],
)
def test_a_late_mail_is_not_a_refused_one(action, status, is_final):
    """REPLY-11."""
    raw = mail(
        corpus.HARD_BOUNCE,
        to="Bounce+0123456789ABCDEF0123456789abcdef@swa.example.org",
        address="rosa.okafor@example.org",
        action=action,
        status=status,
        returned="message/rfc822",
        message_id="<abc@swa.example.org>",
    )

    found = finding(raw)

    assert isinstance(found, Bounce)
    assert (found.is_final, found.status) == (is_final, status)
    assert found.token == "0123456789abcdef" * 2


def test_a_report_of_delivery_is_automatic():
    raw = mail(
        corpus.HARD_BOUNCE,
        to=corpus.BOX,
        address="rosa.okafor@example.org",
        action="delivered",
        status="2.0.0",
        returned="message/rfc822",
        message_id="<abc@swa.example.org>",
    )

    assert isinstance(finding(raw), Automatic)


def test_durations():
    assert read_duration("P1DT2H").total_seconds() == 26 * 3600
    with pytest.raises(ValueError, match="length"):
        read_duration("P")


def test_a_quoted_colon_does_not_end_the_parameters():
    name, line = split_line('ATTENDEE;CN="Lee: Sam; of us";PARTSTAT=ACCEPTED:mailto:a@b.c')

    assert name == "ATTENDEE"
    assert line.parameters["PARTSTAT"] == "ACCEPTED"
    assert line.value == "mailto:a@b.c"


SAMPLES = [
    mail(corpus.OUTLOOK, partstat="ACCEPTED", sequence="0"),
    mail(corpus.GMAIL, partstat="DECLINED", sequence="0"),
    mail(corpus.ONE_WEEK, zone="GMT Standard Time"),
    mail(corpus.COUNTER),
    mail(corpus.OUT_OF_OFFICE),
    mail(corpus.PERSON),
    mail(
        corpus.HARD_BOUNCE,
        to=corpus.BOX,
        address="a@example.org",
        action="failed",
        status="5.1.1",
        returned="message/rfc822",
        message_id="<abc@swa.example.org>",
    ),
]


@given(st.binary(max_size=2000))
@settings(max_examples=300, deadline=None)
def test_any_bytes_give_a_finding_that_travels(raw):
    """REPLY-10: a total function, and what it returns survives the way between processes."""
    found = read_mail(raw)

    assert isinstance(found, ReadMail)
    assert from_json(to_json(found)) == found


@given(st.sampled_from(SAMPLES), st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=12))))
@settings(max_examples=300, deadline=None)
def test_any_damage_to_a_real_mail_gives_a_finding_that_travels(raw, damages):
    """REPLY-10."""
    for where, new in damages:
        place = int(where * len(raw))
        raw = raw[:place] + new + raw[place + len(new) // 2 :]

    found = read_mail(raw)

    assert from_json(to_json(found)) == found


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(reply("X:" + '"' * 200_000), id="quotes"),
        pytest.param(reply("RRULE:FREQ=SECONDLY", f"UID:{UID}", YES), id="a rule for each second"),
        pytest.param(reply("A;" * 100_000 + ":b"), id="parameters"),
        pytest.param(b"From: " + b"(" * 200_000 + b"\n\nx", id="nested comments"),
        pytest.param(b"Subject: " + b"=?utf-8?q?a?= " * 15_000 + b"\n\nx", id="encoded words"),
        pytest.param(
            b"Content-Type: text/html\nFrom: a@example.org\n\n" + b"<" * 200_000, id="brackets"
        ),
        pytest.param(
            b"Content-Type: text/html\nFrom: a@example.org\n\n" + b"<!--" * 50_000, id="comments"
        ),
        pytest.param(
            b"".join(
                b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n)
                for n in range(4_000)
            ),
            id="nested parts",
        ),
    ],
)
def test_hostile_mails_cost_little_time(raw):
    """REPLY-10, WB-12: far below the limit of the reading process."""
    began = time.process_time()  # work, not waiting for other work of the machine

    found = read_mail(raw)

    assert isinstance(found, ReadMail)
    assert time.process_time() - began < 5


def test_a_rule_that_repeats_each_second_is_never_worked_out():
    """REPLY-10: it is not even looked at."""
    answer = the_answer(reply("RRULE:FREQ=SECONDLY", "RDATE:broken", f"UID:{UID}", YES))

    assert answer.uid == UID
