"""What mail needs to know of this installation; handed down once, when the app is put together."""

from dataclasses import dataclass, field
from typing import cast

from flask import Flask, current_app

from swa.messaging.rules.pace import NO_LIMITS, Pace

KEY = "swa_mail"


@dataclass(frozen=True)
class MailSetup:
    """The facts of one installation that mails depend on.

    Attributes:
        base_url: Scheme and host of every link, without a slash at the end (ML-3).
        sender: Name and address that mail comes from, the alliance's own and no council's
            (AN-33); also the ORGANIZER of invitations.
        coordinator_address: Where answers go and who is told of trouble (AN-14).
        bounce_address: Where reports of what cannot be delivered go, with a token for each
            message put into it (MAIL-11); empty for the mailbox itself.
        pace: How many messages may leave within a minute by the mail server.
        smtp_url: The mail server, see ``smtp.read_smtp_url``; empty for none.
        notify_url, notify_api_key, notify_template_id: GOV.UK Notify for plain notices, see
            ``notify.read_settings``; without a key and a template everything goes by the server.
        is_demo: Messages that no server takes count as sent and are shown on a page.
        service_name, alliance_name, help_phone, help_hours: Words at the foot of each mail.
        brand_colour: Of the bar at the head of the HTML part, ``#rrggbb``.
    """

    base_url: str
    sender: tuple[str, str]
    coordinator_address: str
    bounce_address: str = ""
    pace: Pace = NO_LIMITS
    smtp_url: str = field(default="", repr=False)
    notify_url: str = ""
    notify_api_key: str = field(default="", repr=False)
    notify_template_id: str = ""
    is_demo: bool = False
    service_name: str = "Training and peer support"
    alliance_name: str = "Social Welfare Alliance"
    help_phone: str = ""
    help_hours: str = ""
    brand_colour: str = "#00625e"

    @property
    def domain(self) -> str:
        """The domain of our mailbox; Message-IDs end with it (MAIL-6)."""
        return self.sender[1].rpartition("@")[2]


def install(app: Flask, facts: MailSetup) -> None:
    """Keep the facts with the app."""
    app.extensions[KEY] = facts


def current_setup() -> MailSetup:
    """Return the facts of the current app."""
    return cast("MailSetup", current_app.extensions[KEY])
