"""The database, its migrations, and the mail that is stuck in it."""

import pytest

from swa.core.db import db, transaction
from swa.messaging.models import MailCircuit, OutboxMessage
from swa.messaging.types import MessageState
from swa.web.doctor import database
from swa.web.doctor.findings import State
from tests.support.mail_sink import free_port
from tests.web.doctor.support import MINUTE, NOW, stamp, states


def test_a_database_in_order_is_fine(sqlite_url):
    found = list(database.check_database(sqlite_url, now=NOW))

    assert states(found) == dict.fromkeys(
        ("Database", "Migrations", "Outgoing messages", "Sending"), State.FINE
    )
    assert found[0].sentence.startswith("SQLite 3.")


@pytest.mark.parametrize(
    ("revision", "words"), [("", "not made yet"), ("0001", "at 0001"), ("0003", "at 0003")]
)
def test_tables_of_another_version_are_to_mend(sqlite_url, revision, words):
    stamp(sqlite_url, revision)

    found = list(database.check_database(sqlite_url, now=NOW))

    assert states(found) == {"Database": State.FINE, "Migrations": State.TO_MEND}
    assert words in found[1].sentence
    assert "swa db upgrade" in found[1].advice


def test_a_copy_without_migrations_is_to_mend(sqlite_url, migrations):
    for file in (migrations / "versions").glob("*.py"):
        file.unlink()

    assert states(database.check_database(sqlite_url, now=NOW))["Migrations"] is State.TO_MEND


def test_wrong_pragmas_are_to_mend(monkeypatch, sqlite_url):
    monkeypatch.setitem(database.WANTED_PRAGMAS, "journal_mode", "memory")

    finding = next(database.check_database(sqlite_url, now=NOW))

    assert finding.state is State.TO_MEND
    assert "journal_mode is wal" in finding.sentence


def test_a_missing_file_is_told_and_not_made(tmp_path):
    path = tmp_path / "none.db"

    assert states(database.check_database(f"sqlite:///{path}", now=NOW)) == {
        "Database": State.TO_MEND
    }
    assert not path.exists()


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("no address at all", id="garbage"),
        pytest.param("postgresql+psycopg://u:hush@127.0.0.1:{port}/x", id="nobody listens"),
        pytest.param("postgresql+nodriver://u:hush@127.0.0.1/x", id="an unknown driver"),
    ],
)
def test_a_database_that_cannot_be_reached_is_to_mend(url):
    (finding,) = database.check_database(url.format(port=free_port()), now=NOW)

    assert finding.state is State.TO_MEND
    assert "SWA_DATABASE_URL" in finding.advice + finding.sentence
    assert "hush" not in finding.sentence


def test_a_file_that_is_no_database_is_to_mend(tmp_path):
    path = tmp_path / "letter.db"
    path.write_bytes(b"Dear Sir or Madam, " * 100)

    (finding,) = database.check_database(f"sqlite:///{path}", now=NOW)

    assert finding.state is State.TO_MEND
    assert "not a database" in finding.sentence


def test_the_database_of_this_run_is_known(app, migrations):
    url = db.engine.url.render_as_string(hide_password=False)

    finding = next(database.check_database(url, now=NOW))

    assert finding.state is State.FINE
    assert finding.sentence.startswith(("SQLite 3", "PostgreSQL 1"))


@pytest.mark.parametrize(("oldest", "state"), [(1, State.FINE), (99, State.TO_MEND)])
def test_an_old_postgresql_is_to_mend(app, monkeypatch, oldest, state):
    if db.engine.dialect.name != "postgresql":
        pytest.skip("this run is on SQLite")
    monkeypatch.setattr(database, "OLDEST_POSTGRESQL", oldest)

    with db.engine.connect() as connection:
        assert database._check_postgresql(connection).state is state


def add_message(**columns):
    number = columns.pop("number", 1)
    ordinary = {
        "kind": "prework",
        "occasion": f"booking {number}",
        "message_id": f"<{number}@example.org>",
        "created_at": NOW - 60 * MINUTE,
        "due_at": NOW - 30 * MINUTE,
        "next_try_at": NOW - 30 * MINUTE,
        "give_up_at": NOW + 60 * MINUTE,
    }
    with transaction():
        db.session.add(OutboxMessage(**(ordinary | columns)))


def check_waiting():
    with db.engine.connect() as connection:
        return database.check_waiting_mail(connection, now=NOW)


@pytest.mark.parametrize(
    ("columns", "state"),
    [
        pytest.param({}, State.TO_MEND, id="half an hour late"),
        pytest.param({"next_try_at": NOW - 10 * MINUTE}, State.TO_MEND, id="ten minutes"),
        pytest.param({"next_try_at": NOW - 9 * MINUTE}, State.FINE, id="nine minutes"),
        pytest.param({"next_try_at": NOW + MINUTE}, State.FINE, id="tried again in a minute"),
        pytest.param({"state": MessageState.HELD}, State.FINE, id="held by a person"),
        pytest.param({"state": MessageState.SENT}, State.FINE, id="sent"),
        pytest.param({"state": MessageState.UNKNOWN}, State.TO_MEND, id="nobody knows"),
        pytest.param({"give_up_at": NOW}, State.FINE, id="of no use any more"),
    ],
)
def test_mail_that_waits_too_long_is_told(app, columns, state):
    add_message(**columns)

    assert check_waiting().state is state


def test_the_age_of_the_oldest_is_told(app):
    add_message()
    add_message(number=2, due_at=NOW - 125 * MINUTE)

    sentence = check_waiting().sentence

    assert sentence == "2 due and not sent, the oldest for 2 hours 5 minutes"


@pytest.mark.parametrize(
    ("channel", "words"), [("smtp", "the mail server failed"), ("notify", "GOV.UK Notify failed")]
)
def test_it_says_which_way_out_is_left_alone(app, channel, words):
    closed = {"closed_until": NOW + MINUTE, "failures": 4, "last_answer": "busy"}
    with transaction():
        db.session.add(MailCircuit(channel=channel, **closed))

    with db.engine.connect() as connection:
        finding = database.check_circuit(connection, now=NOW)

    assert words in finding.sentence


@pytest.mark.parametrize(
    ("closed_until", "state"),
    [(None, State.FINE), (NOW, State.FINE), (NOW + MINUTE, State.TO_MEND)],
)
def test_a_mail_server_that_is_left_alone_is_told(app, closed_until, state):
    with transaction():
        db.session.add(
            MailCircuit(
                channel="smtp", closed_until=closed_until, failures=4, last_answer="421 busy"
            )
        )

    with db.engine.connect() as connection:
        finding = database.check_circuit(connection, now=NOW)

    assert finding.state is state
    assert ("421 busy" in finding.sentence) == (state is State.TO_MEND)
