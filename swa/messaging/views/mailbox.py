"""The mailbox of the demonstration: every message as it would arrive. Not there in production."""

import re
from typing import Any

from flask import Response, abort, g, make_response, render_template, request
from flask.typing import ResponseReturnValue

from swa.core.access import demo_only
from swa.core.paging import paginate
from swa.messaging import kinds, lists, queries, setup
from swa.messaging.dispatcher.parcels import fill_secrets
from swa.messaging.models import OutboxMessage
from swa.messaging.views import bp, invitations

INLINE_STYLE = re.compile(r"(<[a-z][^<>]*?) style=\"[^\"]*\"")


@bp.route("/demo/mailbox/")
@demo_only
def mailbox() -> ResponseReturnValue:
    """List the messages, newest first, of everybody or of one person."""
    asked = request.args.get("person", "")
    person_id = int(asked) if re.fullmatch(r"\d{1,9}", asked) else None
    page = paginate(lists.select_mailbox(person_id), request.args.get("page"))
    people = kinds.list_recipients(lists.list_addressees())
    return render_template(
        "messaging/mailbox.html",
        page=page,
        people=people,
        chosen=person_id if asked else None,
        deeds={row.id: _deed(row) for row in page.items if row.calendar},
    )


@bp.route("/demo/mailbox/<int:message_id>")
@demo_only
def mailbox_message(message_id: int) -> ResponseReturnValue:
    """Show one message: the text part, the HTML part and the calendar part."""
    message = queries.get_message(message_id)
    return render_template(
        "messaging/mailbox_message.html",
        message=message,
        recipient=kinds.find_recipient(message),
        sender=setup.current_setup().sender,
        pieces=_pieces(fill_secrets(message).text),
        invitation=invitations.read(message.calendar) if message.calendar else None,
        deed=_deed(message),
    )


@bp.route("/demo/mailbox/<int:message_id>/html")
@demo_only
def mailbox_html(message_id: int) -> ResponseReturnValue:
    """Return the HTML part alone, for the frame of the page; nothing in it can run."""
    message = queries.get_message(message_id)
    if not message.html:
        abort(404)
    return show_in_a_frame(fill_secrets(message).html)


def show_in_a_frame(html: str) -> Response:
    """Answer with the HTML part of a mail, for a frame of our own page; nothing in it can run.

    Its style element carries the nonce, and the copies of the same rules at each tag, which are
    for mail programs that drop the element, are left out: the policy needs no exception then.
    """
    words = INLINE_STYLE.sub(r"\1", html)
    response = make_response(words.replace("<style>", f'<style nonce="{g.csp_nonce}">', 1))
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'nonce-{g.csp_nonce}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'self'; sandbox"
    )
    return response


@bp.route("/demo/mailbox/<int:message_id>/invite.ics")
@demo_only
def mailbox_invitation(message_id: int) -> ResponseReturnValue:
    """Download the calendar part as it was mailed."""
    message = queries.get_message(message_id)
    if not message.calendar:
        abort(404)
    response = make_response(message.calendar)
    response.headers["Content-Type"] = (
        f"text/calendar; charset=utf-8; method={message.calendar_method}"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="invite.ics"'
    return response


def _deed(message: OutboxMessage) -> str:
    return invitations.say_what_it_does(message.calendar_method, message.calendar or b"")


def _pieces(text: str) -> list[dict[str, Any]]:
    """Split a text at the links into this service, so that the page can make links of them."""
    base = re.escape(setup.current_setup().base_url)
    parts = re.split(rf"({base}/(?:[^\s<>\"]*[^\s<>\".,;:!?)])?)", text)
    return [{"text": part, "is_link": number % 2 == 1} for number, part in enumerate(parts)]
