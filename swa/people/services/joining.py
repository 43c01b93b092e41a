"""Requests to join from people whose organisation is not listed; a coordinator decides."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.exc import IntegrityError

from swa.core.db import db
from swa.messaging import services as outbox
from swa.messaging.types import WantedMail
from swa.people import emails
from swa.people.models import JoinRequest, Organisation, Person
from swa.people.queries import registration as queries
from swa.people.queries import sign_in as sign_in_queries
from swa.people.rules import rates as limits
from swa.people.rules import registration as rules
from swa.people.services import audit, rates, sign_in
from swa.people.services.registration import add_person
from swa.people.services.sign_in import Browser
from swa.people.types import PersonKind, RequestState, Sector

EVER = datetime(2000, 1, 1, tzinfo=UTC)  # before any request


@dataclass(frozen=True)
class Wish:
    """What somebody types who asks to join."""

    email: str
    name: str
    organisation_name: str
    job_role: str = ""
    message: str = ""


@dataclass(frozen=True)
class NewOrganisation:
    """An organisation to be listed, since somebody from there was let in."""

    name: str
    sector: Sector


def ask_to_join(wish: Wish, browser: Browser, *, now: datetime) -> bool:
    """Write a request for the coordinators and mail that it came.

    An address that has an account gets a mail that says so; its request is written as decided,
    so that the work is the same. Asking again changes the open request.

    Returns:
        Whether it was done; False when too many were asked for.
    """
    person = sign_in_queries.find_person_by_email(wish.email)
    if not rates.allow(limits.request_limits(browser.place), now=now):
        return False
    if not sign_in.may_ask(wish.email, person, browser, now=now):
        return False
    request = _write(wish, person, now)
    has_account = person is not None and person.is_active
    outbox.queue_to_address(
        emails.ALREADY_REGISTERED if has_account else emails.REQUEST_RECEIVED,
        f"join request {request.id}",
        wish.email,
        edition=1,
        due_at=now,
        give_up_at=now + rules.TOLD_WITHIN,
        now=now,
        suppressed=person is not None and not person.is_active,
    )
    return True


def accept(
    request: JoinRequest, into: Organisation | NewOrganisation, *, by: Person, now: datetime
) -> Person:
    """Give who asked an account, in a listed organisation or in a new one, and mail them.

    Raises:
        RequestIsDecided: Somebody else decided in the meantime.
        OrganisationExists: The new organisation has the name of a listed one.
        AddressIsTaken: The address has an account by now.
    """
    _decide(request, RequestState.ACCEPTED, by, now)
    organisation = into if isinstance(into, Organisation) else _list(into, by, now)
    person = Person(
        name=request.name,
        email=request.email,
        job_role=request.job_role,
        kind=PersonKind.PAID,
        organisation_id=organisation.id,
        created_at=now,
    )
    if not add_person(person):
        raise rules.AddressIsTaken
    told = WantedMail(emails.REQUEST_ACCEPTED, person.id, now, now + rules.TOLD_WITHIN)
    outbox.queue(f"join request {request.id}", told, now=now)
    audit.record("request accepted", about=f"join request {request.id}", by_id=by.id, now=now)
    return person


def decline(request: JoinRequest, reason: str, *, by: Person, now: datetime) -> None:
    """Decline a request with a reason, which is mailed to who asked.

    Raises:
        RequestIsDecided: Somebody else decided in the meantime.
    """
    _decide(request, RequestState.DECLINED, by, now)
    request.decision_reason = reason
    outbox.queue_to_address(
        emails.REQUEST_DECLINED,
        f"join request {request.id}",
        request.email,
        edition=1,
        due_at=now,
        give_up_at=now + rules.TOLD_WITHIN,
        now=now,
    )
    audit.record("request declined", about=f"join request {request.id}", by_id=by.id, now=now)


def _write(wish: Wish, person: Person | None, now: datetime) -> JoinRequest:
    """Write the request, or what was typed now into the one that there is; the same work for all.

    Who has an account and asks again within days is not told again either.
    """
    has_account = person is not None and person.is_active
    state = RequestState.DECLINED if has_account else RequestState.OPEN
    since = now - rules.TOLD_WITHIN if has_account else EVER
    request = queries.find_request_to_renew(wish.email, state, since=since)
    if request is None:
        request = JoinRequest(
            email=wish.email,
            asked_at=now,
            state=state,
            decided_at=now if has_account else None,
            decision_reason="This address has an account already" if has_account else "",
        )
        db.session.add(request)
    request.name = wish.name
    request.organisation_name = wish.organisation_name
    request.job_role = wish.job_role
    request.message = wish.message
    db.session.flush()
    return request


def _decide(request: JoinRequest, state: RequestState, by: Person, now: datetime) -> None:
    queries.lock_request(request)
    if request.state != RequestState.OPEN:
        raise rules.RequestIsDecided
    request.state = state
    request.decided_at = now
    request.decided_by_id = by.id


def _list(new: NewOrganisation, by: Person, now: datetime) -> Organisation:
    names = [organisation.name for organisation in queries.list_active_organisations()]
    if any(rules.same_name(name, new.name) for name in names):
        raise rules.OrganisationExists
    organisation = Organisation(name=new.name, sector=new.sector)
    db.session.add(organisation)
    try:
        db.session.flush()
    except IntegrityError as race:
        raise rules.OrganisationExists from race
    about = f"organisation {organisation.id}"
    audit.record("organisation added", about=about, by_id=by.id, now=now)
    return organisation
