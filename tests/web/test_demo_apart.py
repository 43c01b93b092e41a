"""A demonstration stays apart from real people and begins afresh under a server (IN-18)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select

from swa.core.db import db, transaction
from swa.people.models import AuditEvent, Person
from swa.people.services.audit import find_broken_line
from swa.web.cli import main
from swa.web.demo.clearing import RealPeopleError, check_no_real_people, is_nobodys
from swa.web.factory import create_app
from swa.web.settings import load_settings
from tests.support.databases import DATABASE_URL, fresh_database
from tests.support.fingerprint import whole_database
from tests.support.helpers import make_app

OTHER = b"the file of the real service"


def run(app, *words):
    with app.app_context():  # or it would run in the one of the tests before
        return app.test_cli_runner().invoke(main, words)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("instance")
    (made / "swa.db").write_bytes(OTHER)
    (made / "queue.db").write_bytes(OTHER)
    return made


@pytest.fixture(scope="module")
def installation(folder):
    """A demonstration made by its command, where the real service has its files too."""
    with fresh_database(folder) as url:
        own = {"database_url": url} if DATABASE_URL else {}
        app = create_app(load_settings(mode="demo", instance_path=folder, **own))
        app.testing = True  # leaves no hints
        made = run(app, "demo", "--reset")
        assert made.exit_code == 0, made.output
        yield app
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def real_person(installation):
    """Somebody in the database whose address may be theirs."""
    with installation.app_context():
        with transaction():
            person = db.session.scalars(select(Person).order_by(Person.id).limit(1)).one()
            invented, person.email = person.email, "ada@alliance.org.uk"
        yield person.email
        with transaction():
            person = db.session.scalars(select(Person).where(~Person.email.contains("@ex"))).one()
            person.email = invented


def count_people(connection):
    return connection.execute(select(func.count()).select_from(Person)).scalar_one()


def test_it_begins_afresh_under_a_server_that_has_the_database_open(installation):
    with installation.app_context():
        url = db.engine.url
        with transaction():
            db.session.scalars(select(Person).limit(1)).one().name = "Changed"
    beside = create_engine(url)
    try:
        with beside.connect() as connection:
            assert count_people(connection) >= 60

        result = run(installation, "demo", "--reset")

        assert (result.exit_code, result.output[:24]) == (0, "Made an invented allianc")
        with beside.connect() as connection:
            assert count_people(connection) >= 60
            names = set(connection.execute(select(Person.name)).scalars())
        assert "Changed" not in names
    finally:
        beside.dispose()


def test_the_audit_log_of_the_fresh_start_is_whole_and_kept(installation):
    run(installation, "demo", "--reset")

    with installation.app_context():
        assert find_broken_line() is None
        line = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id).limit(1)).one()
        with pytest.raises(Exception, match="audit lines are kept"), transaction():
            db.session.delete(line)


@pytest.mark.parametrize(
    "command",
    [
        ["demo"],
        ["demo", "--if-empty"],
        ["demo", "--reset"],
        ["serve"],
        ["worker"],
        ["send-due"],
        ["db", "upgrade"],
        ["import-people", "people.csv"],
        ["sessions", "keep-up"],
    ],
    ids=" ".join,
)
def test_no_command_of_a_demonstration_runs_where_real_people_are(
    installation, real_person, command
):
    before = content_of(installation)

    result = run(installation, *command)

    assert result.exit_code == 1
    assert "holds people whose addresses may be real" in result.output
    assert "Set SWA_DATABASE_URL to another database" in result.output
    assert len(result.output.splitlines()) == 1
    assert content_of(installation) == before
    assert db.session.scalar(select(Person.id).where(Person.email == real_person))


def content_of(app):
    with app.app_context():
        return whole_database()


def test_the_real_service_runs_its_commands_where_real_people_are(installation, real_person):
    settings = installation.extensions["swa_settings"]
    real = make_app(settings.database_url, settings.instance_path)

    result = run(real, "sessions", "keep-up")
    with real.app_context():
        db.engine.dispose()

    assert result.exit_code == 0


@pytest.mark.parametrize("word", ["serve", "worker"])
def test_a_database_out_of_reach_is_no_real_person(tmp_path, word):
    """Who asks for help, or for the doctor, is answered then too."""
    url = "postgresql://root@127.0.0.1:1/swa"
    app = create_app(load_settings(mode="demo", instance_path=tmp_path, database_url=url))

    assert run(app, word, "--help").exit_code == 0


def test_a_server_does_not_start_where_nobody_can_look_for_real_people(tmp_path):
    url = "postgresql://root@127.0.0.1:1/swa"
    app = create_app(load_settings(mode="demo", instance_path=tmp_path, database_url=url))

    with pytest.raises(RealPeopleError, match="cannot be reached"):
        check_no_real_people(app, is_server=True)


def test_how_a_command_is_used_is_told_before_there_are_settings(monkeypatch):
    monkeypatch.delenv("SWA_SECRET_KEY", raising=False)
    swa = str(Path(sys.executable).with_name("swa"))

    told = subprocess.run([swa, "import-people", "--help"], capture_output=True, check=True)

    assert b"FILE.csv" in told.stdout


@pytest.mark.heavy  # starts the real server
def test_gunicorn_stops_before_it_answers_where_real_people_are(installation, real_person):
    settings = installation.extensions["swa_settings"]
    told = {
        "SWA_MODE": "demo",
        "SWA_INSTANCE_PATH": str(settings.instance_path),
        "SWA_DATABASE_URL": settings.database_url,
    }
    gunicorn = str(Path(sys.executable).with_name("gunicorn"))

    ended = subprocess.run(
        [gunicorn, "-b", "127.0.0.1:0", "-w", "2", "swa.web.wsgi:app"],
        env=os.environ | told,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode != 0
    assert "holds people whose addresses may be real" in ended.stderr


def test_the_files_of_the_real_service_are_never_touched(installation, folder):
    run(installation, "demo", "--reset")

    assert (folder / "swa.db").read_bytes() == OTHER
    assert (folder / "queue.db").read_bytes() == OTHER


@pytest.mark.parametrize(
    ("email", "harmless"),
    [
        pytest.param("ada@example.org", True, id="of the demonstration"),
        pytest.param("ada@staff.example.com", True, id="below a kept domain"),
        pytest.param("ada@swa.test", True, id="kept ending"),
        pytest.param("ada@myexample.org", False, id="only looks like it"),
        pytest.param("ada@example.org.uk", False, id="goes on"),
        pytest.param("example.org@alliance.uk", False, id="in front"),
    ],
)
def test_which_addresses_are_nobodys(email, harmless):
    assert is_nobodys(email) is harmless
