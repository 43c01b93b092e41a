"""Which e-mails those who run a session ought to have, and when: facilitators, support person."""

from collections.abc import Collection, Iterator

from swa.calendars.models import Invitation
from swa.calendars.types import InvitationState
from swa.messaging import rulebook
from swa.messaging.rulebook import RuleBook
from swa.messaging.send_rules import HAPPENINGS, Audience, SendRule
from swa.messaging.types import WantedMail
from swa.sessions.emails.causes import find_cause_to_run
from swa.sessions.emails.making import make_by_rule, make_mail
from swa.sessions.emails.news import Key, MoveNews, find_move_news, last_moved_at
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
    number, since, person_id = invitation.id, invitation.created_at, invitation.person_id
    news = find_move_news(session, since=since, kind=RUN_MOVED, tried=tried)
    by_rule = _list_by_rule(session, invitation, book or rulebook.load(), news)
    if invitation.state is InvitationState.WITHDRAWN:
        is_news = session.is_cancelled or was_told(session, invitation, tried)
        at, until = invitation.revised_at, session.ends_at
        mail = make_mail(session, person_id, RUN_OVER, at, edition=number, until=until)
        over = (mail,) if is_news else ()
        return (*over, *by_rule) if session.is_cancelled else over
    first = (
        make_mail(session, person_id, RUN_MOVED, news.moved_at, edition=news.edition)
        if news
        else make_mail(session, person_id, RUN, since, edition=number)
    )
    return (first, *by_rule)


def _list_by_rule(
    session: TrainingSession, invitation: Invitation, book: RuleBook, news: MoveNews | None
) -> Iterator[WantedMail]:
    """Yield what the rules send to this one of those who run the session."""
    since, person_id = invitation.created_at, invitation.person_id
    known_at = max(since, last_moved_at(session) or since)
    for rule in book.rules_for(scope_of(session.topic_id)):
        cause = find_cause_to_run(rule.event, session, news, known_at=known_at)
        if cause is None or not _is_meant(rule, session, person_id):
            continue
        shipped, off = invitation.id, book.days_off
        mail = make_by_rule(rule, cause, session, person_id, days_off=off, shipped=shipped)
        if mail and (mail.due_at < mail.give_up_at or rule.event not in HAPPENINGS):
            yield mail


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


def was_told(session: TrainingSession, invitation: Invitation, tried: Collection[Key]) -> bool:
    """Say whether a mail with this very invitation may have reached them."""
    moves = {(RUN_MOVED, m.number) for m in session.moves if m.moved_at > invitation.created_at}
    return not moves.union({(RUN, invitation.id)}).isdisjoint(tried)
