"""The plan of a session, part by part; everything works with a button and a page (C16)."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from swa.core import clock
from swa.core.access import signed_in
from swa.core.saving import saved
from swa.people.access import current_person
from swa.sessions.forms.planning import KINDS, ButtonForm, SegmentForm
from swa.sessions.models import PlanSegment, TrainingSession
from swa.sessions.queries.access import get_session_to_manage
from swa.sessions.rules.plans import list_plan_faults, plan_minutes
from swa.sessions.services import plans as services
from swa.sessions.views import bp
from swa.sessions.views.saving import answer


@bp.route("/sessions/<int:session_id>/plan/parts")
@signed_in
def edit_plan(session_id: int) -> ResponseReturnValue:
    """Show the parts of the plan, their minutes, and what is missing."""
    return _plan_page(_load(session_id), ButtonForm()), 200


@bp.route("/sessions/<int:session_id>/plan/parts/new", methods=["GET", "POST"])
@signed_in
def add_part(session_id: int) -> ResponseReturnValue:
    """Add a part at the end of the plan."""
    session, form = _load(session_id), SegmentForm()
    by, now = current_person(), clock.utc_now()
    return answer(
        form,
        "sessions/plan_part.html",
        save=lambda: services.add_segment(session, form.segment(), by=by, now=now),
        leads_to=url_for("sessions.edit_plan", session_id=session_id, _anchor="plan"),
        session=session,
        part=None,
    )


@bp.route("/sessions/<int:session_id>/plan/parts/<int:segment_id>", methods=["GET", "POST"])
@signed_in
def edit_part(session_id: int, segment_id: int) -> ResponseReturnValue:
    """Change one part of the plan."""
    session = _load(session_id)
    part = _find(session, segment_id)
    form = SegmentForm(data={**vars(part.segment), "kind": part.segment.kind.value})
    by, now = current_person(), clock.utc_now()
    return answer(
        form,
        "sessions/plan_part.html",
        save=lambda: services.change_segment(session, segment_id, form.segment(), by=by, now=now),
        leads_to=url_for("sessions.edit_plan", session_id=session_id, _anchor="plan"),
        session=session,
        part=part,
    )


@bp.route("/sessions/<int:session_id>/plan/parts/<int:segment_id>/move", methods=["POST"])
@signed_in
def move_part(session_id: int, segment_id: int) -> ResponseReturnValue:
    """Move one part a step earlier or later."""
    session, by, now = _load(session_id), current_person(), clock.utc_now()
    places = -1 if request.form.get("to") == "earlier" else 1
    return _press(
        session, lambda: services.move_segment(session, segment_id, places=places, by=by, now=now)
    )


@bp.route("/sessions/<int:session_id>/plan/parts/<int:segment_id>/remove", methods=["POST"])
@signed_in
def remove_part(session_id: int, segment_id: int) -> ResponseReturnValue:
    """Take one part out of the plan."""
    session, by, now = _load(session_id), current_person(), clock.utc_now()
    return _press(session, lambda: services.remove_segment(session, segment_id, by=by, now=now))


@bp.route("/sessions/<int:session_id>/plan/example", methods=["POST"])
@signed_in
def use_example_plan(session_id: int) -> ResponseReturnValue:
    """Fill an empty plan with the example (SS-16)."""
    session, by, now = _load(session_id), current_person(), clock.utc_now()
    return _press(session, lambda: services.start_with_example(session, by=by, now=now))


@bp.route("/sessions/<int:session_id>/plan/agreed", methods=["POST"])
@signed_in
def agree_plan(session_id: int) -> ResponseReturnValue:
    """Note that facilitator and coordinator have agreed the plan (TR-02)."""
    session, by, now = _load(session_id), current_person(), clock.utc_now()
    is_agreed = request.form.get("agreed") == "yes"
    return _press(
        session, lambda: services.agree_plan(session, is_agreed=is_agreed, by=by, now=now)
    )


def _load(session_id: int) -> TrainingSession:
    return get_session_to_manage(session_id, current_person())


def _find(session: TrainingSession, segment_id: int) -> PlanSegment:
    for part in session.plan:
        if part.id == segment_id:
            return part
    raise NotFound


def _press(session: TrainingSession, save: Callable[[], None]) -> ResponseReturnValue:
    """Do what a button on the plan page asks, and show the plan again."""
    form = ButtonForm()
    if form.validate_on_submit() and saved(form, save):
        flash("Saved")
        return redirect(url_for("sessions.edit_plan", session_id=session.id, _anchor="plan"))
    return _plan_page(session, form), 422


def _plan_page(session: TrainingSession, form: ButtonForm) -> str:
    segments = [part.segment for part in session.plan]
    return render_template(
        "sessions/plan_parts.html",
        session=session,
        form=form,
        kinds=KINDS,
        planned=plan_minutes(segments),
        faults=list_plan_faults(segments, minutes=session.duration_minutes),
    )
