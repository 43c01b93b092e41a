"""The desk books a place for somebody who called or wrote (AN-14).

Source:
    AN-14 (help by telephone and e-mail), IN-11 (access needs), CF-27, IN-20.
"""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from swa.core import clock
from swa.core.access import signed_in
from swa.core.db import transaction
from swa.core.errors import RuleBroken
from swa.core.forms.errors import show_refusal
from swa.people.access import current_person
from swa.people.models import Person
from swa.sessions.forms.attendance import MOST_FOUND, FindPersonForm
from swa.sessions.forms.booking import BookForSomebodyForm
from swa.sessions.models import Booking, TrainingSession
from swa.sessions.queries import access
from swa.sessions.queries import desk as queries
from swa.sessions.queries.bookings import find_clash
from swa.sessions.queries.standing import preview_booking
from swa.sessions.services.booking_for import book_for
from swa.sessions.views import bp


@bp.route("/sessions/<int:session_id>/desk/add")
@signed_in
def desk_add(session_id: int) -> ResponseReturnValue:
    """Find the person who asked for a place."""
    session = access.get_session_to_manage(session_id, current_person())
    if not _is_open(session):
        return redirect(url_for("sessions.desk", session_id=session_id))
    search = FindPersonForm(request.args)
    found = queries.find_people_to_book(search.words, session=session) if search.is_ready() else []
    page = render_template(
        "sessions/desk_add.html",
        session=session,
        form=search,
        found=found[:MOST_FOUND],
        are_more=len(found) > MOST_FOUND,
    )
    return page, 422 if search.errors else 200


@bp.route("/sessions/<int:session_id>/desk/add/<int:person_id>", methods=["GET", "POST"])
@signed_in
def desk_add_person(session_id: int, person_id: int) -> ResponseReturnValue:
    """Say whether there is a place for the person, then book it or a turn."""
    by, now = current_person(), clock.utc_now()
    session = access.get_session_to_manage(session_id, by)
    person = queries.get_person_to_book(person_id)
    if not _is_open(session):
        return redirect(url_for("sessions.desk", session_id=session_id))
    form = BookForSomebodyForm()
    if form.validate_on_submit() and (booking := _book(session, person, form, by=by)):
        flash(_what_was_done(booking))
        return redirect(url_for("sessions.desk", session_id=session_id))
    page = render_template(
        "sessions/desk_add_person.html",
        session=session,
        person=person,
        form=form,
        outlook=preview_booking(session, person, now=now),
        has_clash=find_clash(session, person) is not None,
    )
    return page, 422 if form.errors else 200


def _is_open(session: TrainingSession) -> bool:
    return session.is_published and clock.utc_now() < session.starts_at


def _book(
    session: TrainingSession, person: Person, form: BookForSomebodyForm, *, by: Person
) -> Booking | None:
    """Book once; None when it was refused, with the reason on the form."""
    needs, now = form.access_needs.data or "", clock.utc_now()
    try:
        with transaction():
            return book_for(session, person, by=by, told_needs=needs, now=now)
    except RuleBroken as refusal:
        show_refusal(form, refusal)
        return None


def _what_was_done(booking: Booking) -> str:
    done = "has a place" if booking.holds_a_place else "is on the waiting list"
    return f"{booking.person.name} {done}. We will email them."
