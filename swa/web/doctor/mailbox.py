"""Tries the mailbox as the worker would, without reading a mail."""

from collections.abc import Iterator

from swa.calendars.replies import imap
from swa.web.doctor.findings import Finding, fine, to_mend, worth_knowing
from swa.web.mailbox import read_mailbox
from swa.web.settings import Settings

NAME = "Mailbox"


def check_mailbox(settings: Settings) -> Iterator[Finding]:
    """Sign in, see to the two folders, look for new mail, and hang up."""
    try:
        server = read_mailbox(settings)
    except ValueError as wrong:
        yield to_mend(NAME, str(wrong), "Put the address of the mailbox into SWA_IMAP_URL")
        return
    if server is None and settings.bounce_address:
        yield to_mend(
            NAME,
            f"None is read, so nobody sees what comes back to {settings.bounce_address}",
            "Set SWA_IMAP_URL to the mailbox that it leads to, or take SWA_BOUNCE_ADDRESS away",
        )
        return
    if server is None:
        yield worth_knowing(
            NAME,
            "None is read: answers from calendars, bounces and what people write are not seen",
            f"Set SWA_IMAP_URL to the mailbox of {settings.mail_from}",
        )
        return
    if problem := imap.find_problem(server):
        yield to_mend(
            NAME, problem, "Check host, port, name and password in SWA_IMAP_URL, and the firewall"
        )
        return
    security = "TLS" if server.is_secure else "plain, on this machine"
    where = f"{server.host}:{server.port} ({security})"
    names = f"{server.inbox}, {server.processed} and {server.unknown}"
    yield fine(NAME, f"{where} can be read, with the folders {names}")
