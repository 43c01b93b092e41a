"""What the answers of a mail server mean: the 15 fault classes of the notes, 7.4."""

import smtplib
from enum import StrEnum

FINAL = range(550, 560)
TEMPORARY = range(400, 500)
LONGEST_ANSWER = 500


class Verdict(StrEnum):
    """What a failed try means for the message, or for the server."""

    PERMANENT = "permanent"
    RETRY = "retry"
    UNKNOWN = "unknown"
    TRANSPORT = "transport"


def verdict(error: Exception) -> Verdict:
    """Say what a failed try means (the 15 fault classes of the calendar and e-mail notes, 7.4).

    Only 550 to 559 are final. Every code that nobody knows is tried again: garbage, cut and
    over-long lines come with codes that look final.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next(iter(error.recipients.values()))[0]
        return Verdict.PERMANENT if is_final(code) else Verdict.RETRY
    if isinstance(error, smtplib.SMTPDataError):
        passing = Verdict.RETRY if error.smtp_code in TEMPORARY else Verdict.UNKNOWN
        return Verdict.PERMANENT if is_final(error.smtp_code) else passing
    if type(error) in {smtplib.SMTPServerDisconnected, smtplib.SMTPResponseException}:
        return Verdict.UNKNOWN
    return Verdict.TRANSPORT


def is_final(code: int) -> bool:
    """Say whether a code is a lasting refusal of this message or this recipient."""
    return code in FINAL


def describe(error: Exception) -> str:
    """Return what the server or the network said, on one line."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return in_words(*next(iter(error.recipients.values())))
    if isinstance(error, smtplib.SMTPResponseException):
        return in_words(error.smtp_code, error.smtp_error)
    return f"{type(error).__name__}: {error}"[:LONGEST_ANSWER]


def in_words(code: int, answer: bytes | str) -> str:
    """Return a code and its text on one line."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {' '.join(text.split())}"[:LONGEST_ANSWER]
