"""Reads a foreign mail in a process of its own, with limits of time and memory (REPLY-10).

Parsers have had faults that take for ever or fill the memory; here they cost one mail. The
process gets no secret of ours: its environment is empty.
"""

import subprocess
import sys
from collections.abc import Sequence

from swa.calendars.replies.encoding import from_json
from swa.calendars.replies.types import ReadMail, Sender, Unreadable

# The reader itself ends after ten seconds of work; on a busy machine those may take a minute.
MOST_SECONDS = 60.0
READER = (sys.executable, "-I", "-m", "swa.calendars.replies.reader")


class ReaderBroken(RuntimeError):  # noqa: N818 - reads as the finding "reader broken"
    """The reading process does not run at all; no mail is to blame, so none is given up."""


def read_mail(
    raw: bytes, *, seconds: float = MOST_SECONDS, command: Sequence[str] = READER
) -> ReadMail:
    """Say what one mail is; ``Unreadable`` when reading it takes too long or too much.

    Args:
        raw: As it came, or the beginning of a large one.
        seconds: The most time it may take.
        command: The program that reads; another one in tests only.

    Raises:
        ReaderBroken: The program cannot be started, or fails before it reads.
    """
    try:
        # Our own interpreter and our own module; nothing of the mail is on the command line.
        done = subprocess.run(  # noqa: S603 - see the line above
            command, input=raw, capture_output=True, timeout=seconds, env={}, check=False
        )
    except subprocess.TimeoutExpired:
        return _unreadable("it took too long to read")
    except OSError as error:
        raise ReaderBroken(str(error)) from error
    if done.returncode < 0:  # ended by a signal: a limit was reached
        return _unreadable("reading it used too much time or memory")
    try:
        return from_json(done.stdout.decode())
    except ValueError as error:
        raise ReaderBroken(done.stderr.decode("utf-8", "replace")[-500:]) from error


def _unreadable(why: str) -> ReadMail:
    return ReadMail(Sender(), Unreadable(why))
