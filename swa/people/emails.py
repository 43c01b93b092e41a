"""The e-mails about accounts: their words, and why one is not wanted any more.

No row of the outbox holds a usable link: the words carry markers, and the link and the code are
put in their place while the mail is on its way to the server (LK-1).
"""

from datetime import datetime

from swa.messaging.kinds import Kind, template_of
from swa.messaging.models import OutboxMessage
from swa.messaging.rendering import authored, page_url, render_draft
from swa.messaging.texts.types import Form, Group, Lists, Placeholder, Template
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
PAGES = {
    LinkPurpose.SIGN_IN: "people.open_link",
    LinkPurpose.REGISTER: "people.open_registration",
}


NAME = {"name": Placeholder("The person’s name", "Amina Begum")}
SIGN_IN_PAGE = {"sign_in_link": Placeholder("Link to the page to sign in", "/sign-in", Form.LINK)}
SECRETS = {
    "secret_link": Placeholder(
        "The link that lets them in, once", "/sign-in/link/example", Form.LINK
    ),
    "secret_code": Placeholder("The code that lets them in, once", "K7MX 4QPA", Form.CODE),
}


def _about_accounts(
    name: str,
    title: str,
    sent: str,
    placeholders: dict[str, Placeholder],
    must_have: tuple[str, ...] = (),
) -> Template:
    return Template(
        f"people/{name}",
        title,
        sent,
        Lists(placeholders, must_have=must_have),
        group=Group.GETTING_IN,
        for_administrators=True,
    )


# What a stranger typed into the form is not repeated to an address that nobody has confirmed.
TEMPLATES = {
    SIGN_IN_LINK: _about_accounts(
        "sign_in_link",
        "Link to sign in",
        "Goes at once to the person who asks to sign in.",
        SECRETS,
        tuple(SECRETS),
    ),
    REGISTRATION_LINK: _about_accounts(
        "registration_link",
        "Link to finish registering",
        "Goes at once to the person who registers.",
        SECRETS,
        tuple(SECRETS),
    ),
    NEW_BROWSER: _about_accounts(
        "new_browser",
        "Signed in with another browser",
        "Goes at once to a person who signs in with a browser they had not used before.",
        NAME | {"account_link": Placeholder("Link to their account", "/account", Form.LINK)},
        ("account_link",),
    ),
    ALREADY_REGISTERED: _about_accounts(
        "already_registered",
        "Has an account already",
        "Goes at once to a person who registers with an address that has an account.",
        SIGN_IN_PAGE,
        tuple(SIGN_IN_PAGE),
    ),
    PEER_SUPPORT_ROLE: _about_accounts(
        "peer_support_role",
        "New peer-support coordinator",
        "Goes to the present peer-support coordinators when somebody else becomes one.",
        NAME
        | {
            "new_coordinator": Placeholder("The name of the new coordinator", "Petra New"),
            "new_organisation": Placeholder("Where they work", "Newham Council"),
        },
        ("new_coordinator",),
    ),
    REQUEST_RECEIVED: _about_accounts(
        "request_received",
        "Request to join received",
        "Goes at once to a person who asks to join from an address that nobody knows.",
        {},
    ),
    REQUEST_ACCEPTED: _about_accounts(
        "request_accepted",
        "Request to join accepted",
        "Goes to the person who asked to join, once a coordinator has accepted it.",
        NAME | SIGN_IN_PAGE,
        tuple(SIGN_IN_PAGE),
    ),
    REQUEST_DECLINED: _about_accounts(
        "request_declined",
        "Request to join declined",
        "Goes to the person who asked to join, once a coordinator has declined it.",
        NAME
        | {
            "decision_reason": Placeholder(
                "Why, as the coordinator wrote it", "We are full until May.", Form.TEXT
            )
        },
    ),
}


def draft_link(message: OutboxMessage, _recipient: Recipient) -> Draft:
    """Mail the link and the code, with markers in their places."""
    link = queries.get_link(_id_in(message))
    address = page_url(PAGES[link.purpose], token=TOKEN_MARK)
    return render_draft(template_of(message.kind), secret_link=address, secret_code=CODE_MARK)


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
    account = page_url("people.account")
    return render_draft(template_of(NEW_BROWSER), name=recipient.name, account_link=account)


def draft_already_registered(_message: OutboxMessage, _recipient: Recipient) -> Draft:
    """Tell who wants to register that the address has an account."""
    return render_draft(template_of(ALREADY_REGISTERED), sign_in_link=page_url("people.sign_in"))


def draft_about_request(message: OutboxMessage, _recipient: Recipient) -> Draft:
    """Tell somebody how their request to join stands."""
    request = queries.get_join_request(_id_in(message))
    return render_draft(
        template_of(message.kind),
        name=request.name,
        decision_reason=authored(request.decision_reason),
        sign_in_link=page_url("people.sign_in"),
    )


def draft_peer_support_role(message: OutboxMessage, recipient: Recipient) -> Draft:
    """Tell a peer-support coordinator that there is one more."""
    person = directory.get_holder(_id_in(message))
    return render_draft(
        template_of(PEER_SUPPORT_ROLE),
        name=recipient.name,
        new_coordinator=person.name,
        new_organisation=person.organisation.name,
    )


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
    return Kind(
        name,
        draft_link,
        why_no_link,
        fill_secrets=fill_in_link,
        private=True,
        hurries=True,
        template=TEMPLATES[name],
    )


def _request(name: str) -> Kind:
    return Kind(name, draft_about_request, never_unwanted, template=TEMPLATES[name])


KINDS = (
    _link(SIGN_IN_LINK),
    _link(REGISTRATION_LINK),
    Kind(
        NEW_BROWSER,
        draft_new_browser,
        never_unwanted,
        private=True,
        template=TEMPLATES[NEW_BROWSER],
    ),
    Kind(
        ALREADY_REGISTERED,
        draft_already_registered,
        never_unwanted,
        private=True,
        template=TEMPLATES[ALREADY_REGISTERED],
    ),
    Kind(
        PEER_SUPPORT_ROLE,
        draft_peer_support_role,
        why_no_peer_support_role,
        template=TEMPLATES[PEER_SUPPORT_ROLE],
    ),
    _request(REQUEST_RECEIVED),
    _request(REQUEST_ACCEPTED),
    _request(REQUEST_DECLINED),
)
