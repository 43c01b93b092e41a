"""Leaves a mail server alone for a while after it failed as a whole; no message is charged."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from swa.core.db import db, lock_row, transaction
from swa.messaging import queries, rules
from swa.messaging.models import MailCircuit

log = logging.getLogger(__name__)

CHANNEL = "smtp"
PROBE = timedelta(seconds=120)  # as long as one worker may need to find out


def why_rest(now: datetime, channel: str = CHANNEL) -> str:
    """Say why nothing may be sent now; empty when it may.

    When the rest is over, one worker alone is let through to try; the others wait for it.
    """
    circuit = queries.find_circuit(channel)
    if circuit is None or circuit.closed_until is None:
        return ""
    if circuit.closed_until <= now and _is_ours_to_probe(now, channel):
        return ""
    return f"the mail server is left alone for a while, since it said: {circuit.last_answer}"


def record_failure(answer: str, *, now: datetime, channel: str = CHANNEL) -> None:
    """Rest for 30 seconds, then twice as long each time, up to 15 minutes."""
    log.error("the mail server does not take messages: %s", answer)
    with transaction():
        circuit = _hold_circuit(channel)
        circuit.failures += 1
        circuit.last_answer = answer
        circuit.closed_until = now + rules.rest_of_the_server(circuit.failures)


def record_success(channel: str = CHANNEL) -> None:
    """Note that the server answers again."""
    circuit = queries.find_circuit(channel)
    if circuit is None or not circuit.failures:
        return
    with transaction():
        db.session.execute(
            update(MailCircuit)
            .where(MailCircuit.channel == channel)
            .values(failures=0, closed_until=None)
        )


def _hold_circuit(channel: str) -> MailCircuit:
    """Return the row of the server, held; two workers that fail first at once share one row."""
    make = sqlite if db.session.connection().dialect.name == "sqlite" else postgresql
    first = {"channel": channel, "failures": 0, "last_answer": ""}
    db.session.execute(make.insert(MailCircuit).values(first).on_conflict_do_nothing())
    circuit = db.session.scalars(select(MailCircuit).where(MailCircuit.channel == channel)).one()
    lock_row(circuit)
    return circuit


def _is_ours_to_probe(now: datetime, channel: str) -> bool:
    with transaction():
        taken = db.session.execute(
            update(MailCircuit)
            .where(MailCircuit.channel == channel, MailCircuit.closed_until <= now)
            .values(closed_until=now + PROBE)
            .returning(MailCircuit.id)
        ).first()
    return taken is not None
