"""The settings of one installation, read once from ``SWA_…`` environment variables."""

import re
import secrets
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

import swa
from swa.home.rules.colours import ColourTooPale, check_brand_colour
from swa.messaging.notify import LIVE_URL, read_settings
from swa.messaging.rules.senders import find_fault
from swa.web.contacts import SHIPPED, list_invented

ROOT = Path(swa.__file__).parent.parent
DEFAULT_SECRET = "change-me"  # noqa: S105 - production refuses to start with it
SHORTEST_SECRET = 32
STATEMENT_PREPARED_ON = date(2026, 11, 22)
USUAL_PER_DOMAIN = 60
USUAL_PER_MINUTE = 300
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class SettingsError(Exception):
    """The settings do not fit together; the message names the variable to mend."""


class RunMode(StrEnum):
    """Whether real people depend on this installation."""

    DEMO = "demo"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """Everything that differs from one installation to the next.

    Attributes:
        mode: ``demo`` adds the demo sign-in and the mailbox page; ``production`` is strict.
        secret_key: Signs form tokens and makes link tokens; at least 32 characters.
        base_url: Scheme and host of every link in a mail, without a path.
        database_url: SQLite file by default, of its own for a demonstration; ``postgresql://…`` for
            several machines.
        queue_url: Where hints for the worker are kept; follows the database when empty.
        smtp_url: ``smtp://user:password@host:587`` (STARTTLS), ``smtps://host:465``, or
            ``smtp+plain://127.0.0.1:2525`` for a server on this machine.
        notify_api_key, notify_template_id: GOV.UK Notify sends the plain notices, with the email
            template whose subject is ((subject)) and whose message is ((body)). What carries an
            invitation, a secret link or a choice goes by the mail server in any case. Empty:
            everything does.
        notify_url: Where GOV.UK Notify answers.
        imap_url: ``imaps://user:password@host/INBOX`` of the mailbox that ``mail_from`` and bounces
            arrive in; ``imap://`` for a server on this machine. Empty: nothing is read.
        imap_processed, imap_unknown: The folders that read mails are moved to.
        mail_from: The one mailbox on our domain that mail comes from; also the ORGANIZER.
        bounce_address: ``bounce@domain``: each message names ``bounce+<token>@domain`` as its
            envelope sender. Empty: reports go to ``mail_from``. It needs plus-addressing, and what
            arrives there must land in the mailbox of ``imap_url``.
        mail_per_domain, mail_per_minute: The most messages within a minute, to one domain and in
            all; 0 for no limit. Not set: 60 and 300, and no limit in a demonstration or with a mail
            server on this machine, which has a queue of its own.
        dkim_selector: The name of the key that the mail server signs with, the ``s=`` of its
            signatures; ``swa doctor`` looks the key up.
        coordinator_address: Who reads replies and helps people (AN-14).
        help_phone, help_hours: The telephone of whoever helps, on every page and in every mail.
        statement_reviewed_on: When the alliance last went through its accessibility statement.
        proxy_hops: Reverse proxies in front, exactly.
        participant_idle_hours, participant_most_days, privileged_idle_minutes,
        privileged_most_hours: How long a sign-in lasts without a request and in any case;
            privileged are people with any role.
        public_feeds: Whether strangers may read the dates of published sessions as a calendar:
            topic, day, hours, online or the borough.
        keep_mail_days: The words of a message are deleted so many days after it went.
        worker_threads: Messages sent at the same time by one worker process.
    """

    model_config = SettingsConfigDict(env_prefix="SWA_", extra="ignore")

    mode: RunMode = RunMode.PRODUCTION
    debug: bool = False
    secret_key: SecretStr = SecretStr(DEFAULT_SECRET)
    base_url: str = ""
    port: int = Field(default=8000, ge=1, le=65535)
    database_url: str = ""
    queue_url: str = ""
    instance_path: Path = ROOT / "instance"
    smtp_url: SecretStr = SecretStr("")
    notify_api_key: SecretStr = SecretStr("")
    notify_template_id: str = ""
    notify_url: str = LIVE_URL
    imap_url: SecretStr = SecretStr("")
    imap_processed: str = "Processed"
    imap_unknown: str = "Unknown"
    mail_from: str = SHIPPED["mail_from"]
    bounce_address: str = ""
    dkim_selector: str = Field(default="", pattern=r"^([A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)?$")
    mail_per_domain: int | None = Field(default=None, ge=0, le=100_000)
    mail_per_minute: int | None = Field(default=None, ge=0, le=100_000)
    coordinator_address: str = SHIPPED["coordinator_address"]
    help_phone: str = SHIPPED["help_phone"]
    help_hours: str = SHIPPED["help_hours"]
    alliance_name: str = "Social Welfare Alliance"
    service_name: str = "Training and peer support"
    statement_reviewed_on: date = STATEMENT_PREPARED_ON
    brand_colour: str = "#00625e"
    proxy_hops: int = Field(default=0, ge=0, le=5)
    participant_idle_hours: int = Field(default=24, ge=1)
    participant_most_days: int = Field(default=14, ge=1)
    privileged_idle_minutes: int = Field(default=60, ge=5)
    privileged_most_hours: int = Field(default=12, ge=1)
    worker_threads: int = Field(default=2, ge=1, le=32)
    public_feeds: bool = True
    keep_mail_days: int = Field(default=90, ge=7, le=3650)

    @property
    def is_demo(self) -> bool:
        """Whether this installation only shows the product."""
        return self.mode is RunMode.DEMO

    @property
    def uses_https(self) -> bool:
        """Whether people reach it over TLS; cookies are then ``Secure`` and ``__Host-``."""
        return self.base_url.startswith("https://")

    @model_validator(mode="after")
    def fill_in(self) -> Self:
        """Work out what follows from other settings."""
        if not self.database_url:
            name = "demo.db" if self.is_demo else "swa.db"
            self.database_url = f"sqlite:///{self.instance_path / name}"
        if self.database_url.startswith(("postgresql://", "postgres://")):
            self.database_url = re.sub(
                r"^postgres(ql)?://", "postgresql+psycopg://", self.database_url
            )
        if self.is_demo and not self.base_url:
            self.base_url = f"http://127.0.0.1:{self.port}"
        self.base_url = self.base_url.rstrip("/")
        keeps_pace = not self.is_demo and not self._mail_server_is_here
        if self.mail_per_domain is None:
            self.mail_per_domain = USUAL_PER_DOMAIN if keeps_pace else 0
        if self.mail_per_minute is None:
            self.mail_per_minute = USUAL_PER_MINUTE if keeps_pace else 0
        return self

    @property
    def _mail_server_is_here(self) -> bool:
        url = self.smtp_url.get_secret_value()
        return not url or urlsplit(url).hostname in LOOPBACK

    @property
    def _is_tried_out_here(self) -> bool:
        """Whether only this machine sees its pages, and no mail leaves it."""
        is_here = urlsplit(self.base_url).hostname in LOOPBACK
        return is_here and self._mail_server_is_here and not self.notify_api_key.get_secret_value()

    def problems(self) -> list[str]:
        """Say what keeps this installation from starting, a sentence each naming the setting."""
        parts = urlsplit(self.base_url)
        found = []
        if not self.base_url:
            found.append("SWA_BASE_URL is not set: give the address of the service, https://…")
        elif parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
            found.append(
                "SWA_BASE_URL must be a scheme and a host only, like https://swa.example.org"
            )
        elif parts.scheme == "http" and parts.hostname not in LOOPBACK:
            found.append("SWA_BASE_URL must begin with https:// on any machine but your own")
        found += self._colour_problems()
        found += self._notify_problems()
        if self.bounce_address and (
            fault := find_fault(self.bounce_address, mailbox=self.mail_from)
        ):
            found.append(f"SWA_BOUNCE_ADDRESS {fault}")
        if not self.is_demo:
            found += self._production_problems()
        return found

    def _colour_problems(self) -> list[str]:
        try:
            check_brand_colour(self.brand_colour)
        except ColourTooPale as refusal:
            return [f"SWA_BRAND_COLOUR: {refusal.message}"]
        return []

    def _notify_problems(self) -> list[str]:
        try:
            read_settings(
                self.notify_url, self.notify_api_key.get_secret_value(), self.notify_template_id
            )
        except ValueError as wrong:
            return [str(wrong)]
        return []

    def _production_problems(self) -> list[str]:
        found = []
        if len(self.secret_key.get_secret_value()) < SHORTEST_SECRET:
            found.append(
                f"SWA_SECRET_KEY must be at least {SHORTEST_SECRET} random characters, for example"
                ' from: python -c "import secrets; print(secrets.token_urlsafe(48))"'
            )
        if self.debug:
            found.append("SWA_DEBUG must be off in production")
        if not self._is_tried_out_here:
            found += list_invented(
                {name: getattr(self, name) for name in SHIPPED}, self.model_fields_set
            )
        return found


def load_settings(**values: object) -> Settings:
    """Read the environment; keyword arguments win over it.

    A demo installation without a secret gets a random one, kept in its instance folder.

    Raises:
        SettingsError: Something is missing or wrong; the message names each setting.
    """
    try:
        settings = Settings(**values)  # type: ignore[arg-type]
    except ValidationError as wrong:
        sentences = [
            f"SWA_{'_'.join(map(str, error['loc'])).upper()}: {error['msg']}"
            for error in wrong.errors()
        ]
        raise SettingsError("\n".join(sentences)) from wrong
    if problems := settings.problems():
        raise SettingsError("\n".join(problems))
    if settings.is_demo and settings.secret_key.get_secret_value() == DEFAULT_SECRET:
        settings.secret_key = SecretStr(_kept_secret(settings.instance_path))
    return settings


def _kept_secret(instance: Path) -> str:
    path = instance / "secret_key"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_urlsafe(48), encoding="utf-8")
        path.chmod(0o600)
    return path.read_text(encoding="utf-8")
