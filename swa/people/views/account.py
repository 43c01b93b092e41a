"""One's own account: what is held, access needs, where one is signed in."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from swa.core import clock
from swa.core.access import signed_in
from swa.core.db import transaction
from swa.people.access import current_person, current_session_id
from swa.people.forms.account import AccessNeedsForm
from swa.people.forms.sign_in import PressForm
from swa.people.queries import sign_in as queries
from swa.people.services import account as services
from swa.people.services import audit, web_sessions
from swa.people.views import bp, browsers


@bp.route("/account")
@signed_in
def account() -> ResponseReturnValue:
    """Show somebody what is held about them and where they are signed in."""
    person = current_person()
    return render_template(
        "people/account.html",
        person=person,
        sessions=queries.list_web_sessions(person),
        this_session=current_session_id(),
        press=PressForm(),
    )


@bp.route("/account/access-needs", methods=["GET", "POST"])
@signed_in
def access_needs() -> ResponseReturnValue:
    """Change one's access needs."""
    person = current_person()
    form = AccessNeedsForm(obj=person)
    if form.validate_on_submit():
        needs = form.access_needs.data or ""
        with transaction():
            services.change_access_needs(person, needs, now=clock.utc_now())
        flash("Your access needs are saved")
        return redirect(url_for("people.account"))
    page = render_template("people/account_access_needs.html", form=form)
    return page, 422 if form.errors else 200


@bp.route("/account/sessions/<int:session_id>/sign-out", methods=["POST"])
@signed_in
def sign_out_elsewhere(session_id: int) -> ResponseReturnValue:
    """Sign one browser out."""
    person_id, now = current_person().id, clock.utc_now()
    is_this = session_id == current_session_id()
    with transaction():
        is_done = web_sessions.end(session_id, person_id, now=now)
        if is_done:
            about = f"person {person_id}"
            audit.record("signed out", about=about, by_id=person_id, now=now)
    if not is_done:
        raise NotFound
    if is_this:
        return browsers.farewell("You have signed out")
    flash("That browser is signed out")
    return redirect(url_for("people.account"))


@bp.route("/account/sign-out-everywhere", methods=["POST"])
@signed_in
def sign_out_everywhere() -> ResponseReturnValue:
    """Sign out of every browser, this one included; calendar links stop, too."""
    person_id, now = current_person().id, clock.utc_now()
    with transaction():
        web_sessions.end_access(person_id, now=now)
        about = f"person {person_id}"
        audit.record("signed out everywhere", about=about, by_id=person_id, now=now)
    return browsers.farewell("You have signed out everywhere")
