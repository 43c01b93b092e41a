"""The e-mails about accounts: their words, and why one is not wanted any more.

No row of the outbox holds a usable link: the words carry markers, and the link and the code are
put in their place while the mail is on its way to the server (LK-1).
"""

from datetime import datetime

from swa.messaging.kinds import Kind
from swa.messaging.models import OutboxMessage
from swa.messaging.rendering import page_url, render_draft
from swa.messaging.types import Draft, Recipient
from swa.people import tokens
from swa.people.queries import directory
from swa.people.queries import sign_in as queries
from swa.people.types import LinkPurpose

SIGN_IN_LINK = "sign-in link"
NEW_BROWSER = "sign-in from a new browser"
REGISTRATION_LINK = "registration link"
LINKS = (SIGN_IN_LINK, REGISTRATION_LINK)
ALREADY_REGISTERED = "already registered"
REQUEST_RECEIVED = "request to join received"
REQUEST_ACCEPTED = "request to join accepted"
REQUEST_DECLINED = "request to join declined"
PEER_SUPPORT_ROLE = "peer-support role given"

TOKEN_MARK = "LINK-TOKEN-GOES-HERE"  # noqa: S105 - it only marks the place
CODE_MARK = "CODE-GOES-HERE"
ABOUT_REQUESTS = {
    REQUEST_RECEIVED: "people/request_received",
    REQUEST_ACCEPTED: "people/request_accepted",
    REQUEST_DECLINED: "people/request_declined",
}
PAGES = {
    LinkPurpose.SIGN_IN: "people.open_link",
    LinkPurpose.REGISTER: "people.open_registration",
}


def draft_link(message: OutboxMessage, _recipient: Recipient) -> Draft:
    """Mail the link and the code, with markers in their places."""
    link = queries.get_link(_id_in(message))
    template = {
        LinkPurpose.SIGN_IN: "people/sign_in_link",
        LinkPurpose.REGISTER: "people/registration_link",
    }[link.purpose]
    return render_draft(
        template, link=page_url(PAGES[link.purpose], token=TOKEN_MARK), code=CODE_MARK
    )


def why_no_link(message: OutboxMessage, now: datetime) -> str | None:
    """Say why a link is not mailed any more."""
    link = queries.get_link(_id_in(message))
    if link.used_at or link.expires_at <= now:
        return "The link was replaced, used or is too old"
    if link.purpose == LinkPurpose.SIGN_IN and not queries.has_active_person(link):
        return "Nobody can sign in with this address"
    return None


def fill_in_link(text: str, message: OutboxMessage) -> str:
    """Put the link and the code into the words, worked out again from the key."""
    link = queries.get_link(_id_in(message))
    token = tokens.link_token(link.purpose, link.nonce)
    code = tokens.link_code(link.purpose, link.nonce)
    return text.replace(TOKEN_MARK, token).replace(CODE_MARK, f"{code[:4]} {code[4:]}")


def draft_new_browser(_message: OutboxMessage, recipient: Recipient) -> Draft:
    """Tell the person that somebody signed in as them with another browser."""
    return render_draft("people/new_browser", name=recipient.name)


def draft_already_registered(_message: OutboxMessage, _recipient: Recipient) -> Draft:
    """Tell who wants to register that the address has an account."""
    return render_draft("people/already_registered")


def draft_about_request(message: OutboxMessage, _recipient: Recipient) -> Draft:
    """Tell somebody how their request to join stands."""
    request = queries.get_join_request(_id_in(message))
    return render_draft(ABOUT_REQUESTS[message.kind], request=request)


def draft_peer_support_role(message: OutboxMessage, recipient: Recipient) -> Draft:
    """Tell a peer-support coordinator that there is one more."""
    person = directory.get_holder(_id_in(message))
    return render_draft("people/peer_support_role", name=recipient.name, person=person)


def why_no_peer_support_role(message: OutboxMessage, _now: datetime) -> str | None:
    """Say why the present coordinators need not be told any more."""
    is_held = directory.has_grant(_id_in(message))
    return None if is_held else "The role was taken away again"


def never_unwanted(_message: OutboxMessage, _now: datetime) -> str | None:
    """Send it whatever has happened since."""
    return None


def _id_in(message: OutboxMessage) -> int:
    """Return the id at the end of the occasion: 7 of "sign-in link 7"."""
    return int(message.occasion.rpartition(" ")[2])


def _link(name: str) -> Kind:
    return Kind(name, draft_link, why_no_link, fill_secrets=fill_in_link, private=True)


KINDS = (
    _link(SIGN_IN_LINK),
    _link(REGISTRATION_LINK),
    Kind(NEW_BROWSER, draft_new_browser, never_unwanted, private=True),
    Kind(ALREADY_REGISTERED, draft_already_registered, never_unwanted, private=True),
    Kind(PEER_SUPPORT_ROLE, draft_peer_support_role, why_no_peer_support_role),
    Kind(REQUEST_RECEIVED, draft_about_request, never_unwanted),
    Kind(REQUEST_ACCEPTED, draft_about_request, never_unwanted),
    Kind(REQUEST_DECLINED, draft_about_request, never_unwanted),
)
