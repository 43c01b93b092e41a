"""A mailbox in memory that behaves as the loop expects of a real one, and can misbehave."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from swa.calendars.replies.imap import ImapServer, MailboxAway

SERVER = ImapServer("127.0.0.1", 143, is_secure=False, username="box", password="pw")


@dataclass
class FakeInbox:
    """Mails by id, and by folder once they were moved; ``dies_at`` names the step that fails."""

    mails: dict[str, bytes] = field(default_factory=dict)
    folders: dict[str, list[bytes]] = field(default_factory=dict)
    dies_at: str = ""
    visits: int = 0

    def add(self, *mails: bytes) -> None:
        for raw in mails:
            self.mails[str(len(self.mails) + self.moved + 1)] = raw

    @property
    def moved(self) -> int:
        return sum(map(len, self.folders.values()))

    def list_new(self, most: int) -> list[str]:
        self._die("list")
        return list(self.mails)[:most]

    def fetch(self, uid: str) -> bytes:
        self._die("fetch")
        return self.mails.get(uid, b"")

    def move(self, uid: str, folder: str) -> None:
        self._die("move")
        self.folders.setdefault(folder, []).append(self.mails.pop(uid))

    @contextmanager
    def open(self, _server: ImapServer) -> Iterator["FakeInbox"]:
        self.visits += 1
        self._die("open")
        yield self

    def _die(self, step: str) -> None:
        if step == self.dies_at:
            message = f"the link dropped at {step}"
            raise MailboxAway(message)
