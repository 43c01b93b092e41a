"""The interpreter and the folder."""

import sys
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from swa.web.doctor import machine
from swa.web.doctor.findings import State
from tests.web.doctor.support import states


def test_this_python_is_looked_at_with_the_hostile_text_itself(monkeypatch):
    message = EmailMessage(policy=SMTP)
    message["Subject"] = machine.HOSTILE_SUBJECT
    seen_by_a_reader = "X-Slipped-In" in message_from_bytes(message.as_bytes())

    assert machine.has_header_hole() is seen_by_a_reader


@pytest.mark.parametrize(("has_hole", "state"), [(True, State.WORTH_KNOWING), (False, State.FINE)])
def test_the_header_hole_is_told(monkeypatch, has_hole, state):
    monkeypatch.setattr(machine, "has_header_hole", lambda: has_hole)

    (finding,) = machine.check_python()

    assert finding.state is state
    assert "CVE-2024-6923" in finding.sentence


def test_an_old_python_is_to_mend(monkeypatch):
    monkeypatch.setattr(machine, "OLDEST_PYTHON", (sys.version_info.major + 1, 0))

    assert states(machine.check_python()) == {"Python": State.TO_MEND}


def test_a_folder_with_room_is_fine(tmp_path):
    assert states(machine.check_folder(tmp_path)) == {"Instance folder": State.FINE}
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_to_mend(tmp_path):
    (finding,) = machine.check_folder(tmp_path / "gone")

    assert finding.state is State.TO_MEND
    assert "mkdir" in finding.advice


def test_a_folder_that_cannot_be_written_to_is_to_mend(monkeypatch, tmp_path):
    def refuse(**_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(machine.tempfile, "TemporaryFile", refuse)

    (finding,) = machine.check_folder(tmp_path)

    assert finding.state is State.TO_MEND
    assert "Permission denied" in finding.sentence


@pytest.mark.parametrize(("mebibytes", "state"), [(499, State.TO_MEND), (500, State.FINE)])
def test_a_full_disk_is_to_mend(monkeypatch, tmp_path, mebibytes, state):
    usage = type("Usage", (), {"free": mebibytes * machine.MEBIBYTE})
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _folder: usage)

    assert states(machine.check_folder(tmp_path)) == {"Instance folder": state}


def test_a_disk_that_tells_nothing_is_not_fine(monkeypatch, tmp_path):
    def refuse(_folder):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(machine.shutil, "disk_usage", refuse)

    assert states(machine.check_folder(tmp_path)) == {"Instance folder": State.COULD_NOT_CHECK}
