"""Who may do what: roles are given with a reason and taken away, by administrators only."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from swa.core import clock
from swa.core.access import roles
from swa.core.saving import saved
from swa.people.access import current_person
from swa.people.forms.directory import GiveRoleForm, TakeRoleForm, role_choices
from swa.people.queries import directory as queries
from swa.people.rules.authority import WHAT_ROLES_ALLOW, list_risks
from swa.people.services import roles as services
from swa.people.services.people import list_duties
from swa.people.types import Role
from swa.people.views import bp


@bp.route("/people/<int:person_id>/roles", methods=["GET", "POST"])
@roles(Role.ADMINISTRATOR)
def person_roles(person_id: int) -> ResponseReturnValue:
    """Show the roles of a person and give another."""
    by = current_person()
    person = queries.get_person(person_id, by)
    form = GiveRoleForm()
    form.role.choices = role_choices(tuple(Role), person.roles)
    role, reason = form.role.data, form.reason.data or ""
    if form.validate_on_submit() and saved(
        form,
        lambda: services.grant_role(person, role, by=by, reason=reason, now=clock.utc_now()),
    ):
        flash(f"{person.name} now holds the role “{role}” and has to sign in again")
        return redirect(url_for("people.person_roles", person_id=person_id))
    givers = queries.list_names(grant.granted_by_id for grant in person.grants)
    page = render_template(
        "people/roles.html",
        form=form,
        person=person,
        givers=givers,
        risks=list_risks(person.roles),
        allows=WHAT_ROLES_ALLOW,
    )
    return page, 422 if form.errors else 200


@bp.route("/people/<int:person_id>/roles/take-away", methods=["GET", "POST"])
@roles(Role.ADMINISTRATOR)
def person_role_take_away(person_id: int) -> ResponseReturnValue:
    """Take one role of a person away."""
    by = current_person()
    person = queries.get_person(person_id, by)
    form = TakeRoleForm()
    form.role.choices = role_choices(person.roles, person.roles)
    if form.validate_on_submit() and saved(
        form, lambda: services.revoke_role(person, form.role.data, by=by, now=clock.utc_now())
    ):
        flash(f"{person.name} does not hold the role “{form.role.data}” any more")
        return redirect(url_for("people.person_roles", person_id=person_id))
    duties = list_duties(person)
    page = render_template("people/roles_take_away.html", form=form, person=person, duties=duties)
    return page, 422 if form.errors else 200
