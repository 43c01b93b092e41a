"""Who is listed, where they work, and whether they can sign in."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from swa.core import clock
from swa.core.access import roles
from swa.core.db import transaction
from swa.core.errors import RuleBroken
from swa.core.forms.errors import show_refusal
from swa.core.forms.fields import SelectChoice
from swa.core.paging import paginate
from swa.core.saving import saved
from swa.messaging.lists import list_missed
from swa.messaging.suppression.queries import find_refusal
from swa.people.access import current_person
from swa.people.forms.directory import PersonForm, SearchForm
from swa.people.forms.sign_in import PressForm
from swa.people.models import Person
from swa.people.queries import directory as queries
from swa.people.rules.authority import DIRECTORY_ROLES
from swa.people.services import people as services
from swa.people.views import bp


@bp.route("/people")
@roles(*DIRECTORY_ROLES)
def directory() -> ResponseReturnValue:
    """Find people by name, address or organisation."""
    form = SearchForm(request.args)
    form.organisation.choices = organisation_choices("All organisations")
    found = None
    if (form.words.data or form.organisation.data or "words" in request.args) and form.validate():
        wanted = queries.search_people(
            current_person(), words=form.words.data or "", organisation_id=form.organisation.data
        )
        found = paginate(wanted, request.args.get("page"))
    page = render_template("people/directory.html", form=form, found=found)
    return page, 422 if form.errors else 200


@bp.route("/people/<int:person_id>")
@roles(*DIRECTORY_ROLES)
def person(person_id: int) -> ResponseReturnValue:
    """Show one person and whether mail reaches them (REPLY-11); never their access needs."""
    person = queries.get_person(person_id, current_person())
    return render_template(
        "people/person.html",
        person=person,
        refusal=find_refusal(person.email),
        missed=len(list_missed(person.id)),
    )


@bp.route("/people/add", methods=["GET", "POST"])
@roles(*DIRECTORY_ROLES)
def person_add() -> ResponseReturnValue:
    """List somebody new."""
    form = PersonForm()
    form.organisation.choices = organisation_choices("Select an organisation")
    if form.validate_on_submit():
        try:
            with transaction():
                added = services.add_person(
                    form.details(), by=current_person(), now=clock.utc_now()
                )
        except RuleBroken as refusal:
            show_refusal(form, refusal)
        else:
            flash(f"{added.name} is listed and can sign in")
            return redirect(url_for("people.person", person_id=added.id))
    page = render_template("people/person_add.html", form=form)
    return page, 422 if form.errors else 200


@bp.route("/people/<int:person_id>/edit", methods=["GET", "POST"])
@roles(*DIRECTORY_ROLES)
def person_edit(person_id: int) -> ResponseReturnValue:
    """Change what is listed of a person."""
    by = current_person()
    person = queries.get_person(person_id, by)
    form = PersonForm(data=_answers(person))
    form.organisation.choices = organisation_choices("Select an organisation")
    if form.validate_on_submit() and saved(
        form, lambda: services.change_person(person, form.details(), by=by, now=clock.utc_now())
    ):
        flash("The details are saved")
        return redirect(url_for("people.person", person_id=person_id))
    page = render_template("people/person_edit.html", form=form, person=person)
    return page, 422 if form.errors else 200


@bp.route("/people/<int:person_id>/disable", methods=["GET", "POST"])
@roles(*DIRECTORY_ROLES)
def person_disable(person_id: int) -> ResponseReturnValue:
    """Say what would be left undone, then end the person's access."""
    by = current_person()
    person = queries.get_person(person_id, by)
    form = PressForm()
    if form.validate_on_submit() and saved(
        form, lambda: services.disable_person(person, by=by, now=clock.utc_now())
    ):
        flash(f"{person.name} can no longer sign in")
        return redirect(url_for("people.person", person_id=person_id))
    duties = services.list_duties(person)
    held = services.count_held(person)
    page = render_template(
        "people/person_disable.html", form=form, person=person, duties=duties, held=held
    )
    return page, 422 if form.errors else 200


@bp.route("/people/<int:person_id>/enable", methods=["GET", "POST"])
@roles(*DIRECTORY_ROLES)
def person_enable(person_id: int) -> ResponseReturnValue:
    """Let a person sign in again."""
    by = current_person()
    person = queries.get_person(person_id, by)
    form = PressForm()
    if form.validate_on_submit() and saved(
        form, lambda: services.enable_person(person, by=by, now=clock.utc_now())
    ):
        flash(f"{person.name} can sign in again")
        return redirect(url_for("people.person", person_id=person_id))
    page = render_template("people/person_enable.html", form=form, person=person)
    return page, 422 if form.errors else 200


def organisation_choices(nothing: str) -> list[SelectChoice]:
    """Offer every organisation in order of the alphabet, after the empty answer."""
    listed = queries.list_organisation_choices()
    return [SelectChoice("", nothing), *(SelectChoice(number, name) for number, name in listed)]


def _answers(person: Person) -> dict[str, object]:
    return {
        "name": person.name,
        "email": person.email,
        "kind": person.kind,
        "organisation": person.organisation_id,
        "team": person.team.name if person.team else "",
        "job_role": person.job_role,
        "line_manager": person.line_manager.email if person.line_manager else "",
    }
