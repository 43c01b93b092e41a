"""Finds where each person of a list belongs: organisation and team, listed or new.

Source:
    AN-02 (everybody has an organisation, each organisation a sector), CF-23 (organisation and
    team), AN-20 (borough is data).
"""

from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches

from swa.people.rules.import_columns import matching_name, quote
from swa.people.rules.import_reading import Line, Reading, Refusal
from swa.people.rules.import_values import (
    Change,
    Directory,
    Entry,
    KnownOrganisation,
    KnownPerson,
    KnownTeam,
)

SECTOR_WORDS = "council, voluntary, health or other"


def refuse(line: Line, why: str) -> Refusal:
    """Return the refusal of a line."""
    return Refusal(line.row, why, line.email, line.cells)


class Places:
    """Finds the organisation and the team of each line.

    Args:
        reading: All lines: a new organisation's sector may stand in any of them.
        directory: What is known.
    """

    def __init__(self, reading: Reading, directory: Directory) -> None:
        self.people = {person.email: person for person in directory.people}
        self.by_id = {known.id: known for known in directory.organisations}
        self.listed = {matching_name(o.name): o for o in reversed(directory.organisations)}
        self.exact = {known.name: known for known in directory.organisations}
        self.new: dict[str, KnownOrganisation] = {}
        self.first_row: dict[str, int] = {}
        self.teams = {
            (team.organisation, matching_name(team.name)): team for team in directory.teams
        }
        self.team_by_id = {team.id: team for team in directory.teams}
        self.hints: dict[str, str] = {}
        for line in reading.lines:
            self._note_new_organisation(line)

    def _note_new_organisation(self, line: Line) -> None:
        key = matching_name(line.organisation)
        if line.sector and key and key not in self.listed and key not in self.new:
            self.new[key] = KnownOrganisation(None, line.organisation, line.sector, line.borough)
            self.first_row[key] = line.row

    def place(self, line: Line) -> Entry | Refusal:
        """Say where the person belongs after the import, and what that changes."""
        known = self.people.get(line.email)
        if known is None and not line.name:
            return refuse(line, "This person is new. Enter their name")
        organisation = self._organisation(line, known)
        if isinstance(organisation, str):
            return refuse(line, organisation)
        team = self._team(line, known, organisation)
        entry = Entry(line, known, organisation, team)
        if known is None:
            return entry
        notes = () if known.is_active else ("This person is disabled and stays so",)
        return replace(entry, changes=tuple(self._changes(entry, known)), notes=notes)

    def _organisation(self, line: Line, known: KnownPerson | None) -> KnownOrganisation | str:
        """Return the organisation, or why there is none."""
        key = matching_name(line.organisation)
        if not key:
            own = self.by_id[known.organisation_id] if known else None
            return own or "This person is new. Enter their organisation"
        listed = self.exact.get(line.organisation) or self.listed.get(key)
        return listed or self._new_organisation(line, key)

    def _new_organisation(self, line: Line, key: str) -> KnownOrganisation | str:
        new = self.new.get(key)
        if new is None:
            return self._why_unknown(line, key)
        if line.sector in {None, new.sector}:
            return new
        return (
            f"Row {self.first_row[key]} says that {quote(new.name)} is {new.sector}, this row"
            f" says {line.sector}. Enter the same sector in both"
        )

    def _why_unknown(self, line: Line, key: str) -> str:
        if line.sector_word:
            return f"The sector {quote(line.sector_word)} is not understood. Enter {SECTOR_WORDS}"
        if key not in self.hints:
            close = get_close_matches(key, self.listed, n=1, cutoff=0.8)
            meant = f" Did you mean {quote(self.listed[close[0]].name)}?" if close else ""
            self.hints[key] = (
                f"{quote(line.organisation)} is not a listed organisation.{meant} To add it, enter"
                f" its sector ({SECTOR_WORDS})"
            )
        return self.hints[key]

    def _team(
        self, line: Line, known: KnownPerson | None, organisation: KnownOrganisation
    ) -> KnownTeam | None:
        if line.team:
            new = KnownTeam(None, line.team, organisation.name)
            return self.teams.setdefault((organisation.name, matching_name(line.team)), new)
        if known and known.organisation_id == organisation.id:
            return self.team_by_id.get(known.team_id)
        return None

    def _changes(self, entry: Entry, known: KnownPerson) -> Iterator[Change]:
        line = entry.line
        team = self.team_by_id.get(known.team_id)
        before = self.by_id[known.organisation_id]
        if line.name and line.name != known.name:
            yield Change("name", known.name, line.name)
        if entry.organisation != before:
            yield Change("organisation", before.name, entry.organisation.name)
        if entry.team != team:
            yield Change("team", team.name if team else "", entry.team.name if entry.team else "")
        if line.job_role and line.job_role != known.job_role:
            yield Change("job role", known.job_role, line.job_role)
        if line.kind and line.kind != known.kind:
            yield Change("paid or volunteer", known.kind, line.kind)
