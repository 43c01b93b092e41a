"""Sends plain notices by GOV.UK Notify, where an installation has it, with the same promise.

No notice is lost. One goes twice only when Notify took it, the answer was lost, and Notify does not
know its reference when it is asked before the next try.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection

from swa.core import clock
from swa.core.db import db
from swa.messaging import notify, smtp
from swa.messaging.dispatcher import channels, circuit, rows, statements
from swa.messaging.dispatcher.parcels import Parcel
from swa.messaging.notify import Means, Notify, NotTaken
from swa.messaging.setup import current_setup
from swa.messaging.smtp import MailServerAway, Verdict
from swa.messaging.types import Outcome, SendCount

CHANNEL = "notify"
WITHIN_SECONDS = 60  # asking and sending together; the lease is 120
VERDICTS = {
    Means.NEVER: Verdict.PERMANENT,
    Means.LATER: Verdict.TRANSPORT,
    Means.UNKNOWN: Verdict.UNKNOWN,
}


def send_all_due(
    count: SendCount, *, has_room: Callable[[], bool], on_each: Callable[[Outcome], None] | None
) -> None:
    """Send what is due of the kinds that go by Notify, until nothing is or Notify wants a rest.

    Args:
        count: Counts them.
        has_room: Whether one more may be looked at.
        on_each: Told of each notice's end.
    """
    service, names = notify.find_service(), channels.by_notify()
    while (
        service
        and has_room()
        and _has_due(names)
        and not circuit.why_rest(clock.utc_now(), CHANNEL)
    ):
        try:
            outcome = _send_next(service, names)
        except MailServerAway as away:
            circuit.record_failure(str(away), now=clock.utc_now(), channel=CHANNEL)
            continue
        if outcome is None:
            return
        count.add(outcome)
        if on_each:
            on_each(outcome)
        if outcome in {Outcome.SENT, Outcome.FAILED}:
            circuit.record_success(CHANNEL)


@contextmanager
def open_link(service: Notify) -> Iterator[HTTPConnection]:
    """Open a connection that is cut when it takes longer than a lease allows, and close it.

    Raises:
        NotTaken: Notify cannot be reached.
    """
    link = notify.connect(service)
    try:
        with smtp.deadline(link, WITHIN_SECONDS):
            yield link
    finally:
        link.close()


def _has_due(names: Collection[str]) -> bool:
    return statements.has_due(clock.utc_now(), names, ())


def _send_next(service: Notify, names: Collection[str]) -> Outcome | None:
    """Take one notice and send it; None when there is none to take."""
    claim = rows.claim_next(clock.utc_now(), (names, ()))
    if claim is None:
        return None
    parcel = rows.prepare(claim, clock.utc_now())
    return parcel if isinstance(parcel, Outcome) else _try(service, claim, parcel)


def _try(service: Notify, claim: rows.Claim, parcel: Parcel) -> Outcome:
    """Hand a notice over and write down what became of it.

    Raises:
        MailServerAway: Notify takes nothing from us; the try is given back.
    """
    try:
        return _hand_over(service, claim, parcel)
    except rows.LeaseLost:
        return Outcome.LOST
    except NotTaken as refusal:
        finding, now = VERDICTS[refusal.means], clock.utc_now()
        begun = finding is Verdict.UNKNOWN
        return rows.record_finding(claim, finding, str(refusal), begun=begun, now=now)


def _hand_over(service: Notify, claim: rows.Claim, parcel: Parcel) -> Outcome:
    """Give the notice to Notify, unless it has it already.

    Raises:
        NotTaken: It was refused, or nobody knows.
        rows.LeaseLost: The row is somebody else's now.
    """
    db.session.rollback()  # no transaction is open on the network
    reference = parcel.message_id.strip("<>")
    with open_link(service) as link:
        taken = None
        if claim.may_have_arrived:
            taken = notify.find(service, link, reference, now=clock.utc_now())
        if taken is None:
            rows.begin_sending(claim, clock.utc_now())
            taken = notify.send(
                service,
                link,
                address=parcel.address,
                subject=parcel.subject,
                body=parcel.text,
                reference=reference,
                now=clock.utc_now(),
            )
    rows.mark_sent(
        claim,
        "GOV.UK Notify took it",
        now=clock.utc_now(),
        keep_words=current_setup().is_demo or not parcel.is_private,
        notify_id=taken.id,
    )
    return Outcome.SENT
