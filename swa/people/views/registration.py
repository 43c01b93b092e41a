"""Registering, asking to join, and what coordinators decide about requests."""

from flask import flash, redirect, render_template, url_for
from flask import session as kept
from flask.typing import ResponseReturnValue

from swa.core import clock
from swa.core.access import public, roles
from swa.core.db import transaction
from swa.core.forms.fields import SelectChoice
from swa.core.saving import saved
from swa.people.access import current_person
from swa.people.forms.registration import (
    NEW,
    AcceptForm,
    AskToJoinForm,
    DeclineForm,
    DetailsForm,
    RegisterForm,
)
from swa.people.forms.sign_in import CodeForm
from swa.people.models import Organisation
from swa.people.queries import registration as queries
from swa.people.queries import sign_in as sign_in_queries
from swa.people.rules.registration import domain_of
from swa.people.services import joining
from swa.people.services import registration as services
from swa.people.types import LinkPurpose, Role
from swa.people.views import bp, browsers, links

REGISTERING = "registering"
LINK = links.LinkPages(
    purpose=LinkPurpose.REGISTER,
    link_endpoint="people.open_registration",
    code_endpoint="people.check_registration_email",
    start_endpoint="people.register",
    finish=services.complete,
)


@bp.route("/register", methods=["GET", "POST"])
@public
def register() -> ResponseReturnValue:
    """Ask for the address; its domain says what is asked next."""
    form = RegisterForm(email=kept.get(REGISTERING, ""))
    if form.validate_on_submit():
        kept[REGISTERING] = form.email.data
        is_listed = queries.find_organisation_of(domain_of(form.email.data or ""))
        page = "people.register_details" if is_listed else "people.ask_to_join"
        return redirect(url_for(page))
    page = render_template("people/register.html", form=form)
    return page, 422 if form.errors else 200


@bp.route("/register/details", methods=["GET", "POST"])
@public
def register_details() -> ResponseReturnValue:
    """Ask staff of a listed organisation about themselves, then mail a link."""
    email = kept.get(REGISTERING, "")
    organisation = queries.find_organisation_of(domain_of(email))
    if organisation is None:
        return redirect(url_for("people.register"))
    form = DetailsForm()
    if not form.validate_on_submit():
        page = render_template(
            "people/register_details.html", form=form, email=email, organisation=organisation
        )
        return page, 422 if form.errors else 200
    browser = browsers.asking_browser()
    with transaction():
        details = _details(form, email)
        is_done = services.register(details, organisation, browser, now=clock.utc_now())
    if not is_done:
        return links.too_many()
    response = redirect(url_for("people.check_registration_email"))
    browsers.remember_asking(response, browser)
    return response


@bp.route("/register/check-email", methods=["GET", "POST"])
@public
def check_registration_email() -> ResponseReturnValue:
    """Say that a mail is on its way, and take the code from it."""
    form = CodeForm()
    if form.validate_on_submit():
        answer = links.try_code(LINK, form)
        if answer is not None:
            return answer
    page = render_template(
        "people/check_email.html", form=form, pages=LINK, address=kept.get(REGISTERING, "")
    )
    return page, 422 if form.errors else 200


@bp.route("/register/link/<token>")
@public
def open_registration(token: str) -> ResponseReturnValue:
    """Show one button; opening the page changes nothing."""
    return links.show(LINK, token)


@bp.route("/register/link/<token>", methods=["POST"])
@public
def use_registration(token: str) -> ResponseReturnValue:
    """Make the account, in the browser that asked."""
    return links.use(LINK, token)


@bp.route("/register/ask-to-join", methods=["GET", "POST"])
@public
def ask_to_join() -> ResponseReturnValue:
    """Ask somebody from elsewhere about themselves; a coordinator decides."""
    email = kept.get(REGISTERING, "")
    if not email:
        return redirect(url_for("people.register"))
    form = AskToJoinForm()
    if not form.validate_on_submit():
        page = render_template("people/join_request.html", form=form, email=email)
        return page, 422 if form.errors else 200
    wish = joining.Wish(
        email=email,
        name=form.name.data or "",
        organisation_name=form.organisation_name.data or "",
        job_role=form.job_role.data or "",
        message=form.message.data or "",
    )
    with transaction():
        is_done = joining.ask_to_join(wish, browsers.asking_browser(), now=clock.utc_now())
    return redirect(url_for("people.join_request_sent")) if is_done else links.too_many()


@bp.route("/register/request-sent")
@public
def join_request_sent() -> ResponseReturnValue:
    """Say that the request is with the coordinators, and what happens next."""
    return render_template("people/join_request_sent.html")


@bp.route("/people/requests/")
@roles(Role.PROGRAMME_COORDINATOR)
def join_requests() -> ResponseReturnValue:
    """List who asks to join."""
    return render_template("people/join_requests.html", requests=queries.list_open_requests())


@bp.route("/people/requests/<int:request_id>/accept", methods=["GET", "POST"])
@roles(Role.PROGRAMME_COORDINATOR)
def accept_request(request_id: int) -> ResponseReturnValue:
    """Let somebody in, into a listed organisation or a new one."""
    request, person = sign_in_queries.get_join_request(request_id), current_person()
    form = AcceptForm(new_name=request.organisation_name)
    form.organisation.choices = _organisation_choices()
    if form.validate_on_submit() and saved(
        form, lambda: joining.accept(request, _chosen(form), by=person, now=clock.utc_now())
    ):
        flash("We will email them that they can sign in")
        return redirect(url_for("people.join_requests"))
    page = render_template("people/join_request_accept.html", form=form, wish=request)
    return page, 422 if form.errors or form.form_errors else 200


@bp.route("/people/requests/<int:request_id>/decline", methods=["GET", "POST"])
@roles(Role.PROGRAMME_COORDINATOR)
def decline_request(request_id: int) -> ResponseReturnValue:
    """Decline a request with a reason."""
    request, person, form = (
        sign_in_queries.get_join_request(request_id),
        current_person(),
        DeclineForm(),
    )
    if form.validate_on_submit() and saved(
        form,
        lambda: joining.decline(request, form.reason.data or "", by=person, now=clock.utc_now()),
    ):
        flash("We will email them the reason")
        return redirect(url_for("people.join_requests"))
    page = render_template("people/join_request_decline.html", form=form, wish=request)
    return page, 422 if form.errors or form.form_errors else 200


def _details(form: DetailsForm, email: str) -> services.Details:
    return services.Details(
        email=email,
        name=form.name.data or "",
        job_role=form.job_role.data or "",
        kind=form.kind.data,
        team_name=form.team.data or "",
        manager_email=form.manager_email.data or "",
    )


def _organisation_choices() -> list[SelectChoice]:
    listed = [
        SelectChoice(str(organisation.id), organisation.name)
        for organisation in queries.list_active_organisations()
    ]
    return [SelectChoice("", "Select one"), SelectChoice(NEW, "Add a new organisation"), *listed]


def _chosen(form: AcceptForm) -> Organisation | joining.NewOrganisation:
    if form.organisation.data == NEW:
        return joining.NewOrganisation(form.new_name.data or "", form.sector.data)
    return queries.get_active_organisation(int(form.organisation.data))
