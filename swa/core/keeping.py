"""What is read once in each transaction, and kept until that ends."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from swa.core.db import db

_KEPT = "swa_kept"
Read = TypeVar("Read")


def keep(name: Hashable, read: Callable[[], Read]) -> Read:
    """Return what the open transaction keeps under a name; read when it is asked for first."""
    if name not in _kept():
        found = read()  # this may begin the transaction
        _kept()[name] = found
    kept: Read = _kept()[name]
    return kept


def forget(name: Hashable) -> None:
    """Have it read afresh, since it was changed in the open transaction."""
    _kept().pop(name, None)


def _kept() -> dict[Hashable, Any]:
    session = db.session()
    transaction, kept = session.info.get(_KEPT, (None, {}))
    if transaction is None or transaction is not session.get_transaction():
        kept = {}
        session.info[_KEPT] = (session.get_transaction(), kept)
    known: dict[Hashable, Any] = kept
    return known
