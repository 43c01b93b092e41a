"""Pages about topics, sessions, bookings and attendance."""

from flask import Blueprint

bp = Blueprint("sessions", __name__)

from swa.sessions.views import (  # noqa: E402 - they join the blueprint
    attendance,  # noqa: F401 - the same
    booking,  # noqa: F401 - the same
    changes,  # noqa: F401 - the same
    desk,  # noqa: F401 - the same
    my_bookings,  # noqa: F401 - the same
)
