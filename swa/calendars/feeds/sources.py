"""What the features put into a person's calendar links.

``calendars`` knows no sessions or groups; each feature leaves a function here when the app is put
together, under a name of its own. What it names is shown with the UID of the mails, since the
entries are the invitations themselves.
"""

from collections.abc import Callable, Collection
from datetime import datetime

from swa.calendars.feeds.types import FeedKind
from swa.people.models import Person

Source = Callable[[Person, datetime], Collection[str]]

_sources: dict[tuple[FeedKind, str], Source] = {}


def register(kind: FeedKind, feature: str, source: Source) -> None:
    """Make a feature's function known; doing it again replaces it.

    The function is told whose link it is and now (UTC). It returns the occasions of invitations
    ("booking 17") that the person may see at this moment, what was called off included for as
    long as it shall stay. It asks the database a fixed number of times.
    """
    _sources[kind, feature] = source


def list_occasions(kind: FeedKind, person: Person, now: datetime) -> set[str]:
    """Return the occasions of every feature that belong into a person's link.

    Source:
        LK-9 (what the owner may see now).
    """
    return {
        occasion
        for (of_kind, _feature), source in _sources.items()
        if of_kind is kind
        for occasion in source(person, now)
    }
