"""Reads of the texts that people made."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from swa.core.db import db
from swa.messaging.texts.models import CustomText, MailText, MailTextDraft
from swa.messaging.texts.types import CUSTOM


def find_newest(name: str) -> MailText | None:
    """Return the version of a text that counts; None while it is as shipped."""
    versions = select(MailText).where(MailText.name == name)
    return db.session.scalars(versions.order_by(MailText.number.desc()).limit(1)).first()


def list_versions(name: str) -> Sequence[MailText]:
    """Return the versions of a text, newest first."""
    versions = select(MailText).where(MailText.name == name)
    return db.session.scalars(versions.order_by(MailText.number.desc())).all()


def get_version(name: str, number: int) -> MailText:
    """Return one version of a text.

    Raises:
        sqlalchemy.exc.NoResultFound: There is none.
    """
    wanted = select(MailText).where(MailText.name == name, MailText.number == number)
    return db.session.scalars(wanted).one()


def list_newest(names: Collection[str] | None = None) -> Sequence[MailText]:
    """Return the version that counts of each text that was ever changed, in order of name.

    Args:
        names: Of these texts only; None for all.
    """
    newest = (
        select(MailText.name, func.max(MailText.number).label("number"))
        .group_by(MailText.name)
        .subquery()
    )
    versions = select(MailText).join(
        newest, (MailText.name == newest.c.name) & (MailText.number == newest.c.number)
    )
    if names is not None:
        versions = versions.where(MailText.name.in_(names))
    return db.session.scalars(versions.order_by(MailText.name)).all()


def find_draft(name: str, person_id: int) -> MailTextDraft | None:
    """Return what the person has typed and not put to use yet."""
    theirs = select(MailTextDraft).where(
        MailTextDraft.name == name, MailTextDraft.person_id == person_id
    )
    return db.session.scalars(theirs).one_or_none()


def list_drafts(person_id: int) -> Sequence[MailTextDraft]:
    """Return the drafts of a person, in order of name."""
    theirs = select(MailTextDraft).where(MailTextDraft.person_id == person_id)
    return db.session.scalars(theirs.order_by(MailTextDraft.name)).all()


def list_drafts_of(name: str) -> Sequence[MailTextDraft]:
    """Return everybody's drafts of a text, in order of id."""
    drafts = select(MailTextDraft).where(MailTextDraft.name == name)
    return db.session.scalars(drafts.order_by(MailTextDraft.id)).all()


def list_custom() -> Sequence[CustomText]:
    """Return the texts that are not shipped, in order of title."""
    return db.session.scalars(select(CustomText).order_by(CustomText.title, CustomText.id)).all()


def find_custom(name: str) -> CustomText | None:
    """Return a text that is not shipped, by the name that versions have ("custom/7")."""
    number = name.removeprefix(CUSTOM)
    if not name.startswith(CUSTOM) or not (number.isascii() and number.isdecimal()):
        return None
    return db.session.scalars(select(CustomText).where(CustomText.id == int(number[:9]))).first()


def get_custom(name: str) -> CustomText:
    """Return a text that is not shipped, by its name.

    Raises:
        sqlalchemy.exc.NoResultFound: There is none.
    """
    custom = find_custom(name)
    if custom is None:
        raise NoResultFound
    return custom
