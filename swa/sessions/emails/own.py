"""The words of the messages of added rules: a text of one's own, or one of the shipped ones."""

from swa.messaging import rulebook
from swa.messaging.models import OutboxMessage
from swa.messaging.rendering import render_draft
from swa.messaging.send_rules import Audience, SendRule
from swa.messaging.types import Draft, Recipient
from swa.sessions.emails.cases import case_of, case_to_run
from swa.sessions.emails.values import booking_values, run_values

FOR_MANAGERS = "sessions/times_for_manager"
# Shipped texts that fit a rule of one's own, and what they are called in the list to choose from.
TEXTS_FOR_BOOKINGS = {
    "sessions/prework": "Prework",
    "sessions/joining_instructions": "Joining instructions",
    "sessions/refresher": "Refresher",
}
TEXTS_TO_RUN = {
    "sessions/to_run_joining": "Joining instructions for those who run it",
    "sessions/attendance_not_saved": "Attendance not saved",
}


def draft_own(message: OutboxMessage, recipient: Recipient) -> Draft:
    """Write the message of an added rule to a person with a booking, or to their line manager.

    A line manager gets the time and nothing else, whatever the rule says.
    """
    booking = case_of(message).booking
    rule = _rule_of(message)
    text = FOR_MANAGERS if rule.audience is Audience.LINE_MANAGERS else rule.text
    values = booking_values(booking, name=recipient.name)
    return render_draft(text, person_name=booking.person.name, **values)


def draft_own_to_run(message: OutboxMessage, recipient: Recipient) -> Draft:
    """Write the message of an added rule to somebody who runs the session."""
    session = case_to_run(message).session
    return render_draft(_rule_of(message).text, **run_values(session, name=recipient.name))


def _rule_of(message: OutboxMessage) -> SendRule:
    rule = rulebook.load().find_by_edition(message.edition)
    if rule is None:
        msg = f"no rule of edition {message.edition}: it was taken away"
        raise LookupError(msg)
    return rule
