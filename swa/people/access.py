"""Who is asking, and whether the view is for them at all."""

from flask import Flask, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from swa.core.access import Audience, Policy, policy_of
from swa.people.models import Person


def find_current_person() -> Person | None:
    """Return who is signed in on this request, None for nobody."""
    person: Person | None = g.get("person")
    return person


def current_person() -> Person:
    """Return who is signed in; only for views whose policy asks for it.

    Raises:
        RuntimeError: Nobody is, so the view has the wrong policy.
    """
    person = find_current_person()
    if person is None:
        msg = "this view needs @signed_in or @roles(…)"
        raise RuntimeError(msg)
    return person


def install(app: Flask) -> None:
    """Check the view's policy before anything is loaded, so real and invented ids look alike."""

    @app.before_request
    def enforce() -> ResponseReturnValue | None:
        view = app.view_functions.get(request.endpoint or "")
        policy = policy_of(view) if view else None
        return decide(policy) if policy else None


def decide(policy: Policy) -> ResponseReturnValue | None:
    """Answer for somebody the view is not for; None lets them in."""
    person = find_current_person()
    if policy.audience is Audience.PUBLIC:
        return None
    if person is None:
        return redirect(url_for("people.sign_in"))
    if policy.audience is Audience.ROLES and person.roles.isdisjoint(policy.roles):
        abort(403)
    return None
