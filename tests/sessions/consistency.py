"""What must hold between the bookings of a session, its counter, the audit log and the outbox.

Each function lists in words what does not; an empty list means that all is well.
"""

from collections import Counter, defaultdict

from sqlalchemy import select

from swa.calendars.models import Invitation
from swa.calendars.types import InvitationState
from swa.core.db import db
from swa.messaging.models import OutboxMessage
from swa.messaging.types import MessageState
from swa.people.models import AuditEvent
from swa.sessions.emails.wanted import list_wanted, occasion_of
from swa.sessions.models import Booking, TrainingSession
from swa.sessions.queries.mails import list_tried
from swa.sessions.rules.places import why_wait
from swa.sessions.types import BookingStatus


class Records:
    """Everything the database holds about the bookings of one session.

    Attributes:
        rows: All bookings, also cancelled ones.
        messages: By booking, without the dropped ones.
        invitations: The newest one of each booking.
        audit: What the audit log says of each booking, the oldest line first.
    """

    def __init__(self, session: TrainingSession) -> None:
        mine = select(Booking).where(Booking.session_id == session.id).order_by(Booking.id)
        self.rows = list(db.session.scalars(mine))
        ids = {occasion_of(row): row.id for row in self.rows}
        self.messages: dict[int, list[OutboxMessage]] = defaultdict(list)
        for message in db.session.scalars(
            select(OutboxMessage).where(
                OutboxMessage.occasion.in_(ids), OutboxMessage.state != MessageState.DROPPED
            )
        ):
            self.messages[ids[message.occasion]].append(message)
        of_these = Invitation.occasion.in_(ids)
        self.invitations = {
            ids[invitation.occasion]: invitation
            for invitation in db.session.scalars(
                select(Invitation).where(of_these).order_by(Invitation.id)
            )
        }
        self.audit: dict[int, list[str]] = defaultdict(list)
        lines = select(AuditEvent).where(AuditEvent.about.in_(ids)).order_by(AuditEvent.id)
        for line in db.session.scalars(lines):
            self.audit[ids[line.about]].append(line.what)


def list_faults_of_places(session: TrainingSession, records: Records) -> list[str]:
    """Compare the places with the counter, the people and the turns; nobody waits in vain."""
    held = [row.claim for row in records.rows if row.holds_a_place]
    faults = []
    if session.places_taken != len(held):
        faults.append(f"the counter says {session.places_taken}, {len(held)} hold a place")
    if len(held) > session.places.largest:
        faults.append(f"oversold: {len(held)} of {session.places.largest}")
    live = Counter(row.claim.person_id for row in records.rows if row.is_live)
    faults += [f"person {who} has {number} bookings" for who, number in live.items() if number > 1]
    for row in records.rows:
        if row.status is not BookingStatus.WAITING:
            continue
        time_left = session.starts_at - row.booked_at
        reason = why_wait(row.claim, held, session.places, time_left=time_left)
        if reason is None or reason != row.wait_reason:
            faults.append(f"booking {row.id} waits for {row.wait_reason}, and it is {reason}")
    return faults


def list_faults_of_audit(records: Records) -> list[str]:
    """Compare the audit lines with the bookings: each step has exactly one."""
    return [
        f"booking {row.id} is {row.status}, the audit says {records.audit.get(row.id)}"
        for row in records.rows
        if records.audit.get(row.id) != _lines_of(row)
    ]


def list_faults_of_mails(records: Records, *, has_worker: bool = False) -> list[str]:
    """Compare messages and invitations with the bookings.

    Args:
        records: All bookings of a session.
        has_worker: Whether somebody sends meanwhile. What they have in hand may not be wanted any
            more; that is found out before it goes.
    """
    faults = []
    for row in records.rows:
        tried = list_tried(occasion_of(row)) if has_worker else ()
        ought = Counter((mail.kind, mail.edition) for mail in list_wanted(row, tried).mails)
        found = Counter((message.kind, message.edition) for message in records.messages[row.id])
        if ought - found or max(found.values(), default=0) > 1:
            faults.append(f"booking {row.id} is {row.status}: {found} instead of {ought}")
        elif found != ought and not has_worker:
            faults.append(f"booking {row.id} is {row.status}: {found}, more than {ought}")
        invitation = records.invitations.get(row.id)
        stands = invitation is not None and invitation.state is InvitationState.STANDING
        if stands != (row.status is BookingStatus.CONFIRMED):
            faults.append(f"booking {row.id} is {row.status}, its invitation stands: {stands}")
    return faults


def _lines_of(row: Booking) -> list[str]:
    """Return the audit lines of a booking, which follow from how it stands."""
    waited = row.offers > 0 or row.confirmed_at is None
    lines = ["booking waiting"] if waited else []
    lines += ["booking confirmed"] if row.confirmed_at else []
    return lines if row.is_live else [*lines, "booking cancelled"]
