"""Tries the mail server as the worker would, without sending anything."""

from collections.abc import Iterator

from flask import Flask

from swa.messaging import setup, smtp
from swa.web.doctor.findings import Finding, fine, to_mend
from swa.web.settings import Settings

NAME = "Mail server"


def check_mail_server(settings: Settings) -> Iterator[Finding]:
    """Connect, secure and sign in, then hang up; no message is made."""
    url = settings.smtp_url.get_secret_value()
    app = Flask("swa.web.doctor")  # the whole application may not start with these settings
    facts = setup.MailSetup(
        base_url=settings.base_url,
        sender=(settings.alliance_name, settings.mail_from),
        coordinator_address=settings.coordinator_address,
        smtp_url=url,
        is_demo=settings.is_demo,
    )
    setup.install(app, facts)
    try:
        smtp.install(app, url)
        server = smtp.read_smtp_url(url) if url else None
    except ValueError as wrong:
        yield to_mend(NAME, str(wrong), "Put the address of your mail server into SWA_SMTP_URL")
        return
    with app.app_context():
        problem = smtp.find_problem()
    if problem:
        yield to_mend(
            NAME, problem, "Check host, port, name and password in SWA_SMTP_URL, and the firewall"
        )
    elif server:
        signed_in = "with the given account" if server.username else "without an account"
        where = f"{server.host}:{server.port} ({server.security})"
        yield fine(NAME, f"{where} takes messages {signed_in}")
    else:
        yield fine(NAME, "None is set; the demonstration shows its messages on a page")
