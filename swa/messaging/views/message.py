"""One message: its words with real data, how it went, and what a person may do with it."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from swa.core import clock
from swa.core.access import signed_in
from swa.core.db import transaction
from swa.core.errors import NotAllowed, RuleBroken
from swa.core.forms.errors import show_refusal
from swa.messaging import access, handling, timing
from swa.messaging.access import Right
from swa.messaging.forms import EditForm, SendAgainForm, SkipForm
from swa.messaging.models import OutboxMessage
from swa.messaging.types import Draft
from swa.messaging.views import bp

ACTIONS: dict[str, tuple[Callable[..., None], str]] = {
    "hold": (handling.hold, "The message is held until somebody releases it"),
    "release": (handling.release, "The message is released and goes when it is due"),
    "send-now": (handling.send_now, "The message goes within a minute"),
    "send-again": (handling.send_again, "The message will be sent again within a minute"),
    "send-copy": (handling.send_copy, "The message is sent once more within a minute"),
    "usual-words": (handling.use_usual_words, "The message has its usual words again"),
}


@bp.route("/messages/<int:message_id>")
@signed_in
def message(message_id: int) -> ResponseReturnValue:
    """Show one message with the words that this person gets or got."""
    return _page(access.get_message(message_id, Right.SEE), SendAgainForm())


@bp.route("/messages/<int:message_id>/do", methods=["POST"])
@signed_in
def message_do(message_id: int) -> ResponseReturnValue:
    """Hold, release or send a message; the recipient and the calendar part are not changed."""
    found = access.get_message(message_id, Right.CHANGE)
    act, done = ACTIONS.get(request.form.get("action", "")) or abort(404)
    form = SendAgainForm()
    try:
        with transaction():
            act(found, now=clock.utc_now())
    except RuleBroken as refusal:
        show_refusal(form, refusal)
        return _page(found, form), 422
    flash(done)
    return redirect(url_for("messaging.message", message_id=message_id))


@bp.route("/messages/<int:message_id>/skip", methods=["GET", "POST"])
@signed_in
def message_skip(message_id: int) -> ResponseReturnValue:
    """Ask why a message shall not go, then skip it for good."""
    found, form = access.get_message(message_id, Right.CHANGE), SkipForm()
    if form.validate_on_submit():
        try:
            with transaction():
                handling.skip(found, reason=form.reason.data or "", now=clock.utc_now())
        except RuleBroken as refusal:
            show_refusal(form, refusal)
        else:
            flash("The message is skipped and will not go")
            return redirect(url_for("messaging.message", message_id=message_id))
    page = render_template("messaging/skip.html", form=form, row=access.describe([found])[0])
    return page, 422 if form.errors else 200


@bp.route("/messages/<int:message_id>/edit", methods=["GET", "POST"])
@signed_in
def message_edit(message_id: int) -> ResponseReturnValue:
    """Change the words of this one message before it goes.

    Whoever may not read all of them cannot change them either.
    """
    found = access.get_message(message_id, Right.CHANGE)
    if not handling.can_be_edited(found):
        abort(404)
    reading = access.read(found)
    if reading.is_veiled:
        raise NotAllowed
    form = EditForm() if request.method == "POST" else EditForm(data=_words(reading.draft))
    if form.validate_on_submit():
        words = {"subject": form.subject.data or "", "text": form.text.data or ""}
        try:
            with transaction():
                handling.edit(found, **words, now=clock.utc_now())
        except RuleBroken as refusal:
            show_refusal(form, refusal)
        else:
            flash("This message has its own words now")
            return redirect(url_for("messaging.message", message_id=message_id))
    page = render_template("messaging/edit.html", form=form, row=access.describe([found])[0])
    return page, 422 if form.errors else 200


def _words(draft: Draft | None) -> dict[str, str]:
    return {"subject": draft.subject, "text": draft.text.strip()} if draft else {}


def _page(found: OutboxMessage, form: SendAgainForm) -> str:
    now = clock.utc_now()
    reading = access.read(found)
    can_change = access.right_to(found) is Right.CHANGE
    actions = handling.list_actions(found, now=now) if can_change else frozenset()
    return render_template(
        "messaging/message.html",
        form=form,
        row=access.describe([found])[0],
        reading=reading,
        actions=actions - {"edit"} if reading.is_veiled else actions,
        has_time=can_change and timing.can_send_at(found, now=now),
        now=now,
    )
