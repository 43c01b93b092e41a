"""The link at the foot of an optional message that stops its sort (MAIL-10).

The words of a message hold a marker; the token is worked out again while the message is sent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from swa.core.db import db
from swa.messaging.choices import choosing, standing
from swa.messaging.choices.models import StopLink
from swa.messaging.models import OutboxMessage
from swa.messaging.rendering import page_url

MARK = "made-when-it-is-sent"
PURPOSE = "stop messages"


@dataclass(frozen=True)
class Secrets:
    """How secrets are made, handed down by the package that keeps them.

    Attributes:
        new: Makes a random nonce.
        token_of: Works a token out from a purpose and a nonce.
        hash_of: What the database keeps of a token.
    """

    new: Callable[[], str]
    token_of: Callable[[str, str], str]
    hash_of: Callable[[str], str]


_secrets: list[Secrets] = []


def set_secrets(secrets: Secrets) -> None:
    """Say how tokens are made and what is kept of them."""
    _secrets[:] = [secrets]


def marked_link(message: OutboxMessage) -> str:
    """Return the address that stops messages like this one, without its token; "" for none."""
    if message.person_id is None or standing.choice_of(message) is None:
        return ""
    return _address(MARK)


def with_link(text: str, link: str) -> str:
    """Put the link below words that somebody wrote for one message, unless they kept it."""
    return text if link in text else f"{text}\n\nTo stop messages like this: {link}"


def fill_in(text: str, message: OutboxMessage) -> str:
    """Put the token in the place of its marker; without one the words stay as they are."""
    token = find_token(message) if MARK in text else ""
    return text.replace(MARK, token) if token else text


def find_link(message: OutboxMessage) -> str:
    """Return the whole address that stops messages like this one; "" for none."""
    token = find_token(message)
    return _address(token) if token else ""


def find_token(message: OutboxMessage) -> str:
    """Return the token of a message's link, the same at every try; "" for none."""
    choice = standing.choice_of(message)
    if message.person_id is None or choice is None:
        return ""
    make = _secrets[0]
    links = select(StopLink).where(
        StopLink.person_id == message.person_id, StopLink.choice == choice.name
    )
    for link in db.session.scalars(links.order_by(StopLink.id)):
        token = make.token_of(PURPOSE, link.nonce)
        if make.hash_of(token) == link.token_hash:  # else the key is another one since
            return token
    return ""


def keep(message: OutboxMessage, *, now: datetime) -> None:
    """See to it that an optional message has a link to be sent with."""
    choice = standing.choice_of(message)
    if message.person_id is None or choice is None or find_token(message):
        return
    make = _secrets[0]
    nonce = make.new()
    kept = make.hash_of(make.token_of(PURPOSE, nonce))
    values = {"person_id": message.person_id, "choice": choice.name, "created_at": now}
    db.session.add(StopLink(**values, nonce=nonce, token_hash=kept))
    db.session.flush()


def stop(token: str, *, now: datetime) -> int | None:
    """Stop what a link is about.

    Returns:
        The id of the person it was mailed to; None for a link that is none of ours.

    Source:
        MAIL-10; LK-8 (a token is found by its hash).
    """
    is_it = StopLink.token_hash == _secrets[0].hash_of(token)
    link = db.session.scalars(select(StopLink).where(is_it)).one_or_none()
    if link is None:
        return None
    choosing.choose(link.person_id, {link.choice: False}, now=now)
    return link.person_id


def _address(token: str) -> str:
    return page_url("people.stop_messages", token=token)
