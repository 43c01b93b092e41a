"""The page behind the mailed link that asks whether a place shall be given back.

Whoever has the link may answer, so the page names nobody: initials only (LK-3). Opening it
changes nothing, and sent as it stands it changes nothing (LK-2).
"""

from flask import Response, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from swa.core import clock
from swa.core.access import public
from swa.core.db import transaction
from swa.sessions.emails.replies import why_closed
from swa.sessions.forms.replies import PlaceQuestionForm
from swa.sessions.models import PlaceQuestion
from swa.sessions.queries import replies as queries
from swa.sessions.rules.replies import initials
from swa.sessions.services import replies as services
from swa.sessions.types import PlaceDecision
from swa.sessions.views import bp


@bp.route("/places/link/<token>")
@public
def place_question(token: str) -> ResponseReturnValue:
    """Ask whether the place shall be given back; nothing is written."""
    return _page(token, queries.find_question(token), PlaceQuestionForm())


@bp.route("/places/link/<token>", methods=["POST"])
@public
def answer_place_question(token: str) -> ResponseReturnValue:
    """Take the first answer; whoever comes later is told what was answered."""
    question, form = queries.find_question(token), PlaceQuestionForm()
    if question is None or not form.validate_on_submit():
        return _page(token, question, form)
    with transaction():
        services.decide(question, PlaceDecision(form.decision.data), now=clock.utc_now())
    return _unreferred(make_response(redirect(url_for("sessions.place_question", token=token))))


def _page(
    token: str, question: PlaceQuestion | None, form: PlaceQuestionForm
) -> ResponseReturnValue:
    is_closed = question is None or (
        question.decided_at is None and why_closed(question, clock.utc_now())
    )
    if question is None or is_closed:
        return _unreferred(make_response(render_template("sessions/place_question_dead.html"), 404))
    page = render_template(
        "sessions/place_question.html",
        token=token,
        question=question,
        session=question.booking.session,
        initials=initials(question.booking.person.name),
        form=form,
    )
    return _unreferred(make_response(page, 422 if form.errors else 200))


def _unreferred(response: Response) -> Response:
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
