"""Topics: the list and the page of one for everybody, the editor for the programme coordinator."""

from collections.abc import Callable
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from swa.core import clock
from swa.core.access import roles, signed_in
from swa.core.dates import local_date
from swa.core.db import transaction
from swa.core.saving import saved
from swa.messaging.rendering import full_url
from swa.people.access import current_person
from swa.people.types import Role
from swa.sessions.forms.numbers import TopicNumbersForm
from swa.sessions.forms.planning import ButtonForm
from swa.sessions.forms.topics import (
    CreateTopicForm,
    ProvidersForm,
    TopicAboutForm,
    TopicMessagesForm,
    TopicReferralForm,
)
from swa.sessions.models import Topic
from swa.sessions.queries import topics as queries
from swa.sessions.rules.topics import TopicPart
from swa.sessions.services import topics as services
from swa.sessions.types import TopicKind
from swa.sessions.views import bp, choices
from swa.sessions.views.saving import answer


@bp.route("/topics/")
@signed_in
def list_topics() -> ResponseReturnValue:
    """List all topics with their next dates (SS-15)."""
    person = current_person()
    topics = queries.list_topics(person)
    now = clock.utc_now()
    return render_template(
        "sessions/list_topics.html",
        topics=topics,
        dates=queries.list_next_dates([topic.id for topic in topics], now=now),
        today=local_date(now),
        can_edit=person.holds(Role.PROGRAMME_COORDINATOR),
    )


@bp.route("/topics/<int:topic_id>")
@signed_in
def show_topic(topic_id: int) -> ResponseReturnValue:
    """Say what a topic is about, who it is for, and when it is next."""
    person = current_person()
    topic = queries.get_topic(topic_id, person)
    dates = queries.list_next_dates([topic_id], now=clock.utc_now())
    return render_template(
        "sessions/show_topic.html",
        topic=topic,
        dates=dates.get(topic_id, []),
        calendar=_calendar_of(topic),
        can_edit=person.holds(Role.PROGRAMME_COORDINATOR),
        can_plan=person.holds(Role.PROGRAMME_COORDINATOR, Role.FACILITATOR),
    )


def _calendar_of(topic: Topic) -> str:
    """Return where the dates of a topic are for everybody; empty when nobody is shown them."""
    path = url_for("sessions.open_dates_of_topic", topic_id=topic.id)
    is_open = current_app.extensions["swa_settings"].public_feeds and topic.is_active
    return full_url(path) if is_open else ""


@bp.route("/topics/new", methods=["GET", "POST"])
@roles(Role.PROGRAMME_COORDINATOR)
def create_topic() -> ResponseReturnValue:
    """Make a topic; it is offered for new sessions at once (AN-31)."""
    form, by, now = CreateTopicForm(), current_person(), clock.utc_now()
    made: list[Topic] = []

    def save() -> None:
        kind = TopicKind(form.kind.data)
        made.append(services.create_topic(kind, form.part(), by=by, now=now))

    if form.validate_on_submit() and saved(form, save):
        flash("You have added the topic")
        return redirect(url_for("sessions.edit_topic", topic_id=made[-1].id))
    page = render_template("sessions/create_topic.html", form=form)
    return page, 422 if form.errors else 200


@bp.route("/topics/<int:topic_id>/edit")
@roles(Role.PROGRAMME_COORDINATOR)
def edit_topic(topic_id: int) -> ResponseReturnValue:
    """Show the pages of a topic with what each still lacks."""
    topic = queries.get_topic(topic_id, current_person())
    gaps = services.list_gaps(topic)
    return render_template(
        "sessions/edit_topic.html",
        topic=topic,
        gaps={part: [gap for gap in gaps if gap.part == part] for part in TopicPart},
        button=ButtonForm(),
    )


@bp.route("/topics/<int:topic_id>/edit/about", methods=["GET", "POST"])
@roles(Role.PROGRAMME_COORDINATOR)
def edit_topic_about(topic_id: int) -> ResponseReturnValue:
    """Change title, overview, who it is for, and length.

    A new title goes to everybody who has it in their calendar, so the page says first how many
    those are (C14).
    """
    topic = queries.get_topic(topic_id, current_person())
    form, told = TopicAboutForm(obj=topic), 0
    if form.validate_on_submit() and form.title.data != topic.title:
        told = services.count_to_tell(topic, now=clock.utc_now())
        if told and not form.was_seen(told):
            return render_template("sessions/topic_about.html", form=form, topic=topic, told=told)
    return _answer(topic, form, "about", lambda: _edit(topic, form), told=told)


@bp.route("/topics/<int:topic_id>/edit/messages", methods=["GET", "POST"])
@roles(Role.PROGRAMME_COORDINATOR)
def edit_topic_messages(topic_id: int) -> ResponseReturnValue:
    """Change prework, joining instructions and expectations (MT-08)."""
    topic = queries.get_topic(topic_id, current_person())
    answered = topic.kind == TopicKind.CORE or topic.prework or topic.joining_instructions
    needs = ("yes" if topic.needs_prework else "no") if answered else None
    form = TopicMessagesForm(obj=topic)
    if not form.is_submitted():
        form.needs_prework.data = needs
    return _answer(topic, form, "messages", lambda: _edit(topic, form))


@bp.route("/topics/<int:topic_id>/edit/referral", methods=["GET", "POST"])
@roles(Role.PROGRAMME_COORDINATOR)
def edit_topic_referral(topic_id: int) -> ResponseReturnValue:
    """Change limits of advice, when and how to refer, and the five plan sections."""
    topic = queries.get_topic(topic_id, current_person())
    form = TopicReferralForm(obj=topic)
    return _answer(topic, form, "referral", lambda: _edit(topic, form))


@bp.route("/topics/<int:topic_id>/edit/providers", methods=["GET", "POST"])
@roles(Role.PROGRAMME_COORDINATOR)
def edit_topic_providers(topic_id: int) -> ResponseReturnValue:
    """Say which organisations run the topic's sessions."""
    topic, by, now = _load(topic_id), current_person(), clock.utc_now()
    form = ProvidersForm(data={"organisation_ids": [each.id for each in topic.providers]})
    form.organisation_ids.choices = choices.of_organisations(queries.list_organisations())

    def save() -> None:
        services.set_topic_providers(topic, form.organisation_ids.data or [], by=by, now=now)

    return _answer(topic, form, "providers", save)


@bp.route("/topics/<int:topic_id>/edit/numbers", methods=["GET", "POST"])
@roles(Role.PROGRAMME_COORDINATOR)
def edit_topic_numbers(topic_id: int) -> ResponseReturnValue:
    """Change sizes, caps and days, each beside the toolkit's number (OT-06)."""
    topic, by, now = _load(topic_id), current_person(), clock.utc_now()
    days = services.days_of(topic)
    form = TopicNumbersForm(data={**vars(topic.places), **vars(topic.times), **vars(days)})

    def save() -> None:
        services.set_numbers(topic, form.places(), form.times(), by=by, now=now)
        services.set_days(topic, form.days(), by=by, now=now)

    return _answer(topic, form, "numbers", save)


@bp.route("/topics/<int:topic_id>/offer", methods=["POST"])
@roles(Role.PROGRAMME_COORDINATOR)
def offer_topic(topic_id: int) -> ResponseReturnValue:
    """Offer a topic for new sessions, or let it rest."""
    topic, by, now = _load(topic_id), current_person(), clock.utc_now()
    is_offered = request.form.get("offer") == "yes"
    if ButtonForm().validate_on_submit():
        with transaction():
            services.offer_topic(topic, is_offered=is_offered, by=by, now=now)
        flash("The topic is offered again" if is_offered else "The topic is paused")
    return redirect(url_for("sessions.edit_topic", topic_id=topic_id))


def _load(topic_id: int) -> Topic:
    return queries.get_topic(topic_id, current_person())


def _edit(topic: Topic, form: Any) -> None:
    services.edit_topic(topic, form.part(), by=current_person(), now=clock.utc_now())


def _answer(
    topic: Topic, form: Any, part: str, save: Callable[[], None], **values: Any
) -> ResponseReturnValue:
    return answer(
        form,
        f"sessions/topic_{part}.html",
        save=save,
        leads_to=url_for("sessions.edit_topic", topic_id=topic.id),
        topic=topic,
        **values,
    )
