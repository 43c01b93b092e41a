"""The seam over the queue: hints may be lost or doubled, work is never lost (IN-05, SC-3)."""

import logging
import os
import signal
import threading
import time

import pytest

from swa.core.db import db, transaction
from swa.messaging import dispatcher, engine, redating, services
from swa.messaging.engine import Engine, QuietConsumer
from swa.messaging.hints import JsonSerializer, make_queue
from tests.messaging import outbox
from tests.support.databases import DATABASE_URL


def wait_until(is_true, seconds=15):
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.02)


@pytest.fixture
def own_engine(app, tmp_path):
    """An engine of this test: on the database under test, or on a file."""
    before = app.extensions[engine.KEY]
    settings = app.extensions["swa_settings"]
    url = settings.database_url if DATABASE_URL else str(tmp_path / "queue.db")
    engine.install(app, queue_url=url, threads=2)
    yield app.extensions[engine.KEY]
    engine.stop()
    app.extensions[engine.KEY].close()
    app.extensions[engine.KEY] = before


@pytest.fixture
def works(monkeypatch):
    """Only the work of this test is registered."""
    monkeypatch.setattr(engine, "_works", {})
    return engine._works


def test_a_hint_runs_the_work_at_once_in_an_app_context(own_engine, works):
    seen = []
    engine.every_minute("count", lambda: seen.append(engine.current_engine() is own_engine))
    engine.start_in_background()

    engine.kick("count")

    wait_until(lambda: seen)
    assert seen[0] is True


def test_a_hint_that_came_before_the_start_is_not_lost(own_engine, works):
    seen = []
    engine.every_minute("count", lambda: seen.append(1))
    own_engine.open()
    engine.kick("count")
    assert seen == []

    engine.start_in_background()

    wait_until(lambda: seen)


def test_the_tick_runs_everything_that_is_registered(own_engine, works):
    seen = []
    engine.every_minute("one", lambda: seen.append("one"))
    engine.every_minute("two", lambda: seen.append("two"))
    own_engine.open()

    own_engine._tick()

    wait_until(lambda: sorted(seen) == ["one", "two"])


def test_slow_work_holds_up_no_other_and_is_not_begun_twice(own_engine, works):
    """A mailbox that does not answer must not keep mail from going."""
    seen, is_over = [], threading.Event()

    def slow():
        seen.append("slow")
        is_over.wait(10)

    engine.every_minute("a slow mailbox", slow)
    engine.every_minute("mail", lambda: seen.append("mail"))
    own_engine.open()

    own_engine._tick()
    wait_until(lambda: sorted(seen) == ["mail", "slow"])
    own_engine._tick()
    wait_until(lambda: sorted(seen) == ["mail", "mail", "slow"])

    is_over.set()
    wait_until(lambda: not own_engine._running["a slow mailbox"].is_alive())
    own_engine._tick()
    wait_until(lambda: sorted(seen) == ["mail", "mail", "mail", "slow", "slow"])


def test_stopping_waits_for_what_the_tick_began(own_engine, works):
    seen, has_begun = [], threading.Event()

    def slow():
        has_begun.set()
        time.sleep(0.2)
        seen.append("done")

    engine.every_minute("slow", slow)
    engine.start_in_background()
    own_engine._tick()
    assert has_begun.wait(10)

    engine.stop()

    assert seen == ["done"]


def test_the_tick_is_due_each_minute_on_every_consumer(own_engine):
    queue = own_engine.open()

    (tick,) = queue.read_periodic(None)

    assert type(tick).__name__ == "tick"
    engine.start_in_background()
    wait_until(own_engine._consumer.scheduler.is_alive)
    assert own_engine._consumer.periodic is True


def test_work_that_fails_is_logged_and_ends_no_thread(own_engine, works, caplog):
    seen = []

    def fails():
        seen.append(1)
        msg = "broken work"
        raise LookupError(msg)

    engine.every_minute("fails", fails)
    engine.start_in_background()
    with caplog.at_level(logging.ERROR, logger="swa.messaging.engine"):
        engine.kick("fails")
        wait_until(lambda: len(seen) >= 1)
        before = len(seen)
        engine.kick("fails")
        wait_until(lambda: len(seen) > before)
        wait_until(lambda: "broken work" in caplog.text)


def test_a_hint_for_work_that_nobody_registered_does_no_harm(own_engine, works):
    own_engine._work("unheard of")


def test_a_message_is_sent_soon_after_the_commit(own_engine, make, sink):
    person = make.person()
    engine.every_minute(redating.WORK, dispatcher.send_due)
    engine.start_in_background()

    outbox.queue("booking 1", outbox.wanted(person.id))

    wait_until(lambda: sink.mails)
    wait_until(lambda: outbox.states() == ["sent"])


def test_stopping_lets_the_work_in_hand_finish(own_engine, works):
    begun, ended = [], []

    def slow():
        begun.append(1)
        time.sleep(0.5)
        ended.append(engine.is_stopping())

    engine.every_minute("slow", slow)
    engine.start_in_background()
    engine.kick("slow")
    wait_until(lambda: begun)

    engine.stop()

    assert len(ended) == len(begun)
    assert ended[-1] is True, "it could see that it should end"
    assert engine.is_stopping() is False


def test_a_pause_ends_when_the_consumer_is_told_to_stop(own_engine, works):
    begun, ended = [], []

    def waits():
        begun.append(1)
        engine.pause(60)
        ended.append(1)

    engine.every_minute("waits", waits)
    engine.start_in_background()
    engine.kick("waits")
    wait_until(lambda: begun)

    before = time.monotonic()
    engine.stop()

    assert len(ended) == len(begun)
    assert time.monotonic() - before < 30


def test_a_pause_without_a_consumer_is_a_wait(own_engine):
    before = time.monotonic()

    engine.pause(0.05)

    assert time.monotonic() - before >= 0.05


def test_it_can_be_started_again_after_a_stop(own_engine, works):
    seen = []
    engine.every_minute("count", lambda: seen.append(1))
    engine.start_in_background()
    engine.stop()

    engine.start_in_background()
    engine.kick("count")

    wait_until(lambda: seen)


def test_starting_leaves_the_signals_alone(own_engine, works):
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]

    engine.start_in_background()

    wait_until(own_engine._consumer.scheduler.is_alive)
    assert [signal.getsignal(number) for number in numbers] == before


def test_the_private_hook_of_huey_is_still_there():
    assert "_set_signal_handlers" in vars(QuietConsumer.__mro__[1])


def test_running_for_ever_ends_at_sigterm_and_puts_the_signals_back(own_engine, works):
    before = signal.getsignal(signal.SIGTERM)
    seen = []
    engine.every_minute("count", lambda: seen.append(1))

    def end():
        wait_until(lambda: seen)
        os.kill(os.getpid(), signal.SIGTERM)

    ender = threading.Thread(target=end)
    own_engine.open()
    engine.kick("count")
    ender.start()
    engine.run_forever()
    ender.join()

    assert signal.getsignal(signal.SIGTERM) == before
    assert seen


def test_the_app_of_a_test_takes_no_hints(app, make, monkeypatch):
    monkeypatch.setattr(Engine, "open", lambda self: pytest.fail("it was opened"))

    outbox.queue("booking 1", outbox.wanted(make.person().id))

    assert app.extensions[engine.KEY].is_open is False


def test_outside_an_app_a_hint_is_nothing():
    engine.kick("mail")

    assert engine.is_stopping() is False


def test_a_hint_that_cannot_be_left_is_logged_and_harms_nobody(
    own_engine, make, caplog, monkeypatch
):
    def broken(_self, _name):
        msg = "the queue is away"
        raise OSError(msg)

    person = make.person()
    own_engine.open()
    monkeypatch.setattr(Engine, "kick", broken)

    outbox.queue("booking 1", outbox.wanted(person.id))

    assert outbox.states() == ["waiting"]
    assert "the next tick finds it" in caplog.text


def test_one_transaction_leaves_one_hint(own_engine, make, monkeypatch):
    people = [make.person().id for _ in range(5)]
    kicks = []
    own_engine.open()
    monkeypatch.setattr(Engine, "kick", lambda _self, name: kicks.append(name))

    with transaction():
        for person_id in people:
            mail = outbox.wanted(person_id)
            services.plan(f"booking {person_id}", [mail], kinds=[mail.kind], now=mail.due_at)

    assert kicks == ["mail"]


def test_what_is_due_later_leaves_no_hint(own_engine, make, monkeypatch):
    person = make.person()
    kicks = []
    own_engine.open()
    monkeypatch.setattr(Engine, "kick", lambda _self, name: kicks.append(name))

    now = outbox.clock.utc_now()
    outbox.plan("booking 1", outbox.wanted(person.id, due_at=now + outbox.HOUR))

    assert kicks == []


def test_an_app_without_an_engine_says_so(app, monkeypatch):
    monkeypatch.delitem(app.extensions, engine.KEY)

    with pytest.raises(RuntimeError, match=r"engine\.install"):
        engine.start_in_background()


def test_hints_are_json():
    message = ["id", "run", None, 0, 0, None, ["mail"], {}]

    data = JsonSerializer().serialize(message)

    assert data == b'["id", "run", null, 0, 0, null, ["mail"], {}]'
    assert JsonSerializer().deserialize(data).args == ["mail"]


def test_an_address_of_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="SWA_QUEUE_URL must begin with"):
        make_queue("amqp://broker")


def test_where_hints_are_kept_follows_the_address(tmp_path):
    queue = make_queue(str(tmp_path / "deep" / "queue.db"))

    assert type(queue).__name__ == "SqliteHuey"
    assert (tmp_path / "deep" / "queue.db").exists()
    queue.storage.close()


def test_the_queue_of_an_installation_lies_beside_its_data(app):
    settings = app.extensions["swa_settings"]
    url = app.extensions[engine.KEY].queue_url

    assert url == (
        settings.database_url if DATABASE_URL else str(settings.instance_path / "queue.db")
    )
    db.session.rollback()
