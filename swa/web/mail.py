"""Hands messaging what it needs of the installation, of people and of the queue."""

from collections.abc import Collection
from datetime import datetime

from flask import Flask
from sqlalchemy import ColumnElement, select

from swa.core.db import db
from swa.messaging import dispatcher, engine, kinds, services
from swa.messaging import setup as mail_setup
from swa.messaging import views as messaging_views
from swa.messaging.bounces import arrivals
from swa.messaging.models import OutboxMessage
from swa.messaging.rules.pace import Pace
from swa.messaging.texts import services as texts
from swa.messaging.types import Recipient
from swa.messaging.views import reader
from swa.people.access import current_person, find_current_person
from swa.people.models import Person
from swa.people.services import audit
from swa.people.types import Role
from swa.web.settings import Settings, SettingsError


def install(app: Flask, settings: Settings) -> None:
    """Set up mail and the engine; neither connects to anything before it is used.

    Raises:
        SettingsError: SWA_SMTP_URL cannot be used.
    """
    facts = mail_setup.MailSetup(
        base_url=settings.base_url,
        sender=(settings.alliance_name, settings.mail_from),
        bounce_address=settings.bounce_address,
        pace=Pace(settings.mail_per_domain or 0, settings.mail_per_minute or 0),
        coordinator_address=settings.coordinator_address,
        smtp_url=settings.smtp_url.get_secret_value(),
        notify_url=settings.notify_url,
        notify_api_key=settings.notify_api_key.get_secret_value(),
        notify_template_id=settings.notify_template_id,
        is_demo=settings.is_demo,
        service_name=settings.service_name,
        alliance_name=settings.alliance_name,
        help_phone=settings.help_phone,
        help_hours=settings.help_hours,
        brand_colour=settings.brand_colour,
    )
    mail_setup.install(app, facts)
    kinds.set_directory(_list_recipients)
    kinds.set_address_column(_address_column)
    services.set_recorder(_record)
    texts.set_recorder(audit.record)
    reader.set_finder(_find_reader)
    try:
        dispatcher.install(app, facts.smtp_url)
    except ValueError as wrong:
        raise SettingsError(str(wrong)) from wrong
    engine.every_minute(arrivals.WORK, arrivals.look_for_arrivals)
    app.register_blueprint(messaging_views.bp)
    engine.install(app, queue_url=_queue_url(settings), threads=settings.worker_threads)


def _queue_url(settings: Settings) -> str:
    """Return where hints go: beside the data, unless a setting says otherwise."""
    if settings.queue_url:
        return settings.queue_url
    if settings.database_url.startswith("postgresql"):
        return settings.database_url
    return str(settings.instance_path / ("demo-queue.db" if settings.is_demo else "queue.db"))


def _list_recipients(person_ids: Collection[int]) -> dict[int, Recipient]:
    columns = (Person.id, Person.name, Person.email, Person.is_active)
    people = db.session.execute(select(*columns).where(Person.id.in_(list(person_ids))))
    return {p.id: Recipient(p.name, p.email, is_active=p.is_active) for p in people}


def _address_column() -> ColumnElement[str]:
    """Return the address of the person of an outbox row."""
    theirs = select(Person.email).where(Person.id == OutboxMessage.person_id)
    return theirs.correlate(OutboxMessage).scalar_subquery()


def _record(what: str, about: str, now: datetime) -> None:
    person = find_current_person()
    audit.record(what, about=about, by_id=person.id if person else None, now=now)


def _find_reader() -> reader.Reader:
    person = current_person()
    is_administrator = person.holds(Role.ADMINISTRATOR)
    return reader.Reader(person.id, is_administrator=is_administrator, person=person)
