"""Where the hints lie that something is due: PostgreSQL, Redis or a SQLite file, as JSON."""

import json
import threading
from pathlib import Path
from typing import Any

from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey
from huey.serializer import Serializer
from psycopg.errors import UniqueViolation

_closing = threading.Lock()


class JsonSerializer(Serializer):  # type: ignore[misc]  # huey ships no types
    """Hints are JSON: reading a queue must never run code, as a pickle could (SC-3)."""

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(list(data)).encode()

    def _deserialize(self, data: bytes) -> Any:
        from huey.registry import Message

        return Message(*json.loads(data))


def make_queue(queue_url: str) -> Huey:
    """Return the queue that an address means; connects when it is first used.

    Raises:
        ValueError: The address is of no known kind; the message names the setting.
    """
    ours = {"name": "swa", "results": False, "serializer": JsonSerializer()}
    if queue_url.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
        return _make_postgres_queue(queue_url.replace("+psycopg", "", 1), ours)
    if queue_url.startswith(("redis://", "rediss://")):
        return RedisHuey(url=queue_url, **ours)
    if "://" in queue_url:
        msg = "SWA_QUEUE_URL must begin with postgresql:// or redis://"
        raise ValueError(msg)
    Path(queue_url).parent.mkdir(parents=True, exist_ok=True)
    return SqliteHuey(filename=queue_url, fsync=False, **ours)


def _make_postgres_queue(dsn: str, options: dict[str, Any]) -> Huey:
    try:
        return PostgresHuey(dsn=dsn, **options)
    except UniqueViolation:  # two processes made its tables at the same moment: they are there now
        return PostgresHuey(dsn=dsn, **options)


def close_queue(queue: Huey) -> None:
    """Close this thread's connections; one thread at a time, since huey does not see to that."""
    with _closing:
        queue.storage.close()
