"""The pages behind the link that stops optional messages (MAIL-10).

They are the same whether the link is one of ours or not, and name nobody and nothing.
"""

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from swa.core import clock
from swa.core.access import public
from swa.core.db import transaction
from swa.people.forms.sign_in import PressForm
from swa.people.services import choices as services
from swa.people.views import bp

ONE_CLICK = "One-Click"


@bp.route("/stop-messages/<token>")
@public
def stop_messages(token: str) -> ResponseReturnValue:
    """Ask with one button; opening the page reads and changes nothing (LK-2)."""
    return _page("people/stop_messages.html", token=token, form=PressForm())


@bp.route("/stop-messages/<token>", methods=["POST"])
@public
def stop_in_one_click(token: str) -> ResponseReturnValue:
    """Let a mail program stop them in one click, without a browser (RFC 8058, 3.2).

    Anything else that is posted here changes nothing and is shown the page with the button.
    """
    if request.form.get("List-Unsubscribe") != ONE_CLICK:
        return _page("people/stop_messages.html", token=token, form=PressForm())
    return _stop(token)


@bp.route("/stop-messages/<token>/stop", methods=["POST"])
@public
def stop_by_button(token: str) -> ResponseReturnValue:
    """Stop them because the button was pressed."""
    return _stop(token)


def _stop(token: str) -> ResponseReturnValue:
    place, now = request.remote_addr or "", clock.utc_now()
    with transaction():
        is_fine = services.stop_by_link(token, place=place, now=now)
    if not is_fine:
        return _page("errors/429.html", 429)
    return _page("people/stop_messages_done.html")


def _page(name: str, status: int = 200, **values: object) -> Response:
    response = make_response(render_template(name, **values), status)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
