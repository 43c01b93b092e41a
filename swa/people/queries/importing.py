"""Reads for the import of people."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, or_, select, text

from swa.core.db import db, lock_row
from swa.people.models import Organisation, PeopleImport, Person, Team
from swa.people.rules.import_values import (
    Directory,
    KnownOrganisation,
    KnownPerson,
    KnownTeam,
)
from swa.people.types import ImportState

UNCONFIRMED_KEPT = timedelta(hours=24)
OUTCOME_KEPT = timedelta(days=30)


def read_directory() -> Directory:
    """Read all organisations, teams and people as values; three queries whatever their number."""
    organisations = db.session.execute(
        select(
            Organisation.id, Organisation.name, Organisation.sector, Organisation.borough
        ).order_by(Organisation.id)
    )
    teams = db.session.execute(
        select(Team.id, Team.name, Organisation.name).join(Team.organisation).order_by(Team.id)
    )
    people = db.session.execute(
        select(
            Person.id,
            Person.email,
            Person.name,
            Person.job_role,
            Person.kind,
            Person.organisation_id,
            Person.team_id,
            Person.line_manager_id,
            Person.is_active,
        ).order_by(Person.id)
    )
    return Directory(
        organisations=tuple(KnownOrganisation(*row) for row in organisations),
        teams=tuple(KnownTeam(*row) for row in teams),
        people=tuple(KnownPerson(*row) for row in people),
    )


def lock_directory() -> None:
    """Let nobody else add or change people until the transaction ends.

    SQLite already lets one ``transaction()`` run at a time. Signing in and booking go on: they
    only refer to people.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        lock = "LOCK TABLE organisations, teams, people IN SHARE ROW EXCLUSIVE MODE"
        db.session.execute(text(lock))


def list_ids_by_email() -> dict[str, int]:
    """Return the id of each address."""
    rows = db.session.execute(select(Person.email, Person.id))
    return dict(rows.all())


def visible_to(person: Person) -> Select[PeopleImport]:
    """Select the uploads that the person made themself; nobody sees another's."""
    return select(PeopleImport).where(PeopleImport.uploaded_by_id == person.id)


def get_import(import_id: int, person: Person) -> PeopleImport:
    """Return one upload of the person.

    Raises:
        sqlalchemy.exc.NoResultFound: There is none, or somebody else made it; both are a 404.
    """
    return db.session.scalars(visible_to(person).where(PeopleImport.id == import_id)).one()


def lock_import(upload: PeopleImport) -> None:
    """Hold the row until the transaction ends and read it afresh.

    Raises:
        sqlalchemy.exc.NoResultFound: It was discarded in the meantime.
    """
    lock_row(upload)


def list_confirmed() -> list[tuple[int, bytes]]:
    """Return id and content of the uploads that wait to be saved, the oldest first."""
    rows = db.session.execute(
        select(PeopleImport.id, PeopleImport.content)
        .where(PeopleImport.state == ImportState.CONFIRMED)
        .order_by(PeopleImport.id)
    )
    return [(import_id, content) for import_id, content in rows]


def find_confirmed(import_id: int) -> PeopleImport | None:
    """Return an upload that waits to be saved, held until the transaction ends.

    None when it was saved, or another worker saves it at this moment.
    """
    return db.session.scalars(
        select(PeopleImport)
        .where(PeopleImport.id == import_id, PeopleImport.state == ImportState.CONFIRMED)
        .with_for_update(skip_locked=True)
    ).one_or_none()


def find_uploader(person_id: int) -> Person | None:
    """Return who uploaded a list, if they can still sign in."""
    return db.session.scalars(
        select(Person).where(Person.id == person_id, Person.is_active)
    ).one_or_none()


def is_old(now: datetime) -> ColumnElement[bool]:
    """Select uploads that nobody confirmed within a day, and results older than 30 days."""
    is_over = PeopleImport.state.in_([ImportState.SAVED, ImportState.FAILED])
    return or_(
        (PeopleImport.state == ImportState.READY)
        & (PeopleImport.uploaded_at < now - UNCONFIRMED_KEPT),
        is_over & (PeopleImport.uploaded_at < now - OUTCOME_KEPT),
    )


def has_old_uploads(now: datetime) -> bool:
    """Say whether there is an upload whose time is over."""
    return db.session.scalar(select(PeopleImport.id).where(is_old(now)).limit(1)) is not None
