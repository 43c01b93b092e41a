"""Imports lists of people: preview, confirmation, and saving all of it or nothing.

Source:
    C25 (nothing saved until confirmed), CV-5 and RL-4 of the security notes, AN-02, AN-06, CF-23,
    IN-15 (the file is forgotten once it is saved).
"""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update

from swa.core.csv_files import Limits, write_rows
from swa.core.db import after_commit, db
from swa.core.errors import RuleBroken
from swa.messaging import engine
from swa.people.models import PeopleImport
from swa.people.queries import importing as queries
from swa.people.rules.authority import may_keep_directory
from swa.people.rules.import_columns import TEMPLATE, tidy_cell
from swa.people.rules.import_reading import LIMITS, Progress, read_people
from swa.people.rules.import_values import Preview
from swa.people.rules.importing import plan_import
from swa.people.services import audit
from swa.people.services.import_writing import DirectoryWriter
from swa.people.types import ImportState

WORK = "people imports"
IN_FRONT = ("Row", "Why it was refused")


class NoLongerAllowed(RuleBroken):
    """The uploader lost the right between uploading and saving."""

    message = "You no longer hold a role that imports people. Nothing was saved"


class NotWaiting(RuleBroken):
    """The upload was confirmed before, or its time is over."""

    message = "This list was saved before, or waits to be saved. Look at its result"


def template_file() -> bytes:
    """Return an empty list with all columns, as a CSV file."""
    return write_rows([TEMPLATE])


def prepare(
    content: bytes, *, limits: Limits = LIMITS, progress: Progress | None = None
) -> Preview:
    """Say what an import of the file would do; writes nothing.

    Args:
        content: The bytes of a CSV file.
        limits: How much is read at most.
        progress: Told how many rows of how many are read.

    Raises:
        UnreadableFile: The file is no list of people; the message says what to do.
    """
    reading = read_people(content, limits=limits, progress=progress)
    return plan_import(reading, queries.read_directory())


def save(
    preview: Preview,
    *,
    by_id: int | None,
    about: str,
    now: datetime,
    progress: Progress | None = None,
) -> Preview:
    """Save a list of people, against the people as they are now.

    The caller opens the transaction: all rows are saved or none.

    Args:
        preview: What ``prepare`` returned; what it read is compared once more, so that a change
            made in the meantime is not lost.
        by_id: Who imports; None for the command line.
        about: The object of the audit line, "import 7".
        now: UTC.
        progress: Told how many people of how many are written.

    Returns:
        What was done.
    """
    queries.lock_directory()
    done = plan_import(preview.reading, queries.read_directory())
    DirectoryWriter(done, by_id=by_id, now=now, progress=progress).write()
    changed = sorted({change.field for entry in done.updated for change in entry.changes})
    counts = [f"{len(done.created)} created", f"{len(done.updated)} updated"]
    fields = ", ".join([*counts, *changed])
    audit.record("people imported", about=about, by_id=by_id, now=now, fields=fields)
    return done


def summarise(preview: Preview) -> dict[str, Any]:
    """Return the numbers of an import and its refusals, ready for JSON."""
    return {
        "rows": preview.reading.rows,
        "created": len(preview.created),
        "updated": len(preview.updated),
        "unchanged": len(preview.unchanged),
        "refused": [{"row": refusal.row, "why": refusal.why} for refusal in preview.refused],
    }


def outcome(done: Preview) -> dict[str, Any]:
    """Return what the result page shows, ready for JSON; refused rows as they were written."""
    return {
        **summarise(done),
        "headings": done.reading.headings,
        "cells": [refusal.cells for refusal in done.refused],
        "notes": done.notes,
        "organisations": [organisation.name for organisation in done.new_organisations],
    }


def list_refused(told: dict[str, Any]) -> list[list[str]]:
    """Return a table of the refused rows as written, with row number and reason in front.

    Where the list was such a table itself, its old numbers and reasons make room for the new ones.

    Args:
        told: What ``outcome`` returned, also after JSON.

    Source:
        CV-2 of the security notes (sent again as it is, the table comes back the same).
    """
    headings = told.get("headings", ())
    start = len(IN_FRONT) if tuple(headings[: len(IN_FRONT)]) == IN_FRONT else 0
    refused = zip(told.get("refused", ()), told.get("cells", ()), strict=True)
    rows = ([str(one["row"]), one["why"], *cells[start:]] for one, cells in refused)
    return [[*IN_FRONT, *headings[start:]], *rows]


def upload(content: bytes, *, file_name: str, rows: int, by_id: int, now: datetime) -> PeopleImport:
    """Keep a file until its owner confirms or discards it; at most a day."""
    row = PeopleImport(
        uploaded_by_id=by_id,
        uploaded_at=now,
        file_name=tidy_cell(file_name)[-200:],
        content=content,
        rows=rows,
    )
    db.session.add(row)
    db.session.flush()
    audit.record("people list uploaded", about=f"import {row.id}", by_id=by_id, now=now)
    return row


def confirm(row: PeopleImport, *, by_id: int, now: datetime) -> None:
    """Hand a file to the worker.

    Raises:
        NotWaiting: It was confirmed before.
    """
    queries.lock_import(row)
    if row.state != ImportState.READY:
        raise NotWaiting
    row.state = ImportState.CONFIRMED
    audit.record("people list confirmed", about=f"import {row.id}", by_id=by_id, now=now)
    after_commit(lambda: engine.kick(WORK))


def discard(row: PeopleImport, *, by_id: int, now: datetime) -> None:
    """Forget a file that is not to be saved.

    Raises:
        NotWaiting: It was confirmed before.
    """
    queries.lock_import(row)
    if row.state != ImportState.READY:
        raise NotWaiting
    audit.record("people list discarded", about=f"import {row.id}", by_id=by_id, now=now)
    db.session.delete(row)


def note_progress(import_id: int, rows_done: int) -> None:
    """Write down how many rows of a confirmed file have been checked."""
    db.session.execute(
        update(PeopleImport).where(PeopleImport.id == import_id).values(rows_done=rows_done)
    )


def save_upload(import_id: int, preview: Preview, *, now: datetime) -> None:
    """Save a confirmed file, unless another worker does, and forget its content.

    Raises:
        NoLongerAllowed: The uploader was disabled or lost their role.

    Source:
        CV-5: the uploader must still hold the right.
    """
    row = queries.find_confirmed(import_id)
    if row is None:
        return
    uploader = queries.find_uploader(row.uploaded_by_id)
    if uploader is None or not may_keep_directory(uploader.roles):
        raise NoLongerAllowed
    done = save(preview, by_id=row.uploaded_by_id, about=f"import {row.id}", now=now)
    _close(row, ImportState.SAVED, outcome(done))
    row.rows_done = row.rows = done.reading.rows


def fail_upload(import_id: int, why: str, *, now: datetime) -> None:
    """Say why a confirmed file cannot be saved, and forget its content."""
    row = queries.find_confirmed(import_id)
    if row is None:
        return
    _close(row, ImportState.FAILED, {"why": why})
    audit.record("people import failed", about=f"import {row.id}", by_id=None, now=now)


def forget_old_uploads(now: datetime) -> None:
    """Delete files that nobody confirmed within a day, and results after 30 days."""
    db.session.execute(delete(PeopleImport).where(queries.is_old(now)))


def _close(row: PeopleImport, state: ImportState, outcome: dict[str, Any]) -> None:
    row.state = state
    row.content = b""
    row.outcome = json.dumps(outcome)
