"""Work that the worker does on the tick; each piece is safe to miss and safe to do twice."""

from swa.core import clock
from swa.core.db import transaction
from swa.people.services import sign_in


def clear_old_sign_ins() -> None:
    """Clear old links and counts away, once an hour, on the hour (WB-10)."""
    now = clock.utc_now()
    if now.minute == 0:
        with transaction():
            sign_in.clear_old(now=now)
