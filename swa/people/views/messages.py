"""What one person was sent and will be sent, and whether it arrived."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from swa.core import clock
from swa.core.access import roles, signed_in
from swa.core.paging import paginate
from swa.messaging import access, lists
from swa.people.access import current_person
from swa.people.models import Person
from swa.people.queries import directory as queries
from swa.people.rules.authority import DIRECTORY_ROLES
from swa.people.views import bp


@bp.route("/people/<int:person_id>/messages")
@roles(*DIRECTORY_ROLES)
def person_messages(person_id: int) -> ResponseReturnValue:
    """Show what a person has been sent and did it arrive."""
    person = queries.get_person(person_id, current_person())
    return _page(person, may_open=True)


@bp.route("/account/messages")
@signed_in
def own_messages() -> ResponseReturnValue:
    """Show somebody what we sent them, and what is planned."""
    return _page(current_person(), may_open=False)


def _page(person: Person, *, may_open: bool) -> str:
    page = paginate(lists.select_history(person.id), request.args.get("page"))
    return render_template(
        "people/messages.html",
        person=person,
        page=page,
        rows=access.describe(page.items),
        may_open=may_open,
        now=clock.utc_now(),
    )
