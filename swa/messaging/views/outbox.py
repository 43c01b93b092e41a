"""What coordinators and administrators see of the outbox: counts, and what went wrong."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from swa.core import clock
from swa.core.access import roles
from swa.core.db import transaction
from swa.core.errors import RuleBroken
from swa.core.forms.errors import show_refusal
from swa.core.paging import paginate
from swa.messaging import handling, kinds, queries, smtp
from swa.messaging.forms import SendAgainForm
from swa.messaging.views import bp

STAFF = ("programme coordinator", "administrator")


@bp.route("/messages/")
@roles(*STAFF)
def outbox() -> ResponseReturnValue:
    """Count the messages in each state and list those that were not delivered."""
    return _outbox_page(SendAgainForm())


@bp.route("/messages/<int:message_id>/send-again", methods=["POST"])
@roles(*STAFF)
def send_again(message_id: int) -> ResponseReturnValue:
    """Try a message that failed once more, with the same Message-ID."""
    message = queries.get_message(message_id)
    form = SendAgainForm()
    try:
        with transaction():
            handling.send_again(message, now=clock.utc_now())
    except RuleBroken as refusal:
        show_refusal(form, refusal)
        return _outbox_page(form), 422
    flash("The message will be sent again within a minute", "success")
    return redirect(url_for("messaging.outbox"))


def _outbox_page(form: SendAgainForm) -> str:
    now = clock.utc_now()
    page: Any = paginate(queries.select_troubled(), request.args.get("page"))
    return render_template(
        "messaging/outbox.html",
        form=form,
        page=page,
        counts=queries.count_by_state(),
        circuit=queries.find_circuit("smtp"),
        notify_circuit=queries.find_circuit("notify"),
        waits_for_a_server=smtp.find_transport() is smtp.Transport.NONE,
        people=kinds.list_recipients({row.person_id for row in page.items if row.person_id}),
        may_go_again={row.id for row in page.items if handling.can_send_again(row, now)},
    )
