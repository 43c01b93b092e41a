"""The envelope sender of each message: whoever cannot deliver it reports to an address of its own.

The token is the random part of the message's Message-ID: nobody can guess it, everybody who got
the message may know it, and it opens nothing. All it does is say which message a report is about.
"""

import re

TOKEN = r"[0-9a-f]{32}"  # noqa: S105 - the form of a token, not one
OUR_MESSAGE_ID = re.compile(rf"<({TOKEN})@[^@<>\s]+>")
LONGEST_LOCAL_PART = 64 - len("+") - 32  # RFC 5321, 4.5.3.1.1
PLAIN_LOCAL_PART = re.compile(rf"[a-z0-9._-]{{1,{LONGEST_LOCAL_PART}}}", re.IGNORECASE)


def make_sender(message_id: str, *, bounce_address: str, mailbox: str) -> str:
    """Return the address that a message says it comes from on its envelope.

    Args:
        message_id: As ``services.new_message_id`` makes them.
        bounce_address: ``bounce@domain``; empty when reports go to the mailbox itself.
        mailbox: The one that mail comes from.

    Source:
        MAIL-11.
    """
    ours = OUR_MESSAGE_ID.fullmatch(message_id)
    if not bounce_address or ours is None:
        return mailbox
    name, _, domain = bounce_address.rpartition("@")
    return f"{name}+{ours[1]}@{domain}"


def find_fault(bounce_address: str, *, mailbox: str) -> str:
    """Say what is wrong with an address for reports, as the end of a sentence; "" when nothing is.

    A domain that is not the mailbox's own would break SPF's part of DMARC (MAIL-11).
    """
    name, _, domain = bounce_address.rpartition("@")
    own = mailbox.rpartition("@")[2].casefold()
    if not PLAIN_LOCAL_PART.fullmatch(name):
        return (
            "must look like bounce@swa.example.org: letters, digits, dots and hyphens without a"
            f" plus, at most {LONGEST_LOCAL_PART} before the @"
        )
    if domain.casefold() != own and not domain.casefold().endswith(f".{own}"):
        return f"must end with the domain of SWA_MAIL_FROM, {own}, or else receivers distrust it"
    return ""
