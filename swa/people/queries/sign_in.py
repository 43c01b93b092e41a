"""Reads about sign-in: who a browser is signed in as, and who has an address."""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from swa.core.db import db
from swa.people.models import JoinRequest, Person, SignInLink, WebSession

_PERSON = joinedload(WebSession.person, innerjoin=True)
# Every page asks this, so it is put together only once.
_SESSION_OF_BROWSER = (
    select(WebSession)
    .join(WebSession.person)
    .where(
        WebSession.id_hash == bindparam("id_hash"),
        WebSession.ended_at.is_(None),
        Person.is_active,
    )
    .options(
        _PERSON.joinedload(Person.grants),
        _PERSON.joinedload(Person.organisation, innerjoin=True),
        _PERSON.joinedload(Person.team),
    )
)


def find_web_session(id_hash: str) -> WebSession | None:
    """Return the session of a browser with its person and roles, in one query.

    Ended sessions and those of disabled people are not found (AU-5).
    """
    found = db.session.scalars(_SESSION_OF_BROWSER, {"id_hash": id_hash})
    return found.unique().one_or_none()


def list_web_sessions(person: Person) -> list[WebSession]:
    """Return the sessions of a person that were not ended, the latest used first."""
    return list(
        db.session.scalars(
            select(WebSession)
            .where(WebSession.person_id == person.id, WebSession.ended_at.is_(None))
            .order_by(WebSession.last_seen_at.desc(), WebSession.id.desc())
        )
    )


def has_signed_in_before(person_id: int) -> bool:
    """Say whether the person ever had a session."""
    found = db.session.scalar(
        select(WebSession.id).where(WebSession.person_id == person_id).limit(1)
    )
    return found is not None


def find_person_by_email(email: str) -> Person | None:
    """Return who has the address, active or not; it is given in lower case."""
    return db.session.scalars(select(Person).where(Person.email == email)).one_or_none()


def get_link(link_id: int) -> SignInLink:
    """Return a link by its id; for the mail that carries it.

    Raises:
        sqlalchemy.exc.NoResultFound: It was cleared away.
    """
    return db.session.scalars(select(SignInLink).where(SignInLink.id == link_id)).one()


def has_active_person(link: SignInLink) -> bool:
    """Say whether somebody who may sign in stands behind the link."""
    found = db.session.scalar(
        select(Person.id).where(Person.id == link.person_id, Person.is_active)
    )
    return found is not None


def get_join_request(request_id: int) -> JoinRequest:
    """Return a request to join; only for coordinators and the mails about it.

    Raises:
        sqlalchemy.exc.NoResultFound: There is none.
    """
    return db.session.scalars(select(JoinRequest).where(JoinRequest.id == request_id)).one()
