"""At most so many messages a minute to one domain, and in all (MAIL-11, MAIL-15, RL-3).

Nobody is starved: what there is no room for is passed over, stays as it is and goes in its turn.
"""

import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from swa.core import clock
from swa.core.db import db, transaction
from swa.messaging import dispatcher, kinds
from swa.messaging.dispatcher import pace, rows
from swa.messaging.kinds import Kind
from swa.messaging.models import MailHandOver
from swa.messaging.rules.pace import MINUTE, Pace
from tests.messaging import outbox
from tests.messaging.outbox import HOUR, queue, states, unwanted, wanted

COUNCIL, CHARITY = "council.example.org", "charity.example.org"
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def no_patience(monkeypatch):
    monkeypatch.setattr(dispatcher, "PATIENCE_WITH_PACE_SECONDS", 0.0)


@pytest.fixture
def send_to(make):
    """Queue one message to somebody new at a domain; return its occasion."""

    def act(domain, **changes):
        person = make.person()
        with transaction():
            person.email = f"p{person.id}@{domain}"
        queue(f"booking {person.id}", wanted(person.id, **changes))
        return f"booking {person.id}"

    return act


def counted(sink):
    return Counter(each[0].rpartition("@")[2] for each in sink.recipients)


def an_hour_passes():
    """Let what left have left an hour ago."""
    with transaction():
        for row in db.session.scalars(select(MailHandOver)):
            row.at -= HOUR


@pytest.mark.parametrize("number", [2, 3, 4])
def test_a_full_domain_waits_and_the_others_go(send_to, sink, use_server, number):
    """The council's come first in the queue; the charity's pass them."""
    use_server(sink.url, pace=Pace(to_a_domain=3))
    for domain in [COUNCIL] * number + [CHARITY] * 2:
        send_to(domain)

    count = dispatcher.send_due()

    assert counted(sink) == {COUNCIL: min(number, 3), CHARITY: 2}
    held_up = number > 3
    assert ("one domain" in count.why_stopped) is held_up
    assert [row.attempts for row in outbox.rows() if row.state == "waiting"] == [0] * held_up


def test_what_waited_goes_when_there_is_room_in_the_order_it_was_due(send_to, sink, use_server):
    use_server(sink.url, pace=Pace(to_a_domain=2))
    occasions = [send_to(COUNCIL) for _ in range(5)]

    for _ in range(3):
        dispatcher.send_due()
        an_hour_passes()

    assert [mail["Subject"] for mail in sink.mails] == [f"About {each}" for each in occasions]
    assert {row.attempts for row in outbox.rows()} == {1}


def test_a_domain_whose_end_is_the_same_is_another_one(send_to, sink, use_server):
    use_server(sink.url, pace=Pace(to_a_domain=1))
    for domain in ("x.org", "ax.org", "a.x.org", "x_org"):
        send_to(domain)

    dispatcher.send_due()

    assert len(sink.mails) == 4


def test_there_is_a_limit_for_all_together(send_to, sink, use_server):
    use_server(sink.url, pace=Pace(in_all=3))
    for number in range(5):
        send_to(f"d{number}.example.org")

    count = dispatcher.send_due()

    assert (count.sent, states().count("waiting")) == (3, 2)
    assert count.why_stopped == "at most 3 messages a minute go in all"


def test_a_link_to_sign_in_never_waits_but_counts(make, send_to, sink, use_server):
    """AU: somebody sits before the page and waits for it."""
    kinds.register(Kind("hurried", outbox.draft_note, outbox.why_not, hurries=True))
    use_server(sink.url, pace=Pace(to_a_domain=1, in_all=1))
    send_to(COUNCIL)
    send_to(COUNCIL, kind="hurried")
    send_to(COUNCIL)

    dispatcher.send_due()
    kinds._kinds.pop("hurried")

    assert states() == ["sent", "sent", "waiting"]
    assert db.session.scalars(select(func.count()).select_from(MailHandOver)).one() == 2


def test_the_links_to_sign_in_are_such(app):
    assert {"sign-in link", "registration link"} & set(kinds.list_hurried())


def test_what_does_not_leave_after_all_takes_no_room(send_to, sink, use_server):
    use_server(sink.url, pace=Pace(to_a_domain=1))
    send_to(COUNCIL)
    send_to(COUNCIL, kind=outbox.OTHER)
    unwanted[outbox.PLAIN] = "Not wanted any more"

    dispatcher.send_due()

    assert states() == ["dropped", "sent"]


def test_mail_to_nobody_who_is_listed_is_counted_too(app, sink, use_server):
    use_server(sink.url, pace=Pace(to_a_domain=1))
    now = clock.utc_now()
    with transaction():
        for number, address in enumerate([f"a@{COUNCIL}", f"b@{COUNCIL.upper()}"]):
            outbox.services.queue_to_address(
                *(outbox.PLAIN, f"request {number}", address),
                edition=1,
                due_at=now,
                give_up_at=now + HOUR,
                now=now,
            )

    dispatcher.send_due()

    assert states() == ["sent", "waiting"]


def test_without_a_limit_nothing_is_counted(send_to, sink):
    send_to(COUNCIL)

    dispatcher.send_due()

    assert db.session.scalars(select(func.count()).select_from(MailHandOver)).one() == 0


def test_what_is_too_old_to_count_is_forgotten(send_to, sink, use_server):
    use_server(sink.url, pace=Pace(to_a_domain=1))
    send_to(COUNCIL)
    dispatcher.send_due()
    an_hour_passes()

    dispatcher.send_due()

    assert db.session.scalars(select(func.count()).select_from(MailHandOver)).one() == 0


def test_a_worker_waits_for_room_that_is_near(send_to, sink, use_server, monkeypatch):
    """The messages of a minute ago left one after the other, and so does their room come back."""
    use_server(sink.url, pace=Pace(to_a_domain=1))
    send_to(COUNCIL)
    dispatcher.send_due()
    with transaction():
        (left,) = db.session.scalars(select(MailHandOver))
        left.at = clock.utc_now() - MINUTE + SECOND / 2
    send_to(COUNCIL)

    assert dispatcher.send_due().sent == 0
    monkeypatch.setattr(dispatcher, "PATIENCE_WITH_PACE_SECONDS", 5.0)
    assert dispatcher.send_due().sent == 1


def test_workers_keep_one_pace_together(app, send_to, sink, use_server):
    """PostgreSQL would let each of them count the same room; the count is taken one by one."""
    use_server(sink.url, pace=Pace(to_a_domain=4))
    for _ in range(12):
        send_to(COUNCIL)
    at_once = threading.Barrier(4, timeout=10)

    def work(_number):
        at_once.wait()
        with app.app_context():
            sent = dispatcher.send_due().sent
            db.session.remove()
            return sent

    with ThreadPoolExecutor(4) as threads:
        sent = list(threads.map(work, range(4)))

    assert sum(sent) == len(sink.mails) == 4


DOMAINS = ["a.example.org", "b.example.org", "c.example.org"]


def queue_burst(make, dice, begun):
    """Queue one message to each of some people, most of one domain; return domains by row."""
    people = {}
    for _ in range(14):
        person = make.person()
        people[person.id] = dice.choices(DOMAINS, [6, 2, 1])[0]
        with transaction():
            person.email = f"p{person.id}@{people[person.id]}"
        queue(f"booking {person.id}", wanted(person.id, due_at=begun))
    return {row.id: people[row.person_id] for row in outbox.rows()}


def let_time_pass(dice, number, begun):
    """Take what may be taken at odd moments until all is gone; return when each was taken."""
    left, now = [], begun
    while len(left) < number:
        now += timedelta(seconds=dice.choice([1, 7, 31]))
        assert now - begun < timedelta(hours=2), "somebody is starved"
        while claim := rows.claim_next(now):
            left.append((now, claim.row_id))
            rows.mark_sent(claim, "250", now=now, keep_words=False)
    return left


@pytest.mark.parametrize("seed", range(4))
def test_in_no_minute_leaves_too_much_and_all_leave_in_the_end(make, use_server, seed):
    """A random history against the rule itself; simulated time."""
    dice = random.Random(seed)
    limits = Pace(to_a_domain=dice.choice([1, 2, 5]), in_all=dice.choice([0, 3, 7]))
    use_server("smtp+plain://127.0.0.1:9", pace=limits)
    begun = clock.utc_now()
    domain_of = queue_burst(make, dice, begun)

    left = let_time_pass(dice, len(domain_of), begun)

    for at, _row in left:
        within = [row for moment, row in left if at - MINUTE < moment <= at]
        assert not limits.in_all or len(within) <= limits.in_all
        assert max(Counter(map(domain_of.get, within)).values()) <= limits.to_a_domain
    for domain in DOMAINS:
        mine = [row for _at, row in left if domain_of[row] == domain]
        assert mine == sorted(mine), "in the order they were due"
    assert {row.attempts for row in outbox.rows()} == {1}


def test_taking_one_asks_no_more_often_however_many_of_a_full_domain_wait(
    send_to, use_server, count_queries
):
    use_server("smtp+plain://127.0.0.1:9", pace=Pace(to_a_domain=1))
    now = clock.utc_now()

    def take_one():
        send_to(CHARITY, due_at=now)
        an_hour_passes()
        send_to(COUNCIL, due_at=now - HOUR)
        assert rows.claim_next(clock.utc_now())
        send_to(COUNCIL, due_at=now - HOUR)
        with count_queries() as counted:
            assert rows.claim_next(clock.utc_now())
        return counted.number

    first = take_one()
    for _ in range(20):
        send_to(COUNCIL, due_at=now - HOUR)

    assert take_one() == first


def test_the_limits_are_said_in_words():
    assert pace.in_words(Pace(60, 300)) == (
        "at most 60 messages a minute go to one domain, and at most 300 messages a minute go in all"
    )
