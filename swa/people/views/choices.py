"""Where people choose which optional messages they get."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from swa.core import clock
from swa.core.access import signed_in
from swa.core.db import transaction
from swa.messaging.choices import standing
from swa.people.access import current_person
from swa.people.forms.account import MessageChoicesForm
from swa.people.services import choices as services
from swa.people.views import bp


@bp.route("/account/message-choices", methods=["GET", "POST"])
@signed_in
def message_choices() -> ResponseReturnValue:
    """Show what somebody can and cannot switch off, and keep what they choose."""
    person = current_person()
    offered = standing.list_offered()
    form = MessageChoicesForm()
    form.offer([(each.name, each.title, each.description) for each in offered])
    if form.validate_on_submit():
        ticked = form.wanted.data or []
        wishes = {each.name: each.name in ticked for each in offered}
        with transaction():
            services.choose(person.id, wishes, now=clock.utc_now())
        flash("Your choice of messages is saved")
        return redirect(url_for("people.account"))
    if request.method == "GET":
        wishes_now = {each.name: standing.find_wish(person.id, each.name) for each in offered}
        form.wanted.data = [n for n, wish in wishes_now.items() if wish is None or wish.is_wanted]
    page = render_template("people/account_message_choices.html", form=form)
    return page, 422 if form.errors else 200
