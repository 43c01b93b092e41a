"""Reads which addresses take no mail."""

from sqlalchemy import select

from swa.core.db import db
from swa.messaging.models import SuppressedAddress


def find_refusal(address: str) -> SuppressedAddress | None:
    """Return since when and why an address takes no mail; None when it does (case is ignored)."""
    is_it = SuppressedAddress.address == address.casefold()
    return db.session.scalars(select(SuppressedAddress).where(is_it)).one_or_none()
