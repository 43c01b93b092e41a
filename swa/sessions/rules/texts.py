"""How long texts and sessions may be, and which texts are safe where a mail needs one line."""

from urllib.parse import urlsplit

SHORTEST_MINUTES = 15
LONGEST_MINUTES = 600
LONGEST_PREWORK_MINUTES = 240
TITLE_MAX_LENGTH = 120
TEXT_MAX_LENGTH = 5000
LINK_MAX_LENGTH = 500
VENUE_MAX_LENGTH = 300
BOROUGH_MAX_LENGTH = 80
FIRST_PRINTABLE = " "


def is_one_line(text: str) -> bool:
    """Say whether a title can go into a mail subject: no line break, no control character.

    Source:
        IN-14 (a newline in a title is refused).
    """
    return all(
        letter >= FIRST_PRINTABLE and letter not in "\x7f\x85\u2028\u2029" for letter in text
    )


def is_web_link(text: str) -> bool:
    """Say whether a text is an https address with a host and nothing that a browser would run.

    Source:
        AN-21 (a join link is a first-class field), IN-14.
    """
    if not is_one_line(text) or " " in text:
        return False
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return False
    return parts.scheme == "https" and bool(host) and parts.username is None
