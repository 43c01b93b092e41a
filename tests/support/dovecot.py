"""A real IMAP server over Maildirs, and the mail server that puts mail into them.

Debian: ``apt-get install dovecot-imapd``. Without it the tests are skipped on a laptop and fail
where CI=true.
"""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.support.mail_sink import free_port

PASSWORD = "pw"
# One setting per line; a block on one line is refused.
CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_failure_delay = 0
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 0
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
"""


@dataclass
class PostOffice:
    """Takes mail by SMTP, keeps a Maildir for each address, and serves them by IMAP."""

    folder: Path
    smtp_port: int
    imap_port: int
    aliases: dict[str, str]

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        for address in envelope.rcpt_tos:
            back = f"Return-Path: <{envelope.mail_from}>\r\n".encode()  # as RFC 5321, 4.4 asks
            self.deliver(address, back + envelope.original_content)
        return "250 delivered"

    def deliver(self, address: str, raw: bytes) -> None:
        """Put a mail into the Maildir of an address, or of the one that it is an alias of."""
        name, _, domain = address.partition("@")
        plain = f"{name.partition('+')[0]}@{domain}"
        box = self.folder / "mail" / self.aliases.get(plain, plain)
        for part in ("tmp", "new", "cur"):
            (box / part).mkdir(parents=True, exist_ok=True)
        file = box / "new" / f"{time.time_ns()}.M{os.getpid()}.test"
        file.write_bytes(raw)
        for path in (box, *box.rglob("*")):
            _give_to_the_server(path)

    def imap_url(self, address: str) -> str:
        """Return the address of a mailbox, as SWA_IMAP_URL has it."""
        return f"imap://{address.replace('@', '%40')}:{PASSWORD}@127.0.0.1:{self.imap_port}/INBOX"

    def list_raw(self, address: str, folder: str = "") -> list[bytes]:
        """Return the mails of a folder as they lie on the disk, the oldest first."""
        box = self.folder / "mail" / address / (f".{folder}" if folder else "")
        files = [path for part in ("new", "cur") for path in (box / part).glob("*")]
        return [path.read_bytes() for path in sorted(files, key=lambda path: path.name)]

    def read(self, address: str, folder: str = "") -> list[EmailMessage]:
        """Return the same, taken apart."""
        raws = self.list_raw(address, folder)
        return [message_from_bytes(raw, policy=policy.default) for raw in raws]  # type: ignore[misc]


@contextmanager
def post_office(aliases: dict[str, str] | None = None) -> Iterator[PostOffice]:
    """Start both servers; skips the test where there is no dovecot.

    The mail lies in a folder of its own: pytest lets nobody else walk through its ones.
    """
    program = _find_program()
    with (
        tempfile.TemporaryDirectory(prefix="swa-post-office-") as name,
        _running(program, Path(name), aliases or {}) as office,
    ):
        yield office


@contextmanager
def _running(program: str, folder: Path, aliases: dict[str, str]) -> Iterator[PostOffice]:
    office = PostOffice(folder, free_port(), free_port(), aliases)
    _make_folders(folder)
    user, group = _who_serves()
    settings = {"folder": folder, "port": office.imap_port, "password": PASSWORD}
    configuration = folder / "dovecot.conf"
    configuration.write_text(CONFIGURATION.format(user=user, group=group, **settings))
    server = subprocess.Popen([program, "-F", "-c", str(configuration)])
    smtp = Controller(office, hostname="127.0.0.1", port=office.smtp_port)
    smtp.start()
    try:
        _wait_until_it_answers(office.imap_port, server, folder)
        yield office
    finally:
        smtp.stop()
        server.terminate()
        server.wait(20)


def _find_program() -> str:
    program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("dovecot is not installed: apt-get install dovecot-imapd")
        pytest.skip("dovecot is not installed: apt-get install dovecot-imapd")
    return program


def _make_folders(folder: Path) -> None:
    for path in (folder / "mail", folder / "run"):
        path.mkdir()
    for path in (folder, folder / "mail"):
        path.chmod(0o755)
        _give_to_the_server(path)


def _wait_until_it_answers(port: int, server: "subprocess.Popen[bytes]", folder: Path) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as link:
                if link.recv(100).startswith(b"* OK"):
                    return
        except OSError:
            pass
        log = folder / "dovecot.log"
        said = log.read_text() if log.exists() else "nothing"
        assert server.poll() is None, f"dovecot ended: {said}"
        assert time.monotonic() < until, f"dovecot does not answer: {said}"
        time.sleep(0.05)


def _who_serves() -> tuple[str, str]:
    """Return user and group that dovecot's processes run as."""
    if os.getuid() == 0:
        return "nobody", "nogroup"
    return pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name


def _give_to_the_server(path: Path) -> None:
    if os.getuid() == 0:
        shutil.chown(path, *_who_serves())
