"""Organisations, teams, people, their roles, sign-in, requests to join, imports, audit."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from swa.core.db import Base
from swa.people.types import ImportState, LinkPurpose, PersonKind, RequestState, Role, Sector

UNUSED = text("used_at IS NULL")
WHERE_UNUSED: dict[str, Any] = {"sqlite_where": UNUSED, "postgresql_where": UNUSED}


class Organisation(Base):
    """A council, charity, health service or other body that takes part (AN-02)."""

    __tablename__ = "organisations"

    name: Mapped[str] = mapped_column(String(120), unique=True)
    sector: Mapped[Sector]
    borough: Mapped[str] = mapped_column(String(80), default="")
    is_active: Mapped[bool] = mapped_column(default=True)

    domains: Mapped[list["OrganisationDomain"]] = relationship(
        back_populates="organisation",
        cascade="all, delete-orphan",
        order_by="OrganisationDomain.domain",
    )
    teams: Mapped[list["Team"]] = relationship(back_populates="organisation", order_by="Team.name")


class OrganisationDomain(Base):
    """The part after the @ of the staff addresses, in lower case; it lets staff register."""

    __tablename__ = "organisation_domains"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    domain: Mapped[str] = mapped_column(String(253), unique=True)

    organisation: Mapped[Organisation] = relationship(back_populates="domains")


class Team(Base):
    """A team inside an organisation; mix is judged on both levels (CF-23)."""

    __tablename__ = "teams"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    name: Mapped[str] = mapped_column(String(120))

    organisation: Mapped[Organisation] = relationship(back_populates="teams")


class Person(Base):
    """Somebody who takes part or helps to run the programme.

    Attributes:
        email: Lower case; the key by which an import finds the person again.
        access_needs: Seen by the facilitators and the support person of their sessions only
            (IN-11, C41).
        is_active: A disabled person cannot sign in, gets no mail and has no place to come.
    """

    __tablename__ = "people"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    job_role: Mapped[str] = mapped_column(String(120), default="")
    kind: Mapped[PersonKind] = mapped_column(default=PersonKind.PAID)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)
    line_manager_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    access_needs: Mapped[str] = mapped_column(default="")
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship()
    team: Mapped[Team | None] = relationship()
    line_manager: Mapped["Person | None"] = relationship(remote_side="Person.id")
    grants: Mapped[list["RoleGrant"]] = relationship(
        back_populates="person",
        foreign_keys="RoleGrant.person_id",
        cascade="all, delete-orphan",
        order_by="RoleGrant.role",
    )

    @property
    def roles(self) -> frozenset[Role]:
        """The roles the person holds beyond taking part."""
        return frozenset(grant.role for grant in self.grants)

    def holds(self, *roles: Role) -> bool:
        """Say whether the person holds at least one of the roles."""
        return not self.roles.isdisjoint(roles)


class RoleGrant(Base):
    """A role that somebody was given, by whom and why."""

    __tablename__ = "role_grants"
    __table_args__ = (UniqueConstraint("person_id", "role"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    role: Mapped[Role]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    granted_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")

    person: Mapped[Person] = relationship(back_populates="grants", foreign_keys=[person_id])


class SignInLink(Base):
    """A link and a code that were e-mailed; bound to the browser that asked.

    Attributes:
        nonce: From this and the link key the token is worked out again when the mail is sent;
            the token itself is never stored (LK-1).
        token_hash: SHA-256 of the token, hex.
        browser_hash: SHA-256 of the pre-session cookie, hex.
        code_hash: Keyed HMAC of the eight-character code, hex.
        email: The address that was typed, lower case.
        person_id: None for an address that nobody has; the page looks the same (AU-2).
        code_tries: Wrong codes so far; after five the code is dead.
    """

    __tablename__ = "sign_in_links"
    __table_args__ = (Index("ix_sign_in_links_browser_unused", "browser_hash", **WHERE_UNUSED),)

    purpose: Mapped[LinkPurpose]
    nonce: Mapped[str] = mapped_column(String(64))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    browser_hash: Mapped[str] = mapped_column(String(64))
    code_hash: Mapped[str] = mapped_column(String(64))
    email: Mapped[str] = mapped_column(String(254))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
    code_tries: Mapped[int] = mapped_column(default=0)


class Registration(Base):
    """What somebody typed to register, kept until they have shown that the address is theirs.

    Attributes:
        manager_email: Address of their line manager as typed; may be empty.
    """

    __tablename__ = "registrations"

    link_id: Mapped[int] = mapped_column(ForeignKey("sign_in_links.id"), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    job_role: Mapped[str] = mapped_column(String(120), default="")
    kind: Mapped[PersonKind]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    team_name: Mapped[str] = mapped_column(String(120), default="")
    manager_email: Mapped[str] = mapped_column(String(254), default="")


class WebSession(Base):
    """A browser that is signed in; deleting or ending the row ends it at once (AU-5).

    Attributes:
        id_hash: SHA-256 of the cookie's random id, hex.
        browser: What the browser calls itself, shortened, for the list on the account page.
    """

    __tablename__ = "web_sessions"

    id_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(String(200), default="")

    person: Mapped[Person] = relationship()


class RateCount(Base):
    """How often something was asked for in one window of time (LK-6).

    Attributes:
        key_hash: SHA-256 of what is counted, for example an address and a browser.
        window_start: Beginning of the window, UTC.
    """

    __tablename__ = "rate_counts"
    __table_args__ = (UniqueConstraint("purpose", "key_hash", "window_start"),)

    purpose: Mapped[str] = mapped_column(String(40))
    key_hash: Mapped[str] = mapped_column(String(64))
    window_start: Mapped[datetime] = mapped_column(index=True)
    count: Mapped[int] = mapped_column(default=0)


class JoinRequest(Base):
    """Somebody whose organisation is not listed asks to take part; a coordinator decides."""

    __tablename__ = "join_requests"

    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), index=True)
    organisation_name: Mapped[str] = mapped_column(String(120))
    job_role: Mapped[str] = mapped_column(String(120), default="")
    message: Mapped[str] = mapped_column(default="")
    state: Mapped[RequestState] = mapped_column(default=RequestState.OPEN)
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decision_reason: Mapped[str] = mapped_column(default="")


class PeopleImport(Base):
    """A list of people that was uploaded and waits for its owner's yes.

    Attributes:
        content: The bytes as uploaded; read again when confirmed, emptied once saved.
        rows_done: Rows worked through so far, for the progress page.
        outcome: Counts and refusals as JSON text once saved.
    """

    __tablename__ = "people_imports"

    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    uploaded_at: Mapped[datetime]
    file_name: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[ImportState] = mapped_column(default=ImportState.READY)
    rows: Mapped[int] = mapped_column(default=0)
    rows_done: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[str] = mapped_column(default="")


class AuditEvent(Base):
    """Who did what to which object, and when; ids only, never names or free text.

    Append-only: triggers of the database refuse changes. Each line carries the hash of the one
    before it, so that a changed or missing line is found.
    """

    __tablename__ = "audit_events"
    __table_args__ = (Index("ix_audit_events_about", "about"),)

    at: Mapped[datetime] = mapped_column(index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    what: Mapped[str] = mapped_column(String(80))
    about: Mapped[str] = mapped_column(String(80))
    fields: Mapped[str] = mapped_column(String(400), default="")
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class AuditHead(Base):
    """The hash of the newest audit line; locking this row puts writers in line."""

    __tablename__ = "audit_heads"

    hash: Mapped[str] = mapped_column(String(64))
