"""The story so far: who has a place, who waits, and what stands in whose calendar."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from swa.core.db import db
from swa.messaging.models import OutboxMessage
from swa.messaging.types import UNSENT
from swa.people.models import Person as PersonRow
from swa.sessions.models import TrainingSession
from tests.story import post
from tests.story.cast import Cast, Player
from tests.story.people_at_work import (
    NEEDS,
    QUESTION,
    Anybody,
    Coordinator,
    Facilitator,
    Participant,
    Person,
    SupportPerson,
)
from tests.story.running import Product
from tests.story.windows import Windows
from tests.support.browser import PHONE
from tests.support.mail_sink import Received, Sink

TITLE = "Listening on the front line"
LENGTH = timedelta(hours=2)


@dataclass
class Story:
    """What the scenes hand on to each other.

    Attributes:
        confirmed: Who has a place, in the order in which they got it.
        bookings: Ids of bookings.
        uids: The UID of each person's calendar entry.
    """

    product: Product
    sink: Sink
    windows: Windows
    cast: Cast
    session_id: int = 0
    confirmed: list[Player] = field(default_factory=list)
    bookings: dict[Player, int] = field(default_factory=dict)
    uids: dict[str, str] = field(default_factory=dict)
    over_the_cap: Player = field(init=False)
    last: Player = field(init=False)

    @contextmanager
    def anybody(self) -> Iterator[Anybody]:
        """Open a window in which nobody is signed in."""
        with self.windows.open() as visit:
            yield Anybody(visit, self.product.address)

    @contextmanager
    def as_person(self, player: Player) -> Iterator[Any]:
        """Open a window in which somebody is signed in through a row, without the mail."""
        kind = Facilitator if player == self.cast.facilitator else Participant
        with self.windows.open(self.product.cookies_of(player.person_id)) as visit:
            yield kind(visit, self.product.address)

    @contextmanager
    def as_support_person_on_a_phone(self) -> Iterator[SupportPerson]:
        cookies = self.product.cookies_of(self.cast.support.person_id)
        with self.windows.open(cookies, size=PHONE) as visit:
            yield SupportPerson(visit, self.product.address)

    @staticmethod
    def as_coordinator(person: Person) -> Coordinator:
        return Coordinator(person.visit, person.address)

    @staticmethod
    def as_facilitator(person: Person) -> Facilitator:
        return Facilitator(person.visit, person.address)

    def books(self, player: Player) -> str:
        """Book through the pages; return the words of the last two pages."""
        is_curious = player == self.cast.bookers[2]
        with self.as_person(player) as person:
            person.answer_the_questions(
                TITLE, needs=NEEDS if is_curious else "", question=QUESTION if is_curious else ""
            )
            if is_curious:
                person.look_closely()
            words = person.words
            self.bookings[player] = person.book()
            words += person.words
        if "You have booked a place" in words:
            self.confirmed.append(player)
        return words

    def newcomer_registers(self) -> None:
        """Register somebody of a listed organisation, with a link from a real mail."""
        newcomer = self.cast.newcomer
        with self.anybody() as person:
            person.register(newcomer.email, newcomer.name)
            person.look_closely()
            (mail,) = post.wait_for(self.sink, "registration link", 1)
            person.use_the_link(post.link_in(mail), "Finish registering")
        wanted = select(PersonRow.id).where(PersonRow.email == newcomer.email)
        number = self.product.ask(lambda: db.session.scalars(wanted).one())
        self.last = replace(newcomer, person_id=number)

    def cancels(self, player: Player, link: str) -> None:
        with self.as_person(player) as person:
            person.cancel(self.bookings[player], link)
            assert "You have cancelled your place" in person.words
        self.confirmed.remove(player)

    def keep_entry(self, mail: Received, method: str, *, sequence: int, start: datetime) -> None:
        """Check what the mail does to a calendar; an entry keeps its UID for good."""
        entry, (address,) = post.entry_of(mail), mail.recipients
        assert entry is not None, mail.subject
        assert (entry.method, entry.sequence) == (method, sequence)
        assert entry.shown == ((start, start + LENGTH),)
        assert self.uids.setdefault(address, entry.uid) == entry.uid

    @staticmethod
    def addresses(players: Iterable[Player]) -> list[str]:
        return sorted(player.email for player in players)

    def organisation_of(self, player: Player) -> int:
        wanted = select(PersonRow.organisation_id).where(PersonRow.email == player.email)
        return int(self.product.ask(lambda: db.session.scalars(wanted).one()))

    def facts(self) -> Any:
        """Return status and taken places of the session as the database has them."""
        columns = (TrainingSession.status, TrainingSession.places_taken)
        wanted = select(*columns).where(TrainingSession.id == self.session_id)
        return self.product.ask(lambda: db.session.execute(wanted).one())

    def unsent(self) -> list[str]:
        """List what still waits in the outbox."""
        wanted = select(OutboxMessage.kind).where(OutboxMessage.state.in_(list(UNSENT)))
        return list(self.product.ask(lambda: db.session.scalars(wanted).all()))
