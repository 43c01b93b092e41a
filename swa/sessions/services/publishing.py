"""Publishing: from now on people can find a session and book it."""

from datetime import datetime

from swa.core.db import db
from swa.people.models import Person
from swa.people.services import audit
from swa.sessions.models import TrainingSession
from swa.sessions.queries.access import lock_session
from swa.sessions.rules import publishing as rules
from swa.sessions.services.mails import plan_session_mails
from swa.sessions.services.readiness import check_free, crew_of, list_findings
from swa.sessions.types import SessionStatus


def publish_session(
    session: TrainingSession, *, by: Person, now: datetime, referral_reason: str = ""
) -> None:
    """Publish a session and invite those who run it; twice is as good as once.

    Args:
        session: A draft.
        by: Who runs it, or the programme coordinator.
        now: UTC.
        referral_reason: Why nobody who takes the referrals runs a specialist session; asked for
            only where that is so, and kept.

    Raises:
        NotReady: Lists what is missing.
        ReasonMissing: ``referral_reason`` is needed and empty (SS-07).
        BusyElsewhere: One of its people runs another session then (IN-19).
        AlreadyCancelled: The session was called off.

    Source:
        DC-08, TR-07, TR-10, TR-18 (those who run it are invited), TR-21, AN-05, AN-21, AN-28,
        OT-07 (advice that was passed over is kept in the record).
    """
    lock_session(session)
    if session.is_published:
        return
    if session.is_cancelled:
        raise rules.AlreadyCancelled
    findings = list_findings(session, now=now)
    rules.check_ready(findings, referral_reason=referral_reason)
    check_free(crew_of(session), session.starts_at, session.ends_at, besides=session.id)
    if any(finding.needs_reason for finding in findings):
        session.referral_reason = referral_reason
    session.status = SessionStatus.PUBLISHED
    session.published_at = now
    passed_over = ", ".join(sorted({f"advice on {finding.task}" for finding in findings}))
    audit.record(
        "session published",
        about=f"session {session.id}",
        by_id=by.id,
        now=now,
        fields=passed_over,
    )
    db.session.flush()
    plan_session_mails(session, now=now)
