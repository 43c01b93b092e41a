"""The page on which people make their calendar links, and what calendars fetch there.

Source:
    DC-11 (entries with the UID of the mails); section 5 of the calendar notes.
"""

import logging
from datetime import datetime

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError

from swa.calendars.building import feed
from swa.calendars.feeds import answers, queries, services
from swa.calendars.feeds.forms import LinkForm
from swa.calendars.feeds.types import FeedKind
from swa.core import clock
from swa.core.access import public, signed_in
from swa.core.db import db, transaction
from swa.messaging.rendering import full_url
from swa.messaging.setup import current_setup
from swa.people import tokens
from swa.people.access import current_person

log = logging.getLogger(__name__)
bp = Blueprint("feeds", __name__)
# What programs call the calendar, after the name of the alliance.
TITLES = {FeedKind.PERSONAL: "my sessions", FeedKind.RUNNING: "sessions I run"}


@bp.route("/account/calendar")
@signed_in
def calendar() -> ResponseReturnValue:
    """Show somebody which calendar links they have, and when a calendar last looked at them."""
    person = current_person()
    return render_template(
        "feeds/calendar.html",
        links={link.kind: link for link in queries.list_links(person)},
        kinds=[kind for kind in FeedKind if services.may_have(person, kind)],
        open_dates=_address_of_open_dates(),
    )


@bp.route("/account/calendar", methods=["POST"])
@signed_in
def make() -> ResponseReturnValue:
    """Make or replace one of somebody's calendar links and show it, this once.

    The address is in this answer and nowhere else, so no redirect leads to it.
    """
    person, form, now = current_person(), LinkForm(), clock.utc_now()
    if not form.validate_on_submit():
        abort(400)
    kind = FeedKind(form.kind.data or "")
    replaces = any(link.kind is kind for link in queries.list_links(person))
    with transaction():
        token = services.make_link(person, kind, now=now)
    address = full_url(url_for("feeds.fetch", token=token))
    return render_template("feeds/link.html", kind=kind, address=address, replaces=replaces)


@bp.route("/account/calendar/stop", methods=["POST"])
@signed_in
def stop() -> ResponseReturnValue:
    """Switch one of somebody's calendar links off."""
    person, form = current_person(), LinkForm()
    if not form.validate_on_submit():
        abort(400)
    with transaction():
        services.stop_link(person, FeedKind(form.kind.data or ""), now=clock.utc_now())
    flash("The calendar link is switched off")
    return redirect(url_for("feeds.calendar"))


@bp.route("/cal/<token>.ics")
@public
def fetch(token: str) -> ResponseReturnValue:
    """Hand a calendar program what the owner of the link may see now.

    The owner is not signed in, and signing in is never asked for: programs cannot follow.
    """
    now, token_hash = clock.utc_now(), tokens.hash_of(token)
    if not _may_look(token_hash, now):
        return answers.too_often()
    link = queries.find_link(token_hash)
    if link is None:
        return answers.no_calendar()
    entries = services.list_entries(link, now=now)
    title = f"{current_setup().alliance_name}: {TITLES[link.kind]}"
    newest = max([link.made_at, *(entry.revised_at for entry in entries)])
    return answers.calendar(feed(entries, title=title), revised_at=newest)


def _may_look(token_hash: str, now: datetime) -> bool:
    """Count the look; a busy database is no reason to leave a calendar without its dates.

    What is written is how often and when somebody looked, nothing else: the one page of ours that
    writes when it is read, beside the note of when a sign-in was last seen.
    """
    try:
        with transaction():
            return services.may_look(token_hash, place=request.remote_addr or "", now=now)
    except OperationalError:
        db.session.rollback()
        log.info("too busy to count a look at a calendar link")
        return True


def _address_of_open_dates() -> str:
    """Return where the dates for everybody are; empty when this installation shows none."""
    is_public = current_app.extensions["swa_settings"].public_feeds
    return full_url(url_for("sessions.open_dates")) if is_public else ""
