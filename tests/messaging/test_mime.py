"""The bytes of a mail: ML-1 (header attacks), ML-2 (one recipient), ML-5, MAIL-1 to MAIL-8."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.parser import BytesHeaderParser
from email.utils import getaddresses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swa.messaging import mime
from swa.messaging.mime import BadHeader, build_mime, display_name, header_text
from swa.messaging.types import Draft, Letter
from tests.support.examples import examples
from tests.support.figures import figure
from tests.support.golden import assert_golden

pytestmark = pytest.mark.once
SENDER = ("Social Welfare Alliance", "training@swa.example.org")
TO = ("Ada Lovelace", "ada@council.example.org")
CALENDAR = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//SWA//EN\r\nMETHOD:REQUEST\r\n"
    b"BEGIN:VEVENT\r\nUID:1@swa\r\nSUMMARY:Talk \xe2\x80\x93 caf\xc3\xa9\r\nEND:VEVENT\r\n"
    b"END:VCALENDAR\r\n"
)
PLAIN_HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "Reply-To"),
    *("Auto-Submitted", "X-Auto-Response-Suppress", "MIME-Version", "Content-Type"),
}


def letter(*, name=TO[0], subject="Your place – Tuesday", sender=SENDER, to=None, **changes):
    words = {"text": "Hello – you\n", "html": "<p>Hello – you</p>\n"}
    draft = Draft(subject=subject, **(words | changes.pop("draft", {})))
    ordinary = {
        "message_id": "<0123456789abcdef@swa.example.org>",
        "written_at": datetime(2026, 11, 22, 18, 30, tzinfo=UTC),
        "reply_to": "coordinator@swa.example.org",
    }
    return Letter(sender=sender, to=to or (name, TO[1]), draft=draft, **(ordinary | changes))


def test_a_plain_notice_has_these_bytes():
    assert_golden("emails/messaging/plain.eml", build_mime(letter()).decode("ascii"))


def test_an_invitation_has_these_bytes():
    mail = letter(
        subject="Invitation: Talk",
        draft={"calendar": ("REQUEST", CALENDAR), "thread_id": "<first@swa.example.org>"},
        reply_to="",
    )

    assert_golden("emails/messaging/invitation.eml", build_mime(mail).decode("ascii"))


def test_the_calendar_comes_last_in_the_first_part_and_again_as_a_file():
    mail = letter(draft={"calendar": ("REQUEST", CALENDAR)}, reply_to="")

    seen = message_from_bytes(build_mime(mail), policy=policy.default)

    assert seen.get_content_type() == "multipart/mixed"
    alternative, attached = seen.iter_parts()
    plain, html, calendar = alternative.iter_parts()
    assert [p.get_content_type() for p in (plain, html)] == ["text/plain", "text/html"]
    assert calendar.get_content_type() == "text/calendar"
    assert (calendar.get_param("method"), calendar.get_param("charset")) == ("REQUEST", "utf-8")
    assert calendar["Content-Disposition"] is None
    assert calendar.get_payload(decode=True) == CALENDAR
    assert (attached.get_content_type(), attached.get_filename()) == (
        "application/ics",
        "invite.ics",
    )
    assert attached.get_payload(decode=True) == CALENDAR


def test_a_later_mail_answers_the_first_of_its_thread():
    first = "<first@swa.example.org>"

    seen = message_from_bytes(build_mime(letter(draft={"thread_id": first})), policy=policy.default)

    assert (seen["In-Reply-To"], seen["References"]) == (first, first)


def test_the_first_of_a_thread_answers_nothing():
    own = letter().message_id

    seen = message_from_bytes(build_mime(letter(draft={"thread_id": own})), policy=policy.default)

    assert seen["In-Reply-To"] is None


def test_calendar_mail_has_no_reply_to_and_plain_mail_has():
    assert b"Reply-To" not in build_mime(letter(reply_to=""))
    assert b"Reply-To: coordinator@swa.example.org" in build_mime(letter())


def test_a_long_line_of_text_is_cut_on_the_wire_and_whole_again_for_the_reader():
    text = "word " * 2000 + "é\n"

    raw = build_mime(letter(draft={"text": text}))

    assert max(map(len, raw.split(b"\r\n"))) <= 998
    seen = message_from_bytes(raw, policy=policy.default)
    assert seen.get_body(("plain",)).get_content().replace("\r\n", "\n") == text


@pytest.mark.parametrize("boundary", [mime.MIXED, mime.ALTERNATIVE])
def test_words_that_look_like_a_boundary_stay_words(boundary):
    text, html = f"Before\n--{boundary}\n--{boundary}--\nafter\n", f"<p>\n--{boundary}--\n</p>\n"
    calendar = CALENDAR.replace(b"SUMMARY:Talk", f"SUMMARY:\r\n --{boundary}".encode())
    mail = letter(
        draft={"text": text, "html": html, "calendar": ("REQUEST", calendar)}, reply_to=""
    )

    seen = message_from_bytes(build_mime(mail), policy=policy.default)

    leaves = [part for part in seen.walk() if not part.is_multipart()]
    plain, marked, *calendars = [part.get_payload(decode=True) for part in leaves]
    assert [plain.decode().split(), marked.decode().split()] == [text.split(), html.split()]
    assert calendars == [calendar, calendar]


HIDDEN_BREAKS = [
    "\r\n",
    "\n",
    "\r",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x1d",
    "\x1e",
    "\x85",
    "\u2028",
    "\u2029",
]
WORDS = [
    "=?utf-8?q?x=0D=0ABcc=3A_evil=40evil.example?=",
    "=?utf-8?q?=0D=0ABcc:_evil@evil.example?=",
    "=?utf-8?b?DQpCY2M6IGV2aWxAZXZpbC5leGFtcGxl?=",
    "=?utf-8?q?x=2C_evil=40evil=2Eexample=2C?=",
    "=?utf-8?q?a,?= evil@evil.example",
    "=?iso-8859-1?q?=0A=0ASubject=3A_x?=",
    "=\u200b?utf-8?q?=0D=0ABcc=3A_evil=40evil.example?=",
    "=\u00ad?utf-8?q?=0D=0ABcc=3A_e=40e.example?\u200b=",
    "x, evil@evil.example",
    '"x" <evil@evil.example>,',
    "x>\r\nBcc: evil@evil.example",
    "(x) evil@evil.example; y:",
    "x\\",
    '"',
    "<>",
    "evil@evil.example>, <x@y.example",
    "Group: evil@evil.example, x@y.example;",
    "\x00Bcc: evil@evil.example",
    "\u202eevil",
    "=?=?utf-8?q?x?=?=",
    "==??utf-8?q?=0D=0ABcc=3A_evil=40evil.example?==",
    "=?utf-8?q?=?utf-8?q?=0D=0ABcc=3A_evil?=?=",
]
ATTACKS = [
    *WORDS,
    *(f"Ada{b}Bcc: evil@evil.example{b}" for b in HIDDEN_BREAKS),
    *(f"Ada{b} {w}" for b in HIDDEN_BREAKS for w in WORDS[:12]),
    *(f"{'x' * n}{w}" for n in (1, 20, 60, 70, 75, 190) for w in WORDS),
    *(f"{w}{x}" for w in WORDS for x in ("é", " 🙂", "\u0301")),
    *(f"{a} {b}" for a in WORDS[:12] for b in WORDS[:12]),
]


def check_as_intended(raw, mail):
    """Look with a strict and with a naive reader."""
    strict = message_from_bytes(raw, policy=policy.default)
    naive = BytesHeaderParser().parsebytes(raw)
    for reader in (strict, naive):
        assert sorted(reader.keys()) == sorted(PLAIN_HEADERS)
    assert [a.addr_spec for a in strict["To"].addresses] == [mail.to[1]]
    assert [a.addr_spec for a in strict["From"].addresses] == [mail.sender[1]]
    assert [address for _, address in getaddresses([naive["To"]])] == [mail.to[1]]
    assert [address for _, address in getaddresses([naive["From"]])] == [mail.sender[1]]
    assert b"\nBcc:" not in raw
    assert b"\nCc:" not in raw


PLACES = ("name", "subject", "sender")
TRIED = ATTACKS[:: len(ATTACKS) // figure("header_attacks", test=160, ci=500, soak=500)]


def test_there_are_five_hundred_header_attacks():
    assert len(set(ATTACKS)) >= 500


@pytest.mark.figures
@pytest.mark.parametrize("where", PLACES)
def test_no_header_attack_adds_a_header_or_a_recipient(where):
    for attack in TRIED:
        change = {"sender": (attack, SENDER[1])} if where == "sender" else {where: attack}
        mail = letter(**change)

        check_as_intended(build_mime(mail), mail)


@pytest.mark.figures
@pytest.mark.timeout(6 * 3600)
@given(
    st.lists(
        st.one_of(
            st.sampled_from([*WORDS, *HIDDEN_BREAKS, "=?", "?=", "=?utf-8?q?", "=2C", "=0D=0A"]),
            st.text(alphabet=st.characters(codec="utf-8"), max_size=12),
        ),
        max_size=8,
    ).map("".join),
    st.sampled_from(PLACES),
)
@examples("mixed_header_attacks", test=200, ci=1_500, soak=60_000)
def test_no_mixture_is_a_header_attack(value, where):
    change = {"sender": (value, SENDER[1])} if where == "sender" else {where: value}
    mail = letter(**change)

    check_as_intended(build_mime(mail), mail)


@pytest.mark.figures
@pytest.mark.timeout(6 * 3600)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
@examples("cleaned_headers", test=500, ci=5_000, soak=100_000)
def test_a_cleaned_header_is_one_short_line_without_encoded_words(value):
    text = header_text(value)

    assert "=?" not in text
    assert len(text.splitlines()) <= 1
    assert text == text.strip()
    assert len(text) <= 2 * mime.MOST_HEADER_SIGNS
    assert header_text(text) == text or len(text) > mime.MOST_HEADER_SIGNS


def test_an_ordinary_name_stays_as_it_is():
    for name in ("Ada Lovelace", "Siân O’Neill-Byrne", "李小龍", "عمر", "Zoë 🙂"):
        assert display_name(name) == name


def test_a_name_with_signs_of_an_address_loses_only_these():
    assert display_name('Training team, Hackney (north) "A"') == "Training team Hackney north A"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "a@b.org, c@d.org",
        "a@b.org\r\nBcc: c@d.org",
        "Ada <a@b.org>",
        "a b@c.org",
        "ädä@council.example.org",
    ],
)
def test_an_unusable_address_is_refused(address):
    with pytest.raises(BadHeader):
        build_mime(letter(to=("Ada", address)))


def test_a_colon_in_the_reply_address_is_refused():
    with pytest.raises(BadHeader):
        build_mime(letter(reply_to="a@b.org, c@d.org"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b"To: Ada", b"Bcc: evil@evil.example\r\nTo: Ada", id="a header more"),
        pytest.param(b"ada@council", b"x@evil.example>, <ada@council", id="a recipient more"),
        pytest.param(b"Subject:", b"Subject: x\r\nSubject:", id="a header twice"),
        pytest.param(b"Auto-Submitted: auto-generated\r\n", b"", id="a header less"),
        pytest.param(b"training@swa", b"evil@swa", id="another sender"),
        pytest.param(b"Hello", b"Hell\xf6", id="a sign beyond ASCII"),
        pytest.param(b"Hello", b"x" * 999, id="an over-long line"),
        pytest.param(b"boundary=", b"border=", id="broken MIME"),
    ],
)
def test_finished_bytes_that_differ_from_the_intention_are_refused(old, new):
    mail = letter()
    raw = build_mime(mail)
    assert old in raw

    with pytest.raises(BadHeader):
        mime.check(raw.replace(old, new, 1), mail)


def test_without_cleaning_the_second_look_still_refuses(monkeypatch):
    """The two guards hold independently: what one lets through, the other stops."""
    monkeypatch.setattr(mime, "header_text", lambda value: value)
    monkeypatch.setattr(mime, "display_name", lambda value: value)
    for attack in ATTACKS[::2]:
        mail = letter(name=attack)
        try:
            raw = build_mime(mail)
        except BadHeader:
            continue
        check_as_intended(raw, mail)


STOP = "https://training-and-peer-support.social-welfare-alliance.example.org/stop-messages/"


def test_an_optional_notice_has_these_bytes():
    """MAIL-10, RFC 8058, 3.1: both headers, the address in one piece however long it is."""
    raw = build_mime(letter(stop_link=STOP + "A" * 43))

    assert_golden("emails/messaging/optional.eml", raw.decode("ascii"))


@pytest.mark.parametrize(
    "link", ["https://a.example/x\r\nBcc: b@c.example", "https://a.example/é", STOP + "A" * 950]
)
def test_a_link_that_would_break_the_header_is_refused(link):
    with pytest.raises(BadHeader):
        build_mime(letter(stop_link=link))
