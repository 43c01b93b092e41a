"""Who may do what: roles are given with a reason and taken away, by administrators only."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from swa.core import clock
from swa.core.access import roles
from swa.core.db import transaction
from swa.core.errors import RuleBroken
from swa.core.forms.errors import show_refusal
from swa.core.forms.fields import SelectChoice
from swa.people.access import current_person
from swa.people.forms.directory import GiveRoleForm, TakeRoleForm
from swa.people.queries import directory as queries
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
    if form.validate_on_submit():
        role, reason = form.role.data, form.reason.data or ""
        try:
            with transaction():
                services.grant_role(person, role, by=by, reason=reason, now=clock.utc_now())
        except RuleBroken as refusal:
            show_refusal(form, refusal)
        else:
            flash(f"{person.name} now holds the role “{role}” and has to sign in again")
            return redirect(url_for("people.person_roles", person_id=person_id))
    givers = queries.list_names(grant.granted_by_id for grant in person.grants)
    page = render_template("people/roles.html", form=form, person=person, givers=givers)
    return page, 422 if form.errors else 200


@bp.route("/people/<int:person_id>/roles/take-away", methods=["GET", "POST"])
@roles(Role.ADMINISTRATOR)
def person_role_take_away(person_id: int) -> ResponseReturnValue:
    """Take one role of a person away."""
    by = current_person()
    person = queries.get_person(person_id, by)
    form = TakeRoleForm()
    form.role.choices = [
        SelectChoice(role.value, role.capitalize()) for role in sorted(person.roles)
    ]
    if form.validate_on_submit():
        try:
            with transaction():
                services.revoke_role(person, form.role.data, by=by, now=clock.utc_now())
        except RuleBroken as refusal:
            show_refusal(form, refusal)
        else:
            flash(f"{person.name} does not hold the role “{form.role.data}” any more")
            return redirect(url_for("people.person_roles", person_id=person_id))
    duties = list_duties(person)
    page = render_template("people/roles_take_away.html", form=form, person=person, duties=duties)
    return page, 422 if form.errors else 200
