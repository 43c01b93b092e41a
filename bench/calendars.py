"""Row 10: how fast a file of many invitations is written, and a calendar link answered."""

import statistics
from datetime import date, time, timedelta

import icalendar
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from bench.stage import START, fill
from bench.timing import ROUNDS, row, seconds, spread
from swa.calendars import building
from swa.calendars.feeds.services import make_link
from swa.calendars.feeds.types import FeedKind
from swa.calendars.models import Invitation
from swa.calendars.rules.series import plan_series
from swa.calendars.services import invitations, series
from swa.calendars.types import Event, Slot, Words
from swa.core import clock
from swa.core.bank_holidays import is_bank_holiday
from swa.core.db import db, transaction
from swa.people.models import Person
from swa.sessions.models import Booking, TrainingSession
from swa.sessions.types import BookingStatus, Claim

SINGLE, WEEKLY, PLACES = 150, 50, 200
SHARE = 0.3  # of icalendar's own speed, with reading the rows
ORGANISER = ("Social Welfare Alliance", "training@swa.example.org")
WORDS = Words("Core Conversations: listening first", "Bring a pen.", "Room 2", "https://x.example/")


def row_10(app: Flask, engine: str) -> bool:
    """Compare reading the rows and writing the file with icalendar writing the same calendar.

    The control reads each invitation, and then its weeks, by itself, as a careless feed would.
    """
    fill(1)
    _invite()
    written = _write(one_by_one=False)
    ready = icalendar.Calendar.from_ical(written)
    if len(ready.walk("VEVENT")) != SINGLE + 2 * WEEKLY:
        msg = "the file does not hold what it should"
        raise RuntimeError(msg)
    ours, theirs, careless = [], [], []
    for _ in range(ROUNDS):
        ours.append(len(written) / seconds(lambda: _write(one_by_one=False)))
        theirs.append(len(written) / seconds(ready.to_ical))
        careless.append(len(written) / seconds(lambda: _write(one_by_one=True)))
    ratios = [mine / bare for mine, bare in zip(ours, theirs, strict=True)]
    result = f"{spread(ratios)}  {statistics.median(ours) / 1000:.0f} kB/s"
    what = f"{engine}: .ics with its rows ÷ icalendar alone (≥ {SHARE})"
    fine = row("10", what, result, statistics.median(ratios) >= SHARE)
    slower = [less / mine for less, mine in zip(careless, ours, strict=True)]
    what = f"{engine}: control: each row by itself ÷ ours (must be slower)"
    fine &= row("", what, spread(slower), statistics.median(slower) < 1)
    return _row_of_a_link(app, engine) and fine


def _row_of_a_link(app: Flask, engine: str) -> bool:
    """Compare a whole look at a calendar link of 200 places with icalendar writing the same.

    A look counts itself, asks what may be seen, reads the invitations, writes the calendar and
    its hash; one with the right ETag does the same and sends nothing.
    """
    fill(PLACES)
    _book()
    with transaction():
        person = db.session.get_one(Person, 1)
        path = f"/cal/{make_link(person, FeedKind.PERSONAL, now=clock.utc_now())}.ics"
    browser = app.test_client()
    first = browser.get(path)
    ready = icalendar.Calendar.from_ical(first.data)
    if len(ready.walk("VEVENT")) != PLACES:
        msg = "the link does not show what it should"
        raise RuntimeError(msg)
    size = len(first.data)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(size / seconds(lambda: browser.get(path)))
        theirs.append(size / seconds(ready.to_ical))
    ratios = [mine / bare for mine, bare in zip(ours, theirs, strict=True)]
    result = f"{spread(ratios)}  {statistics.median(ours) / 1000:.0f} kB/s"
    what = f"{engine}: a look at a link of {PLACES} places ÷ icalendar alone (≥ {SHARE})"
    return row("", what, result, statistics.median(ratios) >= SHARE)


def _book() -> None:
    """Give the first person a place in every session, with its invitation."""
    with transaction():
        sessions = db.session.scalars(select(TrainingSession).order_by(TrainingSession.id)).all()
        for session in sessions:
            booking = Booking(
                session_id=session.id,
                reference=f"F{session.id:09d}",
                claim=Claim(1, 1, None),
                status=BookingStatus.CONFIRMED,
                booked_at=START,
            )
            db.session.add(booking)
            db.session.flush()
            said = Event(**vars(WORDS), starts_at=session.starts_at, ends_at=session.ends_at)
            about = f"booking {booking.id}"
            invitations.invite(about, 1, said, organiser=ORGANISER, now=START)


def _invite() -> None:
    monday = date(START.year + 1, 1, 1)
    monday += timedelta(days=-monday.weekday() % 7)
    slot = Slot(monday, time(9), time(10))
    with transaction():
        for number in range(SINGLE):
            begins = START + timedelta(days=1 + number)
            said = Event(**vars(WORDS), starts_at=begins, ends_at=begins + timedelta(hours=2))
            invitations.invite(f"booking {number}", 1, said, organiser=ORGANISER, now=START)
        for number in range(WEEKLY):
            planned = plan_series(slot, 10, is_closed=is_bank_holiday)
            made = series.invite_series(
                f"member {number}", 1, WORDS, planned, organiser=ORGANISER, now=START
            )
            moved = Slot(monday + timedelta(days=8), slot.begins, slot.ends)
            series.move_week(made, monday + timedelta(days=7), moved, now=START)


def _write(*, one_by_one: bool) -> bytes:
    db.session.remove()
    rows = select(Invitation).order_by(Invitation.id)
    if not one_by_one:
        return building.download(
            db.session.scalars(rows.options(selectinload(Invitation.changed_weeks)))
        )
    ids = db.session.scalars(select(Invitation.id).order_by(Invitation.id)).all()
    return building.download(
        db.session.scalars(rows.where(Invitation.id == number)).one() for number in ids
    )
