"""Adds and changes people, disables and enables their accounts.

Source:
    AN-02, AN-06, OT-10 (hand-over); AU-5 of the security notes (access ends with the account).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from swa.core.db import db
from swa.people.models import Organisation, Person, Team
from swa.people.queries import directory as queries
from swa.people.queries import sign_in as sign_in_queries
from swa.people.rules import authority
from swa.people.rules.directory import (
    AddressIsListed,
    PersonDetails,
    WrongManager,
    check_manager,
    unknown_team,
)
from swa.people.rules.import_columns import matching_name
from swa.people.services import audit, web_sessions
from swa.people.types import Role


@dataclass(frozen=True)
class Duty:
    """Something to come that would be left without the person.

    Attributes:
        title: What it is called.
        starts_at: When it begins, UTC.
        part: What the person does there: "Lead facilitator", "Support person".
        path: Where its page is.
    """

    title: str
    starts_at: datetime
    part: str
    path: str


@dataclass(frozen=True)
class Held:
    """What somebody holds in things to come.

    Attributes:
        places: How many places.
        turns: How many turns on a waiting list.
    """

    places: int = 0
    turns: int = 0


@dataclass(frozen=True)
class Leaving:
    """How a feature lets go of somebody whose account is disabled.

    Attributes:
        count: Says what a person (id) holds.
        hold: Locks the feature's rows of a person (id) before the account changes; told now (UTC).
        give_back: Gives back what a person (id) holds, told who disables them and now (UTC).
    """

    count: Callable[[int], Held]
    hold: Callable[[int, datetime], None]
    give_back: Callable[[int, Person, datetime], None]


_leavings: dict[str, Leaving] = {}
_list_duties: dict[str, Callable[[int], list[Duty]]] = {}
_follow_addresses: dict[str, Callable[[int, str, datetime], None]] = {}


def add_duty_list(feature: str, list_duties: Callable[[int], list[Duty]]) -> None:
    """Let a feature tell what a person has promised to do; adding it again replaces it."""
    _list_duties[feature] = list_duties


def list_duties(person: Person) -> list[Duty]:
    """Return what would be left without the person, the next first.

    Source:
        OT-10 (deactivating a facilitator lists the future sessions without one).
    """
    duties = [duty for list_of in _list_duties.values() for duty in list_of(person.id)]
    return sorted(duties, key=lambda duty: (duty.starts_at, duty.title))


def add_leaving(feature: str, leaving: Leaving) -> None:
    """Let a feature take back what a disabled person holds; adding it again replaces it."""
    _leavings[feature] = leaving


def count_held(person: Person) -> Held:
    """Count the places and turns to come that disabling the person gives back."""
    held = [leaving.count(person.id) for leaving in _leavings.values()]
    return Held(sum(each.places for each in held), sum(each.turns for each in held))


def add_address_follower(feature: str, follow: Callable[[int, str, datetime], None]) -> None:
    """Let a feature follow a person to a new address; adding it again replaces it.

    It is told the person's id, the old address and now (UTC), before the address changes, so that
    it can hold its own rows first.
    """
    _follow_addresses[feature] = follow


def add_person(details: PersonDetails, *, by: Person, now: datetime) -> Person:
    """List a person, who can then sign in by e-mail.

    Raises:
        AddressIsListed: Somebody has the address.
        UnknownTeam: The organisation has no such team.
        WrongManager: Nobody has the line manager's address.
    """
    person = Person(created_at=now, **_columns(details, None, by))
    if sign_in_queries.find_person_by_email(details.email):
        raise AddressIsListed
    db.session.add(person)
    _flush()
    audit.record("person added", about=f"person {person.id}", by_id=by.id, now=now)
    return person


def change_person(person: Person, details: PersonDetails, *, by: Person, now: datetime) -> None:
    """Change what is listed of a person; a new address ends their sign-ins.

    Their calendar entries move to the new address (DC-11).

    Raises:
        AddressIsListed: Somebody else has the address.
        AdministratorsOnly: A coordinator would change the address of a role holder.
        UnknownTeam: The organisation has no such team.
        WrongManager: Nobody has the address, or it would close a circle.
    """
    columns = _columns(details, person, by)
    changed = [name for name, value in columns.items() if getattr(person, name) != value]
    if not changed:
        return
    if "email" in changed:
        authority.check_sign_in_change(by.roles, person.roles, field="email")
        if sign_in_queries.find_person_by_email(details.email):
            raise AddressIsListed
        for follow in _follow_addresses.values():
            follow(person.id, person.email, now)
    for name in changed:
        setattr(person, name, columns[name])
    _flush()
    if "email" in changed:
        web_sessions.end_all(person.id, now=now)
    fields = ", ".join(changed)
    audit.record("person changed", about=f"person {person.id}", by_id=by.id, now=now, fields=fields)


def disable_person(person: Person, *, by: Person, now: datetime) -> None:
    """End a person's access at once and give back their places to come; what they did stays.

    Raises:
        NotYourOwnAccount: Nobody disables themself.
        AdministratorsOnly: A coordinator would disable a role holder.
        LastAdministrator: Nobody could give roles any more.
        RuleBroken: A feature could not let go of them just now.

    Source:
        AU-5 of the security notes; IN-03 (what is free goes at once to who may have it).
    """
    if person.id == by.id:
        raise authority.NotYourOwnAccount
    authority.check_sign_in_change(by.roles, person.roles)
    if person.is_active:
        for leaving in _leavings.values():
            leaving.hold(person.id, now)
        if Role.ADMINISTRATOR in person.roles:
            queries.lock_administrators()
        authority.check_not_last_administrator(
            person.roles, administrators=queries.count_administrators()
        )
        person.is_active = False
        db.session.flush()
        audit.record("person disabled", about=f"person {person.id}", by_id=by.id, now=now)
        for leaving in _leavings.values():
            leaving.give_back(person.id, by, now)
    web_sessions.end_access(person.id, now=now)


def enable_person(person: Person, *, by: Person, now: datetime) -> None:
    """Let a person sign in again, with the roles they hold.

    Raises:
        AdministratorsOnly: A coordinator would enable a role holder.
    """
    authority.check_sign_in_change(by.roles, person.roles)
    if not person.is_active:
        person.is_active = True
        audit.record("person enabled", about=f"person {person.id}", by_id=by.id, now=now)


def _columns(details: PersonDetails, person: Person | None, by: Person) -> dict[str, Any]:
    organisation = queries.get_organisation(details.organisation_id, by)
    team = _find_team(organisation, details.team)
    return {
        "name": details.name,
        "email": details.email,
        "job_role": details.job_role,
        "kind": details.kind,
        "organisation_id": organisation.id,
        "team_id": team.id if team else None,
        "line_manager_id": _find_manager(details.line_manager, person),
    }


def _find_team(organisation: Organisation, name: str) -> Team | None:
    if not name:
        return None
    for team in organisation.teams:
        if matching_name(team.name) == matching_name(name):
            return team
    raise unknown_team(name, organisation.name, (team.name for team in organisation.teams))


def _find_manager(email: str, person: Person | None) -> int | None:
    if not email:
        return None
    manager = sign_in_queries.find_person_by_email(email)
    if manager is None:
        msg = f"Nobody with the email address {email} is listed. Add them first"
        raise WrongManager(msg)
    check_manager(person.id if person else None, manager.id, queries.list_managers())
    return manager.id


def _flush() -> None:
    try:
        db.session.flush()
    except IntegrityError as taken:
        raise AddressIsListed from taken
