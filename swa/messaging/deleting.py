"""Deleting a text of one's own, once no rule of the send plan uses it.

A shipped text cannot be deleted: its message would have no words.
"""

from datetime import datetime

from swa.core.db import db
from swa.core.errors import RuleBroken
from swa.messaging import rulebook, ruling
from swa.messaging.texts import queries, services
from swa.messaging.texts.types import Template


class TextInUse(RuleBroken):
    """Rules of the send plan would have no words without it."""


def list_rules(template: Template) -> list[str]:
    """Return the names of the rules that use a text, switched off or not, by name."""
    rules = rulebook.load().changes.values()
    return sorted({rule.name for rule in rules if rule.text == template.name}, key=str.casefold)


def delete_custom(template: Template, *, by_id: int, now: datetime) -> None:
    """Delete a text of one's own with its versions and everybody's drafts.

    No other text ever gets its name, so an old message cannot take another's words.

    Args:
        template: A text that is not shipped.
        by_id: Who acts.
        now: UTC.

    Raises:
        TextInUse: Rules use it; the message names them.
        sqlalchemy.exc.NoResultFound: It is deleted already.
    """
    ruling.hold_rules()
    using = list_rules(template)
    if using:
        raise TextInUse(_in_use(using))
    custom = queries.get_custom(template.name)
    versions = queries.list_versions(template.name)
    services.record("mail text deleted", versions[0], by_id=by_id, now=now)
    for row in (*versions, *queries.list_drafts_of(template.name), custom):
        db.session.delete(row)
    db.session.flush()


def _in_use(names: list[str]) -> str:
    quoted = ", ".join(f"“{name}”" for name in names)
    those = "this rule uses" if len(names) == 1 else "these rules use"
    return f"You cannot delete this text while {those} it: {quoted}"
