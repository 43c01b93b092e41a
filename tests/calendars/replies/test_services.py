"""What is done about a mail: REPLY-1, REPLY-4 to REPLY-9 and REPLY-11."""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from swa.calendars.models import Invitation
from swa.calendars.replies import owners, queries, services
from swa.calendars.replies.models import MailTask, ReceivedMail, TimeProposal, WeekAnswer
from swa.calendars.replies.owners import Owner
from swa.calendars.replies.reading import read_mail
from swa.calendars.replies.rules import believed_stamp, is_newer, is_settled
from swa.calendars.replies.types import (
    Answers,
    CalendarAnswer,
    Letter,
    MailKind,
    ReadMail,
    Sender,
    TaskState,
)
from swa.calendars.services import invitations
from swa.calendars.services import series as weekly
from swa.calendars.types import Answer, Rhythm, Slot
from swa.core.db import db, transaction
from swa.messaging import emails, kinds
from swa.messaging import queries as outbox
from swa.messaging.models import OutboxMessage
from swa.messaging.types import MessageState
from tests.calendars.replies import corpus
from tests.calendars.replies.corpus import mail
from tests.support.invitations import MADE, event

NOW = MADE + timedelta(days=2)
STAMP = MADE + timedelta(days=1)
ORGANISER = ("Social Welfare Alliance", "training@swa.example.org")
SENDER = Sender(name="Rosa", address="rosa.alias@example.org", hint="dkim=pass")


class Feature:
    """A feature that only notes what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def owner(self) -> Owner:
        return Owner(
            hold=lambda invitation: self.told.append(("hold", invitation.occasion)),
            declined=lambda invitation, _: self.told.append(("declined", invitation.occasion)),
            proposed=lambda proposal, _: self.told.append(("proposed", proposal.address)),
        )


@pytest.fixture
def feature():
    feature = Feature()
    owners.register("lesson", feature.owner())
    yield feature
    owners._owners.pop("lesson")


@pytest.fixture
def invitation(make, feature):
    return invite(make.person().id)


def invite(person_id, *, occasion="lesson 17", now=MADE):
    with transaction():
        return invitations.invite(occasion, person_id, event(), organiser=ORGANISER, now=now)


def move(invitation, *, days=1):
    said = invitation.event
    later = replace(
        said,
        starts_at=said.starts_at + timedelta(days=days),
        ends_at=said.ends_at + timedelta(days=days),
    )
    with transaction():
        invitations.revise(invitation, later, now=MADE + timedelta(hours=days))


def answer(invitation, word=Answer.ACCEPTED, **fields):
    return CalendarAnswer(uid=invitation.uid, answer=word, **({"stamp": STAMP} | fields))


def receive(finding, *, key="a", sender=SENDER, now=NOW):
    with transaction():
        kind = services.receive(ReadMail(sender, finding), key=key, now=now)
    db.session.expire_all()
    return kind


def answers(*each):
    return Answers(tuple(each))


def count(model):
    number = db.session.scalars(select(func.count()).select_from(model)).one()
    db.session.rollback()
    return number


@pytest.mark.parametrize("word", [Answer.ACCEPTED, Answer.TENTATIVE, Answer.DECLINED])
def test_an_answer_sets_its_columns_only(invitation, word):
    """REPLY-4, REPLY-6: who answered and what our server found out are recorded."""
    before = (invitation.sequence, invitation.revision, invitation.state)

    kind = receive(answers(answer(invitation, word, attendee="r.okafor@example.org", comment="!")))

    assert kind is MailKind.ANSWER
    assert invitation.answer is invitation.reply is word
    assert invitation.reply_address == "r.okafor@example.org"
    assert (invitation.reply_hint, invitation.reply_comment) == ("dkim=pass", "!")
    assert (invitation.reply_stamp, invitation.replied_at) == (STAMP, NOW)
    assert (invitation.sequence, invitation.revision, invitation.state) == before


def test_who_answers_need_not_be_who_was_invited(invitation):
    """REPLY-4: an alias without an address in the answer is recorded by the sender's."""
    receive(answers(answer(invitation)))

    assert invitation.answer is Answer.ACCEPTED
    assert invitation.reply_address == "rosa.alias@example.org"


def test_the_same_mail_twice_changes_nothing(invitation, feature):
    """REPLY-1."""
    first = receive(answers(answer(invitation, Answer.DECLINED)), key="same")
    again = receive(answers(answer(invitation, Answer.ACCEPTED, stamp=NOW)), key="same")

    assert first is again is MailKind.ANSWER
    assert invitation.answer is Answer.DECLINED
    assert count(ReceivedMail) == 1
    assert feature.told == [("hold", "lesson 17"), ("declined", "lesson 17")]


def test_the_same_letter_twice_is_one_task(app):
    """REPLY-1, REPLY-9."""
    receive(Letter("Is there parking?"), key="same")
    receive(Letter("Is there parking?"), key="same")

    assert count(MailTask) == 1


def test_the_latest_answer_wins_whatever_order_they_arrive_in(invitation):
    """REPLY-5: DTSTAMP breaks ties of SEQUENCE."""
    receive(answers(answer(invitation, Answer.DECLINED, stamp=STAMP)), key="b")
    receive(answers(answer(invitation, Answer.ACCEPTED, stamp=STAMP - timedelta(hours=1))), key="a")

    assert invitation.answer is Answer.DECLINED

    receive(
        answers(answer(invitation, Answer.TENTATIVE, stamp=STAMP + timedelta(hours=1))), key="c"
    )

    assert invitation.answer is Answer.TENTATIVE


def test_a_higher_sequence_wins_over_a_later_stamp(invitation):
    """REPLY-5: SEQUENCE decides first."""
    move(invitation)
    receive(answers(answer(invitation, Answer.ACCEPTED, sequence=1, stamp=STAMP)), key="a")
    receive(answers(answer(invitation, Answer.DECLINED, sequence=0, stamp=NOW)), key="b")

    assert invitation.answer is invitation.reply is Answer.ACCEPTED


def test_a_sequence_that_we_never_sent_outweighs_no_later_answer(invitation):
    """REPLY-5."""
    receive(answers(answer(invitation, Answer.ACCEPTED, sequence=99, stamp=STAMP)), key="a")
    later = STAMP + timedelta(hours=1)
    receive(answers(answer(invitation, Answer.DECLINED, sequence=0, stamp=later)), key="b")

    assert invitation.answer is Answer.DECLINED


def test_an_answer_to_an_old_date_is_kept_as_answered_before_the_change(invitation, feature):
    """REPLY-5: it does not count, and nobody is asked because of it."""
    move(invitation)

    receive(answers(answer(invitation, Answer.DECLINED, sequence=0)))

    assert invitation.answered_before_change
    assert invitation.reply is Answer.DECLINED
    assert invitation.answer is Answer.NEEDS_ACTION
    assert feature.told == [("hold", "lesson 17")]


def test_an_answer_becomes_one_before_the_change_when_the_date_moves(invitation):
    """REPLY-5."""
    receive(answers(answer(invitation)))
    assert not invitation.answered_before_change

    move(invitation)

    assert invitation.answered_before_change
    assert invitation.answer is Answer.NEEDS_ACTION


def test_a_clock_that_is_ahead_blocks_no_later_answer(invitation):
    receive(answers(answer(invitation, Answer.DECLINED, stamp=NOW + timedelta(days=900))), key="a")
    later = NOW + timedelta(hours=1)
    receive(answers(answer(invitation, Answer.ACCEPTED, stamp=later)), key="b", now=later)

    assert invitation.answer is Answer.ACCEPTED


def test_an_answer_without_a_stamp_counts_when_it_arrives(invitation):
    receive(answers(answer(invitation, Answer.ACCEPTED, stamp=None)))

    assert invitation.reply_stamp == NOW


def test_only_a_decline_of_what_stands_is_told_to_its_feature(invitation, feature):
    """REPLY-6: acceptance, and a decline of what was withdrawn, lead to nothing."""
    receive(answers(answer(invitation, Answer.ACCEPTED)), key="a")
    with transaction():
        invitations.withdraw(invitation, now=NOW)
    receive(answers(answer(invitation, Answer.DECLINED, sequence=1, stamp=NOW)), key="b", now=NOW)

    assert ("declined", "lesson 17") not in feature.told
    assert invitation.reply is Answer.DECLINED


def test_an_answer_for_a_uid_that_is_not_ours_is_put_aside(app):
    """REPLY-3."""
    stranger = CalendarAnswer(uid="somebody-elses", answer=Answer.DECLINED)

    assert receive(answers(stranger)) is MailKind.STRANGE


@pytest.fixture
def series(invitation):
    with transaction():
        day = datetime(2026, 10, 19, tzinfo=UTC).date()
        times = [datetime(2026, 1, 1, hour, tzinfo=UTC).time() for hour in (9, 10)]
        invitation.rhythm = Rhythm(first_day=day, begins=times[0], ends=times[1], weeks=10)
    return invitation


WEEK = datetime(2026, 10, 26, 9, tzinfo=UTC)
BEFORE_IT = datetime(2026, 10, 1, tzinfo=UTC)


def test_one_week_is_answered_by_itself(series, feature):
    """REPLY-6, REPLY-7: the whole keeps its answer, other weeks have none, no place is freed."""
    receive(answers(answer(series, Answer.ACCEPTED)), key="all")
    receive(answers(answer(series, Answer.DECLINED, original_start=WEEK)), key="one")

    (week,) = queries.list_weeks(series)
    assert (week.original_start, week.reply) == (WEEK, Answer.DECLINED)
    assert series.answer is Answer.ACCEPTED
    assert ("declined", "lesson 17") not in feature.told


def test_one_week_is_answered_anew(series):
    """REPLY-5, for a week."""
    for key, word, hours in (("a", "declined", 2), ("b", "accepted", 1), ("c", "tentative", 3)):
        stamp = STAMP + timedelta(hours=hours)
        one = answer(series, Answer(word), original_start=WEEK, stamp=stamp)
        receive(answers(one), key=key)

    (week,) = queries.list_weeks(series)
    assert week.reply is Answer.TENTATIVE
    assert count(WeekAnswer) == 1


def test_a_series_accepted_as_a_whole_declines_no_week(series):
    """REPLY-7: a missing answer for a week is not a decline."""
    receive(answers(answer(series, Answer.ACCEPTED)))

    assert list(queries.list_weeks(series)) == []


def change_one_week(series, how):
    day = datetime(2026, 10, 26, tzinfo=UTC).date()
    to = Slot(day + timedelta(days=1), series.rhythm.begins, series.rhythm.ends)
    with transaction():
        if how == "moved":
            weekly.move_week(series, day, to, now=BEFORE_IT)
        else:
            weekly.cancel_week(series, day, now=BEFORE_IT)
    db.session.expire_all()


@pytest.mark.parametrize("how", ["moved", "off"])
def test_an_answer_to_the_series_outlives_one_week_that_changes(series, how):
    """REPLY-5, REPLY-7: only the week asks anew."""
    receive(answers(answer(series, Answer.ACCEPTED)), key="before")

    change_one_week(series, how)

    assert series.sequence == 1
    assert not series.answered_before_change
    assert series.answer is Answer.ACCEPTED
    later = STAMP + timedelta(hours=1)
    receive(answers(answer(series, Answer.DECLINED, sequence=0, stamp=later)), key="after")
    assert series.answer is Answer.DECLINED, "their calendar knows the whole as it was"


def test_an_answer_to_the_series_is_one_before_the_change_when_it_gets_longer(series):
    """REPLY-5: that asks everybody anew."""
    receive(answers(answer(series, Answer.ACCEPTED)))
    change_one_week(series, "moved")

    with transaction():
        day = datetime(2026, 11, 2, tzinfo=UTC).date()
        weekly.lengthen(series, [day], is_closed=lambda _: False, now=BEFORE_IT)
    db.session.expire_all()

    assert series.answered_before_change


def test_a_week_of_what_has_no_weeks_is_the_whole(invitation):
    receive(answers(answer(invitation, Answer.TENTATIVE, original_start=WEEK)))

    assert invitation.answer is Answer.TENTATIVE


def test_a_counter_proposal_is_kept_and_told_and_moves_nothing(invitation, feature):
    """REPLY-8."""
    before = invitation.event
    found = read_mail(mail(corpus.COUNTER, uid=invitation.uid)).finding

    assert receive(found) is MailKind.PROPOSAL

    (proposal,) = queries.list_proposals(["lesson 17"])
    assert isinstance(proposal, TimeProposal)
    assert proposal.starts_at == datetime(2027, 4, 2, 9, tzinfo=UTC)
    assert proposal.ends_at - proposal.starts_at == timedelta(hours=2)
    assert invitation.event == before
    assert invitation.answer is Answer.NEEDS_ACTION
    assert feature.told[-1] == ("proposed", "amina.begum@example.org")


def test_a_proposal_without_an_end_has_the_length_of_the_event(invitation):
    found = replace(read_mail(mail(corpus.COUNTER, uid=invitation.uid)).finding, ends_at=None)

    receive(found)

    (proposal,) = queries.list_proposals(["lesson 17"])
    assert proposal.ends_at - proposal.starts_at == timedelta(minutes=120)


def test_automatic_and_unreadable_mail_does_nothing_but_be_noted(invitation, feature):
    """REPLY-9."""
    out_of_office = read_mail(mail(corpus.OUT_OF_OFFICE)).finding
    broken = read_mail(mail(corpus.COUNTER)[:-40]).finding

    assert receive(out_of_office, key="a") is MailKind.AUTOMATIC
    assert receive(broken, key="b") is MailKind.UNREADABLE
    assert feature.told == []
    assert count(MailTask) == count(OutboxMessage) == 0


def test_what_a_person_wrote_becomes_a_task_and_nobody_answers(make):
    """REPLY-9, ML-7: nothing is ever answered automatically but by the question of REPLY-6."""
    zoe = make.person(email="zoe.oneill@example.org")
    read = read_mail(mail(corpus.PERSON))

    assert receive(read.finding, sender=read.sender) is MailKind.PERSON

    task = db.session.scalars(select(MailTask)).one()
    assert (task.person_id, task.subject) == (zoe.id, "Re: Invitation: café")
    assert task.body.startswith("Hello, is there parking")
    assert task.state is TaskState.OPEN
    assert count(OutboxMessage) == 0


def test_a_task_is_done_once_and_can_be_opened_again(make):
    first, second = make.coordinator(), make.coordinator()
    receive(Letter("Is there parking?"))
    task = db.session.scalars(select(MailTask)).one()

    for by in (first, second):
        with transaction():
            services.finish_task(task, by=by, now=NOW)

    assert (task.done_by_id, task.done_at) == (first.id, NOW)
    with transaction():
        services.reopen_task(task, by=second, now=NOW)
    assert (task.state, task.done_by_id) == (TaskState.OPEN, None)


def sent_message(make, *, state=MessageState.SENT, kind="note", **columns):
    kinds.register(kinds.Kind("note", lambda *_: None, lambda *_: None))
    ordinary = {
        "occasion": "note 1",
        "message_id": "<abc@swa.example.org>",
        "person_id": make.person(email="rosa.okafor@example.org").id,
    }
    moments = dict.fromkeys(("created_at", "due_at", "next_try_at"), MADE)
    fields = ordinary | moments | {"give_up_at": NOW + timedelta(days=9)} | columns
    return make.keep(OutboxMessage(kind=kind, state=state, attempts=1, **fields))


def bounce(**values):
    ordinary = {
        "to": corpus.BOX,
        "address": "rosa.okafor@example.org",
        "action": "failed",
        "status": "5.1.1",
        "returned": "message/rfc822",
        "message_id": "<abc@swa.example.org>",
    }
    return read_mail(mail(corpus.HARD_BOUNCE, **(ordinary | values))).finding


def notices():
    rows = select(OutboxMessage).where(OutboxMessage.kind == emails.NOT_DELIVERED)
    return list(db.session.scalars(rows))


def test_a_hard_bounce_marks_the_row_and_the_address_and_tells_the_coordinator(make):
    """REPLY-11, PLAN-13."""
    message = sent_message(make)

    assert receive(bounce()) is MailKind.BOUNCE

    assert message.state is MessageState.FAILED
    assert message.reason == "Their mail server sent it back"
    assert message.answer.startswith("5.1.1 550 5.1.1")
    assert outbox.is_suppressed("rosa.okafor@example.org")
    (notice,) = notices()
    assert notice.address == "coordinator@swa.example.org"


TOKEN = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("token", "quoted", "found"),
    [
        pytest.param(TOKEN, "", True, id="the address alone"),
        pytest.param("f" * 32, f"<{TOKEN}@swa.example.org>", True, id="the mail that is quoted"),
        pytest.param(TOKEN, "<other@example.org>", True, id="the address before what is quoted"),
        pytest.param("f" * 32, "<other@example.org>", False, id="neither"),
    ],
)
def test_a_report_is_matched_by_the_address_that_it_came_to(make, token, quoted, found):
    """MAIL-11, REPLY-11."""
    message = sent_message(make, message_id=f"<{TOKEN}@swa.example.org>")

    kind = receive(bounce(to=f"bounce+{token}@swa.example.org", message_id=quoted))

    assert kind is (MailKind.BOUNCE if found else MailKind.STRANGE)
    assert (message.state is MessageState.FAILED) is found


def test_a_second_report_about_the_same_message_tells_nobody_again(make):
    """REPLY-11, REPLY-1."""
    sent_message(make)

    receive(bounce(), key="a")
    receive(bounce(), key="b")

    assert len(notices()) == 1


def test_a_delay_is_logged_and_changes_nothing(make, caplog):
    """REPLY-11."""
    message = sent_message(make)
    caplog.set_level(logging.INFO)

    assert receive(bounce(action="delayed", status="4.4.1")) is MailKind.BOUNCE

    assert message.state is MessageState.SENT
    assert not outbox.is_suppressed("rosa.okafor@example.org")
    assert notices() == []
    assert f"message {message.id} is late: 4.4.1" in caplog.text


def test_a_message_given_up_for_a_passing_fault_spares_the_address(make):
    """REPLY-11: failed with 4.4.7 marks the row only."""
    message = sent_message(make)

    receive(bounce(status="4.4.7"))

    assert message.state is MessageState.FAILED
    assert not outbox.is_suppressed("rosa.okafor@example.org")
    assert len(notices()) == 1


def test_a_report_about_another_address_silences_nobody(make):
    """REPLY-11: a forwarded or forged report does not name the address that we wrote to."""
    message = sent_message(make)

    receive(bounce(address="somewhere.else@example.org"))

    assert message.state is MessageState.FAILED
    assert not outbox.is_suppressed("rosa.okafor@example.org")


def test_a_bounce_of_nothing_we_sent_is_put_aside(make):
    sent_message(make)

    assert receive(bounce(message_id="<other@example.org>")) is MailKind.STRANGE


def test_a_bounce_of_the_notice_itself_tells_nobody(make):
    """ML-7: no loop of notices about notices."""
    sent_message(
        make,
        kind=emails.NOT_DELIVERED,
        occasion="message 1",
        person_id=None,
        address="coordinator@swa.example.org",
    )

    receive(bounce(address="coordinator@swa.example.org"))

    assert len(notices()) == 1
    assert not outbox.is_suppressed("coordinator@swa.example.org")


@pytest.mark.parametrize(
    ("sequence", "hours", "wins"),
    [(0, 9, False), (1, -1, False), (1, 0, True), (1, 1, True), (2, -9, True)],
)
def test_which_answer_is_newer(sequence, hours, wins):
    """REPLY-5."""
    stamp = STAMP + timedelta(hours=hours)

    assert is_newer(sequence, stamp, than_sequence=1, than_stamp=STAMP) is wins
    assert is_newer(sequence, stamp, than_sequence=None, than_stamp=None)


def test_stamps_and_folders():
    assert believed_stamp(None, NOW) == NOW
    assert believed_stamp(NOW + timedelta(seconds=1), NOW) == NOW
    assert believed_stamp(STAMP, NOW) == STAMP
    assert not is_settled(MailKind.STRANGE)
    assert not is_settled(MailKind.UNREADABLE)
    assert is_settled(MailKind.PERSON)


def test_a_strange_mail_is_counted_for_the_coordinators(app):
    receive(answers(CalendarAnswer(uid="nobody's", answer=Answer.ACCEPTED)))

    assert queries.count_not_understood(NOW - timedelta(days=1)) == 1
    assert queries.count_not_understood(NOW + timedelta(days=1)) == 0
    assert db.session.scalars(select(Invitation)).all() == []


def test_old_mails_are_forgotten_and_open_tasks_are_not(make):
    """WB-10: what strangers send does not stay for ever."""
    by, year = make.coordinator(), timedelta(days=366)
    receive(answers(CalendarAnswer(uid="nobody's", answer=Answer.ACCEPTED)), key="strange")
    receive(Letter("Open"), key="open")
    receive(Letter("Done"), key="done")
    done = db.session.scalars(select(MailTask).order_by(MailTask.id.desc())).first()
    with transaction():
        services.finish_task(done, by=by, now=NOW)

    with transaction():
        services.clear_old(now=NOW + timedelta(days=91))
    assert count(ReceivedMail) == count(MailTask) == 2
    with transaction():
        services.clear_old(now=NOW + year)

    assert [task.body for task in db.session.scalars(select(MailTask))] == ["Open"]
    assert count(ReceivedMail) == 1
