"""How somebody stands with one session: a place or not, and why they wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from swa.people.models import Person
from swa.sessions.models import Booking, TrainingSession
from swa.sessions.queries.bookings import list_held, list_standing, waiting_position
from swa.sessions.rules.places import (
    caps_lift_at,
    list_moving_up,
    most_per_organisation,
    why_wait,
)
from swa.sessions.types import BookingStatus, Claim, PlaceRules, WaitReason


@dataclass(frozen=True)
class Wait:
    """Why there is no place now, with the numbers that explain it.

    Attributes:
        reason: Full, or one of the two caps.
        taken: Places held by those whom the reason is about.
        most: How many they may hold.
        opens_at: When the caps lift, UTC; only for a cap.
        position: Turn on the waiting list, 1 for the next; 0 for somebody who is not on it yet.
    """

    reason: WaitReason
    taken: int
    most: int
    opens_at: datetime | None = None
    position: int = 0


def preview_booking(session: TrainingSession, person: Person, *, now: datetime) -> Wait | None:
    """Say whether the person would get a place now (None), or why they would wait.

    It promises nothing: the booking itself decides under the lock.

    Source:
        CF-27 (a plain reason), AN-15 (whoever waits already comes first).
    """
    claim = Claim(person.id, person.organisation_id, person.team_id)
    return _explain(session, claim, list_held(session), now=now)


def find_wait(booking: Booking, *, now: datetime) -> Wait | None:
    """Say why the booking waits and where it stands; None for one that does not wait.

    Source:
        AN-15 (position and reason), CF-27.
    """
    if booking.status is not BookingStatus.WAITING:
        return None
    session = booking.session
    position = waiting_position(booking)
    found = _explain(session, booking.claim, list_held(session), now=now, queue=position)
    places = session.places
    return found or Wait(WaitReason.FULL, session.places_taken, places.largest, position=position)


def count_moving_up(session: TrainingSession, places: PlaceRules, *, now: datetime) -> int:
    """Count who would move up from the waiting list with these numbers; it promises nothing.

    Source:
        IN-03, CF-27.
    """
    live = list_standing(session)
    held = [row.claim for row in live if row.holds_a_place]
    queue = [row.claim for row in live if not row.holds_a_place and row.person.is_active]
    return len(list_moving_up(queue, held, places, time_left=session.starts_at - now))


def _explain(
    session: TrainingSession,
    claim: Claim,
    held: Sequence[Claim],
    *,
    now: datetime,
    queue: int = 0,
) -> Wait | None:
    places = session.places
    reason = why_wait(claim, held, places, time_left=session.starts_at - now)
    if reason is None:
        return None
    opens_at = caps_lift_at(session.starts_at, places)
    if reason is WaitReason.TEAM_CAP:
        taken = sum(other.team_id == claim.team_id for other in held)
        return Wait(reason, taken, places.most_per_team, opens_at, queue)
    if reason is WaitReason.ORGANISATION_CAP:
        taken = sum(other.organisation_id == claim.organisation_id for other in held)
        return Wait(reason, taken, most_per_organisation(places), opens_at, queue)
    return Wait(reason, len(held), places.largest, position=queue)
