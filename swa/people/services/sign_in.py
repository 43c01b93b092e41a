"""Sign-in without a password: a link and a code that work only in the browser that asked.

Source:
    Decisions 4 to 6 of the security notes: a mail scanner, a forwarded mail or a stolen copy of
    the database must open nothing, and nobody learns here who has an account.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, select, update

from swa.core.db import db
from swa.messaging import services as outbox
from swa.messaging.models import OutboxMessage
from swa.messaging.types import MessageState, WantedMail
from swa.people import emails, tokens
from swa.people.models import Person, Registration, SignInLink
from swa.people.queries import sign_in as queries
from swa.people.rules import rates as limits
from swa.people.rules import sign_in as rules
from swa.people.services import audit, rates, web_sessions
from swa.people.types import LinkPurpose


@dataclass(frozen=True)
class Browser:
    """What a request tells about the browser it comes from.

    Attributes:
        secret: Its pre-session cookie; empty when it has none.
        place: Its network address.
        known: The cookie that tells who has signed in with it before; empty for nobody.
        name: What it calls itself.
        session: Its session cookie, empty when nobody is signed in; a new sign-in ends it.
    """

    secret: str
    place: str = ""
    known: str = ""
    name: str = ""
    session: str = ""

    @property
    def hash(self) -> str:
        """What the database keeps of its cookie."""
        return tokens.hash_of(self.secret)


@dataclass(frozen=True)
class SignedIn:
    """Who has just signed in, and the secret id of their session, known to nobody else."""

    person_id: int
    token: str


def ask_for_link(address: str, browser: Browser, *, now: datetime) -> bool:
    """Mail a link and a code, if somebody has the address; do the same work if nobody has.

    Args:
        address: As typed, in lower case.
        browser: Who asks; earlier links of this browser die, those of others do not.
        now: The moment, UTC.

    Returns:
        Whether it was done; False when too many were asked for.
    """
    person = queries.find_person_by_email(address)
    if not may_ask(address, person, browser, now=now):
        return False
    active = person if person and person.is_active else None
    link = make_link(LinkPurpose.SIGN_IN, address, active, browser, now=now)
    outbox.queue_to_address(
        emails.SIGN_IN_LINK,
        f"sign-in link {link.id}",
        address,
        edition=1,
        due_at=now,
        give_up_at=link.expires_at,
        now=now,
        suppressed=active is None,
    )
    return True


def may_ask(address: str, person: Person | None, browser: Browser, *, now: datetime) -> bool:
    """Count a request for a mail to the address; say whether it is within the limits."""
    counted = limits.link_limits(
        address=address,
        place=browser.place,
        browser=browser.hash,
        is_known=tokens.is_known_browser(browser.known, person.id if person else 0),
    )
    return rates.allow(counted, now=now)


def make_link(
    purpose: LinkPurpose, address: str, person: Person | None, browser: Browser, *, now: datetime
) -> SignInLink:
    """Write the row of a new link; earlier ones of the same browser die."""
    db.session.execute(
        update(SignInLink)
        .where(SignInLink.browser_hash == browser.hash, SignInLink.used_at.is_(None))
        .values(used_at=now)
    )
    nonce = secrets.token_urlsafe(32)
    code = tokens.link_code(purpose, nonce)
    link = SignInLink(
        purpose=purpose,
        nonce=nonce,
        token_hash=tokens.hash_of(tokens.link_token(purpose, nonce)),
        browser_hash=browser.hash,
        code_hash=tokens.code_hash(browser.hash, code),
        email=address,
        person_id=person.id if person else None,
        created_at=now,
        expires_at=now + rules.LINK_LIFE,
    )
    db.session.add(link)
    db.session.flush()
    return link


def find_usable_link(token: str, purpose: LinkPurpose, *, now: datetime) -> SignInLink | None:
    """Return the link while it can still be used by the right browser; None for all others."""
    is_it = SignInLink.token_hash == tokens.hash_of(token)
    return db.session.scalars(
        select(SignInLink).where(is_it, *_is_open(purpose, now))
    ).one_or_none()


def use_link(
    token: str, purpose: LinkPurpose, browser: Browser, *, now: datetime
) -> SignInLink | None:
    """Use a link up, once, in the browser that asked; None when it may not be used here."""
    return _use(
        SignInLink.token_hash == tokens.hash_of(token),
        SignInLink.browser_hash == browser.hash,
        purpose=purpose,
        now=now,
    )


def may_try_code(browser: Browser, *, now: datetime) -> bool:
    """Count a try of a code; say whether this browser may try again yet."""
    counted = limits.Counted(limits.CODES_PER_BROWSER, browser.hash)
    return rates.allow([counted], now=now)


def use_code(
    typed: str, purpose: LinkPurpose, browser: Browser, *, now: datetime
) -> SignInLink | None:
    """Use a link up by its code, once; after five wrong ones it is dead.

    The try is counted before it is looked at, so that tries at the same moment stand in line.
    """
    link_id = db.session.scalar(
        update(SignInLink)
        .where(
            SignInLink.browser_hash == browser.hash,
            SignInLink.code_tries < rules.MOST_CODE_TRIES,
            *_is_open(purpose, now),
        )
        .values(code_tries=SignInLink.code_tries + 1)
        .returning(SignInLink.id)
    )
    code = tokens.code_hash(browser.hash, tokens.tidy_code(typed))
    return _use(SignInLink.id == link_id, SignInLink.code_hash == code, purpose=purpose, now=now)


def sign_in_with(link: SignInLink, browser: Browser, *, now: datetime) -> SignedIn | None:
    """Sign in the person whose link has just been used up."""
    if link.person_id is None:
        return None
    return SignedIn(link.person_id, sign_in(link.person_id, browser, now=now))


def sign_in(person_id: int, browser: Browser, *, now: datetime) -> str:
    """Sign the person in with this browser; their other open links die.

    Returns:
        The new secret id for the session cookie.
    """
    is_new_here = not tokens.is_known_browser(browser.known, person_id)
    tells = is_new_here and queries.has_signed_in_before(person_id)
    web_sessions.end_by_token(browser.session, now=now)
    token = web_sessions.begin(person_id, browser=browser.name, now=now)
    web_sessions.cancel_links(person_id, now=now)
    if tells:
        notice = WantedMail(emails.NEW_BROWSER, person_id, now, now + rules.NOTICE_LIFE)
        outbox.queue(f"web session {tokens.hash_of(token)}"[:40], notice, now=now)
    audit.record("signed in", about=f"person {person_id}", by_id=person_id, now=now)
    return token


def clear_old(*, now: datetime) -> None:
    """Drop what is of no use any more, so that strangers cannot fill the database (WB-10).

    Links and messages that went nowhere are kept a day, sessions 30 days, counts three hours.
    """
    old = SignInLink.expires_at < now - rules.KEPT_FOR
    links = select(SignInLink.id).where(old)
    db.session.execute(delete(Registration).where(Registration.link_id.in_(links)))
    db.session.execute(delete(SignInLink).where(old))
    web_sessions.clear_old(now=now)
    db.session.execute(
        delete(OutboxMessage).where(
            OutboxMessage.kind.in_(emails.LINKS),
            OutboxMessage.state == MessageState.SUPPRESSED,
            OutboxMessage.give_up_at < now - rules.KEPT_FOR,
        )
    )
    rates.clear_old(now=now)


def _use(
    *conditions: ColumnElement[bool], purpose: LinkPurpose, now: datetime
) -> SignInLink | None:
    """Let one statement decide, so that of many uses at once exactly one succeeds."""
    return db.session.scalars(
        update(SignInLink)
        .where(*conditions, *_is_open(purpose, now))
        .values(used_at=now)
        .returning(SignInLink)
    ).one_or_none()


def _is_open(purpose: LinkPurpose, now: datetime) -> tuple[ColumnElement[bool], ...]:
    active = select(Person.id).where(Person.is_active)
    return (
        SignInLink.purpose == purpose,
        SignInLink.used_at.is_(None),
        SignInLink.expires_at > now,
        or_(SignInLink.purpose == LinkPurpose.REGISTER, SignInLink.person_id.in_(active)),
    )
