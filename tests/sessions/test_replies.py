"""What a calendar's answer does to a place: REPLY-5, REPLY-6, REPLY-8, with the real bookings."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select

from swa.calendars.queries import find_latest
from swa.calendars.replies import services as replies
from swa.calendars.replies.types import (
    Answers,
    CalendarAnswer,
    MailKind,
    NewTime,
    ReadMail,
    Sender,
)
from swa.calendars.types import Answer
from swa.core.db import db, transaction
from swa.messaging import kinds
from swa.messaging.models import OutboxMessage
from swa.messaging.types import MessageState
from swa.people.tokens import link_token
from swa.sessions.emails import replies as emails
from swa.sessions.models import Booking, PlaceQuestion, TrainingSession
from swa.sessions.queries import replies as queries
from swa.sessions.rules.replies import expires_at, initials
from swa.sessions.services import replies as services
from swa.sessions.types import BookingStatus, PlaceDecision
from tests.sessions.doing import book, call_off, cancel, later, move
from tests.sessions.postman import outbox, send_due
from tests.support.golden import assert_golden

START = datetime(2027, 4, 1, 13, 0, tzinfo=UTC)
NOW = datetime(2027, 3, 10, 10, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
_keys = iter(range(10**9))


@pytest.fixture
def session(make):
    return make.session(starts_at=START, topic=make.topic(title="Core Conversations"))


@pytest.fixture
def booking(make, session):
    person = make.person(name="Amina Begum", email="amina.begum@example.org")
    return book(session, person, now=NOW)


def answer(row, word=Answer.DECLINED, *, now=LATER, sequence=None, occasion="", attendee=""):
    invitation = find_latest(occasion or f"booking {row.id}")
    number = invitation.sequence if sequence is None else sequence
    by = attendee or "Amina.Begum@example.org"
    said = CalendarAnswer(invitation.uid, word, sequence=number, stamp=now, attendee=by)
    with transaction():
        mail = ReadMail(Sender(), Answers((said,)))
        kind = replies.receive(mail, key=str(next(_keys)), now=now)
    db.session.expire_all()
    return kind


def questions():
    return list(db.session.scalars(select(PlaceQuestion).order_by(PlaceQuestion.id)))


def token_of(question):
    return link_token(emails.PURPOSE, question.nonce)


def decide(question, decision, *, now=LATER):
    with transaction():
        found = queries.find_question(token_of(question))
        counted = services.decide(found, decision, now=now)
    db.session.expire_all()
    return counted


def test_a_decline_frees_no_place_and_asks_by_one_mail(booking, session):
    """REPLY-6."""
    answer(booking)

    assert booking.status is BookingStatus.CONFIRMED
    assert session.places_taken == 1
    (question,) = questions()
    (mail,) = [mail for mail in send_due(LATER) if mail.kind == emails.GIVE_BACK]
    assert mail.person_id == booking.person.id
    assert token_of(question) not in mail.draft.text, "no row holds a usable link (LK-1)"
    assert question.token_hash not in mail.draft.text


def test_the_question_goes_to_the_stored_address_with_the_link(booking):
    """REPLY-6, LK-1: never to who sent the reply."""
    answer(booking)
    (question,) = questions()
    row = db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == emails.GIVE_BACK)
    ).one()
    kind = kinds.get(emails.GIVE_BACK)
    with transaction():
        recipient = kinds.find_recipient(row)
        draft = kind.draft(row, recipient)
        text = kind.fill_secrets(draft.text, row)

    assert recipient.address == "amina.begum@example.org"
    assert f"http://localhost/places/link/{token_of(question)}" in text
    words = text.replace(token_of(question), "TOKEN").replace(booking.reference, "…")
    assert_golden("emails/sessions/give_back.txt", f"Subject: {draft.subject}\n\n{words}")


def test_declining_again_asks_only_once_for_each_date(booking):
    """REPLY-6: one mail."""
    answer(booking)
    answer(booking, Answer.ACCEPTED, now=LATER + timedelta(hours=1))
    answer(booking, now=LATER + timedelta(hours=2))

    assert len(questions()) == 1


def test_declining_after_i_am_coming_is_a_new_question(booking, session):
    """REPLY-6: the desk shows the newer decline, and the older answer no more."""
    answer(booking)
    (first,) = questions()
    decide(first, PlaceDecision.KEEP)

    answer(booking, now=LATER + timedelta(days=1))

    _, second = questions()
    assert second.decided_at is None
    assert queries.list_heard(session, [booking]).kept == frozenset()
    sent = [mail.kind for mail in send_due(LATER + timedelta(days=1))]
    assert sent.count(emails.GIVE_BACK) == 1
    assert decide(second, PlaceDecision.KEEP, now=LATER + timedelta(days=2))
    assert queries.list_heard(session, [booking]).kept == {booking.id}


def test_declining_after_a_question_that_nobody_answered_asks_anew(booking):
    answer(booking)

    answer(booking, now=LATER + timedelta(days=14))

    assert len(questions()) == 2


def test_declining_accepting_and_declining_before_the_mail_went_asks_once(booking):
    answer(booking)
    answer(booking, Answer.ACCEPTED, now=LATER + timedelta(seconds=1))
    send_due(LATER + timedelta(minutes=1))

    answer(booking, now=LATER + timedelta(minutes=2))

    sent = [mail.kind for mail in send_due(LATER + timedelta(minutes=3))]
    assert sent.count(emails.GIVE_BACK) == 1
    assert len(questions()) == 1


def test_who_accepts_before_the_mail_goes_is_not_asked(booking):
    answer(booking)
    answer(booking, Answer.ACCEPTED, now=LATER + timedelta(seconds=1))

    assert emails.GIVE_BACK not in [mail.kind for mail in send_due(LATER + timedelta(minutes=1))]


def test_a_topic_may_free_the_place_at_once(booking, session, make):
    """REPLY-6: only where the topic says so; the next in turn gets the place."""
    with transaction():
        session.topic.frees_declined = True

    answer(booking)

    assert booking.status is BookingStatus.CANCELLED
    assert session.places_taken == 0
    assert questions() == []


def test_a_colleagues_decline_of_an_invitation_sent_on_frees_nothing_at_once(booking, session):
    """REPLY-4, REPLY-6: it counts as an answer, but the person is asked first."""
    with transaction():
        session.topic.frees_declined = True

    answer(booking, attendee="colleague@example.org")

    assert booking.status is BookingStatus.CONFIRMED
    assert len(questions()) == 1


def test_a_decline_of_the_date_before_asks_nothing(booking, session, make):
    """REPLY-5: the answer belongs to the old date."""
    move(session, later(session, by=timedelta(days=1)), by=make.coordinator(), now=LATER)

    answer(booking, sequence=0, now=LATER + timedelta(hours=1))

    assert questions() == []
    assert find_latest(f"booking {booking.id}").answered_before_change
    assert booking.status is BookingStatus.CONFIRMED


def test_a_decline_of_the_new_date_asks_anew(booking, session, make):
    answer(booking)
    move(session, later(session, by=timedelta(days=1)), by=make.coordinator(), now=LATER)

    answer(booking, now=LATER + timedelta(hours=1))

    first, second = questions()
    assert (first.sequence, second.sequence) == (0, 1)
    assert not decide(first, PlaceDecision.GIVE_BACK), "the question about the old date is closed"
    assert decide(second, PlaceDecision.GIVE_BACK)


def test_a_decline_after_the_person_cancelled_does_nothing(booking):
    cancel(booking, now=LATER)

    assert answer(booking, now=LATER + timedelta(hours=1)) is MailKind.ANSWER

    assert questions() == []
    assert booking.status is BookingStatus.CANCELLED


def test_a_decline_of_a_cancelled_session_does_nothing(booking, session, make):
    call_off(session, by=make.coordinator(), now=LATER)

    answer(booking, now=LATER + timedelta(hours=1))

    assert questions() == []


def test_a_decline_after_the_start_does_nothing(booking):
    answer(booking, now=START)

    assert questions() == []


def test_giving_back_by_link_cancels_once_and_gives_the_place_on(booking, session):
    """REPLY-6, LK-5."""
    answer(booking)
    (question,) = questions()

    assert decide(question, PlaceDecision.GIVE_BACK)
    assert not decide(question, PlaceDecision.GIVE_BACK)
    assert not decide(question, PlaceDecision.KEEP)

    assert booking.status is BookingStatus.CANCELLED
    assert session.places_taken == 0
    (question,) = questions()
    assert (question.decision, question.decided_at) == (PlaceDecision.GIVE_BACK, LATER)


def test_keeping_by_link_changes_nothing_but_the_desk(booking, session):
    answer(booking)
    (question,) = questions()

    assert decide(question, PlaceDecision.KEEP)

    assert booking.status is BookingStatus.CONFIRMED
    heard = queries.list_heard(session, [booking])
    assert heard.kept == {booking.id}
    assert heard.of_bookings[booking.id].answer is Answer.DECLINED


@pytest.mark.parametrize("moment", [START, LATER + timedelta(days=14)])
def test_a_link_dies_with_the_session_or_after_two_weeks(booking, moment):
    """LK-4."""
    answer(booking)
    (question,) = questions()

    assert not decide(question, PlaceDecision.GIVE_BACK, now=moment)
    assert booking.status is BookingStatus.CONFIRMED


def test_a_link_dies_when_the_place_is_given_back_otherwise(booking):
    """LK-4."""
    answer(booking)
    (question,) = questions()
    cancel(booking, now=LATER)

    assert not decide(question, PlaceDecision.KEEP)


def test_when_a_question_ends_and_what_a_stranger_sees():
    assert expires_at(NOW, NOW + timedelta(days=20)) == NOW + timedelta(days=14)
    assert expires_at(NOW, NOW + timedelta(days=2)) == NOW + timedelta(days=2)
    assert initials("amina  Begum") == "A. B."
    assert initials("") == "…"


def propose(booking, *, now=LATER):
    invitation = find_latest(f"booking {booking.id}")
    new = NewTime(
        invitation.uid,
        starts_at=START + timedelta(days=1),
        attendee="amina.begum@example.org",
        comment="Friday is better",
    )
    with transaction():
        replies.receive(ReadMail(Sender(), new), key=str(next(_keys)), now=now)


def test_a_proposal_reaches_the_facilitator_and_moves_nothing(booking, session):
    """REPLY-8; no other person is named in the mail (ML-5)."""
    propose(booking)

    assert session.starts_at == START
    (mail,) = [mail for mail in send_due(LATER) if mail.kind == emails.NEW_TIME]
    assert mail.person_id == session.lead_facilitator_id
    for word in ("Amina", "Begum", "amina.begum", "Friday is better"):
        assert word not in mail.draft.text + mail.draft.html + mail.draft.subject
    ((proposal, person),) = queries.list_heard(session, [booking]).proposals
    assert (person.id, proposal.comment) == (booking.person.id, "Friday is better")
    name = db.session.scalars(select(OutboxMessage.id)).first()
    assert name
    words = mail.draft.text.replace(f"/sessions/{session.id}/", "/sessions/N/")
    words = words.replace(facilitator_name(session), "Rosa Okafor")
    text = f"Subject: {mail.draft.subject}\n\n{words}"
    assert_golden("emails/sessions/new_time_proposed.txt", text)


def facilitator_name(session):
    return kinds.list_recipients([session.lead_facilitator_id])[session.lead_facilitator_id].name


def test_a_proposal_for_a_cancelled_session_is_kept_and_not_told(booking, session, make):
    call_off(session, by=make.coordinator(), now=LATER)

    propose(booking, now=LATER)

    assert emails.NEW_TIME not in {kind for kind, _ in outbox()}


def test_who_runs_it_and_declines_is_told_to_the_coordinators_once(make, session):
    coordinator = make.coordinator(name="Rosa Okafor")
    with transaction():
        from swa.sessions.services.mails import plan_session_mails

        plan_session_mails(session, now=NOW)
    occasion = f"session {session.id} run by {session.lead_facilitator_id}"

    answer(None, occasion=occasion)
    answer(None, Answer.ACCEPTED, occasion=occasion, now=LATER + timedelta(seconds=1))
    answer(None, occasion=occasion, now=LATER + timedelta(seconds=2))

    (mail,) = [mail for mail in send_due(LATER) if mail.kind == emails.NO_LONGER_RUNS]
    assert mail.person_id == coordinator.id
    assert facilitator_name(session) not in mail.draft.text
    heard = queries.list_heard(session, [])
    assert heard.of_crew[session.lead_facilitator_id].answer is Answer.DECLINED
    words = mail.draft.text.replace(f"/sessions/{session.id}/", "/sessions/N/")
    text = f"Subject: {mail.draft.subject}\n\n{words}"
    assert_golden("emails/sessions/no_longer_runs.txt", text)


def test_a_mail_that_is_too_late_is_not_sent(booking, session, make):
    answer(booking)
    propose(booking)
    call_off(session, by=make.coordinator(), now=LATER)

    sent = [mail.kind for mail in send_due(LATER + timedelta(minutes=1))]

    assert emails.GIVE_BACK not in sent
    assert emails.NEW_TIME not in sent
    dropped = [state for (kind, _), state in outbox().items() if kind == emails.NEW_TIME]
    assert dropped == [MessageState.DROPPED]


def decline_by_uid(uid, email, key):
    said = CalendarAnswer(uid, Answer.DECLINED, stamp=LATER, attendee=email)
    with transaction():
        replies.receive(ReadMail(Sender(), Answers((said,))), key=f"race {key}", now=LATER)


def cancel_by_id(booking_id):
    cancel(db.session.get_one(Booking, booking_id), now=LATER)


def run_at_once(app, acts):
    """Run each in a thread and a context of its own; the first error is raised here."""
    at_once = threading.Barrier(len(acts), timeout=20)

    def run(act):
        with app.app_context():
            at_once.wait()
            act()
            db.session.remove()

    with ThreadPoolExecutor(len(acts)) as threads:
        for end in [threads.submit(run, act) for act in acts]:
            end.result(timeout=60)


def test_declines_and_cancellations_at_once_free_each_place_once(app, make, session):
    """REPLY-6, RL-2: both hold the session first, so nobody waits for ever and nothing is lost."""
    with transaction():
        session.topic.frees_declined = True
    rows = [book(session, make.person(), now=NOW) for _ in range(10)]
    staying = {book(session, make.person(), now=NOW).id for _ in range(2)}
    uids = {row.id: find_latest(f"booking {row.id}").uid for row in rows}
    emails_of = {row.id: row.person.email for row in rows}
    session_id = session.id
    db.session.rollback()

    declines = [partial(decline_by_uid, uid, emails_of[key], key) for key, uid in uids.items()]
    run_at_once(app, declines + [partial(cancel_by_id, booking_id) for booking_id in uids])

    db.session.expire_all()
    left = db.session.get_one(TrainingSession, session_id)
    live = {row.id for row in left.bookings if row.status is not BookingStatus.CANCELLED}
    assert live == staying
    assert left.places_taken == len(staying)
