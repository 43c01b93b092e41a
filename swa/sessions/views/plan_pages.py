"""The pages of a session's plan: place, people, providers, texts, numbers."""

from typing import Any

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from swa.core import clock
from swa.core.access import signed_in
from swa.core.dates import LONDON
from swa.people.access import current_person
from swa.people.types import Role
from swa.sessions.forms.numbers import SizeForm
from swa.sessions.forms.planning import (
    JoiningForm,
    PeopleForm,
    PlaceForm,
    PreworkForm,
    ResourcesForm,
)
from swa.sessions.forms.topics import ProvidersForm
from swa.sessions.models import TrainingSession
from swa.sessions.queries import planning as queries
from swa.sessions.queries.access import get_session_to_manage
from swa.sessions.queries.topics import list_organisations
from swa.sessions.services import planning as services
from swa.sessions.services.changes import change_places
from swa.sessions.views import bp, choices
from swa.sessions.views.saving import answer


@bp.route("/sessions/<int:session_id>/plan/place", methods=["GET", "POST"])
@signed_in
def edit_place(session_id: int) -> ResponseReturnValue:
    """Set date, time and place of a draft; a published session is moved instead (IN-09)."""
    session, how = _load(session_id)
    if session.published_at is not None:
        return redirect(url_for("sessions.move", session_id=session_id))
    start = session.starts_at.astimezone(LONDON)
    form = PlaceForm(
        obj=session,
        data={
            "starts_on": start.date(),
            "start_time": start.time(),
            "minutes": session.duration_minutes,
        },
    )
    form.borough.choices = choices.of_boroughs(queries.list_known_boroughs())
    return _answer(session, form, "place", lambda: services.set_place(session, form.place(), **how))


@bp.route("/sessions/<int:session_id>/plan/people", methods=["GET", "POST"])
@signed_in
def edit_people(session_id: int) -> ResponseReturnValue:
    """Say who leads, who helps, and who leads with them (TR-07, TR-18).

    Whoever hands the session over and may no longer change it goes to their own list.
    """
    session, how = _load(session_id)
    form = PeopleForm(obj=session)
    first = {organisation.id for organisation in session.providers}
    facilitators = choices.of_people(queries.list_facilitators(), first_from=first)
    form.lead_facilitator_id.choices = form.co_facilitator_id.choices = facilitators
    form.support_person_id.choices = choices.of_people(queries.list_support_people(), first_from=())
    person, crew = current_person(), form.crew()
    goes_on = person.holds(Role.PROGRAMME_COORDINATOR) or person.id in {
        crew.lead_facilitator_id,
        crew.co_facilitator_id,
        session.created_by_id,
    }
    return answer(
        form,
        "sessions/plan_people.html",
        save=lambda: _say_who_gave_back(services.set_people(session, crew, **how)),
        leads_to=_checklist(session) if goes_on else url_for("sessions.run_list"),
        session=session,
    )


@bp.route("/sessions/<int:session_id>/plan/providers", methods=["GET", "POST"])
@signed_in
def edit_providers(session_id: int) -> ResponseReturnValue:
    """Say which organisations run the session together (AN-05, TR-18)."""
    session, how = _load(session_id)
    form = ProvidersForm(data={"organisation_ids": [each.id for each in session.providers]})
    form.organisation_ids.choices = choices.of_organisations(list_organisations())

    def save() -> None:
        services.set_providers(session, form.organisation_ids.data or [], **how)

    return _answer(session, form, "providers", save)


@bp.route("/sessions/<int:session_id>/plan/joining", methods=["GET", "POST"])
@signed_in
def edit_joining(session_id: int) -> ResponseReturnValue:
    """Change joining instructions and expectations of this session (MT-08)."""
    session, how = _load(session_id)
    form = JoiningForm(obj=session)
    return _answer(
        session, form, "joining", lambda: services.set_texts(session, form.texts(), **how)
    )


@bp.route("/sessions/<int:session_id>/plan/prework", methods=["GET", "POST"])
@signed_in
def edit_prework(session_id: int) -> ResponseReturnValue:
    """Change the prework of this session and how long it takes (CC-10)."""
    session, how = _load(session_id)
    form = PreworkForm(obj=session)
    return _answer(
        session, form, "prework", lambda: services.set_texts(session, form.texts(), **how)
    )


@bp.route("/sessions/<int:session_id>/plan/resources", methods=["GET", "POST"])
@signed_in
def edit_resources(session_id: int) -> ResponseReturnValue:
    """Say what people get afterwards, or that there is nothing (TR-06)."""
    session, how = _load(session_id)
    form = ResourcesForm(obj=session)
    return _answer(
        session, form, "resources", lambda: services.set_texts(session, form.texts(), **how)
    )


@bp.route("/sessions/<int:session_id>/plan/size", methods=["GET", "POST"])
@signed_in
def edit_size(session_id: int) -> ResponseReturnValue:
    """Change sizes and caps of this session; nobody who has a place loses it (CF-04)."""
    session, how = _load(session_id)
    form = SizeForm(data=vars(session.places))

    def save() -> None:
        change_places(session, form.places(), **how)

    return _answer(session, form, "size", save)


def _load(session_id: int) -> tuple[TrainingSession, dict[str, Any]]:
    """Return the session, and who changes it and when."""
    person = current_person()
    return get_session_to_manage(session_id, person), {"by": person, "now": clock.utc_now()}


def _say_who_gave_back(people: int) -> str:
    if not people:
        return "Saved"
    who = "1 person who runs the session" if people == 1 else f"{people} people who run the session"
    return f"Saved. {who} had booked: the place is free again, and we are emailing them."


def _answer(session: TrainingSession, form: Any, page: str, save: Any) -> ResponseReturnValue:
    return answer(
        form,
        f"sessions/plan_{page}.html",
        save=save,
        leads_to=_checklist(session),
        session=session,
    )


def _checklist(session: TrainingSession) -> str:
    return url_for("sessions.checklist", session_id=session.id)
