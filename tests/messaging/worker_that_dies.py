"""A mail worker that is killed at a named step: ``python -m tests.messaging.worker_that_dies``.

It reads "step, number of the message" from standard input, a line each. For every line it forks a
worker that sends what is due and gets SIGKILL at that step of that message, and answers with the
signal that ended it. The product has no hook for this: the steps are wrapped here, in the child.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import event

from swa.core.db import db
from swa.messaging import dispatcher, smtp
from swa.messaging.dispatcher import rows
from swa.web.factory import create_app
from swa.web.settings import load_settings
from tests.messaging import outbox

BEFORE_CLAIM = "before the claim"
AFTER_CLAIM = "after the claim"
IN_PREPARE = "while the words are written, before their commit"
AFTER_PREPARE = "after the words are kept"
BEFORE_SENDING = "before 'sending' is written"
AFTER_SENDING = "after 'sending' is written, before DATA"
IN_DATA = "in the middle of the message"
AFTER_DATA = "after the 250, before the mark"
IN_MARK = "in the mark, before its commit"
AFTER_MARK = "after the mark"
STEPS = (
    *(BEFORE_CLAIM, AFTER_CLAIM, IN_PREPARE, AFTER_PREPARE, BEFORE_SENDING),
    *(AFTER_SENDING, IN_DATA, AFTER_DATA, IN_MARK, AFTER_MARK),
)
# Only here the server has taken a message of which we have not written it down.
IN_THE_WINDOW = {AFTER_DATA, IN_MARK}


class Fuse:
    """Kills this process when it is lit for the given time."""

    def __init__(self, number: int) -> None:
        self.left = number

    def __call__(self, *_: object) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def wrap(owner: Any, name: str, *, before: Callable[..., None], after: Callable[..., None]) -> None:
    whole = getattr(owner, name)

    def wrapped(*args: Any, **options: Any) -> Any:
        before(*args)
        result = whole(*args, **options)
        after(*args)
        return result

    setattr(owner, name, wrapped)


def nothing(*_: object) -> None:
    """Do nothing at this step."""


def arm(step: str, number: int) -> None:
    """Wrap the functions of the dispatcher so that the step of that message is deadly."""
    fuse = Fuse(number)
    befores = {
        BEFORE_CLAIM: (rows, "claim_next"),
        BEFORE_SENDING: (rows, "begin_sending"),
        AFTER_DATA: (rows, "mark_sent"),
    }
    afters = {
        AFTER_CLAIM: (rows, "claim_next"),
        AFTER_PREPARE: (rows, "prepare"),
        AFTER_SENDING: (rows, "begin_sending"),
        AFTER_MARK: (rows, "mark_sent"),
    }
    if step in befores:
        wrap(*befores[step], before=fuse, after=nothing)
    elif step in afters:
        wrap(*afters[step], before=nothing, after=fuse)
    elif step == IN_DATA:
        wrap(smtp.Link, "send", before=lambda link, text: half(fuse, link, text), after=nothing)
    else:
        _arm_commit(fuse, {IN_PREPARE: "prepare", IN_MARK: "mark_sent"}[step])


def half(fuse: Fuse, link: smtp.Link, text: str | bytes) -> None:
    """Hand over half of a message before the end."""
    if isinstance(text, bytes) and len(text) > 200:
        if fuse.left == 1:
            link.sock.sendall(text[: len(text) // 2])
        fuse()


def _arm_commit(fuse: Fuse, name: str) -> None:
    inside: list[bool] = []
    wrap(rows, name, before=lambda *_: inside.append(True), after=lambda *_: inside.clear())
    event.listen(db.session, "before_commit", lambda _session: fuse() if inside else None)


def main(database_url: str, smtp_url: str, folder: str) -> None:
    settings = load_settings(
        mode="production",
        secret_key="the tests know this secret and nobody else does",
        base_url="http://localhost",
        database_url=database_url,
        smtp_url=smtp_url,
        instance_path=Path(folder),
    )
    app = create_app(settings)
    outbox.register_kinds()
    print("ready", flush=True)
    for line in sys.stdin:
        step, _, number = line.strip().rpartition(",")
        child = os.fork()
        if child == 0:
            with app.app_context():
                arm(step, int(number))
                dispatcher.send_due()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
