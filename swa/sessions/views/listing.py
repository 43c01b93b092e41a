"""Finding a session: the list with filters, the month, one session, and those that one runs."""

import calendar
from datetime import date
from urllib.parse import urlencode

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from swa.core import clock
from swa.core.access import signed_in
from swa.core.dates import local_date
from swa.people.access import current_person
from swa.people.types import Role
from swa.sessions.forms.listing import SessionFilterForm
from swa.sessions.models import TrainingSession
from swa.sessions.queries import access
from swa.sessions.queries import listing as queries
from swa.sessions.queries.listing import SessionFilter
from swa.sessions.services.readiness import list_findings
from swa.sessions.types import Mode, TopicKind
from swa.sessions.views import bp

FIRST_YEAR, LAST_YEAR = 2020, 2100
MONTHS = 12


@bp.route("/sessions/")
@signed_in
def list_sessions() -> ResponseReturnValue:
    """List the sessions to come, with filters that live in the address (C30)."""
    form = _filter_form()
    now = clock.utc_now()
    page = queries.list_coming(_wanted(form), now=now, page=request.args.get("page"))
    chosen = [{"text": text, "href": _address_without(name)} for name, text in form.chosen()]
    return render_template(
        "sessions/list_sessions.html",
        form=form,
        page=page,
        chosen=chosen,
        today=local_date(now),
        now=now,
        can_plan=current_person().holds(Role.FACILITATOR, Role.PROGRAMME_COORDINATOR),
    )


@bp.route("/sessions/month/<int:year>/<int:month>")
@signed_in
def month(year: int, month: int) -> ResponseReturnValue:
    """Show one month as a calendar, and as a list on a phone (C35)."""
    if not (1 <= month <= MONTHS and FIRST_YEAR <= year <= LAST_YEAR):
        abort(404)
    by_day: dict[date, list[TrainingSession]] = {}
    for session in queries.list_month(year, month):
        by_day.setdefault(local_date(session.starts_at), []).append(session)
    first = date(year, month, 1)
    now = clock.utc_now()
    return render_template(
        "sessions/month.html",
        first=first,
        weeks=calendar.Calendar().monthdatescalendar(year, month),
        days=calendar.day_name,
        by_day=by_day,
        before=_neighbour(year, month, -1),
        after=_neighbour(year, month, 1),
        today=local_date(now),
        now=now,
    )


@bp.route("/sessions/<int:session_id>")
@signed_in
def show(session_id: int) -> ResponseReturnValue:
    """Say what a session is, whether it is right for somebody, and how to book it.

    Source:
        TR-10 (overview before the button), TR-20 (learning points), OT-03 (all the time it asks),
        TR-31 (organisations, not names), AN-14 (whom to ask), AN-21 (the link is for those with a
        place).
    """
    person, now = current_person(), clock.utc_now()
    session = access.get_session(session_id, person)
    runs = access.can_run(session, person)
    booking = queries.find_my_booking(session, person)
    return render_template(
        "sessions/show.html",
        session=session,
        topic=session.topic,
        booking=booking,
        runs=runs,
        manages=access.can_manage(session, person),
        sees_link=runs or (booking is not None and booking.holds_a_place),
        organisations=queries.list_organisations_coming(session),
        now=now,
    )


@bp.route("/sessions/run/")
@signed_in
def run_list() -> ResponseReturnValue:
    """List the sessions that somebody runs or manages, each with what it needs next."""
    person, now = current_person(), clock.utc_now()
    is_past = request.args.get("when") == "past"
    page = queries.list_to_run(person, is_past=is_past, now=now, page=request.args.get("page"))
    drafts = [session for session in page.items if session.published_at is None]
    gaps = {each.id: sum(gap.is_must for gap in list_findings(each, now=now)) for each in drafts}
    return render_template(
        "sessions/run_list.html",
        page=page,
        is_past=is_past,
        gaps=gaps,
        now=now,
        manages={each.id for each in page.items if access.can_manage(each, person)},
        can_plan=person.holds(Role.FACILITATOR, Role.PROGRAMME_COORDINATOR),
    )


def _filter_form() -> SessionFilterForm:
    form = SessionFilterForm(formdata=request.args)
    form.offer(
        topics=queries.list_topic_titles(),
        boroughs=queries.list_boroughs(),
        organisations=queries.list_providers(),
    )
    form.validate()
    return form


def _wanted(form: SessionFilterForm) -> SessionFilter:
    """Return the filters that are set; a wrong one filters nothing and says so on the page."""
    chosen = {name: form[name].data for name, _words in form.chosen()}
    return SessionFilter(
        kind=TopicKind(chosen["kind"]) if "kind" in chosen else None,
        topic_id=chosen.get("topic"),
        borough=chosen.get("borough", ""),
        organisation_id=chosen.get("organisation"),
        mode=Mode(chosen["place"]) if "place" in chosen else None,
        from_day=chosen.get("after"),
        to_day=chosen.get("before"),
        has_places="free" in chosen,
        is_regulated="regulated" in chosen,
    )


def _address_without(name: str) -> str:
    """Return the address of the list without one filter, from its first page on."""
    kept = [
        (key, value)
        for key, value in request.args.items(multi=True)
        if key != "page" and value and key != name and not key.startswith(f"{name}-")
    ]
    query = urlencode(kept)
    return f"{request.path}?{query}" if query else request.path


def _neighbour(year: int, month: int, step: int) -> date | None:
    index = year * MONTHS + (month - 1) + step
    other = date(index // MONTHS, index % MONTHS + 1, 1)
    return other if FIRST_YEAR <= other.year <= LAST_YEAR else None
