"""Work that the worker does on the tick; each piece is safe to miss and safe to do twice."""

from datetime import timedelta

from flask import current_app

from swa.core import clock
from swa.core.dates import LONDON
from swa.core.db import transaction
from swa.messaging import services as messages
from swa.people.services import sign_in

NIGHT = 3


def clear_old_sign_ins() -> None:
    """Clear old links and counts away, once an hour, on the hour (WB-10)."""
    now = clock.utc_now()
    if now.minute == 0:
        with transaction():
            sign_in.clear_old(now=now)


def clear_old_mails() -> None:
    """Delete the words of old messages, each night at 3am in London."""
    now = clock.utc_now()
    local = now.astimezone(LONDON)
    if (local.hour, local.minute) == (NIGHT, 0):
        days = current_app.extensions["swa_settings"].keep_mail_days
        with transaction():
            messages.clear_words(sent_before=now - timedelta(days=days))
