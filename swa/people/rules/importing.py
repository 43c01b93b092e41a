"""Compares a list of people with those we know: who is new, what changes, what is refused.

Nothing is ever emptied by a blank cell; nobody's roles, access needs, address or sign-in change.

Source:
    C25 (bulk upload with preview), AN-02 (everybody has an organisation, each a sector), AN-06
    (volunteers), AN-20 (borough is data), CF-23 (organisation and team), IN-15.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from swa.people.rules.import_columns import quote
from swa.people.rules.import_places import Places, refuse
from swa.people.rules.import_reading import Reading, Refusal
from swa.people.rules.import_values import Change, Directory, Entry, KnownPerson, Preview

MOST_SHOWN = 5


def plan_import(reading: Reading, directory: Directory) -> Preview:
    """Work out what each row of a file means for the people we know.

    A line manager may stand below their report. A row whose manager nobody knows is taken over
    without one; a row that would close a circle of line managers is refused.
    """
    places = Places(reading, directory)
    entries: dict[str, Entry] = {}
    refused = list(reading.refused)
    for line in reading.lines:
        placed = places.place(line)
        if isinstance(placed, Refusal):
            refused.append(placed)
        else:
            entries[line.email] = placed
    people = {person.email: person for person in directory.people}
    managers = {person.id: person.email for person in directory.people}
    while True:
        settled = {
            email: _with_manager(entry, entries, people, managers)
            for email, entry in entries.items()
        }
        circles = _find_circles(settled, people, managers)
        if not circles:
            break
        for email, circle in circles.items():
            refused.append(refuse(entries.pop(email).line, circle))
    return _preview(reading, list(settled.values()), refused)


def _preview(reading: Reading, entries: list[Entry], refused: list[Refusal]) -> Preview:
    added = {e.organisation.name: e.organisation for e in entries if e.organisation.id is None}
    return Preview(
        reading=reading,
        created=tuple(e for e in entries if e.known is None),
        updated=tuple(e for e in entries if e.known and e.changes),
        unchanged=tuple(e for e in entries if e.known and not e.changes),
        refused=tuple(sorted(refused, key=lambda refusal: refusal.row)),
        new_organisations=tuple(added[name] for name in sorted(added, key=str.casefold)),
    )


def _with_manager(
    entry: Entry,
    entries: Mapping[str, Entry],
    people: Mapping[str, KnownPerson],
    managers: Mapping[int, str],
) -> Entry:
    line, known = entry.line, entry.known
    if not line.manager_word:
        return entry
    now = managers.get(known.line_manager_id or 0, "") if known else ""
    if line.line_manager not in people and line.line_manager not in entries:
        what = "is not in the list or in this file" if line.line_manager else "is no email address"
        kept = "it stays as it is" if now else "it is left empty"
        note = f"Line manager {quote(line.manager_word)} {what}; {kept}"
        return replace(entry, notes=(*entry.notes, note))
    if line.line_manager == now:
        return entry
    changes = entry.changes
    if known:
        changes = (*changes, Change("line manager", now, line.line_manager))
    return replace(entry, manager=line.line_manager, changes=changes)


def _find_circles(
    entries: Mapping[str, Entry], people: Mapping[str, KnownPerson], managers: Mapping[int, str]
) -> dict[str, str]:
    """Say for each row that helps to close a circle of line managers what the circle is."""
    manager_of = {
        person.email: managers[person.line_manager_id]
        for person in people.values()
        if person.line_manager_id is not None
    }
    manager_of |= {email: entry.manager for email, entry in entries.items() if entry.manager}
    found: dict[str, str] = {}
    for circle in _circles(manager_of):
        more = [circle[0]] if len(circle) <= MOST_SHOWN else ["…"]
        around = " → ".join([*circle[:MOST_SHOWN], *more])
        sentence = f"This closes a circle of line managers: {around}. Correct one of them"
        found |= {
            email: sentence for email in circle if email in entries and entries[email].manager
        }
    return found


def _circles(manager_of: Mapping[str, str]) -> Iterator[list[str]]:
    """Yield each circle once; everybody has at most one line manager."""
    seen: set[str] = set()
    for start in manager_of:
        path: dict[str, int] = {}
        person = start
        while person in manager_of and person not in seen:
            seen.add(person)
            path[person] = len(path)
            person = manager_of[person]
        if person in path:
            yield list(path)[path[person] :]
