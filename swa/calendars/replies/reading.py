"""Says what one mail is: a calendar answer, a new time, a bounce, automatic, or a person's words.

A total function: whatever the bytes are, it returns something. It runs in a process of its own
with limits of time and memory (``sandbox``), never inside a request (REPLY-10).
"""

from email import message_from_bytes, policy
from email.message import Message

from swa.calendars.replies.answers import read_itip
from swa.calendars.replies.plain import own_parts, read_letter, read_sender, text_of
from swa.calendars.replies.types import (
    Automatic,
    Finding,
    Letter,
    ReadMail,
    Sender,
    Unreadable,
)
from swa.messaging.bounces.reading import read_report

MOST_BYTES = 256 * 1024
CALENDAR_FILES = frozenset({"application/ics", "text/x-vcalendar", "application/octet-stream"})
TOLD_BY_HEADER = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "List-Id", "List-Post")
BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
MACHINES = ("mailer-daemon@", "postmaster@", "noreply@", "no-reply@")
AWAY = ("automatic reply:", "out of office:", "autoreply:", "auto:", "auto-reply:")


def read_mail(raw: bytes) -> ReadMail:
    """Say what one mail is.

    Args:
        raw: As it came, or the beginning of a mail that is larger than ``MOST_BYTES``.

    Returns:
        ``Unreadable`` when nothing else fits; never raises.

    Source:
        REPLY-2, REPLY-9, REPLY-10.
    """
    sender = Sender()
    try:
        mail = message_from_bytes(raw[:MOST_BYTES], policy=policy.compat32)
        sender = read_sender(mail)
        return ReadMail(sender, _find(mail, sender, is_cut=len(raw) > MOST_BYTES))
    except Exception as error:  # foreign bytes: whatever they break, it is one mail
        return ReadMail(sender, Unreadable(f"it cannot be taken apart: {type(error).__name__}"))


def _find(mail: Message, sender: Sender, *, is_cut: bool) -> Finding:
    return read_report(mail) or _find_words(mail, sender, is_cut=is_cut)


def _find_words(mail: Message, sender: Sender, *, is_cut: bool) -> Finding:
    """Look for an answer, then for words; a mail that was cut can hold no answer that counts."""
    if why := why_no_answer(mail):
        return Automatic(why)
    part = None if is_cut else find_calendar_part(mail)
    if part is not None and (said := read_itip(text_of(part))) is not None:
        return said
    if why := why_nobody_waits(mail, sender):
        return Automatic(why)
    return Letter("", is_whole=False) if is_cut else read_letter(mail)


def why_no_answer(mail: Message) -> str:
    """Say why a mail is never taken for an answer, even with a calendar part; "" when it may be.

    Source:
        REPLY-9; RFC 3834, 5 (Auto-Submitted).
    """
    submitted = str(mail.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    if submitted != "no":
        return "Auto-Submitted"
    return "multipart/report" if mail.get_content_type() == "multipart/report" else ""


def why_nobody_waits(mail: Message, sender: Sender) -> str:
    """Say by which sign a mail without an answer is no person's; "" when a person wrote it."""
    signs = {name: mail.get(name) is not None for name in TOLD_BY_HEADER} | {
        "Precedence": str(mail.get("Precedence", "")).strip().lower() in BULK,
        "Return-Path": str(mail.get("Return-Path", "")).strip() == "<>",
        "From": sender.address.startswith(MACHINES),
        "Subject": sender.subject.lower().startswith(AWAY),
    }
    return next((name for name, is_told in signs.items() if is_told), "")


def find_calendar_part(mail: Message) -> Message | None:
    """Return the calendar part to read: a text/calendar part, a file only if there is none.

    Outlook sends the part without a name and nothing else (REPLY-2).
    """
    parts = list(own_parts(mail))
    for part in parts:
        if part.get_content_type() == "text/calendar":
            return part
    for part in parts:
        is_ics = (part.get_filename() or "").lower().endswith(".ics")
        if part.get_content_type() in CALENDAR_FILES and is_ics:
            return part
        if part.get_content_type() == "application/ics":
            return part
    return None
