"""Who did what to which object, and when: lines that nobody changes afterwards.

A line carries the hash of the one before it. The row with the newest hash is locked last of all
in a transaction, so that writers stand in line there and never wait for each other in a ring.
"""

import hashlib
import json
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, event, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from swa.core.db import before_commit, db
from swa.people.models import AuditEvent, AuditHead

FIRST_HASH = "0" * 64
HEAD_ID = 1
LINES = cast("Table", AuditEvent.__table__)
HEADS = cast("Table", AuditHead.__table__)
# Every transaction ends with these, so they are put together once.
HELD_HEAD = select(HEADS.c.hash).where(HEADS.c.id == HEAD_ID).with_for_update()
NEW_LINE = insert(LINES)
NEW_HEAD = update(HEADS).values(hash=bindparam("newest"))
_WAITING = "audit"


def record(what: str, *, about: str, by_id: int | None, now: datetime, fields: str = "") -> None:
    """Add a line to the audit log, in the transaction of the change.

    Args:
        what: What happened, in a few fixed words: "booking confirmed".
        about: The object by kind and id: "booking 17"; never a name, an address or free text.
        by_id: Who did it; None for the application itself.
        now: The moment, UTC.
        fields: Names of the changed fields, with commas between; never their content.

    Raises:
        RuntimeError: No ``transaction()`` is open.
    """
    waiting = db.session().info.get(_WAITING)
    if waiting is None:
        before_commit(_write_lines)
        waiting = db.session().info[_WAITING] = []
    waiting.append({"at": now, "by_id": by_id, "what": what, "about": about, "fields": fields})


def find_broken_line() -> int | None:
    """Follow the chain; return the id of the first line that does not fit, 0 if the end is cut.

    None when every line is as it was written.
    """
    previous = FIRST_HASH
    in_parts = select(AuditEvent).order_by(AuditEvent.id).execution_options(yield_per=1000)
    with closing(db.session.scalars(in_parts)) as lines:
        for line in lines:
            if line.previous_hash != previous or line.hash != _hash_of(vars(line), previous):
                return line.id
            previous = line.hash
    newest = db.session.scalar(select(AuditHead.hash).where(AuditHead.id == HEAD_ID))
    return None if (newest or FIRST_HASH) == previous else 0


def _write_lines() -> None:
    waiting = db.session().info.pop(_WAITING, [])
    if not waiting:  # the change was rolled back inside its transaction
        return
    newest = _lock_head()
    for values in waiting:  # one by one, so that ids rise in the order of the chain
        line = {**values, "previous_hash": newest, "hash": _hash_of(values, newest)}
        db.session.execute(NEW_LINE, line)
        newest = line["hash"]
    db.session.execute(NEW_HEAD, {"newest": newest})


def _lock_head() -> str:
    """Hold the row with the newest hash until the transaction ends; return the hash."""
    newest: str | None = db.session.scalar(HELD_HEAD)
    if newest is None:
        is_sqlite = db.session.get_bind().dialect.name == "sqlite"
        first = (sqlite.insert if is_sqlite else postgresql.insert)(AuditHead)
        values = first.values(id=HEAD_ID, hash=FIRST_HASH)
        db.session.execute(values.on_conflict_do_nothing())
        newest = db.session.scalars(HELD_HEAD).one()
    return newest


def _hash_of(values: Mapping[str, Any], previous: str) -> str:
    words = [values[name] for name in ("by_id", "what", "about", "fields")]
    content = [previous, values["at"].isoformat(), *words]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


@event.listens_for(Session, "after_rollback")
def _forget_lines(session: Session) -> None:
    session.info.pop(_WAITING, None)
