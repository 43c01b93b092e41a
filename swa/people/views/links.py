"""The pages behind a mailed link, the same for signing in and for registering."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Response, make_response, render_template
from flask.typing import ResponseReturnValue

from swa.core import clock
from swa.core.db import transaction
from swa.people.forms.sign_in import CodeForm, PressForm
from swa.people.models import SignInLink
from swa.people.rules.sign_in import mask_address
from swa.people.services import sign_in as services
from swa.people.services.sign_in import Browser, SignedIn
from swa.people.types import LinkPurpose
from swa.people.views import browsers

WRONG_CODE = "Enter the code from the newest email, or ask for a new one"


@dataclass(frozen=True)
class LinkPages:
    """What differs between the pages of two purposes.

    Attributes:
        purpose: Links of other purposes are refused.
        link_endpoint: The page behind the link.
        code_endpoint: The page with the box for the code.
        start_endpoint: Where a new link is asked for.
        finish: What happens once the link is used up; None when it cannot happen any more.
    """

    purpose: LinkPurpose
    link_endpoint: str
    code_endpoint: str
    start_endpoint: str
    finish: Callable[..., SignedIn | None]


def show(pages: LinkPages, token: str) -> ResponseReturnValue:
    """Show the page behind a link: the masked address and one button, nothing is written."""
    link = services.find_usable_link(token, pages.purpose, now=clock.utc_now())
    if link is None:
        return _dead(pages)
    page = render_template(
        "people/open_link.html",
        pages=pages,
        token=token,
        address=mask_address(link.email),
        form=PressForm(),
    )
    return _unreferred(page)


def use(pages: LinkPages, token: str) -> ResponseReturnValue:
    """Use the link up in the browser that asked; any other is told what to do."""
    browser, now = browsers.this_browser(), clock.utc_now()
    with transaction():
        link = services.use_link(token, pages.purpose, browser, now=now)
        signed_in = pages.finish(link, browser, now=now) if link else None
    if signed_in:
        return browsers.welcome(signed_in.person_id, signed_in.token, browser)
    if services.find_usable_link(token, pages.purpose, now=now) is None:
        return _dead(pages)
    return _unreferred(render_template("people/open_link_elsewhere.html", pages=pages), 403)


def try_code(pages: LinkPages, form: CodeForm) -> ResponseReturnValue | None:
    """Sign in with a typed code; None after a wrong one, with the sentence on the form."""
    browser, now = browsers.this_browser(), clock.utc_now()
    with transaction():
        may_try = services.may_try_code(browser, now=now)
        signed_in = _finish_by_code(pages, form.code.data or "", browser, now) if may_try else None
    if not may_try:
        return too_many()
    if signed_in:
        return browsers.welcome(signed_in.person_id, signed_in.token, browser)
    form.code.errors = [*form.code.errors, WRONG_CODE]
    return None


def too_many() -> ResponseReturnValue:
    """Say that it was asked for too often, and when to go on."""
    return render_template("people/sign_in_slower.html"), 429


def _finish_by_code(
    pages: LinkPages, typed: str, browser: Browser, now: datetime
) -> SignedIn | None:
    link: SignInLink | None = services.use_code(typed, pages.purpose, browser, now=now)
    return pages.finish(link, browser, now=now) if link else None


def _dead(pages: LinkPages) -> Response:
    """Show one page for links that are used, expired, changed or were never made."""
    return _unreferred(render_template("people/open_link_dead.html", pages=pages), 404)


def _unreferred(page: str, status: int = 200) -> Response:
    response = make_response(page, status)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
