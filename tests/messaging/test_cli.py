"""Commands of the mail worker: IN-05 (safe to repeat), DC-07 (a late pass)."""

import os
import signal
import subprocess
import sys

import pytest

from swa.messaging.cli import messaging_commands, send_due
from swa.web.settings import ROOT
from tests.messaging import outbox
from tests.messaging.servers import free_port


@pytest.fixture
def run(app):
    """Run a command of the app of the test."""
    return lambda *arguments: app.test_cli_runner().invoke(send_due, list(arguments))


def test_both_commands_are_there():
    assert [command.name for command in messaging_commands] == ["worker", "send-due"]


def test_send_due_sends_and_says_what_became_of_it(make, sink, run):
    outbox.queue("booking 1", outbox.wanted(make.person().id))
    outbox.queue("booking 2", outbox.wanted(make.person().id, kind=outbox.OTHER))
    outbox.unwanted[outbox.OTHER] = "They left"

    result = run()

    assert result.output.splitlines() == ["Sent: 1", "No longer needed: 1"]
    assert result.exit_code == 0
    assert len(sink.mails) == 1


def test_send_due_again_sends_nothing(make, sink, run):
    outbox.queue("booking 1", outbox.wanted(make.person().id))

    run()
    result = run()

    assert result.output == "Sent: 0\n"
    assert len(sink.mails) == 1


@pytest.mark.parametrize(("people", "has_bar"), [(10, False), (11, True)])
def test_many_messages_show_a_progress_bar(make, sink, run, people, has_bar):
    for _ in range(people):
        outbox.queue("booking 1", outbox.wanted(make.person().id))

    result = run()

    assert ("Sending" in result.output) is has_bar
    assert f"Sent: {people}" in result.output


def test_a_limit_is_kept(make, sink, run):
    for _ in range(3):
        outbox.queue("booking 1", outbox.wanted(make.person().id))

    assert run("--limit", "2").output == "Sent: 2\n"


def test_a_server_that_is_away_is_said_and_fails_the_command(make, use_server, run):
    outbox.queue("booking 1", outbox.wanted(make.person().id))
    use_server(f"smtp+plain://127.0.0.1:{free_port()}")

    result = run()

    assert result.exit_code == 1
    assert "Messages still wait" in result.output
    assert "ConnectionRefusedError" in result.output


@pytest.mark.heavy
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_command_sends_until_it_is_told_to_stop(app, make, sink, tmp_path, number):
    settings = app.extensions["swa_settings"]
    environment = os.environ | {
        "SWA_MODE": "production",
        "SWA_SECRET_KEY": "the tests know this secret and nobody else does",
        "SWA_BASE_URL": "http://localhost",
        "SWA_DATABASE_URL": settings.database_url,
        "SWA_QUEUE_URL": str(tmp_path / "queue.db"),
        "SWA_INSTANCE_PATH": str(tmp_path),
        "SWA_SMTP_URL": sink.url,
    }
    program = (
        "from tests.messaging import outbox; from swa.web.cli import main;"
        "outbox.register_kinds(); main(['worker'])"
    )
    outbox.queue("booking 1", outbox.wanted(make.person().id))

    worker = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        sink.wait_for(1)
        worker.send_signal(number)
        said, _ = worker.communicate(timeout=60)
    finally:
        worker.kill()
        worker.wait()

    assert said.splitlines()[-1] == "The worker has stopped."
    assert worker.returncode == 0
    assert outbox.states() == ["sent"]
