"""What people do with texts: draft, put to use, restore, reset, and write texts of their own.

Each is told who acts and what time it is. A text is checked before anything of it is kept, so what
counts can always be sent.

Source:
    MT-04.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from swa.core.db import db
from swa.core.errors import RuleBroken
from swa.messaging.texts import catalogue, queries
from swa.messaging.texts.models import CustomText, MailText, MailTextDraft
from swa.messaging.texts.rules.checking import check_text
from swa.messaging.texts.shipped import Source
from swa.messaging.texts.types import Template

SHIPPED = 0
NO_WORDS = Source("", "")
_recorders: list[Callable[..., None]] = []


class TextChangedMeanwhile(RuleBroken):
    """Somebody else put a version to use since this person looked."""

    message = "Somebody else changed this text meanwhile. Compare the two again, then decide"


class NothingDrafted(RuleBroken):
    """There is no draft to put to use."""

    message = "There is no draft of yours any more"


class CountsAlready(RuleBroken):
    """The version to restore is the one that counts."""

    message = "This text is in use already"


def set_recorder(record: Callable[..., None]) -> None:
    """Say how what people do here is written into the audit log."""
    _recorders[:] = [record]


def keep_draft(template: Template, subject: str, body: str, *, by_id: int, now: datetime) -> None:
    """Keep what somebody typed until they put it to use; what counts stays as it is.

    Raises:
        TextRefused: It cannot be sent as it is; says why, line by line.
    """
    check_text(subject, body, template.lists)
    draft = queries.find_draft(template.name, by_id)
    if draft is None:
        draft = MailTextDraft(name=template.name, person_id=by_id)
        db.session.add(draft)
    draft.subject, draft.body, draft.written_at = subject, body, now
    db.session.flush()


def discard_draft(template: Template, *, by_id: int) -> None:
    """Throw a draft away; doing it twice is harmless."""
    draft = queries.find_draft(template.name, by_id)
    if draft:
        db.session.delete(draft)
        db.session.flush()


def use_draft(template: Template, *, seen: int, by_id: int, now: datetime) -> MailText:
    """Make the person's draft the text that counts.

    Args:
        template: Of which message.
        seen: Number of the version with which they compared it; 0 for the shipped text.
        by_id: Who acts.
        now: UTC.

    Raises:
        NothingDrafted: It was put to use or thrown away already.
        TextChangedMeanwhile: Another version counts by now.
        TextRefused: The program has learned other names since the draft was kept.
    """
    draft = queries.find_draft(template.name, by_id)
    if draft is None:
        raise NothingDrafted
    check_text(draft.subject, draft.body, template.lists)
    if newest_number(template.name) != seen:
        raise TextChangedMeanwhile
    words = Source(draft.subject, draft.body)
    kept = _add_version(template.name, seen + 1, words, by_id=by_id, now=now)
    db.session.delete(draft)
    _record("mail text changed", kept)
    return kept


def restore(template: Template, number: int, *, seen: int, by_id: int, now: datetime) -> MailText:
    """Make an earlier version count again; 0 stands for the shipped text.

    Raises:
        CountsAlready: It is what counts.
        TextChangedMeanwhile: Another version counts by now.
        TextRefused: The program knows other names by now.
        sqlalchemy.exc.NoResultFound: There is no such version.
    """
    if newest_number(template.name) != seen:
        raise TextChangedMeanwhile
    newest = queries.find_newest(template.name)
    if number == SHIPPED and not template.is_custom:
        if newest is None or newest.is_shipped:
            raise CountsAlready
        kept = _add_version(template.name, seen + 1, NO_WORDS, by_id=by_id, now=now)
        _record("mail text reset", kept)
        return kept
    old = queries.get_version(template.name, number)
    if old.number == seen:
        raise CountsAlready
    if not old.is_shipped:
        check_text(old.subject, old.body, template.lists)
    words = Source(old.subject, old.body)
    kept = _add_version(template.name, seen + 1, words, by_id=by_id, now=now)
    kept.reason = f"version {number} restored"
    _record("mail text restored", kept)
    return kept


def new_custom(
    title: str, family: str, subject: str, body: str, *, by_id: int, now: datetime
) -> CustomText:
    """Write a text that is not shipped, for a rule of the send plan.

    Args:
        title: How lists call it, at most 120 characters.
        family: Name of a registered family, whose placeholders it may name.
        subject: One line.
        body: Lines in the small language.
        by_id: Who acts.
        now: UTC.

    Raises:
        TextRefused: It cannot be sent as it is.
        KeyError: There is no such family.
    """
    check_text(subject, body, catalogue.get_family(family).lists)
    custom = CustomText(title=title, family=family, created_by_id=by_id, created_at=now)
    db.session.add(custom)
    db.session.flush()
    kept = _add_version(custom.name, 1, Source(subject, body), by_id=by_id, now=now)
    _record("mail text added", kept)
    return custom


def newest_number(name: str) -> int:
    """Return the number of the version that counts; 0 for the shipped text."""
    newest = queries.find_newest(name)
    return newest.number if newest else SHIPPED


def _add_version(name: str, number: int, words: Source, *, by_id: int, now: datetime) -> MailText:
    """Write the version after the one that the person saw; of two people at once, one is told."""
    version = MailText(
        name=name,
        number=number,
        subject=words.subject,
        body=words.body,
        is_shipped=words == NO_WORDS,
        written_by_id=by_id,
        written_at=now,
    )
    db.session.add(version)
    try:
        db.session.flush()
    except IntegrityError as taken:
        raise TextChangedMeanwhile from taken
    return version


def record(what: str, version: MailText, *, by_id: int | None, now: datetime) -> None:
    """Write into the audit log what somebody did with a text; never its words."""
    for tell in _recorders:
        tell(what, about=f"mail text {version.id}", by_id=by_id, now=now)


def _record(what: str, version: MailText) -> None:
    record(what, version, by_id=version.written_by_id, now=version.written_at)
