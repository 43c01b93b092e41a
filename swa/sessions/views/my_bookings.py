"""A person's own bookings: the list, one booking, its calendar file, cancelling it.

Source:
    DC-09, AN-14 (whom to ask), AN-15 (position and reason while waiting).
"""

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from swa.calendars.building import download
from swa.calendars.feeds.adding import google_link, outlook_link
from swa.calendars.queries import find_standing
from swa.core import clock
from swa.core.access import signed_in
from swa.core.dates import plain_date
from swa.core.db import transaction
from swa.core.errors import RuleBroken
from swa.core.forms.errors import show_refusal
from swa.people.access import current_person
from swa.sessions.emails.wanted import INVITES
from swa.sessions.forms.booking import ConfirmForm
from swa.sessions.queries import bookings as queries
from swa.sessions.queries.next_steps import find_next_steps
from swa.sessions.queries.replies import is_still_declined
from swa.sessions.queries.standing import find_wait
from swa.sessions.services import booking as services
from swa.sessions.views import answers, bp


@bp.route("/bookings/")
@signed_in
def my_bookings() -> ResponseReturnValue:
    """List the person's bookings: those to come until they end, then the past ones."""
    person, now = current_person(), clock.utc_now()
    return render_template(
        "sessions/my_bookings.html",
        coming=queries.list_my_coming_bookings(person, now),
        past=queries.list_my_past_bookings(person, now),
        now=now,
    )


@bp.route("/bookings/<int:booking_id>")
@signed_in
def booking(booking_id: int) -> ResponseReturnValue:
    """Show one booking: what stands, what happens next and when."""
    person, now = current_person(), clock.utc_now()
    mine = queries.get_own_booking(booking_id, person)
    entry = find_standing(f"booking {booking_id}")
    return render_template(
        "sessions/booking.html",
        booking=mine,
        session=mine.session,
        is_past=mine.session.ends_at <= now,
        is_open=mine.session.starts_at > now and not mine.session.is_cancelled,
        is_new=answers.has_just_finished(f"book {mine.session_id}", person),
        wait=find_wait(mine, now=now),
        passed_over=queries.list_passing_over(mine),
        steps=find_next_steps(mine, INVITES, now=now),
        now=now,
        entry=entry,
        google=google_link(entry.event) if entry else "",
        outlook=outlook_link(entry.event) if entry else "",
        has_declined=entry is not None and is_still_declined(entry),
    )


@bp.route("/bookings/<int:booking_id>/calendar.ics")
@signed_in
def booking_calendar(booking_id: int) -> ResponseReturnValue:
    """Hand out the calendar entry of one booking, the same as in the e-mail."""
    mine = queries.get_own_booking(booking_id, current_person())
    invitation = find_standing(f"booking {mine.id}")
    if invitation is None:
        return redirect(url_for("sessions.booking", booking_id=mine.id))
    return Response(
        download([invitation]),
        mimetype="text/calendar",
        headers={"Content-Disposition": f'attachment; filename="booking-{mine.reference}.ics"'},
    )


@bp.route("/bookings/<int:booking_id>/cancel", methods=["GET", "POST"])
@signed_in
def booking_cancel(booking_id: int) -> ResponseReturnValue:
    """Ask once more, then give the place or the turn back."""
    person = current_person()
    mine = queries.get_own_booking(booking_id, person)
    if not mine.is_live or mine.session.is_cancelled or mine.session.starts_at <= clock.utc_now():
        return redirect(url_for("sessions.booking", booking_id=mine.id))
    form, held = ConfirmForm(), mine.holds_a_place
    if form.validate_on_submit():
        try:
            with transaction():
                services.cancel_booking(mine, by=person, now=clock.utc_now())
        except RuleBroken as refusal:
            show_refusal(form, refusal)
        else:
            done = "cancelled your place on" if held else "left the waiting list for"
            flash(f"You have {done} {mine.session.title}, {plain_date(mine.session.starts_at)}")
            return redirect(url_for("sessions.my_bookings"))
    page = render_template("sessions/booking_cancel.html", booking=mine, form=form)
    return page, 422 if form.errors else 200
