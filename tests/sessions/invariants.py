"""What must hold after every step of a history: the invariants of bookings, 1 to 8 and 10 to 12."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from swa.calendars.types import InvitationState
from swa.core.dates import LONDON
from swa.messaging import rulebook
from swa.messaging.types import MessageState, WantedMail
from swa.sessions.emails.wanted import list_wanted
from swa.sessions.emails.wanted_to_run import STAFF_KINDS
from swa.sessions.models import Booking, TrainingSession
from swa.sessions.queries import bookings as queries
from swa.sessions.rules.places import why_wait
from swa.sessions.types import BookingStatus
from tests.sessions.facts import Facts, newest_line, noted_for, turn
from tests.sessions.postman import Sent
from tests.support.query_counts import Writes

STEPS = {
    (None, "waiting"),
    (None, "confirmed"),
    ("waiting", "confirmed"),
    ("waiting", "cancelled"),
    ("confirmed", "cancelled"),
}
FOR_THOSE_WITH_A_PLACE = {"booking confirmed", "place given", "prework", "joining instructions"}


class Watch:
    """Remembers how things stood after the step before, and compares.

    Args:
        session: Published, without a booking.

    Attributes:
        facts: As they are after the last step.
        may_end: The bookings that this step may cancel.
    """

    def __init__(self, session: TrainingSession) -> None:
        self.session_id = session.id
        self.time_of_day = session.starts_at.astimezone(LONDON).time()
        self.facts = Facts(session.id, after=newest_line())
        self.book = rulebook.load()  # nobody changes a rule meanwhile
        self.writes = Writes()
        self.may_end: set[int] = set()
        self.wanted: dict[int, Sequence[WantedMail]] = {}
        self.seen: dict[int, str] = {}
        self.expected: Counter[tuple[str, str]] = Counter()
        self.invitations: dict[int, Any] = {}
        self.got: Counter[tuple[Any, ...]] = Counter()

    def expect(self, what: str) -> None:
        """Say that the session itself has changed in this step, so that one line tells of it."""
        self.expected[f"session {self.session_id}", what] += 1

    def check(self, now: datetime) -> None:
        """Look at everything from every side; where nothing was written, at what time changes."""
        if self.writes.happened():
            self.facts = Facts(self.session_id, after=self.facts.newest_line)
            self.wanted = {row.id: self._list_wanted(row) for row in self.facts.rows}
            self._check_steps(self.facts)
            self._check_turns(self.facts)
            self._check_invitations(self.facts, now)
        else:
            assert not self.expected, "a change that is nowhere written"
        self._check_places(self.facts, now)
        self._check_mails(self.facts, now)
        self.expected.clear()
        self.may_end.clear()

    def end(self) -> None:
        """Stop watching what is written."""
        self.writes.end()

    def check_letters(self, letters: list[Sent], now: datetime) -> None:
        """Nothing goes twice, nothing too late, nothing to those without a place."""
        places = {row.claim.person_id for row in self.facts.live if row.holds_a_place}
        for letter in letters:
            if letter.kind in STAFF_KINDS:
                continue
            key = (letter.kind, letter.person_id, letter.draft.subject, letter.draft.text)
            self.got[key] += 1
            assert self.got[key] == 1 or letter.kind == "session moved", "nothing goes twice"
            assert now < self.facts.session.starts_at or "cancelled" in letter.kind
            if letter.kind in FOR_THOSE_WITH_A_PLACE:
                assert letter.person_id in places

    def _check_places(self, facts: Facts, now: datetime) -> None:
        """Never more people than places; no place is free while somebody may have it."""
        session = facts.session
        held = [row.claim for row in facts.live if row.holds_a_place]
        assert session.places_taken == len(held) <= session.places.largest
        if facts.is_open(now):
            for row in facts.waiting:
                time_left = session.starts_at - now
                reason = why_wait(row.claim, held, session.places, time_left=time_left)
                assert reason is not None
                assert row.wait_reason == reason

    def _check_steps(self, facts: Facts) -> None:
        """Only steps of the graph, each with one audit line; who is passed over is noted."""
        waited = {row.id for row in facts.waiting if self.seen.get(row.id) == "waiting"}
        for row in facts.rows:
            before = self.seen.get(row.id)
            if before == row.status:
                continue
            assert (before, str(row.status)) in STEPS
            assert row.is_live or row.id in self.may_end, "nobody is dropped"
            self.expected[f"booking {row.id}", f"booking {row.status}"] += 1
            if row.status is BookingStatus.CONFIRMED:
                passed = {each.id for each in facts.waiting if turn(each) < turn(row)} & waited
                assert not passed or passed <= noted_for(row), "each exception is noted"
        self.seen = {row.id: str(row.status) for row in facts.rows}
        assert facts.audit == self.expected

    def _check_turns(self, facts: Facts) -> None:
        """One live booking each, and turns without a gap."""
        people = [row.claim.person_id for row in facts.live]
        assert len(people) == len(set(people))
        if facts.waiting:
            assert queries.waiting_position(facts.waiting[-1]) == len(facts.waiting)

    def _check_mails(self, facts: Facts, now: datetime) -> None:
        """What waits to be sent is what is wanted; a cancelled session tells everybody once."""
        for row in facts.rows:
            messages = facts.messages[row.id]
            keys = [(message.kind, message.edition) for message in messages]
            assert len(keys) == len(set(keys))
            tried = _tried(messages)
            unsent = {
                (each.kind, each.edition) for each in messages if each.state is MessageState.WAITING
            }
            mails = self.wanted[row.id]
            useful = {(mail.kind, mail.edition) for mail in mails if mail.give_up_at > now}
            late = {(mail.kind, mail.edition) for mail in mails} - useful
            assert useful - tried <= unsent <= (useful | late) - tried
            if facts.session.is_cancelled and row.is_live:
                assert keys.count(("session cancelled", 1)) == 1

    def _list_wanted(self, row: Booking) -> Sequence[WantedMail]:
        """List what a booking ought to have; that hangs on what is written and on no moment."""
        return list_wanted(row, _tried(self.facts.messages[row.id]), self.book).mails

    def _check_invitations(self, facts: Facts, now: datetime) -> None:
        """An invitation keeps its UID; SEQUENCE rises by one with each move and at the end."""
        was_moved = (f"session {self.session_id}", "session moved") in self.expected
        for row in facts.rows:
            invitation = facts.invitations.get(row.id)
            assert (invitation is None) == (row.confirmed_at is None)
            if invitation is None:
                continue
            before = self.invitations.get(row.id)
            stands = invitation.state is InvitationState.STANDING
            if before is None:
                assert (invitation.sequence, stands) == (0, True)
            else:
                has_ended = not stands and before.state is InvitationState.STANDING
                raised = int(has_ended or (stands and was_moved))
                assert invitation.uid == before.uid
                assert invitation.sequence == before.sequence + raised
            self.invitations[row.id] = invitation
            if stands and now < facts.session.ends_at:
                assert invitation.starts_at == facts.session.starts_at
                assert invitation.starts_at.astimezone(LONDON).time() == self.time_of_day


def _tried(messages: Iterable[Any]) -> set[tuple[str, int]]:
    return {(each.kind, each.edition) for each in messages if each.attempts}
