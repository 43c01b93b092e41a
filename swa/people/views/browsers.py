"""The cookies of sign-in: which browser asked, who has used it before, who is signed in.

``swa-asking`` binds a link to the browser that asked for it and lives for 15 minutes.
``swa-known`` lets the owner of an address ask for links whatever strangers do, for a year; it
signs nobody in. On https both carry the ``__Host-`` prefix.
"""

from dataclasses import replace
from datetime import timedelta

from flask import current_app, flash, redirect, request, url_for
from flask import session as kept
from werkzeug.wrappers import Response as AnyResponse

from swa.core import next_page
from swa.people import access, tokens
from swa.people.rules.sign_in import ASKING_LIFE
from swa.people.services.sign_in import Browser

ASKING = "swa-asking"
KNOWN = "swa-known"
KNOWN_LIFE = timedelta(days=365)
KNOWN_MAX_LENGTH = 400
WHERE_TO = "where_to"
OF = "of"


def this_browser() -> Browser:
    """Return what the request tells about its browser.

    The network address is the one that the trusted proxies report, never a header as sent.
    """
    secret = request.cookies.get(_name(ASKING), "")
    known = request.cookies.get(_name(KNOWN), "")
    return Browser(
        secret=secret if tokens.BROWSER_ID.fullmatch(secret) else "",
        place=request.remote_addr or "",
        known=known if len(known) <= KNOWN_MAX_LENGTH else "",
        name=_what_it_calls_itself(),
        session=access.session_cookie(),
    )


def asking_browser() -> Browser:
    """Return the browser of somebody who asks for a link; a new one gets its secret."""
    browser = this_browser()
    if browser.secret:
        return browser
    return replace(browser, secret=tokens.new_secret())


def remember_asking(response: AnyResponse, browser: Browser) -> None:
    """Let the browser show, for 15 minutes, that it asked."""
    _set(response, ASKING, browser.secret, ASKING_LIFE)


def welcome(person_id: int, token: str, browser: Browser) -> AnyResponse:
    """Answer the browser that has just signed in: new cookies, then the page it came for."""
    path = next_page.path_of(kept.get(WHERE_TO) or {})
    response = redirect(path or url_for("home.dashboard"))
    renew_form_tokens(person_id)
    access.remember(response, token)
    _set(response, KNOWN, tokens.make_known(browser.known, person_id), KNOWN_LIFE)
    response.delete_cookie(_name(ASKING), secure=_is_https(), httponly=True, samesite="Lax")
    return response


def renew_form_tokens(person_id: int | None) -> None:
    """Let the form tokens of anybody else die; one's own survive signing in again (C37)."""
    if person_id is None or kept.get(OF) != person_id:
        kept.clear()
    kept.pop(WHERE_TO, None)
    kept[OF] = person_id


def farewell(sentence: str) -> AnyResponse:
    """Answer a browser that has signed out."""
    response = redirect(url_for("people.sign_in"))
    renew_form_tokens(None)
    flash(sentence)
    access.forget(response)
    return response


def _set(response: AnyResponse, name: str, value: str, life: timedelta) -> None:
    response.set_cookie(
        _name(name), value, max_age=life, secure=_is_https(), httponly=True, samesite="Lax"
    )


def _name(name: str) -> str:
    return f"__Host-{name}" if _is_https() else name


def _is_https() -> bool:
    return bool(current_app.extensions["swa_settings"].uses_https)


def _what_it_calls_itself() -> str:
    """Name the browser and the system in words a person knows; the rest is of no use to them."""
    told = request.headers.get("User-Agent", "")
    browsers = ("Edg", "OPR", "Firefox", "Chrome", "Safari")
    systems = ("iPhone", "iPad", "Android", "Windows", "Mac OS X", "CrOS", "Linux")
    words = {"Edg": "Edge", "OPR": "Opera", "Mac OS X": "Mac", "CrOS": "Chromebook"}
    browser = next((name for name in browsers if name in told), "")
    system = next((name for name in systems if name in told), "")
    found = [words.get(name, name) for name in (browser, system) if name]
    return " on ".join(found) or "Another program"
