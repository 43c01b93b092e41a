"""Which e-mails those who run a session ought to have, and when: facilitators, support person."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime

from swa.calendars.models import Invitation
from swa.calendars.types import InvitationState
from swa.messaging import rulebook
from swa.messaging.choices import standing
from swa.messaging.rulebook import RuleBook
from swa.messaging.send_rules import Audience, Event, SendRule, due_at, useful_until
from swa.messaging.types import WantedMail
from swa.sessions.emails.news import Key, find_move_news, last_moved_at
from swa.sessions.models import TrainingSession
from swa.sessions.rules.send_plan import OWN_TO_RUN, RUN_JOINING, UNSAVED, scope_of

RUN = "session to run"
RUN_MOVED = "session to run moved"
RUN_OVER = "session to run cancelled"
STAFF_KINDS = (RUN, RUN_MOVED, RUN_JOINING, RUN_OVER, UNSAVED, OWN_TO_RUN)
WITH_CALENDAR = frozenset({RUN, RUN_MOVED, RUN_OVER})


def occasion_to_run(session: TrainingSession, person_id: int) -> str:
    """Name what somebody runs as the outbox and the calendars know it."""
    return f"session {session.id} run by {person_id}"


def staff_of(session: TrainingSession) -> set[int]:
    """Return the ids of those who run the session."""
    ids = (session.lead_facilitator_id, session.co_facilitator_id, session.support_person_id)
    return {person_id for person_id in ids if person_id is not None}


def list_wanted_to_run(
    session: TrainingSession,
    invitation: Invitation,
    tried: Collection[Key],
    book: RuleBook | None = None,
) -> tuple[WantedMail, ...]:
    """List the e-mails that somebody who runs the session ought to have as things stand.

    Args:
        session: With its moves.
        invitation: Theirs, standing or withdrawn; a new one is a new fact.
        tried: Kind and edition of what may have reached them.
        book: The rules of the send plan; those of the open transaction when left out.

    Source:
        IN-09, TR-07, TR-12, TR-09 (whoever runs it saves the attendance).
    """
    number, since = invitation.id, invitation.created_at
    if invitation.state is InvitationState.WITHDRAWN:
        is_news = session.is_cancelled or was_told(session, invitation, tried)
        mail = _mail(session, invitation, RUN_OVER, invitation.revised_at, edition=number)
        return (replace(mail, give_up_at=session.ends_at),) if is_news else ()
    news = find_move_news(session, since=since, kind=RUN_MOVED, tried=tried)
    first = (
        _mail(session, invitation, RUN_MOVED, news.moved_at, edition=news.edition)
        if news
        else _mail(session, invitation, RUN, since, edition=number)
    )
    known_at = max(since, last_moved_at(session) or since)
    rules = (book or rulebook.load()).rules_for(scope_of(session.topic_id))
    meant = [rule for rule in rules if _is_meant(rule, session, invitation.person_id)]
    days_off = (book or rulebook.load()).days_off
    dated = _date(meant, session, known_at=known_at, days_off=days_off)
    return (first, *(_by_rule(rule, due, session, invitation) for rule, due in dated
                     if standing.wants(invitation.person_id, rule.optional, due)))  # fmt: skip


def _is_meant(rule: SendRule, session: TrainingSession, person_id: int) -> bool:
    """Say whether a rule sends anything to this one of those who run the session."""
    leads = person_id in {session.lead_facilitator_id, session.co_facilitator_id}
    supports = person_id == session.support_person_id
    belongs = {
        Audience.CREW: leads or supports,
        Audience.FACILITATORS: leads,
        Audience.SUPPORT_PERSON: supports,
    }
    if rule.kind == UNSAVED and (session.attendance_saved_at or not session.places_taken):
        return False
    return belongs.get(rule.audience, False)


def _date(
    rules: Iterable[SendRule],
    session: TrainingSession,
    *,
    known_at: datetime,
    days_off: Collection[date],
) -> Iterable[tuple[SendRule, datetime]]:
    moments = {Event.START: session.starts_at, Event.END: session.ends_at}
    for rule in rules:
        event_at, known = moments.get(rule.event, session.ends_at), known_at
        if rule.event is Event.ATTENDANCE:
            if session.attendance_saved_at is None:
                continue
            known = max(known, session.attendance_saved_at)
        due = due_at(rule, event_at, known_at=known, over_at=session.ends_at, days_off=days_off)
        if due is not None:
            yield rule, due


def _by_rule(
    rule: SendRule, due: datetime, session: TrainingSession, invitation: Invitation
) -> WantedMail:
    return WantedMail(
        kind=rule.kind,
        edition=rule.number or invitation.id,
        person_id=invitation.person_id,
        due_at=due,
        give_up_at=useful_until(rule, due, starts_at=session.starts_at),
        moved_at=last_moved_at(session),
    )


def was_told(session: TrainingSession, invitation: Invitation, tried: Collection[Key]) -> bool:
    """Say whether a mail with this very invitation may have reached them."""
    moves = {(RUN_MOVED, m.number) for m in session.moves if m.moved_at > invitation.created_at}
    return not moves.union({(RUN, invitation.id)}).isdisjoint(tried)


def _mail(
    session: TrainingSession,
    invitation: Invitation,
    kind: str,
    due_at: datetime,
    *,
    edition: int,
) -> WantedMail:
    return WantedMail(
        kind=kind,
        edition=edition,
        person_id=invitation.person_id,
        due_at=due_at,
        give_up_at=session.starts_at,
        moved_at=last_moved_at(session),
    )
