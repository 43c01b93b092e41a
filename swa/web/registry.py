"""Hands the lower packages the functions of the higher ones, and adds every blueprint.

A lower package never imports a higher one: it keeps a place for a function, filled here.
Filling it twice is harmless.
"""

from flask import Flask
from sqlalchemy import select

from swa.core.db import db
from swa.home import views as home_views
from swa.messaging import dispatcher, engine, kinds, rendering
from swa.messaging import setup as mail_setup
from swa.messaging.types import Recipient
from swa.people import emails as people_emails
from swa.people import views as people_views
from swa.people.models import Person
from swa.sessions import emails as sessions_emails
from swa.sessions import views as sessions_views
from swa.web.settings import Settings, SettingsError


def install(app: Flask, settings: Settings) -> None:
    """Add the blueprints, the mail kinds and the periodic work."""
    app.register_blueprint(home_views.bp)
    app.register_blueprint(people_views.bp)
    app.register_blueprint(sessions_views.bp)
    _add_mail(app, settings)
    _add_people(app)


def _add_mail(app: Flask, settings: Settings) -> None:
    facts = mail_setup.MailSetup(
        base_url=settings.base_url,
        sender=(settings.alliance_name, settings.mail_from),
        coordinator_address=settings.coordinator_address,
        smtp_url=settings.smtp_url.get_secret_value(),
        is_demo=settings.is_demo,
        service_name=settings.service_name,
        alliance_name=settings.alliance_name,
        help_phone=settings.help_phone,
        help_hours=settings.help_hours,
        brand_colour=settings.brand_colour,
    )
    mail_setup.install(app, facts)
    rendering.install(app)
    try:
        dispatcher.install(app, facts.smtp_url)
    except ValueError as wrong:
        raise SettingsError(str(wrong)) from wrong
    kinds.set_directory(_find_recipient)
    on_postgresql = settings.database_url.startswith("postgresql")
    follows = settings.database_url if on_postgresql else str(settings.instance_path / "queue.db")
    engine.install(app, queue_url=settings.queue_url or follows, threads=settings.worker_threads)


def _find_recipient(person_id: int) -> Recipient | None:
    person = db.session.scalars(select(Person).where(Person.id == person_id)).one_or_none()
    if person is None:
        return None
    return Recipient(person.name, person.email, is_active=person.is_active)


def _add_people(app: Flask) -> None:
    for kind in people_emails.KINDS:
        kinds.register(kind)
    sessions_emails.register()
