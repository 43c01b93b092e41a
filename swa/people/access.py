"""Who is asking, and whether the view is for them at all.

Source:
    IN-02: a form that comes without its token changes nothing; what was typed is kept.
"""

import logging
from datetime import timedelta
from typing import Protocol
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import validate_csrf
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response
from wtforms import ValidationError

from swa.core import clock, next_page
from swa.core.access import Audience, Policy, policy_of
from swa.core.db import db, transaction
from swa.people.models import Person
from swa.people.rules.sign_in import SEEN_EVERY, SessionLives
from swa.people.services import web_sessions
from swa.people.types import SessionLife

log = logging.getLogger(__name__)

COOKIE = "swa-session"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
NOT_ANSWERS = frozenset({"csrf_token", "code"})


class Installation(Protocol):
    """What of the settings matters here."""

    participant_idle_hours: int
    participant_most_days: int
    privileged_idle_minutes: int
    privileged_most_hours: int

    @property
    def uses_https(self) -> bool:
        """Whether cookies are ``Secure`` and carry the ``__Host-`` prefix."""

    @property
    def is_demo(self) -> bool:
        """Whether the demo pages exist."""


def find_current_person() -> Person | None:
    """Return who is signed in on this request, None for nobody."""
    person: Person | None = g.get("person")
    return person


def current_person() -> Person:
    """Return who is signed in; only for views whose policy asks for it.

    Raises:
        RuntimeError: Nobody is, so the view has the wrong policy.
    """
    person = find_current_person()
    if person is None:
        msg = "this view needs @signed_in or @roles(…)"
        raise RuntimeError(msg)
    return person


def current_session_id() -> int | None:
    """Return the row of the session this request came with, None when nobody is signed in."""
    session_id: int | None = g.get("web_session_id")
    return session_id


def cookie_name(settings: Installation) -> str:
    """Return the name of the session cookie; on https it is bound to the host."""
    return f"__Host-{COOKIE}" if settings.uses_https else COOKIE


def session_cookie() -> str:
    """Return the session id that the request carries, empty for none."""
    return request.cookies.get(cookie_name(installation()), "")


def remember(response: Response, token: str) -> None:
    """Give the browser its new session id."""
    settings = installation()
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=timedelta(days=settings.participant_most_days),
        secure=settings.uses_https,
        httponly=True,
        samesite="Lax",
    )


def forget(response: Response) -> None:
    """Take the session id from the browser."""
    settings = installation()
    response.delete_cookie(
        cookie_name(settings), secure=settings.uses_https, httponly=True, samesite="Lax"
    )


def installation() -> Installation:
    """Return the settings of the running application."""
    settings: Installation = current_app.extensions["swa_settings"]
    return settings


def install(app: Flask) -> None:
    """Check the view's policy before anything is loaded, so real and invented ids look alike."""

    @app.before_request
    def enforce() -> ResponseReturnValue | None:
        view = app.view_functions.get(request.endpoint or "")
        recognise()
        policy = policy_of(view) if view else None
        return decide(policy) if policy else None


def recognise() -> None:
    """Find out who is asking, and note now and then that they were here."""
    g.person = g.web_session_id = None
    token = session_cookie()
    if not token or request.endpoint == "static":
        return
    now = clock.utc_now()
    session = web_sessions.find(token, lives=session_lives(installation()), now=now)
    if session is None:
        return
    g.person, g.web_session_id = session.person, session.id
    if now - session.last_seen_at >= SEEN_EVERY and _came_from_within():
        _note_seen(session.id)


def _came_from_within() -> bool:
    """Say whether one of our pages led here.

    A page that was opened from a mail or typed writes nothing, not even when somebody was last
    seen: a program that opens mailed links must leave no trace (LK-2).
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.referrer or "").netloc == request.host


def session_lives(settings: Installation) -> SessionLives:
    """Return how long sign-ins last here."""
    return SessionLives(
        participant=SessionLife(
            idle=timedelta(hours=settings.participant_idle_hours),
            at_most=timedelta(days=settings.participant_most_days),
        ),
        privileged=SessionLife(
            idle=timedelta(minutes=settings.privileged_idle_minutes),
            at_most=timedelta(hours=settings.privileged_most_hours),
        ),
    )


def decide(policy: Policy) -> ResponseReturnValue | None:
    """Answer for somebody the view is not for; None lets them in."""
    person = find_current_person()
    if policy.audience is Audience.PUBLIC:
        return None
    if policy.audience is Audience.DEMO:
        return None if installation().is_demo else abort(404)
    if person is None:
        return _ask_to_sign_in()
    if policy.audience is Audience.ROLES and person.roles.isdisjoint(policy.roles):
        abort(403)
    return None


def _ask_to_sign_in() -> ResponseReturnValue:
    """Send a stranger to sign in; answers that came too late are kept on a page (C37)."""
    if request.method not in SAFE and _came_from_our_page():
        kept = [
            (name, answer)
            for name, answer in request.form.items(multi=True)
            if name not in NOT_ANSWERS
        ]
        return render_template("people/sign_in_again.html", kept=kept, has_files=request.files), 401
    place = next_page.name_of(request.endpoint, request.view_args)
    return redirect(url_for("people.sign_in", **place))


def _came_from_our_page() -> bool:
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    return True


def _note_seen(session_id: int) -> None:
    """Write the moment down; a busy database is no reason to refuse the page."""
    try:
        with transaction():
            web_sessions.note_seen(session_id, now=clock.utc_now())
    except OperationalError:
        db.session.rollback()
        log.info("too busy to note when a session was last seen")
