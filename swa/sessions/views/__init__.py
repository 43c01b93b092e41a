"""Pages about topics, sessions, bookings and attendance."""

from flask import Blueprint

bp = Blueprint("sessions", __name__)

from swa.sessions.views import (  # noqa: E402 - they join the blueprint
    attendance,  # noqa: F401 - the same
    booking,  # noqa: F401 - the same
    changes,  # noqa: F401 - the same
    desk,  # noqa: F401 - the same
    desk_adding,  # noqa: F401 - the same
    listing,  # noqa: F401 - the same
    messages,  # noqa: F401 - the same
    my_bookings,  # noqa: F401 - the same
    open_dates,  # noqa: F401 - the same
    place_question,  # noqa: F401 - the same
    plan_pages,  # noqa: F401 - the same
    plan_parts,  # noqa: F401 - the same
    planning,  # noqa: F401 - the same
    send_rules,  # noqa: F401 - the same
    topics,  # noqa: F401 - the same
)
