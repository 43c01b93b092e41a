"""Reads of the addresses that no mail goes to."""

from sqlalchemy import Select, select

from swa.core.db import db
from swa.messaging.models import SuppressedAddress


def find_refusal(address: str) -> SuppressedAddress | None:
    """Return since when and why an address takes no mail; None when it does (case is ignored)."""
    is_it = SuppressedAddress.address == address.casefold()
    return db.session.scalars(select(SuppressedAddress).where(is_it)).one_or_none()


def get_refusal(refusal_id: int) -> SuppressedAddress:
    """Return one address that no mail goes to.

    Raises:
        sqlalchemy.exc.NoResultFound: There is none, or it is off the list again.
    """
    wanted = select(SuppressedAddress).where(SuppressedAddress.id == refusal_id)
    return db.session.scalars(wanted).one()


def select_refusals() -> Select[SuppressedAddress]:
    """Select all addresses that no mail goes to, the newest first."""
    return select(SuppressedAddress).order_by(
        SuppressedAddress.since.desc(), SuppressedAddress.id.desc()
    )
