"""Calendar links as programs read them: FEED-3, FEED-4, FEED-7, DC-11.

vdirsyncer fetches over HTTP, as a calendar does; libical, the strict ``ical`` package and our own
eyes look at the bytes; recurring-ical-events and ical.js tell which meetings are shown.
"""

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine

from swa.calendars.building import feed
from swa.calendars.feeds import sources
from swa.core import clock
from swa.core.dates import LONDON
from swa.core.db import transaction
from swa.sessions.types import SessionStatus
from tests.sessions.doing import book, call_off, later, move
from tests.support.browser import served
from tests.support.factories import soon
from tests.support.feeds import PERSONAL, path_of
from tests.support.golden import assert_golden
from tests.support.icalendars import itip_faults, occurrences, parse_all
from tests.support.invitations import event, invitation, withdrawn
from tests.support.programs import in_javascript
from tests.support.series import MADE, WEEK, Member, nine_on, plan

FIRST = date(2026, 9, 28)
DAYS = (3, 40, 150, 300)


@pytest.fixture
def rosa(make):
    return make.person(name="Rosa Okafor")


@pytest.fixture
def sessions(make, rosa):
    """Four dates over both clock changes: one moved, one called off."""
    topic, coordinator = make.topic(title="Housing; rights, “duties” – Café 🙂"), make.coordinator()
    made = [make.session(topic=topic, starts_at=soon(days=30 + day)) for day in DAYS]
    for session in made:
        book(session, rosa, now=clock.utc_now())
    move(made[0], later(made[0], by=timedelta(hours=1)), by=coordinator, now=clock.utc_now())
    call_off(made[1], by=coordinator, now=clock.utc_now())
    return made


def moments(sessions):
    cut = timedelta(microseconds=1)
    return sorted(
        (s.starts_at - s.starts_at.microsecond * cut, s.ends_at - s.ends_at.microsecond * cut)
        for s in sessions
    )


def test_feed_4_libical_and_the_strict_parser_are_content(client, rosa, sessions):
    data = client.get(path_of(rosa)).data

    assert len(parse_all(data)) == len(DAYS)
    assert itip_faults(data) == []


def test_feed_4_two_engines_show_the_sessions_as_they_are(client, rosa, sessions):
    data = client.get(path_of(rosa)).data

    assert occurrences(data) == moments(sessions)
    assert in_javascript([data]) == moments(sessions)


def test_a_series_stands_in_a_link_with_its_moved_and_cancelled_weeks(client, rosa, monkeypatch):
    """What a later feature hands to the links: "member 17" through a function of its own."""
    monkeypatch.setattr(sources, "_sources", {})
    sources.register(PERSONAL, "groups", lambda person, _now: [f"member {person.id}"])
    with time_machine.travel(MADE, tick=False):
        member = Member(rosa.id, plan(FIRST), occasion=f"member {rosa.id}")
        member.move(FIRST + 2 * WEEK, nine_on(FIRST + 2 * WEEK + timedelta(days=1)))
        member.cancel(FIRST + 3 * WEEK)
        data = client.get(path_of(rosa)).data

    shown = occurrences(data)

    assert len(shown) == 9
    assert in_javascript([data]) == shown
    assert {start.astimezone(LONDON).hour for start, _ in shown} == {9}
    assert {str(one["UID"]) for one in parse_all(data)} == {member.invitation.uid}


def test_what_a_link_brings_is_as_somebody_approved_it():
    held = [invitation(), withdrawn(uid="0c4d3a1b-9f0e-4a6e-8f43-5f1e5f5a2c3d", said=event())]

    assert_golden("calendar/feed.ics", feed(held, title="The Alliance: my sessions").decode())


def sync(folder: Path, address: str) -> tuple[str, list[str]]:
    """Let vdirsyncer fetch the link; return what it said and the files that it keeps."""
    config = folder / "config"
    config.write_text(
        f"""[general]
status_path = "{folder / "status"}"
[pair rosa]
a = "here"
b = "feed"
collections = null
[storage here]
type = "filesystem"
path = "{folder / "here"}"
fileext = ".ics"
[storage feed]
type = "http"
url = "{address}"
""",
        encoding="utf-8",
    )
    (folder / "here").mkdir(exist_ok=True)
    program = str(Path(sys.executable).parent / "vdirsyncer")
    said = run(program, config, "sync") if (folder / "status").exists() else ""
    if not said:
        run(program, config, "discover")
        said = run(program, config, "sync")
    return said, sorted(path.read_text(encoding="utf-8") for path in (folder / "here").iterdir())


def run(program: str, config: Path, word: str) -> str:
    done = subprocess.run(
        [program, "-c", str(config), word],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.mark.heavy  # four starts of a real program
def test_vdirsyncer_fetches_the_link_and_follows_it(app, rosa, sessions, tmp_path):
    path = path_of(rosa)
    with served(app) as address:
        _, first = sync(tmp_path, address + path)
        assert len(first) == len(DAYS)
        assert sum("SUMMARY:Cancelled: " in entry for entry in first) == 1

        said, again = sync(tmp_path, address + path)
        assert again == first
        assert "Copying" not in said, "FEED-3: nothing has changed"

        with transaction():
            sessions[2].status = SessionStatus.DRAFT
        move(sessions[3], later(sessions[3], by=WEEK), by=rosa, now=clock.utc_now())
        _, after = sync(tmp_path, address + path)

    assert len(after) == len(DAYS) - 1
    # vdirsyncer names what it fetches by its content, so what changed is another file.
    (news,) = set(after) - set(first)
    wall = sessions[3].starts_at.astimezone(LONDON)
    assert f"DTSTART;TZID=Europe/London:{wall:%Y%m%dT%H%M%S}" in news
    assert "SEQUENCE:1" in news
