"""What the refusal of a mail server means, in plain words; pure."""

import re

NO_MAILBOX = "There is no such mailbox at their organisation: the address may be misspelt or closed"
NO_DOMAIN = "The part after the @ does not exist: the address may be misspelt"
SWITCHED_OFF = "The mailbox is switched off or takes no mail"
FULL = "The mailbox is full"
NOT_LET_IN = "Their mail server does not let our mail in: their IT team can change that"
REFUSED = "Their mail server refused the address for good"

STATUS = re.compile(r"\b5\.(\d{1,3})\.(\d{1,3})\b")
# Enhanced status codes of RFC 3463; 5.4.1 is what Microsoft says of a mailbox it does not know.
MEANINGS = {
    **dict.fromkeys(((1, 0), (1, 1), (1, 3), (1, 6), (1, 10), (4, 1)), NO_MAILBOX),
    **dict.fromkeys(((1, 2), (4, 4)), NO_DOMAIN),
    (2, 1): SWITCHED_OFF,
    (2, 2): FULL,
}
NOT_LET_IN_SUBJECT = 7
# For servers that give no such code, or the empty 5.0.0; the first that fits counts.
SIGNS = (
    (re.compile(r"quota|mailbox (?:is )?full|over ?quota|insufficient storage"), FULL),
    (re.compile(r"disabled|inactive|suspended|deactivated"), SWITCHED_OFF),
    (
        re.compile(
            r"user unknown|unknown (?:user|recipient)|no such|does not exist|doesn't exist"
            r"|not found|no mailbox|invalid recipient|mailbox unavailable|recipient rejected"
        ),
        NO_MAILBOX,
    ),
    (re.compile(r"spam|blocked|black ?list|block ?list|policy|denied|not allowed"), NOT_LET_IN),
)


def explain(answer: str) -> str:
    """Say in plain words why a mail server refused an address.

    Args:
        answer: What it said, code and text on one line; may be empty.
    """
    if found := STATUS.search(answer):
        subject, detail = int(found[1]), int(found[2])
        if subject == NOT_LET_IN_SUBJECT:
            return NOT_LET_IN
        if meaning := MEANINGS.get((subject, detail)):
            return meaning
    words = answer.casefold()
    return next((meaning for sign, meaning in SIGNS if sign.search(words)), REFUSED)
