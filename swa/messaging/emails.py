"""The mails of mail itself: what could not be delivered, and how a text looks when it arrives."""

from collections.abc import Callable
from datetime import datetime, timedelta

from swa.messaging import queries
from swa.messaging.models import OutboxMessage
from swa.messaging.rendering import page_url, render_draft, sample_values, show
from swa.messaging.texts import catalogue
from swa.messaging.texts.queries import find_draft
from swa.messaging.texts.shipped import Source
from swa.messaging.texts.types import FOOT, Form, Group, Lists, Placeholder, Template
from swa.messaging.types import Draft, Recipient, WantedMail

NOT_DELIVERED = "message not delivered"
TEST = "test of a text"
NOTICE_LIVES = timedelta(days=7)
TEST_LIVES = timedelta(hours=1)
ABOUT_TEST = "test of "
FAILED = Template(
    "messaging/not_delivered",
    "Message not delivered",
    "Goes to the coordinator when a message could not be delivered.",
    Lists(
        {
            "message_title": Placeholder(
                "What the message said in its subject; empty for a private one",
                "Prework for Core Conversations",
                may_be_empty=True,
            ),
            "occasion": Placeholder(
                "What it was about and whom it was for; empty for a private one",
                "Core Conversations, Thursday 1 April 2027 at 2pm, to Amina Begum",
                may_be_empty=True,
            ),
            "reason": Placeholder("Why it was given up", "Their mail server refused it"),
            "answer": Placeholder(
                "What the mail server said", "550 no such mailbox", may_be_empty=True
            ),
            "outbox_link": Placeholder("Link to the messages", "/messages/", Form.LINK),
        },
        must_have=("outbox_link",),
    ),
    group=Group.MAIL,
)
# Every message has it, also those about getting in.
_describers: list[Callable[[OutboxMessage], str]] = []
FOOT_OF_ALL = Template(
    FOOT,
    "Foot of every message",
    "Stands below the words of every message.",
    Lists(
        {
            "stop_link": Placeholder(
                "Link to stop messages of this sort; empty where nobody can",
                "/stop-messages/example",
                Form.LINK,
                may_be_empty=True,
            )
        },
        must_have=("coordinator_address", "stop_link"),
    ),
    group=Group.MAIL,
    for_administrators=True,
)


def occasion_of(message: OutboxMessage) -> str:
    """Return the occasion of the notices about a message."""
    return f"message {message.id}"


def draft_not_delivered(notice: OutboxMessage, recipient: Recipient) -> Draft:
    """Tell the coordinator that a message failed; of a private one only that it did."""
    failed = queries.get_message(int(notice.occasion.removeprefix("message ")))
    return render_draft(
        FAILED.name,
        message_title="" if failed.private else failed.subject or failed.kind,
        occasion="" if failed.private else _describers[0](failed),
        reason=failed.reason,
        answer=failed.answer,
        outbox_link=page_url("messaging.outbox"),
    )


def set_describer(describe: Callable[[OutboxMessage], str]) -> None:
    """Say how it is told in words what a message is about and whom it goes to."""
    _describers[:] = [describe]


def never(notice: OutboxMessage, now: datetime) -> str | None:
    """Find no reason against a notice: what failed stays failed until somebody looks."""
    return None


def occasion_of_test(template: Template) -> str:
    """Return the occasion of the tests of a text."""
    return ABOUT_TEST + template.name


def want_test(template: Template, person_id: int, now: datetime) -> WantedMail:
    """Want a text sent to who edits it, at once, with the samples in the places of its values."""
    edition = queries.count_of_occasion(occasion_of_test(template)) + 1
    return WantedMail(TEST, person_id, now, now + TEST_LIVES, edition)


def draft_test(message: OutboxMessage, recipient: Recipient) -> Draft:
    """Write a test: their draft if they have one, else the text that counts.

    Raises:
        LookupError: The text is no longer there.
    """
    name = message.occasion.removeprefix(ABOUT_TEST)
    template = catalogue.find(name)
    if template is None:
        raise LookupError(name)
    draft = find_draft(name, message.person_id or 0)
    source = Source(draft.subject, draft.body) if draft else catalogue.find_source(name)
    tested = Source(f"Test: {source.subject}", source.body)
    values = sample_values(template)
    return show(template, tested, values | ({"name": recipient.name} if "name" in values else {}))
