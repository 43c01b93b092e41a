"""Signing in by a mailed link or code, and signing out."""

from flask import redirect, render_template, request, url_for
from flask import session as kept
from flask.typing import ResponseReturnValue

from swa.core import clock, next_page
from swa.core.access import public
from swa.core.db import transaction
from swa.people.access import (
    current_session_id,
    find_current_person,
)
from swa.people.forms.sign_in import AskForLinkForm, CodeForm
from swa.people.services import sign_in as services
from swa.people.services import web_sessions
from swa.people.types import LinkPurpose
from swa.people.views import bp, browsers, links

ASKED_FOR = "asked_for"
LINK = links.LinkPages(
    purpose=LinkPurpose.SIGN_IN,
    link_endpoint="people.open_link",
    code_endpoint="people.check_email",
    start_endpoint="people.sign_in",
    finish=services.sign_in_with,
)


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Ask for the address to send a link to; the answer is the same for every address."""
    if find_current_person():
        return redirect(url_for("home.dashboard"))
    form = AskForLinkForm()
    if request.method == "GET":
        kept[browsers.WHERE_TO] = next_page.only_names(request.args)
    if not form.validate_on_submit():
        page = render_template("people/sign_in.html", form=form)
        return page, 422 if form.errors else 200
    browser = browsers.asking_browser()
    with transaction():
        is_done = services.ask_for_link(form.email.data or "", browser, now=clock.utc_now())
    if not is_done:
        return links.too_many()
    kept[ASKED_FOR] = form.email.data
    response = redirect(url_for("people.check_email"))
    browsers.remember_asking(response, browser)
    return response


@bp.route("/sign-in/check-email", methods=["GET", "POST"])
@public
def check_email() -> ResponseReturnValue:
    """Say that a mail is on its way, and take the code from it."""
    form = CodeForm()
    if form.validate_on_submit():
        answer = links.try_code(LINK, form)
        if answer is not None:
            return answer
    page = render_template(
        "people/check_email.html", form=form, pages=LINK, address=kept.get(ASKED_FOR, "")
    )
    return page, 422 if form.errors else 200


@bp.route("/sign-in/link/<token>")
@public
def open_link(token: str) -> ResponseReturnValue:
    """Show one button; opening the page changes nothing, whoever or whatever opens it."""
    return links.show(LINK, token)


@bp.route("/sign-in/link/<token>", methods=["POST"])
@public
def use_link(token: str) -> ResponseReturnValue:
    """Sign in, in the browser that asked."""
    return links.use(LINK, token)


@bp.route("/sign-out", methods=["POST"])
@public
def sign_out() -> ResponseReturnValue:
    """Sign out of this browser."""
    person, session_id = find_current_person(), current_session_id()
    if person and session_id:
        person_id = person.id
        with transaction():
            web_sessions.end(session_id, person_id, now=clock.utc_now())
    return browsers.farewell("You have signed out")
