"""Objects for the pages about messages, texts, send rules, calendar links and letters."""

from dataclasses import replace
from itertools import count

from sqlalchemy import select

from swa.core import clock
from swa.core.db import db, transaction
from swa.messaging import ruling
from swa.messaging.models import DayOff, OutboxMessage, SuppressedAddress
from swa.messaging.send_rules import Audience, Event, SendRule, Side
from swa.messaging.texts import catalogue, services
from swa.messaging.types import MessageState
from swa.people.models import Person
from swa.sessions.models import Booking
from swa.sessions.rules.send_plan import OWN
from swa.sessions.services.mails import plan_mails
from tests.support.factories import Make, soon
from tests.whole_site.canaries import code_of
from tests.whole_site.papers import Papers

_numbers = count(1)
FIRST, SECOND = "Some words {{ session_title }}", "Other words {{ session_title }}"


def papers_of(make: Make) -> Papers:
    """Return a maker of letters and links that gives each word and token only once."""
    return Papers(make, code_of(next(_numbers)))


def message_about(booking: Booking, state: MessageState = MessageState.WAITING) -> OutboxMessage:
    """Plan the messages of a booking and return its prework, as far as it is said to be."""
    with transaction():
        plan_mails(booking, now=clock.utc_now())
    found = select(OutboxMessage).where(
        OutboxMessage.kind == "prework", OutboxMessage.occasion == f"booking {booking.id}"
    )
    row = db.session.scalars(found).one()
    with transaction():
        row.state = state
    return row


def text_of(person: Person, *, is_drafted: bool, has_versions: bool) -> str:
    """Write a text that is not shipped, as one person's draft or with a second version too."""
    who = {"by_id": person.id, "now": clock.utc_now()}
    with transaction():
        custom = services.new_custom(f"A text {next(_numbers)}", "booking", "Words", FIRST, **who)
    template = catalogue.template_of(custom)
    if is_drafted or has_versions:
        with transaction():
            services.keep_draft(template, "Words", SECOND, **who)
    if has_versions:
        with transaction():
            services.use_draft(template, seen=1, **who)
    return custom.key


def rule_of() -> str:
    """Add a rule of one's own; return its name in addresses."""
    rule = SendRule(
        key="",
        name=f"A reminder {next(_numbers)}",
        kind=OWN,
        event=Event.START,
        audience=Audience.PARTICIPANTS,
        days=3,
        side=Side.BEFORE,
        text="sessions/prework",
        pulls_back=True,
        useful_days=14,
    )
    with transaction():
        added = ruling.add(replace(rule), also_past=False, now=clock.utc_now())
    return added.key.replace(" ", "-")


def day_off(make: Make) -> None:
    """List a day without work that nobody else has taken."""
    make.keep(DayOff(day=soon(days=300 + next(_numbers)).date(), name="A day off"))


def stopped(make: Make, person: Person) -> SuppressedAddress:
    """Have no mail go to somebody's address."""
    row: SuppressedAddress = make.keep(
        SuppressedAddress(address=person.email, reason="unknown", since=soon(days=-1))
    )
    return row
