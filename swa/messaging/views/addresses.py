"""Addresses that no mail goes to any more, and what their owners missed."""

import re

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from swa.core import clock
from swa.core.access import roles
from swa.core.paging import paginate
from swa.core.saving import saved
from swa.messaging import access, handling, kinds, lists
from swa.messaging.forms import SendAgainForm, StopForm
from swa.messaging.suppression import queries, services
from swa.messaging.types import Recipient
from swa.messaging.views import bp
from swa.messaging.views.outbox import STAFF


@bp.route("/messages/addresses/")
@roles(*STAFF)
def addresses() -> ResponseReturnValue:
    """List the addresses that no mail goes to: since when, why, and whose they are."""
    page = paginate(queries.select_refusals(), request.args.get("page"))
    owners = access.list_owners([row.address for row in page.items])
    return render_template("messaging/addresses.html", page=page, owners=owners)


@bp.route("/messages/addresses/stop", methods=["GET", "POST"])
@roles(*STAFF)
def address_stop() -> ResponseReturnValue:
    """Ask which address no mail shall go to, and why."""
    form = StopForm(data={"address": _address_of(request.args.get("person", ""))})

    def stop() -> None:
        address = form.address.data or ""
        access.check_may_stop(address)
        owner = access.find_owner(address)
        services.stop(
            address,
            reason=form.reason.data or "",
            person_id=owner.person_id if owner else None,
            now=clock.utc_now(),
        )

    if form.validate_on_submit() and saved(form, stop):
        flash("No mail goes to this address any more")
        return redirect(url_for("messaging.addresses"))
    return render_template("messaging/address_stop.html", form=form), 422 if form.errors else 200


@bp.route("/messages/addresses/<int:address_id>/lift", methods=["GET", "POST"])
@roles(*STAFF)
def address_lift(address_id: int) -> ResponseReturnValue:
    """Ask whether mail shall go to an address again, and say what happens then."""
    refusal, form = queries.get_refusal(address_id), SendAgainForm()
    owner = access.find_owner(refusal.address)
    person_id = owner.person_id if owner else None
    now = clock.utc_now()
    if form.validate_on_submit() and saved(
        form, lambda: services.lift(refusal, person_id=person_id, now=now)
    ):
        flash("Mail goes to this address again")
        if person_id and lists.list_missed(person_id):
            return redirect(url_for("messaging.missed", person_id=person_id))
        return redirect(url_for("messaging.addresses"))
    missed = lists.list_missed(person_id) if person_id else []
    page = render_template(
        "messaging/address_lift.html",
        form=form,
        refusal=refusal,
        owner=owner,
        useful=sum(handling.can_send_again(row, now) for row in missed),
        missed=len(missed),
    )
    return page, 422 if form.errors else 200


@bp.route("/messages/missed/<int:person_id>", methods=["GET", "POST"])
@roles(*STAFF)
def missed(person_id: int) -> ResponseReturnValue:
    """Show what did not reach a person, and send what is still of use."""
    recipient = kinds.list_recipients([person_id]).get(person_id) or abort(404)
    form, now = SendAgainForm(), clock.utc_now()
    if form.validate_on_submit() and saved(form, lambda: handling.send_missed(person_id, now=now)):
        flash("The messages go within a minute", "success")
        return redirect(url_for("messaging.missed", person_id=person_id))
    return _missed_page(person_id, recipient, form), 422 if form.errors else 200


def _missed_page(person_id: int, recipient: Recipient, form: SendAgainForm) -> str:
    now, found = clock.utc_now(), lists.list_missed(person_id)
    useful = {row.id for row in found if handling.can_send_again(row, now)}
    rows = access.describe(found)
    return render_template(
        "messaging/missed.html",
        form=form,
        person_id=person_id,
        recipient=recipient,
        refusal=queries.find_refusal(recipient.address),
        useful=[row for row in rows if row.message.id in useful],
        too_late=[row for row in rows if row.message.id not in useful],
        now=now,
    )


def _address_of(person: str) -> str:
    """Return the address of the person that a link names, so that nobody types it again."""
    if not re.fullmatch(r"[0-9]{1,9}", person):
        return ""
    found = kinds.list_recipients([int(person)]).get(int(person))
    return found.address if found else ""
