"""Planning a session: the first page, the task list, publishing, and throwing a draft away."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from swa.core import clock
from swa.core.access import roles, signed_in
from swa.core.saving import saved
from swa.people.access import current_person
from swa.people.types import Role
from swa.sessions.forms.planning import ButtonForm, PlanSessionForm, PublishForm, an_id
from swa.sessions.models import TrainingSession
from swa.sessions.queries import topics as topic_queries
from swa.sessions.queries.access import get_session_to_manage
from swa.sessions.rules.publishing import Task, is_ready
from swa.sessions.services.planning import discard_draft, plan_session
from swa.sessions.services.publishing import publish_session
from swa.sessions.services.readiness import list_findings
from swa.sessions.views import bp, choices
from swa.sessions.views.saving import answer


@bp.route("/sessions/new", methods=["GET", "POST"], endpoint="plan_session")
@roles(Role.FACILITATOR, Role.PROGRAMME_COORDINATOR)
def plan() -> ResponseReturnValue:
    """Begin a session: topic, date, time, online or in person (DC-08)."""
    by, now = current_person(), clock.utc_now()
    form = PlanSessionForm(data={"topic_id": _asked_topic()})
    form.topic_id.choices = choices.of_topics(topic_queries.list_offered_topics())
    made: list[TrainingSession] = []

    def save() -> None:
        topic = topic_queries.get_offered_topic(form.topic_id.data)
        made.append(plan_session(topic, form.place(topic.length_minutes), by=by, now=now))

    if form.validate_on_submit() and saved(form, save):
        return redirect(url_for("sessions.checklist", session_id=made[-1].id))
    page = render_template("sessions/plan_session.html", form=form)
    return page, 422 if form.errors else 200


@bp.route("/sessions/<int:session_id>/plan")
@signed_in
def checklist(session_id: int) -> ResponseReturnValue:
    """Say what is done and what is missing, with a link to where it is mended."""
    session = get_session_to_manage(session_id, current_person())
    return _checklist(session, PublishForm(data={"referral_reason": session.referral_reason}))


@bp.route("/sessions/<int:session_id>/publish", methods=["GET", "POST"])
@signed_in
def publish(session_id: int) -> ResponseReturnValue:
    """Publish a draft, or show the task list again with what is missing."""
    by, now = current_person(), clock.utc_now()
    session = get_session_to_manage(session_id, by)
    form = PublishForm()

    def save() -> None:
        reason = form.referral_reason.data or ""
        publish_session(session, by=by, now=now, referral_reason=reason)

    if form.validate_on_submit() and saved(form, save):
        flash("You have published the session. People can book it now")
        return redirect(url_for("sessions.show", session_id=session_id))
    if request.method == "GET":
        return redirect(url_for("sessions.checklist", session_id=session_id))
    return _checklist(session, form), 422


@bp.route("/sessions/<int:session_id>/discard", methods=["GET", "POST"])
@signed_in
def discard(session_id: int) -> ResponseReturnValue:
    """Ask once more, then throw a draft away (C14)."""
    by, now = current_person(), clock.utc_now()
    session = get_session_to_manage(session_id, by)
    if session.published_at is not None:
        return redirect(url_for("sessions.checklist", session_id=session_id))
    return answer(
        ButtonForm(),
        "sessions/plan_discard.html",
        save=lambda: discard_draft(session, by=by, now=now),
        leads_to=url_for("sessions.run_list"),
        session=session,
    )


def _checklist(session: TrainingSession, form: PublishForm) -> str:
    findings = list_findings(session, now=clock.utc_now())
    by_task = {task: [each for each in findings if each.task == task] for task in Task}
    return render_template(
        "sessions/checklist.html",
        session=session,
        form=form,
        found=by_task,
        is_ready=is_ready(findings),
        advice=[finding for finding in findings if not finding.is_must],
        needs_reason=any(finding.needs_reason for finding in findings),
        can_edit_topic=current_person().holds(Role.PROGRAMME_COORDINATOR),
    )


def _asked_topic() -> int | None:
    asked = request.args.get("topic", "")
    return an_id(asked) if asked.isascii() and asked.isdecimal() else None
