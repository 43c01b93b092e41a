"""When GOV.UK Notify is asked whether a notice has arrived; pure."""

from datetime import datetime, timedelta

FIRST_LOOK = timedelta(minutes=1)
# Notify itself tries for three days and then says that it has failed.
LAST_LOOK = timedelta(days=4)


def next_look(sent_at: datetime, now: datetime) -> datetime:
    """Return when to ask again: after a minute at first, then less and less often.

    Args:
        sent_at: When Notify took it, UTC.
        now: When it was asked last, UTC.
    """
    return now + max(FIRST_LOOK, (now - sent_at) / 2)
