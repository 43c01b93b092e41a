"""The messages about sessions whose texts may be edited, by the name of their file (MT-04)."""

from collections.abc import Mapping

from swa.messaging.texts.types import Condition, Group, Lists, Placeholder, Template
from swa.sessions.emails import placeholders as known


def _to_participants(
    name: str,
    title: str,
    sent: str,
    more: Mapping[str, Placeholder] | None = None,
    conditions: Mapping[str, Condition] | None = None,
    must_have: tuple[str, ...] = (),
) -> Template:
    family = known.BOOKING_FAMILY.lists
    lists = Lists(
        dict(family.placeholders) | dict(more or {}),
        dict(family.conditions) | dict(conditions or {}),
        must_have,
    )
    return Template(f"sessions/{name}", title, sent, lists, family="booking")


def _to_staff(
    name: str,
    title: str,
    sent: str,
    more: Mapping[str, Placeholder] | None = None,
    conditions: Mapping[str, Condition] | None = None,
) -> Template:
    family = known.RUN_FAMILY.lists
    lists = Lists(
        dict(family.placeholders) | dict(more or {}),
        dict(family.conditions) | dict(conditions or {}),
    )
    return Template(f"sessions/{name}", title, sent, lists, family="run", group=Group.RUNNING)


ALL = (
    _to_participants(
        "booking_confirmed",
        "Place confirmed",
        "Goes at once to the person who books a place.",
        known.NEXT_MESSAGES,
        known.WHAT_COMES,
        must_have=("session_hours", "session_place", "booking_link"),
    ),
    _to_participants(
        "on_waiting_list",
        "On the waiting list",
        "Goes at once to the person who joins the waiting list.",
        known.TURN,
        known.WHY_WAITING,
        must_have=("booking_link",),
    ),
    _to_participants(
        "place_given",
        "Place from the waiting list",
        "Goes at once to the person who gets a place from the waiting list.",
        known.NEXT_MESSAGES,
        known.WHAT_COMES,
        must_have=("session_hours", "session_place", "cancel_link"),
    ),
    _to_participants(
        "session_moved",
        "Session moved",
        "Goes at once to everybody with a place or a turn when the session moves.",
        known.BEFORE,
        known.WHAT_MOVED | {"waiting": Condition("They are on the waiting list")},
        must_have=("session_hours", "session_place"),
    ),
    _to_participants(
        "booking_cancelled",
        "Booking cancelled",
        "Goes at once to the person whose place or turn is cancelled.",
        conditions={
            "had_a_place": Condition("They had a place, not only a turn", sample=True),
            "runs_it": Condition("They help to run the session now, so they need no place"),
        },
    ),
    _to_participants(
        "session_cancelled",
        "Session cancelled",
        "Goes at once to everybody with a place or a turn when the session is cancelled.",
        known.CANCEL_REASON,
    ),
    _to_participants(
        "prework",
        "Prework",
        "Goes some days before the session to everybody with a place.",
        must_have=("prework", "prework_length"),
    ),
    _to_participants(
        "joining_instructions",
        "Joining instructions",
        "Goes some days before the session to everybody with a place.",
        must_have=("session_hours", "session_place"),
    ),
    _to_participants(
        "after_session",
        "After the session",
        "Goes to everybody who was there, once attendance is saved.",
    ),
    _to_participants(
        "missed_you",
        "We missed you",
        "Goes to everybody who could not come, once attendance is saved.",
        conditions={"told_us_before": Condition("They said before that they could not come")},
    ),
    _to_participants(
        "refresher",
        "Refresher",
        "Goes some weeks after the session to everybody who was there.",
    ),
    Template(
        "sessions/times_for_manager",
        "Times for the line manager",
        "Goes to the line manager when a rule of the send plan says so; tells the time only.",
        Lists(known.MANAGER, must_have=("person_name", "session_hours")),
    ),
    Template(
        "sessions/new_time_for_manager",
        "New time for the line manager",
        "Goes to a line manager who was told a time when the session moves; tells the time only.",
        Lists(known.MANAGER | known.TIME_BEFORE, must_have=("person_name", "session_hours")),
    ),
    Template(
        "sessions/time_over_for_manager",
        "Time is free again, for the line manager",
        "Goes to a line manager who was told a time when it is over, whatever the reason is.",
        Lists(known.MANAGER | known.TIME_BEFORE, must_have=("person_name", "before_hours")),
    ),
    _to_staff(
        "attendance_not_saved",
        "Attendance not saved",
        "Goes after the session to those who run it, while nobody has saved who was there.",
    ),
    _to_participants(
        "give_back",
        "Shall we give your place back?",
        "Goes to a person who declined a session in their calendar while they hold a place.",
        known.SECRET_LINK,
        must_have=("secret_link",),
    ),
    _to_staff(
        "new_time_proposed",
        "Another time proposed",
        "Goes to those who run a session when somebody proposes another time from their calendar.",
        known.PROPOSED,
    ),
    _to_staff(
        "no_longer_runs",
        "Declined by who runs it",
        "Goes to coordinators when somebody who runs a session declines it in their calendar.",
    ),
    _to_staff(
        "to_run",
        "Session to run",
        "Goes to facilitators and the support person when the session is published.",
    ),
    _to_staff(
        "to_run_joining",
        "Joining instructions to run it",
        "Goes some days before the session to those who run it.",
    ),
    _to_staff(
        "to_run_moved",
        "Session to run has moved",
        "Goes at once to those who run a session that moves.",
        known.BEFORE,
        known.WHAT_MOVED,
    ),
    _to_staff(
        "to_run_cancelled",
        "Session to run is cancelled",
        "Goes at once to those who no longer run a session.",
        known.CANCEL_REASON,
        {
            "session_cancelled": Condition(
                "The session is cancelled, rather than that they no longer run it", sample=True
            )
        },
    ),
    Template(
        "sessions/go_ahead_question",
        "Does the session go ahead?",
        "Goes once a day to those who decide, while a session has too few people.",
        Lists(known.GO_AHEAD, known.WHY_DECIDE, must_have=("go_ahead_link",)),
        group=Group.RUNNING,
    ),
)
TEMPLATES = {template.name.removeprefix("sessions/"): template for template in ALL}
