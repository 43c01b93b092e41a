"""Writes what an import decided, in bulk.

Source:
    C25 (bulk upload), AN-02 (organisations), CF-23 (teams).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update

from swa.core.db import db
from swa.people.models import Organisation, Person, Team
from swa.people.queries import importing as queries
from swa.people.rules.import_reading import Progress
from swa.people.rules.import_values import Entry, Preview
from swa.people.services import audit
from swa.people.types import PersonKind

BATCH = 1000


class DirectoryWriter:
    """Writes what a plan says, in bulk: organisations, teams, people, then their line managers."""

    def __init__(
        self, plan: Preview, *, by_id: int | None, now: datetime, progress: Progress | None
    ) -> None:
        self.plan = plan
        self.by_id = by_id
        self.now = now
        self.progress = progress
        self.total = len(plan.created) + len(plan.updated)
        self.done = 0
        self.organisation_ids: dict[str, int] = {}
        self.team_ids: dict[tuple[str, str], int] = {}

    def write(self) -> None:
        """Write everything."""
        self._add_organisations()
        self._add_teams()
        for batch in _batches(self.plan.created):
            db.session.execute(insert(Person), [self._new(entry) for entry in batch])
            self._tell(len(batch))
        for batch in _batches(self.plan.updated):
            self._update([self._changed(entry) for entry in batch])
            self._tell(len(batch))
        ids = queries.list_ids_by_email()
        managed = [e for e in (*self.plan.created, *self.plan.updated) if e.manager]
        for batch in _batches(managed):
            self._update(
                [{"id": ids[e.line.email], "line_manager_id": ids[e.manager]} for e in batch]
            )

    def _add_organisations(self) -> None:
        for new in self.plan.new_organisations:
            row = Organisation(name=new.name, sector=new.sector, borough=new.borough)
            db.session.add(row)
            db.session.flush()
            self.organisation_ids[new.name] = row.id
            audit.record(
                "organisation added", about=f"organisation {row.id}", by_id=self.by_id, now=self.now
            )

    def _add_teams(self) -> None:
        entries = (*self.plan.created, *self.plan.updated)
        wanted = {
            (entry.team.organisation, entry.team.name): self._organisation_id(entry)
            for entry in entries
            if entry.team and entry.team.id is None
        }
        teams = {
            key: Team(organisation_id=organisation_id, name=key[1])
            for key, organisation_id in wanted.items()
        }
        db.session.add_all(teams.values())
        db.session.flush()
        self.team_ids = {key: team.id for key, team in teams.items()}

    def _new(self, entry: Entry) -> dict[str, Any]:
        line = entry.line
        return {
            "name": line.name,
            "email": line.email,
            "job_role": line.job_role,
            "kind": line.kind or PersonKind.PAID,
            "organisation_id": self._organisation_id(entry),
            "team_id": self._team_id(entry),
            "created_at": self.now,
        }

    def _changed(self, entry: Entry) -> dict[str, Any]:
        """Return all columns that an import may change, so that one statement serves all rows."""
        line, known = entry.line, entry.known
        assert known is not None  # noqa: S101 - only known people are updated
        return {
            "id": known.id,
            "name": line.name or known.name,
            "job_role": line.job_role or known.job_role,
            "kind": line.kind or known.kind,
            "organisation_id": self._organisation_id(entry),
            "team_id": self._team_id(entry),
        }

    def _organisation_id(self, entry: Entry) -> int:
        known_id = entry.organisation.id
        return self.organisation_ids[entry.organisation.name] if known_id is None else known_id

    def _team_id(self, entry: Entry) -> int | None:
        team = entry.team
        if team is None:
            return None
        return self.team_ids[team.organisation, team.name] if team.id is None else team.id

    def _update(self, rows: list[dict[str, Any]]) -> None:
        db.session.execute(update(Person), rows)

    def _tell(self, number: int) -> None:
        self.done += number
        if self.progress:
            self.progress(self.done, self.total)


def _batches(entries: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    for start in range(0, len(entries), BATCH):
        yield entries[start : start + BATCH]
