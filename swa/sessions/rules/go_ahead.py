"""Whether somebody must decide that a session goes ahead, and from when."""

from collections.abc import Sequence
from datetime import datetime, time

from swa.core.dates import days_before, local_date
from swa.core.errors import RuleBroken
from swa.sessions.types import Claim, Doubt, PlaceRules

ASKED_AT = time(9)


class NothingToDecide(RuleBroken):
    """The session has enough people from more than one organisation."""

    rule_id = "CF-28"
    message = "This session goes ahead as it is, so there is nothing to decide"


class ReasonMissing(RuleBroken):
    """A session that goes ahead below the numbers has its reason in the record.

    Source:
        CF-27.
    """

    rule_id = "CF-27"
    message = "Enter why the session goes ahead"
    field = "reason"


def why_decide(confirmed: Sequence[Claim], places: PlaceRules) -> tuple[Doubt, ...]:
    """Say why somebody must decide; empty when the session simply goes ahead.

    Source:
        CC-01, CC-03, CF-27 (at least 12 people from at least 2 organisations), CF-28.
    """
    doubts = [Doubt.BELOW] if len(confirmed) < places.smallest else []
    if len({claim.organisation_id for claim in confirmed}) == 1:
        doubts.append(Doubt.ONE_ORGANISATION)
    return tuple(doubts)


def asked_from(starts_at: datetime, go_ahead_days: int) -> datetime:
    """Return the moment (UTC) of the first question: so many days before, at 9am in London.

    Source:
        CF-28, IN-12.
    """
    return days_before(starts_at, go_ahead_days, at=ASKED_AT)


def is_question_due(starts_at: datetime, go_ahead_days: int, *, now: datetime) -> bool:
    """Say whether the question is open at this moment: from the first one until the start.

    Source:
        CF-28 (until somebody decides or the session starts; nothing is cancelled by itself).
    """
    return asked_from(starts_at, go_ahead_days) <= now < starts_at


def number_of_question(starts_at: datetime, go_ahead_days: int, *, now: datetime) -> int:
    """Say which question this is: 1 on the first day, 2 on the next, from 9am in London on.

    Source:
        CF-28 (asked again each day until somebody decides).
    """
    first = asked_from(starts_at, go_ahead_days)
    days = (local_date(now) - local_date(first)).days
    return days + 1 if now >= days_before(now, 0, at=ASKED_AT) else days


def check_reason(reason: str) -> None:
    """Refuse an empty reason.

    Raises:
        ReasonMissing: Nothing was written.
    """
    if not reason.strip():
        raise ReasonMissing
