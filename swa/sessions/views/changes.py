"""Moving a session, calling it off and changing its number of places.

Each is asked once more, with how many people will be told.
"""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from swa.core import clock
from swa.core.access import signed_in
from swa.core.dates import LONDON
from swa.core.db import transaction
from swa.core.errors import RuleBroken
from swa.core.forms.errors import show_refusal
from swa.people.access import current_person
from swa.sessions.forms.booking import CheckForm
from swa.sessions.forms.changes import (
    CancelSessionForm,
    MoveForm,
    NumberOfPlacesForm,
    new_date,
)
from swa.sessions.models import TrainingSession
from swa.sessions.queries.access import get_session_to_manage
from swa.sessions.queries.bookings import list_live_bookings
from swa.sessions.queries.standing import count_moving_up
from swa.sessions.rules.changes import check_move
from swa.sessions.rules.places import with_largest
from swa.sessions.services.changes import (
    cancel_session,
    change_number_of_places,
    check_number_of_places,
    move_session,
)
from swa.sessions.views import answers, bp


@bp.route("/sessions/<int:session_id>/move", methods=["GET", "POST"])
@signed_in
def move(session_id: int) -> ResponseReturnValue:
    """Ask for the new date, time and place; nothing changes yet."""
    person = current_person()
    session = get_session_to_manage(session_id, person)
    if not _is_coming(session):
        return redirect(url_for("sessions.desk", session_id=session_id))
    form = MoveForm(data=_shown(session, answers.recall(f"move {session_id}", person)))
    journey = f"move {session_id}"
    if (
        form.validate_on_submit()
        and _can_move(session, form)
        and answers.keep(journey, person, form)
    ):
        return redirect(url_for("sessions.move_check", session_id=session_id))
    page = render_template("sessions/move.html", session=session, form=form)
    return page, 422 if form.errors else 200


@bp.route("/sessions/<int:session_id>/move/check", methods=["GET", "POST"])
@signed_in
def move_check(session_id: int) -> ResponseReturnValue:
    """Show before and after and who will be told; then move the session (IN-09, C14)."""
    person = current_person()
    session = get_session_to_manage(session_id, person)
    given = answers.recall(f"move {session_id}", person)
    if given is None or not _is_coming(session):
        return redirect(url_for("sessions.move", session_id=session_id))
    form, new = CheckForm(), new_date(given)
    again = bool(given.get("prework_again"))
    if answers.are_seen(form, given) and form.validate_on_submit():
        try:
            with transaction():
                told = move_session(
                    session, new, by=person, now=clock.utc_now(), prework_again=again
                )
        except RuleBroken as refusal:
            show_refusal(form, refusal)
        else:
            answers.finish(f"move {session_id}", person)
            return _done(session_id, "You have moved the session", told)
    told = len(list_live_bookings(session))
    page = render_template(
        "sessions/move_check.html", session=session, form=form, new=new, told=told, again=again
    )
    return page, 422 if form.errors or form.form_errors else 200


@bp.route("/sessions/<int:session_id>/cancel", methods=["GET", "POST"])
@signed_in
def cancel(session_id: int) -> ResponseReturnValue:
    """Ask for the reason and once more, then call the session off and tell everybody."""
    person = current_person()
    session = get_session_to_manage(session_id, person)
    if session.is_cancelled or session.ends_at <= clock.utc_now():
        return redirect(url_for("sessions.desk", session_id=session_id))
    form = CancelSessionForm()
    if form.validate_on_submit():
        try:
            with transaction():
                told = cancel_session(
                    session, reason=form.reason.data or "", by=person, now=clock.utc_now()
                )
        except RuleBroken as refusal:
            show_refusal(form, refusal)
        else:
            return _done(session_id, "You have cancelled the session", told)
    told = len(list_live_bookings(session))
    page = render_template("sessions/cancel.html", session=session, form=form, told=told)
    return page, 422 if form.errors else 200


@bp.route("/sessions/<int:session_id>/places", methods=["GET", "POST"])
@signed_in
def places(session_id: int) -> ResponseReturnValue:
    """Ask for another number of places; nothing changes yet (CC-02)."""
    person, journey = current_person(), f"places {session_id}"
    session = get_session_to_manage(session_id, person)
    if not _is_coming(session):
        return redirect(url_for("sessions.desk", session_id=session_id))
    form = NumberOfPlacesForm(data=answers.recall(journey, person) or vars(session.places))
    if (
        form.validate_on_submit()
        and _can_have(session, form)
        and answers.keep(journey, person, form)
    ):
        return redirect(url_for("sessions.places_check", session_id=session_id))
    page = render_template("sessions/places.html", session=session, form=form)
    return page, 422 if form.errors else 200


@bp.route("/sessions/<int:session_id>/places/check", methods=["GET", "POST"])
@signed_in
def places_check(session_id: int) -> ResponseReturnValue:
    """Say who moves up and will be told; then change the number of places (C14)."""
    person, journey, now = current_person(), f"places {session_id}", clock.utc_now()
    session = get_session_to_manage(session_id, person)
    given = answers.recall(journey, person)
    if given is None or not _is_coming(session):
        return redirect(url_for("sessions.places", session_id=session_id))
    form, largest = CheckForm(), given["largest"]
    if answers.are_seen(form, given) and form.validate_on_submit():
        try:
            with transaction():
                told = change_number_of_places(session, largest, by=person, now=now)
        except RuleBroken as refusal:
            show_refusal(form, refusal)
        else:
            answers.finish(journey, person)
            what = "1 place" if largest == 1 else f"{largest} places"
            return _done(session_id, f"The session has {what} now", told)
    new = with_largest(session.places, largest)
    told = count_moving_up(session, new, now=now)
    page = render_template(
        "sessions/places_check.html", session=session, form=form, new=new, told=told
    )
    return page, 422 if form.errors or form.form_errors else 200


def _done(session_id: int, what: str, told: int) -> ResponseReturnValue:
    people = "1 person" if told == 1 else f"{told} people"
    flash(f"{what}. We are emailing {people}." if told else what)
    return redirect(url_for("sessions.desk", session_id=session_id))


def _is_coming(session: TrainingSession) -> bool:
    return session.is_published and clock.utc_now() < session.starts_at


def _can_move(session: TrainingSession, form: MoveForm) -> bool:
    """Say already on the first page what the service would refuse on the second."""
    try:
        check_move(session.status, session.date, new_date(form.answers()), now=clock.utc_now())
    except RuleBroken as refusal:
        show_refusal(form, refusal)
        return False
    return True


def _can_have(session: TrainingSession, form: NumberOfPlacesForm) -> bool:
    """Say already on the first page what the service would refuse on the second."""
    try:
        check_number_of_places(session, form.largest.data or 0, now=clock.utc_now())
    except RuleBroken as refusal:
        show_refusal(form, refusal)
        return False
    return True


def _shown(session: TrainingSession, given: dict[str, Any] | None) -> dict[str, Any]:
    """Return what the form shows at first: the answers so far, or the session as it is."""
    date = new_date(given) if given else session
    start, end = date.starts_at.astimezone(LONDON), date.ends_at.astimezone(LONDON)
    return {
        "starts_on": start.date(),
        "starts_at": start.time(),
        "ends_at": end.time(),
        "mode": date.mode.value,
        "online_link": date.online_link,
        "venue": date.venue,
        "prework_again": bool(given and given.get("prework_again")),
    }
