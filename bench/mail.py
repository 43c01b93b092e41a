"""Rows 6, 8 and 9: how fast messages leave, also beside a million old ones, and how soon."""

import smtplib
import statistics
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert, select

from bench.sink import mail_server
from bench.stage import START, fill
from bench.timing import ROUNDS, row, seconds, spread
from swa.core import clock
from swa.core.db import db, transaction
from swa.messaging import dispatcher, engine, kinds, services, setup, smtp
from swa.messaging.dispatcher import rows
from swa.messaging.kinds import Kind
from swa.messaging.models import OutboxMessage
from swa.messaging.types import Draft, MessageState, Recipient, WantedMail
from swa.sessions.cli import keep_up

NOTE = "note of the bench"
SHARE, FLAT, GROWTH = 0.8, 0.8, 1.5
MESSAGES, PER_LINK = 100, dispatcher.MESSAGES_PER_CONNECTION
RELAY = 0.05  # seconds until a mail server that is not on this machine has taken a message
OLD = {"few": 1_000, "many": 1_000_000}
BOOKINGS = {"few": 1_000, "many": 100_000}
CLAIMS = 200
WORDS = "You have a place. Please read the two pages that come with this message.\n" * 30


def row_6(app: Flask, engine_name: str) -> bool:
    """Compare the dispatcher with a bare loop over smtplib; each has one connection at a time."""
    _prepare(app)
    fine = True
    for pause, server in ((RELAY, f"that needs {RELAY * 1000:.0f} ms"), (0.0, "that needs none")):
        ours, bare = [], []
        with mail_server(pause) as port:
            _use(app, port)
            for _ in range(ROUNDS):
                _queue(MESSAGES)
                ours.append(MESSAGES / seconds(_send_ours))
                bare.append(MESSAGES / seconds(lambda port=port: _send_bare(port)))
        ratios = [mine / loop for mine, loop in zip(ours, bare, strict=True)]
        claim = f" (≥ {SHARE})" if pause else ""
        what = f"{engine_name}: messages ÷ bare smtplib, server {server}{claim}"
        verdict = statistics.median(ratios) >= SHARE if pause else None
        fine &= row("6", what, f"{spread(ratios)}  {statistics.median(ours):.0f}/s", verdict)
    return fine


def row_8(app: Flask, engine_name: str) -> bool:
    """Compare claims beside a million sent messages with claims beside a thousand."""
    _prepare(app)
    rates: dict[str, list[float]] = {}
    for name, number in OLD.items():
        fill(1)
        _put_sent(number)
        rates[name] = []
        for _ in range(ROUNDS):
            _queue(CLAIMS)
            rates[name].append(CLAIMS / seconds(_claim_all))
    ratio = statistics.median(rates["many"]) / statistics.median(rates["few"])
    what = f"{engine_name}: claims beside 1,000,000 sent ÷ beside 1,000 (≥ {FLAT})"
    result = f"{ratio:.2f}  {statistics.median(rates['many']):.0f}/s"
    fine = row("8", what, result, ratio >= FLAT)
    looks = {name: _look_each_minute(number) for name, number in BOOKINGS.items()}
    ratio = looks["many"] / looks["few"]
    what = f"{engine_name}: each minute's look, 100,000 bookings ÷ 1,000 (≤ {GROWTH})"
    result = f"{ratio:.2f}  {1000 * looks['many']:.0f} ms"
    return row("", what, result, ratio <= GROWTH) and fine


def row_9(app: Flask, engine_name: str) -> bool:
    """Say how long a message takes from the commit to the server's 250, with the worker inside."""
    _prepare(app)
    waits = []
    folder: Path = app.extensions["swa_settings"].instance_path
    url = app.extensions["swa_settings"].database_url
    engine.install(app, queue_url=url if "postgresql" in url else str(folder / "q.db"), threads=2)
    with mail_server(0.0) as port:
        _use(app, port)
        engine.start_in_background()
        try:
            for number in range(MESSAGES):
                _queue(1, first=number)
                waits.append(seconds(_wait_until_sent))
        finally:
            engine.stop()
            app.extensions.pop(engine.KEY).close()
    waits.sort()
    half, most = waits[len(waits) // 2], waits[int(len(waits) * 0.95)]
    what = f"{engine_name}: commit to the server's 250, median and p95, ms"
    return row("9", what, f"{1000 * half:.0f}  {1000 * most:.0f}", None)


def _prepare(app: Flask) -> None:
    fill(1)
    kinds.register(Kind(NOTE, draft=_draft, why_not=lambda _message, _now: None))
    app.extensions.pop(engine.KEY, None)


def _draft(message: OutboxMessage, recipient: Recipient) -> Draft:
    words = f"Dear {recipient.name},\n\n{WORDS}"
    return Draft(f"About {message.occasion}", words, f"<p>{words}</p>")


def _use(app: Flask, port: int) -> None:
    url = f"smtp+plain://127.0.0.1:{port}"
    setup.install(app, replace(setup.current_setup(), smtp_url=url))
    smtp.install(app, url)


def _queue(number: int, first: int = 0) -> None:
    now = clock.utc_now()
    end = now + timedelta(days=1)
    with transaction():
        for one in range(first, first + number):
            wanted = WantedMail(kind=NOTE, person_id=one % 400 + 1, due_at=now, give_up_at=end)
            services.queue(f"{time.monotonic_ns()} {one}", wanted, now=now)


def _send_ours() -> None:
    if dispatcher.send_due().sent != MESSAGES:
        msg = "not every message left"
        raise RuntimeError(msg)


def _send_bare(port: int) -> None:
    raw = f"Subject: About this\r\nFrom: a@example.org\r\nTo: b@example.org\r\n\r\n{WORDS}{WORDS}"
    raw = raw.replace("\r\n", "\n").replace("\n", "\r\n")
    for _ in range(0, MESSAGES, PER_LINK):
        with smtplib.SMTP("127.0.0.1", port, timeout=30) as link:
            for _ in range(PER_LINK):
                link.sendmail("a@example.org", ["b@example.org"], raw.encode())


def _put_sent(number: int) -> None:
    db.session.remove()
    for first in range(0, number, 20_000):
        with db.engine.begin() as connection:
            connection.execute(
                insert(OutboxMessage),
                [_sent(one) for one in range(first, min(first + 20_000, number))],
            )
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"VACUUM ANALYZE {OutboxMessage.__tablename__}")


def _sent(number: int) -> dict[str, Any]:
    return {
        "kind": NOTE,
        "occasion": f"old {number}",
        "person_id": number % 400 + 1,
        "state": MessageState.SENT,
        "message_id": f"<{number}@example.org>",
        "due_at": START,
        "ready_at": START,
        "next_try_at": START,
        "give_up_at": START + timedelta(days=1),
        "sent_at": START,
        "created_at": START,
    }


def _claim_all() -> None:
    while rows.claim_next(clock.utc_now()):
        pass


def _look_each_minute(bookings: int) -> float:
    """Return the seconds of the periodic work of the sessions, with nothing new to do."""
    fill(20, bookings=bookings)
    keep_up()
    db.session.remove()
    return statistics.median(seconds(keep_up) for _ in range(ROUNDS))


def _wait_until_sent(patience: float = 10) -> None:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        with db.engine.connect() as connection:
            newest = connection.scalar(
                select(OutboxMessage.state).order_by(OutboxMessage.id.desc()).limit(1)
            )
        if newest == MessageState.SENT:
            return
        time.sleep(0.001)
    msg = "the message did not leave"
    raise RuntimeError(msg)
