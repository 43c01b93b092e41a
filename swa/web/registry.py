"""Hands the lower packages the functions of the higher ones, and adds every blueprint.

A lower package never imports a higher one: it keeps a place for a function, filled here.
Filling it twice is harmless.
"""

from flask import Flask

from swa.calendars import emails as calendar_emails
from swa.calendars.feeds import services as feed_services
from swa.calendars.feeds import sources
from swa.calendars.feeds import views as feed_views
from swa.calendars.feeds.types import FeedKind
from swa.core import clock
from swa.home import views as home_views
from swa.messaging import engine, kinds
from swa.messaging.choices import choosing, links
from swa.people import cli as people_cli
from swa.people import emails as people_emails
from swa.people import tokens
from swa.people import views as people_views
from swa.people.services import importing, people, web_sessions
from swa.people.views import stopping
from swa.sessions import cli as sessions_cli
from swa.sessions import emails as sessions_emails
from swa.sessions import views as sessions_views
from swa.sessions.queries import duties
from swa.sessions.services import addresses, calendars, choices, leaving
from swa.web import mail, mailbox, messages, periodic
from swa.web.settings import Settings


def install(app: Flask, settings: Settings) -> None:
    """Add the blueprints, the mail kinds and the periodic work."""
    app.register_blueprint(home_views.bp)
    app.register_blueprint(people_views.bp)
    app.register_blueprint(sessions_views.bp)
    app.register_blueprint(feed_views.bp)
    mail.install(app, settings)
    _add_people(app)
    _add_sessions()
    messages.install()
    mailbox.install(app, settings)


def _add_people(app: Flask) -> None:
    for kind in people_emails.KINDS:
        kinds.register(kind)
    secrets = links.Secrets(
        new=tokens.new_secret, token_of=tokens.link_token, hash_of=tokens.hash_of
    )
    links.set_secrets(secrets)
    # Mail programs ask for it, without a browser and a form: the token is the only key.
    app.extensions["csrf"].exempt(stopping.stop_in_one_click)
    engine.every_minute("old mails", periodic.clear_old_mails)
    engine.every_minute("old sign-ins", periodic.clear_old_sign_ins)
    engine.every_minute(importing.WORK, people_cli.save_confirmed_imports)
    web_sessions.add_ending("calendar links", feed_services.end_links)


def _add_sessions() -> None:
    calendar_emails.register()
    sessions_emails.register()
    sources.register(FeedKind.PERSONAL, "sessions", calendars.list_booked)
    sources.register(FeedKind.RUNNING, "sessions", calendars.list_run)
    people.add_address_follower("sessions", addresses.follow_new_address)
    engine.every_minute("training", sessions_cli.keep_up)
    choosing.add_follower("sessions", choices.plan_what_is_wanted_again)
    people.add_leaving("sessions", _leaving_of_sessions())
    people.add_duty_list(
        "sessions", lambda person_id: duties.list_duties(person_id, now=clock.utc_now())
    )


def _leaving_of_sessions() -> people.Leaving:
    return people.Leaving(
        count=lambda person_id: leaving.count_held(person_id, now=clock.utc_now()),
        hold=leaving.hold_bookings,
        give_back=leaving.give_back_bookings,
    )
