"""What the refusal of a mail server means, in plain words (REPLY-11)."""

import pytest

from swa.messaging.rules import refusals
from swa.messaging.rules.refusals import explain


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        ("5.1.1 550 5.1.1 <a@x.org>: Recipient address rejected: User unknown", "NO_MAILBOX"),
        ("550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found", "NO_MAILBOX"),
        ("550 5.4.1 Recipient address rejected: Access denied", "NO_MAILBOX"),
        ("550 no such user here", "NO_MAILBOX"),
        ("550 Requested action not taken: mailbox unavailable", "NO_MAILBOX"),
        ("550 5.1.2 Host unknown", "NO_DOMAIN"),
        ("5.4.4 550 5.4.4 Invalid domain name: no MX", "NO_DOMAIN"),
        ("550 5.2.1 The account is disabled", "SWITCHED_OFF"),
        ("554 this account has been suspended", "SWITCHED_OFF"),
        ("552 5.2.2 Mailbox is full", "FULL"),
        ("552 over quota", "FULL"),
        ("550 5.7.1 Service unavailable, client host blocked", "NOT_LET_IN"),
        ("554 5.7.26 unauthenticated mail is not accepted", "NOT_LET_IN"),
        ("554 rejected as spam", "NOT_LET_IN"),
        ("5.0.0 550 5.0.0 user unknown", "NO_MAILBOX"),
        ("550 go away", "REFUSED"),
        ("5.3.4 too big", "REFUSED"),
        ("", "REFUSED"),
    ],
)
def test_a_refusal_in_plain_words(answer, meaning):
    assert explain(answer) == getattr(refusals, meaning)
