"""What happens to a weekly series: made, one week moved or off, made longer. The caller mails it.

As with single dates the caller opens the transaction and plans the mail in it; the mail of a
revision says to ``building.itip_part`` which revision its reader knows, and so one week travels
alone when nothing else is news.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime

from swa.calendars import queries
from swa.calendars.models import Invitation, InvitationWeek
from swa.calendars.rules import changes, weeks
from swa.calendars.rules import series as rules
from swa.calendars.services.invitations import ask_again, check_standing, stamp, write
from swa.calendars.types import Change, Event, Series, Slot, WeekState, Words
from swa.core.db import db


def invite_series(
    occasion: str,
    person_id: int,
    words: Words,
    series: Series,
    *,
    organiser: tuple[str, str],
    now: datetime,
) -> Invitation:
    """Invite somebody to what is still to come of a series, with a random UID.

    Who joins late gets a rule of their own that begins with the first meeting to come: their
    calendar never shows the weeks that they have missed.

    Args:
        occasion: What it is about, for one person: "member 17".
        person_id: Whose calendar it is for.
        words: What every meeting says.
        series: As it stands for everybody.
        organiser: Name and address of the mailbox that the mail comes from; kept until the end.
        now: UTC.

    Raises:
        OccasionIsOver: The last meeting has begun.
        AlreadyInvited: An invitation stands for this occasion.
        ClockChange: The clocks skip or repeat the time of a meeting (CAL-15).
        EndsBeforeItBegins: The meetings do not last.

    Source:
        DC-11 (a weekly series), IN-06 (kept as wall time).
    """
    rules.check_clock(series)
    mine = rules.still_to_come(series, now)
    if mine is None:
        raise changes.OccasionIsOver
    first = mine.rhythm.first_day
    moments = (mine.rhythm.begins, mine.rhythm.ends)
    starts_at, ends_at = (rules.moment_of(first, local) for local in moments)
    said = Event(words.title, words.description, words.location, words.url, starts_at, ends_at)
    invitation = write(occasion, person_id, said, organiser=organiser, now=now)
    invitation.rhythm = mine.rhythm
    for day in sorted(mine.left_out):
        _set_week(invitation, day, WeekState.SKIPPED)
    for day, slot in sorted(mine.moved.items()):
        _set_week(invitation, day, WeekState.MOVED, slot)
    db.session.flush()
    return invitation


def move_week(invitation: Invitation, day: date, to: Slot, *, now: datetime) -> Change:
    """Move the meeting of one week; the mail for it is a REQUEST with that week alone.

    Args:
        invitation: A standing one, for a series.
        day: The date of the week in the rhythm, also when it was moved before.
        to: When its meeting shall be, London wall time.
        now: UTC.

    Returns:
        ``none`` when it is there already: then nothing is raised and nobody needs a mail.

    Raises:
        ValueError: It was withdrawn, or is for a single date.
        RuleBroken: As ``rules.weeks.may_move_week`` refuses it.

    Source:
        IN-09; CAL-13, CAL-16, CAL-17.
    """
    series = _hold(invitation)
    if rules.find_meeting(series, day).slot == to:
        return Change.NONE
    weeks.may_move_week(series, day, to, now=now)
    invitation.sequence = changes.next_sequence(invitation.sequence, Change.TIME)
    stamp(invitation, now, whole=False)
    _set_week(invitation, day, WeekState.MOVED, to)
    db.session.flush()
    return Change.TIME


def cancel_week(invitation: Invitation, day: date, *, now: datetime) -> None:
    """Call the meeting of one week off; the mail for it is a CANCEL of that week alone.

    Args:
        invitation: A standing one, for a series.
        day: The date of the week in the rhythm, also when it was moved before.
        now: UTC.

    Raises:
        ValueError: It was withdrawn, or is for a single date.
        RuleBroken: As ``rules.weeks.cancel_week`` refuses it: called off before, begun, the last.

    Source:
        IN-08, IN-09; CAL-3, CAL-18 (it is remembered for every later mail).
    """
    weeks.cancel_week(_hold(invitation), day, now=now)
    moved = {week.day: week.slot for week in invitation.changed_weeks}
    invitation.sequence = changes.next_sequence(invitation.sequence, Change.TIME)
    stamp(invitation, now, whole=False)
    _set_week(invitation, day, WeekState.CANCELLED, moved.get(day))
    db.session.flush()


def lengthen(
    invitation: Invitation,
    without: Iterable[date],
    *,
    is_closed: Callable[[date], bool],
    now: datetime,
) -> Change:
    """Leave dates out and make the series longer, so that as many meetings remain.

    Args:
        invitation: A standing one, for a series.
        without: Dates of the rhythm that are skipped.
        is_closed: Says whether a day is a bank holiday; the added weeks pass over those.
        now: UTC.

    Returns:
        ``none`` when all of them were left out before.

    Raises:
        ValueError: It was withdrawn, or is for a single date.
        RuleBroken: As ``rules.weeks.skip_days`` refuses it.

    Source:
        IN-07; the mail is a whole REQUEST, which asks everybody anew.
    """
    before = _hold(invitation)
    after = weeks.skip_days(before, without, now=now, is_closed=is_closed)
    if after == before:
        return Change.NONE
    invitation.rhythm = replace(before.rhythm, weeks=after.rhythm.weeks)
    ask_again(invitation, Change.TIME)
    stamp(invitation, now)
    for day in sorted(after.left_out - before.left_out):
        _set_week(invitation, day, WeekState.SKIPPED)
    db.session.flush()
    return Change.TIME


def _hold(invitation: Invitation) -> Series:
    """Hold the row and return its series.

    Raises:
        ValueError: It was withdrawn, or is for a single date.
    """
    queries.lock_invitation(invitation)
    check_standing(invitation)
    series = invitation.series
    if series is None:
        msg = f"invitation {invitation.id} is for a single date"
        raise ValueError(msg)
    return series


def _set_week(
    invitation: Invitation, day: date, state: WeekState, slot: Slot | None = None
) -> None:
    """Write down what became of one week, as part of the present revision."""
    found = [week for week in invitation.changed_weeks if week.day == day]
    week = found[0] if found else InvitationWeek(day=day)
    week.state, week.slot = state, slot
    week.revision = invitation.revision
    if not found:
        invitation.changed_weeks.append(week)
