"""Which words of a message let somebody into a session, so that others do not read them; pure."""

import re
from collections.abc import Iterable

HIDDEN = "(not shown here)"
LINK = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


def without_how_to_join(text: str, *, secrets: Iterable[str], home: str) -> str:
    """Return a text without the words that let somebody in.

    Every link that leads elsewhere is taken out, not only the one that counts now: people write
    links into joining instructions, and a message may hold the link of before a move.

    Args:
        text: Subject or text part of a message.
        secrets: The joining instructions, and links that may be written without "https://".
        home: Address of our own service, whose links stay.

    Source:
        AN-21 (the link is for those with a place), AZ-2.
    """
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    ours = re.compile(rf"{re.escape(home.rstrip('/'))}(?![\w.:@-])")
    return LINK.sub(lambda found: found[0] if ours.match(found[0]) else HIDDEN, text)
