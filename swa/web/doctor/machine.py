"""Looks at the interpreter and at the folder where things are kept."""

import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from swa.web.doctor.findings import Finding, could_not_check, fine, to_mend, worth_knowing

OLDEST_PYTHON = (3, 11)
MEBIBYTE = 1024 * 1024
LEAST_FREE_MEBIBYTES = 500
# An encoded word that hides a line break and a second header.
HOSTILE_SUBJECT = "=?utf-8?q?Hello=0D=0AX-Slipped-In=3A_yes?="


def check_python() -> Iterator[Finding]:
    """Say whether the interpreter is new enough and free of a known hole.

    CVE-2024-6923: a typed text becomes a header of its own. Our own check of the finished bytes
    stops such a message, so the hole is told and nothing is blocked.
    """
    name, version = "Python", platform.python_version()
    if sys.version_info < OLDEST_PYTHON:
        oldest = ".".join(map(str, OLDEST_PYTHON))
        yield to_mend(name, f"This is Python {version}", f"Use Python {oldest} or newer")
    elif has_header_hole():
        yield worth_knowing(
            name,
            f"Python {version} lets a crafted text add a header to a mail (CVE-2024-6923);"
            " this service cleans such texts and checks every finished mail itself",
            "Update Python to the newest release of its series when you can",
        )
    else:
        yield fine(name, f"Python {version}, without the header hole CVE-2024-6923")


def has_header_hole() -> bool:
    """Whether this interpreter turns a hostile subject into a second header."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = HOSTILE_SUBJECT
    return b"\nX-Slipped-In:" in message.as_bytes()


def check_folder(folder: Path) -> Iterator[Finding]:
    """Say whether the instance folder can be written to and has room left."""
    name = "Instance folder"
    if not folder.is_dir():
        yield to_mend(name, f"{folder} does not exist", f"Make it: mkdir -p {folder}")
        return
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"checked")
    except OSError as wrong:
        yield to_mend(
            name,
            f"Nothing can be written to {folder}: {wrong.strerror}",
            "Give the account that runs the service the right to write there",
        )
        return
    yield _check_room(name, folder)


def _check_room(name: str, folder: Path) -> Finding:
    try:
        free = shutil.disk_usage(folder).free // MEBIBYTE
    except OSError as wrong:
        return could_not_check(name, f"The free space of {folder} is unknown: {wrong.strerror}")
    if free < LEAST_FREE_MEBIBYTES:
        return to_mend(
            name,
            f"Only {free} MiB are free where {folder} lies",
            f"Free some space: at least {LEAST_FREE_MEBIBYTES} MiB",
        )
    return fine(name, f"{folder} can be written to, {free:,} MiB are free")
