"""Sets up reading the mailbox, and hands it what sessions do about calendar answers."""

from flask import Flask

from swa.calendars.replies import imap, owners, polling, views
from swa.sessions.emails import replies as emails
from swa.sessions.services import replies as sessions
from swa.web.settings import Settings, SettingsError


def install(app: Flask, settings: Settings) -> None:
    """Add the pages and the periodic work; nothing connects before the first turn.

    Raises:
        SettingsError: SWA_IMAP_URL or a folder beside it cannot be used.
    """
    try:
        server = read_mailbox(settings)
    except ValueError as wrong:
        raise SettingsError(str(wrong)) from wrong
    app.register_blueprint(views.bp)
    polling.install(app, polling.Mailbox(server))
    emails.register()
    of_sessions = owners.Owner(
        hold=sessions.hold, declined=sessions.note_decline, proposed=sessions.note_proposal
    )
    for word in ("booking", "session"):
        owners.register(word, of_sessions)


def read_mailbox(settings: Settings) -> imap.ImapServer | None:
    """Return the mailbox of this installation; None when none is set.

    Raises:
        ValueError: Its address cannot be used; the message names the setting.
    """
    url = settings.imap_url.get_secret_value()
    folders = {"processed": settings.imap_processed, "unknown": settings.imap_unknown}
    return imap.read_imap_url(url, **folders) if url else None
