"""On the day: who is here, the sheet for the wall, and people without a booking.

Source:
    EV-50 (attendance is the basis of the measures), IN-13, TR-09, CC-02 (walk-ins up to the
    maximum).
"""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from swa.core import clock
from swa.core.access import signed_in
from swa.core.db import transaction
from swa.core.errors import RuleBroken
from swa.core.forms.errors import show_refusal
from swa.people.access import current_person
from swa.people.models import Person
from swa.sessions.forms.attendance import (
    MARK_WORDS,
    MOST_FOUND,
    FindPersonForm,
    add_form,
    form_for,
)
from swa.sessions.models import Booking, TrainingSession
from swa.sessions.queries.access import get_session_to_run
from swa.sessions.queries.bookings import list_confirmed
from swa.sessions.queries.desk import find_people
from swa.sessions.rules.attendance import SavedMeanwhile, opens_at, why_no_walk_ins
from swa.sessions.services.attendance import add_walk_in, record_attendance
from swa.sessions.views import bp

MOST_BLANK_ROWS = 6


@bp.route("/sessions/<int:session_id>/attendance", methods=["GET", "POST"])
@signed_in
def attendance(session_id: int) -> ResponseReturnValue:
    """Take attendance: one page, all names, one save (IN-13); the support person may (TR-09)."""
    person = current_person()
    session = get_session_to_run(session_id, person)
    coming = list_confirmed(session)
    form = _attendance_form(session, coming)
    notice = ""
    if form.validate_on_submit():
        if "everyone" in request.form:
            form.fill_gaps(booking.id for booking in coming)
            notice = "filled"
        else:
            notice = _save(session, form, coming, by=person)
            if notice == "saved":
                flash("Attendance saved")
                return redirect(url_for("sessions.attendance", session_id=session_id))
    return _attendance_page(session, form, coming, notice)


@bp.route("/sessions/<int:session_id>/sheet")
@signed_in
def sheet(session_id: int) -> ResponseReturnValue:
    """Show the sheet to print: names, a column to sign, blank rows for walk-ins (C39)."""
    session = get_session_to_run(session_id, current_person())
    coming = list_confirmed(session)
    blank_rows = max(0, min(MOST_BLANK_ROWS, session.places.largest - len(coming)))
    return render_template(
        "sessions/sheet.html", session=session, coming=coming, blank_rows=blank_rows
    )


@bp.route("/sessions/<int:session_id>/walk-in", methods=["GET", "POST"])
@signed_in
def walk_in(session_id: int) -> ResponseReturnValue:
    """Find somebody who came without a booking and add them, up to the maximum."""
    person = current_person()
    session = get_session_to_run(session_id, person)
    search = FindPersonForm(request.args)
    closed = why_no_walk_ins(session.status, session.starts_at, now=clock.utc_now())
    found = find_people(search.words, session=session) if not closed and search.is_ready() else []
    form = add_form(found[:MOST_FOUND])
    if form.validate_on_submit():
        chosen = next(one for one in found if one.id == form.person_id.data)
        if _add(session, chosen, form, by=person):
            flash(f"{chosen.name} is added and marked as attended")
            return redirect(url_for("sessions.attendance", session_id=session_id))
    page = render_template(
        "sessions/walk_in.html",
        session=session,
        form=search if search.errors else form,
        search=search,
        add=form,
        found=found,
        closed=closed,
        most_found=MOST_FOUND,
    )
    return page, 422 if form.errors else 200


def _attendance_form(session: TrainingSession, coming: Sequence[Booking]) -> Any:
    return form_for(
        {booking.id: booking.mark for booking in coming},
        {booking.id: booking.person.name for booking in coming},
        session.attendance_version,
    )


def _save(session: TrainingSession, form: Any, coming: Sequence[Booking], *, by: Person) -> str:
    """Save the marks; return "saved", "meanwhile" when somebody else did, or "refused"."""
    marks, seen = form.marks([booking.id for booking in coming]), form.version.data or 0
    try:
        with transaction():
            record_attendance(session, marks, seen_version=seen, by=by, now=clock.utc_now())
    except SavedMeanwhile as refusal:
        show_refusal(form, refusal)
        form.renew(session.attendance_version)
        return "meanwhile"
    except RuleBroken as refusal:
        show_refusal(form, refusal)
        return "refused"
    return "saved"


def _attendance_page(
    session: TrainingSession, form: Any, coming: Sequence[Booking], notice: str
) -> ResponseReturnValue:
    now = clock.utc_now()
    page = render_template(
        "sessions/attendance.html",
        session=session,
        form=form,
        coming=coming,
        notice=notice,
        mark_words=MARK_WORDS,
        opens_at=opens_at(session.starts_at),
        takes_walk_ins=not why_no_walk_ins(session.status, session.starts_at, now=now),
        now=now,
    )
    return page, 422 if form.errors else 200


def _add(session: TrainingSession, chosen: Person, form: Any, *, by: Person) -> bool:
    """Add the person; False when it was refused, with the reason on the form."""
    try:
        with transaction():
            add_walk_in(session, chosen, by=by, now=clock.utc_now())
    except RuleBroken as refusal:
        show_refusal(form, refusal)
        return False
    return True
