"""Organisations and their teams, in order of the alphabet whatever their sector (AN-22)."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from swa.core import clock
from swa.core.access import roles
from swa.core.db import transaction
from swa.core.errors import RuleBroken
from swa.core.forms.errors import show_refusal
from swa.core.paging import paginate
from swa.core.saving import saved
from swa.people.access import current_person
from swa.people.forms.directory import OrganisationForm, TeamForm
from swa.people.models import Organisation
from swa.people.queries import directory as queries
from swa.people.rules.authority import DIRECTORY_ROLES
from swa.people.services import organisations as services
from swa.people.views import bp

PER_PAGE = 50


@bp.route("/people/organisations")
@roles(*DIRECTORY_ROLES)
def organisations() -> ResponseReturnValue:
    """List the organisations."""
    wanted = queries.list_organisations(current_person())
    found = paginate(wanted, request.args.get("page"), per_page=PER_PAGE)
    return render_template(
        "people/organisations.html", found=found, people=queries.count_people(found.items)
    )


@bp.route("/people/organisations/<int:organisation_id>")
@roles(*DIRECTORY_ROLES)
def organisation(organisation_id: int) -> ResponseReturnValue:
    """Show one organisation with its teams."""
    found = queries.get_organisation(organisation_id, current_person())
    people = queries.count_people([found]).get(found.id, 0)
    return render_template("people/organisation.html", organisation=found, people=people)


@bp.route("/people/organisations/add", methods=["GET", "POST"])
@roles(*DIRECTORY_ROLES)
def organisation_add() -> ResponseReturnValue:
    """List a new organisation."""
    form = OrganisationForm()
    if form.validate_on_submit():
        try:
            with transaction():
                added = services.add_organisation(
                    form.details(), by=current_person(), now=clock.utc_now()
                )
        except RuleBroken as refusal:
            show_refusal(form, refusal)
        else:
            flash(f"{added.name} is listed")
            return redirect(url_for("people.organisation", organisation_id=added.id))
    page = render_template("people/organisation_add.html", form=form)
    return page, 422 if form.errors else 200


@bp.route("/people/organisations/<int:organisation_id>/edit", methods=["GET", "POST"])
@roles(*DIRECTORY_ROLES)
def organisation_edit(organisation_id: int) -> ResponseReturnValue:
    """Change what is listed of an organisation."""
    by = current_person()
    organisation = queries.get_organisation(organisation_id, by)
    form = OrganisationForm(data=_answers(organisation))
    if form.validate_on_submit() and saved(
        form,
        lambda: services.change_organisation(
            organisation, form.details(), by=by, now=clock.utc_now()
        ),
    ):
        flash("The details are saved")
        return redirect(url_for("people.organisation", organisation_id=organisation_id))
    page = render_template("people/organisation_edit.html", form=form, organisation=organisation)
    return page, 422 if form.errors else 200


@bp.route("/people/organisations/<int:organisation_id>/teams/add", methods=["GET", "POST"])
@roles(*DIRECTORY_ROLES)
def team_add(organisation_id: int) -> ResponseReturnValue:
    """Add a team."""
    by = current_person()
    organisation = queries.get_organisation(organisation_id, by)
    form = TeamForm()
    name = form.name.data or ""
    if form.validate_on_submit() and saved(
        form, lambda: services.add_team(organisation, name, by=by, now=clock.utc_now())
    ):
        flash(f"{name} is added")
        return redirect(url_for("people.organisation", organisation_id=organisation_id))
    page = render_template("people/team_add.html", form=form, organisation=organisation)
    return page, 422 if form.errors else 200


@bp.route("/people/teams/<int:team_id>/rename", methods=["GET", "POST"])
@roles(*DIRECTORY_ROLES)
def team_rename(team_id: int) -> ResponseReturnValue:
    """Give a team another name."""
    by = current_person()
    team = queries.get_team(team_id, by)
    form = TeamForm(obj=team)
    if form.validate_on_submit() and saved(
        form, lambda: services.rename_team(team, form.name.data or "", by=by, now=clock.utc_now())
    ):
        flash("The name is saved")
        return redirect(url_for("people.organisation", organisation_id=team.organisation_id))
    page = render_template("people/team_rename.html", form=form, team=team)
    return page, 422 if form.errors else 200


def _answers(organisation: Organisation) -> dict[str, Any]:
    return {
        "name": organisation.name,
        "sector": organisation.sector,
        "borough": organisation.borough,
        "domains": "\n".join(row.domain for row in organisation.domains),
    }
