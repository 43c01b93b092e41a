"""A weekly series as its members know it: each test tells what happens, and looks at the mails."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from swa.calendars import building
from swa.calendars.models import Invitation
from swa.calendars.rules import series as rules
from swa.calendars.services import invitations, series
from swa.calendars.types import Series, Slot, Words
from swa.core.bank_holidays import is_bank_holiday
from swa.core.db import db, transaction
from swa.messaging.types import Recipient
from tests.support.programs import Program, Shown

ORGANISER = ("Social Welfare Alliance", "training@swa.example.org")
WEEK, DAY = timedelta(days=7), timedelta(days=1)
NINE, TEN = time(9), time(10)
AUTUMN = date(2026, 9, 28)  # ten Mondays over the change of October
MADE = datetime(2026, 9, 1, 8, tzinfo=UTC)
WORDS = Words(
    title="Listening in hard times",
    description="Bring a pen.",
    location="Room 2, Town Hall",
    url="https://swa.example.org/bookings/",
)


def nine_on(day: date) -> Slot:
    return Slot(day, NINE, TEN)


def plan(first: date, meetings: int = 10) -> Series:
    return rules.plan_series(nine_on(first), meetings, is_closed=is_bank_holiday)


class Member:
    """Somebody with an invitation and a calendar program; every change is mailed to them.

    Attributes:
        invitation: Theirs.
        program: Their calendar.
        told: The last revision that was mailed to them.
        clock: When the next thing happens, UTC; a minute later each time.
    """

    def __init__(
        self,
        person_id: int,
        planned: Series,
        *,
        now: datetime = MADE,
        occasion: str = "member 17",
        uid: str = "",
    ) -> None:
        self.person = Recipient("Rosa Okafor", "rosa.okafor@example.org", is_active=True)
        self.program, self.told, self.clock = Program(), 0, now
        with transaction():
            self.invitation = series.invite_series(
                occasion, person_id, WORDS, planned, organiser=ORGANISER, now=now
            )
            self.invitation.uid = uid or self.invitation.uid
        self.mail()

    def part(self) -> tuple[str, bytes]:
        """Return the calendar part that a mail of this moment has, read from the database."""
        db.session.rollback()
        row = db.session.get_one(Invitation, self.invitation.id)
        made = building.itip_part(row, self.person, told=self.told)
        assert made is not None
        return made

    def mail(self) -> tuple[str, bytes]:
        part = self.part()
        self.program.take(part)
        self.told = self.invitation.revision
        return part

    def move(self, day: date, to: Slot) -> None:
        with transaction():
            series.move_week(self.invitation, day, to, now=self._tick())

    def cancel(self, day: date) -> None:
        with transaction():
            series.cancel_week(self.invitation, day, now=self._tick())

    def skip(self, *days: date) -> None:
        with transaction():
            series.lengthen(self.invitation, days, is_closed=is_bank_holiday, now=self._tick())

    def say(self, **words: Any) -> None:
        with transaction():
            said = replace(self.invitation.event, **words)
            invitations.revise(self.invitation, said, now=self._tick())

    def leave(self) -> None:
        with transaction():
            invitations.withdraw(self.invitation, now=self._tick())

    @property
    def meetings(self) -> Shown:
        """What the rows say: start and end of every meeting, UTC."""
        planned = self.invitation.series
        assert planned is not None
        return sorted((one.starts_at, one.ends_at) for one in rules.list_meetings(planned))

    def _tick(self) -> datetime:
        self.clock += timedelta(minutes=1)
        return self.clock
