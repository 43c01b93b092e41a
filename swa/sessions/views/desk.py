"""The desk of one session: how full, how mixed, who comes, what goes out, does it go ahead.

Source:
    TR-08 and TR-14 (names and questions for those who run it, a 403 for others), TR-32 (a
    question without a name), CC-01 (size), CC-03 and AN-18 (mix), CF-28 (go-ahead); REPLY-6 and
    REPLY-8 of the calendar notes (what calendars answered and proposed).
"""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from swa.core import clock
from swa.core.access import signed_in
from swa.core.db import transaction
from swa.core.errors import RuleBroken
from swa.core.forms.errors import show_refusal
from swa.messaging import lists
from swa.people.access import current_person
from swa.sessions.forms.booking import ConfirmForm
from swa.sessions.forms.running import GoAheadForm
from swa.sessions.queries import access, bookings, replies
from swa.sessions.queries import desk as queries
from swa.sessions.rules.attendance import has_day_come, opens_at
from swa.sessions.rules.go_ahead import asked_from, why_decide
from swa.sessions.rules.places import size_band
from swa.sessions.services.booking import cancel_booking
from swa.sessions.services.go_ahead import decide_to_go_ahead, find_doubts
from swa.sessions.services.readiness import list_missing_crew
from swa.sessions.views import bp


@bp.route("/sessions/<int:session_id>/desk")
@signed_in
def desk(session_id: int) -> ResponseReturnValue:
    """Show those who run the session what they need to know about it."""
    person, now = current_person(), clock.utc_now()
    session = access.get_session_to_run(session_id, person)
    live = bookings.list_live_bookings(session)
    held = [booking for booking in live if booking.holds_a_place]
    return render_template(
        "sessions/desk.html",
        session=session,
        held=sorted(held, key=lambda booking: (booking.person.name.lower(), booking.id)),
        waiting=[booking for booking in live if not booking.holds_a_place],
        band=size_band(len(held), session.places),
        doubts=why_decide([booking.claim for booking in held], session.places),
        meter=bookings.measure(session),
        questions=bookings.list_questions(session),
        passed_over=bookings.list_passed_over(session),
        mails=queries.list_planned_mails(live),
        to_read_again=lists.count_to_read_again().get(f"session {session.id}", 0),
        heard=replies.list_heard(session, live),
        given_back=bookings.list_given_back(session),
        missing_crew=list_missing_crew(session),
        is_the_day=has_day_come(session.starts_at, now=now),
        attendance_from=opens_at(session.starts_at),
        asked_at=asked_from(session.starts_at, session.times.go_ahead_days),
        reads_needs=queries.can_read_needs(session, person),
        manages=access.can_manage(session, person),
        now=now,
    )


@bp.route("/sessions/<int:session_id>/desk/remove/<int:booking_id>", methods=["GET", "POST"])
@signed_in
def desk_remove(session_id: int, booking_id: int) -> ResponseReturnValue:
    """Ask once more, then cancel a person's booking on their behalf."""
    person = current_person()
    session = access.get_session_to_manage(session_id, person)
    booking, form = queries.get_booking_of(session, booking_id), ConfirmForm()
    if form.validate_on_submit():
        try:
            with transaction():
                cancel_booking(booking, by=person, now=clock.utc_now())
        except RuleBroken as refusal:
            show_refusal(form, refusal)
        else:
            flash(f"You have removed {booking.person.name}. We will email them.")
            return redirect(url_for("sessions.desk", session_id=session_id))
    page = render_template("sessions/desk_remove.html", session=session, booking=booking, form=form)
    return page, 422 if form.errors else 200


@bp.route("/sessions/<int:session_id>/go-ahead", methods=["GET", "POST"])
@signed_in
def go_ahead(session_id: int) -> ResponseReturnValue:
    """Decide whether a session that is small or narrow goes ahead (CF-28)."""
    person, now = current_person(), clock.utc_now()
    session = access.get_session_to_manage(session_id, person)
    form = GoAheadForm(reason=session.go_ahead_reason)
    if form.validate_on_submit():
        try:
            with transaction():
                decide_to_go_ahead(session, reason=form.reason.data or "", by=person, now=now)
        except RuleBroken as refusal:
            show_refusal(form, refusal)
        else:
            flash("You have decided that the session goes ahead")
            return redirect(url_for("sessions.desk", session_id=session_id))
    page = render_template(
        "sessions/go_ahead.html",
        session=session,
        form=form,
        doubts=find_doubts(session),
        now=now,
    )
    return page, 422 if form.errors else 200
