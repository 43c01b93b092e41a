"""How far the messages have got that were due within the last day."""

from datetime import timedelta
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from swa.core import clock
from swa.core.access import roles
from swa.messaging import lists, queries, smtp
from swa.messaging.rules import progress as rules
from swa.messaging.setup import current_setup
from swa.messaging.types import Shown
from swa.messaging.views import bp
from swa.messaging.views.outbox import STAFF

A_DAY = timedelta(hours=24)


@bp.route("/messages/progress")
@roles(*STAFF)
def progress() -> ResponseReturnValue:
    """Show how far the messages of the whole programme have got."""
    return render_template(
        "messaging/progress.html",
        **describe(""),
        failed_href=url_for("messaging.plan", shown=Shown.TROUBLE),
    )


def describe(belongs_to: str) -> dict[str, Any]:
    """Return what a page of progress shows; the number of queries is always the same.

    Args:
        belongs_to: "session 5"; empty for the whole programme.
    """
    now = clock.utc_now()
    found = lists.read_progress(belongs_to, since=now - A_DAY, now=now)
    return {
        "progress": found,
        "words": rules.in_words(found, now=now),
        "left": rules.minutes_left(found, now=now),
        "circuit": queries.find_circuit("smtp"),
        "has_a_server": smtp.find_transport() is not smtp.Transport.NONE,
        "pace": current_setup().pace,
    }
