"""Work that the worker does on the tick: once an hour or once a night, whenever that is."""

from datetime import time, timedelta

from flask import current_app

from swa.core import clock
from swa.core.dates import last_at, last_full_hour
from swa.core.db import transaction
from swa.messaging import services as messages
from swa.messaging import turns
from swa.people.services import sign_in

NIGHT = time(3)


def clear_old_sign_ins() -> None:
    """Clear old links and counts away, once an hour (WB-10)."""
    now = clock.utc_now()
    with transaction():
        if turns.take("old sign-ins", last_full_hour(now)):
            sign_in.clear_old(now=now)


def clear_old_mails() -> None:
    """Delete the words of old messages, each night at 3am in London."""
    now = clock.utc_now()
    days = current_app.extensions["swa_settings"].keep_mail_days
    with transaction():
        if turns.take("old mails", last_at(NIGHT, now)):
            messages.clear_words(sent_before=now - timedelta(days=days))
