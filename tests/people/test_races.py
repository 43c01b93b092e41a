"""OT-10, AN-02: what two people do at the same moment leaves somebody in charge, and no error.

The same tests run on SQLite and on PostgreSQL.
"""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from swa.core import clock
from swa.core.db import db, transaction
from swa.people.models import JoinRequest, Organisation, Person, Team
from swa.people.queries.directory import count_administrators
from swa.people.rules.authority import LastAdministrator
from swa.people.rules.registration import OrganisationExists
from swa.people.services import people, roles
from swa.people.services.joining import NewOrganisation, accept
from swa.people.services.registration import find_or_make_team
from swa.people.types import RequestState, Role, Sector

ROUNDS = range(5)


def at_once(app, acts):
    """Do everything at the same moment, each in a thread; return what each raised, or None."""
    barrier = threading.Barrier(len(acts), timeout=30)

    def act_alone(act):
        with app.app_context():
            try:
                with transaction():
                    barrier.wait() if db.engine.dialect.name != "sqlite" else None
                    act()
            except Exception as refusal:
                return type(refusal)
            finally:
                db.session.remove()

    db.session.remove()
    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(act_alone, acts))


def revoke(person_id, by_id):
    one, by = (db.session.get_one(Person, number) for number in (person_id, by_id))
    roles.revoke_role(one, Role.ADMINISTRATOR, by=by, now=clock.utc_now())


def disable(person_id, by_id):
    one, by = (db.session.get_one(Person, number) for number in (person_id, by_id))
    people.disable_person(one, by=by, now=clock.utc_now())


def grant(person_id, by_id):
    one, by = (db.session.get_one(Person, number) for number in (person_id, by_id))
    roles.grant_role(one, Role.EVALUATOR, by=by, reason="Reads", now=clock.utc_now())


@pytest.mark.parametrize("_round", ROUNDS)
@pytest.mark.parametrize(("first", "second"), [(revoke, revoke), (disable, disable)])
def test_two_administrators_who_remove_each_other_leave_one(app, make, first, second, _round):
    one, other = (make.person(roles=[Role.ADMINISTRATOR]).id for _ in range(2))

    ends = at_once(app, [lambda: first(one, other), lambda: second(other, one)])

    assert sorted(ends, key=str) == [LastAdministrator, None]
    assert count_administrators() == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_role_that_is_given_twice_at_once_is_held_once(app, make, _round):
    by, person = make.person(roles=[Role.ADMINISTRATOR]).id, make.person().id

    ends = at_once(app, [lambda: grant(person, by)] * 2)

    assert sorted(ends, key=str) == [roles.AlreadyHeld, None]


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_new_team_that_two_colleagues_name_at_once_is_made_once(app, make, _round):
    organisation = make.organisation().id

    ends = at_once(app, [lambda: find_or_make_team(organisation, "Housing advice")] * 2)

    assert ends == [None, None]
    assert db.session.scalar(select(func.count()).select_from(Team)) == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_new_organisation_that_two_requests_name_at_once_is_listed_once(app, make, _round):
    by = make.coordinator().id
    requests = [
        make.keep(
            JoinRequest(
                name="Kim",
                email=f"kim{number}@new.example",
                organisation_name="Advice on wheels",
                state=RequestState.OPEN,
                asked_at=clock.utc_now(),
            )
        ).id
        for number in range(2)
    ]
    before = db.session.scalar(select(func.count()).select_from(Organisation))

    def let_in(number):
        request = db.session.get_one(JoinRequest, number)
        new = NewOrganisation("Advice on wheels", Sector.VOLUNTARY)
        accept(request, new, by=db.session.get_one(Person, by), now=clock.utc_now())

    ends = at_once(app, [lambda n=n: let_in(n) for n in requests])

    assert sorted(ends, key=str) == [OrganisationExists, None]
    assert db.session.scalar(select(func.count()).select_from(Organisation)) == before + 1
