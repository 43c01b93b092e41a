"""In a demonstration only: sign in as one of the invented people."""

from flask import render_template
from flask.typing import ResponseReturnValue

from swa.core import clock
from swa.core.access import demo_only
from swa.core.db import transaction
from swa.people.forms.sign_in import PressForm
from swa.people.queries import demo as queries
from swa.people.services import sign_in as services
from swa.people.views import bp, browsers


@bp.route("/demo/people")
@demo_only
def demo_people() -> ResponseReturnValue:
    """List the invented people by what they do."""
    return render_template(
        "people/demo_people.html", groups=queries.list_people_by_role(), press=PressForm()
    )


@bp.route("/demo/people/<int:person_id>/sign-in", methods=["POST"])
@demo_only
def demo_sign_in(person_id: int) -> ResponseReturnValue:
    """Sign in as one of them."""
    browser = browsers.this_browser()
    person_id = queries.get_person(person_id).id
    with transaction():
        token = services.sign_in(person_id, browser, now=clock.utc_now())
    return browsers.welcome(person_id, token, browser)
