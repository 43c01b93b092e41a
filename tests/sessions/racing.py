"""Random races for the last places of a session, and everything that must hold when one is over."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from swa.core.db import db, transaction
from swa.people.models import Person
from swa.sessions.models import TrainingSession
from swa.sessions.services.booking import book_place
from swa.sessions.types import BookingDetails
from tests.sessions import racers
from tests.sessions.consistency import (
    Records,
    list_faults_of_audit,
    list_faults_of_mails,
    list_faults_of_places,
)
from tests.support.factories import Make
from tests.support.helpers import Helper

CLIENTS = 2 * racers.CLIENTS
TEAMS, IN_A_TEAM = 10, 4


@dataclass(frozen=True)
class Shape:
    """What one race is about.

    Attributes:
        left: Places that are free before it.
        holders: People who booked before it, some of whom give back meanwhile.
        giving_back: Which of the holders do, by number; one may do so twice.
        asking: Who asks for a place, by number in the cast; one may ask twice. More people ask
            than there will be places.
        caps: Most places of a team and most per cent of an organisation; None for no caps.
    """

    left: int
    holders: int
    giving_back: tuple[int, ...]
    asking: tuple[int, ...]
    caps: tuple[int, int] | None


def draw(chance: random.Random) -> Shape:
    """Draw a race of 16 clients for 1 to 8 places."""
    left, asks_again = chance.randint(1, 8), chance.randint(0, 2)
    most_back = (CLIENTS - asks_again - left - 1) // 2  # so that somebody has to wait
    giving_back = [*range(chance.randint(0, min(4, most_back)))]
    holders = len(giving_back) + chance.randint(0, 3)
    if giving_back and chance.random() < 0.3:
        giving_back[-1] = 0
    people = chance.sample(
        range(holders, TEAMS * IN_A_TEAM), CLIENTS - len(giving_back) - asks_again
    )
    caps = (chance.randint(1, 3), chance.choice([25, 50])) if chance.random() < 0.3 else None
    asking = people + chance.choices(people, k=asks_again)
    return Shape(left, holders, tuple(giving_back), tuple(asking), caps)


class Course:
    """Where races are run: the people, the topic, and two processes with half of the clients."""

    def __init__(self, make: Make, halves: Sequence[Helper]) -> None:
        self.make, self.halves = make, halves
        teams = [make.team() for _ in range(TEAMS // 2)]
        teams += [make.team(organisation=team.organisation) for team in teams]
        self.cast = [make.person(team=team).id for _ in range(IN_A_TEAM) for team in teams]
        self.crew = {
            "lead_facilitator_id": make.facilitator().id,
            "support_person_id": make.facilitator().id,
        }
        self.topic = make.topic()

    def run(self, chance: random.Random, spoilt: str | None = None) -> "Race":
        """Run one race to its end."""
        race = self._set_up(draw(chance))
        acts = [(racers.BOOK, race.session_id, who) for who in race.asking]
        acts += [(racers.CANCEL, booking_id) for booking_id in race.giving_back]
        chance.shuffle(acts)
        shares = acts[: racers.CLIENTS], acts[racers.CLIENTS :]
        for half, share in zip(self.halves, shares, strict=True):
            half.say({"acts": share, "spoilt": spoilt})
        for half in self.halves:
            assert half.hear() == racers.AT_THE_LINE
        for half in self.halves:
            half.say("go")
        race.answers = list(
            zip(acts, [a for half in self.halves for a in half.hear()], strict=True)
        )
        return race

    def _set_up(self, shape: Shape) -> "Race":
        per_team, percent = shape.caps or (TEAMS * IN_A_TEAM, 100)
        places = {
            "largest": shape.left + shape.holders,
            "most_per_team": per_team,
            "most_percent": percent,
        }
        session = self.make.session(topic=self.topic, places=places, plan=(), **self.crew)
        now = session.starts_at - racers.LONG_BEFORE
        with transaction():
            rows = [
                book_place(session, person, by=person, details=BookingDetails(), now=now)
                for person in self._people(shape.holders)
            ]
        race = Race(
            shape,
            session.id,
            [self.cast[number] for number in shape.asking],
            [rows[number].id for number in shape.giving_back],
        )
        db.session.rollback()
        return race

    def _people(self, number: int) -> list[Person]:
        return [db.session.get_one(Person, person_id) for person_id in self.cast[:number]]


@dataclass
class Race:
    """One race with what each client was told."""

    shape: Shape
    session_id: int
    asking: list[int]
    giving_back: list[int]
    answers: Any = ()

    def list_faults(self) -> list[str]:
        """List what went wrong, in words; an empty list for a race that ended as it must."""
        db.session.rollback()
        session = db.session.get_one(TrainingSession, self.session_id)
        records = Records(session)
        return [
            *list_faults_of_places(session, records),
            *list_faults_of_audit(records),
            *list_faults_of_mails(records),
            *self._faults_of_fullness(session, records),
            *self._faults_of_answers(records),
        ]

    def _faults_of_fullness(self, session: TrainingSession, records: Records) -> list[str]:
        held = sum(row.holds_a_place for row in records.rows)
        is_full = self.shape.caps or held == session.places.largest
        return [] if is_full else [f"{held} of {session.places.largest} places are filled"]

    def _faults_of_answers(self, records: Records) -> list[str]:
        """Compare what the clients were told with what is so."""
        rows = {row.claim.person_id: row for row in records.rows}
        told: dict[int, list[str]] = {}
        faults = []
        for (act, *ids), answer in self.answers:
            told.setdefault(ids[-1], []).append(answer)
            if act == racers.CANCEL and answer != racers.CANCELLED:
                faults.append(f"giving back ended with {answer}")
        for who in set(self.asking):
            row, (first, *more) = rows.get(who), sorted(told[who], key=_already_last)
            is_true = row is not None and first == ("waiting" if row.offers else str(row.status))
            if not is_true or set(more) - {racers.ALREADY}:
                faults.append(f"person {who} was told {told[who]}")
        given_back = {row.id for row in records.rows if not row.is_live}
        if given_back != set(self.giving_back):
            faults.append("other bookings are cancelled than were given back")
        return faults


def _already_last(answer: str) -> bool:
    return answer == racers.ALREADY
