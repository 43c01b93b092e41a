"""The command: words, exit code, and one line for programs."""

import json

import pytest
from click.testing import CliRunner

from swa.web.doctor import command, doctor
from swa.web.doctor.findings import State, could_not_check, fine, to_mend, worth_knowing
from tests.support.contacts import CONTACTS
from tests.support.mail_sink import mail_sink
from tests.web.doctor.support import SENDER, FakeResolver

SECRET = "a secret of more than thirty-two characters"


@pytest.fixture
def run(monkeypatch, tmp_path, sqlite_url):
    """Run the command on an installation in order, but for the variables given."""
    monkeypatch.setattr(command, "make_resolver", FakeResolver)

    def run_with(*arguments, **variables):
        ordinary = {
            "MODE": "production",
            "DEBUG": "0",
            "SECRET_KEY": SECRET,
            "BASE_URL": "https://swa.example.org",
            "DATABASE_URL": sqlite_url,
            "INSTANCE_PATH": str(tmp_path),
            **{name.upper(): text for name, text in CONTACTS.items()},
            "MAIL_FROM": SENDER,
            "DKIM_SELECTOR": "mail1",
            "SMTP_URL": "",
        }
        for name, value in (ordinary | variables).items():
            monkeypatch.setenv(f"SWA_{name}", value)
        return CliRunner().invoke(doctor, arguments)

    return run_with


def test_an_installation_in_order_ends_well(run):
    with mail_sink() as sink:
        result = run(SMTP_URL=f"smtp+plain://127.0.0.1:{sink.port}")

    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[-1] == "Nothing to mend"
    assert sink.received == []


def test_something_to_mend_ends_with_one(run):
    result = run()

    assert result.exit_code == 1
    assert "To mend          Mail server: SWA_SMTP_URL is not set" in result.output
    assert result.output.splitlines()[-1] == "1 to mend"


def test_settings_that_would_not_start_are_told_and_the_rest_is_looked_at(run):
    result = run(BASE_URL="", SECRET_KEY="short")

    assert result.exit_code == 1
    assert "SWA_BASE_URL is not set" in result.output
    assert "SWA_SECRET_KEY must be" in result.output
    assert "Database: SQLite" in result.output


def test_an_invented_telephone_number_is_to_mend(run):
    result = run(HELP_PHONE="020 7946 0000")

    assert result.exit_code == 1
    assert "SWA_HELP_PHONE is the invented one of the demonstration" in result.output


def test_settings_that_cannot_be_read_are_told(run):
    result = run(PORT="many")

    assert result.exit_code == 1
    assert "SWA_PORT" in result.output
    assert "Could not check  Everything else" in result.output


def test_a_demonstration_without_mail_is_not_looked_up(run, tmp_path):
    result = run(MODE="demo", SECRET_KEY="change-me")

    assert result.exit_code == 0, result.output
    assert "Could not check  Sender’s domain" in result.output
    assert result.output.splitlines()[-1] == "Nothing to mend, 1 could not be checked"
    assert not (tmp_path / "secret_key").exists()


def test_a_program_can_read_it(run):
    result = run("--json")

    (line,) = result.output.splitlines()
    told = json.loads(line)
    assert result.exit_code == 1
    assert told["to_mend"] == 1
    assert told["could_not_check"] == 0
    assert {"name", "state", "sentence", "advice"} == set(told["checks"][0])


def test_findings_say_what_they_are():
    made = [
        fine("a", "b"),
        worth_knowing("a", "b", "c"),
        could_not_check("a", "b"),
        to_mend("a", "b", "c"),
    ]

    assert [finding.state for finding in made] == list(State)
