"""Which kinds of message leave by which way."""

from collections.abc import Collection

from swa.messaging import emails, kinds, notify, rulebook

Kinds = tuple[Collection[str], Collection[str]]


def by_notify() -> list[str]:
    """Return the kinds that go by GOV.UK Notify; empty where an installation has none.

    Only plain notices: nothing with a calendar part, nothing private, nothing with a secret link.
    An optional message needs headers that Notify does not take from us (MAIL-10), and who is told
    that messages do not arrive must not be told by the way that they did not arrive by.
    """
    if notify.find_service() is None:
        return []
    optional = {rule.kind for rule in rulebook.load().list_all() if rule.optional}
    return [
        kind.name
        for kind in map(kinds.get, kinds.list_names())
        if not (kind.carries_calendar or kind.private or kind.fill_secrets or kind.optional)
        and kind.name not in optional | {emails.NOT_DELIVERED}
    ]


def by_smtp() -> Kinds:
    """Return the kinds that go by the mail server, and those that leave in order."""
    names, in_order = kinds.list_for_worker()
    others = frozenset(by_notify())
    return [name for name in names if name not in others], in_order
