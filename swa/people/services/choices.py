"""Which optional messages people choose, on their account or by the link in a message."""

from datetime import datetime

from swa.messaging.choices import choosing, links
from swa.people.rules.rates import UNKNOWN_STOP_LINKS, Counted
from swa.people.services import audit, rates


def choose(person_id: int, wishes: dict[str, bool], *, now: datetime) -> None:
    """Keep what somebody chose on their account.

    Args:
        person_id: Who chooses, about themselves.
        wishes: By the name of a choice.
        now: UTC.

    Source:
        Issue 3, personal choice.
    """
    changed = choosing.choose(person_id, wishes, now=now)
    if changed:
        about, fields = f"person {person_id}", ", ".join(changed)
        audit.record("messages chosen", about=about, by_id=person_id, now=now, fields=fields)


def stop_by_link(token: str, *, place: str, now: datetime) -> bool:
    """Stop what the link of a message is about; one that is none of ours changes nothing.

    Links that nobody was sent are counted by network address. A link of ours always works, so
    that nobody can keep others from stopping their messages.

    Args:
        token: From the address.
        place: The network address of who asks.
        now: UTC.

    Returns:
        False when this network address tries too many unknown links.

    Source:
        MAIL-10, LK-6.
    """
    person_id = links.stop(token, now=now)
    if person_id is None:
        return rates.allow([Counted(UNKNOWN_STOP_LINKS, place)], now=now)
    audit.record("messages stopped by link", about=f"person {person_id}", by_id=None, now=now)
    return True
