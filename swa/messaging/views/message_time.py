"""The page on which somebody chooses when one message goes."""

from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from swa.core import clock
from swa.core.access import signed_in
from swa.core.dates import LONDON, first_moment_of, when
from swa.core.errors import RuleBroken
from swa.core.saving import saved
from swa.messaging import access, timing
from swa.messaging.access import Right
from swa.messaging.forms import SendAtForm
from swa.messaging.models import OutboxMessage
from swa.messaging.views import bp


@bp.route("/messages/<int:message_id>/time", methods=["GET", "POST"])
@signed_in
def message_time(message_id: int) -> ResponseReturnValue:
    """Ask for another day and time, then have the message go at that moment."""
    found = access.get_message(message_id, Right.CHANGE)
    due = found.due_at.astimezone(LONDON)
    form = SendAtForm(data={"day": due.date(), "at": due.time()})
    if form.validate_on_submit() and saved(form, lambda: _send_at(found, form)):
        flash(f"The message goes {when(found.due_at)}")
        return redirect(url_for("messaging.message", message_id=message_id))
    page = render_template("messaging/time.html", form=form, row=access.describe([found])[0])
    return page, 422 if form.errors else 200


def _send_at(found: OutboxMessage, form: SendAtForm) -> None:
    if form.day.data is None or form.at.data is None:
        raise RuleBroken
    at = first_moment_of(datetime.combine(form.day.data, form.at.data))
    timing.send_at(found, at, now=clock.utc_now())
