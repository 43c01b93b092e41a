"""Booking a place: questions, check answers, and then the booking's own page.

Source:
    DC-09, OT-03 (the time it takes stands first), CF-27 (the waiting list as the way on).
"""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from swa.core import clock
from swa.core.access import signed_in
from swa.core.db import transaction
from swa.core.errors import RuleBroken
from swa.core.forms.errors import show_refusal
from swa.people.access import current_person
from swa.people.models import Person
from swa.sessions.forms.booking import BookPlaceForm, ConfirmForm
from swa.sessions.models import TrainingSession
from swa.sessions.queries.access import get_session
from swa.sessions.queries.bookings import find_clash, find_live_booking
from swa.sessions.queries.standing import preview_booking
from swa.sessions.services.booking import book_place
from swa.sessions.services.readiness import crew_of
from swa.sessions.types import BookingDetails
from swa.sessions.views import answers, bp


@bp.route("/sessions/<int:session_id>/book", methods=["GET", "POST"])
@signed_in
def book(session_id: int) -> ResponseReturnValue:
    """Ask what the facilitators should know; nothing is stored yet."""
    person = current_person()
    session = get_session(session_id, person)
    if elsewhere := _if_not_bookable(session, person):
        return elsewhere
    given = answers.recall(f"book {session_id}", person)
    form = BookPlaceForm(data=given or {"access_needs": person.access_needs})
    if form.validate_on_submit() and answers.keep(f"book {session_id}", person, form):
        return redirect(url_for("sessions.book_check", session_id=session_id))
    page = render_template("sessions/book.html", session=session, form=form)
    return page, 422 if form.errors else 200


@bp.route("/sessions/<int:session_id>/book/check", methods=["GET", "POST"])
@signed_in
def book_check(session_id: int) -> ResponseReturnValue:
    """Show the answers once more, then book the place or a turn on the waiting list."""
    person = current_person()
    session = get_session(session_id, person)
    if elsewhere := _if_not_bookable(session, person):
        return elsewhere
    given = answers.recall(f"book {session_id}", person)
    if given is None:
        return redirect(url_for("sessions.book", session_id=session_id))
    form, details = ConfirmForm(), BookingDetails(**given)
    if form.validate_on_submit() and (done := _book(session, person, details, form)):
        return done
    page = render_template(
        "sessions/book_check.html",
        session=session,
        form=form,
        given=details,
        outlook=preview_booking(session, person, now=clock.utc_now()),
        clash=find_clash(session, person),
    )
    return page, 422 if form.errors else 200


def _book(
    session: TrainingSession, person: Person, details: BookingDetails, form: ConfirmForm
) -> ResponseReturnValue | None:
    """Book once; None when it was refused, with the reason on the form."""
    try:
        with transaction():
            booking = book_place(session, person, by=person, details=details, now=clock.utc_now())
    except RuleBroken as refusal:
        show_refusal(form, refusal)
        return _to_existing_booking(session, person)
    answers.finish(f"book {session.id}", person)
    return redirect(url_for("sessions.booking", booking_id=booking.id))


def _if_not_bookable(session: TrainingSession, person: Person) -> ResponseReturnValue | None:
    """Answer with the booking that exists, or with why there can be none; None goes on.

    Source:
        DC-09 (once only), IN-03 (closed at the start), IN-20 (see ``find_clash``).
    """
    if there := _to_existing_booking(session, person):
        return there
    runs_it = person.id in crew_of(session).ids
    if session.is_published and clock.utc_now() < session.starts_at and not runs_it:
        return None
    return render_template("sessions/book_closed.html", session=session, runs_it=runs_it)


def _to_existing_booking(session: TrainingSession, person: Person) -> ResponseReturnValue | None:
    """Lead to the booking that a second click or a reload would make again."""
    booking = find_live_booking(session, person)
    return redirect(url_for("sessions.booking", booking_id=booking.id)) if booking else None
