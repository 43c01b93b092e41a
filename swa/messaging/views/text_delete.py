"""The page on which a text of one's own is deleted."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from swa.core import clock
from swa.core.access import roles
from swa.core.saving import saved
from swa.messaging import deleting
from swa.messaging.texts.forms import ButtonForm
from swa.messaging.views import bp
from swa.messaging.views.outbox import STAFF
from swa.messaging.views.reader import current_reader
from swa.messaging.views.texts import text_of


@bp.route("/messages/texts/<text_key>/delete", methods=["GET", "POST"])
@roles(*STAFF)
def text_delete(text_key: str) -> ResponseReturnValue:
    """Ask before a text is deleted with its versions; says which rules still use it."""
    template, form, by_id = text_of(text_key), ButtonForm(), current_reader().id
    if not template.is_custom:
        abort(404)
    if form.validate_on_submit() and saved(
        form, lambda: deleting.delete_custom(template, by_id=by_id, now=clock.utc_now())
    ):
        flash("The text is deleted", "success")
        return redirect(url_for("messaging.texts"))
    page = render_template(
        "messaging/text_delete.html",
        template=template,
        form=form,
        rules=deleting.list_rules(template),
    )
    return page, 422 if form.errors or form.form_errors else 200
