"""Who gets a place, who waits and why: size, mix and turn."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from swa.core.errors import RuleBroken
from swa.sessions.types import Claim, Offer, PlaceRules, SessionStatus, SizeBand, WaitReason


class AlreadyBooked(RuleBroken):
    """They hold a place or wait for one: once per session, again at a later one.

    Source:
        CC-17, DC-09.
    """

    rule_id = "CC-17"
    message = "You have already booked this session"


class RunsTheSession(RuleBroken):
    """A place is for those who come to learn; who runs the session is there anyway."""

    rule_id = "TR-07"
    message = "People who run a session do not need a place"


class AccountDisabled(RuleBroken):
    """A place is for somebody who can come; whoever is disabled gave theirs back (AU-5)."""

    message = "This account is disabled, so it cannot book"


class SessionHasStarted(RuleBroken):
    """Booking, giving back and moving up end when the session starts.

    Source:
        IN-03.
    """

    rule_id = "IN-03"
    message = "This session has already started"


class NotOpenForBooking(RuleBroken):
    """The session is not published yet, or was cancelled."""

    rule_id = "DC-09"
    message = "This session is not open for booking"


class TooManyPlacesTaken(RuleBroken):
    """Fewer places than people who hold one: nobody is dropped by a smaller number.

    Source:
        CC-02.
    """

    rule_id = "CC-02"
    field = "largest"


class SameNumberOfPlaces(RuleBroken):
    """Nobody is asked to check a change that is none."""

    rule_id = "CC-02"
    field = "largest"


def size_band(people: int, places: PlaceRules) -> SizeBand:
    """Compare the number of confirmed people with the recommended size.

    Source:
        CC-01, CF-03. ``BELOW`` needs a reason to go ahead, it cancels nothing (CF-28).
    """
    if people < places.smallest:
        return SizeBand.BELOW
    return SizeBand.IN_RANGE if people <= places.recommended else SizeBand.ABOVE


def most_per_organisation(places: PlaceRules) -> int:
    """Return how many places one organisation may hold while the caps apply; at least 1.

    Source:
        CF-27 (half of the places unless set otherwise).
    """
    return max(1, places.largest * places.most_percent // 100)


def caps_lift_at(starts_at: datetime, places: PlaceRules) -> datetime:
    """Return the moment (UTC) from which the two caps no longer apply.

    Source:
        CF-27 (5 times 24 hours before the start unless set otherwise).
    """
    return starts_at - timedelta(days=places.caps_lift_days)


def why_wait(
    asker: Claim, held: Sequence[Claim], places: PlaceRules, *, time_left: timedelta
) -> WaitReason | None:
    """Say why the asker cannot have a place now; None when they can.

    Args:
        asker: Who wants a place.
        held: The places that are confirmed or offered, in any order.
        places: The session's numbers.
        time_left: Until the start; the caps end ``caps_lift_days`` times 24 hours before.

    Source:
        CC-02 (never above the largest size), CC-03 and CF-27 (mix).
    """
    if len(held) >= places.largest:
        return WaitReason.FULL
    if time_left <= timedelta(days=places.caps_lift_days):
        return None
    in_a_team = asker.team_id is not None
    from_team = sum(in_a_team and claim.team_id == asker.team_id for claim in held)
    if from_team >= places.most_per_team:
        return WaitReason.TEAM_CAP
    from_organisation = sum(claim.organisation_id == asker.organisation_id for claim in held)
    is_over = from_organisation >= most_per_organisation(places)
    return WaitReason.ORGANISATION_CAP if is_over else None


def decide_booking(
    asker: Claim, held: Sequence[Claim], places: PlaceRules, *, starts_at: datetime, now: datetime
) -> WaitReason | None:
    """Give the asker a place (None), or say why they join the waiting list instead.

    The caller has given every free place to the waiting list first, so that nobody is overtaken
    (AN-15). ``starts_at`` and ``now`` are UTC.

    Raises:
        SessionHasStarted: It has begun, or begins at this very moment (IN-03).
    """
    check_not_started(starts_at, now)
    return why_wait(asker, held, places, time_left=starts_at - now)


def next_offer(
    queue: Sequence[Claim], held: Sequence[Claim], places: PlaceRules, *, time_left: timedelta
) -> Offer:
    """Choose the first of the queue who keeps the mix legal; the others keep their turn.

    The queue is in order of joining; nothing is given when no time is left.

    Source:
        IN-03, AN-15, CF-27.
    """
    passed_over: list[tuple[Claim, WaitReason]] = []
    for claim in queue if time_left > timedelta(0) else ():
        reason = why_wait(claim, held, places, time_left=time_left)
        if reason is None:
            return Offer(claim, tuple(passed_over))
        passed_over.append((claim, reason))
    return Offer(None, tuple(passed_over))


def list_moving_up(
    queue: Sequence[Claim], held: Sequence[Claim], places: PlaceRules, *, time_left: timedelta
) -> list[Claim]:
    """List who of the queue would get a place, one after the other, until nobody may.

    Args:
        queue: Who waits, in order of joining.
        held: The places that are confirmed or offered.
        places: The numbers to try; they need not be those of the session as it is.
        time_left: Until the start.

    Source:
        IN-03, AN-15, CF-27; it says beforehand what filling the places would do.
    """
    left, given = list(queue), list[Claim]()
    while left:
        chosen = next_offer(left, [*held, *given], places, time_left=time_left).claim
        if chosen is None:
            break
        left.remove(chosen)
        given.append(chosen)
    return given


def with_largest(places: PlaceRules, largest: int) -> PlaceRules:
    """Return the numbers with another maximum; the recommended sizes never exceed it (CF-03)."""
    return replace(
        places,
        smallest=min(places.smallest, largest),
        recommended=min(places.recommended, largest),
        largest=largest,
    )


def check_open_for_booking(status: SessionStatus) -> None:
    """Refuse a session that nobody may book.

    Raises:
        NotOpenForBooking: It is a draft, or was cancelled.
    """
    if status != SessionStatus.PUBLISHED:
        raise NotOpenForBooking


def check_not_started(starts_at: datetime, now: datetime) -> None:
    """Refuse what must happen before the start; both moments are UTC.

    Raises:
        SessionHasStarted: It has begun, or begins at this very moment (IN-03).
    """
    if now >= starts_at:
        raise SessionHasStarted


def check_another_number(places: PlaceRules, largest: int) -> None:
    """Refuse the number of places that a session has already.

    Raises:
        SameNumberOfPlaces: It is.
    """
    if largest == places.largest:
        msg = f"The session already has {largest} places – enter another number"
        raise SameNumberOfPlaces(msg)


def check_places_cover(taken: int, places: PlaceRules) -> None:
    """Refuse fewer places than are taken.

    Raises:
        TooManyPlacesTaken: Somebody would have to be dropped (CC-02).
    """
    if taken > places.largest:
        msg = f"The number of places must be {taken} or more, because {taken} are taken"
        raise TooManyPlacesTaken(msg)
